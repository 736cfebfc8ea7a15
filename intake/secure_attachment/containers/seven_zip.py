"""7z archives, with AES-256 or without, file names encrypted or not.

What the archive declares is judged before a byte is unpacked; a file
that is longer than declared cannot be, since py7zr stops at the declared length.

Sources: 7zFormat.txt and Methods.txt of the LZMA SDK (method 06F10701: AES-256, SHA-256 in 2^n
rounds).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from intake.model.attachment import Protection
from intake.model.mail import PartKind
from intake.secure_attachment.containers.format import Format, by_password, opening_task
from intake.secure_attachment.containers.passwords import forms, none_fits, within
from intake.secure_attachment.containers.result import (
    FREE_BYTES,
    MAX_FILES,
    MAX_RATIO,
    MAX_TOTAL_BYTES,
    ExtractedFile,
    NotOpenedError,
    Result,
    base_name,
    bomb,
    damaged,
    extracted,
    locked,
)

_PPMD = bytes.fromhex("030401")
MAX_ROUNDS_POWER = 22
"""7-Zip writes 19; each step doubles the work of a try (22: about a second)."""


def _open(data: bytes, arguments: None, secrets: Sequence[bytes]) -> Result:
    return extracted(lambda: _read(data, forms(secrets)))


def _first_files() -> Iterator[tuple[bytes, None, Sequence[bytes]]]:
    import py7zr

    for password in (None, "warm"):
        file = io.BytesIO()
        with py7zr.SevenZipFile(
            file, "w", password=password, header_encryption=bool(password)
        ) as archive:
            archive.writestr(b"warm", "warm.txt")
        yield file.getvalue(), None, [b"warm"]


OPEN = opening_task("open-7z", _open, _first_files)
FORMAT = Format("7z", lambda part: part.kind is PartKind.SEVEN_ZIP, by_password(OPEN), (OPEN,))


@lru_cache(maxsize=64)
def _key(password: bytes, power: int, salt: bytes, digest: str) -> bytes:
    """The key of a password: derived once, though py7zr asks for each block of files."""
    from py7zr import helpers

    if power > MAX_ROUNDS_POWER:
        raise bomb("a 7z file that asks for too many rounds to make its key")
    key: bytes = helpers.calculate_key(password, power, salt, digest)
    return key


def _archive(data: bytes, password: str | None = None) -> Any:
    """An archive, opened by py7zr with two of its functions replaced."""
    from py7zr import compressor
    from py7zr import py7zr as reader

    vars(compressor)["calculate_key"] = _key
    # It would ask /proc for free memory, which a child cannot read.
    vars(reader)["get_memory_limit"] = lambda: 1 << 23
    return reader.SevenZipFile(io.BytesIO(data), password=password)


class _Memory:
    """Keeps what is unpacked in memory, in the order of the archive (a WriterFactory of py7zr)."""

    def __init__(self) -> None:
        self.made: list[Any] = []

    def create(self, filename: str) -> Any:
        from py7zr.io import Py7zBytesIO

        self.made.append(Py7zBytesIO(filename, MAX_TOTAL_BYTES))
        return self.made[-1]


def _read(data: bytes, passwords: Sequence[str]) -> Sequence[ExtractedFile]:
    from py7zr.exceptions import PasswordRequired

    try:
        archive = _archive(data)
    except PasswordRequired:
        return _with_hidden_names(data, passwords)
    _refuse_bad_shapes(archive, len(data))
    if not archive.password_protected:
        return _unpacked(archive, hidden=False)
    for password in within(passwords):
        with suppress(_WrongPasswordError):
            return _tried(data, password)
    raise locked(none_fits(passwords))


class _WrongPasswordError(Exception):
    """This password does not fit; damage behind the encryption looks the same."""


def _with_hidden_names(data: bytes, passwords: Sequence[str]) -> Sequence[ExtractedFile]:
    """An archive whose table of contents is encrypted too: when that opens, the password fits."""
    for password in within(passwords):
        try:
            archive = _archive(data, password)
        except NotOpenedError:
            raise
        except Exception:  # noqa: BLE001, S112 - a wrong key gives nonsense, and nonsense ends in many ways
            continue
        _refuse_bad_shapes(archive, len(data))
        return _unpacked(archive, hidden=True)
    raise locked(none_fits(passwords))


def _tried(data: bytes, password: str) -> Sequence[ExtractedFile]:
    archive = _archive(data, password)
    try:
        return _unpacked(archive, hidden=False)
    except (NotOpenedError, MemoryError):
        raise
    except Exception as error:
        raise _WrongPasswordError from error


def _refuse_bad_shapes(archive: Any, size: int) -> None:
    files = list(archive.files)
    if len(files) > MAX_FILES:
        raise bomb("too many files in a 7z file")
    if any(file.is_symlink or file.is_junction for file in files):
        raise bomb("a link in a 7z file")
    if any(map(_uses_ppmd, files)):
        raise locked("packed with PPMd, which needs a thread that a child may not start")
    total = sum(file.uncompressed for file in files)
    if total > MAX_TOTAL_BYTES or (total > FREE_BYTES and total > MAX_RATIO * size):
        raise bomb("a 7z file that swells too much")


def _uses_ppmd(file: Any) -> bool:
    return bool(file.folder) and any(coder["method"] == _PPMD for coder in file.folder.coders)


def _unpacked(archive: Any, *, hidden: bool) -> Sequence[ExtractedFile]:
    from py7zr.exceptions import UnsupportedCompressionMethodError

    memory = _Memory()
    files = [file for file in archive.files if not file.is_directory and not file.is_socket]
    try:
        archive.extractall(factory=memory)
    except UnsupportedCompressionMethodError:
        raise locked("a way of packing or encrypting that is not on our list") from None
    if len(memory.made) != len(files):
        raise damaged("a 7z file that does not hold what it lists")
    return [_extracted(file, made, hidden) for file, made in zip(files, memory.made, strict=True)]


def _extracted(file: Any, made: Any, hidden: bool) -> ExtractedFile:
    from py7zr.compressor import SupportedMethods

    encrypted = hidden or (
        file.folder is not None and SupportedMethods.needs_password(file.folder.coders)
    )
    made.seek(0)
    return ExtractedFile(
        made.read(), Protection.STRONG if encrypted else Protection.NONE, base_name(file.filename)
    )
