"""From PDF user space (origin below left, unrotated) to what a person sees (origin top left, as
displayed).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.model.basics import Box

Rectangle = tuple[float, float, float, float]
"""left, bottom, right, top in PDF user space."""


def levelled(shape: Rectangle, quarters: int) -> Rectangle:
    """A rectangle of user space, turned clockwise about the origin: text that runs up by one quarter
    lies level then.
    """
    left, bottom, right, top = shape
    if quarters == 0:
        return shape
    if quarters == 1:
        return bottom, -right, top, -left
    if quarters == 2:
        return -right, -top, -left, -bottom
    return -top, left, -bottom, right


def turned_box(box: Box, quarters: int, width: float, height: float) -> Box:
    """A box of a page of this width and height when the page is turned clockwise by quarters."""
    x0, top, x1, bottom = box
    if quarters == 0:
        return box
    if quarters == 1:
        return height - bottom, x0, height - top, x1
    if quarters == 2:
        return width - x1, height - bottom, width - x0, height - top
    return top, width - x1, bottom, width - x0


def text_quarters(matrix: Sequence[float], negative: bool = False) -> int:
    """By how many quarters against the clock a text matrix turns letters; 0 for letters in a mirror
    or aslant.

    Args:
        negative: the font size is below zero, which turns them by two quarters more.
    """
    a, b, c, d = matrix[:4]
    if a * d - b * c < 0:
        return 0
    if negative:
        a, b = -a, -b
    if abs(b) > 2 * abs(a):
        return 1 if b > 0 else 3
    return 2 if a < -2 * abs(b) else 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page's visible part lies in user space, and how it is turned for display (quarter
    turns clockwise).
    """

    visible: Rectangle
    turns: int

    @property
    def width(self) -> float:
        left, bottom, right, top = self.visible
        return top - bottom if self.turns % 2 else right - left

    @property
    def height(self) -> float:
        left, bottom, right, top = self.visible
        return right - left if self.turns % 2 else top - bottom

    def box(self, shape: Rectangle) -> Box:
        """The same rectangle in points from the page's top left, as displayed."""
        x0, y0, x1, y1 = shape
        left, bottom, right, top = self.visible
        if self.turns == 0:
            return x0 - left, top - y1, x1 - left, top - y0
        if self.turns == 1:
            return y0 - bottom, x0 - left, y1 - bottom, x1 - left
        if self.turns == 2:
            return right - x1, y0 - bottom, right - x0, y1 - bottom
        return top - y1, right - x1, top - y0, right - x0
