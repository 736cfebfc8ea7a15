"""Form of the invoice (bestandsvorm): a PDF that opens.

Source: page of Almere, "De factuur dient altijd een geanonimiseerd pdf-bestand te zijn". Certainly
another form refuses; a picture, or an e-invoice without a PDF, asks a person; damaged or unclear is
quarantined without a reply.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from intake.checks.support import einvoice_rule_words
from intake.checks.support.requirement import Requirement, Situation, finding, passed, result
from intake.model.document import Reader
from intake.model.finding import CheckResult, Finding, Severity
from intake.model.invoice import DocumentKind, EInvoice, Invoice
from intake.model.mail import PartKind
from intake.model.verdict import History
from intake.profile import Profile

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
            "Wij kunnen {jouw} factuur niet in behandeling nemen, omdat het een webpagina"
            " (HTML) is.",
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
        "html-as-pdf": Situation(
            Severity.REJECT,
            "Wij kunnen {jouw} factuur niet openen, omdat het bestand wel .pdf heet, maar een"
            " webpagina (HTML) is.",
            _REMEDY,
            "open de factuur in {jouw} browser, kies 'Afdrukken' en dan 'Opslaan als PDF'",
        ),
        "word-as-pdf": Situation(
            Severity.REJECT,
            "Wij kunnen {jouw} factuur niet openen, omdat het bestand wel .pdf heet, maar een"
            " Word-bestand is.",
            _REMEDY,
            "kies in Word 'Opslaan als' en dan 'PDF'; een andere naam geven is niet genoeg",
        ),
        "image": Situation(
            Severity.REVIEW,
            "De factuur is een foto of plaatje en geen PDF.",
            "Stuur de volgende factuur als PDF.",
        ),
        "image-unread": Situation(
            Severity.REVIEW,
            "Wij kunnen {jouw} factuur niet lezen, omdat het een foto of plaatje is zonder leesbare"
            " tekst.",
            "Stuur de factuur als PDF.",
        ),
        "image-too-large": Situation(
            Severity.REVIEW,
            "Wij kunnen {jouw} factuur niet openen, omdat de foto te groot is.",
            "Stuur de factuur als PDF, of maak een kleinere foto.",
        ),
        "scan": Situation(
            Severity.REVIEW,
            "De factuur is een scan. Bedragen, nummer of datum zijn met tekstherkenning gelezen:"
            " vergelijk die met de scan.",
        ),
        "scan-unread": Situation(
            Severity.REVIEW,
            "Wij kunnen een deel van {jouw} factuur niet lezen, omdat het een plaatje of scan is.",
            "Stuur de factuur als PDF uit {jouw} boekhoudprogramma, of scan haar recht en scherp.",
        ),
        "hidden-total": Situation(
            Severity.REVIEW,
            "De tekst in het bestand noemt een ander totaal dan de bladzijde laat zien. Misschien"
            " is er tekst verborgen of overgeplakt.",
        ),
        "form": Situation(
            Severity.REVIEW,
            "Wij kunnen {jouw} factuur niet openen, omdat het een invulformulier (XFA) is dat"
            " alleen in Adobe Reader werkt.",
            "Druk het formulier af naar een gewone PDF en stuur die.",
            "kies in Adobe Reader 'Afdrukken' en dan 'Microsoft Print to PDF'",
        ),
        "portfolio": Situation(
            Severity.REVIEW,
            "Wij kunnen {jouw} factuur niet openen, omdat het een PDF-portfolio is: een map met"
            " bestanden in één PDF.",
            "Stuur de factuur als gewone PDF, los van de andere bestanden.",
        ),
        "empty": Situation(
            Severity.REVIEW,
            "Wij kunnen {jouw} factuur niet lezen, omdat de PDF leeg is: er staat niets op de"
            " bladzijde.",
            "Maak de PDF opnieuw, kijk of de factuur erop staat en stuur hem nog een keer.",
        ),
        "too-many-pages": Situation(
            Severity.REVIEW,
            "Wij kunnen {jouw} factuur niet helemaal lezen, omdat het bestand te veel bladzijden"
            " heeft.",
            "Stuur alleen de factuur, zonder andere stukken.",
        ),
        "script": Situation(
            Severity.REVIEW,
            "In de PDF zit een programma (JavaScript). Wij voeren het niet uit; wat het invult,"
            " zien wij niet.",
            "Stuur een gewone PDF.",
        ),
        "too-large": Situation(
            Severity.REVIEW,
            "Wij kunnen {jouw} factuur niet openen, omdat het bestand of een plaatje erin te"
            " groot is.",
            "Maak de PDF kleiner en stuur hem nog een keer.",
            "scan met 200 of 300 dpi",
        ),
        "timeout": Situation(
            Severity.REVIEW,
            "Wij kunnen {jouw} factuur niet openen, omdat het lezen te lang duurt.",
            "Stuur een gewone PDF uit {jouw} boekhoudprogramma.",
        ),
        "xml-only": Situation(
            Severity.REVIEW,
            "Er is alleen een e-factuur (XML) en geen PDF.",
            "Stuur de volgende keer ook de PDF mee.",
        ),
        "damaged": Situation(
            Severity.REVIEW,
            "Wij kunnen {jouw} factuur niet openen, omdat het bestand beschadigd is of niet klopt.",
            "Stuur het bestand opnieuw als PDF.",
        ),
        "xml-rule": Situation(
            Severity.REVIEW,
            "In de e-factuur (XML) klopt iets niet. {fault}",
            "Laat de maker van {jouw} boekhoudprogramma ernaar kijken.",
        ),
        "xml-rule-beside": Situation(
            Severity.INFO, "In de e-factuur (XML) bij de PDF klopt iets niet. {fault}"
        ),
        "xml-remark": Situation(Severity.INFO, "Een opmerking over de e-factuur (XML). {fault}"),
        "xml-differs": Situation(
            Severity.REVIEW,
            "In de e-factuur (XML) staat iets anders dan op de PDF. Het gaat om: {fields}.",
            "Zorg dat de PDF en de e-factuur gelijk zijn.",
        ),
        "xml-not-on-page": Situation(
            Severity.REVIEW,
            "In de e-factuur (XML) staan gegevens die wij niet op de PDF vinden. Het gaat om:"
            " {fields}.",
            "Zet ze ook op de PDF.",
        ),
        "xml-currency": Situation(
            Severity.REVIEW,
            "De bedragen in de e-factuur (XML) zijn niet in euro.",
            "Stuur een factuur in euro.",
        ),
        "unclear": Situation(
            Severity.REVIEW, "Wij kunnen niet vaststellen wat voor bestand dit is."
        ),
        "partly-unread": Situation(
            Severity.REVIEW, "Wij konden niet elke bladzijde helemaal lezen."
        ),
        "over-budget": Situation(
            Severity.REVIEW,
            "Deze mail kostte te veel tijd om te lezen. Een medewerker kijkt ernaar.",
            internal=True,
        ),
        "file-unread": Situation(
            Severity.REVIEW,
            "Het lezen van een bestand in deze mail liep vast. Een medewerker kijkt ernaar.",
            internal=True,
        ),
        "several-invoices": Situation(
            Severity.REVIEW,
            "In dit bestand staan verschillende facturen. Een medewerker splitst ze.",
            "Stuur de volgende keer elke factuur als een eigen PDF.",
        ),
        "reminder": Situation(Severity.REVIEW, "Dit lijkt een herinnering en geen factuur."),
        "quotation": Situation(Severity.REVIEW, "Dit lijkt een offerte en geen factuur."),
        "statement": Situation(Severity.REVIEW, "Dit lijkt een overzicht en geen factuur."),
    },
)

_CERTAINLY_WRONG = {PartKind.WORD: "word", PartKind.EXCEL: "excel", PartKind.HTML: "html"}
_MISNAMED = {PartKind.WORD: "word-as-pdf", PartKind.HTML: "html-as-pdf"}
_ASKS_A_PERSON = {PartKind.IMAGE: "image", PartKind.XML: "xml-only"}
_FAULTS = {
    "encrypted": "encrypted-pdf", "form": "form", "portfolio": "portfolio", "empty": "empty",
    "too-large": "too-large", "memory": "too-large", "timeout": "timeout", "over-budget": "over-budget",
}  # fmt: skip
"""Document.fault of a PDF → situation; every other fault is ``damaged``."""
_PHOTO_FAULTS = {
    "no-text": "image-unread", "too-large": "image-too-large", "memory": "image-too-large", "over-budget": "over-budget",
}  # fmt: skip
_REMARKS = frozenset(
    {"image", "scan", "hidden-total", "too-many-pages", "script", "form", "portfolio", "too-large"}
)
_NO_INVOICE = {
    DocumentKind.REMINDER: "reminder",
    DocumentKind.QUOTATION: "quotation",
    DocumentKind.STATEMENT: "statement",
}


def is_judged(invoice: Invoice) -> bool:
    """Whether what an invoice must have is asked of this document: not of a reminder, nor of
    several invoices in one file.
    """
    return not is_no_invoice(invoice.kind) and invoice.invoice_count == 1


def is_no_invoice(kind: DocumentKind) -> bool:
    """A reminder, quotation or statement: what an invoice must have is not asked of it."""
    return kind in _NO_INVOICE


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    """The form of a document that was read."""
    codes = [remark for remark in invoice.file_remarks if remark in _REMARKS]
    if is_no_invoice(invoice.kind):
        codes.insert(0, _NO_INVOICE[invoice.kind])
    if invoice.invoice_count > 1:
        codes.append("several-invoices")
    alone = invoice.readers == (Reader.XML,)
    if alone:
        codes.append("xml-only")
    if "image" in codes and "scan" in codes:
        codes.remove("scan")
    if (
        not invoice.fully_read
        and not alone
        and Reader.OCR not in invoice.readers
        and not {"form", "too-many-pages", "too-large"}.intersection(codes)
    ):
        codes.append(
            "scan-unread" if "pictures-unread" in invoice.file_remarks else "partly-unread"
        )
    about = _about_e_invoice(invoice.e_invoice, alone, profile) if invoice.e_invoice else ()
    return result(REQUIREMENT, *(finding(REQUIREMENT, profile, code) for code in codes), *about)


def _about_e_invoice(read: EInvoice, alone: bool, profile: Profile) -> Iterator[Finding]:
    """What its rules say, and where it differs from the PDF.

    None of it refuses: the page asks a PDF.
    """
    if read.differs:
        yield finding(
            REQUIREMENT, profile, "xml-differs", fields=einvoice_rule_words.listed(read.differs)
        )
    if read.not_on_page:
        yield finding(
            REQUIREMENT,
            profile,
            "xml-not-on-page",
            fields=einvoice_rule_words.listed(read.not_on_page),
        )
    if read.currency != "EUR":
        yield finding(REQUIREMENT, profile, "xml-currency")
    faults = [rule for rule in read.broken if not einvoice_rule_words.is_remark(rule)]
    for sentence in einvoice_rule_words.told(faults):
        yield finding(
            REQUIREMENT, profile, "xml-rule" if alone else "xml-rule-beside", fault=sentence
        )
    for sentence in einvoice_rule_words.told(
        rule for rule in read.broken if einvoice_rule_words.is_remark(rule)
    ):
        yield finding(REQUIREMENT, profile, "xml-remark", fault=sentence)


def check_part(
    kind: PartKind, fault: str | None, profile: Profile, file_name: str | None = None
) -> CheckResult:
    """The form of a part that should have been an invoice and gave none.

    ``fault`` is Document.fault of a PDF or photo, or None. Call it only for a part that is not the
    secured attachment.
    """
    if kind is PartKind.PDF and fault is None:
        return passed(REQUIREMENT)
    return result(REQUIREMENT, finding(REQUIREMENT, profile, _code(kind, fault, file_name or "")))


def _code(kind: PartKind, fault: str | None, file_name: str) -> str:
    if kind is PartKind.PDF:
        return _FAULTS.get(fault or "", "damaged")
    if kind is PartKind.IMAGE and fault is not None:
        return _PHOTO_FAULTS.get(fault, "damaged")
    if fault is not None:
        return "damaged"
    if file_name.lower().endswith(".pdf") and kind in _MISNAMED:
        return _MISNAMED[kind]
    return _CERTAINLY_WRONG.get(kind) or _ASKS_A_PERSON.get(kind) or "unclear"


def check_unread(code: str, profile: Profile) -> tuple[CheckResult, ...]:
    """Files of the mail that stayed unread, whatever they are: ``over-budget`` or ``file-unread``;
    none without a code.
    """
    return (result(REQUIREMENT, finding(REQUIREMENT, profile, code)),) if code else ()


def check_link_only(profile: Profile) -> CheckResult:
    """The mail has no file, only a link to fetch the invoice. No link is ever followed."""
    return result(REQUIREMENT, finding(REQUIREMENT, profile, "link-only"))
