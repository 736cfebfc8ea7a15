"""What a clerk fetched in a portal, as the one mail that its case goes on with."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from intake.mail.sniff import is_mail

SOURCE = "portal"
"""The door of such a mail."""
WRAPPED = "x-intake-fetched"
"""Field of a mail that was put together here, so that its sender is not who wrote the message."""

_KEPT = (b"from", b"subject", b"date", b"message-id")
_BLANK = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(?:[^\n]|\n[ \t])*\n")


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """One file as the portal gave it: a message (.eml), an invoice, an attachment."""

    name: str = field(repr=False)
    data: bytes = field(repr=False)


def as_mail(before: bytes, files: Sequence[FetchedFile], more: bool) -> bytes:
    """The mail that these files make.

    A message that came whole is that mail itself; anything else is put in a mail with the address,
    subject and date of the one before.

    Args:
        before: the portal's notice, or what was fetched earlier.
        more: something was fetched earlier, and stays beside these.
    """
    if len(files) == 1 and not more and is_mail(files[0].data):
        return files[0].data
    kept = [FetchedFile("eerder.eml", before)] if more else []
    boundary = f"=_intake_{secrets.token_hex(16)}".encode()
    entities = (_entity(each) for each in (*kept, *files))
    body = b"".join(b"--" + boundary + b"\r\n" + entity + b"\r\n" for entity in entities)
    header = b"".join(_fields(before)) + WRAPPED.encode() + b": yes\r\nMIME-Version: 1.0\r\n"
    header += b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n'
    return header + b"\r\n" + body + b"--" + boundary + b"--\r\n"


def _entity(file: FetchedFile) -> bytes:
    if is_mail(file.data):
        return b"Content-Type: message/rfc822\r\n\r\n" + file.data
    name = quote(file.name, safe="").encode()
    return (
        b"Content-Type: application/octet-stream\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename*=UTF-8''" + name + b"\r\n\r\n"
    ) + base64.encodebytes(file.data)


def _fields(raw: bytes) -> Iterator[bytes]:
    header = _BLANK.split(raw[:200_000], maxsplit=1)[0] + b"\n"
    for found in _FIELD.finditer(header):
        if found[1].lower() in _KEPT:
            yield found[0].rstrip(b"\r\n") + b"\r\n"
