"""Microsoft's message trace beside our journal: what Exchange says that it delivered must be here.

Read are the CSV files of the Exchange admin center (enhanced summary and extended report) and of
``Get-MessageTraceV2 | Export-Csv``. A mail is the same when its Network Message ID is, or else its
Message-ID; both stand in its own header.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from intake.commands.output import read_file
from intake.errors import ConfigurationError, IntakeError
from intake.mail import headers
from intake.store import Store, day_reports, journal

DELIVERED, PENDING = "Delivered", "Pending"
_STATUSES = {
    "quarantin": "Quarantined",
    "spam": "FilteredAsSpam",
    "junk": "FilteredAsSpam",
    "fail": "Failed",
    "expand": "Expanded",
    "pending": PENDING,
    "gettingstatus": PENDING,
    "defer": PENDING,
}
"""What a status says that holds these letters, the first that fits; every other one is delivered."""
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "network_id": ("networkmessageid", "messagetraceid"),
    "message_id": ("messageid", "internetmessageid"),
    "status": ("recipientstatus", "status", "deliverystatus"),
    "recipient": ("recipientaddress", "recipient"),
    "received": (
        "origintimestamputc",
        "origintimestamp",
        "received",
        "receiveddatetime",
        "dateutc",
    ),
}
"""Names that a column has in one export or another, without spaces and signs."""
_NETWORK_ID = "x-ms-exchange-organization-network-message-id"
_HEADER_BYTES = 256_000
_DAYS_AROUND = dt.timedelta(days=2)
_LETTERS = re.compile(r"[^a-z]")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class Traced:
    """What Exchange says of one mail and one recipient."""

    network_id: str
    message_id: str
    recipient: str
    status: str
    days: tuple[dt.date, ...]
    """On which it came in; both readings of a date with slashes."""

    @property
    def identity(self) -> str:
        return self.network_id or self.message_id


@dataclass(frozen=True, slots=True)
class Compared:
    """The trace beside the journal."""

    matched: int
    named: Mapping[str, int]
    """How many were not delivered to the mailbox, by what Exchange did with them."""
    missing: tuple[str, ...]
    """Those that Exchange delivered and the journal does not have, by their id."""
    others: int
    """Rows about recipients that are not ours."""

    @property
    def line(self) -> dict[str, object]:
        named = {status: self.named[status] for status in sorted(self.named)}
        found = {"matched": self.matched, "not_delivered": named, "missing": list(self.missing)}
        return {"trace": found | {"other_recipients": self.others}}

    def lines(self) -> Iterator[str]:
        named = "".join(f", {self.named[status]} {status}" for status in sorted(self.named))
        yield f"Message trace: {self.matched} delivered and in the journal{named}."
        if self.others:
            yield f"  {self.others} rows are about recipients that are not ours."
        if self.named.get(PENDING):
            yield "  Of what is pending nobody knows yet: make the trace again later."
        for identity in self.missing:
            yield f"  GAP {identity}: delivered, says Exchange, and not in the journal"


def read(file: Path) -> list[Traced]:
    """The rows of a CSV file.

    Raises:
        ConfigurationError: it cannot be read, or lacks a column.
    """
    text = _text(read_file(file) or b"")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    title = [_LETTERS.sub("", name.lower()) for name in next(rows, [])]
    at = {
        name: next((title.index(each) for each in known if each in title), None)
        for name, known in _COLUMNS.items()
    }
    if at["status"] is None or (at["network_id"] is None and at["message_id"] is None):
        raise ConfigurationError(
            f"{file} is no message trace: it must have a column for the status, and one for the"
            " message id or the network message id"
        )
    return [each for row in rows if row for each in _traced(row, at)]


def compare(store: Store, traced: Collection[Traced], ours: Collection[str]) -> Compared:
    """Look each row up in the journal.

    Args:
        ours: our own addresses; a row about another recipient is left aside.

    Raises:
        ConfigurationError: all rows are about others, so that nothing would be compared.
    """
    own = [each for each in traced if not each.recipient or each.recipient in ours]
    if traced and not own:
        raise ConfigurationError(
            "no row of the message trace is about an address of ours: trace the address of the"
            " mailbox, or set it in profile.toml"
        )
    days = [day for each in own for day in each.days]
    first = min(days, default=dt.date.min + _DAYS_AROUND) - _DAYS_AROUND
    last = max(days, default=dt.date.max - _DAYS_AROUND) + _DAYS_AROUND
    here = set(_ids_in_journal(store, first, last))
    named: Counter[str] = Counter()
    missing: dict[str, None] = {}
    matched = 0
    for each in own:
        if not here.isdisjoint({each.network_id, each.message_id} - {""}):
            matched += 1
        elif each.status == DELIVERED:
            missing[each.identity] = None
        else:
            named[each.status] += 1
    return Compared(matched, named, tuple(missing), len(traced) - len(own))


def _text(data: bytes) -> str:
    """The admin center writes UTF-16, PowerShell whatever it is told."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if data[1:2] == b"\0":
        return data.decode("utf-16-le", "replace")
    return data.decode("utf-8-sig", "replace")


def _traced(row: list[str], at: Mapping[str, int | None]) -> Iterator[Traced]:
    """One for each recipient: the admin center writes ``a@x##Receive, Deliver;b@y##…``."""

    def cell(name: str) -> str:
        column = at[name]
        return row[column].strip() if column is not None and column < len(row) else ""

    ids = _network_id(cell("network_id")), _message_id(cell("message_id"))
    days = tuple(_days(cell("received")))
    for each in filter(None, cell("status").split(";")):
        address, marks, status = each.rpartition("##")
        recipient = (address if marks else cell("recipient")).strip().lower()
        yield Traced(*ids, recipient, _status(status), days)


def _status(text: str) -> str:
    folded = _LETTERS.sub("", text.lower())
    return next((name for letters, name in _STATUSES.items() if letters in folded), DELIVERED)


def _network_id(text: str) -> str:
    return text.strip("{} ").replace("-", "").lower()


def _message_id(text: str) -> str:
    return text.strip("<> ").lower()


def _days(text: str) -> Iterator[dt.date]:
    """The day of a moment as the exports write it: ISO, or with slashes in the order of a country."""
    found = _DAY.search(text)
    if found is None:
        return
    year, month, day = (
        (found[1], found[2], found[3]) if found[1] else (found[6], found[4], found[5])
    )
    readings = [(month, day)] if found[1] else [(month, day), (day, month)]
    for each in readings:
        with suppress(ValueError):
            yield dt.date(int(year), int(each[0]), int(each[1]))


def _ids_in_journal(store: Store, first: dt.date, last: dt.date) -> Iterator[str]:
    """The ids of the mails that came in on these days, and whose bytes are kept."""
    for reference in day_reports.arrived(store, first, last):
        with suppress(IntakeError):
            raw, _envelope = journal.raw_mail(store, reference)
            fields, _body, _stopped = headers.split(raw, 0, min(len(raw), _HEADER_BYTES))
            network = headers.text(headers.first(fields, _NETWORK_ID))
            yield from filter(
                None,
                (
                    _network_id(network),
                    _message_id(headers.text(headers.first(fields, "message-id"))),
                ),
            )
