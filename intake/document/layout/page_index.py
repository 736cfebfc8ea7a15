"""One document, indexed once: its pages as cells, their labels, and its running text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from intake.document.layout.cells import Cell, Sheet, evidence, sheets_of
from intake.document.layout.label_index import Caption, LabelIndex, index_labels
from intake.document.layout.label_matcher import has_digit
from intake.document.layout.label_words import Label
from intake.document.layout.running_text import flows_of
from intake.model.document import Document, Page
from intake.model.invoice import Evidence
from intake.profile import Addressee
from intake.text.streets import street_in

T = TypeVar("T")

MOST_CHARACTERS = 80_000
"""Text beyond this is not searched; the document then counts as not fully read."""


@dataclass(eq=False, slots=True)
class Paragraph:
    """Cells that follow each other in one column, joined as running text."""

    sheet: Sheet
    cells: list[Cell]
    text: str = ""
    starts: list[int] = field(default_factory=list)

    def evidence(self, start: int, end: int) -> Evidence:
        """Where ``text[start:end]`` begins; a wrapped value is shown by its first line's box and
        its whole text.
        """
        cell, begin = self.cell_at(start)
        first = evidence(self.sheet, cell, begin, min(begin + end - start, len(cell.text)))
        return Evidence(first.page, first.box, self.text[start:end].strip(), first.reader)

    def cell_at(self, start: int) -> tuple[Cell, int]:
        at = max(i for i, s in enumerate(self.starts) if s <= start)
        return self.cells[at], start - self.starts[at]


@dataclass(eq=False, slots=True)
class PageIndex:
    """What every part of the finder looks at."""

    sheets: list[Sheet]
    """One a page, in their order; behind these what runs in another direction, as in a margin."""
    indexes: list[LabelIndex]
    paragraphs: list[Paragraph]
    buyer: Addressee
    complete: bool
    flows: list[LabelIndex] = field(default_factory=list)
    """Running text over several lines, each chain one long cell with its labels."""
    addressed: set[Cell] = field(default_factory=set)
    """Cells of the addressee's block; nothing in them is the supplier's."""
    cells: list[tuple[LabelIndex, Cell]] = field(init=False)
    flow_cells: list[tuple[LabelIndex, Cell]] = field(init=False)

    def __post_init__(self) -> None:
        self.cells = [(index, cell) for index in self.indexes for cell in index.sheet.cells]
        self.flow_cells = [(index, cell) for index in self.flows for cell in index.sheet.cells]

    def labelled(self, *labels: Label) -> Iterator[tuple[LabelIndex, Caption]]:
        return _labelled(self.indexes, labels)

    def without(self, numbers: Collection[int]) -> PageIndex:
        """The same index without some pages."""
        return PageIndex(
            [sheet for sheet in self.sheets if sheet.number not in numbers],
            [index for index in self.indexes if index.sheet.number not in numbers],
            [text for text in self.paragraphs if text.sheet.number not in numbers],
            self.buyer,
            self.complete,
            [flow for flow in self.flows if flow.sheet.number not in numbers],
        )

    def flowing(self, *labels: Label) -> Iterator[tuple[LabelIndex, Caption]]:
        """As :meth:`labelled`, in running text whose lines break between a label and its value, or
        within one.
        """
        return _labelled(self.flows, labels)


def _labelled(
    indexes: Iterable[LabelIndex], labels: Sequence[Label]
) -> Iterator[tuple[LabelIndex, Caption]]:
    for index in indexes:
        for label in labels:
            for caption in index.of.get(label, ()):
                yield index, caption


def index_pages(document: Document, buyer: Addressee) -> PageIndex:
    """Lay the document's visible words out and find its labels."""
    pages, complete = _within_limit(document.pages)
    laid_out = [sheets_of(page, document.reader) for page in pages]
    sheets = [page[0] for page in laid_out] + [other for page in laid_out for other in page[1:]]
    indexes = [index_labels(sheet) for sheet in sheets]
    alone = frozenset(chain.from_iterable(map(_standing_alone, indexes)))
    for index in indexes:
        index.alone = alone
    flows = [index_labels(flow) for sheet in sheets for flow in flows_of(sheet)]
    paragraphs = [paragraph for sheet in sheets for paragraph in paragraphs_of(sheet)]
    return PageIndex(sheets, indexes, paragraphs, buyer, complete, flows)


def _standing_alone(index: LabelIndex) -> Iterator[str]:
    """Texts that may be a name: without a label but "Praktijk …", and no address."""
    for cell in index.sheet.cells:
        named = all(a.label is Label.SUPPLIER for a in index.in_cell.get(cell, ()))
        if named and not (has_digit(cell.text) and street_in(cell.text)):
            yield cell.text


def _within_limit(pages: Sequence[Page]) -> tuple[list[Page], bool]:
    """The pages to search, in order: the first, the last, then the others until the text is too
    much.
    """
    chosen: set[int] = set()
    left = MOST_CHARACTERS
    for index in sorted(range(len(pages)), key=lambda i: (i != 0, i != len(pages) - 1, i)):
        length = sum(len(w.text) for w in pages[index].words)
        if length > left:
            continue
        left -= length
        chosen.add(index)
    return [page for index, page in enumerate(pages) if index in chosen], len(chosen) == len(pages)


def paragraphs_of(sheet: Sheet) -> Iterator[Paragraph]:
    """Every column of lines as running text; a word broken with a hyphen at a line's end is made
    whole.
    """
    taken: set[Cell] = set()
    for cell in sheet.cells:
        if cell in taken:
            continue
        chain = [cell]
        while following := _next_line(sheet, chain[-1], taken):
            taken.add(following)
            chain.append(following)
        paragraph = Paragraph(sheet, chain)
        text = ""
        for piece in chain:
            if text.endswith("-") and piece.text[:1].islower() and text[-2:-1].isalpha():
                text = text[:-1]
            elif text:
                text += " "
            paragraph.starts.append(len(text))
            text += piece.text
        paragraph.text = text
        yield paragraph


def _next_line(sheet: Sheet, cell: Cell, taken: set[Cell]) -> Cell | None:
    left, bottom = cell.box[0], cell.box[3]
    for row in sheet.rows[cell.row + 1 : cell.row + 4]:
        for other in row:
            its_left, its_top, _, _ = other.box
            aligned = -3 < its_left - left < 3 and other not in taken
            if (
                aligned
                and -3 < its_top - bottom < 0.95 * cell.height
                and 0.8 < other.size / cell.size < 1.25
            ):
                return other
    return None
