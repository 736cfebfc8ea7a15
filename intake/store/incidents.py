"""The register of incidents (datalekregister, AVG art. 33 lid 5): client data that stood where it
does not belong.

The rules and clerks discover; the privacy officer judges each one: no incident, recorded, or
reported to the Autoriteit Persoonsgegevens. What was judged stays, also when its mail is decided
again or is destroyed after its term, and so do the numbers and kinds that articles 33 and 34 ask;
the words that were written about it are sealed with the mail's key and go with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter

from sqlalchemy import ColumnElement, bindparam, insert
from sqlmodel import Session, col, func, select

from intake.errors import Conflict, KeyMissing
from intake.model.verdict import Incident
from intake.store import Store
from intake.store.journal import NotKept, find
from intake.store.records import Format, shapes
from intake.store.sealed import key_of, note
from intake.store.tables import IncidentRow, Judgement

REPORT_HOURS = 72
"""Within so many hours after it is known, a breach is reported (AVG art. 33 lid 1)."""
NOTICED = Incident("noticed", "noticed by a person")
_ON_A_PAGE = ("invoice-not-anonymous", NOTICED.kind)

_KNOWN = select(col(IncidentRow.kind)).where(col(IncidentRow.reference) == bindparam("reference"))
_REGISTER = insert(IncidentRow)
_OPEN = col(IncidentRow.judgement) == Judgement.OPEN


@dataclass(frozen=True, slots=True)
class Report:
    """What the privacy officer writes about one incident (AVG art. 33 lid 3).

    Content, though no client should be named in it.
    """

    nature: str = field(default="", repr=False)
    people: str = field(default="", repr=False)
    """Whose data, and of how many."""
    road: str = field(default="", repr=False)
    """By which way it came, and who could see it."""
    measures: str = field(default="", repr=False)
    grounds: str = field(default="", repr=False)
    """Why it was reported, or why not; with the date and number of the report."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What articles 33 and 34 AVG ask of an incident, as numbers and codes; it stays when the mail
    goes.
    """

    people: int | None = None
    people_kinds: tuple[str, ...] = ()
    data_kinds: tuple[str, ...] = ()
    told: str = ""
    """Whether the people were told (art. 34); empty as long as nobody said so."""
    told_on: dt.date | None = None
    reported_on: dt.date | None = None
    report_number: str | None = None
    """Of the Autoriteit Persoonsgegevens."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the privacy officer decided about one incident."""

    judgement: Judgement
    """``OPEN`` keeps what is written so far."""
    known_at: dt.datetime
    report: Report
    facts: Facts = Facts()


@dataclass(frozen=True, slots=True)
class Entry:
    """One incident of the register, without the words written about it."""

    id: int
    reference: str
    at: dt.datetime
    """Discovered."""
    kind: str
    """``unsecured-attachment``, ``invoice-not-anonymous``, ``mail-not-anonymous`` or
    ``noticed``."""
    place: str
    judgement: Judgement
    version: int
    known_at: dt.datetime | None
    decided_by: str | None
    decided_at: dt.datetime | None
    facts: Facts = Facts()

    @property
    def on_a_page(self) -> bool:
        """Whether a client may stand on a page of the case, by what a person or the rules saw."""
        return self.kind in _ON_A_PAGE and self.judgement is not Judgement.NONE

    @property
    def report_before(self) -> dt.datetime:
        """The end of the 72 hours; as long as nobody told when it was known, they count from the
        discovery.
        """
        return (self.known_at or self.at) + dt.timedelta(hours=REPORT_HOURS)


REPORTS = Format(shapes.Report, Report)
_KINDS = ("people_kinds", "data_kinds")
"""Kept with a space between them."""
REPORT = "incident"
"""By this, and its number, a report is sealed with the key of its case."""
REPORT_FIELDS = tuple(one.name for one in fields(Report))


def register(store: Store, session: Session, reference: str, found: Sequence[Incident]) -> None:
    """Write down what was found in a mail, in the transaction of its verdict; what stands there
    already is left as it is.
    """
    if not found:
        return
    known = set(session.connection().execute(_KNOWN, {"reference": reference}).scalars())
    entry = {"reference": reference, "judgement": Judgement.OPEN.value, "version": 1}
    rows = [
        entry | {"at": store.clock(), "kind": i.kind, "place": i.where}
        for i in found
        if i.kind not in known
    ]
    if rows:
        session.connection().execute(_REGISTER, rows)


def report_by_hand(store: Store, reference: str, user: str) -> int:
    """A person saw client data that the rules did not see. Returns the incident's number; a second
    time the same.

    Raises:
        NotKept: no such case.
    """
    with store.write() as session:
        find(session, reference)
        register(store, session, reference, [NOTICED])
        of_case = select(IncidentRow).where(col(IncidentRow.reference) == reference)
        row = session.exec(of_case.where(col(IncidentRow.kind) == NOTICED.kind)).one()
        if row.known_at is None:
            row.known_at = row.at
            note(store, session, reference, "incident-noticed", user)
    return row.id or 0


def listed(store: Store) -> tuple[Entry, ...]:
    """The whole register: the open ones first, the most urgent at the top, then the others from the
    newest on.
    """
    with store.read() as session:
        entries = sorted(_entries(session), key=attrgetter("at", "id"))
    waiting = [entry for entry in entries if entry.judgement is Judgement.OPEN]
    return (
        *sorted(waiting, key=lambda entry: entry.report_before),
        *(entry for entry in reversed(entries) if entry.judgement is not Judgement.OPEN),
    )


def waiting(store: Store) -> tuple[Entry, ...]:
    """Those that wait for a judgement, the most urgent first."""
    with store.read() as session:
        entries = _entries(session, _OPEN)
    return tuple(sorted(entries, key=lambda entry: (entry.report_before, entry.id)))


def of_case(session: Session, reference: str) -> tuple[Entry, ...]:
    """The incidents of one case, oldest first."""
    own = _entries(session, col(IncidentRow.reference) == reference)
    return tuple(sorted(own, key=attrgetter("id")))


def _entries(session: Session, *conditions: ColumnElement[bool]) -> list[Entry]:
    """In no order: a database that is to sort them may walk the whole table for it."""
    return [_entry(row) for row in session.exec(select(IncidentRow).where(*conditions))]


def count_open(store: Store) -> int:
    """How many wait for a judgement."""
    with store.read() as session:
        return session.exec(select(func.count()).select_from(IncidentRow).where(_OPEN)).one()


def get(store: Store, number: int) -> tuple[Entry, Report | None]:
    """One incident, and what was written about it: an empty report when nothing was, None when its
    mail was destroyed.

    Raises:
        NotKept: no such incident.
    """
    with store.read() as session:
        row = _row(session, number)
        return _entry(row), _report(store, session, row)


def judge(store: Store, number: int, user: str, version: int, assessment: Assessment) -> None:
    """Write what the privacy officer decided and why; a judgement may be changed later, and says
    who did so last.

    Raises:
        Conflict: somebody changed it since ``version``.
        NotKept: no such incident, or its mail was destroyed.
        KeyMissing: the key of its mail is not in the key store.
    """
    with store.write() as session:
        row = _row(session, number, lock=True)
        if row.version != version:
            raise Conflict(f"incident {number} was changed by somebody else")
        mail = find(session, row.reference)
        row.report = key_of(store, mail).seal(_kind(number), REPORTS.pack(assessment.report))
        _keep_facts(row, assessment.facts)
        row.version += 1
        row.known_at, row.judgement = assessment.known_at, assessment.judgement.value
        closed = assessment.judgement is not Judgement.OPEN
        row.decided_by, row.decided_at = (user, store.clock()) if closed else (None, None)
        note(store, session, row.reference, f"incident-{assessment.judgement}", user)


def _row(session: Session, number: int, lock: bool = False) -> IncidentRow:
    wanted = select(IncidentRow).where(col(IncidentRow.id) == number)
    row = session.exec(wanted.with_for_update() if lock else wanted).first()
    if row is None:
        raise NotKept(f"there is no incident {number}")
    return row


def _report(store: Store, session: Session, row: IncidentRow) -> Report | None:
    if row.report is None:
        return Report()
    try:
        key = key_of(store, find(session, row.reference))
        return REPORTS.unpack(key.unseal(_kind(row.id or 0), row.report))
    except (KeyMissing, NotKept):
        return None


def _kind(number: int) -> str:
    return f"{REPORT}|{number}"


def _entry(row: IncidentRow) -> Entry:
    values = {each.name: getattr(row, each.name) for each in fields(Entry) if each.name != "facts"}
    return Entry(**values | {"judgement": Judgement(row.judgement), "facts": _facts(row)})


def _facts(row: IncidentRow) -> Facts:
    values = {each.name: getattr(row, each.name) for each in fields(Facts)}
    kinds = {name: tuple(values[name].split()) for name in _KINDS}
    return Facts(**values | kinds)


def _keep_facts(row: IncidentRow, facts: Facts) -> None:
    for each in fields(Facts):
        value = getattr(facts, each.name)
        setattr(row, each.name, " ".join(value) if each.name in _KINDS else value)
