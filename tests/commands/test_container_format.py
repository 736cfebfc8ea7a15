"""A container format is one file and a line of the registry."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from intake.secure_attachment.containers import registry
from tests.commands.conftest import Intake
from tests.secure_attachment.containers import strongbox

INVOICE = next((Path(__file__).parents[2] / "templates" / "_examples").glob("01-*/*.pdf"))
PASSWORD = "geheim-2026"
CARE = (
    "BSN;Verwijzer;Productcode;Omschrijving;Begindatum;Einddatum;Bedrag\r\n"
    "999990019;huisarts;45A52;Begeleiding;01-09-2026;30-09-2026;492,00\r\n"
)


@pytest.mark.parametrize("password", [PASSWORD, "another"])
def test_a_new_format_is_one_file(
    installed: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    """A provider with a program of his own waits until somebody finds all the tables that a format
    must be entered in.
    """
    monkeypatch.setattr(registry, "FORMATS", [*registry.FORMATS, strongbox.FORMAT])
    (tmp_path / "password").write_text(PASSWORD)
    provider = ("--kvk", "68750110", "--name", "Praktijk", "--email", "zorg@praktijk.example")
    secret = ("--attachment-password-file", str(tmp_path / "password"))
    assert installed("provider", "add", *provider, *secret).code == 0
    mail = EmailMessage()
    mail["From"], mail["To"] = "zorg@praktijk.example", "crediteuren@almere.nl"
    mail["Subject"], mail["Date"] = "Factuur", "Mon, 30 Nov 2026 10:00:00 +0100"
    mail.set_content("Hierbij onze factuur.")
    mail.add_attachment(
        INVOICE.read_bytes(), maintype="application", subtype="pdf", filename="factuur.pdf"
    )
    box = strongbox.sealed(CARE.encode(), password.encode())
    mail.add_attachment(box, maintype="application", subtype="octet-stream", filename="zorg.box")
    (tmp_path / "mail.eml").write_bytes(bytes(mail))

    done = installed("process", str(tmp_path / "mail.eml"), "--json", "--dry-run")

    line = json.loads(done.out)
    findings = [finding for invoice in line["invoices"] for finding in invoice["findings"]]
    closed = [f for f in [*findings, *line["findings"]] if f["check"] == "secure-attachment"]
    assert line["care_lines"] == (1 if password == PASSWORD else 0), done.err
    assert bool(closed) == (password != PASSWORD), closed
