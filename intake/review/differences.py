"""What differs between a refused invoice and the one that comes in its place."""

from __future__ import annotations

from dataclasses import dataclass, field

from intake.checks import registry
from intake.errors import CannotOpen
from intake.model.verdict import ReadInvoice
from intake.review import fields, wording
from intake.review.context import Room
from intake.store import cases, faults, revisions
from intake.store.revisions import Revision
from intake.store.tables import RevisionLink


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that was read differently."""

    label: str
    was: str = field(repr=False)
    now: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The refused invoice, as the page of the new one names it: no value of it."""

    reference: str
    link: RevisionLink
    reasons: tuple[str, ...]
    labels: tuple[str, ...]
    """Of the fields that differ."""


def between(
    was: ReadInvoice | None, now: ReadInvoice | None, covered: bool
) -> tuple[Difference, ...]:
    """The fields that differ, in the order a clerk reads them.

    Args:
        covered: as ``fields.groups``.
    """
    if was is None or now is None:
        return ()
    before, after = (
        {row.key: row for group in fields.groups(read, covered) for row in group.rows}
        for read in (was, now)
    )
    labels = {key: row.label for key, row in (after | before).items()}
    texts = {
        key: [rows[key].text if key in rows else "–" for rows in (before, after)] for key in labels
    }
    return tuple(
        Difference(labels[key], *both) for key, both in texts.items() if len(set(both)) > 1
    )


def earlier(room: Room, reference: str, now: ReadInvoice | None) -> Earlier | None:
    """The refused invoice in whose place this one comes, or may come."""
    found = revisions.of_invoice(room.store, reference, now.path) if now else None
    if found is None:
        return None
    try:
        refused = cases.read_invoice(room.store, found.of_reference, found.of_path)
    except CannotOpen:
        refused = None
    differs = between(refused[0] if refused else None, now, True)
    labels = tuple(dict.fromkeys(each.label for each in differs))
    return Earlier(found.of_reference, found.link, refused_for(room, found), labels)


def refused_for(room: Room, found: Revision) -> tuple[str, ...]:
    """What the earlier one was refused for, in words."""
    checks = faults.of_invoice(room.store, found.of_reference, found.of_path)
    return tuple(wording.REFUSED_FOR.get(each) or registry.heading(each) for each in checks)
