"""Our own papers as HTML, for a municipality that puts them on its site: the few forms of Markdown that
they use (headings, paragraphs, lists, tables, bold, links).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

_HEADING = re.compile(r"(#{1,3}) (.*)")
_NUMBERED = re.compile(r"\d+\. ")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def as_html(markdown: str) -> str:
    """A whole page, whose title is that of the first heading."""
    blocks = [block.splitlines() for block in markdown.strip().split("\n\n")]
    title = blocks[0][0].removeprefix("# ")
    body = "\n".join(_block(lines) for lines in blocks)
    return (
        '<!doctype html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _block(lines: list[str]) -> str:
    if heading := _HEADING.fullmatch(lines[0]):
        level = len(heading[1])
        return f"<h{level}>{_inline(heading[2])}</h{level}>"
    if lines[0].startswith("- "):
        return _list("ul", [line.removeprefix("- ") for line in lines])
    if _NUMBERED.match(lines[0]):
        return _list("ol", [_NUMBERED.sub("", line, count=1) for line in lines])
    if lines[0].startswith("|"):
        return _table(lines)
    return f"<p>{' '.join(map(_inline, lines))}</p>"


def _list(kind: str, items: list[str]) -> str:
    inner = "\n".join(f"<li>{_inline(item)}</li>" for item in items)
    return f"<{kind}>\n{inner}\n</{kind}>"


def _table(lines: list[str]) -> str:
    head, _, *rows = ([cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines)
    told = "\n".join(_row(row, lambda cell: f"<td>{cell}</td>") for row in rows)
    heads = _row(head, lambda cell: f'<th scope="col">{cell}</th>')
    return f"<table>\n<thead>\n{heads}\n</thead>\n<tbody>\n{told}\n</tbody>\n</table>"


def _row(cells: list[str], tag: Callable[[str], str]) -> str:
    return f"<tr>{''.join(tag(_inline(cell)) for cell in cells)}</tr>"


def _inline(text: str) -> str:
    text = _LINK.sub(r'<a href="\2">\1</a>', escape(text, quote=False))
    return _BOLD.sub(r"<strong>\1</strong>", text)
