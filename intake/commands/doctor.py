"""``intake doctor``: tests every configured part and says in one line each what is wrong and how to mend it."""

from __future__ import annotations

import datetime as dt
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from intake import profile
from intake.commands.output import Exit, say
from intake.document.sandbox import ChildKind, Sandbox
from intake.errors import IntakeError
from intake.secure_attachment import keys as municipal_keys
from intake.settings import ReplyMode, SandboxNeed, Settings, host_port
from intake.store import open_store, vault
from intake.types import AMSTERDAM

_SECONDS = 10
_EXPIRY_DAYS = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One part: fine, worth knowing, or wrong with how to mend it."""

    part: str
    state: str
    text: str


def _fine(part: str, text: str) -> Line:
    return Line(part, "ok", text)


def _note(part: str, text: str) -> Line:
    return Line(part, "note", text)


def _wrong(part: str, text: str) -> Line:
    return Line(part, "WRONG", text)


def doctor(settings: Settings) -> Exit:
    """Print the settings and one line a part. Returns 2 when something is wrong."""
    say(f"INTAKE_HOME is {settings.home}")
    for name, value in sorted(settings.model_dump().items()):
        say(f"  INTAKE_{name.upper()} = {value}")
    faults = 0
    for look in (_profile, _keys, _certificate, _database, _sandbox, _mailbox, _replies, _doors):
        for line in _guarded(look, settings):
            faults += line.state == "WRONG"
            say(f"{line.state:5}  {line.part}: {line.text}")
    return Exit.USAGE if faults else Exit.FINE


def _guarded(look: Callable[[Settings], Iterator[Line]], settings: Settings) -> Iterator[Line]:
    part = look.__name__.lstrip("_")
    try:
        yield from look(settings)
    except IntakeError as error:
        yield from (_wrong(part, text) for text in str(error).splitlines())


def _profile(settings: Settings) -> Iterator[Line]:
    municipality = profile.load(settings.profile)
    yield _fine("profile", f"{municipality.name}: {municipality.municipality}, {municipality.mailbox}")


def _keys(settings: Settings) -> Iterator[Line]:
    missing = vault.missing_keys(settings.key_folder, dt.datetime.now(AMSTERDAM).date())
    if missing:
        yield _wrong("keys", f"{settings.key_folder} lacks {', '.join(missing)}: run `intake keys create`, or put the keys back")
        return
    yield _fine("keys", str(settings.key_folder))
    if vault.keys_beside_database(settings):
        yield _note("keys", "they lie beside the database, so one backup holds both: set INTAKE_KEYS to a folder that is backed up apart")


def _certificate(settings: Settings) -> Iterator[Line]:
    found, faults = municipal_keys.examine(settings.key_folder)
    yield from (_wrong("certificate", fault) for fault in faults)
    if not found:
        yield _wrong("certificate", "none: run `intake keys create`, or `intake keys import` for an existing one")
        return
    days = found[0].days_left(dt.datetime.now(AMSTERDAM).date())
    if days < 0:
        yield _wrong("certificate", "it has expired: run `intake keys create` or `import`, and publish the new one; old mails still open")
    elif days <= _EXPIRY_DAYS:
        yield _note("certificate", f"it expires in {days} days: make or import a new one and publish it; the old key keeps opening mails")
    else:
        yield _fine("certificate", f"valid for {days} more days")


def _database(settings: Settings) -> Iterator[Line]:
    open_store(settings).close()
    yield _fine("database", "reached, schema is right")


def _sandbox(settings: Settings) -> Iterator[Line]:
    if settings.require_sandbox is SandboxNeed.OFF:
        yield _note("sandbox", "off: documents are read without locks; set INTAKE_REQUIRE_SANDBOX=best or full")
        return
    with Sandbox(ChildKind.READING, settings.require_sandbox) as sandbox:
        layers = sandbox.layers()
    missing = [name for name, on in layers.items() if not on]
    if missing:
        yield _note("sandbox", f"without {', '.join(missing)}: this kernel or container does not allow it")
    else:
        yield _fine("sandbox", ", ".join(layers))


def _mailbox(settings: Settings) -> Iterator[Line]:
    if not settings.mailbox_host:
        yield _note("mailbox", "none is watched (INTAKE_MAILBOX_HOST is empty)")
        return
    where = f"{settings.mailbox_host}:{settings.mailbox_port}"
    try:
        with IMAPClient(settings.mailbox_host, settings.mailbox_port, ssl=settings.mailbox_tls, timeout=_SECONDS) as client:
            client.login(settings.mailbox_user, settings.mailbox_password.get_secret_value())
            client.select_folder(settings.mailbox_folder, readonly=True)
    except LoginError:
        yield _wrong("mailbox", f"{where} refuses the login: check INTAKE_MAILBOX_USER and INTAKE_MAILBOX_PASSWORD")
    except (OSError, ssl.SSLError, IMAPClientError) as error:
        yield _wrong("mailbox", f"{where} or folder {settings.mailbox_folder} cannot be reached ({type(error).__name__}): check host, port and TLS")
    else:
        yield _fine("mailbox", f"{where}, folder {settings.mailbox_folder}")


def _replies(settings: Settings) -> Iterator[Line]:
    if not settings.smarthost:
        state = _wrong if settings.reply_mode is ReplyMode.AUTOMATIC else _note
        yield state("replies", f"mode {settings.reply_mode}; nothing can be sent: set INTAKE_SMARTHOST to host:port")
        return
    host, port = host_port(settings.smarthost)
    try:
        kind = smtplib.SMTP_SSL if settings.smarthost_tls == "tls" else smtplib.SMTP
        with kind(host, port, timeout=_SECONDS) as server:
            if settings.smarthost_tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smarthost_user:
                server.login(settings.smarthost_user, settings.smarthost_password.get_secret_value())
    except (OSError, smtplib.SMTPException) as error:
        yield _wrong("replies", f"{settings.smarthost} cannot be used ({type(error).__name__}): check INTAKE_SMARTHOST…")
    else:
        yield _fine("replies", f"mode {settings.reply_mode}, through {settings.smarthost}")


def _doors(settings: Settings) -> Iterator[Line]:
    for name, address in (("SMTP", settings.smtp_listen), ("LMTP", settings.lmtp_listen)):
        if not address:
            continue
        host, _ = host_port(address)
        if host not in ("127.0.0.1", "::1", "localhost") and not settings.allowed_relays:
            yield _wrong("mail in", f"{name} listens on {address} for everybody: set INTAKE_ALLOWED_RELAYS to your own mail servers")
        else:
            yield _fine("mail in", f"{name} on {address}")
    if not settings.authserv_ids:
        yield _note("mail in", "INTAKE_AUTHSERV_IDS is empty: no sender counts as authenticated, so every reply waits for a clerk")
