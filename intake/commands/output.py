"""Results to stdout, progress to stderr, and the exit codes of the contract."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
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


MAX_FILE_BYTES = 200_000_000
"""A larger file, or one without an end such as ``/dev/zero``, is no mail and no invoice."""
_PIPE_CLOSED = 128 + 13
"""As the shell says of a program that SIGPIPE ended."""


def operator() -> str:
    """Whom the audit names for what is done on the command line."""
    return f"os:{getpass.getuser()}"


def print_json(line: dict[str, Any]) -> None:
    say(json.dumps(line, ensure_ascii=False, allow_nan=False))


def say(text: str) -> None:
    """A line on stdout, at once. When nobody reads there any more (``| head``), the program ends.

    What stdout cannot show (a file name that is not UTF-8) is written as ``\\udce9``, which is
    also how JSON writes it.
    """
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to flush
        raise SystemExit(_PIPE_CLOSED) from None


def complain(text: str) -> None:
    """A line about what is wrong (stderr)."""
    with suppress(BrokenPipeError):
        sys.stderr.write(text.encode("utf-8", "backslashreplace").decode() + "\n")


def read_file(file: Path) -> bytes | None:
    """The bytes, or None after saying on stderr why not."""
    name = redaction.path(str(file))
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        complain(f"{name}: {error.strerror or 'cannot be read'}")
        return None
    if len(data) <= MAX_FILE_BYTES:
        return data
    complain(f"{name}: larger than {MAX_FILE_BYTES // 1_000_000} MB")
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
