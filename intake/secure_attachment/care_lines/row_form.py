"""What a row under titles is: a care line, perhaps one, or none (a total, a signature, an explanation,
a row that waits to be filled in); and what a label can be given.

A row is a care line by what has the form of its column: a client's number, a day, a code, a count.
Words alone are none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from functools import cached_property

from intake.secure_attachment.care_lines.cell_values import (
    UNREAD,
    Cell,
    bsn_of,
    is_date,
    is_scientific,
    is_unread,
    is_zero,
    number_of,
    text_of,
    without_dates,
)
from intake.secure_attachment.care_lines.column_words import (
    CLIENT,
    COUNTS,
    DAYS,
    PRODUCT,
    PRODUCT_CODE,
    REFERRER,
    REFERRER_WORDS,
    REMARKS,
    Column,
    column_of,
    normalise,
)
from intake.secure_attachment.care_lines.period import read_period
from intake.text.bsn import passes_eleven_test
from intake.text.dates import dates_in
from intake.text.vocabulary import words

_FACTS = (CLIENT, REFERRER, PRODUCT, DAYS)
_NEVER_A_TITLE = CLIENT | DAYS | COUNTS
_MAY_BE_ZERO = COUNTS | {Column.RATE, Column.UNIT, Column.YEAR, Column.HIDDEN_ADDRESS}
_LEADS = {Column.MONTH: "maand ", Column.WEEK: "week "}
_SERIAL_DAYS = range(10_000, 60_001)
"""Days since 1900: a date whose cell lost its format."""

_WORDS = words("care_lines")
_TOTALS = re.compile(rf"(?:{'|'.join(_WORDS['totals'])})\b")
_BESIDE = re.compile(rf"(?:{'|'.join(_WORDS['beside'])})\b")
_EXAMPLE = re.compile(rf"\b(?:{'|'.join(_WORDS['examples'])})\b")
_SUCH_AS = re.compile(r"\bb ?v\b")
_PROMPT = re.compile(rf"(?:{'|'.join(_WORDS['prompts'])})")
_EXPLANATION = re.compile(rf"\b(?:{'|'.join(_WORDS['explanations'])})\b")
_FROM_EXAMPLE = re.compile(rf"\b(?:{'|'.join(_WORDS['examples'])})\b.*", re.IGNORECASE | re.DOTALL)
_BORN = re.compile(r"\bgeb", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?<![\w.,/-])\d(?:[ .-]?\d){7,8}(?![\w]|[-./]\d)")
_CHOICE = re.compile(r"\b(?:of|or)\b|/.*/|,.*,", re.IGNORECASE)

Filled = Mapping[Column, Cell]


class Form(Enum):
    """What a row is."""

    LINE = auto()
    DOUBTFUL = auto()
    """Perhaps a care line; only a person can tell."""
    NOTHING = auto()


@dataclass(frozen=True)
class _Row:
    """A row under titles, and what its values tell."""

    columns: Sequence[Column | None]
    cells: Sequence[Cell]
    below_a_line: bool

    @cached_property
    def filled(self) -> Filled:
        return {
            column: cell
            for column, cell in zip(self.columns, self.cells, strict=False)
            if column and text_of(cell) and not (is_zero(cell) and column not in _MAY_BE_ZERO)
        }

    @cached_property
    def texts(self) -> list[str]:
        cells = (cell for cell in self.cells if isinstance(cell, str) and text_of(cell))
        return [normalise(cell) for cell in cells]

    @cached_property
    def numbered(self) -> bool:
        return is_number(self.filled.get(Column.BSN))

    @cached_property
    def lone(self) -> Cell:
        """The only value in the row; None when there are more."""
        cells = [cell for cell in self.cells if text_of(cell)]
        return cells[0] if len(cells) == 1 else None

    @cached_property
    def counts(self) -> list[Cell]:
        return [cell for column, cell in self.filled.items() if column in COUNTS]

    @cached_property
    def counted(self) -> bool:
        return any(is_unread(cell) or (number_of(cell) or 0) != 0 for cell in self.counts)

    @cached_property
    def proven(self) -> set[Column]:
        return {column for column, cell in self.filled.items() if _is_proof(column, cell)}

    @cached_property
    def misfits(self) -> set[Column]:
        """Columns that hold what is none of theirs; a count is one where nothing says of what."""
        found = {column for column, cell in self.filled.items() if _is_misfit(column, cell)}
        if not (self.proven or self.counted or Column.NAME in self.filled):
            found |= COUNTS & self.filled.keys()
        return found - self.proven

    @cached_property
    def facts(self) -> set[frozenset[Column]]:
        return {fact for fact in _FACTS if fact & (self.filled.keys() - self.misfits)}

    @cached_property
    def titled(self) -> bool:
        return _begins_with_title(self.columns, self.cells)

    @cached_property
    def beside(self) -> bool:
        return self.titled or bool(self.texts and _BESIDE.match(self.texts[0]))

    @property
    def is_title_of_client(self) -> bool:
        """It begins with a title, and nothing but a client stands in it."""
        return self.titled and self.facts == {CLIENT} and not self.counted

    @property
    def is_total(self) -> bool:
        totals = [bool(_TOTALS.match(text)) for text in self.texts[:3]]
        return any(totals[:1] if self.numbered else totals)

    @property
    def is_example(self) -> bool:
        """Its number is an example, or it says that it is one itself."""
        number = self.filled.get(Column.BSN)
        of_number = isinstance(number, str) and _EXAMPLE.search(normalise(number))
        return bool(of_number or (self.texts and _EXAMPLE.fullmatch(self.texts[0])))

    @property
    def is_prompt(self) -> bool:
        """All that stands in it are lists in which nobody has chosen yet."""
        return bool(self.texts) and not self.counted and all(map(_PROMPT.fullmatch, self.texts))

    @property
    def waits_to_be_filled_in(self) -> bool:
        """Words and days were prepared for a client who is not there: nothing is counted."""
        asks = bool(COUNTS & set(self.columns))
        return asks and not self.counted and CLIENT not in self.facts


def form_of(columns: Sequence[Column | None], cells: Sequence[Cell], below_a_line: bool) -> Form:
    """What a row under these titles is; ``below_a_line``: its client may stand in a row above."""
    row = _Row(columns, cells, below_a_line)
    if row.is_total or row.is_example or row.is_prompt or only_words(row.lone):
        return Form.NOTHING
    if row.numbered:
        return Form.DOUBTFUL if row.lone or row.is_title_of_client else Form.LINE
    if row.proven:
        return _by_proof(row)
    return Form.NOTHING if row.misfits or row.beside else _by_words(row)


def _by_proof(row: _Row) -> Form:
    """A row without a client's number, in which some value has the form of its column."""
    if row.beside and not row.counted:
        return Form.NOTHING if row.titled or len(row.facts) <= 2 else Form.DOUBTFUL
    if row.waits_to_be_filled_in:
        return Form.DOUBTFUL if len(row.facts) == len(_FACTS) - 1 else Form.NOTHING
    return Form.LINE if row.counted or len(row.facts) >= 2 else _by_one_fact(row)


def _by_words(row: _Row) -> Form:
    """A row in which nothing but words and counts stands."""
    if PRODUCT in row.facts and row.counted and (row.below_a_line or Column.NAME in row.filled):
        return Form.LINE
    doubtful = len(row.facts) >= 2 or (row.facts and row.counted)
    return Form.DOUBTFUL if doubtful else Form.NOTHING


def _by_one_fact(row: _Row) -> Form:
    """A row that tells only one fact, and counts nothing."""
    if len(row.filled) < 2 or row.waits_to_be_filled_in:
        return Form.NOTHING
    if CLIENT in row.facts or row.below_a_line:
        return Form.LINE
    return Form.NOTHING if row.facts == {DAYS} else Form.DOUBTFUL


def is_number(cell: Cell) -> bool:
    """Whether this is a client's number, perhaps a wrong one, or one that nobody can read; a phone
    number or a day in a sentence is none.
    """
    number = bsn_of(cell)
    if number is None or is_unread(cell) or is_scientific(cell):
        return number is not None
    if only_words(cell):
        return False
    if number == UNREAD:
        return not is_date(cell) and 7 <= sum(map(str.isdigit, text_of(cell) or "")) <= 10
    return 7 <= len(number) <= 10


def is_day(column: Column, cell: Cell) -> bool:
    """Whether a day, or a period, stands in a column for one."""
    if isinstance(cell, dt.date):
        return not is_zero(cell)
    if isinstance(cell, Decimal) and int(cell) in _SERIAL_DAYS:
        return True
    found = read_period(_LEADS.get(column, "") + (text_of(cell) or ""), 2000)
    return found != (None, None)


def _is_proof(column: Column, cell: Cell) -> bool:
    """Whether a value has the form that only its own column asks."""
    if column in DAYS or column is Column.BIRTH:
        return is_unread(cell) or is_day(column, cell)
    if column is Column.CODE:
        return is_unread(cell) or bool(PRODUCT_CODE.fullmatch((text_of(cell) or "").upper()))
    if column is Column.BSN:
        return any(pattern.search(normalise(str(cell))) for pattern in REMARKS.values())
    return column in REFERRER | PRODUCT and is_unread(cell)


def _is_misfit(column: Column, cell: Cell) -> bool:
    """Words where a number or a day is asked, or a number of another kind."""
    text = text_of(cell) or ""
    if column is Column.BSN:
        return not is_number(cell) and not (text.isdigit() and len(text) >= 4)
    if column is Column.NAME:
        return any(dates_in(text))
    return (
        column in COUNTS | DAYS | {Column.BIRTH}
        and not any(map(str.isdigit, text))
        and any(map(str.isalpha, text))
    )


def _begins_with_title(columns: Sequence[Column | None], cells: Sequence[Cell]) -> bool:
    """Whether the first value of a row is the title of another column."""
    first = next((i for i, cell in enumerate(cells) if text_of(cell)), None)
    if first is None or not isinstance(cells[first], str):
        return False
    own = columns[first] if first < len(columns) else None
    title = column_of((text_of(cells[first]) or "").rstrip(" :")) if own in _NEVER_A_TITLE else None
    return title is not None and title is not own


def only_words(cell: Cell) -> bool:
    """Text with letters, in which no client's number or birth date stands; what is said to be an
    example counts as nothing.
    """
    text = text_of(cell) or ""
    if not isinstance(cell, str) or not any(map(str.isalpha, text)) or is_unread(cell):
        return False
    text = _FROM_EXAMPLE.sub("", text)
    if any(map(str.isdigit, text)) and _BORN.search(text):
        return False
    return not any(map(_may_be_client, _LONG_NUMBER.findall(without_dates(text, "/"))))


def _may_be_client(written: str) -> bool:
    digits = "".join(filter(str.isdigit, written))
    return len(digits) == 9 or passes_eleven_test(digits)


def is_value(column: Column, value: Cell) -> bool:
    """Whether this can be what a label is given: an explanation of the label is not."""
    if not isinstance(value, str) or is_unread(value):
        return True
    text = normalise(value[:200])
    if _EXAMPLE.search(text):
        return False
    if column is Column.BSN:
        return not _SUCH_AS.search(text) and _may_be_number(text, value)
    title = column_of(value) if column in PRODUCT | DAYS else None
    if _EXPLANATION.search(text) or title not in (None, Column.ASIDE, *PRODUCT, column):
        return False
    return column not in REFERRER or not _is_choice(text, value)


def _is_choice(text: str, value: str) -> bool:
    """Whether several kinds of referrers stand there to choose from."""
    kinds = {found[0] for found in REFERRER_WORDS.finditer(text)}
    return len(kinds) >= 2 and bool(_CHOICE.search(value))


def _may_be_number(text: str, value: str) -> bool:
    """Whether this is a client's number, says that there is none, or has at least no words."""
    said = any(pattern.search(text) for pattern in REMARKS.values())
    return said or is_number(value) or not any(map(str.isalpha, value))


def is_client(record: Filled) -> bool:
    """Whether labels with their values tell of a client: by number or birth date, or by what was
    given and when.
    """
    number, birth = record.get(Column.BSN), record.get(Column.BIRTH)
    is_numbered = is_number(number) or (text_of(number) or "").isdigit()
    if Column.WITHOUT_BSN in record or is_numbered:
        return True
    days = any(_is_proof(column, record[column]) for column in DAYS & record.keys())
    return (birth is not None and is_day(Column.BIRTH, birth)) or (
        days and bool(PRODUCT & record.keys())
    )


def explains(name: str) -> bool:
    """Whether a sheet with this name tells how to fill in another one."""
    title = normalise(name)
    return bool(_EXAMPLE.search(title) or _EXPLANATION.search(title) or _BESIDE.match(title))
