"""Nothing but legends and values: every field of the e-invoice in a box with its name, street, postcode
and place apart, codes (380, 58, S), each line as a box of its own, sums marked net or gross: after the
visualisation of XRechnung, and what Dutch readers of UBL make of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import before, spoken
from tests.families.held_out_parts import CSS, Pair, closing, title, values
from tests.families.html import br, e, page
from tests.families.look import Look

_WORDS = spoken(
    "heading other seller buyer data totals split payment lines notes name extra street postcode place"
    " country phone mail kvk vat-id agb branch web number date type invoice credit currency due order"
    " corrects lines-net discount net vat gross rounding paid left n g category base rate amount reason means"
    " account bic holder blocked what quantity unit price off line",
    nl=(
        "E-factuur (leesbare weergave)|E-creditnota (leesbare weergave)"
        "|Informatie over de verkoper|Informatie over de koper"
        "|Factuurgegevens|Totaalbedragen van de factuur|Uitsplitsing van de btw|Betaalgegevens"
        "|Factuurregels|Opmerkingen|Naam|Adresregel|Straat en huisnummer|Postcode|Plaats|Landcode"
        "|Telefoon|E-mailadres|KvK-nummer|Btw-nummer|AGB-code|Vestigingsnummer|Website|Factuurnummer"
        "|Factuurdatum|Factuurtype|380 (factuur)|381 (creditnota)|Valuta|Vervaldatum|Orderreferentie"
        "|Nummer van de oorspronkelijke factuur|Som van alle regels|Som van de kortingen"
        "|Totaal zonder btw|Totaal btw|Totaal met btw|Afronding|Betaald bedrag|Te betalen bedrag"
        "|netto|bruto|Btw-categorie|Belastbaar bedrag|Btw-tarief|Btw-bedrag|Reden van vrijstelling"
        "|Betaalwijze (code)|IBAN|BIC|Rekeninghouder|G-rekening|Omschrijving|Aantal|Eenheid"
        "|Prijs per eenheid|Korting op de regel|Regelbedrag"
    ),
    de=(
        "E-Rechnung (Ansicht)|E-Gutschrift (Ansicht)"
        "|Informationen zum Verkäufer|Informationen zum Käufer|Rechnungsdaten"
        "|Gesamtbeträge der Rechnung|Aufschlüsselung der Umsatzsteuer|Zahlungsdaten"
        "|Rechnungspositionen|Bemerkungen|Name|Adresszeile|Straße und Hausnummer|PLZ|Ort|Ländercode"
        "|Telefon|E-Mail-Adresse|KvK-Nummer|USt-ID|AGB-Code|Niederlassung|Webseite|Rechnungsnummer"
        "|Rechnungsdatum|Rechnungsart|380 (Rechnung)|381 (Gutschrift)|Währung|Fälligkeitsdatum"
        "|Auftragsnummer|Nummer der ursprünglichen Rechnung|Summe aller Positionen|Summe Nachlässe"
        "|Gesamtsumme ohne USt.|Summe Umsatzsteuer|Gesamtsumme mit USt.|Rundungsbetrag|Gezahlter Betrag"
        "|Fälliger Betrag|netto|brutto|Umsatzsteuerkategorie|Steuerbasis|Umsatzsteuersatz|Steuerbetrag"
        "|Befreiungsgrund|Code für das Zahlungsmittel|IBAN|BIC|Kontoinhaber|G-Konto|Beschreibung"
        "|Menge|Einheit|Preis pro Einheit|Rabatt auf die Position|Gesamtpreis"
    ),
)


def _box(head: str, rows: Iterable[Pair], more: str = "") -> str:
    cells = "".join(
        f"<div class=r><div class=l>{e(a)}:</div><div>{e(v)}</div></div>" for a, v in rows if v
    )
    return f"<div class=box><h4>{e(head)}</h4>{cells}{more}</div>"


def _seller(f: Facts, look: Look, w: dict[str, str]) -> str:
    s, known = f.supplier, values(f, look)
    rows = [
        (w["name"], s.name),
        (w["street"], s.street),
        (w["extra"], s.po_box),
        (w["postcode"], known["postcode"]),
        (w["place"], s.city),
        (w["country"], "NL"),
        (w["kvk"], known["kvk"]),
        (w["branch"], s.branch),
        (w["vat-id"], known["vat"]),
        (w["agb"], s.agb),
        (w["phone"], known["phone"]),
        (w["mail"], s.email),
        (w["web"], s.web),
    ]
    return _box(w["seller"], rows)


def _data(f: Facts, look: Look, w: dict[str, str]) -> str:
    known = values(f, look)
    rows = [
        (w["number"], f.number),
        (w["date"], known["date"]),
        (w["type"], w["credit" if f.kind == "credit-note" else "invoice"]),
        (w["corrects"], f.corrects),
        (w["currency"], "EUR"),
        (w["due"], known["due"] if f.kind == "invoice" else ""),
        (w["order"], f.order),
    ]
    return _box(w["data"], rows)


def _totals(f: Facts, look: Look, w: dict[str, str]) -> str:
    rows = [("lines-net", "n", f.subtotal)]
    rows += [("discount", "n", -f.discount)] if f.discount else []
    rows += [("net", "n", f.net), ("vat", "", f.vat), ("gross", "g", f.gross)]
    rows += [("rounding", "g", f.rounding)] if f.rounding else []
    rows += [("paid", "g", -f.paid)] if f.paid else []
    rows.append(("left", "g", f.due_amount))
    cells = "".join(
        f"<tr class={name}><td>{e(w[name])}</td><td class=s>{w.get(side, '')}</td>"
        f"<td class=n>{e(look.money(value))}</td></tr>"
        for name, side, value in rows
    )
    return _box(w["totals"], [], f"<table class=sums>{cells}</table>")


def _split(f: Facts, look: Look, w: dict[str, str]) -> str:
    if f.exempt and not f.exemption:
        return ""
    parts = [
        [
            (w["category"], "S" if share.rate else "Z"),
            (w["base"], look.money(share.net)),
            (w["rate"], f"{share.rate}%"),
            (w["amount"], look.money(share.vat)),
        ]
        for share in f.shares
    ]
    if f.exempt:
        parts = [[(w["category"], "E"), (w["base"], look.money(f.net)), (w["reason"], f.exemption)]]
    return "".join(_box(w["split"], rows) for rows in parts)


def _payment(f: Facts, look: Look, w: dict[str, str]) -> str:
    s = f.supplier
    if not s.accounts:
        return ""
    rows = [(w["means"], "58"), *((w["account"], look.iban(a.iban)) for a in s.accounts)]
    rows += [(w["bic"], s.bic)] if len(s.accounts) == 1 else []
    rows += [(w["holder"], s.name), (w["blocked"], look.iban(s.g_account) if s.g_account else "")]
    return _box(w["payment"], rows)


def _line(f: Facts, look: Look, w: dict[str, str], at: int) -> str:
    line = f.lines[at]
    off = before(line) - line.net
    rows = [
        (w["what"], line.description),
        (w["quantity"], look.quantity(line.quantity)),
        (w["unit"], line.unit),
        (w["price"], look.money(line.price)),
        (w["off"], look.money(off) if line.discount else ""),
        (w["rate"], "" if f.exempt else f"{line.rate}%"),
        (w["line"], look.money(line.net)),
    ]
    return _box(f"Positie {at + 1}" if f.language == "nl" else f"Position {at + 1}", rows)


def draw(f: Facts, look: Look) -> str:
    w = _WORDS[f.language]
    name, *rest = f.addressee
    buyer = [(w["name"], name), *((w["extra"], text) for text in rest)]
    notes = [text for text in closing(f, look) if text != f.exemption]
    lines = "".join(_line(f, look, w, at) for at in range(len(f.lines)))
    css = (
        f"{CSS}h2{{font-size:150%;color:{look.accent};margin-bottom:4mm}}h3{{margin:4mm 0 2mm}}"
        ".g{display:flex;flex-wrap:wrap;gap:3mm}.box{border:0.2mm solid #bbb;border-radius:1mm;"
        "padding:2mm 3mm;flex:1 1 45%;break-inside:avoid}h4{margin:0 0 1.5mm;border-bottom:0.2mm solid"
        " #ddd}.r{display:flex;padding:0.4mm 0}.r div:last-child{overflow-wrap:anywhere}"
        f".l{{min-width:{look.pick(38, 45)}%;max-width:60%;flex-shrink:0;padding-right:2mm;color:#555}}"
        ".sums{width:100%}.sums td{padding:0.5mm 0}.s{color:#777;padding:0 4mm!important}"
        ".gross td,.left td{font-weight:bold;border-top:0.2mm solid #bbb}.lines .box{flex:1 1 30%}"
    )
    body = (
        f"<h2>{title(f, w['heading'], w['other'])}</h2>"
        f"<div class=g>{_box(w['buyer'], buyer)}{_seller(f, look, w)}"
        f"{_data(f, look, w)}{_totals(f, look, w)}{_split(f, look, w)}{_payment(f, look, w)}</div>"
        f"<h3>{w['lines']}</h3><div class='g lines'>{lines}</div>"
    )
    if notes:
        body += f"<h3>{w['notes']}</h3>{br(notes)}"
    return page(f, look, css, body)


FAMILY = Family("xrechnung-view", "chromium", draw, ("nl", "de"))
