"""``intake run``: every long-running process of the Procfile in one process group, restarted when
it dies.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from types import FrameType

import structlog

from intake.settings import Settings

log = structlog.get_logger()

_QUICK = 5.0
"""Seconds; a process that lived shorter than this waits before it is started again."""
_PATIENCE = 20.0
"""Seconds that a process may take to finish what it is doing after SIGTERM."""


def processes(settings: Settings) -> list[list[str]]:
    """The commands that this installation needs."""
    wanted = [["work"] for _ in range(settings.workers)] + [["web"]]
    wanted += [[command] for command in dict.fromkeys(s.command for s in settings.sources)]
    if settings.smarthost.address:
        wanted.append(["send"])
    if settings.api.listen:
        wanted.append(["api"])
    if settings.precheck.listen:
        wanted.append(["precheck"])
    return wanted


@dataclass
class _Child:
    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = field(default=0.0)
    wait_until: float = 0.0

    def keep_running(self) -> None:
        now = time.monotonic()
        if self.process is not None and self.process.poll() is None:
            return
        if self.process is not None:
            log.warning("process ended", process=self.arguments[0], code=self.process.returncode)
            self.wait_until = now + _QUICK if now - self.started < _QUICK else now
            self.process = None
        if now >= self.wait_until:
            self.started = now
            self.process = subprocess.Popen([sys.executable, "-m", "intake", *self.arguments])  # noqa: S603 our own command


def run(settings: Settings, stop: threading.Event) -> None:
    """Keep all processes running until ``stop``; then end them and wait for the work in hand."""
    children = [_Child(arguments) for arguments in processes(settings)]
    while not stop.is_set():
        for child in children:
            child.keep_running()
        stop.wait(0.2)
    running = [c.process for c in children if c.process is not None]
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
