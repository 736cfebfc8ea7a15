"""After WHMCS's invoice (TCPDF): company flush right, a grey bar with "Invoice #NUMBER" and dates
as lines with a colon, two columns with centred amounts, credit and total as rows, and a second
table with the payments and the balance under it. A stamp runs across the corner.
"""

from __future__ import annotations

from fpdf import FPDF

from tests.corpus.paper import FONTS
from tests.families import parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.look import Look

_WORDS = {
    "nl": {
        "title": "Factuur",
        "credit": "Creditfactuur",
        "number": "Factuurnummer",
        "date": "Factuurdatum",
        "due": "Vervaldatum",
        "corrects": "Credit voor factuur",
        "to": "Gefactureerd aan",
        "heads": "Omschrijving|Bedrag",
        "subtotal": "Subtotaal",
        "discount": "Korting",
        "net": "Sub Totaal",
        "exempt-net": "Sub Totaal",
        "vat": "{r}.00% BTW",
        "total": "Totaal",
        "rounding": "Afronding",
        "payments": "Transacties",
        "columns": "Transactiedatum|Betaalmethode|Transactie ID|Bedrag",
        "none": "Geen gerelateerde transacties gevonden",
        "bank": "Bankoverschrijving",
        "balance": "Balans",
        "stamp": "ONBETAALD",
        "notes": "Opmerkingen",
        "phone": "",
        "mail": "",
        "kvk": "KvK:",
        "vat-id": "BTW nummer:",
        "iban": "IBAN:",
        "agb": "AGB:",
        "g-account": "G-rekening:",
    },
    "en": {
        "title": "Invoice",
        "credit": "Credit Note",
        "number": "Invoice",
        "date": "Invoice Date",
        "due": "Due Date",
        "corrects": "Credit for invoice",
        "to": "Invoiced To",
        "heads": "Description|Total",
        "subtotal": "Subtotal",
        "discount": "Discount",
        "net": "Sub Total",
        "exempt-net": "Sub Total",
        "vat": "{r}.00% VAT",
        "total": "Total",
        "rounding": "Rounding",
        "payments": "Transactions",
        "columns": "Transaction Date|Gateway|Transaction ID|Amount",
        "none": "No Related Transactions Found",
        "bank": "Bank Transfer",
        "balance": "Balance",
        "stamp": "UNPAID",
        "notes": "Notes",
        "phone": "",
        "mail": "",
        "kvk": "CoC:",
        "vat-id": "VAT Number:",
        "iban": "IBAN:",
        "agb": "AGB:",
        "g-account": "G-account:",
    },
}


def draw(facts: Facts, look: Look) -> bytes:
    w, s = _WORDS[facts.language], facts.supplier
    if facts.discount:
        w = w | {"net": w["net"] + " -", "exempt-net": w["subtotal"]}
    pdf = FPDF(format="A4")
    pdf.set_margin(look.margin)
    pdf.set_auto_page_break(True, 15)
    name = "LiberationSerif" if "Serif" in look.font else "LiberationSans"
    for style, file in (("", "Regular"), ("B", "Bold")):
        pdf.add_font("own", style, str(FONTS / f"{name}-{file}.ttf"))
    pdf.add_page()
    _company(pdf, facts, look, [s.name, *parts.address(facts, look)])
    pdf.set_fill_color(239)
    _bar(pdf, facts, look)
    pdf.set_font("own", "B", 10)
    pdf.cell(0, 5, w["to"], new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("own", "", 9)
    for text in facts.addressee:
        pdf.cell(0, 4.5, text, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(8)
    _lines(pdf, facts, look, w)
    _payments(pdf, facts, look, w)
    pdf.set_font("own", "", 8)
    for text in parts.said(facts, look):
        pdf.multi_cell(0, 4.5, f"{w['notes']}: {text}", new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def _company(pdf: FPDF, facts: Facts, look: Look, address: list[str]) -> None:
    w = _WORDS[facts.language]
    if facts.mark:
        pdf.set_font("own", "B", 20)
        pdf.cell(0, 10, facts.mark, new_x="LMARGIN", new_y="NEXT")
    elif look.chance(0.5):
        with pdf.rotation(35, 40, 40):
            pdf.set_font("own", "B", 24)
            pdf.set_text_color(223, 85, 74)
            pdf.text(15, 45, w["stamp"])
            pdf.set_text_color(0)
    ids = parts.known(facts, look, w, "phone mail kvk vat-id iban agb g-account")
    pdf.set_font("own", "", 13)
    for text in (*address, *(f"{a} {v}".strip() for a, v in ids)):
        pdf.cell(0, 4.6, text, align="R", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("own", "", 9)
    pdf.ln(6)


def _bar(pdf: FPDF, facts: Facts, look: Look) -> None:
    w = _WORDS[facts.language]
    pdf.set_font("own", "B", 15)
    number = f" #{facts.number}" if facts.number else ""
    pdf.cell(0, 8, parts.title(facts, w) + number, fill=True, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("own", "", 10)
    for label, value in parts.known(facts, look, w, "date due corrects"):
        pdf.cell(0, 6, f"{label}: {value}", fill=True, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(8)


def _lines(pdf: FPDF, facts: Facts, look: Look, w: dict[str, str]) -> None:
    rows = []
    for line in facts.lines:
        off = f" (-{line.discount}%)" if line.discount else ""
        what = f"{line.description} - {look.quantity(line.quantity)} x {look.money(line.price)}"
        rows.append((what + off, look.money(line.net)))
    pdf.set_font("own", "", 9)
    with pdf.table(width=pdf.epw, col_widths=(80, 20), text_align=("LEFT", "CENTER")) as table:
        table.row(w["heads"].split("|"))
        for row in rows:
            table.row(row)
    with pdf.table(
        width=pdf.epw,
        col_widths=(80, 20),
        text_align=("RIGHT", "CENTER"),
        first_row_as_headings=False,
    ) as table:
        for row in _until_total(facts, look, w):
            table.row(row)
    pdf.ln(5)


def _until_total(facts: Facts, look: Look, w: dict[str, str]) -> list[tuple[str, str]]:
    sums = parts.sums(facts, look, w | {"paid": "", "left": ""})
    return [row for row in sums if row[0]]


def _payments(pdf: FPDF, facts: Facts, look: Look, w: dict[str, str]) -> None:
    pdf.set_font("own", "B", 12)
    pdf.cell(0, 8, w["payments"], new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("own", "", 9)
    with pdf.table(width=pdf.epw, col_widths=(25, 25, 30, 20), text_align="CENTER") as table:
        table.row(w["columns"].split("|"))
        if facts.paid:
            day = look.date(facts.date) or look.date(facts.due)
            table.row((day, w["bank"], "-", look.money(facts.paid)))
        else:
            row = table.row()
            row.cell(w["none"], colspan=4)
        row = table.row()
        row.cell(w["balance"], colspan=3, align="RIGHT")
        row.cell(look.money(facts.due_amount))
    pdf.ln(5)


FAMILY = Family("whmcs", "fpdf2", draw, ("nl", "en"), gives_bases=False)
