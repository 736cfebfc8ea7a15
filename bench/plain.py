"""The plain way: stdlib email + pdfplumber + SQLModel in one process, no journal, no sandbox,
nothing sealed.
"""

from __future__ import annotations

import csv
import email
import email.policy
import io
import re
from pathlib import Path

import pdfplumber
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization.pkcs7 import pkcs7_decrypt_der
from sqlmodel import Field, SQLModel, create_engine
from sqlmodel import Session as Database

_WANTED = {
    "kvk": r"KvK\D{0,20}(\d{8})",
    "iban": r"\b(NL\d{2} ?[A-Z]{4} ?(?:\d ?){10})",
    "number": r"Factuurnummer:? *(\S+)",
    "date": r"Factuurdatum:? *(\S+)",
    "total": r"Totaal[^€]*€ *([\d.,]+)",
    "exempt": r"([Vv]rijgesteld van btw)",
    "phone": r"Telefoon *([\d-]+)",
    "addressee": r"(Postbus 200)",
}


class Row(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    raw: bytes
    fields: str
    care_lines: int
    verdict: str
    reply: str


class Plain:
    """An SMTP endpoint that does the whole job before it answers."""

    def __init__(self, database: Path, certificate: x509.Certificate, key: RSAPrivateKey) -> None:
        self.engine = create_engine(f"sqlite:///{database}")
        SQLModel.metadata.create_all(self.engine, tables=[Row.__table__])  # type: ignore[attr-defined]
        self.certificate, self.key = certificate, key

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        content = envelope.content
        assert isinstance(content, bytes)
        self.process(content)
        return "250 ok"

    def process(self, raw: bytes) -> None:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        fields: dict[str, str] = {}
        lines = 0
        for part in message.iter_attachments():
            data = part.get_content()
            if part.get_content_type() == "application/pdf":
                with pdfplumber.open(io.BytesIO(data)) as pdf:
                    text = "\n".join(page.extract_text() for page in pdf.pages)
                    for page in pdf.pages:
                        page.extract_words()
                fields = {
                    name: found.group(1)
                    for name, pattern in _WANTED.items()
                    if (found := re.search(pattern, text))
                }
            else:
                entity = email.message_from_bytes(
                    pkcs7_decrypt_der(data, self.certificate, self.key, []),
                    policy=email.policy.default,
                )
                lines = len(list(csv.DictReader(io.StringIO(entity.get_content()), delimiter=";")))
        missing = [name for name in _WANTED if name not in fields]
        reply = (
            f"Geachte heer, mevrouw,\n\nWij hebben uw factuur {fields.get('number')} ontvangen.\n"
            + "\n".join(f"Ontbreekt: {m}" for m in missing)
        )
        with Database(self.engine) as database:
            database.add(
                Row(
                    raw=raw,
                    fields=str(fields),
                    care_lines=lines,
                    verdict="rejected" if missing else "queued",
                    reply=reply,
                )
            )
            database.commit()


def serve(plain: Plain, port: int) -> Controller:
    controller = Controller(plain, hostname="127.0.0.1", port=port, data_size_limit=40_000_000)
    controller.start()
    return controller
