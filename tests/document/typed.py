"""Documents made from typed text: each character half an em wide, wide gaps where the text has
them.
"""

from __future__ import annotations

import re
from typing import Any

from intake.document.extract.invoice import find_invoice
from intake.document.layout.cells import Sheet, sheets_of
from intake.model.document import Document, Page, Reader, Word
from intake.model.invoice import Invoice
from intake.profile import load

BUYER = load("almere").addressee

LETTERHEAD = """Zorgpraktijk De Vlinder
Kerkstraat 12
3811 AB Amersfoort
Tel. 033-4612345
KvK 24330087
Btw NL002455799B11
IBAN NL91 ABNA 0417 1643 00
"""
ADDRESSEE = """Gemeente Almere
t.a.v. Crediteurenadministratie/zorg
Postbus 200
1300 AE Almere
"""
REFERENCES = """Factuurnummer: 2026-0011
Factuurdatum: 13 november 2026
"""
MONEY = """Omschrijving        Aantal      Tarief        Bedrag
Begeleiding           10        € 75,00      € 750,00

Totaal                                       € 750,00
Vrijgesteld van btw
"""


def words(text: str, size: float = 10, left: float = 40, top: float = 40) -> tuple[Word, ...]:
    """Words of typed lines; ``\\f`` is not understood here."""
    placed = []
    for number, line in enumerate(text.split("\n")):
        y = top + 13 * number
        placed += [
            Word(m[0], (left + 5 * m.start(), y, left + 5 * m.end(), y + size), size)
            for m in re.finditer(r"\S+", line)
        ]
    return tuple(placed)


def sheet(text: str) -> Sheet:
    """One page of typed text, as cells."""
    return sheets_of(Page(1, 595, 842, words(text)), Reader.PDFIUM)[0]


def typed(text: str, **more: Any) -> Document:
    """A document of one page for each form feed."""
    pages = tuple(
        Page(n, 595, 842, words(page), **more) for n, page in enumerate(text.split("\f"), start=1)
    )
    return Document(Reader.PDFIUM, pages, len(pages))


def whole(
    head: str = LETTERHEAD,
    to: str = ADDRESSEE,
    references: str = REFERENCES,
    money: str = MONEY,
    foot: str = "",
) -> str:
    """An ordinary invoice with one part changed."""
    return "\n\n".join((head, to, "FACTUUR", references, money, foot))


def read(text: str) -> Invoice:
    return find_invoice(typed(text), BUYER)
