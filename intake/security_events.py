"""Security events for whoever watches over many systems (a SIEM, fail2ban): one line of JSON each, on
stderr beside the log, after what it tells of is committed.

The names of the fields are those of the Elastic Common Schema. Of a case only its reference is told;
the audit in the database says more, and is what counts.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from contextlib import suppress
from contextvars import ContextVar
from enum import StrEnum


class Kind(StrEnum):
    """Every kind of event there is."""

    LOGIN = "login"
    LOGIN_REFUSED = "login-refused"
    """A wrong name, password or code, or a person without a role."""
    LOGIN_THROTTLED = "login-throttled"
    """Too many tries: nothing was looked at."""
    LOGIN_BROKEN_OFF = "login-broken-off"
    """The municipality's own login gave nobody."""
    LOGOUT = "logout"
    TOKEN_REFUSED = "token-refused"  # noqa: S105 a kind of event
    """A program without a token that is good for the API."""
    NOT_ALLOWED = "not-allowed"
    """Somebody asked for what their roles do not give."""
    ACCOUNT = "account"
    """A user or token was made, changed or taken away."""
    DECISION = "decision"
    """A person did something with a case or a supplier."""
    EXPORT = "export"
    """Invoices, readings or incidents left, or were made ready to."""
    KEYS = "keys"
    PURGE = "purge"
    """Something was destroyed after its term."""
    RESTORE = "restore"
    """The database was put back from a copy."""
    SETTING = "setting"
    UNUSUAL_READING = "unusual-reading"


_FAILURES = frozenset(
    {Kind.LOGIN_REFUSED, Kind.LOGIN_THROTTLED, Kind.LOGIN_BROKEN_OFF, Kind.TOKEN_REFUSED}
    | {Kind.NOT_ALLOWED}
)
_OF_ACTS = {
    "login": Kind.LOGIN,
    "login-refused": Kind.LOGIN_REFUSED,
    "logout": Kind.LOGOUT,
    "second-step-set-up": Kind.ACCOUNT,
    "second-step-removed": Kind.ACCOUNT,
    "user-added": Kind.ACCOUNT,
    "user-removed": Kind.ACCOUNT,
    "roles-given": Kind.ACCOUNT,
    "token-added": Kind.ACCOUNT,
    "token-removed": Kind.ACCOUNT,
    "audit-export": Kind.EXPORT,
    "incident-export": Kind.EXPORT,
    "batch": Kind.EXPORT,
    "batch-made": Kind.EXPORT,
    "database-restored": Kind.RESTORE,
    "setting": Kind.SETTING,
    "unusual-hour": Kind.UNUSUAL_READING,
    "unusual-day": Kind.UNUSUAL_READING,
}
"""By the first word of what the audit calls it."""
_CODE = re.compile(r"[A-Za-z0-9_. -]{1,80}")
_peer: ContextVar[str] = ContextVar("peer", default="")


def come_from(address: str) -> None:
    """What is told from here on in this request is done by a browser or program at this address."""
    _peer.set(address)


def kind_of(what: str, is_deed: bool) -> Kind | None:
    """The kind of a row of the audit; None for a mere reading.

    Args:
        is_deed: a person did it, and did not only read.
    """
    return _OF_ACTS.get(what.partition(" ")[0], Kind.DECISION if is_deed else None)


def tell(kind: Kind, user: str = "", what: str = "", case: str = "") -> None:
    """Write one event.

    Args:
        user: who did it; of a refused login only a name that exists.
        what: a code or number of ours. Anything else is left out.
    """
    line = {
        "@timestamp": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
        "event.dataset": "intake.security",
        "event.action": kind.value,
        "event.outcome": "failure" if kind in _FAILURES else "success",
        "source.ip": _peer.get(),
        "user.name": user,
        "intake.case": case,
        "intake.what": what if _CODE.fullmatch(what) else "",
    }
    written = json.dumps({name: value for name, value in line.items() if value})
    with suppress(OSError, ValueError):
        sys.stderr.write(written + "\n")
        sys.stderr.flush()
