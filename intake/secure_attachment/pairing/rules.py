"""Which attachment belongs to which invoice (koppelen), in one mail or in several. Pure.

By the invoice number inside the attachment, else in its file name or subject, else by the sum of
its care lines, the thread, the sender; never by a client's number. What nothing tells is a doubt,
and a doubt never refuses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from intake.checks.support import vat_arithmetic
from intake.model.attachment import Container
from intake.model.care import CareLine
from intake.model.invoice import DocumentKind, Invoice
from intake.model.verdict import CheckedDocument
from intake.secure_attachment.pairing.model import (
    Bundle,
    By,
    Choice,
    Gist,
    Pair,
    Waiting,
    newest_mail,
)
from intake.text.bsn import passes_eleven_test
from intake.text.folding import alphanumeric

_SHORTEST_NAMED = 3
"""Letters and digits of an invoice number that a file name may be searched for."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_TOKEN = re.compile(r"[^\s_,;:()]+")
_EXTENSION = re.compile(r"\.[a-z][a-z0-9]{1,4}$", re.IGNORECASE)
_MOST_TOKENS = 40
_NAMED = re.compile(
    r"(?:factu+r|faktuur|nota|declaratie|invoice|rechnung)\W{0,2}(?:nummer|number|n[ro])?[\W_]{0,3}"
    r"((?:[A-Za-z]{1,6}[-./ ]?)?\d[\w./-]*)",
    re.IGNORECASE,
)
"""What stands where the number of an invoice would."""
_PERIOD = re.compile(
    r"(?:\d{1,2}[-./])?(?:\d{1,2}[-./])?20\d\d(?:[-./]\d{1,2}){0,2}|\d{1,2}[-./]\d{1,2}"
)
"""A month or a day, in figures."""


# --- in one mail ----------------------------------------------------------------------------


def pair(documents: Sequence[CheckedDocument], bundles: Sequence[Bundle]) -> tuple[Pair, ...]:
    """Give each invoice of a mail its own attachments; those that share theirs stand in one pair."""
    invoices = invoices_of(documents)
    needing = [path for path, invoice in invoices.items() if invoice.kind is DocumentKind.INVOICE]
    if len(invoices) <= 1 or not needing:
        return (
            (Pair(tuple(invoices), _current(bundles), _doubt_of_one(invoices, bundles)),)
            if invoices
            else ()
        )
    pieces = [_owned(piece, invoices) for bundle in bundles for piece in _split(bundle, invoices)]
    return _grouped(invoices, needing, _told_by_amount(pieces, invoices, needing))


def invoices_of(documents: Sequence[CheckedDocument]) -> dict[str, Invoice]:
    """The invoices among the documents, by path."""
    return {d.path: d.invoice for d in documents if d.is_invoice and d.invoice}


def lacking(documents: Sequence[CheckedDocument], pairs: Iterable[Pair]) -> tuple[Invoice, ...]:
    """Invoices for which no opened attachment came."""
    known = ("in-hand", "in-hand-waiting")
    in_hand = {d.path for d in documents if any(f.code in known for f in d.findings)}
    without = _unserved(pairs) - in_hand
    return tuple(
        d.invoice
        for d in documents
        if d.path in without and d.invoice and d.invoice.kind is DocumentKind.INVOICE
    )


def _unserved(pairs: Iterable[Pair]) -> set[str]:
    """Paths of invoices that certainly have no opened attachment."""
    without = (p for p in pairs if not p.doubt and not any(b.opened for b in p.bundles))
    return {path for pair in without for path in pair.invoices}


def _doubt_of_one(invoices: Mapping[str, Invoice], bundles: Sequence[Bundle]) -> str:
    """The only invoice has all attachments; those that name only others make a doubt."""
    numbers = {n for b in bundles for n in _numbers_in(b)}
    return "other-number" if numbers and not _numbered(invoices, numbers) else ""


def _split(bundle: Bundle, invoices: Mapping[str, Invoice]) -> Iterable[Bundle]:
    """A sheet whose rows name several invoices, cut by their number."""
    numbers = _numbers_in(bundle)
    if len(numbers) < 2 or not _numbered(invoices, numbers):
        return [bundle]
    by_number: dict[str, list[CareLine]] = {}
    for line in bundle.lines:
        by_number.setdefault(_folded(line.invoice_number), []).append(line)
    return [
        replace(bundle, lines=tuple(lines), names=() if number else bundle.names)
        for number, lines in by_number.items()
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """What came for one invoice, or for several that share it, and whose it is."""

    bundle: Bundle
    owners: tuple[str, ...] = ()
    """Paths of the invoices."""
    certain: bool = False
    foreign: bool = False
    """Its rows name only invoices that are not in the mail."""
    contradicted: bool = False
    """Its name says one invoice, its amounts another."""

    @property
    def is_told(self) -> bool:
        return bool(self.owners or self.foreign or self.contradicted)


def _served(pieces: Iterable[_Piece]) -> set[str]:
    """Paths of the invoices that some piece is told to be of."""
    return {path for piece in pieces for path in piece.owners}


def _owned(bundle: Bundle, invoices: Mapping[str, Invoice]) -> _Piece:
    if numbers := _numbers_in(bundle):
        owners = _numbered(invoices, numbers)
        return _Piece(bundle, owners, certain=bool(owners), foreign=not owners)
    named = _named(bundle, invoices)
    if not named or _total_fits(bundle.lines, [invoices[path] for path in named]):
        return _Piece(bundle, named, certain=bool(named))
    contradicted = any(
        path not in named and _total_fits(bundle.lines, [invoice])
        for path, invoice in invoices.items()
    )
    return _Piece(bundle, () if contradicted else named, contradicted=contradicted)


def _told_by_amount(
    pieces: Sequence[_Piece], invoices: Mapping[str, Invoice], needing: Sequence[str]
) -> list[_Piece]:
    """A piece whose sum is the total of exactly one invoice, when no other piece has that sum,
    belongs to it.
    """
    left = set(needing) - _served(pieces)
    fits = {
        piece: [path for path in left if _total_fits(piece.bundle.lines, [invoices[path]])]
        for piece in pieces
        if not piece.is_told
    }
    rivals = Counter(path for paths in fits.values() for path in paths)
    return [
        replace(piece, owners=tuple(paths), certain=True)
        if len(paths := fits.get(piece, [])) == 1 and rivals[paths[0]] == 1
        else piece
        for piece in pieces
    ]


def _grouped(
    invoices: Mapping[str, Invoice], needing: Sequence[str], pieces: Sequence[_Piece]
) -> tuple[Pair, ...]:
    """What is told goes to its invoices; what is left goes to the invoices that are left, or is
    loose.
    """
    served = _served(pieces)
    left = {path: invoices[path] for path in needing if path not in served}
    owners = {piece: _owners(piece, pieces, tuple(left)) for piece in pieces}
    rest = _rest(pieces)
    doubts = dict.fromkeys(left, _doubt_of_rest(rest, tuple(left.values()), pieces))
    groups: dict[tuple[tuple[_Piece, ...], str], list[str]] = {}
    for path in invoices:
        own = tuple(piece for piece in pieces if path in owners[piece])
        groups.setdefault((own, doubts.get(path, "")), []).append(path)
    pairs = [
        Pair(tuple(paths), _current(_bundles(own)), why) for (own, why), paths in groups.items()
    ]
    newest = newest_mail(_bundles(pieces))
    if not left and (loose := _current(_bundles(rest), after=newest)):
        pairs.append(Pair((), loose, _doubt_of_loose(rest)))
    return tuple(pairs)


def _rest(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Pieces of which nothing tells whose they are."""
    return [piece for piece in pieces if not piece.owners and not _is_extra(piece, pieces)]


def _doubt_of_loose(rest: Sequence[_Piece]) -> str:
    return "other-number" if all(piece.foreign for piece in rest) else "loose"


def _owners(piece: _Piece, pieces: Sequence[_Piece], left: tuple[str, ...]) -> Collection[str]:
    """Who gets a piece: its invoices, else those that are left; an extra goes with its container."""
    if not _is_extra(piece, pieces):
        return piece.owners or left
    container = piece.bundle.container.path
    beside = (p for p in pieces if p.bundle.container.path == container)
    return {path for p in beside if not _is_extra(p, pieces) for path in p.owners or left}


def _is_extra(piece: _Piece, pieces: Sequence[_Piece]) -> bool:
    """A file without care lines beside files of the same container that tell whose they are: it may
    hold what those lack.
    """
    return (
        piece.bundle.opened
        and not (piece.bundle.lines or piece.owners or piece.contradicted)
        and any(p.owners and p.bundle.container.path == piece.bundle.container.path for p in pieces)
    )


def _doubt_of_rest(
    rest: Sequence[_Piece], left: Sequence[Invoice], pieces: Sequence[_Piece]
) -> str:
    """What is not certain about the pieces and invoices that nothing told apart."""
    if not left:
        return ""
    if not rest:
        return "" if all(piece.certain for piece in pieces) else "named"
    if all(piece.foreign for piece in rest):
        return "other-number"
    if any(piece.foreign or piece.contradicted for piece in rest):
        return "which"
    lines = [line for piece in rest for line in piece.bundle.lines]
    return "" if 1 in (len(rest), len(left)) or _total_fits(lines, left) else "which"


def _current(bundles: Sequence[Bundle], after: int = 0) -> tuple[Bundle, ...]:
    """Without what did not open and was sent again in a later mail (the last of them is ``after``,
    or stands among the bundles).
    """
    newest = newest_mail(bundles, after)
    return tuple(b for b in bundles if b.opened or b.mail >= max(newest, after))


def _bundles(pieces: Sequence[_Piece]) -> list[Bundle]:
    return [piece.bundle for piece in pieces]


# --- in several mails -----------------------------------------------------------------------


def choose(bundles: Sequence[Bundle], subject: str, waiting: Sequence[Waiting]) -> Choice:
    """The mails for whose invoices this attachment came.

    A number alone is not enough between strangers: providers number alike. There the sum must fit
    too.

    Args:
        bundles: all of one mail without an invoice.
        subject: of that mail.
        waiting: mails that wait for an attachment, of the same thread or sender or with a number
            that the attachment names.
    """
    past = references_of(w for w in waiting if w.past)
    choice = _choose(bundles, subject, [w for w in waiting if not w.past])
    found = choice.references or choice.doubtful or not past
    return choice if found else Choice(doubtful=past)


def _choose(bundles: Sequence[Bundle], subject: str, waiting: Sequence[Waiting]) -> Choice:
    if not bundles:
        return Choice()
    lines = [line for bundle in bundles for line in bundle.lines]
    near = [w for w in waiting if w.near]
    if numbers := set[str]().union(*map(_numbers_in, bundles)):
        return _by_number(numbers, lines, waiting)
    texts = _texts(bundles, subject)
    return (
        _by_name(texts, lines, waiting)
        or _of_another(texts, near)
        or _by_amount(lines, near)
        or _by_road(near, known=_total(lines) is not None)
    )


def gist_of(subject: str, bundles: Iterable[Bundle], unread: bool = False) -> Gist:
    """The gist of a mail without an invoice."""
    bare = (
        replace(
            bundle,
            container=Container(
                "", bundle.container.format, bundle.container.opening, bundle.container.protection
            ),
            lines=tuple(
                bare_line(line.row, line.invoice_number, line.amount) for line in bundle.lines
            ),
        )
        for bundle in bundles
    )
    return Gist(subject, tuple(bare), unread)


def bare_line(row: int, invoice_number: str | None, amount: Decimal | None) -> CareLine:
    """A care line without anything of a client."""
    return CareLine(
        row, None, None, None, None, None, None, amount=amount, invoice_number=invoice_number
    )


def numbers_named(bundles: Sequence[Bundle], subject: str) -> tuple[str, ...]:
    """Invoice numbers in the rows, and whatever could be one in the file names and the subject: by
    these a mail that waits is looked up.
    """
    inside = [line.invoice_number for b in bundles for line in b.lines if line.invoice_number]
    tokens = [
        part
        for text in _texts(bundles, subject)
        for word in _TOKEN.findall(_EXTENSION.sub("", text))
        for part in {word, word.strip(".-/#")}
    ]
    most = _MOST_TOKENS + len(inside)
    return tuple(dict.fromkeys([*inside, *filter(_may_be_number, tokens)]))[:most]


def _texts(bundles: Sequence[Bundle], subject: str) -> list[str]:
    """Where a mail without an invoice may name one: its file names, then its subject."""
    return [*(name for bundle in bundles for name in bundle.names), subject]


def _by_number(numbers: set[str], lines: Sequence[CareLine], waiting: Sequence[Waiting]) -> Choice:
    def is_meant(one: Waiting) -> bool:
        meant = [i for i in one.invoices if _folded(i.invoice_number.value) in numbers]
        if not meant or one.near or one.paired:
            return bool(meant)
        own = {_folded(i.invoice_number.value) for i in meant}
        return _total_fits([line for line in lines if _folded(line.invoice_number) in own], meant)

    found = [w for w in waiting if is_meant(w)]
    there = {_folded(i.invoice_number.value) for w in found for i in w.invoices}
    return Choice(references_of(found), By.NUMBER, missing=bool(numbers - there))


def _by_name(
    texts: Sequence[str], lines: Sequence[CareLine], waiting: Sequence[Waiting]
) -> Choice | None:
    """None: no text names an invoice."""
    named = [w for w in waiting if _is_named(w, texts, lines)]
    if not named:
        return None
    rivals = [w for w in waiting if w.near and w not in named and _sum_fits(lines, [w])]
    if rivals and not _sum_fits(lines, named):
        return Choice(doubtful=references_of([*named, *rivals]))
    return Choice(references_of(named), By.NAME)


def _is_named(waiting: Waiting, texts: Sequence[str], lines: Sequence[CareLine]) -> bool:
    """Some text has a number of its invoices; between strangers the sum must fit too."""
    numbers = (invoice.invoice_number.value for invoice in waiting.invoices)
    named = any(_spans(number, texts) for number in numbers)
    return named and (waiting.near or _total_fits(lines, waiting.invoices))


def _of_another(texts: Sequence[str], near: Sequence[Waiting]) -> Choice | None:
    """A doubt when a text names another invoice ("factuur 2026-842") than those that wait."""
    numbers = [i.invoice_number.value for w in near for i in w.invoices]
    folded, shapes = set(filter(None, map(_folded, numbers))), set(map(_shape, numbers))
    for token in _named_numbers(texts):
        plain = _folded(token)
        known = any(plain in number or number in plain for number in folded)
        is_period = _PERIOD.fullmatch(token) and _shape(token) not in shapes
        if not known and not is_period and _may_be_number(token):
            return Choice(doubtful=references_of(near))
    return None


def _named_numbers(texts: Iterable[str]) -> Iterator[str]:
    """What stands where the number of an invoice would."""
    for text in texts:
        for named in _NAMED.finditer(_EXTENSION.sub("", text)):
            yield named.group(1).strip(".-/#")


def _shape(number: str | None) -> str:
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "9", number or ""))


def _by_amount(lines: Sequence[CareLine], near: Sequence[Waiting]) -> Choice | None:
    """None: the amounts tell nothing."""
    for among in ([w for w in near if w.thread], list(near)):
        fitting = [w for w in among if _sum_fits(lines, [w])]
        if len(fitting) == 1:
            return Choice(references_of(fitting), By.AMOUNT)
        if fitting:
            return Choice(doubtful=references_of(fitting))
        if len(among) > 1 and _sum_fits(lines, among):
            return Choice(references_of(among), By.AMOUNT)
    return None


def _by_road(near: Sequence[Waiting], known: bool) -> Choice:
    """By thread, then by sender.

    A sum that is known and fits nothing there makes a sender's only invoice a doubt.
    """
    thread = [w for w in near if w.thread]
    if len(thread) == 1:
        return Choice(references_of(thread), By.THREAD)
    if len(near) == 1 and not known:
        return Choice(references_of(near), By.SENDER)
    return Choice(doubtful=references_of(thread or near))


def references_of(waiting: Iterable[Waiting]) -> tuple[str, ...]:
    return tuple(w.reference for w in waiting)


# --- numbers, names, sums -------------------------------------------------------------------


def _folded(number: str | None) -> str:
    """Letters and digits only: "2026-0011" and "2026 0011" are one number."""
    return alphanumeric(number or "")


def _numbers_in(bundle: Bundle) -> set[str]:
    return {folded for line in bundle.lines if (folded := _folded(line.invoice_number))}


def _numbered(invoices: Mapping[str, Invoice], numbers: set[str]) -> tuple[str, ...]:
    """Paths of the invoices that have one of these numbers."""
    return tuple(p for p, i in invoices.items() if _folded(i.invoice_number.value) in numbers)


def _named(piece: Bundle, invoices: Mapping[str, Invoice]) -> tuple[str, ...]:
    """The invoices whose number stands in the piece's file names, else in the subject of its mail."""
    for texts in (piece.names, (piece.subject,)):
        spans = {
            path: _spans(invoice.invoice_number.value, texts) for path, invoice in invoices.items()
        }
        if found := tuple(
            path for path in spans if any(not _is_inside(span, spans) for span in spans[path])
        ):
            return found
    return ()


def _spans(number: str | None, texts: Sequence[str]) -> list[tuple[int, int, int]]:
    """Where a number stands as a whole in these texts: (text, start, end). "R-10" is not in
    "R-101".
    """
    if not number or not _may_be_number(number):
        return []
    chunks = re.findall(r"[^\W_]+", number.casefold())
    pattern = re.compile(r"(?<![^\W_])" + r"[\W_]*".join(map(re.escape, chunks)) + r"(?![^\W_])")
    return [
        (number, *match.span())
        for number, text in enumerate(texts)
        for match in pattern.finditer(text.casefold())
    ]


def _is_inside(span: tuple[int, int, int], spans: Mapping[str, list[tuple[int, int, int]]]) -> bool:
    """ "101" inside "2026-101", the number of another invoice."""
    return any(
        other[0] == span[0]
        and other[1] <= span[1]
        and span[2] <= other[2]
        and other[2] - other[1] > span[2] - span[1]
        for others in spans.values()
        for other in others
    )


def _may_be_number(text: str) -> bool:
    """Long enough to tell something, and neither a year nor what could be a client's number."""
    plain = _folded(text)
    return (
        len(plain) >= _SHORTEST_NAMED
        and any(map(str.isdigit, plain))
        and not _YEAR.fullmatch(plain)
        and not passes_eleven_test(plain)
    )


def _total(lines: Sequence[CareLine]) -> Decimal | None:
    known = [line.amount for line in lines if line.amount is not None]
    return abs(sum(known, Decimal(0))) if known and len(known) == len(lines) else None


def _total_fits(lines: Sequence[CareLine], invoices: Sequence[Invoice]) -> bool:
    """The sum of the lines is certainly the total of these invoices together, without or with btw."""
    total = _total(lines)
    if not total:
        return False
    nets = [vat_arithmetic.net(invoice) for invoice in invoices]
    grosses = [invoice.gross_amount.value for invoice in invoices]
    wanted = (abs(sum(filter(None, v), Decimal(0))) for v in (nets, grosses) if None not in v)
    return any(abs(total - value) <= vat_arithmetic.CENT * len(lines) for value in wanted)


def _sum_fits(lines: Sequence[CareLine], waiting: Sequence[Waiting]) -> bool:
    """The sum is that of all invoices of these mails, of all of one mail, or of one of them."""
    invoices = [invoice for w in waiting for invoice in w.invoices]
    groups = (invoices, *(w.invoices for w in waiting), *([invoice] for invoice in invoices))
    return any(_total_fits(lines, group) for group in groups)
