"""Replies by Microsoft Graph: a draft first, whose id is committed before it is sent.

A draft is one item of the mailbox: however often it is told to leave, it leaves once, and after a
lost answer the mailbox says whether it did. So a reply leaves twice only when two drafts of it are
made; a draft whose id was not committed was never sent, and is found by the mark that it carries.

Graph sets the return path to the mailbox and takes Auto-Submitted away; of the fields of our own it
lets only those pass whose name begins with ``x-``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from intake.errors import (
    ConfigurationError,
    DraftGone,
    IntakeError,
    MailboxThrottled,
    SendDeferred,
    SendRefused,
    SendUnknown,
)
from intake.mail.graph_client import AnswerLost, Graph, NotThere, Refused, segment
from intake.mail.graph_settings import GraphSettings
from intake.mail.origin import LOOP_FIELD
from intake.mail.send import thread_of
from intake.model.mail import Draft, DraftState, Reply

MAX_REQUEST = 3_500_000
"""Bytes; Graph takes 4 MB at most."""
_SET = "{6f7ab0a5-2f0e-4c0c-9d7e-3d1f2a4b5c6d}"
_MARK = f"String {_SET} Name IntakeReply"
"""Named property by which a draft of ours is found again; it never leaves the mailbox."""
_IN_REPLY_TO = "String 0x1042"
"""PidTagInReplyToId."""
_REFERENCES = "String 0x1039"
"""PidTagInternetReferences."""
_FIELDS = "id,internetMessageId,isDraft"


class GraphSender:
    """Sends the replies of one mailbox."""

    def __init__(self, mailbox: GraphSettings) -> None:
        self._graph: Graph = mailbox.client()
        self.address = mailbox.address

    @property
    def blocked_seconds(self) -> float:
        """For how long the server asked us to wait."""
        return self._graph.blocked_seconds

    def check(self) -> None:
        """Whether drafts could be made.

        Raises:
            SendDeferred: not now.
        """
        try:
            self._graph.get("mailFolders/drafts", select="id")
        except IntakeError as error:
            raise _deferred(error) from None

    def draft(self, reply: Reply, mark: str, from_address: str) -> Draft:
        """The draft of this reply: the one that carries its mark, else a new one.

        Raises:
            SendRefused, SendDeferred: there is none that we know of; nothing was sent.
        """
        try:
            return self._marked(mark) or self._made(reply, mark, from_address)
        except (Refused, ConfigurationError) as error:
            raise SendRefused(str(error)) from None
        except IntakeError as error:
            raise _deferred(error) from None

    def state(self, draft: Draft) -> DraftState:
        """What became of a draft. Raises SendDeferred when the mailbox does not tell now."""
        try:
            found = self._graph.get(f"messages/{segment(draft.id)}", select=_FIELDS)
        except NotThere:
            return DraftState.GONE
        except IntakeError as error:
            raise _deferred(error) from None
        return DraftState.SENT if found.get("isDraft") is False else DraftState.DRAFT

    def send(self, draft: Draft) -> None:
        """Let a draft leave.

        Raises:
            SendRefused: it never leaves as it is.
            SendDeferred: it did not leave.
            DraftGone: it is there no more.
            SendUnknown: no answer; ``state`` tells later.
        """
        try:
            self._graph.post(f"messages/{segment(draft.id)}/send")
        except NotThere:
            raise DraftGone("the draft is not there") from None
        except Refused as error:
            raise SendRefused(str(error)) from None
        except AnswerLost as error:
            raise SendUnknown(str(error)) from None
        except IntakeError as error:
            raise _deferred(error) from None

    def discard(self, draft: Draft) -> None:
        """Take a draft away that is not to leave: a person would find it and send it.

        Raises:
            SendDeferred: it may still be there.
        """
        try:
            self._graph.delete(f"messages/{segment(draft.id)}")
        except NotThere:
            return
        except IntakeError as error:
            raise _deferred(error) from None

    def _marked(self, mark: str) -> Draft | None:
        quoted = mark.replace("'", "''")
        wanted = (
            f"singleValueExtendedProperties/Any(ep: ep/id eq '{_MARK}' and ep/value eq '{quoted}')"
        )
        found = self._graph.listing("mailFolders/drafts/messages", filter=wanted, select=_FIELDS)
        return next((_draft(each) for each in found if each.get("isDraft") is True), None)

    def _made(self, reply: Reply, mark: str, from_address: str) -> Draft:
        message = self._message(reply, mark, from_address)
        if len(json.dumps(message)) > MAX_REQUEST:
            raise Refused("the reply is larger than Graph takes")
        return _draft(self._graph.post("messages", message))

    def _message(self, reply: Reply, mark: str, from_address: str) -> Mapping[str, Any]:
        answered, thread = thread_of(reply)
        properties = {_MARK: mark, _IN_REPLY_TO: answered, _REFERENCES: " ".join(thread)}
        sender = {"from": _address(from_address)} if self._is_other(from_address) else {}
        return sender | {
            "subject": " ".join(reply.subject.split()),
            "body": {"contentType": "text", "content": reply.text},
            "toRecipients": [_address(reply.to)],
            "internetMessageHeaders": [
                {"name": "X-Auto-Response-Suppress", "value": "All"},
                {"name": LOOP_FIELD.title(), "value": from_address.lower()},
            ],
            "singleValueExtendedProperties": [
                {"id": id, "value": value} for id, value in properties.items() if value
            ],
        }

    def _is_other(self, address: str) -> bool:
        return address.lower() != self.address.lower()


def _address(address: str) -> dict[str, Any]:
    return {"emailAddress": {"address": " ".join(address.split())}}


def _draft(found: Mapping[str, Any]) -> Draft:
    id, message_id = found.get("id"), found.get("internetMessageId")
    if not isinstance(id, str) or not id:
        raise AnswerLost("a draft without an id")
    return Draft(id, message_id if isinstance(message_id, str) else "")


def _deferred(error: IntakeError) -> SendDeferred:
    seconds = error.seconds if isinstance(error, MailboxThrottled) else 0.0
    return SendDeferred(str(error), seconds)
