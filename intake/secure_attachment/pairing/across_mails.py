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
    Loose,
    MailContents,
    Pair,
    Unrecognised,
    Waiting,
)
from intake.secure_attachment.pairing.rules import (
    choose,
    gist_of,
    invoices_of,
    lacking,
    numbers_named,
    pair,
    references_of,
)

_UNREAD = Bundle(Container("", "unread", Opening.BOMB, Protection.STRONG))
"""A file that nobody could read."""
_TELLS = {
    Unrecognised.NOTHING: tuple(By),
    Unrecognised.ANNOUNCED: (By.NUMBER, By.NAME, By.THREAD),
    Unrecognised.CERTAIN: (By.NUMBER, By.NAME),
}
"""What tells whose an attachment is, when its own mail may hold the invoice."""
Opened = Callable[[str, int], tuple[str, Sequence[Bundle]]]
"""Subject and bundles of an earlier mail, under the number that it is given."""


def with_invoices(
    found: MailContents,
    reference: str,
    loose: Callable[[Sequence[Invoice]], Sequence[Loose]],
    opened: Opened,
) -> tuple[MailContents, tuple[Pair, ...], Elsewhere]:
    """Pair the invoices of a mail; what they lack may have come in earlier mails.

    Args:
        loose: earlier mails whose attachment may be of these invoices.
        opened: opens one mail at a time, and only one that is taken, or of which no gist was kept.

    Returns the contents with the bundles of the earlier mails that were taken, too.
    """
    pairs = pair(found.documents, found.bundles)
    missed = lacking(found.documents, pairs)
    if not missed:
        return found, pairs, Elsewhere()
    others = loose(tuple(invoices_of(found.documents).values()))
    offers = [_offer(other, reference, missed, opened) for other in others]
    elsewhere = _elsewhere(offers, reference)
    number = max((b.mail for b in found.bundles), default=0)
    for position, other in enumerate(elsewhere.taken, number + 1):
        found += MailContents(tuple(opened(other, position)[1]))
    pairs = pair(found.documents, found.bundles)
    still = lacking(found.documents, pairs)
    if not still:
        return found, pairs, replace(elsewhere, possible=(), stirs=())
    paths = {d.path for d in found.documents if d.invoice in still}
    return found, _doubted(pairs, paths) if elsewhere.possible else pairs, elsewhere


def _offer(
    other: Loose, reference: str, missed: tuple[Invoice, ...], opened: Opened
) -> tuple[Loose, Choice, bool]:
    """Whose the attachment in another mail is, and whether that is certain enough to take it for
    the mail with this reference, unless several come from its sender.
    """
    gist = other.gist or gist_of(*opened(other.reference, 1))
    choice = choose(
        gist.bundles or [_UNREAD] * gist.unread,
        gist.subject,
        (Waiting(reference, missed, other.thread, other.sender), *other.rivals),
    )
    doubtful = gist.unread or (choice.by is By.SENDER and other.doubted)
    return other, choice, reference in choice.references and not doubtful


def _elsewhere(offers: Sequence[tuple[Loose, Choice, bool]], reference: str) -> Elsewhere:
    """The mails whose attachment is taken, those that may have it, and all that were looked at."""
    by_sender = sum(
        reference in choice.references and choice.by is By.SENDER for _, choice, _ in offers
    )
    taken = tuple(
        other.reference
        for other, choice, certain in offers
        if certain and (choice.by is not By.SENDER or by_sender == 1)
    )
    possible = [
        other
        for other, choice, _ in offers
        if other.reference not in taken
        and (other.left_out or reference in (*choice.references, *choice.doubtful))
    ]
    return Elsewhere(
        taken=taken,
        possible=tuple(other.reference for other in possible),
        stirs=tuple(other.reference for other in possible if not other.doubted),
        considered=tuple(other.reference for other, _, _ in offers),
    )


def _doubted(pairs: Sequence[Pair], paths: set[str]) -> tuple[Pair, ...]:
    """What these invoices lack may be in another mail."""
    return tuple(
        replace(p, doubt="elsewhere") if not p.bundles and paths.intersection(p.invoices) else p
        for p in pairs
    )


def without_invoice(
    found: MailContents,
    subject: str,
    waiting: Callable[[Sequence[str]], Sequence[Waiting]],
    unrecognised: Unrecognised = Unrecognised.NOTHING,
) -> tuple[MailContents, Elsewhere]:
    """The mails that wait for what this one brings; a password file that could be an invoice is an
    attachment when one waits for it.

    Args:
        unrecognised: whether it may bring an invoice itself. Then only a number tells whose its
            attachment is.
    """
    bundles = (*found.bundles, *found.closed)
    if not bundles:
        return found, Elsewhere(unrecognised=unrecognised)
    others = waiting(numbers_named(bundles, subject))
    paired, settled = references_of(w for w in others if w.paired), any(w.settled for w in others)
    choice = Choice() if settled else choose(bundles, subject, others)
    if choice.by not in _TELLS[unrecognised]:
        choice = Choice(doubtful=(*choice.references, *choice.doubtful))
    if paired or choice.references or choice.doubtful:
        found = _with_closed(found)
    considered = references_of(others)
    return found, Elsewhere(
        choice, paired, settled, unrecognised=unrecognised, considered=considered
    )


def _with_closed(found: MailContents) -> MailContents:
    """What could be an invoice behind a password counts as an attachment."""
    closed = {bundle.container.path for bundle in found.closed}
    documents = tuple(d for d in found.documents if d.path not in closed)
    return replace(found, bundles=(*found.bundles, *found.closed), documents=documents, closed=())
