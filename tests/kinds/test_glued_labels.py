"""Labels without a space before their value, values without a space before the next label, and
joint labels.
"""

from __future__ import annotations

import pytest

from intake.model.invoice import Presence
from tests.document.typed import LETTERHEAD, read, whole

HEAD = "Zorgpraktijk De Vlinder\nKerkstraat 12\n3811 AB Amersfoort\n"
FACTS = {
    "kvk_number": "24330087",
    "vat_id": "NL002455799B11",
    "iban": "NL91ABNA0417164300",
    "supplier_phone": "033-4612345",
}


@pytest.mark.parametrize(
    "facts",
    [
        "Tel.033-4612345\nKvKnr.24330087\nBtwnr.NL002455799B11\nIBANNL91ABNA0417164300",
        "Tel033-4612345\nKVK24330087\nBTWNL002455799B11\nIBANNL91 ABNA 0417 1643 00",
        "T:033-4612345\nKvK:24330087\nBTW:NL002455799B11\nBIC:ABNANL2ANL91ABNA0417164300",
        "Telefoon:033-4612345 KvK-nr:24330087BTW-nr:NL002455799B11\nRekeningnummer:NL91ABNA0417164300",
        "Telefoonnr.033-4612345\nHandelsregister24330087\nOb-nummerNL002455799B11\nREKNRNL91ABNA0417164300",
        "KvK24330087 / BtwNL002455799B11 / IbanNL91ABNA0417164300 / Tel.033-4612345",
        "KvK.24330087|Btw.NL002455799B11|Iban.NL91ABNA0417164300|Tel.033-4612345",
        "IBAN:NL91ABNA0417164300BIC:ABNANL2A\nKvK24330087Btw:NL002455799B11\nM.033-4612345",
        "KvK/btw: 24330087 / NL002455799B11\nIBAN/BIC: NL91 ABNA 0417 1643 00 / ABNANL2A\nTel. 033-4612345",
        "Btw/KvK: NL002455799B11 / 24330087\nBIC/IBAN: ABNANL2A / NL91ABNA0417164300\nTel 033-4612345",
        "KvK- en btw-nummer: 24330087 en NL002455799B11\nTel./fax: 033-4612345 / 033-4612346\n"
        "IBAN NL91ABNA0417164300",
        "Tel/fax:        033-4612345 / 033-4612346\nKvK & btw        24330087 & NL002455799B11\n"
        "IBAN        NL91ABNA0417164300",
    ],
)
def test_every_fact_of_the_letterhead(facts: str) -> None:
    """A good invoice would be refused because a program leaves a space out."""
    invoice = read(whole(f"{HEAD}{facts}\n"))
    assert {name: getattr(invoice, name).value for name in FACTS} == FACTS


@pytest.mark.parametrize(
    ("references", "number", "date"),
    [
        ("Factuurnummer2026-11Datum13-11-2026", "2026-11", "2026-11-13"),
        ("FactuurnummerHK-2026-11\nFactuurdatum13 november 2026", "HK-2026-11", "2026-11-13"),
        ("Factuurnr.2026-11\nDatum.13-11-2026", "2026-11", "2026-11-13"),
        ("FACTUURNUMMER:HK-2026-11FACTUURDATUM:13-11-2026", "HK-2026-11", "2026-11-13"),
        ("Factuurdatum:13-11-2026Vervaldatum:13-12-2026\nFactuurnr:7", "7", "2026-11-13"),
    ],
)
def test_number_and_date(references: str, number: str, date: str) -> None:
    """A good invoice would be refused, or booked with a label in its number."""
    invoice = read(whole(references=references))
    assert (invoice.invoice_number.value, invoice.issue_date.value) == (number, date)


@pytest.mark.parametrize(
    "line", ["AKVK24330087", "Artikelnr.24330087", "Klantnr24330087", "AGB24330087"]
)
def test_digits_glued_to_another_word(line: str) -> None:
    """An article's code would be taken for the supplier's number in the register."""
    invoice = read(whole(LETTERHEAD.replace("KvK 24330087", line)))
    assert invoice.kvk_number.value is None


@pytest.mark.parametrize(
    "line",
    ["IBANNL91ABNA0417164301", "IBAN: NL91 ABNA", "Rekeningnummer: zie voet", "IBAN 0417164300"],
)
def test_an_account_that_cannot_be_read(line: str) -> None:
    """A slip in the account would be told as a missing account."""
    invoice = read(whole(LETTERHEAD.replace("IBAN NL91 ABNA 0417 1643 00", line)))
    assert invoice.iban.value or invoice.iban.presence is Presence.UNREADABLE


@pytest.mark.parametrize("code", ["BUNQ", "KNAB", "RABO", "TRIO", "ABNA"])
def test_the_bank_within_an_account_is_no_label(code: str) -> None:
    """What stands right of an account of bunq or Knab would be taken for an account, and the phone
    number be called missing.
    """
    body = f"{code}0417164300"
    check = 98 - int("".join(str(int(c, 36)) for c in body + "NL00")) % 97
    iban = f"NL{check:02d}{body}"
    head = (
        "Zorgpraktijk De Vlinder\nKerkstraat 12\n3811 AB Amersfoort\n\n"
        "KvK-nummer          IBAN                          Telefoon\n"
        f"24330087            {iban}            +31 (0)33 461 23 45\n"
    )
    invoice = read(whole(head))
    assert (invoice.iban.value, invoice.supplier_phone.value) == (iban, "+31 (0)33 461 23 45")


@pytest.mark.parametrize(
    "row",
    [
        "IBAN NL91 ABNA 0417 1643 00          033-4612345",
        "KvK 24330087          033-4612345",
        "Btw NL002455799B11          +31 (0)33 461 23 45",
        "IBAN NL91 ABNA 0417 1643 00       KvK 24330087       06 12345678",
    ],
)
def test_a_label_with_its_own_value_claims_no_second(row: str) -> None:
    """A phone number without a label would be called missing, because a number in the same row has
    one.
    """
    lines = [line for line in LETTERHEAD.splitlines() if not line.startswith(("Tel", row[:3]))]
    assert (
        read(whole("\n".join([*lines, row]) + "\n")).supplier_phone.value
        == row.split("   ")[-1].strip()
    )


def test_the_number_of_a_client_beside_another_is_no_phone() -> None:
    """A number that its own label explains would pass for the phone number of the supplier."""
    head = "\n".join(line for line in LETTERHEAD.splitlines() if not line.startswith("Tel"))
    for line in ("Klantnummer 0334612345", "Debiteurnr.        0334612345"):
        assert read(whole(f"{head}\n{line}\n")).supplier_phone.value is None


@pytest.mark.parametrize(
    "line",
    ["T036-5212345", "M0612345678", "T+31(0)365212345", "m06-12345678 / info@vlinder.example"],
)
def test_a_letter_glued_to_the_phone_number(line: str) -> None:
    """A good invoice would be refused because a program leaves out the space behind "T"."""
    invoice = read(whole(LETTERHEAD.replace("Tel. 033-4612345", line)))
    assert invoice.supplier_phone.value == line.split(" /")[0][1:]


def test_a_letter_glued_to_the_phone_number_within_a_row_of_facts() -> None:
    """The same, in the foot of the page."""
    head = "\n".join(line for line in LETTERHEAD.splitlines() if not line.startswith("Tel"))
    invoice = read(whole(f"{head}\n", foot="T033-4612345·KvK24330087·NL91ABNA0417164300"))
    assert invoice.supplier_phone.value == "033-4612345"
