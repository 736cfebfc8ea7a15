"""The wire between parent and child: pieces of bytes in anonymous memory (memfd_create(2)), each
with its length in front.

The parent trusts no length that a child wrote. Never pickle: what is in the pieces is for ``task``.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Sequence

from intake.errors import SandboxFailed
from intake.sandbox.lockdown import MAX_ANSWER_BYTES

MAX_PIECES = 10_000

_COUNT = struct.Struct("<I")
_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL


def sealed(pieces: Sequence[bytes]) -> int:
    """A descriptor of memory that holds these pieces and cannot be changed any more."""
    descriptor = os.memfd_create("input", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        _write_all(descriptor, pieces)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def write_answer(descriptor: int, pieces: Sequence[bytes]) -> bool:
    """Write what a child answers; False when it is too large."""
    if len(pieces) > MAX_PIECES or sum(map(len, pieces)) > MAX_ANSWER_BYTES - (64 << 10):
        return False
    _write_all(descriptor, pieces)
    return True


def read_pieces(descriptor: int) -> list[bytes]:
    """All pieces in a descriptor.

    Raises:
        SandboxFailed: ``garbage``.
    """
    size = os.fstat(descriptor).st_size
    try:
        count = _COUNT.unpack(os.pread(descriptor, _COUNT.size, 0))[0]
        if not 0 < count <= MAX_PIECES:
            raise SandboxFailed("garbage")
        lengths = struct.unpack(f"<{count}I", os.pread(descriptor, 4 * count, _COUNT.size))
    except struct.error:
        raise SandboxFailed("garbage") from None
    offset = _COUNT.size + 4 * count
    if offset + sum(lengths) != size:
        raise SandboxFailed("garbage")
    pieces = []
    for length in lengths:
        pieces.append(os.pread(descriptor, length, offset))
        offset += length
    return pieces


def _write_all(descriptor: int, pieces: Sequence[bytes]) -> None:
    head = _COUNT.pack(len(pieces)) + struct.pack(f"<{len(pieces)}I", *map(len, pieces))
    for piece in (head, *pieces):
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
