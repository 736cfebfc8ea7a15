"""The supplier's phone and fax numbers, and digits that could be one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.document.extract.candidates import Candidate, choose
from intake.document.layout.cells import Cell
from intake.document.layout.label_index import Anchors
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import Scan
from intake.model.invoice import Field
from intake.text.amounts import amounts_in
from intake.text.dates import dates_in
from intake.text.identifiers import btws_in, digits_in, ibans_in, phones_in

_MUNICIPAL_PHONE = re.compile(r"^14\s?0\d{2,3}$")

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


def phones(scan: Scan) -> tuple[Field[str], Field[str], Field[str]]:
    """(phone, fax, loose digits); a number without a label counts when it has a phone's form."""
    phone: list[Candidate[str]] = []
    fax: list[Candidate[str]] = []
    loose: list[Candidate[str]] = []
    for anchors, label, valid, found in _formed(scan):
        if label is Label.FAX:
            fax.append(found)
        elif label in _NEVER:
            continue
        elif not valid and label is not Label.PHONE:
            loose.append(found)
        elif (
            label is not Label.PHONE
            and anchors in scan.flows
            and any(found.value == known.value for known in phone)
        ):
            continue  # running text shows again what stands in a cell, without the row that it stands in
        elif not any(s <= found.start < e for s, e, _ in dates_in(found.cell.text)):
            phone.append(found)
    phone += _announced(scan)
    phone = [
        c
        for c in phone
        if not any(
            len(_digits(o.value)) > len(_digits(c.value))
            and _digits(o.value).startswith(_digits(c.value))
            for o in phone
        )
    ]
    return choose(phone, near=-1.0), choose(fax, near=-1.0), choose(loose, near=-1.0)


def _formed(scan: Scan) -> Iterator[tuple[Anchors, Label | None, bool, Candidate[str]]]:
    """Numbers with a phone's form: (where, its label, whether it is in a numbering plan, the
    number).
    """
    banks = _account_digits(scan)
    for anchors, cell in (*scan.cells, *scan.flow_cells):
        found = phones_in(cell.text)
        if not found:
            continue
        taken = [(s, e) for s, e, _, _ in ibans_in(cell.text)] + [
            (s, e) for s, e, _ in btws_in(cell.text)
        ]
        for start, end, valid in found:
            text = cell.text[start:end].strip()
            if _MUNICIPAL_PHONE.match(text) or any(s <= start < e for s, e in taken):
                continue
            label = _phone_label(anchors, cell, start)
            if label is not Label.PHONE and any(_digits(text) in bank for bank in banks):
                continue
            weight = 0.95 if label is Label.PHONE else 0.3 if _bears_amount(anchors, cell) else 0.6
            weight -= (0.5 if cell in scan.addressed else 0.0) + (
                0.05 if anchors.sheet.number > 1 else 0.0
            )
            note = "bij 'telefoon'" if label is Label.PHONE else "vorm van een telefoonnummer"
            yield (
                anchors,
                label,
                valid,
                Candidate(text, weight, anchors.sheet, cell, start, end, note),
            )


def _announced(scan: Scan) -> Iterator[Candidate[str]]:
    """Digits of another form that a label says are a phone number."""
    for anchors, anchor in scan.labelled(Label.PHONE):
        weight = 0.5 if len(anchor.phrase) > 1 else 0.2
        for place in anchors.places(anchor):
            hit = next(
                (
                    (s, e)
                    for s, e, d in digits_in(place.text.replace("-", " ").replace("/", " "))
                    if 8 <= len(d) <= 13
                ),
                None,
            )
            if (
                hit
                and place.weight > 0.7
                and place.cell not in scan.addressed
                and not phones_in(place.text)
            ):
                start, end = hit
                shown = place.text[start:end].strip()
                yield Candidate(
                    shown,
                    weight,
                    anchors.sheet,
                    place.cell,
                    place.start + start,
                    place.start + end,
                    "bij 'telefoon'",
                )
                break


def _bears_amount(anchors: Anchors, cell: Cell) -> bool:
    """True in a line of the invoice: a number there is of a place of care, or of someone else."""
    return any(
        any(amounts_in(other.text)) for other in anchors.sheet.rows[cell.row] if other is not cell
    )


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _account_digits(scan: Scan) -> set[str]:
    """Digits of every account, also of those that break over lines."""
    texts = [cell.text for _, cell in (*scan.cells, *scan.flow_cells)] + [
        p.text for p in scan.paragraphs if len(p.cells) > 1
    ]
    return {
        _digits(value) for text in texts for _, _, value, _ in ibans_in(text) if len(value) > 14
    }


def _phone_label(anchors: Anchors, cell: Cell, start: int) -> Label | None:
    governor = anchors.governor(cell, start, cell.box_of(start, start + 1))
    if governor is None:
        return None
    beside = governor.cell is cell or governor.cell.row == cell.row
    return (
        governor.label
        if beside
        or (
            governor.label
            in (Label.PHONE, Label.FAX, Label.OTHER_NUMBER, Label.INVOICE_NUMBER, Label.KVK)
            and cell.box[1] - governor.box[3] < 14
        )
        else None
    )
