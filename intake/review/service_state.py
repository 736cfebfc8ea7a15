"""How the parts of the service do, in words for a clerk."""

from __future__ import annotations

from collections.abc import Iterable

from intake.review import wording
from intake.store.health import SILENT, Health

_TITLES = {
    "worker": "Mails beoordelen",
    "receiver": "Mails ontvangen",
    "mailbox": "De mailbox lezen",
    "folder": "De map met mails lezen",
    "sender": "Antwoorden versturen",
}
_FAULTS = {
    "worker": "Het beoordelen van mails staat stil",
    "receiver": "Er komt geen mail binnen via de mailserver",
    "mailbox": "De mailbox wordt niet goed gelezen",
    "folder": "De map met mails wordt niet goed gelezen",
    "sender": "Antwoorden gaan niet weg",
}
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


def title(part: Health) -> str:
    """What the part does."""
    return _TITLES.get(part.part, part.part)


def alarms(parts: Iterable[Health]) -> list[str]:
    """One sentence for each part that does not do well."""
    return [
        f"{_FAULTS.get(part.part, f'Onderdeel {part.part} werkt niet')}: {_why(part)}. Bel de"
        " beheerder."
        for part in parts
        if not part.good
    ]


def _why(part: Health) -> str:
    if part.code != SILENT:
        return _CODES.get(part.code, f"storing ({part.code})")
    return (
        "dit onderdeel is nog niet gestart"
        if part.at is None
        else f"wij horen er sinds {wording.moment(part.at)} niets van"
    )
