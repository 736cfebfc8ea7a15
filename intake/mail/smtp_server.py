"""The SMTP and LMTP server: a mail is acknowledged when it is kept, and only then (RFC 5321, RFC
2033).

What comes in goes to a sealed spool at once, and large mails are kept one after another, so memory
stays bounded however many mails are unfinished. Nobody holds a connection by silence or slowness,
and no peer can take all of them.
"""

# ruff: noqa: N802, ARG002 (aiosmtpd fixes the names and arguments of commands and hooks)

from __future__ import annotations

import asyncio
import datetime as dt
import errno
import logging
import re
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
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
from intake.mail.sources.base import Reception
from intake.mail.spool import Spool
from intake.model.mail import Envelope
from intake.sections import host_port
from intake.sections import is_loopback as is_loopback_host

MAX_CONNECTIONS = 60
MAX_CONNECTIONS_A_PEER = 30
"""Half of all. Postfix opens at most 20 to one destination
(``default_destination_concurrency_limit``)."""
MAX_RECIPIENTS = 100
SILENT_SECONDS = 60
"""A client that says nothing for so long is shown out, also in the middle of a mail."""
DIALOGUE_SECONDS = 300
"""A connection may take so long until a mail begins, and until the next one."""
DATA_SECONDS = 900
"""The longest that one mail may take to come in: the largest at 44 kB a second."""
KEEP_SECONDS = 600
"""How long a client waits for our answer to the final dot (RFC 5321 §4.5.3.2.6)."""
STOP_SECONDS = 10.0
"""How long a mail that is coming in may take to end when the endpoint stops."""
KEEPERS = 4
"""Threads that hand mails to the store."""
LARGE = 1_000_000
"""Mails over so many bytes are kept one after another: while it is kept, each takes several times
its size in memory."""

_END = b"\r\n.\r\n"
_READ = 65_536
_STUFFED = 10_000
"""Dots that RFC 5321 §4.5.2 may add to the largest mail."""
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SIZE = re.compile(r"\bSIZE=(\d{1,20})\b", re.IGNORECASE)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """What every connection of one endpoint needs."""

    reception: Reception
    recipients: Mapping[str, str]
    """Address, in lower case, to its municipality."""
    certificate: ssl.SSLContext | None
    require_tls: bool
    spools: Path
    """Folder for what is not finished."""
    keepers: ThreadPoolExecutor
    large: ThreadPoolExecutor
    """One thread, for large mails."""
    open: dict[int, str | None] = field(default_factory=dict)
    """The peer of each connection, by the connection's number."""
    busy: set[int] = field(default_factory=set)
    """Those of them between DATA and its answer."""

    def municipality_of(self, address: str) -> str | None:
        """The municipality of a recipient: any case, with or without ``+detail``; postmaster always
        (RFC 5321 §4.5.1). None for a recipient that is not ours.
        """
        folded = address.lower()
        local, _, domain = folded.rpartition("@")
        if (local or domain) == "postmaster":
            ours = (known for known in self.recipients if not local or known.endswith(f"@{domain}"))
            return self.recipients.get(next(ours, ""))
        return self.recipients.get(folded) or self.recipients.get(
            f"{local.partition('+')[0]}@{domain}"
        )

    def lets_in(self, peer: str | None) -> bool:
        return peer is None or is_loopback(peer) or in_networks(peer, self.reception.relays)


class _SmtpConnection(SMTP):
    """One connection.

    DATA is our own: exact bytes, no limit on a line, one answer a recipient for LMTP.
    """

    source = "smtp"
    line_length_limit = _READ

    def __init__(self, endpoint: _Endpoint) -> None:
        super().__init__(
            _Hooks(endpoint),
            data_size_limit=endpoint.reception.max_mail_bytes,
            enable_SMTPUTF8=True,
            hostname=socket.gethostname(),
            ident="intake",
            tls_context=endpoint.certificate,
            timeout=SILENT_SECONDS,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            loop=asyncio.get_running_loop(),
        )
        self._endpoint = endpoint
        self._ends = self.loop.time() + DIALOGUE_SECONDS

    async def _handle_client(self) -> None:
        refusal = self._refusal()
        if refusal:
            await self.push(refusal)
            self._writer.close()
            return
        self._endpoint.open[id(self)] = _peer(self.session)
        try:
            await super()._handle_client()
        finally:
            self._endpoint.open.pop(id(self), None)

    def _refusal(self) -> str | None:
        peer = _peer(self.session)
        if not self._endpoint.lets_in(peer):
            log.warning("connection from an address that is no relay of ours", door=self.source)
            return "554 5.7.1 Not a relay of ours"
        if len(self._endpoint.open) >= MAX_CONNECTIONS:
            log.warning("connection refused: there are too many", door=self.source)
            return "421 4.3.2 Too many connections, try again later"
        if list(self._endpoint.open.values()).count(peer) >= MAX_CONNECTIONS_A_PEER:
            log.warning("connection refused: this relay has too many", door=self.source)
            return "421 4.7.0 Too many connections from you, try again later"
        return None

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Wait for the client from now on: at most ``duration``, and never past the end of its time
        in all.
        """
        left = self._ends - self.loop.time()
        super()._reset_timeout(max(0.001, min(duration or SILENT_SECONDS, left)))

    def _timeout_cb(self) -> None:
        """At once: a client that does not read would keep a closing connection open too."""
        log.info("a connection was ended: silent or too slow", door=self.source)
        assert self.transport is not None
        self.transport.abort()  # type: ignore[attr-defined] # every transport has it

    def _too_open(self) -> bool:
        """Whether a mail must not come in before STARTTLS."""
        assert self.session is not None
        return self._endpoint.require_tls and self.session.ssl is None

    async def smtp_MAIL(self, arg: str | None) -> None:
        if self._too_open():
            await self.push("530 5.7.0 Must issue a STARTTLS command first")
            return
        declared = _SIZE.search(arg or "")
        if declared and int(declared[1]) > self._endpoint.reception.max_mail_bytes:
            log.warning("a mail was refused as too large", door=self.source, bytes=int(declared[1]))
        await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg: str | None) -> None:
        if await self.check_helo_needed():
            return
        assert self.envelope is not None
        recipients = self.envelope.rcpt_tos
        if not recipients or arg:
            await self.push(
                "501 5.5.4 Syntax: DATA" if arg else "503 5.5.1 Error: need RCPT command"
            )
            return
        self._endpoint.busy.add(id(self))
        try:
            answer = await self._taken()
            self._ends = self.loop.time() + DIALOGUE_SECONDS
            self._reset_timeout()
            self._set_post_data_state()  # type: ignore[no-untyped-call]
            for _ in recipients if self.source == "lmtp" else ("all",):
                await self.push(answer)
        finally:
            self._endpoint.busy.discard(id(self))

    async def _taken(self) -> str:
        """Take the message in; the answer to its end."""
        spool = Spool(self._endpoint.spools)
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            self._ends = self.loop.time() + DATA_SECONDS
            refusal = await self._content(spool)
            if refusal:
                return refusal
            self._ends = self.loop.time() + KEEP_SECONDS
            self._reset_timeout(KEEP_SECONDS)
            lane = self._endpoint.large if spool.size > LARGE else self._endpoint.keepers
            kept = self.loop.run_in_executor(lane, _kept, self._endpoint, spool, self._envelope())
        except BaseException:
            spool.close()
            raise
        return await asyncio.shield(kept)  # a client that breaks off now does not stop it

    async def _content(self, spool: Spool) -> str:
        """Read the message into the spool, dots still stuffed; why it is refused, empty when it is
        not.

        Only CRLF.CRLF ends it, so nothing can be smuggled. What is refused is read to its end too.
        """
        refusal = ""
        held, skipped = b"\r\n", 2  # the end may be the first line
        while True:
            self._reset_timeout()
            piece = await self._reader.read(_READ)
            if not piece:
                raise ConnectionResetError
            data = held + piece
            end = data.find(_END)
            safe = end + 2 if end >= 0 else max(0, len(data) - len(_END) + 1)
            refusal = refusal or self._spooled(spool, data[skipped:safe])
            held, skipped = data[safe:], max(0, skipped - safe)
            if end >= 0:
                self._reader._buffer[:0] = data[end + len(_END) :]  # type: ignore[attr-defined] # the next command
                return refusal

    def _spooled(self, spool: Spool, data: bytes) -> str:
        """Add to the spool; why the mail is refused, empty when it is not."""
        if spool.size + len(data) > self._endpoint.reception.max_mail_bytes + _STUFFED:
            spool.close()
            return _too_large(self.source)
        try:
            spool.write(data)
        except OSError as error:
            spool.close()
            log.error(
                "a mail could not be written down",
                door=self.source,
                code=errno.errorcode.get(error.errno or 0),
            )
            full = error.errno in _NO_SPACE
            return (
                "452 4.3.1 Insufficient storage, try again later"
                if full
                else "451 4.3.0 Cannot take the message now, try again later"
            )
        return ""

    def _envelope(self) -> Envelope:
        session, transaction = self.session, self.envelope
        assert session is not None
        assert transaction is not None
        first = transaction.rcpt_tos[0]
        return Envelope(
            source=self.source,
            received_at=dt.datetime.now(dt.UTC),
            sender="" if transaction.mail_from == "<>" else transaction.mail_from,
            recipients=tuple(transaction.rcpt_tos),
            peer=_peer(session),
            tls=session.ssl is not None,
            municipality=self._endpoint.municipality_of(first) or "",
            mailbox=first,
        )


def _kept(endpoint: _Endpoint, spool: Spool, envelope: Envelope) -> str:
    """Keep a mail; the answer that acknowledges it, or tells a fault of ours, which is temporary
    for the sender.
    """
    door = envelope.source
    try:
        content = _unstuffed(spool)
        if len(content) > endpoint.reception.max_mail_bytes:
            return _too_large(door)
        reference = endpoint.reception.keep(content, envelope)
    except StoreFull:
        log.error("no space to keep a mail", door=door)
        return "452 4.3.1 Insufficient storage, try again later"
    except IntakeError as error:
        log.error("a mail could not be kept", door=door, code=error.code)
        return "451 4.3.0 Cannot keep the message now, try again later"
    except Exception as error:  # noqa: BLE001 our own bug must never make a sender give up
        log.error("a mail could not be kept", door=door, code=type(error).__name__)
        return "451 4.3.0 Cannot keep the message now, try again later"
    log.info("mail kept", door=door, reference=reference)
    return f"250 2.0.0 Kept as {reference}"


def _too_large(door: str) -> str:
    log.warning("a mail was refused as too large", door=door)
    return "552 5.3.4 Message too large"


def _unstuffed(spool: Spool) -> bytes:
    """The message as it was written (RFC 5321 §4.5.2); the spool is closed."""
    try:
        stuffed = spool.read()
    finally:
        spool.close()
    return stuffed.removeprefix(b".").replace(b"\r\n.", b"\r\n")


class _LmtpConnection(_SmtpConnection):
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

    def __init__(self, endpoint: _Endpoint) -> None:
        self._endpoint = endpoint

    async def handle_RCPT(
        self,
        server: _SmtpConnection,
        session: Connection,
        envelope: Transaction,
        address: str,
        options: list[str],
    ) -> str:
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        municipality = self._endpoint.municipality_of(address)
        if municipality is None:
            return "550 5.1.1 No such recipient here"
        if any(
            self._endpoint.municipality_of(known) != municipality for known in envelope.rcpt_tos
        ):
            return "452 4.5.3 One municipality a message: send it to the others apart"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_VRFY(
        self, server: _SmtpConnection, session: Connection, envelope: Transaction, address: str
    ) -> str:
        return "252 2.1.5 Send it and see"

    async def handle_exception(self, error: Exception) -> str:
        log.error("the endpoint failed", code=type(error).__name__)
        return "451 4.3.0 Try again later"


@dataclass(frozen=True, slots=True)
class Doors:
    """Where we listen, for whom, and how."""

    recipients: Mapping[str, str]
    """Each address that is accepted, in lower case, with its municipality."""
    tls: ssl.SSLContext | None
    """For STARTTLS."""
    require_tls: bool
    smtp: str
    """host:port; empty: none."""
    lmtp: str


def serve(
    doors: Doors,
    reception: Reception,
    stop: threading.Event,
    ready: Callable[[dict[str, int]], None] = lambda _ports: None,
) -> None:
    """Listen until ``stop``; transactions in hand get their answer first.

    ``reception.keep`` is called in a thread; ``reception.report`` again and again, in one of the
    threads that keep mails, for as long as these get their turn.

    Args:
        ready: takes the port of each door (``smtp``, ``lmtp``) once it listens.

    Raises:
        ConfigurationError: a door open to others without a list of relays.
    """
    asyncio.run(_serve(doors, reception, stop, ready))


async def _serve(
    doors: Doors,
    reception: Reception,
    stop: threading.Event,
    ready: Callable[[dict[str, int]], None],
) -> None:
    logging.getLogger("mail.log").setLevel(
        logging.CRITICAL
    )  # aiosmtpd writes addresses and lines of mails there
    keeping = ThreadPoolExecutor(KEEPERS, thread_name_prefix="keep")
    with keeping as keepers, ThreadPoolExecutor(1, thread_name_prefix="keep-large") as large:
        endpoint = _Endpoint(
            reception,
            doors.recipients,
            doors.tls,
            doors.require_tls,
            _spools(reception.home),
            keepers,
            large,
        )
        kinds = [(_SmtpConnection, doors.smtp), (_LmtpConnection, doors.lmtp)]
        servers = {
            kind.source: await _listen(kind, endpoint, address)
            for kind, address in kinds
            if address
        }
        ports = {source: server.sockets[0].getsockname()[1] for source, server in servers.items()}
        log.info("listening", doors=ports)
        ready(ports)
        beat: asyncio.Future[None] | None = None
        while not stop.is_set():
            if beat is None or beat.done():
                beat = asyncio.get_running_loop().run_in_executor(
                    keepers, reception.report, True, "ok"
                )
            await asyncio.sleep(0.1)
        for server in servers.values():
            server.close()
        for _ in range(int(STOP_SECONDS * 10)):
            if not endpoint.busy:
                break
            await asyncio.sleep(0.1)


async def _listen(
    kind: Callable[[_Endpoint], _SmtpConnection], endpoint: _Endpoint, address: str
) -> asyncio.Server:
    host, port = host_port(address)
    if not is_loopback_host(host) and not endpoint.reception.relays:
        raise ConfigurationError(
            f"{address} is open to others: list the relays that may connect in"
            " INTAKE_BORDER__RELAYS, or listen on 127.0.0.1"
        )
    try:
        return await asyncio.get_running_loop().create_server(lambda: kind(endpoint), host, port)
    except OSError as error:
        raise ConfigurationError(f"cannot listen on {address}: {error.strerror or error}") from None


def _spools(home: Path) -> Path:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"INTAKE_HOME {home} cannot be made: {error.strerror or error}"
        ) from None
    return home


def _peer(session: Any) -> str | None:
    """IP address of the client; None for a connection without one."""
    peer = session.peer
    return str(peer[0]).partition("%")[0] if isinstance(peer, tuple) else None
