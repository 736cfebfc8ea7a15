"""From the terms of an e-invoice to the fields of an invoice. Pure; what is not there is absent,
nothing is guessed.

Old Dutch bookkeeping programs write UBL without a list for their numbers (``schemeID``), or with
``NL:KVK``: those are read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeVar

from intake.document.einvoice.terms import Syntax, Terms, Value
from intake.model.document import Reader
from intake.model.invoice import (
    Account,
    AccountRole,
    DocumentKind,
    EInvoice,
    Field,
    Found,
    Invoice,
    VatLine,
)
from intake.text.folding import compact
from intake.text.identifiers import vat_valid

T = TypeVar("T")

NOTE = "uit de e-factuur (XML)"
CREDIT_TYPES = frozenset({"81", "83", "261", "296", "308", "381", "396", "420", "458", "532"})
"""Codes of UNTDID 1001 that are a credit note."""
NO_INVOICE_TYPES = frozenset({"325"})
"""Pro forma: nothing is to be paid on it."""
EXEMPT = frozenset({"E", "O"})
"""Categories of btw of an exempt supplier: E, or O when the supplier has no btw number (BR-E-02,
BR-O-02)."""
REVERSED = "AE"

_AMOUNT = re.compile(r"[+-]?(?:\d{1,14}(?:\.\d{0,10})?|\.\d{1,10})")
_KVK_LISTS = frozenset({"0106", "NL:KVK", "KVK", "NL:KVKNR"})
_REGISTER_LISTS = frozenset({"0208", "0204", "BE:EN", "DE:HRB", "0002", "0060"})
_PO_BOX = re.compile(r"^\s*(?:postbus|p\.?\s?o\.?\s?box|pb)\s*\d", re.IGNORECASE)
_BLOCKED = re.compile(r"\bg[\s-]?rek|geblokkeerd", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d(?:[ .\-]?\d){7,}")
"""In the addressee's block no number is this long; a client's could be."""
_DUTCH_VAT = re.compile(r"^(?:NL)?(\d{9}B\d\d)$")
_EXEMPT_CODES = re.compile(r"^vatex-(?:eu-132|eu-o$|eu-148|nl-)", re.IGNORECASE)


def invoice_of(terms: Terms) -> Invoice:
    """Every field that the e-invoice has a term for.

    Addresses and phone are as written, numbers compacted.
    """
    seller = terms.group("seller")
    rates = terms.groups("tax")
    accounts = _accounts(terms)
    return Invoice(
        kind=_kind(terms),
        supplier_name=_field(seller.text("party-name") or seller.text("trade-name")),
        **_address(seller.group("address")),
        supplier_phone=_field(seller.text("phone")),
        kvk_number=_field(_kvk(seller)),
        vat_id=_field(_vat_id(seller)),
        iban=_field(next((a.iban for a in accounts if a.role is not AccountRole.BLOCKED), "")),
        invoice_number=_field(terms.text("number")),
        issue_date=_field(_day(terms)),
        **_money(terms, rates),
        foreign_register=_field(
            next(
                (v.text for v in seller.values("legal-id") if v.scheme.upper() in _REGISTER_LISTS),
                "",
            )
        ),
        second_name=_field(terms.text("payee")),
        addressee=_field(_LONG_NUMBER.sub("*", "\n".join(block_of(terms.group("buyer"))))),
        corrects=_field(terms.text("corrects")),
        line_amounts=_line_amounts(terms),
        accounts=accounts,
        draft_marks=(
            (Found("kopie", None, NOTE),) if terms.text("copy").lower() in ("true", "1") else ()
        ),
        reverse_charge=any(rate.text("category") == REVERSED for rate in rates),
        readers=(Reader.XML,),
        e_invoice=EInvoice(
            terms.syntax.value, currency=terms.text("currency").upper()[:10] or "EUR"
        ),
    )


def names_of(terms: Terms) -> tuple[str, ...]:
    """Every name of the supplier: a PDF may carry the trade name only."""
    seller = terms.group("seller")
    names = (*seller.texts("party-name"), *seller.texts("trade-name"), *terms.texts("payee"))
    return tuple(dict.fromkeys(names))[:10]


def block_of(party: Terms) -> list[str]:
    """A party as the lines of an address."""
    address = party.group("address")
    box = address.text("po-box")
    lines = [
        *dict.fromkeys(
            (*party.texts("trade-name"), *party.texts("party-name"), *party.texts("contact"))
        ),
        street_of(address),
        *address.texts("street-3"),
        f"Postbus {box}" if box and box.isdigit() else box,
        f"{address.text('postcode')} {address.text('city')}".strip(),
    ]
    return [line for line in lines if line]


def street_of(address: Terms) -> str:
    """Street and house number; bookkeeping programs put the number in the next term, or in one of
    its own.
    """
    street, more, number = map(address.text, ("street", "street-2", "building"))
    if number and number not in street.split():
        street = f"{street} {number}".strip()
    if not street:
        return more
    numbered = more[:1].isdigit() and not any(map(str.isdigit, street))
    return f"{street} {more}" if numbered else "\n".join(filter(None, (street, more)))


def amount_of(text: str) -> Decimal | None:
    """An xs:decimal; None for what is no amount."""
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


def _field(value: T | None) -> Field[T]:
    return Field.absent() if value is None or value == "" else Field.of(value, None, NOTE)


def _kind(terms: Terms) -> DocumentKind:
    code = terms.text("type")
    if code in CREDIT_TYPES or terms.element.tag.endswith("}CreditNote"):
        return DocumentKind.CREDIT_NOTE
    return DocumentKind.OTHER if code in NO_INVOICE_TYPES else DocumentKind.INVOICE


def _address(address: Terms) -> dict[str, Any]:
    lines = [line for line in (*street_of(address).split("\n"), *address.texts("street-3")) if line]
    streets = [line for line in lines if not _PO_BOX.match(line)]
    boxes = [line for line in lines if _PO_BOX.match(line)]
    box = address.text("po-box")
    return {
        "supplier_street": _field(streets[0] if streets else ""),
        "supplier_postcode": _field(compact(address.text("postcode"))),
        "supplier_city": _field(address.text("city")),
        "supplier_po_box": _field(boxes[0] if boxes else box),
    }


def _kvk(seller: Terms) -> str:
    legal = seller.values("legal-id")
    other = (*seller.values("party-id"), *seller.values("endpoint"))
    named = [value.text for value in (*legal, *other) if value.scheme.upper() in _KVK_LISTS]
    plain = [value.text for value in legal if _may_be_kvk(value)]
    found = next(iter((*named, *plain)), "")
    return re.sub(r"[\s.]", "", _KVK_PREFIX.sub("", found))


_KVK_PREFIX = re.compile(
    r"^\W*(?:nl\W*)?(?:k\W?v\W?k\W*)?(?:(?:nr|no|nummer)\W*)?(?=\d)", re.IGNORECASE
)
"""As in "KvK 30123456"; other letters stay, for they make the number none."""


def _vat_id(seller: Terms) -> str:
    """The btw number at its own tax scheme (VAT), else what has the form of one at another."""
    own = compact(seller.text("vat-id"))
    others = (
        *seller.values("other-tax-id"),
        *seller.values("endpoint"),
        *seller.values("party-id"),
    )
    numbers = [_DUTCH_VAT.sub(r"NL\1", compact(value.text)) for value in others]
    return own or next((n for n in numbers if vat_valid(n) or _DUTCH_VAT.fullmatch(n)), "")


def _may_be_kvk(value: Value) -> bool:
    """A register number of no list, which programs leave out for the KvK: 7 or 8 digits."""
    return value.scheme in ("", "ZZZ") and len(re.sub(r"\D", "", value.text)) in (7, 8)


def _day(terms: Terms) -> str:
    """ISO 8601. A day that does not exist keeps its digits; CII writes YYYYMMDD (format 102)."""
    text = terms.text("issue-date")
    if terms.syntax is Syntax.CII and re.fullmatch(r"\d{8}", text):
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    zoned = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d|T.*)?", text)
    return zoned[1] if zoned else text


def _money(terms: Terms, rates: list[Terms]) -> dict[str, Any]:
    net = amount_of(terms.text("net") or terms.text("lines-total"))
    gross = amount_of(terms.text("gross") or terms.text("payable"))
    vat = _vat_total(terms)
    if _are_exempt(rates):
        total = gross if gross is not None else net
        categories = ", ".join(dict.fromkeys(rate.text("category")[:2] for rate in rates))
        return {
            "vat_exempt": Field.of(True, None, f"{NOTE}, categorie {categories}"),
            "net_amount": _field(total),
            "vat_rate": Field.absent(),
            "vat_amount": _field(None if total is None else vat or Decimal("0.00")),
            "gross_amount": _field(total),
            "vat_lines": (),
        }
    lines = _vat_lines(rates)
    known = {line.rate for line in lines}
    return {
        "vat_exempt": Field.absent(),
        "net_amount": _field(net),
        "vat_rate": _field(known.pop() if len(known) == 1 else None),
        "vat_amount": _field(vat),
        "gross_amount": _field(gross),
        "vat_lines": lines,
    }


def _are_exempt(rates: list[Terms]) -> bool:
    """By their category; or nothing is charged, and each rate says by code that the supply is
    exempt (VATEX-EU-132 …): some programs write category Z then.
    """
    if not rates or all(rate.text("category").upper() in EXEMPT for rate in rates):
        return bool(rates)
    return all(
        _EXEMPT_CODES.match(rate.text("exemption-code")) and not amount_of(rate.text("tax-amount"))
        for rate in rates
    )


def _vat_total(terms: Terms) -> Decimal | None:
    """BT-110: the total in the currency of the document, not the one in another currency (BT-111)."""
    currency = terms.text("currency")
    totals = [
        value
        for value in terms.values("vat")
        if not value.currency or not currency or value.currency == currency
    ]
    return amount_of(totals[0].text) if totals else None


def _vat_lines(rates: Iterable[Terms]) -> tuple[VatLine, ...]:
    lines: list[VatLine] = []
    for rate in rates:
        percent = amount_of(rate.text("percent"))
        if percent is None and rate.text("category").upper() in EXEMPT | {REVERSED, "Z", "K", "G"}:
            percent = Decimal(0)
        if percent is not None and len(lines) < 50:
            taxable, charged = map(amount_of, map(rate.text, ("taxable", "tax-amount")))
            lines.append(VatLine(percent, taxable, charged))
    return tuple(lines)


def _line_amounts(terms: Terms) -> tuple[Decimal, ...]:
    """Amounts of the lines, with charges and allowances of the whole document, so that their sum is
    the amount without btw.
    """
    amounts = [amount_of(line.text("line-amount")) for line in terms.groups("line")]
    for allowance in terms.groups("allowance"):
        amount = amount_of(allowance.text("allowance-amount"))
        charge = allowance.text("is-charge").lower() in ("true", "1")
        amounts.append(amount if amount is None or charge else -amount)
    known = tuple(amount for amount in amounts if amount is not None)
    return known[:5000] if len(known) == len(amounts) else ()


def _accounts(terms: Terms) -> tuple[Account, ...]:
    found: dict[str, Account] = {}
    usual = AccountRole.FACTORING if terms.text("payee") else AccountRole.PAYMENT
    for means in terms.groups("means"):
        blocked = _BLOCKED.search(f"{means.text('account-name')} {means.text('means-text')}")
        role = AccountRole.BLOCKED if blocked else usual
        for text in means.texts("account"):
            iban = compact(text)
            if iban and len(found) < 20:
                found.setdefault(iban, Account(iban, role))
    return tuple(found.values())
