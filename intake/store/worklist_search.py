"""Finds rows of the worklist by what a person types, in all states at once.

What stands in plain columns is found by beginnings of words, by any part of a number and by its
amount; a sender, and an invoice whose facts are sealed, by keyed hashes of the whole or of whole
words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from intake.store import Store
from intake.store.journal import number_hashes
from intake.store.lookup_hashes import DOMAIN, NUMBER, SENDER, TERM, trait_hashes
from intake.store.reference import read_reference
from intake.store.tables import TraitRow, WorklistRow, WorklistWordRow, cols
from intake.store.worklist_rows import LONGEST_WORD
from intake.text.folding import plain, squeeze, without_spaces

MOST = 500
"""Rows that a search finds."""
COMMON = 2000
"""A word that more rows have is only asked of rows that another word found."""
WHOLE_CASE = "*"
"""Instead of a path: each row of the case is found."""

Hit = tuple[str, ...]
"""The kinds of facts in which it was found."""
Hits = dict[tuple[str, str], Hit]

_AMOUNT = re.compile(
    r"(?P<minus>-?)(?P<whole>\d{1,3}(?:[., ']\d{3})+|\d+)(?:[.,](?P<cents>\d\d?|-))?"
)
_CURRENCY = re.compile(r"€|eur(?:o)?\b", re.IGNORECASE)
_SHORTEST = 2


def search(store: Store, session: Session, text: str) -> Hits:
    """Rows by reference and path, and in what each was found; no more than ``MOST`` of each kind."""
    found: Hits = {}
    for reference, path, kind in _all(store, session, text.strip()):
        kinds = found.get((reference, path), ())
        if kind not in kinds:
            found[reference, path] = (*kinds, kind)
    return found


def cents_in(text: str) -> int | None:
    """The amount that a whole text is, in any spelling: ``€ 1.234,50``, ``1234.5``, ``1234,-``."""
    bare = _CURRENCY.sub("", text.replace("\N{NO-BREAK SPACE}", " ")).strip()
    match = _AMOUNT.fullmatch(bare)
    if match is None:
        return None
    whole = int(re.sub(r"\D", "", match["whole"]))
    cents = (match["cents"] or "").replace("-", "")
    value = whole * 100 + int(cents.ljust(2, "0") or 0)
    return (-value if match["minus"] else value) if value < 10**15 else None


def _all(store: Store, session: Session, text: str) -> Iterator[tuple[str, str, str]]:
    if reference := read_reference(text):
        yield reference, WHOLE_CASE, "reference"
    cents = cents_in(text)
    if cents is not None:
        yield from _by_amount(session, cents)
    if _is_number(text):
        yield from _by_words(session, [squeeze(text)])
    words = list(dict.fromkeys(plain(text).split()))
    if len(words) > 1 or not _is_number(text):
        yield from _by_words(session, words)
    yield from _by_sender(store, session, text)
    yield from _by_mentioned(store, session, text)
    yield from _by_terms(store, session, text)


def _is_number(text: str) -> bool:
    """A number, account or reference may be typed with spaces and dashes within it."""
    return any(map(str.isdigit, text)) or " " not in text


def _by_amount(session: Session, cents: int) -> Iterator[tuple[str, str, str]]:
    wanted = select_rows(*cols(WorklistRow.reference, WorklistRow.path)).where(
        col(WorklistRow.cents).in_({cents, -cents}), col(WorklistRow.cents) != 0
    )
    for row in session.execute(wanted.order_by(col(WorklistRow.sequence).desc()).limit(MOST)):
        yield row.reference, row.path, "amount"


def _by_words(session: Session, words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """The rows that have all of these words, or words that begin so."""
    asked = [word[:LONGEST_WORD] for word in words if len(word) >= _SHORTEST]
    if not asked:
        return
    row = WorklistWordRow
    rarest = min(asked, key=lambda word: _number(session, row, _begins(col(row.word), word)))
    first = (
        select_rows(*cols(row.reference, row.path, row.kind))
        .where(_begins(col(row.word), rarest))
        .limit(COMMON)
        .subquery()
    )
    others = [
        select_rows(1)
        .where(
            col(other.reference) == first.c.reference,
            col(other.path).in_((first.c.path, "")),
            _begins(col(other.word), word),
        )
        .exists()
        for word in asked
        if word != rarest
        for other in (aliased(row),)
    ]
    wanted = select_rows(first).where(*others).limit(MOST)
    for found in session.execute(wanted):
        whole = found.kind == "reference"
        yield found.reference, WHOLE_CASE if whole else found.path, found.kind


def _by_sender(store: Store, session: Session, text: str) -> Iterator[tuple[str, str, str]]:
    """By a whole address, or by what follows its @."""
    local, at, domain = text.casefold().rpartition("@")
    if " " in text or "." not in domain:
        return
    kind, value = (SENDER, text) if at and local else (DOMAIN, domain)
    for reference in _by_traits(session, [(kind, trait_hashes(store, kind, value))]):
        yield reference, WHOLE_CASE, "sender"


def _by_mentioned(store: Store, session: Session, text: str) -> Iterator[tuple[str, str, str]]:
    """By the whole number of an invoice, where a mail without one names it."""
    if without_spaces(text):
        for reference in _by_traits(session, [(NUMBER, number_hashes(store, text))]):
            yield reference, WHOLE_CASE, "mentioned"


def _by_terms(store: Store, session: Session, text: str) -> Iterator[tuple[str, str, str]]:
    """By the whole of a number or name, or by all its words: also where the facts are sealed."""
    words = list(dict.fromkeys(map(without_spaces, text.split())))
    cents = cents_in(text)
    for chosen in (
        [text] if without_spaces(text) else [],
        words if len(words) > 1 else [],
        [] if cents is None else [amount_term(cents)],
    ):
        asked = [(TERM, trait_hashes(store, TERM, word)) for word in chosen]
        for reference in _by_traits(session, asked) if asked else ():
            yield reference, WHOLE_CASE, "term"


def amount_term(cents: int) -> str:
    """What an amount is hashed as, to be found in whatever spelling."""
    return f"amount {abs(cents)}"


def _by_traits(session: Session, asked: Sequence[tuple[str, Sequence[str]]]) -> Sequence[str]:
    row = TraitRow
    conditions = [and_(col(row.kind) == kind, col(row.hash).in_(hashes)) for kind, hashes in asked]
    rarest = min(conditions, key=lambda condition: _number(session, row, condition))
    first = select_rows(*cols(row.reference)).where(rarest).limit(COMMON).subquery()
    others = [
        select_rows(1)
        .where(
            col(other.reference) == first.c.reference,
            col(other.kind) == kind,
            col(other.hash).in_(hashes),
        )
        .exists()
        for (kind, hashes), condition in zip(asked, conditions, strict=True)
        if condition is not rarest
        for other in (aliased(row),)
    ]
    return session.execute(select_rows(first).where(*others).limit(MOST)).scalars().all()


def _number(session: Session, row: Any, condition: ColumnElement[bool]) -> int:
    """How many rows there are, counted until they are many."""
    some = select_rows(*cols(row.reference)).where(condition).limit(COMMON + 1).subquery()
    return int(session.execute(select_rows(func.count()).select_from(some)).scalar_one())


def _begins(column: Any, word: str) -> ColumnElement[bool]:
    return and_(column >= word, column < word + "\x7f")
