"""What speaks against a total is told, with its place; what only looks like it is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from intake import profile
from intake.checks.registry import on_invoice
from intake.model.finding import Finding
from intake.model.invoice import Invoice
from tests.corpus.bill import TODAY
from tests.document.typed import LETTERHEAD, read, whole

ALMERE = profile.load("almere")
LINES = """Omschrijving             Aantal      Tarief        Bedrag
Rolstoel                 3            50,00        150,00
Hulp                     1           250,00        250,00
"""
TAXED = f"""{LINES}
Subtotaal                                          400,00
Btw 21%                                             84,00
Totaal                                             484,00
"""
EXEMPT = "Vrijgesteld van btw op grond van artikel 11 Wet OB."
SETTLED = {"usually-exempt", "negative"}


def taxed(money: str) -> Invoice:
    return read(whole(money=money))


def exempt(money: str) -> Invoice:
    head = LETTERHEAD.replace("Btw NL002455799B11\n", "")
    return read(whole(head, money=f"{LINES}\n{money}", foot=EXEMPT))


def told(invoice: Invoice) -> list[Finding]:
    found = [f for r in on_invoice(invoice, ALMERE, TODAY, None) for f in r.findings]
    return [f for f in found if f.check in ("net-amount", "vat-amount") and f.code not in SETTLED]


def amounts(invoice: Invoice) -> list[str]:
    fields = (invoice.net_amount, invoice.vat_amount, invoice.gross_amount)
    return [str(field.value) for field in fields]


@pytest.mark.parametrize(
    ("more", "other"),
    [
        ("Aanbetaling                    100,00\nNog te voldoen                 384,00", "384.00"),
        ("Voldaan                        484,00\nNog te betalen                   0,00", "0.00"),
        ("Betaald per iDEAL              484,00\nOpenstaand                       0,00", "0.00"),
        ("Reeds ontvangen               -100,00", "384.00"),
        ("Vorig saldo                    100,00\nTotaal te betalen              584,00", "584.00"),
        ("Eigen bijdrage                 -84,00\nTe betalen                     400,01", "400.01"),
        ("Eindtotaal                     999,99", "999.99"),
        ("Korting                         48,40\nTe betalen                     435,60", "435.60"),
        ("Gelieve € 350,00 over te maken op NL91 ABNA 0417 1643 00.", "350.00"),
    ],
)
def test_another_total_is_told(more: str, other: str) -> None:
    """Too much, or too little, would be paid in silence."""
    invoice = taxed(TAXED + more)

    assert amounts(invoice) == ["400.00", "84.00", "484.00"]
    assert other in [str(found.value) for found in invoice.gross_amount.others]
    assert {f.code for f in told(invoice)} <= {"several-totals", "part-paid"}
    assert told(invoice)
    assert all(f.box for f in told(invoice))


@pytest.mark.parametrize(
    "more",
    [
        "",
        "Reeds betaald                    0,00\nTe voldoen                     484,00",
        "Waarvan op G-rekening           84,00",
        "Bij te late betaling brengen wij € 40,00 administratiekosten in rekening.",
        "Bij te late betaling wordt een bedrag van € 40,00 in rekening gebracht.",
        "Betaalt u binnen 8 dagen, dan mag u 2% korting (€ 9,68) aftrekken.",
        "Gelieve € 484,00 over te maken op NL91 ABNA 0417 1643 00.",
        "Totaal uren                      4,00",
        "Te betalen                     484,00",
        "Btw-specificatie\nTarief     Grondslag     Btw\n21%       400,00         84,00",
    ],
)
def test_what_is_no_other_total(more: str) -> None:
    """A good invoice would go to a person without cause."""
    invoice = taxed(TAXED + more)

    assert amounts(invoice) == ["400.00", "84.00", "484.00"]
    assert not told(invoice)


@pytest.mark.parametrize(
    ("money", "total"),
    [
        ("Totaal            400,00\nKorting 10%               40,00\nTe betalen    360,00", "360.00"),
        ("Totaal            400,00\nKorting 10%              -40,00\nTotaal        360,00", "360.00"),
        ("Subtotaal                400,00\nAf: korting               40,00\nFactuurbedrag 360,00", "360.00"),
        ("Subtotaal                400,00\nKwantumvermindering      -40,00\nTotaal        360,00", "360.00"),
        ("Subtotaal                400,00\nReiskosten                12,50\nTotaal        412,50", "412.50"),
        ("Totaal            400,00\nAfronding                 -0,40\nTe betalen    399,60", "399.60"),
        ("Totaal uren       4,00       400,00", "400.00"),
        ("400,00 Totaal", "400.00"),
        ("                         400,00        Totaal", "400.00"),
        ("                         400,00        Te betalen", "400.00"),
    ],
)  # fmt: skip
def test_explained_total_of_exempt_care(money: str, total: str) -> None:
    """The sum before the discount would be paid, or a person asked without cause."""
    invoice = exempt(money)

    assert amounts(invoice) == [total, "0.00", total]
    assert not told(invoice)


@pytest.mark.parametrize(
    ("money", "candidates"),
    [
        ("Totaal            400,00\nEigen bijdrage           -40,00\nTe betalen    360,00", "360.00 400.00"),
        ("Totaal            400,00\nEigen bijdrage            40,00\nTe betalen    360,00", "360.00 400.00"),
        ("Totaal            400,00\nTotaal                   450,00", "400.00 450.00"),
        ("Totaal            400,00\nVerrekend met nota C-1   -40,00\nTe betalen    360,00", "360.00 400.00"),
        ("Totaal            400,00\nReeds gedeclareerd       -40,00\nTe betalen    360,00", "360.00 400.00"),
        ("Totaal            400,00\nPrepayment received      -40,00\nTotal due     360,00", "360.00 400.00"),
        ("Totaal            400,00\nVooruitbetaald           100,00\nRest          300,00", "300.00 400.00"),
        ("Totaal            400,00\nVoorschot                100,00\nTe betalen    300,00", "300.00 400.00"),
    ],
)  # fmt: skip
def test_doubtful_total_of_exempt_care(money: str, candidates: str) -> None:
    """One of two totals would be paid, and nobody would see the other."""
    invoice = exempt(money)
    found = {str(f.value) for f in (invoice.gross_amount.found, *invoice.gross_amount.others) if f}

    assert found == set(candidates.split())
    assert {f.code for f in told(invoice)} <= {"several-totals", "part-paid"}
    assert told(invoice)


def test_no_total_at_all() -> None:
    """A price or a line would be paid as the total."""
    invoice = exempt("")

    assert invoice.net_amount.value == Decimal("400.00")
    assert invoice.gross_amount.value is None
    assert {(f.code, f.severity.value) for f in told(invoice)} == {("total-unreadable", "review")}


@pytest.mark.parametrize(
    ("money", "wrong"),
    [
        (TAXED.replace(" 84,00", " 80,00").replace("484,00", "480,00"), "arithmetic"),
        (TAXED.replace("484,00", "494,00"), "total-differs"),
        (
            TAXED.replace("21%", "19%").replace(" 84,00", " 76,00").replace("484", "476"),
            "rate-not-in-force",
        ),
    ],
)
def test_a_fault_stays_a_fault(money: str, wrong: str) -> None:
    """A wrong sum would be explained away."""
    assert wrong in {f.code for f in told(taxed(money))}


@pytest.mark.parametrize(
    "words", ["Btw @ 21.0", "Btw 21", "Btw (21)", "21", "Btw", "Omzetbelasting 21,0"]
)
def test_btw_without_a_percent_sign(words: str) -> None:
    """An invoice whose amounts fit a legal rate would be refused for its missing sign."""
    invoice = taxed(
        TAXED.replace("Btw 21%", words.ljust(7)).replace("21 ", "21%" if words == "21" else "21 ")
    )

    assert amounts(invoice) == ["400.00", "84.00", "484.00"]
    assert invoice.vat_rate.value == Decimal(21)
    assert not told(invoice)


@pytest.mark.parametrize(
    "money",
    [
        "Totaal excl. btw € 400,00, 21% btw € 84,00, totaal incl. btw € 484,00.",
        "Het totaal bedraagt € 484,00 (€ 400,00 excl. btw, € 84,00 btw 21%).",
        f"{LINES}\nSubtotaal     Btw 21%      Totaal\n400,00       84,00        484,00",
        f"{LINES}\nTotaal                          484,00\nBtw 21%       84,00\nSubtotaal    400,00",
        f"{LINES}\n400,00 Subtotaal\n84,00 Btw 21%\n484,00 Totaal",
        f"{LINES}\nSubtotaal\n400,00\nBtw 21%\n84,00\nTotaal\n484,00",
        f"{LINES}\nTotaal incl.\nbtw                484,00\nTotaal excl.\nbtw      400,00\nBtw 21%   84,00",
        f"{LINES}\nTotaal te betalen     484,00\nIn dit bedrag is 84,00 btw (21%) begrepen.",
    ],
)
def test_other_places(money: str) -> None:
    """Totals in a sentence, a row, or left of their words would be mixed up."""
    invoice = taxed(money)

    assert amounts(invoice) == ["400.00", "84.00", "484.00"]
    assert not told(invoice)


@pytest.mark.parametrize(
    "settled",
    [
        "Eigen bijdrage cliënt", "Ouderbijdrage", "Verrekend met creditnota C-1",
        "Verrekening voorschot", "Voorschotnota 2026-1", "Reeds gedeclareerd", "Af: voorschot",
        "Vergoeding verzekeraar", "Prepayment received", "Al voldaan via pin",
    ],
)  # fmt: skip
def test_what_was_settled_leaves_the_total_of_the_invoice(settled: str) -> None:
    """The amount of an invoice would be booked for less than it charges."""
    invoice = exempt(f"Totaal            400,00\n{settled}           -40,00\nTe betalen    360,00")

    assert amounts(invoice) == ["400.00", "0.00", "400.00"]
    assert {f.code for f in told(invoice)} == {"part-paid"}


LINE = "Begeleiding individueel   10           125,00      1.250,00"
HEADS = "Omschrijving             Aantal      Tarief        Bedrag"
OPEN = {
    "no amount at the total": f"{LINE}\n\nTotaal",
    "nor at what is to be paid": f"{LINE}\n\nTotaal te betalen:",
    "only words": f"{LINE}\n\nTotaal                                          zie bijlage",
    "pro memorie": f"{LINE}\nBegeleiding groep        4             60,00            PM\n\nTotaal         PM",
    "a discount without an amount": f"{LINE}\n\nTotaal na korting 10%",
    "a discount, and a total": f"{LINE}\n\nKorting 10%\n\nTotaal te betalen:",
    "a discount alone": f"{LINE}\n\nKorting 10%",
    "dots": f"{LINE}\n\nTe betalen binnen 30 dagen                     ................",
    "a line with a price only": f"{LINE}\nReiskosten               100 km        0,23\n\nTotaal",
    "a line that is elsewhere": f"{LINE}\nReiskosten                                       zie bijlage",
    "a line without its amount": f"{LINE}\nBegeleiding groep        4             60,00           PM",
    "a line to be told": f"{LINE}\nReiskosten                                         n.t.b.",
}


@pytest.mark.parametrize("money", OPEN)
def test_a_line_is_not_the_total_while_another_is_open(money: str) -> None:
    """The municipality would pay one line of an invoice whose total, or another line, is left open."""
    head = LETTERHEAD.replace("Btw NL002455799B11\n", "")
    assert told(read(whole(head, money=f"{HEADS}\n{OPEN[money]}", foot=EXEMPT)))


CLOSED = (
    f"{LINE}\n\nTotaal                                          1.250,00",
    f"{LINE}\n\nTe betalen:                                     1.250,00",
    LINE,
    f"{LINE}\nperiode oktober 2026",
    f"{LINE}\n\nTe betalen binnen 30 dagen na de datum van deze factuur op onze rekening.",
)


@pytest.mark.parametrize("money", CLOSED)
def test_a_total_that_nothing_leaves_open(money: str) -> None:
    """Every invoice of one line would wait for a person."""
    head = LETTERHEAD.replace("Btw NL002455799B11\n", "")
    invoice = read(whole(head, money=f"{HEADS}\n{money}", foot=EXEMPT))
    assert invoice.gross_amount.value == 1250
    assert not told(invoice)


@pytest.mark.parametrize(
    "words", ["Verrekening factuur 2026-0009", "Reeds betaald", "Voorschot oktober", "Aanbetaling"]
)
def test_what_is_set_off_in_a_line(words: str) -> None:
    """The printed total would be unread, and nobody see which of two amounts is asked."""
    money = f"{HEADS}\n{LINE}\nReistijd                  4           125,00        500,00\n"
    money += f"{words:<50}-250,00\n\nTotaal                                          1.500,00"
    head = LETTERHEAD.replace("Btw NL002455799B11\n", "")
    gross = read(whole(head, money=money, foot=EXEMPT)).gross_amount
    assert {str(gross.value), *(str(other.value) for other in gross.others)} == {
        "1750.00",
        "1500.00",
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "De aansprakelijkheid is beperkt tot een bedrag van € 500.000,00 per gebeurtenis.",
        "Onze aansprakelijkheid is gemaximeerd tot het bedrag van € 2.500,00.",
        "Wij vergoeden schade tot maximaal een bedrag van € 2.500,00 per jaar.",
        "De schade wordt vergoed tot ten hoogste het bedrag van € 2.500,00.",
        "Incassokosten bedragen minimaal een bedrag van € 40,00.",
    ],
)
@pytest.mark.parametrize("page", ["", "\f"])
def test_a_limit_in_the_terms_is_no_total(sentence: str, page: str) -> None:
    """Every invoice with terms at its end would go to a person for the amount of its insurance."""
    invoice = exempt(f"Totaal                  400,00\n{page}\nAlgemene voorwaarden\n{sentence}")
    assert (told(invoice), amounts(invoice)) == ([], ["400.00", "0.00", "400.00"])


@pytest.mark.parametrize("word", ["Totaal met btw", "Bedrag met btw", "Totaalbedrag met btw"])
def test_a_total_with_btw(word: str) -> None:
    """The total would be read as the btw, and a person be asked."""
    rows = (("Totaal zonder btw", "400,00"), ("Btw (21% van € 400,00)", "84,00"), (word, "484,00"))
    money = "\n".join(label.ljust(45) + value for label, value in rows)
    invoice = taxed(f"{LINES}\n{money}")
    assert (told(invoice), amounts(invoice)) == ([], ["400.00", "84.00", "484.00"])
