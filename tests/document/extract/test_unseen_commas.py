"""Amounts of which tekstherkenning (OCR) saw the digits and not the comma: the sums tell what they
are, and where they do not, a person is shown both.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from intake.document.extract.invoice import find_invoice
from intake.model.document import Document
from intake.model.invoice import Field, Invoice
from tests.document.typed import BUYER, typed, whole

CENT = Decimal("0.01")
SIGNS = ("€ ", "", "€", "EUR ")
Lost = Callable[[str], str]


def scanned(money: str) -> Invoice:
    document = typed(whole(money=money))
    return find_invoice(_as_seen(document), BUYER)


def _as_seen(document: Document) -> Document:
    """The same as a picture that OCR read."""
    pages = (
        replace(
            page,
            words=tuple(replace(word, ocr=True) for word in page.words),
            pictures=((0.0, 0.0, page.width, page.height),),
        )
        for page in document.pages
    )
    return replace(document, pages=tuple(pages))


def dutch(value: Decimal) -> str:
    return f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


def glued(amount: str) -> str:
    return amount.replace(".", "").replace(",", "")


def apart(amount: str) -> str:
    return amount.replace(",", " ")


class Drawn:
    """A random invoice of a few lines, exempt or with 21 % btw."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.sign = self.rng.choice(SIGNS)
        self.lines = [
            (self.rng.randint(1, 40), Decimal(self.rng.randint(1500, 24999)) * CENT)
            for _ in range(self.rng.randint(1, 4))
        ]
        self.net = sum((count * price for count, price in self.lines), Decimal(0))
        self.taxed = self.rng.random() < 0.5
        self.vat = (self.net * 21 / 100).quantize(CENT) if self.taxed else Decimal("0.00")
        self.gross = self.net + self.vat

    def text(self, lost: Callable[[str], Lost | None]) -> str:
        """The amounts as a table; ``lost`` tells by the name of a row how its comma was lost."""

        def shown(name: str, value: Decimal) -> str:
            change = lost(name)
            written = dutch(value)
            return f"{self.sign}{change(written) if change else written}"

        rows = [f"{'Omschrijving':16}{'Aantal':10}{'Tarief':14}{'Bedrag':>14}"]
        rows += [
            f"{'Begeleiding':16}{count:<10}{shown('price', price):14}"
            f"{shown('line', count * price):>14}"
            for count, price in self.lines
        ]
        totals = [("Totaal", "gross", self.gross)]
        if self.taxed:
            totals = [
                ("Totaal exclusief btw", "net", self.net),
                ("21% btw", "vat", self.vat),
                ("Totaal inclusief btw", "gross", self.gross),
            ]
        rows.append("")
        rows += [f"{label:40}{shown(name, value):>14}" for label, name, value in totals]
        return "\n".join([*rows, *(() if self.taxed else ("Vrijgesteld van btw",))])


def values_of(field: Field[Decimal]) -> list[Decimal]:
    found: Iterable[Decimal] = (other.value for other in field.others)
    return [*((field.value,) if field.value is not None else ()), *found]


@pytest.mark.parametrize("how", [glued, apart])
@pytest.mark.parametrize("seed", range(40))
def test_lines_with_their_commas_tell_what_the_total_is(seed: int, how: Lost) -> None:
    """A clerk would be shown 2.222.553,00 for a care invoice of 22.225,53."""
    drawn = Drawn(seed)

    invoice = scanned(drawn.text(lambda name: how if name == "gross" else None))

    assert values_of(invoice.gross_amount) == [drawn.gross]


@pytest.mark.parametrize("seed", range(120))
def test_a_lost_comma_is_never_passed_over(seed: int) -> None:
    """An amount a hundred times too large would stand there as if the page said so."""
    drawn = Drawn(1000 + seed)
    gone: dict[str, Lost | None] = {
        name: drawn.rng.choice((None, glued, apart)) for name in ("price", "line", "net", "vat")
    }

    invoice = scanned(drawn.text(lambda name: gone.get(name, glued)))

    told = values_of(invoice.gross_amount)
    assert not told or drawn.gross in told, told


@pytest.mark.parametrize(
    ("total", "values"),
    [
        ("€ 2222553", ["22225.53", "2222553.00"]),
        ("2222553", ["22225.53", "2222553.00"]),
        ("€ 1.250 50", ["1250.50", "1250.00"]),
        ("1.250 50", ["1250.50", "1250.00"]),
        ("€ 1910", ["1910.00", "19.10"]),
        ("€ 910,00", ["910.00"]),
        ("€ 910,-", ["910.00"]),
        ("€ 22.225", ["22225.00"]),
        ("€ 85", ["85.00"]),
    ],
)
def test_what_no_sum_proves_is_shown_in_both_ways(total: str, values: list[str]) -> None:
    """One of the two would be paid, and nobody would know that there was another."""
    invoice = scanned(
        f"Betreft begeleiding in oktober\n\nTotaal te betalen     {total}\nVrijgesteld van btw"
    )

    assert values_of(invoice.gross_amount) == list(map(Decimal, values))


def test_whole_euros_that_add_up_are_no_doubt() -> None:
    """Who writes no cents would be asked about 9,10 euro."""
    invoice = scanned(
        "Omschrijving      Aantal    Tarief        Bedrag\n"
        "Begeleiding       10        € 75           € 750\n"
        "Begeleiding       2         € 80           € 160\n\n"
        "Totaal                                     € 910\nVrijgesteld van btw"
    )

    assert values_of(invoice.gross_amount) == [Decimal("910.00")]


def test_a_text_says_what_it_says() -> None:
    """The letters of a PDF are not guessed: its amounts would be divided by a hundred."""
    money = "Totaal te betalen     € 22225\nVrijgesteld van btw"

    invoice = find_invoice(typed(whole(money=money)), BUYER)

    assert values_of(invoice.gross_amount) == [Decimal("22225.00")]
