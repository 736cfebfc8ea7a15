"""A strip of till paper: everything centred or in two columns of fixed-width letters, btw by rate
below the total with a letter for each rate.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import address, closing, pairs, sentence, title
from tests.families.look import Look
from tests.families.sheet import Sheet

_WIDE = 42


def _fold(text: str, width: int = _WIDE) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _ends(left: str, right: str) -> list[str]:
    """Both at their end of one line; of two lines when they do not fit."""
    if len(left) + len(right) + 2 > _WIDE:
        return [left, f"{right:>{_WIDE}}"]
    return [f"{left}{right:>{_WIDE - len(left)}}"]


def _body(f: Facts, look: Look) -> list[str]:
    money = look.money.bare
    letters = {rate: "ABC"[at] for at, rate in enumerate(sorted({x.rate for x in f.lines}))}
    lines: list[str] = []
    for line in f.lines:
        mark = "" if f.exempt else f" {letters[line.rate]}"
        lines += _fold(line.description)
        off = f" -{line.discount}%" if line.discount else ""
        left = f"  {look.quantity(line.quantity)} x {money(line.price)}{off}"
        lines += _ends(left, money(line.net) + (mark or ""))
    lines.append("-" * _WIDE)
    if f.discount:
        lines += _ends("Subtotaal", money(f.subtotal))
        lines += _ends(
            f"Korting {f.discount_percent or ''}{'%' if f.discount_percent else ''}".strip(),
            money(-f.discount),
        )
    if not f.exempt:
        lines += _ends("Totaal excl. btw", money(f.net))
        lines += _ends("Btw", money(f.vat))
    lines += _ends("TOTAAL EUR", money(f.gross))
    if f.rounding:
        lines += _ends("Afronding", money(f.rounding))
    if f.paid:
        lines += _ends("Betaald (pin)", money(-f.paid))
    if f.paid or f.rounding:
        lines += _ends("NOG TE BETALEN", money(f.due_amount))
    if f.shares:
        lines += ["", f"{'Btw':<9}{'Over':>15}{'Bedrag':>16}"]
        lines += [
            f"{letters[s.rate]} {f'{s.rate}%':<7}{money(s.net):>15}{money(s.vat):>16}"
            for s in f.shares
        ]
    return lines


def draw(f: Facts, look: Look) -> bytes:
    head = [x for text in (f.supplier.name, *address(f, look)) for x in _fold(text)]
    contact = [v for _, v in pairs(f, look, {"phone": "", "email": "", "web": ""})]
    ids = {
        "kvk": "KvK",
        "vat": "Btw-nr",
        "iban": "IBAN",
        "agb": "AGB",
        "branch": "Vestiging",
        "g-account": "G-rek",
    }
    head += contact + [f"{a} {v}" for a, v in pairs(f, look, ids)]
    refs = {
        "number": "Factuurnr|Creditnr",
        "date": "Datum",
        "corrects": "Op factuur",
        "order": "Uw nummer",
    }
    lines = [f"{text:^{_WIDE}}".rstrip() for text in head]
    lines += ["", f"{'*** ' + title(f, 'FACTUUR', 'CREDIT') + ' ***':^{_WIDE}}".rstrip()]
    if f.mark:
        lines.append(f"{f.mark:^{_WIDE}}".rstrip())
    lines += ["", "Klant:", *(x for part in f.addressee for x in _fold(part)), ""]
    lines += [x for a, v in pairs(f, look, refs) for x in _ends(a, v)]
    lines += ["=" * _WIDE, *_body(f, look), ""]
    pay = sentence(f, look, "Op rekening. Betalen voor {due}.", "Bedankt en tot ziens!", "")
    for text in (*closing(f, look), pay):
        lines += _fold(text)
    step = 10.2
    s = Sheet("mono", size=8.2, width=227, height=60 + step * len(lines))
    s.lines(10, 30, lines, step=step)
    return s.by_fpdf2()


FAMILY = Family("till-receipt", "fpdf2", draw)
