"""Every situation that a letter is written in: mails made by hand, judged by the real checks and the
real decision, so that a letter always has the state that it speaks of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from intake.checks import document
from intake.checks import registry as checks
from intake.checks.anonymity import check_texts
from intake.model.attachment import Opening, Protection
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import DocumentKind, Field, Invoice, Sighting, SightingKind
from intake.model.mail import Automation, Mail, PartKind, Reply, ReplyKind, Road, Sender
from intake.model.verdict import (
    CheckedDocument,
    EarlierInvoice,
    History,
    MailOutcome,
    Verdict,
    Wait,
)
from intake.profile import Profile
from intake.secure_attachment.pairing.model import Bundle, MailContents
from intake.secure_attachment.pairing.rules import pair
from intake.stages import reply
from intake.stages.check import judged
from intake.stages.decide import decide
from tests.checks.examples import ABSENT, ADDRESS, ALMERE, EXEMPT, INVOICE, LINE, TODAY, ZIP
from tests.stages.road import checked

REFERENCE = "IN-7K3F-9QXM"
RECEIVED = dt.datetime.combine(TODAY, dt.time(9), dt.UTC)
MAIL = Mail("<1@zorg.example>", (), (), "info@zorg.example", "Zorg", "Factuur", None, "", ())
SENDER = Sender("info@zorg.example", Road.UNKNOWN, Automation.PERSON, True, True, "")


NOTHING_BEFORE = History()


@dataclass(frozen=True)
class Told:
    """A letter, and the state that it was written in."""

    verdict: Verdict
    letter: Reply


@dataclass(frozen=True)
class Incoming:
    """What came in one mail, and what was known before."""

    invoices: tuple[Invoice, ...] = ()
    bundles: tuple[Bundle, ...] = ()
    history: History = NOTHING_BEFORE
    results: tuple[CheckResult, ...] = ()
    waited: int = 0
    """Days, when its last day is past."""
    remind: bool = False
    documents: tuple[CheckedDocument, ...] = ()
    """What came in the place of an invoice."""


def _addressed(invoice: Invoice, of: Profile) -> Invoice:
    """To this municipality, when it was to Almere."""
    right = invoice.addressee.value == ADDRESS
    written = of.addressee.written.replace(", ", "\n")
    return replace(invoice, addressee=Field.of(written)) if right else invoice


def judge(given: Incoming, of: Profile) -> Verdict:
    """As ``pipeline`` does it, from the checks on."""
    documents = given.documents + tuple(
        CheckedDocument(
            str(number),
            PartKind.PDF,
            None,
            invoice,
            None,
            1,
            checks.on_invoice(invoice, of, TODAY, given.history),
        )
        for number, invoice in enumerate((_addressed(i, of) for i in given.invoices), 1)
    )
    whole = replace(MailContents(given.bundles).attachments, waited_days=given.waited)
    pairs = pair(documents, given.bundles)
    shares = judged(pairs, documents, whole, of, TODAY)
    results = given.results
    if whole.containers and not shares:
        results = (*results, *checks.on_attachments(whole, (), of, TODAY))
    wait = (
        Wait(given.waited, TODAY + dt.timedelta(days=2), TODAY)
        if given.waited or given.remind
        else None
    )
    road = checked(
        MAIL, SENDER, documents, whole, RECEIVED, results=results, shares=shares, wait=wait
    )
    return decide(road, of, TODAY)


def tell(given: Incoming, of: Profile) -> Told:
    verdict = judge(given, of)
    letter = reply.compose(verdict, MAIL, SENDER, REFERENCE, RECEIVED, of)
    assert letter is not None, verdict.reason
    return Told(verdict, letter)


# --- what can come ------------------------------------------------------------------------------


def numbered(invoice: Invoice, number: str) -> Invoice:
    return replace(invoice, invoice_number=Field.of(number))


def english(*invoices: Invoice) -> tuple[Invoice, ...]:
    return tuple(replace(invoice, english=True) for invoice in invoices)


def sheet(number: str | None = None, *, path: str = "2", **changes: object) -> Bundle:
    """A secured attachment with one care line."""
    container = {k: v for k, v in changes.items() if k in ("opening", "protection", "format")}
    line = {k: v for k, v in changes.items() if k not in container}
    opened = container.get("opening", Opening.OPENED) is Opening.OPENED
    care = replace(LINE, invoice_number=number, **line)  # type: ignore[arg-type]
    box = replace(ZIP, path=path, **container)  # type: ignore[arg-type]
    return Bundle(box, (care,) if opened else ())


def known(outcome: str, same: bool = True) -> History:
    earlier = EarlierInvoice("IN-4H2B-6WPR", TODAY - dt.timedelta(days=6), outcome, same)
    return History((earlier,))


GOOD = EXEMPT
PLAIN = replace(INVOICE, kvk_number=ABSENT, iban=Field.of("NL92ABNA0417164300"))
NO_NUMBER = replace(EXEMPT, invoice_number=ABSENT)
NO_DATE = replace(INVOICE, issue_date=ABSENT)
DOUBTED = replace(EXEMPT, issue_date=Field.of((TODAY + dt.timedelta(days=8)).isoformat()))
CREDIT = replace(
    EXEMPT,
    kind=DocumentKind.CREDIT_NOTE,
    corrects=Field.of("2026-0009"),
    gross_amount=Field.of(Decimal("-1234.56")),
)
BAD_CREDIT = replace(CREDIT, kvk_number=ABSENT)
WITH_BSN = replace(
    EXEMPT,
    page_count=2,
    sightings=(
        Sighting(SightingKind.BSN_LABELLED, 1, (72.0, 70.0, 180.0, 82.0)),
        Sighting(SightingKind.NAME_WITH_DETAILS, 2, (72.0, 400.0, 240.0, 412.0)),
    ),
)
OTHER_TOWN = replace(
    EXEMPT, addressee=Field.of("Gemeente Lelystad\nCrediteuren\nPostbus 91\n8200 AB Lelystad")
)
TWO = (numbered(GOOD, "2026-0011"), numbered(GOOD, "2026-0012"))
SECURED = sheet()
LOCKED = sheet(opening=Opening.LOCKED)
FOREIGN = sheet(opening=Opening.NOT_FOR_US)
STRANGE = sheet(opening=Opening.UNSUPPORTED)
OPEN = sheet(format="plain", protection=Protection.NONE)
WEAK = sheet(protection=Protection.WEAK)
BAD_BSN = sheet(bsn="999990018")
NO_REFERRER = sheet(referrer=None, product_code=None, product=None)
NO_PERIOD = sheet(period_start=None, period_end=None)
WORD = CheckedDocument(
    "1", PartKind.WORD, None, None, None, 0, (document.check_part(PartKind.WORD, None, ALMERE),)
)


def _word(of: Profile) -> Incoming:
    found = checks.lowered(document.check_part(PartKind.WORD, None, of), of)
    return Incoming(documents=(replace(WORD, results=(found,)),))


@dataclass(frozen=True)
class Situation:
    """One heading of ``docs/letters``."""

    name: str
    given: Callable[[Profile], Incoming]


def _of(name: str, *invoices: Invoice, beside: Sequence[Bundle] = (), **rest: object) -> Situation:
    given = Incoming(english(*invoices), tuple(beside), **rest)  # type: ignore[arg-type]
    return Situation(name, lambda of: given)


def _in_mail(of: Profile) -> Incoming:
    found = check_texts(["Factuur, BSN 999990019"], of)
    return Incoming(english(GOOD), (SECURED,), results=(found,))


SITUATIONS: tuple[Situation, ...] = (
    _of("Everything in order", GOOD, beside=[SECURED]),
    _of("In order, with old protection", GOOD, beside=[WEAK]),
    _of("In order, and a person looks at a doubt", DOUBTED, beside=[SECURED]),
    Situation("In order, with client data in the mail itself", _in_mail),
    _of("Two invoices in order", *TWO, beside=[SECURED]),
    _of("A credit note", CREDIT),
    _of("An invoice and a credit note", TWO[0], numbered(CREDIT, "2026-0012"), beside=[SECURED]),
    _of("In order, after a refusal", GOOD, beside=[SECURED], history=known("rejected")),
    _of("Already received", GOOD, beside=[SECURED], history=known("queued")),
    _of("Already received, and its attachment still missing", GOOD, history=known("waiting")),
    _of("Faults on the invoice", PLAIN, beside=[SECURED]),
    _of("Faults on an exempt invoice", NO_NUMBER, beside=[SECURED]),
    _of("Another municipality's address", OTHER_TOWN, beside=[SECURED]),
    _of("Client data on the invoice", WITH_BSN, beside=[SECURED]),
    _of("A credit note with a fault", BAD_CREDIT),
    Situation("A Word file", _word),
    _of("One of two invoices with a fault", numbered(PLAIN, "2026-0011"), TWO[1], beside=[SECURED]),
    _of(
        "A fault on one invoice, another's attachment missing",
        numbered(PLAIN, "2026-0011"),
        TWO[1],
        beside=[sheet("2026-0011")],
    ),
    _of("A fault on the invoice, and no attachment", PLAIN),
    _of("A fault on the invoice, and an attachment that is locked", PLAIN, beside=[LOCKED]),
    _of("Only the attachment: a wrong BSN", GOOD, beside=[BAD_BSN]),
    _of("Only the attachment: referrer and product missing", GOOD, beside=[NO_REFERRER]),
    _of("Only the attachment: not secured", GOOD, beside=[OPEN]),
    _of("Only the attachment: never came", GOOD, waited=6),
    _of("Only the attachment, and a doubt about the invoice", DOUBTED, beside=[NO_PERIOD]),
    _of(
        "Only the attachment of one of two invoices",
        *TWO,
        beside=[sheet("2026-0011"), sheet("2026-0012", path="3", bsn="999990018")],
    ),
    _of("The attachment is missing", GOOD),
    _of("The attachment of one of two is missing", *TWO, beside=[sheet("2026-0011")]),
    _of("A reminder", GOOD, remind=True),
    _of("The attachment is locked", GOOD, beside=[LOCKED]),
    _of("The attachment is not for our certificate", GOOD, beside=[FOREIGN]),
    _of("The attachment is of another kind", GOOD, beside=[STRANGE]),
    _of("All is locked, no invoice seen", beside=[LOCKED]),
    _of("A reminder: only an attachment came", beside=[SECURED], remind=True),
)


def situations(of: Profile) -> Iterable[tuple[str, Told]]:
    """Every situation that a letter is due in, in this municipality."""
    for situation in SITUATIONS:
        given = situation.given(of)
        if judge(given, of).reply is not None:
            yield situation.name, tell(given, of)


def by_clerk(of: Profile) -> Reply:
    """What a person refuses, with words of their own."""
    verdict = judge(Incoming(english(DOUBTED), (SECURED,)), of)
    read = verdict.invoices[0]
    results = tuple(
        replace(r, findings=tuple(replace(f, severity=Severity.REJECT) for f in r.findings))
        for r in read.results
    )
    refused = replace(read, outcome=MailOutcome.REJECTED, results=results)
    asked = replace(verdict, invoices=(refused,), reply=ReplyKind.REFUSAL)
    empty = reply.addressed(MAIL, SENDER)
    assert empty is not None
    words = "De zorg van 3 september is niet afgesproken."
    return reply.compose_by_clerk(asked, words, empty, REFERENCE, RECEIVED, of)


def too_large(of: Profile) -> Reply:
    made = reply.compose_too_large(40_000_000, MAIL, SENDER, REFERENCE, RECEIVED, of)
    assert made is not None
    return made
