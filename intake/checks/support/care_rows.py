"""How the checks of the care lines speak of rows: by number only, all rows of one situation in one
finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from intake.checks.support.requirement import Requirement, finding, not_applicable, result
from intake.model.attachment import Attachments
from intake.model.care import CareLine
from intake.model.finding import CheckResult, Finding, Severity
from intake.profile import Profile

_MOST = 12


def rows(numbers: Iterable[int]) -> str:
    """``regel 2, 5 en 7``; after a dozen rows only how many more there are."""
    wanted = sorted(set(numbers))
    words = [str(number) for number in wanted[:_MOST]]
    if len(wanted) > _MOST:
        words.append(f"nog {len(wanted) - _MOST} andere regels")
    return "regel " + (words[0] if len(words) == 1 else ", ".join(words[:-1]) + " en " + words[-1])


def is_manual(line: CareLine) -> bool:
    """A child at a secret address or without BSN: agreements apply that no rule knows, so a person
    handles the line.

    Regeling Jeugdwet art. 6a.6 (geheim adres) and art. 6a.1 lid 1 onder c (name, address and birth
    date where there is no BSN).
    """
    without_number = not line.bsn and "bsn" not in line.unread
    return line.secret_address or (without_number and (line.without_bsn or is_identified(line)))


def is_identified(line: CareLine) -> bool:
    """By name, birth date and address, which stand in for a BSN that there is not."""
    return bool(line.client_name and line.birth_date and line.client_address)


def check_rows(
    requirement: Requirement,
    attachments: Attachments,
    profile: Profile,
    codes: Callable[[CareLine], Iterable[str]],
) -> CheckResult:
    """Ask each care line which situations it is in; not applicable when no care line could be read.

    What would refuse a line on the manual road asks a person instead, and tells the provider
    nothing.
    """
    if not attachments.care_lines:
        return not_applicable(requirement)
    hits: dict[tuple[str, bool], list[int]] = {}
    for line in attachments.care_lines:
        for code in codes(line):
            manual = is_manual(line) and requirement.situations[code].severity is Severity.REJECT
            hits.setdefault((code, manual), []).append(line.row)
    return result(
        requirement,
        *(
            _finding(requirement, profile, code, manual, rows(numbers))
            for (code, manual), numbers in hits.items()
        ),
    )


def _finding(
    requirement: Requirement, profile: Profile, code: str, manual: bool, where: str
) -> Finding:
    found = finding(requirement, profile, code, rows=where)
    return replace(found, severity=Severity.REVIEW, internal=True) if manual else found
