"""A client's number or name, put in every place that a provider can fill, stands in no output,
letter, log, error or database page.
"""

from __future__ import annotations

import email.policy
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import openpyxl
import pytest

from intake import settings
from intake.children import open_sandbox
from intake.sandbox.task import ChildKind
from intake.store import cases, incidents, open_store, providers, users
from intake.store.tables import Role
from tests.cases.build import EMAIL, KVK, PASSWORD, add, aes_zip, done, plain_zip, sheet, start
from tests.cases.page import GOOD, invoice, pdf
from tests.document.anonymity.leaky import attached, form_field, info, note, with_change
from tests.review.addresses import addresses
from tests.review.conftest import PASSWORD as CLERKS_PASSWORD
from tests.review.conftest import Clerk
from tests.road.test_no_leak import files_below, leaks

JSON = dict[str, Any]

BSN, OTHER = "999990019", "111222333"
NAME, BORN = "Sanne Voorbeeld", "14-03-2015"
PERSON = f"{NAME}, geb. {BORN}"
SECRETS = (BSN, OTHER, "9999.90.019", "1112.22.333", "999 990 019", NAME, "Sanne_Voorbeeld", BORN)
LABELLED = f"BSN {BSN}"

ON_PAGE: dict[str, dict[str, Sequence[str]]] = {
    "foot": {"foot": (LABELLED, f"Cliënt: {PERSON}")},
    "invoice-number": {"number": (f"Factuurnummer: BSN {BSN}",)},
    "number-and-label": {"number": (f"Factuurnummer: {BSN}", LABELLED)},
    "kvk": {"kvk": (f"KvK-nummer: {BSN} (BSN cliënt {BSN})",)},
    "customer-reference": {"number": ("Factuurnummer: R-1", f"Uw kenmerk: {BSN}", LABELLED)},
    "iban": {"iban": (f"IBAN: NL71 RABO 0442 0126 45 BSN {BSN}",)},
    "iban-like": {"iban": (f"IBAN: NL00 {BSN}", LABELLED)},
    "supplier": {"supplier": (f"Praktijk BSN {BSN}", "Rozenlaan 12", "1338 AB Almere")},
    "street": {"supplier": ("Praktijk De Wilde Roos", f"Rozenlaan 12 BSN {BSN}", "1338 AB Almere")},
    "phone": {"phone": (f"Telefoon: {BSN}", LABELLED)},
    "date": {"date": (f"Factuurdatum: 1 oktober 2026 bsn {BSN}",)},
    "addressee": {
        "addressee": ("", "Gemeente Almere", f"BSN {BSN}", "Postbus 200", "1300 AE Almere", "")
    },
    "items": {"items": ("Cliënt|BSN||Bedrag", f"{NAME}|{BSN}||€ 500,00", "")},
    "grouped": {"foot": ("1112.22.333",)},
    "spaced": {"foot": ("BSN: 999 990 019", f"nogmaals {BSN}")},
    "total": {"total": (f"|||Totaal te betalen: € 500,00 BSN {BSN}", "")},
    "vat": {"vat": (f"Vrijgesteld van btw. BSN {BSN}",)},
}


def page(blocks: dict[str, Sequence[str]]) -> bytes:
    """The good invoice with some blocks written otherwise."""
    return pdf(
        [
            line.format(number="R-1")
            for block, lines in GOOD.items()
            for line in blocks.get(block, lines)
        ]
    )


def document(number: str = "R-900") -> bytes:
    """An invoice with client data in its title, a note, a form field and an attached file."""
    data = with_change(
        info("/Title", LABELLED), invoice(number, foot=(LABELLED, f"Cliënt: {PERSON}"))
    )
    for change in (
        info("/Subject", PERSON),
        note(PERSON),
        form_field("bsn", BSN),
        attached(f"bsn_{BSN}.csv", b"niets"),
    ):
        data = with_change(change, data)
    return data


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].title = f"BSN {BSN}"
    book.worksheets[0].append([f"Cliënt {NAME}", BORN, BSN])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def everywhere(name: str, *files: tuple[str, bytes]) -> EmailMessage:
    """A mail with client data in every header and in its body."""
    mail = start(name, f"Factuur BSN {BSN} {PERSON}")
    mail.replace_header("From", f'"{PERSON} {BSN}" <{EMAIL}>')
    mail.replace_header("Message-ID", f"<{name}-bsn-{BSN}@wilderoos.example>")
    mail["In-Reply-To"] = f"<{BSN}.{name}@wilderoos.example>"
    mail["References"] = f"<{BSN}.{name}@wilderoos.example> <bsn.{OTHER}@wilderoos.example>"
    mail["Reply-To"] = f"{NAME} <{EMAIL}>"
    mail["X-BSN"] = BSN
    mail["Keywords"] = f"{PERSON} {BSN}"
    mail.set_content(f"Hierbij de factuur voor {PERSON}, BSN: {BSN} (of 1112.22.333).\n")
    for file_name, data in files:
        add(mail, file_name, data)
    return mail


def mails() -> dict[str, bytes]:
    zipped = aes_zip((f"{NAME} bsn {BSN}.csv", sheet()))
    made = {
        "protected": everywhere(
            "protected", (f"factuur {BSN}.pdf", document()), (f"bijlage {BSN}.zip", zipped)
        ),
        "open-zip": everywhere(
            "open-zip",
            ("factuur.pdf", invoice("R-901")),
            (f"bsn_{BSN}.zip", plain_zip((f"{BSN} {NAME}.csv", sheet()))),
        ),
        "open-sheet": everywhere(
            "open-sheet", ("factuur.pdf", invoice("R-902")), (f"{NAME}_geb_{BORN}.xlsx", workbook())
        ),
        "wrong-password": everywhere(
            "wrong-password",
            ("factuur.pdf", invoice("R-903")),
            ("b.zip", aes_zip((f"{BSN}.csv", sheet()), password="anders")),
        ),
        "word": everywhere("word", (f"factuur bsn {BSN}.docx", b"PK\x03\x04" + bytes(40))),
        "damaged": everywhere(
            "damaged", (f"factuur {BSN}.pdf", b"%PDF-1.7\n" + BSN.encode() + bytes(90))
        ),
        "question": everywhere("question"),
        "file-name-tells": everywhere(
            "file-name-tells",
            (f"{NAME}_geb_{BORN}.pdf".replace(" ", "_"), invoice("R-904")),
            ("bijlage.zip", zipped),
        ),
    }
    raw = {name: done(mail, name) for name, mail in made.items()}
    raw["broken-headers"] = (
        f"From: {BSN}\r\nDate: {BSN}\r\nContent-Type: multipart/mixed;"
        f" boundary={BSN}\r\n\r\n--{BSN}".encode()
    )
    for place, blocks in ON_PAGE.items():
        mail = start(f"page-{place}")
        mail.set_content("Zie de bijlage.\n")
        add(mail, "factuur.pdf", page(blocks))
        add(mail, "bijlage.zip", zipped)
        raw[f"page-{place}"] = mail.as_bytes(policy=email.policy.SMTP)
    return raw


class Town:
    """One installation that processed every mail, with all that came out of it."""

    def __init__(self, home: Path) -> None:
        self.home = home / "installation"
        self.home.mkdir()
        self.out: dict[str, str] = {}
        self.run("keys", "create")
        self.run("migrate")
        store = open_store(settings.load(home=self.home))
        providers.add_provider(store, KVK, "Praktijk De Wilde Roos", EMAIL, PASSWORD)
        store.close()
        inbox = home / "mails"
        inbox.mkdir()
        for name, raw in mails().items():
            (inbox / f"{name}.eml").write_bytes(raw)
        files = sorted(inbox.iterdir())
        self.out["process"] = self.run("process", "--json", *map(str, files))
        self.out["again"] = self.run("process", *map(str, files))
        self.out["dry"] = self.run(
            "process",
            "--json",
            "--dry-run",
            *(str(file) for file in files if not file.name.startswith("page-")),
        )
        self.lines = {
            Path(line["file"]).stem: line
            for line in map(json.loads, self.out["process"].splitlines())
        }

    def run(self, *arguments: str) -> str:
        """What a command writes on stdout; its stderr goes to the log."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")
        } | {"INTAKE_HOME": str(self.home)}
        command = [sys.executable, "-m", "intake", *arguments]
        ended = subprocess.run(
            command, env=environment, cwd=self.home, capture_output=True, text=True, timeout=200
        )
        assert ended.returncode in (0, 1, 3), ended.stderr
        self.out["log"] = self.out.get("log", "") + ended.stderr
        return ended.stdout


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    yield Town(tmp_path_factory.mktemp("privacy"))


@pytest.mark.parametrize("output", ["process", "again", "dry", "log"])
@pytest.mark.parametrize("secret", SECRETS)
def test_in_no_output(output: str, secret: str, town: Town) -> None:
    """Result lines end in scripts and logs, where a client's number is a data leak."""
    assert [line[:200] for line in town.out[output].splitlines() if secret in line] == []


def test_every_mail_got_its_line_and_its_incident(town: Town) -> None:
    """The search above would pass because nothing was processed."""
    assert len(town.lines) == len(mails())
    assert {line["outcome"] for line in town.lines.values()} >= {"rejected", "quarantined"}
    for place in ON_PAGE:
        findings = [
            (f["check"], f["severity"])
            for i in town.lines[f"page-{place}"]["invoices"]
            for f in i["findings"]
        ]
        assert ("anonymity", "reject") in findings, place
    assert ("anonymity", "review") in [
        (f["check"], f["severity"]) for f in town.lines["file-name-tells"]["findings"]
    ]


def test_in_no_letter(town: Town) -> None:
    """A letter travels over the open internet."""
    store = open_store(settings.load(home=town.home))
    rows = cases.list_cases(store, limit=500)
    letters = [r for row in rows for r in cases.get_case(store, row.reference).replies]
    reasons = [row.reason for row in rows]
    store.close()

    assert len(letters) >= 5
    for letter in letters:
        assert not [
            secret for secret in SECRETS if secret in letter.subject + letter.text + str(letter.to)
        ]
    assert not [secret for secret in SECRETS for reason in reasons if secret in (reason or "")]


def test_on_no_page_of_the_clerk_before_a_reason_is_given(
    town: Town, capfd: pytest.CaptureFixture[str]
) -> None:
    """Everyone who passes a screen, and every proxy that logs addresses, would see clients."""
    store = open_store(settings.load(home=town.home, review__secure_cookie=False))
    users.set_user(store, "anna", CLERKS_PASSWORD, tuple(Role))
    with open_sandbox(ChildKind.READING) as sandbox:
        clerk = Clerk(store, sandbox)
        assert clerk.log_in(password=CLERKS_PASSWORD).status_code == 303
        shown = {
            path: clerk.get(path).text
            for path in (*addresses(kvk=KVK), "/?tab=afgewezen", f"/zoeken?bsn={BSN}")
        }
        numbers = [entry.id for entry in incidents.listed(store)]
        shown |= {p: clerk.get(p).text for n in numbers for p in addresses(number=n)}
        references = [row.reference for row in cases.list_cases(store, limit=500)]
        for reference in references:
            page = clerk.get(f"/zaak/{reference}")
            assert page.status_code == 200
            shown |= {p: clerk.get(p).text for p in addresses(reference=reference)}
            for link in re.findall(r'(?:href|src|action)="([^"]+)"', page.text):
                assert not [
                    secret for secret in (*SECRETS, quote(NAME), quote_plus(NAME)) if secret in link
                ], link
    store.close()
    logged = capfd.readouterr()

    assert len(references) == len(mails())
    assert [
        (place, secret) for place, text in shown.items() for secret in SECRETS if secret in text
    ] == []
    assert not [secret for secret in SECRETS if secret in logged.out + logged.err]


def test_each_place_has_its_row_in_the_register(town: Town) -> None:
    """An incident that nobody wrote down cannot be judged, and the register goes to people outside."""
    register, readings = town.run("incidents", "export"), town.run("audit", "export")
    rows = [(row["case"], row["kind"]) for row in map(json.loads, register.splitlines())]

    for name, kind in (
        ("page-foot", "invoice-not-anonymous"),
        ("open-zip", "unsecured-attachment"),
        ("protected", "mail-not-anonymous"),
        ("file-name-tells", "mail-not-anonymous"),
    ):
        reference = re.search(r"IN-\w{4}-\w{4}", town.lines[name]["reply"]["text"])
        assert reference, name
        assert (reference.group(), kind) in rows, name
    assert readings.count("incident-export") == len(rows)
    assert not [secret for secret in SECRETS if secret in register + readings]


def test_in_no_file_of_the_installation(town: Town) -> None:
    """A stolen database, WAL or temporary file would be readable."""
    contents = files_below(town.home)
    assert leaks({BSN, OTHER}, contents) == set()
    assert [
        (place, text)
        for place, data in contents.items()
        for text in (NAME, BORN, "Sanne_Voorbeeld")
        if text.encode() in data
    ] == []


def test_check_says_nothing_either(tmp_path: Path, town: Town) -> None:
    """Providers run ``intake check`` in their own programs, whose logs are kept."""
    files = []
    for place, blocks in ON_PAGE.items():
        files.append(tmp_path / f"{place}.pdf")
        files[-1].write_bytes(page(blocks))
    files += [
        tmp_path / f"BSN {BSN}.pdf",
        tmp_path / f"{NAME}_geb_{BORN}.pdf",
        tmp_path / "inside.pdf",
        tmp_path / "broken bsn 1112.22.333.pdf",
    ]
    for file in files[-4:-1]:
        file.write_bytes(document())
    files[-1].write_bytes(b"%PDF-1.4 " + BSN.encode())
    town.out["log"] = ""
    shown = (
        town.run("check", "--json", *map(str, files))
        + town.run("check", *map(str, files))
        + town.out["log"]
    )

    assert shown.count("\n") > 2 * len(files)
    assert not [
        (secret, line[:160]) for secret in SECRETS for line in shown.splitlines() if secret in line
    ]


def test_an_invoice_number_that_passes_the_11_test_is_still_told(
    tmp_path: Path, town: Town
) -> None:
    """A provider would not find the own invoice in our answer."""
    numbers = ["111222333", "F123456782", "2026123456"]
    files = [tmp_path / f"factuur-{place}.pdf" for place in range(len(numbers))]
    for file, number in zip(files, numbers, strict=True):
        file.write_bytes(invoice(number))
    lines = [
        json.loads(line) for line in town.run("check", "--json", *map(str, files)).splitlines()
    ]

    assert [(line["fields"]["invoice-number"], line["outcome"]) for line in lines] == [
        (number, "accepted") for number in numbers
    ]


def test_a_file_that_is_not_there_is_told_without_its_secret(town: Town) -> None:
    """The error line of a missing file is a log line too."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")
    }
    command = [sys.executable, "-m", "intake", "check", f"bsn_{BSN}.pdf"]
    ended = subprocess.run(
        command, env=environment, cwd=town.home, capture_output=True, text=True, timeout=60
    )

    assert ended.returncode == 2
    assert BSN not in ended.stdout + ended.stderr
