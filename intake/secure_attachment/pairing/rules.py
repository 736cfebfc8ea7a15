"""Which attachment belongs to which invoice (koppelen), in one mail or in several. Pure.

By the invoice number inside the attachment, else in its file name or subject, else by the sum of
its care lines, the thread, the sender; never by a client's number. What nothing tells is a doubt,
and a doubt never refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from intake.checks.support import vat_arithmetic
from intake.model.attachment import Container
from intake.model.care import CareLine
from intake.model.invoice import DocumentKind, Invoice
from intake.model.verdict import CheckedDocument
from intake.secure_attachment.pairing.model import Bundle, By, Choice, Gist, Pair, Waiting
from intake.text.bsn import passes_eleven_test
from intake.text.folding import alphanumeric

_SHORTEST_NAMED = 3
"""Letters and digits of an invoice number that a file name may be searched for."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_TOKEN = re.compile(r"[^\s_,;:()]+")
_EXTENSION = re.compile(r"\.[a-z][a-z0-9]{1,4}$", re.IGNORECASE)
_MOST_TOKENS = 40


# --- in one mail ----------------------------------------------------------------------------


def pair(documents: Sequence[CheckedDocument], bundles: Sequence[Bundle]) -> tuple[Pair, ...]:
    """Give each invoice of a mail its own attachments; those that share theirs stand in one pair."""
    invoices = {d.path: d.invoice for d in documents if d.is_invoice and d.invoice}
    needing = [path for path, invoice in invoices.items() if invoice.kind is DocumentKind.INVOICE]
    if len(invoices) <= 1 or not needing:
        return (
            (Pair(tuple(invoices), _current(bundles), _doubt_of_one(invoices, bundles)),)
            if invoices
            else ()
        )
    pieces = [piece for bundle in bundles for piece in _split(bundle, invoices)]
    owners_by_index = {index: _owners_of(piece, invoices) for index, piece in enumerate(pieces)}
    _tell_by_amount(pieces, owners_by_index, invoices, needing)
    return _grouped(invoices, needing, pieces, owners_by_index)


def lacking(documents: Sequence[CheckedDocument], pairs: Iterable[Pair]) -> tuple[Invoice, ...]:
    """Invoices for which no opened attachment came."""
    in_hand = {
        d.path
        for d in documents
        if any(f.code in ("in-hand", "in-hand-waiting") for f in d.findings)
    }
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
    return (
        "other-number"
        if numbers
        and not any(_folded(i.invoice_number.value) in numbers for i in invoices.values())
        else ""
    )


def _split(bundle: Bundle, invoices: Mapping[str, Invoice]) -> Iterable[Bundle]:
    """A sheet whose rows name several invoices, cut by their number."""
    numbers = _numbers_in(bundle)
    if len(numbers) < 2 or not any(
        _folded(i.invoice_number.value) in numbers for i in invoices.values()
    ):
        return [bundle]
    by_number: dict[str, list[CareLine]] = {}
    for line in bundle.lines:
        by_number.setdefault(_folded(line.invoice_number), []).append(line)
    return [
        replace(bundle, lines=tuple(lines), names=() if number else bundle.names)
        for number, lines in by_number.items()
    ]


@dataclass(slots=True)
class _Owners:
    """Whose a piece is."""

    paths: tuple[str, ...] = ()
    certain: bool = False
    foreign: bool = False
    """Its rows name only invoices that are not in the mail."""
    contradicted: bool = False
    """Its name says one invoice, its amounts another."""


def _owners_of(piece: Bundle, invoices: Mapping[str, Invoice]) -> _Owners:
    if numbers := _numbers_in(piece):
        owners = tuple(
            path
            for path, invoice in invoices.items()
            if _folded(invoice.invoice_number.value) in numbers
        )
        return _Owners(owners, certain=bool(owners), foreign=not owners)
    named = _named(piece, invoices)
    if not named or _total_fits(piece.lines, [invoices[path] for path in named]):
        return _Owners(named, certain=bool(named))
    for path, invoice in invoices.items():
        if path not in named and _total_fits(piece.lines, [invoice]):
            return _Owners(contradicted=True)
    return _Owners(named)


def _tell_by_amount(
    pieces: Sequence[Bundle],
    owners_by_index: dict[int, _Owners],
    invoices: Mapping[str, Invoice],
    needing: Sequence[str],
) -> None:
    """A piece whose sum is the total of exactly one invoice, when no other piece has that sum,
    belongs to it.
    """
    served = {path for owners in owners_by_index.values() for path in owners.paths}
    left = [path for path in needing if path not in served]
    open_indexes = [
        index
        for index, owners in owners_by_index.items()
        if not owners.paths and not owners.foreign and not owners.contradicted
    ]
    fits = {
        index: [path for path in left if _total_fits(pieces[index].lines, [invoices[path]])]
        for index in open_indexes
    }
    for index, paths in fits.items():
        if len(paths) == 1 and not any(
            paths[0] in rival_paths for rival, rival_paths in fits.items() if rival != index
        ):
            owners_by_index[index] = _Owners(tuple(paths), certain=True)


def _grouped(
    invoices: Mapping[str, Invoice],
    needing: Sequence[str],
    pieces: Sequence[Bundle],
    owners_by_index: Mapping[int, _Owners],
) -> tuple[Pair, ...]:
    """What is told goes to its invoices; what is left goes to the invoices that are left, or is
    loose.
    """
    own = {
        path: [index for index, owners in owners_by_index.items() if path in owners.paths]
        for path in invoices
    }
    left = [path for path in needing if not own[path]]
    rest = [index for index, owners in owners_by_index.items() if not owners.paths]
    extras = [index for index in rest if _is_extra(index, pieces, owners_by_index)]
    rest = [index for index in rest if index not in extras]
    doubt = _doubt_of_rest(rest, left, pieces, owners_by_index, [invoices[path] for path in left])
    groups: dict[tuple[tuple[int, ...], str], list[str]] = {}
    for path in invoices:
        indexes = [*own[path], *(rest if path in left else ())]
        indexes += [
            index
            for index in extras
            if any(pieces[index].container.path == pieces[p].container.path for p in indexes)
        ]
        why = doubt if path in left else ""
        groups.setdefault((tuple(sorted(indexes)), why), []).append(path)
    pairs = [
        Pair(tuple(paths), _current([pieces[p] for p in indexes]), why)
        for (indexes, why), paths in groups.items()
    ]
    loose = (
        _current(
            [pieces[index] for index in rest],
            after=max((p.mail for p in pieces if p.opened), default=0),
        )
        if not left
        else ()
    )
    if loose:
        pairs.append(
            Pair(
                (),
                loose,
                "other-number" if all(owners_by_index[p].foreign for p in rest) else "loose",
            )
        )
    return tuple(pairs)


def _is_extra(index: int, pieces: Sequence[Bundle], owners_by_index: Mapping[int, _Owners]) -> bool:
    """A file without care lines beside files of the same container that tell whose they are: it may
    hold what those lack.
    """
    piece = pieces[index]
    same = (
        rival
        for rival, owners in owners_by_index.items()
        if rival != index and owners.paths and pieces[rival].container.path == piece.container.path
    )
    return (
        piece.opened
        and not piece.lines
        and not owners_by_index[index].contradicted
        and any(True for _ in same)
    )


def _doubt_of_rest(
    rest: Sequence[int],
    left: Sequence[str],
    pieces: Sequence[Bundle],
    owners_by_index: Mapping[int, _Owners],
    invoices: Sequence[Invoice],
) -> str:
    """What is not certain about the pieces and invoices that nothing told apart."""
    if not left:
        return ""
    if not rest:
        return "" if all(owners.certain for owners in owners_by_index.values()) else "named"
    if all(owners_by_index[index].foreign for index in rest):
        return "other-number"
    if any(owners_by_index[index].foreign or owners_by_index[index].contradicted for index in rest):
        return "which"
    certain = (
        len(rest) == 1
        or len(left) == 1
        or _total_fits([line for index in rest for line in pieces[index].lines], invoices)
    )
    return "" if certain else "which"


def _current(bundles: Sequence[Bundle], after: int = 0) -> tuple[Bundle, ...]:
    """Without what did not open and was sent again in a later mail (the last of them is ``after``,
    or stands among the bundles).
    """
    newest = max((b.mail for b in bundles if b.opened), default=after)
    return tuple(b for b in bundles if b.opened or b.mail >= max(newest, after))


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
    past = [w for w in waiting if w.past]
    if past:
        choice = choose(bundles, subject, [w for w in waiting if not w.past])
        return (
            choice if choice.references or choice.doubtful else Choice(doubtful=_references(past))
        )
    if not bundles:
        return Choice()
    lines = [line for bundle in bundles for line in bundle.lines]
    near = [w for w in waiting if w.thread or w.sender]
    numbers = {number for bundle in bundles for number in _numbers_in(bundle)}
    if numbers:
        return _by_number(numbers, lines, waiting)
    texts = [*(name for bundle in bundles for name in bundle.names), subject]
    named = [
        w
        for w in waiting
        if any(_is_named(i, texts) for i in w.invoices)
        and (w in near or _total_fits(lines, w.invoices))
    ]
    others = [w for w in near if w not in named and _sum_fits_one(lines, w)]
    if named and (
        not others
        or any(_sum_fits_one(lines, w) for w in named)
        or _total_fits(lines, [i for w in named for i in w.invoices])
    ):
        return Choice(_references(named), By.NAME)
    if named:
        return Choice(doubtful=_references([*named, *others]))
    return _by_amount(lines, near) or _by_road(near, known=_total(lines) is not None)


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
    texts = [*(name for b in bundles for name in b.names), subject]
    tokens = [
        part
        for text in texts
        for word in _TOKEN.findall(_EXTENSION.sub("", text))
        for part in {word, word.strip(".-/#")}
    ]
    most = _MOST_TOKENS + len(inside)
    return tuple(dict.fromkeys([*inside, *filter(_may_be_number, tokens)]))[:most]


def _by_number(numbers: set[str], lines: Sequence[CareLine], waiting: Sequence[Waiting]) -> Choice:
    def is_meant(one: Waiting) -> bool:
        meant = [i for i in one.invoices if _folded(i.invoice_number.value) in numbers]
        if not meant or one.thread or one.sender or one.paired:
            return bool(meant)
        own = {_folded(i.invoice_number.value) for i in meant}
        return _total_fits([line for line in lines if _folded(line.invoice_number) in own], meant)

    found = [w for w in waiting if is_meant(w)]
    there = {_folded(i.invoice_number.value) for w in found for i in w.invoices}
    return Choice(_references(found), By.NUMBER, missing=bool(numbers - there))


def _by_amount(lines: Sequence[CareLine], near: Sequence[Waiting]) -> Choice | None:
    """None: the amounts tell nothing."""
    if _total(lines) is None:
        return None
    for among in ([w for w in near if w.thread], list(near)):
        fitting = [w for w in among if _sum_fits_one(lines, w)]
        if len(fitting) == 1:
            return Choice(_references(fitting), By.AMOUNT)
        if fitting:
            return Choice(doubtful=_references(fitting))
        if len(among) > 1 and _total_fits(lines, [i for w in among for i in w.invoices]):
            return Choice(_references(among), By.AMOUNT)
    return None


def _by_road(near: Sequence[Waiting], known: bool) -> Choice:
    """By thread, then by sender.

    A sum that is known and fits nothing there makes a sender's only invoice a doubt.
    """
    thread = [w for w in near if w.thread]
    if len(thread) == 1:
        return Choice(_references(thread), By.THREAD)
    if len(near) == 1 and not known:
        return Choice(_references(near), By.SENDER)
    return Choice(doubtful=_references(thread or near))


def _references(waiting: Iterable[Waiting]) -> tuple[str, ...]:
    return tuple(w.reference for w in waiting)


# --- numbers, names, sums -------------------------------------------------------------------


def _folded(number: str | None) -> str:
    """Letters and digits only: "2026-0011" and "2026 0011" are one number."""
    return alphanumeric(number or "")


def _numbers_in(bundle: Bundle) -> set[str]:
    return {folded for line in bundle.lines if (folded := _folded(line.invoice_number))}


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


def _is_named(invoice: Invoice, texts: Sequence[str]) -> bool:
    return bool(_spans(invoice.invoice_number.value, texts))


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
    nets, grosses = (
        [vat_arithmetic.net(invoice) for invoice in invoices],
        [invoice.gross_amount.value for invoice in invoices],
    )
    wanted = [
        abs(sum((v for v in values if v is not None), Decimal(0)))
        for values in (nets, grosses)
        if None not in values
    ]
    return (
        total is not None
        and total > 0
        and any(abs(total - value) <= vat_arithmetic.CENT * len(lines) for value in wanted)
    )


def _sum_fits_one(lines: Sequence[CareLine], waiting: Waiting) -> bool:
    """The sum is that of all the mail's invoices, or of one of them."""
    return _total_fits(lines, waiting.invoices) or any(
        _total_fits(lines, [invoice]) for invoice in waiting.invoices
    )
