"""``intake check``: invoice documents on this computer, no mailbox, no database, nothing kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from intake import profile
from intake.checks.anonymity import check_file_name
from intake.commands.output import Exit, complain, print_json, progress, read_file, say, step, worst
from intake.document.ocr.client import look
from intake.document.reading import explain_invoice, read_invoice
from intake.errors import SandboxFailed
from intake.export.report import check_line, check_outcome, explanation
from intake.mail.sniff import identify
from intake.model.basics import local_today
from intake.model.explanation import Explanation
from intake.model.finding import Severity
from intake.model.mail import Part, PartKind
from intake.model.verdict import CheckedDocument
from intake.pipeline import check_file
from intake.sandbox.budget import Work
from intake.sandbox.client import Sandbox
from intake.settings import use_profiles
from intake.text import redaction

_EXIT = {"rejected": Exit.REJECTED, "unreadable": Exit.UNREADABLE, "accepted": Exit.FINE}
_OUTCOME = {"rejected": "niet goed", "unreadable": "niet te lezen", "accepted": "goed"}
_SEVERITY = {
    Severity.REJECT: "verbeteren",
    Severity.REVIEW: "een medewerker kijkt",
    Severity.INFO: "ter informatie",
}


def check(
    files: list[Path], profile_name: str, as_json: bool, explain: bool, reading: Sandbox
) -> Exit:
    """Check each file; one line (``--json``) or one short Dutch report a file, in input order.

    Args:
        explain: say too why each field has its value.
    """
    use_profiles()
    municipality = profile.load(profile_name)
    today = local_today()
    codes = []
    with progress("Facturen", len(files)) as bar:
        for number, file in enumerate(files, 1):
            data = read_file(file)
            if data is None:
                codes.append(Exit.USAGE)
            else:
                document = check_file(
                    Part(str(number), *identify(data), file.name), today, municipality, reading
                )
                named = check_file_name(file.name, municipality)
                document = (
                    replace(document, results=(*document.results, named))
                    if named.findings
                    else document
                )
                codes.append(_EXIT[check_outcome(document)])
                why = _explanations(document, data, municipality, reading) if explain else None
                if as_json:
                    print_json(check_line(str(file), document, why))
                else:
                    _report(file, document)
                    for explained in why or ():
                        _explain(explained)
            step(bar)
    return worst(codes)


def _report(file: Path, document: CheckedDocument) -> None:
    name = redaction.path(str(file))
    say(f"{name}: {_OUTCOME[check_outcome(document)]}")
    for finding in document.findings:
        say(f"  - {finding.message} ({_SEVERITY[finding.severity]})")
    if document.fault and not document.findings:
        complain(f"{name}: {document.fault}")


def _explanations(
    document: CheckedDocument, data: bytes, municipality: profile.Profile, reading: Sandbox
) -> tuple[Explanation, ...]:
    """Why each field has its value, as the first engine reads it; nothing for an e-invoice alone."""
    if document.invoice is None or document.kind not in (PartKind.PDF, PartKind.IMAGE):
        return ()
    buyer = municipality.addressee
    try:
        summary, _ = read_invoice(reading, data, buyer)
        seen = look(reading.metered(Work()), data, summary.unread) if summary.unread else ()
        return explain_invoice(reading, data, buyer, seen)
    except SandboxFailed:
        return ()


def _explain(explained: Explanation) -> None:
    line = explanation(explained)
    winner, second = line["winner"], line["runner_up"]
    if winner is None and second is None:
        return
    reasons = winner["features"] if winner else ()
    say(f"  {explained.name}: {_claim(winner) if winner else 'niets zeker genoeg'}")
    for reason in reasons:
        say(f"      {reason['gain']:+.2f} {reason['why']}")
    if second is not None:
        say(f"    daarna: {_claim(second)}")
    own = {reason["feature"] for reason in reasons}
    for reason in line["difference"]:
        whose = "" if reason["feature"] in own else " (het tweede)"
        say(f"      verschil {reason['gain']:+.2f} {reason['why']}{whose}")


def _claim(claim: dict[str, Any]) -> str:
    value = claim["value"].replace("\n", " / ")
    return f"{value} ({claim['weight']:.2f}, {claim['note']})"
