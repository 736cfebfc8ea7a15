"""What a process knew does not outlive it: not in a core file, not in a traceback, not for a
neighbour who looks in.
"""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from pathlib import Path

from tests.road.test_no_leak import files_below, leaks

BSN = "999990019"
_START = "from intake.sandbox import hardening; hardening.close(); "


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A process with a BSN in its memory, in a folder where a core file would be allowed; its
    number stands first on stdout.
    """

    def allow_cores() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)

    before = (
        "import os, sys, resource, threading; kept = ''.join(map(chr, (57, 57, 57, 57, 57, 48, 48,"
        " 49, 57))); "
    )
    return subprocess.run(
        [sys.executable, "-c", before + code],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=allow_cores,
    )


def test_a_process_that_dies_leaves_no_core(tmp_path: Path) -> None:
    """A core file holds every key and every mail that was open, and lies there for whoever
    administers the machine.
    """
    ended = run(
        f"{_START}print(resource.getrlimit(resource.RLIMIT_CORE)); sys.stdout.flush(); os.abort()",
        tmp_path,
    )

    assert ended.returncode == -signal.SIGABRT
    assert ended.stdout == "(0, 0)\n"
    assert leaks({BSN}, files_below(tmp_path)) == set()
    assert list(tmp_path.iterdir()) == []


def test_it_holds_for_what_the_process_starts(tmp_path: Path) -> None:
    """The children that decrypt are started by it."""
    ended = run(f"{_START}import subprocess; subprocess.run(['sh', '-c', 'ulimit -Hc'])", tmp_path)

    assert ended.stdout == "0\n"


def test_no_other_process_of_the_same_user_may_look_in(tmp_path: Path) -> None:
    """A debugger of another program under the same account would read the keys."""
    code = "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"

    assert run(code, tmp_path).stdout == "1\n"
    assert run(_START + code, tmp_path).stdout == "0\n"


def test_a_bug_tells_where_it_is_and_not_what_it_saw(tmp_path: Path) -> None:
    """The text of an exception quotes what could not be read: a line of a mail, a number of a
    client.
    """
    thrown = run(
        f"{_START}exec('''def look(it):\\n  raise ValueError(it) from"
        " KeyError(it)\\nlook(kept)''')",
        tmp_path,
    )
    in_thread = run(
        f"{_START}t = threading.Thread(target=lambda: int('a' + kept)); t.start(); t.join()",
        tmp_path,
    )

    assert "in look" in thrown.stderr
    assert thrown.stderr.endswith("ValueError\n")
    assert in_thread.stderr.endswith("ValueError\n")
    assert leaks({BSN}, {"stderr": (thrown.stderr + in_thread.stderr).encode()}) == set()


def test_every_command_closes_first(tmp_path: Path) -> None:
    """The protection would be there and nobody would switch it on."""
    code = (
        "sys.argv = ['intake', '--help']; from intake import cli\ntry: cli.main()\nexcept"
        " SystemExit: print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    before = run(code, tmp_path)

    assert before.stdout.endswith("(0, 0)\n"), before.stderr
