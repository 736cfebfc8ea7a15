"""``intake doctor``: the settings, and of every configured part one line that says what is wrong
and how to mend it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from intake.commands import examinations
from intake.commands.examinations import Line, State
from intake.commands.output import Exit, say
from intake.errors import IntakeError
from intake.settings import Settings

_UNREADABLE = "(no address that can be read; not shown, because it may hold a password)"


def doctor(settings: Settings) -> Exit:
    """Print the settings and one line or more for each part. Returns 2 when something is wrong."""
    say(f"INTAKE_HOME is {settings.home}")
    for name in type(settings).model_fields:
        say(f"  INTAKE_{name.upper()} = {_shown(name, getattr(settings, name))}")
    faults = 0
    for look in examinations.ALL:
        for line in _guarded(look, settings):
            faults += line.state is State.WRONG
            say(f"{line.state.value:5}  {line.part}: {line.text}")
    return Exit.USAGE if faults else Exit.FINE


def _guarded(look: Callable[[Settings], Iterator[Line]], settings: Settings) -> Iterator[Line]:
    part = look.__name__.replace("_", " ")
    try:
        yield from look(settings)
    except IntakeError as error:
        yield from (Line(part, State.WRONG, text) for text in str(error).splitlines())


def _shown(name: str, value: object) -> str:
    """A setting as it may be shown: secrets are starred by their own type, the password in a
    database address here.
    """
    if name == "database_url" and isinstance(value, str) and value:
        return _without_password(value)
    if value in (None, [], "") or not str(value):
        return "(empty)"
    if isinstance(value, list):
        return ", ".join(value)
    return str(value.value) if isinstance(value, Enum) else str(value)


def _without_password(address: str) -> str:
    try:
        url = make_url(address)
    except ArgumentError:
        return _UNREADABLE
    secret = [
        name
        for name in url.query
        if "pass" in name.lower() or "secret" in name.lower() or "key" in name.lower()
    ]
    return url.update_query_dict(dict.fromkeys(secret, "***")).render_as_string(hide_password=True)
