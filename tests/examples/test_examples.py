"""The example mails: what the demo sends is what the generators make, readable, small and
consistent with itself.
"""

from __future__ import annotations

import datetime as dt
import email
import re
import shutil
import subprocess
import tomllib
from decimal import Decimal
from email import policy
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from stdnum import iban
from stdnum.nl import bsn, btw

from intake.mail import example
from tests.examples.bill import Bill, count, money
from tests.examples.bills import BILLS, IBAN_TYPO
from tests.examples.make import FOLDER, PRODUCERS

NOW = dt.datetime(2031, 3, 1, 12, tzinfo=dt.UTC)
SAME_BYTES = ("canvas", "platypus", "fpdf2", "docx")
PROGRAMS = {"libreoffice": "soffice", "chromium": "chromium"}
"""Producers that are programs of the machine; the others come with the test dependencies and are
always there."""
REMADE = [
    bill for bill in BILLS if bill.producer not in PROGRAMS or shutil.which(PROGRAMS[bill.producer])
]
PDFS = [bill for bill in BILLS if bill.producer != "docx"]
EXAMPLES = example.load(FOLDER)
PASSWORDS = {provider.kvk: provider.password for provider in example.providers(FOLDER)}


def _name(bill: Bill) -> str:
    return f"{bill.folder}-{bill.number.replace('/', '-')}"


def _pages(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def _words(data: bytes) -> list[str]:
    return re.sub(r"\s+", " ", " ".join(_pages(data))).split()


@cache
def _certificate(elliptic: bool = False) -> tuple[bytes, bytes]:
    key: CertificateIssuerPrivateKeyTypes = (
        ec.generate_private_key(ec.SECP256R1())
        if elliptic
        else rsa.generate_private_key(65537, 2048)
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Voorbeeld")])
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 1, dt.datetime(2026, 1, 1), dt.datetime(2036, 1, 1)
    )
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), certificate


def _assemble(item: example.Example, now: dt.datetime = NOW) -> bytes:
    return example.assemble(item, _certificate()[1], PASSWORDS, "crediteuren@almere.nl", now)


@pytest.mark.parametrize("bill", REMADE, ids=_name)
def test_generators_still_make_the_committed_documents(bill: Bill) -> None:
    """An example that nobody can make again cannot be corrected when the municipality's page
    changes.
    """
    committed = (FOLDER / bill.folder / bill.file).read_bytes()

    made = PRODUCERS[bill.producer](bill)

    if bill.producer in SAME_BYTES:
        assert made == committed
    else:
        assert _words(made) == _words(committed)
        assert len(_pages(made)) == len(_pages(committed))


def test_there_are_documents_of_at_least_five_producers() -> None:
    """Fewer producers would let a reader pass that knows only one way of writing PDF."""
    producers = set()
    for bill in PDFS:
        with pypdfium2.PdfDocument((FOLDER / bill.folder / bill.file).read_bytes()) as document:
            producers.add(document.get_metadata_dict().get("Producer", "").split(" ")[0].lower())
    assert len(producers) >= 5, producers


@pytest.mark.parametrize("bill", PDFS, ids=_name)
def test_every_value_stands_readable_on_the_page(bill: Bill) -> None:
    """A value that the producer dropped would make the demo refuse a good invoice."""
    text = re.sub(r"\s+", " ", " ".join(_pages((FOLDER / bill.folder / bill.file).read_bytes())))
    supplier = bill.supplier
    values = [
        supplier.name,
        supplier.street,
        supplier.phone,
        supplier.kvk,
        supplier.vat_id,
        supplier.iban,
        bill.number,
        money(bill.gross),
    ]
    values += [*bill.addressee, *bill.remarks, supplier.exempt]
    values += [text for line in bill.items for text in (money(line.net), count(line.quantity))]
    squeezed = text.replace(" ", "")
    for value in values:
        if value:
            assert value.replace(" ", "") in squeezed


@pytest.mark.parametrize("bill", BILLS, ids=_name)
def test_documents_are_small(bill: Bill) -> None:
    """The examples travel in the wheel to every installation."""
    assert (FOLDER / bill.folder / bill.file).stat().st_size < 60_000


@pytest.mark.parametrize("bill", BILLS, ids=_name)
def test_numbers_of_providers_are_valid_but_for_the_typo(bill: Bill) -> None:
    """A good example with a bad number would teach the wrong thing and be refused."""
    supplier = bill.supplier
    assert iban.is_valid(supplier.iban) == (supplier.iban != IBAN_TYPO)
    assert supplier.vat_id is None or btw.is_valid(supplier.vat_id)
    assert supplier.kvk is None or re.fullmatch(r"\d{8}", supplier.kvk)


def test_the_typo_is_a_typo() -> None:
    """The example of a wrong IBAN must fail its check digits."""
    assert not iban.is_valid(IBAN_TYPO)


@pytest.mark.parametrize("item", EXAMPLES, ids=lambda item: item.name)
def test_care_lines_hold_test_numbers_and_right_sums(item: example.Example) -> None:
    """A real person's number must never be in an example, and a wrong sum would bring a finding
    nobody expects.
    """
    bills = [bill for bill in BILLS if bill.folder == item.name]
    columns = [column.lower() for column in item.attachment.columns]
    amounts = Decimal(0)
    for row in item.attachment.rows:
        cells = dict(zip(columns, row, strict=True))
        number = str(cells.get("bsn") or cells["burgerservicenummer"])
        assert bsn.is_valid(number)
        assert number.startswith("99999") or number in ("111222333", "123456782")
        if "factuurnummer" in cells:
            assert cells["factuurnummer"] in {bill.number for bill in bills}
        amounts += Decimal(str(cells.get("bedrag", 0)))
    if "bedrag" in columns:
        assert amounts == sum(bill.net for bill in bills)


@pytest.mark.parametrize("item", EXAMPLES, ids=lambda item: item.name)
def test_mail_carries_what_its_folder_holds(item: example.Example) -> None:
    """A document that is lost while the mail is put together would end as a missing invoice."""
    mail = email.message_from_bytes(_assemble(item), policy=policy.default)

    names = [part.get_filename() for part in mail.iter_attachments()] if mail.is_multipart() else []

    if item.attachment.kind == "smime-mail":
        assert mail.get_content_type() == "application/pkcs7-mime"
    else:
        assert names == [name for name, _ in item.files] + [item.attachment.file_name] * (
            item.attachment.kind != "none"
        )
        assert mail.get_body(("plain",)) is not None
    written = tomllib.loads((FOLDER / item.name / "mail.toml").read_text(encoding="utf-8"))
    invoices = {row["file"] for row in written["expected"].get("invoices", [])}
    assert invoices <= {name for name, _ in item.files}


@pytest.mark.parametrize("item", EXAMPLES, ids=lambda item: item.name)
def test_same_moment_gives_the_same_mail(item: example.Example) -> None:
    """A mail that differs each time could not be found again in a test or a bug report."""
    first, second = _assemble(item), _assemble(item)
    if item.attachment.kind in ("none", "plain"):
        assert first == second
    assert [line for line in first.split(b"\r\n") if b": " in line] == [
        line for line in second.split(b"\r\n") if b": " in line
    ]
    assert b"\n" not in first.replace(b"\r\n", b"")


def test_mail_is_never_dated_in_the_future() -> None:
    """On a machine whose clock is behind, the demo would else ask a person about every date."""
    early = dt.datetime(2026, 10, 3, 8, tzinfo=dt.UTC)
    for item in EXAMPLES:
        mail = email.message_from_bytes(_assemble(item, early), policy=policy.default)
        assert mail["Date"].datetime <= early


@pytest.mark.parametrize(
    "item",
    [item for item in EXAMPLES if item.attachment.kind.startswith("smime")],
    ids=lambda item: item.name,
)
def test_openssl_opens_what_was_encrypted(item: example.Example, tmp_path: Path) -> None:
    """Otherwise the demo would show only what our own code can open."""
    mail = email.message_from_bytes(_assemble(item), policy=policy.default)
    sealed = next(
        part for part in mail.walk() if part.get_content_type() == "application/pkcs7-mime"
    )
    content = sealed.get_payload(decode=True)
    assert isinstance(content, bytes)
    files = {
        "key.pem": _certificate()[0],
        "certificate.pem": _certificate()[1],
        "sealed.p7m": content,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)

    command = [
        "openssl",
        "cms",
        "-decrypt",
        "-inform",
        "DER",
        "-in",
        "sealed.p7m",
        "-inkey",
        "key.pem",
        "-recip",
        "certificate.pem",
    ]
    opened = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout

    inner = email.message_from_bytes(opened, policy=policy.default)
    assert item.attachment.inner_name in [part.get_filename() for part in inner.walk()]


@pytest.mark.parametrize(
    "certificate", [None, _certificate(elliptic=True)[1]], ids=["none", "elliptic"]
)
def test_without_an_rsa_certificate_it_says_so(certificate: bytes | None) -> None:
    """Sending the care lines unprotected instead would be the worst way to go on."""
    with pytest.raises(ValueError, match=r"certificate|RSA"):
        example.assemble(EXAMPLES[0], certificate, PASSWORDS, "crediteuren@almere.nl", NOW)
