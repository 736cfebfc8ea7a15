"""Words that make a text likelier or unlikelier to be a label or the name of a firm, as data."""

from __future__ import annotations


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(";"))


LEGAL_FORMS = _phrases("""
    bv; b.v; nv; n.v; vof; v.o.f; stichting; maatschap; cooperatie; coöperatie; vereniging; gmbh; ltd; bvba; ug; e.v; holding; cv; u.a; eenmanszaak
    """)

TRADE_WORDS = _phrases("""
    zorg; praktijk; begeleiding; thuiszorg; therapie; coaching; hulp; jeugd; kliniek; centrum; psycholog; opvang; ggz; welzijn; buro; bureau; groep;
    zorgboerderij; boerderij; care; support; advies; logeerhuis; gezins; kinder; behandel; ambulant; dagbesteding; onderwijs; orthoped; wonen; huis;
    hoeve; diensten; services; consult; fysio; logoped; training; trainingen; jeugdhulp; pleegzorg; fonds; instituut; academie; atelier; expertise
    """)

NOT_A_NAME = _phrases("""
    factuur; nota; invoice; rechnung; facture; declaratie; creditnota; creditfactuur; credit; herinnering; aanmaning; offerte; pagina; page; kopie;
    concept; draft; duplicaat; copy; geachte; beste; betreft; met vriendelijke groet; hoogachtend; specificatie; omschrijving; bedrag; totaal; logo;
    postbus; betaling; bankgegevens; contact; contactgegevens; algemene voorwaarden; bijlage; datum; dear; onderwerp; verzamelfactuur; zorgdeclaratie;
    zorgfactuur; zorgnota; nederland; the netherlands; netherlands; bedrijfsgegevens; maandfactuur; tax invoice; betalingsgegevens; factuurgegevens;
    klantgegevens; bezoekadres; postadres; correspondentieadres
    """)

LONE = frozenset(
    _phrases("""
        aan; aan de; aantal; activiteit; address; adres; afd; afdeling; amount; an; artikel; bank; bedrag; bedrijf; bel; beschikking; betaald;
        bewoner; big; bijlage; bruto; c o; city; client; company; company number; compte; contract nr; crediteur; customer; d d; date; datum; dd;
        declarant; deelnemer; dienst; dossier; due; e; eenheid; f; from; geb; gebdatum; gesamt; giro; h r; hours; inwoner; jeugdige; jongere; kenmerk;
        kind; klant; konto; korting; kunde; leerling; locatie; m; maand; mail; naam; name; net; netto; no; nr; number; nummer; ob; onderneming;
        ontvangen; opdracht; order; organisatie; ort; p; page; pagina; pb; pc; period; periode; plaats; praktijk; praktijkadres; prestatie; price;
        prijs; product; project; pupil; rate; referentie; registratienummer; rekening; site; som; stad; stuks; summe; t; tarief; tax; to; toewijzing;
        tot; tva; uiterlijk; uren; ust; van; vat; voldaan; voorschot; w; web; zip
        """)
)
"""Short or everyday words: a label only at the start of a cell, before a colon, or after a
separator."""
