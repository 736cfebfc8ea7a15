"""The supplier's name, and a second party that invoices with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from intake.document.extract.addresses import Address
from intake.document.extract.announcements import points_elsewhere
from intake.document.extract.candidates import Candidate, choose, ranked
from intake.document.extract.parties import Parties
from intake.document.extract.party_blocks import party_of
from intake.document.extract.weights import SecondName, SupplierName
from intake.document.layout.cells import Cell, Sheet
from intake.document.layout.label_index import Caption, LabelIndex, Slot
from intake.document.layout.label_matcher import labels_in
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.document.layout.scoring import Feature, Score, score
from intake.document.layout.value_sides import aligned
from intake.model.invoice import Field, Found
from intake.text.amounts import amounts_in
from intake.text.dates import dates_in
from intake.text.folding import squeeze
from intake.text.identifiers import digits_in, postcodes_in
from intake.text.streets import street_in
from intake.text.vocabulary import words

_MAIL_OR_SITE = re.compile(
    r"(?:@|www\.|https?://)([A-Za-z0-9.\-]{3,60})\.(?:nl|com|eu|org|be|net|info|zorg|care|nu|de)\b",
    re.IGNORECASE,
)
_FIRMS = words("firms")
_TRADE_WORDS = _FIRMS["trade-words"]
_NOT_NAMES = frozenset(map(squeeze, _FIRMS["no-name"]))
_NO_NAME_BEGINS = _FIRMS["no-name-begins"]
_LEGAL = re.compile(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, _FIRMS['legal-forms']))})(?!\w)", re.IGNORECASE
)
_SECOND = re.compile(
    r"\b(?:[Nn]amens|[Ii]n opdracht van|h\.?\s?o\.?\s?d\.?\s?n\.?|handelend onder de naam|mede"
    r" namens|on behalf of|p/a|c/o|"
    r"[Gg]efactureerd door|[Gg]ecedeerd aan|overgedragen aan|verpand"
    r" aan)\s{1,2}:?\s?([A-ZÀ-Ý0-9][^,;|\n]{2,60})"
)
_TRADING = re.compile(r"(?:h\.?\s?o\.?\s?d\.?\s?n\b|handelend onder|t/a\b)", re.IGNORECASE)
_ENDS = re.compile(
    r"\s*(?:[|•·;]|,\s|\s[-–]\s|\(|\s(?:op|onder|o\.v\.v|met|te|gevestigd|inzake|binnen|"
    r"en\s(?:onder|o\.?v\.?v|vermeld|met|binnen|graag|wij)|voor|wordt)(?:\s|$)|\so\.v\.v\.?$).*$"
)

_QUOTES = re.compile(r"\s(?:onder|o\.?v\.?v\.?|met)(?:\s(?:vermelding|nummer)|$)")
"""The words of a payment sentence behind a name."""
_INITIALS = re.compile(r"(?:(?<![^\W\d_])[^\W\d_]\.){2,}$")
_SEAT = re.compile(
    r",?\s(?:is\s)?(?:statutair\s)?(?:gevestigd|kantoorhoudende?|wonende|praktijk houdende?)\b.*$"
)


def supplier_name(pages: PageIndex, parties: Parties) -> Field[str]:
    """The name in the letterhead, footer, at the account, or over the supplier's address; trade
    names count.
    """
    names = list(supplier_names(pages, parties))
    field = choose(names, SupplierName)
    best = next(iter(ranked(names, SupplierName)), None)
    if field.found is None or best is None or field.others:
        return field
    if others := tuple(_named_otherwise(names, best)):
        return replace(field, others=others)
    note = "alleen een kop boven aan de bladzijde"
    return field if _is_sure(best) else replace(field, others=(replace(field.found, note=note),))


_SURE = frozenset(
    f.name
    for f in (
        SupplierName.AT_ADDRESS,
        SupplierName.LABEL,
        SupplierName.FROM,
        SupplierName.HOLDER,
        SupplierName.BEFORE_KVK,
    )
)
_OF_FIRMS = frozenset(
    f.name for f in (SupplierName.LEGAL_FORM, SupplierName.TRADE_WORD, SupplierName.DOMAIN)
)
_OF_HEADINGS = frozenset(
    f.name
    for f in (
        SupplierName.HEADING_FIRST,
        SupplierName.HEADING_LARGE,
        SupplierName.HEADING_TWO_LINES,
        SupplierName.NEAR_ADDRESS,
    )
)


def _is_sure(name: Candidate[str]) -> bool:
    """Whether more than its place says that a name is the supplier's: the address, a label or the
    account, or that it is a firm's, large or first on the page.
    """
    reasons = {feature.name for feature, _ in name.score.gains}
    if name.sheet.number > 1:
        reasons.discard(SupplierName.LABEL.name)
    firm = reasons & _OF_FIRMS
    return bool(reasons & _SURE) or bool(firm and len(firm) + len(reasons & _OF_HEADINGS) > 1)


def _named_otherwise(names: Iterable[Candidate[str]], best: Candidate[str]) -> Iterator[Found[str]]:
    """Another name: at a label of the supplier when this one stands at his address, or the reverse."""
    pair = {SupplierName.LABEL.name, SupplierName.AT_ADDRESS.name}
    wanted = pair - {_ground(best)}
    own = squeeze(best.value)
    for name in names if len(wanted) == 1 else ():
        heading = any(label is Label.SUPPLIER for label, *_ in labels_in(name.value))
        if heading or _ground(name) not in wanted or name.score.weight <= _BESIDE:
            continue
        other = squeeze(name.value)
        if _OF_PERSON not in name.note.lower() and other not in own and own not in other:
            yield name.found()
            return


def _ground(name: Candidate[str]) -> str:
    """What a name was found by."""
    return name.score.gains[0][0].name if name.score.gains else ""


_OF_PERSON = "zorgverlener"
"""The label of who gave the care, beside the practice that charges it."""
_BESIDE = 0.9
"""Score of a name behind or beside its label."""


def supplier_names(pages: PageIndex, parties: Parties) -> Iterator[Candidate[str]]:
    cells = [cell for _, cell in pages.cells if cell not in pages.addressed]
    domains = _domains([cell.text for cell in cells])
    found = list(_names(pages, parties))
    for candidate in found:
        if any(_is_line_of(candidate, whole) for whole in found) or _hangs(candidate):
            continue
        value = next(_longer(pages, candidate, cells), candidate.value)
        why = candidate.score.plus(*_looks_like_firm(value))
        own = any(_is_domain(domain, squeeze(value)) for domain in domains)
        why = why.plus(SupplierName.DOMAIN.when(own))
        yield replace(candidate, value=value, score=why)


def _longer(pages: PageIndex, candidate: Candidate[str], cells: list[Cell]) -> Iterator[str]:
    """Whole names of which this is a line, or that begin with it elsewhere and go on."""
    if over := _with_line_over(pages, candidate):
        yield over
    begun = candidate.value + " "
    for cell in cells:
        if cell is candidate.cell or not cell.text.startswith(begun):
            continue
        sentence = street_in(cell.text) or _QUOTES.search(cell.text)
        if not sentence and _name(pages, candidate.cell, cell.text) == cell.text:
            yield cell.text


def _hangs(candidate: Candidate[str]) -> bool:
    """True for the beginning of a name that goes on: "Weide Dagbesteding &", "Kinder-"."""
    name = candidate.value
    broken = candidate.cell.text.rstrip().endswith(f"{name}-")
    return broken or name.split()[-1].lower() in _HANGING


def _with_line_over(pages: PageIndex, candidate: Candidate[str]) -> str | None:
    """The whole name when it began on the line above, in letters of any size, and also stands
    elsewhere on one line.
    """
    cell = candidate.cell
    for over in candidate.sheet.above(cell.box, cell.row, cell.height):
        both = _joined(over.text, over.text.strip(), candidate.value)
        whole = aligned(over.box, cell.box) and _stands_elsewhere(pages, both, over)
        written = whole and (_name(pages, over, over.text) or _is_written(pages, both))
        return both if written else None
    return None


def _is_written(pages: PageIndex, name: str) -> bool:
    """True when the name stands somewhere with the same capitals and signs."""
    return any(name in cell.text for _, cell in (*pages.cells, *pages.flow_cells))


def _is_line_of(candidate: Candidate[str], whole: Candidate[str]) -> bool:
    """True when a name is only the beginning of another one in the same cell, or the end of one that
    begins on the line above.
    """
    if candidate.cell is whole.cell and whole.value.startswith(f"{candidate.value} &"):
        return True
    upper, lower = whole.cell.box, candidate.cell.box
    return (
        whole.value.endswith(f" {candidate.value}")
        and abs(upper[0] - lower[0]) < 3
        and 0 < lower[1] - upper[1] < 2 * candidate.cell.height
    )


def _domains(texts: list[str]) -> list[str]:
    """Names of websites and mail domains, without what stands before their last dot."""
    sites = (site for text in texts for site in _MAIL_OR_SITE.findall(text))
    return [name for site in sites if len(name := squeeze(site.rsplit(".", 1)[-1])) > 3]


def _is_domain(domain: str, name: str) -> bool:
    if domain in name or name in domain:
        return True
    return len(domain) > 5 and len(name) > 5 and (domain[:6] in name or name[:6] in domain)


def names_legal_form(text: str) -> bool:
    """True when a legal form stands in the text: "B.V.", "Stichting"."""
    return _LEGAL.search(text) is not None


def _looks_like_firm(name: str) -> tuple[Feature | None, Feature | None]:
    low = name.lower()
    return (
        SupplierName.LEGAL_FORM.when(_LEGAL.search(low)),
        SupplierName.TRADE_WORD.when(any(word in low for word in _TRADE_WORDS)),
    )


def _names(pages: PageIndex, parties: Parties) -> Iterator[Candidate[str]]:
    for order, address in enumerate(parties.supplier[:3]):
        yield from _at_address(pages, address, order)
    for index, caption in pages.labelled(Label.SUPPLIER):
        yield from _at_supplier_label(pages, index, caption)
    for index, caption in pages.labelled(Label.OTHER_DATE):
        yield from _at_from(pages, index, caption)
    for index, caption in pages.labelled(Label.HOLDER):
        for slot in index.slots(caption):
            name = _name(pages, slot.cell, _ENDS.sub("", _trimmed(slot.text)))
            if slot.weight > 0.7 and name:
                why = score(SupplierName.HOLDER, slot.position)
                yield _candidate(index, slot.cell, name, why, "op naam van deze rekening")
                break
    if pages.indexes:
        yield from _letterhead(pages, parties)
    for index, caption in pages.labelled(Label.KVK, Label.NAME):
        yield from _at_kvk_or_name(pages, parties, index, caption)


_ABBREVIATED = re.compile(r"(?<![^\W\d_])[^\W\d_]\.[^\W\d_]$")


def _trimmed(text: str) -> str:
    """Without the signs around it; the dot of "B.V." is the name's."""
    name = text.strip(" :.,")
    dotted = _ABBREVIATED.search(name) and text.lstrip(" :.,").startswith(f"{name}.")
    return f"{name}." if dotted else name


def _at_supplier_label(
    pages: PageIndex, index: LabelIndex, caption: Caption
) -> Iterator[Candidate[str]]:
    for slot in index.slots(caption):
        announces = slot.text.rstrip().endswith(":")  # a label that we do not know
        if slot.weight <= 0.7 or announces or _is_spoken(caption, slot):
            continue
        if name := _name(pages, slot.cell, _ENDS.sub("", slot.text.strip(" :"))):
            note = f"{slot.words} '{caption.words}'"
            why = score(SupplierName.LABEL, slot.position)
            whole = _with_next_line(pages, index, slot, name)
            yield _candidate(index, slot.cell, whole, why, note)
            return


def _with_next_line(pages: PageIndex, index: LabelIndex, slot: Slot, name: str) -> str:
    """A name in a narrow column goes on under itself, where no label stands."""
    cell = slot.cell
    if slot.words != "rechts van" or slot.end < len(cell.text):
        return name
    under = next(iter(index.sheet.below(cell.box, cell.row, 0.7 * cell.height)), None)
    if under is None or abs(under.box[0] - cell.box[0]) >= 3 or index.in_cell.get(under):
        return name
    labelled = any(index.in_cell.get(left) for left in index.sheet.left_of(under)[:1])
    rest = None if labelled else _name(pages, under, under.text)
    return _joined(cell.text, name, rest) if rest else name


def _is_spoken(caption: Caption, slot: Slot) -> bool:
    """True when the label is a word of a sentence: nothing sets its value apart."""
    return (
        slot.words == "achter"
        and not slot.text.lstrip(" .").startswith(":")
        and not caption.phrase.startswith(("naam", "factuur"))
    )


def _at_from(pages: PageIndex, index: LabelIndex, caption: Caption) -> Iterator[Candidate[str]]:
    """Behind "Van:" at the start of a line."""
    rest = caption.cell.text[caption.end :].lstrip()
    if caption.phrase != "van" or caption.start != 0 or not rest.startswith(":"):
        return
    for slot in list(index.slots(caption))[:1]:
        if name := _name(pages, slot.cell, _ENDS.sub("", slot.text.strip(" :"))):
            yield _candidate(index, slot.cell, name, score(SupplierName.FROM), "achter 'van'")


def _at_kvk_or_name(
    pages: PageIndex, parties: Parties, index: LabelIndex, caption: Caption
) -> Iterator[Candidate[str]]:
    before = caption.cell.text[: caption.start] if caption.label is Label.KVK else ""
    if name := _name(pages, caption.cell, _ENDS.sub("", before.strip(" ,-–|:("))):
        why = score(SupplierName.BEFORE_KVK)
        yield _candidate(index, caption.cell, name, why, "voor het KvK-nummer")
        return
    if caption.label is not Label.NAME:
        return
    for slot in index.slots(caption):
        if slot.weight <= 0.8 or slot.text.rstrip().endswith(":"):
            continue
        if name := _name(pages, slot.cell, slot.text):
            if block := party_of(index, caption):
                if block is Label.SUPPLIER:
                    why = score(SupplierName.LABEL)
                    yield _candidate(
                        index, slot.cell, name, why, "achter 'naam' van de leverancier"
                    )
                return
            near = _near_supplier(caption.cell, parties)
            why = score(SupplierName.NAME_LABEL, SupplierName.NEAR_ADDRESS.when(near))
            yield _candidate(index, slot.cell, name, why, "achter 'naam'")
            return


def _near_supplier(cell: Cell, parties: Parties) -> bool:
    return any(
        a.cell.page == cell.page and abs(a.cell.row - cell.row) < 5 for a in parties.supplier[:1]
    )


def _at_address(pages: PageIndex, address: Address, order: int) -> Iterator[Candidate[str]]:
    """The first line of the block, and what stands before the street in the same row."""
    index, first = address.index, address.first
    further = SupplierName.NEXT_ADDRESS.times(order) if order else None
    why = score(SupplierName.AT_ADDRESS, further)
    before = _SEAT.sub("", first.text[: _start(address)]).strip(" ,-–|:;(/")
    name = _name(pages, first, before, addressed=address.street is not None)
    if name and name != address.city:
        whole = _begun_above(pages, index, first, name) or name
        yield _candidate(index, first, whole, why, "voor het adres")
        yield from _over(pages, address, first, why.plus(SupplierName.OVER_NAME))
        return
    for other in index.sheet.left_of(first)[:2]:
        if name := _name(pages, other, other.text):
            why = why.plus(SupplierName.ADDRESS_FAR.when(first.box[0] - other.box[2] >= 80))
            yield _candidate(index, other, name, why, "links van het adres")
            yield from _over(pages, address, other, why.plus(SupplierName.OVER_NAME))
            return
    yield from _over(pages, address, first, why)


def _begun_above(pages: PageIndex, index: LabelIndex, first: Cell, name: str) -> str | None:
    """The whole name when its line before the address goes on with one in heavy letters over it."""
    over = next(iter(index.sheet.above(first.box, first.row, 0.8 * first.height)), None)
    if over is None or not first.words[0].bold or not all(word.bold for word in over.words):
        return None
    begin = _name(pages, over, over.text)
    return _joined(over.text, begin, name) if begin else None


def _start(address: Address) -> int:
    """Where the address begins in its first cell."""
    spans = (address.street_span, address.po_box_span, (address.cell, *address.postcode_span))
    return min((span[1] for span in spans if span and span[0] is address.first), default=0)


def _over(pages: PageIndex, address: Address, first: Cell, why: Score) -> Iterator[Candidate[str]]:
    """Names in the lines over ``first``, the cell that the row of the address begins with."""
    index = address.index
    over = index.sheet.above(first.box, first.row, 60)
    lines = [cell for cell in over if cell not in pages.addressed][:5]
    last_bottom, step = first.box[1], first.height
    if lines and _is_address_label(index, lines[0]):  # "Bezoekadres"
        last_bottom = lines.pop(0).box[1]
    if (both := _two_lines(pages, lines, first)) is not None:
        note = "twee regels boven het adres"
        yield _candidate(index, lines[1], both, why.plus(SupplierName.TWO_LINES), note)
        return
    own_street = address.street_span is not None and address.street_span[0] is first
    for number, cell in enumerate(lines):
        if last_bottom - cell.box[3] > 1.7 * step:
            return
        if name := _name(pages, cell, cell.text, addressed=own_street):
            line = _higher(why, number, larger=cell.size > 1.15 * first.size)
            yield _candidate(index, cell, name, line, "boven het adres")
        last_bottom, step, own_street = cell.box[1], max(cell.height, step), False


def _higher(why: Score, number: int, larger: bool) -> Score:
    """The score of a name so many lines higher than the one over the address."""
    size = SupplierName.LARGER.when(larger)
    if not number:
        return why.plus(size)
    line, name = SupplierName.LINE_HIGHER.times(number), SupplierName.HIGHER_NAME.times(number)
    return why.plus(line, size, name)


def _is_address_label(index: LabelIndex, cell: Cell) -> bool:
    """True for a cell that only says that an address follows."""
    first = next(iter(index.in_cell.get(cell, ())), None)
    return (
        first is not None
        and first.label is Label.STREET
        and not cell.text[first.end :].strip(" :.")
    )


def _two_lines(pages: PageIndex, lines: list[Cell], address: Cell | None = None) -> str | None:
    """A long name that is wrapped: the first line fills the column, or the whole stands elsewhere
    on one line.
    """
    if len(lines) < 2 or not _are_close(lines[1], lines[0]):
        return None
    lower, upper = lines[:2]
    first = _name(pages, upper, upper.text)
    legal = _LEGAL.fullmatch(lower.text.strip(" ."))
    second = lower.text if legal else _name(pages, lower, lower.text)
    if not first or not second:
        return None
    both = _joined(upper.text, first, second)
    set_apart = address is not None and abs(lower.size - address.size) > 0.08 * address.size
    whole = set_apart or _stands_elsewhere(pages, both, lower)
    return both if whole or _goes_on(pages, lines, first, second) else None


def _joined(line: str, first: str, second: str) -> str:
    """Two lines of a name; a hyphen where the first ends is the name's before a capital."""
    if line.rstrip().endswith(",") and second[:1].islower():
        return f"{first}, {second}"
    if not line.rstrip().endswith("-"):
        return f"{first} {second}"
    if second.startswith(("en ", "of ")):
        return f"{first}- {second}"
    return f"{first}-{second}" if second[:1].isupper() else f"{first}{second}"


def _are_close(upper: Cell, lower: Cell) -> bool:
    return abs(lower.size - upper.size) <= 0.5 and lower.box[1] - upper.box[3] <= 0.8 * lower.size


def _stands_elsewhere(pages: PageIndex, name: str, line: Cell) -> bool:
    folded = squeeze(name)
    return any(folded in squeeze(c.text) for _, c in pages.cells) or any(
        folded in squeeze(p.text) and line not in p.cells for p in pages.paragraphs
    )


_HANGING = frozenset(
    ("het", "de", "den", "der", "van", "voor", "en", "&", "in", "'t", "of", "op", "bij")
)
"""Words after which a name goes on."""


def _goes_on(pages: PageIndex, lines: list[Cell], first: str, second: str) -> bool:
    """True when the second line reads as the rest of the first: a heading, a hanging "Het", or one
    last word or legal form.
    """
    if lines[0].size > 1.25 * pages.indexes[0].sheet.usual_size > 0:
        return True
    if lines[1].text.rstrip().endswith(("-", ",")) or _TRADING.match(second):
        return True
    if first.split()[-1].lower() in _HANGING or (_LEGAL.match(second) and len(second) < 8):
        return True
    return len(second.split()) == 1 and lines[1].box[2] - lines[1].box[0] > 1.3 * (
        lines[0].box[2] - lines[0].box[0]
    )


def _letterhead(pages: PageIndex, parties: Parties) -> Iterator[Candidate[str]]:
    """Large text at the top of the first page, then the first line at all."""
    streets = [a.street_span[0] for a in parties.supplier if a.street_span]
    index = pages.indexes[0]
    usual = index.sheet.usual_size
    for order, cell in enumerate(_top_cells(pages, index.sheet)):
        if both := _heading_of_two_lines(pages, index, cell, usual):
            two = SupplierName.HEADING_TWO_LINES_LOWER if order else SupplierName.HEADING_TWO_LINES
            yield _candidate(index, cell, both, score(two), "briefhoofd, twee regels")
        elif name := _name(pages, cell, cell.text, addressed=bool(streets) and cell not in streets):
            why = _heading_score(cell.size, usual, first=order == 0)
            yield _candidate(index, cell, name, why, "briefhoofd")


def _top_cells(pages: PageIndex, sheet: Sheet) -> list[Cell]:
    lowest = 0.3 * sheet.height
    return [c for c in sheet.cells if c.box[1] < lowest and c not in pages.addressed]


def _heading_score(size: float, usual: float, first: bool) -> Score:
    """Of letters of a size, where ``usual`` is that of the page's."""
    larger = min(2.0, max(0.0, size / usual - 1.25)) if usual else 0.0
    return score(
        SupplierName.HEADING,
        SupplierName.HEADING_LARGE.when(larger),
        SupplierName.HEADING_LARGER.times(larger) if larger else None,
        SupplierName.HEADING_FIRST.when(first),
    )


def _heading_of_two_lines(
    pages: PageIndex, index: LabelIndex, cell: Cell, usual: float
) -> str | None:
    if cell.size <= 1.25 * usual:
        return None
    under = next(iter(index.sheet.below(cell.box, cell.row, 0.5 * cell.size)), None)
    if under is None or abs(under.box[0] - cell.box[0]) >= 3:
        return None
    return _two_lines(pages, [under, cell])


def _candidate(index: LabelIndex, cell: Cell, name: str, why: Score, note: str) -> Candidate[str]:
    start = max(cell.text.find(name), 0)
    return Candidate(name, why, index.sheet, cell, start, start + len(name), note)


def _name(pages: PageIndex, cell: Cell, text: str, addressed: bool = False) -> str | None:
    """The text when it can be the name of a firm or person; None for labels, titles, addresses and
    sentences.

    Args:
        addressed: an address with a street follows, so that "Buro 3-Hoek" is none itself.
    """
    name = text.strip(' :,;-–|*"“”()')
    if cell in pages.addressed or not _has_form(name):
        return None
    folded = squeeze(name)
    other = (
        _is_title(name, folded)
        or _is_site_or_sentence(name)
        or points_elsewhere(name)
        or _is_municipality(pages, folded)
        or _is_fact(name, street=not addressed)
        or _is_label(pages, cell, name)
    )
    return None if other else name


def _is_municipality(pages: PageIndex, folded: str) -> bool:
    return folded.startswith("gemeente") or any(squeeze(n) in folded for n in pages.buyer.names)


def _has_form(name: str) -> bool:
    """True for a few words, mostly of letters; a legal form makes up for digits: "24/7 Zorg B.V."."""
    least = 0.4 if _LEGAL.search(name) else 0.6
    return (
        2 < len(name) < 70
        and sum(map(str.isalpha, name)) >= least * len(name.replace(" ", ""))
        and len(name.split()) <= 9
    )


def _is_title(name: str, folded: str) -> bool:
    return folded in _NOT_NAMES or any(
        folded.startswith(word)
        and (len(folded) - len(word) < 3 or not name[len(word) : len(word) + 1].isalpha())
        for word in _NO_NAME_BEGINS
    )


def _is_site_or_sentence(name: str) -> bool:
    return (
        "@" in name
        or "www." in name.lower()
        or _MAIL_OR_SITE.search(name) is not None
        or name.endswith(".nl")
        or (name.endswith(".") and not _LEGAL.search(name[-6:]) and not _INITIALS.search(name))
    )


def _is_fact(name: str, street: bool) -> bool:
    """True for a postcode, an amount, a date, a long number or a street."""
    if postcodes_in(name) or amounts_in(name) or dates_in(name):
        return True
    if any(len(digits) > 5 for *_, digits in digits_in(name)):
        return True
    numbered = street and any(map(str.isdigit, name))
    return numbered and bool(street_in(name)) and not _LEGAL.search(name)


_NEVER_IN_NAME = frozenset(
    {
        Label.KVK,
        Label.IBAN,
        Label.GROSS,
        Label.INVOICE_NUMBER,
        Label.INVOICE_DATE,
        Label.PHONE,
        Label.ATTENTION,
        Label.BSN,
        Label.ADDRESSEE,
    }
)
_MAYBE_IN_FIRM = (Label.IBAN, Label.ADDRESSEE, Label.PHONE)
"""Words that the name of a firm with a legal form may hold."""


def _is_label(pages: PageIndex, cell: Cell, name: str) -> bool:
    """True when the words are those of a label, or of a label with its value."""
    firm = _LEGAL.search(name)
    return any(
        _spoils(caption, cell, name)
        for index in pages.indexes
        for caption in index.in_cell.get(cell, ())
        if not (firm and caption.label in _MAYBE_IN_FIRM)
    )


def _spoils(caption: Caption, cell: Cell, name: str) -> bool:
    if caption.label is Label.HOLDER or cell.text[caption.start : caption.end] not in name:
        return False
    return (
        caption.label in _NEVER_IN_NAME
        or squeeze(name) == squeeze(caption.phrase)
        or cell.text[caption.end : caption.end + 2].lstrip().startswith(":")
    )


_NO_SECOND_NAME = ("de cli", "het team", "alle ", "ons ", "gemeente")


def second_name(pages: PageIndex, first: str | None) -> Field[str]:
    """Another party: "namens", "h.o.d.n." or a factoring firm."""
    own = {squeeze(first), ""} if first else set()
    return choose(_second_names(pages, own), SecondName)


def _second_names(pages: PageIndex, own: set[str]) -> Iterator[Candidate[str]]:
    for paragraph in pages.paragraphs:
        for match in _SECOND.finditer(paragraph.text):
            cell, offset = paragraph.cell_at(match.start(1))
            line = match[1][: len(cell.text) - offset].rstrip()
            whole = match[1] if line.split()[-1].lower() in _HANGING else line
            name = _ENDS.sub("", whole).strip(" .:")
            if cell in pages.addressed or squeeze(name) in own:
                continue
            if len(name) > 2 and not name.lower().startswith(_NO_SECOND_NAME):
                yield Candidate(
                    name,
                    score(SecondName.BEHIND_WORD),
                    paragraph.sheet,
                    cell,
                    offset,
                    len(cell.text),
                    f"na '{match[0].split()[0]}'",
                    paragraph.evidence(match.start(1), match.start(1) + len(whole)),
                )
