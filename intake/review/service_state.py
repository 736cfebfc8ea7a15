"""How the parts of the service do, in words for a clerk."""

from __future__ import annotations

from collections.abc import Iterable

from intake import profile
from intake.review import wording
from intake.settings import Settings
from intake.store.health import SILENT, Health

_TITLES = {"worker": "Mails beoordelen", "sender": "Antwoorden versturen"}
_FAULTS = {"worker": "Het beoordelen van mails staat stil", "sender": "Antwoorden gaan niet weg"}
_CODES = {
    "mailbox-login": "de mailserver weigert onze inlog. Controleer het wachtwoord van de mailbox",
    "mailbox-unavailable": "de mailserver is niet bereikbaar",
    "mailbox-move": "de mailserver weigert om gelezen mails te verplaatsen",
    "too-large": "er staat een mail die te groot is. Die blijft daar staan",
    "unfetchable": "de mailserver geeft ons een mail niet. Wij proberen het opnieuw",
    "unreadable": "een mail kan niet worden bewaard. Wij proberen het opnieuw",
    "send-deferred": "de mailserver neemt nu niets aan",
    "send-refused": "de mailserver weigert onze antwoorden",
    "store-unavailable": "de database antwoordt niet",
    "store-full": "de schijf is vol",
    "key-missing": "er ontbreekt een sleutel",
}


def title(part: Health, settings: Settings) -> str:
    """What the part does."""
    source = dict(settings.parts()).get(part.part)
    if source is None:
        return _TITLES.get(part.part, part.part)
    return source.title + _whose(source.served, settings)


def alarms(parts: Iterable[Health], settings: Settings) -> list[str]:
    """One sentence for each part that does not do well."""
    return [
        f"{_fault(part, settings)}: {_why(part)}. Bel de beheerder."
        for part in parts
        if not part.good
    ]


def _fault(part: Health, settings: Settings) -> str:
    source = dict(settings.parts()).get(part.part)
    if source is None:
        return _FAULTS.get(part.part, f"Onderdeel {part.part} werkt niet")
    return source.fault + _whose(source.served, settings)


def _whose(served: tuple[str, ...], settings: Settings) -> str:
    """The names of its municipalities, when there are several on this page."""
    if len(settings.municipalities) == 1:
        return ""
    return f" ({', '.join(profile.load(name).municipality for name in served)})"


def _why(part: Health) -> str:
    if part.code != SILENT:
        return _CODES.get(part.code, f"storing ({part.code})")
    if part.at is None:
        return "dit onderdeel is nog niet gestart"
    return f"wij horen er sinds {wording.moment(part.at)} niets van"
