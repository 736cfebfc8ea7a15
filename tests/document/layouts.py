"""Unlike layouts of invoices, drawn on a canvas: each takes the facts and places them in its own
way.

A layout returns what differs from the facts' own truth (a fact it leaves out, another form).
"""

from __future__ import annotations

import io
from collections.abc import Callable

from fpdf import FPDF
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.document.facts import MONTHS, Facts, cents

BUYER = ("Gemeente Almere", "t.a.v. Crediteurenadministratie/zorg", "Postbus 200", "1300 AE Almere")
Layout = Callable[["Sheet", Facts], dict[str, object]]


class Sheet:
    """A page to write on: x and y in points from the top left."""

    def __init__(self, producer: str = "reportlab", font: str = "Helvetica") -> None:
        self.producer, self.font = producer, font
        self.buffer = io.BytesIO()
        if producer == "reportlab":
            self.canvas = Canvas(self.buffer, pagesize=(595, 842))
        else:
            self.pdf = FPDF(unit="pt", format="A4")
            self.pdf.add_page()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 10,
        bold: bool = False,
        right: bool = False,
        spacing: float = 0,
    ) -> None:
        if self.producer == "reportlab":
            name = self.font + ("-Bold" if bold else "")
            self.canvas.setFont(name, size)
            left = x - stringWidth(text, name, size) if right else x
            self.canvas.drawString(left, 842 - y, text, charSpace=spacing)
            return
        self.pdf.set_font(self.font, "B" if bold else "", size)
        safe = text.replace("€", "EUR")
        self.pdf.text(x - self.pdf.get_string_width(safe) if right else x, y, safe)

    def lines(
        self,
        x: float,
        y: float,
        texts: tuple[str, ...] | list[str],
        size: float = 10,
        step: float = 13,
        right: bool = False,
    ) -> float:
        for text in texts:
            if text:
                self.text(x, y, text, size, right=right)
            y += step
        return y

    def pairs(
        self,
        x: float,
        y: float,
        pairs: list[tuple[str, str]],
        gap: float = 110,
        step: float = 14,
        size: float = 10,
        colon: str = ":",
    ) -> float:
        for label, value in pairs:
            self.text(x, y, label + (colon if gap < 200 else ""), size)
            self.text(x + gap, y, value, size)
            y += step
        return y

    def turn(self) -> None:
        if self.producer == "reportlab":
            self.canvas.showPage()
        else:
            self.pdf.add_page()

    def data(self) -> bytes:
        if self.producer == "reportlab":
            self.canvas.save()
            return self.buffer.getvalue()
        return bytes(self.pdf.output())


def table(
    s: Sheet,
    f: Facts,
    y: float,
    heads: tuple[str, ...] = ("Omschrijving", "Aantal", "Tarief", "Bedrag"),
    dates: bool = False,
) -> float:
    for x, head in zip((60, 330, 420, 540), heads, strict=True):
        s.text(x, y, head, 9, True, right=x > 300)
    for what, count, price in f.lines:
        y += 15
        s.text(60, y, what + (f" {f.date:%d-%m}" if dates else ""), 9)
        s.text(330, y, f"{count:.2f}".replace(".", ","), 9, right=True)
        s.text(420, y, f.money(price), 9, right=True)
        s.text(540, y, f.money(cents(count * price)), 9, right=True)
    return y + 24


def totals(s: Sheet, f: Facts, y: float, left: float = 380, size: float = 10) -> float:
    rows = (
        [(f.gross_label, f.gross)]
        if f.exempt
        else [
            (f.net_label, f.net),
            (
                f.label(
                    f"BTW {f.rate}%", f"{f.rate}% btw", f"Btw ({f.rate} %)", f"BTW {f.rate},00 %"
                ),
                f.vat,
            ),
            (f.gross_label, f.gross),
        ]
    )
    for label, value in rows:
        s.text(left, y, label, size)
        s.text(540, y, f.money(value), size, right=True)
        y += 15
    if f.exempt:
        s.text(60, y + 8, f.exemption, 9)
    return y + 24


def classic(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(60, 60, f.name, 18, True)
    y = s.lines(60, 78, [f.street, f"{f.postcode} {f.city}", f"Tel: {f.phone}"])
    s.pairs(
        60,
        y,
        [(f.kvk_label, f.kvk_text), (f.btw_label, f.btw_text), (f.iban_label, f.iban_text)],
        gap=150,
    )
    s.lines(60, 190, BUYER)
    s.text(60, 270, "FACTUUR", 16, True)
    s.pairs(
        60,
        295,
        [(f.number_label, f.number), (f.date_label, f.date_text), ("Vervaldatum", "14-01-2027")],
    )
    totals(s, f, table(s, f, 370))
    return {}


def header_row(s: Sheet, f: Facts) -> dict[str, object]:
    s.lines(
        540,
        50,
        [f.name, f.street, f"{f.postcode} {f.city}", f"T {f.phone}", "E info@voorbeeld.example"],
        9,
        12,
        right=True,
    )
    s.lines(60, 140, BUYER)
    for x, head, value in (
        (60, f.number_label, f.number),
        (190, f.date_label, f.date_text),
        (320, "Klantnummer", "10034567"),
        (450, "Vervaldatum", "31-12-2026"),
    ):
        s.text(x, 240, head, 9, True)
        s.text(x, 254, value, 9)
    totals(s, f, table(s, f, 300))
    s.text(
        60,
        800,
        f"{f.kvk_label} {f.kvk_text} | {f.btw_label} {f.btw_text} | {f.iban_label} {f.iban_text}",
        7,
    )
    return {}


def footer_dots(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(60, 60, "Nota", 20, True)
    s.lines(340, 120, BUYER)
    s.pairs(
        60,
        120,
        [(f.number_label, f.number), (f.date_label, f.date_text), ("Uw kenmerk", "OPD-88121")],
        gap=100,
    )
    totals(s, f, table(s, f, 260, ("Dienst", "Uren", "Prijs", "Totaal")))
    s.text(60, 790, f"{f.name} · {f.street} · {f.postcode} {f.city} · Tel. {f.phone}", 7)
    s.text(
        60,
        800,
        f"{f.kvk_label} {f.kvk_text} · {f.btw_label} {f.btw_text} · {f.iban_label} {f.iban_text} ·"
        " BIC ABNANL2A",
        7,
    )
    return {}


def running_sentence(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(60, 50, f.name, 14, True)
    s.text(60, 66, f"{f.street}, {f.postcode} {f.city}, telefoon {f.phone}", 9)
    s.lines(60, 110, BUYER)
    d = f.date
    s.text(60, 190, f"{f.city}, {d.day} {MONTHS[d.month - 1]} {d.year}")
    s.text(60, 215, f"Betreft: factuur {f.number}")
    s.lines(
        60,
        245,
        [
            "Geachte heer, mevrouw,",
            "",
            "Hierbij brengen wij u de geleverde zorg over de maand in rekening.",
        ],
    )
    totals(s, f, table(s, f, 300))
    s.lines(
        60,
        480,
        [
            f"Wij verzoeken u het bedrag van {f.money(f.gross)} binnen 30 dagen over te maken op",
            f"{f.iban_text} ten name van {f.name} onder vermelding van",
            f"factuurnummer {f.number}.",
        ],
    )
    s.text(60, 560, "Met vriendelijke groet,")
    s.text(60, 600, "A. Jansen")
    s.text(
        60,
        780,
        f"Ingeschreven bij de Kamer van Koophandel te {f.city} onder nummer {f.kvk_text}."
        f" Btw-nummer {f.btw_text}.",
        8,
    )
    return {}


def two_columns(s: Sheet, f: Facts) -> dict[str, object]:
    right = [
        f.name,
        f.street,
        f"{f.postcode} {f.city}",
        f"{f.kvk_label}: {f.kvk_text}",
        f"{f.btw_label}: {f.btw_text}",
        f"{f.iban_label}: {f.iban_text}",
        f"Telefoon: {f.phone}",
    ]
    for n, (a, b) in enumerate(zip([*BUYER, "", "", ""], right, strict=True)):
        s.text(60, 90 + 13 * n, a)
        s.text(300, 90 + 13 * n, b)
    s.text(60, 220, f"Factuur {f.number}", 15, True)
    s.text(60, 240, f"Datum: {f.date_text}")
    totals(s, f, table(s, f, 300))
    return {}


def values_above(s: Sheet, f: Facts) -> dict[str, object]:
    s.lines(300, 50, [f.name, f.street, f"{f.postcode}  {f.city.upper()}"], 11)
    s.lines(60, 130, BUYER)
    for x, value, label in (
        (60, f.number, "factuurnummer"),
        (200, f.date_text, "factuurdatum"),
        (340, f.money(f.gross), "totaalbedrag"),
    ):
        s.text(x, 230, value, 12, True)
        s.text(x, 242, label, 7)
    totals(s, f, table(s, f, 300))
    for x, label, value in (
        (60, "telefoon", f.phone),
        (180, "kvk", f.kvk_text),
        (280, "btw-nummer", f.btw_text),
        (420, "iban", f.iban_text),
    ):
        s.text(x, 790, label, 7)
        s.text(x, 800, value, 8)
    return {"supplier_city": f.city.upper()}


def labels_above_sidebar(s: Sheet, f: Facts) -> dict[str, object]:
    y = 80.0
    for label, value in (
        (f.kvk_label, f.kvk_text),
        (f.btw_label, f.btw_text),
        (f.iban_label, f.iban_text),
        ("Telefoon", f.phone),
        (f.number_label, f.number),
        (f.date_label, f.date_text),
        ("Debiteurnummer", "20110045"),
    ):
        s.text(430, y, label, 7, True)
        s.text(430, y + 10, value, 9)
        y += 28
    s.text(60, 60, f.name, 16, True)
    s.text(60, 75, f"{f.street} - {f.postcode} {f.city}", 8)
    s.lines(60, 140, BUYER)
    totals(s, f, table(s, f, 330))
    return {}


def small_print_header(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(
        60,
        40,
        f"{f.name} | {f.street} | {f.postcode} {f.city} | {f.phone} | info@zorg.example",
        6.5,
    )
    s.lines(60, 130, BUYER)
    s.text(380, 130, "DECLARATIE", 14, True)
    s.pairs(
        380,
        150,
        [("Nummer", f.number), ("Datum", f.date_text), ("Periode", "01-09-2026 t/m 30-09-2026")],
        gap=70,
        size=9,
    )
    totals(s, f, table(s, f, 300))
    s.text(60, 805, f"KvK {f.city} {f.kvk_text}   BTW {f.btw_text}   Bank {f.iban_text}", 7)
    return {}


def gaccount(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(60, 60, f.name, 14, True)
    s.lines(60, 76, [f.street, f"{f.postcode} {f.city}", f"Tel. {f.phone}   Fax 036-5219999"])
    s.lines(330, 130, BUYER)
    s.pairs(
        60,
        220,
        [
            ("Factuurdatum", f.date_text),
            ("Factuurnummer", f.number),
            ("Ordernummer", "123456782"),
            ("Uw btw-nummer", "NL001234567B13"),
        ],
        gap=110,
    )
    totals(s, f, table(s, f, 330))
    s.pairs(
        60,
        700,
        [
            ("G-rekening", "NL53INGB0990000009"),
            (f.iban_label, f.iban_text),
            (f.kvk_label, f.kvk_text),
            (f.btw_label, f.btw_text),
        ],
        gap=150,
    )
    return {}


def agb_decoys(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(60, 60, f.name, 14, True)
    s.lines(60, 76, [f.street, f"{f.postcode} {f.city}"])
    s.pairs(
        330,
        60,
        [
            ("AGB-code", "41412345"),
            (f.kvk_label, f.kvk_text),
            ("Vestigingsnr.", "000012345678"),
            (f.btw_label, f.btw_text),
            ("Tel", f.phone),
            (f.iban_label, f.iban_text),
        ],
        gap=125,
        size=9,
    )
    s.lines(60, 160, ["Aan:", *BUYER])
    s.pairs(
        60,
        250,
        [
            ("Betreft", "Jeugdhulp september 2026"),
            ("Cliëntnummer", "10020030"),
            ("Beschikkingsnummer", "99887766"),
            (f.number_label, f.number),
            (f.date_label, f.date_text),
        ],
        gap=140,
    )
    totals(s, f, table(s, f, 350))
    return {}


def po_box_beside(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(60, 60, f.name, 14, True)
    s.lines(60, 76, ["Bezoekadres", f.street, f"{f.postcode} {f.city}"], 8, 11)
    s.lines(200, 76, ["Postadres", "Postbus 345", "3800 AH Amersfoort"], 8, 11)
    s.lines(
        340,
        76,
        [f"T: {f.phone}", f"{f.kvk_label}: {f.kvk_text}", f"{f.btw_label}: {f.btw_text}"],
        8,
        11,
    )
    s.lines(60, 150, BUYER)
    s.pairs(60, 230, [(f.date_label, f.date_text), (f.number_label, f.number)])
    totals(s, f, table(s, f, 300))
    s.text(60, 720, f"Gelieve te betalen op {f.iban_text} t.n.v. {f.name}.", 9)
    return {}


def totals_columns(s: Sheet, f: Facts) -> dict[str, object]:
    s.lines(60, 60, [f.name, f.street, f"{f.postcode} {f.city}", f.phone])
    s.lines(330, 120, BUYER)
    s.pairs(60, 200, [(f.number_label, f.number), (f.date_label, f.date_text)], gap=150)
    y = table(s, f, 260)
    if f.exempt:
        s.text(60, y, f.exemption, 9)
        s.text(400, y, "Totaal", 10, True)
        s.text(540, y, f.money(f.gross), 10, True, right=True)
    else:
        for x, head, value in (
            (200, "Bedrag excl. btw", f.money(f.net)),
            (290, "% btw", f"{f.rate}%"),
            (400, "Btw-bedrag", f.money(f.vat)),
            (540, "Totaal incl. btw", f.money(f.gross)),
        ):
            s.text(x, y, head, 8, True, right=True)
            s.text(x, y + 13, value, 9, right=True)
    s.lines(
        60,
        760,
        [
            f"{f.kvk_label} {f.kvk_text}",
            f"{f.btw_label} {f.btw_text}",
            f"{f.iban_label} {f.iban_text}",
        ],
        8,
        10,
    )
    return {}


def vat_sentence(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(297 - 60, 50, f.name, 16, True)
    s.text(
        60,
        70,
        f"{f.street} / {f.postcode} {f.city} / tel. {f.phone} / KvK {f.kvk_text} / btw"
        f" {f.btw_text}",
        8,
    )
    s.lines(60, 150, BUYER)
    s.pairs(60, 230, [(f.number_label, f.number), (f.date_label, f.date_text)], gap=150, colon="")
    y = table(s, f, 280)
    if f.exempt:
        s.text(60, y, f"Totaal (vrijgesteld van btw): {f.money(f.gross)}")
    else:
        s.text(60, y, f"Totaal exclusief btw {f.money(f.net)}")
        s.text(60, y + 14, f"{f.rate}% btw over {f.money(f.net)}  {f.money(f.vat)}")
        s.text(60, y + 28, f"Totaal inclusief btw {f.money(f.gross)}", 10, True)
    s.text(60, 600, f"Betaling binnen 30 dagen op rekening {f.iban_text} o.v.v. {f.number}.", 9)
    return {}


def second_page(s: Sheet, f: Facts) -> dict[str, object]:
    s.lines(
        60,
        60,
        [
            f.name,
            f.street,
            f"{f.postcode} {f.city}",
            f"Telefoon {f.phone}",
            f"{f.kvk_label} {f.kvk_text}",
            f"{f.btw_label} {f.btw_text}",
        ],
    )
    s.lines(60, 170, BUYER)
    s.text(60, 260, f"FACTUUR {f.number}", 14, True)
    s.text(60, 280, f"Factuurdatum {f.date_text}")
    table(s, f, 330)
    s.text(60, 800, "Pagina 1 van 2", 7)
    s.turn()
    totals(s, f, 80)
    s.text(60, 200, f"{f.iban_label} {f.iban_text}")
    s.text(60, 800, "Pagina 2 van 2", 7)
    return {}


def window_right(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(60, 55, f.name, 22, True)
    s.lines(330, 145, BUYER, 11, 14)
    s.lines(
        60,
        145,
        [
            f.street,
            f"{f.postcode}  {f.city}",
            f"tel {f.phone}",
            f"kvk {f.kvk_text}",
            f"btw {f.btw_text}",
            f"iban {f.iban_text}",
        ],
        8,
        11,
    )
    s.text(60, 250, "Factuur", 18)
    s.text(60, 275, "Nummer")
    s.text(150, 275, "Datum")
    s.text(60, 289, f.number)
    s.text(150, 289, f.date_text)
    totals(s, f, table(s, f, 330))
    return {}


def labelled_form(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(200, 50, "FACTUUR ZORG", 16, True)
    s.text(60, 80, "Gegevens zorgaanbieder", 10, True)
    s.pairs(
        60,
        96,
        [
            ("Naam aanbieder", f.name),
            ("Adres", f.street),
            ("Postcode", f.postcode),
            ("Plaats", f.city),
            ("Telefoonnummer", f.phone),
            ("KvK-nummer", f.kvk_text),
            ("Btw-nummer", f.btw_text),
            ("IBAN", f.iban_text),
        ],
        gap=130,
    )
    s.text(60, 230, "Factuuradres", 10, True)
    s.lines(60, 246, BUYER)
    s.pairs(330, 246, [(f.number_label, f.number), (f.date_label, f.date_text)], gap=110)
    totals(s, f, table(s, f, 330))
    return {}


def spaced_title(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(60, 60, "F A C T U U R", 18, True)
    s.lines(
        540,
        60,
        [
            f.name,
            f.street,
            f"{f.postcode} {f.city}",
            f.phone,
            f"KvK: {f.kvk_text}",
            f"Btw: {f.btw_text}",
        ],
        9,
        12,
        right=True,
    )
    s.lines(60, 150, BUYER)
    s.pairs(
        60,
        230,
        [
            ("F actuurnummer", f.number),
            ("F actuurdatum", f.date_text),
            ("K lantnummer", "30045678"),
        ],
    )
    totals(s, f, table(s, f, 300))
    s.text(60, 780, f"Rabobank {f.iban_text} t.n.v. {f.name}", 8)
    return {}


def english(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(60, 60, f.name, 16, True)
    s.lines(60, 76, [f.street, f"{f.postcode} {f.city}", "The Netherlands", f"Phone: {f.phone}"])
    s.lines(60, 150, ["Bill to:", *BUYER])
    s.pairs(
        330,
        150,
        [
            ("Invoice number", f.number),
            ("Invoice date", f"{f.date:%d %B %Y}"),
            ("Due date", "31 December 2026"),
        ],
    )
    y = table(s, f, 280, ("Description", "Quantity", "Unit price", "Amount"))
    if f.exempt:
        s.text(60, y + 20, "VAT exempt (article 11-1-g Dutch VAT Act)")
        s.text(380, y, "Total due")
    else:
        s.pairs(380, y, [("Subtotal", f.money(f.net)), (f"VAT {f.rate}%", f.money(f.vat))], gap=80)
        s.text(380, y + 28, "Total due")
    s.text(460, y + (0 if f.exempt else 28), f.money(f.gross))
    s.pairs(
        60,
        700,
        [("Chamber of Commerce", f.kvk_text), ("VAT number", f.btw_text), ("IBAN", f.iban_text)],
        gap=130,
    )
    return {}


def tight_lines(s: Sheet, f: Facts) -> dict[str, object]:
    s.lines(
        60,
        50,
        [
            f"{f.name}, {f.street}, {f.postcode} {f.city}",
            (
                f"T {f.phone} | M 06-87654321 | {f.kvk_label} {f.kvk_text} | {f.btw_label}"
                f" {f.btw_text} | {f.iban_label} {f.iban_text}"
            ),
        ],
        6,
        7,
    )
    s.lines(60, 130, BUYER, 9, 10)
    s.text(60, 200, f"{f.number_label}: {f.number}     {f.date_label}: {f.date_text}", 9)
    totals(s, f, table(s, f, 230), size=8)
    return {}


def wrapped_iban(s: Sheet, f: Facts) -> dict[str, object]:
    i = f.iban
    s.lines(
        60,
        60,
        [
            f.name,
            f.street,
            f"{f.postcode} {f.city}",
            f"Mobiel: {f.phone}",
            f"KvK-nummer: {f.kvk_text}",
            f"BTW-nummer: {f.btw_text}",
        ],
    )
    s.lines(330, 150, BUYER)
    s.pairs(60, 230, [(f.number_label, f.number), (f.date_label, f.date_text)])
    totals(s, f, table(s, f, 300))
    s.lines(
        60,
        650,
        [
            f"Graag overmaken naar rekening {i[:4]} {i[4:8]} {i[8:12]}",
            f"{i[12:16]} {i[16:]} onder vermelding van het nummer.",
        ],
    )
    return {}


def boxed_right_totals(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(380, 50, f.name, 10, True)
    s.lines(
        400,
        66,
        [
            f.street,
            f"{f.postcode} {f.city}",
            "",
            f"Tel.: {f.phone}",
            "",
            f"{f.kvk_label}: {f.kvk_text}",
            f"{f.btw_label}: {f.btw_text}",
            f"{f.iban_label}:",
            f.iban_text,
        ],
        8,
        10,
    )
    s.lines(60, 120, BUYER)
    s.text(60, 220, "Factuur nr.")
    s.text(150, 220, f.number)
    s.text(250, 220, "d.d.")
    s.text(280, 220, f.date_text)
    y = table(s, f, 260, ("Omschrijving", "Aantal", "Prijs", "Totaal"))
    if not f.exempt:
        s.text(420, y, f"Totaal excl. € {f.money(f.net, False)}", 9)
        s.text(420, y + 12, f"Btw {f.rate}% € {f.money(f.vat, False)}", 9)
    else:
        s.text(60, y + 40, f.exemption)
    s.text(420, y + 24, f"Te betalen € {f.money(f.gross, False)}", 9, True)
    return {}


def vat_column(s: Sheet, f: Facts) -> dict[str, object]:
    s.lines(
        60,
        50,
        [
            f.name,
            f.street,
            f"{f.postcode} {f.city}",
            f"tel. {f.phone}",
            f"{f.kvk_label} {f.kvk_text}",
            f"{f.btw_label} {f.btw_text}",
            f"{f.iban_label} {f.iban_text}",
        ],
        9,
        11,
    )
    s.lines(60, 160, BUYER)
    s.pairs(
        330,
        160,
        [("Factuurnummer", f.number), ("Factuurdatum", f.date_text), ("Leverdatum", "02-01-2026")],
    )
    for x, head in (
        (60, "Omschrijving"),
        (300, "Aantal"),
        (380, "Prijs"),
        (440, "Btw"),
        (540, "Bedrag"),
    ):
        s.text(x, 260, head, 9, True, right=x > 200)
    y = 275.0
    for what, count, price in f.lines:
        s.text(60, y, what, 9)
        for x, value in (
            (300, f"{count:.2f}".replace(".", ",")),
            (380, f.money(price)),
            (440, f"{f.rate}%" if not f.exempt else "vrij"),
            (540, f.money(cents(count * price))),
        ):
            s.text(x, y, value, 9, right=True)
        y += 14
    totals(s, f, y + 10)
    return {}


def no_btw_number(s: Sheet, f: Facts) -> dict[str, object]:
    f.exempt, f.rate = True, 0
    s.lines(
        60,
        60,
        [
            f.name,
            f.street,
            f"{f.postcode} {f.city}",
            f.phone,
            f"{f.kvk_label} {f.kvk_text}",
            "Btw-nummer: n.v.t.",
        ],
    )
    s.lines(60, 170, BUYER)
    s.pairs(60, 260, [(f.number_label, f.number), (f.date_label, f.date_text)])
    totals(s, f, table(s, f, 320))
    s.text(60, 650, f"{f.iban_label} {f.iban_text}")
    return {"vat_id": None}


def client_line(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(60, 50, f.name, 15, True)
    s.text(60, 64, f"{f.street}   {f.postcode} {f.city}   {f.phone}", 8)
    s.text(60, 110, "Gemeente Almere, Crediteurenadministratie/zorg, Postbus 200, 1300 AE Almere")
    s.pairs(
        60,
        150,
        [
            (f.date_label, f.date_text),
            (f.number_label, f.number),
            ("Cliënt", "10020"),
            ("Zorgperiode", "1 september 2026 tot en met 30 september 2026"),
        ],
    )
    totals(s, f, table(s, f, 250))
    s.pairs(
        60,
        700,
        [("KvK-nummer", f.kvk_text), ("BTW-nummer", f.btw_text), ("Bankrekening", f.iban_text)],
    )
    return {}


def stacked_left(s: Sheet, f: Facts) -> dict[str, object]:
    y = s.lines(60, 60, ["Afzender:", f.name, f.street, f"{f.postcode} {f.city}"])
    y = s.lines(60, y + 20, ["Geadresseerde:", *BUYER])
    y = s.lines(60, y + 20, [f"{f.date_label}: {f.date_text}", f"{f.number_label}: {f.number}"])
    y = totals(s, f, table(s, f, y + 20))
    s.lines(
        60,
        y + 20,
        [
            f"{f.iban_label}: {f.iban_text}",
            f"{f.kvk_label}: {f.kvk_text}",
            f"{f.btw_label}: {f.btw_text}",
            f"Telefoonnummer: {f.phone}",
        ],
    )
    return {}


def therapist(s: Sheet, f: Facts) -> dict[str, object]:
    s.text(330, 50, f.name, 13, True)
    s.lines(
        330,
        64,
        [f.street, f"{f.postcode}, {f.city}", f"M: {f.phone}", f"K.v.K. {f.kvk_text}"],
        9,
        11,
    )
    s.lines(
        60,
        130,
        ["Gemeente Almere", "Afd. Crediteurenadministratie/zorg", "Postbus 200", "1300AE ALMERE"],
    )
    s.text(60, 210, f"Nota: {f.number}")
    s.text(60, 224, f"Datum: {f.date_text}")
    s.text(60, 238, "Behandelaar: drs. P. Willemsen (BIG 49012345616)")
    totals(s, f, table(s, f, 280, dates=True))
    s.text(60, 690, f"{f.iban_text} t.n.v. P. Willemsen")
    s.text(60, 704, f"btw-id {f.btw_text}", 8)
    return {}


LAYOUTS: tuple[Layout, ...] = (
    classic,
    header_row,
    footer_dots,
    running_sentence,
    two_columns,
    values_above,
    labels_above_sidebar,
    small_print_header,
    gaccount,
    agb_decoys,
    po_box_beside,
    totals_columns,
    vat_sentence,
    second_page,
    window_right,
    labelled_form,
    spaced_title,
    english,
    tight_lines,
    wrapped_iban,
    boxed_right_totals,
    vat_column,
    no_btw_number,
    client_line,
    stacked_left,
    therapist,
)


def draw(
    layout: Layout, made: Facts, producer: str = "reportlab", font: str = "Helvetica"
) -> tuple[bytes, dict[str, object]]:
    """The PDF and the truth."""
    sheet = Sheet(producer, font)
    differs = layout(sheet, made)
    return sheet.data(), made.expected() | differs
