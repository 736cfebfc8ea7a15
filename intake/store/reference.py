"""The reference (kenmerk) of a case: short, readable over the phone, and never to be taken for a
BSN.
"""

from __future__ import annotations

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U."""

_FORM = re.compile(r"IN[- ]?([0-9A-Z]{4})[- ]?([0-9A-Z]{4})")
_STANDS = re.compile(r"\bIN-([0-9A-Z]{4})-([0-9A-Z]{4})\b")


def reference_of(token: str) -> str:
    """A reference such as ``IN-7K3F-9QXM``, made of the first 50 bits of a keyed hash (hex).

    Each half has a letter, so that no run of digits is longer than three.
    """
    bits = int(token[:16], 16)
    return f"IN-{_half(bits)}-{_half(bits >> 25)}"


def read_reference(text: str) -> str | None:
    """The reference a person wrote: small letters, left-out dashes, and I, L, O for 1, 1, 0 are
    understood.
    """
    written = text.strip().upper()
    if not written.startswith("IN"):
        return None
    found = _FORM.fullmatch(
        "IN" + written[2:].replace("I", "1").replace("L", "1").replace("O", "0")
    )
    return f"IN-{found[1]}-{found[2]}" if found else None


def references_in(text: str) -> tuple[str, ...]:
    """The references that stand in a text, such as the subject of an answer to a letter of ours."""
    return tuple(dict.fromkeys(f"IN-{one}-{other}" for one, other in _STANDS.findall(text.upper())))


def _half(bits: int) -> str:
    """Four signs of 20 bits; when all are digits, 5 more bits choose the letter that the first
    becomes.
    """
    half = "".join(ALPHABET[bits >> shift & 31] for shift in (0, 5, 10, 15))
    return half if not half.isdigit() else ALPHABET[10 + (bits >> 20 & 31) % 22] + half[1:]
