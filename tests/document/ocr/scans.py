"""Scans and photos made from PDFs: drawn, laid askew, with grain and dust, compressed; and put into
a PDF again.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable
from statistics import NormalDist

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595, 842
GRAIN = 10.0


def page_pictures(
    document: bytes, dpi: int = 200, turn: float = 0.0, grain: float = GRAIN, seed: int = 1
) -> list[Image.Image]:
    """Every page as a scanner sees it.

    Args:
        turn: degrees against the clock.
        grain: how far a dot strays, in shades of grey; dust comes with it.
    """
    with pypdfium2.PdfDocument(document) as opened:
        pages = [
            opened[index].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
            for index in range(len(opened))
        ]
    return [
        _scanned(page, turn, grain, random.Random(seed + number))
        for number, page in enumerate(pages)
    ]


def _scanned(page: Image.Image, turn: float, grain: float, rng: random.Random) -> Image.Image:
    page = page.rotate(turn, resample=Image.Resampling.BICUBIC, fillcolor=255).filter(
        ImageFilter.GaussianBlur(0.5)
    )
    if grain:
        page = ImageChops.add(page, noise(page.size, 2 * grain, rng), offset=-128)
        draw = ImageDraw.Draw(page)
        for _ in range(page.width * page.height // 8000):
            draw.point(
                (rng.randrange(page.width), rng.randrange(page.height)), rng.choice((0, 80, 255))
            )
    return page


def noise(size: tuple[int, int], sigma: float, rng: random.Random) -> Image.Image:
    """Grey dots strewn about 128, the same for the same ``rng``: Pillow's own noise differs with
    what was drawn before it.
    """
    shades = [
        min(255, max(0, round(NormalDist(128, sigma).inv_cdf((level + 0.5) / 256))))
        for level in range(256)
    ]
    return Image.frombytes("L", size, rng.randbytes(size[0] * size[1])).point(shades)


def jpeg(picture: Image.Image, quality: int = 75) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def pdf_of(pictures: Iterable[Image.Image], draw: Callable[[Canvas], None] | None = None) -> bytes:
    """Pages that are pictures and nothing else, but for what ``draw`` puts on each."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), invariant=1)
    for picture in pictures:
        canvas.drawImage(ImageReader(io.BytesIO(jpeg(picture))), 0, 0, WIDTH, HEIGHT)
        if draw:
            draw(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def scan(
    document: bytes, dpi: int = 200, turn: float = 0.0, grain: float = GRAIN, seed: int = 1
) -> bytes:
    """A PDF printed and scanned."""
    return pdf_of(page_pictures(document, dpi, turn, grain, seed))
