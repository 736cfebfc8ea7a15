# ruff: noqa: E501 - pages of HTML
"""Layouts as browsers and office programs make them: tables, grids, floats; printed by WeasyPrint."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from tests.document.facts import Facts, cents

Html = Callable[[Facts], str]
_BUYER = "Gemeente Almere<br>Crediteurenadministratie/zorg<br>Postbus 200<br>1300 AE Almere"


def _rows(f: Facts) -> str:
    def row(what: str, count: object, price: object, amount: object) -> str:
        return (
            f"<tr><td>{what}</td><td class=r>{count}</td><td class=r>{price}</td><td"
            f" class=r>{amount}</td></tr>"
        )

    return "".join(
        row(escape(w), f"{c:.2f}".replace(".", ","), f.money(p), f.money(cents(c * p)))
        for w, c, p in f.lines
    )


def _totals(f: Facts) -> str:
    if f.exempt:
        return (
            f"<tr><td>{f.gross_label}</td><td class=r>{f.money(f.gross)}</td></tr><tr><td colspan=2"
            f" class=s>{f.exemption}</td></tr>"
        )
    return (
        f"<tr><td>{f.net_label}</td><td class=r>{f.money(f.net)}</td></tr><tr><td>{f.rate}%"
        f" BTW</td><td class=r>{f.money(f.vat)}</td></tr><tr><td><b>{f.gross_label}</b></td><td"
        f" class=r><b>{f.money(f.gross)}</b></td></tr>"
    )


_STYLE = (
    "<style>body{font:10pt sans-serif}td{padding:2pt"
    " 6pt;vertical-align:top}.r{text-align:right}.s{font-size:8pt}h1{font-size:20pt}footer{position:fixed;bottom:0;font-size:7pt;text-align:center;width:100%}table.w{width:100%}</style>"
)


def modern(f: Facts) -> str:
    return f"""{_STYLE}<table class=w><tr><td><h1>{escape(f.name)}</h1></td><td class=r>{f.street}<br>{f.postcode} {f.city}<br>{f.phone}<br>{f.kvk_label}: {f.kvk_text}<br>{f.btw_label}: {f.btw_text}</td></tr></table>
<p style="margin:20pt 0">{_BUYER}</p><h2>Factuur</h2><table><tr><td>{f.number_label}</td><td>{f.number}</td></tr><tr><td>{f.date_label}</td><td>{f.date_text}</td></tr><tr><td>Vervaldatum</td><td>30-12-2026</td></tr></table>
<table class=w><tr><th>Omschrijving</th><th>Aantal</th><th>Prijs</th><th>Bedrag</th></tr>{_rows(f)}</table><table style="margin-left:60%">{_totals(f)}</table>
<footer>{escape(f.name)} • {f.iban_label} {f.iban_text} • BIC RABONL2U</footer>"""


def cards(f: Facts) -> str:
    cell = "<td style='background:#eee'><span class=s>{}</span><br><b>{}</b></td>"
    return f"""{_STYLE}<table class=w><tr><td>{_BUYER}</td><td><b>{escape(f.name)}</b><br>{f.street}<br>{f.postcode} {f.city}</td></tr></table>
<table class=w style="border-spacing:8pt"><tr>{cell.format(f.number_label, f.number)}{cell.format(f.date_label, f.date_text)}{cell.format("Te betalen voor", "31-12-2026")}{cell.format("Totaalbedrag", f.money(f.gross))}</tr></table>
<table class=w><tr><th>Zorg</th><th>Aantal</th><th>Tarief</th><th>Bedrag</th></tr>{_rows(f)}</table><table style="margin-left:55%">{_totals(f)}</table>
<table class=w style="position:fixed;bottom:0;font-size:7pt"><tr><td>Telefoon<br>{f.phone}</td><td>KvK<br>{f.kvk_text}</td><td>Btw-nummer<br>{f.btw_text}</td><td>IBAN<br>{f.iban_text}</td></tr></table>"""


def prose(f: Facts) -> str:
    tax = (
        f.exemption
        if f.exempt
        else (
            f"Hierover is {f.rate}% btw verschuldigd: {f.money(f.vat)}. Het bedrag exclusief btw is"
            f" {f.money(f.net)}."
        )
    )
    return f"""{_STYLE}<p>{escape(f.name)}<br>{f.street}<br>{f.postcode} {f.city}<br>tel. {f.phone}</p><p>Aan: {_BUYER}</p><p>{f.date_text}</p><p>Factuurnummer {f.number}</p>
<p style="width:70%">Geachte administratie, voor de in de beveiligde bijlage genoemde zorg brengen wij u het volgende in rekening. {tax} Wij verzoeken u het totaalbedrag van {f.money(f.gross)} binnen dertig dagen
over te maken op bankrekening {f.iban_text} ten name van {escape(f.name)}, onder vermelding van factuurnummer {f.number}.</p><p class=s>Wij staan in het handelsregister onder nummer {f.kvk_text}. Ons btw-nummer is {f.btw_text}.</p>"""


def sidebar(f: Facts) -> str:
    return f"""{_STYLE}<div style="float:right;width:32%;font-size:8pt;background:#eef;padding:6pt"><b>{escape(f.name)}</b><br>{f.street}<br>{f.postcode} {f.city}<br><br>T: {f.phone}<br>E: post@zorg.example<br><br>IBAN: {f.iban_text}<br>KVK: {f.kvk_text}<br>BTW: {f.btw_text}</div>
<p style="margin-top:60pt">{_BUYER}</p><h1>Factuur {f.number}</h1><p>Datum: {f.date_text}<br>Uw referentie: 4500123456</p><table class=w style="clear:both"><tr><th>Omschrijving</th><th>Aantal</th><th>Tarief</th><th>Bedrag</th></tr>{_rows(f)}</table><table style="margin-left:60%">{_totals(f)}</table>"""


def dense(f: Facts) -> str:
    return f"""<style>body{{font:8pt serif;line-height:1.05}}td{{padding:0 3pt}}.r{{text-align:right}}.s{{font-size:7pt}}</style><table width=100%><tr><td>{escape(f.name)}</td><td>{f.number_label}</td><td>{f.number}</td></tr><tr><td>{f.street}</td><td>{f.date_label}</td><td>{f.date_text}</td></tr><tr><td>{f.postcode} {f.city}</td><td>{f.kvk_label}</td><td>{f.kvk_text}</td></tr><tr><td>Tel. {f.phone}</td><td>{f.btw_label}</td><td>{f.btw_text}</td></tr><tr><td>&nbsp;</td><td>{f.iban_label}</td><td>{f.iban_text}</td></tr></table>
<p>{_BUYER}</p><table width=100%><tr><td>Product</td><td>Aantal</td><td>Prijs</td><td>Bedrag</td></tr>{_rows(f)}</table><table>{_totals(f)}</table>"""


def justified(f: Facts) -> str:
    return f"""{_STYLE}<h1 style="letter-spacing:6pt">NOTA</h1><div style="text-align:justify;width:75%">Van: {escape(f.name)}, gevestigd te {f.postcode} {f.city}, {f.street}, telefonisch bereikbaar op {f.phone}, ingeschreven in het handelsregister onder nummer {f.kvk_text}, btw-identificatienummer {f.btw_text}.</div>
<p>Aan: {_BUYER}</p><p>{f.number_label}: {f.number}<br>{f.date_label}: {f.date_text}</p><table class=w><tr><th>Omschrijving</th><th>Aantal</th><th>Prijs</th><th>Bedrag</th></tr>{_rows(f)}</table><table>{_totals(f)}</table><p>Betaling op {f.iban_text}.</p>"""


HTML: tuple[Html, ...] = (modern, cards, prose, sidebar, dense, justified)


def print_html(layout: Html, made: Facts) -> tuple[bytes, dict[str, object]]:
    """The PDF that WeasyPrint makes, and the truth."""
    import weasyprint

    return weasyprint.HTML(string=layout(made)).write_pdf(), made.expected()
