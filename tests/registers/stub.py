"""Stand-ins of the KvK and of VIES on loopback: they speak the published protocol, and its faults."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sleutel-van-de-gemeente"
PROFILE = {
    "kvkNummer": "69599084",
    "indNonMailing": "Nee",
    "naam": "Zorgpraktijk De Vlinder",
    "formeleRegistratiedatum": "20200210",
    "materieleRegistratie": {"datumAanvang": "20140210"},
    "statutaireNaam": "De Vlinder Zorg B.V.",
    "handelsnamen": [{"naam": "Zorgpraktijk De Vlinder", "volgorde": 0}],
    "_embedded": {
        "hoofdvestiging": {
            "kvkNummer": "69599084",
            "eersteHandelsnaam": "Zorgpraktijk De Vlinder",
            "adressen": [
                {
                    "type": "correspondentieadres",
                    "indAfgeschermd": "Nee",
                    "straatnaam": "Postbus",
                    "postcode": "1000AE",
                    "plaats": "Rommeldam",
                },
                {
                    "type": "bezoekadres",
                    "indAfgeschermd": "Ja",
                    "postcode": "9999ZZ",
                    "plaats": "Geheim",
                },
            ],
        },
        "eigenaar": {"rechtsvorm": "Besloten Vennootschap"},
    },
}
NOT_THERE = {"fout": [{"code": "IPD5200", "omschrijving": "Niet gevonden."}]}
VALID = {
    "countryCode": "NL",
    "vatNumber": "810433941B01",
    "requestDate": "2026-11-22T10:00:00.000Z",
    "valid": True,
    "requestIdentifier": "",
    "name": "DE VLINDER ZORG B.V.",
    "address": "---",
}


@dataclass
class Stub:
    """What it answers by the beginning of the path, and what it was asked."""

    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    slow: float = 0
    """Seconds before the first byte."""
    drips: bool = False
    """Sends a byte at a time, for ever."""
    address: str = ""


@contextmanager
def running() -> Iterator[Stub]:
    stub, stop = Stub(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(self.path)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._answer(f"{self.path} {self.rfile.read(length).decode()}")

        def _answer(self, asked: str) -> None:
            stub.asked.append(asked)
            stub.headers.append({k.lower(): v for k, v in self.headers.items()})
            stop.wait(stub.slow)
            found = (a for path, a in stub.answers.items() if asked.startswith(path))
            status, body = next(found, (404, {}))
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            try:
                self._send(status, data)
            except OSError:
                return

        def _send(self, status: int, data: bytes) -> None:
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{stub.address}/elders")
            self.send_header("Content-Length", str(10**6 if stub.drips else len(data)))
            self.end_headers()
            while stub.drips and not stop.is_set():
                self.wfile.write(b" ")
                time.sleep(0.05)
            self.wfile.write(data)

        def log_message(self, *_arguments: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stub.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield stub
    stop.set()
    server.shutdown()
    server.server_close()
