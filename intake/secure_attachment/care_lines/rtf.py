"""Letters in Rich Text Format, as Word, WordPad and many packages save them: paragraphs and tables in the
order in which they are read.

Source: Rich Text Format Specification 1.9.1 (Microsoft, 2008).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from intake.secure_attachment.care_lines.cell_values import Cell
from intake.secure_attachment.care_lines.rows import (
    MAX_COLUMNS,
    MAX_ROWS,
    Grid,
    Unreadable,
    cells_of_line,
)

_TOKEN = re.compile(
    r"\\(?:(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?|'(?P<hex>[0-9A-Fa-f]{2})|(?P<sign>[^A-Za-z]))"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+"
)
_NOT_SEEN = frozenset(
    {
        "colortbl", "datafield", "fldinst", "fonttbl", "generator", "info", "latentstyles",
        "listoverridetable", "listtable", "nonesttables", "objdata", "pict", "rsidtbl", "shprslt",
        "sp", "stylesheet", "themedata", "xmlnstbl",
    }
)  # fmt: skip
_SEEN_ALTHOUGH_NEW = frozenset({"nesttableprops", "shpinst", "shptxt"})
"""Destinations behind "\\*" in which text stands."""
_SIGNS = {
    "tab": "\t", "line": " ", "emdash": "—", "endash": "–", "lquote": "'", "rquote": "'",
    "ldblquote": '"', "rdblquote": '"', "bullet": " ", "emspace": " ", "enspace": " ", "~": " ",
    "_": "-", "{": "{", "}": "}", "\\": "\\", "\n": "", "\r": "",
}  # fmt: skip
_DEPTH = 500


@dataclass(frozen=True, slots=True)
class _State:
    """What a group takes over from the one around it."""

    seen: bool = True
    hidden: bool = False
    after_unicode: int = 1
    """Signs behind a Unicode one that stand in for it."""


@dataclass(slots=True)
class _Row:
    """A row of a table as it grows."""

    cells: list[str] = field(default_factory=list)
    merged: list[bool] = field(default_factory=list)
    """By column: it goes on from the row above."""
    goes_on: bool = False

    def ended(self, above: list[str]) -> list[str]:
        cells, self.cells = self.cells, []
        for column, merged in enumerate(self.merged[: len(cells)]):
            if merged and not cells[column] and column < len(above):
                cells[column] = above[column]
        return cells


def grid_of(data: bytes) -> Grid:
    """All text of a letter.

    Raises:
        Unreadable: no letter in this format.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise Unreadable
    rows: list[tuple[int, list[Cell]]] = []
    for cells in _Reader(data.decode("latin-1")).rows():
        rows.append((len(rows) + 1, cells))
        if len(rows) > MAX_ROWS:
            raise Unreadable
    return Grid(rows, free_text=True)


class _Reader:
    """One walk through the signs of a letter."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._states = [_State()]
        self._codec = "cp1252"
        self._words: list[str] = []
        self._row, self._nested = _Row(), _Row()
        self._above: list[str] = []
        self._in_table = False
        self._new_destination = False
        self._left_out = 0

    def rows(self) -> Iterator[list[Cell]]:
        position = 0
        while (token := _TOKEN.match(self._text, position)) is not None:
            position = token.end()
            if token["brace"]:
                self._brace(token["brace"])
            elif token["word"]:
                word, number = token["word"], token["number"]
                if word == "bin":
                    position += max(int(number or 0), 0)
                yield from self._word(word, int(number) if number else None)
            elif token["hex"]:
                self._say(bytes.fromhex(token["hex"]).decode(self._codec, "replace"))
            elif token["sign"]:
                self._sign(token["sign"])
            elif token["text"]:
                self._say(token["text"])
        yield from self._line()

    def _brace(self, brace: str) -> None:
        self._new_destination = False
        if brace == "{":
            if len(self._states) > _DEPTH:
                raise Unreadable
            self._states.append(self._states[-1])
        elif len(self._states) > 1:
            self._states.pop()

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._new_destination = True
        else:
            self._say(_SIGNS.get(sign, ""))

    def _say(self, text: str) -> None:
        skipped = min(self._left_out, len(text))
        self._left_out -= skipped
        state = self._states[-1]
        if state.seen and not state.hidden:
            self._words.append(text[skipped:])

    def _word(self, word: str, number: int | None) -> Iterator[list[Cell]]:
        state = self._states[-1]
        if word in _NOT_SEEN or (self._new_destination and word not in _SEEN_ALTHOUGH_NEW):
            self._states[-1] = replace(state, seen=False)
        self._new_destination = False
        if word == "u" and number is not None:
            self._left_out = 0
            self._say(chr(number % 0x10000))
            self._left_out = state.after_unicode
        elif word == "uc":
            self._states[-1] = replace(state, after_unicode=min(number or 0, 10))
        elif word == "ansicpg":
            self._codec = _codec(number)
        elif word in ("v", "deleted", "plain"):
            hidden = word != "plain" and number != 0
            self._states[-1] = replace(self._states[-1], hidden=hidden)
        elif word in _SIGNS:
            self._say(_SIGNS[word])
        elif state.seen:
            yield from self._table_word(word)

    def _table_word(self, word: str) -> Iterator[list[Cell]]:
        if word in ("par", "sect", "page"):
            yield from self._paragraph()
        elif word in ("pard", "intbl"):
            self._in_table = word == "intbl"
        elif word == "trowd":
            self._row.merged = []
        elif word == "clvmrg":
            self._row.goes_on = True
        elif word == "cellx":
            self._row.merged.append(self._row.goes_on)
            self._row.goes_on = False
        elif word in ("cell", "nestcell"):
            row = self._row if word == "cell" else self._nested
            row.cells.append(self._taken())
        elif word == "nestrow":
            yield from _filled(self._nested.ended([]))
        elif word == "row":
            self._above = self._row.ended(self._above)
            yield from _filled(self._above)

    def _paragraph(self) -> Iterator[list[Cell]]:
        if self._in_table:
            self._words.append(" ")
        else:
            yield from self._line()

    def _taken(self) -> str:
        text, self._words = "".join(self._words), []
        return " ".join(text.split())

    def _line(self) -> Iterator[list[Cell]]:
        text, self._words = "".join(self._words), []
        if text.strip():
            yield cells_of_line(text)


def _filled(cells: list[str]) -> Iterator[list[Cell]]:
    if any(cells):
        yield [cell or None for cell in cells[:MAX_COLUMNS]]


def _codec(page: int | None) -> str:
    try:
        return codecs.lookup(f"cp{page}").name
    except LookupError:
        return "cp1252"
