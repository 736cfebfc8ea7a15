"""The number in the heading, client left and company right, a grid with the day of each line, sums as
rows over all columns with their word at the far left, taxes named after a ledger account, and a payment
as a row with its own day: after GnuCash's printable invoice.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import said
from tests.families.held_out_parts import CSS, address, closing, pairs, title
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = {
    "nl": {
        "subtotal": "Totaal van de regels",
        "discount": "Korting{p}",
        "net": "Nettoprijs",
        "vat": "Te betalen btw {r}%",
        "several": "Te betalen btw {r}% (over {b})",
        "gross": "Totaalprijs",
        "rounding": "Afronding",
        "paid": "Betaling, hartelijk dank",
        "due": "Verschuldigd bedrag",
    },
    "en": {
        "subtotal": "Entries",
        "discount": "Discount{p}",
        "net": "Net Price",
        "vat": "VAT payable {r}%",
        "several": "VAT payable {r}% (on {b})",
        "gross": "Total Price",
        "rounding": "Rounding",
        "paid": "Payment, thank you!",
        "due": "Amount Due",
    },
}
_REFS = {
    "nl": {
        "date": "Factuurdatum|Datum",
        "due": "Vervaldatum",
        "order": "Uw referentie",
        "corrects": "Bij factuur",
    },
    "en": {"date": "Date", "due": "Due Date", "order": "Reference", "corrects": "For invoice"},
}
_WORDS = {
    "nl": (
        "Factuur",
        "Creditnota",
        "Datum Omschrijving Boeking Aantal Eenheidsprijs Korting Btw Totaal",
    ),
    "en": ("Invoice", "Credit Note", "Date Description Charge Quantity Price Discount VAT Total"),
}
_IDS = {
    "nl": {"phone": "Telefoon:", "kvk": "Ondernemingsnummer (KvK):", "vat": "Btw-nummer:"},
    "en": {"phone": "Phone:", "kvk": "Company ID (KvK):", "vat": "VAT ID:"},
}


def _body(f: Facts, look: Look) -> str:
    heads = _WORDS[f.language][2].split()
    if f.exempt:
        heads.remove("Btw" if f.language == "nl" else "VAT")
    count = len(heads)
    rows = ""
    for line in f.lines:
        cells = [
            look.date(line.date),
            line.description,
            line.unit,
            look.quantity(line.quantity),
            look.money(line.price),
            f"{line.discount},00%" if line.discount else "",
            *([] if f.exempt else [f"{line.rate}%"]),
            look.money(line.net),
        ]
        rows += "<tr>"
        rows += "".join(
            f"<td{' class=n' if at > 2 else ''}>{e(cell)}</td>" for at, cell in enumerate(cells)
        )
        rows += "</tr>"
    paid_on = look.date(f.lines[0].date)
    for row in said(f, look, _SAY[f.language]):
        amount = f"<td class=n>{e(row.amount)}</td>"
        if row.kind == "paid":
            rows += (
                f"<tr><td>{e(paid_on)}</td><td colspan={count - 2}>{e(row.label)}</td>{amount}</tr>"
            )
        else:
            rows += f"<tr class={row.kind}><td colspan={count - 1}>{e(row.label)}</td>{amount}</tr>"
    head = "".join(f"<th>{h}</th>" for h in heads)
    return (
        f"<table class=items border=1><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def draw(f: Facts, look: Look) -> str:
    s, words = f.supplier, _WORDS[f.language]
    refs = "".join(
        f"<tr><td>{e(a)}:&nbsp;</td><td>{e(v)}</td></tr>"
        for a, v in pairs(f, look, _REFS[f.language])
    )
    more = {**_IDS[f.language], "iban": "IBAN:", "bic": "BIC:", "g-account": "G-rekening:"}
    more |= {"agb": "AGB:", "branch": "Vestigingsnummer:", "email": "", "web": ""}
    own = [*address(f, look), *(f"{a} {v}".strip() for a, v in pairs(f, look, more))]
    number = f" #{f.number}" if f.number else ""
    thanks = (
        "Bedankt voor uw vertrouwen!" if f.language == "nl" else "Thank you for your patronage!"
    )
    css = (
        f"{CSS}h3{{font-size:145%;margin:0 0 5mm}}.w{{width:100%;margin-bottom:5mm}}"
        ".w>tbody>tr>td:last-child{text-align:right}.refs{margin-left:auto;margin-bottom:3mm}"
        f".items{{border-color:{look.pick('#000', '#999')}}}.items td,.items th{{padding:0.9mm 1.4mm;"
        f"border:0.2mm solid}}.items th{{background:{look.pick('#eee', '#fff')};text-align:center}}"
        ".gross td,.due td,.net td,.subtotal td{font-weight:bold}.th{margin-top:8mm}"
    )
    body = (
        f"<h3>{title(f, words[0], words[1])}{e(number)}</h3><table class=w><tr><td>{br(f.addressee)}</td>"
        f"<td><table class=refs>{refs}</table><b>{e(s.name)}</b><br>{br(own)}</td></tr></table>"
        f"{_body(f, look)}<p>{br(closing(f, look))}</p><p class=th>{thanks}</p>"
    )
    return page(f, look, css, body)


FAMILY = Family("gnucash-print", "chromium", draw, ("nl", "en"))
