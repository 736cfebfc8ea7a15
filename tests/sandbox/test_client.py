"""The sandbox holds: what a child may not do, what its limits stop, and what is left behind."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from intake import children
from intake.errors import ConfigurationError, SandboxFailed
from intake.sandbox import client
from intake.sandbox.client import Sandbox
from intake.sandbox.task import ChildKind, Task
from intake.settings import SandboxNeed
from tests.hostile import tasks

ROOT = Path(__file__).resolve().parent.parent.parent
ANSWER = b'{"number":1,"text":"","items":[],"content":0}'


def pieces(*contents: bytes) -> bytes:
    """As a child writes them."""
    lengths = struct.pack(f"<{len(contents)}I", *map(len, contents))
    return struct.pack("<I", len(contents)) + lengths + b"".join(contents)


def changed(old: bytes, new: bytes) -> bytes:
    return pieces(ANSWER.replace(old, new), b"")


GARBAGE = {
    "empty": b"",
    "words": b"garbage",
    "short-head": b"\xff\0\0\0",
    "no-piece": pieces(),
    "too-many-pieces": struct.pack("<I", 10**9) + bytes(64),
    "long-length": struct.pack("<II", 1, 10**9) + ANSWER,
    "more-bytes": pieces(ANSWER, b"") + b"more",
    "more-pieces": pieces(ANSWER, b"", b""),
    "no-content": pieces(ANSWER),
    "other-length": pieces(ANSWER, b"x"),
    "not-utf8": pieces(b"\xff"),
    "nan": changed(b'"number":1', b'"number":NaN'),
    "infinity": changed(b'"number":1', b'"number":-Infinity'),
    "overflow": changed(b'"number":1', b'"number":1e999'),
    "half-surrogate": changed(b'"text":""', b'"text":"\\ud800"'),
    "nul": changed(b'"text":""', b'"text":"\\u0000"'),
    "long-text": changed(b'"text":""', b'"text":"' + b"x" * 30_000 + b'"'),
    "long-list": changed(b"[]", b"[" + b"1," * 70_000 + b"1]"),
    "extra-key": changed(b'"text":""', b'"text":"","more":2'),
    "no-number": changed(b'"number":1,', b""),
    "list": pieces(b"[1]"),
    "two": pieces(ANSWER + ANSWER, b""),
    "deep": changed(b"[]", b"[" * 90_000 + b"]" * 90_000),
    "long-number": changed(b"[]", b"[" + b"9" * 9_000 + b"]"),
}


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(ChildKind.READING, tasks.ALL) as opened:
        yield opened


def failure(call: Callable[[], object]) -> str:
    with pytest.raises(SandboxFailed) as caught:
        call()
    return caught.value.code


def children_of(pid: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def descriptors_of(pid: int | str) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def wait_until(holds: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


class TestCall:
    def test_data_arguments_and_secrets_arrive_whole(self, box: Sandbox) -> None:
        """Else a document, password or key is cut off on its way to the child."""
        data = bytes(range(256)) * 4000

        answer = box.call(tasks.ECHO, data, {"a": ["ö", 1, None]}, [b"geheim", b"", b"\x00\xff"])

        assert answer["data"].encode("latin-1") == data
        assert answer["arguments"] == {"a": ["ö", 1, None]}
        assert [secret.encode("latin-1") for secret in answer["secrets"]] == [
            b"geheim",
            b"",
            b"\x00\xff",
        ]

    def test_threads_share_one_sandbox(self, box: Sandbox) -> None:
        """Else two clerks who open a page at once get each other's page."""
        answers: dict[int, str] = {}

        def ask(number: int) -> None:
            answers[number] = box.call(tasks.ECHO, str(number).encode(), {})["data"]

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

        assert answers == {number: str(number) for number in range(12)}

    def test_an_unknown_task_is_our_mistake(self, box: Sandbox) -> None:
        """Else a typing error in our code looks like a bad document."""
        with pytest.raises(ValueError, match="no task"):
            box.call(replace(tasks.ECHO, name="nothing"), b"", {})

    def test_a_late_import_works(self, box: Sandbox) -> None:
        """Else a codec that a document needs for the first time makes a good invoice unreadable."""
        assert box.call(tasks.LATE_IMPORT, b"", {}) == [0.0, 0.0, 0.0]


class TestLimits:
    @pytest.mark.parametrize(
        ("task", "code"),
        [
            (tasks.MEMORY, "memory"),
            (tasks.LOOP, "timeout"),
            (tasks.SLEEP, "timeout"),
            (tasks.CRASH, "crash"),
            (tasks.FAIL, "crash"),
            (tasks.FORK, "crash"),
        ],
        ids=lambda value: getattr(value, "name", value),
    )
    def test_what_a_child_does_wrong_has_a_name(
        self, box: Sandbox, task: Task[Any, Any], code: str
    ) -> None:
        """Else a bomb or a hang stops the mail of everybody."""
        start = time.monotonic()

        assert (
            failure(
                lambda: box.call(
                    task, b"inhoud 999990019", {}, seconds=1 if code == "timeout" else 20
                )
            )
            == code
        )
        assert time.monotonic() - start < 15
        assert box.call(tasks.ECHO, b"next", {})["data"] == "next"

    @pytest.mark.parametrize(("megabytes", "code"), [(20, None), (65, "too-large")])
    def test_the_size_of_an_answer_is_limited(
        self, box: Sandbox, megabytes: int, code: str | None
    ) -> None:
        """Else one document fills the memory of the worker."""

        def ask() -> object:
            return box.call(tasks.LARGE, b"", megabytes)

        if code:
            assert failure(ask) == code
        else:
            assert ask() == bytes(megabytes << 20)

    @pytest.mark.parametrize("answer", GARBAGE.values(), ids=GARBAGE)
    def test_an_answer_outside_the_protocol_is_garbage(self, box: Sandbox, answer: bytes) -> None:
        """Else a taken-over child puts anything into our stores."""
        assert failure(lambda: box.call(tasks.RAW, answer, {})) == "garbage"

    def test_a_whole_answer_is_no_garbage(self, box: Sandbox) -> None:
        """Else the lies above prove nothing."""
        assert box.call(tasks.RAW, pieces(ANSWER, b""), {}) == tasks.Answer(1)

    def test_an_error_tells_its_place_and_no_content(
        self, box: Sandbox, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Else the log shows a client's number, or nobody can find the bug."""
        assert failure(lambda: box.call(tasks.FAIL, b"bsn 999990019", {})) == "crash"

        written = "".join(capfd.readouterr())
        assert "999990019" not in written
        assert "ValueError" in written

    def test_two_hundred_calls_leave_nothing_behind(self, box: Sandbox) -> None:
        """Else the worker runs out of descriptors or processes in the night."""
        template = box.call(tasks.OWN, b"", {})["parent"]
        descriptors, processes = descriptors_of("self"), children_of(os.getpid())
        held = descriptors_of(template)

        for number in range(200):
            if number % 50:
                box.call(tasks.ECHO, b"", {})
            else:
                failure(lambda: box.call(tasks.CRASH, b"", {}))

        assert descriptors_of("self") == descriptors
        assert children_of(os.getpid()) == processes
        assert wait_until(lambda: not children_of(template))
        assert wait_until(lambda: descriptors_of(template) <= held), (
            "the line of the first call may still have been open when they were counted"
        )


class TestLocks:
    def test_a_child_reaches_nothing(self, tmp_path: Path) -> None:
        """Else a document that takes its reader over reads files, calls out, or starts programs."""
        victim = tmp_path / "file"
        victim.touch()

        with Sandbox(ChildKind.READING, tasks.ALL, SandboxNeed.FULL) as full:
            stopped = full.call(tasks.ATTEMPTS, b"", {"file": str(victim)})

        assert all(stopped.values()), stopped
        assert victim.exists()
        assert not Path("/tmp/intake-escape").exists()

    def test_a_child_knows_nothing_of_us(
        self, box: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Else a taken-over child holds a password of the environment or a socket of the parent."""
        monkeypatch.setenv("INTAKE_MAILBOX__PASSWORD", "geheim")

        own = box.call(tasks.OWN, b"", {})

        assert set(own["environment"]) <= {"PATH", "LC_ALL", "LC_CTYPE"}
        assert len(own["descriptors"]) == 4  # /dev/null three times, and the answer
        assert not {
            name
            for name in own["modules"]
            if name.startswith(("intake.store", "intake.settings", "intake.mail", "sqlalchemy"))
        }

    def test_layers_are_asked_of_a_child(self, box: Sandbox) -> None:
        """Else `doctor` says that a lock holds which does not."""
        assert box.layers() == {
            "rlimits": True,
            "no_new_privs": True,
            "landlock": True,
            "seccomp": True,
        }

    def test_off_still_forks_and_limits(self) -> None:
        """Else trying out without locks means without limits."""
        with Sandbox(ChildKind.READING, tasks.ALL, SandboxNeed.OFF) as off:
            assert off.layers() == {
                "rlimits": True,
                "no_new_privs": True,
                "landlock": False,
                "seccomp": False,
            }
            assert failure(lambda: off.call(tasks.SLEEP, b"", {}, seconds=0.5)) == "timeout"
            assert off.call(tasks.OWN, b"", {})["pid"] != os.getpid()

    def test_a_machine_without_layers(self, tmp_path: Path) -> None:
        """Else an old kernel or a strict container can read no mail at all, or `full` starts
        without its locks.
        """
        script = textwrap.dedent("""
            import errno, sys
            import pyseccomp
            sys.path.insert(0, sys.argv[1])
            rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
            rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), 444)
            rules.load()
            from intake.errors import ConfigurationError
            from intake.model.basics import SandboxNeed
            from intake.sandbox.client import Sandbox
            from intake.sandbox.task import ChildKind
            from tests.hostile import tasks
            with Sandbox(ChildKind.READING, tasks.ALL) as best:
                held = best.layers()
                assert [name for name, on in held.items() if not on] == ["landlock"], held
                assert best.call(tasks.ECHO, b"x", {})["data"] == "x"
            try:
                Sandbox(ChildKind.READING, tasks.ALL, SandboxNeed.FULL)
            except ConfigurationError as error:
                print("refused", error)
        """)

        run = subprocess.run(
            [sys.executable, "-c", script, str(ROOT)],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )

        assert run.stdout.startswith("refused")

    def test_a_child_that_may_have_threads_may_have_no_process(self, tmp_path: Path) -> None:
        """Else a photo made to break its reader starts a program."""
        attempts, fork = (
            replace(task, kind=ChildKind.PICTURES) for task in (tasks.ATTEMPTS, tasks.FORK)
        )
        with Sandbox(ChildKind.PICTURES, [attempts, fork], SandboxNeed.FULL) as pictures:
            stopped = pictures.call(attempts, b"", {"file": str(tmp_path / "victim")})
            with pytest.raises(SandboxFailed):
                pictures.call(fork, b"", {})

        assert all(stopped.values()), stopped

    @pytest.mark.parametrize("kind", [ChildKind.DECRYPTING, ChildKind.OPENPGP])
    def test_a_template_for_private_keys_has_no_reader(self, kind: ChildKind) -> None:
        """Else a hole in a PDF reader lies beside the municipality's private key."""
        own = replace(tasks.OWN, kind=kind)

        with Sandbox(kind, [*children.tasks(), own]) as decrypting:
            modules = set(decrypting.call(own, b"", {})["modules"])

        assert not {
            name
            for name in modules
            if name.split(".")[0]
            in ("pypdfium2", "pypdfium2_raw", "pdfplumber", "pdfminer", "pypdf", "PIL", "openpyxl")
        }
        assert not {"intake.document.readers.pdf", "intake.document.extract.invoice"} & modules
        assert (
            f"intake.secure_attachment.containers.{'smime' if kind is ChildKind.DECRYPTING else 'openpgp'}"
            in modules
        )

    @pytest.mark.parametrize(
        ("kind", "needed", "unneeded"),
        [
            (
                ChildKind.READING,
                {"pypdfium2", "pypdf", "intake.document.extract.invoice"},
                {"pdfplumber", "openpyxl", "structlog", "pi_heif"},
            ),
            (
                ChildKind.SECOND,
                {"pdfplumber", "intake.document.extract.invoice"},
                {"openpyxl", "structlog"},
            ),
            (
                ChildKind.PICTURES,
                {"PIL", "pypdfium2", "intake.document.extract.invoice"},
                {"pdfplumber", "openpyxl", "structlog"},
            ),
            (
                ChildKind.CONTENTS,
                {"openpyxl", "python_calamine", "lxml"},
                {"pdfplumber", "structlog", "pypdfium2"},
            ),
            (
                ChildKind.UNLOCKING,
                {"pyzipper", "py7zr", "msoffcrypto", "pikepdf"},
                {"pypdfium2", "structlog"},
            ),
        ],
    )
    def test_every_task_is_there_and_warm(
        self, kind: ChildKind, needed: set[str], unneeded: set[str]
    ) -> None:
        """Else a kind of document fails behind the locks, on the first one that comes; or each fork
        copies what it never uses.
        """
        own = replace(tasks.OWN, kind=kind)
        with Sandbox(kind, [*children.tasks(), own]) as reading:
            modules = set(reading.call(own, b"", {})["modules"])
            assert reading.broken_tasks() == {}

        assert needed <= modules
        assert not unneeded & modules


class TestTemplate:
    def template(self, box: Sandbox) -> int:
        parent: int = box.call(tasks.OWN, b"", {})["parent"]
        return parent

    def test_a_killed_template_is_replaced(self, box: Sandbox) -> None:
        """Else one kill by the memory guard stops all reading until a restart."""
        killed = self.template(box)

        os.kill(killed, signal.SIGKILL)

        assert box.call(tasks.ECHO, b"again", {})["data"] == "again"
        assert self.template(box) != killed
        assert gone(killed)

    def test_a_template_killed_during_work_costs_no_document(self, box: Sandbox) -> None:
        """Else a good invoice gets the blame for our own trouble."""
        template = self.template(box)
        threading.Timer(0.3, os.kill, (template, signal.SIGKILL)).start()
        running: list[int] = []
        threading.Timer(0.2, lambda: running.extend(children_of(template))).start()

        code = failure(lambda: box.call(tasks.SLEEP, b"", {}, seconds=1.5))

        assert code == "timeout"  # the second try ran into its own deadline
        assert running and all(wait_until(lambda pid=pid: gone(pid)) for pid in running)  # type: ignore[misc]

    def test_when_memory_runs_out_the_child_goes_first(self, box: Sandbox) -> None:
        """The kernel would take the worker, which is larger, and all mails in hand with it."""
        template = self.template(box)
        scores: list[str] = []

        def look() -> None:
            scores.extend(
                Path(f"/proc/{pid}/oom_score_adj").read_text().strip()
                for pid in (template, *children_of(template))
            )

        threading.Timer(0.5, look).start()
        failure(lambda: box.call(tasks.SLEEP, b"", {}, seconds=1.5))

        own = Path("/proc/self/oom_score_adj").read_text().strip()
        assert scores == [own, "1000"]

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    def test_no_process_outlives_the_parent(self, number: signal.Signals) -> None:
        """Else a killed worker leaves children with a document in memory."""
        script = textwrap.dedent("""
            import signal, sys
            sys.path.insert(0, sys.argv[1])
            from intake.sandbox.client import Sandbox
            from intake.sandbox.task import ChildKind
            from tests.hostile import tasks
            signal.signal(signal.SIGINT, signal.default_int_handler)  # a suite in the background ignores it
            box = Sandbox(ChildKind.READING, tasks.ALL)
            print(box.call(tasks.OWN, b"", {})["parent"], flush=True)
            box.call(tasks.SLEEP, b"", {}, seconds=100)
        """)
        worker = subprocess.Popen(
            [sys.executable, "-c", script, str(ROOT)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert worker.stdout is not None
        template = int(worker.stdout.readline())
        assert wait_until(lambda: bool(children_of(template)))
        processes = [template, *children_of(template)]

        worker.send_signal(number)
        worker.wait(10)
        worker.stdout.close()

        assert all(wait_until(lambda pid=pid: gone(pid)) for pid in processes)  # type: ignore[misc]

    def test_the_end_of_a_starting_thread_ends_nothing(self) -> None:
        """Else a sandbox started by a worker thread dies with that thread."""
        made: list[Sandbox] = []
        thread = threading.Thread(target=lambda: made.append(Sandbox(ChildKind.READING, tasks.ALL)))
        thread.start()
        thread.join()

        with made[0] as box:
            first = self.template(box)
            time.sleep(0.2)
            assert self.template(box) == first

    def test_a_forked_process_gets_its_own_template(self, box: Sandbox) -> None:
        """Else two workers read from one template's socket."""
        template = self.template(box)
        reading, writing = os.pipe()

        pid = os.fork()
        if pid == 0:
            os.write(writing, str(self.template(box)).encode())
            box.close()
            os._exit(0)
        os.waitpid(pid, 0)

        assert int(os.read(reading, 20)) != template
        assert self.template(box) == template
        os.close(reading)
        os.close(writing)

    def test_a_closed_sandbox_says_so(self) -> None:
        """Else a call after the end starts a process that nobody ends."""
        box = Sandbox(ChildKind.READING, tasks.ALL)
        template = self.template(box)

        box.close()
        box.close()

        assert gone(template)
        with pytest.raises(ValueError, match="closed"):
            box.call(tasks.ECHO, b"", {})

    def test_a_template_that_cannot_start_is_our_fault(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Else a broken installation puts the blame on the mail."""
        monkeypatch.setattr(client, "_BOOT", "raise SystemExit(3)")

        with Sandbox(ChildKind.READING, tasks.ALL) as box, pytest.raises(ConfigurationError):
            box.call(tasks.ECHO, b"", {})

    def test_the_template_has_one_thread(self, box: Sandbox) -> None:
        """Else a fork copies a lock that is never opened again."""
        assert len(list(Path(f"/proc/{self.template(box)}/task").iterdir())) == 1

    def test_a_process_started_early_becomes_the_template(self) -> None:
        """Else `intake check` waits for the children after it has imported everything itself."""
        client.start_early()
        early = client._early[0].running.pid

        with Sandbox(ChildKind.READING, tasks.ALL) as box:
            assert self.template(box) == early
        assert gone(early)

    def test_what_nobody_takes_over_ends_with_the_parent(self) -> None:
        """Else each `intake check --help` leaves a process behind."""
        code = "from intake.sandbox import client; client.start_early();"
        code += "print(client._early[0].running.pid)"
        ended = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )

        assert wait_until(lambda: gone(int(ended.stdout)))
