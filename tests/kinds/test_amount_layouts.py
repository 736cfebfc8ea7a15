"""Every way to lay out lines, btw and totals: net, btw and total are read exactly, and nothing is asked.

The pages are typed from facts by code: kinds of lines times kinds of totals times what a total may
have before or behind it (discount, costs, a prepayment, a specification of btw).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import pytest

from intake.model.invoice import Invoice
from tests.document.typed import LETTERHEAD, read, whole

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Item:
    what: str
    count: int
    price: Decimal
    rate: int

    @property
    def net(self) -> Decimal:
        return self.count * self.price

    @property
    def vat(self) -> Decimal:
        return share(self.net, self.rate)


def share(amount: Decimal, percentage: int) -> Decimal:
    return (amount * percentage / 100).quantize(CENT, ROUND_HALF_UP)


def euro(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


@dataclass(frozen=True)
class Bill:
    items: tuple[Item, ...]
    discount: int = 0
    """Percent of the lines."""

    @property
    def lines(self) -> Decimal:
        return sum((item.net for item in self.items), Decimal(0))

    @property
    def reduction(self) -> Decimal:
        return share(self.lines, self.discount)

    @property
    def net(self) -> Decimal:
        return self.lines - self.reduction

    @property
    def by_rate(self) -> dict[int, tuple[Decimal, Decimal]]:
        bases: dict[int, Decimal] = {}
        for item in self.items:
            bases[item.rate] = bases.get(item.rate, Decimal(0)) + item.net
        if len(bases) == 1:
            bases = dict.fromkeys(bases, self.net)
        return {rate: (base, share(base, rate)) for rate, base in sorted(bases.items())}

    @property
    def vat(self) -> Decimal:
        return sum((vat for _, vat in self.by_rate.values()), Decimal(0))

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat

    @property
    def rate(self) -> int:
        return self.items[0].rate


ONE = Bill(
    (
        Item("Rolstoelaanpassing", 3, Decimal("45.50"), 21),
        Item("Drempelhulp", 1, Decimal("1160.00"), 21),
    )
)
THREE = Bill(
    (
        Item("Traplift huur wk 40", 2, Decimal("80.00"), 9),
        Item("Traplift huur wk 41", 3, Decimal("80.00"), 9),
        Item("Montage", 1, Decimal("99.95"), 9),
    )
)
TWO_RATES = Bill(
    (Item("Vervoer", 2, Decimal("80.00"), 9), Item("Hulpmiddelen", 7, Decimal("48.00"), 21))
)
ZERO_AND_21 = Bill(
    (Item("Advies", 2, Decimal("80.00"), 0), Item("Hulpmiddelen", 7, Decimal("48.00"), 21))
)
SINGLE = Bill((Item("Drempelhulp", 1, Decimal("160.00"), 21),))


def typed_row(cells: Sequence[str], ends: Sequence[int], flush: str = "right") -> str:
    """The first cell at the left, the others flush right at (or left from) their columns."""
    text = cells[0]
    for cell, end in zip(cells[1:], ends, strict=False):
        if cell:
            start = end - len(cell) if flush == "right" else end - 10
            text = text.ljust(max(start, len(text) + 3)) + cell
    return text


COLUMNS = (34, 48, 62, 76, 92)


def quantity_table(bill: Bill, flush: str) -> list[str]:
    rows = [("Omschrijving", "Aantal", "Tarief", "", "", "Bedrag")]
    rows += [(i.what, str(i.count), euro(i.price), "", "", euro(i.net)) for i in bill.items]
    return [typed_row(row, COLUMNS, flush) for row in rows]


def net_vat_gross_table(bill: Bill, flush: str) -> list[str]:
    rows = [("Omschrijving", "Aantal", "Prijs", "Netto", f"{bill.rate}% btw", "Bruto")]
    rows += [
        (i.what, str(i.count), euro(i.price), euro(i.net), euro(i.vat), euro(i.net + i.vat))
        for i in bill.items
    ]
    return [typed_row(row, COLUMNS, flush) for row in rows]


def rate_table(bill: Bill, flush: str) -> list[str]:
    rows = [("Omschrijving", "Excl. btw", "", "Btw %", "Btw", "Incl. btw")]
    rows += [
        (i.what, euro(i.net), "", f"{i.rate}%", euro(i.vat), euro(i.net + i.vat))
        for i in bill.items
    ]
    return [typed_row(row, COLUMNS, flush) for row in rows]


def bare_rate_table(bill: Bill, flush: str) -> list[str]:
    rows = [("Omschrijving", "", "", "", "Btw", "Bedrag")]
    rows += [(i.what, "", "", "", str(i.rate), euro(i.net)) for i in bill.items]
    return [typed_row(row, COLUMNS, flush) for row in rows]


def percent_rate_table(bill: Bill, flush: str) -> list[str]:
    rows = [("Omschrijving", "", "", "", "Btw", "Bedrag")]
    rows += [(i.what, "", "", "", f"{i.rate}%", euro(i.net)) for i in bill.items]
    return [typed_row(row, COLUMNS, flush) for row in rows]


def no_table(bill: Bill, flush: str) -> list[str]:
    return [
        typed_row(
            (f"{i.what} {i.count} x € {euro(i.price)}", "", "", "", "", euro(i.net)), COLUMNS, flush
        )
        for i in bill.items
    ]


Lines = Callable[[Bill, str], list[str]]
LINES: tuple[Lines, ...] = (
    quantity_table, net_vat_gross_table, rate_table, bare_rate_table, percent_rate_table, no_table,
)  # fmt: skip


def at_right(rows: Sequence[tuple[str, str]], flush: str) -> list[str]:
    return [
        typed_row(("", "", "", "", label, amount), (34, 48, 62, 70, 92), flush)
        for label, amount in rows
    ]


def at_left(rows: Sequence[tuple[str, str]], flush: str) -> list[str]:
    return [label.ljust(40) + amount for label, amount in rows]


def far(rows: Sequence[tuple[str, str]], flush: str) -> list[str]:
    return [label.ljust(92 - len(amount)) + amount for label, amount in rows]


def rate_rows(bill: Bill, form: str = "Btw {rate}%") -> list[tuple[str, str]]:
    return [
        (form.format(rate=rate, base=euro(base)), euro(vat))
        for rate, (base, vat) in bill.by_rate.items()
    ]


def before_tax(bill: Bill) -> list[tuple[str, str]]:
    if not bill.discount:
        return [("Subtotaal", euro(bill.net))]
    return [
        ("Subtotaal", euro(bill.lines)),
        (f"Korting {bill.discount}%", f"-{euro(bill.reduction)}"),
    ]


Totals = Callable[[Bill], list[tuple[str, str]]]


def usual(bill: Bill) -> list[tuple[str, str]]:
    return [*before_tax(bill), *rate_rows(bill), ("Totaal", euro(bill.gross))]


def with_all_words(bill: Bill) -> list[tuple[str, str]]:
    reduced = before_tax(bill) if bill.discount else []
    return [
        *reduced, ("Totaal exclusief btw", euro(bill.net)), *rate_rows(bill, "{rate}% btw over {base}"),
        ("Totaal inclusief btw", euro(bill.gross)),
    ]  # fmt: skip


def english(bill: Bill) -> list[tuple[str, str]]:
    reduced = (
        [("Subtotal", euro(bill.lines)), ("Discount", euro(bill.reduction))]
        if bill.discount
        else [("Subtotal", euro(bill.net))]
    )
    return [*reduced, *rate_rows(bill, "VAT {rate}%"), ("Total due", euro(bill.gross))]


def german(bill: Bill) -> list[tuple[str, str]]:
    reduced = (
        [("Zwischensumme", euro(bill.lines)), ("Rabatt", f"-{euro(bill.reduction)}")]
        if bill.discount
        else []
    )
    return [
        *reduced,
        ("Summe netto", euro(bill.net)),
        *rate_rows(bill, "MwSt {rate}%"),
        ("Gesamtbetrag", euro(bill.gross)),
    ]


def without_net(bill: Bill) -> list[tuple[str, str]]:
    return [
        *(before_tax(bill) if bill.discount else []),
        *rate_rows(bill),
        ("Te betalen", euro(bill.gross)),
    ]


def without_percent(bill: Bill) -> list[tuple[str, str]]:
    return [*before_tax(bill), *rate_rows(bill, "BTW @ {rate}.0"), ("Eindtotaal", euro(bill.gross))]


def bare_rates(bill: Bill) -> list[tuple[str, str]]:
    return [
        *before_tax(bill),
        *rate_rows(bill, "Btw {rate}"),
        ("Totaal te voldoen", euro(bill.gross)),
    ]


def nothing_paid(bill: Bill) -> list[tuple[str, str]]:
    return [*usual(bill), ("Reeds betaald", "0,00"), ("Te voldoen", euro(bill.gross))]


TOTALS: tuple[Totals, ...] = (
    usual, with_all_words, english, german, without_net, without_percent, bare_rates, nothing_paid,
)  # fmt: skip


def specification(bill: Bill) -> list[str]:
    rows = [("Btw %", "Excl. btw", "Btw", "Incl. btw")]
    rows += [
        (f"{rate}%", euro(base), euro(vat), euro(base + vat))
        for rate, (base, vat) in bill.by_rate.items()
    ]
    return [typed_row(("", *row), (24, 44, 62, 80)) for row in rows]


def money(invoice: Invoice) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    return invoice.net_amount.value, invoice.vat_amount.value, invoice.gross_amount.value


def unasked(invoice: Invoice) -> bool:
    """No doubt is told of an amount."""
    return not (
        invoice.net_amount.others or invoice.vat_amount.others or invoice.gross_amount.others
    )


def page(*blocks: list[str]) -> Invoice:
    return read(whole(money="\n\n".join("\n".join(block) for block in blocks)))


def right(invoice: Invoice, bill: Bill) -> None:
    assert money(invoice) == (bill.net, bill.vat, bill.gross)
    assert unasked(invoice)
    assert {line.rate: (line.net, line.vat) for line in invoice.vat_lines} == bill.by_rate
    amounts = sum(invoice.line_amounts)
    assert not invoice.line_amounts or amounts in (bill.net, bill.gross)


PLACES = (at_right, at_left, far)


@pytest.mark.parametrize("totals", TOTALS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("lines", LINES, ids=lambda f: f.__name__)
def test_one_rate(lines: Lines, totals: Totals) -> None:
    """A line, or the amount before a discount, would be paid instead of the total."""
    for bill, place, flush in product((ONE, THREE, SINGLE), PLACES, ("right", "left")):
        right(page(lines(bill, flush), place(totals(bill), flush)), bill)


@pytest.mark.parametrize("totals", TOTALS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "lines", [quantity_table, percent_rate_table, no_table], ids=lambda f: f.__name__
)
def test_discount(lines: Lines, totals: Totals) -> None:
    """What the provider took off would be paid all the same, or the invoice refused for its btw."""
    for bill, place, flush in product((ONE, THREE, SINGLE), PLACES, ("right", "left")):
        reduced = Bill(bill.items, 5)
        right(page(lines(reduced, flush), place(totals(reduced), flush)), reduced)


@pytest.mark.parametrize(
    "totals", [usual, with_all_words, english, german, without_percent], ids=lambda f: f.__name__
)
@pytest.mark.parametrize(
    "lines",
    [quantity_table, rate_table, bare_rate_table, percent_rate_table, no_table],
    ids=lambda f: f.__name__,
)
@pytest.mark.parametrize("bill", [TWO_RATES, ZERO_AND_21], ids=["9-and-21", "0-and-21"])
def test_several_rates(bill: Bill, lines: Lines, totals: Totals) -> None:
    """An invoice with two rates would be refused for one of them."""
    based = totals is with_all_words or lines in (rate_table, bare_rate_table, percent_rate_table)
    for place, flush in product(PLACES, ("right", "left")):
        invoice = page(lines(bill, flush), place(totals(bill), flush))
        assert money(invoice) == (bill.net, bill.vat, bill.gross)
        assert {line.rate: line.vat for line in invoice.vat_lines} == {
            rate: vat for rate, (_, vat) in bill.by_rate.items()
        }
        if based:
            right(invoice, bill)


@pytest.mark.parametrize(
    "lines", [quantity_table, percent_rate_table, no_table, rate_table], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("order", ["before", "after", "own-row"])
def test_specification(order: str, lines: Lines) -> None:
    """The first rate of a specification would be read as the whole invoice."""
    for bill, flush in product((TWO_RATES, ZERO_AND_21, ONE), ("right", "left")):
        totals = at_right(
            [("Subtotaal", euro(bill.net)), ("Btw", euro(bill.vat)), ("Totaal", euro(bill.gross))],
            flush,
        )
        spec = specification(bill)
        if order == "before":
            blocks = [lines(bill, flush), spec, totals]
        elif order == "after":
            blocks = [lines(bill, flush), totals, spec]
        else:
            row = typed_row(
                ("", "Totaal", euro(bill.net), euro(bill.vat), euro(bill.gross)), (24, 44, 62, 80)
            )
            blocks = [lines(bill, flush), [*spec, row]]
        right(page(*blocks), bill)


@pytest.mark.parametrize("bill", [ONE, THREE, TWO_RATES, ZERO_AND_21])
@pytest.mark.parametrize("flush", ["right", "left"])
def test_one_btw_for_all_lines(bill: Bill, flush: str) -> None:
    """Rates that stand at the lines, with one sum of btw under them, would be refused as absent."""
    totals = at_right(
        [("Subtotaal", euro(bill.net)), ("Btw", euro(bill.vat)), ("Totaal", euro(bill.gross))],
        flush,
    )
    for lines in (bare_rate_table, percent_rate_table):
        right(page(lines(bill, flush), totals), bill)


@pytest.mark.parametrize("flush", ["right", "left"])
def test_totals_in_the_last_row_of_the_table(flush: str) -> None:
    """The first line of a table would be the total of an invoice that has more lines."""
    for bill in (ONE, THREE):
        last = ("Totaal", "", "", euro(bill.net), euro(bill.vat), euro(bill.gross))
        right(page([*net_vat_gross_table(bill, flush), typed_row(last, COLUMNS, flush)]), bill)
        right(
            page(
                [
                    *net_vat_gross_table(bill, flush),
                    typed_row(("Totaal", "", "", "", "", euro(bill.gross)), COLUMNS, flush),
                ]
            ),
            bill,
        )
        right(
            page(net_vat_gross_table(bill, flush), at_right([("Totaal", euro(bill.gross))], flush)),
            bill,
        )
    for bill in (ONE, THREE, TWO_RATES, ZERO_AND_21):
        last = ("Totaal", euro(bill.net), "", "", euro(bill.vat), euro(bill.gross))
        right(page([*rate_table(bill, flush), typed_row(last, COLUMNS, flush)]), bill)


EXEMPT = "Vrijgesteld van btw op grond van artikel 11 Wet OB."


def exempt(*blocks: list[str]) -> Invoice:
    return read(
        whole(
            LETTERHEAD.replace("Btw NL002455799B11\n", ""),
            money="\n\n".join("\n".join(b) for b in blocks),
            foot=EXEMPT,
        )
    )


CARE = (
    Bill((Item("Begeleiding", 3, Decimal("45.50"), 0), Item("Verblijf", 31, Decimal("104.04"), 0))),
    Bill((Item("Begeleiding", 25, Decimal("50.00"), 0),)),
)


@pytest.mark.parametrize("place", PLACES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("flush", ["right", "left"])
@pytest.mark.parametrize("with_discount", [False, True])
@pytest.mark.parametrize("lines", [quantity_table, no_table], ids=lambda f: f.__name__)
def test_exempt(
    lines: Lines, with_discount: bool, flush: str, place: Callable[..., list[str]]
) -> None:
    """Of exempt care the sum before the discount would be paid, without a finding."""
    for care in CARE:
        bill = Bill(care.items, 5 if with_discount else 0)
        total = euro(bill.gross)
        for rows in (
            [*before_tax(bill), ("Totaal", total)],
            [*before_tax(bill), ("Totaal excl. btw", total), ("Btw vrijgesteld", "0,00"), ("Totaal", total)],
            [*before_tax(bill), ("Subtotaal", total), ("Btw 0%", "0,00"), ("Totaal te betalen", total)],
            [*before_tax(bill), ("Te betalen", total), ("Reeds betaald", "0,00"), ("Nog te betalen", total)],
            [*before_tax(bill)[1 if with_discount else 0:], ("Totaal", total)],
        ):  # fmt: skip
            invoice = exempt(lines(bill, flush), place(rows, flush))
            assert money(invoice) == (bill.gross, Decimal("0.00"), bill.gross)
            assert unasked(invoice)


@pytest.mark.parametrize(
    "label",
    ["Verzendkosten", "Administratiekosten", "Afronding", "Toeslag weekend", "Reiskosten 12 km"],
)
@pytest.mark.parametrize("place", PLACES, ids=lambda f: f.__name__)
def test_costs_behind_the_subtotal(label: str, place: Callable[..., list[str]]) -> None:
    """The amount without btw would be the subtotal before the costs, and the btw seem wrong."""
    cost = Decimal("-0.02") if label == "Afronding" else Decimal("6.95")
    for net_row in (False, True):
        net = ONE.net + cost
        vat = share(net, 21)
        rows = [("Subtotaal", euro(ONE.net)), (label, euro(cost))]
        rows += [("Totaal excl. btw", euro(net))] if net_row else []
        rows += [("Btw 21%", euro(vat)), ("Totaal", euro(net + vat))]
        invoice = page(quantity_table(ONE, "right"), place(rows, "right"))
        assert money(invoice) == (net, vat, net + vat)
        assert unasked(invoice)


@pytest.mark.parametrize("carried", ["Subtotaal", "Transport", "Over te brengen", "Transporteren"])
@pytest.mark.parametrize("again", [True, False], ids=["again-on-page-2", "once"])
def test_subtotal_carried_to_the_next_page(carried: str, again: bool) -> None:
    """What is carried over would be paid as the total, or counted twice."""
    rows = quantity_table(THREE, "right")
    brought = typed_row(
        (carried, "", "", "", "", euro(THREE.items[0].net + THREE.items[1].net)), COLUMNS
    )
    first = "\n".join([*rows[:3], brought])
    second = "\n".join(
        [rows[0], *([brought] if again else []), rows[3], "", *at_right(usual(THREE), "right")]
    )
    invoice = read(f"{whole(money=first)}\f{second}")

    right(invoice, THREE)
    assert invoice.line_amounts == tuple(item.net for item in THREE.items)


def test_subtotals_of_groups() -> None:
    """The subtotal of one week would be paid as the total of the invoice."""
    rows = quantity_table(THREE, "right")
    groups = [
        typed_row((f"Subtotaal week {week}", "", "", "", "", euro(item.net)), COLUMNS)
        for week, item in enumerate(THREE.items, start=40)
    ]
    table = [rows[0], *(line for pair in zip(rows[1:], groups, strict=True) for line in pair)]

    right(page(table, at_right(with_all_words(THREE), "right")), THREE)


@pytest.mark.parametrize(
    ("bill", "taxed"), [(CARE[0], False), (CARE[1], False), (ONE, True), (THREE, True)]
)
@pytest.mark.parametrize(
    "paid", ["Reeds voldaan", "Al betaald", "Aanbetaling", "Voorschot", "Reeds ontvangen"]
)
@pytest.mark.parametrize("sign", ["", "-"])
def test_part_already_paid(sign: str, paid: str, bill: Bill, taxed: bool) -> None:
    """What is open would be booked as the invoice's total, or the whole be paid twice in silence."""
    part = Decimal("100.00")
    rows = usual(bill) if taxed else [("Totaal", euro(bill.gross))]
    rows += [(paid, f"{sign}{euro(part)}"), ("Nog te betalen", euro(bill.gross - part))]
    for place in PLACES:
        blocks = (quantity_table(bill, "right"), place(rows, "right"))
        invoice = page(*blocks) if taxed else exempt(*blocks)
        assert invoice.gross_amount.value == bill.gross
        assert [other.value for other in invoice.gross_amount.others] == [bill.gross - part]
        assert invoice.gross_amount.others[0].evidence is not None


def test_a_larger_total_is_a_doubt() -> None:
    """A total that nothing explains would be left out without a word."""
    invoice = exempt(
        quantity_table(CARE[0], "right"),
        at_right([("Totaal", euro(CARE[0].gross)), ("Totaal factuurbedrag", "9.876,54")], "right"),
    )

    assert {invoice.gross_amount.value, *(o.value for o in invoice.gross_amount.others)} == {
        CARE[0].gross, Decimal("9876.54"),
    }  # fmt: skip


def test_a_wrong_sum_of_lines_is_told() -> None:
    """Lines that were read with certainty and do not add up would pass."""
    rows = quantity_table(CARE[0], "right")

    invoice = exempt(rows, at_right([("Totaal", "3.333,33")], "right"))

    assert invoice.gross_amount.value == Decimal("3333.33")
    assert invoice.line_amounts == tuple(item.net for item in CARE[0].items)
