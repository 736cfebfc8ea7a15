"""A spreadsheet filled by a macro: the labels in column B, values in C or far to the right in F,
amounts flush right, the totals under the last line: exported as a PDF.
"""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    TotalWords,
    address,
    closing,
    has_line_discount,
    pairs,
    sentence,
    title,
    totals,
)
from tests.families.look import Look

_SAY = TotalWords(
    gross="TOTAAL INCL. BTW",
    total="TOTAAL",
    net="TOTAAL EXCL. BTW",
    vat="BTW {r}%",
    subtotal="TOTAAL REGELS",
    discount="KORTING",
    rounding="AFRONDING",
    paid="REEDS BETAALD",
    due="TE BETALEN",
)


def _put(
    sheet: Worksheet,
    cell: str,
    value: str,
    *,
    bold: bool = False,
    right: bool = False,
    size: float = 0,
) -> None:
    own = sheet[cell]
    own.value = value
    own.font = Font(name="Liberation Sans", size=size or 10, bold=bold)
    if size:
        sheet.row_dimensions[own.row].height = 1.4 * size
    own.alignment = Alignment(
        horizontal="right" if right else "left", vertical="top", wrap_text=False
    )


def draw(f: Facts, look: Look) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for column, width in zip("ABCDEFG", (2, 20, 26, 12, 13, 8, 16), strict=True):
        sheet.column_dimensions[column].width = (
            look.width(width, ord(column)) if column in "BC" else width
        )
    fill = PatternFill("solid", fgColor="FFD9E2EC")
    thin = Side(style="thin")
    _put(sheet, "B2", f.supplier.name, bold=True, size=15)
    row = 3
    for text in address(f, look):
        _put(sheet, f"B{row}", text)
        row += 1
    labels = {
        "phone": "Tel",
        "email": "Mail",
        "web": "Web",
        "kvk": "KvK nr",
        "vat": "BTW nr",
        "iban": "IBAN",
        "bic": "BIC",
        "agb": "AGB",
        "branch": "Vestiging",
        "g-account": "G-rek",
    }
    for label, value in pairs(f, look, labels):
        _put(sheet, f"B{row}", label)
        _put(sheet, f"C{row}", value)
        row += 1
    row += 1
    top = row
    _put(
        sheet,
        f"B{row}",
        f"{title(f, 'FACTUUR', 'CREDITNOTA')} {f.mark}".strip(),
        bold=True,
        size=14,
    )
    row += 1
    for text in f.addressee:
        _put(sheet, f"B{row}", text)
        row += 1
    refs = {
        "number": "Factuurnr|Creditnr",
        "date": "Datum",
        "due": "Betalen voor",
        "customer": "Debiteur",
        "order": "Uw ref.",
        "corrects": "Bij factuur",
    }
    at = top + 1
    for label, value in pairs(f, look, refs):
        _put(sheet, f"D{at}", label, bold=True)
        _put(sheet, f"G{at}", value, right=True)
        at += 1
    row = max(row, at) + 1
    off = has_line_discount(f)
    heads = (
        "Omschrijving",
        "",
        "Aantal",
        "Prijs",
        "Korting" if off else "" if f.exempt else "BTW",
        "Bedrag",
    )
    for column, text in zip("BCDEFG", heads, strict=True):
        _put(sheet, f"{column}{row}", text, bold=True, right=column in "DEFG")
        sheet[f"{column}{row}"].fill = fill
        sheet[f"{column}{row}"].border = Border(bottom=thin)
    for line in f.lines:
        row += 1
        rate = f" ({line.rate}% btw)" if off and not f.exempt else ""
        _put(sheet, f"B{row}", line.description + rate)
        _put(sheet, f"D{row}", look.quantity(line.quantity), right=True)
        _put(sheet, f"E{row}", look.money(line.price), right=True)
        _put(
            sheet,
            f"F{row}",
            (f"{line.discount}%" if line.discount else "")
            if off
            else ""
            if f.exempt
            else f"{line.rate}%",
            right=True,
        )
        _put(sheet, f"G{row}", look.money(line.net), right=True)
    row += 2
    for total in totals(f, look, _SAY):
        last = total.kind in ("gross", "due")
        _put(sheet, f"C{row}", total.label, bold=last, right=True)
        _put(sheet, f"G{row}", total.amount, bold=last, right=True)
        if last:
            sheet[f"G{row}"].border = Border(top=thin, bottom=Side(style="double"))
        row += 1
    pay = sentence(
        f,
        look,
        "Gaarne betaling binnen 30 dagen o.v.v. factuurnr {number}.",
        "Betaling binnen 14 dagen netto.",
        "",
    )
    for text in (*closing(f, look), pay):
        row += 1
        _put(sheet, f"B{row}", text)
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_area = f"A1:G{row + 1}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FAMILY = Family("ledger-sheet", "xlsx", draw)
