"""A first page that sums up ("Uw factuur in het kort") and a second that specifies each line, as
telephone and hosting companies send: the sums stand on the first page only, or on both.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    CSS,
    TotalWords,
    address,
    closing,
    css_text,
    pairs,
    paragraphs,
    sentence,
    table,
    title,
    totals,
    values,
)
from tests.families.html import br, e, page
from tests.families.look import Look

_SAY = TotalWords(
    gross="Totaal te betalen",
    total="Totaal te betalen",
    net="Totaal exclusief btw",
    vat="Btw {r}%",
    subtotal="Diensten en producten",
    discount="Uw korting",
    paid="Al van u ontvangen",
    due="Rest te betalen",
)


def draw(f: Facts, look: Look) -> str:
    known, s = values(f, look), f.supplier
    labels = {
        "customer": "Klantnummer",
        "number": "Factuurnummer|Creditnummer",
        "date": "Factuurdatum|Datum",
        "corrects": "Correctie op factuur",
        "period": "Periode",
        "due": "Te betalen vóór",
    }
    refs = "".join(f"<tr><td>{e(a)}</td><td>{e(v)}</td></tr>" for a, v in pairs(f, look, labels))
    rows = totals(f, look, _SAY)
    sums = "".join(
        f"<tr class={r.kind}><td>{e(r.label)}</td><td class=n>{e(r.amount)}</td></tr>" for r in rows
    )
    lines = [
        (
            look.date(line.date, "dd-mm-yyyy"),
            line.description + (f" (korting {line.discount}%)" if line.discount else ""),
            look.quantity(line.quantity),
            look.money.bare(line.price),
            "" if f.exempt else f"{line.rate}%",
            look.money.bare(line.net),
        )
        for line in f.lines
    ]
    heads = ("Datum", "Omschrijving", "Aantal", "Tarief", "" if f.exempt else "Btw", "Bedrag")
    specified = f"<p class=n><b>Som van de regels {e(look.money(f.subtotal))}</b></p>"
    ids = pairs(
        f,
        look,
        {
            "kvk": "KvK",
            "vat": "Btw-nummer",
            "iban": "IBAN",
            "bic": "BIC",
            "agb": "AGB",
            "branch": "Vestiging",
            "g-account": "G-rekening",
        },
    )
    foot = "  |  ".join([s.name, *address(f, look), *(f"{a} {v}" for a, v in ids)])
    help_ = [f"Klantenservice: {known['phone']}" if known["phone"] else "", s.email, s.web]
    pay = sentence(
        f,
        look,
        "Maak {pay} over op {iban} o.v.v. uw factuurnummer {number}.",
        "Het bedrag ontvangen wij graag vóór {due}.",
    )
    css = (
        f"{CSS}@page{{margin:16mm 18mm 26mm;@bottom-center{{content:{css_text(foot)};font-size:6.8pt;"
        "color:#555;text-align:center}@bottom-right{content:'Pagina ' counter(page) ' van ' "
        "counter(pages);font-size:7pt;vertical-align:bottom}}"
        f".logo{{font-size:210%;font-weight:bold;color:{look.accent}}}.h{{display:flex;"
        "justify-content:space-between}.help{font-size:85%;text-align:right}"
        f".two{{display:flex;justify-content:space-between;margin:14mm 0 10mm}}.two td{{padding:0 0 0.8mm "
        f"{look.width(6)}mm}}.box{{background:{look.accent}18;padding:4mm 5mm;margin:4mm 0}}"
        ".box table{width:100%}.box td{padding:1.2mm 0}.gross td{font-weight:bold;font-size:115%;"
        "border-top:0.3mm solid #777}.spec{break-before:page}h2{font-size:130%;margin-bottom:3mm}"
        ".items th,.items td{padding:1mm 2mm;border-bottom:0.2mm solid #ccc}"
    )
    spec_heading = e(f"Specificatie bij {title(f, 'factuur', 'creditnota')} {f.number}".strip())
    body = (
        f"<div class=h><div class=logo>{e(s.name)}</div><div class=help>{br(help_)}</div></div>"
        f"<div class=two><div>{br(f.addressee)}</div><table>{refs}</table></div>"
        f"<h2>{title(f, 'Uw factuur in het kort', 'Uw creditnota in het kort')}</h2>"
        f"<div class=box><table>{sums}</table></div>{paragraphs([pay, *closing(f, look)])}"
        f"<div class=spec><h2>{spec_heading}</h2>{table(heads, lines, 'llrrrr')}"
        f"{specified if look.chance(0.5) and not f.fault else ''}</div>"
    )
    return page(f, look, css, body)


FAMILY = Family("bill-summary", "weasyprint", draw)
