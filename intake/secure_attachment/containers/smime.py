"""S/MIME as real senders write it: enveloped, authenticated, signed inside or outside, DER, BER,
PEM, base64 or MIME.

Opened in the decrypting child: private keys come in as secrets and never touch a file. What it
gives back is the content as it was encrypted; the parent unpacks it like any other mail.

Source: RFC 8551 (S/MIME 4.0); see ``cms_layers``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from intake.model.attachment import Opening, Protection
from intake.model.care import CareSheet
from intake.model.mail import Part, PartKind
from intake.sandbox.task import Attached, Burden, ChildKind, Task
from intake.secure_attachment.care_lines import client
from intake.secure_attachment.containers import mime_entity
from intake.secure_attachment.containers.format import Format, Opened, OpenedFile, Opener, Passwords
from intake.secure_attachment.containers.result import (
    MAX_FILES,
    MAX_WORDS,
    UNDECIPHERABLE,
    NotOpenedError,
    sheets_in,
)

_NEVER_TYPED = re.compile(rb"[\x01-\x08\x0e-\x19\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class DecryptArguments:
    """What may be opened, and what is expected in it."""

    weak: bool = True
    """Triple DES may be opened."""
    seed: bool = False
    """The content is the seed of a PDF's key and its permissions, 24 bytes."""


@dataclass(frozen=True, slots=True)
class Decrypted:
    """How opening an S/MIME structure ended, and its content."""

    opening: Opening
    reason: str
    """English, for the administrator only; no content."""
    protection: Protection
    proven: bool
    """A signature inside, or the encryption itself, proves that nothing was changed."""
    content: Attached = field(repr=False)
    sheets: tuple[tuple[str, CareSheet], ...] = field(repr=False)
    """By the path of a file in the content: the care lines of short plain text."""


def _open(data: bytes, arguments: DecryptArguments, secrets: Sequence[bytes]) -> Decrypted:
    """Child's side; each secret is a certificate of ours with its private key."""
    from intake.secure_attachment.containers import cms_layers

    try:
        opened = cms_layers.unwrapped(data, secrets, allow_weak=arguments.weak, seed=arguments.seed)
    except NotOpenedError as ended:
        return Decrypted(ended.opening, ended.reason, Protection.NONE, False, b"", ())
    parts = () if arguments.seed else mime_entity.parts_of(opened.blob, "", None)
    sheets = zip(parts, sheets_in((part.kind, part.data) for part in parts), strict=True)
    return Decrypted(
        Opening.OPENED,
        "",
        opened.protection,
        opened.proven,
        opened.blob,
        tuple((part.path, sheet) for part, sheet in sheets if sheet is not None),
    )


def _is_sound(answer: Decrypted) -> bool:
    return (
        len(answer.reason) <= MAX_WORDS
        and len(answer.sheets) <= MAX_FILES
        and all(client.is_sound(sheet) for _, sheet in answer.sheets)
    )


def _first_message() -> Iterator[tuple[bytes, DecryptArguments, Sequence[bytes]]]:
    """A message to a key made for this once: the structures of CMS are built by the first message
    that has them.
    """
    import datetime as dt

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import pkcs7

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "warm")])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    blank = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), day, day + dt.timedelta(days=1)
    )
    own = blank.sign(key, hashes.SHA256())
    signer = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(b"Content-Type: text/csv\r\n\r\n" + client.EXAMPLE)
        .add_signer(own, key, hashes.SHA256())
    )
    signed = signer.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    message = (
        pkcs7.PKCS7EnvelopeBuilder()
        .set_data(signed)
        .add_recipient(own)
        .encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    secret = own.public_bytes(serialization.Encoding.PEM) + private
    yield message, DecryptArguments(), [secret]


OPEN = Task(
    "open-smime",
    ChildKind.DECRYPTING,
    _open,
    _first_message,
    _is_sound,
    seconds=30,
    burden=Burden.UNPACKS,
)


def decrypted(data: bytes, opener: Opener, seed: bool = False) -> Decrypted:
    """Open one structure in the child that holds our keys.

    Raises:
        SandboxFailed: the child failed.
    """
    arguments = DecryptArguments(opener.open_triple_des, seed)
    return opener.decrypting.call(OPEN, data, arguments, [key.secret for key in opener.keys])


def _opened(part: Part, opener: Opener, passwords: Passwords) -> Opened:
    answer = decrypted(part.data, opener)
    if answer.opening is not Opening.OPENED:
        return Opened(answer.opening, reason=answer.reason)
    sheets = dict(answer.sheets)
    parts = [
        replace(inner, sheet=sheets.get(inner.path[len(part.path) :]))
        for inner in mime_entity.parts_of(answer.content, part.path, part.file_name)
    ]
    encrypted = answer.protection is not Protection.NONE
    if encrypted and not answer.proven and any(map(_is_garbled, parts)):
        return Opened(Opening.LOCKED, reason=UNDECIPHERABLE)
    files = tuple(OpenedFile(inner, answer.protection) for inner in parts)
    return Opened(Opening.OPENED, files)


def _is_garbled(part: Part) -> bool:
    """Text with what nobody types.

    Somebody may have changed the encrypted mail (EFAIL): no finding about its content may answer
    him.
    """
    return (
        part.kind in (PartKind.CSV, PartKind.TEXT, PartKind.HTML)
        and b"\0" not in part.data
        and bool(_NEVER_TYPED.search(part.data))
    )


FORMAT = Format(
    "smime",
    lambda part: part.kind is PartKind.SMIME,
    _opened,
    (OPEN,),
    suffixes=(".p7m", ".p7c", ".p7z"),
)
