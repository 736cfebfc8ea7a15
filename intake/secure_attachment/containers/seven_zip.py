"""7z archives, with AES-256 or without, file names encrypted or not.

``task_open`` runs in a child. What the archive declares is judged before a byte is unpacked; a file
that is longer than declared cannot be, since py7zr stops at the declared length.

Sources: 7zFormat.txt and Methods.txt of the LZMA SDK (method 06F10701: AES-256, SHA-256 in 2^n
rounds).
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import py7zr
from py7zr import compressor, helpers
from py7zr import py7zr as reader
from py7zr.exceptions import PasswordRequired, UnsupportedCompressionMethodError
from py7zr.io import Py7zBytesIO, WriterFactory

from intake.model.attachment import Protection
from intake.secure_attachment.containers.passwords import forms, none_fits, within
from intake.secure_attachment.containers.result import (
    FREE_BYTES,
    MAX_FILES,
    MAX_RATIO,
    MAX_TOTAL_BYTES,
    Inside,
    NotOpenedError,
    answer,
    base_name,
    bomb,
    damaged,
    locked,
)

_PPMD = bytes.fromhex("030401")
MAX_ROUNDS_POWER = 22
"""7-Zip writes 19; each step doubles the work of a try (22: about a second)."""


@lru_cache(maxsize=64)
def _key(password: bytes, power: int, salt: bytes, digest: str) -> bytes:
    """The key of a password: derived once, though py7zr asks for each block of files."""
    if power > MAX_ROUNDS_POWER:
        raise bomb("a 7z file that asks for too many rounds to make its key")
    key: bytes = helpers.calculate_key(password, power, salt, digest)
    return key


vars(compressor)["calculate_key"] = _key
vars(reader)["get_memory_limit"] = lambda: (
    1 << 23
)  # it would ask /proc for free memory, which a child cannot read


class _Memory(WriterFactory):
    """Keeps what is unpacked in memory, in the order of the archive."""

    def __init__(self) -> None:
        self.made: list[Py7zBytesIO] = []

    def create(self, filename: str) -> Py7zBytesIO:
        self.made.append(Py7zBytesIO(filename, MAX_TOTAL_BYTES))
        return self.made[-1]


def task_open(
    data: bytes, arguments: Mapping[str, Any], secrets: Sequence[bytes]
) -> dict[str, Any]:
    """Open one 7z file (child side).

    Args:
        secrets: passwords to try, UTF-8.

    Returns:
        what ``answer`` tells.
    """
    return answer(lambda: _read(data, forms(secrets)))


def _read(data: bytes, passwords: Sequence[str]) -> Sequence[Inside]:
    try:
        archive = py7zr.SevenZipFile(io.BytesIO(data))
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


def _with_hidden_names(data: bytes, passwords: Sequence[str]) -> Sequence[Inside]:
    """An archive whose table of contents is encrypted too: when that opens, the password fits."""
    for password in within(passwords):
        try:
            archive = py7zr.SevenZipFile(io.BytesIO(data), password=password)
        except NotOpenedError:
            raise
        except Exception:  # noqa: BLE001, S112 - a wrong key gives nonsense, and nonsense ends in many ways
            continue
        _refuse_bad_shapes(archive, len(data))
        return _unpacked(archive, hidden=True)
    raise locked(none_fits(passwords))


def _tried(data: bytes, password: str) -> Sequence[Inside]:
    archive = py7zr.SevenZipFile(io.BytesIO(data), password=password)
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
    if any(
        coder["method"] == _PPMD for file in files if file.folder for coder in file.folder.coders
    ):
        raise locked("packed with PPMd, which needs a thread that a child may not start")
    total = sum(file.uncompressed for file in files)
    if total > MAX_TOTAL_BYTES or (total > FREE_BYTES and total > MAX_RATIO * size):
        raise bomb("a 7z file that swells too much")


def _unpacked(archive: Any, *, hidden: bool) -> Sequence[Inside]:
    memory = _Memory()
    files = [file for file in archive.files if not file.is_directory and not file.is_socket]
    try:
        archive.extractall(factory=memory)
    except UnsupportedCompressionMethodError:
        raise locked("a way of packing or encrypting that is not on our list") from None
    if len(memory.made) != len(files):
        raise damaged("a 7z file that does not hold what it lists")
    return [_inside(file, made, hidden) for file, made in zip(files, memory.made, strict=True)]


def _inside(file: Any, made: Any, hidden: bool) -> Inside:
    encrypted = hidden or (
        file.folder is not None and compressor.SupportedMethods.needs_password(file.folder.coders)
    )
    made.seek(0)
    return Inside(
        made.read(), Protection.STRONG if encrypted else Protection.NONE, base_name(file.filename)
    )
