"""The settings of a mailbox of Microsoft 365, as its watcher and its sender see them."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import Field

from intake.mail.mailbox_settings import MailboxAfter
from intake.mail.sources.base import Municipality
from intake.sections import AppLogin, Names, WebAddress

if TYPE_CHECKING:
    from intake.mail.graph_client import Graph
    from intake.mail.oauth import App

_ADDRESS = r"^[^@\s/?#%]+@[A-Za-z0-9.-]+$"


class RepliesBy(StrEnum):
    """How the replies leave to mails that came in by a mailbox."""

    SMARTHOST = "smarthost"
    GRAPH = "graph"


class GraphSettings(AppLogin):
    """Where a mailbox is, what becomes of a mail in it once it is kept, and how replies leave."""

    municipality: Municipality
    address: str = Field(pattern=_ADDRESS, description="Mail address of the mailbox.")
    tenant: str = Field(
        min_length=1, pattern=r"^[A-Za-z0-9.-]*$", description="Directory (tenant) ID."
    )
    graph_address: WebAddress = Field(
        "https://graph.microsoft.com", description="Another one for national clouds."
    )
    folder: str = Field(
        "inbox", min_length=1, description="A well-known name (inbox), or the name of a folder."
    )
    done_folder: str = Field(
        "verwerkt", min_length=1, description="Where a kept mail is moved; made when absent."
    )
    after: MailboxAfter = Field(
        MailboxAfter.MOVE, description="keep, move, or delete delete_days after the decision."
    )
    delete_days: int = Field(30, ge=0)
    not_counted: Names = Field(
        (), description="Folders that the daily report leaves out: a rule puts other mail there."
    )
    since: dt.datetime | None = Field(
        None, description="Mail older than this is left alone. Default: the first start."
    )
    poll_seconds: float = Field(30, gt=0)
    replies: RepliesBy = Field(
        RepliesBy.SMARTHOST,
        description="How replies leave to its mails: by the smarthost, or by graph.",
    )
    closed_mailbox: str = Field(
        "",
        pattern=rf"{_ADDRESS}|^$",
        description="Another mailbox of the tenant, of which is proven daily that it stays closed.",
    )

    @property
    def account(self) -> str:
        return self.address.lower()

    def client(self, mailbox: str = "") -> Graph:
        """The calls to this mailbox, or to another one with the same token."""
        from intake.mail import oauth
        from intake.mail.graph_client import Graph

        return Graph(self.graph_address, mailbox or self.address, oauth.tokens(self.app()))

    def app(self) -> App:
        """The app registration, for tokens of Graph."""
        from intake.mail import oauth

        return oauth.app_of(self, f"{self.graph_address}/.default")
