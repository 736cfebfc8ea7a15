"""Small pieces of typst markup: text that is never markup, grids, tables, the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.families.look import Look


def t(text: str) -> str:
    """Text as a typst string."""
    return '#"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def lines(texts: Iterable[str]) -> str:
    return " \\\n".join(t(text) for text in texts if text)


def grid(
    pairs: Sequence[tuple[str, str]],
    columns: str = "(auto, auto)",
    more: str = "column-gutter: 8pt, row-gutter: 5pt",
) -> str:
    if not pairs:
        return ""
    cells = ", ".join(f"[{t(a)}], [{t(v)}]" for a, v in pairs)
    return f"#grid(columns: {columns}, {more}, {cells})"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A number, a text, and columns flush right; the text takes what room is left."""
    right = len(heads) - 2
    columns = ", ".join(["auto", "1fr", *["auto"] * right])
    align = ", ".join(["left", "left", *["right"] * right])
    cells = ", ".join(f"[{t(cell)}]" for row in rows for cell in row)
    head = ", ".join(f"[*{t(text)}*]" for text in heads)
    return (
        f"#table(columns: ({columns}), align: ({align}), stroke: (bottom: 0.4pt + gray),"
        f" table.header({head}), {cells})"
    )


def page(look: Look, foot: str = "") -> str:
    """Page, font and size of the look; ``foot`` on each page."""
    footer = f", footer: [{foot}]" if foot else ""
    bottom = 30 if foot else max(15, look.margin)
    return (
        f'#set page(paper: "a4", margin: (x: {max(12, look.margin)}mm, top: 18mm, bottom:'
        f' {bottom}mm){footer})\n#set text(font: "{look.font}", size: {look.size}pt,'
        f" tracking: {look.spacing}pt)"
    )
