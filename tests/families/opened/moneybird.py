"""After Moneybird's standard style: everything of the supplier in one column at the right, quantity
before the description as "2 x", the btw named behind each line, a sentence with amount, date,
account and number instead of a block with bank details.
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
        "credit": "Creditfactuur",
        "number": "Factuurnummer",
        "date": "Factuurdatum",
        "due": "Vervaldatum",
        "order": "Referentie",
        "customer": "Klantnummer",
        "corrects": "Correctie op factuur",
        "subtotal": "Subtotaal",
        "discount": "Korting",
        "net": "Totaal exclusief btw",
        "vat": "Btw {r}%",
        "vat-over": "Btw {r}% over {b}",
        "total": "Totaal",
        "rounding": "Afronding",
        "paid": "Betaald",
        "left": "Te betalen",
        "heads": "Aantal|Omschrijving|Btw|Bedrag",
        "phone": "",
        "mail": "",
        "web": "",
        "kvk": "KvK:",
        "vat-id": "Btw:",
        "iban": "IBAN:",
        "bic": "BIC:",
        "agb": "AGB:",
        "branch": "Vestigingsnummer:",
        "g-account": "G-rekening:",
    }
}
_PAY = (
    "We verzoeken je vriendelijk het openstaande bedrag van {amount} voor {due} over te maken op"
    " rekeningnummer {iban} ten name van {name}{number}."
)


def draw(facts: Facts, look: Look) -> str:
    w, s = _WORDS[facts.language], facts.supplier
    look = look.writes(money="€ 1.234,56", date=look.pick("dd-mm-yyyy", "d mmmm yyyy"))
    own = [s.name, *parts.address(facts, look), ""]
    ids = [
        f"{a} {v}".strip()
        for a, v in parts.known(
            facts, look, w, "phone mail web kvk vat-id iban bic agb branch g-account"
        )
    ]
    lines = "".join(
        f"<tr><td>{e(look.quantity(line.quantity))} x<td>{e(line.description)}"
        + (f" ({line.discount}% korting)" if line.discount else "")
        + ("" if facts.exempt else f"<td>{line.rate}%")
        + f"<td class=n>{e(look.money(line.net))}"
        for line in facts.lines
    )
    heads = [h for h in w["heads"].split("|") if h != "Btw" or not facts.exempt]
    pay = ""
    if len(s.accounts) == 1 and facts.kind == "invoice":
        number = f" onder vermelding van {facts.number}" if facts.number else ""
        pay = _PAY.format(
            amount=look.money(facts.due_amount),
            due=look.date(facts.due),
            iban=look.iban(s.iban),
            name=s.name,
            number=number,
        )
    body = (
        f"<div class=own>{br(own)}<br>{br(ids)}</div><div class=to>{br(facts.addressee)}</div>"
        f"<h1>{e(parts.title(facts, w))}</h1><table class=refs>"
        f"{html.rows(parts.known(facts, look, w, 'number date due order customer corrects'))}"
        f"</table><table class=lines><thead><tr>{''.join(f'<th>{e(h)}' for h in heads)}</thead>"
        f"{lines}</table><table class=sums>{html.grid(parts.sums(facts, look, w))}</table>"
        + "".join(f"<p>{e(text)}</p>" for text in (*parts.said(facts, look), pay) if text)
    )
    css = (
        f".own{{float:right;width:{look.width(58)}mm;line-height:1.5}}.to{{margin:30mm 0 14mm}}"
        "h1{font-weight:300;clear:none}.refs td:first-child{padding-right:8mm;color:#777}"
        ".lines{width:100%;clear:both;margin-top:8mm}.lines th{color:#777;font-weight:normal;"
        f"border-bottom:1px solid #ccc}}.lines th:last-child{{text-align:right}}.lines td{{padding:"
        f"1.4mm 3mm 1.4mm 0}}.n{{text-align:right!important}}.sums{{width:{look.width(75, 1)}mm;"
        "margin:3mm 0 8mm auto;border-top:1px solid #ccc}.sums td{padding:.8mm 3mm .8mm 0}"
    )
    return html.page(facts, look, css, body)


FAMILY = Family("moneybird", "weasyprint", draw)
