"""What a hostile document could make a child do; run as tasks of a template under test."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from intake.document.ocr.client import READ_WORDS, RasterArguments
from intake.document.ocr.regions import SeenPicture
from intake.sandbox.task import Attached, Burden, ChildKind, Task

Secrets = Sequence[bytes]


@dataclass(frozen=True)
class Answer:
    """An answer with a bit of everything that JSON can hold."""

    number: float
    text: str = ""
    items: tuple[int, ...] = ()
    content: Attached = b""


def echo(data: bytes, arguments: dict[str, Any], secrets: Secrets) -> Any:
    return {
        "data": data.decode("latin-1"),
        "arguments": arguments,
        "secrets": [secret.decode("latin-1") for secret in secrets],
    }


def nothing(data: bytes, arguments: RasterArguments, secrets: Secrets) -> SeenPicture | None:
    """What the OCR child says where Tesseract is not installed."""
    return None


def memory(data: bytes, arguments: dict[str, Any], secrets: Secrets) -> Any:
    return len([bytearray(64 << 20) for _ in range(1000)])


def loop(data: bytes, arguments: dict[str, Any], secrets: Secrets) -> Any:
    while True:
        pass


def work(data: bytes, arguments: dict[str, Any], secrets: Secrets) -> Any:
    """Works for so many seconds and tells how far it gives way to others then."""
    end = time.monotonic() + arguments["seconds"]
    while time.monotonic() < end:
        pass
    own, template = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, os.getppid()))
    return own - template


def sleep(data: bytes, arguments: dict[str, Any], secrets: Secrets) -> Any:
    signal.setitimer(signal.ITIMER_REAL, 0)
    time.sleep(600)


def raw(data: bytes, arguments: dict[str, Any], secrets: Secrets) -> Answer:
    """Writes ``data`` as the whole answer and leaves as if all went well."""
    for descriptor in range(3, 64):
        try:
            if "answer" in Path(f"/proc/self/fd/{descriptor}").readlink().name:
                break
        except OSError:
            try:
                os.write(descriptor, b"")
                os.ftruncate(descriptor, 0)
                break
            except OSError:
                continue
    os.write(descriptor, data)
    os._exit(0)


def crash(data: bytes, arguments: dict[str, Any], secrets: Secrets) -> Any:
    ctypes.string_at(0)


def fail(data: bytes, arguments: dict[str, Any], secrets: Secrets) -> Any:
    raise ValueError(data.decode())


def fork(data: bytes, arguments: dict[str, Any], secrets: Secrets) -> Any:
    made = 0
    for _ in range(50):
        if os.fork() == 0:
            time.sleep(600)
        made += 1
    return made


def attempts(data: bytes, arguments: dict[str, Any], secrets: Secrets) -> Any:
    """Every way out that was tried, and what stopped it (None: nothing did)."""
    parent = os.getppid()

    def network(family: int, kind: int) -> None:
        socket.socket(family, kind).close()

    tries: dict[str, Callable[[], object]] = {
        "tcp": lambda: network(socket.AF_INET, socket.SOCK_STREAM),
        "udp": lambda: network(socket.AF_INET, socket.SOCK_DGRAM),
        "unix": lambda: network(socket.AF_UNIX, socket.SOCK_STREAM),
        "exec": lambda: subprocess.run([sys.executable, "-V"], check=False),
        "execve": lambda: os.execve("/bin/true", ["true"], {}),
        "read": lambda: Path("/etc/passwd").read_bytes(),
        "write": lambda: Path("/tmp/intake-escape").write_bytes(b"x"),
        "list": lambda: list(Path("/tmp").iterdir()),
        "delete": lambda: Path(arguments["file"]).unlink(),
        "kill": lambda: os.kill(parent, signal.SIGKILL),
        "limit": (
            lambda: __import__("resource").setrlimit(__import__("resource").RLIMIT_AS, (-1, -1))
        ),
        "memory-file": lambda: os.memfd_create("x"),
        "other-process": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
    }
    stopped: dict[str, int | None] = {}
    for name, attempt in tries.items():
        try:
            attempt()
            stopped[name] = None
        except OSError as error:
            stopped[name] = error.errno
        except ValueError:  # how setrlimit tells EPERM
            stopped[name] = errno.EPERM
    return stopped


def own(data: bytes, arguments: dict[str, Any], secrets: Secrets) -> Any:
    """What a child knows: its modules, environment, descriptors and threads."""
    descriptors = []
    for descriptor in range(64):
        try:
            os.fstat(descriptor)
            descriptors.append(descriptor)
        except OSError:
            continue
    return {
        "modules": sorted(sys.modules),
        "environment": dict(os.environ),
        "descriptors": descriptors,
        "pid": os.getpid(),
        "parent": os.getppid(),
    }


def late_import(data: bytes, arguments: dict[str, Any], secrets: Secrets) -> Any:
    import colorsys
    import encodings.cp1140  # noqa: F401

    return colorsys.rgb_to_hls(0, 0, 0)


def read_pdf(data: bytes, arguments: dict[str, Any], secrets: Secrets) -> Any:
    """Reads a PDF in the child and tells what kind of thing came out, without its words."""
    from intake.document.readers import pdf
    from intake.model.document import Reader

    document = pdf.read(data, Reader(arguments["reader"]))
    pages = [
        [len(page.words), page.fault, len(page.pictures), page.drawn] for page in document.pages[:3]
    ]
    return {
        "fault": document.fault,
        "page_count": document.page_count,
        "read": len(document.pages),
        "pages": pages,
    }


def large(data: bytes, arguments: int, secrets: Secrets) -> Attached:
    return bytes(arguments << 20)


def _task(
    run: Callable[[bytes, Any, Secrets], Any],
    name: str = "",
    kind: ChildKind = ChildKind.READING,
    burden: Burden = Burden.READS,
) -> Task[Any, Any]:
    return Task(name or run.__name__, kind, run, lambda: (), lambda answer: True, 20, burden)


ECHO, MEMORY, LOOP, WORK, SLEEP = (_task(run) for run in (echo, memory, loop, work, sleep))
LARGE, CRASH, FAIL, FORK = (_task(run) for run in (large, crash, fail, fork))
ATTEMPTS, OWN = _task(attempts), _task(own)
LATE_IMPORT, READ_PDF = _task(late_import), _task(read_pdf)
RAW = Task("raw", ChildKind.READING, raw, lambda: ())
DRAW = _task(work, "draw", burden=Burden.DRAWS)
UNPACK = _task(large, "unpack", burden=Burden.UNPACKS)
NO_WORDS = replace(READ_WORDS, run=nothing)
ALL = [
    value for value in list(vars().values()) if isinstance(value, Task) and value.module == __name__
]
