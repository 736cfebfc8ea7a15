"""A letter that tells everything in sentences: what was done, what it costs, on which account and
with which number; only the letterhead and the last lines have lists: as schools and clinics write.
"""

from __future__ import annotations

from docx.shared import Pt

from tests.families import word
from tests.families.facts import Facts, Line
from tests.families.family import Family
from tests.families.held_out_parts import address, closing, pairs, values
from tests.families.look import Look


def _what(line: Line, look: Look, exempt: bool) -> str:
    off = f" met {line.discount}% korting" if line.discount else ""
    rate = "" if exempt else f" (exclusief {line.rate}% btw)"
    unit = f" {line.unit}" if line.unit else ""
    return (
        f"{line.description}: {look.quantity(line.quantity)}{unit} tegen {look.money(line.price)}"
        f"{off}, dat is {look.money(line.net)}{rate}"
    )


def _sums(f: Facts, look: Look) -> list[str]:
    money = look.money
    texts = []
    if f.discount:
        percent = f" van {f.discount_percent}%" if f.discount_percent else ""
        texts.append(
            f"Samen is dat {money(f.subtotal)}. Hierop geven wij u een korting{percent}, {money(f.discount)}."
        )
    if not f.exempt:
        shares = " en ".join(
            f"{s.rate}% btw over {money(s.net)}, zijnde {money(s.vat)}" for s in f.shares
        )
        texts.append(f"Het bedrag zonder btw is {money(f.net)}. Daarbij komt {shares}.")
    word_ = "te crediteren bedrag" if f.kind == "credit-note" else "totaalbedrag"
    texts.append(f"Het {word_} is daarmee {money(f.gross)}.")
    if f.rounding:
        texts.append(f"Na afronding is dat {money(f.due_amount)}.")
    if f.paid:
        texts.append(
            f"U heeft hiervan al {money(f.paid)} betaald, zodat nog {money(f.due_amount)} openstaat."
        )
    return texts


def draw(f: Facts, look: Look) -> bytes:
    if look.money.pattern == "1.234,56":
        look = look.writes(money="€ 1.234,56")
    d, known, s = word.start(look), values(f, look), f.supplier
    word.write(d.add_paragraph(), s.name, bold=True, size=look.size + 5)
    contact = [
        f"{a} {v}".strip() for a, v in pairs(f, look, {"phone": "telefoon", "email": "", "web": ""})
    ]
    word.write(d.add_paragraph(), " • ".join([*address(f, look), *contact]), size=look.size - 1)
    d.add_paragraph().paragraph_format.space_after = Pt(14)
    d.add_paragraph("\n".join(f.addressee)).paragraph_format.space_after = Pt(18)
    if known["date"]:
        d.add_paragraph(f"{s.city + ', ' if s.city else ''}{look.date(f.date, 'd mmmm yyyy')}")
    kind = "creditnota" if f.kind == "credit-note" else "factuur"
    subject = (
        f"Betreft: {kind}{' ' + f.number if f.number else ''}{' - ' + f.mark if f.mark else ''}"
    )
    word.write(d.add_paragraph(), subject, bold=True)
    d.add_paragraph("Geachte heer of mevrouw,")
    opening = "In verband met uw opdracht {order} brengen wij u het volgende in rekening."
    if f.kind == "credit-note":
        opening = (
            f"Op factuur {f.corrects} was te veel berekend. Wij crediteren daarom het volgende."
        )
    d.add_paragraph(opening.format(**known))
    if len(f.lines) <= 3 and look.chance(0.5):
        d.add_paragraph("; ".join(_what(line, look, f.exempt) for line in f.lines) + ".")
    else:
        for line in f.lines:
            d.add_paragraph(_what(line, look, f.exempt), style="List Bullet")
    d.add_paragraph(" ".join(_sums(f, look)))
    if f.kind == "invoice":
        pay = f"Wij verzoeken u dit bedrag vóór {known['due']} over te maken"
        pay += f" op rekening {known['iban']} ten name van {s.name}" if known["iban"] else ""
        pay += f", onder vermelding van factuurnummer {f.number}." if f.number else "."
        d.add_paragraph(pay)
    elif known["iban"]:
        d.add_paragraph(f"Ons rekeningnummer is {known['iban']}.")
    for text in closing(f, look):
        d.add_paragraph(text)
    ids = {
        "kvk": "de Kamer van Koophandel onder nummer",
        "vat": "de Belastingdienst onder btw-nummer",
        "agb": "Vektis onder AGB-code",
    }
    told = pairs(f, look, ids)
    if told:
        d.add_paragraph(
            "Wij zijn ingeschreven bij " + " en bij ".join(f"{a} {v}" for a, v in told) + "."
        )
    if s.g_account:
        d.add_paragraph(f"Onze G-rekening is {known['g-account']}.")
    if s.branch:
        d.add_paragraph(f"Vestigingsnummer: {s.branch}")
    d.add_paragraph(f"Met vriendelijke groet,\n\n{s.owner}\n{s.name}")
    return word.saved(d)


FAMILY = Family("sentences", "docx", draw)
