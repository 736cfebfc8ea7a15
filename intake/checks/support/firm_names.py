"""Whether two names may be of the same firm: legal form, order, case and accents count for nothing."""

from __future__ import annotations

from collections.abc import Iterable

from intake.text.folding import plain, squeeze
from intake.text.vocabulary import words

_FORMS = frozenset(map(squeeze, words("firms")["legal-forms"]))
_SMALL = frozenset(
    {"de", "het", "een", "van", "voor", "en", "der", "den", "te", "in", "bij", "the"}
)
_LETTERS = 4
"""A shorter word alone says nothing."""


def is_one_of(name: str, known: Iterable[str]) -> bool:
    """Whether a name as it was read is one of these."""
    return any(_may_be_same(name, each) for each in known)


def _may_be_same(one: str, other: str) -> bool:
    if squeeze(one) == squeeze(other) != "":
        return True
    mine, theirs = _words(one), _words(other)
    few = min(mine, theirs, key=len)
    return (mine <= theirs or theirs <= mine) and any(len(word) >= _LETTERS for word in few)


def _words(name: str) -> frozenset[str]:
    """The words that tell firms apart."""
    forms = name.replace(".", "")
    return frozenset(plain(forms).split()) - _FORMS - _SMALL
