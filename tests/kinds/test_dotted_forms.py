"""Forms that somebody filled in: the value stands on dots or a line that leads to the margin."""

from __future__ import annotations

import pytest

from tests.document.typed import MONEY, read

FORM = (
    ("Naam", "Coöperatie Het Anker U.A."),
    ("Straat en huisnummer", "Kerkstraat 204"),
    ("Postcode en woonplaats", "2559 BN Nijkerk"),
    ("Telefoonnummer", "030 - 949 45 14"),
    ("Nummer Kamer van Koophandel", "89611315"),
    ("Btw-identificatienummer", "NL002455799B11"),
    ("Rekeningnummer (IBAN)", "NL91 ABNA 0417 1643 00"),
    ("Gefactureerd aan", "Gemeente Almere"),
    ("", "Crediteurenadministratie/zorg"),
    ("", "Postbus 200"),
    ("", "1300 AE Almere"),
    ("Factuurnummer", "F-00251"),
    ("Factuurdatum", "1 maart 2026"),
)


@pytest.mark.parametrize("sign", [".", "_", "…", "·"])
@pytest.mark.parametrize("before", [False, True])
def test_values_on_dots(sign: str, before: bool) -> None:
    """A practice that fills in a form would be asked for its name and street each time, as the dots
    behind them were read with them.
    """
    lead = sign * 12
    text = "\n".join(
        f"{label + lead if before and label else label:40} {value}{'' if before else lead}"
        for label, value in FORM
    )
    invoice = read(f"FACTUURFORMULIER\n\n{text}\n\n{MONEY}")
    assert [
        invoice.supplier_name.value,
        invoice.supplier_street.value,
        invoice.supplier_city.value,
        invoice.supplier_phone.value,
        invoice.kvk_number.value,
        invoice.iban.value,
        invoice.invoice_number.value,
        invoice.issue_date.value,
    ] == [
        "Coöperatie Het Anker U.A.",
        "Kerkstraat 204",
        "Nijkerk",
        "030 - 949 45 14",
        "89611315",
        "NL91ABNA0417164300",
        "F-00251",
        "2026-03-01",
    ]
