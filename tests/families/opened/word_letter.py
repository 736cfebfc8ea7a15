"""A Dutch business letter in Word: a row with "Uw kenmerk", "Ons kenmerk", "Datum" and "Behandeld
door" above their values, the subject line names the invoice, letterhead in the header and numbers
in the footer with tabs between them.
"""

from __future__ import annotations

from docx.shared import Mm, Pt

from tests.families import documents, parts
from tests.families.documents import cells, put, widths
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.look import Look

_WORDS = {
    "title": "factuur",
    "credit": "creditnota",
    "corrects": "Deze creditnota hoort bij factuur",
    "subtotal": "Subtotaal",
    "discount": "Korting",
    "net": "Totaal exclusief btw",
    "vat": "Btw {r}%",
    "vat-over": "Btw {r}% over {b}",
    "total": "Totaal",
    "rounding": "Afronding",
    "paid": "Reeds voldaan",
    "left": "Nog te voldoen",
    "phone": "Telefoon",
    "mail": "E-mail",
    "web": "Internet",
    "kvk": "KvK",
    "vat-id": "Btw-nr.",
    "iban": "IBAN",
    "agb": "AGB",
    "branch": "Vest.",
    "g-account": "G-rek.",
}


def draw(facts: Facts, look: Look) -> bytes:
    w, s = _WORDS, facts.supplier
    d = documents.word(look)
    section = d.sections[0]
    head = section.header.paragraphs[0]
    run = head.add_run(s.name)
    run.bold, run.font.size = True, Pt(16)
    contact = [f"{a} {v}" for a, v in parts.known(facts, look, w, "phone mail web")]
    for text in (" · ".join(parts.address(facts, look)), " · ".join(contact)):
        if text:
            section.header.add_paragraph().add_run(text).font.size = Pt(8)
    foot = section.footer.paragraphs[0]
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(90))
    ids = [
        f"{a} {v}" for a, v in parts.known(facts, look, w, "iban kvk vat-id agb branch g-account")
    ]
    text = "".join(part + ("\n" if at % 2 else "\t") for at, part in enumerate(ids))
    foot.add_run(text.rstrip()).font.size = Pt(8)
    if facts.mark:
        put(d, facts.mark, True, 18)
    put(d, "\n".join(facts.addressee))
    put(d, "")
    refs = d.add_table(rows=0, cols=4)
    cells(refs, ("Uw kenmerk", "Ons kenmerk", "Datum", "Behandeld door"))
    cells(refs, (facts.order, facts.reference, look.date(facts.date), s.owner))
    for row in refs.rows:
        for cell in row.cells:
            cell.paragraphs[0].runs[0].font.size = Pt(8.5)
    put(d, "")
    subject = put(d, "Betreft: ")
    subject.add_run(f"{parts.title(facts, w)} {facts.number}".strip()).bold = True
    put(d, "Geachte heer, mevrouw,")
    start, end = facts.period
    put(
        d,
        f"Hierbij brengen wij u in rekening over de periode {look.date(start)} t/m {look.date(end)}:",
    )
    _table(d, facts, look)
    for label, value in parts.known(facts, look, w, "corrects"):
        put(d, f"{label} {value}.")
    for text in parts.said(facts, look):
        put(d, text)
    due = look.date(facts.due)
    if facts.kind == "invoice":
        put(d, f"Wij verzoeken u het bedrag vóór {due} over te maken op onze rekening.")
    put(d, f"Met vriendelijke groet,\n\n{s.owner}\n{s.name}")
    return documents.saved(d)


def _table(d: documents.Document, facts: Facts, look: Look) -> None:
    table = d.add_table(rows=0, cols=4, style=look.pick("Table Grid", "Light List", "Normal Table"))
    cells(table, ("Omschrijving", "Aantal", "Tarief", "Bedrag"), True, 1)
    for line in facts.lines:
        off = f" (min {line.discount}%)" if line.discount else ""
        cells(
            table,
            (
                line.description + off,
                f"{look.quantity(line.quantity)} {line.unit}".strip(),
                look.money(line.price),
                look.money(line.net),
            ),
            numbers=1,
        )
    for label, value in parts.sums(facts, look, _WORDS):
        cells(table, (label, "", "", value), label == _WORDS["total"], 1)
    widths(table, (look.width(82), 28, 28, 30))
    put(d, "")


FAMILY = Family("word-letter", "docx", draw)
