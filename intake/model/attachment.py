"""Secured attachments (beveiligde bijlagen): how each is protected and whether it opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from intake.model.care import CareLine, EarlierCare
from intake.model.mail import Part, Road


class Protection(StrEnum):
    STRONG = "strong"
    WEAK = "weak"
    """Old methods that still open: ZipCrypto, RC4, 3DES."""
    NONE = "none"


class Opening(StrEnum):
    """How opening a container ended; outside, every failure to decrypt reads the same."""

    OPENED = "opened"
    LOCKED = "locked"
    """Encrypted; no password or key of ours fits. The letter asks for the agreed password."""
    NOT_FOR_US = "not-for-us"
    """Encrypted to a certificate that is not ours. The letter asks to use ours, so this is for
    S/MIME only; other keys are LOCKED."""
    UNSUPPORTED = "unsupported"
    """Of a kind that we cannot open."""
    DAMAGED = "damaged"
    BOMB = "bomb"
    OUR_FAULT = "our-fault"
    """Our own key is missing or cannot be read."""


@dataclass(frozen=True, slots=True)
class Container:
    """One attached container and what opening it gave."""

    path: str
    """The part it was."""
    format: str
    """``smime``, ``zip`` …; ``plain`` for a readable file with client data."""
    opening: Opening
    protection: Protection
    parts: tuple[Part, ...] = field(default=(), repr=False)
    """What was inside, recognised again by content."""
    administrator_reason: str = ""
    """English, for the administrator only; no content."""

    @property
    def came_apart(self) -> bool:
        """Whether another mail brought it than the invoice's own."""
        return "+" in self.path


@dataclass(frozen=True, slots=True)
class Attachments:
    """All that came beside the invoices: containers opened, care lines read."""

    containers: tuple[Container, ...] = ()
    care_lines: tuple[CareLine, ...] = field(default=(), repr=False)
    unread: tuple[str, ...] = ()
    """Paths of opened parts that hold no care lines we could understand (a person looks)."""
    invoice_inside: bool = False
    """An invoice came out of a container (good to know: it should be sent apart)."""
    road: Road = Road.UNKNOWN
    waited_days: int = 0
    """Days since the mail came in, once its last day of waiting is past; 0 before."""
    earlier_care: tuple[EarlierCare, ...] = ()
    """What is known from earlier mails; never told to a provider."""
    doubt: str = ""
    """Why it is not certain that they belong to their invoices: a situation of the check
    secure-attachment."""
