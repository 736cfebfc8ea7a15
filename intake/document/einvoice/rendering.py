"""An e-invoice laid out as a page of text, as a person would print it.

The finder reads this page like any other: it is the second look at what the terms do not hold (a
KvK number in a remark), and the search for client data in every text, attribute and comment of the
file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from lxml import etree

from intake.document.einvoice.fields import amount_of, block_of
from intake.document.einvoice.terms import Terms
from intake.model.document import Document, Page, Reader, Word

MAX_LINES = 2_000
"""Lines laid out; a file with more is not fully read."""
_LINES_A_PAGE = 50
_MAX_LINE = 1_000
_WIDTH, _HEIGHT = 595.0, 842.0
_SIZE, _PITCH, _ADVANCE = 10.0, 15.0, 5.0
_LEFT, _AMOUNTS = 60.0, 460.0

Row = tuple[str, str]
"""What stands at the left, and an amount at the right."""

_ONLY_A_CODE = re.compile(
    r"(?:ID|Code|Quantity|Amount|Percent|Date|Time|Indicator|Numeric|Measure|URI|UUID|"
    r"DateTimeString|DateString|Object)$"
)
"""Elements that tell themselves what their number is; a number in them is no client's unless it
says so."""
_BSN = re.compile(r"bsn|burger\s?service|sofi", re.IGNORECASE)
_PAIRS = ("Name", "Value"), ("Description", "Value")


def page_of(terms: Terms) -> Document:
    """The e-invoice as pages of words."""
    letter = list(_letter(terms))
    written = "\n".join(left for left, _ in letter)
    rows = [
        *letter,
        ("", ""),
        *((text, "") for text in _other_texts(terms.element) if text not in written),
    ]
    shown = [piece for row in rows[:MAX_LINES] for piece in _wrapped(row)]
    pages = tuple(
        Page(number + 1, _WIDTH, _HEIGHT, tuple(_words(shown[start : start + _LINES_A_PAGE])))
        for number, start in enumerate(range(0, len(shown), _LINES_A_PAGE))
    )
    return Document(Reader.XML, pages, len(pages) + (len(rows) > MAX_LINES))


def _letter(terms: Terms) -> Iterator[Row]:
    seller = terms.group("seller")
    yield from _unlabelled(block_of(seller))
    yield from _labelled(
        seller, ("phone", "Telefoon"), ("vat-id", "Btw-nummer"), ("other-tax-id", "Fiscaal nummer")
    )
    for value in seller.values("legal-id"):
        yield (f"OIN: {value.text}" if value.scheme == "0190" else f"KvK-nummer: {value.text}"), ""
    yield "", ""
    yield from _unlabelled(block_of(terms.group("buyer")))
    yield "", ""
    yield (
        (
            "CREDITFACTUUR"
            if terms.element.tag.endswith("}CreditNote") or terms.text("type") == "381"
            else "FACTUUR"
        ),
        "",
    )
    yield from _labelled(
        terms,
        ("number", "Factuurnummer"),
        ("issue-date", "Factuurdatum"),
        ("due-date", "Vervaldatum"),
    )
    yield from _labelled(
        terms,
        ("buyer-reference", "Uw referentie"),
        ("order", "Ordernummer"),
        ("corrects", "Correctie op factuur"),
    )
    yield "", ""
    for item in terms.groups("line"):
        yield (
            " ".join(
                filter(None, (item.text("item"), item.text("quantity"), _euro(item.text("price"))))
            ),
            _euro(item.text("line-amount")),
        )
    yield "", ""
    yield from _totals(terms)
    for means in terms.groups("means"):
        yield from (
            (f"{means.text('account-name')} IBAN: {account}".strip(), "")
            for account in means.texts("account")
        )
    yield from _unlabelled((*terms.texts("terms"), *terms.texts("note")))


def _totals(terms: Terms) -> Iterator[Row]:
    yield "Totaal exclusief btw", _euro(terms.text("net"))
    for rate in terms.groups("tax"):
        reason = rate.text("exemption")
        if rate.text("category").upper() in ("E", "O"):
            yield f"Vrijgesteld van btw. {reason}", ""
        else:
            yield (
                f"Btw {rate.text('percent')}% over {_euro(rate.text('taxable'))} {reason}".strip(),
                _euro(rate.text("tax-amount")),
            )
    yield "Totaal inclusief btw", _euro(terms.text("gross"))


def _labelled(terms: Terms, *names: tuple[str, str]) -> Iterator[Row]:
    for name, label in names:
        for text in terms.texts(name):
            yield f"{label}: {text}", ""


def _unlabelled(texts: Iterable[str]) -> Iterator[Row]:
    return ((text, "") for text in texts)


def _euro(text: str) -> str:
    amount = amount_of(text)
    if amount is None:
        return text
    return f"{amount.quantize(Decimal('0.01')):,.2f}".translate(str.maketrans(",.", ".,"))


def _other_texts(root: Any) -> Iterator[str]:
    """Every other text of the file: remarks, descriptions, properties, names of embedded files,
    comments.
    """
    for element in root.iter():
        if not isinstance(element.tag, str):
            text = " ".join((element.text or "").split()) if element.tag is etree.Comment else ""
        else:
            text = _text_of(element)
            yield from (
                value
                for name, value in element.attrib.items()
                if etree.QName(name).localname == "filename"
            )
        if text:
            yield text


def _text_of(element: Any) -> str:
    if len(element) or not (text := " ".join((element.text or "").split())):
        return ""
    name = etree.QName(element).localname
    if _BSN.search(f"{name} {element.get('schemeID', '')} {element.get('schemeName', '')}"):
        return f"BSN: {text}"
    before = element.getprevious()
    if (_local_name(before), name) in _PAIRS:
        return f"{' '.join((before.text or '').split())}: {text}"
    return "" if _ONLY_A_CODE.search(name) and not _BSN.search(text) else text


def _local_name(element: Any) -> str:
    """Empty for a comment, and where no element is."""
    return etree.QName(element).localname if isinstance(getattr(element, "tag", None), str) else ""


def _wrapped(row: Row) -> Iterable[Row]:
    left, right = row
    left = left[:_MAX_LINE]
    if len(left) <= 78 or right:
        return [(left[:78], right)] if right else [row]
    pieces, line = [], ""
    for word in left.split():
        if line and len(line) + len(word) > 78:
            pieces.append((line, ""))
            line = ""
        line = f"{line} {word}".strip()
    return [*pieces, (line, "")]


def _words(rows: Iterable[Row]) -> Iterator[Word]:
    for number, (left, right) in enumerate(rows):
        top = 40.0 + number * _PITCH
        for start, text in ((_LEFT, left), (_AMOUNTS, right)):
            x = start
            for word in text.split():
                yield Word(word, (x, top, x + _ADVANCE * len(word), top + _SIZE), _SIZE)
                x += _ADVANCE * (len(word) + 0.6)
