"""Mails for the benchmark: each a text PDF invoice of its own number and an S/MIME attachment with
care lines.
"""

from __future__ import annotations

import datetime as dt
import io
from email import policy
from email.message import EmailMessage

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from intake.text.bsn import passes_eleven_test

_TITLES = (
    "regel;bsn;verwijzer;productcode;product;begindatum;einddatum;aantal;eenheid;tarief;bedrag\r\n"
)
_CLIENTS = [bsn for bsn in map(str, range(999990001, 999999991)) if passes_eleven_test(bsn)]
"""Of the official test range."""


def care_lines(number: str) -> bytes:
    """Two lines of care as CSV, for two clients and a month that no other mail has together."""
    before, at = divmod(2 * int(number.rpartition("-")[2]), len(_CLIENTS) - 2)
    year, month = divmod(2026 * 12 + 8 - before, 12)
    days = f"01-{month + 1:02}-{year};28-{month + 1:02}-{year}"
    rows = (
        f"{n};{_CLIENTS[at + n]};huisarts;45A52;Begeleiding individueel"
        f" basis;{days};10;uur;49,20;492,00\r\n"
        for n in (1, 2)
    )
    return (_TITLES + "".join(rows)).encode()


def invoice_pdf(number: str) -> bytes:
    """An ordinary one-page invoice with a specification by day (some 300 words), exempt from btw,
    of 984 euro.
    """
    file = io.BytesIO()
    page = Canvas(file, pagesize=A4, invariant=1)
    rows = [
        (60, 790, "Zorgpraktijk De Vlinder", 16),
        (60, 772, "Kerkstraat 12, 3811 AB Amersfoort", 9),
        (60, 760, "Telefoon 033-4612345 | KvK 23456789 | IBAN NL91 ABNA 0417 1643 00", 9),
        (60, 700, "Gemeente Almere", 11),
        (60, 686, "Crediteurenadministratie/zorg", 11),
        (60, 672, "Postbus 200", 11),
        (60, 658, "1300 AE Almere", 11),
        (60, 610, "Factuur", 14),
        (60, 590, f"Factuurnummer: {number}", 10),
        (60, 576, "Factuurdatum: 13-11-2026", 10),
        (60, 540, "Omschrijving", 10),
        (330, 540, "Aantal", 10),
        (400, 540, "Tarief", 10),
        (480, 540, "Bedrag", 10),
        (400, 190, "Totaal te betalen", 10),
        (480, 190, "€ 984,00", 10),
        (
            60,
            160,
            "Vrijgesteld van btw op grond van artikel 11, lid 1, onderdeel g, Wet OB 1968.",
            10,
        ),
        (
            60,
            130,
            (
                "Wij verzoeken u het bedrag binnen 30 dagen over te maken onder vermelding van het"
                " factuurnummer."
            ),
            9,
        ),
        (
            60,
            118,
            (
                "Op onze diensten zijn onze algemene voorwaarden van toepassing, gedeponeerd bij de"
                " Kamer van Koophandel."
            ),
            9,
        ),
    ]
    for day in range(1, 21):
        y = 540 - 16 * day
        rows += [
            (60, y, f"Begeleiding individueel basis, {day:02}-09-2026, ambulant", 10),
            (330, y, "1", 10),
            (400, y, "€ 49,20", 10),
            (480, y, "€ 49,20", 10),
        ]
    for x, y, text, size in rows:
        page.setFont("Helvetica", size)
        page.drawString(x, y, text)
    page.save()
    return file.getvalue()


def mail(number: str, certificate: x509.Certificate, to: str, now: dt.datetime) -> bytes:
    message = EmailMessage()
    message["From"] = "administratie@vlinder.example"
    message["To"] = to
    message["Subject"] = f"Factuur {number}"
    message["Message-ID"] = f"<{number}@vlinder.example>"
    message["Date"] = now
    message.set_content("Beste lezer,\n\nHierbij onze factuur met beveiligde bijlage.\n")
    message.add_attachment(
        invoice_pdf(number), maintype="application", subtype="pdf", filename=f"factuur-{number}.pdf"
    )
    inner = (
        b'Content-Type: text/csv; charset=utf-8; name="zorgregels.csv"\r\nContent-Disposition:'
        b' attachment; filename="zorgregels.csv"\r\n\r\n'
    )
    sealed = (
        PKCS7EnvelopeBuilder()
        .set_data(inner + care_lines(number))
        .add_recipient(certificate)
        .encrypt(Encoding.DER, [PKCS7Options.Binary])
    )
    message.add_attachment(
        sealed,
        maintype="application",
        subtype="pkcs7-mime",
        filename="smime.p7m",
        params={"smime-type": "enveloped-data"},
    )
    return message.as_bytes(policy=policy.SMTP)
