"""Results to stdout, progress to stderr, and the exit codes of the contract."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from intake.errors import ConfigurationError
from intake.text import redaction


class Exit(IntEnum):
    """The first that applies: 2, 3, 1, 0."""

    FINE = 0
    REJECTED = 1
    USAGE = 2
    UNREADABLE = 3


def worst(codes: Sequence[Exit]) -> Exit:
    return next(
        (code for code in (Exit.USAGE, Exit.UNREADABLE, Exit.REJECTED) if code in codes), Exit.FINE
    )


def print_json(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """A line for the person at the terminal (stdout)."""
    sys.stdout.write(text + "\n")


def complain(text: str) -> None:
    """A line about what is wrong (stderr)."""
    sys.stderr.write(text + "\n")


def read_file(file: Path) -> bytes | None:
    """The bytes, or None after saying on stderr why not."""
    try:
        return file.read_bytes()
    except OSError as error:
        complain(f"{redaction.path(str(file))}: {error.strerror or 'cannot be read'}")
        return None


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


@contextmanager
def progress(what: str, total: int) -> Iterator[Progress]:
    """A progress bar on stderr when there is more than one to do."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=total < 2, transient=True) as bar:
        bar.add_task(what, total=total)
        yield bar


def step(bar: Progress) -> None:
    bar.advance(bar.task_ids[0])
