"""Secrets in files that every user of this machine can read."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from intake.errors import ConfigurationError
from intake.model.examination import Line, fine, wrong
from intake.settings import Settings, file, names, tables_of

_KEY_FILES = ("key", "ssh_key")
"""Settings that name a file with a private key."""


def exposed(settings: Settings) -> tuple[str, ...]:
    """One English sentence for each such file, with the remedy."""
    told = []
    if _anybody_reads(file()) and (secrets := _secrets_in(file())):
        told.append(
            f"every user of this machine can read {', '.join(secrets)} in {file()}: run"
            f" `chmod o= {file()}`, and change what was in it"
        )
    keys = (key for key in _key_files(settings) if _anybody_reads(key))
    told += [
        f"every user of this machine can read the private key {key}: run `chmod o= {key}`, and"
        " replace it"
        for key in dict.fromkeys(keys)
    ]
    return tuple(told)


def examine(settings: Settings) -> Iterator[Line]:
    """The same for ``intake doctor``."""
    told = exposed(settings)
    yield from (wrong("secrets", text) for text in told)
    if not told:
        yield fine("secrets", "no other user of this machine can read them in a file")


def _secrets_in(settings: Path) -> list[str]:
    """The names of the secrets that this file gives a value."""
    secret = {name for name, default in names().items() if isinstance(default, SecretStr)}
    try:
        tables = tables_of(settings)
    except ConfigurationError:
        return []
    found = ["database_url"] if _has_password(tables.get("database_url")) else []
    for section, value in tables.items():
        for table in value if isinstance(value, list) else [value]:
            if isinstance(table, dict):
                found += [
                    f"{section}.{k}" for k, v in table.items() if v and f"{section}__{k}" in secret
                ]
    return list(dict.fromkeys(found))


def _has_password(address: Any) -> bool:
    try:
        return isinstance(address, str) and bool(address) and make_url(address).password is not None
    except ArgumentError:
        return True  # it cannot be read, so it may hold one


def _key_files(settings: Settings) -> Iterator[Path]:
    parts = [getattr(settings, name) for name in type(settings).model_fields if name != "sources"]
    for part in (*parts, *settings.sources):
        for name in _KEY_FILES:
            if isinstance(key := getattr(part, name, None), Path):
                yield key.expanduser()


def _anybody_reads(path: Path) -> bool:
    """Of a file in a folder that others cannot enter, nobody reads anything."""
    try:
        found = path.resolve(strict=True)
        if not stat.S_IMODE(found.stat().st_mode) & stat.S_IROTH:
            return False
        return all(stat.S_IMODE(each.stat().st_mode) & stat.S_IXOTH for each in found.parents)
    except OSError:
        return False
