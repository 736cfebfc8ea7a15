"""``intake import``: old mail comes in once, keeps its day, and is never answered."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from intake import settings as settings_module
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.store import Store, cases, day_reports, journal, open_store, outbox, work_queue
from intake.store.tables import IMPORTED, ReplyState
from tests.commands.conftest import Intake
from tests.servers import Dovecot, wait_for
from tests.store import things

POSTMARK = b"From jansen@praktijk.example Fri Nov 20 09:30:00 2026\n"


@pytest.fixture
def store(installed: Intake, home: Path) -> Iterator[Store]:
    opened = open_store(settings_module.load(home=home))
    yield opened
    opened.close()


def lf(number: int) -> bytes:
    return things.mail(number).replace(b"\r\n", b"\n")


def number_of(store: Store, table: str = "mail") -> int:
    with store.read() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def filled(folder: Path, each: int) -> None:
    """An mbox, a Maildir and files, which overlap."""
    (folder / "Maildir" / "cur").mkdir(parents=True)
    (folder / "Maildir" / "new").mkdir()
    (folder / "eml").mkdir()
    mbox = b"".join(POSTMARK + lf(n) + b"\n" for n in range(each))
    (folder / "oud.mbox").write_bytes(mbox)
    for n in range(each // 2, each + each // 2):
        (folder / "Maildir" / "cur" / f"{n}.host:2,S").write_bytes(lf(n))
    for n in range(each, 2 * each):
        (folder / "eml" / f"{n}.eml").write_bytes(things.mail(n))


def test_killed_in_the_midst_and_run_again_each_mail_is_one_case(
    installed: Intake, store: Store, tmp_path: Path, home: Path
) -> None:
    """Somebody closes the terminal: mails would be missing, or be here twice."""
    old = tmp_path / "old"
    filled(old, 150)
    command = [sys.executable, "-m", "intake", "import", str(old)]
    environment = os.environ | {"INTAKE_HOME": str(home)}
    here = Path(__file__).parents[2]
    first = subprocess.run(
        command, env=environment | {"INTAKE_FAILPOINT": "after-import"}, cwd=here, check=False
    )
    assert (first.returncode, number_of(store)) == (-signal.SIGKILL, 1)
    second = subprocess.Popen(command, env=environment, cwd=here)
    wait_for(lambda: number_of(store) > 20, "some mails are in", 60)
    second.kill()
    second.wait()
    assert 20 < number_of(store) < 300

    ended = installed("import", str(old))

    assert (ended.code, number_of(store)) == (0, 300)
    again = installed("import", str(old))
    assert (again.code, number_of(store), number_of(store, "arrival")) == (0, 300, 300)
    assert "0 new, 450 here already" in again.out
    report = day_reports.make(store, dt.date(2026, 11, 20), IMPORTED)
    assert (report.closed, report.mails) == (True, 300)


def test_its_day_is_that_of_receipt(installed: Intake, store: Store, tmp_path: Path) -> None:
    """The term of payment would begin anew."""
    (tmp_path / "oud").write_bytes(POSTMARK + lf(1))

    installed("import", str(tmp_path / "oud"))

    claim = things.claim(store)
    assert claim.envelope.received_at == dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
    assert claim.envelope.source == "import"


def test_no_letter_ever_leaves_whoever_decides(
    installed: Intake, store: Store, tmp_path: Path
) -> None:
    """Providers would get refusals of invoices that were paid years ago."""
    (tmp_path / "oud.eml").write_bytes(things.mail(1))
    installed("import", str(tmp_path / "oud.eml"))
    refuses = things.decision(things.verdict(MailOutcome.REJECTED, reply=ReplyKind.REFUSAL))
    claim = things.claim(store)

    work_queue.finish(store, claim, refuses)

    case = cases.get_case(store, claim.reference)
    assert case.reply is not None
    assert (case.reply.state, case.reply.held) == (ReplyState.DROPPED, "imported")
    assert outbox.due(store) == ()


def test_a_live_mail_is_answered_as_ever(installed: Intake, store: Store, tmp_path: Path) -> None:
    """A copy among old mail would keep a provider from his answer."""
    journal.keep(store, things.mail(1), things.envelope(), "smtp")
    (tmp_path / "oud.eml").write_bytes(things.mail(1))

    ended = installed("import", str(tmp_path / "oud.eml"))
    refuses = things.decision(things.verdict(MailOutcome.REJECTED, reply=ReplyKind.REFUSAL))
    work_queue.finish(store, things.claim(store), refuses)

    assert "0 new, 1 here already" in ended.out
    assert len(outbox.due(store)) == 1


BARE = b"From: a@praktijk.example\r\nSubject: Factuur\r\n\r\nregel\r\n\r\nFrom hier\r\n"


@pytest.mark.parametrize("live_first", [True, False])
@pytest.mark.parametrize(
    "stored",
    [
        BARE,
        BARE.replace(b"\r\n", b"\n"),
        BARE.rstrip(),
        POSTMARK + BARE.replace(b"\r\n", b"\n").replace(b"\nFrom", b"\n>From") + b"\n",
    ],
    ids=["same", "lf", "no-end", "mbox"],
)
def test_a_mail_without_an_id_that_came_live_too_is_one(
    installed: Intake, store: Store, tmp_path: Path, stored: bytes, live_first: bool
) -> None:
    """Another program ends lines in its own way: the same invoice would be paid as two."""
    (tmp_path / "oud.eml").write_bytes(stored)
    if live_first:
        journal.keep(store, BARE, things.envelope(), "smtp")
    installed("import", str(tmp_path / "oud.eml"))
    if not live_first:
        journal.keep(store, BARE, things.envelope(), "smtp")

    assert number_of(store) == 1


def test_what_is_left_out_is_told(installed: Intake, store: Store, tmp_path: Path) -> None:
    """A mail in a file of Outlook would be believed to be here."""
    (tmp_path / "x.msg").write_bytes(b"\xd0\xcf\x11\xe0")

    ended = installed("import", str(tmp_path / "x.msg"))

    assert (ended.code, "save it as .eml" in ended.err) == (1, True)
    assert installed("import", str(tmp_path / "weg")).code == 2


def test_a_folder_of_the_mailbox(installed: Intake, store: Store, dovecot: Dovecot) -> None:
    """An archive that lies on the server would have to be copied to files first."""
    user = uuid.uuid4().hex
    with dovecot.session(user) as client:
        client.create("Archief")
        for number in (1, 2):
            client.append("Archief", "", '"20-Nov-2026 10:30:00 +0100"', things.mail(number))
    mailbox = {
        "mailbox__host": "127.0.0.1",
        "mailbox__port": str(dovecot.imap_port),
        "mailbox__tls": "false",
        "mailbox__user": user,
        "mailbox__password": "pw",
    }

    ended = installed("import", "--source", "imap", "Archief", **mailbox)

    assert (ended.code, number_of(store)) == (0, 2)
    assert things.claim(store).envelope.received_at == things.NOW
    assert len(dovecot.messages(user, "Archief")) == 2
    assert installed("import", "--source", "imap", "Weg").code == 2
