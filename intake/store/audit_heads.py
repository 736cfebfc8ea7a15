"""The end of the chain of readings, added to a file each day: with it, a chain whose end was cut
off shows.

The file is best kept where who can change the database cannot write: another machine, or a disk
that only adds.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path

import structlog

from intake.errors import ConfigurationError, StoreUnavailable
from intake.model.basics import local_date
from intake.settings import Settings
from intake.store import Store, audit
from intake.store.shared_files import open_file

_ASK_SECONDS = 600.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DatedHead:
    """A head and when it was written down."""

    at: dt.datetime
    head: audit.Head

    @property
    def line(self) -> str:
        """One JSON object."""
        return json.dumps(
            {
                "at": self.at.isoformat(timespec="seconds"),
                "sequence": self.head.sequence,
                "hash": self.head.hash,
            }
        )


def file_of(settings: Settings) -> Path:
    """The file of this installation."""
    return (settings.readings.heads or settings.home / "audit-heads.jsonl").expanduser().absolute()


def read(file: Path) -> tuple[DatedHead, ...]:
    """Every head written so far, oldest first; none when there is no file yet.

    Raises:
        ConfigurationError: a line is no head, or the file cannot be read.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        return tuple(_dated(json.loads(line)) for line in lines)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigurationError(
            f"{file.name} holds a line that is no end of the chain, or cannot be read"
        ) from None


def write(store: Store) -> DatedHead:
    """Add the end of the chain as it is now.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    dated = DatedHead(store.clock(), audit.head(store))
    file = file_of(store.settings)
    try:
        descriptor = open_file(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(dated.line + "\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written ({error.strerror})") from None
    return dated


def write_daily(store: Store, stop: threading.Event) -> None:
    """Until ``stop``: one line a day.

    A file that cannot be written is told in the log, and tried again.
    """
    while True:
        try:
            written = read(file_of(store.settings))
            if not written or local_date(written[-1].at) < store.today:
                write(store)
        except (ConfigurationError, StoreUnavailable) as error:
            log.warning("the end of the chain of readings is not written down", code=error.code)
        if stop.wait(_ASK_SECONDS):
            return


def _dated(line: dict[str, str | int]) -> DatedHead:
    return DatedHead(
        dt.datetime.fromisoformat(str(line["at"])),
        audit.Head(int(line["sequence"]), str(line["hash"])),
    )
