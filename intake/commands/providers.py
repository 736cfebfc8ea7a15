"""``intake provider``: who is registered, and which passwords are agreed with it from when and until
when.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from intake.commands.options import DAY, Day
from intake.commands.output import read_secret, say
from intake.errors import ConfigurationError
from intake.settings import load
from intake.store import open_store, providers

app = typer.Typer()
password_app = typer.Typer(
    no_args_is_help=True, help="Passwords agreed with a provider for its attachments."
)
app.add_typer(password_app, name="password")

Kvk = Annotated[str, typer.Option(help="KvK number of a registered provider.")]


@app.command("add")
def add_provider(
    kvk: Annotated[str, typer.Option(help="KvK number, 8 digits.")],
    name: Annotated[str, typer.Option()],
    email: Annotated[str, typer.Option(help="Address that its mails come from.")],
    attachment_password_file: Annotated[
        Path | None, typer.Option(help="File with the password agreed for attachments.")
    ] = None,
) -> None:
    """Register a provider, or a further password of a known one."""
    if not re.fullmatch(r"\d{8}", kvk):
        raise ConfigurationError("--kvk takes 8 digits")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise ConfigurationError("--email takes one address")
    password = read_secret(attachment_password_file) if attachment_password_file else None
    with open_store(load()) as store:
        providers.add_provider(store, kvk, name, email, password)
    say(f"Provider {kvk} is registered" + (" with the agreed password." if password else "."))


@app.command("list")
def list_providers() -> None:
    """The registered providers."""
    with open_store(load()) as store:
        for provider in providers.list_providers(store):
            say(f"{provider.kvk}  {provider.name}  {provider.email}")


@password_app.command("add")
def add_password(
    kvk: Kvk,
    file: Annotated[Path, typer.Option(help="File with the password.")],
    first_day: Annotated[
        Day, typer.Option("--from", help="First day; today unless given.", formats=DAY)
    ] = None,
    last_day: Annotated[
        Day, typer.Option("--until", help="Last day; none unless given.", formats=DAY)
    ] = None,
) -> None:
    """Agree one more password; those that are in force stay so."""
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


@password_app.command("list")
def list_passwords(kvk: Kvk) -> None:
    """When each password of a provider is in force; never the password itself."""
    with open_store(load()) as store:
        for agreed in providers.agreed_passwords(store, kvk):
            over = "  (over)" if agreed.valid_until and agreed.valid_until < store.today else ""
            say(
                f"{agreed.id}  from {agreed.valid_from}  until"
                f" {agreed.valid_until or 'it is ended'}{over}"
            )


@password_app.command("end")
def end_password(
    id: str,
    last_day: Annotated[
        Day, typer.Option("--last-day", help="Today unless given.", formats=DAY)
    ] = None,
) -> None:
    """Take a password out of force."""
    with open_store(load()) as store:
        last = last_day.date() if last_day else store.today
        providers.end_password(store, id, last)
    say(f"Password {id} is in force until {last}.")
