"""What the folders of a mailbox are for."""

from __future__ import annotations

from collections.abc import Collection

from intake.text import vocabulary

_NAMES = vocabulary.words("mailbox_folders")
OWN, JUNK = frozenset(_NAMES["own"]), frozenset(_NAMES["junk"])


def is_own(name: str, not_counted: Collection[str]) -> bool:
    """Whether it holds no mail that came in, or what an administrator says is not ours."""
    folded = name.casefold()
    return folded in OWN or folded in {each.casefold() for each in not_counted}


def is_junk(name: str) -> bool:
    return name.casefold() in JUNK
