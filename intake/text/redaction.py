"""Texts that others wrote, made fit to leave us: in a result line, a letter, a report on the
screen.

Wider than ``masking``: a whole file name goes when it tells who a client is. An IBAN, amount or
date is never touched.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from intake.model.invoice import SightingKind
from intake.text.bsn import passes_eleven_test
from intake.text.client_data import signs

_NINE = re.compile(r"(?<!\d)\d{9}(?!\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NAMED = (SightingKind.NAME_WITH_DETAILS, SightingKind.INITIALS_WITH_DETAILS)


def unsigned(text: str) -> str:
    """The text with stars over each number that a word or its form makes a client's."""
    for sign in signs(text.replace("_", " ")):
        if sign.digits:
            text = (
                text[: sign.start]
                + re.sub(r"\d", "*", text[sign.start : sign.end])
                + text[sign.end :]
            )
    return text


def file_name(name: str) -> str:
    """The name of an attached file: without numbers that may be a client's, and all stars when it
    tells a birth date.
    """
    return (
        "***" + PurePath(name).suffix[:6]
        if _tells_a_birth(name)
        else _NINE.sub(_starred, unsigned(name))
    )


def path(name: str) -> str:
    """The name of a file as the caller gave it: only what a word makes a client's is hidden, so
    that scripts know it again.
    """
    head, slash, last = name.rpartition("/")
    return (
        head
        + slash
        + ("***" + PurePath(last).suffix[:6] if _tells_a_birth(last) else unsigned(last))
    )


def _tells_a_birth(name: str) -> bool:
    return any(sign.kind in _NAMED for sign in signs(name.replace("_", " ")))


def message_id(text: str | None) -> str | None:
    """A Message-ID of a stranger: nine digits that pass the 11-test may be a client's."""
    return None if text is None else _NINE.sub(_starred, unsigned(text))


def _starred(match: re.Match[str]) -> str:
    return "*" * 9 if passes_eleven_test(match[0]) and not _YEAR.match(match[0]) else match[0]
