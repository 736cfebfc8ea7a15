"""What a mail source is: one section of ``intake.toml``, one file in this folder."""

from __future__ import annotations

import datetime as dt
import threading
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from intake import profile
from intake.mail.ledger import Known, Ledger
from intake.model.completeness import Stock
from intake.model.examination import Line
from intake.model.mail import Envelope
from intake.sections import Section


def known_municipality(name: str) -> str:
    if name not in (known := profile.names()):
        raise ValueError(f"{name!r} is not known; there are: {', '.join(known)}")
    return name


Municipality = Annotated[str, AfterValidator(known_municipality)]
"""The name of a municipality's folder under ``templates/``. When a source names none, the
installation's own (``profile``) is filled in."""

Report = Callable[[bool, str], None]
"""Takes whether all is well, and a code (``ok``, ``mailbox-login`` …); again and again, as long as
the source works."""

MAILBOX_CODES = {
    "mailbox-login": (
        "de mailserver weigert onze inlog. Controleer het wachtwoord of certificaat van de mailbox"
    ),
    "mailbox-unavailable": "de mailserver is niet bereikbaar",
    "mailbox-closed": (
        "wij komen binnen, maar mogen deze mailbox niet openen. Controleer de rechten"
    ),
    "mailbox-throttled": "de mailserver vraagt ons te wachten. Daarna gaan wij door",
    "mailbox-move": "de mailserver weigert om gelezen mails te verplaatsen",
    "unfetchable": "de mailserver geeft ons een mail niet. Wij proberen het opnieuw",
    "unreadable": "een mail kan niet worden bewaard. Wij proberen het opnieuw",
}
"""Dutch: why a watched mailbox does not do well, of whatever kind it is."""


@dataclass(frozen=True, slots=True)
class Reception:
    """Where a source delivers its mails, and what it needs to know of the installation."""

    keep: Callable[[bytes, Envelope], str]
    """Commits a mail and returns its reference. Raises StoreUnavailable or StoreFull."""
    report: Report
    ledger: Ledger
    max_mail_bytes: int
    home: Path
    """Folder for what is not finished."""
    relays: tuple[str, ...] = ()
    """Networks of our own mail servers."""


class MailSource(Section):
    """One place that mails come from. Each subclass is one kind, registered in ``SOURCES``.

    A kind also has a field ``municipality``, or ``municipalities`` when its mails can be for
    several.
    """

    section: ClassVar[str]
    """Name of the section in ``intake.toml``, and in the environment variables."""
    command: ClassVar[str]
    """The ``intake`` command that runs it: ``watch`` or ``receive``."""
    part: ClassVar[str]
    """Its name in ``/health`` and ``intake doctor``; a second one of the kind gets ``-2``."""
    title: ClassVar[str]
    """Dutch: what it does, for a clerk."""
    fault: ClassVar[str]
    """Dutch: what is the matter when it does not do well."""
    codes: ClassVar[Mapping[str, str]] = {}
    """Dutch: why, for each code of its own that it reports."""
    needs: ClassVar[tuple[str, ...]]
    """The settings of which one makes that there is one."""
    by_default: ClassVar[bool] = False
    """Whether there is one when the settings do not name it."""
    hint: ClassVar[str] = ""
    """What ``intake doctor`` says when there is none."""

    @property
    def is_on(self) -> bool:
        return True

    @property
    @abstractmethod
    def served(self) -> tuple[str, ...]:
        """The municipalities that its mails are for."""

    @property
    @abstractmethod
    def silent_seconds(self) -> float:
        """For how long it may be busy with one thing without reporting."""

    def verify(self) -> None:
        """Check before the start what can be checked without other machines.

        Raises:
            ConfigurationError: one sentence, with the remedy.
        """

    @abstractmethod
    def run(self, reception: Reception, stop: threading.Event) -> None:
        """Take mails in until ``stop``.

        Raises:
            ConfigurationError: it cannot be started as it is set.
        """

    @abstractmethod
    def examine(self, part: str, relays: tuple[str, ...], ledger: Ledger | None) -> Iterator[Line]:
        """What ``intake doctor`` says of it; ``ledger`` is None when the database does not open."""

    @property
    def account(self) -> str | None:
        """By which the ledger knows it; None: it needs no ledger."""
        return None

    @property
    def name(self) -> str:
        """By which the daily reports know it, as long as it is the same mailbox or folder."""
        return self.account or self.section

    def stock(
        self, reception: Reception, known: Known, day: dt.date, before: str | None
    ) -> Stock | None:
        """What stands there of what came in on a day that is past; None: nobody can tell, what was
        handed over stands nowhere any more.

        Args:
            before: ``cursor`` of the newest report of an earlier day; None: do not look for what
                vanished since.

        Raises:
            IntakeError: it cannot be looked into now.
        """
        return None

    @property
    def addresses(self) -> tuple[str, ...]:
        """Mail addresses that are ours by it, beside those of the municipalities."""
        return ()

    @property
    def sends(self) -> bool:
        """Whether replies leave by it, beside the smarthost."""
        return False

    def after_restore(self, as_of: str) -> str:
        """English: what became of the mails that came in after ``as_of``, the moment that a
        restored database knows last; empty when there is nothing to be done.
        """
        return ""
