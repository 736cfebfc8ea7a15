"""Every amount and percentage of the document with what stands beside it: the raw material of the
totals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from intake.document.extract.amount_labels import (
    LEGAL,
    MONEY,
    TOTALS,
    announced,
    heads,
    lines_before,
    rate_fits,
    speaks,
)
from intake.document.extract.weights import Announced
from intake.document.layout.cells import Cell, Sheet, evidence
from intake.document.layout.label_index import LabelIndex
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.document.layout.scoring import Score, score
from intake.model.basics import Box
from intake.model.invoice import Evidence
from intake.text.amounts import amounts_in, joined_amount, rates_in, unread_in, with_cents

_MOST_HANGING = 3
"""Lines under its first one over which a label in a narrow column goes on."""


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

    @property
    def is_total(self) -> bool:
        """Whether its own row calls it a total."""
        return self.own and self.label in TOTALS

    @property
    def is_payment(self) -> bool:
        """Whether its own row calls it paid, and it is not nothing."""
        return self.own and self.label is Label.PAID and self.value != 0

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
    taken_off: bool = False
    """Whether it is a discount's, in a row that has a rate of btw too."""

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

    @property
    def values(self) -> list[Decimal]:
        return [amount.value for amount in self.sums]


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
    found, odd = _amounts(index, cells)
    labels = _labels(index, cells)
    rates = list(_rates(index, cells, labels))
    if not (found or rates or odd):
        return None
    sums = [
        _sum(index, (cell, start, end), value, number, marked)
        for number, (cell, start, end, value) in enumerate(found, order)
    ]
    if not rates and any(amount.label is Label.VAT for amount in sums):
        rates = list(_rates_before(index, cells[0]))
        labels |= {Label.VAT} if rates else set()
    return MoneyRow(index.sheet, cells, sums, rates, labels, list(_unread(index, odd, marked)))


def _amounts(
    index: LabelIndex, cells: list[Cell]
) -> tuple[list[tuple[Cell, int, int, Decimal]], list[tuple[Cell, int, int, bool]]]:
    """The amounts of a row, and what may be one that cannot be read, with whether a currency stands
    at it.
    """
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
    return found, odd


def _labels(index: LabelIndex, cells: list[Cell]) -> set[Label]:
    """The labels of a row; the word btw only where it speaks of an amount."""
    return {
        a.label
        for c in cells
        for a in index.in_cell.get(c, ())
        if a.label is not Label.VAT or speaks(a.label, a.start, c.text)
    }


def _unread(
    index: LabelIndex, odd: list[tuple[Cell, int, int, bool]], marked: Sequence[Sequence[Cell]]
) -> Iterator[Unread]:
    """Of what may be an amount, that at a currency or at a word for one."""
    for cell, start, end, currency in odd:
        said = announced(index, cell, start, end, marked)
        if currency or said.is_own:
            yield Unread(said.label, said.is_own, evidence(index.sheet, cell, start, end))


def _sum(
    index: LabelIndex,
    where: tuple[Cell, int, int],
    value: Decimal,
    order: int,
    marked: Sequence[Sequence[Cell]],
) -> Sum:
    """The amount that stands at ``cell.text[start:end]``, with what announces it."""
    cell, start, end = where
    said = announced(index, cell, start, end, marked)
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
            caption.label in MONEY and not re.search(r"\w", before[caption.end :])
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
    found = [Rate(rate, cell, at, end) for cell in cells for at, end, rate in rates_in(cell.text)]
    found = [replace(rate, taken_off=_is_of_discount(index, rate, labels)) for rate in found]
    if found:
        yield from found if not all(rate.taken_off for rate in found) else ()
        return
    for cell in cells:
        if Label.VAT in labels:
            yield from _rates_behind_vat(index, cell)
        if _is_bare_rate(index, cell):
            yield _rate(cell, 0, len(cell.text))


def _rates_behind_vat(index: LabelIndex, cell: Cell) -> Iterator[Rate]:
    for caption in index.in_cell.get(cell, ()):
        match = caption.label is Label.VAT and _BARE_RATE.match(cell.text, caption.end)
        if match and legal_rate(match["rate"]):
            yield _rate(cell, *match.span("rate"))


def _is_bare_rate(index: LabelIndex, cell: Cell) -> bool:
    """True for a number under a word for btw that can be its rate only."""
    if cell.text[:1].isdigit() and legal_rate(cell.text) and _under_vat(index, cell):
        return True
    return any(_is_rate(index, cell, value) for _, _, value, _ in amounts_in(cell.text))


def _rate(cell: Cell, start: int, end: int) -> Rate:
    number = cell.text[start:end].strip().replace(",", ".")
    return Rate(Decimal(number).normalize() + 0, cell, start, end)


def _is_of_discount(index: LabelIndex, rate: Rate, labels: set[Label]) -> bool:
    """True for the 2 of "btw 21 %, korting 2 %", and for a percentage under "Korting"."""
    cell = rate.cell
    if Label.DISCOUNT not in labels:
        return Label.DISCOUNT in _heads_of(index, cell)
    said = [caption for caption in index.in_cell.get(cell, ()) if caption.label in MONEY]
    before = [caption.label for caption in said if caption.start < rate.start]
    taxed = any(a.label is Label.VAT and 0 <= a.start - rate.end < 3 for a in said)
    return rate.value not in LEGAL or (before[-1:] == [Label.DISCOUNT] and not taxed)


def _rates_before(index: LabelIndex, cell: Cell) -> Iterator[Rate]:
    """The percentages in the lines over a cell that go on in it and have no amount."""
    for over, text in lines_before(index, cell):
        if text == over.text:
            yield from (Rate(rate, over, at, end) for at, end, rate in rates_in(text))


def _without_discount(index: LabelIndex, cells: list[Cell]) -> list[Cell]:
    """The cells whose percentage is no discount's: those left of the word that announces one, or all
    but the one that only mentions it.
    """
    kept = []
    for cell in cells:
        captions = [a for a in index.in_cell.get(cell, ()) if a.label is Label.DISCOUNT]
        if any(speaks(caption.label, caption.start, cell.text) for caption in captions):
            break
        if not captions:
            kept.append(cell)
    return kept


def _is_rate(index: LabelIndex, cell: Cell, value: Decimal) -> bool:
    """True for "21,00" under "Btw %"."""
    if value not in LEGAL or not _TWO_DECIMALS.fullmatch(cell.text):
        return False
    for other in index.sheet.above(cell.box, cell.row, 400, rows=index.labelled()):
        vat = any(a.label is Label.VAT and heads(a, other, cell.box) for a in index.in_cell[other])
        return vat and bool(_OF_RATES.search(other.text)) and not rates_in(other.text)
    return False


_TWO_DECIMALS = re.compile(r"\d{1,2}[.,]\d\d")
_OF_RATES = re.compile(r"%|tarief|perc|rate|satz|taux", re.IGNORECASE)


_BARE_RATE = re.compile(r"[^\w\d]{0,4}(?P<rate>\d{1,2}(?:[.,]\d)?)(?![\d]|[.,:]\d|\w)")


def legal_rate(text: str) -> bool:
    """True for a number that is a rate of btw, now or since 2001."""
    match = _BARE_RATE.fullmatch(text) if len(text) < 5 else None
    return match is not None and Decimal(match["rate"].replace(",", ".")) in LEGAL


def _under_vat(index: LabelIndex, cell: Cell) -> bool:
    """True when the head of the cell's column is a word for btw."""
    return Label.VAT in _heads_of(index, cell)


def _heads_of(index: LabelIndex, cell: Cell) -> set[Label]:
    """What the first labelled cell over a cell heads its column with."""
    for other in index.sheet.above(cell.box, cell.row, 400, rows=index.labelled()):
        return {a.label for a in index.in_cell[other] if heads(a, other, cell.box)}
    return set()


def _continues(upper: MoneyRow, row: MoneyRow, lone: Cell, hung: Cell | None) -> bool:
    """True when a cell, alone in its part of the page, is one more line of the label of the row
    above.
    """
    if len(row.cells) > 1 and (lone.column == 0 or row.labels & {*MONEY}):
        return False
    return _hangs_under(row.sheet, lone, hung) and _above(upper, lone) and _is_base(upper, row)


def _is_base(upper: MoneyRow, row: MoneyRow) -> bool:
    """True when the amounts of a row, if it has any, are what the btw of the row above is taken of."""
    rates = {*upper.rates, *row.rates}
    vat = upper.sums[-1].value
    return all(any(rate_fits(base.value, rate, vat) for rate in rates) for base in row.sums)


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
