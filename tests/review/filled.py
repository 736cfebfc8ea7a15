"""A store filled through its real doors: mails kept, claimed and finished as a worker does it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from intake.model.basics import local_today
from intake.model.care import CareLine
from intake.model.document import Reader
from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.invoice import DocumentKind, Evidence, Field, Invoice
from intake.model.mail import Envelope, Reply, ReplyKind
from intake.model.verdict import Incident, MailOutcome, ReadInvoice, Verdict
from intake.store import Store, journal, work_queue
from intake.store.decision import Decision, MailSummary, StoredDocument

PATH = "1.2"
LINES = (
    ("supplier_name", "Zorgpraktijk De Vlinder", 72, 80),
    ("supplier_street", "Kerkstraat 12", 72, 96),
    ("supplier_postcode", "3811 AB Amersfoort", 72, 112),
    ("supplier_phone", "Tel. 033-4612345", 72, 128),
    ("kvk_number", "KvK 01234567", 72, 144),
    ("vat_id", "Btw NL002455799B11", 72, 160),
    (
        "addressee",
        "Gemeente Almere, Crediteurenadministratie/zorg, Postbus 200, 1300 AE Almere",
        72,
        200,
    ),
    ("invoice_number", "Factuurnummer 2026-0011", 72, 250),
    ("issue_date", "Factuurdatum 13-11-2026", 72, 266),
    ("net_amount", "Subtotaal 1.234,56", 350, 420),
    ("vat_amount", "Btw 21% 259,26", 350, 436),
    ("gross_amount", "Totaal 1.493,82", 350, 452),
    ("iban", "Graag betalen op NL91 ABNA 0417 1643 00", 72, 500),
)


def pdf(lines: tuple[tuple[str, str, int, int], ...] = LINES, pages: int = 1) -> bytes:
    """A text invoice whose words stand where the evidence says."""
    memory = BytesIO()
    canvas = Canvas(memory, pagesize=A4)
    for page in range(pages):
        canvas.setFont("Helvetica", 11)
        for _, text, x, top in lines if page == 0 else ():
            canvas.drawString(x, A4[1] - top, text)
        if page:
            canvas.drawString(72, A4[1] - 80, f"Specificatie, blad {page + 1}")
        canvas.showPage()
    canvas.save()
    return memory.getvalue()


def _found(key: str, value: object, note: str = "") -> Field:  # type: ignore[type-arg]
    text, x, top = next((text, x, top) for name, text, x, top in LINES if name == key)
    return Field.of(
        value, Evidence(1, (x, top - 10, x + 5.4 * len(text), top + 3), text, Reader.PDFIUM), note
    )


def invoice(**changes: object) -> Invoice:
    """An invoice on which everything was found."""
    whole = Invoice(
        kind=DocumentKind.INVOICE,
        supplier_name=_found("supplier_name", "Zorgpraktijk De Vlinder", "grootste regel bovenaan"),
        supplier_street=_found("supplier_street", "Kerkstraat 12"),
        supplier_postcode=_found("supplier_postcode", "3811AB"),
        supplier_city=_found("supplier_postcode", "Amersfoort"),
        supplier_phone=_found("supplier_phone", "033-4612345", "achter 'Tel.'"),
        kvk_number=_found("kvk_number", "01234567", "achter 'KvK'"),
        vat_id=_found("vat_id", "NL002455799B11", "achter 'Btw'"),
        vat_exempt=Field.absent(),
        iban=_found("iban", "NL91ABNA0417164300", "in de betaalzin"),
        invoice_number=_found("invoice_number", "2026-0011", "achter 'Factuurnummer'"),
        issue_date=_found("issue_date", "2026-11-13", "achter 'Factuurdatum'"),
        net_amount=_found("net_amount", Decimal("1234.56"), "achter 'Subtotaal'"),
        vat_rate=_found("vat_amount", Decimal(21)),
        vat_amount=_found("vat_amount", Decimal("259.26")),
        gross_amount=_found("gross_amount", Decimal("1493.82"), "achter 'Totaal'"),
        addressee=_found(
            "addressee",
            "Gemeente Almere\nCrediteurenadministratie/zorg\nPostbus 200\n1300 AE Almere",
        ),
        page_count=1,
        readers=(Reader.PDFIUM,),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


ANONYMOUS = CheckResult("anonymity", Outcome.PASSED)
NO_KVK = Finding(
    "kvk-number",
    "absent",
    Severity.REJECT,
    "Wij vinden geen KvK-nummer op je factuur.",
    "Zet het nummer van 8 cijfers erop.",
    "KvK 01234567",
    source="eis van Gemeente Almere",
)
LATE = Finding(
    "issue-date",
    "future",
    Severity.REVIEW,
    "De factuurdatum ligt in de toekomst.",
    page=1,
    box=(72, 256, 200, 269),
    source="Wet OB 1968 art. 35a",
)
CLIENT = Finding(
    "anonymity",
    "perhaps",
    Severity.REVIEW,
    "Op de factuur staat iets van een cliënt.",
    page=1,
    box=(72, 240, 200, 253),
)


LOCKED = Finding(
    "secure-attachment", "locked", Severity.REVIEW, "Wij kunnen de beveiligde bijlage niet openen."
)
BSN, CLIENT_NAME = "999996782", "Fien Fictief"


def care_line(row: int = 2, **changes: object) -> CareLine:
    """One row of an attachment, with a fictitious client."""
    whole = CareLine(
        row, BSN, "huisarts", "45A04", "Ambulante begeleiding", dt.date(2026, 9, 1),
        dt.date(2026, 9, 30), None, "Dr. Voorbeeld, AGB 01001234",
        Decimal("12.50"), "uur", Decimal("80.00"), Decimal("1000.00"), "B-2026-17", CLIENT_NAME,
        dt.date(2015, 3, 14), "Dorpsstraat 1",
    )  # fmt: skip
    return replace(whole, **changes)  # type: ignore[arg-type]


def verdict(
    outcome: MailOutcome,
    *findings: Finding,
    read: Invoice | None = None,
    reply: ReplyKind | None = None,
    **changes: object,
) -> Verdict:
    """A verdict on one invoice with these findings.

    What waits does so for a month, unless a deadline is told.
    """
    results = tuple(CheckResult(finding.check, Outcome.FAILED, (finding,)) for finding in findings)
    if not any(finding.check == "anonymity" for finding in findings):
        results += (ANONYMOUS,)
    reasons = {
        MailOutcome.QUEUED: "De factuur is compleet.",
        MailOutcome.REJECTED: "Er ontbreekt iets op de factuur.",
        MailOutcome.WAITING: "Wij wachten op de beveiligde bijlage.",
        MailOutcome.QUARANTINED: "Wij kunnen deze mail niet beoordelen.",
        MailOutcome.IGNORED: "Automatisch bericht.",
    }
    invoices = (
        ReadInvoice(PATH, "factuur.pdf", read or invoice(), results, outcome, reasons[outcome]),
    )
    deadline = local_today() + dt.timedelta(days=30) if outcome is MailOutcome.WAITING else None
    base = Verdict(
        outcome,
        reasons[outcome],
        dt.date(2026, 11, 13),
        invoices,
        care_lines=2,
        reply=reply,
        deadline=deadline,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


ANSWER = Reply(
    "info@vlinder.example",
    "",
    "",
    "<vraag@vlinder.example>",
    ("<eerder@vlinder.example>", "<vraag@vlinder.example>"),
)


def fill(
    store: Store,
    judged: Verdict,
    *,
    subject: str = "Factuur november",
    text: str = "Hierbij onze factuur.",
    pages: int = 1,
    answer: Reply | None = ANSWER,
    care_lines: tuple[CareLine, ...] = (),
) -> str:
    """Keep one mail and finish it with this verdict; returns its reference.

    Without pages there is nothing to draw (an e-invoice).
    """
    number = fill.count = getattr(fill, "count", 0) + 1  # type: ignore[attr-defined]
    raw = (
        f"From: info@vlinder.example\r\nMessage-ID: <{number}@example.nl>\r\nSubject:"
        f" {subject}\r\n\r\n{text} {number}".encode()
    )
    kept = journal.keep(
        store,
        raw,
        Envelope("smtp", store.clock(), "info@vlinder.example", ("crediteuren@almere.nl",)),
    )
    claim = work_queue.claim(store, "test", 60)
    assert claim is not None
    assert claim.reference == kept.reference
    reply = None
    if judged.reply is not None:
        letter = (
            f"Beste aanbieder,\n\nDit is het antwoord op {kept.reference}.\n\nTeam"
            " Crediteurenadministratie/zorg"
        )
        reply = Reply("info@vlinder.example", f"Je factuur [{kept.reference}]", letter)
    documents = tuple(
        StoredDocument(read.path, read.file_name, pdf(pages=pages), pages)
        for read in judged.invoices
        if pages
    )
    names = tuple(read.file_name or "" for read in judged.invoices)
    summary = MailSummary(subject, "info@vlinder.example", text, names, answer)
    held = "confirm" if reply else None
    decision = Decision(
        judged,
        summary,
        documents,
        reply,
        held,
        (f"<{number}@example.nl>",),
        "info@vlinder.example",
        care_lines=care_lines,
        authenticated=True,
    )
    work_queue.finish(store, claim, decision)
    return kept.reference


def incident() -> Incident:
    """Client data on an invoice."""
    return Incident("invoice-not-anonymous", "on page 1 of the invoice")
