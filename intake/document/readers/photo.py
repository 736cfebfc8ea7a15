"""A photo or scan that is no PDF (JPEG, PNG, HEIC, TIFF, BMP …): pages without words.

Runs inside a reading child only.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pi_heif
from PIL import Image, ImageOps

from intake.document.readers.file_header import is_pdf
from intake.model.document import Document, Page, Reader

MAX_PIXELS = 120_000_000
"""A phone takes 12 to 50 million, some 108; more is a bomb or a map."""
MAX_FRAMES = 30
LONG_SIDE = 842.0
"""Points: a photo of an invoice is taken to show a whole A4 page, whatever its own resolution
says."""

_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "GIF", "WEBP", "HEIF")

pi_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def is_photo(data: bytes) -> bool:
    """Whether the bytes are no PDF but a picture that can be opened."""
    if is_pdf(data):
        return False
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS):
            return True
    except Image.DecompressionBombError:
        return True
    except (OSError, ValueError, SyntaxError):
        return False


def read(data: bytes, reader: Reader) -> Document:
    """The pages of a photo: each one picture that is still to be read. Never raises for a bad file.

    Args:
        reader: who was asked; no text reader finds words here.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                return Document(reader, (), 0, fault="too-large")
            count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            pages = tuple(_pages(image, min(count, MAX_FRAMES)))
    except Image.DecompressionBombError:
        return Document(reader, (), 0, fault="too-large")
    except (OSError, ValueError, SyntaxError, EOFError):
        return Document(reader, (), 0, fault="damaged")
    return Document(reader, pages, count, remarks=("image",))


def _pages(image: Image.Image, count: int) -> Iterator[Page]:
    for number in range(1, count + 1):
        image.seek(number - 1)
        width, height = image.size if image.getexif().get(0x0112, 1) < 5 else image.size[::-1]
        scale = LONG_SIDE / max(width, height)
        box = (0.0, 0.0, width * scale, height * scale)
        yield Page(number, box[2], box[3], (), pictures=(box,))


def grey(data: bytes, page: int, most_pixels: int, sides: tuple[int, int]) -> Image.Image:
    """One page upright, on white, in shades of grey, of about the size asked.

    Args:
        sides: width and height asked in dots; fewer when that is more than ``most_pixels``.

    Raises:
        OSError, ValueError, EOFError: it cannot be opened, or has no such page.
    """
    image = Image.open(io.BytesIO(data), formats=_FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    if page > 1:
        image.seek(page - 1)
    long = max(sides)
    image.draft("L", (long, long))  # JPEG only: decodes at a half, a quarter or an eighth
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA", "P"):
        clear = upright.convert("RGBA")
        upright = Image.new("RGBA", clear.size, "white")
        upright.alpha_composite(clear)
    shades = upright.convert("L")
    scale = min(long / max(shades.size), (most_pixels / (shades.width * shades.height)) ** 0.5)
    return shades.resize(
        (max(1, round(shades.width * scale)), max(1, round(shades.height * scale))),
        Image.Resampling.BICUBIC,
    )
