"""What is wrong in the file of a municipality, in plain words, with its line where it has one."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

ValuePath = Sequence[str | int]
"""Where a value stands: tables, places in a list from 0, and its key."""

_TABLE = re.compile(r"\s*\[(\[?)\s*([A-Za-z0-9_-]+)\s*\]")
_KEY = re.compile(r"""\s*(["']?)([A-Za-z0-9._-]+)\1\s*=""")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_WORDS = {
    "missing": "must be there",
    "string_type": "must be text, between quotes",
    "int_type": "must be a whole number, without quotes",
    "int_parsing": "must be a whole number, without quotes",
    "int_from_float": "must be a whole number",
    "decimal_type": "must be a number, without quotes",
    "decimal_parsing": "must be a number, without quotes",
    "bool_type": "must be true or false, without quotes",
    "bool_parsing": "must be true or false, without quotes",
    "tuple_type": 'must be a list, such as ["one", "two"]',
    "dict_type": "must be a table, such as [texts] with its settings below it",
    "model_type": "must be a table, such as [addressee] with its settings below it",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "string_too_short": "may not be empty",
    "too_short": "must have at least {min_length} value",
    "too_long": "must have at most {max_length} values",
}


def not_toml(file: Path, error: ValueError) -> str:
    """Of a file that is no TOML, or no text."""
    if isinstance(error, UnicodeDecodeError):
        return f"{file}: is no text in UTF-8"
    place = _TOML_PLACE.search(str(error))
    line = f", line {place[1]}" if place and place[1] else ""
    return f"{file}{line}: {_TOML_PLACE.sub('', str(error))}"


def not_valid(
    file: Path, text: str, error: ValidationError, model: type[BaseModel]
) -> Iterator[str]:
    """Every fault in the values of a file, one a line."""
    for each in error.errors(include_input=False, include_url=False):
        path = each["loc"]
        yield f"{file}{at(text, path)}: {_dotted(path)}: {_fault(path, each, model)}"


def at(text: str, path: ValuePath) -> str:
    """``, line 12`` of this value, or of what it stands in; empty when none of it has a line."""
    lines = _lines(text)
    known = (lines.get(tuple(path[:length])) for length in range(len(path), 0, -1))
    return next((f", line {line}" for line in known if line), "")


def near(name: str, known: Sequence[str]) -> str:
    """``; did you mean …?`` when one of the names is like it."""
    found = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {found[0]}?" if found else ""


def _lines(text: str) -> Mapping[tuple[str | int, ...], int]:
    found: dict[tuple[str | int, ...], int] = {}
    count: Counter[str] = Counter()
    table: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.match(line):
            table = (header[2], count[header[2]]) if header[1] else (header[2],)
            count[header[2]] += 1
            found[table] = number
        elif key := _KEY.match(line):
            found.setdefault((*table, key[2]), number)
    return found


def _dotted(path: ValuePath) -> str:
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


def _fault(path: ValuePath, error: Mapping[str, Any], model: type[BaseModel]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(path, model)
    if kind in _WORDS:
        return _WORDS[kind].format_map(context)
    message: str = error["msg"]
    return message.removeprefix("Value error, ")


def _unknown(path: ValuePath, model: type[BaseModel]) -> str:
    *table, key = path
    known, top = _names(_model_at(model, table)), _names(model)
    if table and key in top:
        return "stands in a table where it does not belong; put it above the first [table]"
    return f"there is no such setting{near(str(key), known)}"


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_at(model: type[BaseModel], table: ValuePath) -> type[BaseModel]:
    for step in table:
        if isinstance(step, str):
            fields = {field.alias or name: field for name, field in model.model_fields.items()}
            model = next(_models(fields[step].annotation))
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a type is made of: the one within ``tuple[Mandate, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
