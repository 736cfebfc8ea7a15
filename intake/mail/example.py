"""Example mails (voorbeeldmails) of fictitious providers: ``templates/_examples/<name>/mail.toml``
and its documents, put together at run time.

The documents are ready-made files. The secured attachment is made here, because it must be
encrypted to the municipality's own certificate or with the password agreed with the provider. Used
by the demo and by tests.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import secrets
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime, formataddr
from pathlib import Path

import openpyxl
import pyzipper
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options

from intake.model.basics import AMSTERDAM

_TYPES = {
    ".pdf": ("application", "pdf"),
    ".docx": ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".csv": ("text", "csv"),
    ".zip": ("application", "zip"),
}
_ENVELOPED = {"smime-type": "enveloped-data"}

Cell = str | int | float | dt.date


@dataclass(frozen=True, slots=True)
class Attachment:
    """The care lines and how they are protected."""

    kind: str
    """``smime`` (a .p7m beside the invoice), ``smime-mail`` (the whole mail), ``zip`` (AES),
    ``plain`` or ``none``."""
    file_name: str = ""
    inner_name: str = ""
    """Name of the sheet, ending in ``.csv`` or ``.xlsx``."""
    password: str = ""
    """KvK number of the provider whose agreed password closes the zip; a name that nobody has makes
    one that nobody knows."""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Example:
    """One example mail."""

    name: str
    sender: str
    sender_name: str
    subject: str
    body: str
    issued: dt.date | None
    """Date on the invoice; the mail is sent some days after it, so that the example stays right for
    years."""
    days_later: int
    files: tuple[tuple[str, bytes], ...] = field(repr=False)
    attachment: Attachment
    headers: tuple[tuple[str, str], ...]
    envelope_sender: str


@dataclass(frozen=True, slots=True)
class Provider:
    """A fictitious provider and the password agreed with it; the password is known to everybody and
    protects nothing.
    """

    kvk: str
    name: str
    email: str
    password: str = field(repr=False)


def load(folder: Path) -> tuple[Example, ...]:
    """The example mails under ``folder``, in the order in which they are sent (the duplicate comes
    after its original).
    """
    return tuple(_example(file) for file in sorted(folder.glob("*/mail.toml")))


def providers(folder: Path) -> tuple[Provider, ...]:
    """The providers of ``folder/providers.toml``."""
    rows = tomllib.loads((folder / "providers.toml").read_text(encoding="utf-8"))["provider"]
    return tuple(Provider(**row) for row in rows)


def assemble(
    example: Example,
    certificate_pem: bytes | None,
    passwords: Mapping[str, str],
    to: str,
    now: dt.datetime,
) -> bytes:
    """The mail as it would come in by SMTP (RFC 5322, CRLF).

    The same arguments give the same mail, but for what encryption draws at random.

    Args:
        certificate_pem: the municipality's certificate with an RSA key; needed for the S/MIME
            examples.
        passwords: agreed attachment passwords by KvK number.
        to: the municipality's mailbox.
        now: aware; no mail is dated later, and the Message-ID is made of it and the name.

    Raises:
        ValueError: an S/MIME example without a certificate, or one without an RSA key.
    """
    content = _content(example, certificate_pem, passwords)
    mail = _sealed(content, certificate_pem) if example.attachment.kind == "smime-mail" else content
    mail["From"] = formataddr((example.sender_name, example.sender))
    mail["To"] = to
    mail["Subject"] = example.subject
    mail["Date"] = format_datetime(_date(example, now))
    mail["Message-ID"] = (
        f"<{_digest(example.name, now.isoformat())}@{example.sender.partition('@')[2]}>"
    )
    for name, value in example.headers:
        mail[name] = value
    _fix_boundaries(mail, example.name)
    return mail.as_bytes(policy=policy.SMTP)


def _content(
    example: Example, certificate_pem: bytes | None, passwords: Mapping[str, str]
) -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail.set_content(example.body, charset="utf-8")
    for name, data in example.files:
        _attach(mail, name, data)
    attachment = example.attachment
    if attachment.kind == "none":
        return mail
    sheet = _sheet(attachment)
    if attachment.kind == "smime":
        inner = EmailMessage(policy=policy.SMTP)
        maintype, subtype = _TYPES[Path(attachment.inner_name).suffix]
        inner.set_content(
            sheet, maintype, subtype, disposition="attachment", filename=attachment.inner_name
        )
        sealed = _sealed(inner, certificate_pem)
        mail.add_attachment(
            sealed.get_payload(decode=True),
            "application",
            "pkcs7-mime",
            filename=attachment.file_name,
            params=_ENVELOPED,
        )
    elif attachment.kind == "zip":
        password = passwords.get(attachment.password) or secrets.token_urlsafe()
        _attach(mail, attachment.file_name, _zipped(attachment.inner_name, sheet, password))
    else:
        _attach(mail, attachment.file_name or attachment.inner_name, sheet)
    return mail


def _attach(mail: EmailMessage, name: str, data: bytes) -> None:
    maintype, subtype = _TYPES[Path(name).suffix.lower()]
    mail.add_attachment(data, maintype, subtype, filename=name)


def _sheet(attachment: Attachment) -> bytes:
    if attachment.inner_name.endswith(".xlsx"):
        return _xlsx(attachment.columns, attachment.rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(attachment.columns)
    writer.writerows([_dutch(cell) for cell in row] for row in attachment.rows)
    return text.getvalue().encode()


def _xlsx(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = dt.datetime(2026, 1, 1)  # noqa: DTZ001 (Excel knows no time zones)
    page = book.worksheets[0]
    page.title = "Zorgregels"
    page.append(list(columns))
    for row in rows:
        page.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _dutch(cell: Cell) -> str:
    if isinstance(cell, dt.date):
        return f"{cell:%d-%m-%Y}"
    return f"{cell:.2f}".replace(".", ",") if isinstance(cell, float) else str(cell)


def _zipped(inner_name: str, data: bytes, password: str) -> bytes:
    buffer = io.BytesIO()
    with pyzipper.AESZipFile(
        buffer, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        archive.writestr(inner_name, data)
    return buffer.getvalue()


def _sealed(content: EmailMessage, certificate_pem: bytes | None) -> EmailMessage:
    """``content`` as S/MIME (RFC 8551 §3.3), encrypted to the certificate."""
    if certificate_pem is None:
        raise ValueError("this example needs the municipality's certificate")
    certificate = x509.load_pem_x509_certificate(certificate_pem)
    if not isinstance(certificate.public_key(), RSAPublicKey):
        raise ValueError("the example mails can be encrypted to RSA keys only")
    builder = (
        PKCS7EnvelopeBuilder()
        .set_data(content.as_bytes(policy=policy.SMTP))
        .set_content_encryption_algorithm(AES256)
        .add_recipient(certificate)
    )
    sealed = EmailMessage(policy=policy.SMTP)
    encrypted = builder.encrypt(Encoding.DER, [PKCS7Options.Binary])
    sealed.set_content(
        encrypted,
        "application",
        "pkcs7-mime",
        disposition="attachment",
        filename="smime.p7m",
        params=_ENVELOPED,
    )
    return sealed


def _date(example: Example, now: dt.datetime) -> dt.datetime:
    local = now.astimezone(AMSTERDAM)
    if example.issued is None:
        return local
    sent = dt.datetime.combine(
        example.issued + dt.timedelta(days=example.days_later), dt.time(9, 12), AMSTERDAM
    )
    return min(sent, local)


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:24]


def _fix_boundaries(mail: MIMEPart, seed: str) -> None:
    for number, part in enumerate(mail.walk()):
        if part.get_content_maintype() == "multipart":
            part.set_boundary(f"=_{_digest(seed, str(number))}")


def _example(file: Path) -> Example:
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    attachment = data.get("attachment", {"kind": "none"})
    return Example(
        name=file.parent.name,
        sender=data["from"],
        sender_name=data["from-name"],
        subject=data["subject"],
        body=data["body"],
        issued=data.get("issued"),
        days_later=data.get("days-later", 0),
        files=tuple((name, (file.parent / name).read_bytes()) for name in data.get("files", [])),
        attachment=Attachment(
            kind=attachment["kind"],
            file_name=attachment.get("file-name", ""),
            inner_name=attachment.get("inner-name", ""),
            password=attachment.get("password", ""),
            columns=tuple(attachment.get("columns", [])),
            rows=tuple(tuple(row) for row in attachment.get("rows", [])),
        ),
        headers=tuple(data.get("headers", {}).items()),
        envelope_sender=data.get("envelope-sender", data["from"]),
    )
