"""``intake check``: invoice documents on this computer, no mailbox, no database, nothing kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from intake import profile
from intake.checks.anonymity import check_file_name
from intake.commands.output import Exit, complain, print_json, progress, read_file, say, step, worst
from intake.export.report import check_line, check_outcome
from intake.mail.message import sniff
from intake.model.basics import local_today
from intake.model.finding import Severity
from intake.model.mail import Part
from intake.model.verdict import CheckedDocument
from intake.pipeline import check_file
from intake.sandbox.client import Sandbox
from intake.text import redaction

_EXIT = {"rejected": Exit.REJECTED, "unreadable": Exit.UNREADABLE, "accepted": Exit.FINE}
_OUTCOME = {"rejected": "niet goed", "unreadable": "niet te lezen", "accepted": "goed"}
_SEVERITY = {
    Severity.REJECT: "verbeteren",
    Severity.REVIEW: "een medewerker kijkt",
    Severity.INFO: "ter informatie",
}


def check(files: list[Path], profile_name: str, as_json: bool, reading: Sandbox) -> Exit:
    """Check each file; one line (``--json``) or one short Dutch report a file, in input order."""
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
                    Part(str(number), sniff(data), data, file.name), today, municipality, reading
                )
                named = check_file_name(file.name, municipality)
                document = (
                    replace(document, results=(*document.results, named))
                    if named.findings
                    else document
                )
                codes.append(_EXIT[check_outcome(document)])
                if as_json:
                    print_json(check_line(str(file), document))
                else:
                    _report(file, document)
            step(bar)
    return worst(codes)


def _report(file: Path, document: CheckedDocument) -> None:
    name = redaction.path(str(file))
    say(f"{name}: {_OUTCOME[check_outcome(document)]}")
    for finding in document.findings:
        say(f"  - {finding.message} ({_SEVERITY[finding.severity]})")
    if document.fault and not document.findings:
        complain(f"{name}: {document.fault}")
