"""Titles that say what a document is, as data; divided by semicolons."""

from __future__ import annotations

from intake.model.invoice import DocumentKind


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(";"))


TITLES: tuple[tuple[DocumentKind, tuple[str, ...]], ...] = (
    (
        DocumentKind.REMINDER,
        _phrases("""
        herinnering; betalingsherinnering; aanmaning; laatste aanmaning; eerste herinnering; tweede herinnering; laatste herinnering;
        betalingsaanmaning; ingebrekestelling; sommatie; reminder; payment reminder; mahnung; zahlungserinnerung; rappel; eerste aanmaning; tweede
        aanmaning; herinneringsfactuur; final notice
        """),
    ),
    (
        DocumentKind.QUOTATION,
        _phrases("""
        offerte; prijsopgave; quotation; quote; angebot; devis; zorgofferte; kostenraming; kostenvoorstel; pro forma; proforma; proforma factuur; pro
        forma factuur; pro forma invoice; proforma invoice
        """),
    ),
    (
        DocumentKind.STATEMENT,
        _phrases("""
        rekeningoverzicht; openstaande posten; overzicht openstaande posten; saldo overzicht; saldooverzicht; statement of account; account statement;
        kontoauszug; factuuroverzicht; overzicht openstaande facturen; openstaande facturen; debiteurenoverzicht; releve de compte; statement
        """),
    ),
    (
        DocumentKind.CREDIT_NOTE,
        _phrases("""
        creditnota; creditfactuur; credit nota; credit factuur; credit; creditdeclaratie; credit note; gutschrift; rechnungskorrektur; avoir; note de
        credit; kredietnota; credit invoice; correctiefactuur; creditering
        """),
    ),
    (
        DocumentKind.INVOICE,
        _phrases("""
        factuur; faktuur; nota; declaratie; verzamelfactuur; invoice; tax invoice; rechnung; facture; zorgfactuur; zorgnota; zorgdeclaratie;
        maandfactuur; verkoopfactuur; rekening; honorariumnota; specificatie factuur
        """),
    ),
)
