"""What the words beside facts on invoices announce; the words are in ``vocabulary/labels.toml``."""

from __future__ import annotations

from enum import StrEnum

from intake.text.vocabulary import words


class Label(StrEnum):
    """What a label announces."""

    KVK = "kvk"
    FOREIGN_REGISTER = "foreign-register"
    VAT_ID = "vat-id"
    CUSTOMER_NUMBER = "customer-number"
    IBAN = "iban"
    BLOCKED_ACCOUNT = "g-account"
    BIC = "bic"
    HOLDER = "holder"
    INVOICE_NUMBER = "invoice-number"
    TITLE = "title"
    NUMBER = "number"
    INVOICE_DATE = "invoice-date"
    DATE = "date"
    OTHER_DATE = "other-date"
    BIRTH_DATE = "birth-date"
    PHONE = "phone"
    FAX = "fax"
    WEB = "web"
    NET = "net"
    VAT = "vat"
    GROSS = "gross"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    PAID = "paid"
    DISCOUNT = "discount"
    OTHER_NUMBER = "other-number"
    CORRECTS = "corrects"
    ADDRESSEE = "addressee"
    SUPPLIER = "supplier"
    ATTENTION = "attention"
    CLIENT = "client"
    CLIENT_NUMBER = "client-number"
    BSN = "bsn"
    STREET = "street"
    POSTCODE = "postcode"
    CITY = "city"
    NAME = "name"
    PO_BOX = "po-box"
    COLUMN = "column"


_WORDS = words("labels")


def _numbered(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """The phrases, and those for an invoice with a word for its number behind: "bij factuurnr."."""
    bills = [phrase for phrase in phrases if phrase.endswith(("factuur", "invoice", "nota"))]
    return (*phrases, *(f"{phrase} {word}" for phrase in bills for word in ("nr", "nummer", "no")))


LABELS = {
    Label(name): _numbered(phrases) if name == "corrects" else phrases
    for name, phrases in _WORDS.items()
    if name != "lone"
}
LONE = frozenset(_WORDS["lone"])
"""Short or everyday words: a label only at the start of a cell, before a colon, or after a
separator."""
