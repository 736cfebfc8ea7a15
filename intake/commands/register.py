"""``intake audit`` and ``intake incidents``: what the privacy officer takes away and keeps
elsewhere.

An export shows content, so each is a reading by the account that runs it.
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated

import typer

from intake.commands.options import DAY, Csv, Day
from intake.commands.output import complain, operator, print_json, say
from intake.errors import ConfigurationError
from intake.review import nen7513
from intake.settings import load
from intake.store import audit, audit_heads, incidents, open_store

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet (OWASP, CSV injection)."""

Line = Mapping[str, str | int | None]


audit_app = typer.Typer()
incidents_app = typer.Typer()


@audit_app.command("verify")
def verify_audit(
    head: Annotated[
        list[str] | None, typer.Option(help="SEQUENCE:HASH that was kept elsewhere.")
    ] = None,
) -> None:
    """Whether a reading was changed, removed or put in; exit code 1 when one was."""
    with open_store(load()) as store:
        written = [
            replace(dated.head, at=dated.at)
            for dated in audit_heads.read(audit_heads.file_of(store.settings))
        ]
        found = audit.verify(store, *written, *map(_head, head or ()))
    for moment in found.restores:
        say(
            f"The database was put back from a copy at {moment:%Y-%m-%d %H:%M} UTC: what was read"
            " between that copy and then is lost."
        )
    if found.whole:
        kept = f"each of {len(written) - found.lost - found.older} heads that were written down stands in it"
        say(
            f"The chain is whole: {found.rows} readings, and {kept}."
            + (f" {found.lost} were lost with a restore." if found.lost else "")
            + (f" {found.older} are of readings that went after their term." if found.older else "")
        )
    else:
        complain(
            f"The chain is broken at row {found.broken_at}: a reading was changed, removed or put"
            " in there after it was written."
        )
    raise typer.Exit(0 if found.whole else 1)


@audit_app.command("head")
def show_head() -> None:
    """The end of the chain, to keep elsewhere."""
    with open_store(load()) as store:
        head = audit.head(store)
    print_json({"sequence": head.sequence, "hash": head.hash})


@audit_app.command("export")
def export_audit(
    as_csv: Csv = False,
    since: Annotated[Day, typer.Option(help="From this day on.", formats=DAY)] = None,
    dutch: Annotated[
        bool, typer.Option("--nen7513", help="With the fields of NEN 7513, in Dutch.")
    ] = False,
    case: Annotated[
        list[str] | None, typer.Option(help="Only this case, with --nen7513. May be repeated.")
    ] = None,
) -> None:
    """Every reading for the privacy officer; the last row is the head of the chain."""
    with open_store(load()) as store:
        audit.record(store, operator(), "", "audit-export")
        start = since.replace(tzinfo=dt.UTC) if since else None
        rows = audit.export(store, start)
        wanted = frozenset(case) if case else None
        _write(as_csv, nen7513.lines(rows, wanted) if dutch else map(_reading, rows))


@incidents_app.command("export")
def export_incidents(as_csv: Csv = False) -> None:
    """The register of incidents with what was decided and why."""
    with open_store(load()) as store:
        who = operator()
        entries = incidents.listed(store)
        for entry in entries:
            audit.record(store, who, entry.reference, "incident-export")
        _write(as_csv, (_incident(*incidents.get(store, entry.id)) for entry in entries))


def _head(text: str) -> audit.Head:
    sequence, _, hash = text.partition(":")
    if not sequence.isdigit() or len(hash) != 64:
        raise ConfigurationError("--head takes SEQUENCE:HASH, as `intake audit head` shows them")
    return audit.Head(int(sequence), hash)


def _reading(row: audit.ChainedReading) -> Line:
    reading = row.reading
    return {
        "sequence": row.sequence,
        "at": reading.at.isoformat(timespec="seconds"),
        "who": reading.who,
        "case": reading.reference,
        "what": reading.what,
        "why": reading.why,
        "result": reading.result,
        "hash": row.hash,
    }


def _incident(entry: incidents.Entry, report: incidents.Report | None) -> Line:
    words = {
        name: getattr(report, name) if report else audit.DESTROYED
        for name in incidents.REPORT_FIELDS
    }
    return {
        "number": entry.id,
        "case": entry.reference,
        "kind": entry.kind,
        "place": entry.place,
        "discovered_at": _moment(entry.at),
        "known_at": _moment(entry.known_at),
        "judgement": entry.judgement.value,
        **words,
        "people_number": entry.facts.people,
        "people_kinds": " ".join(entry.facts.people_kinds),
        "data_kinds": " ".join(entry.facts.data_kinds),
        "told": entry.facts.told,
        "told_on": _day(entry.facts.told_on),
        "reported_on": _day(entry.facts.reported_on),
        "report_number": entry.facts.report_number,
        "decided_by": entry.decided_by,
        "decided_at": _moment(entry.decided_at),
    }


def _moment(at: dt.datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _write(as_csv: bool, lines: Iterable[Line]) -> None:
    if not as_csv:
        for line in lines:
            print_json(dict(line))
        return
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    for number, line in enumerate(lines):
        if number == 0:
            writer.writerow(line)
        writer.writerow([_harmless(value) for value in line.values()])


def _harmless(value: str | int | None) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
