"""``intake report``: the completeness proof of a day, as a person asks for it and as the processes that
take mail in make it each night.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import structlog

from intake.commands import message_trace
from intake.commands.output import complain, print_json, say
from intake.errors import ConfigurationError, IntakeError, StoreUnavailable
from intake.mail.sources.base import MailSource, Reception
from intake.mail.sources.imap import ImapMailbox
from intake.model.basics import local_date
from intake.model.completeness import DayReport, GapKind, Unread
from intake.settings import Settings, load
from intake.store import Store, day_reports, open_store
from intake.store.mailbox_ledger import KnownMails, MailboxLedger

_ASK_SECONDS = 300.0
_AGAIN_SECONDS = 3_600.0
"""A day that did not close is looked at again so much later."""
_WORDS = {
    GapKind.NOT_TAKEN_IN: "stands in the mailbox and was never taken in",
    GapKind.VANISHED: "went from the mailbox before it was read",
    GapKind.NOT_IN_JOURNAL: "was taken in and is not in the journal",
    GapKind.FEWER: "mails fewer than an earlier report of this day counted",
    GapKind.MAILBOX_UNREAD: "the mailbox could not be looked into",
}

log = structlog.get_logger()


def report(day: dt.date | None, as_json: bool, trace: Path | None) -> bool:
    """Report a day anew, the last one that is over unless given, and print it. Returns whether all
    of it closes.

    Raises:
        ConfigurationError: the day is not over, or the file is no message trace.
    """
    settings = load()
    traced = message_trace.read(trace) if trace else None
    with open_store(settings) as store:
        day = day or day_reports.last_day(store)
        if day >= store.today:
            raise ConfigurationError(f"{day} is not over: a report is of a day that is past")
        sources = {source.name: source for source in settings.sources}
        every = dict.fromkeys([*sources, *day_reports.sources_of(store, day)])
        reports = [_make(settings, store, day, name, sources.get(name)) for name in every]
        compared = message_trace.compare(store, traced, _ours(settings)) if traced else None
        damaged = day_reports.broken(store)
    for each in reports:
        print_json(_line(each)) if as_json else _print(each)
    if compared is not None:
        print_json(compared.line) if as_json else _print_lines(compared.lines())
    for on, source in damaged:
        complain(f"The report of {on} of {source} was changed after it was written.")
    closed = all(each.closed for each in reports) and not damaged
    return closed and (compared is None or not compared.missing)


def make_daily(settings: Settings, store: Store, stop: threading.Event, command: str) -> None:
    """Until ``stop``: report each day once it is over, of the sources that this command runs and of
    those that the settings do not name.
    """
    sources = {s.name: s for s in settings.sources if s.command == command}
    others = {s.name for s in settings.sources} - sources.keys()
    tried: dict[tuple[dt.date, str], float] = {}
    while True:
        try:
            for day, name in day_reports.due(store, sources):
                last = tried.get((day, name), -_AGAIN_SECONDS)
                if name in others or time.monotonic() - last < _AGAIN_SECONDS:
                    continue
                tried[day, name] = time.monotonic()
                _make_one(settings, store, day, name, sources.get(name))
                if stop.is_set():
                    return
        except StoreUnavailable as error:
            log.warning("a day cannot be reported now", code=error.code)
        if stop.wait(_ASK_SECONDS):
            return


def _make_one(
    settings: Settings, store: Store, day: dt.date, name: str, source: MailSource | None
) -> None:
    """As ``_make``; only a database that does not answer is an error."""
    try:
        made = _make(settings, store, day, name, source)
    except StoreUnavailable:
        raise
    except Exception as bug:  # noqa: BLE001 whatever it is, it must not keep the mail out
        log.error("a day cannot be reported", day=str(day), fault=type(bug).__name__)
    else:
        log.info("day reported", day=str(day), closed=made.closed, gaps=len(made.gaps))


def _make(
    settings: Settings, store: Store, day: dt.date, name: str, source: MailSource | None
) -> DayReport:
    """Look into the mailbox, and write down how the day stands."""
    if source is None:
        return day_reports.make(store, day, name)
    is_newest = day == local_date(store.clock()) - dt.timedelta(days=1)
    before = day_reports.cursor_before(store, day, name) if is_newest else None
    try:
        stock = source.stock(looking(settings, store), KnownMails(store), day, before)
    except StoreUnavailable:
        raise
    except IntakeError as error:
        log.warning("a mailbox cannot be looked into", code=error.code)
        return day_reports.make(store, day, name, Unread(error.code))
    return day_reports.make(store, day, name, stock)


def _ours(settings: Settings) -> frozenset[str]:
    """The addresses that mail comes in for."""
    logins = (s.user.lower() for s in settings.sources if isinstance(s, ImapMailbox))
    return settings.own_addresses | {each for each in logins if "@" in each}


def looking(settings: Settings, store: Store) -> Reception:
    """For who looks into a mailbox and takes nothing in."""

    def keep(*_mail: object) -> str:
        raise AssertionError("nothing is taken in by a report")

    return Reception(
        keep,
        lambda _good, _code: None,
        MailboxLedger(store),
        settings.max_mail_bytes,
        settings.home,
        settings.border.relays,
    )


def _line(report: DayReport) -> dict[str, object]:
    """As JSON shows it."""
    return {
        "day": report.day.isoformat(),
        "source": report.source,
        "closed": report.closed,
        "proof": "journal" if report.standing is None else "mailbox",
        "arrivals": report.arrivals,
        "mails": report.mails,
        "first": report.first,
        "ends": {each.end: each.mails for each in report.ends},
        "in_mailbox": report.standing,
        "junk": report.junk,
        "gaps": [{"kind": each.kind.value, "identity": each.identity} for each in report.gaps],
        "open": report.open,
        "oldest_open": report.oldest.isoformat() if report.oldest else None,
        "made_at": report.made_at.isoformat(timespec="seconds"),
        "clock_synchronised": report.synchronised,
        "audit_head": {"sequence": report.head, "hash": report.head_hash},
    }


def _print(report: DayReport) -> None:
    _print_lines(_told(report))


def _told(report: DayReport) -> Iterator[str]:
    ends = ", ".join(f"{each.mails} {each.end}" for each in report.ends) or "none"
    state = "closed" if report.closed else f"{len(report.gaps)} GAPS"
    yield f"{report.day}  {report.source}: {state}. {report.mails} mails: {ends}."
    if report.standing is None:
        yield "  Only the journal tells: what came in by this door stands nowhere else."
    else:
        gone = report.mails - report.standing
        yield f"  In the mailbox: {report.standing}; not there any more: {gone}; junk: {report.junk}."
    if report.oldest:
        yield f"  Open: {report.open}, the oldest of {report.oldest}."
    for each in report.gaps:
        yield f"  GAP {each.kind.value} {each.identity}: {_WORDS[each.kind]}"
    if report.synchronised is False:
        yield "  No time server set the clock of this machine."


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        say(line)
