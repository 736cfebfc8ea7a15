"""``intake provider password``: what is agreed with a provider, from when and until when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from intake.commands.administration import read_secret
from intake.commands.output import say
from intake.errors import ConfigurationError
from intake.settings import load
from intake.store import open_store, providers


def add_password(
    kvk: str, file: Path, first_day: dt.datetime | None, last_day: dt.datetime | None
) -> None:
    """Agree one more; those that are in force stay so."""
    password = read_secret(file)
    store = open_store(load())
    start, end = (
        first_day.date() if first_day else store.today,
        last_day.date() if last_day else None,
    )
    if end and end < start:
        raise ConfigurationError("--until lies before --from")
    providers.add_password(store, kvk, password, start, end)
    store.close()
    say(f"Provider {kvk} has one more password, from {start}{f' until {end}' if end else ''}.")


def list_passwords(kvk: str) -> None:
    """When each is in force, the newest first; never the password."""
    store = open_store(load())
    for agreed in providers.agreed_passwords(store, kvk):
        over = "  (over)" if agreed.valid_until and agreed.valid_until < store.today else ""
        say(
            f"{agreed.id}  from {agreed.valid_from}  until"
            f" {agreed.valid_until or 'it is ended'}{over}"
        )
    store.close()


def end_password(id: str, last_day: dt.datetime | None) -> None:
    """Take one out of force; by default today is its last day."""
    store = open_store(load())
    last = last_day.date() if last_day else store.today
    providers.end_password(store, id, last)
    store.close()
    say(f"Password {id} is in force until {last}.")
