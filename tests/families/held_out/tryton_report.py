"""Number, date and description as headings and lines with a colon, taxes named in a column, three sums
with one joint amount of taxes, the taxes once more with base and amount, and a table of the terms with
day and amount: after Tryton's report, typed in Writer.
"""

from __future__ import annotations

from tests.families.documents import odt, odt_table, para
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import count, spoken
from tests.families.held_out_parts import Pair, address, closing, pairs, title, values
from tests.families.look import Look

_WORDS = spoken(
    "invoice credit no date order corrects what quantity price taxes amount subtotal discount net vat"
    " total exempt rounding paid left tax base term account vat-name days",
    nl=(
        "Factuur|Creditfactuur|Nr.|Datum|Referentie|Creditering van|Omschrijving|Aantal|Eenheidsprijs"
        "|Belastingen|Bedrag|Totaal regels|Korting|Totaal (excl. belastingen)|Belastingen|Totaal"
        "|Totaal|Afronding|Vooruitbetaald|Te betalen|Belasting|Grondslag|Betalingstermijn"
        "|Bankrekening|btw|Vervaldatum"
    ),
    en=(
        "Invoice|Credit Note|No.|Date|Reference|Credits invoice|Description|Quantity|Unit Price|Taxes"
        "|Amount|Total of lines|Discount|Total (excl. taxes)|Taxes|Total|Total|Rounding|Prepaid"
        "|To pay|Tax|Base|Payment Term|Bank account|VAT|Due date"
    ),
    de=(
        "Rechnung|Gutschrift|Nr.|Datum|Referenz|Gutschrift zu|Bezeichnung|Menge|Einzelpreis|Steuern"
        "|Betrag|Summe Positionen|Rabatt|Gesamt (ohne Steuern)|Steuern|Gesamt|Gesamt|Rundung"
        "|Vorausgezahlt|Zu zahlen|Steuer|Basis|Zahlungsbedingung|Bankkonto|USt.|Fälligkeit"
    ),
)
_LINES = (70.0, 26.0, 28.0, 22.0, 28.0)
_SUMS = (80.0, 60.0, 34.0)
_TAXES = (40.0, 36.0, 36.0)
_TERMS = (50.0, 36.0)


def _totals(f: Facts, look: Look, w: dict[str, str]) -> list[Pair]:
    rows = []
    if f.discount:
        percent = f" {f.discount_percent}%" if f.discount_percent else ""
        rows += [(w["subtotal"], f.subtotal), (w["discount"] + percent, -f.discount)]
    if not f.exempt:
        rows += [(w["net"], f.net), (w["vat"], f.vat)]
    rows.append((w["exempt" if f.exempt else "total"], f.gross))
    rows += [(w["rounding"], f.rounding)] if f.rounding else []
    rows += [(w["paid"], -f.paid)] if f.paid else []
    rows += [(w["left"], f.due_amount)] if f.paid or f.rounding else []
    return [(f"{label}:", look.money(value)) for label, value in rows]


def draw(f: Facts, look: Look) -> bytes:
    w, known, s = _WORDS[f.language], values(f, look), f.supplier
    contact = {"phone": "Tel.", "email": "", "web": ""}
    head = [*address(f, look), *(f"{a} {v}".strip() for a, v in pairs(f, look, contact))]
    body = para(s.name, "B") + para(" – ".join(head)) + para("")
    to = [text for part in f.addressee for text in part.split(", ")]
    body += para("\t" + "\n\t".join(to)) + para("")
    number = f" {w['no']}: {f.number}" if f.number else ""
    body += para(f"{title(f, w['invoice'], w['credit'])}{number} {f.mark}".strip(), "H")
    for name, value in (("date", known["date"]), ("order", f.order), ("corrects", f.corrects)):
        body += para(f"{w[name]}: {value}") if value else ""
    rows = [tuple(w[name] for name in ("what", "quantity", "price", "taxes", "amount"))]
    if f.exempt:
        rows = [(*rows[0][:3], "", rows[0][4])]
    for line in f.lines:
        off = f" (-{line.discount}%)" if line.discount else ""
        rate = "" if f.exempt else f"{line.rate}% {w['vat-name']}"
        price = look.money(line.price)
        rows.append((line.description + off, count(line, look), price, rate, look.money(line.net)))
    body += para("") + odt_table(rows, _LINES) + para("")
    body += odt_table([("", a, v) for a, v in _totals(f, look, w)], _SUMS) + para("")
    if f.shares:
        taxes = [(w["tax"], w["base"], w["amount"])]
        taxes += [
            (f"{x.rate}% {w['vat-name']}", look.money(x.net), look.money(x.vat)) for x in f.shares
        ]
        body += odt_table(taxes, _TAXES) + para("")
    if f.kind == "invoice":
        body += para(w["term"], "B")
        terms = [(w["days"], w["amount"]), (known["due"], known["pay"])]
        body += odt_table(terms, _TERMS) + para("")
    more = {"iban": w["account"], "bic": "BIC", "g-account": "G-rekening"}
    body += "".join(para(f"{a}: {v}") for a, v in pairs(f, look, more))
    body += "".join(para(text) for text in closing(f, look)) + para("")
    ids = {"kvk": "KvK", "vat": f"{w['vat-name']}-ID", "agb": "AGB", "branch": "Vestiging"}
    body += para(", ".join([s.name, *(f"{a}: {v}" for a, v in pairs(f, look, ids))]), "S")
    columns = (*_LINES, *_SUMS, *_TAXES, *_TERMS)
    return odt(body, look, columns, tabs=(look.width(105),))


FAMILY = Family("tryton-report", "odt", draw, ("nl", "en", "de"))
