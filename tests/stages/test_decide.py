"""The verdict of a mail, for every mixture of findings, openings and senders."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from intake import profile
from intake.model.attachment import Attachments, Container, Opening, Protection
from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.invoice import DocumentKind, Field
from intake.model.mail import Automation, Mail, PartKind, ReplyKind, Road, Sender
from intake.model.verdict import CheckedDocument, MailOutcome, Verdict
from intake.sandbox.budget import OVER_BUDGET
from intake.secure_attachment.pairing.model import Choice, Elsewhere
from intake.stages.decide import decide, has_rest
from tests.checks.examples import INVOICE
from tests.stages.road import checked

ALMERE = profile.load("almere")
DAY = dt.date(2026, 11, 22)
NOON = dt.datetime.combine(DAY, dt.time(12), dt.UTC)
SENDER = Sender(
    "a@b.example", Road.UNKNOWN, Automation.PERSON, authenticated=True, may_reply=True, why=""
)
MAIL = Mail("<a@b.example>", (), (), "a@b.example", None, "Factuur", None, "", ())


def finding(check: str, severity: Severity) -> CheckResult:
    outcome = {
        Severity.REJECT: Outcome.FAILED,
        Severity.REVIEW: Outcome.UNDETERMINED,
        Severity.INFO: Outcome.PASSED,
    }[severity]
    return CheckResult(check, outcome, (Finding(check, "x", severity, "Er is iets."),))


severities = st.sampled_from(Severity)
documents = st.builds(
    lambda kind, found: CheckedDocument(
        "1",
        PartKind.PDF,
        None,
        replace(INVOICE, kind=kind),
        None,
        1,
        tuple(finding("kvk-number", s) for s in found),
    ),
    st.sampled_from(DocumentKind),
    st.lists(severities, max_size=2),
)
containers = st.builds(
    lambda opening, protection: Container("2", "zip", opening, protection),
    st.sampled_from(Opening),
    st.sampled_from(Protection),
)
attachments = st.builds(
    lambda found, days: Attachments(tuple(found), waited_days=days),
    st.lists(containers, max_size=2),
    st.integers(min_value=0, max_value=20),
)
senders = st.builds(
    lambda automation, may: Sender(
        "a@b.example", Road.UNKNOWN, automation, authenticated=True, may_reply=may, why=""
    ),
    st.sampled_from(Automation),
    st.booleans(),
)


@given(
    senders,
    st.lists(documents, max_size=3),
    attachments,
    st.lists(st.builds(finding, st.just("bsn"), severities), max_size=2),
    st.lists(st.sampled_from(["IN-1", "IN-2"]), unique=True),
)
def test_invariants(
    sender: Sender,
    found: list[CheckedDocument],
    attached: Attachments,
    results: list[CheckResult],
    waiting: list[str],
) -> None:
    """Some mixture of findings would refuse without a fault, answer a machine, or wait without end."""
    elsewhere = Elsewhere(Choice(tuple(waiting)))
    mail = checked(MAIL, sender, found, attached, NOON, results=results, elsewhere=elsewhere)
    verdict = decide(mail, ALMERE, DAY)

    said = [*(f for d in found for f in d.findings), *(f for r in results for f in r.findings)]
    rejects = [f for f in said if f.severity is Severity.REJECT]
    if verdict.outcome is MailOutcome.REJECTED:
        assert rejects
    for read in verdict.invoices:
        own = [f for f in read.findings if f.severity is Severity.REJECT]
        if read.outcome is MailOutcome.REJECTED and not own:
            assert any(f.severity is Severity.REJECT for r in results for f in r.findings)
            assert all(c.opening is Opening.OPENED for c in attached.containers), (
                "what did not open never refuses"
            )
    if verdict.outcome in (MailOutcome.QUARANTINED, MailOutcome.IGNORED) or not sender.may_reply:
        assert verdict.reply is None
    if sender.automation in (Automation.BOUNCE, Automation.OWN):
        assert verdict.outcome is MailOutcome.IGNORED
    assert (verdict.deadline is not None) == (verdict.outcome is MailOutcome.WAITING)
    assert verdict.reason.endswith(".")
    if sender.automation is Automation.PERSON and not found and not attached.containers:
        assert verdict.outcome is MailOutcome.QUARANTINED, "a person's mail never vanishes"


def verdict_of(
    *results: CheckResult,
    attached: Attachments | None = None,
    kind: DocumentKind = DocumentKind.INVOICE,
) -> Verdict:
    sender = Sender(
        "a@b.example", Road.UNKNOWN, Automation.PERSON, authenticated=True, may_reply=True, why=""
    )
    opened = Attachments((Container("2", "zip", Opening.OPENED, Protection.STRONG),))
    document = CheckedDocument(
        "1", PartKind.PDF, None, replace(INVOICE, kind=kind), None, 1, results
    )
    return decide(checked(MAIL, sender, [document], attached or opened, NOON), ALMERE, DAY)


def test_a_doubt_goes_to_a_person_never_to_a_refusal() -> None:
    """A review finding would refuse a good invoice."""
    verdict = verdict_of(finding("iban", Severity.REVIEW))
    assert (verdict.outcome, verdict.reply) == (MailOutcome.QUEUED, ReplyKind.RECEIPT)


def test_missing_attachment_waits() -> None:
    """An attachment that follows in a second mail would come too late."""
    verdict = verdict_of(attached=Attachments())
    assert (verdict.outcome, verdict.reply) == (MailOutcome.WAITING, ReplyKind.QUESTION)
    assert verdict.deadline == DAY + dt.timedelta(days=ALMERE.attachment_wait_days)


def test_credit_note_needs_no_attachment() -> None:
    """A correction would be held up for client data that it does not need."""
    assert (
        verdict_of(attached=Attachments(), kind=DocumentKind.CREDIT_NOTE).outcome
        is MailOutcome.QUEUED
    )


def test_our_own_missing_key_is_no_ones_fault_but_ours() -> None:
    """A provider would be refused because we lost a key."""
    verdict = verdict_of(
        attached=Attachments(
            (
                Container(
                    "2",
                    "smime",
                    Opening.OUR_FAULT,
                    Protection.STRONG,
                    administrator_reason="no key",
                ),
            )
        )
    )
    assert (verdict.outcome, verdict.reply) == (MailOutcome.QUARANTINED, None)
    assert verdict.alarm


def test_a_refused_invoice_is_refused_at_once_without_its_attachment() -> None:
    """A provider would hear of the first fault only after the waiting time for the second."""
    verdict = verdict_of(finding("kvk-number", Severity.REJECT), attached=Attachments())
    assert (verdict.outcome, verdict.reply) == (MailOutcome.REJECTED, ReplyKind.REFUSAL)


def copies(
    *ends: tuple[str, CheckResult | None], left_unread: str = "", fatal: str | None = None
) -> list[MailOutcome]:
    """How invoices of one mail end, each by its number and what was found on it."""
    sender = Sender(
        "a@b.example", Road.UNKNOWN, Automation.PERSON, authenticated=True, may_reply=True, why=""
    )
    opened = Attachments((Container("9", "zip", Opening.OPENED, Protection.STRONG),))
    documents = [
        CheckedDocument(
            f"1.{place}",
            PartKind.PDF,
            None,
            replace(INVOICE, invoice_number=Field.of(number)),
            None,
            1,
            (found,) if found else (),
        )
        for place, (number, found) in enumerate(ends)
    ]
    mail = replace(MAIL, fatal=fatal)
    made = checked(mail, sender, documents, opened, NOON, unread=left_unread)
    verdict = decide(made, ALMERE, DAY)
    assert verdict.basis is not None
    assert verdict.outcome in {read.outcome for read in verdict.invoices}
    return [read.outcome for read in verdict.invoices]


def test_the_same_invoice_twice_counts_once() -> None:
    """It would be paid twice; or its worse copy would refuse the better one."""
    bad = finding("kvk-number", Severity.REJECT)
    queued, ignored = MailOutcome.QUEUED, MailOutcome.IGNORED

    assert copies(("F-1", None), ("F-1", None)) == [queued, ignored]
    assert copies(("F-1", bad), ("F-1", None)) == [ignored, queued]
    assert copies(("F-1", None), ("F-2", None)) == [queued, queued]


def test_of_a_mail_that_was_not_all_read_a_person_judges_each_invoice() -> None:
    """A mail stands where its invoices stand: with good ones in it, it would be in the queue as if
    all was known.
    """
    quarantined, ignored = MailOutcome.QUARANTINED, MailOutcome.IGNORED
    known = CheckResult(
        "duplicate-invoice",
        Outcome.PASSED,
        (Finding("duplicate-invoice", "in-hand", Severity.INFO, "Die hadden wij al."),),
    )
    for broken in ({"left_unread": OVER_BUDGET}, {"fatal": "parts"}):
        assert copies(("F-1", None), ("F-2", known), **broken) == [quarantined, ignored]
        assert copies(("F-2", known), **broken) == [quarantined], "nothing of it is certain"


def test_a_file_that_says_nothing_is_a_rest_of_its_own_beside_an_invoice() -> None:
    """A mail would be closed with a page in it that may be an invoice; or stand open for a letter in
    Word, or for the very file that a clerk accepted.
    """

    def rest(*documents: CheckedDocument, decided: str = "", fatal: str | None = None) -> bool:
        made = checked(replace(MAIL, fatal=fatal), SENDER, documents, Attachments(), NOON)
        parsed = made.parsed
        received = replace(parsed.received, decided={decided: True} if decided else {})
        opened = replace(
            made.paired.opened,
            read=replace(made.paired.opened.read, parsed=replace(parsed, received=received)),
        )
        known = replace(made, paired=replace(made.paired, opened=opened))
        return has_rest(known, decide(known, ALMERE, DAY).invoices)

    read = CheckedDocument("1", PartKind.PDF, None, INVOICE, None, 1)
    doubt = (finding("document", Severity.REVIEW),)
    nothing = CheckedDocument("2", PartKind.PDF, None, None, "damaged", 0, doubt)
    word = replace(nothing, kind=PartKind.WORD, results=(finding("document", Severity.REJECT),))

    assert rest(read, nothing)
    assert rest(read, fatal="parts")
    assert not rest(read)
    assert not rest(read, word)
    assert not rest(nothing)
    assert not rest(nothing, decided="2")
    assert rest(nothing, decided="1")
