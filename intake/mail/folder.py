"""A folder of ``.eml`` files: each is kept, then put aside; a file that is still being written is
left to grow.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from intake.errors import IntakeError
from intake.model.mail import Envelope
from intake.settings import Settings

DONE = "verwerkt"
"""Subfolder for files that are kept."""
QUIET_SECONDS = 2.0
"""A file that did not change for so long is complete."""
POLL_SECONDS = 1.0
REPORT_SECONDS = 30.0
"""The state is told when it changes, and else this often."""

log = structlog.get_logger()


def watch(
    settings: Settings,
    keep: Callable[[bytes, Envelope], str],
    report: Callable[[bool, str], None],
    stop: threading.Event,
    seconds: float = POLL_SECONDS,
) -> None:
    """Take in the files of ``settings.folder`` until ``stop``; what fails stays and is tried again."""
    assert settings.folder is not None
    said, said_at = "", 0.0
    while not stop.is_set():
        code = take_in(settings.folder, settings.max_mail_bytes, keep)
        if code != said or time.monotonic() - said_at > REPORT_SECONDS:
            report(code == "ok", code)
            said, said_at = code, time.monotonic()
        stop.wait(seconds)


def take_in(folder: Path, max_bytes: int, keep: Callable[[bytes, Envelope], str]) -> str:
    """One pass over the folder, oldest file first.

    Returns:
        ``ok``, or the code of the first file that stayed: ``too-large``, ``folder``, or that of the
        store.
    """
    try:
        (folder / DONE).mkdir(exist_ok=True)
        files = sorted(
            (f for f in folder.iterdir() if _is_complete(f)),
            key=lambda f: (f.stat().st_mtime, f.name),
        )
    except OSError as error:
        log.error("the folder cannot be read or written", fault=type(error).__name__)
        return "folder"
    codes = [_take(file, max_bytes, keep) for file in files]
    return next((code for code in codes if code != "ok"), "ok")


def _take(file: Path, max_bytes: int, keep: Callable[[bytes, Envelope], str]) -> str:
    try:
        before = file.stat()
        if before.st_size > max_bytes:
            return "too-large"
        raw = file.read_bytes()
        if _changed(before, file.stat()) or len(raw) != before.st_size:
            return "ok"
        received = dt.datetime.fromtimestamp(min(before.st_mtime, time.time()), dt.UTC)
        reference = keep(raw, Envelope(source="folder", received_at=received))
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
