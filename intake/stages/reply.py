"""Verdict → letter to the provider. Composes; sending is another stage.

A letter says only what our own checks say, in our own words. Of the invoice it quotes the number
and the date, of the attachment nothing but row numbers (which stand in the findings), of the mail
nothing at all.
"""

from __future__ import annotations

import datetime as dt
import re
import textwrap
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import jinja2

from intake.checks import registry as checks
from intake.checks.support.presence import issue_date
from intake.model.basics import local_date
from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.invoice import DocumentKind, Invoice
from intake.model.mail import Mail, Reply, ReplyKind, Sender
from intake.model.verdict import MailOutcome, ReadInvoice, Verdict
from intake.profile import Profile, templates_folder
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

_REFUSED_BEFORE = "Deze factuur hebben wij al geweigerd. Wij schreven eerder waarom."
_PHRASES: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "invoice": "factuur",
        "credit": "creditfactuur",
        "dated": "van {}",
        "several": "mail met {} facturen",
        "with": " bij ",
        "and": " en ",
        "its": " bij {} factuur",
        "until": " uiterlijk op {}",
        "place": " van {}",
    },
    "en": {
        "invoice": "invoice",
        "credit": "credit note",
        "dated": "of {}",
        "several": "mail with {} invoices",
        "with": " with ",
        "and": " and ",
        "its": " with your invoice",
        "until": " by {}",
        "place": " (see {})",
    },
}
_ATTACHMENT_TITLE = {"nl": "De beveiligde bijlage", "en": "The secured attachment"}


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
    accepted: str
    stays: bool
    """We keep this invoice: it need not be sent again."""
    faults: tuple[_Fault, ...]
    hints: tuple[str, ...]
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
    words = _words(verdict, reference, received_at, profile) | {
        "parts": _parts(verdict, _told(verdict), profile)
    }
    return _written(
        empty, verdict.reply.value, words, _subject(verdict, reference, profile), profile
    )


def as_decided(verdict: Verdict, accepted: Mapping[str, bool]) -> Verdict:
    """The verdict as a letter tells it after persons decided on some of its invoices.

    An accepted one is handled, as the rules said of a good one; one that a person refused has had
    its letter. What is said of the mail and its attachments is said of the others only.

    Args:
        accepted: by path, for each invoice that a person decided on: accepted, or refused.
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


def _by_person(read: ReadInvoice, accepted: bool) -> ReadInvoice:
    if accepted:
        return replace(read, outcome=MailOutcome.QUEUED)
    return replace(read, outcome=MailOutcome.REJECTED, results=(), reason=_REFUSED_BEFORE)


def _of_others(verdict: Verdict, accepted: Mapping[str, bool]) -> Iterator[Finding]:
    """The findings of the mail, of the invoices that nobody decided on."""
    own = tuple(read.path for read in _told(verdict))
    for finding in verdict.findings:
        about = finding.invoices or own
        others = tuple(path for path in about if path not in accepted)
        if others == about:
            yield finding
        elif others:
            yield replace(finding, invoices=others)


def _still_due(verdict: Verdict, accepted: Mapping[str, bool]) -> ReplyKind | None:
    """Which letter is due when persons decided on some invoices."""
    outcomes = {read.outcome for read in verdict.invoices if read.path not in accepted}
    if verdict.reply is None or not accepted:
        return verdict.reply
    if MailOutcome.REJECTED in outcomes:
        return ReplyKind.REFUSAL
    if MailOutcome.WAITING in outcomes:
        return ReplyKind.REMINDER if verdict.reply is ReplyKind.REMINDER else ReplyKind.QUESTION
    is_receipt = verdict.reply is ReplyKind.RECEIPT and all(accepted.values())
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
    words = {
        "profile": profile,
        "reference": reference,
        "received": _day(local_date(received_at), "nl"),
        "limit": _megabytes(limit),
        "files": _megabytes(limit * _FILES_SHARE),
        "toon": _tone(profile),
    }
    about = "Uw mail" if profile.tone == "u" else "Je mail"
    return _written(
        empty,
        ReplyKind.TOO_LARGE.value,
        words,
        f"{about}: te groot, graag opnieuw sturen (kenmerk {reference})",
        profile,
    )


def _tone(profile: Profile) -> Callable[[str, str], str]:
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
    told = _told(verdict)
    in_part = any(read.outcome is not MailOutcome.REJECTED or not read.results for read in told)
    parts = [
        part
        for part in _parts_of_findings(verdict, told, profile)
        if part.faults or (in_part and part.accepted)
    ]
    words = _words(verdict, reference, received_at, profile) | {
        "parts": parts,
        "own_words": own_words,
    }
    return _written(
        empty, "refusal-by-clerk", words, _subject(verdict, reference, profile), profile
    )


def addressed(mail: Mail, sender: Sender) -> Reply | None:
    """An empty letter to whom this mail may be answered, in its thread; None when nobody may be."""
    if not sender.may_reply or sender.address is None or not _ADDRESS.fullmatch(sender.address):
        return None
    in_reply_to = _message_id(mail.message_id)
    return Reply(sender.address, "", "", in_reply_to, _references(mail, in_reply_to))


def _written(
    empty: Reply, template: str, words: Mapping[str, object], subject: str, profile: Profile
) -> Reply:
    text = _templates(profile.name).get_template(f"{template}.txt").render(words)
    return replace(empty, subject=subject, text=_wrapped(text))


# --- what the letter says -----------------------------------------------------------------


def _told(verdict: Verdict) -> list[ReadInvoice]:
    """The invoices that the letter speaks of."""
    return [read for read in verdict.invoices if read.outcome is not MailOutcome.IGNORED]


def _words(
    verdict: Verdict, reference: str, received_at: dt.datetime, profile: Profile
) -> dict[str, object]:
    told = _told(verdict)
    received = local_date(received_at)
    return {
        "profile": profile,
        "reference": reference,
        "received": _day(received, "nl"),
        "received_en": _day(received, "en"),
        "invoices": len(told),
        "single": len(told) <= 1,
        "refused": sum(read.outcome is MailOutcome.REJECTED for read in told),
        "partly": any(read.outcome is not MailOutcome.REJECTED for read in told),
        **_bills(told),
        "what": _what(told, "nl"),
        "what_en": _what(told, "en"),
        "asks": _asks(verdict, profile, "nl"),
        "asks_en": _asks(verdict, profile, "en"),
        "english": any(read.invoice.english for read in verdict.invoices),
        "toon": _tone(profile),
    }


def _bills(told: Sequence[ReadInvoice]) -> dict[str, object]:
    """What is asked again, or else what came: ``factuur``, ``creditfacturen``."""
    refused = [read for read in told if read.outcome is MailOutcome.REJECTED] or told
    credit = bool(refused) and all(r.invoice.kind is DocumentKind.CREDIT_NOTE for r in refused)
    several = len(refused) > 1
    return {
        "credit": credit,
        "bills": f"{'credit' if credit else ''}factu{'ren' if several else 'ur'}",
        "bills_en": f"{'credit note' if credit else 'invoice'}{'s' if several else ''}",
    }


def _what(told: list[ReadInvoice], language: str) -> str:
    if len(told) == 1:
        return _name(told[0].invoice, language)
    return _PHRASES[language]["several"].format(len(told)) if told else "mail"


def _parts(verdict: Verdict, told: list[ReadInvoice], profile: Profile) -> list[_Part]:
    """What the letter says; a refusal whose verdict carries its reason only tells that reason."""
    parts = _parts_of_findings(verdict, told, profile)
    if verdict.reply is not ReplyKind.REFUSAL or any(part.faults for part in parts):
        return parts
    hints = _hints(verdict.findings)
    return [
        *parts[: len(told)],
        _of_mail((_fault_of_reason(verdict, profile),), hints, told, verdict),
    ]


def _parts_of_findings(verdict: Verdict, told: list[ReadInvoice], profile: Profile) -> list[_Part]:
    """One part for each invoice, then what is said of the mail and its attachments."""
    numbers = iter(range(1, 10_000))
    parts = []
    for read in told:
        faults = (
            tuple(_faults(read.findings, numbers, profile, read.invoice.page_count))
            if read.outcome is MailOutcome.REJECTED
            else ()
        )
        title, title_en = _name(read.invoice, "nl"), _name(read.invoice, "en")
        fine = _fine(read.results) if faults else ()
        stays = read.outcome is not MailOutcome.REJECTED
        titles = (title[:1].upper() + title[1:], title_en[:1].upper() + title_en[1:])
        parts.append(
            _Part(*titles, _state(read, faults), stays, faults, _hints(read.findings), fine)
        )
    for about in dict.fromkeys(f.invoices for f in verdict.findings):
        of_these = [f for f in verdict.findings if f.invoices == about]
        faults, hints = tuple(_faults(of_these, numbers, profile, 0)), _hints(of_these)
        if faults or hints:
            parts.append(_of_mail(faults, hints, told, verdict, about))
    return parts


def _of_mail(
    faults: tuple[_Fault, ...],
    hints: tuple[str, ...],
    told: list[ReadInvoice],
    verdict: Verdict,
    about: tuple[str, ...] = (),
) -> _Part:
    without_invoice = bool(faults) and not told
    title, title_en = (
        f"{_ATTACHMENT_TITLE[language]}{_those(about, verdict, language)}"
        for language in ("nl", "en")
    )
    if without_invoice:
        title, title_en = "Wat er moet veranderen", "What must change"
    return _Part(
        title, title_en, "", False, faults, hints, _fine(verdict.results) if faults else ()
    )


def _state(read: ReadInvoice, faults: tuple[_Fault, ...]) -> str:
    """What happens with an invoice that itself has no fault."""
    if faults:
        return ""
    if read.outcome is MailOutcome.QUEUED:
        return "Deze factuur nemen wij in behandeling."
    if read.outcome is not MailOutcome.REJECTED:
        return "Deze factuur blijft staan."
    return "Op de factuur zelf vonden wij geen fout." if read.results else read.reason


def _fine(results: Iterable[CheckResult]) -> tuple[str, ...]:
    demands = (
        checks.requirement(r.check)
        for r in results
        if r.outcome is Outcome.PASSED and not r.findings
    )
    return tuple(demand.texts.title for demand in demands if not demand.internal)


def _faults(
    findings: Iterable[Finding], numbers: Iterator[int], profile: Profile, pages: int
) -> Iterator[_Fault]:
    for found in findings:
        if found.severity is not Severity.REJECT or found.internal:
            continue
        of_law = found.source != profile.source and profile.names_law
        source = found.source and (found.source if of_law else profile.source)
        yield _Fault(
            number=next(numbers),
            what=found.what,
            remedy=found.remedy,
            example=found.example,
            page=found.page if pages > 1 else None,
            demand=(
                f"Dit is een eis van de wet: {source}."
                if of_law and source
                else f"Dit is een {source}."
                if source
                else ""
            ),
            english=_in_english(found, profile),
            demand_en=(
                f"The law requires this: {source}."
                if of_law and source
                else f"This is required by {profile.municipality}."
                if source
                else ""
            ),
        )


def _in_english(found: Finding, profile: Profile) -> str:
    """The English sentence of a fault; one that we have no English for stays as it is, whatever
    signs it holds.
    """
    sentence = checks.english(found.check, found.code)
    return sentence.format(address=profile.addressee.written) if sentence else found.what


def _fault_of_reason(verdict: Verdict, profile: Profile) -> _Fault:
    """A refusal whose verdict carries its reason only: the reason is the fault."""
    return _Fault(
        1,
        verdict.reason,
        "",
        "",
        None,
        f"Dit is een {profile.source}.",
        verdict.reason,
        f"This is required by {profile.municipality}.",
    )


def _hints(findings: Iterable[Finding]) -> tuple[str, ...]:
    """What is no fault but worth mending: only what the provider can do something about."""
    return tuple(
        f"{f.what} {f.remedy}"
        for f in findings
        if f.severity is not Severity.REJECT and f.remedy and not f.internal
    )


def _asks(verdict: Verdict, profile: Profile, language: str) -> list[str]:
    """The questions of this letter, by what the attachments lack."""
    if verdict.reply is ReplyKind.RECEIPT:
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
    phrases, place = _PHRASES[language], profile.certificate_place
    words = (
        {"je": "u", "jouw": "uw", "Jouw": "Uw", "hoef": "hoeft"}
        if profile.tone == "u"
        else {"je": "je", "jouw": "je", "Jouw": "Je", "hoef": "hoef"}
    )
    of = _those(about, verdict, language)
    return _ask_texts()[code][language].format(
        **words,
        until=phrases["until"].format(_day(verdict.deadline, language)) if verdict.deadline else "",
        place=phrases["place"].format(place) if place else "",
        phone=profile.phone,
        of=of,
        its=of or phrases["its"].format(words["jouw"]),
    )


def _those(about: tuple[str, ...], verdict: Verdict, language: str) -> str:
    """`` bij factuur 2026-0011``, when it is about some invoices of several; else nothing."""
    told = [read.invoice for read in verdict.invoices if read.path in about]
    if not told:
        return ""
    names = (_name(invoice, language) for invoice in told)
    return _PHRASES[language]["with"] + _PHRASES[language]["and"].join(names)


# --- what is quoted -----------------------------------------------------------------------


def _name(invoice: Invoice, language: str) -> str:
    """``factuur 2026-0011 van 13 november 2026``, as far as it is known."""
    phrases, day = _PHRASES[language], issue_date(invoice)
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


def _names_nobody(number: str, invoice: Invoice, profile: Profile) -> bool:
    """Whether a number may stand in a subject, which others than the reader see too: a word in it
    that is no code, and no part of a name of the supplier or the municipality, could be a client's
    name.
    """
    names = (invoice.supplier_name.value, invoice.second_name.value, *profile.addressee.names)
    parts = [folding.plain(name).split() for name in names if name]
    known = {"".join(part[start:]) for part in parts for start in range(len(part))}
    return all(
        len(word) <= _LONGEST_CODE or word in _CODES or any(name.startswith(word) for name in known)
        for word in map(folding.squeeze, re.findall(r"[^\W\d_]+", number))
    )


def _plain_character(char: str) -> str:
    """Digits of every script as 0 to 9, so that none hides a number; control characters as a space."""
    if unicodedata.category(char)[0] in "CZ":
        return " "
    return str(unicodedata.decimal(char, char))


def _day(day: dt.date, language: str) -> str:
    months = MONTHS if language == "nl" else MONTHS_EN
    return f"{day.day} {months[day.month - 1]} {day.year}"


# --- the message --------------------------------------------------------------------------


def _subject(verdict: Verdict, reference: str, profile: Profile) -> str:
    """Ours: what it is about, the invoice number, our reference; never the provider's own subject.

    A refusal is about what it refuses: a good invoice beside that is not called unpaid.
    """
    told = _told(verdict)
    if verdict.reply is ReplyKind.REFUSAL:
        told = [read for read in told if read.outcome is MailOutcome.REJECTED] or told
    says = {
        ReplyKind.REFUSAL: "nog niet betaald, graag verbeteren",
        ReplyKind.RECEIPT: "ontvangen",
        ReplyKind.QUESTION: "wij hebben nog iets nodig",
        ReplyKind.REMINDER: "herinnering, wij hebben nog iets nodig",
    }
    what = says[verdict.reply] if verdict.reply else ""
    if not told and verdict.reply is ReplyKind.REFUSAL:
        what = "graag verbeteren"
    return " ".join(f"{_about(told, profile)}: {what} (kenmerk {reference})".split())


def _about(told: Sequence[ReadInvoice], profile: Profile) -> str:
    """``Factuur 2026-0011``, ``3 facturen``."""
    numbers = [
        number
        for read in told
        if (number := _number(read.invoice)) and _names_nobody(number, read.invoice, profile)
    ]
    if not told:
        return "Uw mail" if profile.tone == "u" else "Je mail"
    if len(told) == 1:
        return f"Factuur {numbers[0]}" if numbers else "Factuur"
    if len(told) == len(numbers) <= 3:
        return f"Facturen {', '.join(numbers)}"
    return f"{len(told)} facturen"


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


@lru_cache
def _templates(profile_name: str) -> jinja2.Environment:
    """The municipality's own texts first, then the common ones. Plain text: nothing is escaped."""
    folders = [templates_folder() / profile_name, templates_folder() / "_default"]
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=jinja2.select_autoescape(default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@lru_cache
def _ask_texts() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(
        (templates_folder() / "_default" / "asks.toml").read_text(encoding="utf-8")
    )
