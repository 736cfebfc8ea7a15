"""What ``intake doctor`` says of the database, of the key store, and of what waits in them."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
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
    retention,
    users,
)
from intake.store.crypto import vault
from intake.store.engine import database_file, make_engine
from intake.store.shared_files import is_shared

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
    yield from _examine_owners(settings)
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


def _examine_owners(settings: Settings) -> Iterator[Line]:
    """Who else can read the keys: none, or the group of a folder that is shared on purpose."""
    folder = settings.key_folder
    rights = stat.S_IRWXO if is_shared(folder) else stat.S_IRWXG | stat.S_IRWXO
    if _may(folder, rights) or any(_may(file, rights) for file in folder.glob("*.key*")):
        yield wrong(
            "keys",
            f"other users of this machine can read them: run `chmod 700 {folder}` and"
            f" `chmod 600 {folder}/*`",
        )
    elif is_shared(folder):
        yield note("keys", f"the group {folder.group()} can read them: only the page belongs in it")
    own = settings.mail_key_folder
    private = [*own.glob("*.key.pem"), *own.glob("*.openpgp.key")] if own != folder else []
    if any(_may(file, stat.S_IRWXG | stat.S_IRWXO) for file in private):
        yield wrong(
            "keys", f"other users can read private keys of mail: run `chmod 600 {own}/*.key*`"
        )
    if own != folder and (left := sorted(folder.glob("*.certificate.pem"))):
        yield wrong(
            "keys",
            f"{left[0].name} still lies in {folder}, where the page can read its key: move it and"
            f" its key to {own}",
        )


def examine_disk(settings: Settings) -> Iterator[Line]:
    """Where an embedded database grows; a database server's own disk cannot be seen from here."""
    file = database_file(make_engine(settings.database))
    if file is None:
        yield note("disk", "the database is on a server: watch the free space there")
        return
    folder = next(parent for parent in file.parents if parent.exists())
    free = shutil.disk_usage(folder).free
    space = f"{free / 1e9:.1f} GB free in {folder}"
    if free < _MAILS_NEEDED * settings.max_mail_bytes:
        yield wrong(
            "disk",
            f"{space}: mails are soon refused for lack of space; make room, or move INTAKE_HOME",
        )
    elif free < _MAILS_LEFT * settings.max_mail_bytes:
        yield note("disk", f"{space}: make room before it is full")
    else:
        yield fine("disk", space)


def examine(store: Store) -> Iterator[Line]:
    """The open database, and what waits in it."""
    yield from _examine_age(store)
    yield from _examine_retention(store)
    yield from _examine_readings(store)
    yield from _examine_left_out(store)


def _examine_age(store: Store) -> Iterator[Line]:
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
    for part in parts:
        start = f"start `intake {commands.get(part.part, 'run')}`, or see its log"
        if part.good:
            yield fine(part.part, f"last heard of at {_clock(part)}")
        elif part.code == health.SILENT:
            yield wrong(
                part.part,
                f"silent since {_clock(part)}: {start}" if part.at else f"never started: {start}",
            )
        else:
            yield wrong(
                part.part,
                f"says {part.code} (at {_clock(part)}): see the line of that part above, and"
                " its log",
            )


def _may(path: Path, rights: int) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & rights)


def _clock(part: health.Health) -> str:
    return f"{part.at.astimezone(AMSTERDAM):%Y-%m-%d %H:%M:%S}" if part.at else "no time"
