"""After Dolibarr's model "crabe": title and reference flush right with "Ref. :", the seller's box
left under "Van" and the buyer's right under "Voor", a table whose columns are drawn as frames, a
block for the transfer left of the sums, two centred lines of numbers at the foot of every page.
"""

from __future__ import annotations

from tests.corpus.paper import Paper, by_fpdf2
from tests.families import parts
from tests.families.facts import Facts, Line
from tests.families.family import Family
from tests.families.look import Look

_WORDS = {
    "nl": {
        "title": "Factuur",
        "credit": "Creditnota",
        "ref": "Ref. : ",
        "date": "Factuurdatum : ",
        "due": "Uiterste betaaldatum : ",
        "customer": "Afnemerscode : ",
        "corrects": "Correcte factuur : ",
        "from": "Van",
        "to": "Voor",
        "shown": "Bedragen in Euro",
        "heads": "Omschrijving|BTW|E.P. (net)|Aantal|Korting|Totaal (excl.)",
        "subtotal": "Totaal (excl.) voor korting",
        "discount": "Vaste korting",
        "net": "Totaal (excl. BTW)",
        "vat": "Totaal BTW {r}%",
        "total": "Totaal (incl. BTW)",
        "exempt-total": "Totaal",
        "rounding": "Afronding",
        "paid": "Betaald",
        "left": "Resterend te betalen",
        "terms": "Betalingsvoorwaarden: 30 dagen",
        "transfer": "Betaling via overschrijving op de volgende bankrekening:",
        "holder": "Naam rekeninghouder: ",
        "bank": "Bank: ",
        "iban": "IBAN-rekeningnummer: ",
        "bic": "BIC/SWIFT-code: ",
        "g-account": "G-rekening: ",
        "phone": "Tel.: ",
        "mail": "E-mail: ",
        "web": "Internet: ",
        "kvk": "KVK nummer: ",
        "vat-id": "Btw-nummer: ",
        "agb": "AGB: ",
        "branch": "Vestiging: ",
    },
    "fr": {
        "title": "Facture",
        "credit": "Facture avoir",
        "ref": "Réf. : ",
        "date": "Date facturation : ",
        "due": "Date échéance : ",
        "customer": "Code client : ",
        "corrects": "Avoir sur facture : ",
        "from": "Émetteur",
        "to": "Adressé à",
        "shown": "Montants exprimés en Euros",
        "heads": "Désignation|TVA|P.U. HT|Qté|Réduc.|Total HT",
        "subtotal": "Total HT avant remise",
        "discount": "Remise",
        "net": "Total HT",
        "vat": "Total TVA {r}%",
        "total": "Total TTC",
        "exempt-total": "Total",
        "rounding": "Arrondi",
        "paid": "Payé",
        "left": "Reste à payer",
        "terms": "Conditions de règlement: 30 jours",
        "transfer": "Règlement par virement sur le compte bancaire suivant:",
        "holder": "Titulaire du compte: ",
        "bank": "Banque: ",
        "iban": "Code IBAN: ",
        "bic": "Code BIC/SWIFT: ",
        "g-account": "G-rekening: ",
        "phone": "Tél.: ",
        "mail": "Email: ",
        "web": "Web: ",
        "kvk": "KvK: ",
        "vat-id": "Numéro de TVA: ",
        "agb": "AGB: ",
        "branch": "Vest.: ",
    },
}
_RIGHT = 555.0


def draw(facts: Facts, look: Look) -> bytes:
    w, s = _WORDS[facts.language], facts.supplier
    money = "1.234,56" if facts.language == "nl" else "1 234,56"
    look = look.writes(money=money, date=look.pick("dd-mm-yyyy", "dd/mm/yyyy"))
    p = Paper(serif="Serif" in look.font)
    p.text(40, 50, s.name, 14, True)
    title = parts.title(facts, w)
    p.text(_RIGHT, 45, title, 14, True, "right")
    y = 62.0
    meta = [(w["ref"], facts.number)] * bool(facts.number)
    meta += parts.known(facts, look, w, "date due customer corrects")
    for label, value in meta:
        p.text(_RIGHT, y, label + value, 9, label == w["ref"], "right")
        y += 13
    if facts.mark:
        p.text(300, 30, facts.mark, 20, True, "centre")
    y = max(y, 112.0) + 12
    p.text(42, y, w["from"] + ":", 8)
    p.text(300, y, w["to"] + ":", 8)
    own = [*parts.address(facts, look)]
    own += [a + v for a, v in parts.known(facts, look, w, "phone mail web")]
    p.text(46, y + 16, s.name, 11, True)
    left = p.lines(46, y + 29, own, 9, 12)
    p.text(304, y + 16, facts.addressee[0], 11, True)
    y = max(left, p.lines(304, y + 29, list(facts.addressee[1:]), 9, 12)) + 16
    p.text(_RIGHT, y, w["shown"], 8, align="right")
    y = _lines(p, facts, look, y + 14)
    y = p.room(y, 110)
    _sums(p, facts, look, y)
    y = max(_transfer(p, facts, look, y), y + 90)
    for text in parts.said(facts, look):
        y = p.wrapped(40, p.room(y, 26), 480, text, 9, 12)
    ids = [a + v for a, v in parts.known(facts, look, w, "kvk vat-id agb branch")]
    for page in range(p.page + 1):
        p.page = page
        p.text(297, 815, " - ".join([s.name, *parts.address(facts, look)]), 7, align="centre")
        p.text(297, 825, " - ".join(ids), 7, align="centre")
    return by_fpdf2(p, look.rng)


def _lines(p: Paper, facts: Facts, look: Look, y: float) -> float:
    w = _WORDS[facts.language]
    off = any(line.discount for line in facts.lines)
    ends = [look.width(285), 395, 440, 485 if off else 0, _RIGHT]
    heads = w["heads"].split("|")

    def row(cells: list[str], at: float) -> None:
        p.text(44, at, cells[0], 9)
        for end, cell in zip(ends, cells[1:], strict=True):
            if end:
                p.text(end, at, cell, 9, align="right")

    def cells_of(line: Line) -> list[str]:
        return [
            line.description,
            "" if facts.exempt else f"{line.rate}%",
            look.money(line.price),
            look.quantity(line.quantity),
            f"{line.discount}%" if line.discount else "",
            look.money(line.net),
        ]

    row(heads, y)
    y += 18
    for line in facts.lines:
        if y > 760:
            p.page += 1
            row(heads, 50)
            y = 68
        row(cells_of(line), y)
        y += 15
    return y + 12


def _sums(p: Paper, facts: Facts, look: Look, y: float) -> None:
    for label, value in parts.sums(facts, look, _WORDS[facts.language]):
        p.text(330, y, label, 9)
        p.text(_RIGHT, y, value, 9, align="right")
        y += 14


def _transfer(p: Paper, facts: Facts, look: Look, y: float) -> float:
    w, s = _WORDS[facts.language], facts.supplier
    p.text(40, y, w["terms"], 8, True)
    if not s.accounts:
        return y + 13
    rows = [a + v for a, v in parts.known(facts, look, w, "bank iban bic g-account")]
    y = p.wrapped(40, y + 13, 250, w["transfer"], 8, 11)
    return p.lines(40, y, [w["holder"] + s.name, *rows], 8, 11)


FAMILY = Family("dolibarr", "fpdf2", draw, ("nl", "fr"), gives_bases=False)
