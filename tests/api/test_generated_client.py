"""A client that a generator made from our OpenAPI file, in a program of its own, against the API on
loopback.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from intake import settings as settings_module
from intake.api.app import create_app, serve
from intake.export import formats, webhook
from intake.profile import load
from intake.settings import Api
from intake.store import Store, batches, cases, open_store, tokens
from intake.store.tables import BatchState
from intake.store.tokens import Scope
from tests.conftest import SettingsOn
from tests.store import things
from tests.store.test_batches import accepted

CLIENT = Path(sys.prefix) / "client" / "bin"
"""Made by `make install-test`."""
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # of the published example


@pytest.fixture
def store(settings_on: SettingsOn) -> Iterator[Store]:
    opened = open_store(settings_on("sqlite"))
    opened.clock = lambda: things.NOW
    yield opened
    opened.close()


@pytest.fixture
def address(store: Store) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    settings = store.settings.model_copy(update={"api": Api(listen=listen, secure_cookie=False)})
    stop = threading.Event()
    server = threading.Thread(target=serve, args=(settings, store, stop), daemon=True)
    server.start()
    transport = httpx.HTTPTransport(retries=5)
    with httpx.Client(transport=transport, base_url=f"http://{listen}") as waiting:
        assert waiting.get("/v1/openapi.json").status_code == 200
    yield f"http://{listen}"
    stop.set()
    server.join(20)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the client that was made from the file of ``openapi``."""
    assert CLIENT.is_dir(), "make install-test"
    tmp_path = tmp_path_factory.mktemp("client")
    settings = settings_module.load(home=tmp_path, api__listen="127.0.0.1:8020")
    openapi = create_app(settings, cast(Store, None)).openapi()
    (tmp_path / "openapi.json").write_text(json.dumps(openapi))
    (tmp_path / "plain.yml").write_text("post_hooks: []")
    made = subprocess.run(
        [
            CLIENT / "openapi-python-client", "generate", "--meta", "none", "--fail-on-warning",
            "--path", tmp_path / "openapi.json", "--config", tmp_path / "plain.yml",
            "--output-path", tmp_path / "finance_client",
        ],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    return tmp_path


def run(client: Path, asked: dict[str, Any]) -> Any:
    """What the finance package prints."""
    (client / "asked.json").write_text(json.dumps(asked))
    program = Path(__file__).parent / "finance.py"
    done = subprocess.run(
        [CLIENT / "python", program, client / "asked.json"],
        env={**os.environ, "PYTHONPATH": str(client)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_made_client_takes_a_batch_and_says_what_became_of_it(
    store: Store, address: str, client: Path
) -> None:
    """A finance package that trusts our own description would not get a cent paid."""
    first, second = accepted(store, 1), accepted(store, 2)
    token = tokens.make(store, "finance", tuple(Scope), dt.date(2026, 12, 31))

    served = httpx.get(f"{address}/v1/openapi.json").json()
    got = run(client, {"address": address, "token": token})

    assert served == json.loads((client / "openapi.json").read_text())
    assert got["same"]
    assert got["invoices"] == [
        ["2026-0001", "1493.82", "NL91ABNA0417164300", ""],
        ["2026-0002", "1493.82", "NL91ABNA0417164300", ""],
    ]
    assert got["told"] == [204] * 4
    assert got["states"] == ["booked"]
    assert got["table"] > 100
    assert batches.line(store, 1).state is BatchState.BOOKED
    paid, blocked = batches.entries(store, 1, 10)
    assert (paid.paid_on, paid.blocked) == (dt.date(2026, 12, 1), None)
    assert (blocked.paid_on, blocked.blocked) == (None, "dispute-7")
    codes = [cases.get_case(store, each).events[-1].code for each in (first, second)]
    assert codes == ["paid", "payment-blocked"]


def test_the_webhook_brings_what_the_description_says(store: Store, client: Path) -> None:
    """A receiver that was made from our description would refuse each file."""
    accepted(store)
    batch, _ = batches.make(store, "almere", "eva")
    assert batch is not None
    files = formats.written(batch, ["csv", "xlsx"], load("almere"), lambda _booking: None)
    messages: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            messages.append({"headers": headers, "body": json.loads(body)})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    receiver = webhook.Receiver.of(f"http://127.0.0.1:{server.server_port}/in", SECRET)
    webhook.deliver(receiver, files)
    server.shutdown()
    server.server_close()

    openapi = json.loads((client / "openapi.json").read_text())
    assert run(client, {"openapi": openapi, "messages": messages}) == [
        "000001.csv",
        "000001.xlsx",
        "000001.json",
    ]
