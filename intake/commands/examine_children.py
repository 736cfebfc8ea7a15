"""What ``intake doctor`` says of the children that read strangers' files."""

from __future__ import annotations

from collections.abc import Iterator

from intake.children import open_sandbox
from intake.document.ocr.client import READ_WORDS, RasterArguments
from intake.model.basics import SandboxNeed
from intake.model.examination import Line, fine, note, wrong
from intake.sandbox.task import ChildKind

_WHITE = 100
"""Side of the page that Tesseract is tried out with, in dots and in dots per inch."""


def examine(need: SandboxNeed) -> Iterator[Line]:
    """The locks around what reads strangers' files, and whether each reader could be loaded."""
    if need is SandboxNeed.OFF:
        yield wrong(
            "sandbox",
            "off: strangers' files are read without locks; set INTAKE_REQUIRE_SANDBOX=best or full",
        )
    for kind in ChildKind:
        with open_sandbox(kind, need) as opened:
            broken = opened.broken_tasks()
            missing = (
                []
                if need is SandboxNeed.OFF
                else [name for name, on in opened.layers().items() if not on]
            )
        yield from (
            wrong(
                "sandbox",
                f"{task} ({kind}) cannot work ({fault}): install intake anew with all its packages",
            )
            for task, fault in broken.items()
        )
        if missing:
            yield note(
                "sandbox",
                f"{kind} without {', '.join(missing)}: allow it in this kernel or container (Linux"
                " 5.13 or newer, libseccomp2)",
            )
        elif not broken:
            yield fine(
                "sandbox",
                f"{kind}: every reader loads"
                + ("" if need is SandboxNeed.OFF else ", every lock holds"),
            )


def examine_ocr(need: SandboxNeed) -> Iterator[Line]:
    """Tekstherkenning: whether Tesseract answers, on a white page."""
    with open_sandbox(ChildKind.OCR, need) as opened:
        answer = opened.call(
            READ_WORDS, b"\xff" * _WHITE**2, RasterArguments(_WHITE, _WHITE, _WHITE)
        )
    if answer is None:
        yield note(
            "ocr",
            "scans wait for a person: run `apt-get install tesseract-ocr tesseract-ocr-nld`"
            " (Debian) to have them read",
        )
    else:
        yield fine("ocr", "Tesseract reads scans")
