"""Client data in plain text: a labelled or grouped BSN, and a client's name with a birth date.

Used for every text that has no place on a page: subject and body of the mail, file names, and what
a PDF holds beside its pages. Every pattern is linear; each label is judged by the few words around
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.model.invoice import SightingKind
from intake.text.bsn import passes_eleven_test
from intake.text.folding import digits_of
from intake.text.person_names import CLIENT_WORD, OWN_PEOPLE, full_name_before

_LABEL = re.compile(
    r"(?<![^\W\d_])(?:b\.?s\.?n(?![^\W\d_])\.?|bsn(?=-?\s?(?:nummer|nr|no|code))|burger["
    r" \-]?service[ \-]{0,2}(?:nummer|nr|no)(?![^\W\d_])\.?|"
    r"sofi[ \-]?(?:nummer|nr)(?![^\W\d_])\.?|citizen service number)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\d)(?<!\d[.,])\d(?:[ .\-\u00a0]?\d){7,8}(?!\d)(?![.,\-]\d)")
_GROUPED = re.compile(r"(?<![\d.,\-])\d{4}([.])\d{2}\1\d{3}(?!\d|[.,\-/]\d)")
_YEAR_FIRST = re.compile(r"(?:19|20)\d\d\W?(?:0[1-9]|1[0-2])\W")
_REDIRECT = re.compile(
    r"\b(?:zie|bijlage\w*|apart|aparte|beveiligd\w*|verst(?:uurd|uren)|verzonden|zorgmail|"
    r"zivver|geen|niet|zonder|bekend|vermeld\w*|anoniem\w*|via|"
    r"order\w*|factuur\w*|kvk|btw|iban|tel\w*|agb\w*|rsin|attached|attachment|not|see|"
    r"cli[eë]nt(?:en)?["
    r" \-]?(?:nummer|nr|code)|(?:beschikking|opdracht|toewijzing|dossier|debiteur|klant|relatie)s?["
    r" \-]?(?:nummer|nr)?)\b",
    re.IGNORECASE,
)
_NAMED_OTHERWISE = re.compile(
    r"(?:nummer|num|nr|no|code|kenmerk|referentie|ref|reference|number|id|order|dossier|"
    r"project|contract|rekening|giro|bank|account|agb|big|skj|kvk|rsin|"
    r"fiscaal|btw|tel|telefoon|fax|artikel|product|polis|zaak|debiteur|klant|lid|factuur|nota|"
    r"offerte|oin|vestiging|besteld?ing|bestek|versie|model|"
    r"isbn|serie|uuid|customer|invoice|supplier|vermelding"
    r" van|o\.?v\.?v)\W{0,3}(?:(?:is|was|luidt)\W{1,2})?$",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mrt|maa|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]{0,7}\.?"
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}([-./ ])\d{1,2}\1(?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d|\d{1,2}"
    rf" {_MONTH} (?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"(?<![^\W\d_])(?:geb(?:oren|oorte[ \-]?datum|\.?["
    r" \-]?(?:dat(?:um)?|d\.?d)|\.)?(?![^\W\d_])|birth[ \-]?date|date of"
    r" birth|d\.?o\.?b(?![^\W\d_]))",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"(?<![^\W\d_])(?:betreft|betr|inzake|re|onderwerp|naam|name|voor)(?![^\W\d_])", re.IGNORECASE
)
_OWN_NUMBER = re.compile(r"^[ \-_]?(?:nummers?|nr|no|code|number)\b\.?", re.IGNORECASE)
_EITHER = re.compile(r"^\s?(?:/|of\b|or\b)", re.IGNORECASE)
_BEFORE = re.compile(r"(?<![\d.,\-])(\d(?:[ .\-]?\d){7,8})\s?[(\[,:\-]{0,2}\s?$")
_ALONE = re.compile(r"(?:^|[,;(\n|]|\t)\s?$")
_CLIENTS_NUMBER = re.compile(
    r"(?:cli[eë]nt|pati[eë]nt|jeugdige|zorgvrager)\w{0,3}["
    r" \-]?(?:nummer|nr|code|id|kenmerk)\W{0,3}$",
    re.IGNORECASE,
)
_FAR = 45
_MOST = 200_000


@dataclass(frozen=True, slots=True)
class Sign:
    """One stretch of the text and what it may be."""

    kind: SightingKind
    start: int
    end: int
    digits: str = field(default="", repr=False)
    """Compact, when it is a number."""


def signs(text: str) -> Iterator[Sign]:
    """Every sign of client data in ``text`` (its first 200,000 letters), certain ones and doubtful
    ones.
    """
    text = text[:_MOST]
    labelled = list(labelled_numbers(text))
    yield from labelled
    taken = {sign.start for sign in labelled}
    for match in _GROUPED.finditer(text):
        digits = digits_of(match[0])
        if match.start() in taken or not passes_eleven_test(digits):
            continue
        if kind := _grouped_kind(text, match):
            yield Sign(kind, *match.span(), digits)
    yield from _births(text)


def _grouped_kind(text: str, match: re.Match[str]) -> SightingKind | None:
    """What a number is that is written in the groups of a BSN, by the words before it."""
    before = text[max(0, match.start() - 40) : match.start()]
    other = named_otherwise(text, match.start())
    if other and not _CLIENTS_NUMBER.search(before):
        return None
    alone = (
        _ALONE.search(before)
        or full_name_before(before)
        or CLIENT_WORD.search(before[-25:])
        or ABOUT.search(before[-12:])
    )
    doubt = other or not alone or _YEAR_FIRST.match(match[0])
    return SightingKind.BARE_NUMBER if doubt else SightingKind.BSN_GROUPED


def labelled_numbers(text: str) -> Iterator[Sign]:
    """Numbers with a word for a BSN before or behind them: certain when they pass the 11-test and
    nothing between speaks of another number.
    """
    for label in _LABEL.finditer(text):
        match = _NUMBER.search(text, label.end(), label.end() + _FAR + 14)
        if match is None or match.start() - label.end() > _FAR:
            yield from _number_before(text, label.start())
            continue
        between = _OWN_NUMBER.sub("", text[label.end() : match.start()])
        digits = digits_of(match[0])
        if kind := _labelled_kind(match[0], digits, between):
            yield Sign(kind, *match.span(), digits)


def _labelled_kind(shown: str, digits: str, between: str) -> SightingKind | None:
    """What a number is behind a word for a BSN, by the words between."""
    if not passes_eleven_test(digits):
        mistyped = len(digits) == 9 and not any(map(str.isalnum, between))
        return SightingKind.BARE_NUMBER if mistyped and not _DATE.match(shown) else None
    if _NAMED_OTHERWISE.search(between):
        return SightingKind.BARE_NUMBER if _EITHER.match(between) else None
    if any(map(str.isdigit, between)):
        return SightingKind.BARE_NUMBER
    doubtful = _REDIRECT.search(between) or OWN_PEOPLE.search(between)
    return SightingKind.BARE_NUMBER if doubtful else SightingKind.BSN_LABELLED


def _number_before(text: str, end: int) -> Iterator[Sign]:
    """A number right before its label: ``999990019 (BSN)``."""
    start = max(0, end - 20)
    found = _BEFORE.search(text[start:end])
    if (
        found
        and passes_eleven_test(digits_of(found[1]))
        and not named_otherwise(text, start + found.start(1))
    ):
        yield Sign(
            SightingKind.BSN_LABELLED,
            start + found.start(1),
            start + found.end(1),
            digits_of(found[1]),
        )


def labels_bsn(text: str) -> bool:
    """True when a word for a BSN stands in ``text`` (the head of a column)."""
    return bool(_LABEL.search(text))


def named_otherwise(text: str, start: int) -> bool:
    """True when the words right before ``start`` announce a number of another kind (order, file,
    account …).
    """
    return bool(_NAMED_OTHERWISE.search(text[max(0, start - 40) : start]))


def _births(text: str) -> Iterator[Sign]:
    for label in _BIRTH.finditer(text):
        date = _DATE.search(text, label.end(), label.end() + 26)
        if (
            date is None
            or any(map(str.isdigit, text[label.end() : date.start()]))
            or len(re.findall(r"[^\W\d_]+", text[label.end() : date.start()])) > 1
        ):
            continue
        before, behind = (
            text[max(0, label.start() - 90) : label.start()],
            text[date.end() : date.end() + 40],
        )
        if OWN_PEOPLE.search(before) or OWN_PEOPLE.search(behind):
            continue
        named = full_name_before(before)
        client = CLIENT_WORD.search(before) or ABOUT.search(before)
        yield Sign(
            (
                SightingKind.NAME_WITH_DETAILS
                if named and client
                else SightingKind.INITIALS_WITH_DETAILS
            ),
            label.start(),
            date.end(),
        )
