"""After Stripe's invoice: number and dates under the heading, seller and "bill to" in columns, the
amount due with its date as a large sentence, the btw rows name country, rate and base, the account
in a block "pay by bank transfer".
"""

from __future__ import annotations

from tests.families import html, parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.html import br, e
from tests.families.look import Look

_WORDS = {
    "en": {
        "title": "Invoice",
        "credit": "Credit note",
        "number": "Invoice number",
        "date": "Date of issue",
        "due": "Date due",
        "corrects": "Credited invoice",
        "to": "Bill to",
        "sentence": "{} due {}",
        "back": "{} credited on {}",
        "heads": "Description|Qty|Unit price|Amount",
        "off": "{}% off",
        "subtotal": "Subtotal",
        "discount": "Discount",
        "net": "Total excluding tax",
        "exempt-net": "Subtotal",
        "vat": "VAT - Netherlands ({r}% on {b})",
        "total": "Total",
        "rounding": "Rounding",
        "paid": "Amount paid",
        "left": "Amount due",
        "bank": "Pay {} with a bank transfer",
        "vat-id": "NL VAT",
        "kvk": "KvK",
        "iban": "IBAN",
        "bic": "BIC",
        "agb": "AGB",
        "phone": "",
        "mail": "",
        "order": "PO number",
        "g-account": "G-account",
    },
    "nl": {
        "title": "Factuur",
        "credit": "Creditnota",
        "number": "Factuurnummer",
        "date": "Uitgiftedatum",
        "due": "Vervaldatum",
        "corrects": "Gecrediteerde factuur",
        "to": "Factureren aan",
        "sentence": "{} te betalen op {}",
        "back": "{} gecrediteerd op {}",
        "heads": "Beschrijving|Hvh.|Eenheidsprijs|Bedrag",
        "off": "{}% korting",
        "subtotal": "Subtotaal",
        "discount": "Korting",
        "net": "Totaal exclusief belasting",
        "exempt-net": "Subtotaal",
        "vat": "Btw - Nederland ({r}% op {b})",
        "total": "Totaal",
        "rounding": "Afronding",
        "paid": "Betaald bedrag",
        "left": "Verschuldigd bedrag",
        "bank": "Betaal {} via een bankoverschrijving",
        "vat-id": "NL btw",
        "kvk": "KvK",
        "iban": "IBAN",
        "bic": "BIC",
        "agb": "AGB",
        "phone": "",
        "mail": "",
        "order": "Inkoopordernummer",
        "g-account": "G-rekening",
    },
}


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    look = look.writes(
        money="€1,234.56" if facts.language == "en" else "€ 1.234,56",
        date="mmmm d, yyyy" if facts.language == "en" else "d mmmm yyyy",
    )
    refs = parts.known(facts, look, w, "number date due order corrects")
    own = [*parts.address(facts, look)]
    own += [f"{a} {v}".strip() for a, v in parts.known(facts, look, w, "phone mail vat-id kvk agb")]
    amount = look.money(facts.due_amount)
    large = w["sentence"].format(amount, look.date(facts.due))
    if facts.kind == "credit-note":
        large = w["back"].format(amount, look.date(facts.date))
    lines = "".join(
        f"<tr><td>{e(line.description)}"
        + (f"<br><small>{e(w['off'].format(line.discount))}</small>" if line.discount else "")
        + f"<td class=n>{e(look.quantity(line.quantity))}<td class=n>{e(look.money(line.price))}"
        f"<td class=n>{e(look.money(line.net))}"
        for line in facts.lines
    )
    sums = parts.sums(facts, look, w)
    if not (facts.paid or facts.rounding) and facts.kind == "invoice":
        sums.append((w["left"], amount))
    how = e(w["bank"].format(amount)) if facts.kind == "invoice" else ""
    bank = parts.known(facts, look, w, "iban bic g-account")
    body = (
        f"<h1>{e(parts.title(facts, w))}</h1><table class=refs>{html.rows(refs)}</table>"
        f"<div class=two><div><b>{e(s.name)}</b><br>{br(own)}</div><div><b>{e(w['to'])}</b><br>"
        f"{br(facts.addressee)}</div></div><div class=large>{e(large)}</div>"
        f"<table class=lines><thead>{html.grid([w['heads'].split('|')], 'th')}</thead>{lines}"
        f"</table><table class=sums>{html.grid(sums)}</table>"
        + (f"<h4>{how}</h4><table>{html.rows(bank)}</table>" if bank else "")
        + "".join(f"<p>{e(text)}</p>" for text in parts.said(facts, look))
    )
    css = (
        "h1{font-size:170%;margin:0 0 4mm}.refs td:first-child{font-weight:bold;padding-right:6mm}"
        f".two{{display:grid;grid-template-columns:{look.width(70)}mm 1fr;margin:8mm 0}}.large"
        "{font-size:150%;font-weight:bold;margin-bottom:7mm}.lines{width:100%}.lines th{font-weight:"
        "normal;font-size:85%;border-bottom:1px solid #000}.lines td{padding:1.6mm 0}small{color:"
        f"#666}}.n{{text-align:right!important}}.sums{{width:{look.width(92, 1)}mm;margin:4mm 0 8mm"
        " auto}.sums td{border-top:1px solid #eee;padding:1mm 0}td{padding-right:4mm}"
    )
    return html.page(facts, look, css, body)


FAMILY = Family("stripe", "chromium", draw, ("en", "nl"))
