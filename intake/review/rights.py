"""Who may do what on the page (autorisatiematrix): the rights of each role stand here, and nowhere
else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from intake.store.tables import Role


class Right(StrEnum):
    """What a page or a button asks of whoever uses it."""

    READ = "read"
    """See the lists, the cases and their pages."""
    DECIDE = "decide"
    """Accept, refuse, ask, put together, send or hold a letter."""
    HAND_OVER = "hand-over"
    """Make a batch for the finance package, say how it fared, and take back what is in one."""
    APPROVE_CONTENT = "approve-content"
    """Agree with what was delivered (prestatieakkoord), or say why not."""
    CARE = "care"
    """See care lines in full, with a reason."""
    REPORT = "report"
    """Tell the privacy officer of client data in a wrong place."""
    READ_SUPPLIERS = "read-suppliers"
    """See the register of suppliers; of their invoices only who may read cases sees anything."""
    EDIT_SUPPLIERS = "edit-suppliers"
    """Change the register of suppliers, and approve accounts that somebody else added."""
    READ_REGISTER = "read-register"
    """See the register of incidents and the alarms on reading."""
    JUDGE_INCIDENT = "judge-incident"
    """Decide on an incident, and close an alarm."""
    SUBJECT = "subject"
    """Find, give, leave alone or erase what is kept of one client (AVG art. 15 to 18)."""


_READ = frozenset({Right.READ, Right.READ_SUPPLIERS})
_CLERK = _READ | {Right.DECIDE, Right.CARE, Right.REPORT}
_OF_ROLE: Mapping[Role, frozenset[Right]] = {
    Role.CLERK: _CLERK,
    Role.SENIOR: _CLERK | {Right.HAND_OVER, Right.EDIT_SUPPLIERS},
    Role.CARE_REVIEWER: _READ | {Right.APPROVE_CONTENT, Right.CARE, Right.REPORT},
    Role.PRIVACY_OFFICER: _READ | {Right.READ_REGISTER, Right.JUDGE_INCIDENT, Right.SUBJECT},
    Role.ADMINISTRATOR: frozenset({Right.READ_SUPPLIERS, Right.EDIT_SUPPLIERS}),
    Role.AUDITOR: _READ | {Right.READ_REGISTER},
}


def of(roles: Iterable[Role]) -> frozenset[Right]:
    """All that somebody with these roles may do."""
    return frozenset().union(*(_OF_ROLE[role] for role in roles))
