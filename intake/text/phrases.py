"""Finds phrases of a vocabulary in text, however they are spelt: the one matcher of words.

Text and phrases are squeezed to letters and digits first; a phrase begins where a word or a number
begins, and ends where one ends.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from intake.text.folding import FLAT, FOLD, squeeze

T = TypeVar("T")

_RUN = re.compile(r"[A-Za-z]+[0-9]*|[0-9]+")
"""What begins as a word or a number does: a letter behind a digit begins another."""
_KEY = 3
"""Letters by which phrases are looked up."""


@dataclass(slots=True)
class Squeezed:
    """A text without all that does not count."""

    text: str
    origins: list[int]
    """Where in the text itself each character stands."""
    starts: list[int]
    """Where words and numbers start."""

    def ends(self, end: int) -> bool:
        """True when a word ends there (a digit may follow at once: ``KvK12345678``)."""
        return (
            end >= len(self.text)
            or self.origins[end] > self.origins[end - 1] + 1
            or (self.text[end].isdigit() and not self.text[end - 1].isdigit())
        )


def squeezed(text: str) -> Squeezed:
    flat = text if text.isascii() else text.translate(FLAT)
    if not flat.isascii():
        return _squeezed_by_letter(text)
    origins: list[int] = []
    starts: list[int] = []
    for run in _RUN.finditer(flat):
        starts.append(len(origins))
        origins += range(*run.span())
    return Squeezed("".join(_RUN.findall(flat)).lower(), origins, starts)


def _squeezed_by_letter(text: str) -> Squeezed:
    """For text with characters that fold to several or to none."""
    letters: list[str] = []
    origins: list[int] = []
    starts: list[int] = []
    before = " "
    for i, char in enumerate(text):
        plain = FOLD[ord(char)]
        if plain:
            if not before.isalnum() or (before.isdigit() and not plain[0].isdigit()):
                starts.append(len(letters))
            letters += plain
            origins += [i] * len(plain)
        before = char
    return Squeezed("".join(letters), origins, starts)


class Phrases(Generic[T]):
    """Phrases with what each means.

    Args:
        meanings: pairs of a phrase and its meaning; of equal phrases the first counts first.
    """

    def __init__(self, meanings: Iterable[tuple[str, T]]) -> None:
        table: dict[str, list[tuple[str, T]]] = defaultdict(list)
        for phrase, meaning in meanings:
            key = squeeze(phrase)
            table[key[:_KEY]].append((key, meaning))
        for begin in sorted(table, key=len, reverse=True):
            for shorter in range(1, len(begin)):
                table[begin] += table.get(begin[:shorter], [])
        for rows in table.values():
            rows.sort(key=lambda row: -len(row[0]))
        self._table = dict(table)

    def begun(self, text: str, at: int) -> Sequence[tuple[str, T]]:
        """Squeezed phrases that may stand in squeezed text at ``at``, the longest first."""
        table, begin = self._table, text[at : at + _KEY]
        return table.get(begin) or table.get(begin[:2]) or table.get(begin[:1]) or ()
