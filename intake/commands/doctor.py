"""``intake doctor``: the settings, and of every part one line or more that says what is wrong and
how to mend it. What is said of a part is in the room of that part; here is the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from intake import registers
from intake.commands import examine_children as sandbox
from intake.commands.output import Exit, print_json, say
from intake.errors import IntakeError
from intake.mail import origin, send
from intake.mail.sources import SOURCES
from intake.model.examination import Line, State, note
from intake.review import oidc, security
from intake.secure_attachment import keys
from intake.settings import PREFIX, Settings, names
from intake.stages import own_words
from intake.store import examination as stored
from intake.store import open_store
from intake.store.mailbox_ledger import MailboxLedger

_UNREADABLE = "(no address that can be read; not shown, because it may hold a password)"


def doctor(settings: Settings, as_json: bool, quick: bool) -> Exit:
    """Print one line or more for each part, what is wrong first, then the settings. Returns 2 when
    something is wrong.

    Args:
        as_json: one object a line, without the settings.
        quick: only what is known on this machine and of its database, within a second or two.
    """
    lines = [
        line
        for part, check in CHECKS
        if not quick or part in QUICK
        for line in _guarded(part, check, settings)
    ]
    lines.sort(key=lambda line: _FAULTS_FIRST.index(line.state))
    for line in lines:
        if as_json:
            state = line.state.value.lower()
            print_json({"part": line.part, "state": state, "text": line.text, **line.figures})
        else:
            say(f"{line.state.value:5}  {line.part}: {line.text}")
    if not as_json:
        say(f"INTAKE_HOME is {settings.home}")
        for name, value in shown(settings).items():
            say(f"  {name} = {value}")
    return Exit.USAGE if lines and lines[0].state is State.WRONG else Exit.FINE


def shown(settings: Settings) -> dict[str, str]:
    """Every setting by the name of its variable, secrets hidden."""
    return {name: _shown(name, value) for name, value in _listed(settings)}


def _login(settings: Settings) -> Iterator[Line]:
    try:
        store = open_store(settings)
    except IntakeError:
        yield from oidc.examine(settings.oidc, None)
        return
    with store:
        yield from oidc.examine(settings.oidc, store)


def _database(settings: Settings) -> Iterator[Line]:
    with open_store(settings) as store:
        yield from stored.examine(store)


def _cases(settings: Settings) -> Iterator[Line]:
    try:
        store = open_store(settings)
    except IntakeError:
        return  # reported by the check of the database
    with store:
        yield from stored.examine_cases(store)


def _processes(settings: Settings) -> Iterator[Line]:
    try:
        store = open_store(settings)
    except IntakeError:
        return  # reported by the check of the database
    with store:
        yield from stored.examine_processes(store)


def _sources(settings: Settings) -> Iterator[Line]:
    for kind in SOURCES:
        if kind.hint and not any(isinstance(source, kind) for source in settings.sources):
            yield note(kind.part, kind.hint)
    try:
        store = open_store(settings)
    except IntakeError:
        store = None  # reported by the check of the database
    ledger = MailboxLedger(store) if store else None
    for part, source in settings.parts():
        yield from source.examine(part, settings.border.relays, ledger)
    if store:
        store.close()


Check = Callable[[Settings], Iterable[Line]]

CHECKS: list[tuple[str, Check]] = [
    ("profile", lambda s: (line for name in s.municipalities for line in own_words.examine(name))),
    ("keys", stored.examine_keys),
    ("certificate", lambda s: keys.examine_certificate(s.key_folder)),
    ("database", _database),
    ("cases", _cases),
    ("disk", stored.examine_disk),
    ("sandbox", lambda s: sandbox.examine(s.require_sandbox)),
    ("ocr", lambda s: sandbox.examine_ocr(s.require_sandbox)),
    ("mail", _sources),
    ("border", lambda s: origin.examine(s.border)),
    ("replies", lambda s: send.examine(s.smarthost, s.replies, s.sends)),
    ("review page", lambda s: security.examine(s.review)),
    ("registers", lambda s: registers.examine(s.registers)),
    ("login", _login),
    ("processes", _processes),
]

QUICK = frozenset({"keys", "certificate", "database", "disk", "processes"})
"""The checks that ask no other machine and start no child: for a monitor, or a container."""
_FAULTS_FIRST = (State.WRONG, State.NOTE, State.FINE)


def _guarded(part: str, check: Check, settings: Settings) -> Iterator[Line]:
    try:
        yield from check(settings)
    except IntakeError as error:
        yield from (Line(part, State.WRONG, text) for text in str(error).splitlines())


def _listed(settings: Settings) -> Iterator[tuple[str, object]]:
    """Every setting as a variable names it; of a source that is not there, its defaults."""
    kinds = {kind.section: [s for s in settings.sources if isinstance(s, kind)] for kind in SOURCES}
    for name, default in names().items():
        section, _, key = name.rpartition("__")
        if section not in kinds:
            part = getattr(settings, section) if section else settings
            yield PREFIX + name.upper(), getattr(part, key)
        elif len(kinds[section]) < 2:
            source = next(iter(kinds[section]), None)
            yield PREFIX + name.upper(), getattr(source, key, default)
        else:
            for number, source in enumerate(kinds[section], 1):
                yield f"{PREFIX}{section}__{number}__{key}".upper(), getattr(source, key)


def _shown(name: str, value: object) -> str:
    """A setting as it may be shown: secrets are starred by their own type, the password in a
    database address here.
    """
    if name == "INTAKE_DATABASE_URL" and isinstance(value, str) and value:
        return _without_password(value)
    if value in (None, (), "") or not str(value):
        return "(empty)"
    if isinstance(value, tuple):
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
