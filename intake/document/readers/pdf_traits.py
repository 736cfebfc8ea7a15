"""Odd shapes of a PDF as a whole: an XFA form, a portfolio, an empty one, one with a script or too
many pages.

Inside a reading child only. ISO 32000-1: 12.3.5 (collections), 12.6.4.16 (JavaScript), 12.7.8
(XFA).
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from intake.document.readers.pypdf_core import PdfReader
from intake.document.readers.render import is_blank
from intake.model.document import Document, Page

_PLACEHOLDER = re.compile(
    r"please wait|wait\.\.\.|later version of adobe|adobe (?:acrobat )?reader|even geduld|wordt"
    r" niet ondersteund|is not supported",
    re.IGNORECASE,
)
_COVER = re.compile(r"portfolio|acrobat|adobe reader", re.IGNORECASE)
_COVER_WORDS = 60
"""The page that stands in for an XFA form or a portfolio says hardly more than that."""
_SCRIPT = b"/JavaScript"


def judged(document: Document, data: bytes) -> Document:
    """The document of a PDF with what is odd about it as a whole.

    ``fault`` becomes ``form``, ``portfolio`` or ``empty`` when its pages show no document at all.
    When no page has a word, those that show something else count as drawn.
    """
    if document.fault:
        return document
    shown = [word.text for page in document.pages for word in page.words if not word.hidden]
    pages = document.pages if shown else tuple(_with_marks(page, data) for page in document.pages)
    fault = _fault(data, pages, shown, whole=document.page_count == len(pages))
    return replace(
        document, pages=pages, fault=fault, remarks=() if fault else _remarks(data, document)
    )


def _with_marks(page: Page, data: bytes) -> Page:
    return page if _is_marked(page) else replace(page, drawn=not is_blank(data, page))


def _is_marked(page: Page) -> bool:
    """True for a page that shows, or may show, something else than words."""
    return bool(page.pictures or page.drawn or page.fault)


def _fault(data: bytes, pages: Sequence[Page], shown: Sequence[str], whole: bool) -> str | None:
    form = any(page.fault == "form" for page in pages)
    if form and _is_cover(shown, 3 * _COVER_WORDS, _PLACEHOLDER):
        return "form"
    if _is_cover(shown, _COVER_WORDS, _COVER) and _is_portfolio(data):
        return "portfolio"
    return "empty" if whole and not shown and not any(map(_is_marked, pages)) else None


def _is_cover(shown: Sequence[str], most: int, sign: re.Pattern[str]) -> bool:
    """True for few words that only stand in for the document, or none."""
    return not shown or (len(shown) < most and sign.search(" ".join(shown)) is not None)


def _remarks(data: bytes, document: Document) -> tuple[str, ...]:
    faults = {page.fault for page in document.pages}
    found = {
        "form": "form" in faults,
        "too-large": "giant-picture" in faults,
        "too-many-pages": document.page_count > len(document.pages),
        "script": _SCRIPT in data,
    }
    return tuple(remark for remark, holds in found.items() if holds)


def _is_portfolio(data: bytes) -> bool:
    if b"/Collection" not in data and b"/ObjStm" not in data:
        return False
    with suppress(Exception):
        return "/Collection" in PdfReader(io.BytesIO(data)).root_object
    return False
