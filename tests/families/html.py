"""Small pieces of HTML that the families share: text, the page around it, nothing of a layout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from tests.families.facts import Facts
from tests.families.look import Look

Pairs = Sequence[tuple[str, str]]


def e(text: str) -> str:
    return escape(text, quote=False).replace("  ", "&nbsp; ")


def br(lines: Iterable[str]) -> str:
    """Lines below each other; those that are empty are left out."""
    return "<br>".join(e(line) for line in lines if line)


def filled(pairs: Pairs) -> list[tuple[str, str]]:
    """Pairs without those whose value is empty."""
    return [(label, value) for label, value in pairs if value]


def rows(pairs: Pairs, colon: str = "") -> str:
    """A table row for each pair that has a value."""
    return "".join(
        f"<tr><td>{e(label)}{colon}</td><td>{e(value)}</td></tr>" for label, value in filled(pairs)
    )


def page(facts: Facts, look: Look, css: str, body: str, size: str = "A4") -> str:
    """A whole document: font, size, spacing and margin of the look, the mark of a draft at its
    top.
    """
    mark = f"<div class=mark>{e(facts.mark)}</div>" if facts.mark else ""
    return (
        f"<!doctype html><html lang={facts.language}><head><meta charset=utf-8><style>"
        f"@page{{size:{size};margin:{look.margin}mm}}*{{box-sizing:border-box}}"
        f"body{{font:{look.size}pt '{look.font}';letter-spacing:{look.spacing}pt;margin:0}}"
        "table{border-collapse:collapse}td,th{vertical-align:top;text-align:left}"
        f".mark{{font-size:150%;color:#999}}{css}</style></head><body>{mark}{body}</body></html>"
    )
