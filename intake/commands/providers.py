"""``intake provider``: who is registered, and which passwords are agreed with it from when and until
when.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from intake.commands.output import read_secret, say
from intake.errors import ConfigurationError
from intake.settings import load
from intake.store import open_store, providers


def add_provider(kvk: str, name: str, email: str, password_file: Path | None) -> None:
    if not re.fullmatch(r"\d{8}", kvk):
        raise ConfigurationError("--kvk takes 8 digits")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise ConfigurationError("--email takes one address")
    password = read_secret(password_file) if password_file else None
    with open_store(load()) as store:
        providers.add_provider(store, kvk, name, email, password)
    say(f"Provider {kvk} is registered" + (" with the agreed password." if password else "."))


def list_providers() -> None:
    with open_store(load()) as store:
        for provider in providers.list_providers(store):
            say(f"{provider.kvk}  {provider.name}  {provider.email}")


def add_password(
    kvk: str, file: Path, first_day: dt.datetime | None, last_day: dt.datetime | None
) -> None:
    """Agree one more; those that are in force stay so."""
    password = read_secret(file)
    with open_store(load()) as store:
        start, end = (
            first_day.date() if first_day else store.today,
            last_day.date() if last_day else None,
        )
        if end and end < start:
            raise ConfigurationError("--until lies before --from")
        providers.add_password(store, kvk, password, start, end)
    say(f"Provider {kvk} has one more password, from {start}{f' until {end}' if end else ''}.")


def list_passwords(kvk: str) -> None:
    """When each is in force, the newest first; never the password."""
    with open_store(load()) as store:
        for agreed in providers.agreed_passwords(store, kvk):
            over = "  (over)" if agreed.valid_until and agreed.valid_until < store.today else ""
            say(
                f"{agreed.id}  from {agreed.valid_from}  until"
                f" {agreed.valid_until or 'it is ended'}{over}"
            )


def end_password(id: str, last_day: dt.datetime | None) -> None:
    """Take one out of force; by default today is its last day."""
    with open_store(load()) as store:
        last = last_day.date() if last_day else store.today
        providers.end_password(store, id, last)
    say(f"Password {id} is in force until {last}.")
