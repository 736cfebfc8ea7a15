"""What decrypted content holds: a MIME entity with files in it, or one bare file.

For S/MIME and OpenPGP, on both sides of the wire.
"""

from __future__ import annotations

import re
from dataclasses import replace

from intake.mail import headers, message
from intake.mail.sniff import identify
from intake.model.mail import Part, PartKind

_LONG_NUMBER = re.compile(r"(?<!\d)\d(?:[^\w\n,;:]{0,2}\d){7,8}(?!\d)|\d[.,]\d{3,}E\+\d")
"""What could be a BSN, however it is grouped."""


def header_of(content: bytes) -> tuple[headers.RawFields, int] | None:
    """The MIME header fields at the start and where the body begins; None for a bare file."""
    fields, body, stopped = headers.split(content, 0, min(len(content), 200_000))
    return (
        (fields, body)
        if not stopped
        and any(name.startswith("content-") or name == "mime-version" for name, _ in fields)
        else None
    )


def is_entity(content: bytes) -> bool:
    """Whether the bytes begin with MIME header fields; else they are a bare file."""
    return header_of(content) is not None


def parts_of(content: bytes, path: str, file_name: str | None) -> list[Part]:
    """The files in the content of the container with this path.

    Args:
        file_name: of a bare file, which is not told inside.
    """
    if not is_entity(content):
        return [Part(f"{path}/1", *identify(content), file_name)]
    mail = message.parse(content)
    parts = [replace(inner, path=f"{path}/{inner.path}") for inner in mail.parts]
    # A letter around the files is no file; alone, or with a number in it that could be a BSN, it may be
    # the care lines.
    if mail.text.strip() and (not parts or _LONG_NUMBER.search(mail.text)):
        kind, text = (PartKind.HTML, mail.tables) if mail.tables else (PartKind.TEXT, mail.text)
        parts.append(
            Part(
                f"{path}/text",
                kind,
                text.encode("utf-8", "replace"),
                declared_type=f"text/{'html' if mail.tables else 'plain'}",
            )
        )
    return parts
