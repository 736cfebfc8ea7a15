"""``intake run``: every long-running process of the Procfile in one process group.

One that dies is started again; one that cannot start as it is configured ends all of them, with its
reason, since starting it over and over looks like a service that runs.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from types import FrameType

import structlog

from intake.errors import ConfigurationError
from intake.sandbox.lockdown import die_with_parent
from intake.settings import Settings, load

log = structlog.get_logger()

_QUICK = 5.0
"""Seconds; a process that lived shorter than this waits before it is started again."""
_CANNOT_START = 2
"""The exit code of every command that is wrongly configured."""
TRY_AGAIN = 75
"""The exit code of a process that could not start because of what may pass (EX_TEMPFAIL)."""
_PATIENCE = 20.0
"""Seconds that a process may take to finish what it is doing after SIGTERM."""


def processes(settings: Settings) -> list[list[str]]:
    """The commands that this installation needs."""
    wanted = [["work"] for _ in range(settings.workers)] + [["web"]]
    wanted += [[command] for command in dict.fromkeys(s.command for s in settings.sources)]
    if settings.sends:
        wanted.append(["send"])
    if settings.api.listen:
        wanted.append(["api"])
    if settings.precheck.listen:
        wanted.append(["precheck"])
    if settings.metrics.listen:
        wanted.append(["metrics"])
    return wanted


def needed(process: str) -> bool:
    """Whether these settings give this process something to do. Of settings that are wrong the
    process itself tells, so then it is."""
    try:
        return [process] in processes(load())
    except ConfigurationError:
        return True


@dataclass
class _Child:
    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = field(default=0.0)
    wait_until: float = 0.0

    def keep_running(self) -> None:
        """Start it when it does not run.

        Raises:
            ConfigurationError: it ended because it is wrongly configured.
        """
        now = time.monotonic()
        if self.process is not None and self.process.poll() is None:
            return
        if self.process is not None:
            log.warning("process ended", process=self.arguments[0], code=self.process.returncode)
            if self.process.returncode == _CANNOT_START:
                raise ConfigurationError(
                    f"`intake {self.arguments[0]}` cannot start, so everything stops; its reason"
                    " stands above"
                )
            self.wait_until = now + _QUICK if now - self.started < _QUICK else now
            self.process = None
        if now >= self.wait_until:
            self.started = now
            self.process = subprocess.Popen(  # noqa: S603 our own command
                [sys.executable, "-m", "intake", *self.arguments],
                preexec_fn=partial(_die_with, os.getpid()),
            )


def _die_with(parent: int) -> None:
    """In the child: end as by SIGTERM when ``intake run`` is killed, also if that was just now."""
    die_with_parent(signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(TRY_AGAIN)


def run(settings: Settings, stop: threading.Event) -> None:
    """Keep all processes running until ``stop``; then end them and wait for the work in hand.

    Raises:
        ConfigurationError: one of them cannot start as it is configured; the others are ended.
    """
    children = [_Child(arguments) for arguments in processes(settings)]
    try:
        while not stop.is_set():
            for child in children:
                child.keep_running()
            stop.wait(0.2)
    finally:
        _end([child.process for child in children if child.process is not None])


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    """Let them finish what is in hand, and no longer than that takes."""
    for process in running:
        process.terminate()
    deadline = time.monotonic() + _PATIENCE
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set; a second signal ends at once."""
    stop = threading.Event()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop
