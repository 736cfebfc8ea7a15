"""What ``intake doctor`` says of the database, of the key store, and of what waits in them."""

from __future__ import annotations

import datetime as dt
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from intake import profile
from intake.model.basics import AMSTERDAM, local_date, local_today
from intake.model.examination import EXPIRY_DAYS, Line, fine, note, wrong
from intake.settings import Settings
from intake.store import (
    Store,
    audit,
    audit_heads,
    health,
    high_water,
    incidents,
    left_out,
    queues,
    retention,
    users,
)
from intake.store.crypto import vault
from intake.store.engine import database_file, make_engine

_MAILS_LEFT, _MAILS_NEEDED = 100, 10
"""Free space is noted below so many mails of the largest size, and wrong below so many."""


def examine_keys(settings: Settings) -> Iterator[Line]:
    missing = vault.missing_keys(settings.key_folder, local_today())
    if missing:
        yield wrong(
            "keys",
            f"{settings.key_folder} lacks {', '.join(missing)}: run `intake keys create`, or put"
            " the keys back",
        )
        return
    yield fine("keys", str(settings.key_folder))
    open_to_others = [file.name for file in settings.key_folder.glob("*.key*") if _others_may(file)]
    if _others_may(settings.key_folder) or open_to_others:
        yield wrong(
            "keys",
            f"other users of this machine can read them: run `chmod 700 {settings.key_folder}` and"
            f" `chmod 600 {settings.key_folder}/*`",
        )
    if lost := vault.lost_lists(settings.key_folder):
        yield wrong(
            "keys",
            f"{', '.join(lost)} are not there, so no case of those quarters opens: put them back",
        )
    days = (vault.ends_on(settings.key_folder) - local_today()).days
    if days <= EXPIRY_DAYS:
        yield note(
            "keys",
            f"made for {days} more days; after that the newest serve on: run `intake keys create`",
        )
    if vault.keys_beside_database(settings):
        yield note(
            "keys",
            "they lie beside the database, so one backup holds both: set INTAKE_KEYS to a folder"
            " that is backed up apart",
        )


def examine_disk(settings: Settings) -> Iterator[Line]:
    """Where an embedded database grows; a database server's own disk cannot be seen from here."""
    if database_file(make_engine(settings.database)) is None:
        yield note("disk", "the database is on a server: watch the free space there")
    folder, free = free_space(settings)
    space = f"{free / 1e9:.1f} GB free in {folder}"
    if free < _MAILS_NEEDED * settings.max_mail_bytes:
        yield wrong(
            "disk",
            f"{space}: mails are soon refused for lack of space; make room, or move INTAKE_HOME",
            free_bytes=free,
        )
    elif free < _MAILS_LEFT * settings.max_mail_bytes:
        yield note("disk", f"{space}: make room before it is full", free_bytes=free)
    else:
        yield fine("disk", space, free_bytes=free)


def free_space(settings: Settings) -> tuple[Path, int]:
    """Bytes that are free where an embedded database grows, or unfinished mails lie; and where that
    is.
    """
    file = database_file(make_engine(settings.database)) or settings.home / "x"
    folder = next(parent for parent in file.absolute().parents if parent.exists())
    return folder, shutil.disk_usage(folder).free


def examine(store: Store) -> Iterator[Line]:
    """The open database itself."""
    if high_water.is_older(store):
        yield wrong(
            "database",
            "it is older than its key store, so it was put back from a copy: stop intake and run"
            " `intake restore`",
        )
    else:
        yield fine("database", "reached; its schema and its keys are right")
    if not high_water.can_show(store):
        yield note(
            "database",
            f"{store.settings.key_folder} cannot be written, so a database that was put back does"
            " not show: always run `intake restore`",
        )
    if not users.list_users(store):
        yield note("users", "nobody can log in to the review page: run `intake user add NAME`")


def examine_cases(store: Store) -> Iterator[Line]:
    """What waits in the database for a person."""
    yield from _examine_retention(store)
    yield from _examine_readings(store)
    yield from _examine_left_out(store)


def _examine_retention(store: Store) -> Iterator[Line]:
    """Bewaartermijnen: what may be destroyed, and what was destroyed and came back."""
    names = store.settings.municipalities
    rules = [rule for name in names for rule in profile.load(name).retention]
    cases, back = len(retention.due(store, rules)), retention.came_back(store)
    if back:
        yield wrong(
            "retention",
            f"{back} destroyed before are here again, after a crash or a restored backup: run"
            " `intake purge --again`",
        )
    if cases:
        yield note(
            "retention",
            f"{cases} past their term: run `intake purge --dry-run` for the list to be approved",
        )
    elif not back:
        yield fine("retention", "nothing is past its term")


def _examine_readings(store: Store) -> Iterator[Line]:
    """The chain of who read what: its end is written down each day, and unusual reading is looked
    into."""
    file = audit_heads.file_of(store.settings)
    written = audit_heads.read(file)
    head, alerts, waiting = audit.head(store), audit.alerts(store), incidents.count_open(store)
    if head.sequence and (not written or (local_today() - local_date(written[-1].at)).days > 1):
        yield note(
            "readings",
            f"the end of their chain was not written to {file} since yesterday: run `intake web`,"
            " which does so each day",
        )
    else:
        yield fine(
            "readings",
            f"{head.sequence}; the end of their chain goes to {file} each day, best set"
            " INTAKE_READINGS__HEADS to a disk of its own",
        )
    for alert in alerts:
        yield note(
            "readings",
            f"{alert.who} read {alert.cases} cases ({alert.what},"
            f" {alert.at.astimezone(AMSTERDAM):%Y-%m-%d}): check it on the page Privacy",
        )
    if waiting:
        yield note("incidents", f"{waiting} wait for a judgement: check them on the page Privacy")


def _examine_left_out(store: Store) -> Iterator[Line]:
    """Mails that could not be taken out of the mailbox and wait for a person."""
    for each in left_out.waiting(store):
        where = f"no longer in {each.folder}" if each.gone else f"in {each.folder}"
        size = f", {each.size / 1e6:.1f} MB" if each.size else ""
        mail = (
            f"{each.reference} ({each.why}{size}), received"
            f" {each.received_at.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}, {where}"
        )
        yield note(
            "left out",
            f"{mail}: open it in the mailbox itself, then mark it as dealt with on the review page",
        )


def examine_processes(store: Store) -> Iterator[Line]:
    """What each long-running part said of itself last."""
    parts = health.health(store)
    commands = {"worker": "work", "sender": "send"} | {
        part: source.command for part, source in store.settings.parts()
    }
    if all(part.at is None for part in parts):
        yield note(
            "processes", "none was ever started: run `intake run`, or the lines of the Procfile"
        )
        return
    waiting, now = queues.queues(store), store.clock()
    for part in parts:
        queue = waiting.get(part.part)
        figures = queue.figures(now) if queue else {}
        start = f"start `intake {commands.get(part.part, 'run')}`, or see its log"
        if part.good:
            yield fine(part.part, f"last heard of at {_clock(part.at)}{_queue(figures)}", **figures)
            yield from _silent(part, start)
        elif part.code == health.SILENT:
            yield wrong(
                part.part,
                f"silent since {_clock(part.at)}{_queue(figures)}: {start}"
                if part.at
                else f"never started{_queue(figures)}: {start}",
                **figures,
            )
        else:
            yield wrong(
                part.part,
                f"says {part.code} (at {_clock(part.at)}{_by(part)}){_queue(figures)}: see the other"
                " line of that part, and its log",
                **figures,
            )


def _silent(part: health.Health, start: str) -> Iterator[Line]:
    """Of the processes of a part that does well, those that are heard of no more."""
    for each in part.processes:
        if each.code == health.SILENT:
            yield note(part.part, f"{each.name} is silent since {_clock(each.at)}: {start}")


def _by(part: health.Health) -> str:
    """Which process tells of the fault."""
    return next((f", {each.name}" for each in part.processes if each.code == part.code), "")


def _queue(figures: Mapping[str, int]) -> str:
    """How much waits for a part, in words; nothing when nothing does."""
    if not figures.get("queue"):
        return ""
    return f", {figures['queue']} waiting, the oldest for {_for(figures['oldest_seconds'])}"


def _for(seconds: int) -> str:
    minutes = seconds // 60
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 2880 else f"{minutes // 1440} days"


def _others_may(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))


def _clock(at: dt.datetime | None) -> str:
    return f"{at.astimezone(AMSTERDAM):%Y-%m-%d %H:%M:%S}" if at else "no time"
