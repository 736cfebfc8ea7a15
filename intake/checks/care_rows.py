"""How the checks of the care lines speak of rows: by number only, all rows of one situation in one finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from intake.checks.requirement import Requirement, finding, not_applicable, result
from intake.profile import Profile
from intake.types import Attachments, CareLine, CheckResult

_MOST = 12


def rows(numbers: Iterable[int]) -> str:
    """``regel 2, 5 en 7``; after a dozen rows only how many more there are."""
    wanted = sorted(set(numbers))
    words = [str(number) for number in wanted[:_MOST]]
    if len(wanted) > _MOST:
        words.append(f"nog {len(wanted) - _MOST} andere regels")
    return "regel " + (words[0] if len(words) == 1 else ", ".join(words[:-1]) + " en " + words[-1])


def check_rows(requirement: Requirement, attachments: Attachments, profile: Profile, codes: Callable[[CareLine], Iterable[str]]) -> CheckResult:
    """Ask each care line which situations it is in; not applicable when no care line could be read."""
    if not attachments.care_lines:
        return not_applicable(requirement)
    hits: dict[str, list[int]] = {}
    for line in attachments.care_lines:
        for code in codes(line):
            hits.setdefault(code, []).append(line.row)
    return result(requirement, *(finding(requirement, profile, code, rows=rows(numbers)) for code, numbers in hits.items()))
