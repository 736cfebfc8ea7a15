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
from intake.secure_attachment.containers.format import Format, by_password, opening_task
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


OPEN = opening_task("open-zip", _open, _first_file)
FORMAT = Format("zip", lambda part: part.kind is PartKind.ZIP, by_password(OPEN), (OPEN,))


def _read(data: bytes, state: _Archive) -> Sequence[ExtractedFile]:
    import pyzipper

    try:
        with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _refuse_bad_shapes(members, len(data))
            for member in members:
                _read_member(archive, member, state)
    except NotImplementedError:
        raise locked("a way of packing or encrypting that is not on our list") from None
    if state.locked:
        raise locked(none_fits(state.passwords), state.files)
    return state.files


def _refuse_bad_shapes(members: Sequence[Any], size: int) -> None:
    if len(members) > MAX_FILES:
        raise bomb("too many files in a zip")
    if any(member.flag_bits & _ENCRYPTED_NAMES for member in members):
        raise locked("the names in the zip are encrypted")
    if any(stat.S_ISLNK(member.external_attr >> 16) for member in members):
        raise bomb("a link in a zip")
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise bomb("files that overlap in a zip")
        end = member.header_offset + 30 + member.compress_size
    if end > size:
        raise damaged("the zip is cut off")


def _read_member(archive: Any, member: Any, state: _Archive) -> None:
    encrypted = bool(member.flag_bits & 1)
    aes = getattr(member, "wz_aes_version", None) is not None
    content: bytes | None = None
    if not encrypted:
        try:
            content = _content(archive, member, None, state)
        except (
            _WrongPasswordError
        ):  # encrypted after all: the entry and the table of contents do not agree
            raise damaged("no whole zip") from None
    for position, password in enumerate(state.passwords if encrypted else ()):
        try:
            content = _content(archive, member, password, state)
        except _WrongPasswordError:
            continue
        state.passwords.insert(0, state.passwords.pop(position))  # the next entry has the same one
        break
    if content is None:
        state.locked += 1
        return
    state.total += len(content)
    protection = Protection.NONE if not encrypted else Protection.STRONG if aes else Protection.WEAK
    state.files.append(ExtractedFile(content, protection, base_name(_name(member))))


def _content(archive: Any, member: Any, password: bytes | None, state: _Archive) -> bytes:
    """One entry's bytes, counted while they come.

    Raises:
        _WrongPasswordError: the password does not fit.
        NotOpenedError: too much comes out.
    """
    import pyzipper

    try:
        stream = archive.open(member, pwd=password)
    except RuntimeError:
        raise _WrongPasswordError from None
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := stream.read(CHUNK):
            size += len(piece)
            if state.total + size > MAX_TOTAL_BYTES:
                raise bomb("too many bytes in a zip")
            if size > FREE_BYTES and size > MAX_RATIO * max(member.compress_size, 1):
                raise bomb("a file in a zip that swells too much")
            pieces.append(piece)
    except (pyzipper.BadZipFile, zlib.error, EOFError):
        if password is not None and getattr(member, "wz_aes_version", None) is None:
            # ZipCrypto checks one byte only: one wrong password in 256 gets this far.
            raise _WrongPasswordError from None
        raise
    return b"".join(pieces)


def _name(member: Any) -> str:
    """Names without the UTF-8 flag are tried as UTF-8 too, then as Windows writes them."""
    name: str = member.filename
    if member.flag_bits & _UTF8_NAME:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name.encode("cp437", "replace").decode("cp850", "replace")
