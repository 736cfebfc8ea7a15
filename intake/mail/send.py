"""Replies through the smarthost: one message, one answer, and an honest "unknown" when the answer
is lost.
"""

from __future__ import annotations

import datetime as dt
import re
import smtplib
import ssl
from collections.abc import Iterator
from email import policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime

from intake.errors import (
    ConfigurationError,
    MailboxLoginRefused,
    MailboxUnavailable,
    SendDeferred,
    SendRefused,
    SendUnknown,
    why_unreachable,
)
from intake.mail import oauth
from intake.mail.origin import LOOP_FIELD
from intake.model.examination import Line, State, fine, note, wrong
from intake.model.mail import Reply
from intake.sections import Replies, ReplyMode, Smarthost, host_port

CONNECT_SECONDS = 30.0
ANSWER_SECONDS = 300.0
"""RFC 5321 §4.5.3.2.6 asks for ten minutes after the final dot; half is enough for a smarthost of
ours."""
MAX_REFERENCES = 12

_PRINTABLE = re.compile(r"<[!-;=?-~]{1,400}>")


class _MessageIds(UnstructuredHeader, BaseHeader):
    """One id a line; the library would fold a long one into an encoded word, which no program can
    follow.
    """

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: " + f"{policy.linesep} ".join(str(self).split()) + policy.linesep


_FIELDS = HeaderRegistry()
_FIELDS.map_to_type("in-reply-to", _MessageIds)
_FIELDS.map_to_type("references", _MessageIds)
_FIELDS.map_to_type("message-id", _MessageIds)


def build(
    reply: Reply, message_id: str, from_address: str, from_name: str, date: dt.datetime
) -> EmailMessage:
    """The message of a reply (RFC 3834 §3): marked as automatic, threaded, plain text, with a fixed
    Message-ID.

    Args:
        message_id: with or without its brackets; the same for every attempt, so that a receiver can
            drop a double.
        from_address: address in From, also the value of our loop mark.
        date: aware; when the reply was composed.
    """
    base = policy.SMTP if reply.to.isascii() and from_address.isascii() else policy.SMTPUTF8
    message = EmailMessage(base.clone(header_factory=_FIELDS))
    local, _, domain = from_address.rpartition("@")
    message["From"] = Address(_line(from_name), local, domain)
    message["To"] = _line(reply.to)
    message["Subject"] = _line(reply.subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = f"<{message_id.strip().strip('<>')}>"
    answered, thread = thread_of(reply)
    if answered:
        message["In-Reply-To"] = answered
    if thread:
        message["References"] = " ".join(thread)
    message["Auto-Submitted"] = "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"
    message[LOOP_FIELD.title()] = from_address.lower()
    message.set_content(reply.text, charset="utf-8", cte="quoted-printable")
    return message


def thread_of(reply: Reply) -> tuple[str, list[str]]:
    """The Message-ID that a reply answers, empty when there is none, and those of its thread."""
    answered = _printable((reply.in_reply_to or "",))
    return (answered[0] if answered else ""), _printable(reply.references)


def send(smarthost: Smarthost, message: EmailMessage, envelope_sender: str, recipient: str) -> None:
    """Hand one message to the smarthost.

    Args:
        envelope_sender: empty is the null sender ``<>``, which cannot loop.

    Raises:
        SendRefused: the smarthost refused for good (5xx); trying again does not help.
        SendDeferred: nothing was handed over (4xx, no connection, or a break before the final dot).
        SendUnknown: the connection broke after the final dot; nobody knows whether the mail was
            taken.
    """
    session = _connected(smarthost)
    try:
        _envelope(session, envelope_sender, recipient)
        _data(session, message.as_bytes())
    finally:
        session.close()


def check(smarthost: Smarthost) -> None:
    """Connect and log in without sending anything; what ``doctor`` asks.

    Raises:
        SendRefused, SendDeferred: as ``send``.
    """
    session = _connected(smarthost)
    try:
        session.quit()
    except (OSError, smtplib.SMTPException):
        session.close()


def examine(smarthost: Smarthost, replies: Replies, sends: bool) -> Iterator[Line]:
    """What ``intake doctor`` says of the road for replies.

    Args:
        sends: there is a smarthost, or another way.
    """
    mode = f"mode {replies.mode.value}"
    if sends and not smarthost.address:
        yield fine("replies", f"{mode}, by the mailboxes that the mails come in by")
        return
    if not smarthost.address:
        state = State.WRONG if replies.mode is ReplyMode.AUTOMATIC else State.NOTE
        remedy = "set INTAKE_SMARTHOST__ADDRESS to host:port"
        yield Line("replies", state, f"{mode}, and nothing can be sent: {remedy}")
        return
    if smarthost.by_oauth:
        yield from oauth.examine("replies", oauth.app_of(smarthost, smarthost.scope))
    try:
        check(smarthost)
    except (SendDeferred, SendRefused) as error:
        login = (
            "…__TENANT, …__CLIENT_ID and …__CERTIFICATE" if smarthost.by_oauth else "…__PASSWORD"
        )
        yield wrong(
            "replies",
            f"{smarthost.address}: {error}: check INTAKE_SMARTHOST__ADDRESS, …__TLS, …__USER and"
            f" {login}",
        )
    else:
        yield fine("replies", f"{mode}, through {smarthost.address}")
        if smarthost.by_oauth and not replies.return_path:
            yield note(
                "replies",
                f"{smarthost.address} may not take the null sender from {smarthost.user}: set"
                " INTAKE_REPLIES__RETURN_PATH to that address when replies are refused",
            )


def _connected(smarthost: Smarthost) -> smtplib.SMTP:
    host, port = host_port(smarthost.address)
    try:
        session: smtplib.SMTP
        if smarthost.tls == "tls":
            session = smtplib.SMTP_SSL(
                host, port, timeout=CONNECT_SECONDS, context=ssl.create_default_context()
            )
        else:
            session = smtplib.SMTP(host, port, timeout=CONNECT_SECONDS)
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, "greeting") from None
    except (OSError, smtplib.SMTPException) as error:
        raise SendDeferred(f"no connection to the smarthost ({why_unreachable(error)})") from None
    try:
        _log_in(session, smarthost)
    except BaseException:
        session.close()
        raise
    return session


def _log_in(session: smtplib.SMTP, smarthost: Smarthost) -> None:
    try:
        session.ehlo_or_helo_if_needed()
        if smarthost.tls == "starttls":
            session.starttls(context=ssl.create_default_context())
            session.ehlo()
        if smarthost.by_oauth:
            _show_token(session, smarthost)
        elif smarthost.user:
            session.login(smarthost.user, smarthost.password.get_secret_value())
    except ssl.SSLError as error:
        raise SendDeferred(f"no TLS with the smarthost ({why_unreachable(error)})") from None
    except smtplib.SMTPResponseException:
        # A refused login or STARTTLS is a setting to mend, not a fault of this reply: it stays in the outbox.
        raise SendDeferred("the smarthost refused the login or STARTTLS") from None
    except (OSError, smtplib.SMTPException):
        raise SendDeferred("the smarthost broke off or offers no STARTTLS or login") from None
    except (MailboxLoginRefused, MailboxUnavailable, ConfigurationError) as error:
        raise SendDeferred(f"no token for the smarthost: {error}") from None


def _show_token(session: smtplib.SMTP, smarthost: Smarthost) -> None:
    """By OAUTHBEARER (RFC 7628) where the server has it, else by XOAUTH2. A token that was held and
    is refused is tried once more as a new one.
    """
    tokens = oauth.tokens(oauth.app_of(smarthost, smarthost.scope))
    offered = session.esmtp_features.get("auth", "").upper().split()
    mechanism = "OAUTHBEARER" if "OAUTHBEARER" in offered else "XOAUTH2"
    if mechanism not in offered:
        raise smtplib.SMTPNotSupportedError
    for is_last in (tokens.seconds_left <= 0, True):
        token = tokens.get()
        first = oauth.initial_response(mechanism, smarthost.user, token)
        try:
            session.auth(mechanism, lambda challenge=None, first=first: "" if challenge else first)
        except smtplib.SMTPAuthenticationError:
            tokens.drop(token)
            if is_last:
                raise
        else:
            return


def _envelope(session: smtplib.SMTP, envelope_sender: str, recipient: str) -> None:
    options = (
        [] if recipient.isascii() and envelope_sender.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
    )
    if options and not session.has_extn("smtputf8"):
        raise SendRefused("the smarthost cannot carry an address with special characters")
    try:
        _expect(session.mail(envelope_sender, options), "sender")
        _expect(session.rcpt(recipient), "recipient")
        _expect(session.docmd("DATA"), "DATA", 354)
    except (OSError, smtplib.SMTPException):
        raise SendDeferred("the smarthost broke off before the message") from None


def _data(session: smtplib.SMTP, content: bytes) -> None:
    lines = re.sub(rb"(?m)^\.", b"..", re.sub(rb"\r\n|\r|\n", b"\r\n", content))
    try:
        session.send(lines if lines.endswith(b"\r\n") else lines + b"\r\n")
    except (OSError, smtplib.SMTPException):
        raise SendDeferred("the smarthost broke off within the message") from None
    try:
        if session.sock is not None:
            session.sock.settimeout(ANSWER_SECONDS)
        session.send(b".\r\n")
        answer = session.getreply()
    except (OSError, smtplib.SMTPException):
        raise SendUnknown("the connection broke after the final dot") from None
    _expect(answer, "message")
    try:
        session.docmd("QUIT")
    except (OSError, smtplib.SMTPException):
        return


def _expect(answer: tuple[int, bytes], step: str, code: int | None = None) -> None:
    if not (answer[0] == code if code else 200 <= answer[0] < 300):
        raise _answered(answer[0], step)


def _answered(code: int, step: str) -> SendRefused | SendDeferred:
    """The code and the step only: a server's text may repeat an address."""
    return (
        SendRefused(f"{code} to the {step}")
        if code >= 500
        else SendDeferred(f"{code} to the {step}")
    )


def _line(value: str) -> str:
    return " ".join(value.split())


def _printable(ids: tuple[str, ...]) -> list[str]:
    """Message-IDs that may stand in a header: printable, the first one and the last few."""
    good = [i for i in ids if _PRINTABLE.fullmatch(i)]
    return good if len(good) <= MAX_REFERENCES else [good[0], *good[1 - MAX_REFERENCES :]]
