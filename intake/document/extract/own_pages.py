"""Which pages of a file are the invoice's own, and which are another party's.

Behind an invoice come the terms of a factoring company, a brochure, a letter on another letterhead.
What stands there is no fact of the invoice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.text.folding import digits_of, squeeze
from intake.text.identifiers import (
    btws_in,
    digits_in,
    iban_valid,
    ibans_in,
    phones_in,
    postcodes_in,
)

_LEAST_NAME = 8
_CERTAIN, _ENOUGH = frozenset({"kvk", "vat"}), 2
_DOMAIN = re.compile(r"[\w-]{3,40}\.(?:nl|com|org|eu|net|example)\b", re.IGNORECASE)


def invoice_page(pages: PageIndex) -> int:
    """The page with the invoice's number, or else with its title; the first when none has."""
    titled = (index.sheet.number for index, _ in pages.labelled(Label.TITLE))
    first = pages.sheets[0].number if pages.sheets else 1
    return next(_numbered(pages), next(titled, first))


def _numbered(pages: PageIndex) -> Iterator[int]:
    """Pages with a number at a word for the invoice's number."""
    for index, caption in pages.labelled(Label.INVOICE_NUMBER):
        slot = next(index.slots(caption), None)
        if slot and any(map(str.isdigit, slot.text)):
            yield index.sheet.number


def foreign_pages(pages: PageIndex) -> frozenset[int]:
    """Pages that have another register or btw number than the invoice's page, or another account,
    phone, postcode or website (two of these), and nothing of the supplier's.
    """
    numbers = {sheet.number for sheet in pages.sheets}
    if len(numbers) < 2:
        return frozenset()
    home = invoice_page(pages)
    identities = {number: _Identity(pages, number) for number in numbers}
    own, invoices = identities[home], {home, *_numbered(pages)}
    return frozenset(
        number
        for number, other in identities.items()
        if number not in invoices and other.differs(own)
    )


class _Identity:
    """Who speaks on one page."""

    def __init__(self, pages: PageIndex, number: int) -> None:
        texts = [cell.text for index, cell in pages.cells if index.sheet.number == number]
        self._text = squeeze(" ".join(texts))
        self._numbers = {kind: set().union(*map(find, texts)) for kind, find in _FACTS.items()}
        registered = pages.labelled(Label.KVK)
        labelled = {c.cell for index, c in registered if index.sheet.number == number}
        self._numbers["kvk"] = set().union(*(_eight_digits(cell.text) for cell in labelled))
        self._names = {squeeze(text) for text in texts[:1] if len(squeeze(text)) >= _LEAST_NAME}

    def differs(self, home: _Identity) -> bool:
        """Whether this is another party's page than the invoice's."""
        if any(value.lower() in self._text for held in home._numbers.values() for value in held):
            return False
        if any(name in self._text for name in home._names):
            return False
        others = {kind for kind, held in self._numbers.items() if held and home._numbers[kind]}
        return bool(others & _CERTAIN) or len(others) >= _ENOUGH


def _eight_digits(text: str) -> set[str]:
    return {digits for *_, digits in digits_in(text) if len(digits) == 8}


def _phones(text: str) -> set[str]:
    """Numbers of a numbering plan, outside accounts."""
    accounts = [hit[:2] for hit in ibans_in(text)]
    return {
        digits_of(text[start:end])
        for start, end, valid in phones_in(text)
        if valid and not any(first < end and start < last for first, last in accounts)
    }


_FACTS: dict[str, Callable[[str], set[str]]] = {
    "vat": lambda text: {value for *_, value in btws_in(text)},
    "iban": lambda text: {value for _, _, value, _ in ibans_in(text) if iban_valid(value)},
    "phone": _phones,
    "postcode": lambda text: {value for *_, value in postcodes_in(text)},
    "web": lambda text: set(map(squeeze, _DOMAIN.findall(text))),
}
"""What tells of a party, and how a text is searched for it."""
