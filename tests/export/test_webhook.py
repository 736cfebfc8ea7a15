"""Batches to a web address, to a real server that answers as it is told."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from intake.errors import ConfigurationError
from intake.export import webhook
from intake.export.formats import File

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # of the published example
KEY = base64.b64decode(SECRET.removeprefix("whsec_"))
FILES = [File("000012-001.pdf", b"%PDF\xff"), File("000012.json", b"{}")]


@dataclass
class Finance:
    """A receiver: what it got, and what it answers."""

    address: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    def deliver(self, files: list[File]) -> None:
        receiver = webhook.Receiver.of(f"{self.address}/in?key=1", SECRET)
        webhook.deliver(receiver, files, self.waited.append)


@pytest.fixture
def finance() -> Iterator[Finance]:
    receiver = Finance()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            status, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield receiver
    server.shutdown()
    server.server_close()


def test_signed_as_the_standard_says() -> None:
    """No receiver's own library would accept it. The example of standardwebhooks.com."""
    signed = webhook.signature(
        KEY, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_every_file_arrives_whole_in_order_and_signed(finance: Finance) -> None:
    """The receiver would book half a batch, or anybody could send it one."""
    finance.deliver(FILES)

    told = [json.loads(body)["data"] for _, body in finance.got]
    assert [each["name"] for each in told] == ["000012-001.pdf", "000012.json"]
    assert [base64.b64decode(each["content"]) for each in told] == [b"%PDF\xff", b"{}"]
    for headers, body in finance.got:
        message, moment = headers["webhook-id"], int(headers["webhook-timestamp"])
        assert headers["webhook-signature"] == webhook.signature(KEY, message, moment, body)


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_what_did_not_arrive_is_sent_again_under_the_same_id(finance: Finance, status: int) -> None:
    """A short fault would need a person; with another id the receiver would book it twice."""
    finance.answers = [(status, {}), (status, {})]

    finance.deliver(FILES[:1])

    ids = [headers["webhook-id"] for headers, _ in finance.got]
    assert len(ids) == 3
    assert len(set(ids)) == 1
    assert finance.waited == [1.0, 4.0]


def test_the_receiver_may_ask_to_wait_but_not_for_ever(finance: Finance) -> None:
    """A receiver that is busy would be asked again and again, or hold us for a day."""
    finance.answers = [
        (429, {"Retry-After": "20"}),
        (503, {"Retry-After": "86400"}),
        (503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}),
    ]

    finance.deliver(FILES[:1])

    assert finance.waited == [20.0, 60.0, 15.0]


@pytest.mark.parametrize("status", [301, 302, 400, 401, 404, 410])
def test_what_is_refused_for_good_stops_at_once(finance: Finance, status: int) -> None:
    """The rest would arrive without what came before, or invoices would follow to another address."""
    finance.answers = [(status, {"Location": f"{finance.address}/elsewhere"})]

    with pytest.raises(OSError, match=str(status)):
        finance.deliver(FILES)

    assert len(finance.got) == 1


def test_a_receiver_that_never_answers_well_is_given_up(finance: Finance) -> None:
    """The command would never end."""
    finance.answers = [(500, {})] * 9

    with pytest.raises(OSError, match=r"answered 500 for 000012-001\.pdf"):
        finance.deliver(FILES)


def test_nobody_listens() -> None:
    """A finance package that is off is told by name, without the key in its address."""
    receiver = webhook.Receiver.of("http://127.0.0.1:9/in?key=geheim", SECRET)

    with pytest.raises(OSError, match="could not be reached") as told:
        webhook.deliver(receiver, FILES, lambda _seconds: None)
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("http://finance.example.org/in", SECRET),
        ("https://user:pass@finance.example.org/in", SECRET),
        ("https:///in", SECRET),
        ("https://finance.example.org:0/in", SECRET),
        ("https://finance.example.org:99999/in", SECRET),
        ("https://finance.example.org/in", ""),
        ("https://finance.example.org/in", "whsec_a29ydA=="),
        ("https://finance.example.org/in", SECRET.removeprefix("whsec_")),
        ("https://finance.example.org/in", "whsec_é"),
    ],
)
def test_what_is_not_safe_is_refused_before_anything_leaves(address: str, secret: str) -> None:
    """Invoices would go over the network for everybody to read, or unsigned."""
    with pytest.raises(ConfigurationError):
        webhook.Receiver.of(address, secret)
