"""Places where a client can be recognised on an invoice, and the numbers that must be masked.

Almere's page asks for anonymous invoices. About one in eleven numbers passes the 11-test, so known numbers
(btw, IBAN, phone, OIN, AGB, KvK, order, invoice and client numbers) are set aside before any number is doubted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from intake.document.amounts import amounts_in
from intake.document.anchors import Anchor, Anchors, anchors_of
from intake.document.dates import dates_in
from intake.document.labels import Label
from intake.document.layout import Cell, sheet_of
from intake.document.names import TRADE_WORDS
from intake.document.numbers import btws_in, ibans_in, phones_in, postcodes_in
from intake.profile import Addressee
from intake.types import Box, Document, Sighting, SightingKind

_NUMBER = re.compile(r"(?<![\w.,\-/])\d(?:[ .\-]?\d){7,8}(?![\w]|[.,\-/]\d)")
_GROUPED = re.compile(r"^\d{4}([ .\-])\d{2}\1\d{3}$")
_PARTICLE = r"(?:van|de|der|den|ten|ter|te|el|al|ben|het|in|'t|von|la|du)"
_FULL_NAME = re.compile(
    rf"^[\s:,\-–]*(?:dhr\.?|mevr\.?|mw\.?|de heer|mevrouw)?\s?(?:(?:[A-Z]\.\s?){{1,5}}(?:{_PARTICLE}\s)*[A-ZÀ-Ý][a-zà-ÿ\-]{{2,}}|"
    rf"[A-ZÀ-Ý][a-zà-ÿ'\-]{{1,20}}\s(?:[A-Z]\.\s?)?(?:{_PARTICLE}\s){{0,3}}[A-ZÀ-Ý][a-zà-ÿ'\-]{{1,30}}|"
    rf"[A-ZÀ-Ý][a-zà-ÿ'\-]{{1,30}},\s?(?:[A-Z]\.|[A-Z][a-zà-ÿ]{{2,}}))"
)
_INITIALS = re.compile(r"^[\s:,\-–]*(?:[A-Z]\.\s?){1,5}(?:[a-z]{1,3}(?:\.\s?|\s)){0,3}[A-Z]?\.?(?![a-z])|^[\s:,\-–]*[A-Z]{2,4}(?![\w])")
_FIRST_NAME = re.compile(r"^[\s:,\-–]*[A-ZÀ-Ý][a-zà-ÿ]{2,15}(?=$|[\s,;:(])")
_NAME_BEFORE = re.compile(rf"(?:[A-ZÀ-Ý][a-zà-ÿ'\-]{{1,20}}|(?:[A-Z]\.\s?){{1,5}})\s?(?:{_PARTICLE}\s){{0,3}}[A-ZÀ-Ý][a-zà-ÿ'\-]{{1,30}}[\s,;(\-–*°]*$")
_INITIALS_BEFORE = re.compile(r"(?:[A-Z]\.\s?){1,5}[A-Z]?\.?[\s,;(\-–*°]*$")
_CLIENT_WORD = re.compile(r"\b(?:cli[eë]nt|jeugdige|pati[eë]nt|kind|leerling|bewoner)\b", re.IGNORECASE)
_NEVER_NAMES = (
    "gemeente",
    "zie ",
    "bijlage",
    "periode",
    "jeugd",
    "wmo",
    "conform",
    "volgens",
    "beschikking",
    "anoniem",
    "nvt",
    "n.v.t",
    "product",
    "code",
    "totaal",
    "bedrag",
    "aantal",
    "uren",
    "uur",
    "factuur",
    "januari",
    "februari",
    "maart",
    "april",
    "mei ",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
    "client",
    "cliënt",
    "omschrijving",
    "datum",
    "nummer",
    "ref",
)
_OWNED = frozenset(
    {
        Label.OTHER_NUMBER,
        Label.CLIENT_NUMBER,
        Label.INVOICE_NUMBER,
        Label.NUMBER,
        Label.KVK,
        Label.FOREIGN_REGISTER,
        Label.VAT_ID,
        Label.CUSTOMER_NUMBER,
        Label.PHONE,
        Label.FAX,
        Label.IBAN,
        Label.BLOCKED_ACCOUNT,
        Label.BIC,
        Label.CORRECTS,
        Label.TITLE,
        Label.VAT,
    }
)


def passes_eleven_test(digits: str) -> bool:
    """True for 8 or 9 digits with the checksum of a BSN (weights 9 to 2 and -1, modulo 11)."""
    if len(digits) not in (8, 9) or not digits.isdigit() or int(digits) == 0:
        return False
    padded = digits.zfill(9)
    return (sum(int(d) * w for d, w in zip(padded, range(9, 1, -1), strict=False)) - int(padded[8])) % 11 == 0


def sightings(
    document: Document, scanned: Sequence[Anchors], known: Collection[str], supplier_postcode: str | None, buyer: Addressee
) -> tuple[tuple[Sighting, ...], frozenset[str]]:
    """Every sighting on all words, hidden ones too, and the digits that must be masked wherever they appear.

    Args:
        scanned: the visible labels of the pages that are searched.
        known: compact numbers that are the supplier's or the invoice's own.
        supplier_postcode: an address with it, or the buyer's, is nobody's home.
    """
    seen: list[Sighting] = []
    masked: set[str] = set()
    pages = {page.number: page for page in document.pages}
    for visible in scanned:
        page = pages[visible.sheet.number]
        anchors = anchors_of(sheet_of(page, document.reader, with_hidden=True)) if any(w.hidden for w in page.words) else visible
        numbers = list(_numbers(anchors, known))
        for kind, cell, start, end, digits in numbers:
            masked.add(digits)
            if kind is not None:
                seen.append(Sighting(kind, page.number, _rounded(cell.box_of(start, end))))
        seen += _names(anchors, {n[1].row for n in numbers if n[0]}, {supplier_postcode, buyer.postcode, *(v.postcode for v in buyer.visiting)})
    unique = {(s.kind, s.page, s.box): s for s in seen}
    return tuple(unique.values())[:50], frozenset(masked)


def _numbers(anchors: Anchors, known: Collection[str]) -> Iterator[tuple[SightingKind | None, Cell, int, int, str]]:
    for cell in anchors.sheet.cells:
        text = cell.text
        if sum(c.isdigit() for c in text) < 8:
            continue
        aside: list[tuple[int, int]] | None = None
        for match in _NUMBER.finditer(text):
            digits = "".join(c for c in match[0] if c.isdigit())
            start, end = match.span()
            governor = anchors.governor(cell, start, cell.box_of(start, end))
            label = _near(governor, cell, start)
            if label in (Label.OTHER_NUMBER, Label.NUMBER) and governor and governor.cell is cell and _CLIENT_WORD.search(text[governor.end : start]):
                label = Label.CLIENT
            if label is Label.BSN:
                yield SightingKind.BSN_LABELLED, cell, start, end, digits
                continue
            if not passes_eleven_test(digits):
                continue
            if label is Label.CLIENT_NUMBER:
                yield None, cell, start, end, digits
                continue
            if aside is None:
                aside = _set_aside(text)
            if digits in known or label in _OWNED or any(s < end and start < e for s, e in aside):
                continue
            kind = SightingKind.BSN_GROUPED if _GROUPED.match(match[0]) else SightingKind.BARE_NUMBER
            yield kind, cell, start, end, digits


def _near(governor: Anchor | None, cell: Cell, start: int) -> Label | None:
    if governor is None:
        return None
    if governor.cell is cell:
        far = start - governor.end > 30 if governor.label is not Label.BSN else start - governor.end > 45
        return None if far else governor.label
    if governor.cell.row != cell.row and (cell.box[1] - governor.box[3] > 25 or governor.label in (Label.VAT, Label.TITLE)):
        return None
    return governor.label


def _set_aside(text: str) -> list[tuple[int, int]]:
    spans = [(s, e) for s, e, _ in btws_in(text)] + [(s, e) for s, e, _, _ in ibans_in(text)] + [(s, e) for s, e, ok in phones_in(text) if ok]
    return spans + [(s, e) for s, e, _ in dates_in(text, compact=True)] + [(s, e) for s, e, _, _ in amounts_in(text)]


def _names(anchors: Anchors, number_rows: set[int], own_postcodes: set[str | None]) -> Iterator[Sighting]:
    page = anchors.sheet.number
    births = [(a, p) for a in anchors.of.get(Label.BIRTH_DATE, ()) for p in list(anchors.places(a))[:2] if next(dates_in(p.text), None)]
    for anchor in anchors.of.get(Label.CLIENT, ()):
        for place in anchors.places(anchor):
            if place.weight < 0.7 or not (kind := _person(place.text)):
                continue
            row = place.cell.row
            detail = (
                any(abs(p.cell.row - row) <= 5 for _, p in births)
                or any(abs(r - row) <= 5 for r in number_rows)
                or _home(anchors, place.cell, own_postcodes)
                or bool(next(dates_in(place.text), None) and "geb" in place.text.lower())
            )
            if kind == "name":
                yield Sighting(SightingKind.NAME_WITH_DETAILS if detail else SightingKind.FIRST_NAME, page, _rounded(place.cell.box_of(place.start, place.end)))
            elif kind == "initials" and detail:
                yield Sighting(SightingKind.INITIALS_WITH_DETAILS, page, _rounded(place.cell.box_of(place.start, place.end)))
            elif kind == "first":
                yield Sighting(SightingKind.NAME_WITH_DETAILS if detail else SightingKind.FIRST_NAME, page, _rounded(place.cell.box_of(place.start, place.end)))
            break
    for anchor, _ in births:
        before = (
            anchor.cell.text[: anchor.start]
            or next((c.text for c in anchors.sheet.left_of(anchor.cell)), "")
            or next((c.text for c in anchors.sheet.above(anchor.box, anchor.cell.row, 8)), "")
        )
        named = _NAME_BEFORE.search(before[-60:]) and not any(w in before[-40:].lower() for w in TRADE_WORDS)
        kind_of = SightingKind.NAME_WITH_DETAILS if named and not _INITIALS_BEFORE.search(before[-20:]) else SightingKind.INITIALS_WITH_DETAILS
        yield Sighting(kind_of, page, _rounded(anchor.box))


def _person(text: str) -> str | None:
    """``name``, ``initials``, ``first`` (a first name) or None."""
    low = text.strip(" :,-–").lower()
    if not low or low.startswith(_NEVER_NAMES) or any(w in low for w in TRADE_WORDS) or "gemeente" in low:
        return None
    if _FULL_NAME.match(text):
        return "name"
    if _INITIALS.match(text):
        return "initials"
    return "first" if _FIRST_NAME.match(text) and len(text.split()) <= 3 else None


def _home(anchors: Anchors, cell: Cell, own_postcodes: set[str | None]) -> bool:
    """True when an address that is not the supplier's or the buyer's stands close under or beside a client's name."""
    for row in anchors.sheet.rows[cell.row : cell.row + 4]:
        for other in row:
            near = abs(other.box[0] - cell.box[0]) < 150 and other.box[1] - cell.box[3] < 45
            if near and any(code not in own_postcodes for _, _, code in postcodes_in(other.text)):
                return True
    return False


class Masker:
    """Writes asterisks over those numbers in any text."""

    def __init__(self, digits: frozenset[str]) -> None:
        self._digits = digits

    def __call__(self, text: str) -> str:
        if not self._digits or sum(c.isdigit() for c in text) < 8:
            return text
        return _NUMBER.sub(self._stars, text)

    def _stars(self, match: re.Match[str]) -> str:
        digits = "".join(c for c in match[0] if c.isdigit())
        return "*" * len(match[0]) if digits in self._digits else match[0]


def _rounded(box: Box) -> Box:
    return (round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1))
