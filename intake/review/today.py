"""What came in today, where each mail stands, and whether anything is stuck."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from intake.review import words
from intake.review.login import LoginOf
from intake.review.room import RoomOf
from intake.store import cases, health
from intake.store.tables import CaseState, ReplyState

PART = 100
_DAY = 20_000
"""More mails than any municipality gets in a day."""
_UNSENT = (ReplyState.PREPARED, ReplyState.HELD, ReplyState.DEFERRED, ReplyState.FAILED, ReplyState.UNKNOWN)
_PARTS = {
    "mailbox": "De mailbox wordt niet gelezen",
    "folder": "De map met mails wordt niet gelezen",
    "sender": "Antwoorden gaan niet weg",
    "smtp": "De mailontvangst werkt niet",
    "worker": "Het beoordelen van mails staat stil",
}
_CODES = {
    "mailbox-login": "de mailserver weigert onze inlog. Controleer het wachtwoord van de mailbox",
    "mailbox-unavailable": "de mailserver is niet bereikbaar",
    "send-deferred": "de mailserver neemt nu niets aan",
    "send-refused": "de mailserver weigert een antwoord",
    "key-missing": "er ontbreekt een sleutel",
}

router = APIRouter()


@router.get("/vandaag")
def show(room: RoomOf, login: LoginOf, blad: Annotated[int, Query(ge=1, le=1000)] = 1) -> Response:
    """Every mail of this day in Amsterdam, the newest first, with totals a state."""
    day = room.store.today
    rows = cases.list_cases(room.store, day=day, limit=_DAY)[::-1]
    replies = cases.reply_counts(room.store)
    tiles = [{"title": words.STATES[state], "count": sum(row.state is state for row in rows)} for state in CaseState]
    return room.pages.html(
        "today.html",
        login=login,
        here="today",
        today=day,
        alarms=alarms(health.health(room.store)),
        tiles=[{"title": "Ontvangen", "count": len(rows)}, *(tile for tile in tiles if tile["count"])],
        unsent=[{"title": words.REPLIES[state][0], "count": replies[state]} for state in _UNSENT if replies[state]],
        mailbox=next((part for part in health.health(room.store) if part.part == "mailbox"), None),
        rows=rows[(blad - 1) * PART : blad * PART],
        more=len(rows) > blad * PART,
        page=blad,
    )


def alarms(parts: Iterable[health.Health]) -> list[str]:
    """One sentence for each part that does not do well."""
    return [f"{_part(part.part)}: {_CODES.get(part.code, f'storing ({part.code})')}. Bel de beheerder." for part in parts if not part.good]


def _part(name: str) -> str:
    return next((words for start, words in _PARTS.items() if name.startswith(start)), f"Onderdeel {name} werkt niet")
