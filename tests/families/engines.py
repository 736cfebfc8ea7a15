"""Renders what a family drew with the engine that the template's users have.

A source is HTML (``chromium``, ``weasyprint``), typst markup (``typst``), an office file
(``docx``, ``odt``, ``ods``, ``xlsx``), or a finished PDF of a family that places its text itself
(``reportlab``, ``fpdf2``, ``cairo``).
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import pypdf
import typst
from playwright.sync_api import sync_playwright
from weasyprint import HTML

from tests.corpus import office

OFFICE = frozenset({"docx", "odt", "ods", "xlsx"})
DIRECT = frozenset({"reportlab", "fpdf2", "cairo"})
CHEAP = DIRECT | {"typst", "weasyprint"}
"""Engines that need no other program, for the quick test."""
Source = str | bytes


def rendered(sources: Sequence[tuple[str, Source]]) -> list[bytes]:
    """(engine, source) → PDF. Chromium and LibreOffice are started once for all of theirs."""
    pdfs = [_at_once(engine, source) for engine, source in sources]
    typed = [at for at, (engine, _) in enumerate(sources) if engine in OFFICE]
    files = [(sources[at][0], _bytes(sources[at][1])) for at in typed]
    for at, pdf in zip(typed, office.to_pdf(files), strict=True):
        pdfs[at] = pdf
    paged = [at for at, (engine, _) in enumerate(sources) if engine == "chromium"]
    for at, pdf in zip(paged, _by_chromium([str(sources[at][1]) for at in paged]), strict=True):
        pdfs[at] = pdf
    return pdfs


def reprinted(pdf: bytes, scale: float = 1, rotation: float = 0, turned: int = 0) -> bytes:
    """Each page as a printer driver changes it: smaller around its middle, skewed, or turned by
    quarters with a page that turns it back.
    """
    if scale == 1 and not rotation and not turned:
        return pdf
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    for page in writer.pages:
        page.transfer_rotation_to_content()
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        page.add_transformation(
            pypdf.Transformation()
            .translate(-width / 2, -height / 2)
            .scale(scale)
            .rotate(rotation + 90 * turned)
            .translate(*((height / 2, width / 2) if turned % 2 else (width / 2, height / 2)))
        )
        if turned % 2:
            page.mediabox = page.cropbox = pypdf.generic.RectangleObject((0, 0, height, width))
        if turned:
            page.rotate(90 * turned)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _at_once(engine: str, source: Source) -> bytes:
    """'' for an engine that renders all of its sources in one go."""
    if engine in DIRECT:
        return _bytes(source)
    if engine == "typst":
        return bytes(typst.compile(_bytes(source), format="pdf"))
    if engine == "weasyprint":
        return bytes(HTML(string=str(source)).write_pdf())
    if engine in OFFICE or engine == "chromium":
        return b""
    raise ValueError(engine)


def _bytes(source: Source) -> bytes:
    return source.encode() if isinstance(source, str) else source


def _by_chromium(pages: Sequence[str]) -> list[bytes]:
    if not pages:
        return []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        pdfs = []
        for html in pages:
            page.set_content(html)
            pdfs.append(page.pdf(prefer_css_page_size=True, print_background=True))
        browser.close()
        return pdfs
