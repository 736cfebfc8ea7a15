"""The supplier's name, and a second party that invoices with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.document.extract.addresses import Address
from intake.document.extract.candidates import Candidate, choose
from intake.document.extract.parties import Parties
from intake.document.layout.cells import Cell
from intake.document.layout.label_index import Anchors
from intake.document.layout.label_matcher import squeeze
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import Scan
from intake.model.invoice import Field
from intake.text.amounts import amounts_in
from intake.text.business_names import LEGAL_FORMS, NOT_A_NAME, TRADE_WORDS
from intake.text.dates import dates_in
from intake.text.identifiers import digits_in, postcodes_in
from intake.text.streets import street_in

_MAIL_OR_SITE = re.compile(
    r"(?:@|www\.|https?://)([A-Za-z0-9.\-]{3,60})\.(?:nl|com|eu|org|be|net|info|zorg|care|nu|de)\b",
    re.IGNORECASE,
)
_NOT_NAMES = frozenset(squeeze(n) for n in NOT_A_NAME)
_NO_NAME_BEGINS = (
    "factuur",
    "creditnota",
    "geachte",
    "dear",
    "betreft",
    "pagina",
    "onderwerp",
    "creditfactuur",
    "nota",
    "invoice",
)
_LEGAL = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(f) for f in LEGAL_FORMS) + r")(?!\w)", re.IGNORECASE
)
_SECOND = re.compile(
    r"\b(?:[Nn]amens|[Ii]n opdracht van|h\.?\s?o\.?\s?d\.?\s?n\.?|handelend onder de naam|mede"
    r" namens|on behalf of|p/a|c/o|"
    r"[Gg]efactureerd door|[Gg]ecedeerd aan|overgedragen aan|verpand"
    r" aan)\s{1,2}:?\s?([A-ZÀ-Ý0-9][^,;|\n]{2,60})"
)
_ENDS = re.compile(
    r"\s*(?:[|•·;]|,\s|\s[-–]\s|\(|\s(?:op|onder|o\.v\.v|met|te|gevestigd|inzake|binnen|en|voor|wordt)\s|\so\.v\.v\.?$).*$"
)

_SEAT = re.compile(
    r",?\s(?:is\s)?(?:statutair\s)?(?:gevestigd|kantoorhoudende?|wonende|praktijk houdende?)\b.*$"
)


def supplier_name(scan: Scan, parties: Parties) -> Field[str]:
    """The name in the letterhead, footer, at the account, or over the supplier's address; trade
    names count.
    """
    domains = [
        squeeze(m.rsplit(".", 1)[-1])
        for _, cell in scan.cells
        if cell not in scan.addressed
        for m in _MAIL_OR_SITE.findall(cell.text)
    ]
    candidates = []
    texts = [cell.text for _, cell in scan.cells if cell not in scan.addressed]
    for candidate in _names(scan, parties):
        begun = candidate.value + " "
        candidate.value = next(
            (t for t in texts if t.startswith(begun) and _name(scan, candidate.cell, t) == t),
            candidate.value,
        )
        folded = squeeze(candidate.value)
        candidate.weight += _looks_like_firm(candidate.value)
        if any(len(d) > 3 and (d in folded or folded in d or _initial(d, folded)) for d in domains):
            candidate.weight += 0.25
        candidates.append(candidate)
    return choose(candidates, near=0.0, least=0.3)


def _initial(domain: str, folded: str) -> bool:
    return len(domain) > 5 and len(folded) > 5 and (domain[:6] in folded or folded[:6] in domain)


def _looks_like_firm(name: str) -> float:
    low = name.lower()
    score = 0.3 if _LEGAL.search(low) else 0.0
    return score + (0.2 if any(w in low for w in TRADE_WORDS) else 0.0)


def _names(scan: Scan, parties: Parties) -> Iterator[Candidate[str]]:
    for order, address in enumerate(parties.supplier[:3]):
        yield from _over_address(scan, address, 0.95 - 0.2 * order)
    for anchors, anchor in scan.labelled(Label.SUPPLIER):
        for place in anchors.places(anchor):
            spoken = (
                place.words == "achter"
                and not place.text.lstrip(" .").startswith(":")
                and not anchor.phrase.startswith(("naam", "factuur"))
            )
            if (
                place.weight > 0.7
                and not spoken
                and (name := _name(scan, place.cell, _ENDS.sub("", place.text.strip(" :"))))
            ):
                yield _candidate(
                    anchors,
                    place.cell,
                    name,
                    1.0 * place.weight,
                    f"{place.words} '{anchor.cell.text[anchor.start : anchor.end]}'",
                )
                break
    for anchors, anchor in scan.labelled(Label.OTHER_DATE):
        if (
            anchor.phrase == "van"
            and anchor.start == 0
            and anchor.cell.text[anchor.end :].lstrip().startswith(":")
        ):
            for place in list(anchors.places(anchor))[:1]:
                if name := _name(scan, place.cell, _ENDS.sub("", place.text.strip(" :"))):
                    yield _candidate(anchors, place.cell, name, 1.0, "achter 'van'")
    for anchors, anchor in scan.labelled(Label.HOLDER):
        for place in anchors.places(anchor):
            name = _name(scan, place.cell, _ENDS.sub("", place.text.strip(" :.,")))
            if place.weight > 0.7 and name:
                yield _candidate(
                    anchors, place.cell, name, 0.8 * place.weight, "op naam van deze rekening"
                )
                break
    if scan.anchors:
        yield from _letterhead(scan)
    for anchors, anchor in scan.labelled(Label.KVK, Label.NAME):
        before = anchor.cell.text[: anchor.start] if anchor.label is Label.KVK else ""
        if name := _name(scan, anchor.cell, _ENDS.sub("", before.strip(" ,-–|:("))):
            yield _candidate(anchors, anchor.cell, name, 0.45, "voor het KvK-nummer")
        elif anchor.label is Label.NAME:
            for place in anchors.places(anchor):
                if place.weight > 0.8 and (name := _name(scan, place.cell, place.text)):
                    yield _candidate(
                        anchors,
                        place.cell,
                        name,
                        0.4 + (0.3 if _near_supplier(anchor.cell, parties) else 0.0),
                        "achter 'naam'",
                    )
                    break


def _near_supplier(cell: Cell, parties: Parties) -> bool:
    return any(
        a.cell.page == cell.page and abs(a.cell.row - cell.row) < 5 for a in parties.supplier[:1]
    )


def _over_address(scan: Scan, address: Address, weight: float) -> Iterator[Candidate[str]]:
    """The first line of the block, and what stands before the street in the same row."""
    anchors, first = address.anchors, address.first
    spans = [
        s
        for s in (address.street_span, address.po_box_span, (address.cell, *address.postcode_span))
        if s and s[0] is first
    ]
    start = min((s[1] for s in spans), default=0)
    before = _SEAT.sub("", first.text[:start]).strip(" ,-–|:;(")
    if name := _name(scan, first, before):
        yield _candidate(anchors, first, name, weight, "voor het adres")
        return
    for other in anchors.sheet.left_of(first)[:2]:
        if name := _name(scan, other, other.text):
            yield _candidate(
                anchors,
                other,
                name,
                weight - (0.0 if first.box[0] - other.box[2] < 80 else 0.4),
                "links van het adres",
            )
            return
    lines = [c for c in anchors.sheet.above(first.box, first.row, 60) if c not in scan.addressed][
        :4
    ]
    if (both := _two_lines(scan, lines, first)) is not None:
        yield _candidate(anchors, lines[1], both, weight + 0.02, "twee regels boven het adres")
        return
    last_bottom, step = first.box[1], first.height
    for number, cell in enumerate(lines):
        if last_bottom - cell.box[3] > 1.7 * step:
            return
        if name := _name(scan, cell, cell.text):
            boost = 0.08 if cell.size > 1.15 * first.size else 0.0
            yield _candidate(
                anchors,
                cell,
                name,
                weight - 0.12 * number + boost + (0.05 * number if number else 0),
                "boven het adres",
            )
        last_bottom, step = cell.box[1], max(cell.height, step)


def _two_lines(scan: Scan, lines: list[Cell], address: Cell | None = None) -> str | None:
    """A long name that is wrapped: the first line fills the column, or the whole stands elsewhere
    on one line.
    """
    if (
        len(lines) < 2
        or abs(lines[0].size - lines[1].size) > 0.5
        or lines[0].box[1] - lines[1].box[3] > 0.8 * lines[0].size
    ):
        return None
    legal = _LEGAL.fullmatch(lines[0].text.strip(" .")) and lines[0].text
    first, second = (
        _name(scan, lines[1], lines[1].text),
        legal or _name(scan, lines[0], lines[0].text),
    )
    if not first or not second:
        return None
    both = f"{first} {second}"
    folded = squeeze(both)
    elsewhere = any(folded in squeeze(c.text) for _, c in scan.cells) or any(
        folded in squeeze(p.text) and lines[0] not in p.cells for p in scan.paragraphs
    )
    set_apart = address is not None and abs(lines[0].size - address.size) > 0.08 * address.size
    return both if elsewhere or set_apart or _goes_on(scan, lines, first, second) else None


def _goes_on(scan: Scan, lines: list[Cell], first: str, second: str) -> bool:
    """True when the second line reads as the rest of the first: a heading, a hanging "Het", or one
    last word or legal form.
    """
    sizes = sorted(c.size for c in scan.anchors[0].sheet.cells)
    if sizes and lines[0].size > 1.25 * sizes[len(sizes) // 2]:
        return True
    if first.split()[-1].lower() in (
        "het",
        "de",
        "den",
        "der",
        "van",
        "voor",
        "en",
        "&",
        "in",
        "'t",
        "of",
        "op",
        "bij",
    ) or (_LEGAL.match(second) and len(second) < 8):
        return True
    return len(second.split()) == 1 and lines[1].box[2] - lines[1].box[0] > 1.3 * (
        lines[0].box[2] - lines[0].box[0]
    )


def _letterhead(scan: Scan) -> Iterator[Candidate[str]]:
    """Large text at the top of the first page, then the first line at all."""
    anchors = scan.anchors[0]
    top = [
        c
        for c in anchors.sheet.cells
        if c.box[1] < 0.3 * anchors.sheet.height and c not in scan.addressed
    ]
    if not top:
        return
    usual = sorted(c.size for c in anchors.sheet.cells)[len(anchors.sheet.cells) // 2]
    for order, cell in enumerate(top):
        following = [cell, *list(anchors.sheet.below(cell.box, cell.row, 0.5 * cell.size))[:1]]
        if (
            cell.size > 1.25 * usual
            and len(following) > 1
            and abs(following[1].box[0] - cell.box[0]) < 3
            and (both := _two_lines(scan, following[::-1]))
        ):
            yield _candidate(
                anchors, cell, both, 0.95 if order == 0 else 0.75, "briefhoofd, twee regels"
            )
        elif name := _name(scan, cell, cell.text):
            large = cell.size / usual if usual else 1.0
            weight = (
                0.2
                + (0.4 if large > 1.25 else 0.0)
                + min(0.2, 0.1 * max(0.0, large - 1.25))
                + (0.15 if order == 0 else 0.0)
            )
            yield _candidate(anchors, cell, name, weight, "briefhoofd")


def _candidate(anchors: Anchors, cell: Cell, name: str, weight: float, note: str) -> Candidate[str]:
    start = max(cell.text.find(name), 0)
    return Candidate(name, weight, anchors.sheet, cell, start, start + len(name), note)


def _name(scan: Scan, cell: Cell, text: str) -> str | None:
    """The text when it can be the name of a firm or person; None for labels, titles, addresses and
    sentences.
    """
    name = text.strip(' :,;-–|*"“”()')
    if (
        cell in scan.addressed
        or not 2 < len(name) < 70
        or sum(map(str.isalpha, name)) < 0.6 * len(name.replace(" ", ""))
        or len(name.split()) > 9
    ):
        return None
    folded = squeeze(name)
    if folded in _NOT_NAMES or any(
        folded.startswith(n)
        and (len(folded) - len(n) < 3 or not name[len(n) : len(n) + 1].isalpha())
        for n in _NO_NAME_BEGINS
    ):
        return None
    if (
        "@" in name
        or "www." in name.lower()
        or _MAIL_OR_SITE.search(name)
        or name.endswith(".nl")
        or (name.endswith(".") and not _LEGAL.search(name[-6:]))
    ):
        return None
    if any(squeeze(n) in folded for n in scan.buyer.names) or folded.startswith("gemeente"):
        return None
    if (
        postcodes_in(name)
        or amounts_in(name)
        or dates_in(name)
        or any(len(d) > 5 for _, _, d in digits_in(name))
    ):
        return None
    if street_in(name) and any(map(str.isdigit, name)) and not _LEGAL.search(name):
        return None
    for anchors in scan.anchors:
        for anchor in anchors.in_cell.get(cell, ()):
            inside = cell.text[anchor.start : anchor.end] in name and anchor.label not in (
                Label.HOLDER,
            )
            if inside and (
                squeeze(name) == squeeze(anchor.phrase)
                or cell.text[anchor.end : anchor.end + 2].lstrip().startswith(":")
                or anchor.label
                in (
                    Label.KVK,
                    Label.IBAN,
                    Label.GROSS,
                    Label.INVOICE_NUMBER,
                    Label.INVOICE_DATE,
                    Label.PHONE,
                    Label.ATTENTION,
                    Label.BSN,
                    Label.ADDRESSEE,
                )
            ):
                if anchor.label in (Label.IBAN, Label.ADDRESSEE, Label.PHONE) and _LEGAL.search(
                    name
                ):
                    continue
                return None
    return name


def second_name(scan: Scan, first: str | None) -> Field[str]:
    """Another party: "namens", "h.o.d.n." or a factoring firm."""

    def found() -> Iterator[Candidate[str]]:
        for paragraph in scan.paragraphs:
            for match in _SECOND.finditer(paragraph.text):
                name = _ENDS.sub("", match[1]).strip(" .:")
                cell, offset = paragraph.cell_at(match.start())
                own = first and (squeeze(name) == squeeze(first) or squeeze(first) == "")
                if (
                    not own
                    and cell not in scan.addressed
                    and len(name) > 2
                    and not name.lower().startswith(
                        ("de cli", "het team", "alle ", "ons ", "gemeente")
                    )
                ):
                    yield Candidate(
                        name,
                        0.8,
                        paragraph.sheet,
                        cell,
                        offset,
                        len(cell.text),
                        f"na '{match[0].split()[0]}'",
                        paragraph.evidence(match.start(1), match.end(1)),
                    )

    return choose(found())
