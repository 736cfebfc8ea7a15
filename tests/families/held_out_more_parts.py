"""What the younger of the templates that are held out share: the amounts of an invoice by their kind,
with the template's own words, and sentences that name somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from tests.families.facts import Facts, Line, Share
from tests.families.look import Look
from tests.families.sheet import Sheet

_ADDRESS_FAULTS = frozenset({"no-phone", "no-address", "no-street", "po-box-only"})


class Sum(NamedTuple):
    kind: str
    """``subtotal``, ``discount``, ``net``, ``vat``, ``gross``, ``rounding``, ``paid`` or ``due``."""
    value: Decimal
    """A discount and a part paid are below zero."""
    share: Share | None = None
    """Of ``vat``."""


class Said(NamedTuple):
    kind: str
    label: str
    amount: str


def spoken(names: str, **texts: str) -> dict[str, dict[str, str]]:
    """Language → name → word.

    Args:
        names: with spaces between.
        texts: of each language the words in the same order, with bars between.
    """
    return {
        language: dict(zip(names.split(), text.split("|"), strict=True))
        for language, text in texts.items()
    }


def sums(f: Facts) -> list[Sum]:
    """The amounts in their usual order: those before a discount and after a payment only when there
    is one, no net amount of an exempt invoice.
    """
    found = []
    if f.discount:
        found += [Sum("subtotal", f.subtotal), Sum("discount", -f.discount)]
    if not f.exempt:
        found.append(Sum("net", f.net))
        found += [Sum("vat", share.vat, share) for share in f.shares]
    found.append(Sum("gross", f.gross))
    if f.rounding:
        found.append(Sum("rounding", f.rounding))
    if f.paid:
        found.append(Sum("paid", -f.paid))
    if f.rounding or f.paid:
        found.append(Sum("due", f.due_amount))
    return found


def said(f: Facts, look: Look, words: Mapping[str, str], *, sign: bool = True) -> list[Said]:
    """``sums`` in a template's words.

    Args:
        words: kind → label; ``several`` is ``vat`` when there are several rates, ``exempt`` is
            ``gross`` of an exempt invoice. ``{r}`` is a rate, ``{b}`` what it is counted over,
            ``{p}`` the percentage of a discount.
        sign: amounts with their currency.
    """
    found = []
    for kind, value, share in sums(f):
        key = kind
        if kind == "vat" and len(f.shares) > 1:
            key = "several"
        elif kind == "gross" and f.exempt:
            key = "exempt"
        label = words.get(key, words[kind]).format(
            r=share.rate if share else "",
            b=look.money(share.net, sign=sign) if share else "",
            p=f" {f.discount_percent}%" if f.discount_percent else "",
        )
        found.append(Said(kind, label, look.money(value, sign=sign)))
    return found


@dataclass(frozen=True)
class Columns:
    """Columns of a table on a sheet."""

    places: tuple[tuple[float, str, float], ...]
    """Of each: x, ``l``, ``c`` or ``r``, and the room after which text is folded; 0 for no folding."""
    step: float

    def put(
        self,
        s: Sheet,
        y: float,
        cells: Sequence[str],
        size: float = 0,
        *,
        bold: bool = False,
        colour: str = "#000000",
    ) -> float:
        """One row; the baseline of the next."""
        deepest = y + self.step
        for (x, align, room), cell in zip(self.places, cells, strict=True):
            texts = s.fold(cell, room, size, bold=bold) if room else [cell]
            below = s.lines(
                x, y, texts, size, step=self.step, bold=bold, align=align, colour=colour
            )
            deepest = max(deepest, below)
        return deepest

    def depth(self, s: Sheet, cells: Sequence[str], size: float = 0) -> float:
        """Height of one row."""
        deepest = max(
            len(s.fold(cell, room, size)) if room else 1
            for (_, _, room), cell in zip(self.places, cells, strict=True)
        )
        return deepest * self.step


def on_each_page(s: Sheet, draw: Callable[[int, int], None]) -> None:
    """``draw`` with the number of the page that is written on, and how many there are."""
    pages = s.pages
    for at, marks in enumerate(pages, 1):
        s.pages = [marks]
        draw(at, len(pages))
    s.pages = pages


def count(line: Line, look: Look) -> str:
    """Quantity and unit."""
    return f"{look.quantity(line.quantity)} {line.unit}".strip()


def before(line: Line) -> Decimal:
    """The line's amount without its own discount."""
    return (line.net * 100 / (100 - line.discount)).quantize(Decimal("0.01"))


def somebody_else(f: Facts, look: Look) -> str:
    """A sentence in Dutch with numbers of another party; '' where those could be taken for what the
    supplier left out.
    """
    if f.fault in _ADDRESS_FAULTS:
        return ""
    return look.pick(
        "",
        "Klachten? Onafhankelijke klachtencommissie Midden, Postbus 8224, 3503 RE Utrecht, 030 - 271 01 94.",
        "Lid van de Branchevereniging Kleine Zorgaanbieders, lidnummer 10384, 088-9283 400.",
        "Keurmerk HKZ, certificaatnummer 20417-03, geldig tot 1 juli 2029.",
    )
