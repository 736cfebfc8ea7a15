"""Named reasons that make a value likely, and the score that they add up to.

A weight has a name: every number by which one value is chosen over another is a ``Feature`` in a
table (positions: here; fields: ``extract/weights.py``), with a Dutch sentence for whoever asks why.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(eq=False, slots=True)
class Feature:
    """A reason for or against a value; its name is that of the table's attribute.

    ``points`` are added to the score. A ``factor`` multiplies what the features before it gave: a
    label far from its value is worth a share of the label.
    """

    why: str
    points: float = 0.0
    factor: float = 1.0
    name: str = ""

    def __set_name__(self, table: type, name: str) -> None:
        self.name = name.lower().replace("_", "-")

    def when(self, applies: object) -> Feature | None:
        return self if applies else None

    def times(self, degree: float) -> Feature:
        """The feature so many times over."""
        return Feature(self.why, self.points * degree, self.factor, self.name)

    def at(self, factor: float) -> Feature:
        """The feature with this factor instead of the table's."""
        return Feature(self.why, self.points, factor, self.name)


def points(value: float, why: str) -> Feature:
    return Feature(why, points=value)


def factor(value: float, why: str) -> Feature:
    return Feature(why, factor=value)


@dataclass(frozen=True, slots=True)
class Score:
    """The sum of what each feature gave."""

    weight: float = 0.0
    gains: tuple[tuple[Feature, float], ...] = ()

    def plus(self, *features: Feature | None) -> Score:
        """The score with more features, in their order; None is none."""
        weight, gains = self.weight, list(self.gains)
        for feature in features:
            if feature is None:
                continue
            after = weight * feature.factor + feature.points
            gains.append((feature, after - weight))
            weight = after
        return Score(weight, tuple(gains))


def score(*features: Feature | None) -> Score:
    return Score().plus(*features)


class Position:
    """Where a value stands from its label: what share of the label's points it keeps."""

    BEHIND = factor(1.0, "staat direct achter het kopje")
    RIGHT = factor(0.92, "staat rechts van het kopje")
    WRAPPED = factor(0.86, "staat op de volgende regel van het kopje")
    UNDER = factor(0.82, "staat onder het kopje")
    BEFORE = factor(0.4, "staat voor het kopje")
    OVER = factor(0.34, "staat boven het kopje")


class Fading:
    """What a position loses by what lies between it and the label."""

    NEXT_CELL = factor(0.75, "er staat een cel met woorden tussen")
    NEXT_NUMBER = factor(0.4, "er staat een cel met een getal tussen")
    NEXT_LINE = factor(0.6, "er staat een regel tussen")
    SERVED = factor(0.35, "het kopje heeft al een getal dichterbij")
    RIGHT_OF_TEXT = factor(0.8, "achter het kopje staan al woorden")
    UNDER_TEXT = factor(0.85, "achter of naast het kopje staan al woorden")
    SHARED = factor(0.75, "het hoort eerder bij een ander kopje waarmee dit kopje samen staat")
    OTHER_COLUMN = factor(0.5, "in deze kolom staan de waarden onder hun kopjes")
