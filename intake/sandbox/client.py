"""Runs readers of untrusted bytes in child processes (design rule 6).

One warm template process a kind forks a fresh child for each document. The child has no network, no
files but Python's own, no other programs and processes, and limits on memory, time and answer; it
answers in the types of its ``task``. Input, secrets and answer travel in anonymous memory, so no
temporary file ever holds a document. The template itself never looks at a document.
"""

from __future__ import annotations

import json
import os
import re
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from intake.errors import ConfigurationError, SandboxFailed
from intake.model.basics import SandboxNeed
from intake.sandbox.budget import QUICK_SECONDS, Work
from intake.sandbox.lockdown import MEMORY_BYTES
from intake.sandbox.protocol import read_pieces, sealed
from intake.sandbox.task import A, ChildKind, R, Task
from intake.sandbox.template import LAYERS, MEMORY, NICER, PATIENCE, TOO_LARGE, UNLOCKED

START_SECONDS = 120.0
"""A template that is not warm after this long is broken (a loaded machine takes a few seconds)."""
LAYERS_SECONDS = 20.0
KILL_SECONDS = 5.0
"""How long a template may take to kill and reap a child."""
CHILDREN_AT_ONCE = 8
"""More calls at the same time wait their turn, so that hostile documents cannot fill the memory
together. A worker has fewer mails in hand (``worker.AT_ONCE``, ``worker.SLOW_AT_ONCE``), so that a
quick one never waits here for a slow one."""

_ORIGIN = re.compile(r"[A-Za-z]{1,40}( [a-z_]{1,30}:[0-9]{1,5})?")
_BOOT = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from intake.sandbox.template import"
    " main; main()"
)
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
_MEMORY_SIGNALS = {-4, -5, -6, -7, -11}
"""SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGSEGV: how C code ends, also when an allocation fails."""
_SIGALRM, _SIGKILL, _SIGXCPU, _SIGXFSZ = -14, -9, -24, -25


class Children(Protocol):
    """Runs tasks in children: a sandbox, or what one mail uses of it."""

    def call(
        self,
        task: Task[A, R],
        data: bytes,
        arguments: A,
        secrets: Sequence[bytes] = ...,
        seconds: float | None = ...,
    ) -> R:
        """As ``Sandbox.call``."""

    def metered(self, work: Work) -> Metered:
        """The same children, as one mail uses them."""


class _TemplateGoneError(Exception):
    """The template died; the document is not to blame."""


class Sandbox:
    """One warm template process and the calls into it. Threads may share it; a forked process gets
    its own template.

    Args:
        tasks: all there are; those of other kinds run in the sandboxes beside this one.

    Raises:
        ConfigurationError: ``need`` is FULL and a layer is missing on this machine, or the template
            cannot start.
    """

    def __init__(
        self, kind: ChildKind, tasks: Iterable[Task[Any, Any]], need: SandboxNeed = SandboxNeed.BEST
    ) -> None:
        self._kind = kind
        self._need = need
        self._tasks = tuple(tasks)
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(CHILDREN_AT_ONCE)
        self._template: _Template | None = None
        self._closed = False
        self._companions: dict[ChildKind, Sandbox] = {}
        self._current()
        if need is SandboxNeed.FULL:
            self.layers()

    def call(
        self,
        task: Task[A, R],
        data: bytes,
        arguments: A,
        secrets: Sequence[bytes] = (),
        seconds: float | None = None,
        work: Work | None = None,
    ) -> R:
        """Run one task on one document in a fresh child of its kind.

        Args:
            seconds: limit of the child's processor time, and of the clock on the wall, when it is
                not the task's own; a child of a slow mail gives way to others, and may take
                ``PATIENCE`` times as long by that clock. The template's own start does not count.
            work: what the child costs is added here.

        Raises:
            SandboxFailed: ``code`` is ``timeout``, ``memory``, ``crash``, ``garbage`` or
                ``too-large``.
            ConfigurationError: the template cannot start, or a layer is missing under FULL.
        """
        if task.kind is not self._kind:
            return self.beside(task.kind).call(task, data, arguments, secrets, seconds, work)
        if task not in self._tasks:
            raise ValueError(f"there is no task {task.name}")
        request = task.request(data, arguments, secrets)
        pieces = self._pieces(task.name, request, seconds or task.seconds, work)
        if work:
            work.ended(task.burden, sum(map(len, pieces)))
        return task.answer(pieces)

    def metered(self, work: Work) -> Metered:
        """This sandbox, as one mail uses it."""
        return Metered(self, work)

    def layers(self) -> dict[str, bool]:
        """Which locks a child really has: rlimits, no_new_privs, landlock, seccomp."""
        answer = self._pieces(LAYERS, [b""], LAYERS_SECONDS)
        return {str(name): held is True for name, held in json.loads(answer[0]).items()}

    def broken_tasks(self) -> dict[str, str]:
        """Tasks whose code the template could not import or warm up, with the kind of error; empty
        when all is well.
        """
        template = self._current()
        template.wait_until_ready()
        return template.broken

    def beside(self, kind: ChildKind) -> Sandbox:
        """Another sandbox with the same need: started when first asked for, closed with this one.

        Raises:
            ConfigurationError: as for this one.
        """
        with self._lock:
            if self._closed:
                raise ValueError("this sandbox is closed")
            if kind not in self._companions:
                self._companions[kind] = Sandbox(kind, self._tasks, self._need)
            return self._companions[kind]

    def close(self) -> None:
        """End the template and with it every child. Calls after this raise ValueError."""
        with self._lock:
            self._closed = True
            template, self._template = self._template, None
            companions, self._companions = self._companions, {}
        for companion in companions.values():
            companion.close()
        if template is not None:
            template.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _current(self) -> _Template:
        with self._lock:
            if self._closed:
                raise ValueError("this sandbox is closed")
            if self._template is None or not self._template.usable():
                if self._template is not None:
                    self._template.end()
                modules = {
                    task.name: task.module for task in self._tasks if task.kind is self._kind
                }
                self._template = _Template(self._kind, modules, self._need)
            return self._template

    def _drop(self, template: _Template) -> None:
        with self._lock:
            if self._template is template:
                self._template = None
        template.end()

    def _pieces(
        self, task: str, request: Sequence[bytes], seconds: float, work: Work | None = None
    ) -> list[bytes]:
        """What a child writes; when the template dies meanwhile, a second one tries."""
        with self._turns:
            for _ in range(2):
                template = self._current()
                try:
                    return self._once(template, task, sealed(request), seconds, work)
                except _TemplateGoneError:
                    self._drop(template)
        raise SandboxFailed("crash")

    def _once(
        self, template: _Template, task: str, source: int, seconds: float, work: Work | None
    ) -> list[bytes]:
        answer = os.memfd_create("answer")
        try:
            template.wait_until_ready()
            ending = template.run(task, seconds, source, answer, work)
            if work:
                work.spent(ending.cpu_seconds)
            return self._answer(ending, answer, task)
        finally:
            os.close(source)
            os.close(answer)

    def _answer(self, ending: _Ending, answer: int, task: str) -> list[bytes]:
        if ending.code == UNLOCKED:
            raise ConfigurationError(
                "INTAKE_REQUIRE_SANDBOX is full, but this machine lacks a layer (Landlock or"
                " libseccomp); see `intake doctor`"
            )
        if ending.code == 0 and not ending.timed_out:
            return read_pieces(answer)
        failure = ending.failure()
        raised = None if ending.timed_out else _origin(answer)
        _log().warning(
            "sandbox-failed", kind=str(self._kind), task=task, code=failure, raised=raised
        )
        raise SandboxFailed(failure)


@dataclass(frozen=True, slots=True)
class Metered:
    """The sandbox as one mail uses it: the cost is bounded, and a file that broke a child is
    offered to no other one.
    """

    sandbox: Sandbox
    work: Work = field(default_factory=Work)

    def call(
        self,
        task: Task[A, R],
        data: bytes,
        arguments: A,
        secrets: Sequence[bytes] = (),
        seconds: float | None = None,
    ) -> R:
        """As ``Sandbox.call``.

        Raises:
            SandboxFailed: as there, or ``over-budget``, or what broke on this file before.
            Postponed: the mail is slow and there is no place for it now.
        """
        self.work.begin(task.burden, data)
        try:
            return self.sandbox.call(task, data, arguments, secrets, seconds, self.work)
        except SandboxFailed as failure:
            self.work.failed(task.burden, data, failure.code)
            raise

    def metered(self, work: Work) -> Metered:
        """The same sandbox, as another mail uses it."""
        return Metered(self.sandbox, work)


class _Ending:
    """How a child ended, in the template's words (which are ours)."""

    def __init__(
        self,
        code: int = _SIGKILL,
        memory: int = 0,
        cpu_seconds: float = 0.0,
        timed_out: bool = False,
    ) -> None:
        self.code = code
        self.memory = memory
        self.cpu_seconds = cpu_seconds
        self.timed_out = timed_out

    def failure(self) -> str:
        if self.timed_out or self.code in (_SIGALRM, _SIGXCPU):
            return "timeout"
        if self.code in (TOO_LARGE, _SIGXFSZ):
            return "too-large"
        if self.code in (MEMORY, _SIGKILL) or (
            self.code in _MEMORY_SIGNALS and self.memory > MEMORY_BYTES // 2
        ):
            return "memory"
        return "crash"


def start_early() -> None:
    """Start a process that the next template takes over: a short-lived command starts its template
    while it imports the rest. What nobody takes over ends with this process.

    Raises:
        ConfigurationError: it cannot start.
    """
    _early.append(_Process())


class _Process:
    """A fresh interpreter that waits for the orders of a template."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.control, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        path = [str(Path(folder or ".").absolute()) for folder in sys.path]
        arguments = [json.dumps(path), str(self.owner), str(far.fileno())]
        try:
            self.running = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                [sys.executable, "-I", "-c", _BOOT, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                pass_fds=[far.fileno()],
                start_new_session=True,
                cwd="/",
            )
        except OSError as error:
            self.control.close()
            raise ConfigurationError(
                f"the reading process cannot start: {error.strerror}"
            ) from error
        finally:
            far.close()


_early: list[_Process] = []


class _Template:
    """The parent's end of one template process."""

    def __init__(self, kind: ChildKind, modules: Mapping[str, str], need: SandboxNeed) -> None:
        early = _early.pop() if _early else None
        process = early if early and early.owner == os.getpid() else _Process()
        self._owner = process.owner
        self._process = process.running
        self._control = process.control
        self._ready = False
        self.broken: dict[str, str] = {}
        self._lock = threading.Lock()
        orders = {
            "kind": kind,
            "tasks": modules,
            "filtered": need is not SandboxNeed.OFF,
            "full": need is SandboxNeed.FULL,
        }
        with suppress(OSError):  # it ended already: so will be told when somebody waits for it
            self._control.send(json.dumps(orders).encode())

    def usable(self) -> bool:
        return self._owner == os.getpid() and self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Wait for the warm-up; at most once a template.

        Raises:
            ConfigurationError: it never became ready.
        """
        with self._lock:
            if self._ready:
                return
            message = _receive(self._control, START_SECONDS)
            if not message:
                self.end()
                raise ConfigurationError(
                    "the reading process does not start; its error stands above in the log"
                )
            self.broken = json.loads(message)["broken"]
            if self.broken:
                _log().error("sandbox-tasks-broken", tasks=self.broken)
            self._ready = True

    def run(
        self, task: str, seconds: float, source: int, answer: int, work: Work | None
    ) -> _Ending:
        """Have a child forked and wait for its end.

        Raises:
            Postponed: its mail is slow and there is no place for it now; the child is killed.
        """
        line, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with line:
            with far:
                nice = work is not None and work.is_slow
                request = json.dumps({"task": task, "seconds": seconds, "nice": nice}).encode()
                try:
                    socket.send_fds(self._control, [request], [source, answer, far.fileno()])
                except OSError as error:
                    raise _TemplateGoneError from error
            message = _last_word(line, seconds, work) if work else _receive(line, seconds)
            if message is not None:
                return _ending(message)
            with suppress(OSError):
                line.shutdown(socket.SHUT_WR)
            last = _receive(line, KILL_SECONDS)
            if last is None:
                self._process.kill()
        return _Ending(cpu_seconds=_ending(last).cpu_seconds if last else seconds, timed_out=True)

    def end(self) -> None:
        """Hang up, and wait until the process is reaped; its children die with it
        (PR_SET_PDEATHSIG).
        """
        self._control.close()
        if self._owner != os.getpid():
            return  # a copy of another process's template: not ours to end
        self._process.kill()
        self._process.wait()


def _origin(answer: int) -> str | None:
    """Where a child says that it failed: kind of error, file and line of ours; None when it says
    nothing, or something else.
    """
    try:
        words = read_pieces(answer)[0].decode("ascii", "replace")
    except SandboxFailed:
        return None
    return words if _ORIGIN.fullmatch(words) else None


def _log() -> Any:
    import structlog  # late: the template imports this module too, and every fork copies what it holds

    return structlog.get_logger(__name__)


def _ending(message: bytes) -> _Ending:
    if not message:
        raise _TemplateGoneError
    ending = json.loads(message)
    return _Ending(ending["exit"], ending["memory"], ending["cpu"])


def _last_word(line: socket.socket, seconds: float, work: Work) -> bytes | None:
    """As ``_receive``; a child that works for long makes its mail a slow one and gives way to
    others, so it has more time.
    """
    if not work.is_slow:
        message = _receive(line, min(seconds, QUICK_SECONDS))
        if message is not None or seconds <= QUICK_SECONDS:
            return message
        if not work.slow():
            return _receive(line, seconds - QUICK_SECONDS)
        with suppress(OSError):
            line.send(NICER)
    return _receive(line, seconds * PATIENCE)


def _receive(line: socket.socket, seconds: float) -> bytes | None:
    """One message; ``b""`` when the other side is gone; None when it stayed silent."""
    deadline = time.monotonic() + seconds
    poll = select.poll()
    poll.register(line, select.POLLIN)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        return None
    try:
        return line.recv(65536)
    except OSError:
        return b""
