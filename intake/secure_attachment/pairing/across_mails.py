"""Where the two halves of an invoice meet: its own mail, and another one that brings the
attachment, in either order.

The mail with the attachment chooses, whichever comes first: then the order in which the halves come
makes no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from intake.model.attachment import Container, Opening, Protection
from intake.model.invoice import Invoice
from intake.secure_attachment.pairing.model import (
    Bundle,
    By,
    Choice,
    Elsewhere,
    Gist,
    Loose,
    MailContents,
    Pair,
    Waiting,
)
from intake.secure_attachment.pairing.rules import choose, gist_of, lacking, numbers_named, pair

_UNREAD = Bundle(Container("", "unread", Opening.BOMB, Protection.STRONG))
"""A file that nobody could read."""


def with_invoices(
    found: MailContents,
    reference: str,
    loose: Callable[[Sequence[Invoice]], Sequence[Loose]],
    opened: Callable[[str, int], tuple[str, Sequence[Bundle]]],
) -> tuple[MailContents, tuple[Pair, ...], Elsewhere]:
    """Pair the invoices of a mail; what they lack may have come in earlier mails.

    Args:
        loose: earlier mails whose attachment may be of these invoices.
        opened: subject and bundles of an earlier mail, under the number that it is given. One mail
            is opened at a time, and only one that is taken, or of which no gist was kept.

    Returns the contents with the bundles of the earlier mails that were taken, too.
    """
    pairs = pair(found.documents, found.bundles)
    missed = lacking(found.documents, pairs)
    if not missed:
        return found, pairs, Elsewhere()
    taken: list[str] = []
    possible: list[Loose] = []
    invoices = [d.invoice for d in found.documents if d.is_invoice and d.invoice]
    number = max((b.mail for b in found.bundles), default=0)
    known = [
        (other, other.gist or gist_of(*opened(other.reference, 1))) for other in loose(invoices)
    ]
    choices = [
        (other, gist.unread, _choice(other, gist, reference, missed)) for other, gist in known
    ]
    by_sender = sum(
        reference in choice.references and choice.by is By.SENDER for _, _, choice in choices
    )
    for other, unread, choice in choices:
        doubtful = unread or (choice.by is By.SENDER and (by_sender > 1 or other.doubted))
        if reference in choice.references and not doubtful:
            taken.append(other.reference)
            _, bundles = opened(other.reference, number + len(taken))
            found += MailContents(tuple(bundles))
        elif other.left_out or reference in (*choice.references, *choice.doubtful):
            possible.append(other)
    pairs = pair(found.documents, found.bundles)
    if possible:
        still = lacking(found.documents, pairs)
        paths = {d.path for d in found.documents if d.invoice in still}
        pairs = tuple(
            replace(p, doubt="elsewhere") if not p.bundles and paths.intersection(p.invoices) else p
            for p in pairs
        )
        possible = possible if still else []
    elsewhere = Elsewhere(
        taken=tuple(taken),
        possible=tuple(other.reference for other in possible),
        stirs=tuple(other.reference for other in possible if not other.doubted),
        considered=tuple(other.reference for other, _, _ in choices),
    )
    return found, pairs, elsewhere


def without_invoice(
    found: MailContents, subject: str, waiting: Callable[[Sequence[str]], Sequence[Waiting]]
) -> tuple[MailContents, Elsewhere]:
    """The mails that wait for what this one brings; a password file that could be an invoice is an
    attachment when one waits for it.
    """
    bundles = (*found.bundles, *found.closed)
    if not bundles:
        return found, Elsewhere()
    others = waiting(numbers_named(bundles, subject))
    paired, settled = tuple(w.reference for w in others if w.paired), any(w.settled for w in others)
    choice = Choice() if settled else choose(bundles, subject, others)
    if paired or choice.references or choice.doubtful:
        found = _with_closed(found)
    considered = tuple(w.reference for w in others)
    return found, Elsewhere(choice, paired, settled, considered=considered)


def _with_closed(found: MailContents) -> MailContents:
    """What could be an invoice behind a password counts as an attachment."""
    closed = {bundle.container.path for bundle in found.closed}
    documents = tuple(d for d in found.documents if d.path not in closed)
    return replace(found, bundles=(*found.bundles, *found.closed), documents=documents, closed=())


def _choice(other: Loose, gist: Gist, reference: str, missed: tuple[Invoice, ...]) -> Choice:
    bundles = gist.bundles or [_UNREAD] * gist.unread
    return choose(
        bundles,
        gist.subject,
        (Waiting(reference, missed, other.thread, other.sender), *other.rivals),
    )
