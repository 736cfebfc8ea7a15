"""After InvoicePlane's default template: btw number above the address, city before the postcode,
phone in the company block, details at the right with the amount due among them, item and
description as two columns, paid and balance as rows of the table also when nothing was paid.
"""

from __future__ import annotations

from tests.families import html, parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.html import br, e
from tests.families.look import Look

_WORDS = {
    "nl": {
        "title": "Factuur",
        "credit": "Creditnota",
        "date": "Factuurdatum:",
        "due": "Vervaldatum:",
        "left": "Verschuldigd bedrag:",
        "heads": "Item|Beschrijving|Aant.|Prijs|Korting|Totaal",
        "subtotal": "Subtotaal",
        "vat": "BTW ({r}%)",
        "vat-over": "BTW over {b} ({r}%)",
        "discount": "Korting",
        "total": "Totaal",
        "paid": "Betaald",
        "balance": "Openstaand bedrag",
        "rounding": "Afronding",
        "terms": "Voorwaarden",
        "vat-id": "BTW-nr",
        "kvk": "KvK",
        "phone": "Tel",
        "mail": "E-mail",
        "iban": "IBAN",
        "agb": "AGB-code",
        "order": "Uw referentie",
        "corrects": "Creditnota voor factuur",
        "g-account": "G-rekening",
    },
    "de": {
        "title": "Rechnung",
        "credit": "Gutschrift",
        "date": "Rechnungsdatum:",
        "due": "Fällig am:",
        "left": "Fälliger Betrag:",
        "heads": "Artikel|Beschreibung|Menge|Preis|Rabatt|Summe",
        "subtotal": "Zwischensumme",
        "vat": "MwSt. ({r}%)",
        "vat-over": "MwSt. auf {b} ({r}%)",
        "discount": "Rabatt",
        "total": "Gesamt",
        "paid": "Bezahlt",
        "balance": "Restbetrag",
        "rounding": "Rundung",
        "terms": "Bedingungen",
        "vat-id": "USt-IdNr.",
        "kvk": "KvK",
        "phone": "Tel",
        "mail": "E-Mail",
        "iban": "IBAN",
        "agb": "AGB-code",
        "order": "Ihr Zeichen",
        "corrects": "Gutschrift zu Rechnung",
        "g-account": "G-Konto",
    },
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    company = [f"{a}: {v}" for a, v in parts.known(facts, look, w, "vat-id kvk agb")]
    company += [s.street, f"{s.city} {look.postcode(s.postcode)}".strip(), s.po_box]
    reach = [f"{a}: {v}" for a, v in parts.known(facts, look, w, "phone mail")]
    details = html.rows(
        [
            *parts.known(facts, look, w, "date due"),
            (w["left"], look.money(facts.due_amount)),
            *parts.known(facts, look, w, "order corrects"),
        ]
    )
    terms = [f"{a} {v}" for a, v in parts.known(facts, look, w, "iban g-account")]
    body = (
        f"<header><div class=client><b>{e(facts.addressee[0])}</b><br>{br(facts.addressee[1:])}"
        f"</div><div class=company><b>{e(s.name)}</b><br>{br(company)}<br><br>{br(reach)}</div>"
        f"</header><div class=details><table>{details}</table></div>"
        f"<h1>{e(parts.title(facts, w))} {e(facts.number)}</h1>{_table(facts, look)}"
        f"<div class=terms><b>{e(w['terms'])}</b><br>{br([*terms, *parts.said(facts, look)])}"
        "</div>"
    )
    css = (
        "header{display:block;overflow:hidden;padding-bottom:6mm;border-bottom:1px solid #ddd}"
        f".client{{float:left;width:{look.width(80)}mm}}.company{{float:right;text-align:right;"
        f"width:{look.width(78, 1)}mm}}.details{{text-align:right;margin:5mm 0}}.details table"
        f"{{margin-left:auto}}.details td{{padding:0 0 .5mm 4mm}}h1{{color:{look.accent};"
        "font-size:150%}.lines{width:100%}.lines td,.lines th{padding:1.4mm;border-bottom:1px solid"
        " #ddd}.n{text-align:right!important}.terms{margin-top:8mm;border-top:1px solid #ddd}"
    )
    return html.page(facts, look, css, body)


def _table(facts: Facts, look: Look) -> str:
    w = _WORDS[facts.language]
    off = any(line.discount for line in facts.lines)
    heads = [h for at, h in enumerate(w["heads"].split("|")) if off or at != 4]
    lines = ""
    for line in facts.lines:
        name, _, more = line.description.partition(" ")
        saved = line.quantity * line.price - line.net
        cells = [
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money(line.price),
            *([look.money(saved)] if off else []),
            look.money(line.net),
        ]
        lines += f"<tr><td>{e(name)}<td>{e(more)}" + "".join(f"<td class=n>{e(c)}" for c in cells)
    over = w["vat-over"] if len(facts.shares) > 1 else w["vat"]
    rows = [(w["subtotal"], look.money(facts.subtotal))]
    rows += [(w["discount"], look.money(-facts.discount))] * bool(facts.discount)
    rows += [(over.format(r=s.rate, b=look.money(s.net)), look.money(s.vat)) for s in facts.shares]
    rows += [(w["total"], look.money(facts.gross))]
    rows += [(w["rounding"], look.money(facts.rounding))] * bool(facts.rounding)
    rows += [(w["paid"], look.money(facts.paid)), (w["balance"], look.money(facts.due_amount))]
    sums = "".join(
        f"<tr><td colspan={len(heads) - 1} class=n>{e(a)}<td class=n>{e(v)}" for a, v in rows
    )
    head = "".join(f"<th{' class=n' if at > 1 else ''}>{e(h)}</th>" for at, h in enumerate(heads))
    return f"<table class=lines><thead><tr>{head}</tr></thead>{lines}{sums}</table>"


FAMILY = Family("invoiceplane", "weasyprint", draw, ("nl", "de"))
