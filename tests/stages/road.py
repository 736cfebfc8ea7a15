"""A mail as it is just before it is decided, made by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from intake.mail.file_roles import recognise
from intake.model.attachment import Attachments
from intake.model.finding import CheckResult
from intake.model.mail import Envelope, Mail, Sender
from intake.model.verdict import CheckedDocument, Share, Wait
from intake.secure_attachment.pairing.model import Elsewhere, MailContents
from intake.stages.values import Checked, Opened, Paired, Parsed, Read, Received


def checked(
    mail: Mail,
    sender: Sender,
    documents: Sequence[CheckedDocument],
    attachments: Attachments,
    received_at: dt.datetime,
    *,
    results: Sequence[CheckResult] = (),
    elsewhere: Elsewhere | None = None,
    shares: Sequence[Share] = (),
    wait: Wait | None = None,
    unread: str = "",
) -> Checked:
    received = Received(b"", Envelope("smtp", received_at), "IN-TEST", wait)
    parsed = Parsed(received, mail, sender, (), recognise(()))
    opened = Opened(Read(parsed, tuple(documents), ()), MailContents())
    paired = Paired(opened, MailContents(), (), elsewhere or Elsewhere(), tuple(documents))
    return Checked(paired, attachments, tuple(shares), tuple(results), unread)
