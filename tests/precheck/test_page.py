"""A provider tries an invoice before sending it: what is told, and that nothing stays behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from intake.precheck.app import create_app
from intake.precheck.limits import HOUR, Turns
from intake.precheck.upload import MAX_BYTES
from intake.sandbox.client import Sandbox
from intake.settings import Precheck, Settings
from tests.browser.conftest import free_port
from tests.examples import reportlab_canvas
from tests.examples.bills import BILLS

GOOD = next(bill for bill in BILLS if bill.folder == "01-good-exempt-smime")
TYPO = next(bill for bill in BILLS if bill.folder == "10-iban-typo")


@pytest.fixture(scope="module")
def box(reading: Sandbox) -> Sandbox:
    return reading


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    page = Precheck(listen="127.0.0.1:8010", secure_cookie=False, per_hour=5)
    return Settings(home=tmp_path, precheck=page)


@pytest.fixture
def client(settings: Settings, box: Sandbox) -> TestClient:
    return TestClient(create_app(settings, box), base_url="http://127.0.0.1:8010")


def tried(client: TestClient, data: bytes, name: str = "factuur.pdf") -> tuple[int, str]:
    answer = client.post("/", files={"factuur": (name, data, "application/pdf")})
    return answer.status_code, answer.text


def test_a_good_invoice_is_told_so_with_what_was_read(client: TestClient) -> None:
    """The provider would not dare to send it, or send it and be refused."""
    status, page = tried(client, reportlab_canvas.render(GOOD))

    assert status == 200
    assert "Wij zien geen fouten" in page
    assert GOOD.number in page
    assert "data:image/png;base64," in page
    assert "zien wij pas als je haar stuurt" in page


def test_a_fault_is_told_in_the_words_of_the_letter_and_marked(client: TestClient) -> None:
    """Only after sending would the provider hear it."""
    _, page = tried(client, reportlab_canvas.render(TYPO))

    assert "Deze factuur kunnen wij nog niet betalen" in page
    assert "er zit waarschijnlijk een typefout in" in page
    assert '<rect class="reject"' in page


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7 broken", "niet goed lezen"),
        (b"PK\x03\x04 a workbook", "Dit is geen pdf"),
        (b"Geachte heer, hierbij de factuur.", "Dit is geen pdf"),
        (b"", "Er zat geen bestand bij"),
    ],
)
def test_what_cannot_be_looked_at_is_no_fault_of_the_invoice(
    client: TestClient, data: bytes, says: str
) -> None:
    """A provider would mend an invoice that is good."""
    _, page = tried(client, data)

    assert says in page
    assert "kunnen wij nog niet betalen" not in page


def test_nothing_stays_on_disk_and_no_word_in_a_log(
    client: TestClient,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """An invoice with a client on it would lie on a server that promises to keep nothing."""

    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a file went to disk")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", refuse)
    large = reportlab_canvas.render(GOOD) + b"\n%" + b"x" * 3_000_000

    status, page = tried(client, large, "Jansen BSN 999990019.pdf")

    assert status == 200
    assert "999990019" not in page
    assert list(settings.home.iterdir()) == []
    assert GOOD.number not in "".join(capfd.readouterr())


def test_too_large_is_told_before_it_is_read(client: TestClient) -> None:
    """A few visitors could fill the memory."""
    answer = client.post("/", content=b"x", headers={"content-length": str(MAX_BYTES * 2)})

    assert answer.status_code == 413


def test_a_visitor_that_asks_too_much_waits(client: TestClient) -> None:
    """One script could keep all others from trying theirs."""
    for _ in range(5):
        tried(client, b"%PDF-1.7")

    status, page = tried(client, b"%PDF-1.7")

    assert status == 429
    assert "Probeer het later" in page


def test_turns_come_back_after_an_hour_and_are_each_visitors_own() -> None:
    """A practice behind one address would be shut out for good by a busy morning."""
    now = [0.0]
    turns = Turns(2, lambda: now[0])

    assert [turns.take("a"), turns.take("a"), turns.take("a"), turns.take("b")] == [
        True,
        True,
        False,
        True,
    ]
    now[0] = HOUR
    assert turns.take("a")


def test_nothing_from_elsewhere_is_loaded_and_no_other_site_may_frame_it(
    client: TestClient,
) -> None:
    """Another site could pass for the municipality."""
    headers = client.get("/").headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "img-src 'self' data:" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_another_name_is_not_answered(client: TestClient) -> None:
    """A web site could point its own name at this machine and read along."""
    assert client.get("/", headers={"host": "elders.example"}).status_code == 421


def test_it_runs_as_a_process_of_its_own_without_database_and_keys(tmp_path: Path) -> None:
    """A page that strangers reach must not be able to open a case."""
    home, address = tmp_path / "absent", f"127.0.0.1:{free_port()}"
    environment = os.environ | {
        "INTAKE_HOME": str(home),
        "INTAKE_PRECHECK__LISTEN": address,
        "INTAKE_PRECHECK__SECURE_COOKIE": "false",
    }
    process = subprocess.Popen([sys.executable, "-m", "intake", "precheck"], env=environment)
    try:
        page = _answer(f"http://{address}/")
    finally:
        process.terminate()
        code = process.wait(30)

    assert "Controleer je factuur" in page
    assert code == 0
    assert not home.exists()


def _answer(address: str) -> str:
    for _ in range(300):
        with suppress(httpx.ConnectError):
            return httpx.get(address).text
        time.sleep(0.1)
    raise AssertionError("it does not serve")
