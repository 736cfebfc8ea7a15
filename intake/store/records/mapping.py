"""Turns what the program works with into what is stored, and back, field by field.

Both sides are dataclasses; a field has the same name on both unless the stored one says otherwise.
What the two declare is compared once, at the first use: a field that only one of them has is an
error there, never a value that is silently lost.
"""

from __future__ import annotations

import enum
import types
from collections.abc import Callable
from dataclasses import Field, fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

_Convert = Callable[[Any], Any]


def mapped(source: Any, target: Any) -> _Convert:
    """How a value of one dataclass becomes one of the other.

    Raises:
        TypeError: a field has no counterpart.
    """
    return _mapped(source, target)


@cache
def _mapped(source: Any, target: Any) -> _Convert:
    sources, targets = _by_model_name(source), _by_model_name(target)
    if alone := sources.keys() ^ targets.keys():
        raise TypeError(f"{source} and {target} differ in {', '.join(sorted(alone))}")
    source_hints, target_hints = get_type_hints(source), get_type_hints(target)
    names = [(sources[name].name, each.name) for name, each in targets.items()]
    found = [(old, new, _converter(source_hints[old], target_hints[new])) for old, new in names]
    same = [(old, new) for old, new, convert in found if convert is None]
    others = [(old, new, convert) for old, new, convert in found if convert is not None]

    def made(value: Any) -> Any:
        values = {new: getattr(value, old) for old, new in same}
        for old, new, convert in others:
            held = getattr(value, old)
            values[new] = None if held is None else convert(held)
        return target(**values)

    return made


def _converter(source: Any, target: Any) -> _Convert | None:
    """How a value declared as ``source`` becomes one declared as ``target``; None: it is the same."""
    source, target = _without_none(source), _without_none(target)
    if get_origin(source) is tuple and get_args(source)[-1] is Ellipsis:
        each = _converter(get_args(source)[0], get_args(target)[0])
        return None if each is None else lambda values: tuple(map(each, values))
    source, target = get_origin(source) or source, get_origin(target) or target
    if is_dataclass(target) and source is not target:
        return mapped(source, target)
    if isinstance(target, type) and issubclass(target, enum.Enum):
        return target
    return None


def _by_model_name(cls: Any) -> dict[str, Field[Any]]:
    """Its fields by their names in the model; the version of a record is none of them."""
    found = {each.metadata.get("model", each.name): each for each in fields(cls)}
    found.pop("v", None)
    return found


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (each for each in get_args(hint) if each is not type(None))
    return hint
