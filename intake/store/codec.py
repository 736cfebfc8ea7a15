"""Frozen dataclasses to JSON bytes and back. What is written has been read back once, so that it
can always be shown.

Long JSON is deflated (RFC 1950) before it is sealed: a verdict names every field by its name, and
is a fifth so long then.
"""

from __future__ import annotations

import dataclasses
import math
import zlib
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, ValidationError

from intake.model.verdict import Verdict

T = TypeVar("T")

VERDICTS = TypeAdapter(Verdict)

_SHORT = 1000
_DEFLATED = b"\x78"
"""First byte of a zlib stream of the usual window; JSON never begins with it."""


def pack(adapter: TypeAdapter[T], value: T) -> bytes:
    """JSON of ``value``, deflated when long. Lone surrogates and infinite coordinates, which a
    hostile document can bring, are made harmless."""
    try:
        data = adapter.dump_json(value)
        adapter.validate_json(data)
    except (PydanticSerializationError, ValidationError):
        data = adapter.dump_json(_harmless(value))
        adapter.validate_json(data)
    return data if len(data) < _SHORT else zlib.compress(data, 1)


def unpack(adapter: TypeAdapter[T], data: bytes) -> T:
    """What ``pack`` packed, deflated or not."""
    return adapter.validate_json(zlib.decompress(data) if data[:1] == _DEFLATED else data)


def _harmless(value: Any) -> Any:
    if isinstance(value, str) and type(value) is str:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, float):
        return value if math.isfinite(value) else 0.0
    if isinstance(value, tuple):
        return tuple(_harmless(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: _harmless(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    return value
