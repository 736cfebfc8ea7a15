"""What stands in a mailbox of Microsoft 365 of what came in on one day, and whether the journal knows
it: by its immutable id, which stays when it is moved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from intake.mail.graph_client import AnswerLost, Graph, NotThere, Refused, segment
from intake.mail.graph_settings import GraphSettings
from intake.mail.graph_watcher import DELETED_FOR_GOOD, Listed, list_messages
from intake.mail.ledger import Known
from intake.mail.mailbox_folders import is_own
from intake.mail.sources.base import Reception
from intake.mail.taking_in import start_of
from intake.model.basics import AMSTERDAM, local_date
from intake.model.completeness import Stock
from intake.model.mail import MailboxFolder

_OWN = ("sentitems", "drafts", "outbox")
_JUNK = "junkemail"
_DEEPEST = 10
"""Levels of folders."""


def take_stock(mailbox: GraphSettings, reception: Reception, known: Known, day: dt.date) -> Stock:
    """Look through all folders, and what was deleted for good.

    Raises:
        IntakeError: the mailbox cannot be read now.
    """
    graph = mailbox.client()
    try:
        return _Look(graph, mailbox, reception, known).stock(day)
    finally:
        graph.close()


class _Look:
    def __init__(
        self, graph: Graph, mailbox: GraphSettings, reception: Reception, known: Known
    ) -> None:
        self._graph, self._mailbox = graph, mailbox
        self._reception, self._known = reception, known

    def stock(self, day: dt.date) -> Stock:
        junk_folder = self._id(_JUNK)
        references: set[str] = set()
        unknown: list[str] = []
        junk = 0
        for folder, name in self._folders():
            listed = self._of_day(folder, day)
            if folder == junk_folder:
                junk += len(listed)
                continue
            for each in listed:
                reference = self._reference(each, name)
                if reference is None:
                    unknown.append(f"{name}/{each.id}")
                else:
                    references.add(reference)
        return Stock(frozenset(references), tuple(unknown), junk)

    def _folders(self) -> Iterator[tuple[str, str]]:
        """The ids of those in which mail that came in may stand, each with its name."""
        own = {self._id(name) for name in _OWN}
        paths = [("mailFolders", 0)]
        seen: set[str] = set()
        while paths:
            path, level = paths.pop(0)
            for found in self._graph.listing(path, select="id,displayName"):
                id, name = str(found.get("id", "")), str(found.get("displayName", ""))
                if (
                    not id
                    or id in seen
                    or id in own
                    or is_own(name, self._mailbox.not_counted, level == 0)
                ):
                    continue
                seen.add(id)
                yield id, name
                if level < _DEEPEST:
                    paths.append((f"mailFolders/{segment(id)}/childFolders", level + 1))
        deleted = self._id(DELETED_FOR_GOOD)
        if deleted and deleted not in seen:
            yield deleted, DELETED_FOR_GOOD

    def _id(self, name: str) -> str:
        """Of a well-known folder; empty when there is none."""
        try:
            return str(self._graph.get(f"mailFolders/{name}", select="id").get("id", ""))
        except (NotThere, Refused):
            return ""

    def _of_day(self, folder: str, day: dt.date) -> list[Listed]:
        """The messages that came in on this day and not before we began."""
        midnight = dt.datetime.combine(day, dt.time(), AMSTERDAM)
        after = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), AMSTERDAM)
        mailbox, ledger = self._mailbox, self._reception.ledger
        start = start_of(ledger, mailbox.account, mailbox.since)
        first = max(midnight, start.replace(microsecond=0))
        listed = list_messages(self._graph, folder, first, after)
        return [each for each in listed if local_date(each.received) == day]

    def _reference(self, message: Listed, folder: str) -> str | None:
        """The mail of the journal that it is; one that has another id than before, by its content."""
        account = self._mailbox.account
        places = [
            MailboxFolder(account, name, 0)
            for name in (self._mailbox.folder, self._mailbox.done_folder, folder)
        ]
        for place in places:
            if (reference := self._known.by_uid(place, [message.uid]).get(message.uid)) is not None:
                return reference
        try:
            raw, _whole = self._graph.mime(
                f"messages/{segment(message.id)}", self._reception.max_mail_bytes
            )
        except (NotThere, Refused, AnswerLost):
            return None
        reference = self._known.by_content(raw, self._mailbox.municipality)
        if reference is not None and folder.lower() != self._mailbox.folder.lower():
            self._known.remember(places[-1], message.uid, reference)
        return reference
