"""``intake keys``, ``provider`` and ``user``."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from intake import profile
from intake.commands.output import say
from intake.errors import ConfigurationError
from intake.model.basics import local_date, local_today
from intake.secure_attachment import keys as municipal_keys
from intake.settings import load
from intake.store import logins, open_store, providers, users
from intake.store.crypto import vault

MIN_PASSWORD = 10


def create_keys(renew: bool, name: str) -> None:
    settings = load()
    municipality = profile.load(name or settings.profile)
    made = vault.create_keys(settings.key_folder, local_today())
    say(
        f"Keys of the database in {settings.key_folder}: {len(made)} made"
        if made
        else f"Keys of the database in {settings.key_folder}: all there"
    )
    say(
        "Back this folder up apart from the database: whoever has both can read everything; without"
        " it nobody can."
    )
    if municipal_keys.load(settings.key_folder) and not renew:
        say(
            "A certificate is there already; `intake keys list` shows it. For a new one add"
            " --renew, or use `intake keys import`."
        )
        return
    key = municipal_keys.create(
        settings.key_folder, municipality.municipality, municipality.mailbox
    )
    say(f"Certificate for providers: {key.fingerprint}")
    say(key.certificate.decode("ascii").strip())


def import_key(key: Path, certificate: Path, password_file: Path | None, force: bool) -> None:
    settings = load()
    password = read_secret(password_file) if password_file else None
    made = municipal_keys.import_(settings.key_folder, key, certificate, password, force)
    say(f"Imported: {made.fingerprint}, valid until {local_date(made.not_after)}")


def list_keys() -> None:
    for key in municipal_keys.load(load().key_folder):
        say(
            f"{key.fingerprint}  valid until {local_date(key.not_after)}"
            f" ({key.days_left(local_today())} days)"
        )


def add_provider(kvk: str, name: str, email: str, password_file: Path | None) -> None:
    if not re.fullmatch(r"\d{8}", kvk):
        raise ConfigurationError("--kvk takes 8 digits")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise ConfigurationError("--email takes one address")
    password = read_secret(password_file) if password_file else None
    store = open_store(load())
    providers.add_provider(store, kvk, name, email, password)
    store.close()
    say(f"Provider {kvk} is registered" + (" with the agreed password." if password else "."))


def list_providers() -> None:
    store = open_store(load())
    for provider in providers.list_providers(store):
        say(f"{provider.kvk}  {provider.name}  {provider.email}")
    store.close()


def add_user(name: str, password_file: Path | None) -> None:
    password = (
        read_secret(password_file)
        if password_file
        else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    if len(password) < MIN_PASSWORD:
        raise ConfigurationError(f"a password has at least {MIN_PASSWORD} characters")
    store = open_store(load())
    users.set_user(store, name, password)
    logins.forgive(store, name)
    store.close()
    say(f"User {name} can log in.")


def list_users() -> None:
    store = open_store(load())
    for name in users.list_users(store):
        say(name)
    store.close()


def remove_user(name: str) -> None:
    store = open_store(load())
    users.remove_user(store, name)
    store.close()
    say(f"User {name} can no longer log in.")


def read_secret(file: Path) -> str:
    """The first line of a file that holds a password.

    Raises:
        ConfigurationError: no such file, or it is empty.
    """
    try:
        secret = file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"{file} cannot be read") from None
    if not secret:
        raise ConfigurationError(f"{file} is empty")
    return secret
