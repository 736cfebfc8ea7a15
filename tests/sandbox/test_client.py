"""The sandbox holds: what a child may not do, what its limits stop, and what is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intake.errors import ConfigurationError, SandboxFailed
from intake.sandbox import client
from intake.sandbox.client import ChildKind, Sandbox
from intake.settings import SandboxNeed
from tests.hostile import tasks

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = (
    "echo",
    "memory",
    "loop",
    "sleep",
    "huge",
    "raw",
    "crash",
    "fail",
    "fork",
    "attempts",
    "own",
    "late_import",
)
TASKS = {name: f"tests.hostile.tasks:{name}" for name in NAMES}
GARBAGE = {
    "empty": b"",
    "words": b"garbage",
    "not-utf8": b"\xff\xfe",
    "nan": b'{"answer": NaN}',
    "infinity": b'{"answer": -Infinity}',
    "overflow": b'{"answer": 1e999}',
    "half-surrogate": b'{"answer": "\\ud800"}',
    "extra-key": b'{"answer": 1, "more": 2}',
    "list": b"[1]",
    "raised-yet-well": b'{"raised": "x"}',
    "two": b'{"answer": 1}{"answer": 2}',
    "deep": b'{"answer": ' + b"[" * 90000 + b"]" * 90000 + b"}",
    "long-number": b'{"answer": ' + b"9" * 9000 + b"}",
}
REAL = dict(client.TASKS[ChildKind.READING])
assert all(hasattr(tasks, name) for name in TASKS)


@pytest.fixture(scope="module")
def plain_tasks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(client.TASKS, ChildKind.READING, TASKS)
        yield


@pytest.fixture(scope="module")
def box(plain_tasks: None) -> Iterator[Sandbox]:
    with Sandbox(ChildKind.READING) as opened:
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

        answer = box.call("echo", data, {"a": ["ö", 1, None]}, [b"geheim", b"", b"\x00\xff"])

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
            answers[number] = box.call("echo", str(number).encode())["data"]

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

        assert answers == {number: str(number) for number in range(12)}

    def test_an_unknown_task_is_our_mistake(self, box: Sandbox) -> None:
        """Else a typing error in our code looks like a bad document."""
        with pytest.raises(ValueError, match="no task"):
            box.call("nothing", b"")

    def test_a_late_import_works(self, box: Sandbox) -> None:
        """Else a codec that a document needs for the first time makes a good invoice unreadable."""
        assert box.call("late_import", b"") == [0.0, 0.0, 0.0]


class TestLimits:
    @pytest.mark.parametrize(
        ("task", "code"),
        [
            ("memory", "memory"),
            ("loop", "timeout"),
            ("sleep", "timeout"),
            ("crash", "crash"),
            ("fail", "crash"),
            ("fork", "crash"),
        ],
    )
    def test_what_a_child_does_wrong_has_a_name(self, box: Sandbox, task: str, code: str) -> None:
        """Else a bomb or a hang stops the mail of everybody."""
        start = time.monotonic()

        assert (
            failure(
                lambda: box.call(task, b"inhoud 999990019", seconds=1 if code == "timeout" else 20)
            )
            == code
        )
        assert time.monotonic() - start < 15
        assert box.call("echo", b"next")["data"] == "next"

    @pytest.mark.parametrize(("megabytes", "code"), [(20, None), (65, "too-large")])
    def test_the_size_of_an_answer_is_limited(
        self, box: Sandbox, megabytes: int, code: str | None
    ) -> None:
        """Else one document fills the memory of the worker."""

        def ask() -> object:
            return box.call("huge", b"", {"megabytes": megabytes})

        assert code == (
            failure(ask) if code else None if len(str(ask())) == megabytes << 20 else "short"
        )

    @pytest.mark.parametrize("answer", GARBAGE.values(), ids=GARBAGE)
    def test_an_answer_outside_the_protocol_is_garbage(self, box: Sandbox, answer: bytes) -> None:
        """Else a taken-over child puts anything into our stores."""
        assert failure(lambda: box.call("raw", answer)) == "garbage"

    def test_an_error_tells_its_place_and_no_content(
        self, box: Sandbox, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Else the log shows a client's number, or nobody can find the bug."""
        assert failure(lambda: box.call("fail", b"bsn 999990019")) == "crash"

        written = "".join(capfd.readouterr())
        assert "999990019" not in written
        assert "ValueError" in written

    def test_two_hundred_calls_leave_nothing_behind(self, box: Sandbox) -> None:
        """Else the worker runs out of descriptors or processes in the night."""
        template = box.call("own", b"")["parent"]
        descriptors, processes = descriptors_of("self"), children_of(os.getpid())
        held = descriptors_of(template)

        for number in range(200):
            if number % 50:
                box.call("echo", b"")
            else:
                failure(lambda: box.call("crash", b""))

        assert descriptors_of("self") == descriptors
        assert children_of(os.getpid()) == processes
        assert wait_until(lambda: not children_of(template))
        assert wait_until(lambda: descriptors_of(template) <= held), (
            "the line of the first call may still have been open when they were counted"
        )


class TestLocks:
    def test_a_child_reaches_nothing(self, plain_tasks: None, tmp_path: Path) -> None:
        """Else a document that takes its reader over reads files, calls out, or starts programs."""
        victim = tmp_path / "file"
        victim.touch()

        with Sandbox(ChildKind.READING, SandboxNeed.FULL) as full:
            stopped = full.call("attempts", b"", {"file": str(victim)})

        assert all(stopped.values()), stopped
        assert victim.exists()
        assert not Path("/tmp/intake-escape").exists()

    def test_a_child_knows_nothing_of_us(self, box: Sandbox) -> None:
        """Else a taken-over child holds a password of the environment or a socket of the parent."""
        os.environ["INTAKE_MAILBOX__PASSWORD"] = "geheim"

        own = box.call("own", b"")

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

    def test_off_still_forks_and_limits(self, plain_tasks: None) -> None:
        """Else trying out without locks means without limits."""
        with Sandbox(ChildKind.READING, SandboxNeed.OFF) as off:
            assert off.layers() == {
                "rlimits": True,
                "no_new_privs": True,
                "landlock": False,
                "seccomp": False,
            }
            assert failure(lambda: off.call("sleep", b"", seconds=0.5)) == "timeout"
            assert off.call("own", b"")["pid"] != os.getpid()

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
            from intake.sandbox import client
            from intake.errors import ConfigurationError
            from intake.settings import SandboxNeed
            client.TASKS[client.ChildKind.READING] = {"echo": "tests.hostile.tasks:echo"}
            with client.Sandbox(client.ChildKind.READING) as best:
                assert best.layers() == {"rlimits": True, "no_new_privs": True, "landlock": False, "seccomp": True}, best.layers()
                assert best.call("echo", b"x")["data"] == "x"
            try:
                client.Sandbox(client.ChildKind.READING, SandboxNeed.FULL)
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
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(client.TASKS, ChildKind.READING, REAL)
            patch.setitem(
                client.TASKS,
                ChildKind.PICTURES,
                {name: TASKS[name] for name in ("attempts", "fork")},
            )
            with Sandbox(ChildKind.PICTURES, SandboxNeed.FULL) as pictures:
                stopped = pictures.call("attempts", b"", {"file": str(tmp_path / "victim")})
                with pytest.raises(SandboxFailed):
                    pictures.call("fork", b"")

        assert all(stopped.values()), stopped

    @pytest.mark.parametrize("kind", [ChildKind.DECRYPTING, ChildKind.OPENPGP])
    def test_a_template_for_private_keys_has_no_reader(
        self, monkeypatch: pytest.MonkeyPatch, kind: ChildKind
    ) -> None:
        """Else a hole in a PDF reader lies beside the municipality's private key."""
        monkeypatch.setitem(client.TASKS, kind, {**client.TASKS[kind], "own": TASKS["own"]})

        with Sandbox(kind) as decrypting:
            modules = set(decrypting.call("own", b"")["modules"])

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
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(client.TASKS, ChildKind.READING, REAL)
            patch.setitem(client.TASKS, kind, {**client.TASKS[kind], "own": TASKS["own"]})
            with Sandbox(kind) as reading:
                modules = set(reading.call("own", b"")["modules"])
                assert reading.broken_tasks() == {}

        assert needed <= modules
        assert not unneeded & modules


class TestTemplate:
    def template(self, box: Sandbox) -> int:
        parent: int = box.call("own", b"")["parent"]
        return parent

    def test_a_killed_template_is_replaced(self, box: Sandbox) -> None:
        """Else one kill by the memory guard stops all reading until a restart."""
        killed = self.template(box)

        os.kill(killed, signal.SIGKILL)

        assert box.call("echo", b"again")["data"] == "again"
        assert self.template(box) != killed
        assert gone(killed)

    def test_a_template_killed_during_work_costs_no_document(self, box: Sandbox) -> None:
        """Else a good invoice gets the blame for our own trouble."""
        template = self.template(box)
        threading.Timer(0.3, os.kill, (template, signal.SIGKILL)).start()
        running: list[int] = []
        threading.Timer(0.2, lambda: running.extend(children_of(template))).start()

        code = failure(lambda: box.call("sleep", b"", seconds=1.5))

        assert code == "timeout"  # the second try ran into its own deadline
        assert running and all(wait_until(lambda pid=pid: gone(pid)) for pid in running)  # type: ignore[misc]

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    def test_no_process_outlives_the_parent(self, number: signal.Signals) -> None:
        """Else a killed worker leaves children with a document in memory."""
        script = textwrap.dedent("""
            import sys, threading
            sys.path.insert(0, sys.argv[1])
            from intake.sandbox import client
            client.TASKS[client.ChildKind.READING] = {"own": "tests.hostile.tasks:own", "sleep": "tests.hostile.tasks:sleep"}
            box = client.Sandbox(client.ChildKind.READING)
            print(box.call("own", b"")["parent"], flush=True)
            box.call("sleep", b"", seconds=100)
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

    def test_the_end_of_a_starting_thread_ends_nothing(self, plain_tasks: None) -> None:
        """Else a sandbox started by a worker thread dies with that thread."""
        made: list[Sandbox] = []
        thread = threading.Thread(target=lambda: made.append(Sandbox(ChildKind.READING)))
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

    def test_a_closed_sandbox_says_so(self, plain_tasks: None) -> None:
        """Else a call after the end starts a process that nobody ends."""
        box = Sandbox(ChildKind.READING)
        template = self.template(box)

        box.close()
        box.close()

        assert gone(template)
        with pytest.raises(ValueError, match="closed"):
            box.call("echo", b"")

    def test_a_template_that_cannot_start_is_our_fault(
        self, plain_tasks: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Else a broken installation puts the blame on the mail."""
        monkeypatch.setattr(client, "_BOOT", "raise SystemExit(3)")

        with Sandbox(ChildKind.READING) as box, pytest.raises(ConfigurationError):
            box.call("echo", b"")

    def test_the_template_has_one_thread(self, box: Sandbox) -> None:
        """Else a fork copies a lock that is never opened again."""
        assert len(list(Path(f"/proc/{self.template(box)}/task").iterdir())) == 1
