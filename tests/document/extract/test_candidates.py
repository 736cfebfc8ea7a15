"""How the best of several values is chosen."""

from __future__ import annotations

import pytest

from intake.document.extract.candidates import Candidate, choose
from intake.document.extract.weights import Table
from intake.document.layout.scoring import Position, factor, points, score
from tests.document.typed import sheet


class Weights(Table):
    NEAR = 0.1
    LEAST = 0.15
    LABEL = points(1.0, "staat bij een kopje")
    LOOSE = points(0.5, "staat los")
    FAR = factor(0.2, "staat ver")


def candidate(value: str, weight: float) -> Candidate[str]:
    page = sheet(value)
    cell = page.rows[0][0]
    return Candidate(value, score(points(weight, "gewicht")), page, cell, 0, len(value), "")


@pytest.mark.parametrize(
    ("weights", "value", "others"),
    [
        ([("a", 1.0), ("b", 0.5)], "a", []),
        ([("b", 0.5), ("a", 1.0)], "a", []),
        ([("a", 1.0), ("b", 0.95)], "a", ["b"]),
        ([("a", 0.5), ("b", 0.5)], "a", ["b"]),
        ([("a", 0.1)], None, []),
        ([], None, []),
        ([("a", 1.0), ("b", 0.98), ("b", 0.1)], "b", ["a"]),
        ([("a", 1.0), *[("b", 0.85)] * 30], "a", ["b"]),
        ([("a", 1.0), *[("b", 0.7)] * 30], "a", []),
    ],
)
def test_choice(weights: list[tuple[str, float]], value: str | None, others: list[str]) -> None:
    """A list of thirty dates would outweigh a label, or a doubt would be called certain."""
    field = choose([candidate(text, weight) for text, weight in weights], Weights)

    assert field.value == value
    assert [other.value for other in field.others] == others


@pytest.mark.parametrize(
    ("features", "weight"),
    [
        ((Weights.LABEL,), 1.0),
        ((Weights.LABEL, Position.RIGHT), 0.92),
        ((Weights.LABEL, Position.RIGHT, Weights.FAR), 0.184),
        ((Weights.LOOSE, None), 0.5),
        ((Weights.LOOSE.times(2),), 1.0),
        ((Weights.LABEL, Position.RIGHT.at(0.5)), 0.5),
        ((Weights.FAR,), 0.0),
    ],
)
def test_score_is_the_sum_of_its_gains(features: tuple[object, ...], weight: float) -> None:
    """A weight would hold a share that no name stands for."""
    why = score(*features)  # type: ignore[arg-type]

    assert why.weight == pytest.approx(weight)
    assert sum(gain for _, gain in why.gains) == pytest.approx(weight)


def test_a_feature_is_named_after_its_attribute() -> None:
    """An explanation would name nothing."""
    assert Weights.LABEL.name == "label"
    assert Position.RIGHT.at(0.5).name == "right"


def test_every_feature_of_every_table_has_a_sentence_of_its_own() -> None:
    """A person would read the same reason twice, for two things."""
    for table in Table.__subclasses__():
        sentences = [f.why for f in vars(table).values() if isinstance(f, type(Weights.LABEL))]
        assert all(sentences), table.__name__
