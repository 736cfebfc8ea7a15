"""SMTP and LMTP endpoint: a mail is acknowledged when it is kept, and only then (RFC 5321, RFC 2033)."""
# ruff: noqa: N802, ARG002 (aiosmtpd fixes the names and arguments of commands and hooks)

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Envelope as Transaction
from aiosmtpd.smtp import Session as Connection

from intake.errors import ConfigurationError, IntakeError, StoreFull
from intake.mail.authentication import in_networks, is_loopback
from intake.profile import Profile
from intake.settings import Settings, host_port
from intake.settings import is_loopback as is_loopback_host
from intake.types import Envelope

MAX_CONNECTIONS = 50
MAX_RECIPIENTS = 100
COMMAND_SECONDS = 300
"""RFC 5321 §4.5.3.2: the time a client gets for one command."""
DATA_SECONDS = 900
STOP_SECONDS = 10.0
"""How long a mail that is coming in may take to end when the endpoint stops."""
KEEPERS = 4
"""Threads that hand mails to the store."""

Keep = Callable[[bytes, Envelope], str]
"""Keeps a mail and returns its reference; raises StoreUnavailable or StoreFull."""

_END = b"\r\n.\r\n"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Counter:
    """What every connection of one endpoint needs."""

    keep: Keep
    recipients: frozenset[str]
    relays: tuple[str, ...]
    max_bytes: int
    certificate: ssl.SSLContext | None
    require_tls: bool
    keepers: ThreadPoolExecutor
    open: set[int] = field(default_factory=set)
    """Connections, by their number."""
    busy: set[int] = field(default_factory=set)
    """Those of them between DATA and its answer."""

    def takes(self, address: str) -> bool:
        """Whether a recipient is ours: any case, with or without ``+detail``; postmaster always (RFC 5321 §4.5.1)."""
        local, _, domain = address.lower().rpartition("@")
        if (local or domain) == "postmaster":
            return not local or any(known.endswith(f"@{domain}") for known in self.recipients)
        return f"{local.partition('+')[0]}@{domain}" in self.recipients or address.lower() in self.recipients

    def lets_in(self, peer: str | None) -> bool:
        return peer is None or is_loopback(peer) or in_networks(peer, self.relays)


class _Door(SMTP):
    """One connection. DATA is our own: exact bytes, no limit on a line, one answer a recipient for LMTP."""

    source = "smtp"

    def __init__(self, counter: _Counter) -> None:
        self.line_length_limit = counter.max_bytes + 10_000
        super().__init__(
            _Hooks(counter),
            data_size_limit=counter.max_bytes,
            enable_SMTPUTF8=True,
            hostname=socket.gethostname(),
            ident="intake",
            tls_context=counter.certificate,
            timeout=COMMAND_SECONDS,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            loop=asyncio.get_running_loop(),
        )
        self._counter = counter

    async def _handle_client(self) -> None:
        refusal = self._refusal()
        if refusal:
            await self.push(refusal)
            self._writer.close()
            return
        self._counter.open.add(id(self))
        try:
            await super()._handle_client()
        finally:
            self._counter.open.discard(id(self))

    def _refusal(self) -> str | None:
        if not self._counter.lets_in(_peer(self.session)):
            log.warning("connection from an address that is no relay of ours", door=self.source)
            return "554 5.7.1 Not a relay of ours"
        if len(self._counter.open) >= MAX_CONNECTIONS:
            return "421 4.3.2 Too many connections, try again later"
        return None

    def _too_open(self) -> bool:
        """Whether a mail must not come in before STARTTLS."""
        assert self.session is not None
        return self._counter.require_tls and self.session.ssl is None

    async def smtp_MAIL(self, arg: str | None) -> None:
        if self._too_open():
            await self.push("530 5.7.0 Must issue a STARTTLS command first")
            return
        await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg: str | None) -> None:
        if await self.check_helo_needed():
            return
        assert self.envelope is not None
        recipients = self.envelope.rcpt_tos
        if not recipients or arg:
            await self.push("501 5.5.4 Syntax: DATA" if arg else "503 5.5.1 Error: need RCPT command")
            return
        self._reset_timeout(DATA_SECONDS)
        self._reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined] # the end may be the first line
        self._counter.busy.add(id(self))
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            content = await self._content()
            answer = "552 5.3.4 Message too large" if content is None else await self._kept(content)
            self._reset_timeout(COMMAND_SECONDS)
            self._set_post_data_state()  # type: ignore[no-untyped-call]
            for _ in recipients if self.source == "lmtp" else ("all",):
                await self.push(answer)
        finally:
            self._counter.busy.discard(id(self))

    async def _content(self) -> bytes | None:
        """The message, dots unstuffed; None when it is too large. Only CRLF.CRLF ends it, so nothing can be smuggled."""
        too_large = False
        while True:
            try:
                lines: bytes = await self._reader.readuntil(_END)
                break
            except asyncio.LimitOverrunError as error:
                too_large = True
                await self._reader.read(error.consumed)
        content = lines[: -len(_END) + 2].replace(b"\r\n.", b"\r\n")[2:]
        return None if too_large or len(content) > self._counter.max_bytes else content

    async def _kept(self, content: bytes) -> str:
        """Keep, then acknowledge; every fault of ours is temporary for the sender."""
        session, transaction = self.session, self.envelope
        assert session is not None
        assert transaction is not None
        envelope = Envelope(
            source=self.source,
            received_at=dt.datetime.now(dt.UTC),
            sender="" if transaction.mail_from == "<>" else transaction.mail_from,
            recipients=tuple(transaction.rcpt_tos),
            peer=_peer(session),
            tls=session.ssl is not None,
        )
        try:
            reference = await self.loop.run_in_executor(self._counter.keepers, self._counter.keep, content, envelope)
        except StoreFull:
            log.error("no space to keep a mail", door=self.source)
            return "452 4.3.1 Insufficient storage, try again later"
        except IntakeError as error:
            log.error("a mail could not be kept", door=self.source, code=error.code)
            return "451 4.3.0 Cannot keep the message now, try again later"
        except Exception as error:  # noqa: BLE001 our own bug must never make a sender give up
            log.error("a mail could not be kept", door=self.source, code=type(error).__name__)
            return "451 4.3.0 Cannot keep the message now, try again later"
        log.info("mail kept", door=self.source, reference=reference)
        return f"250 2.0.0 Kept as {reference}"


class _LmtpDoor(_Door):
    source = "lmtp"

    def _too_open(self) -> bool:
        """The mail server of this machine delivers here; nothing it says goes over a network."""
        peer = _peer(self.session)
        return super()._too_open() and not (peer and is_loopback(peer))

    async def smtp_LHLO(self, arg: str) -> None:
        await super().smtp_EHLO(arg)

    async def smtp_HELO(self, arg: str) -> None:
        await self.push("500 5.5.1 This is LMTP: LHLO")

    async def smtp_EHLO(self, arg: str) -> None:
        await self.push("500 5.5.1 This is LMTP: LHLO")


class _Hooks:
    """aiosmtpd calls these by name."""

    def __init__(self, counter: _Counter) -> None:
        self._counter = counter

    async def handle_RCPT(self, server: _Door, session: Connection, envelope: Transaction, address: str, options: list[str]) -> str:
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not self._counter.takes(address):
            return "550 5.1.1 No such recipient here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_VRFY(self, server: _Door, session: Connection, envelope: Transaction, address: str) -> str:
        return "252 2.1.5 Send it and see"

    async def handle_exception(self, error: Exception) -> str:
        log.error("the endpoint failed", code=type(error).__name__)
        return "451 4.3.0 Try again later"


def serve(
    settings: Settings,
    profile: Profile,
    keep: Keep,
    stop: threading.Event,
    ready: Callable[[dict[str, int]], None] | None = None,
    alive: Callable[[], None] | None = None,
) -> None:
    """Listen until ``stop``; transactions in hand get their answer first.

    Args:
        keep: called in a thread, returns after the commit.
        ready: told the port of each door (``smtp``, ``lmtp``) once it listens.
        alive: called again and again, in one of the threads that keep mails, for as long as these get their turn.

    Raises:
        ConfigurationError: a door open to others without a list of relays, or what ``starttls`` raises.
    """
    asyncio.run(_serve(settings, profile, keep, stop, ready, alive or (lambda: None)))


async def _serve(
    settings: Settings, profile: Profile, keep: Keep, stop: threading.Event, ready: Callable[[dict[str, int]], None] | None, alive: Callable[[], None]
) -> None:
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd writes addresses and lines of mails there
    with ThreadPoolExecutor(KEEPERS, thread_name_prefix="keep") as keepers:
        counter = _Counter(
            keep,
            frozenset(address.lower() for address in profile.recipients),
            tuple(settings.allowed_relays),
            settings.max_mail_bytes,
            starttls(settings),
            settings.smtp_require_tls,
            keepers,
        )
        doors = [(_Door, settings.smtp_listen), (_LmtpDoor, settings.lmtp_listen)]
        servers = {door.source: await _listen(door, counter, listen, settings) for door, listen in doors if listen}
        ports = {source: server.sockets[0].getsockname()[1] for source, server in servers.items()}
        log.info("listening", doors=ports)
        if ready:
            ready(ports)
        beat: asyncio.Future[None] | None = None
        while not stop.is_set():
            if beat is None or beat.done():
                beat = asyncio.get_running_loop().run_in_executor(keepers, alive)
            await asyncio.sleep(0.1)
        for server in servers.values():
            server.close()
        for _ in range(int(STOP_SECONDS * 10)):
            if not counter.busy:
                break
            await asyncio.sleep(0.1)


async def _listen(door: Callable[[_Counter], _Door], counter: _Counter, listen: str, settings: Settings) -> asyncio.Server:
    host, port = host_port(listen)
    if not is_loopback_host(host) and not settings.allowed_relays:
        raise ConfigurationError(f"{listen} is open to others: list the relays that may connect in INTAKE_ALLOWED_RELAYS, or listen on 127.0.0.1")
    try:
        return await asyncio.get_running_loop().create_server(lambda: door(counter), host, port)
    except OSError as error:
        raise ConfigurationError(f"cannot listen on {listen}: {error.strerror or error}") from None


def starttls(settings: Settings) -> ssl.SSLContext | None:
    """What STARTTLS is answered with; None when no certificate is set.

    Raises:
        ConfigurationError: certificate or key cannot be read, or they do not belong together. One sentence, with the remedy.
    """
    if settings.smtp_certificate is None:
        return None
    key = settings.smtp_key or settings.smtp_certificate
    _readable("INTAKE_SMTP_CERTIFICATE", settings.smtp_certificate)
    _readable("INTAKE_SMTP_KEY", key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.smtp_certificate, key, password=_ask_nobody)
    except (_LockedError, ssl.SSLError) as error:
        raise ConfigurationError(_wrong_pair(settings.smtp_certificate, key, error)) from None
    return context


def _readable(setting: str, file: Path) -> None:
    try:
        file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{setting}: {file} cannot be read ({error.strerror}): check the path, and who may read it") from None


class _LockedError(Exception):
    """The key has a passphrase."""


def _ask_nobody() -> str:
    """Without this, OpenSSL asks for the passphrase at the terminal, and a service hangs."""
    raise _LockedError


def _wrong_pair(certificate: Path, key: Path, error: Exception) -> str:
    if isinstance(error, _LockedError):
        return f"INTAKE_SMTP_KEY: {key} has a passphrase, which nobody types at a start: store the key without it, readable to intake only"
    if "MISMATCH" in (getattr(error, "reason", None) or ""):
        return f"INTAKE_SMTP_KEY: {key} does not belong to {certificate}: set the key that the certificate was made with"
    return f"INTAKE_SMTP_CERTIFICATE or INTAKE_SMTP_KEY: {certificate} and {key} are no PEM certificate and key: check both files"


def _peer(session: Any) -> str | None:
    """IP address of the client; None for a connection without one."""
    peer = session.peer
    return str(peer[0]).partition("%")[0] if isinstance(peer, tuple) else None
