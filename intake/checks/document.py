"""Form of the invoice (bestandsvorm): a PDF that opens.

Source: page of Almere, "De factuur dient altijd een geanonimiseerd pdf-bestand te zijn". Certainly another form
refuses; a picture, or an e-invoice without a PDF, asks a person; damaged or unclear is quarantined without a reply.
"""

from __future__ import annotations

import datetime as dt

from intake.checks.requirement import Requirement, Situation, finding, passed, result
from intake.profile import Profile
from intake.types import CheckResult, DocumentKind, History, Invoice, PartKind, Reader, Severity

_REMEDY = "Maak er een PDF van en stuur die."

REQUIREMENT = Requirement(
    check="document",
    title="PDF-bestand",
    situations={
        "word": Situation(
            Severity.REJECT,
            "Wij kunnen {jouw} factuur niet in behandeling nemen, omdat het een Word-bestand is.",
            _REMEDY,
            "kies in Word 'Opslaan als' en dan 'PDF'",
        ),
        "excel": Situation(
            Severity.REJECT,
            "Wij kunnen {jouw} factuur niet in behandeling nemen, omdat het een Excel-bestand is.",
            _REMEDY,
            "kies in Excel 'Opslaan als' en dan 'PDF'",
        ),
        "html": Situation(
            Severity.REJECT,
            "Wij kunnen {jouw} factuur niet in behandeling nemen, omdat het een webpagina (HTML) is.",
            _REMEDY,
            "kies 'Afdrukken' en dan 'Opslaan als PDF'",
        ),
        "link-only": Situation(
            Severity.REJECT,
            "Wij kunnen {jouw} factuur niet openen, omdat er alleen een link in de mail staat.",
            "Download de factuur als PDF en stuur die mee als bijlage.",
        ),
        "encrypted-pdf": Situation(
            Severity.REJECT,
            "Wij kunnen {jouw} factuur niet openen, omdat er een wachtwoord op de PDF zit.",
            "Stuur de factuur zonder wachtwoord. Beveilig alleen de bijlage met cliëntgegevens.",
        ),
        "image": Situation(Severity.REVIEW, "De factuur is een foto of plaatje en geen PDF.", "Stuur de volgende factuur als PDF."),
        "xml-only": Situation(Severity.REVIEW, "Er is alleen een e-factuur (XML) en geen PDF.", "Stuur de volgende keer ook de PDF mee."),
        "damaged": Situation(Severity.REVIEW, "Wij kunnen dit bestand niet lezen. Misschien is het beschadigd."),
        "unclear": Situation(Severity.REVIEW, "Wij kunnen niet vaststellen wat voor bestand dit is."),
        "partly-unread": Situation(Severity.REVIEW, "Wij konden niet elke bladzijde helemaal lezen."),
        "reminder": Situation(Severity.REVIEW, "Dit lijkt een herinnering en geen factuur."),
        "quotation": Situation(Severity.REVIEW, "Dit lijkt een offerte en geen factuur."),
        "statement": Situation(Severity.REVIEW, "Dit lijkt een overzicht en geen factuur."),
    },
)

_CERTAINLY_WRONG = {PartKind.WORD: "word", PartKind.EXCEL: "excel", PartKind.HTML: "html"}
_ASKS_A_PERSON = {PartKind.IMAGE: "image", PartKind.XML: "xml-only"}
_NO_INVOICE = {DocumentKind.REMINDER: "reminder", DocumentKind.QUOTATION: "quotation", DocumentKind.STATEMENT: "statement"}


def is_no_invoice(kind: DocumentKind) -> bool:
    """A reminder, quotation or statement: what an invoice must have is not asked of it."""
    return kind in _NO_INVOICE


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    """The form of a document that was read."""
    codes = []
    if is_no_invoice(invoice.kind):
        codes.append(_NO_INVOICE[invoice.kind])
    if invoice.readers == (Reader.XML,):
        codes.append("xml-only")
    if not invoice.fully_read:
        codes.append("partly-unread")
    return result(REQUIREMENT, *(finding(REQUIREMENT, profile, code) for code in codes))


def check_part(kind: PartKind, fault: str | None, profile: Profile) -> CheckResult:
    """The form of a part that should have been an invoice and gave none.

    ``fault`` is Document.fault of a PDF, or None. Call it only for a part that is not the secured attachment.
    """
    if kind is PartKind.PDF and fault is None:
        return passed(REQUIREMENT)
    if kind is PartKind.PDF:
        code = "encrypted-pdf" if fault == "encrypted" else "damaged"
    else:
        code = _CERTAINLY_WRONG.get(kind) or _ASKS_A_PERSON.get(kind) or "unclear"
        if fault is not None:
            code = "damaged"
    return result(REQUIREMENT, finding(REQUIREMENT, profile, code))


def check_link_only(profile: Profile) -> CheckResult:
    """The mail has no file, only a link to fetch the invoice. No link is ever followed."""
    return result(REQUIREMENT, finding(REQUIREMENT, profile, "link-only"))
