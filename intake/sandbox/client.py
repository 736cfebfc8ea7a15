"""Runs readers of untrusted bytes in child processes (design rule 6).

One warm template process a kind forks a fresh child for each document. The child has no network, no
files but Python's own, no other programs and processes, and limits on memory, time and answer; it
answers with JSON only. Input, secrets and answer travel in anonymous memory (memfd_create(2)), so
no temporary file ever holds a document. The template itself never looks at a document.
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
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Protocol, Self, TypeAlias

from intake.errors import ConfigurationError, SandboxFailed
from intake.model.basics import SandboxNeed
from intake.sandbox.budget import QUICK_SECONDS, Work
from intake.sandbox.lockdown import MEMORY_BYTES
from intake.sandbox.protocol import packed, parsed
from intake.sandbox.template import LAYERS, MEMORY, NICER, PATIENCE, TOO_LARGE, UNLOCKED

JSON: TypeAlias = Any
"""What JSON can hold; an answer is a stranger's word until it is validated."""

START_SECONDS = 120.0
"""A template that is not warm after this long is broken (a loaded machine takes a few seconds)."""
KILL_SECONDS = 5.0
"""How long a template may take to kill and reap a child."""
CHILDREN_AT_ONCE = 8
"""More calls at the same time wait their turn, so that hostile documents cannot fill the memory
together. A worker has fewer mails in hand (``worker.AT_ONCE``, ``worker.SLOW_AT_ONCE``), so that a
quick one never waits here for a slow one."""

_NO_ARGUMENTS: Mapping[str, JSON] = MappingProxyType({})
_PLACE = re.compile(r"[A-Za-z]{1,40}( [a-z_]{1,30}:[0-9]{1,5})?")
_BOOT = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from intake.sandbox.template import"
    " main; main()"
)
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
_MEMORY_SIGNALS = {-4, -5, -6, -7, -11}
"""SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGSEGV: how C code ends, also when an allocation fails."""
_SIGALRM, _SIGKILL, _SIGXCPU, _SIGXFSZ = -14, -9, -24, -25


class ChildKind(StrEnum):
    """What a child may know: a reading child has no key, a decrypting child no PDF code, an OCR
    child neither.

    Each kind holds no more code than its tasks need: a fork costs by the memory of its template.
    """

    READING = "reading"
    SECOND = "second-reading"
    """Reads an invoice again, before it would be refused."""
    PICTURES = "pictures"
    """Reads photos, and draws what OCR is to look at."""
    CONTENTS = "contents"
    """Reads care lines in workbooks, letters and text, and e-invoices; no PDF."""
    UNLOCKING = "unlocking"
    """Opens archives and what a password locks (zip, 7z, Office, PDF)."""
    DECRYPTING = "decrypting"
    """Opens S/MIME with our private keys."""
    OPENPGP = "openpgp"
    """Opens OpenPGP with our private keys and agreed passwords, where its library is installed."""
    VALIDATING = "validating"
    """Holds the rules of e-invoices (Saxon), and no reader of PDF."""
    OCR = "ocr"


TASKS: dict[ChildKind, dict[str, str]] = {
    ChildKind.READING: {
        "read-invoice": "intake.document.reading:task_read",
        "page-picture": "intake.document.readers.pdf:task_picture",
        "care-lines-in-pdf": "intake.secure_attachment.care_lines.reader:task_read",
    },
    ChildKind.SECOND: {"read-invoice-again": "intake.document.reading:task_read"},
    ChildKind.PICTURES: {
        "read-photo": "intake.document.reading:task_read_photo",
        "draw-region": "intake.document.ocr.render_task:task_draw",
    },
    ChildKind.CONTENTS: {
        "care-lines": "intake.secure_attachment.care_lines.reader:task_read",
        "read-einvoice": "intake.document.einvoice.reader:task_read",
    },
    ChildKind.UNLOCKING: {
        "open-zip": "intake.secure_attachment.containers.zip:task_open",
        "open-7z": "intake.secure_attachment.containers.seven_zip:task_open",
        "open-office": "intake.secure_attachment.containers.office:task_open",
        "open-pdf": "intake.secure_attachment.containers.pdf_password:task_open",
        "pdf-envelopes": "intake.secure_attachment.containers.pdf_certificate:task_envelopes",
        "open-certified-pdf": "intake.secure_attachment.containers.pdf_certificate:task_open",
    },
    ChildKind.DECRYPTING: {"open-smime": "intake.secure_attachment.containers.smime:task_open"},
    ChildKind.OPENPGP: {"open-openpgp": "intake.secure_attachment.containers.openpgp:task_open"},
    ChildKind.VALIDATING: {"validate-einvoice": "intake.document.einvoice.validator:task_validate"},
    ChildKind.OCR: {"read-words": "intake.document.ocr.engine:task_read"},
}
"""Task name → ``module:function``; see ``child.Task`` for the function."""


def _kind_for(task: str) -> ChildKind:
    """The kind of child that knows this task, whoever asks for it."""
    for kind, tasks in TASKS.items():
        if task in tasks:
            return kind
    raise ValueError(f"there is no task {task}")


class Children(Protocol):
    """Runs tasks in children: a sandbox, or what one mail uses of it."""

    def call(
        self,
        task: str,
        data: bytes,
        arguments: Mapping[str, JSON] = ...,
        secrets: Sequence[bytes] = ...,
        seconds: float = ...,
    ) -> JSON:
        """As ``Sandbox.call``."""

    def metered(self, work: Work) -> Metered:
        """The same children, as one mail uses them."""


class _TemplateGoneError(Exception):
    """The template died; the document is not to blame."""


class Sandbox:
    """One warm template process and the calls into it. Threads may share it; a forked process gets
    its own template.

    Raises:
        ConfigurationError: ``need`` is FULL and a layer is missing on this machine, or the template
            cannot start.
    """

    def __init__(self, kind: ChildKind, need: SandboxNeed = SandboxNeed.BEST) -> None:
        self._kind = kind
        self._need = need
        self._tasks = dict(TASKS[kind])
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(CHILDREN_AT_ONCE)
        self._template: _Template | None = None
        self._closed = False
        self._companions: dict[ChildKind, Sandbox] = {}
        self._current()
        if need is SandboxNeed.FULL:
            self.layers()

    def call(
        self,
        task: str,
        data: bytes,
        arguments: Mapping[str, JSON] = _NO_ARGUMENTS,
        secrets: Sequence[bytes] = (),
        seconds: float = 20,
        work: Work | None = None,
    ) -> JSON:
        """Run one task on one document in a fresh child of the kind that knows it.

        Args:
            seconds: limit of the child's processor time, and of the clock on the wall; a child of a
                slow mail gives way to others, and may take ``PATIENCE`` times as long by that
                clock. The template's own start does not count.
            work: what the child costs is added here.

        Raises:
            SandboxFailed: ``code`` is ``timeout``, ``memory``, ``crash``, ``garbage`` or
                ``too-large``.
            ConfigurationError: the template cannot start, or a layer is missing under FULL.
        """
        if task != LAYERS and task not in self._tasks:
            return self.beside(_kind_for(task)).call(task, data, arguments, secrets, seconds, work)
        with self._places:
            for _ in range(2):
                template = self._current()
                try:
                    return self._once(
                        template, task, packed(data, arguments, secrets), seconds, work
                    )
                except _TemplateGoneError:
                    self._drop(template)
        raise SandboxFailed("crash")

    def metered(self, work: Work) -> Metered:
        """This sandbox, as one mail uses it."""
        return Metered(self, work)

    def layers(self) -> dict[str, bool]:
        """Which locks a child really has: rlimits, no_new_privs, landlock, seccomp."""
        answer = self.call(LAYERS, b"")
        return {str(name): bool(held) for name, held in answer.items()}

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
                self._companions[kind] = Sandbox(kind, self._need)
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
                self._template = _Template(self._kind, self._tasks, self._need)
            return self._template

    def _drop(self, template: _Template) -> None:
        with self._lock:
            if self._template is template:
                self._template = None
        template.end()

    def _once(
        self, template: _Template, task: str, source: int, seconds: float, work: Work | None
    ) -> JSON:
        template.wait_until_ready()
        answer = os.memfd_create("answer")
        try:
            ending = template.run(task, seconds, source, answer, work)
            if work:
                work.ended(task, ending.cpu_seconds, os.fstat(answer).st_size)
            return self._answer(ending, answer, task)
        finally:
            os.close(source)
            os.close(answer)

    def _answer(self, ending: _Ending, answer: int, task: str) -> JSON:
        if ending.code == UNLOCKED:
            raise ConfigurationError(
                "INTAKE_REQUIRE_SANDBOX is full, but this machine lacks a layer (Landlock or"
                " libseccomp); see `intake doctor`"
            )
        told = {} if ending.timed_out else parsed(answer, ending.code == 0)
        if ending.code == 0 and not ending.timed_out:
            if set(told) != {"answer"}:
                raise SandboxFailed("garbage")
            return told["answer"]
        failure = ending.failure()
        place = told.get("raised")
        raised = place if isinstance(place, str) and _PLACE.fullmatch(place) else None
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
        task: str,
        data: bytes,
        arguments: Mapping[str, JSON] = _NO_ARGUMENTS,
        secrets: Sequence[bytes] = (),
        seconds: float = 20,
    ) -> JSON:
        """As ``Sandbox.call``.

        Raises:
            SandboxFailed: as there, or ``over-budget``, or what broke on this file before.
            Postponed: the mail is slow and there is no place for it now.
        """
        self.work.begin(task, data)
        try:
            return self.sandbox.call(task, data, arguments, secrets, seconds, self.work)
        except SandboxFailed as failure:
            self.work.failed(task, data, failure.code)
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


class _Template:
    """The parent's end of one template process."""

    def __init__(self, kind: ChildKind, tasks: Mapping[str, str], need: SandboxNeed) -> None:
        self._owner = os.getpid()
        self._ready = False
        self.broken: dict[str, str] = {}
        self._lock = threading.Lock()
        self._control, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        orders = {
            "kind": kind, "tasks": tasks, "filtered": need is not SandboxNeed.OFF, "full": need is SandboxNeed.FULL,
            "parent": self._owner, "control": far.fileno(),
        }  # fmt: skip
        path = [str(Path(entry or ".").absolute()) for entry in sys.path]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell, no word from outside
                [sys.executable, "-I", "-c", _BOOT, json.dumps(path), json.dumps(orders)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=_ENVIRONMENT, pass_fds=[far.fileno()], start_new_session=True, cwd="/",
            )  # fmt: skip
        except OSError as error:
            self._control.close()
            raise ConfigurationError(
                f"the {kind} process cannot start: {error.strerror}"
            ) from error
        finally:
            far.close()

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


def _log() -> Any:
    import structlog  # late: the template imports this module too, and every fork copies what it holds

    return structlog.get_logger(__name__)


def _ending(message: bytes) -> _Ending:
    if not message:
        raise _TemplateGoneError
    told = json.loads(message)
    return _Ending(told["exit"], told["memory"], told["cpu"])


def _last_word(line: socket.socket, seconds: float, work: Work) -> bytes | None:
    """As ``_receive``; a child that works for long makes its mail a slow one and gives way to
    others, so it has more time.
    """
    if not work.is_slow:
        message = _receive(line, min(seconds, QUICK_SECONDS))
        if message is not None or seconds <= QUICK_SECONDS:
            return message
        work.slow()
        if not work.is_slow:
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
