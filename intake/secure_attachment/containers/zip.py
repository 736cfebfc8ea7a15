"""Zip files: AES (WinZip AE-1 and AE-2), the old ZipCrypto, and none; with the passwords agreed
with the provider.

Nothing is trusted that the archive says about itself: bytes
are counted while they are read, names are cut to their last piece, links and overlapping entries
are refused.

Sources: PKWARE APPNOTE.TXT 6.3.10 §4.4, §6.1; WinZip "AES Encryption Information" (AE-1, AE-2).
"""

from __future__ import annotations

import io
import stat
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from intake.model.attachment import Protection
from intake.model.mail import PartKind
from intake.sandbox.task import Burden, ChildKind, Task
from intake.secure_attachment.containers.format import Format, by_password
from intake.secure_attachment.containers.passwords import none_fits, spellings
from intake.secure_attachment.containers.result import (
    FREE_BYTES,
    MAX_FILES,
    MAX_RATIO,
    MAX_TOTAL_BYTES,
    ExtractedFile,
    Result,
    base_name,
    bomb,
    damaged,
    extracted,
    is_sound,
    locked,
)

CHUNK = 1 << 16

_ENCRYPTED_NAMES = 0x2000
_UTF8_NAME = 0x800


class _WrongPasswordError(Exception):
    """This password does not open this entry."""


@dataclass(slots=True)
class _Archive:
    """What has been read of one archive."""

    passwords: list[bytes] = field(repr=False)
    total: int = 0
    files: list[ExtractedFile] = field(default_factory=list, repr=False)
    locked: int = 0


def _open(data: bytes, arguments: None, secrets: Sequence[bytes]) -> Result:
    return extracted(lambda: _read(data, _Archive(spellings(secrets))))


def _first_file() -> Iterator[tuple[bytes, None, Sequence[bytes]]]:
    import pyzipper

    file = io.BytesIO()
    with pyzipper.AESZipFile(
        file, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(b"warm")
        archive.writestr("warm.txt", b"warm")
    yield file.getvalue(), None, [b"warm"]


OPEN = Task(
    "open-zip", ChildKind.UNLOCKING, _open, _first_file, is_sound, seconds=30, burden=Burden.UNPACKS
)
FORMAT = Format("zip", lambda part: part.kind is PartKind.ZIP, by_password(OPEN), (OPEN,))


def _read(data: bytes, state: _Archive) -> Sequence[ExtractedFile]:
    import pyzipper

    try:
        with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _refuse_bad_shapes(entries, len(data))
            for entry in entries:
                _read_entry(archive, entry, state)
    except NotImplementedError:
        raise locked("a way of packing or encrypting that is not on our list") from None
    if state.locked:
        raise locked(none_fits(state.passwords), state.files)
    return state.files


def _refuse_bad_shapes(entries: Sequence[Any], size: int) -> None:
    if len(entries) > MAX_FILES:
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


def _read_entry(archive: Any, entry: Any, state: _Archive) -> None:
    encrypted = bool(entry.flag_bits & 1)
    aes = getattr(entry, "wz_aes_version", None) is not None
    content: bytes | None = None
    if not encrypted:
        try:
            content = _content(archive, entry, None, state)
        except (
            _WrongPasswordError
        ):  # encrypted after all: the entry and the table of contents do not agree
            raise damaged("no whole zip") from None
    for position, password in enumerate(state.passwords if encrypted else ()):
        try:
            content = _content(archive, entry, password, state)
        except _WrongPasswordError:
            continue
        state.passwords.insert(0, state.passwords.pop(position))  # the next entry has the same one
        break
    if content is None:
        state.locked += 1
        return
    state.total += len(content)
    protection = Protection.NONE if not encrypted else Protection.STRONG if aes else Protection.WEAK
    state.files.append(ExtractedFile(content, protection, base_name(_name(entry))))


def _content(archive: Any, entry: Any, password: bytes | None, state: _Archive) -> bytes:
    """One entry's bytes, counted while they come.

    Raises:
        _WrongPasswordError: the password does not fit.
        NotOpenedError: too much comes out.
    """
    import pyzipper

    try:
        stream = archive.open(entry, pwd=password)
    except RuntimeError:
        raise _WrongPasswordError from None
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := stream.read(CHUNK):
            size += len(piece)
            if state.total + size > MAX_TOTAL_BYTES:
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


def _name(entry: Any) -> str:
    """Names without the UTF-8 flag are tried as UTF-8 too, then as Windows writes them."""
    name: str = entry.filename
    if entry.flag_bits & _UTF8_NAME:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name.encode("cp437", "replace").decode("cp850", "replace")
