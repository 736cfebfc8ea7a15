"""Layouts of flowing blocks (reportlab platypus): pages break by themselves, totals stand on the
last.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from tests.corpus import paper
from tests.corpus.bill import Bill

_BASE = ParagraphStyle("base", fontName="Sans", fontSize=9.5, leading=12.5)
_BOLD = ParagraphStyle("bold", _BASE, fontName="Sans-Bold")
_RIGHT = ParagraphStyle("right", _BASE, alignment=TA_RIGHT)
_LARGE = ParagraphStyle("large", _BOLD, fontSize=17, leading=21)
_JUSTIFIED = ParagraphStyle(
    "justified", _BASE, fontName="Serif", fontSize=11, leading=14, alignment=TA_JUSTIFY
)
_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
        ("FONT", (0, 0), (-1, -1), "Sans", 9),
        ("FONT", (0, 0), (-1, 0), "Sans-Bold", 9),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
    ]
)
_PLAIN = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), "Sans", 9),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ]
)
Story = list[Flowable]


def _p(text: str, style: ParagraphStyle = _BASE) -> Paragraph:
    return Paragraph(escape(text), style)


def _stack(texts: list[str], style: ParagraphStyle = _BASE) -> Paragraph:
    return Paragraph("<br/>".join(escape(t) for t in texts), style)


def _build(story: Story, foot: Callable[[Canvas, int], None] | None = None) -> bytes:
    buffer = io.BytesIO()

    def on_page(canvas: Canvas, document: SimpleDocTemplate) -> None:
        if foot:
            foot(canvas, document.page)

    SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=50, rightMargin=50, topMargin=45, bottomMargin=60
    ).build(story, onFirstPage=on_page, onLaterPages=on_page)
    return buffer.getvalue()


def _items(b: Bill, widths: list[float] | None = None, style: TableStyle = _GRID) -> Table:
    table = Table(
        [list(b.heads), *map(list, b.rows)],
        colWidths=widths or [240, *[255 / (len(b.heads) - 1)] * (len(b.heads) - 1)],
        repeatRows=1,
    )
    table.setStyle(style)
    return table


def grid(b: Bill) -> bytes:
    """Ruled tables for everything; totals are the last rows of a table of their own at the right."""
    totals = Table([[a, v] for a, v in b.totals], colWidths=[170, 90], hAlign="RIGHT")
    totals.setStyle(TableStyle([*_GRID.getCommands(), ("ALIGN", (0, 0), (0, -1), "LEFT")]))
    facts = Table([[a, v] for a, v in (*b.contact, *b.ids)], colWidths=[100, 190], hAlign="LEFT")
    facts.setStyle(_PLAIN)
    meta = Table([[a, v] for a, v in b.meta], colWidths=[110, 130])
    meta.setStyle(_GRID)
    head = Table([[_stack(b.to), meta]], colWidths=[250, 245])
    head.setStyle(_PLAIN)
    story = [
        _p(b.name, _LARGE),
        _stack(b.address),
        Spacer(0, 30),
        head,
        Spacer(0, 20),
        _p(b.title, _BOLD),
        Spacer(0, 6),
        _items(b),
        Spacer(0, 8),
        totals,
        Spacer(0, 10),
    ]
    return _build([*story, *(_p(n) for n in b.notes), Spacer(0, 12), facts])


def running_foot(b: Bill) -> bytes:
    """The supplier's numbers at the foot of every page with its page number; facts above in lines."""

    def foot(canvas: Canvas, page: int) -> None:
        canvas.setFont("Sans", 7)
        canvas.drawCentredString(paper.WIDTH / 2, 40, " | ".join([b.name, *b.address]))
        canvas.drawCentredString(paper.WIDTH / 2, 31, " | ".join(f"{a} {v}" for a, v in b.contact))
        canvas.drawCentredString(paper.WIDTH / 2, 22, " | ".join(f"{a} {v}" for a, v in b.ids))
        canvas.drawRightString(545, 52, f"Pagina {page}")

    totals = Table([["", a, v] for a, v in b.totals], colWidths=[235, 160, 100])
    totals.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), "Sans", 9.5),
                ("ALIGN", (2, 0), (2, -1), "RIGHT"),
                ("FONT", (0, -1), (-1, -1), "Sans-Bold", 9.5),
            ]
        )
    )
    plain = TableStyle(
        [
            ("FONT", (0, 0), (-1, -1), "Sans", 9),
            ("FONT", (0, 0), (-1, 0), "Sans-Bold", 9),
            ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.6, colors.black),
        ]
    )
    story = [
        _p(b.name, _LARGE),
        Spacer(0, 30),
        _stack(b.to),
        Spacer(0, 26),
        _p(b.title, _BOLD),
        *(_p(f"{a}: {v}".replace("::", ":")) for a, v in b.meta),
        Spacer(0, 14),
        *(_p(i) for i in b.intro),
    ]
    return _build(
        [
            *story,
            _items(b, style=plain),
            Spacer(0, 6),
            totals,
            Spacer(0, 10),
            *(_p(n) for n in b.notes),
        ],
        foot,
    )


def boxed(b: Bill) -> bytes:
    """Four boxes in two columns: supplier, buyer, references, numbers; the total in a box with a
    ground.
    """

    def pairs(these: list[tuple[str, str]]) -> Paragraph:
        return Paragraph("<br/>".join(f"<b>{escape(a)}</b> {escape(v)}" for a, v in these), _BASE)

    boxes = Table(
        [
            [_stack([b.name, *b.address]), _stack([*([b.to_label] if b.to_label else []), *b.to])],
            [pairs([*b.contact, *b.ids]), pairs(b.meta)],
        ],
        colWidths=[250, 245],
    )
    boxes.setStyle(
        TableStyle(
            [
                ("BOX", (0, 0), (-1, -1), 0.5, colors.black),
                ("INNERGRID", (0, 0), (-1, -1), 0.5, colors.black),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    totals = Table([[a, v] for a, v in b.totals], colWidths=[330, 165])
    totals.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, -1), (-1, -1), colors.lightgrey),
                ("ALIGN", (1, 0), (1, -1), "RIGHT"),
                ("FONT", (0, 0), (-1, -1), "Sans", 10),
            ]
        )
    )
    return _build(
        [
            _p(b.title, _LARGE),
            Spacer(0, 10),
            boxes,
            Spacer(0, 18),
            _items(b),
            totals,
            Spacer(0, 14),
            *(_p(n) for n in b.notes),
        ]
    )


def justified_letter(b: Bill) -> bytes:
    """A letter in wide justified text: the supplier introduces itself, references and account stand
    in the sentences.
    """
    s = b.said
    where = " te ".join(x for x in (b.street, b.place) if x) if b.street else b.place
    own = f"{b.name}{', gevestigd aan de ' + where if b.street else ', ' + where if where else ''}"
    own += f", telefoon {s['phone']}" if s["phone"] else ""
    own += f", ingeschreven in het handelsregister onder nummer {s['kvk']}" if s["kvk"] else ""
    own += f", btw-nummer {s['vat']}" if s["vat"] else ""
    about = (
        f"Hierbij ontvangt u {b.title.lower()}"
        + (f" met nummer {s['number']}" if s["number"] else "")
        + (f" van {s['date']}" if s["date"] else "")
    )
    about += (
        f" ten bedrage van {s['gross']}"
        + (f", te voldoen op rekening {s['iban']} ten name van {b.name}" if s["iban"] else "")
        + "."
    )
    corrects = [_p(f"{b.meta[-1][0]}: {b.meta[-1][1]}")] if b.kind == "credit-note" else []
    totals = Table([[a, v] for a, v in b.totals], colWidths=[380, 115])
    totals.setStyle(
        TableStyle([("ALIGN", (1, 0), (1, -1), "RIGHT"), ("FONT", (0, 0), (-1, -1), "Serif", 10.5)])
    )
    story = [
        _p(b.name, _LARGE),
        Spacer(0, 26),
        _stack(b.to),
        Spacer(0, 24),
        _p(b.title, _BOLD),
        *corrects,
        Spacer(0, 10),
        _p(about, _JUSTIFIED),
        Spacer(0, 10),
        _items(b),
        totals,
        Spacer(0, 10),
    ]
    return _build(
        [*story, *(_p(n, _JUSTIFIED) for n in b.notes), Spacer(0, 8), _p(own + ".", _JUSTIFIED)]
    )


LAYOUTS = {
    "grid": ("platypus", grid),
    "running-foot": ("platypus", running_foot),
    "boxed": ("platypus", boxed),
    "justified-letter": ("platypus", justified_letter),
}
