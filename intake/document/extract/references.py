"""The invoice's own references: its number, its date, and the number of the invoice it corrects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from intake.document.extract.candidates import Candidate, choose
from intake.document.layout.cells import Cell, Sheet
from intake.document.layout.label_index import Anchor, Anchors, Place
from intake.document.layout.label_matcher import heads_table
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import Scan
from intake.model.invoice import DocumentKind, Field, Found
from intake.text.amounts import amounts_in
from intake.text.dates import dates_in, exists
from intake.text.identifiers import btws_in, ibans_in, postcodes_in

_SPACES = re.compile(r"\s+")
_LEAD = re.compile(
    r"^(?:[\s:#.=»>\-–]|met (?:het"
    r" )?(?=(?:factuur|nota)?n)|n[ro]?\.?[:°º]|(?:nr|no|nummer|number)\b[.:]?)+",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"[A-Za-z]{1,6}[.:]?$|[A-Z][A-Za-z]{0,9}$|#$")
_CONNECTED = re.compile(r"^(?:[-/–.]?\d[\w./-]*|[-/–])$")
_RANGE = re.compile(
    r"^\s{0,3}(?:t/m|tm|t\.e\.m\.?|tot en met|tot|until|to|through|bis|au|[-–—])\s{0,3}$",
    re.IGNORECASE,
)
_UNTIL_BEHIND = re.compile(r"\s{0,2}(?:t/m|tot en met|t\.e\.m)")
_UNTIL_BEFORE = re.compile(r"(?:t/m|tot en met|t\.e\.m\.?)\s{0,2}$")
_PLACE_AND_COMMA = re.compile(
    r"^(?:(?:['’]s[- ]|['’]t\s)?[A-Z][A-Za-zÀ-ÿ'’\- ]{1,30},?\s{0,2}(?:(?:d\.d\.|de|den|,)\s)?)$"
)
_WEEKDAY = re.compile(r"(?:maan|dins|woens|donder|vrij|zater|zon)dag,?\s*$", re.IGNORECASE)

_DEADLINE = re.compile(
    r"\b(?:uiterlijk|vóór|voor|binnen|t/m|tot|vanaf|per|before|by|until|till|bis|geldig|betalen|due|zum)\s{1,2}(?:op\s|de\s|datum\s)?(?:\w+dag,?\s)?$",
    re.IGNORECASE,
)
_PLAIN = (
    "nummer",
    "nr",
    "number",
    "no",
    "volgnummer",
    "kenmerk factuur",
    "factuurkenmerk",
    "factuurreferentie",
)
_LOOSE = "datum zonder kopje"
_SURE = 0.3
"""Weight from which a date is surely the date of issue; a weaker one asks a person."""


def invoice_number(scan: Scan, kind: DocumentKind) -> Field[str]:
    """The invoice's number, with any characters, as written (spaces folded)."""
    found = list(_numbers(scan, kind))
    whole = {candidate.value for candidate in found}
    return choose((c for c in found if not _is_cut(c, whole)), near=0.1, least=0.12)


def _is_cut(candidate: Candidate[str], values: set[str]) -> bool:
    """Whether a number breaks off at a hyphen where its line ended, and stands whole elsewhere."""
    rest = candidate.cell.text[candidate.end : candidate.end + 1]
    return rest in ("-", "/") and any(value.startswith(candidate.value + rest) for value in values)


def labelled_numbers(anchors: Anchors) -> frozenset[str]:
    """The numbers that stand right at a label for the invoice's number on one page."""
    found = set()
    for label in (Label.INVOICE_NUMBER, Label.NUMBER):
        for anchor in anchors.of.get(label, ()):
            for place in anchors.places(anchor):
                if place.weight > 0.8 and (value := _value(anchors.sheet, place)):
                    found.add(value[0])
                    break
    return frozenset(found)


def corrects(scan: Scan) -> Field[str]:
    """The number of the invoice that a credit note corrects."""
    return choose(
        (c for a, anchor in scan.labelled(Label.CORRECTS) for c in _values(a, anchor, 1.0)),
        near=0.05,
    )


def _numbers(scan: Scan, kind: DocumentKind) -> Iterator[Candidate[str]]:
    for anchors, anchor in scan.labelled(Label.INVOICE_NUMBER):
        refers = kind is DocumentKind.CREDIT_NOTE and _refers(anchor)
        yield from _values(anchors, anchor, 0.5 if refers else 1.0)
    for anchors, anchor in scan.flowing(Label.INVOICE_NUMBER):
        yield from _values(
            anchors, anchor, 0.45 if kind is DocumentKind.CREDIT_NOTE and _refers(anchor) else 0.9
        )
    for anchors, anchor in scan.flowing(Label.NUMBER):
        if anchor.phrase in _PLAIN:
            yield from _values(anchors, anchor, 0.5)
    for anchors, anchor in (*scan.labelled(Label.TITLE), *scan.flowing(Label.TITLE)):
        yield from _values(anchors, anchor, 0.72, near_only=True)
    for anchors, anchor in scan.labelled(Label.NUMBER):
        plain = anchor.phrase in _PLAIN
        header = heads_table(anchors.sheet.rows[anchor.cell.row])
        yield from _values(
            anchors, anchor, (0.2 if header else 0.66) if plain else 0.4, near_only=not plain
        )
    if kind is not DocumentKind.CREDIT_NOTE:
        for anchors, anchor in scan.labelled(Label.CORRECTS):
            yield from _values(anchors, anchor, 0.5)


def _refers(anchor: Anchor) -> bool:
    """True when a credit note's label speaks of the invoice, not of the credit note."""
    return (
        "credit" not in anchor.phrase
        and "document" not in anchor.phrase
        and "credit" not in anchor.cell.text[: anchor.start].lower()
    )


def _values(
    anchors: Anchors, anchor: Anchor, weight: float, near_only: bool = False
) -> Iterator[Candidate[str]]:
    for place in anchors.places(anchor):
        if near_only and (place.weight < 0.5 or place.words in ("voor", "boven")):
            continue
        fade = 1.0 if not near_only or place.words == "achter" else 0.55
        if value := _value(anchors.sheet, place):
            text, start, end, sure = value
            yield Candidate(
                text,
                weight * place.weight * fade * sure,
                anchors.sheet,
                place.cell,
                start,
                end,
                f"{place.words} '{anchor.cell.text[anchor.start : anchor.end]}'",
            )
            if place.weight > 0.8:
                return


def _value(sheet: Sheet, place: Place) -> tuple[str, int, int, float] | None:
    """The reference that a place begins with: (text, start, end, how sure)."""
    text = place.text
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    sure = 1.0
    for d_start, d_end, _ in dates_in(text):
        if d_start <= start + 1 and not text[d_end : d_end + 1].strip("., )"):
            if not text[start:d_start].strip():
                sure = 0.25
            continue
        if text[d_start - 1 : d_start].isspace():
            text = text[:d_start]
            break
    words = text[start:].split()
    taken: list[str] = []
    for word in words[:8]:
        bare = word.strip("(),;:.?!\"'")
        if not taken and bare and not any(map(str.isdigit, bare)):
            if (
                _PREFIX.match(bare)
                and len(words) > 1
                and any(map(str.isdigit, words[1]))
                and bare.lower()
                not in (
                    "van",
                    "op",
                    "d.d",
                    "per",
                    "en",
                    "voor",
                    "over",
                    "de",
                    "het",
                    "t/m",
                    "dd",
                    "in",
                    "te",
                    "is",
                )
            ):
                taken.append(bare)
                continue
            return None
        if (
            taken
            and any(c.isdigit() for c in " ".join(taken))
            and not (_CONNECTED.match(bare) and (len(words) <= 5 or taken[-1][-1:] in "-/–"))
        ):
            break
        if bare:
            taken.append(bare)
        if word.endswith((",", ";", ")", "?", "!")) or (word.endswith(".") and len(words) > 3):
            break
    value = _SPACES.sub(" ", " ".join(taken)).strip(" -–/")
    if not any(map(str.isdigit, value)) or len(value) > 40:
        return None
    value = _continued(sheet, place, value)
    if (
        btws_in(value)
        or any(ok for *_, ok in ibans_in(value))
        or any(s == 0 for s, *_ in postcodes_in(value))
    ):
        return None
    if (
        any(s == 0 and e == len(value) and (c or "," in value) for s, e, _, c in amounts_in(value))
        or "€" in text[: start + 2]
    ):
        return None
    if value.isdigit() and len(value) == 4 and 2000 <= int(value) <= 2099:
        sure *= 0.35
    offset = place.start + text.find(taken[0], start)
    return value, offset, min(place.end, offset + len(value)), sure


def _continued(sheet: Sheet, place: Place, value: str) -> str:
    """A number that breaks at a hyphen or slash at the end of its line goes on under it."""
    if place.cell.text.rstrip()[-1:] in "-/" and place.end == len(place.cell.text):
        for other in sheet.below(place.cell.box, place.cell.row, 8):
            first = other.text.split()[0]
            if any(map(str.isdigit, first)):
                return value + place.cell.text.rstrip()[-1] + first
            break
    return value


def issue_date(scan: Scan) -> Field[str]:
    """The date of issue, ISO 8601; not the due date, a period, a birth date or a date of care."""
    other = {value for _, value in _other_dates(scan)}
    labelled = [c for c in _dates(scan) if c.note != _LOOSE or c.value not in other]
    found = choose(labelled, near=0.06, least=0.1)
    strongest = max((c.weight for c in labelled), default=0.0)
    if found.found and not found.others and strongest < _SURE:
        return Field(
            found.presence,
            found.found,
            (
                Found(
                    found.found.value,
                    found.found.evidence,
                    "geen kopje dat zegt dat dit de factuurdatum is",
                ),
            ),
        )
    return found


def _other_dates(scan: Scan) -> Iterator[tuple[Anchor, str]]:
    """Dates that a label of another kind announces: due dates, periods, birth dates."""
    for anchors, anchor in (
        *scan.labelled(Label.OTHER_DATE, Label.BIRTH_DATE),
        *scan.flowing(Label.OTHER_DATE, Label.BIRTH_DATE),
    ):
        for place in anchors.places(anchor):
            if place.weight > 0.7 and (hit := next(iter(dates_in(place.text)), None)):
                yield anchor, hit[2]
                break


def _dates(scan: Scan) -> Iterator[Candidate[str]]:
    for label, weight in ((Label.INVOICE_DATE, 1.0), (Label.DATE, 0.8), (Label.TITLE, 0.5)):
        for anchors, anchor in (*scan.labelled(label), *scan.flowing(label)):
            header = label is Label.DATE and heads_table(anchors.sheet.rows[anchor.cell.row])
            for place in anchors.places(anchor):
                if label is Label.TITLE and place.weight < 0.9:
                    continue
                if found := next(
                    (
                        d
                        for d in dates_in(place.text, compact=label is not Label.TITLE)
                        if not in_range(place.text, d[0], d[1])
                    ),
                    None,
                ):
                    start, end, value = found
                    penalty = 0.3 if header else 1.0
                    yield Candidate(
                        value,
                        weight * place.weight * penalty,
                        anchors.sheet,
                        place.cell,
                        place.start + start,
                        place.start + end,
                        f"{place.words} '{anchor.cell.text[anchor.start : anchor.end]}'",
                    )
                    break
    for anchors, cell in scan.cells:
        for start, end, value in dates_in(cell.text):
            if not in_range(cell.text, start, end) and (
                weight := _loose(anchors, cell, start, end)
            ):
                page = 1.0 if anchors.sheet.number == 1 else 0.6
                yield Candidate(
                    value,
                    weight * page * (1.0 if exists(value) else 0.5),
                    anchors.sheet,
                    cell,
                    start,
                    end,
                    _LOOSE,
                )


def _loose(anchors: Anchors, cell: Cell, start: int, end: int) -> float:
    """How likely a date without a label of its own is the date of issue; 0 when another label owns
    it.
    """
    governor = anchors.governor(cell, start, cell.box_of(start, end))
    inside = governor is not None and governor.cell is cell
    if governor is not None and governor.label in (
        Label.OTHER_DATE,
        Label.BIRTH_DATE,
        Label.CLIENT,
        Label.CORRECTS,
        Label.PAID,
        Label.BSN,
        Label.OTHER_NUMBER,
    ):
        if inside and dates_in(cell.text[governor.end : start]):
            return 0.12  # that label has a date of its own
        beside = inside or governor.cell.row == cell.row or cell.box[1] - governor.cell.box[3] < 30
        return 0.0 if beside else 0.12
    if _DEADLINE.search(cell.text[max(0, start - 30) : start]):
        return 0.0
    before = _WEEKDAY.sub("", cell.text[:start]).rstrip(" ,")
    rest = cell.text[end:].strip(" .,")
    alone = not rest and (
        not before
        or (
            _PLACE_AND_COMMA.match(cell.text[:start].rstrip() + " ") is not None
            and len(before.split()) <= 5
        )
    )
    if not alone:
        return 0.1
    row = anchors.sheet.rows[cell.row]
    if any(c is not cell and amounts_in(c.text) for c in row):
        return 0.05
    if (
        before
        and cell.text[start - 2 : start] in (", ", "e ", "n ")
        and (before[:1].isupper() or before[:2] in ("'s", "’s", "'t", "’t"))
    ):
        return 0.62 if "," in cell.text[:start] else 0.4
    return 0.42 if cell.box[1] < 0.5 * anchors.sheet.height else 0.2


def in_range(text: str, start: int, end: int) -> bool:
    """True when the date at [start, end) is one end of a period ("01-09-2026 t/m 30-09-2026")."""
    spans = [(s, e) for s, e, _ in dates_in(text, compact=True)]
    for (s1, e1), (s2, e2) in pairwise(spans):
        if ((s1, e1) == (start, end) or (s2, e2) == (start, end)) and _RANGE.match(text[e1:s2]):
            return True
    tail = text[end : end + 14].lower()
    return bool(
        _UNTIL_BEHIND.match(tail) or _UNTIL_BEFORE.search(text[max(0, start - 14) : start].lower())
    )
