"""After invoice forms in Excel: logo's place empty, supplier top right, title across, references
beside the addressee in the last two columns, empty rows of the form kept, sums in a block at the
foot with the account beside them.
"""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from tests.families import documents, parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.look import Look

_WORDS = {
    "title": "Factuur",
    "credit": "Creditfactuur",
    "number": "Factuurnr.",
    "date": "Datum",
    "due": "Vervaldatum",
    "order": "Referentie",
    "corrects": "Bij factuurnr.",
    "subtotal": "Subtotaal",
    "discount": "Korting",
    "net": "Subtotaal",
    "vat": "btw {r}%",
    "vat-over": "btw {r}% over {b}",
    "total": "Totaal",
    "rounding": "Afronding",
    "paid": "Betaald",
    "left": "Te voldoen",
    "phone": "T",
    "mail": "E",
    "web": "I",
    "kvk": "KvK",
    "vat-id": "btw-id",
    "iban": "IBAN",
    "agb": "AGB",
    "branch": "vest.",
    "g-account": "G-rek.",
}
_THIN = Side(style="thin", color="999999")


def draw(facts: Facts, look: Look) -> bytes:
    w, s = _WORDS, facts.supplier
    look = look.writes(money=look.pick("€ 1.234,56", "1.234,56"))
    if facts.discount:
        w = w | {"net": "Na korting"}
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet: Worksheet = book.create_sheet("Factuur")
    for column, width in zip("ABCD", (look.width(46), 12, look.width(29, 1), 16), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)

    def put(row: int, column: int, text: str, bold: bool = False, right: bool = False) -> None:
        cell = sheet.cell(row, column, text)
        cell.font = Font(name=look.font, size=look.size, bold=bold)
        cell.alignment = Alignment(horizontal="right" if right else "left")

    own = [s.name, *parts.address(facts, look)]
    own += [f"{a}: {v}" for a, v in parts.known(facts, look, w, "phone mail web")]
    for at, text in enumerate(own, 1):
        put(at, 3, text, at == 1)
    row = len(own) + 2
    put(row, 1, f"{facts.mark} {parts.title(facts, w)}".strip(), True)
    row += 2
    refs = parts.known(facts, look, w, "number date due order corrects")
    for at in range(max(len(refs), len(facts.addressee))):
        if at < len(facts.addressee):
            put(row + at, 1, facts.addressee[at])
        if at < len(refs):
            put(row + at, 3, refs[at][0])
            put(row + at, 4, refs[at][1], right=True)
    row += max(len(refs), len(facts.addressee)) + 1
    row = _lines(sheet, facts, look, row)
    ids = parts.known(facts, look, w, "iban kvk vat-id agb branch g-account")
    sums = parts.sums(facts, look, w)
    for at in range(max(len(ids), len(sums))):
        if at < len(ids):
            put(row + at, 1, f"{ids[at][0]} {ids[at][1]}")
        if at < len(sums):
            put(row + at, 3, sums[at][0], sums[at][0] == w["total"])
            put(row + at, 4, sums[at][1], sums[at][0] == w["total"], True)
    row += max(len(ids), len(sums)) + 1
    for at, text in enumerate(parts.said(facts, look)):
        put(row + at, 1, text)
    return documents.saved(book)


def _lines(sheet: Worksheet, facts: Facts, look: Look, row: int) -> int:
    empty = max(0, look.pick(0, 4, 8) - len(facts.lines))
    border = Border(bottom=_THIN, left=_THIN, right=_THIN, top=_THIN)
    rows: list[tuple[str, ...]] = [
        (
            line.description + (f" (-{line.discount}%)" if line.discount else ""),
            look.quantity(line.quantity),
            look.money(line.price),
            look.money(line.net),
        )
        for line in facts.lines
    ]
    heads = ("Omschrijving", "Aantal", "Tarief", "Bedrag")
    for at, texts in enumerate((heads, *rows, *[("",) * 4] * empty)):
        for column, text in enumerate(texts, 1):
            cell = sheet.cell(row + at, column, text)
            cell.font = Font(name=look.font, size=look.size, bold=at == 0)
            cell.border = border
            cell.alignment = Alignment(horizontal="right" if column > 1 else "left")
    return row + len(rows) + empty + 2


FAMILY = Family("excel-form", "xlsx", draw)
