"""Every expected error. The class says what happened (``code``).

Texts of these errors never carry content of a mail.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator


class IntakeError(Exception):
    """Base of all expected errors."""

    code = "intake"


class ConfigurationError(IntakeError):
    """Settings, profile, keys or schema are wrong; the text names every fault and how to mend it."""

    code = "configuration"


class StoreUnavailable(IntakeError):
    """The database does not answer or is locked: our own fault, try later (SMTP 451)."""

    code = "store-unavailable"


class StoreFull(StoreUnavailable):
    """No space to keep a mail (SMTP 452)."""

    code = "store-full"


class MailboxUnavailable(IntakeError):
    """The mailbox cannot be reached or broke off; polling goes on."""

    code = "mailbox-unavailable"


class MailboxLoginRefused(IntakeError):
    """The mailbox refused our login; back off for long so that the account is never locked."""

    code = "mailbox-login"


class MailboxClosed(IntakeError):
    """The login is good, but it may not use this mailbox; back off, for rights come slowly."""

    code = "mailbox-closed"


class MailboxThrottled(MailboxUnavailable):
    """The server asks us to wait; until then nothing is asked of it."""

    code = "mailbox-throttled"

    def __init__(self, text: str, seconds: float) -> None:
        super().__init__(text)
        self.seconds = seconds


class MailboxFull(IntakeError):
    """The mailbox is over its quota: it takes no mail until somebody makes room."""

    code = "mailbox-full"


class SendRefused(IntakeError):
    """The smarthost refused a reply for good (5xx)."""

    code = "send-refused"


class SendDeferred(IntakeError):
    """The smarthost cannot take a reply now (4xx, no connection before DATA)."""

    code = "send-deferred"

    def __init__(self, text: str = "", seconds: float = 0.0) -> None:
        super().__init__(text)
        self.seconds = seconds
        """For which it asks us to wait, at least."""


class DraftGone(IntakeError):
    """The draft of a reply stands nowhere any more: nobody knows whether it was sent."""

    code = "draft-gone"


class SendUnknown(IntakeError):
    """The connection broke after DATA: nobody knows whether the reply was taken."""

    code = "send-unknown"


class SandboxFailed(IntakeError):
    """A child process crashed, hung or answered garbage. ``code`` of the instance tells which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Postponed(IntakeError):
    """A mail needs work that takes long, and all places for slow mails are taken: it is taken up
    later.
    """

    code = "postponed"


class CannotOpen(IntakeError):
    """What is sealed of one case cannot be read: that case waits for an administrator, all others
    go on.
    """

    code = "cannot-open"


class RecordUnreadable(CannotOpen):
    """A stored record is damaged, or was written by a newer version."""

    code = "record-unreadable"


class KeyMissing(CannotOpen):
    """A key we need is not in the key store."""

    code = "key-missing"


class KeyDestroyed(KeyMissing):
    """The key was destroyed when its term was over; it never comes back."""


class Conflict(IntakeError):
    """Somebody else decided first."""

    code = "conflict"


class AlreadyExported(Conflict):
    """The invoice went to the finance package: only a reversal (storno) can take it back."""

    code = "exported"


class SamePerson(Conflict):
    """A second person must accept the invoice: not who accepted it first, or who corrected it."""

    code = "same-person"


class NoMandate(Conflict):
    """The total is above what this person, and who accepted it first, may accept."""

    code = "no-mandate"


class ContentAwaited(Conflict):
    """All accepts are given: a reviewer of care must agree."""

    code = "content-awaited"


class LetterLeft(Conflict):
    """The provider was told: what the letter says cannot be undone."""

    code = "letter-left"


class Covered(IntakeError):
    """A client may stand on a page, and whoever asks gave no reason to see it."""

    code = "covered"


_UNKNOWN_AUTHORITY = frozenset({18, 19, 20, 21})
_EXPIRED, _OTHER_NAME = 10, 62
"""Numbers of OpenSSL (X509_V_ERR_…)."""


def why_unreachable(error: BaseException) -> str:
    """Why no connection came about, in a few words that name what to look at. Of what the other
    side says nothing is repeated.
    """
    causes = list(_causes(error))
    for cause in causes:
        match cause:
            case ssl.SSLCertVerificationError(verify_code=number) if number in _UNKNOWN_AUTHORITY:
                return (
                    "its certificate is of an authority that this machine does not know: of a CA of"
                    " your own, set SSL_CERT_FILE to its certificate, or run"
                    " `update-ca-certificates`"
                )
            case ssl.SSLCertVerificationError(verify_code=number) if number == _EXPIRED:
                return "its certificate has expired"
            case ssl.SSLCertVerificationError(verify_code=number) if number == _OTHER_NAME:
                return "its certificate is of another name: look at the host"
            case ssl.SSLError():
                return "it speaks no TLS there: look at the port"
            case socket.gaierror():
                return "there is no such host"
            case ConnectionRefusedError():
                return "nobody listens at that port"
            case TimeoutError():
                return "no answer: look at host and port, and at the firewall"
            case _:
                pass
    return type(causes[-1]).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and what it came from, to the bottom."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
