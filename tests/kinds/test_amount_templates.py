"""Ways in which public invoice templates set out lines, btw and totals: each amount is read exactly,
and nobody is asked.

Each page is a whole invoice of the same lines; what is typed differs by the template.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from intake import profile
from intake.checks.registry import on_invoice
from intake.model.invoice import Invoice
from tests.corpus.bill import TODAY
from tests.document.typed import LETTERHEAD, read, whole

ALMERE = profile.load("almere")
EXEMPT = "Vrijgesteld van btw op grond van artikel 11 Wet OB."
LINES = """Omschrijving             Aantal      Tarief        Bedrag
Rolstoel                 3            50,00        150,00
Hulpmiddel               1           250,00        250,00
"""
RIGHT = ["400.00", "84.00", "484.00"]


def taxed(money: str) -> Invoice:
    return read(whole(money=money))


def exempt(money: str) -> Invoice:
    return read(whole(LETTERHEAD.replace("Btw NL002455799B11\n", ""), money=money, foot=EXEMPT))


def amounts(invoice: Invoice) -> list[str]:
    fields = (invoice.net_amount, invoice.vat_amount, invoice.gross_amount)
    return [str(field.value) for field in fields]


def told(invoice: Invoice) -> set[str]:
    found = [f for r in on_invoice(invoice, ALMERE, TODAY, None) for f in r.findings]
    return {f.code for f in found if f.check in ("net-amount", "vat-amount")}


def untold(invoice: Invoice, net: str, vat: str, gross: str) -> None:
    assert amounts(invoice) == [net, vat, gross]
    assert not told(invoice)


@pytest.mark.parametrize(
    "totals",
    [
        "Totaal deze factuur: € 484,00",
        "Totaal van de factuur € 484,00",
        "Factuurbedrag inclusief btw € 484,00",
    ],
)
@pytest.mark.parametrize("vat", ["Btw 21%: € 84,00", "Plus 21% btw        € 84,00"])
@pytest.mark.parametrize("net", ["Subtotaal: € 400,00", "Bedrag excl. btw    € 400,00"])
def test_label_and_amount_in_one_cell(net: str, vat: str, totals: str) -> None:
    """The total would be taken for what the btw above it is taken of, and the invoice have none."""
    untold(taxed(f"{LINES}\n{net}\n{vat}\n{totals}"), *RIGHT)


@pytest.mark.parametrize("word", ["Btw-bedrag 21%", "BTW 21%", "Btw hoog 21%"])
@pytest.mark.parametrize("net", ["Bedrag excl.", "Totaal excl.", "Subtotaal exclusief"])
def test_net_label_that_ends_in_its_kind(net: str, word: str) -> None:
    """The btw under "Bedrag excl." would be the amount without btw."""
    rows = [(net, "400,00"), (word, "84,00"), ("Totaal", "484,00")]
    untold(taxed(LINES + "\n" + "\n".join(a.ljust(45) + v for a, v in rows)), *RIGHT)


@pytest.mark.parametrize("below", ["Btw 21% (inbegrepen) € 84,00", "Waarvan btw 21%: € 84,00"])
def test_btw_that_the_total_includes(below: str) -> None:
    """ "Totaal" and the word btw under it would be read as one label: the total as the btw."""
    lines = "Omschrijving             Aantal      Bedrag incl. btw\nRolstoel  3  181,50\nHulp  1  302,50"
    untold(taxed(f"{lines}\n\nTotaal                    € 484,00\n{below}"), *RIGHT)


WRAPPED = """                                            {a}      Btw      Btw-      {b}
Omschrijving             Aantal              {c}        %       bedrag    {d}
Rolstoel                 3                   150,00     21%      31,50     181,50
Hulpmiddel               1                   250,00     {rate}%      {vat}     {gross}
Totaal                                       400,00              {vats}     {total}"""


@pytest.mark.parametrize(("a", "c"), [("Excl.", "btw"), ("Bedrag", "excl."), ("Netto", "    ")])
@pytest.mark.parametrize(("b", "d"), [("Incl.", "btw"), ("Totaal", "incl."), ("Bruto", "   ")])
@pytest.mark.parametrize("second", ["21 52,50 302,50 84,00 484,00", "9 22,50 272,50 54,00 454,00"])
def test_headings_of_two_lines(a: str, b: str, c: str, d: str, second: str) -> None:
    """Net and btw would change places under headings that are wrapped: "Excl." over "btw"."""
    names = ("rate", "vat", "gross", "vats", "total")
    money = dict(zip(names, second.split(), strict=True))
    vat, total = (money[name].replace(",", ".") for name in ("vats", "total"))

    untold(taxed(WRAPPED.format(a=a, b=b, c=c, d=d, **money)), "400.00", vat, total)


@pytest.mark.parametrize("rates", [(("21", "84,00"),), (("9", "13,50"), ("21", "52,50"))])
@pytest.mark.parametrize("base", ["Grondslag", "Bedrag excl. btw", "Netto"])
@pytest.mark.parametrize("with_total", [False, True])
def test_rates_beside_each_other(
    rates: tuple[tuple[str, str], ...], base: str, with_total: bool
) -> None:
    """The amounts of the first rate would be those of the whole invoice."""
    bases = ["400,00"] if len(rates) == 1 else ["150,00", "250,00"]
    vat = sum(Decimal(v.replace(",", ".")) for _, v in rates)
    ends = [("Totaal", "400,00", str(vat).replace(".", ","))] * with_total
    columns = [*((f"{r}%", b, v) for (r, v), b in zip(rates, bases, strict=True)), *ends]
    heads = ("", base, "Btw")
    spec = [
        heads[at].ljust(25) + "".join(column[at].rjust(14) for column in columns) for at in range(3)
    ]
    total = 400 + vat
    rows = [LINES, *spec, "", "Totaal te betalen".ljust(40) + f"{total}".replace(".", ",")]

    invoice = taxed("\n".join(rows))

    untold(invoice, "400.00", str(vat), str(total))
    assert [line.net for line in invoice.vat_lines] == [Decimal(b.replace(",", ".")) for b in bases]


@pytest.mark.parametrize("nil", ["0,00", "€ 0,00", "€ -"])
@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("row", ["Btw 9%", "Verzendkosten", "Korting", "Btw 0%", "Btw laag"])
def test_rows_of_a_form_that_say_nothing(row: str, place: str, nil: str) -> None:
    """A rate at which nothing is charged would make an invoice of several rates of it."""
    extra = row.ljust(45) + nil
    btw = "Btw 21%".ljust(45) + "84,00"
    middle = [extra, btw] if place == "before" else [btw, extra]
    rows = [LINES, "Subtotaal".ljust(45) + "400,00", *middle, "Totaal".ljust(45) + "484,00"]

    untold(taxed("\n".join(rows)), *RIGHT)


def test_empty_lines_of_a_spreadsheet() -> None:
    """Lines that a form shows with "€ -" would be amounts that cannot be read."""
    nothing = ["€  -".rjust(54)] * 3
    rows = ["Korting".ljust(45) + "€ -", "Totaal".ljust(45) + "400,00"]

    invoice = exempt("\n".join([LINES.rstrip(), *nothing, "", *rows]))

    untold(invoice, "400.00", "0.00", "400.00")


STEPS = (
    ("Kwantumkorting", "-40,00", "360,00"),
    ("Betalingskorting 10%", "40,00", "360,00"),
    ("Minus korting", "-40,00", "360,00"),
    ("Afronding", "-0,40", "399,60"),
    ("Afrondingsverschil", "0,20", "400,20"),
)


@pytest.mark.parametrize("sums", ["Totaal", "Som van de regels", "Subtotaal", "Totaal regels"])
@pytest.mark.parametrize("ends", ["Te betalen", "Totaal factuurbedrag", "Door u te betalen"])
@pytest.mark.parametrize(("step", "off", "total"), STEPS, ids=[step for step, *_ in STEPS])
@pytest.mark.parametrize("inside", [True, False], ids=["in-the-table", "under-it"])
def test_step_between_two_totals(
    sums: str, ends: str, step: str, off: str, total: str, inside: bool
) -> None:
    """A total that a discount or a rounding explains would be asked about."""
    at = 51 if inside else 44
    rows = [(sums, "400,00"), (step, off), (ends, total)]
    text = "\n".join(label.ljust(at - 7) + value.rjust(13) for label, value in rows)

    invoice = exempt(LINES + ("" if inside else "\n\n") + text)

    assert not told(invoice)
    paid = {invoice.gross_amount.value, *(o.value for o in invoice.gross_amount.others)}
    rounded = {Decimal("400.00")} if "Afrond" in step else set()
    assert paid <= {Decimal(total.replace(",", "."))} | rounded


@pytest.mark.parametrize("word", ["Totaal uren", "Subtotaal 4410", "Totaal", "Totaal cliënt 4410"])
@pytest.mark.parametrize("discount", [False, True])
def test_totals_of_groups(word: str, discount: bool) -> None:
    """The total of one client or one kind of costs would be a rival of the invoice's total."""
    head, first, second, _ = LINES.split("\n")
    groups = "\n\n".join(
        f"{head}\n{line}\n{word.ljust(51 - len(total))}{total}"
        for line, total in ((first, "150,00"), (second, "250,00"))
    )
    off = "Subtotaal                              400,00\nKorting 10%           -40,00\n" * discount
    total = "360,00" if discount else "400,00"
    invoice = exempt(f"{groups}\n\n{off}Totaal te betalen                      {total}")

    untold(invoice, total.replace(",", "."), "0.00", total.replace(",", "."))


STRIPS = (
    ("Totaal excl. btw", "Btw 21%", "Totaal"),
    ("Netto", "Btw", "Te betalen"),
    ("Exclusief BTW", "BTW-bedrag", "Factuurbedrag"),
)


@pytest.mark.parametrize("heads", STRIPS)
def test_totals_beside_each_other(heads: tuple[str, ...]) -> None:
    """The first of a row of totals would be paid."""
    row = ("400,00", "84,00", "484,00")
    strip = "\n".join("".join(cell.rjust(22) for cell in cells) for cells in (heads, row))
    spec = (
        "" if "21" in heads[1] else "\nTarief    Grondslag     Btw\n21%       400,00         84,00"
    )

    untold(taxed(f"{LINES}\n\n{strip}\n{spec}"), *RIGHT)


@pytest.mark.parametrize(
    ("heads", "row", "total", "others"),
    [
        ("Som van de regels|Korting|Te betalen", "400,00|-40,00|360,00", "360.00", set()),
        ("Totaal EUR|Vooruitbetaald|Te betalen EUR", "400,00|-100,00|300,00", "400.00", {"300.00"}),
        ("Totaal|Voorschot|Openstaand", "400,00|100,00|300,00", "400.00", {"300.00"}),
    ],
)
def test_steps_beside_each_other(heads: str, row: str, total: str, others: set[str]) -> None:
    """What a prepayment leaves would be booked as the whole, and nobody be told."""
    strip = "\n".join("".join(c.rjust(22) for c in cells.split("|")) for cells in (heads, row))

    invoice = exempt(f"{LINES}\n\n{strip}")

    assert str(invoice.gross_amount.value) == total
    assert {str(other.value) for other in invoice.gross_amount.others} == others


@pytest.mark.parametrize("what", ["Begeleiding (10% korting)", "Verblijf (incl. korting 5%)"])
@pytest.mark.parametrize("heads", [True, False])
def test_discount_in_a_description(what: str, heads: bool) -> None:
    """A line that mentions its discount would be taken off the total."""
    rows = [
        f"{what.ljust(30)}8         50,00         360,00",
        "Hulp".ljust(30) + "1         40,00          40,00",
    ]
    table = ["Omschrijving".ljust(30) + "Aantal      Tarief        Bedrag"] * heads + rows
    invoice = exempt("\n".join([*table, "", "Totaal".ljust(54) + "400,00"]))

    untold(invoice, "400.00", "0.00", "400.00")


@pytest.mark.parametrize("word", ["Openstaand saldo", "Openstaand bedrag", "Te betalen"])
def test_balance_due_above_the_lines(word: str) -> None:
    """A balance that is the total would be taken for what was paid, and nothing be left to pay."""
    balance = f"{word}          € 484,00\n"
    totals = "\n".join(
        a.ljust(45) + v
        for a, v in (("Subtotaal", "400,00"), ("Btw 21%", "84,00"), ("Totaal", "484,00"))
    )
    for top, end in product((balance, ""), (balance, "")):
        untold(taxed(f"{top}\n{LINES}\n{totals}\n{end}"), *RIGHT)


def test_dash_of_the_column_before() -> None:
    """A dash under "Korting" would make a credit of the amount in the next column."""
    table = """Omschrijving        Aantal      Tarief     Korting      Bedrag
Begeleiding              3       50,00           -      150,00
Hulp                     1      250,00         -        250,00
"""
    untold(
        exempt(f"{table}\nTotaal                                     400,00"),
        "400.00",
        "0.00",
        "400.00",
    )


@pytest.mark.parametrize("label", ["Hoog tarief (21%)", "Standaardtarief 21%", "Standard rate 21%"])
def test_rate_without_the_word_btw(label: str) -> None:
    """Btw that is called by its rate alone would be missing."""
    rows = (("Subtotaal", "400,00"), (label, "84,00"), ("Totaal", "484,00"))
    untold(taxed(LINES + "\n" + "\n".join(a.ljust(45) + v for a, v in rows)), *RIGHT)


@pytest.mark.parametrize("rate", ["21", "9"])
def test_wrong_total_under_its_column(rate: str) -> None:
    """What a column adds up to would be paid, where the page prints another total."""
    vats = {"21": ("31,50", "52,50", "84,00"), "9": ("13,50", "22,50", "36,00")}[rate]
    table = f"""Omschrijving        Excl. btw    Btw %     Btw      Incl. btw
Rolstoel               150,00     {rate}%     {vats[0]}      {"181,50" if rate == "21" else "163,50"}
Hulpmiddel             250,00     {rate}%     {vats[1]}      {"302,50" if rate == "21" else "272,50"}
Totaal                 400,00             {vats[2]}      499,00
"""
    invoice = taxed(table)

    assert str(invoice.gross_amount.value) == "499.00"
    assert "total-differs" in told(invoice)


def test_lines_that_do_not_add_up_beside_a_row_of_nothing() -> None:
    """A wrong sum would pass when the form also shows "Verzendkosten 0,00"."""
    rows = f"{LINES}Verzendkosten                                        0,00\n"

    assert "lines-differ" in told(
        exempt(f"{rows}Factuurbedrag                                      410,00")
    )


def test_no_total() -> None:
    """An invoice of which no total can be read would pass as it is."""
    rows = "Subtotaal".ljust(45) + "400,00\n" + "Btw 21%".ljust(45) + "84,00"

    assert told(taxed(f"{LINES}\n{rows}")) == {"total-unreadable"}


@pytest.mark.parametrize("labels", ["Belastbare/grondslag Plus 21%/btw Totaal/factuur"])
def test_labels_wrapped_under_each_other(labels: str) -> None:
    """ "btw", the end of one label, would be read together with "Totaal" under it."""
    rows = []
    for label, amount in zip(
        labels.replace("Plus 21", "Plus_21").split(), ("400,00", "84,00", "484,00"), strict=True
    ):
        first, second = label.replace("_", " ").split("/")
        rows += [first.ljust(20) + amount, second, ""]

    untold(taxed(LINES + "\n" + "\n".join(rows)), *RIGHT)


@pytest.mark.parametrize("leader", [".......", " . . . . . .", "……", "_______"])
def test_dots_between_label_and_amount(leader: str) -> None:
    """An amount behind dots would not be seen."""
    rows = (("Subtotaal", "400,00"), ("Btw 21%", "84,00"), ("Totaal", "€ 484,00"))

    untold(taxed(LINES + "\n" + "\n".join(a + leader + v for a, v in rows)), *RIGHT)


@pytest.mark.parametrize("indent", ["", "                    "])
def test_amounts_under_their_words(indent: str) -> None:
    """Amounts that stand right under their words would be counted as lines of the table."""
    rows = (("Subtotaal", "400,00"), ("Btw 21% over € 400,00", "84,00"), ("Totaal", "484,00"))

    untold(taxed(LINES + "\n" + "\n".join(f"{a}\n{indent}€ {v}" for a, v in rows)), *RIGHT)


def test_words_right_of_their_amounts() -> None:
    """ "Totaal excl." and "Btw 21%" under it would be read as one label."""
    rows = (("Totaal excl.", "400,00"), ("Btw 21%", " 84,00"), ("Totaal incl.", "484,00"))

    untold(taxed(LINES + "\n" + "\n".join(f"€ {v}     {a}" for a, v in rows)), *RIGHT)


def test_credit_of_two_groups() -> None:
    """The second group of a credit note would be all that is credited."""
    table = "Omschrijving             Aantal      Tarief        Bedrag\n{}        {}\n"
    first = table.format("Hulp                     -3            50,00", "-150,00")
    second = table.format("Reis                     -1           250,00", "-250,00")
    invoice = exempt(
        f"Creditfactuur\n{first}Totaal uren                                          -150,00\n\n"
        f"{second}Totaal onkosten                                      -250,00\n\n"
        "Totaal (vrijgesteld van btw)                         -400,00"
    )

    assert amounts(invoice) == ["-400.00", "0.00", "-400.00"]


def test_btw_of_lines_beside_the_btw_of_all() -> None:
    """The btw of two of the lines would be all that is charged, when a discount goes off the sum."""
    table = """Aantal  Artikel          Btw                 Prijs
1 x     Advies           EUR 10,50 21%       EUR 50,00
4 x     Materiaal        EUR 42,00 21%       EUR 250,00   EUR 200,00
2 x     Advies           EUR 42,00 21%       EUR 210,00   EUR 200,00
"""
    rows = (
        ("Subtotaal", "450,00"),
        ("Korting", "-50,00"),
        ("Subtotaal excl. btw", "400,00"),
        ("Btw 21%", "84,00"),
        ("Totaal", "484,00"),
    )
    invoice = taxed(table + "\n" + "\n".join(a.ljust(45) + f"EUR {v}" for a, v in rows))

    untold(invoice, *RIGHT)
    assert [f"{line.net} {line.vat}" for line in invoice.vat_lines] == ["400.00 84.00"]
