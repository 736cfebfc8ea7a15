"""``intake check`` and ``intake process`` among other tools: a pipe that closes, a name that is not
UTF-8, a file without an end, and mails that wake each other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from intake import settings
from intake.store import cases, journal, open_store, providers
from intake.store.migration import migrate
from intake.store.tables import CaseState
from tests.cases.page import invoice
from tests.kinds.mails import PASSWORD, mail, secured


def run(
    *arguments: str | bytes, home: Path, stdout: int = subprocess.PIPE, shell_closes: str = ""
) -> subprocess.CompletedProcess[bytes]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("INTAKE_")}
    command: Sequence[str | bytes] = [sys.executable, "-m", "intake", *arguments]
    if shell_closes:
        command = ["sh", "-c", f'exec "$@" {shell_closes}', "sh", *command]
    return subprocess.run(
        command,
        env=environment | {"INTAKE_HOME": str(home)},
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=200,
    )


@pytest.mark.parametrize("form", [["--json"], []], ids=["json", "words"])
def test_reader_goes_away(tmp_path: Path, form: list[str]) -> None:
    """``intake check *.pdf | head -1`` would end with a page of traceback."""
    files = []
    for number in range(2):
        files.append(tmp_path / f"{number}.pdf")
        files[-1].write_bytes(invoice(f"2026-{number}"))
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run("check", *form, *map(str, files), home=tmp_path, stdout=writing)
    finally:
        os.close(writing)

    assert b"Traceback" not in done.stderr
    assert b"Error" not in done.stderr
    assert done.returncode == 141


@pytest.mark.parametrize("closes", [">&-", "<&-", ">&- 2>&- <&-"])
def test_stream_that_is_closed_from_the_start(tmp_path: Path, closes: str) -> None:
    """A job that closes its streams would crash, or write into the file that is read."""
    file = tmp_path / "factuur.pdf"
    file.write_bytes(invoice("2026-11"))
    done = run("check", str(file), home=tmp_path, shell_closes=closes)

    assert b"Traceback" not in done.stderr
    assert done.returncode == 0
    assert file.read_bytes() == invoice("2026-11")


def test_name_that_is_not_utf8(tmp_path: Path) -> None:
    """A file of an old Windows machine would end the whole batch; JSON gives its name back."""
    name = os.fsencode(tmp_path) + b"/factuur-\xe9\xe9n.pdf"
    Path(os.fsdecode(name)).write_bytes(invoice("2026-11"))
    done = run("check", "--json", name, home=tmp_path)
    in_words = run("check", name, home=tmp_path)

    assert (done.returncode, in_words.returncode) == (0, 0), done.stderr + in_words.stderr
    assert os.fsencode(json.loads(done.stdout)["file"]) == name
    assert b"goed" in in_words.stdout
    assert b"Traceback" not in done.stderr + in_words.stderr


@pytest.mark.parametrize("command", ["check", "process --dry-run"])
def test_file_without_an_end(tmp_path: Path, command: str) -> None:
    """A device would fill the memory of the machine."""
    done = run(*command.split(), "/dev/zero", home=tmp_path)

    assert done.returncode == 2
    assert b"/dev/zero: larger than" in done.stderr


@pytest.mark.parametrize("order", ["invoice first", "attachment first"])
def test_process_decides_what_it_wakes(tmp_path: Path, order: str) -> None:
    """The first mail of a batch stayed undecided until the next call, perhaps for ever."""
    home = tmp_path / "home"
    home.mkdir()
    assert run("keys", "create", home=home).returncode == 0
    chosen = settings.load(home=home)
    migrate(chosen)
    with open_store(chosen) as store:
        providers.add_provider(store, "99952775", "Roos", "zorg@roos.example", PASSWORD)
    halves = [
        mail(("f.pdf", invoice("2026-11")), number=1),
        mail(secured(), subject="Bijlage bij 2026-11", number=2),
    ]
    if order == "attachment first":
        halves.reverse()
    files = []
    for number, half in enumerate(halves):
        files.append(tmp_path / f"{number}.eml")
        files[-1].write_bytes(half.as_bytes())
    done = run("process", "--json", *map(str, files), home=home)

    assert done.returncode == 0, done.stderr
    with open_store(chosen) as store:
        known = [journal.known(store, half.as_bytes(), chosen.profile) for half in halves]
        states = {cases.get_case(store, reference).state for reference in known if reference}
    assert states == {CaseState.QUEUED, CaseState.IGNORED}
