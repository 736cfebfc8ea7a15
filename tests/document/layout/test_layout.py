"""Words with boxes to cells, running text and the places of values, in small pages."""

from __future__ import annotations

import pytest

from intake.document.layout.label_index import index_labels
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import paragraphs_of
from intake.document.layout.running_text import flows_of
from tests.document.typed import sheet


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("Zorgpraktijk De Vlinder", ["Zorgpraktijk De Vlinder"]),
        ("Totaal          € 750,00", ["Totaal", "€ 750,00"]),
        ("KvK 12345678 | IBAN NL91", ["KvK 12345678", "IBAN NL91"]),
        ("a • b • c", ["a", "b", "c"]),
        ("| alleen", ["alleen"]),
    ],
)
def test_cells(line: str, cells: list[str]) -> None:
    """Two facts on one line would be one, or one fact two."""
    assert [cell.text for row in sheet(line).rows for cell in row] == cells


@pytest.mark.parametrize(
    ("page", "label", "slots"),
    [
        ("KvK: 12345678", Label.KVK, [("achter", ": 12345678", 1.0)]),
        ("KvK          12345678", Label.KVK, [("rechts van", "12345678", 0.92)]),
        ("KvK\n12345678", Label.KVK, [("onder", "12345678", 0.86)]),
        ("KvK          IBAN\n12345678     NL91ABNA", Label.KVK, [("onder", "12345678", 0.86)]),
        ("KvK          12345678      87654321", Label.KVK,
         [("rechts van", "12345678", 0.92), ("rechts van", "87654321", 0.368)]),
        ("KvK: 12345678\n87654321", Label.KVK,
         [("achter", ": 12345678", 1.0), ("onder", "87654321", 0.287)]),
        ("12345678\nKvK", Label.KVK, [("boven", "12345678", 0.34)]),
    ],
)  # fmt: skip
def test_slots(page: str, label: Label, slots: list[tuple[str, str, float]]) -> None:
    """The value of a neighbour would be read, or the right one weighed too light to count."""
    index = index_labels(sheet(page))
    found = list(index.slots(index.of[label][0]))

    assert [(slot.words, slot.text.strip()) for slot in found] == [slot[:2] for slot in slots]
    assert [slot.weight for slot in found] == pytest.approx([slot[2] for slot in slots])


@pytest.mark.parametrize(
    ("page", "label"),
    [
        ("KvK 12345678", Label.KVK),
        ("KvK          12345678", Label.KVK),
        ("KvK\n12345678", Label.KVK),
        ("Cliëntnummer 12345678", Label.CLIENT_NUMBER),
        ("12345678", None),
    ],
)
def test_governor(page: str, label: Label | None) -> None:
    """A number would be given to no label, or to another's."""
    index = index_labels(sheet(page))
    cell = next(cell for cell in index.sheet.cells if "12345678" in cell.text)
    start = cell.text.index("12345678")
    governor = index.governor(cell, start, cell.box_of(start, start + 8))

    assert (governor.label if governor else None) is label


def test_paragraphs_join_hyphenated_words() -> None:
    """ "vrijge-" and "steld" on two lines would be no exemption."""
    texts = [p.text for p in paragraphs_of(sheet("Deze zorg is vrijge-\nsteld van btw"))]

    assert texts == ["Deze zorg is vrijgesteld van btw"]


@pytest.mark.parametrize(
    ("page", "flows"),
    [
        ("wij zijn bij de Kamer van\nKoophandel bekend onder\n12345678",
         ["wij zijn bij de Kamer van Koophandel bekend onder 12345678"]),
        ("kort\nen een veel langere regel die niet meer past", []),
        ("alleen", []),
    ],
)  # fmt: skip
def test_running_text(page: str, flows: list[str]) -> None:
    """A label that breaks over two lines would be none."""
    assert [flow.rows[0][0].text for flow in flows_of(sheet(page))] == flows
