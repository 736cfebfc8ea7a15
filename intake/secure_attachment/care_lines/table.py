"""Rows of cells to care lines: where the titles stand, which rows are data, which words stand
beside a value.

One walk from top to bottom. A row of titles opens a table; rows under it are care lines; a label
with a value beside or under it ("BSN: …", "Periode: september 2026") holds for the lines of its
client that have no such column.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import zip_longest

from intake.secure_attachment.care_lines.cell_values import (
    UNREAD,
    Cell,
    bsn_of,
    cleaned,
    is_zero,
    text_of,
)
from intake.secure_attachment.care_lines.column_words import (
    CLIENT,
    COUNTS,
    DEMANDS,
    DENIED,
    PRODUCT_CODE,
    REFERRER_WORDS,
    REMARKS,
    Column,
    column_of,
    normalise,
)
from intake.secure_attachment.care_lines.period import read_day, read_period
from intake.secure_attachment.care_lines.row_form import (
    Form,
    explains,
    form_of,
    is_client,
    is_number,
    is_value,
    only_words,
)
from intake.secure_attachment.care_lines.rows import Grid
from intake.text.bsn import passes_eleven_test
from intake.text.vocabulary import words

Record = dict[Column, Cell]

_CARE = (DEMANDS[0] | DEMANDS[2] | DEMANDS[3] | {Column.REFERRER, Column.NAME, Column.DECISION}) - {
    Column.END
}
_TIME = DEMANDS[3] | {Column.YEAR}
_FOR_ALL_LINES = (
    DEMANDS[0]
    | DEMANDS[1]
    | DEMANDS[2]
    | _TIME
    | {Column.BIRTH, Column.DECISION, Column.INVOICE, Column.HIDDEN_ADDRESS}
)
"""Facts that may stand once, beside the table. A name there is as likely the provider's."""
_FROM_THE_LINE_ABOVE = (
    CLIENT
    | DEMANDS[1]
    | DEMANDS[2]
    | _TIME
    | {Column.ADDRESS, Column.DECISION, Column.INVOICE, Column.HIDDEN_ADDRESS}
)

_WORDS = words("care_lines")
_LABELLED = re.compile(r"([^:=]{2,60}?)\s*[:=]\s*(.*)", re.DOTALL)
_LEADING = re.compile(
    rf"(?P<label>{'|'.join(_WORDS['labels'])})"
    r"(?:\s+(?:van\s+)?(?:de\s+)?(?:cliënt|client|jeugdige|is))?[\s:=-]+(?P<value>\S.*)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d.,])20[0-4]\d(?![\d.,]\d|\d)")
_HEADER_ROWS = 2_000
_ANY_DAY = frozenset({"datum", "date", "dag", "data"})
_NEVER_ZERO = frozenset().union(*DEMANDS)


@dataclass(slots=True)
class _Segment:
    """One table, or one client's labels."""

    columns: list[Column | None]
    before: Record
    """Labels that stood above it."""
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    doubtful: set[int] = field(default_factory=set)
    """Numbers of the rows of which nobody can tell whether they are care lines."""

    def is_line(self, cells: Sequence[Cell]) -> bool:
        """Whether a client's number stands in its place, with more beside it."""
        place = self.columns.index(Column.BSN) if Column.BSN in self.columns else len(cells)
        return sum(map(bool, cells)) >= 3 and place < len(cells) and is_number(cells[place])

    def _untitled(self, place: int) -> int:
        """Where the next title stands behind that of the client's number."""
        behind = range(place + 1, len(self.columns))
        return next(
            (i for i in behind if self.columns[i] not in (None, Column.BSN)), len(self.columns)
        )

    def take(self, number: int, cells: list[Cell]) -> None:
        """Add a row under the titles, unless it is no care line."""
        if Column.BSN in self.columns:
            place = self.columns.index(Column.BSN)
            cells = _number_joined(cells, place, self._untitled(place))
        form = form_of(self.columns, cells, bool(self.rows))
        if form is not Form.NOTHING:
            self.rows.append((number, list(cells)))
        if form is Form.DOUBTFUL:
            self.doubtful.add(number)


@dataclass(slots=True)
class Lines:
    """What one file gave."""

    records: list[tuple[int, Record]] = field(default_factory=list, repr=False)
    understood: bool = False
    """Each of the four facts has its place, or nothing is left in which it could stand."""
    year: int | None = None
    """The one year that stands above or beside the lines, for a "week 36" without one."""
    only_words: bool = False
    """It tells of no client, and holds no number: an explanation."""


def read(grids: Sequence[Grid]) -> Lines:
    """Care lines of all sheets of one file together."""
    walks = [_best_walk(_cleaned(grid)) for grid in grids]
    used, beside = _parted(walks)
    records = [record for walk in used for record in walk.records]
    _doubt(records, frozenset().union(*(walk.facts_told for walk in walks if walk not in used)))
    years = set[int]().union(*(walk.years for walk in used))
    return Lines(
        records,
        understood=_understood(used, beside),
        year=years.pop() if len(years) == 1 else None,
        only_words=not records and all(walk.only_words for walk in walks),
    )


def _parted(walks: Sequence[_Walk]) -> tuple[list[_Walk], list[_Walk]]:
    """The sheets whose lines count, and those that seem to have some and have none."""
    with_client = [walk for walk in walks if walk.names_clients]
    # A sheet with tariffs or choices beside the sheet with clients is no care.
    found = [walk for walk in with_client or walks if walk.records]
    beside = _beside(found)
    return [walk for walk in found if walk not in beside], beside


def _understood(used: Sequence[_Walk], beside: Sequence[_Walk]) -> bool:
    in_doubt = (walk.counts_care and not explains(walk.name) for walk in beside)
    return bool(used) and all(walk.understood for walk in used) and not any(in_doubt)


def _cleaned(grid: Grid) -> Grid:
    rows = [(number, [cleaned(cell) for cell in cells]) for number, cells in grid.rows]
    return replace(grid, rows=rows)


def _beside(found: Sequence[_Walk]) -> list[_Walk]:
    """Sheets that hold no care lines, since another one has the clients' numbers, or a column for
    them: a cover, a signature, an explanation with its example, a list of days worked.
    """
    numbered = [walk for walk in found if walk.has_numbers]
    if all(explains(walk.name) for walk in numbered):
        return []
    return [walk for walk in found if explains(walk.name) or walk not in numbered]


def _doubt(records: Sequence[tuple[int, Record]], told: frozenset[Column]) -> None:
    """A fact that a line lacks, and that another sheet tells, is not absent: a person looks whether
    it is of this line.
    """
    for _, record in records:
        for demand in DEMANDS:
            if told & demand and not record.keys() & demand:
                record[min(demand)] = UNREAD


def _best_walk(grid: Grid) -> _Walk:
    upright = _Walk(grid)
    if upright.tables or grid.free_text or not grid.rows or len(grid.rows) > 200:
        return upright
    width = max(len(cells) for _, cells in grid.rows)
    padded = [[*cells, *[None] * (width - len(cells))] for _, cells in grid.rows]
    columns = zip(*padded, strict=True)
    turned = _Walk(replace(grid, rows=[(n, list(cells)) for n, cells in enumerate(columns, 1)]))
    better = (turned.score, len(turned.records)) > (upright.score, len(upright.records))
    return turned if turned.tables and better else upright


class _Walk:
    """One walk through one grid."""

    def __init__(self, grid: Grid) -> None:
        self.name = grid.name
        self._free_text = grid.free_text
        self._guessed = grid.guessed
        self._rows = grid.rows
        self._segments: list[_Segment] = []
        self._labels: Record = {}
        self._clients: list[tuple[int, Record]] = []
        self._shared: Record = {}
        self._left_over = False
        self._doubt = False
        self._value_row = -1
        self._explained = False
        self._walk()
        self.tables = [
            segment for segment in self._segments if segment.rows
        ] or self._without_titles()
        self.records = self._lines() if self.tables else self._labelled_clients()
        self._known = known = self._columns().union(*(record for _, record in self.records))
        self.names_clients = bool(known & CLIENT)
        if not known & (CLIENT | DEMANDS[1]) or (
            grid.free_text and Column.BSN not in known and not {Column.NAME, Column.BIRTH} <= known
        ):
            self.records = []  # an invoice and its anonymous specification have products and periods too

    def _columns(self) -> set[Column]:
        return {column for segment in self.tables for column in segment.columns if column}

    @property
    def score(self) -> int:
        return sum(bool(self._known & demand) for demand in DEMANDS) if self.records else 0

    @property
    def understood(self) -> bool:
        found_all = self.score == len(DEMANDS)
        return bool(self.records) and not self._doubt and (found_all or not self._left_over)

    @property
    def has_numbers(self) -> bool:
        """Whether a client's number stands in it, or its tables have a column for them."""
        told = any(is_number(record.get(Column.BSN)) for _, record in self.records)
        return told or Column.BSN in self._columns()

    @property
    def counts_care(self) -> bool:
        """Whether its tables tell what was given, or how much."""
        return bool(self._columns() & (COUNTS | DEMANDS[2]))

    @property
    def facts_told(self) -> frozenset[Column]:
        """What stands beside its label, unless the labels are explained only."""
        return frozenset() if self._explained else frozenset(self._labels)

    @property
    def only_words(self) -> bool:
        """Whether no number and no day stands in it, and words do."""
        cells = [cell for _, row in self._rows for cell in row if text_of(cell)]
        return bool(cells) and not self.tables and all(map(only_words, cells))

    @property
    def years(self) -> set[int]:
        """Years in titles and remarks; the lines themselves have years of birth."""
        in_tables = {number for segment in self.tables for number, _ in segment.rows}
        in_lines = in_tables or set(dict(self.records))
        texts = (
            text
            for number, cells in self._rows
            if number not in in_lines
            for cell in cells
            if (text := text_of(cell))
        )
        return {int(found) for text in texts for found in _YEAR.findall(text)}

    # --- the walk ---------------------------------------------------------------------

    def _walk(self) -> None:
        if self._free_text and self._lists_titles():
            return
        skip = -1
        for index, (number, cells) in enumerate(self._rows):
            if index <= skip or not any(map(text_of, cells)):
                continue
            may_be_titles = index < _HEADER_ROWS or not self._segments
            titles = _titles(cells) if may_be_titles else None
            if titles is None:
                self._take_row(index, number, cells)
            else:
                columns, skip = self._joined(index, titles, cells)
                self._open(columns)

    def _take_row(self, index: int, number: int, cells: list[Cell]) -> None:
        """A row that is none of titles: labels with their values, a row of the table, or a value
        under its label.
        """
        table = self._segments[-1] if self._segments else None
        pairs = self._told(cells, in_table=table is not None)
        if pairs and not (table and table.is_line(cells)):
            self._take(number, pairs)
            if table:
                self._open(table.columns)
        elif table:
            table.take(number, cells)
        elif label := self._label_above(index):
            self._take(number, [(label, next(filter(text_of, cells)))])
            self._value_row = index
        else:
            self._note_title(cells)

    def _lists_titles(self) -> bool:
        """Whether titles stand under each other: a table that was written cell by cell, of which
        nobody can tell what stands under which title.
        """
        before: Column | None = None
        length = 0
        for _, cells in self._rows:
            label = _lone_label(cells)
            length = length + 1 if label is not None and label is not before else int(bool(label))
            before = label
            if length >= 3:
                return True
        return False

    def _told(self, cells: Sequence[Cell], in_table: bool) -> list[tuple[Column, Cell]]:
        """The labels with their values in one row; what only explains a label is none."""
        filled = list(filter(text_of, cells))
        if not in_table and _lone_label(filled[:1]) is Column.BSN:
            filled = _number_joined(filled, 1, len(filled))
        pairs = list(_pairs(filled, in_table=in_table))
        values = [pair for pair in pairs if is_value(*pair)]
        self._explained |= any(column is Column.BSN for column, _ in pairs if pairs != values)
        return values

    def _open(self, columns: list[Column | None]) -> None:
        """Open a table under the labels that were told so far."""
        self._segments.append(_Segment(columns, self._labelled()))

    def _labelled(self) -> Record:
        """What stands beside labels; words beside them are no certain facts where labels are
        explained.
        """
        doubtful = DEMANDS[1] | DEMANDS[2] if self._explained else frozenset()
        return {column: UNREAD if column in doubtful else v for column, v in self._labels.items()}

    def _joined(
        self, index: int, columns: list[Column | None], cells: Sequence[Cell]
    ) -> tuple[list[Column | None], int]:
        """Titles of two rows together, "Zorgperiode" above "van" and "t/m"; and the last row of
        them.
        """
        last = index
        below = self._cells(index + 1)
        lower = _plain_titles(below)
        if len(set(lower) - {None}) >= 2 and not any(map(_is_value, below)):
            columns = [under or over for over, under in zip_longest(columns, lower)]
            last += 1
        blank = [
            column is None and not text_of(cell) for column, cell in zip_longest(columns, cells)
        ]
        above = _plain_titles(self._cells(index - 1))
        for i, title in enumerate(above[: len(columns)]):
            if blank[i]:
                columns[i] = title
        return columns, last

    def _cells(self, index: int) -> Sequence[Cell]:
        return self._rows[index][1] if 0 <= index < len(self._rows) else ()

    def _take(self, number: int, pairs: Sequence[tuple[Column, Cell]]) -> None:
        """Facts with their labels."""
        for column, value in pairs:
            if column is Column.ASIDE:
                continue
            client = self._client(number, column, value)
            client.setdefault(column, value)
            if len(self._clients) == 1 and not client.keys() & CLIENT:
                self._shared[column] = value
            if column in _FOR_ALL_LINES:
                self._labels[column] = value
            client.update(_said([value]) | client)

    def _client(self, number: int, column: Column, value: Cell) -> Record:
        """The client that a fact is told of: the next one when a client's own fact comes again."""
        current = self._clients[-1][1] if self._clients else {}
        differs = current.get(column, value) != value
        if self._clients and not (differs and column in CLIENT):
            if differs and column is not Column.REFERRER_DETAILS and current.keys() & CLIENT:
                self._doubt = True  # two products for one client
            return current
        if column is Column.BSN:
            for fact in CLIENT:
                self._labels.pop(fact, None)
        self._clients.append((number, {}))
        return self._clients[-1][1]

    def _label_above(self, index: int) -> Column | None:
        """The label that stands alone in the row above this single value."""
        if (
            index == 0
            or index - 1 == self._value_row
            or len(list(filter(text_of, self._rows[index][1]))) != 1
        ):
            return None
        return _lone_label(self._rows[index - 1][1])

    def _note_title(self, cells: Sequence[Cell]) -> None:
        """A line that is neither label nor table: a title may tell the month; running text may tell
        anything.
        """
        texts = [cell for cell in cells if isinstance(cell, str) and text_of(cell)]
        self._left_over |= self._free_text and any(map(str.isalpha, "".join(texts)))
        for text in texts:
            if _tells_period(text) and not self._labels.keys() & _TIME:
                self._labels[Column.PERIOD] = text

    # --- lines ------------------------------------------------------------------------

    def _labelled_clients(self) -> list[tuple[int, Record]]:
        """Clients of whom each fact stands beside its label."""
        clients = [
            (number, record) for number, record in self._clients if len(record.keys() & _CARE) >= 2
        ]
        numbered = [client for client in clients if Column.BSN in client[1]]
        if len({bsn_of(record[Column.BSN]) for _, record in numbered}) == 1 and len(clients) > 1:
            # One number, several names: the provider's and the client's.
            merged = dict(numbered[0][1])
            for _, record in clients:
                merged = _with_defaults(merged, record)
            return [(numbered[0][0], merged)]
        clients = [
            (number, _with_defaults(record, self._shared))
            for number, record in clients
            if is_client(record | self._shared)
        ]
        self._doubt |= any(
            len({bool(record.keys() & demand) for _, record in clients}) > 1 for demand in DEMANDS
        )
        return clients

    def _without_titles(self) -> list[_Segment]:
        """A table that begins with its first client, when the values themselves tell what they are."""
        rows = [
            (number, list(cells))
            for number, cells in self._rows
            if sum(1 for cell in cells if text_of(cell)) >= 3
        ]
        if self._free_text or self._clients or len(rows) < 2:
            return []
        segment = _Segment([], {}, rows)
        _infer(segment)
        _infer_days(segment)
        return [segment] if Column.BSN in segment.columns else []

    def _lines(self) -> list[tuple[int, Record]]:
        labels = self._labelled()
        lines = (line for segment in self.tables for line in self._lines_of(segment))
        records = [(number, _with_defaults(record, labels)) for number, record in lines]
        if self._guessed:
            self._doubt_guessed([record for _, record in records])
        return records

    def _lines_of(self, segment: _Segment) -> Iterator[tuple[int, Record]]:
        _infer(segment)
        untitled = [i for i, column in enumerate(segment.columns) if column is None]
        self._left_over |= any(text_of(cell) for i in untitled for cell in _column(segment, i))
        above: Record = {}
        own = [(number, _record(segment.columns, cells)) for number, cells in segment.rows]
        for place, (number, record) in enumerate(own):
            if number in segment.doubtful:
                record[Column.DOUBTFUL] = UNREAD
            above = _with_defaults(_as_line_above(record, above), segment.before)
            if not _heads_lines(record, own[place + 1 : place + 2]):
                yield number, above

    def _doubt_guessed(self, records: Sequence[Record]) -> None:
        """A cell that was put in the wrong column is no missing fact, and a wrong number is perhaps
        a piece of one that was broken off.
        """
        demands = [demand for demand in DEMANDS if demand & self._columns()]
        self._doubt |= any(not record.keys() & d for record in records for d in demands)
        for record in records:
            written = text_of(record.get(Column.BSN)) or ""
            if any(map(str.isdigit, written)) and not is_number(written):
                record[Column.BSN] = UNREAD


def _heads_lines(record: Record, below: Sequence[tuple[int, Record]]) -> bool:
    """Whether nothing but a client stands in a row, over the lines of that client."""
    alone = record.keys() <= CLIENT | {Column.ADDRESS, Column.DOUBTFUL}
    return alone and any(not line.keys() & CLIENT for _, line in below)


def _number_joined(cells: Sequence[Cell], start: int, end: int) -> list[Cell]:
    """A row in which a client's number that was written in several cells, such as a box for each
    digit, stands in the first of them; unread there when they do not make a number.
    """
    pieces = [text_of(cell) or "" for cell in cells[start:end]]
    count = next(
        (i for i, piece in enumerate(pieces) if not piece.isdecimal() or len(piece) > 4),
        len(pieces),
    )
    if count < 2:
        return list(cells)
    number = "".join(pieces[:count])
    whole = number if passes_eleven_test(number) else UNREAD
    return [*cells[:start], whole, *[None] * (count - 1), *cells[start + count :]]


def _titles(cells: Sequence[Cell]) -> list[Column | None] | None:
    """The meaning of each column when this is a row of titles; else None."""
    if any(map(_is_fact, cells)):
        return None
    columns = [column_of(text_of(cell) or "") for cell in cells]
    known = set(columns) - {None, Column.ASIDE}
    enough = len(known) >= 3 or (len(known) == 2 and known & {Column.BSN, Column.NAME})
    return columns if enough and known & _CARE else None


def _is_fact(cell: Cell) -> bool:
    """A number, a day, or a label with its value: no title."""
    text = text_of(cell) or ""
    if isinstance(cell, Decimal | dt.date) or sum(map(str.isdigit, text)) >= 4:
        return True
    return bool(text.partition(":")[2].strip())


def _plain_titles(cells: Sequence[Cell]) -> list[Column | None]:
    return [column_of(cell) if isinstance(cell, str) else None for cell in cells]


def _pairs(cells: Sequence[Cell], *, in_table: bool) -> Iterator[tuple[Column, Cell]]:
    """Labels with their values in one row.

    In a table only with a colon, since "huisarts" is a value there.
    """
    waiting: _Label | None = None
    filled = list(filter(text_of, cells))
    bare = not in_table and any(_plain_titles(filled[:1]))
    for cell in filled:
        label = waiting or _label(cell, in_table, bare)
        value = cell if waiting else label.value if label else None
        waiting = label if value is None else None
        if label and value is not None:
            # The day of a letter, or that of the care: only a person can tell.
            yield _meant(label.column, value), UNREAD if label.words in _ANY_DAY else value


def _meant(column: Column, cell: Cell) -> Column:
    """What a cell holds: the number of a client also where the client is asked for, "Cliënt: 999…"."""
    text = text_of(cell) or ""
    numbered = column is Column.NAME and len(text) == 9 and passes_eleven_test(text)
    return Column.BSN if numbered else column


@dataclass(frozen=True, slots=True)
class _Label:
    column: Column
    words: str
    value: Cell = None
    """When that stands behind it."""


def _label(cell: Cell, in_table: bool, bare: bool) -> _Label | None:
    """A label, with its value when that stands behind it; ``bare``: without any mark too."""
    text = (isinstance(cell, str) and text_of(cell)) or ""
    labelled = _LABELLED.fullmatch(text)
    if labelled and (column := column_of(labelled[1])):
        return _Label(column, normalise(labelled[1]), text_of(labelled[2]))
    leading = None if in_table else _LEADING.fullmatch(text)
    if leading and (column := column_of(leading["label"])):
        return _Label(column, normalise(leading["label"]), leading["value"])
    column = column_of(text) if bare and not leading else None
    return _Label(column, normalise(text)) if column else None


def _is_value(cell: Cell) -> bool:
    has_digit = not isinstance(cell, str) or any(map(str.isdigit, cell))
    return has_digit and text_of(cell) is not None


def _lone_label(cells: Sequence[Cell]) -> Column | None:
    texts = list(filter(text_of, cells))
    if len(texts) != 1 or not isinstance(texts[0], str):
        return None
    label = texts[0].rstrip(" :")
    return None if ":" in label or sum(map(str.isdigit, label)) >= 3 else column_of(label)


def _widened(segment: _Segment) -> list[Column | None]:
    width = max((len(cells) for _, cells in segment.rows), default=0)
    return [*segment.columns, *[None] * max(0, width - len(segment.columns))]


def _column(segment: _Segment, index: int) -> Iterator[Cell]:
    return (cells[index] for _, cells in segment.rows if index < len(cells))


def _infer(segment: _Segment) -> None:
    """Name columns without a known title by their values, for facts that no other column holds."""
    segment.columns = columns = _widened(segment)
    for index, column in enumerate(columns):
        if column is not None:
            continue
        values = list(filter(None, map(text_of, _column(segment, index))))
        if (
            values
            and (meaning := _meaning(values))
            and not any(demand & set(columns) for demand in DEMANDS if meaning in demand)
        ):
            columns[index] = meaning


def _infer_days(segment: _Segment) -> None:
    """Two columns of dates, the first never after the second, are begin and end."""
    if set(segment.columns) & _TIME:
        return
    days: list[tuple[int, list[dt.date]]] = []
    for index, values in enumerate(zip_longest(*(cells for _, cells in segment.rows))):
        read = list(filter(None, map(_day, values)))
        if segment.columns[index] is None and len(read) == len(values):
            days.append((index, read))
    if len(days) == 2 and all(map(operator.le, days[0][1], days[1][1])):
        segment.columns[days[0][0]], segment.columns[days[1][0]] = Column.START, Column.END


def _day(cell: Cell) -> dt.date | None:
    return read_day(cell) if isinstance(cell, str) else cell if isinstance(cell, dt.date) else None


def _meaning(values: Sequence[str]) -> Column | None:
    if len(set(values)) >= 2 and all(map(_is_bsn, values)):
        return Column.BSN
    if sum(bool(REFERRER_WORDS.search(normalise(value))) for value in values) >= 0.8 * len(values):
        return Column.REFERRER
    if all(PRODUCT_CODE.fullmatch(value) and any(map(str.isalpha, value)) for value in values):
        return Column.CODE
    return Column.PERIOD if all(map(_tells_period, values)) else None


def _is_bsn(text: str) -> bool:
    return passes_eleven_test(bsn_of(text) or "")


def _tells_period(text: str) -> bool:
    """More than one day."""
    start, end = read_period(text)
    return start is not None and end is not None and start != end


def _record(columns: Sequence[Column | None], cells: Sequence[Cell]) -> Record:
    record: Record = {}
    for column, cell in zip(columns, cells, strict=False):
        if column is None:
            continue
        if Column.BSN not in columns:
            column = _meant(column, cell)
        if column is Column.BSN and isinstance(cell, str) and any(map(str.isalpha, cell)):
            record.setdefault(column, cell)  # "onbekend" is not the number of the line above
        if column is Column.ASIDE or text_of(cell) is None:
            continue
        if is_zero(cell) and column in _NEVER_ZERO:
            cell = UNREAD  # of a formula to an empty cell, or of one that no program computed
        if column in (Column.NAME, Column.ADDRESS, Column.REFERRER_DETAILS) and column in record:
            record[column] = f"{text_of(record[column])} {text_of(cell)}"
        else:
            record.setdefault(column, cell)
    return _said(cells) | record


def _said(cells: Iterable[Cell]) -> Record:
    """What remarks tell: a secret address, no BSN."""
    texts = [words for cell in cells if isinstance(cell, str) and (words := normalise(cell))]
    return {
        column: "ja"
        for column, pattern in REMARKS.items()
        if any(pattern.search(words) and not DENIED.search(words) for words in texts)
    }


def _is_same_client(record: Record, above: Mapping[Column, Cell]) -> bool:
    number, name = above.get(Column.BSN), record.get(Column.NAME)
    if number is None:
        return False
    if Column.BSN in record:
        own = bsn_of(record[Column.BSN])
        return own == bsn_of(number) and own != UNREAD
    return name is None or name == above.get(Column.NAME)


def _as_line_above(record: Record, above: Mapping[Column, Cell]) -> Record:
    """Fill what stands once for several lines of one client: the number is blank, or the same as
    above.
    """
    if Column.WITHOUT_BSN in record or not _is_same_client(record, above):
        return record
    return record | {
        column: above[column]
        for column in _FROM_THE_LINE_ABOVE & above.keys()
        if not record.keys() & (_TIME if column in _TIME else _fact(column))
    }


def _with_defaults(record: Record, labels: Mapping[Column, Cell]) -> Record:
    return record | {c: v for c, v in labels.items() if not record.keys() & _fact(c)}


def _fact(column: Column) -> frozenset[Column]:
    """All columns that tell the same demanded fact."""
    return next((demand for demand in DEMANDS if column in demand), frozenset({column}))
