"""The key list of a quarter: a tree of keys from which single cases can be destroyed for good, in
every backup at once.

A node's two children are derived from it (Goldreich, Goldwasser, Micali, "How to construct random
functions", 1986, with keyed BLAKE2b, RFC 7693), so that one root holds a key for every reference
there can be and nothing needs to be written when a mail comes in. To destroy a case its ancestors
are taken out and only their other children are kept (a "puncturable" function; Boneh and Waters
2013): the keys of all other cases can still be derived, that of the case never again.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import blake2b, sha256

KEY_BYTES = 32
_CASE_BITS = 64
_PART_BITS = 2
_NODE = struct.Struct(f">B9s{KEY_BYTES}s")
_DIGEST_BYTES = 32


class Part(IntEnum):
    """What of a case has a key of its own, so that it can be destroyed before the rest."""

    CASE = 0
    RAW_MAIL = 1
    ATTACHMENT = 2


@dataclass(frozen=True, slots=True)
class KeyTree:
    """Nodes by (number of bits, bits from the root); no node lies below another."""

    nodes: Mapping[tuple[int, int], bytes] = field(repr=False)

    @classmethod
    def fresh(cls) -> KeyTree:
        return cls({(0, 0): secrets.token_bytes(KEY_BYTES)})

    @classmethod
    def read(cls, data: bytes) -> KeyTree:
        """As ``written`` wrote it. Raises ValueError."""
        body, digest = data[:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
        if sha256(body).digest() != digest:
            raise ValueError("a damaged key list")
        return cls(
            {
                (length, int.from_bytes(bits, "big")): key
                for length, bits, key in _NODE.iter_unpack(body)
            }
        )

    def written(self) -> bytes:
        body = b"".join(
            _NODE.pack(length, bits.to_bytes(9, "big"), key)
            for (length, bits), key in sorted(self.nodes.items())
        )
        return body + sha256(body).digest()

    @property
    def whole(self) -> bool:
        """Nothing was destroyed yet."""
        return (0, 0) in self.nodes

    def keys(self, reference: str) -> dict[Part, bytes]:
        """The keys of a case and its parts; what was destroyed is not among them."""
        bits = _bits(reference)
        top = self._key(_CASE_BITS, bits)
        if top is not None:
            return {part: _descend(top, part, _PART_BITS) for part in Part}
        below = {
            part: self._key(_CASE_BITS + _PART_BITS, bits << _PART_BITS | part) for part in Part
        }
        return {part: key for part, key in below.items() if key is not None}

    def without(self, destroyed: Iterable[tuple[str, Part]]) -> KeyTree:
        """The tree from which nobody can derive these keys; ``Part.CASE`` takes the parts of the
        case with it.
        """
        nodes = dict(self.nodes)
        for reference, part in destroyed:
            if part is Part.CASE:
                _cut(nodes, _CASE_BITS, _bits(reference))
            else:
                _cut(nodes, _CASE_BITS + _PART_BITS, _bits(reference) << _PART_BITS | part)
        return KeyTree(nodes)

    def _key(self, length: int, bits: int) -> bytes | None:
        for above in range(length + 1):
            key = self.nodes.get((length - above, bits >> above))
            if key is not None:
                return _descend(key, bits & ((1 << above) - 1), above)
        return None


def _cut(nodes: dict[tuple[int, int], bytes], length: int, bits: int) -> None:
    """Take a node out, with all below it; of an ancestor that stands there, keep the other children
    on the way down.
    """
    for below in range(1, _CASE_BITS + _PART_BITS - length + 1):
        for low in range(1 << below):
            nodes.pop((length + below, bits << below | low), None)
    for above in range(length + 1):
        key = nodes.pop((length - above, bits >> above), None)
        if key is None:
            continue
        for left in reversed(range(above)):
            bit = bits >> left & 1
            nodes[length - left, bits >> left ^ 1] = _child(key, bit ^ 1)
            key = _child(key, bit)
        return


def _descend(key: bytes, bits: int, count: int) -> bytes:
    for left in reversed(range(count)):
        key = _child(key, bits >> left & 1)
    return key


def _child(key: bytes, bit: int) -> bytes:
    return blake2b(bytes((bit,)), key=key, digest_size=KEY_BYTES).digest()


def _bits(reference: str) -> int:
    return int.from_bytes(sha256(reference.encode()).digest()[: _CASE_BITS // 8], "big")
