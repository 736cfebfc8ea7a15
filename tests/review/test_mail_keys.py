"""The page without the private keys of mail."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from pathlib import Path

from intake.model.verdict import MailOutcome
from intake.sandbox.client import Sandbox
from intake.secure_attachment import keys
from tests.review import filled
from tests.review.conftest import Clerk, make_store

_opened: list[str] = []
sys.addaudithook(lambda event, found: _opened.append(str(found[0])) if event == "open" else None)


def test_the_page_opens_no_private_key_of_mail(tmp_path: Path, sandbox: Sandbox) -> None:
    """Who breaks into the page would read every encrypted mail, and those to come."""
    folder = tmp_path / "mail-keys"
    ends = dt.datetime.now(dt.UTC) - dt.timedelta(days=10)
    made = keys.create(folder, "Gemeente Almere", "a@almere.example", now=ends, days=20)
    store = make_store(tmp_path / "home", mail_keys=folder)
    reference = filled.fill(store, filled.verdict(MailOutcome.QUEUED))
    clerk = Clerk(store, sandbox)
    _opened.clear()

    clerk.log_in()
    case, health = clerk.get(f"/zaak/{reference}"), clerk.get("/health").json()

    assert case.status_code == 200
    assert "certificate" in health["warnings"]
    mail_keys = {Path(each).name for each in _opened if str(folder) in each}
    assert mail_keys == {f"{made.name}.certificate.pem"}
    store.close()
    shutil.rmtree(folder)
