"""Seller and buyer under large headings with every fact as "label: value" on one line, the address
among them, and a taxable amount, a rate and a tax as rows of their own at the end of the table: after
the package laravel-invoices, in its own Dutch, English, German and French words.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import before, spoken
from tests.families.held_out_parts import (
    CSS,
    Pair,
    address,
    closing,
    has_line_discount,
    pairs,
    title,
)
from tests.families.html import br, e, page
from tests.families.look import Look

_WORDS = spoken(
    "invoice credit seller buyer address notes until description units quantity price discount tax"
    " sub off taxable rate taxes total exempt paid rounding due",
    nl=(
        "Factuur|Creditfactuur|Verkoper|Koper|Adres|Opmerkingen|Gelieve te betalen tot|Omschrijving"
        "|Eenheden|#|Prijs|Korting|Belasting|Subtotaal|Totale korting|Belastbaar bedrag|Belastingtarief"
        "|Totaal belastingen|Totaalbedrag|Totaalbedrag|Reeds betaald|Afronding|Te betalen"
    ),
    en=(
        "Invoice|Credit note|Seller|Buyer|Address|Notes|Please pay until|Description|Units|Qty|Price"
        "|Discount|Tax|Sub total|Total discount|Taxable amount|Tax rate|Total taxes|Total amount"
        "|Total amount|Already paid|Rounding|Left to pay"
    ),
    de=(
        "Rechnung|Gutschrift|Verkäufer|Käufer|Adresse|Anmerkungen|Zahlbar bis|Beschreibung|Einheiten"
        "|Menge|Preis|Rabatt|Steuer|Zwischensumme|Gesamtrabatt|Steuerpflichtiger Betrag|Steuersatz"
        "|Steuern gesamt|Gesamtbetrag|Gesamtbetrag|Bereits bezahlt|Rundung|Zu zahlen"
    ),
    fr=(
        "Facture|Avoir|Vendeur|Acheteur|Adresse|Notes|À payer avant le|Description|Unités|Qté|Prix"
        "|Remise|Taxe|Sous-total|Remise totale|Montant imposable|Taux de taxe|Total des taxes"
        "|Montant total|Montant total|Déjà payé|Arrondi|Reste à payer"
    ),
)
_SELLER = {
    "nl": {
        "kvk": "KvK-nummer",
        "vat": "btw nummer",
        "phone": "Telefoon",
        "g-account": "G-rekening",
    },
    "en": {"kvk": "CoC number", "vat": "VAT code", "phone": "Phone", "g-account": "G-account"},
    "de": {
        "kvk": "KvK-Nummer",
        "vat": "USt-IdNr.",
        "phone": "Telefon",
        "g-account": "G-Konto (gesperrt)",
    },
    "fr": {
        "kvk": "Numéro KvK",
        "vat": "Code TVA",
        "phone": "Téléphone",
        "g-account": "Compte bloqué (G-rekening)",
    },
}
_HEAD = {
    "nl": {"number": "Serienummer.", "date": "Factuur datum:", "corrects": "Bij factuur:"},
    "en": {"number": "Serial No.", "date": "Invoice date:", "corrects": "For invoice:"},
    "de": {"number": "Seriennummer", "date": "Rechnungsdatum:", "corrects": "Zu Rechnung:"},
    "fr": {"number": "Numéro", "date": "Date de facture :", "corrects": "Pour la facture :"},
}
_BUYER = {
    "nl": {"order": "Ordernummer"},
    "en": {"order": "Order number"},
    "de": {"order": "Auftragsnummer"},
    "fr": {"order": "Commande"},
}


def _sums(f: Facts, look: Look, words: dict[str, str]) -> list[Pair]:
    money, rows = look.money, []
    if f.discount:
        percent = f" ({f.discount_percent}%)" if f.discount_percent else ""
        rows.append((words["off"] + percent, money(f.discount)))
    for share in f.shares:
        rows += [
            (words["taxable"], money(share.net)),
            (words["rate"], f"{share.rate}%"),
            (words["taxes"] if len(f.shares) == 1 else words["tax"], money(share.vat)),
        ]
    if len(f.shares) > 1:
        rows.append((words["taxes"], money(f.vat)))
    rows.append((words["total"], money(f.gross)))
    if f.rounding:
        rows.append((words["rounding"], money(f.rounding)))
    if f.paid:
        rows.append((words["paid"], money(-f.paid)))
    if f.rounding or f.paid:
        rows.append((words["due"], money(f.due_amount)))
    return rows


def _lines(f: Facts, look: Look, words: dict[str, str]) -> tuple[str, int]:
    """Rows, and how many columns they have."""
    keep = (True, True, True, True, has_line_discount(f), not f.exempt, True)
    names = ("description", "units", "quantity", "price", "discount", "tax", "sub")
    style = ("", "c", "c", "n", "n", "n", "n")

    def row(cells: tuple[str, ...], tag: str) -> str:
        return "".join(
            f"<{tag} class='{own}'>{e(cell)}</{tag}>"
            for cell, own, kept in zip(cells, style, keep, strict=True)
            if kept
        )

    head = row(tuple(words[name] for name in names), "th")
    body = "".join(
        "<tr>"
        + row(
            (
                line.description,
                line.unit,
                look.quantity(line.quantity),
                look.money(line.price),
                look.money(before(line) - line.net) if line.discount else "",
                f"{line.rate}%",
                look.money(line.net),
            ),
            "td",
        )
        + "</tr>"
        for line in f.lines
    )
    return f"<thead><tr>{head}</tr></thead><tbody>{body}", sum(keep)


def draw(f: Facts, look: Look) -> str:
    words, s = _WORDS[f.language], f.supplier
    colon = " : " if f.language == "fr" else ": "
    seller = pairs(f, look, _SELLER[f.language])
    more = {"email": "Email", "web": "Website", "iban": "IBAN", "agb": "AGB", "branch": "Vestiging"}
    at = ", ".join(address(f, look))
    own = [(words["address"], at)] if at else []
    left = [a + colon + v for a, v in [*own, *seller, *pairs(f, look, more)]]
    name, *rest = f.addressee
    right = [words["address"] + colon + ", ".join(rest)]
    right += [a + colon + v for a, v in pairs(f, look, _BUYER[f.language])]
    refs = "".join(f"<p>{e(a)} <b>{e(v)}</b></p>" for a, v in pairs(f, look, _HEAD[f.language]))
    lines, columns = _lines(f, look, words)
    sums = "".join(
        f"<tr><td colspan={columns - 2} class=o></td><td class=n>{e(a)}</td><td class=n>{e(v)}</td></tr>"
        for a, v in _sums(f, look, words)
    )
    notes = closing(f, look)
    texts = f"<p>{e(words['notes'])}{colon}{br(notes)}</p>" if notes else ""
    until = "" if f.kind == "credit-note" else f"{words['until']}{colon}{look.date(f.due)}"
    css = (
        f"{CSS}body{{line-height:1.1}}.w{{width:100%;margin-bottom:4mm}}h4{{margin:0;font-size:150%;"
        "text-transform:uppercase}.party{font-size:150%;font-weight:normal;padding-bottom:2mm}"
        ".w p{margin:0 0 2mm}.items th,.items td{padding:2.2mm 2mm;border-top:0.2mm solid #dee2e6}"
        ".items th{border:0}.items .o{border:0}.c{text-align:center}.items{margin-bottom:5mm}"
    )
    body = (
        f"<table class=w><tr><td style='width:68%'><h4>{title(f, words['invoice'], words['credit'])}"
        f"</h4></td><td>{refs}</td></tr></table><table class=w><tr><th class=party style='width:48%'>"
        f"{words['seller']}</th><th style='width:4%'></th><th class=party>{words['buyer']}</th></tr>"
        f"<tr><td><p><b>{e(s.name)}</b></p>{''.join(f'<p>{e(x)}</p>' for x in left)}</td><td></td>"
        f"<td><p><b>{e(name)}</b></p>{''.join(f'<p>{e(x)}</p>' for x in right)}</td></tr></table>"
        f"<table class=items>{lines}{sums}</tbody></table>{texts}<p>{e(until)}</p>"
    )
    return page(f, look, css, body)


FAMILY = Family("laravel-pdf", "weasyprint", draw, ("nl", "en", "de", "fr"))
