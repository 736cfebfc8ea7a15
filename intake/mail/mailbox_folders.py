"""What the folders of a mailbox are for."""

from __future__ import annotations

from collections.abc import Collection

from intake.text import vocabulary

_NAMES = vocabulary.words("mailbox_folders")
OWN, TOP = frozenset(_NAMES["own"]), frozenset(_NAMES["top"])
JUNK = frozenset(_NAMES["junk"])


def is_own(name: str, not_counted: Collection[str], is_top: bool) -> bool:
    """Whether it holds no mail that came in, or what an administrator says is not ours.

    Args:
        is_top: it lies in no other folder but the inbox.
    """
    folded = name.casefold()
    own = folded in OWN or (is_top and folded in TOP)
    return own or folded in {each.casefold() for each in not_counted}


def is_junk(name: str) -> bool:
    return name.casefold() in JUNK
