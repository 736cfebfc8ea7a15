"""A page as strokes of text at places, and three producers that draw them: reportlab's canvas,
fpdf2 and cairo.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from pathlib import Path

import cairocffi
from fpdf import FPDF
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595.0, 842.0
FONTS = Path("/usr/share/fonts/truetype/liberation")
_FILES = {
    "Sans": "LiberationSans-Regular.ttf",
    "Sans-Bold": "LiberationSans-Bold.ttf",
    "Serif": "LiberationSerif-Regular.ttf",
    "Serif-Bold": "LiberationSerif-Bold.ttf",
}
for _name, _file in _FILES.items():
    pdfmetrics.registerFont(TTFont(_name, str(FONTS / _file)))


@dataclass
class Stroke:
    page: int
    x: float
    y: float
    text: str
    size: float
    font: str


class Paper:
    """Collects text at x and y in points from the top left; the layout turns the page."""

    def __init__(self, serif: bool = False) -> None:
        self.family = "Serif" if serif else "Sans"
        self.page = 0
        self.strokes: list[Stroke] = []

    def width(self, text: str, size: float, bold: bool = False) -> float:
        return float(stringWidth(text, self.family + ("-Bold" if bold else ""), size))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 10,
        bold: bool = False,
        align: str = "left",
    ) -> None:
        if text:
            wide = self.width(text, size, bold)
            if align == "centre" and wide > WIDTH - 60 and " " in text:
                words = text.split(" ")
                half = next(
                    i
                    for i in range(1, len(words))
                    if self.width(" ".join(words[:i]), size, bold) > wide / 2 - 20
                    or i == len(words) - 1
                )
                self.text(x, y, " ".join(words[:half]), size, bold, align)
                self.text(x, y + 1.25 * size, " ".join(words[half:]), size, bold, align)
                return
            left = x - wide if align == "right" else x - wide / 2 if align == "centre" else x
            self.strokes.append(
                Stroke(self.page, left, y, text, size, self.family + ("-Bold" if bold else ""))
            )

    def lines(
        self,
        x: float,
        y: float,
        texts: list[str],
        size: float = 10,
        step: float = 13,
        bold: bool = False,
        align: str = "left",
    ) -> float:
        for text in texts:
            self.text(x, y, text, size, bold, align)
            y += step
        return y

    def wrapped(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        size: float = 10,
        step: float = 13,
        justified: bool = False,
    ) -> float:
        """Running text; a line is full at ``width``. Justified text is set word by word."""
        words = text.split()
        line: list[str] = []
        while words or line:
            while words and (not line or self.width(" ".join([*line, words[0]]), size) <= width):
                line.append(words.pop(0))
            if justified and words and len(line) > 1:
                gap = (width - sum(self.width(w, size) for w in line)) / (len(line) - 1)
                at = x
                for word in line:
                    self.text(at, y, word, size)
                    at += self.width(word, size) + gap
            else:
                self.text(x, y, " ".join(line), size)
            y, line = y + step, []
        return y

    def broken(
        self, x: float, y: float, width: float, text: str, size: float = 8, step: float = 10
    ) -> float:
        """Like a narrow column that breaks anywhere, also in the middle of a number (at its spaces,
        dots and hyphens).
        """
        return self.wrapped(x, y, width, text, size, step)

    def table(
        self,
        y: float,
        heads: tuple[str, ...],
        rows: list[tuple[str, ...]],
        left: float = 50,
        right: float = 545,
        size: float = 9,
        step: float = 15,
        top: float = 60,
    ) -> float:
        """First column left, the others flush right; goes on on the next page with its heads."""
        columns = len(heads) - 1
        places = [
            right - (columns - 1 - i) * (min(86.0, (right - left) * 0.62 / columns))
            for i in range(columns)
        ]

        def head(at: float) -> float:
            self.text(left, at, heads[0], size, True)
            for place, text in zip(places, heads[1:], strict=True):
                self.text(place, at, text, size, True, "right")
            return at + step + 2

        y = head(y)
        for row in rows:
            if y > 770:
                self.page += 1
                y = head(top)
            self.text(left, y, row[0], size)
            for place, text in zip(places, row[1:], strict=True):
                self.text(place, y, text, size, align="right")
            y += step
        return y + 6

    def room(self, y: float, need: float, top: float = 60) -> float:
        """Turn the page when ``need`` points are not left above the footer."""
        if y + need <= 800:
            return y
        self.page += 1
        return top


def by_reportlab(
    paper: Paper,
    rng: random.Random,
    shuffled: bool = True,
    letters: bool = False,
    kerned: bool = False,
) -> bytes:
    """Strokes in no reading order; ``letters`` draws each letter by itself, ``kerned`` breaks words
    after their first letter.
    """
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT))
    for page in range(paper.page + 1):
        strokes = [
            piece for s in paper.strokes if s.page == page for piece in _pieces(s, letters, kerned)
        ]
        if shuffled:
            rng.shuffle(strokes)
        for s in strokes:
            canvas.setFont(s.font, s.size)
            canvas.drawString(s.x, HEIGHT - s.y, s.text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _pieces(stroke: Stroke, letters: bool, kerned: bool) -> list[Stroke]:
    if letters:
        at, pieces = stroke.x, []
        for char in stroke.text:
            if char != " ":
                pieces.append(Stroke(stroke.page, at, stroke.y, char, stroke.size, stroke.font))
            at += stringWidth(char, stroke.font, stroke.size)
        return pieces
    if kerned and stroke.text[:1] in "FKTV" and len(stroke.text) > 3:
        first = stringWidth(stroke.text[0], stroke.font, stroke.size) + 0.16 * stroke.size
        return [
            Stroke(stroke.page, stroke.x, stroke.y, stroke.text[0], stroke.size, stroke.font),
            Stroke(
                stroke.page, stroke.x + first, stroke.y, stroke.text[1:], stroke.size, stroke.font
            ),
        ]
    return [stroke]


def by_fpdf2(paper: Paper, rng: random.Random) -> bytes:
    pdf = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    pdf.set_auto_page_break(False)
    for name, file in _FILES.items():
        if name.startswith(paper.family):
            pdf.add_font(name, "", str(FONTS / file))
    for page in range(paper.page + 1):
        pdf.add_page()
        for s in paper.strokes:
            if s.page == page:
                pdf.set_font(s.font, "", s.size)
                pdf.text(s.x, s.y, s.text)
    return bytes(pdf.output())


def by_cairo(paper: Paper, rng: random.Random) -> bytes:
    buffer = io.BytesIO()
    surface = cairocffi.PDFSurface(buffer, WIDTH, HEIGHT)
    context = cairocffi.Context(surface)
    for page in range(paper.page + 1):
        for s in paper.strokes:
            if s.page == page:
                family = "Liberation Serif" if s.font.startswith("Serif") else "Liberation Sans"
                context.select_font_face(
                    family,
                    cairocffi.FONT_SLANT_NORMAL,
                    (
                        cairocffi.FONT_WEIGHT_BOLD
                        if s.font.endswith("Bold")
                        else cairocffi.FONT_WEIGHT_NORMAL
                    ),
                )
                context.set_font_size(s.size)
                context.move_to(s.x, s.y)
                context.show_text(s.text)
        context.show_page()
    surface.finish()
    return buffer.getvalue()
