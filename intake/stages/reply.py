"""Verdict → letter to the provider. Composes; sending is another stage.

A letter says only what our own checks say, in our own words. Of the invoice it quotes the number
and the date, of the attachment nothing but row numbers (which stand in the findings), of the mail
nothing at all.
"""

from __future__ import annotations

import datetime as dt
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import jinja2

from intake.checks import anonymity
from intake.checks import registry as checks
from intake.checks.secure_attachment import accepted_formats
from intake.checks.support.presence import issue_date, only_credits
from intake.checks.support.requirement import pronouns
from intake.model.basics import local_date
from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.invoice import DocumentKind, Invoice
from intake.model.mail import Mail, Reply, ReplyKind, Sender
from intake.model.verdict import MailOutcome, ReadInvoice, Verdict
from intake.profile import Profile, default_texts, folders
from intake.stages.reasons import sentence
from intake.text import folding
from intake.text.bsn import passes_eleven_test
from intake.text.dates import MONTHS, MONTHS_EN
from intake.text.masking import masked, near_client_word
from intake.text.vocabulary import words

_WIDTH = 72
_TOGETHER = re.compile(r"(?<=\b\d\d) (?=\d{3}\b)|(?<=€) (?=\d)|(?<=\b\d) (?=[a-z]+ 20\d\d\b)")
"""Spaces inside "14 036", an amount, or between day and month: no line ends there."""
_FILES_SHARE = 0.7
"""So much of a mail can be files: base64 (RFC 2045 §6.8) makes them 37 % larger."""
_MOST_REFERENCES = 20
_LONGEST_ID = 250
_LONGEST_NUMBER = 40
_LONGEST_CODE = 3
"""Letters of a code in an invoice number; more could be a name."""
_CODES = frozenset(words("invoice_numbers")["codes"])

_MESSAGE_ID = re.compile(r"<?([!-;=?-~]+@[!-;=?-~]+)>?")
_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
_LINK_LIKE = re.compile(r"://|www\.|@|\.[a-z]{2,}\b", re.IGNORECASE)

_REFUSED_BEFORE = sentence("refused-before")
_BREACHES = frozenset(["unprotected", "client-data", "client-data-inside"])
_VAT_LAW = "Wet op de omzetbelasting 1968, artikel 35a"
_AGAIN = frozenset(["after-refusal", "in-hand-waiting", "other-content", "came-apart"])
"""Findings that tell that something came before: the term of payment does not start now."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """One numbered fault of the letter."""

    number: int
    what: str
    remedy: str
    example: str
    page: int | None
    demand: str
    english: str
    demand_en: str


@dataclass(frozen=True, slots=True)
class _Part:
    """What the letter says of one invoice, or of the attachment."""

    title: str
    title_en: str
    of_invoice: bool
    handled: bool
    """A good invoice beside others that the letter asks something about."""
    state: str
    """What becomes of an invoice without a fault of its own."""
    state_en: str
    faults: tuple[_Fault, ...]
    hints: tuple[str, ...]
    """What else to mend in what must come again."""
    fine: tuple[str, ...]


def compose(
    verdict: Verdict,
    mail: Mail,
    sender: Sender,
    reference: str,
    received_at: dt.datetime,
    profile: Profile,
) -> Reply | None:
    """The letter that this verdict asks for, or None when none is due or nobody may be answered.

    Args:
        reference: our own reference (kenmerk) of the mail.
        received_at: aware; told as a date in Europe/Amsterdam.
    """
    empty = addressed(mail, sender)
    if verdict.reply is None or empty is None:
        return None
    return compose_again(verdict, empty, reference, received_at, profile)


def compose_again(
    verdict: Verdict, empty: Reply, reference: str, received_at: dt.datetime, profile: Profile
) -> Reply:
    """The letter that this verdict asks for, to whom its mail may be answered.

    Args:
        empty: from ``addressed``, kept since the mail was decided on.
    """
    assert verdict.reply is not None
    matter = _Matter(verdict, profile)
    words = _words(matter, reference, received_at) | {"parts": _parts(matter)}
    return _written(empty, verdict.reply.value, words, _subject(matter, reference), profile)


def as_decided(verdict: Verdict, accepted: Mapping[str, bool | None]) -> Verdict:
    """The verdict as a letter tells it after persons decided on some of its invoices.

    An accepted one is handled, as the rules said of a good one; one that a person refused has had
    its letter. Of one that was taken back after it left nothing is said. What is said of the mail and
    its attachments is said of the others only.

    Args:
        accepted: by path, for each invoice that a person decided on: accepted, or refused; None:
            taken back.
    """
    good = {read.path for read in verdict.invoices if read.outcome is MailOutcome.QUEUED}
    accepted = {path: yes for path, yes in accepted.items() if not (yes and path in good)}
    read = tuple(
        _by_person(each, accepted[each.path]) if each.path in accepted else each
        for each in verdict.invoices
    )
    return replace(
        verdict,
        invoices=read,
        reply=_still_due(verdict, accepted),
        findings=tuple(_of_others(verdict, accepted)),
    )


def _by_person(read: ReadInvoice, accepted: bool | None) -> ReadInvoice:
    if accepted is None:
        return replace(read, outcome=MailOutcome.IGNORED, results=())
    if accepted:
        return replace(read, outcome=MailOutcome.QUEUED)
    return replace(read, outcome=MailOutcome.REJECTED, results=(), reason=_REFUSED_BEFORE)


def _of_others(verdict: Verdict, accepted: Mapping[str, bool | None]) -> Iterator[Finding]:
    """The findings of the mail, of the invoices that nobody decided on."""
    own = tuple(read.path for read in _told(verdict.invoices))
    for finding in verdict.findings:
        about = finding.invoices or own
        others = tuple(path for path in about if path not in accepted)
        if others == about:
            yield finding
        elif others:
            yield replace(finding, invoices=others)


def _still_due(verdict: Verdict, accepted: Mapping[str, bool | None]) -> ReplyKind | None:
    """Which letter is due when persons decided on some invoices."""
    outcomes = {read.outcome for read in verdict.invoices if read.path not in accepted}
    if verdict.reply is None or not accepted:
        return verdict.reply
    if MailOutcome.REJECTED in outcomes:
        return ReplyKind.REFUSAL
    if MailOutcome.WAITING in outcomes:
        return ReplyKind.REMINDER if verdict.reply is ReplyKind.REMINDER else ReplyKind.QUESTION
    is_receipt = verdict.reply is ReplyKind.RECEIPT and False not in accepted.values()
    return ReplyKind.RECEIPT if is_receipt else None


def compose_too_large(
    limit: int,
    mail: Mail,
    sender: Sender,
    reference: str,
    received_at: dt.datetime,
    profile: Profile,
) -> Reply | None:
    """The letter to whom sent a mail that is too large, or None when nobody may be answered.

    Args:
        limit: the most bytes of a mail that we take.
    """
    empty = addressed(mail, sender)
    if empty is None:
        return None
    sizes = {"limit": _megabytes(limit), "files": _megabytes(limit * _FILES_SHARE)}
    return about_mail(ReplyKind.TOO_LARGE, empty, sizes, reference, received_at, profile)


def about_mail(
    kind: ReplyKind,
    empty: Reply,
    words: Mapping[str, str],
    reference: str,
    received_at: dt.datetime,
    profile: Profile,
) -> Reply:
    """A letter about a mail, not about an invoice in it.

    Args:
        words: what its template says besides when the mail came, and who we are.
    """
    known = {
        "profile": profile,
        "reference": reference,
        "received": _day(local_date(received_at), "nl"),
        "toon": tone(profile),
    }
    subject = _subject_line(_about((), profile), kind.value, reference)
    return _written(empty, kind.value, {**known, **words}, subject, profile)


def tone(profile: Profile) -> Callable[[str, str], str]:
    """Chooses the word of this municipality: ``je`` or ``u``."""
    return lambda je, u: u if profile.tone == "u" else je


def _megabytes(size: float) -> str:
    """Rounded down: ``40``, or ``0,5`` under one."""
    return f"{int(size / 1e6)}" if size >= 1e6 else f"{int(size / 1e5) / 10}".replace(".", ",")


def compose_by_clerk(
    verdict: Verdict,
    own_words: str,
    empty: Reply,
    reference: str,
    received_at: dt.datetime,
    profile: Profile,
) -> Reply:
    """The refusal that a clerk decided on. It says that a person looked, and claims no law for the
    clerk's own words.

    Args:
        verdict: with the findings that the clerk chose, as faults.
        empty: from ``addressed``, kept since the mail was decided on.
    """
    matter = _Matter(verdict, profile, by_clerk=True)
    in_part = any(
        read.outcome is not MailOutcome.REJECTED or not read.results for read in matter.told
    )
    parts = [part for part in _parts_of_findings(matter) if part.faults or (in_part and part.state)]
    words = _words(matter, reference, received_at) | {"parts": parts, "own_words": own_words}
    return _written(empty, "refusal-by-clerk", words, _subject(matter, reference), profile)


def addressed(mail: Mail, sender: Sender) -> Reply | None:
    """An empty letter to whom this mail may be answered, in its thread; None when nobody may be."""
    if not sender.may_reply or sender.address is None or not _ADDRESS.fullmatch(sender.address):
        return None
    in_reply_to = _message_id(mail.message_id)
    return Reply(sender.address, "", "", in_reply_to, _references(mail, in_reply_to))


def _written(
    empty: Reply, template: str, words: Mapping[str, object], subject: str, profile: Profile
) -> Reply:
    text = _templates(folders(profile.name)).get_template(f"{template}.txt").render(words)
    return replace(empty, subject=subject, text=_wrapped(text))


# --- what the letter says -----------------------------------------------------------------


def _told(every: Iterable[ReadInvoice]) -> list[ReadInvoice]:
    """The invoices that are this mail's own: not those that were in hand."""
    return [read for read in every if read.outcome is not MailOutcome.IGNORED]


@dataclass(frozen=True)
class _Matter:
    """What one letter is about: each invoice of the mail, and how it stands."""

    verdict: Verdict
    profile: Profile
    by_clerk: bool = False

    @cached_property
    def told(self) -> list[ReadInvoice]:
        """The invoices that the letter speaks of; of a mail with doubles only, those."""
        return _told(self.verdict.invoices) or list(self.doubles)

    @cached_property
    def doubles(self) -> tuple[ReadInvoice, ...]:
        """The invoices that were in hand already."""
        return tuple(
            read
            for read in self.verdict.invoices
            if read.outcome is MailOutcome.IGNORED
            and any(f.check == "duplicate-invoice" for f in read.findings)
        )

    @cached_property
    def findings(self) -> list[Finding]:
        """All that was found, on the mail and on each invoice."""
        own = [f for read in self.verdict.invoices for f in read.findings]
        return [*self.verdict.findings, *own]

    @cached_property
    def unpaid(self) -> list[ReadInvoice]:
        return [read for read in self.told if read.outcome is not MailOutcome.QUEUED]

    @cached_property
    def alone(self) -> bool:
        """Only the attachment is asked again: it joins these invoices when it comes alone. What a
        person refuses is not judged again.
        """
        open_ones = [read for read in self.unpaid if read.reason != _REFUSED_BEFORE]
        return (
            self.verdict.reply is ReplyKind.REFUSAL
            and not self.by_clerk
            and bool(open_ones)
            and all(r.lacks_attachment or r.outcome is MailOutcome.WAITING for r in open_ones)
        )

    @cached_property
    def again(self) -> list[ReadInvoice]:
        """What the letter asks to be sent again."""
        if self.verdict.reply is not ReplyKind.REFUSAL or self.alone:
            return []
        open_ones = [read for read in self.unpaid if read.reason != _REFUSED_BEFORE]
        return [read for read in open_ones if not _is_contracted(read)]

    @cached_property
    def by_messages(self) -> bool:
        """Nothing is asked again: what is refused must be declared through the berichtenverkeer."""
        refusal = self.verdict.reply is ReplyKind.REFUSAL and not self.again
        return refusal and any(map(_is_contracted, self.unpaid))

    def state(self, read: ReadInvoice, language: str) -> str:
        """What becomes of an invoice without a fault of its own."""
        if read.reason == _REFUSED_BEFORE:
            code = "refused-before"
        elif read.outcome is MailOutcome.QUEUED:
            code = "handled"
        elif self.by_clerk and not read.results:
            code = "refused"
        elif read in self.again:
            code = "again"
        else:
            doubted = any(f.severity is Severity.REVIEW for f in read.findings)
            code = "looked-at" if doubted else "good"
        noun = "credit" if read.invoice.kind is DocumentKind.CREDIT_NOTE else "invoice"
        state: str = default_texts("states")[code][language]
        return state.format(
            **pronouns(self.profile), bill=_phrases("nl")[noun], bill_en=_phrases("en")[noun]
        )


def _words(matter: _Matter, reference: str, received_at: dt.datetime) -> dict[str, object]:
    told, verdict, profile = matter.told, matter.verdict, matter.profile
    received = local_date(received_at)
    doubles = matter.doubles if matter.told != list(matter.doubles) else ()
    return {
        "profile": profile,
        "reference": reference,
        "received": _day(received, "nl"),
        "received_en": _day(received, "en"),
        "invoices": len(told),
        "single": len(told) <= 1,
        "unpaid": len(matter.unpaid),
        "partly": len(matter.unpaid) < len(told),
        "alone": matter.alone,
        "by_messages": matter.by_messages,
        "improved": all(_own_faults(read) for read in matter.again),
        "numbered": all(_number(read.invoice) for read in matter.again),
        "at_once": not any(f.code in _AGAIN for f in matter.findings),
        "still_waits": any(f.code == "in-hand-waiting" for f in matter.findings),
        **_bills(matter),
        "what": _what(told, "nl"),
        "what_en": _what(told, "en"),
        "had": [_name(read.invoice, "nl") for read in doubles],
        "had_en": [_name(read.invoice, "en") for read in doubles],
        "asks": _asks(matter, "nl"),
        "asks_en": _asks(matter, "en"),
        "tips": _tips(matter, breaches=False),
        "breaches": _tips(matter, breaches=True),
        "english": any(read.invoice.english for read in verdict.invoices),
        "toon": tone(profile),
    }


def _is_contracted(read: ReadInvoice) -> bool:
    """Whether its care is under a contract, so that it must not come again by mail."""
    return any(
        f.check == "contracted-supplier" and f.severity is Severity.REJECT for f in read.findings
    )


def _own_faults(read: ReadInvoice) -> bool:
    return any(f.severity is Severity.REJECT for f in read.findings)


def _bills(matter: _Matter) -> dict[str, object]:
    """What is asked again, or else what came: ``factuur``, ``creditfacturen``."""
    asks = matter.verdict.reply in (ReplyKind.QUESTION, ReplyKind.REMINDER)
    about = matter.again or ((asks or matter.alone) and matter.unpaid) or matter.told
    credits = [read.invoice.kind is DocumentKind.CREDIT_NOTE for read in about]
    credit = bool(credits) and all(credits)
    several = (len(about) if credit else credits.count(False)) > 1
    noun = ("credit" if credit else "invoice") + ("s" if several else "")
    return {
        "credit": credit,
        "credits": any(credits),
        "several": several,
        "bills": _phrases("nl")[noun],
        "bills_en": _phrases("en")[noun],
    }


def _what(told: list[ReadInvoice], language: str) -> str:
    if len(told) == 1:
        return _name(told[0].invoice, language)
    phrases = _phrases(language)
    return phrases["several"].format(len(told)) if told else phrases["mail"]


def _parts(matter: _Matter) -> list[_Part]:
    """What the letter says; a refusal whose verdict carries its reason only tells that reason."""
    parts = _parts_of_findings(matter)
    if matter.verdict.reply is not ReplyKind.REFUSAL or any(part.faults for part in parts):
        return parts
    reason = _fault_of_reason(matter.verdict, matter.profile)
    return [*parts[: len(matter.told)], _of_mail(matter, (reason,))]


def _parts_of_findings(matter: _Matter) -> list[_Part]:
    """One part for each invoice, then what is said of the mail and its attachments."""
    numbers = iter(range(1, 10_000))
    parts = [_of_invoice(matter, read, numbers) for read in matter.told]
    findings = matter.verdict.findings
    for about in dict.fromkeys(f.invoices for f in findings):
        of_these = [f for f in findings if f.invoices == about]
        faults = tuple(_faults(of_these, numbers, matter.profile, None))
        part = _of_mail(matter, faults, about)
        if part.faults or part.hints:
            parts.append(part)
    return parts


def _of_invoice(matter: _Matter, read: ReadInvoice, numbers: Iterator[int]) -> _Part:
    rejected = read.outcome is MailOutcome.REJECTED
    findings = read.findings if rejected else ()
    faults = tuple(_faults(findings, numbers, matter.profile, read.invoice))
    state, state_en = ("" if faults else matter.state(read, language) for language in ("nl", "en"))
    title, title_en = (_name(read.invoice, language) for language in ("nl", "en"))
    return _Part(
        title[:1].upper() + title[1:],
        title_en[:1].upper() + title_en[1:],
        True,
        read.outcome is MailOutcome.QUEUED and bool(matter.unpaid),
        state,
        state_en,
        faults,
        _hints(read.findings) if read in matter.again else (),
        _fine(read.results) if faults else (),
    )


def _of_mail(matter: _Matter, faults: tuple[_Fault, ...], about: tuple[str, ...] = ()) -> _Part:
    verdict = matter.verdict
    heads_mail = faults and not matter.told
    title, title_en = (
        _phrases(language)["changes"]
        if heads_mail
        else _phrases(language)["attachment"] + _those(about, verdict, language)
        for language in ("nl", "en")
    )
    of_these = [f for f in verdict.findings if f.invoices == about and f.code not in _ASKED]
    hints = _hints(of_these) if verdict.reply is ReplyKind.REFUSAL else ()
    fine = _fine(verdict.results) if faults else ()
    return _Part(title, title_en, False, False, "", "", faults, hints, fine)


def _fine(results: Iterable[CheckResult]) -> tuple[str, ...]:
    demands = (
        checks.requirement(r.check)
        for r in results
        if r.outcome is Outcome.PASSED and not r.findings
    )
    return tuple(demand.texts.title for demand in demands if not demand.internal)


def _faults(
    findings: Iterable[Finding], numbers: Iterator[int], profile: Profile, invoice: Invoice | None
) -> Iterator[_Fault]:
    """The faults of an invoice, or of its attachments."""
    for found in findings:
        if found.severity is Severity.REJECT and not found.internal:
            demand, demand_en = _demand(found, profile, invoice)
            yield _Fault(
                number=next(numbers),
                what=found.what,
                remedy=found.remedy,
                example=found.example,
                page=_page(found, invoice),
                demand=demand,
                english=found.in_english,
                demand_en=demand_en,
            )


def _demand(found: Finding, profile: Profile, invoice: Invoice | None) -> tuple[str, str]:
    """Who demands it, in Dutch and in English; nobody when a person refuses for a mere doubt."""
    if not found.source or not checks.refuses(found.check, found.code, profile):
        return "", ""
    of_law = found.source != profile.source and profile.names_law
    if invoice and found.source.startswith(_VAT_LAW):
        of_law = of_law and _charges_vat(invoice)
    return _of_law(found.source) if of_law else _of_municipality(profile)


def _of_law(article: str) -> tuple[str, str]:
    dutch, english = (_phrases(language)["demand-of-law"] for language in ("nl", "en"))
    return dutch.format(article), english.format(article)


def _of_municipality(profile: Profile) -> tuple[str, str]:
    dutch, english = (_phrases(language)["demand-of-municipality"] for language in ("nl", "en"))
    return dutch.format(profile.source), english.format(profile.municipality)


def _page(found: Finding, invoice: Invoice | None) -> int | None:
    """Where to look, when there is more than one page and the sentence does not say so itself."""
    if invoice is None or invoice.page_count < 2 or found.check == anonymity.REQUIREMENT.check:
        return None
    return found.page


def _charges_vat(invoice: Invoice) -> bool:
    """Only who charges btw must invoice as Wet OB 1968 art. 35a says: who is exempt need not."""
    return bool(invoice.vat_amount.value or any(line.vat for line in invoice.vat_lines))


def _fault_of_reason(verdict: Verdict, profile: Profile) -> _Fault:
    """A refusal whose verdict carries its reason only: the reason is the fault."""
    demand, demand_en = _of_municipality(profile)
    return _Fault(1, verdict.reason, "", "", None, demand, verdict.reason, demand_en)


def _hints(findings: Iterable[Finding]) -> tuple[str, ...]:
    """What is no fault but worth mending: only what the provider can do something about."""
    return tuple(
        f"{f.what} {f.remedy}"
        for f in findings
        if f.severity is not Severity.REJECT and f.remedy and not f.internal
    )


def _tips(matter: _Matter, breaches: bool) -> list[str]:
    """What to do otherwise the next time, of all that need not come again now: nothing in it says
    that something is wrong. Or else what may be a data breach, when no fault of the letter says so.
    """
    told = [f for read in matter.again for f in read.findings]
    if matter.verdict.reply is ReplyKind.REFUSAL:
        told += [*matter.verdict.findings]
        told += [f for f in matter.findings if f.severity is Severity.REJECT]
    tips = (
        checks.tip(f.check, f.code, matter.profile)
        for f in matter.findings
        if f not in told and not f.internal and (f.code in _BREACHES) is breaches
    )
    return list(dict.fromkeys(filter(None, tips)))


def _asks(matter: _Matter, language: str) -> list[str]:
    """The questions of this letter, by what the attachments lack."""
    verdict, profile = matter.verdict, matter.profile
    if verdict.reply in (ReplyKind.RECEIPT, ReplyKind.DUPLICATE):
        return []
    asks = _asks_for_attachments(verdict)
    if verdict.reply is not ReplyKind.REFUSAL:
        asks += [
            ("other-content", ())
            for read in verdict.invoices
            for f in read.findings
            if f.code == "other-content"
        ]
        asks = asks or [
            (
                (
                    "anything"
                    if verdict.reply is ReplyKind.QUESTION or verdict.invoices
                    else "invoice"
                ),
                (),
            )
        ]
    return [_ask(code, about, verdict, profile, language) for code, about in dict.fromkeys(asks)]


_ASKED = ("waiting", "locked", "not-for-us", "unsupported")
"""Situations of the secured attachment in which its sender is asked for it (again)."""


def _asks_for_attachments(verdict: Verdict) -> list[tuple[str, tuple[str, ...]]]:
    """Code of a question, and the invoices that it is about."""
    asks = [
        (f.code, f.invoices)
        for f in verdict.findings
        if f.check == "secure-attachment" and f.code in _ASKED
    ]
    if verdict.reply is ReplyKind.REFUSAL:
        return [(f"{code}-with-refusal", about) for code, about in asks]
    if verdict.invoices:
        return asks
    return [(f"{code}-without-invoice", about) for code, about in asks if code != "waiting"]


def _ask(
    code: str, about: tuple[str, ...], verdict: Verdict, profile: Profile, language: str
) -> str:
    phrases, place = _phrases(language), profile.certificate_place
    words = pronouns(profile)
    of = _those(about, verdict, language)
    question: str = default_texts("asks")[code][language]
    return question.format(
        **words,
        until=phrases["until"].format(_day(verdict.deadline, language)) if verdict.deadline else "",
        place=phrases["place"].format(place) if place else "",
        phone=profile.phone,
        formats=accepted_formats(language),
        of=of,
        its=of or phrases["its"].format_map(words),
    )


def _those(about: tuple[str, ...], verdict: Verdict, language: str) -> str:
    """`` bij factuur 2026-0011``, when it is about some invoices of several; else nothing."""
    told = [read.invoice for read in verdict.invoices if read.path in about]
    if not told:
        return ""
    names = (_name(invoice, language) for invoice in told)
    return _phrases(language)["with"] + _phrases(language)["and"].join(names)


# --- what is quoted -----------------------------------------------------------------------


def _name(invoice: Invoice, language: str) -> str:
    """``factuur 2026-0011 van 13 november 2026``, as far as it is known."""
    phrases, day = _phrases(language), issue_date(invoice)
    noun = phrases["credit" if invoice.kind is DocumentKind.CREDIT_NOTE else "invoice"]
    dated = phrases["dated"].format(_day(day, language)) if day else ""
    return " ".join(filter(None, (noun, _number(invoice), dated)))


def _number(invoice: Invoice) -> str | None:
    """The invoice number as it may be told: one short line, no link in it, and never what may be a
    client's number.
    """
    found = invoice.invoice_number.found
    if found is None:
        return None
    plain = " ".join(
        "".join(map(_plain_character, unicodedata.normalize("NFKC", found.value))).split()
    )
    if not plain or len(plain) > _LONGEST_NUMBER or _LINK_LIKE.search(plain):
        return None
    far, near = masked(plain), masked(plain, near_client=True)
    return near if far != near and near_client_word(invoice, plain, found.evidence) else far


def _number_for_all(invoice: Invoice, profile: Profile) -> str | None:
    """The number as it may stand in a subject, which others than the reader see too: a word in it
    that is no code, and no part of a name of the supplier or the municipality, could be a client's
    name.
    """
    number = _number(invoice) or ""
    names = filter(None, (invoice.supplier_name.value, *profile.addressee.names))
    parts = [folding.plain(name).split() for name in names]
    known = {"".join(part[start:]) for part in parts for start in range(len(part))}
    names_nobody = all(
        len(word) <= _LONGEST_CODE or word in _CODES or any(name.startswith(word) for name in known)
        for word in map(folding.squeeze, re.findall(r"[^\W\d_]+", number))
    )
    return number if names_nobody else None


def _plain_character(char: str) -> str:
    """Digits of every script as 0 to 9, so that none hides a number; control characters as a space."""
    if unicodedata.category(char)[0] in "CZ":
        return " "
    return str(unicodedata.decimal(char, char))


def _day(day: dt.date, language: str) -> str:
    months = MONTHS if language == "nl" else MONTHS_EN
    return f"{day.day} {months[day.month - 1]} {day.year}"


# --- the message --------------------------------------------------------------------------


def _subject(matter: _Matter, reference: str) -> str:
    """Ours: what it is about, the invoice number, our reference; never the provider's own subject.

    A letter is about what it refuses or asks for: a good invoice beside that is not called unpaid.
    """
    told, kind = matter.told, matter.verdict.reply
    if kind is not ReplyKind.RECEIPT:
        told = matter.unpaid or told
    what = kind.value if kind else ""
    if kind is ReplyKind.REFUSAL and told and _bills(matter)["credit"]:
        what = "refusal-of-credits"
    if matter.alone:
        what = "refusal-of-attachment"
    if matter.by_messages:
        what = "refusal-of-contract"
    if not told and kind is ReplyKind.REFUSAL:
        what = "refusal-of-mail"
    return _subject_line(_about(told, matter.profile), what, reference)


def _subject_line(about: str, what: str, reference: str) -> str:
    phrases = _phrases("subject")
    line = phrases["line"].format(about=about, what=phrases.get(what, ""), reference=reference)
    return " ".join(line.split())


def _about(told: Sequence[ReadInvoice], profile: Profile) -> str:
    """``Factuur 2026-0011``, ``3 facturen``."""
    invoices = [read.invoice for read in told]
    numbers = [number for each in invoices if (number := _number_for_all(each, profile))]
    if not told:
        return _phrases("subject")["mail"].format_map(pronouns(profile))
    phrases, noun = _phrases("nl"), "credit" if only_credits(invoices) else "invoice"
    one, more = phrases[noun].capitalize(), phrases[f"{noun}s"]
    if len(told) == 1:
        return f"{one} {numbers[0]}" if numbers else one
    if len(told) == len(numbers) <= 3:
        return f"{more.capitalize()} {', '.join(numbers)}"
    return f"{len(told)} {more}"


def _message_id(text: str | None) -> str | None:
    """A Message-ID that is safe to repeat in a header (RFC 5322), in angle brackets; None when it
    is not.
    """
    match = _MESSAGE_ID.fullmatch((text or "").strip())
    if (
        match is None
        or len(match[1]) > _LONGEST_ID
        or any(passes_eleven_test(run) for run in re.findall(r"(?<!\d)\d{9}(?!\d)", match[1]))
    ):
        return None
    return f"<{match[1]}>"


def _references(mail: Mail, in_reply_to: str | None) -> tuple[str, ...]:
    """The thread so far and the mail we answer (RFC 5322 3.6.4), the first and the last ones when
    it is long.
    """
    found = [safe for safe in map(_message_id, (*mail.references, in_reply_to)) if safe]
    unique = tuple(dict.fromkeys(found))
    return (
        unique if len(unique) <= _MOST_REFERENCES else (unique[0], *unique[1 - _MOST_REFERENCES :])
    )


def _wrapped(text: str) -> str:
    """Lines of at most 72 characters where words allow it; numbered and indented lines keep their
    indent.
    """
    lines: list[str] = []
    for line in text.splitlines():
        line = line.rstrip()
        if len(line) <= _WIDTH:
            lines.append(line)
            continue
        line = _TOGETHER.sub("\u00a0", line)  # textwrap never breaks at a no-break space
        hang = re.match(r"\s*(?:\d+\. |- )?", line)
        indent = " " * (len(hang.group()) if hang else 0)
        lines += textwrap.wrap(
            line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).replace("\u00a0", " ").strip() + "\n"


# --- texts --------------------------------------------------------------------------------


def _phrases(table: str) -> Mapping[str, str]:
    """The words of a language, ``nl`` or ``en``, or those of the subject."""
    found: Mapping[str, str] = default_texts("phrases")[table]
    return found


@lru_cache
def _templates(places: tuple[Path, ...]) -> jinja2.Environment:
    """The municipality's own texts first, then the common ones. Plain text: nothing is escaped."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(places),
        autoescape=jinja2.select_autoescape(default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
