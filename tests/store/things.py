"""Mails, verdicts and steps that the tests of the store share.

Names are fictitious, BSNs of the test range.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from intake.errors import StoreUnavailable
from intake.model.document import Line, Reader
from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.invoice import DocumentKind, Evidence, Field, Invoice
from intake.model.mail import Envelope, Reply, ReplyKind
from intake.model.verdict import Incident, MailOutcome, ReadInvoice, Verdict
from intake.store import Store, journal, outbox, work_queue
from intake.store.decision import Decision, MailSummary, StoredDocument

BSN = "999990019"
SENDER = "jansen@praktijk.example"
NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)


def envelope(source: str = "lmtp", received_at: dt.datetime = NOW) -> Envelope:
    return Envelope(source, received_at, SENDER, ("crediteuren@almere.example",), "192.0.2.7", True)


def mail(number: int = 1, body: str = "Hierbij onze factuur.") -> bytes:
    head = (
        f"Message-ID: <mail-{number}@praktijk.example>\r\nFrom: {SENDER}\r\nDate: Fri, 20 Nov 2026"
        f" 10:00:00 +0100\r\nSubject: Factuur {BSN}\r\n"
    )
    return f"{head}\r\n{body}\r\n".encode()


def keep(store: Store, number: int = 1) -> str:
    return journal.keep(store, mail(number), envelope()).reference


def claim(store: Store, seconds: float = 60) -> work_queue.Claim:
    taken = work_queue.claim(store, "worker", seconds)
    assert taken is not None
    return taken


def invoice(number: str | None = "2026-0011", **changes: Any) -> Invoice:
    evidence = Evidence(1, (72.0, 70.0, 180.0, 82.0), f"NL91 ABNA {BSN}", Reader.PDFIUM)
    values: dict[str, Any] = {
        "kind": DocumentKind.INVOICE,
        "supplier_name": Field.of("Zorgpraktijk De Vlinder"),
        "supplier_street": Field.of("Kerkstraat 12"),
        "supplier_postcode": Field.of("3811AB"),
        "supplier_city": Field.of("Amersfoort"),
        "supplier_phone": Field.absent(),
        "kvk_number": Field.of("01234567"),
        "vat_id": Field.of("NL002455799B11"),
        "vat_exempt": Field.of(False),
        "iban": Field.of("NL91ABNA0417164300", evidence),
        "invoice_number": Field.of(number) if number else Field.absent(),
        "issue_date": Field.of("2026-11-13"),
        "net_amount": Field.of(Decimal("1234.56")),
        "vat_rate": Field.of(Decimal(21)),
        "vat_amount": Field.of(Decimal("259.26")),
        "gross_amount": Field.of(Decimal("1493.82")),
        "lines": (Line(1, (0.0, 0.0, 1.0, 1.0), f"client {BSN}"),),
    }
    return Invoice(**(values | changes))


def verdict(
    outcome: MailOutcome = MailOutcome.QUEUED, invoices: tuple[Invoice, ...] = (), **changes: Any
) -> Verdict:
    finding = Finding("anonymity", "bsn-labelled", Severity.REVIEW, f"Op bladzijde 1 staat {BSN}.")
    results = (CheckResult("anonymity", Outcome.UNDETERMINED, (finding,)),)
    read = tuple(
        ReadInvoice(f"1.{n}", f"{BSN}.pdf", each, results, outcome, f"reden {BSN}")
        for n, each in enumerate(invoices, 2)
    )
    values: dict[str, Any] = {"incidents": (Incident("invoice-not-anonymous", "part 1.2"),)}
    if outcome is MailOutcome.WAITING:
        values["deadline"] = dt.date(2026, 11, 25)
    return Verdict(outcome, f"Wij zien {BSN}.", dt.date(2026, 11, 20), read, **(values | changes))


def decision(
    judged: Verdict | None = None, held: str | None = None, to: str = SENDER, **changes: Any
) -> Decision:
    judged = judged or verdict()
    values: dict[str, Any] = {
        "summary": MailSummary(
            f"Factuur {BSN}", SENDER, f"De cliënt heeft {BSN}.", (f"{BSN}.pdf",)
        ),
        "documents": (StoredDocument("1.2", f"{BSN}.pdf", f"%PDF {BSN}".encode(), 1),),
        "reply": (
            Reply(to, "Uw factuur", f"Geachte {BSN}", "<mail-1@praktijk.example>")
            if judged.reply
            else None
        ),
        "held": held,
        "message_ids": ("<mail-1@praktijk.example>",),
        "sender": SENDER,
    }
    return Decision(judged, **(values | changes))


def decided(store: Store, number: int = 1, made: Decision | None = None) -> str:
    """A mail, kept and finished."""
    reference = keep(store, number)
    work_queue.finish(store, claim(store), made or decision())
    return reference


def with_invoice(store: Store, number: int = 1) -> str:
    """A mail with an invoice of its own that a person can accept."""
    return decided(store, number, decision(verdict(invoices=(invoice(f"2026-{number:04}"),))))


def refused(
    store: Store,
    number: int = 1,
    held: str | None = None,
    to: str = SENDER,
    kind: ReplyKind = ReplyKind.REFUSAL,
) -> str:
    """A mail, refused with a reply in the outbox."""
    return decided(store, number, decision(verdict(MailOutcome.REJECTED, reply=kind), held, to))


def only_reply(store: Store) -> outbox.Outgoing:
    (found,) = outbox.due(store)
    return found


def unavailable(*_arguments: object) -> None:
    """Stands for any door of the store while the database does not answer."""
    raise StoreUnavailable("the database does not answer")
