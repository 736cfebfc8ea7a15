"""A container format that nobody has ever heard of: all of it is in this file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intake.model.attachment import Protection
from intake.secure_attachment.containers.format import Format, by_password, opening_task
from intake.secure_attachment.containers.result import ExtractedFile, Result, extracted, locked

MAGIC = b"STRONGBOX\n"


def sealed(content: bytes, password: bytes) -> bytes:
    """The content, each byte shifted by one of the password."""
    return MAGIC + bytes(
        (byte + password[at % len(password)]) % 256 for at, byte in enumerate(MAGIC + content)
    )


def _read(data: bytes, passwords: Sequence[bytes]) -> Sequence[ExtractedFile]:
    for password in passwords:
        opened = bytes(
            (byte - password[at % len(password)]) % 256
            for at, byte in enumerate(data[len(MAGIC) :])
        )
        if opened.startswith(MAGIC):
            return [ExtractedFile(opened[len(MAGIC) :], Protection.STRONG)]
    raise locked("no password of this provider fits")


def _open(data: bytes, arguments: None, secrets: Sequence[bytes]) -> Result:
    return extracted(lambda: _read(data, secrets))


def _first_file() -> Iterator[tuple[bytes, None, Sequence[bytes]]]:
    yield sealed(b"warm", b"warm"), None, [b"warm"]


OPEN = opening_task("open-strongbox", _open, _first_file)
FORMAT = Format(
    "strongbox",
    lambda part: part.data.startswith(MAGIC),
    by_password(OPEN, keeps_name=True),
    (OPEN,),
    suffixes=(".box",),
)
