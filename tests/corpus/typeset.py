"""Layouts set by typst."""

from __future__ import annotations

import typst

from tests.corpus.bill import Bill


def _t(text: str) -> str:
    """Text as a typst string: nothing in it is markup."""
    return '#"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _lines(texts: list[str]) -> str:
    return " \\\n".join(map(_t, texts))


def _pairs(
    pairs: list[tuple[str, str]],
    columns: str = "(auto, auto)",
    more: str = "column-gutter: 10pt, row-gutter: 5pt",
) -> str:
    return (
        f"#grid(columns: {columns}, {more}, "
        + ", ".join(f"[{_t(a)}], [{_t(v)}]" for a, v in pairs)
        + ")\n"
    )


def _table(b: Bill, stroke: str = "0.4pt") -> str:
    columns = ", ".join(["1fr", *["auto"] * (len(b.heads) - 1)])
    align = ", ".join(["left", *["right"] * (len(b.heads) - 1)])
    cells = ", ".join(f"[{_t(c)}]" for row in b.rows for c in row)
    return (
        f"#table(columns: ({columns}), align: ({align}), stroke: {stroke}, table.header("
        + ", ".join(f"[*{_t(h)}*]" for h in b.heads)
        + f"), {cells})\n"
    )


def _notes(b: Bill) -> str:
    return "\n\n".join(map(_t, b.notes)) + "\n\n"


def academic(b: Bill) -> bytes:
    """Running text in a serif, justified; references as a grid; numbers as one paragraph with
    semicolons.
    """
    facts = "; ".join(f"{a} {v}" for a, v in (*b.contact, *b.ids))
    return _compile(f"""#set text(font: "Liberation Serif", size: 10.5pt, lang: "nl")
#set par(justify: true)
= {_t(b.name)}
{_lines(b.address)}

#v(20pt)
{_lines(b.to)}
#v(16pt)
== {_t(b.title)}
{_pairs(b.meta)}
{_table(b, "none")}
#align(right)[{_pairs(b.totals)}]
{_notes(b)}
{_t(facts)}
""")


def columns(b: Bill) -> bytes:
    """Supplier, buyer and references in three columns; footer on each page with dots."""
    foot = " · ".join(f"{a} {v}" for a, v in b.ids)
    head = f"*{_t(b.name)}* \\ {_lines(b.address)} \\ {_lines([f'{a} {v}' for a, v in b.contact])}"
    return _compile(f"""#set page(footer: align(center, text(7pt)[{_t(foot)}]))
#set text(font: "Liberation Sans", size: 9pt)
#text(18pt)[{_t(b.title)}]
#grid(columns: (1fr, 1fr, 1.2fr), gutter: 8pt, [{head}], [{_lines(b.to)}], [{_pairs(b.meta)}])
#v(14pt)
{_table(b)}
#align(right)[{_pairs(b.totals, "(130pt, 90pt)", "row-gutter: 6pt, align: (left, right)")}]
{_notes(b)}
""")


def hanging(b: Bill) -> bytes:
    """Labels in a margin at the left, values in the text; totals under the lines at the left."""
    return _compile(f"""#set text(font: "Liberation Sans", size: 10pt)
#align(right)[#text(16pt)[{_t(b.name)}] \\ {_lines(b.address)}]
#v(10pt)
{_pairs([(b.to_label, b.to[0]), *(("", x) for x in b.to[1:])], "(90pt, 1fr)")}
#v(12pt)
#text(14pt)[{_t(b.title)}]
{_pairs([*b.meta, *b.ids, *b.contact], "(150pt, 1fr)")}
{_table(b, "none")}
{_pairs(b.totals, "(200pt, auto)")}
{_notes(b)}
""")


def one_line(b: Bill) -> bytes:
    """References in one line with bars between them, letterhead in the page's header."""
    head = " | ".join([b.name, *b.address, *(f"{a} {v}" for a, v in b.contact)])
    return _compile(f"""#set page(header: text(7pt)[{_t(head)}], margin: (top: 70pt))
#set text(font: "Liberation Sans", size: 9.5pt)
{_lines(b.to)}
#v(20pt)
= {_t(b.title)}
{_t(" | ".join(f"{a} {v}" for a, v in b.meta))}
#v(8pt)
{_table(b, "(bottom: 0.3pt)")}
#align(right)[{_lines([f"{a}: {v}" for a, v in b.totals])}]
{_notes(b)}
{_t(" | ".join(f"{a} {v}" for a, v in b.ids))}
""")


def _compile(source: str) -> bytes:
    return bytes(typst.compile(source.encode(), format="pdf"))


LAYOUTS = {
    "academic": ("typst", academic),
    "typst-columns": ("typst", columns),
    "hanging-labels": ("typst", hanging),
    "one-line": ("typst", one_line),
}
