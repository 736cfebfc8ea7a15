"""From words with boxes to an invoice: every fact of art. 35a Wet OB and of the municipality's
page, with its place.

Pure: no file, clock or network. Evidence is weighed (labels and their distance, form, checksum,
agreement between facts) rather than the first match taken; what could not be read is never reported
as absent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any

from intake.document.anonymity.sightings import Masker, Own, sightings
from intake.document.extract.accounts import accounts
from intake.document.extract.announcements import announces_elsewhere
from intake.document.extract.company_numbers import foreign_register, kvk_number, vat_id, vat_remark
from intake.document.extract.document_kind import (
    document_kind,
    draft_marks,
    english,
    reverse_charge,
)
from intake.document.extract.exemption import vat_exempt
from intake.document.extract.invoice_count import invoice_count
from intake.document.extract.invoice_number import corrects, invoice_number
from intake.document.extract.issue_date import issue_date
from intake.document.extract.own_pages import foreign_pages
from intake.document.extract.parties import Parties, parties, supplier_po_box
from intake.document.extract.phones import phones
from intake.document.extract.supplier import second_name, supplier_name
from intake.document.extract.totals import totals
from intake.document.layout.cells import around, evidence
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex, index_pages
from intake.model.document import Document, Line, Page
from intake.model.invoice import DocumentKind, Field, Invoice, Presence
from intake.profile import Addressee


@dataclass(frozen=True, slots=True)
class Reading:
    """An invoice, and what it was found in."""

    invoice: Invoice
    pages: PageIndex
    parties: Parties
    masked: frozenset[str]
    """Digits that can be a client's BSN, which the invoice shows nowhere."""


def find_invoice(document: Document, buyer: Addressee) -> Invoice:
    """Read every field of an invoice.

    Args:
        document: what one reader saw of the file.
        buyer: the municipality's own names and addresses, which are never the supplier's.

    Returns:
        The invoice; absent fields are UNREADABLE unless every page was read with confidence.
        Numbers that can be a client's BSN are masked in every text.
    """
    return read(document, buyer).invoice


def read(document: Document, buyer: Addressee) -> Reading:
    """As :func:`find_invoice`, with what the fields were found in."""
    whole = index_pages(document, buyer)
    foreign = foreign_pages(whole)
    reading = _read(document, buyer, whole, whole.without(foreign) if foreign else whole)
    if not foreign:
        return reading
    everywhere = _read(document, buyer, whole, whole).invoice
    return replace(reading, invoice=_perhaps_elsewhere(reading.invoice, everywhere))


def _perhaps_elsewhere(invoice: Invoice, everywhere: Invoice) -> Invoice:
    """What only stands on a page that seems another party's is no fact, but is not absent either."""
    changes: dict[str, Any] = {
        each.name: Field.unreadable()
        for each in fields(invoice)
        if isinstance(value := getattr(invoice, each.name), Field)
        and value.presence is Presence.ABSENT
        and getattr(everywhere, each.name).found
    }
    return replace(invoice, **changes)


def _read(document: Document, buyer: Addressee, whole: PageIndex, pages: PageIndex) -> Reading:
    """Read an invoice from its own pages.

    Args:
        whole: all pages, on which client data are looked for.
    """
    sides = parties(pages)
    kind = document_kind(pages)
    invoice = _with_money(_with_supplier(Invoice(**_references(pages, kind)), pages, sides), pages)
    own_names = (invoice.supplier_name.value, invoice.second_name.value)
    own = Own(
        _known(invoice),
        invoice.supplier_postcode.value,
        " ".join(name for name in own_names if name),
        invoice.issue_date.value or "",
    )
    shown, masked = sightings(document, whole.indexes, own, buyer)
    bills = kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)
    invoice = replace(
        invoice,
        addressee=sides.addressee,
        draft_marks=draft_marks(pages),
        reverse_charge=reverse_charge(pages),
        english=english(pages),
        sightings=shown,
        lines=_lines(whole),
        page_count=document.page_count,
        invoice_count=invoice_count(whole) if bills else 1,
        fully_read=_fully_read(document, whole),
        readers=(document.reader,),
    )
    return Reading(_unsure(Masker(masked).invoice(invoice)), pages, sides, masked)


def _references(pages: PageIndex, kind: DocumentKind) -> dict[str, Any]:
    issued = issue_date(pages)
    all_accounts, iban = accounts(pages, issued.value)
    number = invoice_number(pages, kind)
    credited = corrects(pages, number.value) if kind is DocumentKind.CREDIT_NOTE else Field.absent()
    others = tuple(other for other in number.others if other.value != credited.value)
    return {
        "kind": kind,
        "kvk_number": kvk_number(pages),
        "vat_id": vat_id(pages),
        "vat_exempt": vat_exempt(pages),
        "iban": iban,
        "accounts": all_accounts,
        "invoice_number": replace(number, others=others),
        "issue_date": issued,
        "corrects": credited,
        "foreign_register": foreign_register(pages),
        "vat_remark": vat_remark(pages),
    } | {
        name: Field.absent()
        for name in (
            "supplier_name",
            "supplier_street",
            "supplier_postcode",
            "supplier_city",
            "supplier_phone",
            "net_amount",
            "vat_rate",
            "vat_amount",
            "gross_amount",
        )
    }


def _with_supplier(invoice: Invoice, pages: PageIndex, sides: Parties) -> Invoice:
    name = supplier_name(pages, sides)
    phone, fax, loose = phones(pages)
    street: Field[str] = Field.absent()
    postcode: Field[str] = Field.absent()
    city: Field[str] = Field.absent()
    if announces_elsewhere(pages, Label.STREET, Label.POSTCODE):
        street = Field.unreadable()
    if sides.supplier:
        chosen = max(
            sides.supplier[:3], key=lambda a: (a.street is not None, a.po_box_span is None)
        )
        sheet = chosen.index.sheet
        postcode = Field.of(
            chosen.postcode,
            evidence(sheet, chosen.cell, *chosen.postcode_span),
            "adres van de afzender",
        )
        if chosen.city and chosen.city_span:
            city = Field.of(chosen.city, evidence(sheet, *chosen.city_span), "achter de postcode")
        if chosen.street and chosen.street_span and chosen.street != name.value:
            street = Field.of(
                chosen.street, evidence(sheet, *chosen.street_span), "hoort bij de postcode"
            )
    return replace(
        invoice,
        supplier_name=name,
        supplier_street=street,
        supplier_postcode=postcode,
        supplier_city=city,
        supplier_phone=phone,
        supplier_fax=fax,
        loose_digits=loose,
        supplier_po_box=supplier_po_box(pages),
        second_name=second_name(pages, name.value),
    )


def _with_money(invoice: Invoice, pages: PageIndex) -> Invoice:
    money = totals(pages, invoice.vat_exempt.value is True, untaxed=not invoice.vat_id.found)
    return replace(
        invoice,
        net_amount=money.net,
        vat_rate=money.rate,
        vat_amount=money.vat,
        gross_amount=money.gross,
        vat_lines=money.lines,
        line_amounts=money.line_amounts,
    )


def _known(invoice: Invoice) -> frozenset[str]:
    """Digits that are the supplier's or the invoice's own."""
    values = [
        invoice.kvk_number,
        invoice.vat_id,
        invoice.invoice_number,
        invoice.supplier_phone,
        invoice.supplier_fax,
        invoice.corrects,
        invoice.foreign_register,
    ]
    found = [v.value for v in values if v.value] + [o.value for v in values for o in v.others]
    return frozenset("".join(filter(str.isdigit, text)) for text in found)


def _lines(pages: PageIndex) -> tuple[Line, ...]:
    return tuple(
        Line(
            sheet.number, sheet.shown(around([c.box for c in row])), "  ".join(c.text for c in row)
        )
        for sheet in pages.sheets
        for row in sheet.rows
    )


def _fully_read(document: Document, pages: PageIndex) -> bool:
    whole = (
        pages.complete
        and not document.fault
        and not document.encrypted
        and bool(document.pages)
        and document.page_count <= len(document.pages)
    )
    return whole and not any(
        p.fault or p.pictures or p.drawn or _runs_off(p) for p in document.pages
    )


def _runs_off(page: Page) -> bool:
    """Whether a line goes on beyond the right edge of the page: what a person cannot see there was
    not left out by the supplier.
    """
    beyond = [word for word in page.words if word.hidden and word.box[2] > page.width]
    ends: dict[int, float] = {}  # of the visible text at each height
    for word in page.words if beyond else ():
        if not word.hidden:
            height = round(word.box[3])
            ends[height] = max(word.box[2], ends.get(height, 0.0))
    return any(
        abs(word.box[0] - ends.get(round(word.box[3]) + near, -math.inf)) < word.size
        for word in beyond
        for near in (-1, 0, 1)
    )


def _unsure(invoice: Invoice) -> Invoice:
    """With a page not fully read, nothing is absent: it could not be read."""
    if invoice.fully_read:
        return invoice
    changes: dict[str, Any] = {}
    for each in fields(invoice):
        value = getattr(invoice, each.name)
        if isinstance(value, Field) and value.presence is Presence.ABSENT:
            changes[each.name] = Field.unreadable()
    return replace(invoice, **changes)
