"""Keyed hashes that a case is found by: the Message-IDs of its thread, its sender, and what a
person may search for.
"""

from __future__ import annotations

from collections.abc import Iterable

from intake.store import Store
from intake.text.folding import without_spaces

THREAD = "message-id"
SENDER = "sender"
DOMAIN = "domain"
"""Of the sender's address."""
TERM = "term"
NUMBER = "number"
"""Of an invoice that a mail without one names; hashed as the number of an invoice (journal.py)."""


def trait_hashes(store: Store, kind: str, value: str) -> list[str]:
    """The hashes that one value may stand under, that of today first; a Message-ID is the same with
    and without its brackets.
    """
    return store.vault.hashes(f"trait-{kind}", without_spaces(value).strip("<>"))


def domain_of(sender: str | None) -> str:
    return (sender or "").rpartition("@")[2].casefold()


def rows(store: Store, reference: str, kind: str, values: Iterable[str]) -> list[dict[str, str]]:
    """Rows of ``TraitRow`` for these values, each once; empty values have none."""
    return [
        {"reference": reference, "kind": kind, "hash": h}
        for h in sorted({trait_hashes(store, kind, v)[0] for v in values if without_spaces(v)})
    ]
