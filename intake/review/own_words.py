"""Whether a clerk's own words could tell of a client: a number, a name or a birth date of the care
lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from intake.model.care import CareLine
from intake.text.dates import dates_in
from intake.text.masking import masked

_SHORTEST = 4
"""Letters of a part of a name that tells of somebody; "de" and "van" do not."""
_LETTERS = re.compile(r"[^\W\d_]+")


def fault(words: str, lines: Iterable[CareLine], known: str = "") -> str:
    """The code of what is wrong with the words; empty when nothing is.

    Args:
        known: names that may be told: the supplier's own.
    """
    if masked(words) != words:
        return "perhaps-a-bsn"
    told, dates = _parts(words), {date for _, _, date in dates_in(words)}
    ours = _parts(known)
    for line in lines:
        if line.birth_date and line.birth_date.isoformat() in dates:
            return "perhaps-a-client"
        if told & (_parts(line.client_name or "") - ours):
            return "perhaps-a-client"
    return ""


def _parts(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return {part for part in _LETTERS.findall(plain) if len(part) >= _SHORTEST}
