"""Labels that announce a value which stands elsewhere or cannot be read."""

from __future__ import annotations

import pytest

from intake.model.invoice import Presence
from tests.document.typed import LETTERHEAD, read, whole

LINES = {
    "kvk_number": ("KvK 24330087", ("KvK-nummer", "Kamer van Koophandel", "KvK")),
    "vat_id": ("Btw NL002455799B11", ("Btw-nummer", "BTW-nr.", "VAT number")),
    "iban": ("IBAN NL91 ABNA 0417 1643 00", ("IBAN", "Rekeningnummer", "Bankrekening")),
    "supplier_phone": ("Tel. 033-4612345", ("Telefoon", "Tel.", "Telefoonnummer")),
}
POINTERS = (
    ": zie onder",
    ": zie boven",
    ": zie voet",
    ": zie briefhoofd",
    " zie onderaan",
    ": see footer",
    "        zie onder",
    "        zie ommezijde",
    ": staat op het briefpapier",
    ": volgt",
    ": idem",
)
FIELDS = [(name, label, old) for name, (old, labels) in LINES.items() for label in labels]


@pytest.mark.parametrize("pointer", POINTERS)
@pytest.mark.parametrize(("name", "label", "old"), FIELDS)
def test_a_value_that_stands_elsewhere(name: str, label: str, old: str, pointer: str) -> None:
    """The provider would be told that what stands elsewhere on the page is missing."""
    found = getattr(read(whole(LETTERHEAD.replace(old, label + pointer))), name)
    assert found.presence is Presence.UNREADABLE


@pytest.mark.parametrize("said", [":", ": n.v.t.", ": geen", "", ": ........", ": -"])
@pytest.mark.parametrize(("name", "label", "old"), FIELDS)
def test_a_label_without_a_value(name: str, label: str, old: str, said: str) -> None:
    """An invoice that leaves a fact open would pass as one that could not be read."""
    lines = LETTERHEAD.replace(old + "\n", "") + f"\n\n\n{label}{said}\n"
    assert getattr(read(whole(lines)), name).presence is Presence.ABSENT


@pytest.mark.parametrize(
    "label", ["Factuurnummer", "Factuurnr.", "Nummer factuur", "Invoice number"]
)
@pytest.mark.parametrize(
    "said", [": zie boven", ": zie kenmerk", ": volgt", "    zie onder", ": ABC"]
)
def test_an_invoice_number_that_stands_elsewhere(label: str, said: str) -> None:
    """The provider would be told that the number is missing."""
    number = read(whole(references=f"{label}{said}\nDatum: 13-11-2026")).invoice_number
    assert number.presence is Presence.UNREADABLE


@pytest.mark.parametrize(
    "line",
    [
        "Onze voorwaarden liggen bij de Kamer van Koophandel.",
        "Kamer van Koophandel deponering van onze voorwaarden",
        "U kunt ons telefonisch bereiken, IBAN op aanvraag",
        "Wij vermelden ons KvK-nummer op iedere factuur",
    ],
)
def test_a_label_in_a_sentence_announces_nothing(line: str) -> None:
    """An invoice without its facts would pass as one that could not be read."""
    lines = (
        line for line in LETTERHEAD.splitlines() if not line.startswith(("KvK", "Tel", "IBAN"))
    )
    invoice = read(whole("\n".join(lines) + "\n", foot=line))
    fields = (invoice.kvk_number, invoice.supplier_phone, invoice.iban)
    assert [field.presence for field in fields] == [Presence.ABSENT] * 3


def test_a_name_that_stands_elsewhere() -> None:
    """The letter would be addressed to "zie briefhoofd"."""
    name = read(whole(foot="Leverancier: zie briefhoofd")).supplier_name.value
    assert name == "Zorgpraktijk De Vlinder"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("KvK: AB12345678", "AB12345678"),
        ("KvK-nummer AB24330087", "AB24330087"),
        ("KvK 24330087X", "24330087X"),
        ("KvK: 2433OO87", "2433OO87"),
        ("KvK: 2433008l", "2433008L"),
        ("KvK NL24330087", "24330087"),
        ("KvK: nr24330087", "24330087"),
        ("KvK 24330087 te Utrecht", "24330087"),
        ("KvK 24330087BTW NL002455799B11", "24330087"),
        ("KvK Utrecht 24330087", "24330087"),
        ("KvK Ede24330087", "24330087"),
    ],
)
def test_a_register_number_keeps_its_letters(line: str, value: str) -> None:
    """A number that is none would pass, because its letters were left out."""
    assert read(whole(LETTERHEAD.replace("KvK 24330087", line))).kvk_number.value == value


@pytest.mark.parametrize(
    "line", ["Adres: zie briefhoofd", "Adres        zie onder", "Vestigingsadres: see footer"]
)
def test_an_address_that_stands_elsewhere(line: str) -> None:
    """The provider would be told that the address is missing."""
    head = LETTERHEAD.replace("Kerkstraat 12\n3811 AB Amersfoort", line)
    assert read(whole(head)).supplier_street.presence is Presence.UNREADABLE
