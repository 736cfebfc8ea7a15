"""Rows of cells to care lines: where the titles stand, which rows are data, which words stand
beside a value.

One walk from top to bottom. A row of titles opens a table; rows under it are care lines; a label
with a value beside or under it ("BSN: …", "Periode: september 2026") holds for the lines of its
client that have no such column.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from intake.secure_attachment.care_lines.cell_values import Cell, bsn_of, text_of
from intake.secure_attachment.care_lines.column_words import (
    DENIED,
    PRODUCT_CODE,
    REFERRER_WORDS,
    REMARKS,
    Column,
    column_of,
    normalise,
)
from intake.secure_attachment.care_lines.period import read_day, read_period
from intake.secure_attachment.care_lines.rows import Grid
from intake.text.bsn import passes_eleven_test
from intake.text.vocabulary import words

Record = dict[Column, Cell]

DEMANDS: tuple[frozenset[Column], ...] = (
    frozenset({Column.BSN}),
    frozenset({Column.REFERRER, Column.REFERRER_DETAILS}),
    frozenset({Column.CODE, Column.PRODUCT}),
    frozenset({Column.PERIOD, Column.START, Column.END, Column.DAY, Column.MONTH, Column.WEEK}),
)
"""The four facts of the municipality's page: BSN, verwijzer, productomschrijving, zorgperiode."""

_CLIENT = frozenset({Column.BSN, Column.NAME, Column.BIRTH})
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
    _CLIENT
    | DEMANDS[1]
    | DEMANDS[2]
    | _TIME
    | {Column.ADDRESS, Column.DECISION, Column.INVOICE, Column.HIDDEN_ADDRESS}
)

_WORDS = words("care_lines")
_TOTALS = re.compile(rf"(?:{'|'.join(_WORDS['totals'])})\b")
_LABELLED = re.compile(r"([^:=]{2,60}?)\s*[:=]\s*(.*)", re.DOTALL)
_LEADING = re.compile(
    rf"(?P<label>{'|'.join(_WORDS['labels'])})"
    r"(?:\s+(?:van\s+)?(?:de\s+)?(?:cliënt|client|jeugdige|is))?[\s:=-]+(?P<value>\S.*)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d.,])20[0-4]\d(?![\d.,]\d|\d)")
_HEADER_ROWS = 2_000


@dataclass(slots=True)
class _Segment:
    """One table, or one client's labels."""

    columns: list[Column | None]
    titles: list[str]
    before: Record
    """Labels that stood above it."""
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)


@dataclass(slots=True)
class Lines:
    """What one file gave."""

    records: list[tuple[int, Record]] = field(default_factory=list, repr=False)
    understood: bool = False
    """Each of the four facts has its place, or nothing is left in which it could stand."""
    year: int | None = None
    """The one year that stands above or beside the lines, for a "week 36" without one."""


def read(grids: Sequence[Grid]) -> Lines:
    """Care lines of all sheets of one file together."""
    walks = [_best_walk(grid) for grid in grids]
    with_client = [walk for walk in walks if walk.names_clients]
    # A sheet with tariffs or choices beside the sheet with clients is no care.
    used = [walk for walk in with_client or walks if walk.records]
    lines = Lines([record for walk in used for record in walk.records])
    lines.understood = bool(lines.records) and all(walk.understood for walk in used)
    years = {year for walk in used for year in walk.years}
    lines.year = years.pop() if len(years) == 1 else None
    return lines


def _best_walk(grid: Grid) -> _Walk:
    upright = _Walk(grid)
    if upright.tables or grid.free_text or not grid.rows or len(grid.rows) > 200:
        return upright
    width = max(len(cells) for _, cells in grid.rows)
    padded = [[*cells, *[None] * (width - len(cells))] for _, cells in grid.rows]
    turned = _Walk(
        Grid([(number, list(column)) for number, column in enumerate(zip(*padded, strict=True), 1)])
    )
    better = (turned.score, len(turned.records)) > (upright.score, len(upright.records))
    return turned if turned.tables and better else upright


class _Walk:
    """One walk through one grid."""

    def __init__(self, grid: Grid) -> None:
        self._free_text = grid.free_text
        self._guessed = grid.guessed
        self._rows = grid.rows
        self._segments: list[_Segment] = []
        self._labels: Record = {}
        self._clients: list[tuple[int, Record]] = []
        self._shared: Record = {}
        self._left_over = False
        self._columns_left_over = False
        self._doubt = False
        self._value_row = -1
        self._walk()
        self.tables = [
            segment for segment in self._segments if segment.rows
        ] or self._without_titles()
        self.records = self._lines() if self.tables else self._labelled_clients()
        known = {column for _, record in self.records for column in record}
        known |= {column for segment in self.tables for column in segment.columns if column}
        self._known = known
        self.names_clients = bool(known & _CLIENT)
        if not known & (_CLIENT | DEMANDS[1]) or (
            grid.free_text and Column.BSN not in known and not {Column.NAME, Column.BIRTH} <= known
        ):
            self.records = []  # an invoice and its anonymous specification have products and periods too

    @property
    def found_all(self) -> bool:
        return bool(self.records) and all(self._known & demand for demand in DEMANDS)

    @property
    def score(self) -> int:
        return sum(bool(self._known & demand) for demand in DEMANDS) if self.records else 0

    @property
    def understood(self) -> bool:
        nothing_left = not self._columns_left_over and not self._left_over
        return bool(self.records) and not self._doubt and (self.found_all or nothing_left)

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
        table: _Segment | None = None
        skip = -1
        for index, (number, cells) in enumerate(self._rows):
            if index <= skip or not any(text_of(cell) for cell in cells):
                continue
            titles = _titles(cells) if index < _HEADER_ROWS or table is None else None
            if titles is not None:
                columns, words, used = self._joined(index, titles, cells)
                skip = index + used
                table = _Segment(columns, words, dict(self._labels))
                self._segments.append(table)
            elif pairs := list(_pairs(cells, in_table=table is not None)):
                self._take(number, pairs)
                if table is not None and table.rows:
                    table = _Segment(table.columns, table.titles, dict(self._labels))
                    self._segments.append(table)
                elif table is not None:
                    table.before = dict(self._labels)
            elif table is not None:
                self._row(table, number, cells)
            elif label := self._label_above(index):
                self._take(number, [(label, next(cell for cell in cells if text_of(cell)))])
                self._value_row = index
            else:
                self._note_title(cells)

    def _joined(
        self, index: int, columns: list[Column | None], cells: Sequence[Cell]
    ) -> tuple[list[Column | None], list[str], int]:
        """Titles of two rows together: "Zorgperiode" above "van" and "t/m"."""
        words = [text_of(cell) or "" for cell in cells]
        used = 0
        if index + 1 < len(self._rows):
            below = self._rows[index + 1][1]
            lower = [column_of(cell) if isinstance(cell, str) else None for cell in below]
            texts = [cell for cell in below if text_of(cell)]
            if len({c for c in lower if c}) >= 2 and all(
                isinstance(cell, str) and not any(map(str.isdigit, cell)) for cell in texts
            ):
                width = max(len(columns), len(lower))
                columns, lower = (
                    [*columns, *[None] * (width - len(columns))],
                    [*lower, *[None] * (width - len(lower))],
                )
                columns = [
                    below_it or above for above, below_it in zip(columns, lower, strict=True)
                ]
                words = [*words, *[""] * (width - len(words))]
                used = 1
        if index:
            above = self._rows[index - 1][1]
            for i, cell in enumerate(above[: len(columns)]):
                if (
                    columns[i] is None
                    and isinstance(cell, str)
                    and not words[i]
                    and (column := column_of(cell))
                ):
                    columns[i] = column
        return columns, words, used

    def _row(self, table: _Segment, number: int, cells: list[Cell]) -> None:
        filled = {
            column
            for column, cell in zip(table.columns, cells, strict=False)
            if column and text_of(cell)
        }
        texts = [text for cell in cells if isinstance(cell, str) and (text := text_of(cell))]
        totals = [bool(_TOTALS.match(normalise(text))) for text in texts[:3]]
        if any(totals[:1]) or (
            any(totals) and not (Column.BSN in filled and _holds_bsn(table, cells))
        ):
            return
        if (len(filled) >= 2 and filled & _CARE) or (
            Column.BSN in filled and _holds_bsn(table, cells)
        ):
            table.rows.append((number, list(cells)))

    def _take(self, number: int, pairs: Sequence[tuple[Column, Cell]]) -> None:
        """Facts with their labels: of the next client when a client's own fact comes again."""
        for column, value in pairs:
            if column is Column.ASIDE:
                continue
            if not self._clients or (
                column in _CLIENT and self._clients[-1][1].get(column, value) != value
            ):
                self._clients.append((number, {}))
                if column is Column.BSN:
                    self._labels = {c: v for c, v in self._labels.items() if c not in _CLIENT}
            current = self._clients[-1][1]
            if (
                current.keys() & _CLIENT
                and column not in _CLIENT
                and column is not Column.REFERRER_DETAILS
                and current.get(column, value) != value
            ):
                self._doubt = True  # two products for one client
            current.setdefault(column, value)
            if len(self._clients) == 1 and not current.keys() & _CLIENT:
                self._shared[column] = value
            if column in _FOR_ALL_LINES:
                self._labels[column] = value
            current |= {fact: "ja" for fact in _said([value]) if fact not in current}

    def _label_above(self, index: int) -> Column | None:
        """The label that stands alone in the row above this single value."""
        if (
            index == 0
            or index - 1 == self._value_row
            or sum(1 for cell in self._rows[index][1] if text_of(cell)) != 1
        ):
            return None
        return _lone_label(self._rows[index - 1][1])

    def _note_title(self, cells: Sequence[Cell]) -> None:
        """A line that is neither label nor table: a title may tell the month; running text may tell
        anything.
        """
        texts = [cell for cell in cells if isinstance(cell, str) and text_of(cell)]
        if self._free_text and any(any(map(str.isalpha, text)) for text in texts):
            self._left_over = True
        for text in texts:
            if _tells_period(text) and not self._labels.keys() & _TIME:
                self._labels[Column.PERIOD] = text

    # --- lines ------------------------------------------------------------------------

    def _has_column(self, demand: frozenset[Column]) -> bool:
        return any(
            demand & {column for column in segment.columns if column} for segment in self.tables
        )

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
        clients = [(number, _with_defaults(record, self._shared)) for number, record in clients]
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
        segment = _Segment([], [], {}, rows)
        _infer(segment)
        _infer_days(segment)
        return [segment] if Column.BSN in segment.columns else []

    def _lines(self) -> list[tuple[int, Record]]:
        records: list[tuple[int, Record]] = []
        for segment in self.tables:
            _infer(segment)
            self._columns_left_over |= any(
                column is None and any(map(text_of, _column(segment, i)))
                for i, column in enumerate(_widened(segment))
            )
            above: Record = {}
            for number, cells in segment.rows:
                record = _record(segment.columns, cells)
                above = _with_defaults(_as_line_above(record, above), segment.before)
                records.append((number, above))
        for _, record in records:
            for column, value in self._labels.items():
                if not any(
                    record.keys() & demand
                    for demand in (*DEMANDS, frozenset({column}))
                    if column in demand
                ):
                    record[column] = value
        if self._guessed:  # a cell that was put in the wrong column is no missing fact
            self._doubt |= any(
                not record.keys() & demand
                for _, record in records
                for demand in DEMANDS
                if self._has_column(demand)
            )
        return records


def _titles(cells: Sequence[Cell]) -> list[Column | None] | None:
    """The meaning of each column when this is a row of titles; else None."""
    columns: list[Column | None] = []
    for cell in cells:
        if isinstance(cell, Decimal | dt.date):
            return None
        text = text_of(cell)
        if text is not None and (
            sum(map(str.isdigit, text)) >= 4 or (":" in text and text.split(":", 1)[1].strip())
        ):
            return None
        columns.append(column_of(text) if text else None)
    known = {column for column in columns if column and column is not Column.ASIDE}
    return (
        columns
        if len(known) >= 2
        and known & _CARE
        and (len(known) >= 3 or known & {Column.BSN, Column.NAME})
        else None
    )


def _pairs(cells: Sequence[Cell], *, in_table: bool) -> Iterator[tuple[Column, Cell]]:
    """Labels with their values in one row.

    In a table only with a colon, since "huisarts" is a value there.
    """
    waiting: Column | None = None
    first = next((cell for cell in cells if text_of(cell)), None)
    bare = not in_table and isinstance(first, str) and column_of(first) is not None
    for cell in cells:
        text = text_of(cell)
        if text is None:
            continue
        if waiting is not None:
            yield waiting, cell
            waiting = None
            continue
        if not isinstance(cell, str):
            continue
        labelled = _LABELLED.fullmatch(text)
        column = column_of(labelled[1]) if labelled else None
        if labelled and column:
            if value := text_of(labelled[2]):
                yield column, value
            else:
                waiting = column
        elif not in_table:
            if leading := _LEADING.fullmatch(text):
                if column := column_of(leading["label"]):
                    yield column, leading["value"]
            elif bare:
                waiting = column_of(text)


def _lone_label(cells: Sequence[Cell]) -> Column | None:
    texts = [cell for cell in cells if text_of(cell)]
    if len(texts) != 1 or not isinstance(texts[0], str):
        return None
    label = texts[0].rstrip(" :")
    return None if ":" in label or sum(map(str.isdigit, label)) >= 3 else column_of(label)


def _holds_bsn(table: _Segment, cells: Sequence[Cell]) -> bool:
    number = bsn_of(cells[table.columns.index(Column.BSN)])
    return number is not None and 7 <= len(number) <= 10


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
    days: list[tuple[int, list[dt.date | None]]] = []
    for index, column in enumerate(segment.columns):
        values = [cells[index] if index < len(cells) else None for _, cells in segment.rows]
        read = [
            (
                value
                if isinstance(value, dt.date)
                else read_day(value)
                if isinstance(value, str)
                else None
            )
            for value in values
        ]
        if column is None and all(read):
            days.append((index, read))
    if len(days) == 2 and all(
        first <= last for first, last in zip(days[0][1], days[1][1], strict=True) if first and last
    ):
        segment.columns[days[0][0]], segment.columns[days[1][0]] = Column.START, Column.END


def _meaning(values: Sequence[str]) -> Column | None:
    if len(set(values)) >= 2 and all(passes_eleven_test(bsn_of(value) or "") for value in values):
        return Column.BSN
    if sum(bool(REFERRER_WORDS.search(normalise(value))) for value in values) >= 0.8 * len(values):
        return Column.REFERRER
    if all(PRODUCT_CODE.fullmatch(value) and any(map(str.isalpha, value)) for value in values):
        return Column.CODE
    return Column.PERIOD if all(map(_tells_period, values)) else None


def _tells_period(text: str) -> bool:
    """More than one day."""
    start, end = read_period(text)
    return start is not None and end is not None and start != end


def _record(columns: Sequence[Column | None], cells: Sequence[Cell]) -> Record:
    record: Record = {}
    for column, cell in zip(columns, cells, strict=False):
        if column is None or column is Column.ASIDE or text_of(cell) is None:
            continue
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
    number = above.get(Column.BSN)
    if number is None or bsn_of(record.get(Column.BSN, number)) != bsn_of(number):
        return False
    name = record.get(Column.NAME)
    return Column.BSN in record or name is None or name == above.get(Column.NAME)


def _as_line_above(record: Record, above: Mapping[Column, Cell]) -> Record:
    """Fill what stands once for several lines of one client: the number is blank, or the same as
    above.
    """
    if Column.WITHOUT_BSN in record:
        return record
    if not _is_same_client(record, above):
        return record
    filled = dict(record)
    for column in _FROM_THE_LINE_ABOVE:
        group = next(
            (demand for demand in (*DEMANDS[1:3], _TIME) if column in demand), frozenset({column})
        )
        if column in above and not record.keys() & group:
            filled[column] = above[column]
    return filled


def _with_defaults(record: Record, labels: Mapping[Column, Cell]) -> Record:
    filled = dict(record)
    for column, value in labels.items():
        group = next((demand for demand in DEMANDS if column in demand), frozenset({column}))
        if not record.keys() & group:
            filled[column] = value
    return filled
