"""When is a mail the same mail again? Judged on bytes alone, before anything is parsed.

Either its bytes are the same, or Message-ID, From, Date, Subject, the headers that tell how to read
the body, and the body are: relays add trace headers (RFC 5321 §4.4) and change line ends, so one
mail that came by LMTP and stands in the mailbox too is one mail. A mail without a Message-ID is the
same only when its bytes are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from intake.store.crypto.vault import Vault

HEADER_BYTES = 256_000
"""A mail with a longer header is known by its bytes only."""

_PART_BYTES = 1_000_000

_COMPARED = (
    b"message-id",
    b"from",
    b"date",
    b"subject",
    b"content-type",
    b"content-transfer-encoding",
)
_BLANKS = re.compile(rb"[ \t\r\n]+")
_BODY = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Identities:
    """Keyed hashes that a mail is known by."""

    new: tuple[str, ...]
    """To be written down, in the order of the alphabet."""
    known: tuple[str, ...]
    """These, and what an earlier year's key would have made of the mail."""


def header_identities(
    vault: Vault, header: bytes, place: str | None, scope: str = ""
) -> Identities:
    """Of a mail that stays in its mailbox: by its header, or by where it stands when we have none.

    Never those of a whole mail.
    """
    mark = header or (place or "").encode("utf-8", "surrogatepass")
    found = vault.hashes("left-out", mark, *_scoped(scope))
    return Identities(tuple(found[:1]), tuple(found))


def identities(
    vault: Vault, raw: bytes, scope: str = "", lasting_place: str | None = None
) -> Identities:
    """Of a whole mail.

    Args:
        scope: another municipality than the installation's own; the same mail sent to two is two.
        lasting_place: where it always stands, when its source gives it other bytes each time.
    """
    marks: list[tuple[str, list[bytes]]] = [("mail-bytes", [sha256(raw).digest()])]
    if lasting_place:
        marks.append(("mail-place", [lasting_place.encode("utf-8", "surrogatepass")]))
    body = _BODY.search(raw, 0, HEADER_BYTES)
    if body:
        headers = _headers(raw[: body.start()])
        if headers[b"message-id"]:
            marks.append(
                ("mail", [*(headers[name] for name in _COMPARED), _hash_of_body(raw, body.end())])
            )
    with vault.one_look():
        found = [vault.hashes(domain, *parts, *_scoped(scope)) for domain, parts in marks]
    return Identities(
        tuple(sorted(newest for newest, *_ in found)), tuple(h for hashes in found for h in hashes)
    )


def _scoped(scope: str) -> list[bytes]:
    return [scope.encode()] if scope else []


def _hash_of_body(raw: bytes, start: int) -> bytes:
    """SHA-256 of the body with LF line ends, without blanks at the end of lines and of the whole; a
    part at a time, for it may be large."""
    hashed, end = sha256(), _end_of_text(raw, start)
    while start < end:
        cut = raw.find(b"\n", start + _PART_BYTES, end) + 1 or end
        hashed.update(_folded(raw[start:cut]))
        start = cut
    return hashed.digest()


def _end_of_text(raw: bytes, start: int) -> int:
    """Where the blanks at the end of the body begin."""
    end = len(raw)
    while start < end:
        part = max(start, end - _PART_BYTES)
        if text := raw[part:end].rstrip():
            return part + len(text)
        end = part
    return start


def _folded(lines: bytes) -> bytes:
    """Whole lines with LF line ends, without blanks at their ends."""
    lines = lines.replace(b"\r\n", b"\n")
    if b" \n" in lines or b"\t\n" in lines:
        lines = b"\n".join([line.rstrip(b" \t") for line in lines.split(b"\n")])
    return lines


def _headers(block: bytes) -> dict[bytes, bytes]:
    """The compared headers, unfolded (RFC 5322 §2.2.3); of one that stands twice, both."""
    values = dict.fromkeys(_COMPARED, b"")
    name = b""
    for line in block.splitlines():
        if line[:1] in (b" ", b"\t"):
            if name in values:
                values[name] += line
            continue
        name, colon, value = line.partition(b":")
        name = name.strip().lower()
        if colon and name in values:
            values[name] += b"\n" + value
    return {header: _BLANKS.sub(b" ", value).strip() for header, value in values.items()}
