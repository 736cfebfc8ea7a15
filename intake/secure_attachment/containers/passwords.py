"""Passwords agreed with the provider, tried one after the other in every spelling that a program
may have used.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

from intake.secure_attachment.containers.result import bomb

MAX_PASSWORDS = 20
CPU_SECONDS = 12.0
"""Processor time after which no further password is tried: a provider picks how dear each try is
(KDF bomb)."""

_ENCODINGS = ("utf-8", "cp850", "cp437", "cp1252")
"""How programs write a password with é or € in it: 7-Zip and macOS UTF-8, Windows its OEM or ANSI
code page."""
for _name in _ENCODINGS:
    "é".encode(_name)  # loaded now: a child cannot import late

T = TypeVar("T")


def forms(secrets: Sequence[bytes]) -> list[str]:
    """Each password (UTF-8) composed and, as a Mac sends it, decomposed; without doubles."""
    texts = [secret.decode("utf-8", "replace") for secret in secrets[:MAX_PASSWORDS]]
    return [
        form
        for form in dict.fromkeys(
            unicodedata.normalize(way, text) for text in texts for way in ("NFC", "NFD")
        )
        if form
    ]


def spellings(secrets: Sequence[bytes]) -> list[bytes]:
    """Each password in every encoding that can write it, without doubles."""
    return list(dict.fromkeys(_encoded(secrets)))


def _encoded(secrets: Sequence[bytes]) -> Iterator[bytes]:
    for form in forms(secrets):
        for encoding in _ENCODINGS:
            with suppress(UnicodeEncodeError):
                yield form.encode(encoding)


def within(passwords: Iterable[T], seconds: float = CPU_SECONDS) -> Iterator[T]:
    """The passwords one by one, as long as trying them has not cost ``seconds`` of processor time.

    Raises:
        NotOpenedError: BOMB, when the time is spent.
    """
    begun = time.process_time()
    for password in passwords:
        if time.process_time() - begun > seconds:
            raise bomb("trying passwords takes too long: the file asks for too much work a try")
        yield password


def none_fits(passwords: Sequence[object]) -> str:
    """The administrator's reason why a file stayed locked."""
    return (
        "no password of this provider fits"
        if passwords
        else "no password is known for this provider"
    )
