"""What the sentence around a bank account says of it: whether it is the one to pay to.

A sentence is taken apart into clauses, and each account belongs to one. What a clause says counts
for its own account; what stands in a clause without an account counts for the one beside it. What
is said but cannot be told for certain makes a doubt, which only matters beside another account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from intake.document.layout.cells import Cell, Sheet
from intake.text.dates import dates_in
from intake.text.identifiers import ibans_in
from intake.text.streets import street_in
from intake.text.vocabulary import any_of, words


class Use(IntEnum):
    """What is said of an account; of several sentences the highest counts."""

    UNSAID = 0
    REQUESTED = 1
    """Pay to this one."""
    FACTORING = 2
    DENIED = 3
    """Do not pay to this one; the sentence may mean something else."""
    DOUBTED = 4
    """Something that a person must weigh."""
    ENDED = 5
    """Closed, former, of somebody else or for something else."""


_WORDS = {name: any_of(listed) for name, listed in words("account_use").items()}
_PLACE = "§"
"""Stands for an account in a clause."""
_MONTHS = tuple(words("months").values())
_MONTH = any_of([name for names in _MONTHS for name in names])
_SENTENCE_END = re.compile(
    r"(?:(?<=[^\W\d_]{4}[.!?])|(?<=[\d)§]\.)|(?<=\d[-/.][A-Z]\.)|(?<=[!?]))\s+"
    rf"(?=[\"'(§A-ZÀ-Þ])(?!(?<=\d\.\s)(?i:{_MONTH.pattern}))|\n"
)
"""Not between the day and the month of "1. Dezember"."""
_CLAUSE_END = re.compile(
    r",(?!\d)|[;:()|•!?–—]|\s-\s|\b(?:maar|doch|echter|but|however|terwijl|while|want|omdat|because"
    r"|dus|daarom|zodat|als|indien|wanneer|if|unless|tenzij|when|en|and|of|or|wel)\b",
    re.IGNORECASE,
)
_ENCLOSED = re.compile(r"\((\W*(?:iban\W*)?§\W*|\w+)\)", re.IGNORECASE)
"""An account or a single word in brackets."""
_NAMED_BEHIND = re.compile(r"§(\s?)\((\w+)\)")
"""A single word in brackets right behind an account: of that one, not of the next."""
_BARE = re.compile(
    r"\W*(?:(?:iban|bank|rekening\w*+|nummer|nr|op|naar|aan|to|het|account|dit)\W*)*"
)
_NEAR = r"\W+(?:\w+\W+){0,2}?"
_MARKS = " :,.–-"
_SHORT = 45
_CLOSE = 16.0
"""Points between lines that belong together."""
_MOST_LINES = 3


def _source(name: str) -> str:
    return _WORDS[name].pattern


_FORMER = re.compile(
    rf"{_source('former')}{_NEAR}(?:{_source('account')}|{_PLACE})"
    rf"|{_source('account')}\W{{0,3}}{_source('former')}|^\W*{_source('former')}\W*(?:{_PLACE}|$)"
    rf"|{_source('yours')}\s+{_source('account')}\W+(?:(?:met )?(?:nummer|iban)\W+)?{_PLACE}"
    rf"|\bwas\b{_NEAR}{_PLACE}|{_PLACE}\W{{0,3}}{_source('former')}\W*$",
    re.IGNORECASE,
)
_RENEWED = re.compile(
    rf"{_source('renewed')}{_NEAR}(?:{_source('account')}|{_PLACE})"
    rf"|^\W*{_source('renewed')}\W*(?:{_PLACE}|$)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    rf"{_source('denial')}{_NEAR}(?:\w+\W+)?{_PLACE}|{_source('denial')}{_NEAR}{_source('used')}"
    rf"|{_source('denial')}\W*$",
    re.IGNORECASE,
)
"""Denied is the account itself, or what is done with it."""
_ACCOUNT = rf"(?:{_source('account')}|{_PLACE})"
_TURNS = rf"{_source('turns')}\W+(?:\w+\W+){{0,6}}?"
_ENDED = re.compile(
    rf"(?:{_PLACE}|{_source('account')}(?:\W+\w+){{0,4}}?)\W+(?:{_TURNS})?{_source('ended')}"
    rf"|^\W*(?:{_TURNS})?{_source('ended')}\W*(?:\w+(?:\W+|$)){{0,4}}$"
    rf"|{_source('ended')}\W+(?:\w+\W+){{0,3}}?{_ACCOUNT}"
    rf"|{_PLACE}\W+(?:\w+\W+)?(?:uit|from|aus)\b.*?{_source('ended')}"
    rf"|{_source('deceit')}",
    re.IGNORECASE,
)
"""Ended is the account, the word for it, or what the clause goes on about."""
_ENDED_BEFORE = re.compile(rf"{_source('ended')}\W+{_PLACE}$", re.IGNORECASE)
_ELSEWHERE = re.compile(
    rf"{_source('elsewhere')}(?:\W+\w+){{0,6}}?\W*{_PLACE}"
    rf"|{_PLACE}\W*(?:\w+\W+){{0,3}}?{_source('elsewhere')}"
    rf"|^\W*(?:\w+\W+){{0,3}}?{_source('elsewhere')}\W*(?:\w+(?:\W+|$)){{0,3}}$",
    re.IGNORECASE,
)
"""For something else is the account, or all that the clause names."""
_SET_OFF = re.compile(
    rf"{_source('set-off')}\W+(?:\w+\W+){{0,4}}?{_source('elsewhere')}", re.IGNORECASE
)
"""Of the amount: "zonder de ouderbijdrage"."""
_TOWARDS = re.compile(rf"{_source('towards')}{_NEAR}{_PLACE}", re.IGNORECASE)
"""The words before an account to which something goes."""
_BUT = re.compile(rf"{_source('but')}\W+(?:\w+\W+)?{_PLACE}", re.IGNORECASE)
_CONTRAST = frozenset({"maar", "doch", "but", "wel", "however", "echter"})
_BOTH = frozenset({"en", "and", "of", "or", ","})


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence, with ``_PLACE`` for each account in it."""

    text: str
    before: str
    """What parts it from the clause before it."""
    accounts: tuple[int, ...]
    """Numbers of its accounts within the sentence."""


def use_of(text: str, start: int, issued: str | None) -> Use:
    """What a text says of the account that begins at ``start``.

    Args:
        issued: ISO date of the invoice; what holds from or until a later day is a doubt.
    """
    sentence, number, beside = _sentence(text, start)
    found = _replacement(sentence, number, beside, issued)
    if found is None:
        clauses = _clauses(sentence)
        at = next(i for i, clause in enumerate(clauses) if number in clause.accounts)
        found = _use(clauses, at, number, issued)
        if found is Use.REQUESTED and _is_choice(clauses, at):
            return Use.UNSAID
    if found is Use.UNSAID:
        return found
    to_come = _is_to_come(sentence, issued) or _is_put_off(sentence, beside, issued)
    return Use.DOUBTED if to_come else found


def _is_to_come(sentence: str, issued: str | None) -> bool:
    """Whether what a sentence tells begins behind the day of the invoice, or nobody can tell when."""
    if _SOON.search(sentence):
        return True
    changes = _WORDS["changes"].search(sentence) or _GOES_OVER.search(sentence)
    if changes and _later(sentence, issued):
        return True
    return any(
        _later_day(sentence[on.end() :], issued) for on in _WORDS["starts"].finditer(sentence)
    )


def _is_put_off(sentence: str, beside: Iterable[str], issued: str | None) -> bool:
    """Whether a sentence beside one says that what this one asks is to be done later."""
    points = _RENEWED.search(sentence) or _THEN.search(sentence)
    return any(
        _is_to_come(other, issued) and (points or _OF_CHANGE.match(other)) for other in beside
    )


def _later_day(text: str, issued: str | None) -> bool:
    """Whether a text begins with a day, a month or a year behind that of the invoice, or one that
    nobody can place.
    """
    named = _WHEN.match(text)
    if named is None:
        return False
    days = [date for start, _, date in dates_in(text[:_SHORT]) if start == named.start("when")]
    if days and issued:
        return days[0] > issued
    month, year = named["month"], named["year"] or named["alone"]
    if issued is None or not year:
        return bool(days or named["later"] or month or year)
    if month is None:
        return year > issued[:4]
    number = next(at for at, names in enumerate(_MONTHS, start=1) if month.casefold() in names)
    return f"{year}-{number:02d}" > issued[:7]


def _is_choice(clauses: Sequence[Clause], at: int) -> bool:
    """Whether one of two accounts may be paid to: "to … or …" tells of neither that it is the one."""
    return any(
        after.before in ("of", "or") and before.accounts and after.accounts
        for before, after in pairwise(clauses[max(0, at - 1) : at + 2])
    )


def _sentence(text: str, start: int) -> tuple[str, int, tuple[str, str]]:
    """The sentence with ``_PLACE`` for its accounts, which of them is meant, and the sentences before
    and behind it.
    """
    pieces, starts, done = [], [], 0
    for begin, end in _places(text, start):
        pieces += [text[done:begin], _PLACE]
        starts.append(begin)
        done = end
    plain = "".join([*pieces, text[done:]])
    number = max((i for i, begin in enumerate(starts) if begin <= start), default=0)
    first, counted, before = 0, 0, ""
    for match in [*_SENTENCE_END.finditer(plain), None]:
        piece = plain[first : match.start() if match else len(plain)]
        if counted <= number < counted + piece.count(_PLACE):
            rest = plain[match.end() :] if match else ""
            behind = _SENTENCE_END.split(rest, maxsplit=1)[0]
            return piece + _told_behind(behind), number - counted, (before, behind)
        counted += piece.count(_PLACE)
        first, before = match.end() if match else first, piece
    return plain, number, ("", "")


def _places(text: str, start: int) -> list[tuple[int, int]]:
    """Where accounts stand, the one at ``start`` among them: cut short at the end of its line it
    looks like none where the text goes on.
    """
    places = [(begin, end) for begin, end, *_ in ibans_in(text)]
    if not any(begin <= start < end for begin, end in places):
        run = text[start:].partition(" ")[0]
        places = sorted([*places, (start, start + len(run))])
    return places


def _told_behind(following: str) -> str:
    """The next sentence, when it tells of the account before it: "This account is closed."."""
    points = _WORDS["points-back"].match(following.lstrip())
    own = _PLACE in following or not _WORDS["account"].search(following[:_SHORT])
    return f"; {following}" if points and not own else ""


def _replacement(
    sentence: str, number: int, beside: Iterable[str], issued: str | None
) -> Use | None:
    """What is said where one account comes in the place of another; None where none does.

    Args:
        beside: the sentences before and behind it, which may say when.
    """
    parts = sentence.split(_PLACE)
    for first, (before, between) in enumerate(pairwise(parts[:-1])):
        older = _older(before, between)
        if older is None or number - first not in (0, 1):
            continue
        announced = _is_announced(before, between) and not _has_come((sentence, *beside), issued)
        if announced or _later(sentence, issued):
            return Use.DOUBTED
        return Use.ENDED if number - first == older else Use.REQUESTED
    return None


def _is_announced(before: str, between: str) -> bool:
    """Whether one account only becomes the other: "… wordt …", "wijzigt van … in …"."""
    joint = between.strip(_MARKS)
    becomes = _WORDS["becomes"].match(joint) and not _WORDS["succeeded"].match(joint)
    return bool(becomes or _WORDS["changing"].search(before + between))


def _has_come(sentences: Iterable[str], issued: str | None) -> bool:
    """Whether all days that are named lie on or before that of the invoice."""
    days = [date for sentence in sentences for _, _, date in dates_in(sentence)]
    return bool(days) and issued is not None and max(days) <= issued


def _older(before: str, between: str) -> int | None:
    """Which of two accounts (0 or 1) the other one replaces; None where neither does."""
    if _WORDS["instead"].search(between) or _WORDS["once"].search(between):
        return 1
    moved = _moves(before, between) or _WORDS["becomes"].fullmatch(between.strip(_MARKS))
    replaced = moved or _WORDS["succeeded"].search(between) or _WORDS["instead"].search(before)
    return 0 if replaced else None


def _moves(before: str, between: str) -> bool:
    """Whether two accounts stand as in "from … to …"."""
    head, tail = before.split()[-3:], between.split()[:2]
    return any(map(_WORDS["moved-from"].fullmatch, head)) and any(
        map(_WORDS["moved-to"].fullmatch, tail)
    )


def _clauses(sentence: str) -> list[Clause]:
    plain = _ENCLOSED.sub(r" \1 ", _NAMED_BEHIND.sub(r"\2 §", sentence))
    cuts = [
        match
        for match in _CLAUSE_END.finditer(plain)
        if not (match[0] == ":" and _BARE.fullmatch(plain[match.end() :].split(_PLACE)[0].lower()))
    ]
    edges = [(0, 0, ""), *((m.start(), m.end(), m[0].strip().lower()) for m in cuts)]
    clauses, counted = [], 0
    for (_, begin, joint), (end, _, _) in pairwise([*edges, (len(plain), 0, "")]):
        text = plain[begin:end].strip()
        count = text.count(_PLACE)
        clauses.append(Clause(text, joint, tuple(range(counted, counted + count))))
        counted += count
    return clauses


def _use(clauses: Sequence[Clause], at: int, number: int, issued: str | None) -> Use:
    clause = clauses[at]
    held = _said(clause.text, issued)
    if len(clause.accounts) > 1:
        return _of_several(clause, number, held, issued)
    earlier = next((i for i in range(at - 1, -1, -1) if clauses[i].accounts), None)
    if held is Use.UNSAID and earlier is not None and _BARE.fullmatch(_around(clause)):
        other = _use(clauses, earlier, clauses[earlier].accounts[-1], issued)
        if clause.before in _CONTRAST and other >= Use.DENIED:
            return Use.REQUESTED
        if clause.before in _BOTH:
            return other
    behind = max(_behind(clauses, at, issued), default=Use.UNSAID)
    if held is Use.REQUESTED:
        behind = _doubtful(behind)
    elif held is Use.ENDED and clause.before in _BOTH and _names_another(clauses[at - 1], issued):
        held = Use.DOUBTED
    return max(held, behind, *_before(clauses, at, held, issued), Use.UNSAID)


def _names_another(before: Clause, issued: str | None) -> bool:
    """Whether an account is also for what is named before it: "voor declaraties en giften: …"."""
    return not before.accounts and _said(before.text, issued) is Use.UNSAID


def _of_several(clause: Clause, number: int, held: Use, issued: str | None) -> Use:
    """What the words right before one of several accounts call it: "Oud: … Nieuw: …"; without, what
    else the clause says is a doubt about each.
    """
    *before, behind = (f"{text}{_PLACE}" for text in clause.text.split(_PLACE))
    own = before[clause.accounts.index(number)]
    if _is_named(own) and (named := _said(own, issued)):
        return named
    unnamed = [text for text in before if not _is_named(text)]
    if 0 < len(unnamed) < len(before):
        held = _said(" ".join((*unnamed, behind.removesuffix(_PLACE))), issued)
    return Use.DOUBTED if held > Use.REQUESTED else Use.UNSAID


def _is_named(text: str) -> bool:
    """Whether the words before an account say what it is."""
    return any(words.search(text) for words in (_FORMER, _RENEWED, _ENDED_BEFORE))


def _around(clause: Clause) -> str:
    return clause.text.replace(_PLACE, " ").lower()


def _behind(clauses: Sequence[Clause], at: int, issued: str | None) -> Iterator[Use]:
    """What the clauses without an account that follow say of the one at ``at``."""
    for i in range(at + 1, len(clauses)):
        if clauses[i].accounts:
            return
        said = _said(clauses[i].text, issued)
        near = i == at + 1 or not clauses[i - 1].text or clauses[i].before in _BOTH
        yield said if near and _goes_on(clauses[i].text) else _doubtful(said)


def _before(clauses: Sequence[Clause], at: int, held: Use, issued: str | None) -> Iterator[Use]:
    """What the clauses without an account before the one at ``at`` say of it.

    Args:
        held: what its own clause says.
    """
    for i in range(at - 1, -1, -1):
        if clauses[i].accounts:
            return
        if clauses[i].before == "(" and i and clauses[i - 1].accounts:
            return  # of that one
        said = _said(clauses[i].text, issued)
        if held is Use.REQUESTED and said in (Use.DENIED, Use.ENDED):
            continue  # "our old account is closed, pay to …"
        bare = i == at - 1 and _BARE.fullmatch(_around(clauses[at]))
        named = bare and _WORDS["account"].search(clauses[i].text)
        announced = i == at - 1 and clauses[at].before == ":"
        yield said if named or announced else _doubtful(said)


def _goes_on(text: str) -> bool:
    """Whether a clause tells of what stands right before it."""
    return any(
        _WORDS[name].match(text) for name in ("goes-on", "denial", "ended", "once", "former")
    )


def _doubtful(said: Use) -> Use:
    return Use.DOUBTED if said in (Use.DENIED, Use.ENDED) else said


def _said(text: str, issued: str | None) -> Use:
    """What one clause says of its account; certain that it is not the one only where that is said of
    the account itself, and the clause does not ask to pay to it.
    """
    plain = _SET_OFF.sub(" ", _WORDS["harmless"].sub(" ", text))
    if not re.search(_ACCOUNT, plain, re.IGNORECASE):
        plain = _WORDS["harmless-apart"].sub(" ", plain)
    denied, later = _WORDS["denial"].search(plain), _later(text, issued)
    if denied and _BUT.search(plain):
        return Use.REQUESTED
    asks = _asks(plain)
    gone = any(words.search(plain) for words in (_FORMER, _WORDS["once"], _ELSEWHERE))
    hint = _PLACE in plain and (_WORDS["ended"].search(plain) or _WORDS["elsewhere"].search(plain))
    for says, unsure, use in (
        (gone, later or (asks and not denied), Use.ENDED),
        (_ENDED.search(plain), denied or later or asks, Use.ENDED),
        (denied, later or not _DENIED.search(plain), Use.DENIED),
        (_until(plain), later or not any(dates_in(text)), Use.ENDED),
        (_WORDS["factoring"].search(plain), False, Use.FACTORING),
        (_WORDS["only-for"].search(plain), True, Use.DOUBTED),
        (_RENEWED.search(plain), later, Use.REQUESTED),
        (asks, False, Use.REQUESTED),
        (hint, True, Use.DOUBTED),
    ):
        if says:
            return Use.DOUBTED if unsure else use
    return Use.UNSAID


def _asks(plain: str) -> bool:
    """Whether a clause asks to pay to its account."""
    before, _, behind = plain.partition(_PLACE)
    begun = _WORDS["payment"].match(before.lstrip())
    plainly = begun and _BARE.fullmatch(before.lstrip()[begun.end() :].lower())
    told = plainly and not _goes_on(behind.strip())
    return bool(told or _WORDS["request"].search(plain)) or _asks_politely(plain)


def _asks_politely(plain: str) -> bool:
    """Whether a clause asks for something that is done with an account to pay to."""
    if not _WORDS["polite"].search(plain):
        return False
    return bool(_WORDS["used"].search(plain) or _TOWARDS.search(plain))


_DAY = re.compile(r"\d{1,2}[\s./-](?:[^\W\d_]{3,}|\d)|\b\d{4}\b|jaar|kwartaal|heden|now", re.I)


def _until(text: str) -> bool:
    """Whether something holds until some day."""
    return any(_DAY.match(text[match.end() :].lstrip()) for match in _WORDS["until"].finditer(text))


def _later(text: str, issued: str | None) -> bool:
    """Whether a text names a day behind that of the invoice, or one that nobody can place."""
    days = [date for _, _, date in dates_in(text)]
    if days:
        return issued is None or max(days) > issued
    return bool(re.search(r"\b\d{1,2}\s+[^\W\d_]{3,}", text) and _MONTH.search(text))


_SOON = re.compile(rf"(?<!\bas\s){_source('soon')}", re.IGNORECASE)
_GOES_OVER = re.compile(rf"{_source('goes')}\W+(?:\w+\W+){{0,6}}?{_source('over')}", re.IGNORECASE)
_THEN = re.compile(rf"{_source('then')}(?!\W*{_PLACE})", re.IGNORECASE)
"""Not of "no other account than"."""
_OF_CHANGE = re.compile(
    rf"{_source('points-back')}\W+(?:{_source('changes')}|{_source('starts')})", re.IGNORECASE
)
"""A sentence about the one before it: "Dit gaat in op …"."""
_WHEN = re.compile(
    rf"\W*+(?:{_source('before-day')}\W++){{0,3}}+(?P<when>(?P<later>{_source('later')})"
    rf"|(?:\d{{1,2}}\W{{1,3}})?(?P<month>{_MONTH.pattern})(?:\W{{1,3}}(?P<year>20\d\d))?"
    r"|(?P<alone>20\d\d)\b|\d)",
    re.IGNORECASE,
)
"""A time at the begin of a text: a word for it, a month, a year, or a day in digits."""


def around(sheet: Sheet, cell: Cell, start: int) -> tuple[str, int]:
    """The text that an account in a cell stands in, over lines and columns, and where it begins
    there.
    """
    text, at = cell.text, start
    if _BARE.fullmatch(text[:start].lower()):
        for other in sheet.left_of(cell)[:1]:
            if not ibans_in(other.text) and street_in(other.text) is None:
                text, at = f"{other.text}: {text}", at + len(other.text) + 2
    for line in _lines_above(sheet, cell, text[:at]):
        text, at = f"{line} {text}", at + len(line) + 1
    for other in sheet.right_of(cell)[:1]:
        if not ibans_in(other.text) and _goes_on(other.text):
            text = f"{text} – {other.text}"
    return text + _lines_below(sheet, cell), at


def _lines_above(sheet: Sheet, cell: Cell, before: str) -> Iterator[str]:
    for _, over in zip(range(_MOST_LINES), _column(sheet, cell, -1), strict=False):
        line = over.text.rstrip()
        bare, announces = _BARE.fullmatch(before.lower()), _announces(line)
        begins = before[:1].islower() or (bare and not before.strip(" :"))
        goes_on = (begins and line[-1:] not in ".!?") or (bare and announces)
        if ibans_in(line) or not goes_on:
            return
        before = f"{line.removesuffix(':')}:" if announces else line
        yield before


def _announces(line: str) -> bool:
    """Whether a line tells of the account under it."""
    if line.endswith(":") or (_WORDS["points-on"].search(line) and _WORDS["account"].search(line)):
        return True
    named = _FORMER.search(line) or _RENEWED.search(line)
    return bool(named) and len(line) < _SHORT and not street_in(line)


def _lines_below(sheet: Sheet, cell: Cell) -> str:
    text = ""
    for _, under in zip(range(_MOST_LINES), _column(sheet, cell, 1), strict=False):
        line = under.text
        if line[:1].islower() or line[:1] == "(":
            text += f" {line}"
            continue
        points = _WORDS["points-back"].match(line) and _WORDS["account"].search(line[:_SHORT])
        return f"{text}\n{line}" if points and not ibans_in(line) else text
    return text


def _column(sheet: Sheet, cell: Cell, step: int) -> Iterator[Cell]:
    """The lines that follow a cell upwards (-1) or downwards (1), as far as they lie close."""
    while 0 <= cell.row + step < len(sheet.rows):
        row = sheet.rows[cell.row + step]
        flush = (c for c in row if abs(c.box[0] - cell.box[0]) < 5 or c.column == 0 == cell.column)
        near = next(flush, None)
        if near is None:
            return
        upper, lower = (cell, near) if step > 0 else (near, cell)
        if lower.box[1] - upper.box[3] > _CLOSE:
            return
        cell = near
        yield cell
