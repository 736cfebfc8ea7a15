"""A bookkeeper's own Word file with merge fields: words and values set with tabs and a colon, the
addressee at the height of a window, totals under a tab that lines up decimals: as in Twinfield.
"""

from __future__ import annotations

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt

from tests.families import word
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    TotalWords,
    address,
    closing,
    pairs,
    sentence,
    title,
    totals,
    values,
)
from tests.families.look import Look

_SAY = TotalWords(
    gross="Totaal inclusief btw",
    total="Totaalbedrag",
    net="Totaal exclusief btw",
    vat="Btw {r}%",
    subtotal="Subtotaal",
    discount="Korting",
    paid="Reeds in rekening gebracht en voldaan",
    due="Te voldoen",
)


def draw(f: Facts, look: Look) -> bytes:
    d, known = word.start(look), values(f, look)
    ids = {
        "kvk": "KvK",
        "vat": "Btw",
        "iban": look.pick("IBAN", "Bank"),
        "bic": "BIC",
        "agb": "AGB",
        "branch": "Vest.nr.",
        "g-account": "G-rekening",
    }
    header = d.sections[0].header.paragraphs[0]
    word.write(header, f.supplier.name, bold=True, size=look.size + 6, right=True)
    for text in [
        *address(f, look),
        *(x for x in (known["phone"], known["email"], known["web"]) if x),
    ]:
        word.write(header, f"\n{text}", size=look.size - 1.5)
    foot = d.sections[0].footer.paragraphs[0]
    word.write(
        foot, "  •  ".join(f"{a}: {v}" for a, v in pairs(f, look, ids)), size=7.5, centre=True
    )
    for _ in range(2):
        d.add_paragraph()
    to = d.add_paragraph("\n".join(f.addressee))
    to.paragraph_format.left_indent = Mm(look.pick(0, 0, 85))
    to.paragraph_format.space_after = Pt(30)
    word.write(
        d.add_paragraph(),
        f"{title(f, 'FACTUUR', 'CREDITFACTUUR')} {f.mark}".strip(),
        bold=True,
        size=look.size + 2,
    )
    labels = {
        "number": "Factuurnummer|Creditnummer",
        "date": "Factuurdatum|Datum",
        "customer": "Relatienummer",
        "due": "Vervaldatum",
        "order": "Uw referentie",
        "corrects": "Betreft factuur",
    }
    refs = d.add_paragraph(
        "\n".join(f"{a}\t: {v}" for a, v in look.ordered(pairs(f, look, labels)))
    )
    refs.paragraph_format.tab_stops.add_tab_stop(Mm(look.width(38)))
    refs.paragraph_format.space_after = Pt(14)
    d.add_paragraph(
        look.pick(
            "Voor de door ons verrichte werkzaamheden:", "Wij berekenen u hierbij:", "Geleverd:"
        )
    )
    for at, line in enumerate(f.lines):
        off = f", korting {line.discount}%" if line.discount else ""
        rate = "" if f.exempt else f", btw {line.rate}%"
        paragraph = d.add_paragraph(
            f"{line.description}, {look.quantity(line.quantity)} {line.unit}".strip()
            + f" à {look.money(line.price)}{off}{rate}\t{look.money(line.net)}"
        )
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(165), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.paragraph_format.right_indent = Mm(2)
        paragraph.paragraph_format.space_after = Pt(1 if at < len(f.lines) - 1 else 10)
    for row in totals(f, look, _SAY):
        paragraph = d.add_paragraph()
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(85))
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(165), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.paragraph_format.space_after = Pt(2)
        word.write(paragraph, f"\t{row.label}\t{row.amount}", bold=row.kind in ("gross", "due"))
    d.add_paragraph()
    pay = sentence(
        f,
        look,
        "Wij verzoeken u het bedrag vóór {due} over te maken onder vermelding van factuurnummer {number}.",
        "Betalingstermijn: 30 dagen na factuurdatum.",
    )
    for text in (*closing(f, look), pay):
        if text:
            d.add_paragraph(text)
    return word.saved(d)


FAMILY = Family("merge-letter", "docx", draw)
