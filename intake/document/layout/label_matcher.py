"""Finds the words of labels in a line of text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from intake.document.layout.cells import Cell
from intake.document.layout.label_words import LABELS, LONE, Label
from intake.text.caching import remembered
from intake.text.folding import squeeze
from intake.text.phrases import Phrases, Squeezed, squeezed

_Phrase = tuple[str, tuple[Label, str, bool]]
FoundLabel = tuple[Label, str, int, int]
"""(label, phrase, start, end) in a text."""
_TWO_THINGS = re.compile(r"[a-z]+\s+[A-Z]")
"""The end of one text and the label behind it, which only together spell a longer label: ".../zorg
Datum"."""


@cache
def _phrases() -> Phrases[tuple[Label, str, bool]]:
    """Every phrase with its label, its spelling, and whether it must stand alone; of equal phrases
    the one that need not comes first.
    """
    rows = [
        (phrase, (label, phrase, phrase in LONE))
        for label, phrases in LABELS.items()
        for phrase in phrases
    ]
    return Phrases(sorted(rows, key=lambda row: row[1][2]))


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
    found, begun = squeezed(text), _phrases().begun
    done = 0
    for at in found.starts:
        if at < done or not (phrases := begun(found.text, at)):
            continue
        if label := _label_at(text, found, at, phrases):
            yield label[0]
            done = label[1]


def _label_at(
    text: str, found: Squeezed, at: int, phrases: Sequence[_Phrase]
) -> tuple[FoundLabel, int] | None:
    """The longest of these phrases at ``at`` in squeezed text, and where it ends there."""
    squeezed_text = found.text
    for key, (label, phrase, lone) in phrases:
        if not squeezed_text.startswith(key, at):
            continue
        last = at + len(key)
        start, end = found.origins[at], found.origins[last - 1] + 1
        ends = found.ends(last)
        fits = ends and _stands_out(text, start, end) if lone else ends or _is_glued(text, end)
        if not fits or _is_torn(text, start, end, phrase):
            continue
        if label is Label.TITLE and (sign := _NUMBER_SIGN.match(text, end)):
            return (Label.INVOICE_NUMBER, f"{phrase} #", start, sign.end()), last
        return (label, phrase, start, end), last
    return None


def _is_torn(text: str, start: int, end: int, phrase: str) -> bool:
    """True when only the end of one text and the beginning of another spell a label."""
    if _SET_APART.search(text, start, end):
        return True
    return " " not in phrase and _TWO_THINGS.match(text, start, end) is not None


_SET_APART = re.compile(r"[:;|]")
"""No label goes on behind one of these: "date: INV-17"."""
_NUMBER_SIGN = re.compile(r"\s?#")
"""Behind the title it makes a label of the number: "Invoice #"."""
_CODE = re.compile(r"[A-Z]{1,4}[-./]?\d\d")
"""How a number with letters begins: HK-2026, NL31."""


def _is_glued(text: str, end: int) -> bool:
    """True when a number with letters begins right behind a label: "IBANNL31 RABO 0317 4450 92"."""
    return _CODE.match(text, end) is not None


def _stands_out(text: str, start: int, end: int) -> bool:
    """True when a short or everyday word is used as a label: with a colon, or first in its cell or
    after a separator.
    """
    after = text[end : end + 3].lstrip(" .")
    if after.startswith(":"):
        return True
    if text[start:end].lower() in _HOURS and after and not after[0].isdigit():
        return False  # "Van der Meulen"
    before = text[:start].rstrip()
    if end - start == 1:
        return _letter_stands_out(text, start, before, after)
    if before[-1:].isdigit() and text[start].isupper() and has_digit(text[end : end + 14]):
        return True  # label and value, label and value: the value before it has ended
    if _BEFORE_NUMBER.match(text, start):
        return True
    if text[start:end].lower() in _NUMBER_WORDS and _BILL_BEFORE.search(before):
        return has_digit(text[end : end + 12])
    return not before or before[-1] in ",;/()-–%|:"


_BEFORE_NUMBER = re.compile(r"N[or]\.\s?[A-Z]{0,4}[-./]?\d|[hH]\.\s?[rR]\.?:?\s?\d(?:[ .]?\d){7}")
"""A short word that announces the number right behind it, wherever it stands in its line."""


_NUMBER_WORDS = frozenset({"nr", "no", "nummer", "number"})
_BILL_BEFORE = re.compile(
    r"[^\W\d_](?:factuur|nota|declaratie|rechnung|invoice|facture)$", re.IGNORECASE
)
"""A compound that ends in a word for an invoice: "Deelfactuur nr. 12"."""


def _letter_stands_out(text: str, start: int, before: str, after: str) -> bool:
    """A single letter stands alone, or first with a number behind it: "T 036-5212345"."""
    if text.strip(" .") == text[start : start + 1]:
        return True
    first = not before or before[-1] in ",;/()-–%|"
    behind = text[start + 1 : start + 2] in (" ", ".")
    return first and behind and (after[:1].isdigit() or after[:1] in ("+", "("))


def has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))
