"""What ``intake doctor`` looks at, one function a part; each line that is not fine says how to mend
it.
"""

from __future__ import annotations

import datetime as dt
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from cryptography import x509
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from intake import profile as profiles
from intake.children import open_sandbox
from intake.document.ocr.client import READ_WORDS, RasterArguments
from intake.errors import (
    ConfigurationError,
    IntakeError,
    MailboxLoginRefused,
    MailboxUnavailable,
    SendDeferred,
    SendRefused,
)
from intake.mail import imap, smtp
from intake.mail import send as sending
from intake.model.basics import AMSTERDAM, local_date, local_today
from intake.sandbox.task import ChildKind
from intake.secure_attachment import keys as municipal_keys
from intake.settings import ReplyMode, SandboxNeed, Settings, host_port, is_loopback
from intake.store import audit, audit_heads, high_water, incidents, open_store, users
from intake.store import health as healths
from intake.store import left_out as left_outs
from intake.store import retention as terms
from intake.store.crypto import vault
from intake.store.engine import database_file, make_engine
from intake.store.mailbox_ledger import MailboxLedger

EXPIRY_DAYS = municipal_keys.WARN_DAYS
_MAILS_LEFT, _MAILS_NEEDED = 100, 10
"""Free space is told from so many mails of the largest size, and wrong from so many."""
_WHITE = 100
"""Side of the page that Tesseract is tried out with, in dots and in dots per inch."""
_STARTS = {
    "worker": "work",
    "receiver": "receive",
    "mailbox": "watch",
    "folder": "watch",
    "sender": "send",
}


class State(Enum):
    FINE = "ok"
    NOTE = "note"
    """Worth knowing; the service runs."""
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be said of one part."""

    part: str
    state: State
    text: str


def _fine(part: str, text: str) -> Line:
    return Line(part, State.FINE, text)


def _note(part: str, text: str) -> Line:
    return Line(part, State.NOTE, text)


def _wrong(part: str, text: str) -> Line:
    return Line(part, State.WRONG, text)


def profile(settings: Settings) -> Iterator[Line]:
    municipality = profiles.load(settings.profile)
    yield _fine(
        "profile", f"{municipality.name}: {municipality.municipality}, {municipality.mailbox}"
    )


def keys(settings: Settings) -> Iterator[Line]:
    missing = vault.missing_keys(settings.key_folder, local_today())
    if missing:
        yield _wrong(
            "keys",
            f"{settings.key_folder} lacks {', '.join(missing)}: run `intake keys create`, or put"
            " the keys back",
        )
        return
    yield _fine("keys", str(settings.key_folder))
    open_to_others = [file.name for file in settings.key_folder.glob("*.key*") if _others_may(file)]
    if _others_may(settings.key_folder) or open_to_others:
        yield _wrong(
            "keys",
            f"other users of this machine can read them: run `chmod 700 {settings.key_folder}` and"
            f" `chmod 600 {settings.key_folder}/*`",
        )
    if lost := vault.lost_lists(settings.key_folder):
        yield _wrong(
            "keys",
            f"{', '.join(lost)} are not there, so no case of those quarters opens: put them back",
        )
    days = (vault.ends_on(settings.key_folder) - local_today()).days
    if days <= EXPIRY_DAYS:
        yield _note(
            "keys",
            f"made for {days} more days; after that the newest serve on: run `intake keys create`",
        )
    if vault.keys_beside_database(settings):
        yield _note(
            "keys",
            "they lie beside the database, so one backup holds both: set INTAKE_KEYS to a folder"
            " that is backed up apart",
        )


def certificate(settings: Settings) -> Iterator[Line]:
    """The municipality's own, to which providers encrypt."""
    found, faults = municipal_keys.examine(settings.key_folder)
    yield from (
        _wrong("certificate", f"{fault}: put the pair back, or take the file away")
        for fault in faults
    )
    if not found:
        yield _wrong(
            "certificate",
            "none, so providers cannot encrypt to us: run `intake keys create`, or `intake keys"
            " import` for an existing one",
        )
        return
    mend = (
        "make a new one (`intake keys create --renew`, or `intake keys import`) and publish it; the"
        " old key keeps opening mails"
    )
    yield _until("certificate", local_date(found[0].not_after), mend)


def database(settings: Settings) -> Iterator[Line]:
    store = open_store(settings)
    names, older, shows = (
        users.list_users(store),
        high_water.is_older(store),
        high_water.can_show(store),
    )
    store.close()
    if older:
        yield _wrong(
            "database",
            "it is older than its key store, so it was put back from a copy: stop intake and run"
            " `intake restore`",
        )
    else:
        yield _fine("database", "reached; its schema and its keys are right")
    if not shows:
        yield _note(
            "database",
            f"{settings.key_folder} cannot be written, so a database that was put back does not"
            " show: always run `intake restore`",
        )
    if not names:
        yield _note("users", "nobody can log in to the review page: run `intake user add NAME`")


def retention(settings: Settings) -> Iterator[Line]:
    """Bewaartermijnen: what may be destroyed, and what was destroyed and came back.

    A database that does not open is told at its own line.
    """
    rules = profiles.load(settings.profile).retention
    try:
        store = open_store(settings)
    except IntakeError:
        return
    cases, back = len(terms.due(store, rules)), terms.came_back(store)
    store.close()
    if back:
        yield _wrong(
            "retention",
            f"{back} destroyed before are here again, after a crash or a restored backup: run"
            " `intake purge --again`",
        )
    if cases:
        yield _note(
            "retention",
            f"{cases} past their term: run `intake purge --dry-run` for the list to be approved",
        )
    elif not back:
        yield _fine("retention", "nothing is past its term")


def readings(settings: Settings) -> Iterator[Line]:
    """The chain of who read what: its end is written down each day, and unusual reading is looked
    into. A database that does not open is told at its own line."""
    file = audit_heads.file_of(settings)
    written = audit_heads.read(file)
    try:
        store = open_store(settings)
    except IntakeError:
        return
    head, alerts, waiting = audit.head(store), audit.alerts(store), incidents.count_open(store)
    store.close()
    if head.sequence and (not written or (local_today() - local_date(written[-1].at)).days > 1):
        yield _note(
            "readings",
            f"the end of their chain was not written to {file} since yesterday: run `intake web`,"
            " which does so each day",
        )
    else:
        yield _fine(
            "readings",
            f"{head.sequence}; the end of their chain goes to {file} each day, best set"
            " INTAKE_AUDIT_HEADS to a disk of its own",
        )
    for alert in alerts:
        yield _note(
            "readings",
            f"{alert.who} read {alert.cases} cases ({alert.what},"
            f" {alert.at.astimezone(AMSTERDAM):%Y-%m-%d}): check it on the page Privacy",
        )
    if waiting:
        yield _note("incidents", f"{waiting} wait for a judgement: check them on the page Privacy")


def disk(settings: Settings) -> Iterator[Line]:
    """Where an embedded database grows; a database server's own disk cannot be seen from here."""
    file = database_file(make_engine(settings.database))
    if file is None:
        yield _note("disk", "the database is on a server: watch the free space there")
        return
    folder = next(parent for parent in file.parents if parent.exists())
    free = shutil.disk_usage(folder).free
    told = f"{free / 1e9:.1f} GB free in {folder}"
    if free < _MAILS_NEEDED * settings.max_mail_bytes:
        yield _wrong(
            "disk",
            f"{told}: mails are soon refused for lack of space; make room, or move INTAKE_HOME",
        )
    elif free < _MAILS_LEFT * settings.max_mail_bytes:
        yield _note("disk", f"{told}: make room before it is full")
    else:
        yield _fine("disk", told)


def sandbox(settings: Settings) -> Iterator[Line]:
    """The locks around what reads strangers' files, and whether each reader could be loaded."""
    if settings.require_sandbox is SandboxNeed.OFF:
        yield _wrong(
            "sandbox",
            "off: strangers' files are read without locks; set INTAKE_REQUIRE_SANDBOX=best or full",
        )
    for kind in ChildKind:
        with open_sandbox(kind, settings.require_sandbox) as opened:
            broken = opened.broken_tasks()
            missing = (
                []
                if settings.require_sandbox is SandboxNeed.OFF
                else [name for name, on in opened.layers().items() if not on]
            )
        yield from (
            _wrong(
                "sandbox",
                f"{task} ({kind}) cannot work ({fault}): install intake anew with all its packages",
            )
            for task, fault in broken.items()
        )
        if missing:
            yield _note(
                "sandbox",
                f"{kind} without {', '.join(missing)}: allow it in this kernel or container (Linux"
                " 5.13 or newer, libseccomp2)",
            )
        elif not broken:
            yield _fine(
                "sandbox",
                f"{kind}: every reader loads"
                + ("" if settings.require_sandbox is SandboxNeed.OFF else ", every lock holds"),
            )


def ocr(settings: Settings) -> Iterator[Line]:
    """Tekstherkenning: whether Tesseract answers, on a white page."""
    with open_sandbox(ChildKind.OCR, settings.require_sandbox) as opened:
        answer = opened.call(
            READ_WORDS, b"\xff" * _WHITE**2, RasterArguments(_WHITE, _WHITE, _WHITE)
        )
    if answer is None:
        yield _note(
            "ocr",
            "scans wait for a person: run `apt-get install tesseract-ocr tesseract-ocr-nld`"
            " (Debian) to have them read",
        )
    else:
        yield _fine("ocr", "Tesseract reads scans")


def mailbox(settings: Settings) -> Iterator[Line]:
    if not settings.mailbox_host:
        yield _note("mailbox", "none is watched: set INTAKE_MAILBOX_HOST to watch one")
        return
    where = f"{settings.mailbox_host}:{settings.mailbox_port}"
    try:
        with imap.connect(settings) as client:
            client.select_folder(settings.mailbox_folder, readonly=True)
            unknown = _unknown(client, settings)
    except MailboxLoginRefused:
        yield _wrong(
            "mailbox",
            f"{where} refuses the login: check INTAKE_MAILBOX_USER and INTAKE_MAILBOX_PASSWORD",
        )
    except MailboxUnavailable as error:
        yield _wrong(
            "mailbox",
            f"{where}: {error}: check INTAKE_MAILBOX_HOST, INTAKE_MAILBOX_PORT and"
            " INTAKE_MAILBOX_TLS",
        )
    except (IMAPClientError, OSError):
        yield _wrong(
            "mailbox",
            f"{where} has no folder {settings.mailbox_folder} that we may read: check"
            " INTAKE_MAILBOX_FOLDER",
        )
    else:
        yield _fine("mailbox", f"{where}, folder {settings.mailbox_folder}")
        if unknown:
            told = (
                f"{unknown} mails in {settings.mailbox_done_folder} came there after the last one"
                " that the database knows of"
            )
            yield _wrong(
                "mailbox",
                f"{told}: `intake watch` takes them in; when the database was put back from a copy,"
                " run `intake restore` first",
            )


def _unknown(client: IMAPClient, settings: Settings) -> int:
    """How many mails in the folder of kept mails the database may not know.

    A database that does not open is told at its own line.
    """
    try:
        store = open_store(settings)
    except IntakeError:
        return 0
    found = imap.moved_by_others(client, settings, MailboxLedger(store))
    store.close()
    if found is None:
        return 0
    client.select_folder(found.place.folder, readonly=True)
    return len(found.uids(client))


def left_out(settings: Settings) -> Iterator[Line]:
    """Mails that could not be taken out of the mailbox and wait for a person.

    A database that does not open is told at its own line.
    """
    try:
        store = open_store(settings)
    except IntakeError:
        return
    remaining = left_outs.waiting(store)
    store.close()
    for each in remaining:
        where = f"no longer in {each.folder}" if each.gone else f"in {each.folder}"
        size = f", {each.size / 1e6:.1f} MB" if each.size else ""
        told = (
            f"{each.reference} ({each.why}{size}), received"
            f" {each.received_at.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}, {where}"
        )
        yield _note(
            "left out",
            f"{told}: open it in the mailbox itself, then mark it as dealt with on the review page",
        )


def folder(settings: Settings) -> Iterator[Line]:
    if settings.folder is None:
        return
    if settings.folder.is_dir():
        yield _fine("folder", str(settings.folder))
    else:
        yield _wrong(
            "folder", f"{settings.folder} is no folder: make it, or leave INTAKE_FOLDER empty"
        )


def replies(settings: Settings) -> Iterator[Line]:
    if not settings.smarthost:
        text = (
            f"mode {settings.reply_mode.value}, and nothing can be sent: set INTAKE_SMARTHOST to"
            " host:port"
        )
        yield Line(
            "replies",
            State.WRONG if settings.reply_mode is ReplyMode.AUTOMATIC else State.NOTE,
            text,
        )
        return
    try:
        sending.check(settings)
    except (SendDeferred, SendRefused) as error:
        yield _wrong(
            "replies",
            f"{settings.smarthost}: {error}: check INTAKE_SMARTHOST, …_TLS, …_USER and …_PASSWORD",
        )
    else:
        yield _fine("replies", f"mode {settings.reply_mode.value}, through {settings.smarthost}")


def mail_in(settings: Settings) -> Iterator[Line]:
    for name, address in (("SMTP", settings.smtp_listen), ("LMTP", settings.lmtp_listen)):
        if not address:
            continue
        if not _on_loopback(address) and not settings.allowed_relays:
            yield _wrong(
                "mail in",
                f"{name} on {address} would be open to everybody: set INTAKE_ALLOWED_RELAYS to your"
                " own mail servers",
            )
        elif not is_loopback(host_port(address)[0]) and not settings.smtp_require_tls:
            yield _note(
                "mail in",
                f"{name} on {address} takes plain text too: set INTAKE_SMTP_REQUIRE_TLS=true when"
                " your mail servers can encrypt",
            )
        else:
            yield _fine("mail in", f"{name} on {address}")
    if any(network.endswith("/0") for network in settings.allowed_relays):
        yield _wrong(
            "mail in", "INTAKE_ALLOWED_RELAYS lets in the whole world: name your own mail servers"
        )
    if settings.smtp_certificate:
        yield from _starttls(settings, settings.smtp_certificate)
    missing = [
        name
        for name, value in (
            ("AUTHSERV_IDS", settings.authserv_ids),
            ("BORDER_HOSTS", settings.border_hosts),
        )
        if not value
    ]
    if missing:
        names = " and ".join(f"INTAKE_{name}" for name in missing)
        yield _note(
            "mail in",
            f"no sender counts as authenticated, so every reply waits for a clerk: set {names} to"
            " the names your own mail server writes",
        )


def _starttls(settings: Settings, certificate: Path) -> Iterator[Line]:
    try:
        smtp.starttls(settings)
    except ConfigurationError as error:
        yield _wrong("mail in", str(error))
        return
    until = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    yield _until(
        "mail in",
        local_date(until),
        "renew the certificate for STARTTLS, and start `intake receive` anew",
    )


def review_page(settings: Settings) -> Iterator[Line]:
    if _on_loopback(settings.web_listen):
        counted = (
            ""
            if settings.trusted_proxies
            else (
                ", named in INTAKE_TRUSTED_PROXIES (unnamed, all its visitors count as one address)"
            )
        )
        yield _fine(
            "review page",
            f"on {settings.web_listen}; a web server with https goes in front of it{counted}",
        )
        return
    if not settings.web_secure_cookie:
        yield _wrong(
            "review page",
            f"on {settings.web_listen} with cookies over plain http: set"
            " INTAKE_WEB_SECURE_COOKIE=true and use https",
        )
    if not settings.web_hosts:
        yield _note(
            "review page",
            f"on {settings.web_listen} it answers to any name: set INTAKE_WEB_HOSTS to the name"
            " that people type",
        )
    if settings.web_secure_cookie and settings.web_hosts:
        yield _fine("review page", f"on {settings.web_listen} as {', '.join(settings.web_hosts)}")


def processes(settings: Settings) -> Iterator[Line]:
    """What each long-running part said of itself last.

    A database that does not open is told at its own line.
    """
    try:
        store = open_store(settings)
    except IntakeError:
        return
    parts = healths.health(store)
    store.close()
    if all(part.at is None for part in parts):
        yield _note(
            "processes", "none was ever started: run `intake run`, or the lines of the Procfile"
        )
        return
    for part in parts:
        start = f"start `intake {_STARTS.get(part.part, 'run')}`, or see its log"
        if part.good:
            yield _fine(part.part, f"last heard of at {_clock(part)}")
        elif part.code == healths.SILENT:
            yield _wrong(
                part.part,
                f"silent since {_clock(part)}: {start}" if part.at else f"never started: {start}",
            )
        else:
            yield _wrong(
                part.part,
                f"says {part.code} (at {_clock(part)}): see the line of that part above, and"
                " its log",
            )


ALL: tuple[Callable[[Settings], Iterator[Line]], ...] = (
    profile,
    keys,
    certificate,
    database,
    retention,
    readings,
    disk,
    sandbox,
    ocr,
    mailbox,
    left_out,
    folder,
    replies,
    mail_in,
    review_page,
    processes,
)


def _until(part: str, day: dt.date, mend: str) -> Line:
    days = (day - local_today()).days
    if days < 0:
        return _wrong(part, f"it expired on {day}: {mend}")
    return (
        _note(part, f"it expires in {days} days: {mend}")
        if days <= EXPIRY_DAYS
        else _fine(part, f"valid for {days} more days")
    )


def _others_may(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))


def _on_loopback(address: str) -> bool:
    return is_loopback(host_port(address)[0])


def _clock(part: healths.Health) -> str:
    return f"{part.at.astimezone(AMSTERDAM):%Y-%m-%d %H:%M:%S}" if part.at else "no time"
