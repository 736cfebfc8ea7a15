"""Words that make a text likelier or unlikelier to be the name of a firm, as data."""

from __future__ import annotations


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(";"))


LEGAL_FORMS = _phrases(
    """
    bv; b.v; nv; n.v; vof; v.o.f; stichting; maatschap; cooperatie; coöperatie; vereniging; gmbh; ltd; bvba; ug; e.v; holding; cv; u.a; eenmanszaak
    """
)

TRADE_WORDS = _phrases(
    """
    zorg; praktijk; begeleiding; thuiszorg; therapie; coaching; hulp; jeugd; kliniek; centrum; psycholog; opvang; ggz; welzijn; buro; bureau; groep;
    zorgboerderij; boerderij; care; support; advies; logeerhuis; gezins; kinder; behandel; ambulant; dagbesteding; onderwijs; orthoped; wonen; huis;
    hoeve; diensten; services; consult; fysio; logoped; training; trainingen; jeugdhulp; pleegzorg; fonds; instituut; academie; atelier; expertise
    """
)

NOT_A_NAME = _phrases(
    """
    factuur; nota; invoice; rechnung; facture; declaratie; creditnota; creditfactuur; credit; herinnering; aanmaning; offerte; pagina; page; kopie;
    concept; draft; duplicaat; copy; geachte; beste; betreft; met vriendelijke groet; hoogachtend; specificatie; omschrijving; bedrag; totaal; logo;
    postbus; betaling; bankgegevens; contact; contactgegevens; algemene voorwaarden; bijlage; datum; dear; onderwerp; verzamelfactuur; zorgdeclaratie;
    zorgfactuur; zorgnota; nederland; the netherlands; netherlands; bedrijfsgegevens; maandfactuur; tax invoice; betalingsgegevens; factuurgegevens;
    klantgegevens; bezoekadres; postadres; correspondentieadres
    """
)
