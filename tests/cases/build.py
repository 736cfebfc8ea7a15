"""Writes the mails of the case folders: ``python -m tests.cases.build [NAME …]``.

The mails are fixed files once written: what encryption drew at random stays as it is. Build one
again only when its case changes.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pypdf
import pyzipper
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook

from tests.cases import care
from tests.cases.page import GOOD, invoice, pdf, scan, two_columns
from tests.cases.tnef import winmail
from tests.document.einvoice.einvoices import OUTSIDE, Item, Party, added, edited, ubl, written

FOLDER = Path(__file__).parent
KVK, EMAIL, PASSWORD = "99952775", "rozen@wilderoos.example", "roos-met-doorns-12"
"""The provider of every case, as the test registers it."""
HEADER = "BSN;Verwijzer;AGB-code verwijzer;Productcode;Productomschrijving;Begindatum;Einddatum"
ROW = "999990019;huisarts;01056321;45A52;Begeleiding individueel basis;01-09-2026;30-09-2026"
CASES: dict[str, Callable[[], bytes]] = {}


def case(build: Callable[[], bytes]) -> Callable[[], bytes]:
    CASES[build.__name__.replace("_", "-")] = build
    return build


def sheet(*rows: str) -> bytes:
    return "\r\n".join([HEADER, *(rows or (ROW,)), ""]).encode()


def aes_zip(*files: tuple[str, bytes], password: str = PASSWORD) -> bytes:
    buffer = io.BytesIO()
    with pyzipper.AESZipFile(
        buffer, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def plain_zip(*files: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, (2026, 10, 1, 9, 0, 0)), data)
    return buffer.getvalue()


def start(name: str, subject: str = "Factuur september") -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = f"De Wilde Roos <{EMAIL}>"
    mail["To"] = "crediteuren@almere.nl"
    mail["Subject"] = subject
    mail["Date"] = "Fri, 02 Oct 2026 10:15:00 +0200"
    mail["Message-ID"] = f"<{name}@wilderoos.example>"
    return mail


def letter(
    name: str,
    *files: tuple[str, bytes],
    subject: str = "Factuur september",
    body: str = "Zie de bijlage.\n",
) -> EmailMessage:
    """A plain mail; each file gets the type its name promises."""
    mail = start(name, subject)
    mail.set_content(body)
    for file_name, data in files:
        add(mail, file_name, data)
    return mail


def add(mail: EmailMessage, file_name: str, data: bytes) -> None:
    types = {"pdf": "pdf", "zip": "zip", "xml": "xml"}
    extension = file_name.rpartition(".")[2]
    if extension == "csv":
        mail.add_attachment(data, "text", "csv", filename=file_name)
    else:
        mail.add_attachment(
            data, "application", types.get(extension, "octet-stream"), filename=file_name
        )


def done(mail: EmailMessage, name: str) -> bytes:
    for number, part in enumerate(mail.walk()):
        if part.get_content_maintype() == "multipart" and not part.get_boundary():
            part.set_boundary(f"=_{name}_{number}")
    return mail.as_bytes(policy=policy.SMTP)


def with_invoice(name: str, number: str, attachment: tuple[str, bytes]) -> bytes:
    """An ordinary mail with the good invoice and this attachment."""
    return done(letter(name, (f"factuur {number}.pdf", invoice(number)), attachment), name)


def good(name: str, number: str, **blocks: tuple[str, ...]) -> bytes:
    """An ordinary mail with the good invoice, some blocks changed, and a good secured attachment."""
    return done(
        letter(
            name,
            (f"factuur {number}.pdf", invoice(number, **blocks)),
            ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
        ),
        name,
    )


# --- how a mail can be put together --------------------------------------------------------


@case
def forwarded_invoice() -> bytes:
    inner = letter(
        "inner",
        ("factuur R-101.pdf", invoice("R-101")),
        ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
    )
    outer = start("forwarded-invoice", "Fwd: Factuur september")
    outer.replace_header("From", "Boekhouder Pieters <pieters@boekhouding.example>")
    outer.set_content("Hierbij stuur ik de factuur van mijn klant door.\n")
    outer.add_attachment(inner)
    return done(outer, "forwarded-invoice")


@case
def octet_stream_inline() -> bytes:
    mail = start("octet-stream-inline")
    mail.set_content("Zie hieronder.\n")
    mail.add_attachment(
        invoice("R-102"),
        "application",
        "octet-stream",
        disposition="inline",
        filename="document.dat",
    )
    mail.add_attachment(
        aes_zip(("bijlage.csv", sheet())), "image", "png", disposition="inline", filename="bijlage"
    )
    return done(mail, "octet-stream-inline")


@case
def winmail_dat() -> bytes:
    mail = start("winmail-dat")
    mail.set_content("Met Outlook verstuurd.\n")
    packed = winmail(
        [
            ("Factuur R-103 september.pdf", invoice("R-103")),
            ("bijlage september.zip", aes_zip(("bijlage.csv", sheet()))),
        ]
    )
    mail.add_attachment(packed, "application", "ms-tnef", filename="winmail.dat")
    return done(mail, "winmail-dat")


@case
def rfc2231_file_name() -> bytes:
    mail = done(
        letter(
            "rfc2231-file-name",
            ("NAAM.pdf", invoice("R-104")),
            ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
        ),
        "rfc2231-file-name",
    )
    split_name = (
        b"filename*0*=utf-8''Factuur%20z%C3%B6rg;\r\n filename*1*=%20%E2%82%AC%20500;\r\n"
        b' filename*2=" R-104.pdf"'
    )
    return mail.replace(b'filename="NAAM.pdf"', split_name)


@case
def latin1_body() -> bytes:
    mail = done(
        letter(
            "latin1-body",
            ("factuur R-105.pdf", invoice("R-105")),
            ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
        ),
        "latin1-body",
    )
    plain = (
        b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: 7bit\r\n\r\nZie'
        b" de bijlage."
    )
    assert plain in mail
    return mail.replace(
        plain,
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\nCli\xebnt en"
        b" co\xf6rdinator: zie de bijlage.",
    )


@case
def html_only() -> bytes:
    mail = start("html-only")
    mail.set_content(
        "<html><body><p>Beste&nbsp;gemeente,</p><p>Zie <b>bijlage</b>.</p><img"
        " src='cid:logo'></body></html>",
        subtype="html",
    )
    mail.add_related(_LOGO, "image", "png", cid="<logo>", filename="logo.png")
    add(mail, "factuur R-106.pdf", invoice("R-106"))
    add(mail, "bijlage.zip", aes_zip(("bijlage.csv", sheet())))
    return done(mail, "html-only")


_LOGO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


@case
def signed_mail() -> bytes:
    content = EmailMessage(policy=policy.SMTP)
    content.set_content("Deze mail is ondertekend.\n")
    add(content, "factuur R-107.pdf", invoice("R-107"))
    add(content, "bijlage.zip", aes_zip(("bijlage.csv", sheet())))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "content").write_bytes(content.as_bytes(policy=policy.SMTP))
        request = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "key",
            "-out",
            "certificate",
            "-days",
            "3650",
            "-subj",
            "/CN=Roos",
        ]
        sign = [
            "openssl",
            "cms",
            "-sign",
            "-in",
            "content",
            "-signer",
            "certificate",
            "-inkey",
            "key",
            "-crlfeol",
        ]
        subprocess.run(request, cwd=folder, check=True, capture_output=True)
        signed = subprocess.run(sign, cwd=folder, check=True, capture_output=True).stdout
    head = start("signed-mail").as_bytes(policy=policy.SMTP).rstrip()
    return head + b"\r\n" + signed.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@case
def without_sender() -> bytes:
    mail = letter(
        "without-sender",
        ("factuur R-108.pdf", invoice("R-108")),
        ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
    )
    del mail["From"]
    return done(mail, "without-sender")


@case
def sent_by_bookkeeping_program() -> bytes:
    mail = letter(
        "sent-by-bookkeeping-program",
        ("R-109.pdf", invoice("R-109")),
        ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
    )
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = "<https://boekhouden.example/afmelden>"
    mail["Precedence"] = "bulk"
    return done(mail, "sent-by-bookkeeping-program")


# --- mails without an invoice to judge ------------------------------------------------------


@case
def delivery_report_with_invoice() -> bytes:
    returned = letter("returned", ("factuur R-110.pdf", invoice("R-110")))
    boundary = b"=_report"
    head = (
        b"Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo:"
        b" crediteuren@almere.nl\r\nSubject: Undelivered Mail Returned to Sender\r\nDate: Fri, 02"
        b" Oct 2026 10:15:00 +0200\r\nMessage-ID: <report@mx.example>\r\nAuto-Submitted:"
        b" auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report;"
        b' report-type=delivery-status; boundary="' + boundary + b'"\r\n\r\n'
    )
    status = (
        b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822;"
        b" crediteuren@almere.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    )
    parts = (
        b"Content-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n",
        b"Content-Type: message/delivery-status\r\n\r\n" + status,
        b"Content-Type: message/rfc822\r\n\r\n" + done(returned, "returned"),
    )
    return (
        head
        + b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
        + b"--"
        + boundary
        + b"--\r\n"
    )


@case
def zorgmail_notice() -> bytes:
    mail = start(
        "zorgmail-notice", "ZorgMail Secure e-mail – Nieuw bericht van Praktijk De Wilde Roos"
    )
    mail.replace_header("From", "ZorgMail Secure e-mail <noreply@zorgmail.example>")
    mail.set_content(
        "U heeft een beveiligd bericht ontvangen van Praktijk De Wilde Roos.\n\nBericht lezen:"
        " https://secure.zorgmail.example/bericht/4711\n\nDe toegangscode ontvangt u apart en is 15"
        " minuten geldig. Het bericht blijft 90 dagen beschikbaar.\n"
    )
    return done(mail, "zorgmail-notice")


@case
def newsletter() -> bytes:
    mail = start("newsletter", "Nieuwsbrief oktober: alles over declareren")
    mail.replace_header("From", "Zorgnieuws <nieuws@zorgnieuws.example>")
    mail["List-Id"] = "Zorgnieuws <nieuws.zorgnieuws.example>"
    mail["List-Unsubscribe"] = "<https://zorgnieuws.example/afmelden>"
    mail["Precedence"] = "bulk"
    mail.set_content("In dit nummer: hoe maakt u een goede factuur?\n")
    return done(mail, "newsletter")


@case
def empty_mail() -> bytes:
    return start("empty-mail", "").as_bytes(policy=policy.SMTP)


@case
def statement_of_account() -> bytes:
    lines = [
        line for block in ("supplier", "phone", "kvk", "iban", "addressee") for line in GOOD[block]
    ]
    lines += [
        "REKENINGOVERZICHT",
        "Overzicht openstaande facturen per 1 oktober 2026",
        "",
        "R-090|||€ 400,00",
        "R-097|||€ 250,00",
        "|||Saldo: € 650,00",
    ]
    return done(
        letter("statement-of-account", ("overzicht.pdf", pdf(lines)), subject="Rekeningoverzicht"),
        "statement-of-account",
    )


# --- the form of the invoice -----------------------------------------------------------------


def locked_pdf(data: bytes, password: str = PASSWORD) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(data))
    writer.encrypt(password, algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@case
def password_on_the_pdf() -> bytes:
    files = (
        ("factuur.pdf", locked_pdf(invoice("R-111"), "geheim")),
        ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
    )
    return done(letter("password-on-the-pdf", *files), "password-on-the-pdf")


def e_invoice(number: str, gross: str = "500.00") -> bytes:
    """The good invoice as UBL; a total that differs makes the two differ."""
    roos = Party(
        "Praktijk De Wilde Roos",
        "",
        "Rozenlaan 12",
        "1338 AB",
        "Almere",
        KVK,
        "0106",
        phone="036-555 04 11",
    )
    item = Item("Begeleiding individueel basis, september 2026", "10", "50.00", "", "O")
    bill = replace(OUTSIDE, number=number, supplier=roos, items=(item,), iban="NL71RABO0442012645")
    return edited(ubl(bill), written("//cbc:TaxInclusiveAmount | //cbc:PayableAmount", gross))


@case
def xml_only() -> bytes:
    return done(
        letter(
            "xml-only",
            ("R-112.xml", e_invoice("R-112")),
            ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
        ),
        "xml-only",
    )


@case
def xml_that_is_hardly_an_invoice() -> bytes:
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Invoice'
        ' xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'
        ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">\n '
        " <cbc:ID>R-241</cbc:ID>\n  <cbc:IssueDate>2026-10-01</cbc:IssueDate>\n</Invoice>\n"
    )
    name = "xml-that-is-hardly-an-invoice"
    return done(
        letter(
            name, ("R-241.xml", xml.encode()), ("bijlage.zip", aes_zip(("bijlage.csv", sheet())))
        ),
        name,
    )


@case
def pdf_with_e_invoice() -> bytes:
    files = (
        ("R-242.pdf", invoice("R-242")),
        ("R-242.xml", e_invoice("R-242")),
        ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
    )
    return done(letter("pdf-with-e-invoice", *files), "pdf-with-e-invoice")


@case
def e_invoice_differs_from_the_pdf() -> bytes:
    name = "e-invoice-differs-from-the-pdf"
    files = (
        ("R-243.pdf", invoice("R-243")),
        ("R-243.xml", e_invoice("R-243", "550.00")),
        ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
    )
    return done(letter(name, *files), name)


@case
def pdf_inside_the_e_invoice() -> bytes:
    name = "pdf-inside-the-e-invoice"
    content = base64.b64encode(invoice("R-244")).decode()
    piece = (
        "<cac:AdditionalDocumentReference><cbc:ID>R-244</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject"
        " mimeCode='application/pdf'"
        f" filename='R-244.pdf'>{content}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>"
        "</cac:AdditionalDocumentReference>"
    )
    xml = edited(e_invoice("R-244"), added("/*/cbc:BuyerReference", piece))
    return done(
        letter(name, ("R-244.xml", xml), ("bijlage.zip", aes_zip(("bijlage.csv", sheet())))), name
    )


@case
def picture_only_scan() -> bytes:
    files = (
        ("scan0001.pdf", scan(invoice("R-113"))),
        ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
    )
    return done(letter("picture-only-scan", *files), "picture-only-scan")


@case
def link_only() -> bytes:
    body = (
        "Beste klant,\n\nUw factuur R-114 staat klaar. Download de factuur"
        " hier:\nhttps://boekhouden.example/factuur/R-114/download\n\nRoos\n"
    )
    return done(letter("link-only", subject="Uw factuur R-114", body=body), "link-only")


@case
def damaged_pdf() -> bytes:
    broken = invoice("R-115")[:500]
    return done(
        letter(
            "damaged-pdf",
            ("factuur.pdf", broken),
            ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
        ),
        "damaged-pdf",
    )


@case
def two_columns_layout() -> bytes:
    left = ["Gemeente Almere", "Crediteurenadministratie/zorg", "Postbus 200", "1300 AE Almere", ""]
    left += [
        "Factuurnummer",
        "R-116",
        "Factuurdatum",
        "1 oktober 2026",
        "",
        "Begeleiding individueel basis",
        "Totaal",
        "Vrijgesteld van btw",
    ]
    right = [
        "Praktijk De Wilde Roos",
        "Rozenlaan 12",
        "1338 AB Almere",
        "Telefoon 036-555 04 11",
        "",
    ]
    right += [
        "KvK-nummer",
        "99952775",
        "IBAN",
        "NL71RABO0442012645",
        "",
        "10 x € 50,00 = € 500,00",
        "€ 500,00",
    ]
    files = (
        ("factuur.pdf", two_columns(left, right)),
        ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
    )
    return done(letter("two-columns-layout", *files), "two-columns-layout")


# --- what stands on the invoice ----------------------------------------------------------------


@case
def kvk_seven_digits() -> bytes:
    return good("kvk-seven-digits", "R-120", kvk=("KvK-nummer: 9995277",))


@case
def exempt_and_vat_charged() -> bytes:
    items = ("Omschrijving|Aantal|Tarief|Bedrag", "Coaching van ouders|10 uur|€ 50,00|€ 500,00", "")
    total = (
        "|||Bedrag exclusief btw: € 500,00",
        "|||21% btw: € 105,00",
        "|||Totaal te betalen: € 605,00",
        "",
    )
    return good(
        "exempt-and-vat-charged",
        "R-121",
        items=items,
        total=total,
        kvk=("KvK-nummer: 99952775", "Btw-nummer: NL004147932B08"),
    )


@case
def visiting_address_alone() -> bytes:
    return good(
        "visiting-address-alone",
        "R-122",
        addressee=("", "Gemeente Almere", "Stadhuisplein 1", "1315 HR Almere", ""),
    )


@case
def name_of_municipality_only() -> bytes:
    return good("name-of-municipality-only", "R-123", addressee=("", "Aan: Gemeente Almere", ""))


@case
def supplier_po_box_only() -> bytes:
    return good(
        "supplier-po-box-only",
        "R-124",
        supplier=("Praktijk De Wilde Roos", "Postbus 411", "1302 AC Almere"),
    )


@case
def date_that_does_not_exist() -> bytes:
    return good("date-that-does-not-exist", "R-125", date=("Factuurdatum: 31-09-2026", ""))


@case
def date_in_the_future() -> bytes:
    return good("date-in-the-future", "R-126", date=("Factuurdatum: 1 december 2026", ""))


@case
def vat_amount_wrong() -> bytes:
    items = (
        "Omschrijving|Aantal|Tarief|Bedrag",
        "Levering tilhulpmiddel|1 stuk|€ 500,00|€ 500,00",
        "",
    )
    total = (
        "|||Bedrag exclusief btw: € 500,00",
        "|||21% btw: € 115,00",
        "|||Totaal te betalen: € 615,00",
        "",
    )
    return good(
        "vat-amount-wrong", "R-127", items=items, total=total, vat=("Btw-nummer: NL004147932B08",)
    )


@case
def not_exempt_and_no_number() -> bytes:
    return good(
        "not-exempt-and-no-number", "R-128", vat=("Let op: wij zijn niet vrijgesteld van btw.",)
    )


@case
def three_things_missing() -> bytes:
    return good("three-things-missing", "R-129", phone=(), kvk=(), iban=())


@case
def bsn_in_groups() -> bytes:
    return good("bsn-in-groups", "R-130", foot=("Betreft: 1112.22.333",))


@case
def bare_number_like_a_bsn() -> bytes:
    return good("bare-number-like-a-bsn", "R-131", foot=("Betreft: 999993653",))


@case
def name_with_birth_date() -> bytes:
    return good(
        "name-with-birth-date", "R-132", foot=("Cliënt: Sanne Voorbeeld, geboren 14-03-2015",)
    )


@case
def client_number_alone() -> bytes:
    return good(
        "client-number-alone",
        "R-133",
        foot=("Cliëntnummer A-10437, beschikking 2026/4471, behandelaar drs. I. de Wilde",),
    )


@case
def concept_on_the_page() -> bytes:
    lines = [line.format(number="R-134") for block in GOOD.values() for line in block]
    files = (
        ("factuur R-134.pdf", pdf(lines, mark="CONCEPT")),
        ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
    )
    return done(letter("concept-on-the-page", *files), "concept-on-the-page")


@case
def g_account_beside_the_iban() -> bytes:
    return good(
        "g-account-beside-the-iban",
        "R-135",
        iban=("IBAN: NL71 RABO 0442 0126 45", "G-rekening: NL25 ABNA 0443 3855 58"),
    )


# --- the secured attachment -----------------------------------------------------------------------


@case
def nested_zip() -> bytes:
    inner = plain_zip(("bijlage.csv", sheet()))
    return with_invoice("nested-zip", "R-140", ("buiten.zip", aes_zip(("binnen.zip", inner))))


@case
def everything_in_an_open_zip() -> bytes:
    packed = plain_zip(("factuur R-141.pdf", invoice("R-141")), ("bijlage.csv", sheet()))
    return done(
        letter("everything-in-an-open-zip", ("september.zip", packed)), "everything-in-an-open-zip"
    )


@case
def invoice_inside_the_secured_zip() -> bytes:
    packed = aes_zip(("factuur R-142.pdf", invoice("R-142")), ("bijlage.csv", sheet()))
    return done(
        letter("invoice-inside-the-secured-zip", ("september.zip", packed)),
        "invoice-inside-the-secured-zip",
    )


@case
def old_zip_protection() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bijlage.csv").write_bytes(sheet())
        command = [
            "7z",
            "a",
            "-tzip",
            f"-p{PASSWORD}",
            "-mem=ZipCrypto",
            "bijlage.zip",
            "bijlage.csv",
        ]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        packed = (Path(folder) / "bijlage.zip").read_bytes()
    return with_invoice("old-zip-protection", "R-143", ("bijlage.zip", packed))


def packed_by(*command: str, name: str) -> bytes:
    """What a program makes of bijlage.csv."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bijlage.csv").write_bytes(sheet())
        subprocess.run(
            command,
            cwd=folder,
            check=True,
            capture_output=True,
            env=os.environ | {"GNUPGHOME": folder},
        )
        return (Path(folder) / name).read_bytes()


@case
def sheet_in_7z() -> bytes:
    packed = packed_by(
        "7z", "a", f"-p{PASSWORD}", "-mhe=on", "bijlage.7z", "bijlage.csv", name="bijlage.7z"
    )
    return with_invoice("sheet-in-7z", "R-150", ("bijlage.7z", packed))


@case
def sheet_in_openpgp() -> bytes:
    command = (
        "gpg",
        "--batch",
        "--pinentry-mode",
        "loopback",
        "--passphrase",
        PASSWORD,
        "--symmetric",
        "bijlage.csv",
    )
    return with_invoice(
        "sheet-in-openpgp",
        "R-151",
        ("bijlage.csv.gpg", packed_by(*command, name="bijlage.csv.gpg")),
    )


@case
def sheet_in_locked_excel() -> bytes:
    book, plain, file = Workbook(), io.BytesIO(), io.BytesIO()
    for row in (HEADER, ROW):
        book.worksheets[0].append(row.split(";"))
    book.save(plain)
    OOXMLFile(plain).encrypt(PASSWORD, file)
    return with_invoice("sheet-in-locked-excel", "R-152", ("bijlage.xlsx", file.getvalue()))


@case
def sheet_in_locked_pdf() -> bytes:
    lines = [
        f"{label}: {value}" for label, value in zip(HEADER.split(";"), ROW.split(";"), strict=True)
    ]
    return with_invoice("sheet-in-locked-pdf", "R-153", ("bijlage.pdf", locked_pdf(pdf(lines))))


@case
def invoice_with_the_agreed_password() -> bytes:
    files = (
        ("factuur R-154.pdf", locked_pdf(invoice("R-154"))),
        ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
    )
    return done(
        letter("invoice-with-the-agreed-password", *files), "invoice-with-the-agreed-password"
    )


@case
def care_lines_with_faults() -> bytes:
    rows = sheet(
        "999990018;huisarts;01056321;45A52;Begeleiding individueel basis;01-09-2026;30-09-2026",
        "999990019;;;45A57;Begeleiding individueel specialistisch;01-09-2026;30-09-2026",
        "999993653;wijkteam;;XX999;Iets anders;01-09-2026;30-09-2026",
        "999999990;wijkteam;;45A49;Begeleiding groep basis;30-09-2026;01-09-2026",
    )
    return with_invoice(
        "care-lines-with-faults", "R-144", ("bijlage.zip", aes_zip(("bijlage.csv", rows)))
    )


# --- what is inside the attachment -----------------------------------------------------------------

SEPTEMBER = (dt.date(2026, 9, 1), dt.date(2026, 9, 30))
TWO_CLIENTS = (
    care.TITLES,
    (
        "999990019",
        "huisarts",
        "01056321",
        "45A52",
        "Begeleiding individueel basis",
        *SEPTEMBER,
        6,
        "uur",
        50,
        300,
        None,
    ),
    (
        "999993653",
        "wijkteam",
        None,
        "45A57",
        "Begeleiding individueel specialistisch",
        *SEPTEMBER,
        240,
        "minuten",
        50,
        200,
        "B-2026-31",
    ),
)


def with_care(name: str, number: str, file_name: str, data: bytes) -> bytes:
    return with_invoice(name, number, ("bijlage.zip", aes_zip((file_name, data))))


@case
def care_in_old_excel() -> bytes:
    return with_care(
        "care-in-old-excel", "R-160", "bijlage.xls", care.libreoffice("xls", TWO_CLIENTS)
    )


@case
def care_in_libreoffice_sheet() -> bytes:
    return with_care(
        "care-in-libreoffice-sheet", "R-161", "bijlage.ods", care.libreoffice("ods", TWO_CLIENTS)
    )


@case
def care_in_a_letter() -> bytes:
    rows = (
        care.TITLES[:8],
        (
            "999990019",
            "huisarts",
            "01056321",
            "45A52",
            "Begeleiding",
            "1 september 2026",
            "30 september 2026",
            "10 uur",
        ),
    )
    return with_care("care-in-a-letter", "R-162", "bijlage.docx", care.letter(rows))


@case
def letter_without_referrer() -> bytes:
    rows = (
        care.TITLES[:7],
        ("999990019", None, None, "45A52", "Begeleiding", "1 september 2026", "30 september 2026"),
    )
    return with_care("letter-without-referrer", "R-163", "bijlage.docx", care.letter(rows))


@case
def care_as_declaration_message() -> bytes:
    return with_care("care-as-declaration-message", "R-164", "JW323.xml", care.declaration())


@case
def care_in_every_separator() -> bytes:
    text = "\t".join(HEADER.split(";")) + "\r\n" + "\t".join(ROW.split(";")) + "\r\n"
    return with_care("care-in-every-separator", "R-165", "bijlage.txt", text.encode("utf-16"))


@case
def care_that_does_not_add_up() -> bytes:
    titles = (
        "BSN;Verwijzer;Productcode;Zorgperiode;Uren;Tarief;Bedrag;Factuurnummer;Beschikking;"
        "Geboortedatum"
    )
    rows = (
        "999990019;zelfverwijzer;45A52;september 2026;10;49,20;500,00;R-166;;06-05-2014",
        "999993653;huisarts;45A52;september 2026;800;0,10;80,00;R-1;;06-05-1999",
        "999999990;wijkteam;AL017;week 36 t/m 60 2026;1;48,60;48,60;R-166;;06-05-1960",
    )
    return with_care(
        "care-that-does-not-add-up",
        "R-166",
        "bijlage.csv",
        "\n".join((titles, *rows)).encode("cp1252"),
    )


@case
def children_on_the_manual_road() -> bytes:
    titles = "BSN;Naam;Geboortedatum;Adres;Verwijzer;Productcode;Periode;Opmerking"
    rows = (
        ";A. de Roos;06-05-2014;Dorpsstraat 1 Almere;huisarts De Wit;45A52;2026-09;",
        ";B. de Roos;;;huisarts De Wit;45A52;2026-09;asielzoeker, nog geen BSN",
        "999990019;;;GEHEIM;;45A52;2026-09;geheim adres, via Veilig Thuis",
    )
    return with_care(
        "children-on-the-manual-road", "R-167", "bijlage.csv", "\n".join((titles, *rows)).encode()
    )


@case
def bsn_in_the_subject() -> bytes:
    files = (
        ("factuur R-145.pdf", invoice("R-145")),
        ("bijlage.zip", aes_zip(("bijlage.csv", sheet()))),
    )
    return done(
        letter("bsn-in-the-subject", *files, subject="Factuur cliënt BSN 999990019"),
        "bsn-in-the-subject",
    )


def main(names: list[str]) -> None:
    for name, build in CASES.items():
        if not names or name in names:
            target = FOLDER / name / "message.eml"
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(build())
            print(f"{target.stat().st_size:7d} {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
