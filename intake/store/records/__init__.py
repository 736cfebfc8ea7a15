"""Stored records: versioned JSON (``{"v": 1, …}``) that opens for ever.

A record says its version; one of an older version is brought up to date, step by step, when it is
read. What was written before there were versions counts as version 0. Old records of each version
lie in ``tests/records`` and must open; what is stored is told apart from ``intake.model`` in
``shapes.py``.

Long JSON is deflated (RFC 1950) before it is sealed: a verdict names every field by its name, and
is a fifth so long then.
"""

from __future__ import annotations

import dataclasses
import math
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, ValidationError, from_json

from intake.errors import RecordUnreadable
from intake.model.attachment import Container, Opening, Protection
from intake.model.care import CareLine
from intake.model.correction import Correction
from intake.model.mail import Envelope
from intake.model.verdict import Verdict
from intake.secure_attachment.pairing.model import Bundle, Gist
from intake.secure_attachment.pairing.rules import bare_line
from intake.store.records import shapes
from intake.store.records.mapping import mapped

M = TypeVar("M")

_SHORT = 1000
_DEFLATED = b"\x78"
"""First byte of a zlib stream of the usual window; JSON never begins with it."""

_Json = dict[str, Any]
_Step = Callable[[Any], _Json]


def numbered(old: _Json) -> _Json:
    """Version 0 had the same fields without a version; a gist had one already."""
    return {**old, "v": 1}


class Format(Generic[M]):
    """How one kind of value is stored, and what older versions of it need.

    Args:
        shape: the stored type, of the newest version.
        model: the type that the program works with.
        steps: one for each earlier version, which makes the next of it.
        stored, opened: from the one type to the other; by their fields unless given.
    """

    def __init__(
        self,
        shape: Any,
        model: type[M],
        steps: tuple[_Step, ...] = (numbered,),
        stored: Callable[[M], Any] | None = None,
        opened: Callable[[Any], M] | None = None,
    ) -> None:
        self.shape = shape
        self.version = len(steps)
        self._steps = steps
        self._adapter: TypeAdapter[Any] = TypeAdapter(shape)
        self._stored = stored or mapped(model, shape)
        self._opened = opened or mapped(shape, model)

    def pack(self, value: M) -> bytes:
        """JSON of ``value``, deflated when long. It has been read back once, so that it can always
        be shown: lone surrogates and infinite coordinates, which a hostile document can bring, are
        made harmless."""
        record = self._stored(value)
        try:
            data = self._adapter.dump_json(record)
            self._adapter.validate_json(data)
        except (PydanticSerializationError, ValidationError):
            data = self._adapter.dump_json(_harmless(record))
            self._adapter.validate_json(data)
        return data if len(data) < _SHORT else zlib.compress(data, 1)

    def unpack(self, data: bytes) -> M:
        """What ``pack`` of this or an older version packed.

        Raises:
            RecordUnreadable: of a newer version, or damaged.
        """
        name = self.shape.__name__
        try:
            record = from_json(zlib.decompress(data) if data[:1] == _DEFLATED else data)
            version = record.get("v", 0) if isinstance(record, dict) else 0
            if version not in range(self.version + 1):
                raise RecordUnreadable(f"a {name} record of an unknown version")
            for step in self._steps[version:]:
                record = step(record)
            opened: M = self._opened(self._adapter.validate_python(record))
        except (ValueError, TypeError, KeyError, zlib.error):
            raise RecordUnreadable(f"a {name} record that is damaged") from None
        return opened


def texts_of(data: bytes) -> Iterator[str]:
    """Every text in a record of any kind and version, for whoever looks for something in it.

    Raises:
        RecordUnreadable: it is damaged.
    """
    try:
        yield from _texts_in(from_json(zlib.decompress(data) if data[:1] == _DEFLATED else data))
    except (ValueError, zlib.error):
        raise RecordUnreadable("a record that is damaged") from None


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts_in(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts_in(each)


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


def _verdict_without_basis(old: _Json) -> _Json:
    """Version 0 of a verdict does not say by which rules it was made."""
    return {**old, "v": 1, "basis": None}


def _finding_without_english(old: _Json) -> _Json:
    """A finding of version 1 of a verdict has no sentence for an English letter."""
    return {**old, "v": 2}


def _listed(old: list[_Json]) -> _Json:
    """Version 0 of care lines was the bare list."""
    return {"v": 1, "lines": old}


def _all_read(old: _Json) -> _Json:
    """Version 1 of care lines does not say what could not be read."""
    return {"v": 2, "lines": [{**line, "unread": []} for line in old["lines"]]}


def _stored_care(lines: tuple[CareLine, ...]) -> shapes.CareLines:
    return shapes.CareLines(lines=tuple(map(mapped(CareLine, shapes.CareLine), lines)))


def _opened_care(record: shapes.CareLines) -> tuple[CareLine, ...]:
    return tuple(map(mapped(shapes.CareLine, CareLine), record.lines))


def _stored_gist(gist: Gist) -> shapes.Gist:
    """Of the attachments their numbers, amounts and names: no bytes and no clients."""
    bundles = tuple(
        shapes.GistBundle(
            opening=bundle.container.opening,
            rows=tuple(
                shapes.GistRow(invoice=line.invoice_number, amount=line.amount)
                for line in bundle.lines
            ),
            names=bundle.names,
        )
        for bundle in gist.bundles
    )
    return shapes.Gist(subject=gist.subject, bundles=bundles, unread=gist.unread)


def _opened_gist(record: shapes.Gist) -> Gist:
    return Gist(record.subject, tuple(map(_opened_bundle, record.bundles)), record.unread)


def _opened_bundle(record: shapes.GistBundle) -> Bundle:
    lines = tuple(
        bare_line(number, row.invoice, row.amount) for number, row in enumerate(record.rows, 1)
    )
    container = Container("", "kept", Opening(record.opening), Protection.STRONG)
    return Bundle(container, lines, names=record.names)


VERDICTS = Format(shapes.Verdict, Verdict, (_verdict_without_basis, _finding_without_english))
ENVELOPES = Format(shapes.Envelope, Envelope)
CORRECTIONS = Format(shapes.Correction, Correction)
GISTS = Format(shapes.Gist, Gist, stored=_stored_gist, opened=_opened_gist)
CARES: Format[tuple[CareLine, ...]] = Format(
    shapes.CareLines, tuple, (_listed, _all_read), stored=_stored_care, opened=_opened_care
)
