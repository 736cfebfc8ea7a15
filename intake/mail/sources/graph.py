"""``[[graph]]``: a mailbox of Microsoft 365, by Microsoft Graph."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import ClassVar

from intake.errors import (
    ConfigurationError,
    IntakeError,
    MailboxClosed,
    MailboxFull,
    MailboxLoginRefused,
    MailboxThrottled,
)
from intake.mail.graph_settings import GraphSettings, RepliesBy
from intake.mail.ledger import Ledger
from intake.mail.mailbox_settings import MailboxAfter
from intake.mail.sources.base import MAILBOX_CODES, MailSource, Reception
from intake.model.examination import Line, fine, note, wrong


class GraphMailbox(GraphSettings, MailSource):
    section: ClassVar[str] = "graph"
    command: ClassVar[str] = "watch"
    part: ClassVar[str] = "graph"
    title: ClassVar[str] = "De mailbox in Microsoft 365 lezen"
    fault: ClassVar[str] = "De mailbox in Microsoft 365 wordt niet goed gelezen"
    codes: ClassVar[Mapping[str, str]] = MAILBOX_CODES | {
        "mailbox-full": "de mailbox is vol. Er komt geen mail meer bij tot er ruimte is",
        "mailbox-open": (
            "wij mogen ook mailboxen lezen die niet van ons zijn. De rechten moeten smaller"
        ),
        "mailbox-crowded": "in de map staan zo veel mails dat wij ze niet alle zien",
        "graph-refused": "Microsoft 365 weigert wat wij vragen",
        "not-there": "de mailbox of de map is er niet",
    }
    needs: ClassVar[tuple[str, ...]] = ("address",)

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.address,)

    @property
    def sends(self) -> bool:
        return self.replies is RepliesBy.GRAPH

    @property
    def served(self) -> tuple[str, ...]:
        return (self.municipality,)

    @property
    def silent_seconds(self) -> float:
        return 300.0 + 2.0 * self.poll_seconds

    def verify(self) -> None:
        from intake.mail import oauth

        oauth.pair(self.app())

    def run(self, reception: Reception, stop: threading.Event) -> None:
        from intake.mail.graph_watcher import watch

        watch(self, reception, stop)

    def examine(self, part: str, relays: tuple[str, ...], ledger: Ledger | None) -> Iterator[Line]:
        from intake.mail import oauth
        from intake.mail.graph_watcher import count_unknown, find_folder

        try:
            yield from oauth.examine(part, self.app())
            graph = self.client()
            find_folder(graph, self.folder)
            unknown = count_unknown(graph, self, ledger) if ledger else 0
        except (IntakeError, OSError) as error:
            yield wrong(part, f"{self.address}: {error}: {_remedy(error)}")
            return
        yield fine(part, f"{self.address}, folder {self.folder}, for {self.municipality}")
        if unknown:
            yield wrong(
                part,
                f"{unknown} mails in {self.done_folder} are not known to the database: `intake"
                " watch` takes them in; when the database was put back from a copy, run `intake"
                " restore` first",
            )
        yield self._examine_closed(part)
        if self.sends:
            yield note(
                part,
                "replies leave by Graph: their return path is the mailbox, and Auto-Submitted is"
                " taken off, so that fewer machines see that a machine wrote them; to keep both,"
                " set INTAKE_SMARTHOST__ADDRESS to a relay and `replies` of [[graph]] to smarthost",
            )

    def _examine_closed(self, part: str) -> Line:
        from intake.mail.graph_watcher import refusal_of_closed_mailbox

        other = self.closed_mailbox
        if not other:
            return note(
                part,
                "nobody has proven that the app can read no other mailbox: set"
                " INTAKE_GRAPH__CLOSED_MAILBOX to one of the tenant that is not ours",
            )
        try:
            refusal = refusal_of_closed_mailbox(self)
        except IntakeError as error:
            return wrong(
                part, f"whether {other} stays closed is not proven ({error}): check again later"
            )
        if refusal is None:
            return wrong(
                part,
                f"the app can read {other} too: check that no Mail permission is consented to in"
                " Entra (it adds up with RBAC), and run `Test-ServicePrincipalAuthorization`",
            )
        if refusal.startswith("404"):
            return fine(part, f"{other} stays closed ({refusal}; 403 would say that it exists)")
        return fine(part, f"{other} stays closed ({refusal})")

    def after_restore(self, as_of: str) -> str:
        if self.after is MailboxAfter.DELETE:
            return (
                f"Mailbox {self.address}: what is still there is read again; what was deleted"
                f" {self.delete_days} days after its decision is not."
            )
        return (
            f"Mailbox {self.address}: `intake watch` reads again what was taken in since, and knows"
            " by its id what is here."
        )


def _remedy(error: Exception) -> str:
    match error:
        case ConfigurationError():
            return "check INTAKE_GRAPH__CERTIFICATE and INTAKE_GRAPH__KEY"
        case MailboxLoginRefused():
            return (
                "check INTAKE_GRAPH__TENANT and INTAKE_GRAPH__CLIENT_ID, and that the certificate"
                " is the one of the app registration"
            )
        case MailboxClosed():
            return (
                "run `New-ManagementRoleAssignment` for this mailbox; it takes up to two hours to"
                " count (`Test-ServicePrincipalAuthorization` says what does)"
            )
        case MailboxFull():
            return "make room in it, or no mail comes in"
        case MailboxThrottled():
            return f"check again in {error.seconds:.0f} seconds"
        case IntakeError() if error.code == "not-there":
            return "check INTAKE_GRAPH__ADDRESS and INTAKE_GRAPH__FOLDER"
        case _:
            return "check INTAKE_GRAPH__GRAPH_ADDRESS, …__LOGIN_ADDRESS, and the firewall"
