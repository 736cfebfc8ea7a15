"""What stands on a page beside its letters: pictures, drawing, and what was painted over the text."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.document.readers import pdfium
from intake.document.readers.coordinates import Rectangle

MAX_OBJECTS = 20_000
"""Objects looked at on one page; what lies behind is not judged."""
MAX_FORM_DEPTH = 4
PICTURE_SHARE = 0.06
"""A picture could hold text when it takes this share of the page (a logo of 5 × 4 cm takes 4 %)
…"""
STRIP_SHARE, STRIP_HEIGHT = 0.45, 10.0
"""… or when it is a strip over nearly half the page's width, high enough for a line of small
print."""
THIN = 2.5
"""Points: the widest stroke that crosses a word out and does not cover it."""
MIN_PIXELS = 8
"""Fewer pixels than this, high or wide, cannot show letters."""
MAX_PIXELS = 150_000_000
"""A page of A3 at 600 dots an inch has 70 million."""
DRAWN_SEGMENTS, DRAWN_SEGMENTS_ALONE = 1500, 200
"""Curve points of filled shapes: two lines of small print as outlines have some 1500; alone on a
page fewer tell enough."""

_TEXT, _PATH, _IMAGE, _SHADING, _FORM = 1, 2, 3, 4, 5
_RECTANGLE_SEGMENTS = 6
_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Scene:
    """The objects of a page in the order they are painted, in user space."""

    order: dict[int, int] = field(default_factory=dict)
    """Text object → its turn in painting."""
    covers: list[tuple[int, Rectangle]] = field(default_factory=list)
    """Turn and place of filled shapes and pictures, which hide what was painted before."""
    lines: list[Rectangle] = field(default_factory=list)
    """Thin level lines and bars, which may cross out a word."""
    pictures: list[Rectangle] = field(default_factory=list)
    has_giant: bool = False
    """A picture of more than ``MAX_PIXELS``: drawing it could take all memory."""
    segments: int = 0
    """Curve points of filled shapes that are no rectangles."""


def scene_of(page: int) -> Scene:
    """Walk all objects of a page, those inside forms too."""
    scene, asked = Scene(), _Asked()
    for turn, (item, kind, matrix) in enumerate(
        _objects(
            page,
            pdfium.object_at,
            pdfium.count_objects(page),
            _IDENTITY,
            MAX_FORM_DEPTH,
            [MAX_OBJECTS],
        ),
        1,
    ):
        if kind == _TEXT:
            scene.order[item] = turn
        elif kind == _IMAGE:
            bounds = asked.bounds(item, matrix)
            scene.covers.append((turn, bounds))
            width, height = asked.pixels(item)
            scene.has_giant |= width * height > MAX_PIXELS
            if min(width, height) >= MIN_PIXELS:
                scene.pictures.append(bounds)
        elif kind == _SHADING:
            scene.covers.append((turn, asked.bounds(item, matrix)))
        elif kind == _PATH:
            bounds = asked.bounds(item, matrix)
            if min(bounds[2] - bounds[0], bounds[3] - bounds[1]) < THIN:
                scene.lines.append(bounds)
            if asked.is_filled(item):
                segments = pdfium.count_segments(item)
                scene.segments += segments if segments > _RECTANGLE_SEGMENTS else 0
                scene.covers.append((turn, bounds))
    return scene


def _objects(
    holder: int, at: pdfium.Call, count: int, matrix: _Matrix, depth: int, budget: list[int]
) -> Iterator[tuple[int, int, _Matrix]]:
    """The objects of a page or a form, with their kind and the matrix of the form they stand in.

    Args:
        budget: how many objects may still be looked at on this page.
    """
    for index in range(min(count, budget[0])):
        item = at(holder, index)
        budget[0] -= 1
        if budget[0] < 0:
            return
        kind = pdfium.object_type(item) if item else _FORM
        if kind != _FORM:
            yield item, kind, matrix
        elif item and depth:
            inner = _multiplied(_matrix(item), matrix)
            yield from _objects(
                item, pdfium.object_in_form, pdfium.count_in_form(item), inner, depth - 1, budget
            )


def _matrix(item: int) -> _Matrix:
    values = (ctypes.c_float * 6)()
    if not pdfium.object_matrix(item, ctypes.addressof(values)):
        return _IDENTITY
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


def _multiplied(one: _Matrix, other: _Matrix) -> _Matrix:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


class _Asked:
    """What PDFium tells of one object after another, each time into the same few bytes."""

    def __init__(self) -> None:
        self._shape = array("f", bytes(16))
        self._shape_places = [self._shape.buffer_info()[0] + 4 * side for side in range(4)]
        self._pair = array("I", bytes(8))
        self._pair_places = [self._pair.buffer_info()[0] + 4 * half for half in range(2)]

    def bounds(self, item: int, matrix: _Matrix) -> Rectangle:
        """Left, bottom, right and top; zeros of an object that has none."""
        if not pdfium.object_bounds(item, *self._shape_places):
            ctypes.memset(self._shape_places[0], 0, 16)
        left, bottom, right, top = self._shape
        if matrix == _IDENTITY:
            return left, bottom, right, top
        a, b, c, d, e, f = matrix
        xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
        ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
        return min(xs), min(ys), max(xs), max(ys)

    def is_filled(self, item: int) -> bool:
        """Whether a path is more than lines."""
        return bool(pdfium.draw_mode(item, *self._pair_places)) and self._pair[0] != 0

    def pixels(self, item: int) -> tuple[int, int]:
        """Width and height; the least that can show letters when the file does not tell."""
        known = pdfium.pixel_size(item, *self._pair_places)
        return (self._pair[0], self._pair[1]) if known else (MIN_PIXELS, MIN_PIXELS)


def large_pictures(scene: Scene, visible: Rectangle) -> list[Rectangle]:
    """The pictures that could hold text nobody has read; the strips of one sliced scan count as
    one.
    """
    page_width, page_height = visible[2] - visible[0], visible[3] - visible[1]
    result = []
    for picture in _merged(
        [clipped for clipped in (_clipped(p, visible) for p in scene.pictures) if clipped]
    ):
        width, height = picture[2] - picture[0], picture[3] - picture[1]
        strip = (
            max(width / page_width, height / page_height) >= STRIP_SHARE
            and min(width, height) >= STRIP_HEIGHT
        )
        if strip or width * height >= PICTURE_SHARE * page_width * page_height:
            result.append(picture)
    return result


def _clipped(shape: Rectangle, visible: Rectangle) -> Rectangle | None:
    left, bottom = max(shape[0], visible[0]), max(shape[1], visible[1])
    right, top = min(shape[2], visible[2]), min(shape[3], visible[3])
    return (left, bottom, right, top) if right > left and top > bottom else None


def _merged(pictures: list[Rectangle]) -> list[Rectangle]:
    """Join pictures that touch and line up: one after the other, from the top."""
    merged: list[Rectangle] = []
    for picture in sorted(pictures, key=lambda p: (-p[3], p[0])):
        last = merged[-1] if merged else None
        if last is not None and _line_up(last, picture):
            merged[-1] = (
                min(last[0], picture[0]),
                min(last[1], picture[1]),
                max(last[2], picture[2]),
                max(last[3], picture[3]),
            )
        else:
            merged.append(picture)
    return merged


def _line_up(one: Rectangle, other: Rectangle) -> bool:
    side_by_side = (
        abs(one[1] - other[1]) < 2 and abs(one[3] - other[3]) < 2 and other[0] - one[2] < 2
    )
    stacked = abs(one[0] - other[0]) < 2 and abs(one[2] - other[2]) < 2 and one[1] - other[3] < 2
    return side_by_side or stacked


def is_drawn(scene: Scene, has_text: bool) -> bool:
    """Whether letters may be drawn as shapes."""
    return scene.segments >= (DRAWN_SEGMENTS if has_text else DRAWN_SEGMENTS_ALONE)
