"""Who the invoice is addressed to (adressering).

Source: page of Almere, "Zet de volgende adresgegevens op de factuur", and "Facturen die onjuist
zijn geadresseerd … kunnen wij helaas niet in behandeling nemen". Only what is certainly another
addressee refuses; spelling, order, "t.a.v.", "afd.", and the number of lines do not count.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, partial

from intake.checks.support.presence import unreadable
from intake.checks.support.requirement import Requirement, Situation, in_situation
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Evidence, Found, Invoice
from intake.model.verdict import History
from intake.profile import Addressee, Profile
from intake.text.folding import plain

REQUIREMENT = Requirement(
    check="addressee",
    situations={
        "other-municipality": Situation(Severity.REJECT),
        "visiting-address": Situation(Severity.REJECT),
        "client": Situation(Severity.REJECT),
        "wijkteam": Situation(Severity.REJECT),
        "other-person": Situation(Severity.REJECT),
        "no-department": Situation(Severity.REVIEW),
        "name-only": Situation(Severity.REVIEW),
        "incomplete": Situation(Severity.REVIEW),
        "absent": Situation(Severity.REVIEW),
        "unclear": Situation(Severity.REVIEW),
        "unreadable": Situation(Severity.REVIEW),
    },
)

_POSTCODE = re.compile(r"(?<!\w)([1-9]\d{3}) ?([a-z]{2})(?!\w)")
_PO_BOX = re.compile(r"\b(?:post ?bus|p ?o ?box|pb) ?([0-9oil]+)\b")
_MUNICIPALITY = re.compile(r"\b(?:gemeente|gem)(?: ([a-z][a-z ]*))?")
_PERSON = re.compile(
    r"^(?:aan )?(?:t a v |tav )?(?:de )?(?:dhr|heer|mevr|mevrouw|mw|mej|familie|fam|de"
    r" ouders|ouders|ouder|verzorgers)\b"
)
_CLIENT = re.compile(
    r"^(?:aan )?(?:t a v |tav |de"
    r" )*(?:client|clienten|clientnummer|jeugdige|patient|bewoner|deelnemer)\b"
)
_WIJKTEAM = re.compile(r"\bwijk ?teams?\b")
_NO_PLACE = frozenset(
    {
        "afd", "afdeling", "tav", "t", "a", "v", "aan", "crediteuren",
        "crediteurenadministratie", "administratie", "financien", "zorg", "postbus", "facturen",
        "sociaal", "team", "debiteuren", "jeugd", "wmo", "jeugdhulp", "client"
    }
)  # fmt: skip
_ALIKE = 0.75
_DIGITS = str.maketrans("oil", "011")
_ORDER = (None, "no-department", "incomplete", "name-only", "unclear")
_AT_OUR_BOX = {(True, True): None, (True, False): "no-department", (False, True): "incomplete"}
"""By name and department, where PO box and postcode are right."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """Which parts of the right address a text has."""

    name: bool
    department: bool
    po_box: bool
    postcode: bool

    @property
    def any_of_ours(self) -> bool:
        return self.department or self.po_box or self.postcode


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    address = profile.addressee
    blocks: list[Found[str]] = [
        *([invoice.addressee.found] if invoice.addressee.found else []),
        *invoice.addressee.others,
    ]
    page = cache(partial(_parts_of_page, invoice, address))  # asked only when no block is right
    code, evidence = _best(
        [(_judge(_plain(block.value), address, invoice, page), block.evidence) for block in blocks]
        or [(_without_block(invoice, page), None)]
    )
    return in_situation(REQUIREMENT, profile, code, evidence)


def _parts_of_page(invoice: Invoice, address: Addressee) -> _Parts:
    return _parts(_plain("\n".join(line.text for line in invoice.lines)), address, whole=True)


def _without_block(invoice: Invoice, whole_page: Callable[[], _Parts]) -> str | None:
    page = whole_page()
    if page.name and page.department and page.po_box and page.postcode:
        return None
    if page.any_of_ours:
        return "incomplete"
    return "unreadable" if unreadable(invoice, invoice.addressee) else "absent"


def _best(judged: list[tuple[str | None, Evidence | None]]) -> tuple[str | None, Evidence | None]:
    """The most favourable reading; several readings that all refuse differ, and then the first
    stands.
    """
    return min(judged, key=lambda pair: _ORDER.index(pair[0]) if pair[0] in _ORDER else len(_ORDER))


def _judge(
    text: str, address: Addressee, invoice: Invoice, whole_page: Callable[[], _Parts]
) -> str | None:
    """A code of this check for one block; None when it is right."""
    parts = _parts(text, address)
    if parts.po_box and parts.postcode and (parts.name or parts.department):
        return _AT_OUR_BOX[parts.name, parts.department]
    if _hosted(text, address):
        return None
    if _nearly(text, address) and not _other_municipality(text, address):
        return "incomplete"
    refusal = _refusal(text, parts, address, invoice)
    if refusal is None:
        return _doubt(text, parts)
    return "unclear" if _explains(whole_page(), parts, refusal) else refusal


def _hosted(text: str, address: Addressee) -> bool:
    """Whether a municipality is named for which this one is the host. Spelling counts: Leusden is
    no Heusden.
    """
    places = {_plain(name).replace(" en ", " ") for name in address.host_for}
    named = ((match[1] or "").replace(" en ", " ") for match in _MUNICIPALITY.finditer(text))
    return not _WIJKTEAM.search(text) and any(
        f"{name} ".startswith(f"{place} ") for name in named for place in places
    )


def _explains(page: _Parts, block: _Parts, refusal: str) -> bool:
    """Whether something of ours stands elsewhere on the page, so that nothing is certain."""
    if page.po_box or page.postcode:
        return True
    return (page.department and not block.department) or (refusal == "other-person" and page.name)


def _doubt(text: str, parts: _Parts) -> str:
    if parts.name and not parts.any_of_ours and not _POSTCODE.search(text):
        return "name-only"
    return "incomplete" if parts.name or parts.any_of_ours else "unclear"


def _refusal(text: str, parts: _Parts, address: Addressee, invoice: Invoice) -> str | None:
    """The certain reasons; None when another explanation is left."""
    if parts.po_box or parts.postcode:
        return None
    if _WIJKTEAM.search(text) and not parts.department:
        return "wijkteam"
    if _visiting(text, address):
        return "visiting-address"
    if _other_municipality(text, address):
        return "other-municipality"
    of_a_municipality = parts.name or parts.department or _MUNICIPALITY.search(text)
    return None if of_a_municipality else _person(text, address, invoice)


def _person(text: str, address: Addressee, invoice: Invoice) -> str | None:
    """The certain reasons where no municipality is named: the block is a client's, or another person's."""
    lines = text.split("\n")
    if any(map(_CLIENT.search, lines)):
        return "client"
    if _suppliers_own(text, invoice):
        return None
    elsewhere = len(lines) > 1 and address.city.lower() not in lines[0]
    if any(map(_PERSON.search, lines)) or (elsewhere and _POSTCODE.search(text)):
        return "other-person"
    return None


def _suppliers_own(text: str, invoice: Invoice) -> bool:
    """The block is the supplier's own address, taken for the addressee by mistake."""
    squeezed = text.replace(" ", "")
    own = [
        invoice.supplier_postcode.value,
        invoice.supplier_name.value,
        invoice.supplier_street.value,
    ]
    return any(part and _plain(part).replace(" ", "") in squeezed for part in own)


def _visiting(text: str, address: Addressee) -> bool:
    return any(
        place.postcode.lower() in _postcodes(text)
        or re.search(rf"\b{re.escape(_plain(place.street))}(?![\w])", text)
        for place in address.visiting
    )


def _other_municipality(text: str, address: Addressee) -> bool:
    for match in _MUNICIPALITY.finditer(text):
        words = (match[1] or "").split()
        if not words or words[0] in _NO_PLACE or len(words[0]) < 2:
            continue
        if not _place_like(match[1], address.city):
            return not any(_place_like(line, address.city) for line in text.split("\n"))
    return False


def _place_like(text: str, city: str) -> bool:
    """Our own place stands here, allowing a slip of the pen."""
    wanted = _plain(city)
    return wanted in text or any(_alike(word, wanted) for word in text.split())


def _alike(a: str, b: str) -> bool:
    return SequenceMatcher(None, a, b).ratio() >= _ALIKE


def _parts(text: str, address: Addressee, whole: bool = False) -> _Parts:
    """Which parts a block has, or the ``whole`` page: there the words of a department stand
    together, for "zorg" alone is a word of many a supplier's name.
    """
    flat = text.replace("\n", " ")
    letters = re.sub(r"[^a-z]", "", flat)
    words = set(flat.split())
    tight = flat.replace(" ", "")  # programs that squeeze letters together leave the spaces out
    whole_box = f"postbus{address.po_box}{address.postcode.lower()}" in tight
    city = _plain(address.city)
    named = any(
        _plain(name) in flat or _plain(name).replace(" ", "") in letters for name in address.names
    )
    return _Parts(
        name=named or bool(words & {"gemeente", "gem"} and city in flat),
        department=any(
            _stands_together(_plain(name), flat)
            if whole
            else _has_department(_plain(name), letters, words)
            for name in address.departments
        ),
        po_box=any(
            box.translate(_DIGITS).lstrip("0") == address.po_box.lstrip("0")
            for box in _PO_BOX.findall(flat)
        )
        or whole_box,
        postcode=address.postcode.lower() in _postcodes(flat) or whole_box,
    )


def _has_department(name: str, letters: str, words: set[str]) -> bool:
    return bool(name) and (name.replace(" ", "") in letters or set(name.split()) <= words)


def _stands_together(name: str, flat: str) -> bool:
    between = r" ?(?:\w{1,3} )?"
    return bool(name) and re.search(between.join(map(re.escape, name.split())), flat) is not None


def _postcodes(text: str) -> set[str]:
    return {digits + letters for digits, letters in _POSTCODE.findall(text.replace("\n", " "))}


def _nearly(text: str, address: Addressee) -> bool:
    """Something of ours with a slip in it: a doubt, so that no refusal follows."""
    boxes = [box.translate(_DIGITS) for box in _PO_BOX.findall(text)]
    codes = re.findall(r"(?<!\w)([0-9oil]{4} ?[a-z0-9]{2})(?!\w)", text.replace("\n", " "))
    wanted = address.postcode.lower()
    near_code = any(
        sum(
            a != b
            for a, b in zip(
                code.replace(" ", "").translate(_DIGITS), wanted.translate(_DIGITS), strict=True
            )
        )
        <= 1
        for code in codes
    )
    near_name = any(
        _alike(line, _plain(name)) for line in text.split("\n") for name in address.names
    )
    near_visit = _visiting(text, address)
    return not near_visit and (near_code or (near_name and bool(boxes)))


def _plain(text: str) -> str:
    """Folded line by line."""
    return "\n".join(line for line in map(plain, text.splitlines()) if line)
