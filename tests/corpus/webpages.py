"""Layouts in HTML: those after online bookkeeping programs and some of a provider's own; weasyprint
or Chromium prints them.
"""

from __future__ import annotations

from html import escape

from tests.corpus.bill import Bill

_CSS = (
    "@page{size:A4;margin:15mm}*{box-sizing:border-box}body{font:10.5px 'Liberation"
    " Sans';margin:0;color:#222}table{width:100%;"
    "border-collapse:collapse}th{text-align:left}.n{text-align:right}p{margin:4px 0}"
)
Pairs = list[tuple[str, str]]


def _e(text: str) -> str:
    return escape(text, quote=False).replace("  ", "&nbsp; ")


def _br(lines: list[str]) -> str:
    return "<br>".join(map(_e, lines))


def _page(b: Bill, css: str, body: str) -> str:
    return (
        f"<!doctype html><html lang={b.language}><meta"
        f" charset=utf-8><title>{_e(b.title)}</title><style>{_CSS}{css}</style><body>{body}</body></html>"
    )


def _items(b: Bill, totals: bool = True, attributes: str = "") -> str:
    head = "".join(f"<th{' class=n' if i else ''}>{_e(h)}" for i, h in enumerate(b.heads))
    rows = "".join(
        "<tr>" + "".join(f"<td{' class=n' if i else ''}>{_e(c)}" for i, c in enumerate(row))
        for row in b.rows
    )
    foot = (
        "".join(
            f"<tr class=t><td colspan={len(b.heads) - 1} class=n>{_e(a)}<td class=n>{_e(v)}"
            for a, v in b.totals
        )
        if totals
        else ""
    )
    return f"<table class=items {attributes}><thead><tr>{head}</thead><tbody>{rows}{foot}</table>"


def _sums(b: Bill) -> str:
    return "".join(f"<tr><td>{_e(a)}<td class=n>{_e(v)}" for a, v in b.totals)


def _pairs(pairs: Pairs, colon: str = "") -> str:
    return (
        "<table class=pairs>"
        + "".join(f"<tr><td>{_e(a)}{'' if a.endswith(':') else colon}<td>{_e(v)}" for a, v in pairs)
        + "</table>"
    )


def _inline(pairs: Pairs, mark: str = " ") -> str:
    return "<br>".join(f"{_e(a)}{mark}{_e(v)}" for a, v in pairs)


def _notes(b: Bill) -> str:
    return "".join(f"<p>{_e(n)}</p>" for n in b.notes)


def moneybird_like(b: Bill) -> str:
    """Buyer left, supplier right in lines, references in pairs under the buyer, totals at the
    right, payment sentence below.
    """
    body = (
        f"<div class=h><div><h1>{_e(b.title)}</h1><p>{_br(b.to)}</p></div><div"
        f" class=s><b>{_e(b.name)}</b><br>{_br(b.address)}<br>"
        f"<br>{_inline(b.contact)}<br><br>{_inline(b.ids)}</div></div>"
    )
    body += (
        f"<div class=m>{_pairs(b.meta)}</div>{_items(b, totals=False)}<table"
        f" class=sum>{_sums(b)}</table>{_notes(b)}"
    )
    return _page(
        b,
        ".h{display:flex;justify-content:space-between}.s{width:62mm}.m{width:90mm;margin:12mm 0"
        " 8mm}.sum{width:75mm;margin:4mm 0 8mm auto}.items th{border-bottom:1px solid #999}.items"
        " td{padding:3px 0}",
        body,
    )


def eboekhouden_like(b: Bill) -> str:
    """Serif; letterhead in the middle, references in one row of a table with heads, numbers in a
    footer on each page.
    """
    heads = "".join(f"<th>{_e(a)}" for a, _ in b.meta)
    values = "".join(f"<td>{_e(v)}" for _, v in b.meta)
    foot = " - ".join(f"{a} {v}" for a, v in b.ids)
    css = (
        "@page{margin:18mm 15mm"
        f" 22mm;@bottom-center{{content:{_css_text(foot)};font-size:7.5px}}}}body{{font-family:'Liberation"
        " Serif';font-size:11px}.c{text-align:center}.meta{margin:8mm 0}.meta"
        " th{font-size:9px}.items{margin-top:4mm}"
    )
    body = (
        "<div"
        f" class=c><h2>{_e(b.name)}</h2>{_e(' · '.join(b.address))}<br>"
        f"{_e(' · '.join(f'{a} {v}' for a, v in b.contact))}</div><p"
        f" style='margin:12mm 0'>{_br(b.to)}</p><h3>{_e(b.title)}</h3><table"
        f" class=meta><tr>{heads}<tr>{values}</table>{_items(b)}{_notes(b)}"
    )
    return _page(b, css, body)


def _css_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def exact_like(b: Bill) -> str:
    """Address in the window, supplier in a column at the far right in small type, references in a
    ruled strip.
    """
    strip = "".join(f"<div><i>{_e(a)}</i><br>{_e(v)}</div>" for a, v in b.meta)
    body = (
        f"<div class=g><div class=to>{_br(b.to)}</div><div"
        f" class=s><b>{_e(b.name)}</b><br>{_br(b.address)}{_pairs([*b.contact, *b.ids])}</div>"
        f"</div><h2>{_e(b.title)}</h2><div"
        f" class=strip>{strip}</div>{_items(b, totals=False)}<div"
        f" class=sum>{_pairs(b.totals)}</div>{_notes(b)}"
    )
    css = (
        ".g{display:grid;grid-template-columns:1fr"
        " 62mm}.to{padding-top:24mm;font-size:12px;line-height:1.5}.s{font-size:8.5px;"
        "line-height:1.4}.strip{display:flex;border-top:1px"
        " solid;border-bottom:1px solid;padding:4px 0;margin:4mm 0}.strip"
        " div{flex:1;font-size:9.5px}.strip"
        " i{font-size:8px;font-style:normal;color:#666}.sum{width:80mm;margin:5mm 0 5mm auto}.sum"
        " td:last-child{text-align:right}"
    )
    return _page(b, css, body)


def snelstart_like(b: Bill) -> str:
    """Labels with colons in two blocks side by side; the total in a dark bar; numbers in a row at
    the foot.
    """
    body = (
        f"<h1>{_e(b.name)}</h1><div"
        f" class=r><div>{_br(b.to)}</div><div>{_pairs(b.meta, ' :')}</div></div><h2>"
        f"{_e(b.title)}</h2>{_items(b, totals=False)}"
    )
    body += (
        "<table class=sum>"
        + "".join(
            f"<tr class={'last' if i == len(b.totals) - 1 else 'x'}><td>{_e(a)}<td class=n>{_e(v)}"
            for i, (a, v) in enumerate(b.totals)
        )
        + f"</table>{_notes(b)}"
    )
    body += "<div class=f>" + "".join(f"<span>{_e(t)}</span>" for t in b.facts()) + "</div>"
    return _page(
        b,
        "h1{font-size:22px}.r{display:flex;justify-content:space-between;margin:10mm"
        " 0}.sum{width:95mm;margin-left:auto}.last td{background:#234;"
        "color:#fff;padding:4px;font-weight:700}.f{margin-top:12mm;font-size:8.5px;display:flex;flex-wrap:wrap;column-gap:7mm;row-gap:2px}",
        body,
    )


def informer_like(b: Bill) -> str:
    """Title and number at the right, cards with small capitals over values, striped lines, three
    columns at the foot.
    """
    cards = "".join(f"<div><small>{_e(a)}</small>{_e(v)}</div>" for a, v in b.meta)
    foot = (
        f"<div>{_e(b.name)}<br>{_br(b.address)}</div><div>{_inline(b.contact)}</div><div>"
        f"{_inline(b.ids)}</div>"
    )
    body = (
        f"<div class=top><b>{_e(b.name)}</b><b class=t>{_e(b.title)}</b></div><div"
        f" class=to>{_e(b.to_label)}<br>{_br(b.to)}</div><div"
        f" class=cards>{cards}</div>{_items(b)}{_notes(b)}<footer>{foot}</footer>"
    )
    css = (
        ".top{display:flex;justify-content:space-between;font-size:20px}.to{margin:12mm"
        " 0}.cards{display:grid;grid-template-columns:repeat(3,1fr);gap:4mm;background:#f2f4f8;"
        "padding:4mm;margin-bottom:6mm}small{display:block;font-size:7.5px;color:#667;"
        "text-transform:uppercase}.items"
        " tr:nth-child(even){background:#f7f7f7}.items td,.items"
        " th{padding:4px}footer{display:grid;grid-template-columns:1fr 1fr"
        " 1.4fr;gap:5mm;margin-top:12mm;font-size:8.5px;border-top:1px solid}"
    )
    return _page(b, css, body)


def webshop(b: Bill) -> str:
    """As web shops print: supplier in one line, buyer and references as floats, totals inside the
    table.
    """
    line = " | ".join(
        [b.name, *b.address, *(f"{a}: {v}".replace("::", ":") for a, v in (*b.contact, *b.ids))]
    )
    body = (
        f"<h2>{_e(b.title)} {_e(b.said['number'])}</h2><div"
        f" class=l>{_e(b.to_label)}<br>{_br(b.to)}</div><div"
        f" class=rr>{_inline(b.meta, ': ')}</div><div"
        f" style='clear:both;height:6mm'></div>{_items(b)}{_notes(b)}<hr><div"
        f" style='font-size:8px'>{_e(line)}</div>"
    )
    return _page(
        b,
        ".l{float:left;width:80mm}.rr{float:right;width:75mm}.items td,.items th{border:1px solid"
        " #ccc;padding:4px}",
        body,
    )


def definition_list(b: Bill) -> str:
    """Each label on a line of its own over its value, in three columns of a newspaper."""
    items = "".join(f"<dt>{_e(a)}</dt><dd>{_e(v)}</dd>" for a, v in (*b.meta, *b.contact, *b.ids))
    body = (
        f"<h1>{_e(b.title)}</h1><div"
        f" class=two><p><b>{_e(b.name)}</b><br>{_br(b.address)}</p><p>{_br(b.to)}</p></div><dl>"
        f"{items}</dl>{_items(b)}{_notes(b)}"
    )
    return _page(
        b,
        ".two{display:flex;gap:30mm}dl{columns:3;margin:8mm"
        " 0}dt{font-size:8px;color:#777}dd{margin:0 0"
        " 6px;break-before:avoid}.items{font-size:10px}",
        body,
    )


def sentences(b: Bill) -> str:
    """A letter on paper with everything of the supplier in a justified sentence at the end."""
    facts = "; ".join(f"{a} {v}".replace(": ", " ") for a, v in (*b.contact, *b.ids))
    meta = ", ".join(f"{a.rstrip(':').lower() if not a.isupper() else a} {v}" for a, v in b.meta)
    body = (
        f"<p>{_e(b.name)}<br>{_br(b.address)}</p><p style='margin:14mm"
        f" 0'>{_br(b.to)}</p><h3>{_e(b.title)}</h3><p class=j>Kenmerken van deze"
        f" {_e(b.title.lower())}: {_e(meta)}.</p><p>{_br(b.intro)}</p>{_items(b)}{_notes(b)}<p"
        f" class=j>{_e(b.name)}; {_e('; '.join(b.address))}; {_e(facts)}.</p>"
    )
    return _page(b, "body{font:12px/1.5 'Liberation Serif'}.j{text-align:justify}", body)


def narrow_totals(b: Bill) -> str:
    """Totals in a column so narrow that labels break over lines; the supplier's facts too."""
    rows = "".join(f"<tr><td class=k>{_e(a)}<td class=n>{_e(v)}" for a, v in b.totals)
    body = (
        f"<div class=g><div><b>{_e(b.name)}</b><br>{_br(b.address)}</div><div>{_br(b.to)}</div><div"
        f" class=w>{_pairs(b.meta)}</div></div><h2>{_e(b.title)}</h2>{_items(b, totals=False)}<table"
        f" class=sum>{rows}</table>{_notes(b)}<div class=w2>{_pairs([*b.contact, *b.ids])}</div>"
    )
    return _page(
        b,
        ".g{display:grid;grid-template-columns:1fr 1fr 1fr;gap:6mm}.w"
        " td:first-child{width:20mm}.sum{width:52mm;margin:4mm 0 4mm"
        " auto}.k{width:24mm}.w2{width:70mm;font-size:9px}.w2"
        " td:first-child{width:26mm}td{vertical-align:top}",
        body,
    )


def modern(b: Bill) -> str:
    """Large type, a coloured band with the letterhead, labels in capitals left of the values."""
    band = (
        "<div"
        f" class=band><b>{_e(b.name)}</b><span>{_e('  ·  '.join(b.address))}</span><span>"
        f"{_e('  ·  '.join(v for _, v in b.contact))}</span></div>"
    )
    pairs = _pairs([(a.upper(), v) for a, v in b.meta])
    body = (
        f"{band}<div"
        f" class=r><div>{_pairs([(b.to_label, b.to[0]), *(('', x) for x in b.to[1:])])}</div><div>"
        f"{pairs}</div></div><h1>{_e(b.title)}</h1>{_items(b)}{_notes(b)}<div"
        f" class=f>{_e('  •  '.join(f'{a} {v}' for a, v in b.ids))}</div>"
    )
    return _page(
        b,
        ".band{background:#0a5;color:#fff;padding:6mm;display:flex;flex-direction:column;font-size:11px}.band"
        " b{font-size:20px}.r{display:flex;justify-content:space-between;margin:8mm"
        " 0;gap:10mm}.f{text-align:center;font-size:8px;margin-top:10mm;text-transform:none}.pairs"
        " td:first-child{color:#777;padding-right:4mm}",
        body,
    )


def two_languages(b: Bill) -> str:
    """Right-aligned letterhead and references in one table with the lines under it, all values
    bold.
    """
    body = (
        "<div"
        f" class=n><h2>{_e(b.name)}</h2>{_br(b.address)}<br>{_inline(b.contact)}</div><p>"
        f"{_e(b.to_label)}</p><p>{_br(b.to)}</p><h3>{_e(b.title)}</h3><p>"
        + " &nbsp; ".join(f"{_e(a)} <b>{_e(v)}</b>" for a, v in b.meta)
        + f"</p>{_items(b)}{_notes(b)}<p>"
        + "<br>".join(f"{_e(a)} <b>{_e(v)}</b>" for a, v in b.ids)
        + "</p>"
    )
    return _page(b, ".items td{border-bottom:1px dotted #888;padding:3px}h3{margin-top:10mm}", body)


LAYOUTS = {
    "moneybird-like": ("weasyprint", moneybird_like),
    "e-boekhouden-like": ("weasyprint", eboekhouden_like),
    "definition-list": ("weasyprint", definition_list),
    "sentences": ("weasyprint", sentences),
    "narrow-totals": ("weasyprint", narrow_totals),
    "exact-like": ("chromium", exact_like),
    "snelstart-like": ("chromium", snelstart_like),
    "informer-like": ("chromium", informer_like),
    "webshop": ("chromium", webshop),
    "modern": ("chromium", modern),
    "two-weights": ("chromium", two_languages),
}
