"""A host (gastheergemeente) pays the invoices of all municipalities of its region: one that is addressed
to any of them is right, and one to another municipality is not.
"""

from __future__ import annotations

import pytest

from intake import profile
from intake.checks import registry
from intake.document.extract.invoice import find_invoice
from intake.document.readers import pdf
from intake.model.document import Reader
from intake.model.invoice import Invoice
from tests.kinds import drawn

TILBURG = profile.load("hart-van-brabant")
REGION = (
    "Dongen", "Gilze en Rijen", "Goirle", "Heusden", "Hilvarenbeek", "Loon op Zand", "Oisterwijk", "Tilburg",
    "Waalwijk",
)  # fmt: skip
WAYS = {
    "post": ("Gemeente {town}", "Postbus 17", "5050 AA {town}"),
    "capitals": ("GEMEENTE {TOWN}", "Crediteuren", "Postbus 17", "5050 AA {TOWN}"),
    "attention": ("Gemeente {town}", "t.a.v. afdeling Jeugd", "Postbus 17", "5050AA {town}"),
    "street": ("Gemeente {town}", "Dorpsplein 1", "5051 AB {town}"),
    "of": ("College van B&W van de gemeente {town}", "Postbus 17", "5050 AA {town}"),
    "only": ("Aan: Gemeente {town}",),
}


def drawn_to(monkeypatch: pytest.MonkeyPatch, *lines: str) -> Invoice:
    monkeypatch.setattr(drawn, "BUYER", lines)
    raw = drawn.drawing(drawn.body)
    return find_invoice(pdf.read(raw, Reader.PDFIUM), TILBURG.addressee)


def told(invoice: Invoice, of: profile.Profile = TILBURG) -> dict[str, list[str]]:
    """What the checks say of it, by check."""
    results = registry.on_invoice(invoice, of, drawn.TODAY, None)
    return {r.check: [f.code for f in r.findings] for r in results if r.findings}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("town", REGION)
def test_an_invoice_to_each_municipality_of_the_region_is_right(
    monkeypatch: pytest.MonkeyPatch, town: str, way: str
) -> None:
    """The region's page says so; a clerk would look at each for nothing, and a provider be told to write
    another address.
    """
    lines = [line.format(town=town, TOWN=town.upper()) for line in WAYS[way]]

    invoice = drawn_to(monkeypatch, *lines)

    if town == "Tilburg":
        assert "other-municipality" not in told(invoice).get("addressee", [])
        return
    assert "addressee" not in told(invoice)
    assert "anonymity" not in told(invoice)
    assert drawn.values(invoice) == drawn.FACTS


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("Gemeente Breda", "Postbus 90156", "4800 RH Breda"), "other-municipality"),
        (("Gemeente Dordrecht", "Postbus 8", "3300 AA Dordrecht"), "other-municipality"),
        (("Wijkteam Goirle", "Gemeente Goirle", "Dorpsplein 1", "5051 AB Goirle"), "wijkteam"),
        (("Gemeente Leusden", "Postbus 150", "3830 AD Leusden"), "other-municipality"),
        (("De heer P. Jansen", "Dorpsstraat 1", "5051 AB Goirle"), "other-person"),
        (("Sportvereniging Goirle", "Dorpsstraat 1", "5051 AB Goirle"), "other-person"),
    ],
)  # fmt: skip
def test_an_invoice_to_anybody_else_is_not(
    monkeypatch: pytest.MonkeyPatch, lines: tuple[str, ...], code: str
) -> None:
    """The host would pay what is another's to pay."""
    assert told(drawn_to(monkeypatch, *lines))["addressee"] == [code]


def test_only_a_host_takes_the_invoices_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A municipality that is nobody's host would pay for its neighbours."""
    invoice = drawn_to(monkeypatch, "Gemeente Goirle", "Postbus 17", "5050 AA Goirle")

    assert told(invoice, drawn.ALMERE)["addressee"] == ["other-municipality"]
