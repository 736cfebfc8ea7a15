"""The supplier's register, btw and bank numbers, with the decoys (the customer's numbers, the
G-account) kept apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from intake.document.extract.candidates import Candidate, choose
from intake.document.layout.cells import Cell, evidence
from intake.document.layout.label_index import Anchor, Anchors
from intake.document.layout.label_matcher import labels_in, may_hold
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import Scan
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
_BEGUN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ .]?[A-Z0-9]){0,28}$")
_EIGHT_DIGITS = re.compile(r"\d(?:[ .\u00a0]?\d){7}")
_BUYER_WORDS = (
    "uw ",
    "klant",
    "afnemer",
    "debiteur",
    "opdrachtgever",
    "gemeente",
    "your ",
    "customer",
)


def kvk_number(scan: Scan) -> Field[str]:
    """Digits behind a label of the Handelsregister; 8 are right, 6 to 9 others are kept for the
    check.
    """
    found = choose([*_kvks(scan), *_kvks_in_sentences(scan)], near=0.3)
    return found if found.found or not _stray_eight(scan) else Field.unreadable()


def _stray_eight(scan: Scan) -> bool:
    """Whether the page speaks of the Handelsregister and holds 8 digits that nothing else explains:
    they may belong together.
    """
    if not any(not _customers(anchors, anchor) for anchors, anchor in scan.labelled(Label.KVK)):
        return False
    for anchors, cell in scan.cells:
        taken = [(s, e) for s, e, _, _ in ibans_in(cell.text)] + [
            (s, e) for s, e, _ in btws_in(cell.text)
        ]
        taken += [(s, e) for s, e, _ in phones_in(cell.text)] + [
            (s, e) for s, e, _ in dates_in(cell.text, compact=True)
        ]
        for start, end, digits in digits_in(cell.text):
            if (
                len(digits) == 8
                and cell not in scan.addressed
                and not any(s < end and start < e for s, e in taken)
            ):
                governor = anchors.governor(cell, start, cell.box_of(start, end))
                if (
                    governor is None
                    or governor.label is Label.KVK
                    or cell.box[1] - governor.cell.box[3] > cell.height
                ):
                    return True
    return False


def _kvks(scan: Scan) -> Iterator[Candidate[str]]:
    for anchors, anchor in (*scan.labelled(Label.KVK), *scan.flowing(Label.KVK)):
        if _customers(anchors, anchor):
            continue
        for place in anchors.places(anchor):
            if any(
                b[0] <= s < b[1] for s, _, _ in digits_in(place.text) for b in btws_in(place.text)
            ):
                continue
            hit = next(
                (
                    (s, e, d)
                    for s, e, d in digits_in(place.text)
                    if 6 <= len(d) <= 9 or (len(d) == 10 and d[0] != "0")
                ),
                None,
            )
            if hit is None and (lone := _LONE_EIGHT.search(place.text)):
                hit = (lone.start(), lone.end(), lone[0])
            if hit is None:
                continue
            start, end, digits = hit
            if len(digits) != 8 and any(s <= start < e for s, e, _ in phones_in(place.text)):
                continue
            if any(s < place.start + start < e for s, e, _, _ in ibans_in(place.cell.text)):
                continue  # the place begins in the middle of an account number
            form = {8: 1.0, 7: 0.8, 9: 0.72}.get(len(digits), 0.6)
            weight = place.weight * form * (0.25 if place.cell in scan.addressed else 1.0)
            yield Candidate(
                digits,
                weight,
                anchors.sheet,
                place.cell,
                place.start + start,
                place.start + end,
                f"{place.words} '{_words(anchor)}'",
            )
            break


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
            if label is not Label.KVK:
                continue
            rest = paragraph.text[end : end + 70]
            hit = next(((s, e, d) for s, e, d in digits_in(rest) if len(d) == 8), None)
            cell, offset = paragraph.cell_at(end)
            foreign = hit is not None and any(
                other in _OTHER_NUMBERS for other, _, _, _ in labels_in(rest[: hit[0]])
            )
            if hit and not foreign and cell not in scan.addressed:
                where = paragraph.evidence(end + hit[0], end + hit[1])
                yield Candidate(
                    hit[2],
                    0.5,
                    paragraph.sheet,
                    cell,
                    offset,
                    len(cell.text),
                    f"na '{phrase}' in de tekst",
                    where,
                )


def foreign_register(scan: Scan) -> Field[str]:
    """A KBO, HRB … number."""

    def found() -> Iterator[Candidate[str]]:
        for anchors, anchor in scan.labelled(Label.FOREIGN_REGISTER):
            for place in anchors.places(anchor):
                if (
                    place.weight > 0.7
                    and any(map(str.isdigit, place.text))
                    and place.cell not in scan.addressed
                ):
                    value = " ".join(place.text.split()[:4]).strip(" :.,")
                    yield Candidate(
                        value,
                        place.weight,
                        anchors.sheet,
                        place.cell,
                        place.start,
                        place.end,
                        f"{place.words} '{_words(anchor)}'",
                    )
                    break

    return choose(found())


def vat_id(scan: Scan) -> Field[str]:
    """The supplier's btw number, compact with NL; also when its checksum fails. Unreadable when its
    label announces something that is neither a number nor a remark (:func:`vat_remark`).
    """
    found = choose(_vat_ids(scan), near=0.25)
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


def _vat_ids(scan: Scan) -> Iterator[Candidate[str]]:
    seen = [
        (anchors, cell, start, end, value, anchors.governor(cell, start, cell.box_of(start, end)))
        for anchors, cell in (*scan.cells, *scan.flow_cells)
        for start, end, value in btws_in(cell.text)
    ]
    theirs = {
        value for anchors, _, _, _, value, governor in seen if _is_customers(anchors, governor)
    }
    for anchors, cell, start, end, value, governor in seen:
        near = governor is not None and governor.label in (Label.VAT_ID, Label.VAT, Label.KVK)
        if _is_customers(anchors, governor) or (value in theirs and not near):
            continue
        weight = (
            0.7
            + (0.25 if near else 0.0)
            + (0.15 if vat_valid(value) else 0.0)
            - (0.6 if cell in scan.addressed else 0.0)
        )
        note = f"bij '{_words(governor)}'" if near and governor else "vorm van een btw-nummer"
        yield Candidate(value, weight, anchors.sheet, cell, start, end, note)
    for paragraph in scan.paragraphs:
        for start, end, value in btws_in(paragraph.text):
            cell, offset = paragraph.cell_at(start)
            if offset + end - start > len(cell.text) and cell not in scan.addressed:
                yield Candidate(
                    value,
                    0.75,
                    paragraph.sheet,
                    cell,
                    offset,
                    len(cell.text),
                    "over twee regels",
                    paragraph.evidence(start, end),
                )
    for label, weight in ((Label.VAT_ID, 0.9), (Label.VAT, 0.55)):
        for anchors, anchor in scan.labelled(label):
            if _customers(anchors, anchor):
                continue
            for place in anchors.places(anchor):
                hit = next(iter(vat_ids_in(place.text)), None)
                if (
                    hit is None
                    or place.cell in scan.addressed
                    or any(s <= hit[0] < e and iban_valid(v) for s, e, v, _ in ibans_in(place.text))
                ):
                    continue
                value = hit[2]
                yield Candidate(
                    value,
                    weight * place.weight * (1.05 if vat_valid(value) else 0.7),
                    anchors.sheet,
                    place.cell,
                    place.start + hit[0],
                    place.start + hit[1],
                    f"{place.words} '{_words(anchor)}'",
                )
                break
    yield from _bare_vat_ids(scan)


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
            hit = next(((s, e, d) for s, e, d in digits_in(place.text) if 8 <= len(d) <= 12), None)
            if (
                hit
                and place.weight > 0.7
                and not vat_ids_in(place.text)
                and place.cell not in scan.addressed
            ):
                yield Candidate(
                    hit[2],
                    0.35 * place.weight,
                    anchors.sheet,
                    place.cell,
                    place.start + hit[0],
                    place.start + hit[1],
                    f"{place.words} '{_words(anchor)}'",
                )
                break


def vat_remark(scan: Scan) -> Field[str]:
    """What stands at the label of the btw number when it is no number: "n.v.t.", "geen"."""
    return choose(_vat_remarks(scan))


def _vat_remarks(scan: Scan) -> Iterator[Candidate[str]]:
    for anchors, anchor in scan.labelled(Label.VAT_ID, Label.VAT):
        for place in anchors.places(anchor):
            plain = place.text.lower().replace(".", "").strip(" :-–/()")
            if place.weight > 0.8 and _NO_NUMBER.match(plain) and len(plain) < 40:
                yield Candidate(
                    place.text.strip(" :"),
                    place.weight,
                    anchors.sheet,
                    place.cell,
                    place.start,
                    place.end,
                    f"{place.words} '{_words(anchor)}'",
                )
                break


def accounts(scan: Scan) -> tuple[tuple[Account, ...], Field[str]]:
    """Every IBAN with its role, and the one to pay to."""
    roles: dict[str, AccountRole] = {}
    candidates: list[Candidate[str]] = []
    for candidate, role in (*_ibans(scan), *_wrapped(scan), *_at_the_margin(scan)):
        held = roles.get(candidate.value)
        if held in (None, AccountRole.UNKNOWN) or role in (
            AccountRole.BLOCKED,
            AccountRole.FACTORING,
        ):
            roles[candidate.value] = role
        candidates.append(candidate)
    valid = {c.value for c in candidates if iban_valid(c.value)}
    kept = [
        c for c in candidates if c.value in valid or not any(v.startswith(c.value) for v in valid)
    ]
    evidences: dict[str, Found[str]] = {}
    for candidate in kept:
        evidences.setdefault(candidate.value, candidate.found())
    all_accounts = tuple(
        Account(value, roles[value], found.evidence) for value, found in evidences.items()
    )
    payable = (
        [c for c in kept if roles[c.value] is AccountRole.FACTORING]
        or [c for c in kept if roles[c.value] is not AccountRole.BLOCKED]
        or kept
    )
    return all_accounts, choose(payable, near=0.2)


def _ibans(scan: Scan) -> Iterator[tuple[Candidate[str], AccountRole]]:
    for anchors, cell in (*scan.cells, *scan.flow_cells):
        for start, end, value, complete in ibans_in(cell.text):
            shown = None
            if not complete or (not iban_valid(value) and end >= len(cell.text.rstrip())):
                value, shown = _longer(scan, anchors, cell, start, value)
            governor = anchors.governor(cell, start, cell.box_of(start, end))
            if governor and governor.label is Label.CUSTOMER_NUMBER:
                continue
            if not iban_valid(value) and len(value) < 14:
                continue
            role = _role(cell.text[:start], anchors, cell, governor)
            near = governor is not None and governor.label in (Label.IBAN, Label.HOLDER, Label.BIC)
            weight = (
                0.75
                + (0.15 if role is AccountRole.PAYMENT else 0.0)
                + (0.1 if near else 0.0)
                - (0.0 if iban_valid(value) else 0.15)
                - (0.6 if cell in scan.addressed else 0.0)
            )
            if not value.startswith("NL") and not iban_valid(value):
                weight -= 0.3 if near else 0.65
            found = evidence(anchors.sheet, cell, start, end)
            note = f"bij '{_words(governor)}'" if near and governor else "vorm van een IBAN"
            yield (
                Candidate(
                    value,
                    weight,
                    anchors.sheet,
                    cell,
                    start,
                    end,
                    note,
                    replace(found, text=shown) if shown else None,
                ),
                role,
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
                role = (
                    AccountRole.BLOCKED
                    if "g-rek" in paragraph.text[max(0, start - 40) : start].lower()
                    else AccountRole.UNKNOWN
                )
                yield (
                    Candidate(
                        value,
                        0.8,
                        paragraph.sheet,
                        cell,
                        offset,
                        len(cell.text),
                        "over twee regels",
                        paragraph.evidence(start, end),
                    ),
                    role,
                )


def _at_the_margin(scan: Scan) -> Iterator[tuple[Candidate[str], AccountRole]]:
    """Valid accounts that begin at the end of a row and go on at the left margin, as a line of
    facts breaks.
    """
    for anchors in scan.anchors:
        for row, under in pairwise(anchors.sheet.rows):
            if (begun := _BEGUN.search(row[-1].text)) and row[-1] not in scan.addressed:
                hit = next(iter(ibans_in(f"{begun[0]} {under[0].text}")), None)
                if hit and hit[0] == 0 and hit[1] > len(begun[0]) and iban_valid(hit[2]):
                    cell, start, end = row[-1], begun.start(), len(row[-1].text)
                    yield (
                        Candidate(hit[2], 0.8, anchors.sheet, cell, start, end, "over twee regels"),
                        _role(cell.text[:start], anchors, cell, None),
                    )


def _longer(
    scan: Scan, anchors: Anchors, cell: Cell, start: int, value: str
) -> tuple[str, str | None]:
    """The IBAN when it goes on in the next cell of the row or on the next line, if that makes it
    valid.
    """
    rest = cell.text[start:]
    following = [c.text for c in anchors.sheet.right_of(cell)[:1]] + [
        c.text for c in anchors.sheet.below(cell.box, cell.row, 10)
    ][:2]
    following.append(" ".join(c.text for c in anchors.sheet.right_of(cell)[:6]))
    for text in following:
        for joined in (rest + " " + text, rest + text):
            hit = next(iter(ibans_in(joined)), None)
            if hit and hit[0] == 0 and iban_valid(hit[2]):
                return hit[2], joined[: hit[1]]
    return value, None


def _role(before: str, anchors: Anchors, cell: Cell, governor: Anchor | None) -> AccountRole:
    """What the words around an account say of it."""
    near = before[-60:].lower()
    row = " ".join(c.text for c in anchors.sheet.rows[cell.row]).lower()
    if (
        (governor and governor.label is Label.BLOCKED_ACCOUNT)
        or "g-rek" in near
        or "geblokkeerd" in near
    ):
        return AccountRole.BLOCKED
    above = next((c.text.lower() for c in anchors.sheet.above(cell.box, cell.row, 16)), "")
    if any(
        w in row or w in above for w in ("factor", "gecedeerd", "cessie", "verpand", "bevrijdend")
    ):
        return AccountRole.FACTORING
    if any(
        w in row + above
        for w in (
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
    ):
        return AccountRole.PAYMENT
    return AccountRole.UNKNOWN


def _customers(anchors: Anchors, anchor: Anchor) -> bool:
    """True when a label speaks of the customer's number."""
    if anchor.label is Label.CUSTOMER_NUMBER:
        return True
    near = anchor.cell.text[max(0, anchor.start - 12) : anchor.end + 12].lower()
    return any(w in near for w in _BUYER_WORDS if w != "gemeente") and "btw-plichtig" not in near


def _words(anchor: Anchor) -> str:
    return anchor.cell.text[anchor.start : anchor.end]
