"""Both ends of the wire between parent and child: sealed input in anonymous memory, JSON back,
nothing else.

Never pickle: what a child writes is only ever parsed as strict JSON (RFC 8259), in size and in
numbers.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
from collections.abc import Iterable, Mapping
from typing import Any

from intake.errors import SandboxFailed
from intake.sandbox.lockdown import MAX_ANSWER_BYTES

_HEADER = struct.Struct("<I")
_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL


def packed(data: bytes, arguments: Mapping[str, Any], secrets: Iterable[bytes]) -> int:
    """All that a child is given, sealed in anonymous memory: header length, JSON header, secrets,
    data.
    """
    secrets = tuple(secrets)
    header = json.dumps(
        {
            "arguments": dict(arguments),
            "secrets": [len(secret) for secret in secrets],
            "data": len(data),
        }
    ).encode()
    descriptor = os.memfd_create("input", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        for piece in (_HEADER.pack(len(header)), header, *secrets, data):
            _write(descriptor, piece)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _write(descriptor: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def unpacked(source: int) -> tuple[bytes, dict[str, Any], list[bytes]]:
    """The child's side: data, arguments and secrets; closes ``source``."""
    size = _HEADER.unpack(os.pread(source, _HEADER.size, 0))[0]
    header = json.loads(os.pread(source, size, _HEADER.size))
    offset = _HEADER.size + size
    pieces = []
    for length in (*header["secrets"], header["data"]):
        pieces.append(_read_exactly(source, length, offset))
        offset += length
    os.close(source)
    return pieces[-1], header["arguments"], pieces[:-1]


def _read_exactly(source: int, length: int, offset: int) -> bytes:
    with os.fdopen(os.dup(source), "rb", buffering=0) as file:
        file.seek(offset)
        piece = file.read(length)
    if piece is None or len(piece) != length:
        raise EOFError
    return piece


def write_answer(answer: int, key: str, told: Any) -> bool:
    """The child's side: write ``told`` under ``key``; bytes are JSON already.

    False when it is too large.
    """
    content = (
        told
        if isinstance(told, bytes)
        else json.dumps(told, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
    )
    if len(content) > MAX_ANSWER_BYTES:
        return False
    _write(answer, b'{"%b":%b}' % (key.encode(), content))
    return True


def parsed(answer: int, due: bool) -> dict[str, Any]:
    """What the child wrote, as strict JSON.

    Raises:
        SandboxFailed: ``garbage`` or ``too-large``, when an answer is due.
    """
    size = os.fstat(answer).st_size
    if size > MAX_ANSWER_BYTES:
        raise SandboxFailed("too-large")
    try:
        content = os.pread(answer, size, 0)
        told = json.loads(
            content.decode("utf-8", "strict"), parse_constant=_refuse, parse_float=_finite
        )
        if b"\\u" in content:
            json.dumps(told, ensure_ascii=False).encode(
                "utf-8", "strict"
            )  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        if due:
            raise SandboxFailed("garbage") from None  # the error holds the content
        return {}
    return told if isinstance(told, dict) else {}


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if number - number != 0:
        raise ValueError("not a finite number")
    return number
