"""By which program, rules and profile a verdict is made."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from intake.model.verdict import Basis
from intake.profile import Profile

_RULES = ("checks", "stages", "text", "secure_attachment/pairing")
"""The rooms that judge; of those that read, the version of the program tells."""


def basis_of(profile: Profile) -> Basis:
    """The basis of a verdict that is made now."""
    return Basis(*_program(), profile.digest)


@cache
def _program() -> tuple[str, str]:
    """The version of the program, and a hash of its rules as they lie there."""
    rooms = Path(__file__).parent.parent
    files = sorted(file for room in _RULES for file in (rooms / room).rglob("*.py"))
    rules = sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    return metadata.version("intake"), rules
