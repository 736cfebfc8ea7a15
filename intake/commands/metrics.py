"""``intake metrics``: what Prometheus reads (text format 0.0.4), asked of the database at most every
ten seconds. Numbers and moments only: no supplier, no client, no address.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path

from intake import profile
from intake.errors import ConfigurationError, IntakeError
from intake.model.basics import AMSTERDAM
from intake.review.serving import listening
from intake.secure_attachment.keys import expires_on
from intake.settings import Settings
from intake.store import Store, audit, audit_heads, health, left_out, measures, retention
from intake.store.crypto import vault

SECONDS = 10.0
"""So long an answer serves."""
LONG_SECONDS = 3600.0
"""So long does what looks through all cases, or the newest readings."""
_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PAIR = ("municipality", "state")

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric with its samples."""

    name: str
    about: str
    samples: Mapping[Labels, float]
    kind: str = "gauge"

    def written(self) -> str:
        """Its block of the text format."""
        lines = [f"# HELP {self.name} {self.about}", f"# TYPE {self.name} {self.kind}"]
        for labels, value in sorted(self.samples.items()):
            shown = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels)
            lines.append(f"{self.name}{{{shown}}} {value}" if shown else f"{self.name} {value}")
        return "".join(f"{line}\n" for line in lines)


@dataclass
class Exposition:
    """All metrics of an installation, as they are read; asked anew when they are old."""

    store: Store
    clock: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _slow: tuple[float, list[Metric]] | None = None
    _text: tuple[float, str] | None = None

    def text(self) -> str:
        """One answer to Prometheus. Raises IntakeError when the database does not answer."""
        with self._lock:
            if self._text is None or self.clock() - self._text[0] >= SECONDS:
                if self._slow is None or self.clock() - self._slow[0] >= LONG_SECONDS:
                    self._slow = self.clock(), list(_slow(self.store))
                metrics = (*_mails(self.store), *_parts(self.store), *_files(self.store))
                text = "".join(each.written() for each in (*metrics, *self._slow[1]))
                self._text = self.clock(), text
            return self._text[1]


def serve(settings: Settings, store: Store, stop: threading.Event) -> None:
    """Answer ``/metrics`` until ``stop``.

    Raises:
        ConfigurationError: there is no address to listen on, or it is wrong or taken.
    """
    if not settings.metrics.listen:
        raise ConfigurationError("nothing to serve: set INTAKE_METRICS__LISTEN to host:port")
    exposition = Exposition(store)

    class Handler(_Handler):
        text = staticmethod(exposition.text)

    with listening(settings.metrics.listen, "INTAKE_METRICS__LISTEN") as listener:
        server = ThreadingHTTPServer(listener.getsockname()[:2], Handler, bind_and_activate=False)
        server.socket.close()
        server.socket = listener
        threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
        while not stop.wait(1):
            pass
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    timeout = 10
    server_version, sys_version = "intake", ""
    text: Callable[[], str]

    def do_GET(self) -> None:
        if self.path.partition("?")[0] != "/metrics":
            return self._answer(404, "only /metrics\n")
        try:
            return self._answer(200, self.text())
        except IntakeError as error:
            return self._answer(503, f"{error.code}\n")

    def _answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", _TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """A scrape is no event."""


def _mails(store: Store) -> Iterator[Metric]:
    found = measures.measure(store)
    yield Metric("intake_build_info", "Version that runs.", {(("version", version("intake")),): 1})
    yield Metric("intake_mails_total", "Mails kept, ever.", _one(found.mails_kept), "counter")
    yield Metric(
        "intake_open_mails", "Mails that nothing has ended yet.", _by(_PAIR, found.open_mails)
    )
    yield Metric(
        "intake_oldest_mail_timestamp_seconds",
        "When the oldest mail of this open state came in.",
        {(("state", state),): at.timestamp() for state, at in found.oldest.items()},
    )
    yield Metric(
        "intake_mails_of_day",
        "Mails that came in within 24 hours, by where they stand now.",
        _by(_PAIR, found.mails_of_a_day),
    )
    yield Metric(
        "intake_invoices_of_month",
        "Invoices of mails that came in within 30 days, by what was decided.",
        _by(_PAIR, found.invoices_of_a_month),
    )
    yield Metric(
        "intake_corrections_total",
        "Facts of invoices that clerks corrected, ever.",
        _one(found.corrections),
        "counter",
    )
    yield Metric(
        "intake_replies",
        "Replies that have not left, by where they stand.",
        {(("state", state),): number for state, number in found.replies.items()},
    )
    yield Metric(
        "intake_replies_of_day", "Replies let go within 24 hours.", _one(found.replies_let_go)
    )
    yield Metric(
        "intake_left_out_mails",
        "Mails that stay in their mailbox and wait for a person.",
        _one(len(left_out.waiting(store))),
    )


def _parts(store: Store) -> Iterator[Metric]:
    parts = health.health(store)
    yield Metric(
        "intake_part_up",
        "1 when a part of the service says it does well, 0 when not or when it is silent.",
        {(("part", each.part),): int(each.good) for each in parts},
    )
    yield Metric(
        "intake_part_heard_timestamp_seconds",
        "When a part was heard of last; of a mailbox, when it was looked into.",
        {(("part", each.part),): each.at.timestamp() for each in parts if each.at},
    )


def _files(store: Store) -> Iterator[Metric]:
    """What lies outside the database, by the moment that counts."""
    moments = {
        "intake_certificate_expiry_timestamp_seconds": (
            "End of the newest certificate that providers encrypt to.",
            _end_of(expires_on(store.settings.mail_key_folder)),
        ),
        "intake_keys_expiry_timestamp_seconds": (
            "End of the last period that the key store has keys for.",
            _end_of(vault.ends_on(store.settings.key_folder)),
        ),
        "intake_backup_timestamp_seconds": (
            "When the newest copy of the database was made.",
            _newest(store.settings.metrics.backups),
        ),
        "intake_audit_head_timestamp_seconds": (
            "When the end of the chain of readings was written down last.",
            _head_written(store),
        ),
    }
    for name, (about, moment) in moments.items():
        if moment is not None:
            yield Metric(name, about, _one(moment))


def _slow(store: Store) -> Iterator[Metric]:
    names = store.settings.municipalities
    rules = [rule for name in names for rule in profile.load(name).retention]
    yield Metric(
        "intake_retention_backlog",
        "What is past its term and was not destroyed.",
        _one(len(retention.due(store, rules))),
    )
    written = audit_heads.read(audit_heads.file_of(store.settings))
    yield Metric(
        "intake_audit_chain_intact",
        "1 while the newest readings hang together, and the ends written down stand among them.",
        _one(int(audit.end_holds(store, *(each.head for each in written[-31:])))),
    )


def _head_written(store: Store) -> float | None:
    written = audit_heads.read(audit_heads.file_of(store.settings))
    return written[-1].at.timestamp() if written else None


def _newest(folder: Path | None) -> float | None:
    try:
        files = folder.glob("intake-*") if folder else ()
        return max((file.stat().st_mtime for file in files), default=None)
    except OSError:
        return None


def _end_of(day: dt.date | None) -> float | None:
    """The midnight after this day, in Amsterdam."""
    if day is None:
        return None
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), AMSTERDAM).timestamp()


def _one(value: float) -> dict[Labels, float]:
    return {(): value}


def _by(names: tuple[str, ...], counts: Mapping[tuple[str, str], int]) -> dict[Labels, float]:
    return {tuple(zip(names, pair, strict=True)): number for pair, number in counts.items()}


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
