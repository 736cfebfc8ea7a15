"""The supplier's phone and fax numbers, and digits that could be one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.document.extract.announcements import announces_unread
from intake.document.extract.candidates import Candidate, choose
from intake.document.extract.weights import Phone
from intake.document.layout.cells import Cell
from intake.document.layout.label_index import Caption, LabelIndex
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.document.layout.scoring import Score, score
from intake.model.invoice import Field
from intake.text.amounts import amounts_in
from intake.text.dates import dates_in
from intake.text.folding import digits_of
from intake.text.identifiers import first_digits, ibans_in, numbered_spans, phones_in

_NEVER = frozenset(
    {
        Label.OTHER_NUMBER,
        Label.INVOICE_NUMBER,
        Label.KVK,
        Label.VAT_ID,
        Label.BSN,
        Label.CLIENT_NUMBER,
        Label.CUSTOMER_NUMBER,
        Label.IBAN,
        Label.BLOCKED_ACCOUNT,
        Label.BIRTH_DATE,
    }
)
"""Labels of what is no phone number, whatever its form."""
_HEADS = (Label.PHONE, Label.FAX, Label.OTHER_NUMBER, Label.INVOICE_NUMBER, Label.KVK)
"""Labels that also announce the number on the line under them."""


def phones(pages: PageIndex) -> tuple[Field[str], Field[str], Field[str]]:
    """(phone, fax, loose digits); a number without a label counts when it has a phone's form."""
    phone, fax, loose = _sorted(pages)
    chosen = choose(phone, Phone)
    if chosen.found is None and announces_unread(pages, Label.PHONE, but_not=_is_letter):
        chosen = Field.unreadable()
    return chosen, choose(fax, Phone), choose(loose, Phone)


def _is_letter(index: LabelIndex, caption: Caption) -> bool:
    return len(caption.phrase) < 2


def phone_numbers(pages: PageIndex) -> list[Candidate[str]]:
    return _sorted(pages)[0]


def _sorted(
    pages: PageIndex,
) -> tuple[list[Candidate[str]], list[Candidate[str]], list[Candidate[str]]]:
    phone: list[Candidate[str]] = []
    fax: list[Candidate[str]] = []
    loose: list[Candidate[str]] = []
    for index, label, valid, found in _formed(pages):
        labelled = label is Label.PHONE
        if label is Label.FAX:
            fax.append(found)
        elif not (valid or labelled):
            loose.append(found)
        elif _in_date(found, labelled):
            continue
        elif labelled or not _repeats(pages, index, found, phone):
            phone.append(found)
    phone += _announced(pages)
    return [c for c in phone if not _is_cut(c, phone)], fax, loose


def _in_date(found: Candidate[str], labelled: bool) -> bool:
    """Whether it is a date, or a period in brackets; not a mobile number whose other digits read as
    one: "06 12 11 2026".
    """
    text = found.cell.text
    for start, end, _ in dates_in(text):
        if start < found.end and found.start < end:
            begun = digits_of(text[found.start : start])
            spelled = (
                labelled or text[found.start] == "+" or text[start:end].replace(" ", "").isdigit()
            )
            if begun not in _MOBILE or not spelled:
                return True
    return False


_MOBILE = ("06", "316", "00316", "3106")
"""Digits that a mobile number begins with; eight follow."""


def _repeats(
    pages: PageIndex, index: LabelIndex, found: Candidate[str], others: list[Candidate[str]]
) -> bool:
    """Running text shows a cell's number again, without the row that it stands in."""
    return index in pages.flows and any(found.value == other.value for other in others)


def _is_cut(candidate: Candidate[str], others: list[Candidate[str]]) -> bool:
    """Whether the number is the beginning of a longer one."""
    digits = digits_of(candidate.value)
    longer = (digits_of(other.value) for other in others)
    return any(len(other) > len(digits) and other.startswith(digits) for other in longer)


def _formed(pages: PageIndex) -> Iterator[tuple[LabelIndex, Label | None, bool, Candidate[str]]]:
    """Numbers with a phone's form: (where, its label, whether it is in a numbering plan, the
    number).
    """
    banks = _account_digits(pages)
    for index, cell in (*pages.cells, *pages.flow_cells):
        for start, end, valid in phones_in(cell.text):
            if _in_number(cell.text, start):
                continue
            governor = _governor(index, cell, start)
            label = _label_of(governor, cell, bank_possible=bool(banks) and valid)
            text = cell.text[start:end].strip()
            banked = label is not Label.PHONE and any(digits_of(text) in bank for bank in banks)
            if banked or label in _NEVER:
                continue
            note = "bij 'telefoon'" if label is Label.PHONE else "vorm van een telefoonnummer"
            why = _form_score(pages, index, cell, label, _spoken(governor, cell, start, end))
            why = why.plus(Phone.OF_PERSON.when(_PERSON_BEFORE.search(cell.text[:start])))
            candidate = Candidate(text, why, index.sheet, cell, start, end, note)
            yield index, label, valid, candidate


def _label_of(governor: Caption | None, cell: Cell, bank_possible: bool) -> Label | None:
    """The label of a number; not the word for an account in the column beside it, where the account
    stands elsewhere: that names a bank.
    """
    if governor is None:
        return None
    beside = governor.label is Label.IBAN and governor.cell is not cell
    return None if bank_possible and beside else governor.label


def _spoken(governor: Caption | None, cell: Cell, start: int, end: int) -> bool:
    """True for a number in a sentence: it may be a colleague's."""
    if governor is not None and _is_spoken(governor, cell):
        return True
    ends_sentence = not start and cell.text[end:].strip() == "."
    return ends_sentence or _in_sentence(cell.text[:start])


_SPOKEN = ("bereikbaar op", "telefonisch", "telefonisch bereikbaar op", "bel", "bel ons", "call us")
_WORDS_BEFORE = re.compile(
    r"(?:^|\s)(?:op|on|via|unter|au|naar|bij|met|bel|call)(?:\s(?:nummer|number))?:?\s*$",
    re.IGNORECASE,
)
_PIECE = re.compile(r"[,;|·•]\s")
_PERSON_BEFORE = re.compile(
    r"\b(?:[A-Z]\.){1,4}\s?(?:(?:van|de|den|der|ter|el|te|ten|'t)\s){0,3}[A-Z][\w'’-]+"
    r"(?:,?\s[a-z]+){0,4}\s?:?\s?$"
)
"""A sentence's person with initials, and the few words up to a number: "J.M. Bakker, bereikbaar op"."""


def _in_sentence(before: str) -> bool:
    """True behind the words of a sentence: the number may be a colleague's."""
    words = len(_PIECE.split(before)[-1].split())
    return words > 3 or (len(before.split()) > 2 and _WORDS_BEFORE.search(before) is not None)


def _in_number(text: str, at: int) -> bool:
    """True in an account or a btw number."""
    return any(start <= at < end for start, end in numbered_spans(text))


def _form_score(
    pages: PageIndex, index: LabelIndex, cell: Cell, label: Label | None, in_sentence: bool
) -> Score:
    if label is Label.PHONE:
        form = Phone.IN_SENTENCE if in_sentence else Phone.LABEL
    elif in_sentence:
        form = Phone.LOOSE_IN_SENTENCE
    else:
        form = Phone.IN_ITEM if _bears_amount(index, cell) else Phone.FORM
    return score(
        form,
        Phone.IN_ADDRESSEE.when(cell in pages.addressed),
        Phone.LATER_PAGE.when(index.sheet.number > 1),
    )


def _announced(pages: PageIndex) -> Iterator[Candidate[str]]:
    """Digits of another form that a label says are a phone number."""
    for index, caption in pages.labelled(Label.PHONE):
        word = Phone.OTHER_FORM if len(caption.phrase) > 1 else Phone.OTHER_FORM_AT_LETTER
        for slot in index.slots(caption):
            if slot.weight <= 0.7 or slot.cell in pages.addressed:
                continue
            if any(slot.start <= start < slot.end for start, *_ in phones_in(slot.cell.text)):
                continue
            if hit := first_digits(slot.text.replace("-", " ").replace("/", " "), range(8, 14)):
                value = slot.text[hit[0] : hit[1]].strip()
                start, end = slot.start + hit[0], slot.start + hit[1]
                yield Candidate(
                    value, score(word), index.sheet, slot.cell, start, end, "bij 'telefoon'"
                )
                break


def _bears_amount(index: LabelIndex, cell: Cell) -> bool:
    """True in a line of the invoice: a number there is of a place of care, or of someone else."""
    return any(
        any(amounts_in(other.text)) for other in index.sheet.rows[cell.row] if other is not cell
    )


def _account_digits(pages: PageIndex) -> set[str]:
    """Digits of every account, also of those that break over lines."""
    texts = [cell.text for _, cell in (*pages.cells, *pages.flow_cells)] + [
        p.text for p in pages.paragraphs if len(p.cells) > 1
    ]
    return {
        digits_of(value) for text in texts for _, _, value, _ in ibans_in(text) if len(value) > 14
    }


def _governor(index: LabelIndex, cell: Cell, start: int) -> Caption | None:
    """The label that says whose or what a number is; one number at "Tel/fax" is of both."""
    governor = index.governor(cell, start, cell.box_of(start, start + 1), unserved=True)
    if governor and governor.label is Label.FAX and len(phones_in(cell.text)) == 1:
        governor = next((a for a in index.joint(governor) if a.label is Label.PHONE), governor)
    if governor is None or governor.cell.row == cell.row:
        return governor
    heads = governor.label in _HEADS and cell.box[1] - governor.box[3] < 14
    return governor if heads else None


def _is_spoken(caption: Caption, cell: Cell) -> bool:
    """True for "bereikbaar op" and the like within a sentence: a colleague's number may follow. What
    stands in a column of its own before the number is a label.
    """
    colon = caption.cell.text[caption.end :].lstrip().startswith(":")
    small = caption.phrase in _SPOKEN and caption.words[:1].islower() and not colon
    return small and (caption.cell is cell or caption.start > 0)
