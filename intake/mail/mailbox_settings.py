"""The settings of an IMAP mailbox, as its watcher sees them."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from intake.mail.sources.base import Municipality
from intake.sections import Names, OutlookLogin, is_loopback


class MailboxAfter(StrEnum):
    """What happens to the mailbox's own copy, which holds the BSN too."""

    KEEP = "keep"
    MOVE = "move"
    DELETE = "delete"


class MailboxSettings(OutlookLogin):
    """Where a mailbox is, and what becomes of a mail in it once it is kept."""

    municipality: Municipality
    host: str = Field(min_length=1, description="IMAP server.")
    port: int = Field(993, ge=1, le=65535)
    tls: bool = Field(True, description="TLS from the first byte; off for loopback only.")
    user: str = ""
    password: SecretStr = SecretStr("")
    folder: str = "INBOX"
    done_folder: str = Field(
        "verwerkt", description="Where a kept mail is moved; made when absent."
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
    poll_seconds: float = Field(60, gt=0)

    @field_validator("tls")
    @classmethod
    def _password_encrypted(cls, value: bool, info: ValidationInfo) -> bool:
        if not value and not is_loopback(info.data.get("host", "")):
            raise ValueError(
                "the password would go over the network in plain text: leave it on, unless the"
                " server is on this machine"
            )
        return value

    @property
    def account(self) -> str:
        return f"{self.user}@{self.host}"
