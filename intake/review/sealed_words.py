"""What somebody searched for, sealed, so that an address holds no name or number in words."""

from __future__ import annotations

import base64
import binascii

from intake.errors import KeyMissing
from intake.review.context import Room
from intake.review.pages.login import Login
from intake.store.crypto.vault import DataKey

_PURPOSE = "supplier-search"


def seal(room: Room, login: Login, words: str) -> str:
    """For an address; opens in the session of this login only."""
    sealed = _key(room, login).seal(_PURPOSE, words.encode())
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(room: Room, login: Login, sealed: str) -> str:
    """The words; none for what another session sealed, or nobody."""
    try:
        data = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        return _key(room, login).unseal(_PURPOSE, data).decode()
    except (KeyMissing, binascii.Error, ValueError):
        return ""


def _key(room: Room, login: Login) -> DataKey:
    return DataKey(_PURPOSE, bytes.fromhex(room.store.vault.token(_PURPOSE, login.csrf)))
