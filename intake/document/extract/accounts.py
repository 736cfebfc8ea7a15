"""The supplier's bank accounts with what the page says of each, and the one to pay to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from intake.document.extract.account_use import Use, around, use_of
from intake.document.extract.announcements import announces_unread
from intake.document.extract.candidates import Candidate, choose
from intake.document.extract.company_numbers import belongs_to_customer, note_at, over_lines
from intake.document.extract.own_pages import invoice_page
from intake.document.extract.weights import Iban
from intake.document.layout.cells import Cell, evidence
from intake.document.layout.label_index import Caption, LabelIndex
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.document.layout.scoring import Score, score
from intake.model.invoice import Account, AccountRole, Field, Found
from intake.text.identifiers import iban_valid, ibans_in

_BEGUN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ .]?[A-Z0-9]){0,28}$")
_MOST_LETTERS = 60
"""Characters of an IBAN with its spaces."""
_LEAST_DIGITS, _MOST_KEPT = 6, 34
"""Digits that may be an account, and letters of the longest IBAN."""
_LABELS = (Label.IBAN, Label.HOLDER, Label.BIC)


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """One text in which an account stands: of a place there may be several, longer and shorter."""

    candidate: Candidate[str]
    use: Use
    blocked: bool = False
    """It is called a G-account."""

    @property
    def place(self) -> int:
        """The same for all texts that hold this place."""
        return id(self.candidate.cell.words_of(self.candidate.start, self.candidate.end)[0])


def accounts(pages: PageIndex, issued: str | None) -> tuple[tuple[Account, ...], Field[str]]:
    """Every IBAN with its role, and the one to pay to.

    Args:
        issued: ISO date of the invoice; None when it is not known.
    """
    kept, roles = _accounts(pages, issued)
    found: dict[str, Found[str]] = {}
    for candidate in kept:
        found.setdefault(candidate.value, candidate.found())
    known = tuple(Account(iban, roles[iban], where.evidence) for iban, where in found.items())
    payable = choose(_payable(kept, roles), Iban)
    unread = tuple(_unread(pages, known))
    if payable.found is None:
        if unread:
            return (), Field.unreadable()
        if announces_unread(pages, Label.IBAN, but_not=_is_no_account_word):
            return known, Field.unreadable()
    return (*known, *unread), payable


def _is_no_account_word(index: LabelIndex, caption: Caption) -> bool:
    """True for the name of a bank, and for the customer's account."""
    word = re.search(r"iban|rek|account|konto|compte", caption.phrase)
    return word is None or belongs_to_customer(index, caption)


def _unread(pages: PageIndex, known: Sequence[Account]) -> Iterator[Account]:
    """What stands at the word IBAN and is none: another account must not take its place unseen."""
    for index, caption in pages.labelled(Label.IBAN):
        slot = next(index.slots(caption), None)
        if slot is None or slot.weight < 0.9 or "iban" not in caption.words.lower():
            continue
        text = slot.text.strip(" :.")
        if sum(map(str.isdigit, text)) < _LEAST_DIGITS:
            continue
        value = "".join(filter(str.isalnum, text)).upper()[:_MOST_KEPT]
        if not any(account.iban in value or value in account.iban for account in known):
            where = evidence(index.sheet, slot.cell, slot.start, slot.end)
            yield Account(value, AccountRole.DOUBTED, where)


def ibans(pages: PageIndex, issued: str | None) -> list[Candidate[str]]:
    """The accounts that may be the one to pay to."""
    return _payable(*_accounts(pages, issued))


def _accounts(
    pages: PageIndex, issued: str | None
) -> tuple[list[Candidate[str]], dict[str, AccountRole]]:
    """Every IBAN of the page, and the role of each; a broken one is left out when it begins a valid
    one.
    """
    found = [*_ibans(pages, issued), *_wrapped(pages, issued), *_over_cells(pages, issued)]
    home = invoice_page(pages)
    by_value: dict[str, list[_Occurrence]] = defaultdict(list)
    for occurrence in found:
        by_value[occurrence.candidate.value].append(occurrence)
    roles = {value: _role(occurrences, home) for value, occurrences in by_value.items()}
    valid = {value for value in roles if iban_valid(value)}
    kept = [
        _weighed(held.candidate, roles[value], home)
        for value, occurrences in by_value.items()
        if value in valid or not any(v.startswith(value) for v in valid)
        for held in occurrences
    ]
    return kept, roles


def _role(occurrences: Sequence[_Occurrence], home: int) -> AccountRole:
    """What all places together say of an account.

    Args:
        home: the invoice's page; a factoring firm named on another is a doubt.
    """
    places: dict[int, Use] = defaultdict(lambda: Use.UNSAID)
    for occurrence in occurrences:
        places[occurrence.place] = max(places[occurrence.place], occurrence.use)
    uses = list(places.values())
    highest = max(uses, default=Use.UNSAID)
    if any(occurrence.blocked for occurrence in occurrences):
        return AccountRole.BLOCKED
    if highest in (Use.ENDED, Use.DENIED):
        told = Use.REQUESTED not in uses if highest is Use.ENDED else min(uses) is Use.DENIED
        return AccountRole.OTHER if told else AccountRole.DOUBTED
    at_home = any(occurrence.candidate.sheet.number == home for occurrence in occurrences)
    if highest is Use.FACTORING and not at_home:
        return AccountRole.DOUBTED
    return _ROLES[highest]


_ROLES = {
    Use.UNSAID: AccountRole.UNKNOWN,
    Use.REQUESTED: AccountRole.PAYMENT,
    Use.FACTORING: AccountRole.FACTORING,
    Use.DOUBTED: AccountRole.DOUBTED,
}


def _weighed(candidate: Candidate[str], role: AccountRole, home: int) -> Candidate[str]:
    why = candidate.score.plus(
        Iban.PAYMENT.when(role is AccountRole.PAYMENT),
        Iban.DOUBTED.when(role is AccountRole.DOUBTED),
        Iban.LATER_PAGE.when(candidate.sheet.number != home),
    )
    return replace(candidate, score=why)


def _payable(
    candidates: list[Candidate[str]], roles: dict[str, AccountRole]
) -> list[Candidate[str]]:
    """The factoring firm's account when there is one, else all but the G-account and those that are
    not to be paid to.
    """
    factoring = [c for c in candidates if roles[c.value] is AccountRole.FACTORING]
    never = (AccountRole.BLOCKED, AccountRole.OTHER)
    open_ones = [c for c in candidates if roles[c.value] not in never]
    return factoring or open_ones or candidates


def _ibans(pages: PageIndex, issued: str | None) -> Iterator[_Occurrence]:
    for index, cell in (*pages.cells, *pages.flow_cells):
        for start, end, found, complete in ibans_in(cell.text):
            value, shown = found, None
            if not complete or (not iban_valid(value) and end >= len(cell.text.rstrip())):
                value, shown = _longer(index, cell, start, value)
            governor = index.governor(cell, start, cell.box_of(start, end))
            if _is_no_account(value, governor):
                continue
            near = note_at(governor, _LABELS)
            why = _score(value, bool(near), cell in pages.addressed)
            where = replace(evidence(index.sheet, cell, start, end), text=shown) if shown else None
            note = near or "vorm van een IBAN"
            candidate = Candidate(value, why, index.sheet, cell, start, end, note, where)
            use = _use_at(index, cell, start, end, issued)
            yield _Occurrence(candidate, use, _is_blocked(cell.text[:start], governor))


def _is_no_account(value: str, governor: Caption | None) -> bool:
    """True for the customer's number, and for what is too short."""
    if governor is not None and governor.label is Label.CUSTOMER_NUMBER:
        return True
    return len(value) < 14 and not iban_valid(value)


def _use_at(index: LabelIndex, cell: Cell, start: int, end: int, issued: str | None) -> Use:
    if all(word.struck for word in cell.words_of(start, end)):
        return Use.ENDED
    return use_of(*around(index.sheet, cell, start), issued)


def _is_blocked(before: str, governor: Caption | None) -> bool:
    near = before[-60:].lower()
    called = "g-rek" in near or "geblokkeerd" in near
    return called or bool(note_at(governor, (Label.BLOCKED_ACCOUNT,)))


def _score(value: str, near: bool, addressed: bool) -> Score:
    valid = iban_valid(value)
    foreign = Iban.FOREIGN_INVALID_AT_LABEL if near else Iban.FOREIGN_INVALID
    return score(
        Iban.FORM,
        Iban.AT_LABEL.when(near),
        Iban.INVALID.when(not valid),
        Iban.IN_ADDRESSEE.when(addressed),
        foreign.when(not valid and not value.startswith("NL")),
    )


def _wrapped(pages: PageIndex, issued: str | None) -> Iterator[_Occurrence]:
    """Valid accounts that break over two lines of running text."""
    for paragraph in pages.paragraphs:
        if len(paragraph.cells) < 2 or sum(map(str.isdigit, paragraph.text)) < 8:
            continue
        for start, end, value, _ in ibans_in(paragraph.text):
            cell, offset = paragraph.cell_at(start)
            if (
                iban_valid(value)
                and offset + end - start > len(cell.text)
                and cell not in pages.addressed
            ):
                candidate = over_lines(paragraph, start, end, value, score(Iban.OVER_LINES))
                use = use_of(paragraph.text, start, issued)
                blocked = "g-rek" in paragraph.text[max(0, start - 40) : start].lower()
                yield _Occurrence(candidate, use, blocked)


def _over_cells(pages: PageIndex, issued: str | None) -> Iterator[_Occurrence]:
    """Valid accounts that go on in the next cells of their row, or at the left margin of the next
    row, as a line of facts breaks.
    """
    for index in pages.indexes:
        for row, under in pairwise([*index.sheet.rows, []]):
            for cell in row:
                begun = _BEGUN.search(cell.text, max(0, len(cell.text) - _MOST_LETTERS))
                if begun is None or cell in pages.addressed:
                    continue
                start, rest = begun.start(), row[cell.column + 1 : cell.column + 7] or under[:1]
                text = " ".join(other.text for other in (cell, *rest))
                if value := _going_on(text, start, len(cell.text)):
                    why, note = score(Iban.OVER_LINES), "over twee regels of kolommen"
                    end = len(cell.text)
                    candidate = Candidate(value, why, index.sheet, cell, start, end, note)
                    blocked = _is_blocked(cell.text[:start], None)
                    yield _Occurrence(candidate, use_of(text, start, issued), blocked)


def _going_on(text: str, start: int, past: int) -> str | None:
    """The valid account that begins at ``start`` and ends behind ``past``."""
    hit = next((hit for hit in ibans_in(text) if hit[0] == start), None)
    return hit[2] if hit and hit[1] > past and iban_valid(hit[2]) else None


def _from(cell: Cell, left: float) -> str:
    """The text of a cell from the word that begins at ``left``; all of it when none does."""
    starts = (
        at for at, w in zip(cell.offsets, cell.words, strict=True) if abs(w.box[0] - left) < 3
    )
    return cell.text[next(starts, 0) :]


def _longer(index: LabelIndex, cell: Cell, start: int, value: str) -> tuple[str, str | None]:
    """The IBAN when it goes on in the next cell of the row or on the next line, if that makes it
    valid.
    """
    rest = cell.text[start:]
    right = [c.text for c in index.sheet.right_of(cell)[:6]]
    box = cell.box_of(start, len(cell.text))
    under = [_from(c, box[0]) for c in index.sheet.below(box, cell.row, 10)]
    for text in (*right[:1], *under[:2], " ".join(right)):
        for joined in (rest + " " + text, rest + text):
            hit = next(iter(ibans_in(joined)), None)
            if hit and hit[0] == 0 and iban_valid(hit[2]):
                return hit[2], joined[: hit[1]]
    return value, None
