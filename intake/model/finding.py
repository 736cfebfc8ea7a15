"""What a check found, and how heavy it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from intake.model.basics import Box


class Outcome(StrEnum):
    """What a check reports."""

    PASSED = "passed"
    FAILED = "failed"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not-applicable"
    NOT_IN_FORCE = "not-in-force"


class Severity(StrEnum):
    """What a finding means: the provider must mend it, a person should look, or good to know."""

    REJECT = "reject"
    REVIEW = "review"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about one requirement. Texts are Dutch (B1), without client data."""

    check: str
    code: str
    """Which situation of the check: ``absent``, ``checksum`` …"""
    severity: Severity
    what: str
    """What we looked for and found, one or two sentences."""
    remedy: str = ""
    """What to change."""
    example: str = ""
    in_english: str = ""
    """What to change and why, for an English letter; every situation that refuses has it."""
    page: int | None = None
    box: Box | None = None
    source: str = ""
    """Who asks it: the law's article or the municipality's page."""
    internal: bool = False
    """Never told to a provider (duplicate-care)."""
    case: str | None = None
    """Reference of another case that the finding speaks of."""
    invoices: tuple[str, ...] = ()
    """Paths of the invoices whose attachments it speaks of, when the mail has others with
    attachments of their own."""

    @property
    def message(self) -> str:
        example = f"Bijvoorbeeld: {self.example}." if self.example else ""
        return " ".join(part for part in (self.what, self.remedy, example) if part)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check on one invoice or attachment."""

    check: str
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
