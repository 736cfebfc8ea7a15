"""The supplier's register, btw and bank numbers, with the decoys (the customer's numbers, the
G-account) kept apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from intake.document.extract.candidates import Candidate, choose
from intake.document.extract.weights import ForeignRegister, Iban, KvkNumber, VatId, VatRemark
from intake.document.layout.cells import Cell, evidence
from intake.document.layout.label_index import Anchor, Anchors, Place
from intake.document.layout.label_matcher import labels_in, may_hold
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import Paragraph, Scan
from intake.document.layout.scoring import Feature, Score, score
from intake.model.invoice import Account, AccountRole, Field, Found
from intake.text.dates import dates_in
from intake.text.identifiers import (
    btws_in,
    digits_in,
    iban_valid,
    ibans_in,
    phones_in,
    vat_ids_in,
    vat_valid,
)

_LONE_EIGHT = re.compile(r"(?<![\w.,])\d{8}(?![\w])")
_NO_NUMBER = re.compile(
    r"(?:nvt|geen|niet van toepassing|none|na$|vrijgesteld|not applicable|onbekend|zonder)\b"
)
_OTHER_NUMBERS = (
    Label.OTHER_NUMBER,
    Label.CLIENT_NUMBER,
    Label.CUSTOMER_NUMBER,
    Label.INVOICE_NUMBER,
    Label.BSN,
)
_NEAR_VAT_ID = (Label.VAT_ID, Label.VAT, Label.KVK)
_BEGUN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ .]?[A-Z0-9]){0,28}$")
_EIGHT_DIGITS = re.compile(r"\d(?:[ .\u00a0]?\d){7}")
_BUYER_WORDS = ("uw ", "klant", "afnemer", "debiteur", "opdrachtgever", "your ", "customer")


def kvk_number(scan: Scan) -> Field[str]:
    """Digits behind a label of the Handelsregister; 8 are right, 6 to 9 others are kept for the
    check.
    """
    found = choose(kvk_numbers(scan), KvkNumber)
    return found if found.found or not _stray_eight(scan) else Field.unreadable()


def kvk_numbers(scan: Scan) -> list[Candidate[str]]:
    return [*_kvks(scan), *_kvks_in_sentences(scan)]


def _stray_eight(scan: Scan) -> bool:
    """Whether the page speaks of the Handelsregister and holds 8 digits that nothing else explains:
    they may belong together.
    """
    if all(_customers(anchors, anchor) for anchors, anchor in scan.labelled(Label.KVK)):
        return False
    return any(
        len(digits) == 8 and _unexplained(anchors, cell, start, end)
        for anchors, cell in scan.cells
        if cell not in scan.addressed
        for start, end, digits in digits_in(cell.text)
    )


def _unexplained(anchors: Anchors, cell: Cell, start: int, end: int) -> bool:
    """True when the digits are no other number, and no label but that of the register is near."""
    others = [hit[:2] for hit in ibans_in(cell.text)]
    others += [hit[:2] for hit in (*btws_in(cell.text), *phones_in(cell.text))]
    others += [hit[:2] for hit in dates_in(cell.text, compact=True)]
    if any(other[0] < end and start < other[1] for other in others):
        return False
    governor = anchors.governor(cell, start, cell.box_of(start, end))
    return (
        governor is None
        or governor.label is Label.KVK
        or cell.box[1] - governor.cell.box[3] > cell.height
    )


_LENGTHS: dict[int, Feature | None] = {8: None, 7: KvkNumber.SEVEN_DIGITS, 9: KvkNumber.NINE_DIGITS}


def _kvks(scan: Scan) -> Iterator[Candidate[str]]:
    for anchors, anchor in (*scan.labelled(Label.KVK), *scan.flowing(Label.KVK)):
        if _customers(anchors, anchor):
            continue
        for place in anchors.places(anchor):
            if (hit := _kvk_at(place)) is None:
                continue
            start, end, digits = hit
            form = _LENGTHS.get(len(digits), KvkNumber.OTHER_LENGTH)
            addressed = KvkNumber.IN_ADDRESSEE.when(place.cell in scan.addressed)
            why = score(KvkNumber.LABEL, place.position, form, addressed)
            yield _at(anchors, anchor, place, (start, end), digits, why)
            break


def _kvk_at(place: Place) -> tuple[int, int, str] | None:
    """(start, end, digits) of what may be the number of a register in a place."""
    numbers = digits_in(place.text)
    if any(b[0] <= start < b[1] for start, _, _ in numbers for b in btws_in(place.text)):
        return None
    hit = next((number for number in numbers if _kvk_like(number[2])), None)
    if hit is None and (lone := _LONE_EIGHT.search(place.text)):
        hit = (lone.start(), lone.end(), lone[0])
    if hit is None:
        return None
    start, _, digits = hit
    if len(digits) != 8 and any(s <= start < e for s, e, _ in phones_in(place.text)):
        return None
    if any(s < place.start + start < e for s, e, _, _ in ibans_in(place.cell.text)):
        return None  # the place begins in the middle of an account number
    return hit


def _kvk_like(digits: str) -> bool:
    return 6 <= len(digits) <= 9 or (len(digits) == 10 and digits[0] != "0")


def _at(
    anchors: Anchors, anchor: Anchor, place: Place, span: tuple[int, int], value: str, why: Score
) -> Candidate[str]:
    """A candidate in a place at a label; ``span`` is within the place."""
    start, end = place.start + span[0], place.start + span[1]
    note = f"{place.words} '{_words(anchor)}'"
    return Candidate(value, why, anchors.sheet, place.cell, start, end, note)


def _kvks_in_sentences(scan: Scan) -> Iterator[Candidate[str]]:
    """Label and number in running text whose lines break between or within them."""
    for paragraph in scan.paragraphs:
        if (
            len(paragraph.cells) < 2
            or not _EIGHT_DIGITS.search(paragraph.text)
            or not may_hold(paragraph.text, Label.KVK)
        ):
            continue
        for label, phrase, _, end in labels_in(paragraph.text):
            if label is Label.KVK and (hit := _kvk_behind(paragraph, end)):
                cell, offset = paragraph.cell_at(end)
                if cell not in scan.addressed:
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
    """The first 8 digits behind a label in running text, when no other label announces them."""
    rest = paragraph.text[end : end + 70]
    hit = next((found for found in digits_in(rest) if len(found[2]) == 8), None)
    if hit is None or any(label in _OTHER_NUMBERS for label, *_ in labels_in(rest[: hit[0]])):
        return None
    return hit


def foreign_register(scan: Scan) -> Field[str]:
    """A KBO, HRB … number."""
    return choose(_foreign_numbers(scan), ForeignRegister)


def _foreign_numbers(scan: Scan) -> Iterator[Candidate[str]]:
    for anchors, anchor in scan.labelled(Label.FOREIGN_REGISTER):
        for place in anchors.places(anchor):
            if (
                place.weight > 0.7
                and any(map(str.isdigit, place.text))
                and place.cell not in scan.addressed
            ):
                value = " ".join(place.text.split()[:4]).strip(" :.,")
                why = score(ForeignRegister.LABEL, place.position)
                yield _at(anchors, anchor, place, (0, place.end - place.start), value, why)
                break


def vat_id(scan: Scan) -> Field[str]:
    """The supplier's btw number, compact with NL; also when its checksum fails. Unreadable when its
    label announces something that is neither a number nor a remark (:func:`vat_remark`).
    """
    found = choose(vat_ids(scan), VatId)
    if found.found or vat_remark(scan).found or not _announces_unknown_vat_id(scan):
        return found
    return Field.unreadable()


def _announces_unknown_vat_id(scan: Scan) -> bool:
    """Whether a label of the btw number, at the start of its cell or before a colon, has a value."""
    for anchors, anchor in scan.labelled(Label.VAT_ID):
        announces = anchor.start == 0 or anchor.cell.text[anchor.end :].lstrip().startswith(":")
        place = next(anchors.places(anchor), None)
        if announces and not _customers(anchors, anchor) and place and place.weight > 0.8:
            return True
    return False


def vat_ids(scan: Scan) -> Iterator[Candidate[str]]:
    yield from _formed_vat_ids(scan)
    yield from _wrapped_vat_ids(scan)
    for label, feature in ((Label.VAT_ID, VatId.NUMBER_LABEL), (Label.VAT, VatId.TAX_LABEL)):
        yield from _labelled_vat_ids(scan, label, feature)
    yield from _bare_vat_ids(scan)


def _formed_vat_ids(scan: Scan) -> Iterator[Candidate[str]]:
    """Numbers with the form of a Dutch btw number, wherever they stand."""
    found = [
        (anchors, cell, start, end, value, anchors.governor(cell, start, cell.box_of(start, end)))
        for anchors, cell in (*scan.cells, *scan.flow_cells)
        for start, end, value in btws_in(cell.text)
    ]
    theirs = {
        value for anchors, _, _, _, value, governor in found if _is_customers(anchors, governor)
    }
    for anchors, cell, start, end, value, governor in found:
        near = governor if governor and governor.label in _NEAR_VAT_ID else None
        if _is_customers(anchors, governor) or (value in theirs and not near):
            continue
        why = score(
            VatId.FORM,
            VatId.AT_LABEL.when(near is not None),
            VatId.VALID.when(vat_valid(value)),
            VatId.IN_ADDRESSEE.when(cell in scan.addressed),
        )
        note = f"bij '{_words(near)}'" if near else "vorm van een btw-nummer"
        yield Candidate(value, why, anchors.sheet, cell, start, end, note)


def _wrapped_vat_ids(scan: Scan) -> Iterator[Candidate[str]]:
    for paragraph in scan.paragraphs:
        for start, end, value in btws_in(paragraph.text):
            cell, offset = paragraph.cell_at(start)
            if offset + end - start > len(cell.text) and cell not in scan.addressed:
                yield _over_lines(paragraph, start, end, value, score(VatId.OVER_LINES))


def _over_lines(
    paragraph: Paragraph, start: int, end: int, value: str, why: Score
) -> Candidate[str]:
    """A number that breaks over two lines of running text."""
    cell, offset = paragraph.cell_at(start)
    where = paragraph.evidence(start, end)
    note = "over twee regels"
    return Candidate(value, why, paragraph.sheet, cell, offset, len(cell.text), note, where)


def _labelled_vat_ids(scan: Scan, label: Label, feature: Feature) -> Iterator[Candidate[str]]:
    """Also foreign and broken numbers, at a label."""
    for anchors, anchor in scan.labelled(label):
        if _customers(anchors, anchor):
            continue
        for place in anchors.places(anchor):
            hit = next(iter(vat_ids_in(place.text)), None)
            if hit is None or place.cell in scan.addressed or _in_account(place.text, hit[0]):
                continue
            start, end, value = hit
            valid = VatId.VALID_AT_LABEL if vat_valid(value) else VatId.INVALID_AT_LABEL
            why = score(feature, place.position, valid)
            yield _at(anchors, anchor, place, (start, end), value, why)
            break


def _in_account(text: str, at: int) -> bool:
    return any(start <= at < end and iban_valid(value) for start, end, value, _ in ibans_in(text))


def _is_customers(anchors: Anchors, governor: Anchor | None) -> bool:
    return governor is not None and (
        governor.label is Label.CUSTOMER_NUMBER or _customers(anchors, governor)
    )


def _bare_vat_ids(scan: Scan) -> Iterator[Candidate[str]]:
    """Digits alone behind an unmistakable btw label: an incomplete number, kept for the check."""
    for anchors, anchor in scan.labelled(Label.VAT_ID):
        if anchor.phrase == "vat" or _customers(anchors, anchor):
            continue
        for place in anchors.places(anchor):
            if place.weight <= 0.7 or vat_ids_in(place.text) or place.cell in scan.addressed:
                continue
            hit = next((found for found in digits_in(place.text) if 8 <= len(found[2]) <= 12), None)
            if hit:
                start, end, digits = hit
                why = score(VatId.DIGITS_ONLY, place.position)
                yield _at(anchors, anchor, place, (start, end), digits, why)
                break


def vat_remark(scan: Scan) -> Field[str]:
    """What stands at the label of the btw number when it is no number: "n.v.t.", "geen"."""
    return choose(_vat_remarks(scan), VatRemark)


def _vat_remarks(scan: Scan) -> Iterator[Candidate[str]]:
    for anchors, anchor in scan.labelled(Label.VAT_ID, Label.VAT):
        for place in anchors.places(anchor):
            plain = place.text.lower().replace(".", "").strip(" :-–/()")
            if place.weight > 0.8 and _NO_NUMBER.match(plain) and len(plain) < 40:
                value, why = place.text.strip(" :"), score(VatRemark.LABEL, place.position)
                yield _at(anchors, anchor, place, (0, place.end - place.start), value, why)
                break


def accounts(scan: Scan) -> tuple[tuple[Account, ...], Field[str]]:
    """Every IBAN with its role, and the one to pay to."""
    kept, roles = _accounts(scan)
    found: dict[str, Found[str]] = {}
    for candidate in kept:
        found.setdefault(candidate.value, candidate.found())
    known = tuple(Account(iban, roles[iban], where.evidence) for iban, where in found.items())
    return known, choose(_payable(kept, roles), Iban)


def ibans(scan: Scan) -> list[Candidate[str]]:
    """The accounts that may be the one to pay to."""
    return _payable(*_accounts(scan))


def _accounts(scan: Scan) -> tuple[list[Candidate[str]], dict[str, AccountRole]]:
    """Every IBAN of the page, and the role of each; a broken one is left out when it begins a valid
    one.
    """
    roles: dict[str, AccountRole] = {}
    candidates: list[Candidate[str]] = []
    for candidate, role in (*_ibans(scan), *_wrapped(scan), *_at_the_margin(scan)):
        held = roles.get(candidate.value)
        if held in (None, AccountRole.UNKNOWN) or role in _CERTAIN_ROLES:
            roles[candidate.value] = role
        candidates.append(candidate)
    valid = {c.value for c in candidates if iban_valid(c.value)}
    kept = [
        c for c in candidates if c.value in valid or not any(v.startswith(c.value) for v in valid)
    ]
    return kept, roles


def _payable(
    candidates: list[Candidate[str]], roles: dict[str, AccountRole]
) -> list[Candidate[str]]:
    """The factoring firm's account when there is one, else all but the G-account."""
    factoring = [c for c in candidates if roles[c.value] is AccountRole.FACTORING]
    open_ones = [c for c in candidates if roles[c.value] is not AccountRole.BLOCKED]
    return factoring or open_ones or candidates


def _ibans(scan: Scan) -> Iterator[tuple[Candidate[str], AccountRole]]:
    for anchors, cell in (*scan.cells, *scan.flow_cells):
        for start, end, value, complete in ibans_in(cell.text):
            shown = None
            if not complete or (not iban_valid(value) and end >= len(cell.text.rstrip())):
                value, shown = _longer(anchors, cell, start, value)
            governor = anchors.governor(cell, start, cell.box_of(start, end))
            if governor and governor.label is Label.CUSTOMER_NUMBER:
                continue
            if not iban_valid(value) and len(value) < 14:
                continue
            role = _role(cell.text[:start], anchors, cell, governor)
            near = governor if governor and governor.label in _ACCOUNT_LABELS else None
            why = _iban_score(value, role, near is not None, cell in scan.addressed)
            note = f"bij '{_words(near)}'" if near else "vorm van een IBAN"
            where = (
                replace(evidence(anchors.sheet, cell, start, end), text=shown) if shown else None
            )
            yield Candidate(value, why, anchors.sheet, cell, start, end, note, where), role


_ACCOUNT_LABELS = (Label.IBAN, Label.HOLDER, Label.BIC)
_CERTAIN_ROLES = (AccountRole.BLOCKED, AccountRole.FACTORING)


def _iban_score(value: str, role: AccountRole, near: bool, addressed: bool) -> Score:
    valid = iban_valid(value)
    foreign = Iban.FOREIGN_INVALID_AT_LABEL if near else Iban.FOREIGN_INVALID
    return score(
        Iban.FORM,
        Iban.PAYMENT.when(role is AccountRole.PAYMENT),
        Iban.AT_LABEL.when(near),
        Iban.INVALID.when(not valid),
        Iban.IN_ADDRESSEE.when(addressed),
        foreign.when(not valid and not value.startswith("NL")),
    )


def _wrapped(scan: Scan) -> Iterator[tuple[Candidate[str], AccountRole]]:
    """Valid accounts that break over two lines of running text."""
    for paragraph in scan.paragraphs:
        if len(paragraph.cells) < 2 or sum(map(str.isdigit, paragraph.text)) < 8:
            continue
        for start, end, value, _ in ibans_in(paragraph.text):
            cell, offset = paragraph.cell_at(start)
            if (
                iban_valid(value)
                and offset + end - start > len(cell.text)
                and cell not in scan.addressed
            ):
                blocked = "g-rek" in paragraph.text[max(0, start - 40) : start].lower()
                role = AccountRole.BLOCKED if blocked else AccountRole.UNKNOWN
                yield _over_lines(paragraph, start, end, value, score(Iban.OVER_LINES)), role


def _at_the_margin(scan: Scan) -> Iterator[tuple[Candidate[str], AccountRole]]:
    """Valid accounts that begin at the end of a row and go on at the left margin, as a line of
    facts breaks.
    """
    for anchors in scan.anchors:
        for row, under in pairwise(anchors.sheet.rows):
            begun = _BEGUN.search(row[-1].text)
            if begun is None or row[-1] in scan.addressed:
                continue
            hit = next(iter(ibans_in(f"{begun[0]} {under[0].text}")), None)
            if hit and hit[0] == 0 and hit[1] > len(begun[0]) and iban_valid(hit[2]):
                cell, start, end = row[-1], begun.start(), len(row[-1].text)
                why, note = score(Iban.OVER_LINES), "over twee regels"
                yield (
                    Candidate(hit[2], why, anchors.sheet, cell, start, end, note),
                    _role(cell.text[:start], anchors, cell, None),
                )


def _longer(anchors: Anchors, cell: Cell, start: int, value: str) -> tuple[str, str | None]:
    """The IBAN when it goes on in the next cell of the row or on the next line, if that makes it
    valid.
    """
    rest = cell.text[start:]
    right = [c.text for c in anchors.sheet.right_of(cell)[:6]]
    under = [c.text for c in anchors.sheet.below(cell.box, cell.row, 10)]
    for text in (*right[:1], *under[:2], " ".join(right)):
        for joined in (rest + " " + text, rest + text):
            hit = next(iter(ibans_in(joined)), None)
            if hit and hit[0] == 0 and iban_valid(hit[2]):
                return hit[2], joined[: hit[1]]
    return value, None


_FACTORING = ("factor", "gecedeerd", "cessie", "verpand", "bevrijdend")
_PAYMENT = (
    "over te maken",
    "overmaken",
    "betal",
    "voldoen",
    "storten",
    "t.n.v",
    "ten name van",
    "te betalen",
    "o.v.v",
    "onder vermelding",
)


def _role(before: str, anchors: Anchors, cell: Cell, governor: Anchor | None) -> AccountRole:
    """What the words around an account say of it."""
    near = before[-60:].lower()
    blocked = governor is not None and governor.label is Label.BLOCKED_ACCOUNT
    if blocked or "g-rek" in near or "geblokkeerd" in near:
        return AccountRole.BLOCKED
    row = " ".join(c.text for c in anchors.sheet.rows[cell.row]).lower()
    above = next((c.text.lower() for c in anchors.sheet.above(cell.box, cell.row, 16)), "")
    if any(word in row or word in above for word in _FACTORING):
        return AccountRole.FACTORING
    paid = any(word in row + above for word in _PAYMENT)
    return AccountRole.PAYMENT if paid else AccountRole.UNKNOWN


def _customers(anchors: Anchors, anchor: Anchor) -> bool:
    """True when a label speaks of the customer's number."""
    if anchor.label is Label.CUSTOMER_NUMBER:
        return True
    near = anchor.cell.text[max(0, anchor.start - 12) : anchor.end + 12].lower()
    return any(w in near for w in _BUYER_WORDS) and "btw-plichtig" not in near


def _words(anchor: Anchor) -> str:
    return anchor.cell.text[anchor.start : anchor.end]
