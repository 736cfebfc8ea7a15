"""Zip files: AES (WinZip AE-1 and AE-2), the old ZipCrypto, and none; with the passwords agreed with the provider.

``task_open`` runs in a reading child. Nothing is trusted that the archive says about itself: bytes are counted while they
are read, names are cut to their last piece, links and overlapping entries are refused.

Sources: PKWARE APPNOTE.TXT 6.3.10 §4.4, §6.1; WinZip "AES Encryption Information" (AE-1, AE-2).
"""

from __future__ import annotations

import base64
import io
import re
import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyzipper

from intake.secure_attachment.failure import NotOpenedError, bomb, damaged, locked
from intake.types import Opening, Protection

MAX_ENTRIES = 500
MAX_TOTAL_BYTES = 44_000_000
"""What still fits, as base64, in a child's answer."""
MAX_RATIO = 200
"""Bytes out for each byte in; counted beyond the first megabytes, since a sheet of equal rows packs very small."""
FREE_BYTES = 8_000_000
MAX_PASSWORDS = 20
CHUNK = 1 << 16

_ENCODINGS = ("utf-8", "cp850", "cp437", "cp1252")
"""How programs write a password with é or € in it: 7-Zip and macOS UTF-8, Windows its OEM or ANSI code page."""
for _name in _ENCODINGS:
    "é".encode(_name)  # loaded now: a child cannot import late

_ENCRYPTED_NAMES = 0x2000
_UTF8_NAME = 0x800
_DAMAGE = (pyzipper.BadZipFile, zlib.error, struct.error, EOFError, ValueError, IndexError, KeyError, OSError, OverflowError, AttributeError)


class _WrongPasswordError(Exception):
    """This password does not open this entry."""


@dataclass(slots=True)
class _Reading:
    """What has been read of one archive."""

    passwords: list[bytes] = field(repr=False)
    total: int = 0
    files: list[dict[str, Any]] = field(default_factory=list, repr=False)
    locked: int = 0


def task_open(data: bytes, arguments: Mapping[str, Any], secrets: Sequence[bytes]) -> dict[str, Any]:
    """Open one zip (child side).

    Args:
        secrets: passwords to try, UTF-8.

    Returns:
        ``{"opening", "reason", "files": [{"name", "protection", "content"}]}``; content is base64.
    """
    reading = _Reading(list(_spellings(secrets)))
    try:
        _read(data, reading)
    except NotOpenedError as ended:
        return {"opening": ended.opening.value, "reason": ended.reason, "files": reading.files if ended.opening is Opening.LOCKED else []}
    except RecursionError:
        return {"opening": Opening.DAMAGED.value, "reason": "no whole zip", "files": []}
    return {"opening": Opening.OPENED.value, "reason": "", "files": reading.files}


def _spellings(secrets: Sequence[bytes]) -> Iterator[bytes]:
    """Each password in every way a program may have written it, without doubles."""
    seen: set[bytes] = set()
    for secret in secrets[:MAX_PASSWORDS]:
        text = secret.decode("utf-8", "replace")
        for form in ("NFC", "NFD"):
            for encoding in _ENCODINGS:
                try:
                    spelled = unicodedata.normalize(form, text).encode(encoding)
                except UnicodeEncodeError:
                    continue
                if spelled and spelled not in seen:
                    seen.add(spelled)
                    yield spelled


def _read(data: bytes, reading: _Reading) -> None:
    try:
        with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _refuse_bad_shapes(entries, len(data))
            for entry in entries:
                _read_entry(archive, entry, reading)
    except NotImplementedError:
        raise locked("a way of packing or encrypting that is not on our list") from None
    except _DAMAGE:
        raise damaged("no whole zip") from None
    if reading.locked:
        reason = "no password is known for this provider" if not reading.passwords else "no password of this provider fits"
        raise locked(reason)


def _refuse_bad_shapes(entries: Sequence[Any], size: int) -> None:
    if len(entries) > MAX_ENTRIES:
        raise bomb("too many files in a zip")
    if any(entry.flag_bits & _ENCRYPTED_NAMES for entry in entries):
        raise locked("the names in the zip are encrypted")
    if any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        raise bomb("a link in a zip")
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise bomb("files that overlap in a zip")
        end = entry.header_offset + 30 + entry.compress_size
    if end > size:
        raise damaged("the zip is cut off")


def _read_entry(archive: Any, entry: Any, reading: _Reading) -> None:
    encrypted = bool(entry.flag_bits & 1)
    aes = getattr(entry, "wz_aes_version", None) is not None
    content: bytes | None = None
    if not encrypted:
        try:
            content = _content(archive, entry, None, reading)
        except _WrongPasswordError:  # encrypted after all: the entry and the table of contents do not agree
            raise damaged("no whole zip") from None
    for position, password in enumerate(reading.passwords if encrypted else ()):
        try:
            content = _content(archive, entry, password, reading)
        except _WrongPasswordError:
            continue
        reading.passwords.insert(0, reading.passwords.pop(position))  # the next entry has the same one
        break
    if content is None:
        reading.locked += 1
        return
    reading.total += len(content)
    protection = Protection.NONE if not encrypted else Protection.STRONG if aes else Protection.WEAK
    reading.files.append({"name": _base_name(entry), "protection": protection.value, "content": base64.b64encode(content).decode("ascii")})


def _content(archive: Any, entry: Any, password: bytes | None, reading: _Reading) -> bytes:
    """One entry's bytes, counted while they come.

    Raises:
        _WrongPasswordError: the password does not fit.
        NotOpenedError: too much comes out.
    """
    try:
        stream = archive.open(entry, pwd=password)
    except RuntimeError:
        raise _WrongPasswordError from None
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := stream.read(CHUNK):
            size += len(piece)
            if reading.total + size > MAX_TOTAL_BYTES:
                raise bomb("too many bytes in a zip")
            if size > FREE_BYTES and size > MAX_RATIO * max(entry.compress_size, 1):
                raise bomb("a file in a zip that swells too much")
            pieces.append(piece)
    except (pyzipper.BadZipFile, zlib.error, EOFError):
        if password is not None and getattr(entry, "wz_aes_version", None) is None:
            # ZipCrypto checks one byte only: one wrong password in 256 gets this far.
            raise _WrongPasswordError from None
        raise
    return b"".join(pieces)


def _base_name(entry: Any) -> str | None:
    """The last piece of a name, without control characters; names without the UTF-8 flag are tried as UTF-8 too."""
    name: str = entry.filename
    if not entry.flag_bits & _UTF8_NAME:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = name.encode("cp437", "replace").decode("cp850", "replace")
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(c for c in last if c.isprintable()).strip(" .")
    return printable[:200] or None
