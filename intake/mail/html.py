"""HTML body to plain text: tags off, entities decoded, links told beside their words, nothing
fetched; linear for any input.
"""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<(?!<)(/?)([a-zA-Z][a-zA-Z0-9]{0,20})?[^<>]*>")
_TARGET = re.compile(r"href\s*=\s*[\"']?(https?://[^\s\"'<>]{1,2000})", re.IGNORECASE)
_SILENT = re.compile(
    r"<(?=[st])(script|style|title)(?![a-z0-9])[^<>]*(?<!/)>(?:.*?</\1(?![a-z0-9])[^<>]*>|.*)",
    re.IGNORECASE | re.DOTALL,
)
_BREAKS = (
    "br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "hr",
)  # fmt: skip
_SIGNS = dict.fromkeys(_BREAKS, "\n") | {"td": " ", "th": " "}
"""What stands in the text for a tag."""


def html_text(source: str) -> str:
    """Readable text of an HTML body, lines at block ends, white space folded."""
    source = _SILENT.sub("<>", _without_comments(source))
    pieces: list[str] = []
    position = 0
    for tag in _TAG.finditer(source):
        pieces += (source[position : tag.start()].replace("\n", " "), _sign(tag))
        position = tag.end()
    pieces.append(source[position:])
    lines = (" ".join(line.split()) for line in html.unescape("".join(pieces)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _sign(tag: re.Match[str]) -> str:
    name = (tag.group(2) or "").lower()
    target = _TARGET.search(tag.group()) if name == "a" else None
    return f" {target.group(1)} " if target else _SIGNS.get(name, "")


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
