"""A workbook for the self-employed: a coloured row over the whole width with the title, the company at the
right edge, the details as one row of heads over one row of values, the btw by rate in a small table at
the left and the sums at the right, the account in the last row: after free Dutch forms for Excel.
"""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import Pair, address, closing, pairs, sentence, title
from tests.families.look import Look

_WIDTHS = (6, 36, 18, 18, 14, 16)
_THIN = Side(style="thin", color="FF888888")


def _put(
    sheet: Worksheet,
    cell: str,
    value: str,
    *,
    bold: bool = False,
    right: bool = False,
    size: float = 10,
    white: bool = False,
    wrap: bool = False,
) -> None:
    own = sheet[cell]
    own.value = value
    colour = "FFFFFFFF" if white else "FF000000"
    own.font = Font(name="Liberation Sans", size=size, bold=bold, color=colour)
    own.alignment = Alignment(
        horizontal="right" if right else "left", vertical="top", wrap_text=wrap
    )


def _band(sheet: Worksheet, row: int, colour: str) -> None:
    for column in "ABCDEF":
        sheet[f"{column}{row}"].fill = PatternFill("solid", fgColor=colour)


def _references(sheet: Worksheet, f: Facts, look: Look, row: int, colour: str) -> int:
    """Heads in one row, values in the next."""
    labels = {
        "number": "Factuurnummer|Creditnummer",
        "date": "Factuurdatum|Datum",
        **({"due": "Vervaldatum"} if f.kind == "invoice" else {"corrects": "Bij factuur"}),
        "order": "Kenmerk",
    }
    _band(sheet, row, colour)
    places = "BCDF"
    for (label, value), column in zip(pairs(f, look, labels), places, strict=False):
        _put(sheet, f"{column}{row}", label, bold=True, right=column == "F")
        _put(sheet, f"{column}{row + 1}", value, right=column == "F")
    return row + 3


def _lines(sheet: Worksheet, f: Facts, look: Look, row: int, colour: str) -> int:
    _band(sheet, row, colour)
    heads = ("Nr", "Omschrijving", "Aantal", "Tarief", "" if f.exempt else "Btw", "Bedrag")
    for column, text in zip("ABCDEF", heads, strict=True):
        _put(sheet, f"{column}{row}", text, bold=True, right=column in "CDEF")
    for at, line in enumerate(f.lines, 1):
        row += 1
        off = f" (-{line.discount}%)" if line.discount else ""
        cells = (
            str(at),
            line.description + off,
            f"{look.quantity(line.quantity)} {line.unit}".strip(),
            look.money(line.price),
            "" if f.exempt else f"{line.rate}%",
            look.money(line.net),
        )
        for column, text in zip("ABCDEF", cells, strict=True):
            _put(sheet, f"{column}{row}", text, right=column in "CDEF", wrap=column == "B")
            sheet[f"{column}{row}"].border = Border(bottom=_THIN)
    return row + 2


def _sums(f: Facts, look: Look) -> list[Pair]:
    rows = []
    if f.discount:
        percent = f" {f.discount_percent}%" if f.discount_percent else ""
        rows += [("Subtotaal", f.subtotal), (f"Korting{percent}", -f.discount)]
    if not f.exempt:
        rows += [("Totaal excl. btw", f.net), ("Btw", f.vat)]
    rows.append(("Totaal" if f.exempt else "Totaal incl. btw", f.gross))
    rows += [("Afronding", f.rounding)] if f.rounding else []
    rows += [("Aanbetaling", -f.paid)] if f.paid else []
    rows += [("Te betalen", f.due_amount)] if f.paid or f.rounding else []
    return [(label, look.money(value)) for label, value in rows]


def draw(f: Facts, look: Look) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for column, width in zip("ABCDEF", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    colour, pale = f"FF{look.accent[1:]}", "FFE8ECF1"
    _band(sheet, 1, colour)
    heading = f"{title(f, 'FACTUUR', 'CREDITNOTA')} {f.mark}".strip()
    _put(sheet, "A1", heading, bold=True, size=20, white=True)
    sheet.row_dimensions[1].height = 30
    labels = {"phone": "Tel.", "email": "", "web": "", "kvk": "KvK", "vat": "Btw-id", "agb": "AGB"}
    own = [*address(f, look), *(f"{a} {v}".strip() for a, v in pairs(f, look, labels))]
    own += [f"Vestigingsnr. {f.supplier.branch}"] if f.supplier.branch else []
    _put(sheet, "F3", f.supplier.name, bold=True, right=True, size=12)
    for at, text in enumerate(own):
        _put(sheet, f"F{4 + at}", text, right=True)
    _put(sheet, "A3", "Aan:", bold=True)
    for at, text in enumerate(f.addressee):
        _put(sheet, f"A{4 + at}", text)
    row = _references(sheet, f, look, 6 + max(len(own), len(f.addressee)), pale)
    row = _lines(sheet, f, look, row, pale)
    below = row
    if f.shares:
        for column, text in zip("BCD", ("Btw-tarief", "Over", "Btw"), strict=True):
            _put(sheet, f"{column}{row}", text, bold=True, right=column != "B")
        for share in f.shares:
            below += 1
            cells = (f"{share.rate}%", look.money(share.net), look.money(share.vat))
            for column, text in zip("BCD", cells, strict=True):
                _put(sheet, f"{column}{below}", text, right=column != "B")
    for label, amount in _sums(f, look):
        last = label in ("Totaal", "Totaal incl. btw", "Te betalen")
        _put(sheet, f"E{row}", label, bold=last, right=True)
        _put(sheet, f"F{row}", amount, bold=last, right=True)
        row += 1
    row = max(row, below + 1) + 1
    pay = sentence(
        f,
        look,
        "Gelieve {pay} binnen 14 dagen over te maken onder vermelding van {number}.",
        "Graag betalen vóór {due}.",
    )
    for text in [*closing(f, look), *([pay] if pay else [])]:
        _put(sheet, f"A{row}", text)
        row += 1
    bank = pairs(f, look, {"iban": "IBAN", "bic": "BIC", "g-account": "G-rekening"})
    for at, (label, value) in enumerate(bank):
        _put(sheet, f"A{row + at}", label, bold=True)
        _put(sheet, f"B{row + at}", value)
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_area = f"A1:F{row + len(bank)}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FAMILY = Family("zzp-workbook", "xlsx", draw)
