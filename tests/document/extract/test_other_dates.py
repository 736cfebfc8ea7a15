"""The date of issue in a title, beside dates of annexes, of the print and of other documents."""

from __future__ import annotations

import pytest

from tests.document.typed import ADDRESSEE, LETTERHEAD, MONEY, read


def _page(title: str, foot: str = "") -> str:
    return "\n\n".join((LETTERHEAD, ADDRESSEE, title, MONEY, foot))


@pytest.mark.parametrize(
    "title",
    [
        "Verzamelfactuur Nr. 471102 van 13-11-2026",
        "Zorgnota (380) nr. 2026-118 d.d. 13 november 2026",
        "Maanddeclaratie nr. M26.11, 13-11-2026",
        "Handelsrechnung Nr. R18-31 vom 13.11.2026",
    ],
)
@pytest.mark.parametrize(
    "foot",
    [
        "Correctie op het besluit en de rekening van 21-10-2011 over de woning.",
        "\f\nPakbon\n\nDatum: 29-10-2026",
        "Gereden op 29-10-2026 door de eigen vervoerder",
    ],
)
def test_the_date_in_the_title_is_the_date_of_issue(title: str, foot: str) -> None:
    """The term of payment would start at the date of another document."""
    field = read(_page(title, foot)).issue_date
    assert (field.value, field.others) == ("2026-11-13", ())


@pytest.mark.parametrize(
    "foot",
    [
        "\f\nPakbon\n\nDatum: 29-10-2026",
        "\f\nUrenstaat\nDatum 29-10-2026",
        "\n" * 34 + "Datum: 29-10-2026     Pagina 1 van 1",
    ],
)
def test_a_date_of_an_annex_or_of_the_print_alone_asks(foot: str) -> None:
    """A date that is not that of the invoice would decide which rules it has to keep."""
    field = read(_page("FACTUUR\nFactuurnummer: 2026-0011", foot)).issue_date
    assert field.value is None or field.others
