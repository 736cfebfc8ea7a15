"""What a character of a PDF means as text: ligatures, hyphens, spaces, control characters, letters
without a meaning.
"""

from __future__ import annotations

import unicodedata

UNKNOWN = "\ufffd"
"""Stands for a drawn letter of which the file does not tell what it means."""

_HYPHENS = frozenset({0x02, 0xAD, 0x2010, 0x2011, 0xFFFE})
"""PDFium writes U+0002 or U+FFFE for a hyphen at a line's end; a drawn soft hyphen is a hyphen to
the eye."""
_INVISIBLE = frozenset(
    {*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF}
)


def _meaning(code: int) -> str:
    character = chr(code)
    if code in _HYPHENS:
        return "-"
    if code in (0, 0xFFFD) or 0xE000 <= code <= 0xF8FF or 0xD800 <= code <= 0xDFFF:
        return UNKNOWN
    if character.isspace() or unicodedata.category(character) == "Zs":
        return " "
    if code in _INVISIBLE or unicodedata.category(character) in ("Cc", "Cf"):
        return ""
    if 0xFB00 <= code <= 0xFB06:
        return unicodedata.normalize("NFKC", character)
    return character


class _Meanings(dict[int, str]):
    def __missing__(self, code: int) -> str:
        meaning = self[code] = _meaning(code) if 0 <= code <= 0x10FFFF else UNKNOWN
        return meaning


MEANING = _Meanings()
"""Code point → its text: ``" "`` separates words, ``""`` is nothing at all."""


def cleaned(text: str) -> str:
    """A word of another engine, read the same way."""
    return "".join(MEANING[ord(character)] for character in text)


def unknown_run(text: str) -> bool:
    """Whether letters without a meaning make up so much of a word that a value may stand there.

    One or three are a bullet or an icon; four in a row are a word, a number or an amount.
    """
    return UNKNOWN * 4 in text
