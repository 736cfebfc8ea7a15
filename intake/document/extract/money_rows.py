"""Every amount and percentage of the document with what stands beside it: the raw material of the
totals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial

from intake.document.extract.weights import Announced
from intake.document.layout.cells import Cell, Sheet, evidence
from intake.document.layout.label_index import Caption, LabelIndex
from intake.document.layout.label_matcher import has_digit, labels_in
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.document.layout.scoring import Feature, Score, score
from intake.model.basics import Box
from intake.model.invoice import Evidence
from intake.text.amounts import amounts_in, joined_amount, rates_in, unread_in, with_cents
from intake.text.dates import dates_in

_PERCENTAGE = re.compile(r"\d{1,2}(?:[.,]\d{1,2})?\s?%")
_MOST_HANGING = 3
"""Lines under its first one over which a label in a narrow column goes on."""
TOTALS = (Label.NET, Label.GROSS, Label.SUBTOTAL, Label.TOTAL)
_MONEY = (*TOTALS, Label.VAT, Label.PAID, Label.DISCOUNT)


@dataclass(eq=False, slots=True)
class Sum:
    """One amount, the label that announces it, and how surely (0 to 1)."""

    value: Decimal
    sheet: Sheet
    cell: Cell
    start: int
    end: int
    label: Label | None
    phrase: str
    score: Score
    order: int
    own: bool = False
    """Whether the label stands in the amount's own row, not at the head of its column."""
    remark: str = ""
    """Where it comes from when it does not stand on the page: "som van de kolom"."""
    alternative: Decimal | None = None
    """What it is when a space in it divides something else than it seems to: "1 250,00"; or when
    its comma is where ``comma_unseen`` says."""
    comma_unseen: bool = False
    """Tekstherkenning (OCR) read digits without a comma, and may have lost it."""

    @property
    def weight(self) -> float:
        return self.score.weight

    def evidence(self) -> Evidence | None:
        """Where it stands; None for one that follows from others."""
        return None if self.remark else evidence(self.sheet, self.cell, self.start, self.end)

    @property
    def note(self) -> str:
        if self.remark:
            return self.remark
        return f"bij '{self.phrase}'" if self.phrase else "past in de optelling"


@dataclass(frozen=True, slots=True)
class Unread:
    """An amount that could not be read: its label, and where it stands."""

    label: Label | None
    own: bool
    where: Evidence


@dataclass(frozen=True, slots=True)
class Rate:
    """A percentage, and where it stands: ``cell.text[start:end]``."""

    value: Decimal
    cell: Cell
    start: int
    end: int

    @property
    def box(self) -> Box:
        return self.cell.box_of(self.start, self.end)


@dataclass(eq=False, slots=True)
class MoneyRow:
    """The amounts and percentages of one row, left to right."""

    sheet: Sheet
    cells: list[Cell]
    sums: list[Sum]
    percentages: list[Rate]
    labels: set[Label]
    unread: list[Unread] = field(default_factory=list)
    """What stands there as an amount and could not be read."""

    @property
    def number(self) -> int:
        return self.cells[0].row

    @property
    def rates(self) -> list[Decimal]:
        return [rate.value for rate in self.percentages]


@dataclass(frozen=True, slots=True)
class _Announcement:
    """The label of an amount, its words, and how surely it is the amount's."""

    label: Label | None = None
    phrase: str = ""
    score: Score = field(default_factory=Score)
    own: bool = True

    @property
    def is_own(self) -> bool:
        """Whether there is a label, and it stands in the amount's own row."""
        return self.own and self.label is not None


def _said(caption: Caption, feature: Feature, label: Label | None = None) -> _Announcement:
    return _Announcement(label or caption.label, caption.phrase, score(feature))


def money_rows(pages: PageIndex) -> list[MoneyRow]:
    """Rows that hold an amount or a percentage, top to bottom, all pages."""
    rows: list[MoneyRow] = []
    hung: Cell | None = None
    order = 0
    for index in pages.indexes:
        marked: list[list[Cell]] = []  # of each row up to this one
        for cells in index.sheet.rows:
            marked.append([c for c in cells if index.in_cell.get(c) or amounts_in(c.text)])
            row = _money_row(index, cells, marked, order)
            if row is None:
                continue
            order += len(row.sums)
            lone = row.sums[0].cell if len(row.sums) == 1 else cells[0]
            if rows and _continues(rows[-1], row, lone, hung):
                _hang(row, rows[-1])
                hung = lone
            else:
                rows.append(row)
    return rows


def _money_row(
    index: LabelIndex, cells: list[Cell], marked: Sequence[Sequence[Cell]], order: int
) -> MoneyRow | None:
    """The amounts and percentages of one row; None when it has none."""
    found = [
        (c, start, end, value)
        for c in cells
        for start, end, value, _ in amounts_in(c.text)
        if not _is_rate(index, c, value)
    ]
    odd = [(c, *where) for c in cells for where in unread_in(c.text)]
    for bare in () if found else _bare(index, cells):
        if _is_from_ocr(*bare[:3]):
            found.append(bare)
        else:  # euros, or cents without their comma
            odd.append((*bare[:3], False))
    labels = {
        a.label
        for c in cells
        for a in index.in_cell.get(c, ())
        if a.label is not Label.VAT or _speaks(a.label, a.start, c.text)
    }
    rates = list(_rates(index, cells, labels))
    if not found and not rates and not odd:
        return None
    sums = [
        _sum(index, (cell, start, end), value, number, marked)
        for number, (cell, start, end, value) in enumerate(found, order)
    ]
    if not rates and any(amount.label is Label.VAT for amount in sums):
        rates = list(_rates_before(index, cells[0]))
        labels |= {Label.VAT} if rates else set()
    unread = []
    for cell, start, end, currency in odd:
        said = _announced(index, cell, start, end, marked)
        if currency or said.is_own:
            unread.append(Unread(said.label, said.is_own, evidence(index.sheet, cell, start, end)))
    return MoneyRow(index.sheet, cells, sums, rates, labels, unread)


def _sum(
    index: LabelIndex,
    where: tuple[Cell, int, int],
    value: Decimal,
    order: int,
    marked: Sequence[Sequence[Cell]],
) -> Sum:
    """The amount that stands at ``cell.text[start:end]``, with what announces it."""
    cell, start, end = where
    said = _announced(index, cell, start, end, marked)
    amount = Sum(value, index.sheet, *where, said.label, said.phrase, said.score, order)
    amount.own = said.is_own
    _divide(amount, index)
    if value < 0 and _is_far_dash(cell, start):
        amount.value = -value
    return amount


def _is_far_dash(cell: Cell, start: int) -> bool:
    """True when the dash before an amount fills the column before it ("-" under "Korting")."""
    if start not in cell.offsets:
        return False
    at = cell.offsets.index(start)
    dash = cell.words[at]
    if dash.text not in _DASHES or at + 1 == len(cell.words):
        return False
    return cell.words[at + 1].box[0] - dash.box[2] > cell.height


_DASHES = frozenset("-–−")


def _bare(index: LabelIndex, cells: list[Cell]) -> Iterator[tuple[Cell, int, int, Decimal]]:
    """Digits right behind a word for an amount, in a row without any: "Totaal 91000", or of OCR, which
    saw neither its sign nor its comma, also "Totaal 22.225 53".
    """
    for at, cell in enumerate(cells):
        match = _DIGITS_LAST.search(cell.text)
        if match is None:
            continue
        said = cell if match.start() else cells[max(0, at - 1)]
        before = said.text[: match.start()] if said is cell else said.text
        if any(
            caption.label in _MONEY and not re.search(r"\w", before[caption.end :])
            for caption in index.in_cell.get(said, ())
        ):
            yield cell, *match.span(), Decimal(f"{match[0].replace('.', '')}.00")


_DIGITS_LAST = re.compile(r"(?<!\S)(?:\d{3,9}$|\d{1,3}(?:\.?\d{3}){0,2}(?= \d\d$))")


def _is_from_ocr(cell: Cell, start: int, end: int) -> bool:
    return any(word.ocr for word in cell.words_of(start, end))


def _divide(amount: Sum, index: LabelIndex) -> None:
    """Digits with a space before an amount belong to it when they stand right behind its label."""
    text = amount.cell.text
    joined = joined_amount(text, amount.start, amount.end)
    if joined is None:
        _doubt_comma(amount)
        return
    before = text[: amount.start].rstrip("0123456789 ")
    captions = index.in_cell.get(amount.cell, ())
    labelled = not before or any(
        not re.search(r"\w", before[a.end :]) for a in captions if a.start < amount.start
    )
    if labelled and amount.own:
        whole = not before and text[amount.end - 1] in _SIGNS_BEHIND
        amount.alternative = None if whole else amount.value
        amount.value, amount.start = joined, len(before)
    else:
        amount.alternative = joined


def _doubt_comma(amount: Sum) -> None:
    """Two readings of an amount in which OCR saw no comma: as it stands, and with cents.

    The sums decide; without them two digits apart, or five and more in one run, have the cents.
    """
    cell = amount.cell
    if not _is_from_ocr(cell, amount.start, amount.end):
        return
    cents = with_cents(cell.text, amount.start, amount.end)
    if cents is None or cents == abs(amount.value):
        return
    whole, amount.comma_unseen = amount.value, True
    amount.value, amount.alternative = cents.copy_sign(whole), whole
    if cents < abs(whole) < _RARELY_WHOLE:
        amount.value, amount.alternative = amount.alternative, amount.value


_RARELY_WHOLE = 10_000
"""So many euros are hardly ever written without a mark for the thousands, or cents."""
_SIGNS_BEHIND = frozenset("€ROro")


def _rates(index: LabelIndex, cells: list[Cell], labels: set[Label]) -> Iterator[Rate]:
    """The percentages of a row, without that of a discount; without any, a legal rate beside a word
    for btw ("BTW @ 9.0") or under it ("Btw" over "21").
    """
    if Label.DISCOUNT in labels and Label.VAT not in labels:
        cells = _without_discount(index, cells)
    found = [Rate(rate, cell, *where) for cell in cells for *where, rate in rates_in(cell.text)]
    if found:
        yield from found
        return
    for cell in cells:
        if Label.VAT in labels:
            for caption in index.in_cell.get(cell, ()):
                match = caption.label is Label.VAT and _BARE_RATE.match(cell.text, caption.end)
                if match and legal_rate(match["rate"]):
                    rate = Decimal(match["rate"].replace(",", ".")).normalize() + 0
                    yield Rate(rate, cell, *match.span("rate"))
        bare = cell.text[:1].isdigit() and legal_rate(cell.text) and _under_vat(index, cell)
        if bare or any(_is_rate(index, cell, value) for _, _, value, _ in amounts_in(cell.text)):
            rate = Decimal(cell.text.strip().replace(",", ".")).normalize() + 0
            yield Rate(rate, cell, 0, len(cell.text))


def _rates_before(index: LabelIndex, cell: Cell) -> Iterator[Rate]:
    """The percentages in the lines over a cell that go on in it and have no amount."""
    for over, text in _lines_before(index, cell):
        if text == over.text:
            yield from (Rate(rate, over, *where) for *where, rate in rates_in(text))


def _without_discount(index: LabelIndex, cells: list[Cell]) -> list[Cell]:
    """The cells whose percentage is no discount's: those left of the word that announces one, or all
    but the one that only mentions it.
    """
    kept = []
    for cell in cells:
        captions = [a for a in index.in_cell.get(cell, ()) if a.label is Label.DISCOUNT]
        if any(_speaks(caption.label, caption.start, cell.text) for caption in captions):
            break
        if not captions:
            kept.append(cell)
    return kept


def _is_rate(index: LabelIndex, cell: Cell, value: Decimal) -> bool:
    """True for "21,00" under "Btw %"."""
    if value not in _LEGAL or not _TWO_DECIMALS.fullmatch(cell.text):
        return False
    for other in index.sheet.above(cell.box, cell.row, 400, rows=index.labelled()):
        vat = any(a.label is Label.VAT and _heads(a, other, cell.box) for a in index.in_cell[other])
        return vat and bool(_OF_RATES.search(other.text)) and not rates_in(other.text)
    return False


_TWO_DECIMALS = re.compile(r"\d{1,2}[.,]\d\d")
_OF_RATES = re.compile(r"%|tarief|perc|rate|satz|taux", re.IGNORECASE)


_BARE_RATE = re.compile(r"[^\w\d]{0,4}(?P<rate>\d{1,2}(?:[.,]\d)?)(?![\d]|[.,:]\d|\w)")
_LEGAL = frozenset(map(Decimal, ("0", "6", "9", "19", "21")))


def legal_rate(text: str) -> bool:
    """True for a number that is a rate of btw, now or since 2001."""
    match = _BARE_RATE.fullmatch(text) if len(text) < 5 else None
    return match is not None and Decimal(match["rate"].replace(",", ".")) in _LEGAL


def _under_vat(index: LabelIndex, cell: Cell) -> bool:
    """True when the head of the cell's column is a word for btw."""
    for other in index.sheet.above(cell.box, cell.row, 400, rows=index.labelled()):
        return any(a.label is Label.VAT for a in index.in_cell[other] if _heads(a, other, cell.box))
    return False


def _continues(upper: MoneyRow, row: MoneyRow, lone: Cell, hung: Cell | None) -> bool:
    """True when a cell, alone in its part of the page, is one more line of the label of the row
    above.
    """
    if len(row.cells) > 1 and (lone.column == 0 or row.labels & {*_MONEY}):
        return False
    return _hangs_under(row.sheet, lone, hung) and _above(upper, lone) and _is_base(upper, row)


def _is_base(upper: MoneyRow, row: MoneyRow) -> bool:
    """True when the amounts of a row, if it has any, are what the btw of the row above is taken of."""
    rates = {*upper.rates, *row.rates}
    vat = upper.sums[-1].value
    return all(any(rate_fits(base.value, rate, vat) for rate in rates) for base in row.sums)


def rate_fits(net: Decimal, rate: Decimal, vat: Decimal) -> bool:
    """True when ``vat`` is ``rate`` percent of ``net``, with room for rounding a line at a time."""
    if rate == 0:
        return vat == 0
    return (
        abs(net * rate / 100 - vat) <= max(Decimal("0.02"), abs(vat) * Decimal("0.0005"))
        and vat != 0
    )


def _hang(row: MoneyRow, upper: MoneyRow) -> None:
    """Add a row to the one above it, whose label goes on in it: it gives the base of the btw."""
    for base in row.sums:
        base.label, base.phrase = Label.VAT, upper.sums[-1].phrase
        base.score = score(Announced.BASE)
    upper.sums[:0] = row.sums
    upper.percentages += row.percentages


def _hangs_under(sheet: Sheet, cell: Cell, hung: Cell | None) -> bool:
    """True when a lone cell is the second line of a label in the row above ("21% btw over" / "€
    100,00").
    """
    upper = sheet.rows[cell.row - 1] if cell.row else []
    beside = [c for c in upper if abs(c.box[0] - cell.box[0]) < 3]
    over = next(iter(beside if cell.column else upper), None)
    return (
        over is not None
        and (len(upper) > 1 or over is hung)
        and _flush(over, cell)
        and cell.box[1] - over.box[3] < 0.7 * cell.height
    )


def _flush(one: Cell, other: Cell) -> bool:
    return abs(one.box[0] - other.box[0]) < 3 or abs(one.box[2] - other.box[2]) < 3


def _above(row: MoneyRow, cell: Cell) -> bool:
    last = row.sums[-1] if len(row.sums) == 1 and Label.VAT in row.labels else None
    same = last is not None and last.cell.page == cell.page
    return same and last is not None and 0 < cell.row - last.cell.row <= _MOST_HANGING


def _announced(
    index: LabelIndex, cell: Cell, start: int, end: int, marked: Sequence[Sequence[Cell]]
) -> _Announcement:
    """The money label of an amount: before it, left of it, over it, or behind it.

    Args:
        marked: of each row up to this one the cells that hold a label or an amount.
    """
    column = partial(_column, index, cell, start, end, marked)  # asked only when it matters
    if start == 0 and (sign := _sign_above(index, cell)):
        return _left(index, sign, column) or _Announcement()
    return (
        _before(index, cell, start, end)
        or _left(index, cell, column)
        or (len(index.sheet.rows[cell.row]) == 2 and _right(index, cell))
        or _line_above(index, cell, start)
        or _stacked(index, cell, start, end)
        or _boxed(index, cell)
        or _only_rate(index, cell)
        or column()
        or _behind(index, cell, end, _MONEY)
        or _right(index, cell)
        or _Announcement()
    )


def _sign_above(index: LabelIndex, cell: Cell) -> Cell | None:
    """The currency sign at the end of the line above, when an amount was wrapped away from it."""
    for over in index.sheet.above(cell.box, cell.row, 0.9 * cell.height):
        within = cell.box[0] - 3 < over.box[0] and over.box[2] < cell.box[2] + 3
        taken = any(amounts_in(other.text) for other in index.sheet.right_of(over))
        return over if over.text in _CURRENCIES and within and not taken else None
    return None


_CURRENCIES = frozenset({"€", "EUR", "Eur", "euro", "Euro", "EURO"})


def _before(index: LabelIndex, cell: Cell, start: int, end: int) -> _Announcement | None:
    """A label before the amount in its cell."""
    labels = index.in_cell.get(cell, ())
    before = [a for a in labels if a.start < start and _speaks(a.label, a.start, cell.text)]
    if not before:
        return _behind_date(labels, cell.text, start)
    last = _speaking(before, cell.text)
    if last.label not in _MONEY:
        return _Announcement()
    between = cell.text[last.end : start]
    amounts = amounts_in(between)
    behind = _behind(index, cell, end, _TAXED)
    if behind and (amounts or _belongs_before(cell.text, last.start)):
        return behind
    words = cell.text[last.start : last.end]
    if last.label is Label.VAT and _IS_BASE.search(cell.text, last.start, start):
        return _Announcement(last.label, words, score(Announced.BASE))
    far = min(sum(map(str.isalnum, between)), Announced.MOST_LETTERS)
    why = score(
        Announced.LABEL,
        Announced.LETTERS_BETWEEN.times(far) if far else None,
        Announced.AMOUNT_BETWEEN.when(amounts),
    )
    return _Announcement(_money(last.label, _phrase_around(cell.text, start, end)), words, why)


def _behind_date(labels: Sequence[Caption], text: str, start: int) -> _Announcement | None:
    """The total, for an amount behind the day of payment: "Te betalen voor 14-12-2026: € 484,00"."""
    for caption in labels:
        if caption.label is Label.OTHER_DATE and _TO_PAY.search(caption.words):
            dates = list(dates_in(text[caption.end : start]))
            if dates and not re.search(r"\w", text[caption.end + dates[-1][1] : start]):
                return _said(caption, Announced.LABEL, Label.GROSS)
    return None


_TO_PAY = re.compile(r"betalen|voldoen", re.IGNORECASE)
_IS_BASE = re.compile(r"\b(?:over|on|auf|sur)\s*(?:€|EUR)?\s*$", re.IGNORECASE)
"""Between the word btw and the amount of which it is a share: "21% btw over € 100,00"."""


def _speaks(label: Label, start: int, text: str) -> bool:
    """True when a label says what a number behind it is: not the one of "Begeleiding (10% korting)",
    "Reiskosten, 21% btw" or "Vrijgesteld van btw".
    """
    before = text[:start]
    if label is Label.VAT:
        return not (_OF_ITEM.search(before) or _NOT_DUE.search(before))
    if label is not Label.DISCOUNT:
        return label in _SPEAKS
    what, bracket, inside = before.rpartition("(")
    return not bracket or ")" in inside or not _WORDS.search(what)


_WORDS = re.compile(r"[^\W\d_]{4,}")
_OF_ITEM = re.compile(
    r"(?:\b(?!(?:hoog|hoge|laag|lage|tarief|totaal|bedrag|standard|reduced)\b)[^\W\d_]{3,}|[)\d])"
    r"\s?[,(\[–-]\s?(?:incl\w*\.?\s|excl\w*\.?\s|met\s)?\d{1,2}(?:[.,]\d)?\s?%\s?$",
    re.IGNORECASE,
)
"""What was done, and before the word btw its rate."""
_NOT_DUE = re.compile(
    r"\b(?:vrij\w*(?: van)?|geen|zonder|no|exempt(?: from)?|free of)\s$", re.IGNORECASE
)
"""Before the word btw: none is charged."""


def _belongs_before(text: str, start: int) -> bool:
    """True when a label stands right behind another amount."""
    return any(0 <= start - last < _TIGHT for _, last, *_ in amounts_in(text))


def _phrase_around(text: str, start: int, end: int) -> str:
    """The words that can speak of an amount among others: those behind the amount before it, and
    without another behind it also the rest.
    """
    others = [(first, last) for first, last, *_ in amounts_in(text)]
    begin = max((last for _, last in others if last <= start), default=0)
    follows = any(first >= end for first, _ in others)
    return text[begin:start] if follows or begin else text[begin:]


def _left(
    index: LabelIndex, cell: Cell, column: Callable[[], _Announcement | None]
) -> _Announcement | None:
    """A label in a cell left of the amount; behind other amounts the column's heading counts
    more.
    """
    passed = False
    later = any(amounts_in(c.text) for c in index.sheet.right_of(cell))
    for other in index.sheet.left_of(cell):
        captions = index.in_cell.get(other, ())
        labels = [
            a for a in captions if a.label in _MONEY and _speaks(a.label, a.start, other.text)
        ]
        if not labels:
            if other.column + 1 == cell.column and (
                said := _wrapped(index, other, len(other.text))
            ):
                return said
            passed = passed or bool(amounts_in(other.text))
            continue
        last = _speaking(labels, other.text)
        where = Announced.RIGHT
        if passed:
            header = column()
            if header is None:
                where = Announced.RIGHT_OF_AMOUNTS if later else Announced.LAST_IN_ROW
                return _said(last, where)
            if header.label is not last.label:
                taken_off = last.label in (Label.DISCOUNT, Label.PAID)
                label = last.label if taken_off else header.label
                return replace(header, label=label, score=score(Announced.OTHER_COLUMN), own=True)
            where = Announced.RIGHT_IN_COLUMN
        elif later and last.label in TOTALS:
            header = column()
            if header is not None and header.label in _TAXED and header.label is not last.label:
                return replace(header, score=score(Announced.OTHER_COLUMN), own=True)
            where = Announced.RIGHT_OF_AMOUNTS if header is None else where
        words = other.text[last.start : last.end]
        return _Announcement(_money(last.label, other.text), words, score(where))
    return None


def _line_above(index: LabelIndex, cell: Cell, start: int) -> _Announcement | None:
    """A label in the lines over a cell that go on in it, up to the amount."""
    if amounts_in(cell.text[:start]):
        return None
    said = _wrapped(index, cell, start)
    if said is None or cell.column == 0:
        return said
    return replace(said, own=False)


def _wrapped(index: LabelIndex, cell: Cell, end: int) -> _Announcement | None:
    """The last money label of a text that begins in the lines over a cell and ends at
    ``cell.text[:end]``, unless the text goes on too far behind it.
    """
    lines = _lines_before(index, cell)
    over = " ".join(text for _, text in lines)
    text = f"{over} {cell.text[:end]}"
    taken = _TIGHT if lines and lines[0][1] != lines[0][0].text else 0
    labels = [
        found
        for found in (labels_in(text) if lines else ())
        if found[0] in _MONEY
        and taken <= found[2] < len(over)
        and _speaks(found[0], found[2], text)
    ]
    if not labels:
        return None
    label, phrase, begin, last = labels[-1]
    if label is Label.VAT and _IS_BASE.search(text, begin):
        return _Announcement(label, phrase, score(Announced.BASE))
    if len(text.rstrip()) - last > _MOST_BEHIND:
        return None
    return _Announcement(label, phrase, score(Announced.LINE_BEFORE))


def _lines_before(index: LabelIndex, cell: Cell) -> list[tuple[Cell, str]]:
    """The lines over a cell that go on in it, top to bottom, each with its text behind its last
    amount; a line with an amount or label right of it is another row.
    """
    lines: list[tuple[Cell, str]] = []
    rows, lower = index.sheet.rows, cell
    while lower.row and len(lines) < _MOST_HANGING:
        upper = next((c for c in rows[lower.row - 1] if abs(c.box[0] - lower.box[0]) < 2), None)
        if upper is None or lower.box[1] - upper.box[3] > 0.6 * lower.height:
            break
        beside = index.sheet.right_of(upper)
        if any(index.in_cell.get(c) or amounts_in(c.text) for c in beside):
            break
        taken = max((last for _, last, *_ in amounts_in(upper.text)), default=0)
        lines.insert(0, (upper, upper.text[taken:]))
        if taken:
            break
        lower = upper
    return lines


_TIGHT = 4
"""A label that begins nearer behind an amount is that amount's."""
_MOST_BEHIND = 30
"""Letters that may stand between a label in the lines before and its amount."""


def _stacked(index: LabelIndex, cell: Cell, start: int, end: int) -> _Announcement | None:
    """The label right behind an amount that is alone in its row, or alone in the row above it."""
    rows = index.sheet.rows
    if len(rows[cell.row]) > 1 or start > 1:
        return None
    if said := _behind(index, cell, end, _MONEY):
        return said
    over = rows[cell.row - 1] if cell.row else []
    if len(over) != 1 or end < len(cell.text) or cell.box[1] - over[0].box[3] > 0.6 * cell.height:
        return None
    text = over[0].text
    captions = [a for a in index.in_cell.get(over[0], ()) if a.label in _MONEY]
    bases = [base for _, _, base, _ in amounts_in(text)]
    shares = [
        rate_fits(base, rate, value)
        for _, _, value, _ in amounts_in(cell.text)
        for _, _, rate in rates_in(text)
        for base in bases
    ]
    if not captions or (bases and not any(shares)):
        return None
    return _said(_speaking(captions, text), Announced.UNDER)


def _boxed(index: LabelIndex, cell: Cell) -> _Announcement | None:
    """The label at the head of a box, for the amount that stands anywhere in it: a row of words over
    one row of as many amounts, each left of where the next word begins.
    """
    rows = index.sheet.rows
    boxes, heads = rows[cell.row], rows[cell.row - 1] if cell.row else []
    under = rows[cell.row + 1] if cell.row + 1 < len(rows) else []
    if not 1 < len(boxes) == len(heads) or _all_amounts(under) or not _all_amounts(boxes):
        return None
    ends = [*(head.box[0] for head in heads[1:]), index.sheet.width]
    places = zip(heads, boxes, ends, strict=True)
    if not all(h.box[0] - 3 <= box.box[0] and box.box[2] <= end for h, box, end in places):
        return None
    head = heads[cell.column]
    captions = [a for a in index.in_cell.get(head, ()) if a.label in _MONEY]
    return _said(_speaking(captions, head.text), Announced.UNDER) if captions else None


def _all_amounts(row: list[Cell]) -> bool:
    return bool(row) and all(amounts_in(cell.text) for cell in row)


def _behind(
    index: LabelIndex, cell: Cell, end: int, labels: Collection[Label]
) -> _Announcement | None:
    """One of these labels right behind the amount in its cell."""
    for caption in index.in_cell.get(cell, ()):
        if 0 <= caption.start - end < _TIGHT and caption.label in labels:
            return _said(caption, Announced.BEFORE_LABEL)
    return None


def _right(index: LabelIndex, cell: Cell) -> _Announcement | None:
    """A label that begins the next cell, which has no number of its own; surer when the row has
    nothing else.
    """
    for other in index.sheet.right_of(cell)[:1]:
        first = next(iter(index.in_cell.get(other, ())), None)
        if first is None or first.start != 0 or _numbered(other.text):
            return None
        if _is_pair(index, cell, first):
            return _said(first, Announced.BEFORE_LABEL, _money(first.label, other.text))
        return _said(first, Announced.LEFT_OF_LABEL) if first.label in _TAXED else None
    return None


def _is_pair(index: LabelIndex, cell: Cell, caption: Caption) -> bool:
    """True for a row of one amount and the label right of it."""
    return len(index.sheet.rows[cell.row]) == 2 and caption.label in _MONEY


def _only_rate(index: LabelIndex, cell: Cell) -> _Announcement | None:
    """Btw, for an amount with nothing beside it but a legal percentage."""
    before = [c.text for c in index.sheet.left_of(cell)]
    if len(before) != 1 or len(before[0]) > _LONGEST_RATE:
        return None
    if not any(rate in _LEGAL for _, _, rate in rates_in(before[0])):
        return None
    behind = [value for c in index.sheet.right_of(cell) for _, _, value, _ in amounts_in(c.text)]
    own = next(value for _, _, value, _ in amounts_in(cell.text))
    if any(0 < abs(value) < abs(own) for value in behind):
        return None  # its base
    return _Announcement(Label.VAT, before[0], score(Announced.RIGHT_OF_RATE))


_LONGEST_RATE = 6


def _speaking(labels: list[Caption], text: str) -> Caption:
    """Of several labels before an amount the one that announces it: "Totaal (vrijgesteld van btw)"
    is a total.
    """
    *others, last = labels
    before = others[-1] if others else last
    if before.label in (Label.DISCOUNT, Label.PAID) and _is_kind(last):
        return before  # "Korting incl. btw"
    first = next((a for a in labels if a.label in _SUMS), None)
    if last.label in (Label.DISCOUNT, Label.PAID):
        return first if first and _AFTER.search(text[first.end : last.start]) else last
    if last.label is not Label.VAT or first is None:
        return last
    between = text[first.end : last.start].lower()
    tells_kind = any(word in between for word in _KINDS_OF_TOTAL)
    return first if tells_kind and not any(map(str.isdigit, between)) else last


def _is_kind(caption: Caption) -> bool:
    """True for words that only say whether an amount has its btw in it."""
    return caption.words.lower().startswith(("incl", "excl"))


_SPEAKS = (*_MONEY, Label.OTHER_NUMBER, Label.PHONE, Label.KVK)
"""Labels that say what the number behind them is; "Totaal deze factuur" is a total."""
_TAXED = (Label.VAT, Label.NET, Label.GROSS)
_SUMS = (Label.GROSS, Label.NET, Label.SUBTOTAL, Label.TOTAL)
_AFTER = re.compile(r"-/-|\b(?:na|min|minus|aftrek|after|less|nach|abzgl|après)\b", re.IGNORECASE)
"""What stands between a sum and what was taken off before it."""
_KINDS_OF_TOTAL = ("vrij", "incl", "excl", "(", "geen", "zonder", "niet")
"""What stands between a total and the word btw that only says which total it is."""


_TOTALS = ("totaal", "bedrag", "totaalbedrag", "subtotaal", "total", "te")


def _money(label: Label, text: str) -> Label:
    """ "Totaal" followed by "excl." or "incl." says which total it is, also with words between."""
    low = text.lower()
    without, within = "excl" in low, "incl" in low
    if label is Label.VAT:
        if not (without or within) or len(low) >= 40 or low.split()[0] not in _TOTALS:
            return label
        return Label.NET if without else Label.GROSS
    if without is within:
        return label
    if without:
        return Label.NET if label in (Label.TOTAL, Label.SUBTOTAL, Label.GROSS) else label
    return Label.GROSS if label is Label.TOTAL else label


def _column(
    index: LabelIndex, cell: Cell, start: int, end: int, marked: Sequence[Sequence[Cell]]
) -> _Announcement | None:
    """The money label at the head of the amount's column; weaker when amounts stand between."""
    box = cell.box_of(start, end)
    far = None
    for other in index.sheet.above(box, cell.row, 400, rows=marked):
        labels = index.in_cell.get(other, ())
        if amounts_in(other.text):
            if labels:
                return None
            far = Announced.COLUMN_FAR
        elif fits := [
            a for a in labels if _heads(a, other, box) and _speaks(a.label, a.start, other.text)
        ]:
            last = fits[-1]
            label, phrase = _whole_heading(index, last)
            under = cell.row - other.row == 1 and len(index.sheet.rows[other.row]) == 1
            alone = under and len(index.sheet.rows[cell.row]) == 1
            why = score(Announced.UNDER if alone else Announced.COLUMN, far)
            return _Announcement(label, phrase, why, own=alone)
        elif any(a.label is Label.COLUMN and _is_over(a, box) for a in labels):
            return None  # "Prijs": a label farther up heads another column
    return None


def _whole_heading(index: LabelIndex, caption: Caption) -> tuple[Label, str]:
    """What the head of a column says with the line over it: "Excl." over "btw", "Btw-" over "bedrag"."""
    left, _, right, _ = caption.box
    for over in index.sheet.above(caption.box, caption.cell.row, 0.6 * caption.cell.height):
        words = [w.text for w in over.words if w.box[0] < right + 2 and w.box[2] > left - 2]
        upper = " ".join(words)
        for label, phrase, start, end in labels_in(f"{upper} {caption.words}"):
            if label in _MONEY and start <= len(upper) < end and not has_digit(upper):
                return label, phrase
        break
    return caption.label, caption.phrase


def _heads(caption: Caption, cell: Cell, box: Box) -> bool:
    """True for a money label over ``box`` that has no number of its own."""
    return (
        caption.label in _MONEY
        and _is_over(caption, box)
        and not _COMPOUND.match(cell.text, caption.end)
        and not _numbered(cell.text[caption.end :])
    )


_COMPOUND = re.compile(r"-[^\W\d_]")
"""Behind a word it makes another word of it: "btw-datum"."""


def _is_over(caption: Caption, box: Box) -> bool:
    """True when a label stands in the column of ``box``."""
    return min(caption.box[2], box[2]) - max(caption.box[0], box[0]) > -4


def _numbered(text: str) -> bool:
    """True when a digit stands in ``text`` that is not of a percentage."""
    return any(map(str.isdigit, _PERCENTAGE.sub("", text)))


def charged_rates(pages: PageIndex, rows: list[MoneyRow]) -> list[Decimal]:
    """Percentages that stand at btw words, and the rates that "hoog" and "laag" mean."""
    taxed = {Label.VAT, Label.VAT_ID, Label.NET, Label.GROSS}
    rates = [rate for row in rows if row.labels & taxed for rate in row.rates]
    for _, caption in pages.labelled(Label.VAT):
        if "hoog" in caption.phrase or "hoge" in caption.phrase:
            rates.append(Decimal(21))
        elif "laag" in caption.phrase:
            rates.append(Decimal(9))
    return list(dict.fromkeys(rates))


def all_rates(rows: list[MoneyRow]) -> Iterator[Decimal]:
    for row in rows:
        yield from row.rates
