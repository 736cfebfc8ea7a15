"""Compares what was read with the truth, and tells a planted fault from a false finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from intake.checks.support.agreement import PERHAPS
from intake.export.report import check_outcome, fields
from intake.model.finding import Severity
from intake.model.verdict import CheckedDocument
from tests.corpus.bill import FAULTS, Truth

FIELDS = (
    "supplier-name",
    "supplier-street",
    "supplier-postcode",
    "supplier-city",
    "supplier-phone",
    "kvk-number",
    "vat-id",
    "vat-exempt",
    "iban",
    "invoice-number",
    "issue-date",
    "net-amount",
    "vat-rate",
    "vat-amount",
    "gross-amount",
    "vat-lines",
)


class Written(Protocol):
    """What the writer of a document knows about it."""

    @property
    def truth(self) -> Truth:
        """Field → value; a tuple of values of which each is right, where there are several."""

    @property
    def kind(self) -> str: ...

    @property
    def fault(self) -> str | None:
        """The planted one."""

    @property
    def expected(self) -> frozenset[str]:
        """Checks that may ask a person without a planted fault."""


@dataclass(frozen=True)
class Judgement:
    """What became of one document."""

    wrong: dict[str, tuple[object, object]]
    """Field → (truth, read)."""
    rejects: frozenset[str]
    reviews: frozenset[str]
    kind: str
    fault: str | None
    expected: frozenset[str]
    outcome: str
    held_back: frozenset[str] = frozenset()
    """Checks that would have refused, had the advocate not spoken."""
    questions: frozenset[str] = frozenset()
    """``check/code`` of what a person is asked."""

    @property
    def wrongly_refused(self) -> bool:
        """Something refuses that is not the planted fault."""
        planted = {FAULTS[self.fault]} if self.fault else set()
        return bool(self.rejects - planted)

    @property
    def wrongly_accepted(self) -> bool:
        """A fault was planted and nobody is told of it."""
        return self.fault is not None and FAULTS[self.fault] not in self.rejects | self.reviews

    @property
    def named_alone(self) -> bool:
        """The finding names the planted fault and no other."""
        planted = {FAULTS[self.fault]} if self.fault else set()
        return (
            planted <= self.rejects | self.reviews
            and not (self.rejects | self.reviews) - planted - self.expected
        )


def judge(written: Written, document: CheckedDocument) -> Judgement:
    read = fields(document.invoice)
    read["vat-lines"] = sorted(
        [str(line["rate"]), str(line["net"]), str(line["vat"])] for line in read["vat-lines"]
    )
    wrong = {
        name: (written.truth[name], read[name])
        for name in FIELDS
        if name in written.truth and not same(name, written.truth[name], read[name])
    }
    named = {
        severity: frozenset(f.check for f in document.findings if f.severity is severity)
        for severity in Severity
    }
    kind = document.invoice.kind.value if document.invoice else "none"
    if kind != written.kind:
        wrong["kind"] = (written.kind, kind)
    return Judgement(
        wrong,
        named[Severity.REJECT],
        named[Severity.REVIEW],
        kind,
        written.fault,
        written.expected,
        check_outcome(document),
        frozenset(f.check for f in document.findings if f.code == PERHAPS),
        frozenset(
            f"{f.check}/{f.code}"
            for f in document.findings
            if f.severity is Severity.REVIEW and f.code != PERHAPS
        ),
    )


def same(name: str, truth: object, read: object) -> bool:
    """Exact, but for letter case and spaces of names, and the form of a phone number."""
    if isinstance(truth, tuple):
        return any(same(name, right, read) for right in truth)
    if name == "supplier-phone":
        return _phone(truth) == _phone(read)
    if isinstance(truth, str) and isinstance(read, str):
        if name == "vat-id":
            return truth.removeprefix("NL") == read.removeprefix("NL")
        if name in ("supplier-name", "supplier-city", "supplier-street"):
            return "".join(truth.casefold().split()) == "".join(read.casefold().split())
    return truth == read


def _phone(value: object) -> str | None:
    digits = "".join(c for c in str(value).replace("(0)", "") if c.isdigit())
    return digits.removeprefix("00").removeprefix("31").removeprefix("0") if value else None
