"""The number inside its own heading ("FACTUUR EUR N° : 12"), small frames with a word over a rule over
a value, columns whose frames run down to the foot of the page, bases and taxes in a frame left and
what is to be paid in one right: after the invoice script of FPDF.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import Columns, count, spoken
from tests.families.held_out_parts import Pair, address, closing, pairs, values
from tests.families.look import Look
from tests.families.sheet import Sheet

_WORDS = spoken(
    "invoice credit date customer page way transfer due vat corrects what quantity price off rate amount"
    " base share-off tax percent total gross exempt paid left rounding discount account",
    nl=(
        "FACTUUR|CREDITNOTA|DATUM|KLANT|PAGINA|BETAALWIJZE|Overschrijving|VERVALDATUM|BTW-NUMMER"
        "|BIJ FACTUUR|OMSCHRIJVING|AANTAL|PRIJS EX|KORT.|BTW|BEDRAG EX|GRONDSLAG|KORTING|BEDRAG BTW"
        "|% BTW|TOTAAL|TOTAAL INCL.|TOTAAL|VOORSCHOT|NETTO TE BETALEN|AFRONDING|KORTING|Bankrekening"
    ),
    fr=(
        "FACTURE|AVOIR|DATE|CLIENT|PAGE|MODE DE REGLEMENT|Virement|DATE D'ECHEANCE|N° DE TVA"
        "|SUR FACTURE|DESIGNATION|QUANTITE|P.U. HT|REM.|TVA|MONTANT HT|BASES HT|REMISE|MT TVA"
        "|% TVA|TOTAL|TOTAL TTC|TOTAL|ACOMPTE|NET A PAYER|ARRONDI|REMISE|Compte bancaire"
    ),
)
_IDS = {
    "nl": {"phone": "Tel. : ", "email": "", "web": "", "kvk": "KvK : ", "agb": "AGB : "},
    "fr": {"phone": "Tél. : ", "email": "", "web": "", "kvk": "KvK : ", "agb": "AGB : "},
}
_EDGES = (28.0, 252.0, 322.0, 385.0, 425.0, 465.0, 567.0)
_COLUMNS = Columns(
    (
        (33.0, "l", 214.0),
        (317.0, "r", 0),
        (380.0, "r", 0),
        (405.0, "c", 0),
        (445.0, "c", 0),
        (562.0, "r", 0),
    ),
    12,
)
_BOTTOM = 690.0


def _frame(s: Sheet, x: float, y: float, width: float, head: str, value: str) -> None:
    """A word, a rule and its value, all centred."""
    s.box(x, y, width, 32)
    s.rule(x, y + 15, x + width)
    s.text(x + width / 2, y + 11, head, 8, bold=True, align="c")
    s.text(x + width / 2, y + 26, value, 9, align="c")


def _start(s: Sheet, f: Facts, look: Look, page: int) -> float:
    """What every page begins with; where the lines begin."""
    words, own, known = _WORDS[f.language], f.supplier, values(f, look)
    if f.mark:
        s.text(130, 560, f.mark, 50, bold=True, colour="#cbcbcb", turn=45)
    s.text(28, 40, own.name, min(12, 12 * 270 / s.length(own.name, 12, bold=True)), bold=True)
    lines = [*address(f, look), *(a + v for a, v in pairs(f, look, _IDS[f.language]))]
    lines += (
        [f"{'Vestiging' if f.language == 'nl' else 'Etabl.'} : {own.branch}"] if own.branch else []
    )
    s.lines(28, 54, lines, 9.5, step=12)
    word = words["credit" if f.kind == "credit-note" else "invoice"]
    heading = f"{word} EUR N° : {f.number}" if f.number else f"{word} EUR"
    s.box(310, 24, 257, 20, fill="#c8c8dc")
    size = min(12, 12 * 245 / s.length(heading, 12, bold=True))
    s.text(438, 38, heading, size, bold=True, align="c")
    for x, name, value in (
        (310.0, "customer", f.customer),
        (410.0, "date", known["date"]),
        (515.0, "page", str(page)),
    ):
        if value:
            _frame(s, x, 50, 90 if name != "page" else 52, words[name], value)
    s.lines(340, 125, [x for part in f.addressee for x in s.fold(part, 225, 10)], 10, step=13)
    frames = [
        ("way", words["transfer"] if f.kind == "invoice" else ""),
        ("due", known["due"] if f.kind == "invoice" else ""),
        ("corrects", f.corrects),
        ("vat", known["vat"]),
    ]
    x = 28.0
    for name, value in frames:
        if value:
            _frame(s, x, 215, 130, words[name], value)
            x += 142
    label = "Uw referentie" if f.language == "nl" else "Références"
    s.text(28, 263, f"{label} : {f.order}", 9.5)
    return 275


def _columns(s: Sheet, f: Facts, y: float) -> float:
    words = _WORDS[f.language]
    s.box(28, y, 539, _BOTTOM - y)
    s.rule(28, y + 17, 567)
    for x in _EDGES[1:-1]:
        s.upright(x, y, _BOTTOM)
    names = ("what", "quantity", "price", "off", "" if f.exempt else "rate", "amount")
    for left, right, name in zip(_EDGES, _EDGES[1:], names, strict=False):
        s.text((left + right) / 2, y + 12, words.get(name, ""), 8, bold=True, align="c")
    return y + 31


def draw(f: Facts, look: Look) -> bytes:
    look = look.writes(money="1 234,56" if f.language == "fr" else "1.234,56")
    s = Sheet(size=9)
    y = _columns(s, f, _start(s, f, look, 1))
    for line in f.lines:
        cells = (
            line.description,
            count(line, look),
            look.money(line.price),
            f"{line.discount}%" if line.discount else "",
            "" if f.exempt else str(line.rate),
            look.money(line.net),
        )
        if y + _COLUMNS.depth(s, cells) > _BOTTOM:
            s.turn_page()
            y = _columns(s, f, _start(s, f, look, len(s.pages)))
        y = _COLUMNS.put(s, y, cells) + 3
    _frames(s, f, look)
    texts = [x for text in closing(f, look) for x in s.fold(text, 530, 8)]
    if len(texts) > 1 and y + 11 * len(texts) < _BOTTOM - 20:
        s.lines(
            33,
            _BOTTOM - 11 * len(texts),
            [x for t in closing(f, look) for x in s.fold(t, 230, 8)],
            8,
        )
    else:
        s.lines(28, 826, texts, 8, step=9)
    return s.by_fpdf2()


def _frames(s: Sheet, f: Facts, look: Look) -> None:
    """Taxes at the left, what is to be paid at the right, the account under them."""
    words, y = _WORDS[f.language], _BOTTOM + 8
    if f.shares:
        s.box(28, y, 300, 84)
        s.rule(28, y + 14, 328)
        table = Columns(((110.0, "r", 0), (190.0, "r", 0), (250.0, "r", 0)), 13)
        heads = (words["base"], words["tax"], words["percent"])
        below = table.put(s, y + 10, heads, 8, bold=True) + 3
        for share in f.shares:
            cells = (look.money(share.net), look.money(share.vat), str(share.rate))
            below = table.put(s, below, cells)
        s.text(322, y + 78, words["total"], 8, bold=True, align="r")
        table.put(s, y + 78, (look.money(f.net), look.money(f.vat), ""), bold=True)
    rows: list[Pair] = []
    if f.discount:
        percent = f" {f.discount_percent}%" if f.discount_percent else ""
        rows.append((words["discount"] + percent, look.money(-f.discount)))
    rows.append((words["exempt" if f.exempt else "gross"], look.money(f.gross)))
    rows += [(words["rounding"], look.money(f.rounding))] if f.rounding else []
    rows += [(words["paid"], look.money(f.paid))] if f.paid else []
    if f.kind == "invoice":
        rows.append((words["left"], look.money(f.due_amount)))
    s.box(350, y, 217, 84)
    s.rule(350, y + 14, 567)
    s.text(562, y + 10, "EUROS" if f.language == "fr" else "EURO", 8, bold=True, align="r")
    for at, (label, amount) in enumerate(rows):
        s.text(355, y + 28 + 14 * at, label, 8, bold=True)
        s.text(562, y + 28 + 14 * at, amount, 9.5, align="r")
    accounts = pairs(f, look, {"iban": words["account"], "bic": "BIC", "g-account": "G-rekening"})
    s.text(28, y + 96, "   ".join(f"{a} : {v}" for a, v in accounts), 8.5)


FAMILY = Family("fpdf-frames", "fpdf2", draw, ("nl", "fr"))
