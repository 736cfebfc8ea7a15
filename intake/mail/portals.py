"""Notices of secure-mail portals: a mail that says that a message waits elsewhere.

Known by patterns, ``portals.toml`` of the common texts and of the municipality; which of them count
for how much stands there. No link is ever opened.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from intake import profile, profile_faults
from intake.errors import ConfigurationError
from intake.model.mail import Mail, PortalNotice
from intake.text.dates import dates_in

FILE = "portals"
_TEXT = 20_000
"""Characters of a mail that are looked at; a notice is short."""
_ENOUGH = 3
_MOST_CALLS = 2
_LINK = re.compile(r"https?://[^\s\"'<>)\]]{1,2000}", re.IGNORECASE)
_SAFE_LINKS = "safelinks.protection.outlook.com"
_ANSWER = re.compile(r"\s*(?:re|fw|fwd|antw|doorst)\s*:", re.IGNORECASE)
_EXTERN = re.compile(r"\s*(?:\[\s*extern(?:al|e mail)?\s*\]|extern(?:al)?\s*:)\s*", re.IGNORECASE)
_UNTIL = re.compile(
    r"\b(?:tot|t/m|uiterlijk|verloop\w*|verval\w*|until|expire\w*|before|voor)\b[^.\n]*$",
    re.IGNORECASE,
)
_FOR_DAYS = re.compile(
    r"\b(\d{1,3}) (?:dagen|days)\b(?=[^.\n]{0,40}(?:beschikbaar|bewaard|bewaren|available|stored|open))",
    re.IGNORECASE,
)
_LONG = 365
"""Days that a portal of which nothing is known may keep a message."""
_OF_WHOM = re.compile(r"(?<=\w) (?:van|from|of|namens)\b(?= )")
_BY_MACHINE = re.compile(
    r"no-?reply|geen-?antwoord|notif|portal|secure|mailer|system", re.IGNORECASE
)
_PORTAL_FILES = (".rpmsg", ".html", ".htm")
_LEAST_SUBJECT = 10
_DASHES = str.maketrans("–—‑", "---")
_STARS = 3
_GAP = 80
"""Characters that a star stands for, at most."""
_LEAST_LETTERS = 3
"""Of a piece of a pattern that is learned."""
_CODE = re.compile(r"\b\d{3}[ -]?\d{3}\b|\b\d{4,10}\b")
_BY_HAND = re.compile(r"\b(?:ik|mij|mijn|i|my)\b")
_OF_TROUBLE = re.compile(r"\?|\b(?:niet|geen|vraag\w*|werkt|not|no|question\w*|problem\w*)\b")


def _pattern(value: str) -> str:
    if len(value.strip("* ")) < 2 or value.count("*") > _STARS:
        raise ValueError(f"must have two characters beside *, and at most {_STARS} of those")
    return value


Patterns = tuple[Annotated[str, Field(max_length=200), AfterValidator(_pattern)], ...]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Common(_Table):
    """What every portal may write."""

    calls: Patterns = ()
    persons: tuple[str, ...] = ()
    codes: Patterns = ()


class Portal(_Table):
    """One portal, as ``portals.toml`` explains it."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    subjects: Patterns = ()
    senders: Patterns = ()
    hosts: Patterns = ()
    words: Patterns = ()
    calls: Patterns = ()
    files: Patterns = ()
    headers: Patterns = ()
    codes: Patterns = ()
    days: int | None = Field(None, ge=1, le=365)


class Portals:
    """Those that one municipality knows."""

    def __init__(self, tables: dict[str, Any]) -> None:
        """Raises ValidationError."""
        every = dict(tables)
        self.common = Common.model_validate(every.pop("common", {}))
        self.portals = [Portal.model_validate(table) for table in every.values()]

    def notice(self, mail: Mail, mass: bool, files: bool, pdf: bool) -> PortalNotice | None:
        """The notice that a mail is; None for every other mail.

        Args:
            mass: it is a mass mailing.
            files: it has a file that a person may have sent.
            pdf: one of these is a PDF.
        """
        shown = _Shown(mail)
        for portal in self.portals:
            if not pdf and (_any(portal.files, shown.names) or _any(portal.headers, shown.headers)):
                return PortalNotice(portal.name, portal.days)
        if files:
            return None
        for portal in self.portals:
            if self._is_code(portal, shown):
                return PortalNotice(portal.name, portal.days, code=True)
        points = [(self._points(portal, shown, mass), portal) for portal in self.portals]
        most, best = max(points, key=lambda each: each[0])
        return PortalNotice(best.name, best.days) if most >= _ENOUGH else None

    def _points(self, portal: Portal, shown: _Shown, mass: bool) -> int:
        subject = _search(portal.subjects, shown.subject)
        calls = _count((*self.common.calls, *portal.calls), shown.whole)
        own = (
            2 * subject
            + _any(portal.senders, shown.senders)
            + _any(portal.hosts, shown.hosts)
            + _search(portal.words, shown.whole)
        )
        if not own or not (subject or calls):
            return 0
        by_person = self._is_by_person(shown)
        return own + min(calls, _MOST_CALLS) - 2 * mass - shown.is_answer - by_person

    def _is_code(self, portal: Portal, shown: _Shown) -> bool:
        """Whether it is a portal's own mail with a code, beyond doubt: nobody sees it any more. A notice
        may have a person's words as its subject.
        """
        by_portal = _any(portal.senders, shown.senders) and not shown.is_answer
        about_code = _search((*self.common.codes, *portal.codes), shown.subject)
        has_code = _CODE.search(f"{shown.subject} {shown.text}") is not None
        if not (by_portal and about_code and has_code):
            return False
        calls = (each for each in (*self.common.calls, *portal.calls) if "code" not in each)
        doubtful = _OF_TROUBLE.search(shown.subject) or _BY_HAND.search(shown.text)
        return not (doubtful or self._is_by_person(shown) or _search(calls, shown.text))

    def _is_by_person(self, shown: _Shown) -> bool:
        return any(words in shown.text for words in self.common.persons)


@lru_cache(32)
def known(places: tuple[Path, ...], name: str) -> Portals:
    """The portals that a municipality knows, its own first.

    Args:
        places: ``profile.folders`` of its name.

    Raises:
        ConfigurationError: a pattern of its own cannot be used.
    """
    tables = dict(profile.texts(FILE, name))
    file = places[0] / f"{FILE}.toml"
    for key, table in tables.items():
        model = Common if key == "common" else Portal
        try:
            model.model_validate(table)
        except ValidationError as error:
            faults = profile_faults.not_valid(Path(f"{file}: [{key}]"), "", error, model)
            raise ConfigurationError("\n".join(faults)) from None
    return Portals(tables)


def of(name: str) -> Portals:
    """The portals that a municipality knows. Raises ConfigurationError."""
    return known(profile.folders(name), name)


def learned(mail: Mail, name: str, days: int | None) -> dict[str, Any]:
    """The table of ``portals.toml`` by which a notice like this one is known.

    Raises:
        ConfigurationError: too little in it tells it from other mails.
    """
    shown = _Shown(mail)
    subject = _ANSWER.sub("", _EXTERN.sub("", mail.subject, count=1), count=1)
    subject = _OF_WHOM.split(_folded(subject), maxsplit=1)[0]
    local, _, domain = (mail.sender or "").partition("@")
    names = [each for each in shown.names if each.endswith(_PORTAL_FILES)]
    files = [starred for each in names if _any([starred := _starred(each)], [each])]
    table: dict[str, Any] = {
        "name": name,
        "subjects": [pattern] if len(pattern := _starred(subject)) >= _LEAST_SUBJECT else [],
        "senders": [f"*@{domain}"] if _BY_MACHINE.search(local) else [],
        "hosts": shown.hosts[:1],
        "words": [_folded(name)],
        "files": files[:1],
        "days": days,
    }
    table = {key: value for key, value in table.items() if value}
    common = profile.default_texts(FILE)["common"]
    if not Portals({"common": common, "own": table}).notice(
        mail, mass=False, files=False, pdf=False
    ):
        raise ConfigurationError(
            "too little in this mail tells it from other mails: write its table in portals.toml by"
            " hand, with a subject or what it asks the reader to do (`calls`)"
        )
    return table


def _starred(text: str) -> str:
    """With a star for what differs from one notice to the next, and for what is no word between two of
    those; what is behind the last goes. Empty when it holds a word nowhere.
    """
    pieces = re.split(r"\d[\d.,:/-]*", text)
    words = [each for each in pieces if sum(map(str.isalpha, each)) >= _LEAST_LETTERS]
    return "*".join(words[: _STARS + 1]).strip()


def kept_until(notice: PortalNotice, text: str, received: dt.date) -> dt.date:
    """The last day on which the message can be fetched, by what the notice says itself, else by what is
    known of its portal; far away when neither says anything.
    """
    text = text[:_TEXT]
    told = [received + dt.timedelta(days=int(days)) for days in _FOR_DAYS.findall(text)]
    for start, _, day in dates_in(text):
        if _UNTIL.search(text[max(0, start - 30) : start]):
            with suppress(ValueError):
                told.append(dt.date.fromisoformat(day))
    last = [day for day in told if day >= received]
    return min(last, default=received + dt.timedelta(days=notice.days or _LONG))


def hosts_of(text: str) -> list[str]:
    """The hosts of all links in a text, the commonest first; what stands in a rewritten link of
    Outlook counts, not the rewriting.
    """
    return [host for host, _ in Counter(_hosts(text)).most_common()]


def _hosts(text: str) -> Iterator[str]:
    for link in _LINK.findall(text[:_TEXT]):
        try:
            address = urlsplit(link)
            if (address.hostname or "").endswith(_SAFE_LINKS):
                address = urlsplit(parse_qs(address.query).get("url", [""])[0])
            if address.hostname:
                yield address.hostname.lower()
        except ValueError:
            continue


class _Shown:
    """What patterns are held against, folded."""

    def __init__(self, mail: Mail) -> None:
        self.subject = _folded(_EXTERN.sub("", mail.subject, count=1))
        self.text = _folded(f"{mail.text[:_TEXT]}\n{mail.text_of_html[:_TEXT]}")
        self.senders = (mail.sender.lower(),) if mail.sender else ()
        named = " ".join(filter(None, (mail.sender, mail.sender_name)))
        self.whole = f"{self.subject} {_folded(named)} {self.text}"
        self.hosts = hosts_of(mail.text) + hosts_of(mail.text_of_html)
        self.names = [part.file_name.lower() for part in mail.parts if part.file_name]
        self.headers = [f"{name}: {value.strip().lower()}" for name, value in mail.headers]
        self.is_answer = bool(mail.in_reply_to or _ANSWER.match(mail.subject))


def _folded(text: str) -> str:
    return " ".join(text.lower().translate(_DASHES).split())


@lru_cache(4096)
def _pieces(pattern: str) -> list[str]:
    return _folded(pattern).split("*")


def _any(patterns: Iterable[str], values: Sequence[str]) -> bool:
    """Whether one of the patterns is the whole of one of the values."""
    return any(_matches(pattern, value, whole=True) for pattern in patterns for value in values)


def _search(patterns: Iterable[str], text: str) -> bool:
    return any(_matches(pattern, text) for pattern in patterns)


def _count(patterns: Iterable[str], text: str) -> int:
    return sum(_matches(pattern, text) for pattern in patterns)


def _matches(pattern: str, text: str, whole: bool = False) -> bool:
    """Whether a pattern stands somewhere in a text, or is the whole of it.

    Piece by piece, with every place where what is before it may end: the time grows with the text, whatever
    the pattern.
    """
    first, *others = _pieces(pattern)
    if not all(piece in text for piece in (first, *others)):
        return False
    ends = [at + len(first) for at in _places(first, text) if not (whole and at)]
    for piece in others:
        ends = list(_next_ends(piece, text, ends))
    return bool(ends) and (not whole or ends[-1] == len(text))


def _next_ends(piece: str, text: str, ends: Sequence[int]) -> Iterator[int]:
    """Where a piece may end that follows one with these ends, a few characters of the same line later."""
    passed = 0
    for at in _places(piece, text):
        while passed < len(ends) and ends[passed] <= at:
            passed += 1
        before = ends[passed - 1] if passed else -_GAP - 1
        if at - before <= _GAP and "\n" not in text[before:at]:
            yield at + len(piece)


def _places(piece: str, text: str) -> Iterator[int]:
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + 1)
