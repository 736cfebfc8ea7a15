"""An XLS as Excel 2007 and later lock it (RC4 CryptoAPI), built by hand from one that LibreOffice
locked in the older way.

No free program writes this form. Source: [MS-XLS] §2.4.117 and §2.2.10, [MS-OFFCRYPTO] §2.3.5.
"""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Iterator

import msoffcrypto
import olefile
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher

BLANK, WRITE_ACCESS, FILE_PASS, SHEET = 0, 0x5C, 0x2F, 0x85
OPEN = {0x809, FILE_PASS, 0xE1, 0x138, 0x196}
"""Records that are never encrypted."""
BLOCK = 1024
SALT, VERIFIER = bytes(range(16)), bytes(range(16, 32))


def locked_again(data: bytes, password: str) -> bytes:
    """The same workbook with the same password in the newer form."""
    plain, old = io.BytesIO(), msoffcrypto.OfficeFile(io.BytesIO(data))
    old.load_key(password=password)
    old.decrypt(plain)
    with olefile.OleFileIO(plain, write_mode=True) as book:
        stream = book.openstream("Workbook").read()
        book.write_stream(
            "Workbook", _encrypted(b"".join(_with_new_lock(stream, password)), password)
        )
        return plain.getvalue()


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        number, size = struct.unpack_from("<HH", stream, at)
        yield number, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _with_new_lock(stream: bytes, password: str) -> Iterator[bytes]:
    """The new lock takes more room, which the record with the writer's name gives up, so that no
    place shifts.
    """
    lock, more = _lock(password), 0
    before: int | None = None
    for number, content in _records(stream):
        if number == BLANK and before == 0x809 and not more:
            number, content, more = FILE_PASS, lock, len(lock) - len(content)
        elif number == WRITE_ACCESS:
            content = content[: len(content) - more]
        yield struct.pack("<HH", number, len(content)) + content
        before = number


def _lock(password: str) -> bytes:
    cipher = Cipher(ARC4(_key(password, 0)), None).encryptor()
    check = cipher.update(VERIFIER), cipher.update(hashlib.sha1(VERIFIER).digest())
    header = struct.pack("<IIIIIIII", 4, 0, 0x6801, 0x8004, 128, 1, 0, 0) + "RC4\0".encode(
        "utf-16-le"
    )
    return (
        struct.pack("<HHHII", 1, 4, 2, 4, len(header))
        + header
        + struct.pack("<I", 16)
        + SALT
        + check[0]
        + struct.pack("<I", 20)
        + check[1]
    )


def _key(password: str, block: int) -> bytes:
    start = hashlib.sha1(SALT + password.encode("utf-16-le")).digest()
    return hashlib.sha1(start + struct.pack("<I", block)).digest()[:16]


def _encrypted(stream: bytes, password: str) -> bytes:
    blocks = range(0, len(stream), BLOCK)
    pad = b"".join(
        Cipher(ARC4(_key(password, n)), None).encryptor().update(bytes(BLOCK))
        for n, _ in enumerate(blocks)
    )
    made, at = bytearray(stream), 0
    for number, content in _records(stream):
        first = at + 4 + (4 if number == SHEET else 0)
        for place in range(first, at + 4 + len(content)) if number not in OPEN else ():
            made[place] ^= pad[place]
        at += 4 + len(content)
    return bytes(made)
