"""``[[mailbox]]``: an IMAP mailbox that is watched."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from typing import ClassVar

from intake.errors import (
    ConfigurationError,
    IntakeError,
    MailboxClosed,
    MailboxLoginRefused,
    MailboxThrottled,
)
from intake.mail.ledger import Known, Ledger
from intake.mail.mailbox_settings import MailboxAfter, MailboxSettings
from intake.mail.sources.base import MAILBOX_CODES, MailSource, Reception
from intake.model.completeness import Stock
from intake.model.examination import Line, fine, wrong


class ImapMailbox(MailboxSettings, MailSource):
    section: ClassVar[str] = "mailbox"
    command: ClassVar[str] = "watch"
    part: ClassVar[str] = "mailbox"
    title: ClassVar[str] = "De mailbox lezen"
    fault: ClassVar[str] = "De mailbox wordt niet goed gelezen"
    codes: ClassVar[Mapping[str, str]] = MAILBOX_CODES
    needs: ClassVar[tuple[str, ...]] = ("host",)
    hint: ClassVar[str] = "none is watched: set INTAKE_MAILBOX__HOST to watch one"

    @property
    def served(self) -> tuple[str, ...]:
        return (self.municipality,)

    @property
    def silent_seconds(self) -> float:
        return 300.0 + 2.0 * self.poll_seconds

    def verify(self) -> None:
        if self.by_oauth:
            from intake.mail import oauth

            oauth.pair(oauth.app_of(self, self.scope))

    def run(self, reception: Reception, stop: threading.Event) -> None:
        from intake.mail.imap_watcher import watch

        watch(self, reception, stop)

    def stock(
        self, reception: Reception, known: Known, day: dt.date, before: str | None
    ) -> Stock | None:
        from intake.mail.imap_stock import take_stock

        return take_stock(self, reception, known, day, before)

    def examine(self, part: str, relays: tuple[str, ...], ledger: Ledger | None) -> Iterator[Line]:
        from imapclient.exceptions import IMAPClientError

        from intake.mail.imap_watcher import connect, count_unknown, of_the_session

        server = f"{self.host}:{self.port}"
        try:
            if self.by_oauth:
                from intake.mail import oauth

                yield from oauth.examine(part, oauth.app_of(self, self.scope))
            with connect(self) as client:
                client.select_folder(self.folder, readonly=True)
                unknown = count_unknown(client, self, ledger) if ledger else 0
        except (IMAPClientError, OSError, IntakeError) as error:
            yield wrong(part, f"{server}{self._remedy(of_the_session(error) or error)}")
        else:
            yield fine(part, f"{server}, folder {self.folder}, for {self.municipality}")
            if unknown:
                yield wrong(
                    part,
                    f"{unknown} mails in {self.done_folder} came there after the last one that the"
                    " database knows of: `intake watch` takes them in; when the database was put"
                    " back from a copy, run `intake restore` first",
                )

    def _remedy(self, error: Exception) -> str:
        """What is wrong, and how to mend it."""
        match error:
            case MailboxClosed():
                return (
                    f" lets us in but opens no mailbox {self.user}: check INTAKE_MAILBOX__USER, and"
                    " give the app its right (`Add-MailboxPermission … -AccessRights FullAccess`);"
                    " it takes up to two hours to count"
                )
            case MailboxThrottled():
                return f" asks us to wait {error.seconds:.0f} seconds: check again after that"
            case MailboxLoginRefused() if self.by_oauth:
                return (
                    f": {error}: check INTAKE_MAILBOX__TENANT, …__CLIENT_ID, …__CERTIFICATE and"
                    " INTAKE_MAILBOX__USER, and that the app may use IMAP (IMAP.AccessAsApp)"
                )
            case MailboxLoginRefused():
                return " refuses the login: check INTAKE_MAILBOX__USER and INTAKE_MAILBOX__PASSWORD"
            case ConfigurationError():
                return f": {error}: check INTAKE_MAILBOX__CERTIFICATE and INTAKE_MAILBOX__KEY"
            case IntakeError():
                return (
                    f": {error}: check INTAKE_MAILBOX__HOST, INTAKE_MAILBOX__PORT and"
                    " INTAKE_MAILBOX__TLS"
                )
            case _:
                return (
                    f" has no folder {self.folder} that we may read: check INTAKE_MAILBOX__FOLDER"
                )

    def after_restore(self, as_of: str) -> str:
        if self.after is MailboxAfter.DELETE:
            return (
                f"Mailbox {self.user}: what is still there is read again; what was deleted"
                f" {self.delete_days} days after its decision is not."
            )
        return (
            f"Mailbox {self.user}: `intake watch` reads again what was taken in since, and knows by"
            " content what is here."
        )
