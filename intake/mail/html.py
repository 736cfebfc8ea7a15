"""HTML body to plain text: tags off, entities decoded, links told beside their words, nothing
fetched; linear for any input.
"""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})?[^<>]*>")
_TARGET = re.compile(r"href\s*=\s*[\"']?(https?://[^\s\"'<>]{1,2000})", re.IGNORECASE)
_SILENT = frozenset({"script", "style", "title"})
_BREAKS = frozenset(
    {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "hr"}
)


def html_text(source: str) -> str:
    """Readable text of an HTML body, lines at block ends, white space folded."""
    source = _without_comments(source)
    pieces: list[str] = []
    position = 0
    silent: str | None = None
    for tag in _TAG.finditer(source):
        if silent is None:
            pieces.append(source[position : tag.start()].replace("\n", " "))
        position = tag.end()
        name = (tag.group(2) or "").lower()
        if (
            silent is None
            and name in _SILENT
            and not tag.group(1)
            and not tag.group().endswith("/>")
        ):
            silent = name
        elif silent == name and tag.group(1):
            silent = None
        elif name in _BREAKS:
            pieces.append("\n")
        elif name in ("td", "th"):
            pieces.append(" ")
        elif name == "a" and (target := _TARGET.search(tag.group())):
            pieces.append(f" {target.group(1)} ")
    if silent is None:
        pieces.append(source[position:])
    lines = (" ".join(line.split()) for line in html.unescape("".join(pieces)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_comments(source: str) -> str:
    """Comments, closed ones only, cut out."""
    pieces: list[str] = []
    position = 0
    while (start := source.find("<!--", position)) >= 0 and (
        end := source.find("-->", start + 4)
    ) >= 0:
        pieces.append(source[position:start])
        position = end + 3
    pieces.append(source[position:])
    return "".join(pieces)
