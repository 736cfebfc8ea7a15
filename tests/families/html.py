"""Small pieces of HTML that the families share: text, the page around it, nothing of a layout."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tests.families.facts import Facts
from tests.families.look import Look
from tests.families.parts import filled


def e(text: str) -> str:
    return escape(text, quote=False).replace("  ", "&nbsp; ")


def br(lines: Iterable[str]) -> str:
    """Lines below each other; those that are empty are left out."""
    return "<br>".join(e(line) for line in lines if line)


def footed(body: str, footer: str, height: str) -> str:
    """``footer`` at the foot of every page, with that much room kept free above it: fixed, as print
    style sheets do it, with an empty row at the foot of a table around all.
    """
    return (
        f"<table style='width:100%'><tfoot><tr><td style='height:{height}'></td></tr></tfoot><tbody>"
        f"<tr><td>{body}</td></tr></tbody></table>"
        f"<footer style='position:fixed;bottom:0;left:0;right:0'>{footer}</footer>"
    )


def rows(pairs: Iterable[tuple[str, str]], colon: str = "") -> str:
    """A table row for each pair that has a value."""
    return "".join(
        f"<tr><td>{e(label)}{colon}</td><td class=v>{e(value)}</td></tr>"
        for label, value in filled(list(pairs))
    )


def grid(lines: Iterable[Iterable[str]], cell: str = "td") -> str:
    """Rows of cells; all but the first of a row have the class ``n``."""
    return "".join(
        "<tr>"
        + "".join(f"<{cell}{' class=n' if at else ''}>{e(x)}</{cell}>" for at, x in enumerate(line))
        + "</tr>"
        for line in lines
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
