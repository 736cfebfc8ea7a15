"""KvK, btw, IBAN and phone numbers are found in every way that providers write them, and decoys are
left alone.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.model.invoice import AccountRole, Presence
from intake.text.identifiers import iban_valid, ibans_in
from tests.document.typed import LETTERHEAD, read, whole

KVK = "KvK 24330087"
BTW = "Btw NL002455799B11"
IBAN = "IBAN NL91 ABNA 0417 1643 00"
PHONE = "Tel. 033-4612345"


def with_line(old: str, new: str) -> str:
    return whole(LETTERHEAD.replace(old, new))


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("KvK Rotterdam 24330087", "24330087"),
        ("K.v.K. nr. 24.33.00.87", "24330087"),
        ("KvK: 2433 0087", "24330087"),
        ("Handelsregister Utrecht onder nr. 24330087", "24330087"),
        ("KvK nummer 2433008", "2433008"),
        ("KvK 243300871", "243300871"),
        (
            "Ingeschreven bij de Kamer van Koophandel Midden-Nederland onder nummer: 24330087",
            "24330087",
        ),
        ("KVK24330087", "24330087"),
        ("24330087 (KvK)", "24330087"),
        ("KvK 24330087 Vestigingsnr. 000012345678", "24330087"),
        ("AGB 41412345 KvK 24330087", "24330087"),
        ("KvK-nr.       24330087", "24330087"),
        ("K V K : 24330087", "24330087"),
        ("Handelsreg. Amsterdam 24330087", "24330087"),
        ("KvK-nummer\n24330087", "24330087"),
        ("Chamber of Commerce no. 24330087", "24330087"),
        ("KvK 24330087 0000", "24330087"),
        ("KvK te Lelystad, nr. 24330087", "24330087"),
        ("KvKnr.: 24330087/ AGB: 12345678", "24330087"),
        ("bic ABNANL2A h.r. 24330087 btw NL002455799B11", "24330087"),
        ("KvK | BTW: 24330087 / NL002455799B11", "24330087"),
        ("KvK | BTW: 24330087 | NL002455799B11", "24330087"),
        ("KvK 24330087\nFactuur gemaakt met Boekgemak B.V., KvK 87654321", "24330087"),
        ("KvK 24330087\nAangesloten bij de beroepsvereniging NVO, KvK 40478213", "24330087"),
        ("Klantnummer 87654321", None),
        ("AGB-code 41412345", None),
        ("Uw KvK-nummer 24330087", None),
    ],
)
def test_kvk_number(line: str, number: str | None) -> None:
    """A KvK number in an unusual spelling would be called missing, or a client number would pass
    for one.
    """
    assert read(with_line(KVK, line)).kvk_number.value == number


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("OB-nummer NL002455799B11", "NL002455799B11"),
        ("BTW-id: NL 0024.55.799.B11", "NL002455799B11"),
        ("Btwnr 002455799B11", "NL002455799B11"),
        ("B.T.W.-nummer: NL002455799B12", "NL002455799B12"),
        ("BTW nr NL 002455799 B 11", "NL002455799B11"),
        ("Btw-nr: NL 0024.55.799.B11AGB-code 94001234", "NL002455799B11"),
        ("Btw BE0428759497", "BE0428759497"),
        ("USt-IdNr. DE136695976", "DE136695976"),
        ("VAT NL002455799B11", "NL002455799B11"),
        ("Btw-nummer:\nNL002455799B11", "NL002455799B11"),
        ("BTW NL0O2455799B11", "NL0O2455799B11"),
        ("Uw btw-nummer NL001234567B13\nBtw-nummer NL002455799B11", "NL002455799B11"),
        ("Omzetbelastingnummer NL002455799B11", "NL002455799B11"),
        ("btw n.v.t.", None),
        ("Uw btw-nummer NL001234567B13", None),
    ],
)
def test_vat_id(line: str, number: str | None) -> None:
    """A btw number would be missed, or the customer's own taken for the supplier's."""
    assert read(with_line(BTW, line)).vat_id.value == number


@pytest.mark.parametrize(
    ("line", "presence", "remark"),
    [
        ("Btw-nummer: zie onder", Presence.UNREADABLE, None),
        ("Btw-nummer: Nachtegaalstraat 3", Presence.UNREADABLE, None),
        ("Btw-nummer: na overleg", Presence.UNREADABLE, None),
        ("Btw-nummer zie briefhoofd", Presence.UNREADABLE, None),
        ("Btw-nummer        zie onder", Presence.UNREADABLE, None),
        ("Btw-nummer: n.v.t.", Presence.ABSENT, "n.v.t."),
        ("Btw-nummer: n.a.", Presence.ABSENT, "n.a."),
        ("Btw-nummer: geen btw-nummer", Presence.ABSENT, "geen"),
        ("Btw-nummer: zie onder\nBtw-nummer: n.v.t.", Presence.ABSENT, "n.v.t."),
        ("Btw-nummer:", Presence.ABSENT, None),
        ("Zorg voor iedereen\nBtw-nummer:", Presence.ABSENT, None),
        ("Uw btw-nummer: zie onder", Presence.ABSENT, None),
        ("Wij vermelden ons btw-nummer op iedere factuur", Presence.ABSENT, None),
        ("Btw-nummer: NL123456789B01", Presence.FOUND, None),
    ],
)
def test_what_the_btw_label_says_when_it_is_no_number(
    line: str, presence: Presence, remark: str | None
) -> None:
    """An invoice that points elsewhere for its btw number would be refused as having none, or the
    provider told that a street means "not applicable".
    """
    invoice = read(with_line(BTW, line))
    assert (invoice.vat_id.presence, invoice.vat_remark.value) == (presence, remark)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("IBAN: NL91ABNA0417164300", "NL91ABNA0417164300"),
        ("Rek.nr. NL91 ABNA 0417 1643 00 BIC ABNANL2A", "NL91ABNA0417164300"),
        ("Bank NL91.ABNA.0417.1643.00", "NL91ABNA0417164300"),
        ("IBAN NL91 ABNA 0417 1643 01", "NL91ABNA0417164301"),
        ("G-rekening NL53INGB0990000009\nIBAN NL91ABNA0417164300", "NL91ABNA0417164300"),
        ("nl91 abna 0417 1643 00", "NL91ABNA0417164300"),
        ("IBAN NL91 ABNA 0417 1643\n00", "NL91ABNA0417164300"),
        ("IBAN NL91 ABNA 0417 1643 0", "NL91ABNA041716430"),
        ("IBAN BE68 5390 0754 7034", "BE68539007547034"),
        ("IBAN DE89370400440532013000", "DE89370400440532013000"),
        ("ABNANL2A / NL91ABNA0417164300", "NL91ABNA0417164300"),
        ("Iban:NL91ABNA0417164300 t.n.v. De Vlinder", "NL91ABNA0417164300"),
    ],
)
def test_iban(line: str, number: str) -> None:
    """An account would be called missing because of spaces, a wrapped line, or the bank's code
    beside it.
    """
    assert read(with_line(IBAN, line)).iban.value == number


@pytest.mark.parametrize(
    "beside",
    [
        "Aantal uren in overleg",
        "Tarief € 75,00 per uur",
        "Totaal in dertig dagen te betalen",
        "Zie onze voorwaarden",
    ],
)
@pytest.mark.parametrize(
    ("old", "label"), [(KVK, "Inschrijving KvK:"), (BTW, "Btw-nummer:"), (IBAN, "IBAN")]
)
def test_a_number_on_the_next_line_belongs_to_the_label_at_the_end(
    beside: str, old: str, label: str
) -> None:
    """Words beside the label that also head a table of care would make the number missing, and
    refuse a good invoice.
    """
    number = old.partition(" ")[2]
    invoice = read(
        with_line(old, "").rstrip()
        + f"\n\n{beside}      betaling als hiernaast       {label}\n{number}\n"
    )

    found = {KVK: invoice.kvk_number, BTW: invoice.vat_id, IBAN: invoice.iban}[old]
    assert found.value == number.replace(" ", "")


def test_account_roles() -> None:
    """The municipality would pay to a G-account, or past a factoring firm that alone can be paid."""
    invoice = read(
        whole(
            foot=(
                "G-rekening: NL53INGB0990000009\nDeze vordering is gecedeerd aan FactorNL"
                " B.V.\nBevrijdend betalen op NL20INGB0001234567"
            )
        )
    )

    assert {a.iban: a.role for a in invoice.accounts}["NL53INGB0990000009"] is AccountRole.BLOCKED
    assert {a.iban: a.role for a in invoice.accounts}["NL20INGB0001234567"] is AccountRole.FACTORING
    assert invoice.iban.value == "NL20INGB0001234567"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Tel: +31 (0)33 461 23 45", "+31 (0)33 461 23 45"),
        ("T 033 461 23 45", "033 461 23 45"),
        ("Telefoon: 06 - 12 34 56 78", "06 - 12 34 56 78"),
        ("033-4612345", "033-4612345"),
        ("Tel. 0334612345", "0334612345"),
        ("M. 06-12345678", "06-12345678"),
        ("Tel.nr.: (033) 4612345", "(033) 4612345"),
        ("Tel. 0800-1234", "0800-1234"),
        ("Telefoon +32 2 555 12 12", "+32 2 555 12 12"),
        ("Telefoon: 033/461 23 45", "033/461 23 45"),
        ("Klantenservice: 033 - 461\n                     23 45", None),
        ("Vestiging 000038099633", None),
        ("Tel.: 033 4612345 / 06-12345678", "033 4612345"),
        ("Tel/fax: 033-4612345", "033-4612345"),
        ("bel 14 036", None),
        ("Fax 033-4612346", None),
    ],
)
def test_phone(line: str, number: str | None) -> None:
    """A phone number in a national or international form would be missed, or the fax taken for it."""
    assert read(with_line(PHONE, line)).supplier_phone.value == number


def test_fax_is_kept_apart() -> None:
    """A provider with only a fax number would be told that nothing was found at all."""
    assert read(with_line(PHONE, "Fax 033-4612346")).supplier_fax.value == "033-4612346"


@given(
    st.integers(0, 10**10 - 1),
    st.sampled_from(["ABNA", "INGB", "RABO", "TRIO", "KNAB"]),
    st.sampled_from(["", " ", "."]),
    st.booleans(),
)
def test_every_valid_iban_is_found(tail: int, bank: str, gap: str, lower: bool) -> None:
    """Some account would not be recognised in a sentence because of its digits, grouping or case."""
    body = f"{bank}{tail:010d}"
    check = 98 - int("".join(str(int(c, 36)) for c in body + "NL00")) % 97
    compact = f"NL{check:02d}{body}"
    shown = gap.join(compact[n : n + 4] for n in range(0, 18, 4))
    found = [
        value
        for _, _, value, _ in ibans_in(
            f"over te maken op {shown.lower() if lower else shown} t.n.v. de praktijk"
        )
    ]

    assert found == [compact]
    assert iban_valid(compact)


@given(st.text(alphabet="NLBE 0123456789ABIOo.-", max_size=60))
def test_iban_search_never_fails(text: str) -> None:
    """A strange row of letters and digits would stop the reading of an invoice."""
    for start, end, value, _ in ibans_in(text):
        assert 0 <= start < end <= len(text)
        assert value.isalnum()


def test_digits_apart_from_the_word_for_the_register_are_a_doubt() -> None:
    """A provider whose number broke off from its label would be refused for having none."""
    apart = read(
        with_line(KVK, "Swift ABNANL2A        Kamer van Koophandel: Gooi en")
        + "\n\n\nEemland 28064609"
    )
    absent = read(
        with_line(KVK, "")
        + "\nKlantnummer: 28064609\nVoorwaarden gedeponeerd bij de Kamer van Koophandel."
    )

    assert apart.kvk_number.value == "28064609" or apart.kvk_number.presence is Presence.UNREADABLE
    assert absent.kvk_number.presence is Presence.ABSENT


def test_the_customers_btw_number_is_not_the_suppliers() -> None:
    """An invoice without a btw number of its own would pass with the municipality's."""
    wrapped = (
        with_line(BTW, "")
        + "\nFactuur nr 7 | Dagtekening 27-5-2026 | Uw btw-nummer\nNL876476255B01\n"
    )

    assert read(wrapped).vat_id.value is None


def test_a_number_in_the_letterhead_stays_the_suppliers() -> None:
    """A provider whose number also stands behind "uw btw-nummer" would be refused for having none."""
    invoice = read(
        with_line(BTW, "").replace(KVK, "KvK 24330087, NL002455799B11")
        + "\nVermeld altijd | uw btw-nummer\nNL002455799B11\n"
    )

    assert invoice.vat_id.value == "NL002455799B11"


def test_an_account_that_goes_on_at_the_left_margin() -> None:
    """A provider whose footer breaks in the middle of the account number would be refused for
    having none.
    """
    foot = (
        "Afspraken per mail\n          KvK nr.: Amsterdam 24330087        IBAN-nummer: NL34"
        " RABO\n0552245760"
    )

    assert read(with_line(IBAN, "") + "\n\n" + foot).iban.value == "NL34RABO0552245760"


def test_a_number_goes_on_beside_a_word_that_could_head_a_column() -> None:
    """A phone number that breaks in a narrow letterhead would be missed, because "uren" stands
    beside it.
    """
    head = (
        f"Zorgpraktijk De Vlinder\nKerkstraat 12\n3811 AB Amersfoort\n{KVK}\n{IBAN}\n\nTel. 033-461"
        "      Uren: 9-17\n2345              op werkdagen\n"
    )

    phone = read(whole(head)).supplier_phone.value

    assert phone is not None and "".join(filter(str.isdigit, phone)) == "0334612345"
