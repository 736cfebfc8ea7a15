"""Text made alike, so that spelling does not count: case, accents, spaces and signs.

``squeeze`` for phrases and labels, ``plain`` for words, ``alphanumeric`` for values of which no
letter may be lost, ``without_spaces`` for hashes.
"""

from __future__ import annotations

import re
import unicodedata

_MOST_KEPT = 10_000
"""Characters whose folding is kept; there are fewer on any document."""


_ALIKE = {"°": "º"}
"""Signs that are written for another: "n°" is "nº"."""


class _Fold(dict[int, str | None]):
    """For ``str.translate``: one character to its lower-case letters without accents; None for what
    does not count.
    """

    def __missing__(self, code: int) -> str | None:
        decomposed = unicodedata.normalize("NFKD", _ALIKE.get(chr(code), chr(code))).lower()
        plain = "".join(c for c in decomposed if c.isascii() and c.isalnum()) or None
        if len(self) < _MOST_KEPT:
            self[code] = plain
        return plain


class _Flat(dict[int, str]):
    """For ``str.translate``: one character to the ASCII one that counts alike; itself when there is
    no single such one.
    """

    def __missing__(self, code: int) -> str:
        flat = self._flat(chr(code), FOLD[code])
        if len(self) < _MOST_KEPT:
            self[code] = flat
        return flat

    @staticmethod
    def _flat(char: str, plain: str | None) -> str:
        if plain is None:
            return char if char.isalnum() else " "
        alike = len(plain) == 1 and char.isalnum() and char.isdigit() == plain.isdigit()
        return plain if alike else char


FOLD, FLAT = _Fold(), _Flat()
_SIGNS = re.compile(r"[^a-z0-9]+")


def squeeze(text: str) -> str:
    """Lower-case letters and digits of ASCII only: "K.v.K.-nummer" is "kvknummer"."""
    return text.translate(FOLD)


def plain(text: str) -> str:
    """Words of lower-case letters and digits of ASCII, one space between: "T/m (datum)" is
    "t m datum".
    """
    return " ".join(_SIGNS.sub(" ", _decomposed(text).lower()).split())


def alphanumeric(text: str) -> str:
    """Letters and digits of any script, without accents and case."""
    decomposed = text if text.isascii() else unicodedata.normalize("NFKD", text.casefold())
    return "".join(filter(str.isalnum, decomposed.casefold()))


def digits_of(text: str) -> str:
    """The digits of any script, nothing else."""
    return "".join(filter(str.isdigit, text))


def compact(text: str) -> str:
    """Letters and digits as written, in capitals: a number with a form of its own."""
    return re.sub(r"[\W_]", "", text).upper()


def without_spaces(text: str) -> str:
    """Case and spaces folded, nothing else."""
    return "".join(text.casefold().split())


def _decomposed(text: str) -> str:
    """Without accents; a ligature becomes its letters."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
