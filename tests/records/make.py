"""Writes records and schemas of the newest version, to be kept for ever: ``python -m
tests.records.make``.

Run it once when a format gets a new version, and never change what it wrote.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import types
import typing
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from intake.model.attachment import Container, Opening, Protection
from intake.model.care import CareLine
from intake.model.completeness import DayReport
from intake.model.correction import Correction
from intake.model.mail import Envelope, Reply
from intake.model.verdict import Verdict
from intake.secure_attachment.pairing.model import Bundle, Gist
from intake.secure_attachment.pairing.rules import bare_line
from intake.store import decision, drafts, incidents, providers
from tests.store.test_records import FORMATS, OLD, plain

_VALUES: dict[Any, Any] = {
    bool: True,
    int: 3,
    float: 1.5,
    Decimal: Decimal("12.50"),
    dt.datetime: dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC),
    dt.date: dt.date(2026, 11, 20),
}


def filled(hint: Any, name: str = "", known: dict[Any, Any] | None = None) -> Any:
    """A value with every field filled."""
    known = known or {}
    arguments = typing.get_args(hint)
    made = typing.get_origin(hint) or hint
    if isinstance(hint, typing.TypeVar):
        return filled(known[hint], name)
    if made in (types.UnionType, typing.Union):
        return filled(next(a for a in arguments if a is not type(None)), name, known)
    if made is tuple:
        inner = arguments[:1] if arguments[-1] is Ellipsis else arguments
        return tuple(filled(each, name, known) for each in inner)
    if made is typing.Literal:
        return arguments[0]
    if dataclasses.is_dataclass(made):
        own = dict(zip(getattr(made, "__parameters__", ()), arguments, strict=True))
        own = {parameter: known.get(given, given) for parameter, given in own.items()}
        hints = typing.get_type_hints(made)
        fields = dataclasses.fields(made)
        return made(**{f.name: filled(hints[f.name], f.name, own) for f in fields})  # type: ignore[operator]
    if issubclass(made, enum.Enum):
        return list(made)[-1]
    return _VALUES.get(made, name.replace("_", " "))


BUNDLE = Bundle(
    Container("2", "zip", Opening.OPENED, Protection.STRONG),
    (bare_line(1, "F-1", Decimal("12.50")),),
    names=("f-1.zip",),
)
VALUES = {
    "verdict": filled(Verdict),
    "envelope": filled(Envelope),
    "care": filled(tuple[CareLine, ...]),
    "gist": Gist("Bijlage F-1", (BUNDLE,), True),
    "summary": filled(decision.SummaryPage),
    "card": filled(decision.Card),
    "reply": filled(Reply),
    "provider": filled(providers.Provider),
    "report": filled(incidents.Report),
    "correction": filled(Correction),
    "draft": filled(drafts.Draft),
    "day-report": filled(DayReport),
}


def main() -> None:
    schemas: dict[str, dict[str, Any]] = {}
    for kind, form in FORMATS.items():
        folder = OLD / f"v{form.version}"
        folder.mkdir(exist_ok=True)
        schemas.setdefault(folder.name, {})[kind] = TypeAdapter(form.shape).json_schema()
        file = folder / f"{kind}.json"
        if not file.exists():
            file.write_text(json.dumps(plain(form.pack(VALUES[kind]))) + "\n")
    for version, found in schemas.items():
        file = OLD / version / "schema.json"
        kept = json.loads(file.read_text()) if file.exists() else {}
        file.write_text(json.dumps(found | kept, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
