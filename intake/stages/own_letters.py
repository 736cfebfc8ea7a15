"""Every letter of a municipality, written with made-up values, so that a slip in its texts shows
before the first mail that needs them.
"""

from __future__ import annotations

import datetime as dt
import string
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import jinja2

from intake.checks import registry
from intake.checks.support.requirement import finding, result
from intake.model.basics import local_today
from intake.model.finding import CheckResult, Outcome
from intake.model.invoice import DocumentKind, Field, Invoice
from intake.model.mail import Automation as Who
from intake.model.mail import Mail, Reply, ReplyKind, Road, Sender
from intake.model.verdict import MailOutcome, ReadInvoice, Verdict
from intake.profile import Profile, folders
from intake.stages import answer, reply, snippets
from intake.stages.snippets import Use

_REFERENCE = "IN-7K3F-9QXM"
_RECEIVED = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
_MAIL = Mail(None, (), (), "info@zorg.example", None, "", None, "", ())
_SENDER = Sender("info@zorg.example", Road.UNKNOWN, Who.PERSON, True, True, "")
_EMPTY = Reply("info@zorg.example", "", "")
_ABSENT: Field[str] = Field.absent()
_INVOICE = Invoice(
    kind=DocumentKind.INVOICE,
    supplier_name=Field.of("Zorgpraktijk De Vlinder"),
    supplier_street=Field.of("Kerkstraat 12"),
    supplier_postcode=Field.of("3811AB"),
    supplier_city=Field.of("Amersfoort"),
    supplier_phone=_ABSENT,
    kvk_number=_ABSENT,
    vat_id=_ABSENT,
    vat_exempt=Field.absent(),
    iban=_ABSENT,
    invoice_number=Field.of("2026-0011"),
    issue_date=Field.of("2026-11-13"),
    net_amount=Field.absent(),
    vat_rate=Field.absent(),
    vat_amount=Field.absent(),
    gross_amount=Field.of(Decimal("1234.56")),
    page_count=2,
    english=True,
)
_CREDIT = replace(_INVOICE, kind=DocumentKind.CREDIT_NOTE)
_BILLS = ((), (_INVOICE,), (_CREDIT,), (_INVOICE, _CREDIT))
_OUTCOMES = {
    ReplyKind.REFUSAL: MailOutcome.REJECTED,
    ReplyKind.RECEIPT: MailOutcome.QUEUED,
    ReplyKind.QUESTION: MailOutcome.WAITING,
    ReplyKind.REMINDER: MailOutcome.WAITING,
    ReplyKind.DUPLICATE: MailOutcome.IGNORED,
}
_FAULTS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What a text can break on when it is filled in."""


def faults(profile: Profile) -> Iterator[str]:
    """What cannot be written, each fault once: file, line, and why."""
    places = folders(profile.name)
    found = (_fault(write, places) for write in _letters(profile))
    yield from dict.fromkeys(filter(None, found))


def _fault(write: Callable[[], object], places: tuple[Path, ...]) -> str:
    try:
        write()
    except _FAULTS as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if Path(frame.filename).parent in places]
        where = f"{Path(own[-1].filename).name}, line {own[-1].lineno}" if own else "a letter"
        return f"{where}: cannot be written: {error}"
    return ""


def _letters(profile: Profile) -> Iterator[Callable[[], object]]:
    rest = (_EMPTY, _REFERENCE, _RECEIVED, profile)
    for kind, outcome in _OUTCOMES.items():
        for bills in _BILLS:
            for verdict in _verdicts(kind, outcome, bills, profile):
                yield partial(reply.compose_again, verdict, *rest)
                yield partial(reply.compose_by_clerk, verdict, "Eigen woorden.", *rest)
    sized = (40_000_000, _MAIL, _SENDER, _REFERENCE, _RECEIVED, profile)
    yield partial(reply.compose_too_large, *sized)
    keys = [each.key for each in snippets.snippets(profile, Use.ANSWER)]
    yield partial(answer.compose, keys, "", *rest)


def _verdicts(
    kind: ReplyKind, outcome: MailOutcome, bills: tuple[Invoice, ...], profile: Profile
) -> Iterator[Verdict]:
    """With every situation that there is, and with none."""
    every = tuple(_results(profile))
    for results in (every, ()):
        read = tuple(
            ReadInvoice(str(number), None, bill, results, outcome, "")
            for number, bill in enumerate(bills, 1)
        )
        if len(read) > 1:
            read = (replace(read[0], outcome=MailOutcome.QUEUED), *read[1:])
        findings = tuple(found for each in results for found in each.findings)
        yield Verdict(
            outcome,
            "Reden.",
            local_today(),
            read,
            findings,
            results,
            reply=kind,
            deadline=local_today(),
        )


def _results(profile: Profile) -> Iterator[CheckResult]:
    for demand in registry.requirements().values():
        for code in demand.situations:
            wording = demand.texts.situations[code]
            said = (wording.what, wording.remedy, wording.example, wording.english)
            names = set().union(*map(placeholders, (*said, *profile.texts.values())))
            facts: dict[str, Any] = dict.fromkeys(names, "…")
            found = finding(demand, profile, code, None, **facts)
            yield registry.lowered(result(demand, found), profile)
        yield CheckResult(demand.check, Outcome.PASSED)


def placeholders(text: str) -> set[str]:
    """The names between braces in a sentence of a check.

    Raises:
        ValueError: a brace is open.
    """
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
