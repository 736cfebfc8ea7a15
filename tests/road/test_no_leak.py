"""No BSN in any place where it does not belong: every file of the installation, its logs and its
letters are searched.
"""

from __future__ import annotations

import base64
import re
import signal
from pathlib import Path

import pytest

from intake.mail import example
from intake.store import cases
from tests.road.installation import EXAMPLES, eventually, installed
from tests.servers import run_sink

_BSN = re.compile(r"(?<!\d)(?:9999\d{5}|111222333|123456782)(?!\d)")


def test_bsns_of_the_examples_stand_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A BSN would lie in a database page, a log, a temporary file, a core or a letter, readable for
    whoever gets at the file.
    """
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    mails = example.load(EXAMPLES)
    bsns = {
        found
        for mail in mails
        for row in mail.attachment.rows
        for cell in row
        for found in _BSN.findall(str(cell))
    }
    assert len(bsns) >= 5, "the examples hold BSNs to look for"
    with run_sink() as sink:
        environment = {
            "INTAKE_REPLIES__MODE": "automatic",
            "INTAKE_SMARTHOST__ADDRESS": f"127.0.0.1:{sink.port}",
            "INTAKE_SMARTHOST__TLS": "none",
        }
        with installed(tmp_path / "home", **environment) as installation:
            installation.start("receive")
            installation.start("work")
            installation.start("send")
            for mail in mails:
                assert installation.deliver(installation.example(mail.name))
            eventually(
                lambda: installation.all_decided(len(mails)), "all examples are decided", 120
            )
            eventually(lambda: len(sink.messages) >= 5, "letters are sent")
            replies = [
                cases.get_case(installation.store, row.reference).replies
                for row in cases.list_cases(installation.store, limit=100)
            ]
            letters = [reply.text + reply.subject for those in replies for reply in those]
            found = leaks(
                bsns,
                {
                    **files_below(tmp_path),
                    **{f"letter {n}": text.encode() for n, text in enumerate(letters)},
                },
            )
            found |= leaks(bsns, {f"sent {n}": raw for n, (_, _, raw) in enumerate(sink.messages)})
            for process in installation.processes:
                process.send_signal(signal.SIGABRT)
                process.wait(20)
            found |= leaks(bsns, files_below(tmp_path))
            assert not list(tmp_path.rglob("core*")), (
                "a process that dies leaves no image of its memory"
            )
    assert found == set()


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def leaks(bsns: set[str], contents: dict[str, bytes]) -> set[tuple[str, str]]:
    """(place, form) of every BSN found: plain, grouped, base64 in each of its three phases, UTF-16,
    hex.
    """
    forms: list[tuple[str, bytes]] = []
    for bsn in bsns:
        raw = bsn.encode()
        forms += [
            ("plain", raw),
            ("hex", raw.hex().encode()),
            ("utf-16", bsn.encode("utf-16-le")),
            ("utf-16be", bsn.encode("utf-16-be")),
        ]
        forms += [
            ("grouped", f"{bsn[:4]}{mark}{bsn[4:6]}{mark}{bsn[6:]}".encode())
            for mark in (".", " ", "-")
        ]
        forms += [
            (
                f"base64+{shift}",
                base64.b64encode(b"x" * shift + raw)[4 if shift else 0 : 12 if shift else 11],
            )
            for shift in range(3)
        ]
    return {
        (place, form)
        for place, data in contents.items()
        for form, needle in forms
        if needle in data
    }


def test_the_search_finds_what_it_looks_for() -> None:
    """The search above would pass because it cannot find anything."""
    bsn = "999990019"
    for shift in range(3):
        text = base64.b64encode(b"y" * shift + bsn.encode() + b" and more")
        assert leaks({bsn}, {"file": text}), shift
    assert leaks({bsn}, {"file": bsn.encode("utf-16-le")})
    assert leaks({bsn}, {"file": b"9999.90.019"})
