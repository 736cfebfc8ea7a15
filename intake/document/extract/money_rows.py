"""Every amount and percentage of the document with what stands beside it: the raw material of the
totals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from intake.document.layout.cells import Cell, Sheet, evidence
from intake.document.layout.label_index import Anchor, Anchors
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import Scan
from intake.model.invoice import Evidence
from intake.text.amounts import amounts_in, rates_in

_PERCENTAGE = re.compile(r"\d{1,2}(?:[.,]\d{1,2})?\s?%")
_MOST_HANGING = 3
"""Lines under its first one over which a label in a narrow column goes on."""
_MONEY = (Label.NET, Label.VAT, Label.GROSS, Label.SUBTOTAL, Label.TOTAL, Label.PAID)


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
    weight: float
    order: int
    rate: Decimal | None = None
    """The percentage in the same row."""

    def evidence(self) -> Evidence:
        return evidence(self.sheet, self.cell, self.start, self.end)

    @property
    def note(self) -> str:
        return f"bij '{self.phrase}'" if self.phrase else "past in de optelling"


@dataclass(eq=False, slots=True)
class MoneyRow:
    """The amounts and the one percentage of one row, left to right."""

    sums: list[Sum]
    rate_places: list[tuple[Decimal, Evidence]]
    labels: set[Label]

    @property
    def rates(self) -> list[Decimal]:
        return [rate for rate, _ in self.rate_places]


def money_rows(scan: Scan) -> list[MoneyRow]:
    """Rows that hold an amount or a percentage, top to bottom, all pages."""
    rows: list[MoneyRow] = []
    order = 0
    hung: Cell | None = None
    for anchors in scan.anchors:
        telling: list[list[Cell]] = []  # of each row up to this one
        for row in anchors.sheet.rows:
            found = [
                (cell, start, end, value)
                for cell in row
                for start, end, value, _ in amounts_in(cell.text)
            ]
            telling.append(
                [cell for cell in row if anchors.in_cell.get(cell) or amounts_in(cell.text)]
            )
            places = [
                (rate, evidence(anchors.sheet, cell, start, end))
                for cell in row
                for start, end, rate in rates_in(cell.text)
            ]
            if not found and not places:
                continue
            labels = {a.label for cell in row for a in anchors.in_cell.get(cell, ())}
            sums: list[Sum] = []
            for cell, start, end, value in found:
                label, phrase, weight = _announced(anchors, cell, start, end, telling)
                sums.append(
                    Sum(
                        value,
                        anchors.sheet,
                        cell,
                        start,
                        end,
                        label,
                        phrase,
                        weight,
                        order,
                        places[0][0] if len(places) == 1 else None,
                    )
                )
                order += 1
            if (
                rows
                and len(row) == 1
                and _hangs_under(anchors.sheet, row[0], hung)
                and _above(rows[-1], row[0], anchors.sheet)
            ):
                for base in sums:
                    base.label, base.phrase, base.weight = Label.VAT, rows[-1].sums[-1].phrase, 0.3
                rows[-1].sums[:0] = sums
                rows[-1].rate_places += places
                hung = row[0]
                continue
            rows.append(MoneyRow(sums, places, labels))
    return rows


def _hangs_under(sheet: Sheet, cell: Cell, hung: Cell | None) -> bool:
    """True when a lone cell is the second line of a label in the row above ("21% btw over" / "€
    100,00").
    """
    over = sheet.rows[cell.row - 1][0] if cell.row else None
    return (
        over is not None
        and (len(sheet.rows[over.row]) > 1 or over is hung)
        and _flush(over, cell)
        and cell.box[1] - over.box[3] < 0.7 * cell.height
    )


def _flush(one: Cell, other: Cell) -> bool:
    return abs(one.box[0] - other.box[0]) < 3 or abs(one.box[2] - other.box[2]) < 3


def _above(row: MoneyRow, cell: Cell, sheet: Sheet) -> bool:
    last = row.sums[-1] if len(row.sums) == 1 and Label.VAT in row.labels else None
    return (
        last is not None and last.sheet is sheet and 0 < cell.row - last.cell.row <= _MOST_HANGING
    )


def _announced(
    anchors: Anchors, cell: Cell, start: int, end: int, telling: Sequence[Sequence[Cell]]
) -> tuple[Label | None, str, float]:
    """The money label of an amount: before it, left of it, over it, or behind it.

    Args:
        telling: of each row up to this one the cells that hold a label or an amount.
    """
    before = [a for a in anchors.in_cell.get(cell, ()) if a.start < start]
    if before:
        last = _speaking(before, cell.text)
        between = cell.text[last.end : start]
        if last.label in _MONEY:
            far = sum(map(str.isalnum, between))
            values = len(amounts_in(between))
            behind = [
                a
                for a in anchors.in_cell.get(cell, ())
                if 0 <= a.start - end < 4 and a.label in (Label.VAT, Label.NET, Label.GROSS)
            ]
            if values and behind:
                return behind[0].label, behind[0].phrase, 0.8
            return (
                _money(last.label, last.phrase, cell.text),
                cell.text[last.start : last.end],
                max(0.3, 1.0 - 0.01 * far) * (0.6 if values else 1.0),
            )
        if last.label in (Label.OTHER_NUMBER, Label.PHONE, Label.KVK):
            return None, "", 0.0
    passed = 0
    for other in anchors.sheet.left_of(cell):
        labels = [a for a in anchors.in_cell.get(other, ()) if a.label in _MONEY]
        if labels:
            last = _speaking(labels, other.text)
            header = _column(anchors, cell, start, end, telling) if passed else None
            if header and header[0] is not last.label:
                return header[0], header[1], 0.85
            if passed and header is None:
                return last.label, last.phrase, 0.55
            return (
                _money(last.label, last.phrase, _with_line_above(anchors, other)),
                other.text[last.start : last.end],
                0.97 if not passed else 0.8,
            )
        if amounts_in(other.text):
            passed += 1
    if start < 2 and (hanging := _line_before(anchors, cell)):
        return hanging.label, hanging.phrase, 0.85
    if header := _column(anchors, cell, start, end, telling):
        return header[0], header[1], 0.7 * header[2]
    after = [
        a
        for a in anchors.in_cell.get(cell, ())
        if a.start >= end and a.start - end < 4 and a.label in _MONEY
    ]
    if after:
        return after[0].label, after[0].phrase, 0.8
    for other in anchors.sheet.right_of(cell)[:1]:
        first = anchors.in_cell.get(other, ())[:1]
        if (
            first
            and first[0].label in (Label.NET, Label.GROSS, Label.VAT)
            and first[0].start == 0
            and not any(map(str.isdigit, other.text))
        ):
            return first[0].label, first[0].phrase, 0.5
    return None, "", 0.0


def _speaking(labels: list[Anchor], text: str) -> Anchor:
    """Of several labels before an amount the one that announces it: "Totaal (vrijgesteld van btw)"
    is a total.
    """
    last = labels[-1]
    if last.label is Label.VAT and len(labels) > 1:
        first = next(
            (a for a in labels if a.label in (Label.GROSS, Label.NET, Label.SUBTOTAL, Label.TOTAL)),
            None,
        )
        between = text[first.end : last.start].lower() if first else ""
        if (
            first
            and not any(map(str.isdigit, between))
            and any(w in between for w in ("vrij", "incl", "excl", "(", "geen", "zonder", "niet"))
        ):
            return first
    return last


def _line_before(anchors: Anchors, cell: Cell) -> Anchor | None:
    """The money label at the end of the line before, when an amount begins a line of running text."""
    for over in anchors.sheet.above(cell.box, cell.row, 0.6 * cell.height, rows=anchors.labelled()):
        labels = [a for a in anchors.in_cell[over] if a.label in _MONEY]
        near = (
            abs(over.box[0] - cell.box[0]) < 2
            and bool(labels)
            and len(over.text) - labels[-1].end < 25
        )
        if near and not amounts_in(over.text[labels[-1].end :]):
            return labels[-1]
    return None


def _with_line_above(anchors: Anchors, cell: Cell) -> str:
    """The label's text with the line over it when it is wrapped ("Totaal incl." over "btw")."""
    for over in anchors.sheet.above(cell.box, cell.row, 0.6 * cell.height):
        if abs(over.box[0] - cell.box[0]) < 2 and over.text.rstrip().lower().endswith(
            ("incl.", "excl.", "inclusief", "exclusief", "incl", "excl")
        ):
            return f"{over.text} {cell.text}"
    return cell.text


def _money(label: Label, phrase: str, text: str) -> Label:
    """ "Totaal" followed by "excl." or "incl." says which total it is, also with words between."""
    low = text.lower()
    if (
        label is Label.VAT
        and len(low) < 40
        and low.split()[0] in ("totaal", "bedrag", "totaalbedrag", "subtotaal", "total", "te")
        and ("incl" in low or "excl" in low)
    ):
        return Label.NET if "excl" in low else Label.GROSS
    if label in (Label.TOTAL, Label.SUBTOTAL, Label.GROSS):
        if "excl" in low and "incl" not in low:
            return Label.NET
        if "incl" in low and "excl" not in low and label is Label.TOTAL:
            return Label.GROSS
    return label


def _column(
    anchors: Anchors, cell: Cell, start: int, end: int, telling: Sequence[Sequence[Cell]]
) -> tuple[Label, str, float] | None:
    """The money label at the head of the amount's column; weaker the more amounts stand between."""
    box = cell.box_of(start, end)
    amounts = 0
    for other in anchors.sheet.above(box, cell.row, 400, rows=telling):
        labels = anchors.in_cell.get(other)
        if amounts_in(other.text):
            if labels:
                return None
            amounts += 1
        elif labels:
            fits = [
                a
                for a in labels
                if a.label in _MONEY
                and min(a.box[2], box[2]) - max(a.box[0], box[0]) > -4
                and not _numbered(other.text[a.end :])
            ]
            if fits:
                return fits[-1].label, fits[-1].phrase, 1.0 if not amounts else 0.4
    return None


def _numbered(text: str) -> bool:
    """True when a digit stands in ``text`` that is not of a percentage."""
    return any(map(str.isdigit, _PERCENTAGE.sub("", text)))


def charged_rates(scan: Scan, rows: list[MoneyRow]) -> list[Decimal]:
    """Percentages that stand at btw words, and the rates that "hoog" and "laag" mean."""
    rates: list[Decimal] = []
    for row in rows:
        if row.rates and (
            Label.VAT in row.labels
            or Label.VAT_ID in row.labels
            or Label.NET in row.labels
            or Label.GROSS in row.labels
        ):
            rates += row.rates
    for _, anchor in scan.labelled(Label.VAT):
        if "hoog" in anchor.phrase or "hoge" in anchor.phrase:
            rates.append(Decimal(21))
        elif "laag" in anchor.phrase:
            rates.append(Decimal(9))
    return list(dict.fromkeys(rates))


def all_rates(rows: list[MoneyRow]) -> Iterator[Decimal]:
    for row in rows:
        yield from row.rates
