"""Which pages of a file are the invoice's own, and which are another party's.

Behind an invoice come the terms of a factoring company, a brochure, a letter on another letterhead.
What stands there is no fact of the invoice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.text.folding import squeeze
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
        cells = [cell for index, cell in pages.cells if index.sheet.number == number]
        texts = [cell.text for cell in cells]
        self._text = squeeze(" ".join(texts))
        self._numbers: dict[str, set[str]] = defaultdict(set)
        labelled = {
            caption.cell
            for index, caption in pages.labelled(Label.KVK)
            if index.sheet.number == number
        }
        for cell in cells:
            self._numbers["vat"] |= {value for *_, value in btws_in(cell.text)}
            self._numbers["iban"] |= {v for _, _, v, _ in ibans_in(cell.text) if iban_valid(v)}
            accounts = [hit[:2] for hit in ibans_in(cell.text)]
            self._numbers["phone"] |= {
                "".join(filter(str.isdigit, cell.text[start:end]))
                for start, end, valid in phones_in(cell.text)
                if valid and not any(first < end and start < last for first, last in accounts)
            }
            self._numbers["postcode"] |= {value for *_, value in postcodes_in(cell.text)}
            self._numbers["web"] |= {squeeze(name) for name in _DOMAIN.findall(cell.text)}
            if cell in labelled:
                self._numbers["kvk"] |= {
                    digits for *_, digits in digits_in(cell.text) if len(digits) == 8
                }
        self._names = {squeeze(text) for text in texts[:1] if len(squeeze(text)) >= _LEAST_NAME}

    def differs(self, home: _Identity) -> bool:
        """Whether this is another party's page than the invoice's."""
        if any(value.lower() in self._text for held in home._numbers.values() for value in held):
            return False
        if any(name in self._text for name in home._names):
            return False
        others = {kind for kind, held in self._numbers.items() if held and home._numbers[kind]}
        return bool(others & _CERTAIN) or len(others) >= _ENOUGH
