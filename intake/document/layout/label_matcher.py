"""Finds the words of labels in a line of text."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from intake.document.layout.cells import Cell
from intake.document.layout.label_words import LABELS, Label
from intake.text.business_names import LONE
from intake.text.caching import remembered


class _Fold(dict[int, str | None]):
    """For ``str.translate``: one character to its lower-case letters without accents; None for what
    does not count.
    """

    def __missing__(self, code: int) -> str | None:
        plain = (
            "".join(
                c
                for c in unicodedata.normalize("NFKD", chr(code)).lower()
                if c.isascii() and c.isalnum()
            )
            or None
        )
        if len(self) < _MOST_FOLDED:
            self[code] = plain
        return plain


class _Flat(dict[int, str]):
    """For ``str.translate``: one character to the ASCII one that counts alike; itself when there is
    no single such one.
    """

    def __missing__(self, code: int) -> str:
        char, plain = chr(code), _FOLD[code]
        if plain is None:
            flat = char if char.isalnum() else " "
        else:
            flat = (
                plain
                if len(plain) == 1 and char.isalnum() and char.isdigit() == plain.isdigit()
                else char
            )
        if len(self) < _MOST_FOLDED:
            self[code] = flat
        return flat


_MOST_FOLDED = 10_000


_FOLD = _Fold()


_FLAT = _Flat()


_TWO_THINGS = re.compile(r"[a-z]+\s+[A-Z]")
"""The end of one text and the label behind it, which only together spell a longer label: ".../zorg
Datum"."""


_RUN = re.compile(r"[A-Za-z]+[0-9]*|[0-9]+")
"""What begins as a word or a number does: a letter behind a digit begins another."""


def squeeze(text: str) -> str:
    """Lower-case letters and digits only."""
    return text.translate(_FOLD)


@cache
def _phrases() -> dict[str, list[tuple[str, Label, str, bool]]]:
    """First three letters (or fewer, when there are no more) to phrases that begin so, and those of
    two letters; the longest first.
    """
    table: dict[str, list[tuple[str, Label, str, bool]]] = defaultdict(list)
    for label, phrases in LABELS.items():
        for phrase in phrases:
            key = squeeze(phrase)
            table[key[:3]].append((key, label, phrase, phrase in LONE))
    for begin in table:
        if len(begin) == 3:
            table[begin] += table.get(begin[:2], [])
    for rows in table.values():
        rows.sort(key=lambda row: (-len(row[0]), row[3]))
    return dict(table)


@cache
def _cores(label: Label) -> tuple[str, ...]:
    """The shortest of a label's squeezed phrases: each phrase holds one of them."""
    keys = {squeeze(phrase) for phrase in LABELS[label]}
    return tuple(key for key in keys if not any(other != key and other in key for other in keys))


def may_hold(text: str, label: Label) -> bool:
    """False when :func:`labels_in` surely finds no such label in ``text``."""
    squeezed = squeeze(text)
    return any(core in squeezed for core in _cores(label))


def heads_table(row: list[Cell]) -> bool:
    """Whether a row stands over the lines of the invoice: it names what only lines have, or an
    amount and nothing that tells invoices apart.
    """
    found = [(label, phrase) for cell in row for label, phrase, *_ in labels_in(cell.text)]
    labels = {label for label, phrase in found if phrase not in _HOURS}
    if Label.COLUMN in labels:
        return True
    return (
        Label.TOTAL in labels
        and not labels & _REFERENCES
        and not any(map(str.isdigit, "".join(cell.text for cell in row)))
    )


_REFERENCES = frozenset({Label.INVOICE_NUMBER, Label.INVOICE_DATE, Label.NUMBER, Label.OTHER_DATE})


_HOURS = frozenset({"van", "tot"})
"""Labels of dates that also head the hours of a visit."""


@remembered
def labels_in(text: str) -> Iterator[tuple[Label, str, int, int]]:
    """Yield (label, phrase, start, end) of every label in ``text``."""
    if text.isascii() and text.upper() == text.lower():
        return  # every phrase has a letter
    table = _phrases()
    squeezed, index, starts = _squeezed(text)
    done = 0
    for at in starts:
        if at < done:
            continue
        for key, label, phrase, lone in (
            table.get(squeezed[at : at + 3]) or table.get(squeezed[at : at + 2]) or ()
        ):
            if squeezed.startswith(key, at) and _ends(squeezed, index, at + len(key)):
                start, end = index[at], index[at + len(key) - 1] + 1
                if (lone and not _stands_out(text, start, end)) or (
                    " " not in phrase and _TWO_THINGS.match(text, start, end)
                ):
                    continue
                yield label, phrase, start, end
                done = at + len(key)
                break
        else:
            single = table.get(squeezed[at])
            if (
                single
                and _ends(squeezed, index, at + 1)
                and _stands_out(text, index[at], index[at] + 1)
            ):
                yield single[0][1], single[0][2], index[at], index[at] + 1
                done = at + 1


def _squeezed(text: str) -> tuple[str, list[int], list[int]]:
    """The squeezed text, where each of its letters came from, and where in it words and numbers
    start.
    """
    index: list[int] = []
    starts: list[int] = []
    flat = text if text.isascii() else text.translate(_FLAT)
    if flat.isascii():
        for run in _RUN.finditer(flat):
            starts.append(len(index))
            index += range(*run.span())
        return "".join(_RUN.findall(flat)).lower(), index, starts
    letters: list[str] = []
    before = " "
    for i, char in enumerate(text):
        plain = _FOLD[ord(char)]
        if plain:
            if not before.isalnum() or (before.isdigit() and not plain[0].isdigit()):
                starts.append(len(letters))
            letters += plain
            index += [i] * len(plain)
        before = char
    return "".join(letters), index, starts


def _ends(squeezed: str, index: list[int], end: int) -> bool:
    """True when the phrase ends where a word ends (a digit may follow at once: ``KvK12345678``)."""
    return (
        end >= len(squeezed)
        or index[end] > index[end - 1] + 1
        or (squeezed[end].isdigit() and not squeezed[end - 1].isdigit())
    )


def _stands_out(text: str, start: int, end: int) -> bool:
    """True when a short or everyday word is used as a label: with a colon, or first in its cell or
    after a separator.
    """
    after = text[end : end + 3].lstrip(" .")
    if after.startswith(":"):
        return True
    before = text[:start].rstrip()
    first = not before or before[-1] in ",;/()-–%|" or (before[-1] == ":" and end - start > 1)
    if (
        before[-1:].isdigit()
        and text[start].isupper()
        and end - start > 1
        and any(map(str.isdigit, text[end : end + 14]))
    ):
        return True  # label and value, label and value: the value before it has ended
    if text[start:end] in ("No", "Nr") and text[end : end + 1] == "." and after[:1].isdigit():
        return True
    if end - start == 1 and text.strip(" .") == text[start:end]:
        return True
    if end - start == 1:
        return (
            first
            and text[end : end + 1] in (" ", ".")
            and (after[:1].isdigit() or after[:1] in ("+", "("))
        )
    return first
