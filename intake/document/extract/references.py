"""The invoice's own references: its number, its date, and the number of the invoice it corrects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from intake.document.extract.candidates import Candidate, choose
from intake.document.extract.weights import Corrects, InvoiceNumber, IssueDate
from intake.document.layout.cells import Cell, Sheet
from intake.document.layout.label_index import Anchor, Anchors, Place
from intake.document.layout.label_matcher import heads_table
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import Scan
from intake.document.layout.scoring import Feature, score
from intake.model.invoice import DocumentKind, Field
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
_NO_PREFIX = frozenset(
    ("van", "op", "d.d", "per", "en", "voor", "over", "de", "het", "t/m", "dd", "in", "te", "is")
)
"""Short words before a number that are no part of it."""


def invoice_number(scan: Scan, kind: DocumentKind) -> Field[str]:
    """The invoice's number, with any characters, as written (spaces folded)."""
    return choose(invoice_numbers(scan, kind), InvoiceNumber)


def invoice_numbers(scan: Scan, kind: DocumentKind) -> list[Candidate[str]]:
    found = list(_numbers(scan, kind))
    whole = {candidate.value for candidate in found}
    return [candidate for candidate in found if not _is_cut(candidate, whole)]


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
    found = (
        c for a, anchor in scan.labelled(Label.CORRECTS) for c in _values(a, anchor, Corrects.LABEL)
    )
    return choose(found, Corrects)


def _numbers(scan: Scan, kind: DocumentKind) -> Iterator[Candidate[str]]:
    weights = InvoiceNumber
    credit = kind is DocumentKind.CREDIT_NOTE
    for anchors, anchor in scan.labelled(Label.INVOICE_NUMBER):
        refers = credit and _refers(anchor)
        yield from _values(anchors, anchor, weights.LABEL_OF_CREDITED if refers else weights.LABEL)
    for anchors, anchor in scan.flowing(Label.INVOICE_NUMBER):
        refers = credit and _refers(anchor)
        feature = weights.IN_TEXT_OF_CREDITED if refers else weights.IN_TEXT
        yield from _values(anchors, anchor, feature)
    for anchors, anchor in scan.flowing(Label.NUMBER):
        if anchor.phrase in _PLAIN:
            yield from _values(anchors, anchor, weights.NUMBER_IN_TEXT)
    for anchors, anchor in (*scan.labelled(Label.TITLE), *scan.flowing(Label.TITLE)):
        yield from _values(anchors, anchor, weights.TITLE, near_only=True)
    for anchors, anchor in scan.labelled(Label.NUMBER):
        plain = anchor.phrase in _PLAIN
        yield from _values(anchors, anchor, _number_word(anchors, anchor), near_only=not plain)
    for anchors, anchor in () if credit else scan.labelled(Label.CORRECTS):
        yield from _values(anchors, anchor, weights.CORRECTS)


def _number_word(anchors: Anchors, anchor: Anchor) -> Feature:
    if anchor.phrase not in _PLAIN:
        return InvoiceNumber.KIND_OF_NUMBER
    header = heads_table(anchors.sheet.rows[anchor.cell.row])
    return InvoiceNumber.NUMBER_OF_LINE if header else InvoiceNumber.NUMBER


def _refers(anchor: Anchor) -> bool:
    """True when a credit note's label speaks of the invoice, not of the credit note."""
    return (
        "credit" not in anchor.phrase
        and "document" not in anchor.phrase
        and "credit" not in anchor.cell.text[: anchor.start].lower()
    )


def _values(
    anchors: Anchors, anchor: Anchor, word: Feature, near_only: bool = False
) -> Iterator[Candidate[str]]:
    for place in anchors.places(anchor):
        if near_only and (place.weight < 0.5 or place.words in ("voor", "boven")):
            continue
        if value := _value(anchors.sheet, place):
            text, start, end, dated = value
            why = score(
                word,
                place.position,
                InvoiceNumber.NOT_BEHIND.when(near_only and place.words != "achter"),
                InvoiceNumber.DATE.when(dated),
                InvoiceNumber.YEAR.when(_is_year(text)),
            )
            note = f"{place.words} '{anchor.cell.text[anchor.start : anchor.end]}'"
            yield Candidate(text, why, anchors.sheet, place.cell, start, end, note)
            if place.weight > 0.8:
                return


def _is_year(value: str) -> bool:
    return value.isdigit() and len(value) == 4 and 2000 <= int(value) <= 2099


def _value(sheet: Sheet, place: Place) -> tuple[str, int, int, bool] | None:
    """The reference that a place begins with: (text, start, end, whether it is a date too)."""
    lead = _LEAD.match(place.text)
    start = lead.end() if lead else 0
    text, dated = _before_date(place.text, start)
    taken = _taken(text[start:].split())
    value = _SPACES.sub(" ", " ".join(taken)).strip(" -–/")
    if not _has_digit(value) or len(value) > 40:
        return None
    value = _continued(sheet, place, value)
    if _is_otherwise(value) or "€" in text[: start + 2]:
        return None
    offset = place.start + text.find(taken[0], start)
    return value, offset, min(place.end, offset + len(value)), dated


def _before_date(text: str, start: int) -> tuple[str, bool]:
    """The text up to a date behind the number, and whether the number itself is a date."""
    dated = False
    for d_start, d_end, _ in dates_in(text):
        if d_start <= start + 1 and not text[d_end : d_end + 1].strip("., )"):
            dated = dated or not text[start:d_start].strip()
        elif text[d_start - 1 : d_start].isspace():
            return text[:d_start], dated
    return text, dated


def _taken(words: list[str]) -> list[str]:
    """The words that a number is written in: "2026 / 0011", "F 12"; none when it begins otherwise."""
    taken: list[str] = []
    for word in words[:8]:
        bare = word.strip("(),;:.?!\"'")
        if not taken and bare and not _has_digit(bare):
            if not _is_prefix(bare, words):
                return []
            taken.append(bare)
            continue
        if _has_digit(" ".join(taken)) and not _goes_on(taken, bare, len(words)):
            break
        if bare:
            taken.append(bare)
        if word.endswith((",", ";", ")", "?", "!")) or (word.endswith(".") and len(words) > 3):
            break
    return taken


def _is_prefix(bare: str, words: list[str]) -> bool:
    """True for letters that belong to the number behind them: "F 12"."""
    return (
        _PREFIX.match(bare) is not None
        and len(words) > 1
        and _has_digit(words[1])
        and bare.lower() not in _NO_PREFIX
    )


def _goes_on(taken: list[str], bare: str, count: int) -> bool:
    connected = _CONNECTED.match(bare) is not None
    return connected and (count <= 5 or taken[-1][-1:] in "-/–")


def _is_otherwise(value: str) -> bool:
    """True for an account, a btw number, a postcode or an amount."""
    return (
        bool(btws_in(value))
        or any(complete for *_, complete in ibans_in(value))
        or any(start == 0 for start, *_ in postcodes_in(value))
        or any(
            (start, end) == (0, len(value)) and (sign or "," in value)
            for start, end, _, sign in amounts_in(value)
        )
    )


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _continued(sheet: Sheet, place: Place, value: str) -> str:
    """A number that breaks at a hyphen or slash at the end of its line goes on under it."""
    if place.cell.text.rstrip()[-1:] in "-/" and place.end == len(place.cell.text):
        for other in sheet.below(place.cell.box, place.cell.row, 8):
            first = other.text.split()[0]
            if _has_digit(first):
                return value + place.cell.text.rstrip()[-1] + first
            break
    return value


def issue_date(scan: Scan) -> Field[str]:
    """The date of issue, ISO 8601; not the due date, a period, a birth date or a date of care."""
    dates = issue_dates(scan)
    field = choose(dates, IssueDate)
    strongest = max((c.score.weight for c in dates), default=0.0)
    if field.found is None or field.others or strongest >= IssueDate.SURE:
        return field
    note = "geen kopje dat zegt dat dit de factuurdatum is"
    return Field(field.presence, field.found, (replace(field.found, note=note),))


def issue_dates(scan: Scan) -> list[Candidate[str]]:
    other = {value for _, value in _other_dates(scan)}
    dates = (*_labelled_dates(scan), *_loose_dates(scan))
    return [c for c in dates if c.note != _LOOSE or c.value not in other]


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


_DATE_WORDS = (
    (Label.INVOICE_DATE, IssueDate.LABEL),
    (Label.DATE, IssueDate.DATE),
    (Label.TITLE, IssueDate.TITLE),
)


def _labelled_dates(scan: Scan) -> Iterator[Candidate[str]]:
    for label, word in _DATE_WORDS:
        for anchors, anchor in (*scan.labelled(label), *scan.flowing(label)):
            header = label is Label.DATE and heads_table(anchors.sheet.rows[anchor.cell.row])
            for place in anchors.places(anchor):
                if label is Label.TITLE and place.weight < 0.9:
                    continue
                if found := _first_date(place.text, compact=label is not Label.TITLE):
                    start, end, value = place.start + found[0], place.start + found[1], found[2]
                    why = score(word, place.position, IssueDate.HEAD_OF_LINES.when(header))
                    note = f"{place.words} '{anchor.cell.text[anchor.start : anchor.end]}'"
                    yield Candidate(value, why, anchors.sheet, place.cell, start, end, note)
                    break


def _first_date(text: str, compact: bool) -> tuple[int, int, str] | None:
    """The first date that is not one end of a period."""
    dates = dates_in(text, compact=compact)
    return next((date for date in dates if not in_range(text, date[0], date[1])), None)


def _loose_dates(scan: Scan) -> Iterator[Candidate[str]]:
    """Dates without a label of their own."""
    for anchors, cell in scan.cells:
        for start, end, value in dates_in(cell.text):
            if in_range(cell.text, start, end):
                continue
            if reason := _loose(anchors, cell, start, end):
                why = score(
                    reason,
                    IssueDate.LATER_PAGE.when(anchors.sheet.number > 1),
                    IssueDate.NO_DAY.when(not exists(value)),
                )
                yield Candidate(value, why, anchors.sheet, cell, start, end, _LOOSE)


_OTHER_OWNERS = frozenset(
    {
        Label.OTHER_DATE,
        Label.BIRTH_DATE,
        Label.CLIENT,
        Label.CORRECTS,
        Label.PAID,
        Label.BSN,
        Label.OTHER_NUMBER,
    }
)
"""Labels that own a date which is not the date of issue."""


def _loose(anchors: Anchors, cell: Cell, start: int, end: int) -> Feature | None:
    """Why a date without a label of its own may be the date of issue; None when another label owns
    it.
    """
    governor = anchors.governor(cell, start, cell.box_of(start, end))
    if governor is not None and governor.label in _OTHER_OWNERS:
        return IssueDate.OTHER_LABEL_FAR.when(not _owns(governor, cell, start))
    if _DEADLINE.search(cell.text[max(0, start - 30) : start]):
        return None
    before = _WEEKDAY.sub("", cell.text[:start]).rstrip(" ,")
    if cell.text[end:].strip(" .,") or not (not before or _is_place(cell.text[:start], before)):
        return IssueDate.IN_TEXT
    row = anchors.sheet.rows[cell.row]
    if any(c is not cell and amounts_in(c.text) for c in row):
        return IssueDate.IN_ITEM
    if before and _is_dated_from(cell.text[:start], before):
        return IssueDate.PLACE_AND_DATE if "," in cell.text[:start] else IssueDate.PLACE
    upper = cell.box[1] < 0.5 * anchors.sheet.height
    return IssueDate.UPPER_HALF if upper else IssueDate.LOWER_HALF


def _owns(governor: Anchor, cell: Cell, start: int) -> bool:
    """True when the date is that of the label: no other date stands between, and the label is near."""
    if governor.cell is cell:
        return not dates_in(cell.text[governor.end : start])
    return governor.cell.row == cell.row or cell.box[1] - governor.cell.box[3] < 30


def _is_place(lead: str, before: str) -> bool:
    """True for the name of a place before a date."""
    return _PLACE_AND_COMMA.match(lead.rstrip() + " ") is not None and len(before.split()) <= 5


def _is_dated_from(lead: str, before: str) -> bool:
    """True for "Almere, 3 oktober" and "Almere de 3 oktober"."""
    capital = before[:1].isupper() or before[:2] in ("'s", "’s", "'t", "’t")
    return lead[-2:] in (", ", "e ", "n ") and capital


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
