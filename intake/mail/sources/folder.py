"""``[[folder]]``: a folder of ``.eml`` files. Each is kept, then put aside for some days; a file that is
still being written is left to grow.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import structlog
from pydantic import Field

from intake.errors import IntakeError
from intake.mail.ledger import Ledger
from intake.mail.sources.base import MailSource, Municipality, Reception
from intake.model.examination import Line, fine, wrong
from intake.model.mail import Envelope

DONE = "verwerkt"
"""Subfolder for files that are kept."""
QUIET_SECONDS = 2.0
"""A file that did not change for so long is complete."""
REPORT_SECONDS = 30.0
"""The state is told when it changes, and else this often."""

log = structlog.get_logger()


class MailFolder(MailSource):
    section: ClassVar[str] = "folder"
    command: ClassVar[str] = "watch"
    part: ClassVar[str] = "folder"
    title: ClassVar[str] = "De map met mails lezen"
    fault: ClassVar[str] = "De map met mails wordt niet goed gelezen"
    codes: ClassVar[Mapping[str, str]] = {
        "folder": "wij mogen niet lezen of schrijven in de map, of zij is er niet"
    }
    needs: ClassVar[tuple[str, ...]] = ("path",)

    municipality: Municipality
    path: Path = Field(description="The folder of .eml files to take in.")
    poll_seconds: float = Field(1, gt=0)
    keep_days: int = Field(
        7,
        ge=0,
        le=366,
        description=(
            "So long a file that was kept stays in `verwerkt`, in the open: until it is in a backup"
            " of the database; then it is removed."
        ),
    )

    @property
    def name(self) -> str:
        return f"{self.section}:{self.path}"

    @property
    def served(self) -> tuple[str, ...]:
        return (self.municipality,)

    @property
    def silent_seconds(self) -> float:
        return 120.0 + 2.0 * self.poll_seconds

    def run(self, reception: Reception, stop: threading.Event) -> None:
        """Take in the files until ``stop``; what fails stays and is tried again."""
        reported, reported_at = "", 0.0
        while not stop.is_set():
            code = self.take_in(reception)
            if code != reported or time.monotonic() - reported_at > REPORT_SECONDS:
                reception.report(code == "ok", code)
                reported, reported_at = code, time.monotonic()
            stop.wait(self.poll_seconds)

    def take_in(self, reception: Reception) -> str:
        """One pass over the folder, oldest file first.

        Returns:
            ``ok``, or the code of the first file that stayed: ``too-large``, ``folder``, or that of
            the store.
        """
        try:
            (self.path / DONE).mkdir(exist_ok=True)
            files = sorted(
                (file for file in self.path.iterdir() if _is_complete(file)),
                key=lambda file: (file.stat().st_mtime, file.name),
            )
        except OSError as error:
            log.error("the folder cannot be read or written", fault=type(error).__name__)
            return "folder"
        codes = [self._take(file, reception) for file in files]
        self._remove_old_copies()
        return next((code for code in codes if code != "ok"), "ok")

    def _take(self, file: Path, reception: Reception) -> str:
        try:
            before = file.stat()
            if before.st_size > reception.max_mail_bytes:
                return "too-large"
            raw = file.read_bytes()
            if _changed(before, file.stat()) or len(raw) != before.st_size:
                return "ok"
            reference = reception.keep(raw, self._envelope(before.st_mtime))
            if _changed(before, file.stat()):
                return "ok"  # written to after all: the whole file comes with the next pass
            _put_aside(file)
        except IntakeError as error:
            log.warning("a file could not be kept and stays", code=error.code)
            return error.code
        except OSError as error:
            log.error("a file could not be read or put aside", fault=type(error).__name__)
            return "folder"
        log.info("mail kept", door="folder", reference=reference)
        return "ok"

    def _remove_old_copies(self) -> None:
        """By when they were put aside, which a rename writes into the inode."""
        old = time.time() - self.keep_days * 86400
        with suppress(OSError):
            for file in (self.path / DONE).iterdir():
                is_copy = file.suffix.lower() == ".eml" and file.is_file()
                if is_copy and file.lstat().st_ctime < old:
                    file.unlink()

    def _envelope(self, modified: float) -> Envelope:
        return Envelope(
            source="folder",
            received_at=dt.datetime.fromtimestamp(min(modified, time.time()), dt.UTC),
            municipality=self.municipality,
            mailbox=str(self.path),
        )

    def examine(self, part: str, relays: tuple[str, ...], ledger: Ledger | None) -> Iterator[Line]:
        if self.path.is_dir():
            yield fine(part, f"{self.path}, for {self.municipality}")
        else:
            yield wrong(part, f"{self.path} is no folder: make it, or take [[folder]] away")


def _is_complete(file: Path) -> bool:
    """An ``.eml`` file, no dot file, not changed for a while. The time of the change of the inode
    counts too, so that a copy with an old date is not taken half."""
    if (
        file.suffix.lower() != ".eml"
        or file.name.startswith(".")
        or not file.is_file()
        or file.is_symlink()
    ):
        return False
    facts = file.stat()
    return (
        facts.st_size > 0
        and time.time() - facts.st_mtime >= QUIET_SECONDS
        and time.time() - facts.st_ctime >= QUIET_SECONDS
    )


def _changed(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns, before.st_ino) != (
        after.st_size,
        after.st_mtime_ns,
        after.st_ino,
    )


def _put_aside(file: Path) -> None:
    """Move to the subfolder under a name that is free there."""
    names = itertools.chain(
        [file.name], (f"{file.stem}-{number}{file.suffix}" for number in itertools.count(2))
    )
    free = next(name for name in names if not (file.parent / DONE / name).exists())
    file.rename(file.parent / DONE / free)
