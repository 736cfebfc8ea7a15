"""Whether a number names a client: by a part of the name, or the birth date, that a care line tells."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from intake.model.care import CareLine
from intake.text.folding import digits_of, squeeze

_SHORTEST = 4
"""Letters of a part of a name; a shorter one stands in any number by chance."""
_WORD = re.compile(r"[^\W\d_]+")


def names_client(number: str, lines: Iterable[CareLine]) -> bool:
    """True when a client of these lines may be recognised by the number. Chance makes it true as
    well: it serves to keep something sealed, never to refuse.
    """
    letters, digits = squeeze(number), digits_of(number)
    return any(
        any(part in letters for part in _parts(line.client_name or ""))
        or any(written in digits for written in written_births(line.birth_date))
        for line in lines
    )


def _parts(name: str) -> Iterator[str]:
    return (part for part in map(squeeze, _WORD.findall(name)) if len(part) >= _SHORTEST)


def written_births(born: dt.date | None) -> Iterable[str]:
    """The digits of a birth date, as people write them."""
    if born is None:
        return ()
    forms = ("%d%m%Y", "%Y%m%d", "%d%m%y", "%y%m%d")
    return (*(born.strftime(form) for form in forms), f"{born.day}{born.month}{born.year}")
