"""Another program takes batches and says what became of them."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from intake.api.app import create_app
from intake.review import wording
from intake.review.security import MAX_FORM_BYTES
from intake.settings import Api
from intake.store import Store, audit, batches, cases, open_store, tokens
from intake.store.tokens import Scope
from tests.conftest import SettingsOn
from tests.store import things
from tests.store.test_batches import accepted

ALL = tuple(Scope)
Bearer = Callable[..., TestClient]


@pytest.fixture
def store(settings_on: SettingsOn) -> Iterator[Store]:
    opened = open_store(settings_on("sqlite"))
    opened.clock = lambda: things.NOW
    yield opened
    opened.close()


@pytest.fixture
def program(store: Store) -> Bearer:
    """``program(Scope.READ_BATCHES)``: a client with a token for these."""
    page = Api(listen="127.0.0.1:8020", secure_cookie=False)
    app = create_app(store.settings.model_copy(update={"api": page}), store)

    def client(*scopes: Scope, until: dt.date = dt.date(2026, 12, 31)) -> TestClient:
        token = tokens.make(store, f"program-{len(tokens.listed(store))}", scopes, until)
        headers = {"Authorization": f"Bearer {token}"}
        return TestClient(app, base_url="http://127.0.0.1:8020", headers=headers)

    return client


def test_a_batch_goes_all_the_way(store: Store, program: Bearer) -> None:
    """The clerk would type it all again, and nobody would know what was paid."""
    reference = accepted(store)
    finance = program(*ALL)

    made = finance.post("/v1/batches", json={"municipality": "almere"})
    assert made.status_code == 201
    number = made.json()["batch"]["number"]
    whole = finance.get(f"/v1/batches/{number}").json()
    assert whole == made.json()["batch"]
    (invoice,) = whole["invoices"]
    assert (invoice["number"], Decimal(invoice["gross"])) == ("2026-0001", Decimal("1493.82"))
    assert invoice["supplier_iban"] == "NL91ABNA0417164300"

    for state in ("delivered", "booked"):
        assert finance.put(f"/v1/batches/{number}/state", json={"state": state}).status_code == 204
    paid = f"/v1/batches/{number}/invoices/1/payment"
    assert finance.put(paid, json={"blocked": "dispute-7"}).status_code == 204
    assert finance.put(paid, json={"paid_on": "2026-12-01"}).status_code == 204

    assert [head["state"] for head in finance.get("/v1/batches").json()] == ["booked"]
    events = [event.code for event in cases.get_case(store, reference).events]
    assert events[-3:] == ["exported", "payment-blocked", "paid"]


def test_tables_are_what_the_command_writes(store: Store, program: Bearer) -> None:
    """Two ways out would pay two amounts."""
    accepted(store)
    finance = program(*ALL)
    finance.post("/v1/batches", json={"municipality": "almere"})

    as_csv, as_xlsx = (finance.get(f"/v1/batches/1/table.{ending}") for ending in ("csv", "xlsx"))

    assert "1493,82" in as_csv.content.decode("utf-8-sig")
    assert openpyxl.load_workbook(io.BytesIO(as_xlsx.content)).sheetnames == ["batch 1"]
    assert finance.get("/v1/batches/1/table.exe").status_code == 404


ASKED: list[tuple[str, str, Any, Scope]] = [
    ("GET", "/v1/batches", None, Scope.READ_BATCHES),
    ("GET", "/v1/batches/1", None, Scope.READ_BATCHES),
    ("GET", "/v1/batches/1/table.csv", None, Scope.READ_BATCHES),
    ("POST", "/v1/batches", {"municipality": "almere"}, Scope.MAKE_BATCHES),
    ("PUT", "/v1/batches/1/state", {"state": "booked"}, Scope.REPORT),
    ("PUT", "/v1/batches/1/invoices/1/payment", {"paid_on": "2026-12-01"}, Scope.REPORT),
]


@pytest.mark.parametrize(("method", "path", "body", "scope"), ASKED)
def test_each_door_opens_for_its_scope_only(
    store: Store, program: Bearer, method: str, path: str, body: Any, scope: Scope
) -> None:
    """A program that may only read would mark batches as booked."""
    accepted(store)
    other = program(*(each for each in ALL if each is not scope))
    nobody = TestClient(other.app, base_url="http://127.0.0.1:8020")
    past = program(*ALL, until=dt.date(2026, 11, 19))

    assert other.request(method, path, json=body).status_code == 403
    assert nobody.request(method, path, json=body).status_code == 401
    assert past.request(method, path, json=body).status_code == 401
    assert batches.listed(store) == []


def test_every_path_is_tried_above(program: Bearer) -> None:
    """A new door could stand open to everybody."""
    described = program().get("/v1/openapi.json").json()["paths"]
    asked = {(path.replace("/1", "/{number}", 1), method.lower()) for method, path, *_ in ASKED}
    known = {
        (path.replace("/invoices/{position}", "/invoices/1").replace("{ending}", "csv"), method)
        for path, methods in described.items()
        for method in methods
    }
    assert known == asked


def test_a_program_without_a_token_is_told_with_its_address(
    program: Bearer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever tries tokens is seen, and can be shut out."""
    app = program().app
    peer = ("192.0.2.7", 5000)

    TestClient(app, base_url="http://127.0.0.1:8020", client=peer).get("/v1/batches")

    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert [json.loads(line)["event.action"] for line in told][-1] == "token-refused"
    assert json.loads(told[-1])["source.ip"] == "192.0.2.7"


def test_a_token_that_was_taken_away_lets_nobody_in(store: Store, program: Bearer) -> None:
    """A leaked token could not be stopped."""
    finance = program(*ALL)
    (known,) = tokens.listed(store)
    tokens.remove(store, known.name)

    assert finance.get("/v1/batches").status_code == 401


def test_no_token_stands_in_the_database(store: Store, tmp_path: Path) -> None:
    """Whoever reads a backup could use it."""
    token = tokens.make(store, "finance", ALL, dt.date(2026, 12, 31))

    files = [file for file in store.settings.home.rglob("*") if file.is_file()]
    assert not any(token.encode() in file.read_bytes() for file in files)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/batches/9", None, 404),
        ("PUT", "/v1/batches/9/state", {"state": "booked"}, 404),
        ("PUT", "/v1/batches/1/state", {"state": "booked"}, 409),
        ("PUT", "/v1/batches/1/state", {"state": "gone"}, 422),
        ("PUT", "/v1/batches/1/invoices/7/payment", {}, 404),
        ("PUT", "/v1/batches/1/invoices/1/payment", {"blocked": "Jan belt nog"}, 422),
        ("PUT", "/v1/batches/1/invoices/1/payment", {"blocked": things.BSN}, 422),
        ("PUT", "/v1/batches/1/invoices/1/payment", {"blocked": f"bsn-{things.BSN}"}, 422),
        ("POST", "/v1/batches", {"municipality": "nergens"}, 422),
        ("GET", "/v1/batches/0", None, 422),
        ("GET", "/v1/nothing", None, 404),
    ],
)
def test_what_does_not_fit_is_told_and_changes_nothing(
    store: Store, program: Bearer, method: str, path: str, body: Any, status: int
) -> None:
    """A fault in the other program would pass for a booking."""
    accepted(store)
    batches.make(store, "almere", "els")
    before = batches.listed(store)

    answer = program(*ALL).request(method, path, json=body)

    assert answer.status_code == status
    assert things.BSN not in answer.text
    assert batches.listed(store) == before
    assert [entry.blocked for entry in batches.entries(store, 1, 9)] == [None]


def test_who_has_no_token_is_sent_away_before_anything_is_read(program: Bearer) -> None:
    """Anybody on the network could fill the memory, or learn from the answers how it is built."""
    nobody = TestClient(program().app, base_url="http://127.0.0.1:8020")
    path, json_type = "/v1/batches/1/state", {"content-type": "application/json"}

    broken = nobody.put(path, content=b"{not json", headers=json_type)
    large = nobody.put(path, content=b" " * (MAX_FORM_BYTES + 1), headers=json_type)
    endless = nobody.put(path, content=iter([b"{}"]), headers=json_type)

    assert [each.status_code for each in (broken, large, endless)] == [401, 413, 411]
    assert broken.json() == {"detail": "no valid token"}


def test_what_a_program_says_stands_in_the_audit_under_its_name(
    store: Store, program: Bearer
) -> None:
    """Nobody could tell who said that an invoice was paid, or that a batch was booked."""
    reference = accepted(store)
    finance = program(*ALL)
    finance.post("/v1/batches", json={"municipality": "almere"})
    finance.put("/v1/batches/1/state", json={"state": "delivered"})
    finance.put("/v1/batches/1/state", json={"state": "booked"})
    finance.put("/v1/batches/1/invoices/1/payment", json={"blocked": "dispute-7"})
    finance.get("/v1/batches")

    rows = [row for row in audit.export(store) if row.reading.who == "program-0"]
    assert [(row.reading.reference, row.reading.what) for row in rows] == [
        ("", "batch-made 1"),
        (reference, "exported"),
        ("", "batch 1"),
        ("", "batch-delivered 1"),
        ("", "batch-booked 1"),
        (reference, "payment-blocked"),
        ("", "batches"),
    ]
    words = [wording.reading(row.reading.what) for row in rows]
    assert not {row.reading.what for row in rows} & set(words)


def test_what_a_program_reads_stands_in_the_audit(store: Store, program: Bearer) -> None:
    """Nobody could tell afterwards who took which payments."""
    accepted(store)
    batches.make(store, "almere", "els")

    program(*ALL).get("/v1/batches/1")

    assert [(row.who, row.what) for row in audit.readings(store, "")][-1:] == [
        ("program-0", "batch 1")
    ]


def test_the_description_names_no_bsn_and_no_care(program: Bearer) -> None:
    """A field for it would be filled one day."""
    described = json.dumps(program().get("/v1/openapi.json").json()).lower()

    for word in ("bsn", "client", "product", "care"):
        assert f'"{word}' not in described
