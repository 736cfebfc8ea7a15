"""The door to the advocate: the task of the child that reads a file once more, in other ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.document.ocr.client import look
from intake.document.ocr.regions import Region, Seen
from intake.errors import SandboxFailed
from intake.model.plea import Plea
from intake.profile import Addressee
from intake.sandbox.client import Metered
from intake.sandbox.task import ChildKind, Task, within_bounds

HEARD = frozenset(
    {
        "addressee",
        "supplier-name",
        "supplier-address",
        "supplier-phone",
        "kvk-number",
        "vat-id",
        "issue-date",
        "invoice-number",
        "net-amount",
        "vat-amount",
        "iban",
    }
)
"""The checks that the advocate pleads against; any other one refuses for what is there."""
MAX_DRAWN = 3
"""Pages that are looked at as they are drawn: the first ones and the last."""


@dataclass(frozen=True, slots=True)
class PleadArguments:
    """For which checks to plead."""

    checks: tuple[str, ...]
    buyer: Addressee
    seen: tuple[Seen, ...] = ()
    """What OCR saw of the file."""


@dataclass(frozen=True, slots=True)
class Pleaded:
    """What was found, and the pages that can still be looked at as they are drawn."""

    pleas: tuple[Plea, ...]
    pages: tuple[Region, ...]


def _plead(data: bytes, arguments: PleadArguments, secrets: Sequence[bytes]) -> Pleaded:
    from intake.document.advocate import readings, witnesses

    strips, pages = readings.read(data, arguments.seen)
    pleas = witnesses.pleas(strips, arguments.checks, arguments.buyer)
    return Pleaded(tuple(pleas), tuple(pages))


def _first_documents() -> Iterator[tuple[bytes, PleadArguments, Sequence[bytes]]]:
    from intake.document.readers import warmup

    yield warmup.tiny_pdf(), PleadArguments(tuple(HEARD), warmup.BUYER), ()


PLEAD = Task("plead", ChildKind.SECOND, _plead, _first_documents, within_bounds, seconds=30)


def plead(
    sandbox: Metered, data: bytes, checks: frozenset[str], buyer: Addressee, seen: Sequence[Seen]
) -> tuple[Plea, ...] | None:
    """What speaks for the provider in one file, check by check: first its text in several readings,
    then, for checks that nothing speaks for yet, the pages as they are drawn.

    Args:
        checks: those that would refuse.
        seen: what OCR saw of the file already.

    Returns:
        None when the file could not be read once more: then nobody can be sure.
    """
    try:
        found = _call(sandbox, data, checks, buyer, seen)
        left = checks - {plea.check for plea in found.pleas}
        drawn = look(sandbox, data, _not_looked_at(found.pages, seen)) if left else ()
        again = _call(sandbox, data, left, buyer, (*seen, *drawn)).pleas if drawn else ()
    except SandboxFailed:
        return None
    return (*found.pleas, *again)


def _not_looked_at(pages: Sequence[Region], seen: Sequence[Seen]) -> list[Region]:
    looked = {place.region.page for place in seen if place.region.whole}
    left = [page for page in pages if page.page not in looked]
    return left if len(left) <= MAX_DRAWN else [*left[: MAX_DRAWN - 1], left[-1]]


def _call(
    sandbox: Metered, data: bytes, checks: frozenset[str], buyer: Addressee, seen: Sequence[Seen]
) -> Pleaded:
    return sandbox.call(PLEAD, data, PleadArguments(tuple(sorted(checks)), buyer, tuple(seen)))
