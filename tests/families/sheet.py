"""A page on which a template places each text, rule and box itself, and the three engines that
print it: reportlab, fpdf2 and cairo.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cairocffi
from fpdf import FPDF
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595.28, 841.89
_FOLDER = Path("/usr/share/fonts/truetype/liberation")
_FILES = {
    "sans": "LiberationSans-Regular",
    "sans-bold": "LiberationSans-Bold",
    "serif": "LiberationSerif-Regular",
    "serif-bold": "LiberationSerif-Bold",
    "mono": "LiberationMono-Regular",
    "mono-bold": "LiberationMono-Bold",
    "narrow": "LiberationSansNarrow-Regular",
    "narrow-bold": "LiberationSansNarrow-Bold",
}
_CAIRO = {
    "sans": "Liberation Sans",
    "serif": "Liberation Serif",
    "mono": "Liberation Mono",
    "narrow": "Liberation Sans Narrow",
}
for _name, _file in _FILES.items():
    pdfmetrics.registerFont(TTFont(f"sheet-{_name}", str(_FOLDER / f"{_file}.ttf")))


@dataclass(frozen=True)
class Text:
    x: float
    y: float
    text: str
    size: float
    font: str
    colour: str
    turn: int
    """Degrees anticlockwise."""


@dataclass(frozen=True)
class Box:
    """A rectangle; a rule when it has no height or no width."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    line: str
    thick: float


@dataclass
class Sheet:
    """Places in points from the top left; ``y`` of a text is its baseline."""

    family: str = "sans"
    size: float = 9.5
    width: float = WIDTH
    height: float = HEIGHT
    pages: list[list[Text | Box]] = field(default_factory=lambda: [[]])

    def turn_page(self) -> None:
        self.pages.append([])

    def length(self, text: str, size: float = 0, *, bold: bool = False) -> float:
        font = f"sheet-{self.family}{'-bold' if bold else ''}"
        return float(pdfmetrics.stringWidth(text, font, size or self.size))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 0,
        *,
        bold: bool = False,
        align: str = "l",
        colour: str = "#000000",
        turn: int = 0,
    ) -> None:
        """``align``: ``l``, ``c`` or ``r`` of ``x``."""
        size = size or self.size
        left = x - self.length(text, size, bold=bold) * {"l": 0, "c": 0.5, "r": 1}[align]
        font = f"{self.family}{'-bold' if bold else ''}"
        if text:
            self.pages[-1].append(Text(left, y, text, size, font, colour, turn))

    def spaced(self, x: float, y: float, text: str, size: float, gap: float) -> None:
        """Letter by letter, with room between."""
        for letter in text:
            self.text(x, y, letter, size, bold=True)
            x += self.length(letter, size, bold=True) + gap

    def lines(
        self,
        x: float,
        y: float,
        texts: Sequence[str],
        size: float = 0,
        *,
        step: float = 0,
        bold: bool = False,
        align: str = "l",
        colour: str = "#000000",
    ) -> float:
        """One under another; where the next would come."""
        for text in texts:
            self.text(x, y, text, size, bold=bold, align=align, colour=colour)
            y += step or 1.3 * (size or self.size)
        return y

    def fold(self, text: str, width: float, size: float = 0, *, bold: bool = False) -> list[str]:
        """Lines of at most ``width``, broken at spaces; a word that is too long stays whole."""
        lines: list[str] = []
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.length(longer, size, bold=bold) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def wrapped(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        size: float = 0,
        *,
        bold: bool = False,
        colour: str = "#000000",
    ) -> float:
        folded = self.fold(text, width, size, bold=bold)
        return self.lines(x, y, folded, size, bold=bold, colour=colour)

    def rule(
        self, x: float, y: float, right: float, thick: float = 0.6, colour: str = "#000000"
    ) -> None:
        self.pages[-1].append(Box(x, y, right - x, 0, "", colour, thick))

    def upright(
        self, x: float, y: float, bottom: float, thick: float = 0.6, colour: str = "#000000"
    ) -> None:
        self.pages[-1].append(Box(x, y, 0, bottom - y, "", colour, thick))

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "",
        line: str = "#000000",
        thick: float = 0.6,
    ) -> None:
        """``line`` '' for none."""
        self.pages[-1].append(Box(x, y, width, height, fill, line, thick))

    def by_reportlab(self) -> bytes:
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(self.width, self.height))
        for marks in self.pages:
            for mark in marks:
                if isinstance(mark, Text):
                    canvas.saveState()
                    canvas.setFillColor(HexColor(mark.colour))
                    canvas.translate(mark.x, self.height - mark.y)
                    canvas.rotate(mark.turn)
                    canvas.setFont(f"sheet-{mark.font}", mark.size)
                    canvas.drawString(0, 0, mark.text)
                    canvas.restoreState()
                    continue
                canvas.setLineWidth(mark.thick)
                if mark.line:
                    canvas.setStrokeColor(HexColor(mark.line))
                top = self.height - mark.y
                if not mark.width or not mark.height:
                    canvas.line(mark.x, top, mark.x + mark.width, top - mark.height)
                    continue
                if mark.fill:
                    canvas.setFillColor(HexColor(mark.fill))
                canvas.rect(
                    mark.x,
                    top - mark.height,
                    mark.width,
                    mark.height,
                    stroke=int(bool(mark.line)),
                    fill=int(bool(mark.fill)),
                )
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    def by_fpdf2(self) -> bytes:
        pdf = FPDF(unit="pt", format=(self.width, self.height))
        pdf.set_auto_page_break(False)
        for name, file in _FILES.items():
            if name.startswith(self.family):
                pdf.add_font(name, "", str(_FOLDER / f"{file}.ttf"))
        for marks in self.pages:
            pdf.add_page()
            for mark in marks:
                if isinstance(mark, Text):
                    pdf.set_font(mark.font, "", mark.size)
                    pdf.set_text_color(*_rgb(mark.colour))
                    with pdf.rotation(mark.turn, mark.x, mark.y):
                        pdf.text(mark.x, mark.y, mark.text)
                    continue
                pdf.set_line_width(mark.thick)
                if mark.line:
                    pdf.set_draw_color(*_rgb(mark.line))
                if not mark.width or not mark.height:
                    pdf.line(mark.x, mark.y, mark.x + mark.width, mark.y + mark.height)
                    continue
                if mark.fill:
                    pdf.set_fill_color(*_rgb(mark.fill))
                style = ("D" if mark.line else "") + ("F" if mark.fill else "")
                pdf.rect(mark.x, mark.y, mark.width, mark.height, style)
        return bytes(pdf.output())

    def by_cairo(self) -> bytes:
        out = io.BytesIO()
        surface = cairocffi.PDFSurface(out, self.width, self.height)
        context = cairocffi.Context(surface)
        for marks in self.pages:
            for mark in marks:
                _cairo_text(context, mark) if isinstance(mark, Text) else _cairo_box(context, mark)
            context.show_page()
        surface.finish()
        return out.getvalue()


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _ink(context: cairocffi.Context, colour: str) -> None:
    context.set_source_rgb(*(part / 255 for part in _rgb(colour)))


def _cairo_text(context: cairocffi.Context, mark: Text) -> None:
    family, _, bold = mark.font.partition("-")
    weight = cairocffi.FONT_WEIGHT_BOLD if bold else cairocffi.FONT_WEIGHT_NORMAL
    context.save()
    _ink(context, mark.colour)
    context.select_font_face(_CAIRO[family], cairocffi.FONT_SLANT_NORMAL, weight)
    context.set_font_size(mark.size)
    context.translate(mark.x, mark.y)
    context.rotate(-mark.turn * 3.141592653589793 / 180)
    context.move_to(0, 0)
    context.show_text(mark.text)
    context.restore()


def _cairo_box(context: cairocffi.Context, mark: Box) -> None:
    if not mark.width or not mark.height:
        context.move_to(mark.x, mark.y)
        context.line_to(mark.x + mark.width, mark.y + mark.height)
    else:
        context.rectangle(mark.x, mark.y, mark.width, mark.height)
        if mark.fill:
            _ink(context, mark.fill)
            context.fill_preserve()
    if mark.line:
        _ink(context, mark.line)
        context.set_line_width(mark.thick)
        context.stroke()
    else:
        context.new_path()
