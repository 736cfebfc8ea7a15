"""The far side of the sandbox: the warm template process, and the child it forks for each document.

The template never looks at a document: it passes descriptors on. A child reads its input, answers
and dies; whatever went wrong in it is told by its exit code, never by words. Which tasks there are
the template learns from its orders: it imports the modules of its own kind's tasks and no other.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from intake.sandbox import lockdown
from intake.sandbox.protocol import read_pieces, write_answer
from intake.sandbox.task import ChildKind, Task

OK, MEMORY, TOO_LARGE, RAISED, UNLOCKED = 0, 81, 82, 83, 84
"""Exit codes of a child."""
MAX_REQUEST_BYTES = 4096
MAX_ORDERS_BYTES = 65_536
_THREADED = ChildKind.PICTURES
"""libheif decodes the photos of telephones in a thread of its own."""
NICE = 5
"""How far a child of a slow mail gives way to others (nice(2)): one of a quick mail beside it gets
three times as much."""
NICER = b"nicer"
"""What the parent writes to a child's line when its mail became a slow one; hanging up ends the
child."""
PATIENCE = 8
"""So many times its processor time a child that gives way may take by the clock on the wall."""
LAYERS = "layers"
"""The task every template knows: which locks a child really has."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What the parent tells its template at the start (one JSON message)."""

    kind: str
    tasks: dict[str, str]
    """Name of each task → the module that it is in."""
    filtered: bool
    full: bool


@dataclass(frozen=True, slots=True)
class Request:
    """One document's work, with the three descriptors that came with it."""

    task: str
    seconds: float
    nice: bool
    source: int
    answer: int
    line: int


class Template:
    """Forks one child a request, reaps it, tells the parent how it ended."""

    def __init__(self, parent: int, control: int) -> None:
        self._parent = parent
        self._control = socket.socket(fileno=control)
        self._tasks: dict[str, Task[Any, Any]] = {}
        self._children: dict[int, socket.socket] = {}

    def run(self) -> None:
        """Take orders, warm up, say so, and serve until the parent is gone."""
        waking = self._watch_signals()
        import pydantic  # noqa: F401 - every task needs it, whatever the orders

        orders = self._control.recv(MAX_ORDERS_BYTES)
        if not orders:
            return
        self._orders = Orders(**json.loads(orders))
        broken = self._load()
        signal.signal(
            signal.SIGCHLD, lambda *_: None
        )  # again: Saxon's runtime takes the signal's handler away
        gc.collect()
        gc.freeze()
        # Nothing here makes cycles, and a child lives for one document: collecting would only
        # copy pages.
        gc.disable()
        self._locks = lockdown.prepare(
            self._orders.filtered, threads=self._orders.kind == _THREADED
        )
        _silence()
        self._control.send(json.dumps({"ready": True, "broken": broken}).encode())
        self._serve(waking)

    def _watch_signals(self) -> int:
        reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        for number in (signal.SIGALRM, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)  # for the children, whoever started us
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGHUP, lambda *_: self._leave_when_orphaned())
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        # Not SIGKILL: the kernel also sends it when only the parent's starting *thread* ends.
        lockdown.die_with_parent(signal.SIGHUP)
        self._leave_when_orphaned()
        return reading

    def _leave_when_orphaned(self) -> None:
        if os.getppid() != self._parent:
            os._exit(0)  # the children follow: each has PDEATHSIG on this process

    def _load(self) -> dict[str, str]:
        """Import every task of this kind and warm it up.

        Returns:
            The tasks that could not be, with the kind of error.
        """
        broken = {}
        for name, module in self._orders.tasks.items():
            try:
                self._tasks[name] = task = _find(name, module)
                task.prepare()
                for data, arguments, secrets in task.warm_up():
                    task.perform(task.request(data, arguments, secrets))
            except Exception as error:  # noqa: BLE001 - a broken task must not take the others along
                broken[name] = type(error).__name__
        return broken

    def _serve(self, waking: int) -> None:
        while True:
            ready = self._wait(waking)
            if waking in ready:
                with suppress(BlockingIOError):
                    os.read(waking, 4096)
                self._reap()
            for pid, line in list(self._children.items()):
                if line.fileno() in ready:
                    _heed(pid, line)
            if self._control.fileno() in ready:
                request = self._receive()
                if request is None:
                    return
                self._start(request)

    def _wait(self, waking: int) -> set[int]:
        poll = select.poll()
        for descriptor in (
            waking,
            self._control.fileno(),
            *(line.fileno() for line in self._children.values()),
        ):
            poll.register(descriptor, select.POLLIN)
        return {descriptor for descriptor, _ in poll.poll()}

    def _receive(self) -> Request | None:
        message, descriptors, _, _ = socket.recv_fds(self._control, MAX_REQUEST_BYTES, 3)
        if not message:
            return None
        content = json.loads(message)
        return Request(content["task"], content["seconds"], content["nice"], *descriptors)

    def _start(self, request: Request) -> None:
        template = os.getpid()
        pid = os.fork()
        if pid == 0:
            _be_child(request, self._tasks, self._locks, template, self._orders.full)
        os.close(request.source)
        os.close(request.answer)
        self._children[pid] = socket.socket(fileno=request.line)

    def _reap(self) -> None:
        for pid in list(self._children):
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            _kill(pid)  # what is left of its process group, while the number is still its own
            _, status, usage = os.wait4(pid, 0)
            line = self._children.pop(pid)
            with suppress(OSError):
                line.send(json.dumps(_ending(status, usage)).encode())
            line.close()


def _find(name: str, module: str) -> Task[Any, Any]:
    """The task of this name among the values of a module.

    Raises:
        LookupError: there is none.
    """
    for value in vars(importlib.import_module(module)).values():
        if isinstance(value, Task) and (value.name, value.module) == (name, module):
            return value
    raise LookupError(name)


def _ending(status: int, usage: resource.struct_rusage) -> dict[str, float]:
    seconds = usage.ru_utime + usage.ru_stime
    return {
        "exit": os.waitstatus_to_exitcode(status),
        "memory": usage.ru_maxrss * 1024,
        "cpu": seconds,
    }


def _heed(pid: int, line: socket.socket) -> None:
    """The child gives way to others when the parent says so; it ends when the parent hung up and
    wants no answer.
    """
    with suppress(OSError):
        if line.recv(len(NICER)) == NICER:
            os.setpriority(os.PRIO_PGRP, pid, os.getpriority(os.PRIO_PROCESS, 0) + NICE)
            return
    _kill(pid)


def _give_way() -> None:
    """From now on this process gives way to others, also where the kernel weighs sessions
    (sched(7), autogroup).
    """
    os.nice(NICE)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICE), "ascii")


def _go_first() -> None:
    """When memory runs out, the kernel ends this process before any other: one document is read
    again or goes to a person, and the service stays (proc(5), oom_score_adj).
    """
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _silence() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def _be_child(
    request: Request,
    tasks: dict[str, Task[Any, Any]],
    prepared: lockdown.Locks,
    template: int,
    full: bool,
) -> NoReturn:
    code, answer = RAISED, -1
    try:
        source, answer, held = _enter(request, template, prepared)
        if full and not all(held.values()):
            os._exit(UNLOCKED)
        pieces = read_pieces(source)
        os.close(source)
        if request.task == LAYERS:
            pieces = [json.dumps(held).encode()]
        else:
            pieces = tasks[request.task].perform(pieces)
        code = OK if write_answer(answer, pieces) else TOO_LARGE
    except MemoryError:
        code = MEMORY
    except BaseException as error:  # noqa: BLE001 - only exit code and origin leave
        with suppress(BaseException):
            write_answer(answer, [_origin(error).encode("ascii")])
    finally:
        os._exit(code)


def _enter(
    request: Request, template: int, prepared: lockdown.Locks
) -> tuple[int, int, dict[str, bool]]:
    """From a copy of the template to a locked process that holds two descriptors and the ruleset."""
    lockdown.die_with_parent(signal.SIGKILL)
    if os.getppid() != template:
        os._exit(RAISED)
    os.setsid()
    _go_first()
    if request.nice:
        _give_way()
    signal.set_wakeup_fd(-1)
    signal.setitimer(signal.ITIMER_REAL, request.seconds * PATIENCE + 1)
    _close_others({0, 1, 2, request.source, request.answer, prepared.ruleset or 0})
    held = lockdown.apply(prepared, request.seconds)
    if prepared.ruleset is not None:
        os.close(prepared.ruleset)
    return request.source, request.answer, held


def _close_others(keep: set[int]) -> None:
    """Close every descriptor that is not in ``keep``: the control socket and the lines of other
    documents.
    """
    low = 0
    for kept in sorted(keep):
        if low < kept:  # closerange(0, 0) closes everything: its -1 wraps around
            os.closerange(low, kept)
        low = kept + 1
    os.closerange(low, os.sysconf("SC_OPEN_MAX"))


def _origin(error: BaseException) -> str:
    """Kind of error and the line of our code it came from; no words of the error, which could hold
    content.
    """
    trace = error.__traceback__
    origin = ""
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if "intake" in file.parts:
            origin = f" {file.stem}:{trace.tb_lineno}"
        trace = trace.tb_next
    return type(error).__name__ + origin


def main() -> None:
    """Run the template; the last arguments are the parent's process id and the control socket."""
    parent, control = map(int, sys.argv[-2:])
    Template(parent, control).run()
