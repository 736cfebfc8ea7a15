"""After Odoo's invoice report, layout "Light": the partner at the right, a large "Invoice NUMBER"
under it, references in a row of labels above values, taxes as a column of names, totals in a
narrow table at the right; numbers of the company in a footer between bars.
"""

from __future__ import annotations

from tests.families import html
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.html import br, e
from tests.families.look import Look

_WORDS = {
    "nl": {
        "title": "Factuur|Creditfactuur",
        "date": "Factuurdatum",
        "due": "Vervaldatum",
        "source": "Herkomst",
        "reference": "Referentie",
        "customer": "Klantcode",
        "heads": "Omschrijving|Hoeveelheid|Prijs|Disc.%|Btw|Bedrag",
        "net": "Excl. btw",
        "vat": "BTW {}%",
        "over": "BTW {}% over {}",
        "total": "Totaal",
        "paid": "Betaald op",
        "left": "Te betalen",
        "discount": "Korting",
        "communication": "Betalingsreferentie:",
        "tax": "Btw-nummer",
        "rounding": "Afronding",
        "corrects": "Terugboeking van: {}",
        "on": "op deze rekening:",
        "register": "KvK",
    },
    "en": {
        "title": "Invoice|Credit Note",
        "date": "Invoice Date",
        "due": "Due Date",
        "source": "Source",
        "reference": "Reference",
        "customer": "Customer Code",
        "heads": "Description|Quantity|Unit Price|Disc.%|Taxes|Amount",
        "net": "Untaxed Amount",
        "vat": "VAT {}%",
        "over": "VAT {}% on {}",
        "total": "Total",
        "paid": "Paid on",
        "left": "Amount Due",
        "discount": "Discount",
        "communication": "Payment Communication:",
        "tax": "Tax ID",
        "rounding": "Rounding",
        "corrects": "Reversal of: {}",
        "on": "on this account:",
        "register": "CoC",
    },
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    look = look.writes(money=look.pick("€ 1.234,56", "1.234,56 €", "€ 1.234,56"))
    title = w["title"].split("|")[facts.kind == "credit-note"]
    head = br([s.name, s.street, f"{look.postcode(s.postcode)} {s.city}".strip(), s.po_box])
    refs = html.filled(
        look.ordered(
            [
                (w["date"], look.date(facts.date)),
                (w["due"], look.date(facts.due)),
                (w["source"], facts.reference),
                (w["customer"], facts.customer),
                (w["reference"], facts.order),
            ]
        )
    )
    strip = "".join(f"<div><strong>{e(a)}</strong><div>{e(v)}</div></div>" for a, v in refs)
    corrects = f"<p>{e(w['corrects'].format(facts.corrects))}</p>" if facts.corrects else ""
    said = [*facts.remarks, facts.exemption, *look.notes]
    accounts = " / ".join(look.iban(a.iban) for a in s.accounts)
    pay = f"{w['communication']} <b>{e(facts.number)}</b>" if facts.number else ""
    pay += f" {w['on']} <b>{e(accounts)}</b>" if accounts else ""
    foot = " | ".join(
        f"{label} {value}".strip()
        for label, value in html.filled(
            [
                ("", look.phone(s.phone)),
                ("", s.email),
                ("", s.web),
                (w["tax"] + ":", look.vat(s.vat_id)),
                (w["register"] + ":", look.kvk(s.kvk)),
                ("AGB", s.agb),
                ("G-rek.", look.iban(s.g_account) if s.g_account else ""),
                ("Vest.nr.", s.branch),
            ]
        )
    )
    body = (
        f"<div class=head>{head}</div><div class=to>{br(facts.addressee)}</div>"
        f"<h2>{e(title)} {e(facts.number)}</h2>{corrects}<div class=refs>{strip}</div>"
        f"{_table(facts, look)}<div class=pay>{pay}</div>"
        f"{''.join(f'<p>{e(x)}</p>' for x in said if x)}<footer>{e(foot)}</footer>"
    )
    css = (
        f".head{{border-bottom:1px solid #000;padding-bottom:4mm}}.to{{margin:8mm 0 10mm"
        f" {look.width(105)}mm}}h2{{color:{look.accent};font-weight:normal;margin:0 0 4mm}}"
        ".refs{display:flex;gap:8mm;margin-bottom:6mm}.lines{width:100%}.lines th{border-bottom:1px"
        " solid #000}.lines td,.lines th{padding:1mm 2mm}.n{text-align:right!important}"
        f".sums{{width:{look.width(75, 1)}mm;margin:3mm 0 6mm auto}}.sums td{{padding:1mm 2mm;"
        "border-top:1px solid #ccc}footer{position:fixed;bottom:0;left:0;right:0;text-align:center;"
        "border-top:1px solid #000;padding-top:2mm;font-size:85%}body{padding-bottom:14mm}"
    )
    return html.page(facts, look, css, body)


def _table(facts: Facts, look: Look) -> str:
    w = _WORDS[facts.language]
    off = any(line.discount for line in facts.lines)
    show = [True, True, True, off, not facts.exempt, True]
    heads = "".join(
        f"<th{' class=n' if at else ''}>{e(h)}</th>"
        for at, h in enumerate(w["heads"].split("|"))
        if show[at]
    )
    lines = ""
    for line in facts.lines:
        cells = [
            line.description,
            f"{look.money(line.quantity, sign=False)} {line.unit}".strip(),
            look.money(line.price, sign=False),
            f"{line.discount},00" if line.discount else "",
            f"{line.rate}%",
            look.money(line.net),
        ]
        lines += "<tr>" + "".join(
            f"<td{' class=n' if at else ''}>{e(c)}</td>" for at, c in enumerate(cells) if show[at]
        )
    if facts.discount:
        percent = f" {facts.discount_percent}%" if facts.discount_percent else ""
        cells = [
            w["discount"] + percent,
            "1,00",
            *[""] * (sum(show) - 3),
            look.money(-facts.discount),
        ]
        lines += "<tr>" + "".join(
            f"<td{' class=n' if at else ''}>{e(c)}</td>" for at, c in enumerate(cells)
        )
    sums = [] if facts.exempt else [(w["net"], look.money(facts.net))]
    over = w["vat"] if len(facts.shares) == 1 else w["over"]
    sums += [(over.format(s.rate, look.money(s.net)), look.money(s.vat)) for s in facts.shares]
    sums += [(w["total"], look.money(facts.gross))]
    sums += [(w["rounding"], look.money(facts.rounding))] * bool(facts.rounding)
    sums += [(f"{w['paid']} {look.date(facts.due)}", look.money(facts.paid))] * bool(facts.paid)
    sums += [(w["left"], look.money(facts.due_amount))] * bool(facts.paid or facts.rounding)
    return (
        f"<table class=lines><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
        f"<table class=sums>{''.join(f'<tr><td>{e(a)}<td class=n>{e(v)}' for a, v in sums)}</table>"
    )


FAMILY = Family("odoo", "chromium", draw, ("nl", "en"))
