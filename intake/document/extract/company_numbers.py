"""The supplier's register and btw numbers, with the decoys (the customer's numbers) kept apart."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from intake.document.extract.announcements import NO_VALUE, announces_unread, plain
from intake.document.extract.candidates import Candidate, choose
from intake.document.extract.weights import ForeignRegister, KvkNumber, VatId, VatRemark
from intake.document.layout.cells import Cell
from intake.document.layout.label_index import Caption, LabelIndex, Slot
from intake.document.layout.label_matcher import labels_in, may_hold
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex, Paragraph
from intake.document.layout.scoring import Feature, Score, score
from intake.model.invoice import Field
from intake.text.dates import dates_in
from intake.text.identifiers import (
    btws_in,
    digits_in,
    first_digits,
    iban_valid,
    ibans_in,
    numbered_spans,
    phones_in,
    vat_ids_in,
    vat_valid,
)

_LONE_EIGHT = re.compile(r"(?<![\w.,])\d{8}(?![\w])")
_OTHER_NUMBERS = (
    Label.OTHER_NUMBER,
    Label.CLIENT_NUMBER,
    Label.CUSTOMER_NUMBER,
    Label.INVOICE_NUMBER,
    Label.BSN,
)
_NEAR_VAT_ID = (Label.VAT_ID, Label.VAT, Label.KVK)
_EIGHT_DIGITS = re.compile(r"\d(?:[ .\u00a0]?\d){7}")
_BUYER_WORDS = ("uw ", "klant", "afnemer", "debiteur", "opdrachtgever", "your ", "customer")


def kvk_number(pages: PageIndex) -> Field[str]:
    """Digits behind a label of the Handelsregister; 8 are right, 6 to 9 others are kept for the
    check.
    """
    found = choose(kvk_numbers(pages), KvkNumber)
    if found.found:
        return found
    unread = announces_unread(pages, Label.KVK, but_not=belongs_to_customer) or _stray_eight(pages)
    return Field.unreadable() if unread else found


def kvk_numbers(pages: PageIndex) -> list[Candidate[str]]:
    return [*_kvks(pages), *_kvks_in_sentences(pages)]


def _stray_eight(pages: PageIndex) -> bool:
    """Whether the page speaks of the Handelsregister and holds 8 digits that nothing else explains:
    they may belong together.
    """
    if all(belongs_to_customer(index, caption) for index, caption in pages.labelled(Label.KVK)):
        return False
    return any(
        len(digits) == 8 and _unexplained(index, cell, start, end)
        for index, cell in pages.cells
        if cell not in pages.addressed
        for start, end, digits in digits_in(cell.text)
    )


def _unexplained(index: LabelIndex, cell: Cell, start: int, end: int) -> bool:
    """True when the digits are no other number, and no label but that of the register is near."""
    others = numbered_spans(cell.text) + [hit[:2] for hit in phones_in(cell.text)]
    others += [hit[:2] for hit in dates_in(cell.text, compact=True)]
    if any(other[0] < end and start < other[1] for other in others):
        return False
    governor = index.governor(cell, start, cell.box_of(start, end), unserved=True)
    return (
        governor is None
        or governor.label is Label.KVK
        or cell.box[1] - governor.cell.box[3] > cell.height
    )


_LENGTHS: dict[int, Feature | None] = {8: None, 7: KvkNumber.SEVEN_DIGITS, 9: KvkNumber.NINE_DIGITS}


def _kvks(pages: PageIndex) -> Iterator[Candidate[str]]:
    for index, caption in (*pages.labelled(Label.KVK), *pages.flowing(Label.KVK)):
        if belongs_to_customer(index, caption) or _is_of_another(caption.cell, caption.start):
            continue
        for slot in index.slots(caption):
            if (hit := _kvk_at(slot)) is None:
                continue
            start, end, digits = hit
            form = _LENGTHS.get(len(digits) if digits.isdigit() else 0, KvkNumber.OTHER_LENGTH)
            addressed = KvkNumber.IN_ADDRESSEE.when(slot.cell in pages.addressed)
            why = score(KvkNumber.LABEL, slot.position, form, addressed)
            yield _at(index, caption, slot, (start, end), digits, why)
            break


_OF_ANOTHER = re.compile(
    r"\b(?:(?:gemaakt|opgesteld|verzonden|gefactureerd|verstuurd|created|powered|generated)"
    r" (?:met|via|with|by)|software|boekhoudprogramma|aangesloten bij|lid van|member of"
    r"|(?:beroeps|branche)vereniging)\b",
    re.IGNORECASE,
)
"""Words before the number of the maker of a program, or of an association."""


def _is_of_another(cell: Cell, start: int) -> bool:
    return _other_before(cell.text) <= start


@lru_cache(maxsize=512)
def _other_before(text: str) -> float:
    """Where the first words end that tell of another; infinite where none do."""
    found = _OF_ANOTHER.search(text)
    return found.end() if found else math.inf


def _kvk_at(slot: Slot) -> tuple[int, int, str] | None:
    """(start, end, digits) of what may be the number of a register in a place, with the letters that
    are glued to them.
    """
    if lettered := _LETTERED.match(slot.text):
        return _with_letters(slot, lettered)
    exact = _EIGHT_FIRST.match(slot.text)
    if exact and not _is_other_number(slot, exact.start(1), exact[1]):
        return exact.start(1), exact.end(1), exact[1]
    hit = _kvk_in(slot.text)
    return None if hit is None or _is_other_number(slot, hit[0], hit[2]) else hit


def _kvk_in(text: str) -> tuple[int, int, str] | None:
    """The first digits that may be a register's number, outside a btw number; else eight that stand
    apart.
    """
    spans = btws_in(text)
    for start, end, digits in digits_in(text):
        if _kvk_like(digits) and not any(first <= start < last for first, last, _ in spans):
            return start, end, digits
    lone = None if spans else _LONE_EIGHT.search(text)
    return (lone.start(), lone.end(), lone[0]) if lone else None


_EIGHT_FIRST = re.compile(r"[\s:.#]*(\d{8})(?![\w.,]*\d)")
_LETTERED = re.compile(
    r"[\s:.#]*(?=[A-Z\d]{7,12}(?!\w))(?:[A-Z]{1,4}\d{5,9}|\d{1,8}[A-Z]+\d*|[A-Z]\d[A-Z\d]*\d)",
    re.IGNORECASE,
)
"""A number with letters in it, right behind its label: AB12345678, 6l532874."""


def _with_letters(slot: Slot, found: re.Match[str]) -> tuple[int, int, str] | None:
    """The number with its letters, unless these are another label or the country."""
    value = found[0].lstrip(" :.#\t\u00a0")
    start = found.end() - len(value)
    letters = "".join(filter(str.isalpha, value))
    digits = "".join(filter(str.isdigit, value))
    if letters.upper() in _BEFORE_KVK or (letters.istitle() and len(letters) > 2):  # "Ede24330087"
        return (start, found.end(), digits) if _kvk_like(digits) else None
    if btws_in(slot.text) or ibans_in(slot.text) or labels_in(value):
        return None
    return start, found.end(), value.upper()


_BEFORE_KVK = frozenset(("NL", "NR", "KVK", "NO"))


def _is_other_number(slot: Slot, start: int, digits: str) -> bool:
    """True in a phone number, or in an account in whose middle the place begins."""
    if len(digits) != 8 and any(s <= start < e for s, e, _ in phones_in(slot.text)):
        return True
    return any(s < slot.start + start < e for s, e, _, _ in ibans_in(slot.cell.text))


def _kvk_like(digits: str) -> bool:
    return 6 <= len(digits) <= 9 or (len(digits) == 10 and digits[0] != "0")


def _at(
    index: LabelIndex, caption: Caption, slot: Slot, span: tuple[int, int], value: str, why: Score
) -> Candidate[str]:
    """A candidate in a place at a label; ``span`` is within the place."""
    start, end = slot.start + span[0], slot.start + span[1]
    note = f"{slot.words} '{caption.words}'"
    return Candidate(value, why, index.sheet, slot.cell, start, end, note)


def _kvks_in_sentences(pages: PageIndex) -> Iterator[Candidate[str]]:
    """Label and number in running text whose lines break between or within them."""
    for paragraph in pages.paragraphs:
        if (
            len(paragraph.cells) < 2
            or not _EIGHT_DIGITS.search(paragraph.text)
            or not may_hold(paragraph.text, Label.KVK)
        ):
            continue
        for label, phrase, _, end in labels_in(paragraph.text):
            if label is Label.KVK and (hit := _kvk_behind(paragraph, end)):
                cell, offset = paragraph.cell_at(end)
                if cell not in pages.addressed and not _is_of_another(cell, offset):
                    yield Candidate(
                        hit[2],
                        score(KvkNumber.IN_SENTENCE),
                        paragraph.sheet,
                        cell,
                        offset,
                        len(cell.text),
                        f"na '{phrase}' in de tekst",
                        paragraph.evidence(end + hit[0], end + hit[1]),
                    )


def _kvk_behind(paragraph: Paragraph, end: int) -> tuple[int, int, str] | None:
    """The first 8 digits behind a label in running text, when no other label announces them and
    they are no part of an account or a btw number.
    """
    taken = numbered_spans(paragraph.text)
    for start, stop, digits in digits_in(paragraph.text):
        if start < end or len(digits) != 8:
            continue
        between = labels_in(paragraph.text[end:start])
        apart = start - end > _REACH or any(label in _OTHER_NUMBERS for label, *_ in between)
        if apart or any(hit[0] <= start < hit[1] for hit in taken):
            return None
        return start - end, stop - end, digits
    return None


_REACH = 62
"""Characters between the word for the register and its number in running text."""


def foreign_register(pages: PageIndex) -> Field[str]:
    """A KBO, HRB … number."""
    return choose(_foreign_numbers(pages), ForeignRegister)


def _foreign_numbers(pages: PageIndex) -> Iterator[Candidate[str]]:
    for index, caption in pages.labelled(Label.FOREIGN_REGISTER):
        for slot in index.slots(caption):
            if (
                slot.weight > 0.7
                and any(map(str.isdigit, slot.text))
                and slot.cell not in pages.addressed
            ):
                value = " ".join(slot.text.split()[:4]).strip(" :.,")
                why = score(ForeignRegister.LABEL, slot.position)
                yield _at(index, caption, slot, (0, slot.end - slot.start), value, why)
                break


def vat_id(pages: PageIndex) -> Field[str]:
    """The supplier's btw number, compact with NL; also when its checksum fails. Unreadable when its
    label announces something that is neither a number nor a remark (:func:`vat_remark`).
    """
    found = choose(vat_ids(pages), VatId)
    if found.found or vat_remark(pages).found:
        return found
    unread = announces_unread(pages, Label.VAT_ID, but_not=belongs_to_customer)
    return Field.unreadable() if unread else found


def vat_ids(pages: PageIndex) -> Iterator[Candidate[str]]:
    yield from _formed_vat_ids(pages)
    yield from _wrapped_vat_ids(pages)
    for label, feature in ((Label.VAT_ID, VatId.NUMBER_LABEL), (Label.VAT, VatId.TAX_LABEL)):
        yield from _labelled_vat_ids(pages, label, feature)
    yield from _bare_vat_ids(pages)


def _formed_vat_ids(pages: PageIndex) -> Iterator[Candidate[str]]:
    """Numbers with the form of a Dutch btw number, wherever they stand."""
    found = [
        (index, cell, start, end, value, index.governor(cell, start, cell.box_of(start, end)))
        for index, cell in (*pages.cells, *pages.flow_cells)
        for start, end, value in btws_in(cell.text)
    ]
    theirs = {value for index, _, _, _, value, governor in found if _is_customers(index, governor)}
    for index, cell, start, end, value, governor in found:
        at_label = note_at(governor, _NEAR_VAT_ID)
        if _is_customers(index, governor) or (value in theirs and not at_label):
            continue
        why = score(
            VatId.FORM,
            VatId.AT_LABEL.when(at_label),
            VatId.VALID.when(vat_valid(value)),
            VatId.IN_ADDRESSEE.when(cell in pages.addressed),
        )
        note = at_label or "vorm van een btw-nummer"
        yield Candidate(value, why, index.sheet, cell, start, end, note)


def _wrapped_vat_ids(pages: PageIndex) -> Iterator[Candidate[str]]:
    for paragraph in pages.paragraphs:
        for start, end, value in btws_in(paragraph.text):
            cell, offset = paragraph.cell_at(start)
            if offset + end - start > len(cell.text) and cell not in pages.addressed:
                yield over_lines(paragraph, start, end, value, score(VatId.OVER_LINES))


def over_lines(
    paragraph: Paragraph, start: int, end: int, value: str, why: Score
) -> Candidate[str]:
    """A number that breaks over two lines of running text."""
    cell, offset = paragraph.cell_at(start)
    where = paragraph.evidence(start, end)
    note = "over twee regels"
    return Candidate(value, why, paragraph.sheet, cell, offset, len(cell.text), note, where)


def _labelled_vat_ids(pages: PageIndex, label: Label, feature: Feature) -> Iterator[Candidate[str]]:
    """Also foreign and broken numbers, at a label."""
    for index, caption in pages.labelled(label):
        if belongs_to_customer(index, caption):
            continue
        for slot in index.slots(caption):
            hit = next(iter(vat_ids_in(slot.text)), None)
            if hit is None or slot.cell in pages.addressed or _in_account(slot.text, hit[0]):
                continue
            start, end, value = hit
            valid = VatId.VALID_AT_LABEL if vat_valid(value) else VatId.INVALID_AT_LABEL
            why = score(feature, slot.position, valid)
            yield _at(index, caption, slot, (start, end), value, why)
            break


def _in_account(text: str, at: int) -> bool:
    return any(start <= at < end and iban_valid(value) for start, end, value, _ in ibans_in(text))


def _is_customers(index: LabelIndex, governor: Caption | None) -> bool:
    return governor is not None and (
        governor.label is Label.CUSTOMER_NUMBER or belongs_to_customer(index, governor)
    )


def _bare_vat_ids(pages: PageIndex) -> Iterator[Candidate[str]]:
    """Digits alone behind an unmistakable btw label: an incomplete number, kept for the check."""
    for index, caption in pages.labelled(Label.VAT_ID):
        if caption.phrase == "vat" or belongs_to_customer(index, caption):
            continue
        for slot in index.slots(caption):
            if slot.weight <= 0.7 or vat_ids_in(slot.text) or slot.cell in pages.addressed:
                continue
            hit = first_digits(slot.text, range(8, 13))
            if hit and not _in_account(slot.cell.text, slot.start + hit[0]):
                start, end, digits = hit
                why = score(VatId.DIGITS_ONLY, slot.position)
                yield _at(index, caption, slot, (start, end), digits, why)
                break


def vat_remark(pages: PageIndex) -> Field[str]:
    """What stands at the label of the btw number when it is no number: "n.v.t.", "geen"."""
    return choose(_vat_remarks(pages), VatRemark)


def _vat_remarks(pages: PageIndex) -> Iterator[Candidate[str]]:
    for index, caption in pages.labelled(Label.VAT_ID, Label.VAT):
        for slot in index.slots(caption):
            words = plain(slot.text)
            if slot.weight > 0.8 and NO_VALUE.match(words) and len(words) < 40:
                value, why = slot.text.strip(" :"), score(VatRemark.LABEL, slot.position)
                yield _at(index, caption, slot, (0, slot.end - slot.start), value, why)
                break


def belongs_to_customer(index: LabelIndex, caption: Caption) -> bool:
    """True when a label speaks of the customer's number."""
    if caption.label is Label.CUSTOMER_NUMBER:
        return True
    near = caption.cell.text[max(0, caption.start - 12) : caption.end + 12].lower()
    return any(w in near for w in _BUYER_WORDS) and "btw-plichtig" not in near


def note_at(governor: Caption | None, labels: Collection[Label]) -> str:
    """That a value stands at one of these labels; empty when it does not."""
    return f"bij '{governor.words}'" if governor and governor.label in labels else ""
