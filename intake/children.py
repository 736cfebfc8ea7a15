"""All that children do: the tasks of the rooms, put together for the sandbox, which knows none."""

from __future__ import annotations

from typing import Any

from intake.document import reading
from intake.document.advocate import client as advocate
from intake.document.einvoice import reader, validator
from intake.document.ocr import client as ocr
from intake.model.basics import SandboxNeed
from intake.sandbox.client import Sandbox
from intake.sandbox.task import ChildKind, Task
from intake.secure_attachment.care_lines import client as care_lines
from intake.secure_attachment.containers import registry


def tasks() -> list[Task[Any, Any]]:
    """Every task there is."""
    return [
        reading.READ,
        reading.READ_AGAIN,
        reading.READ_PHOTO,
        reading.DRAW_PAGE,
        reading.PAGE_WORDS,
        advocate.PLEAD,
        ocr.DRAW_REGION,
        ocr.READ_WORDS,
        reader.READ,
        validator.VALIDATE,
        care_lines.READ_PDF,
        care_lines.READ,
        *(task for known in registry.FORMATS for task in known.tasks),
    ]


def open_sandbox(kind: ChildKind, need: SandboxNeed = SandboxNeed.BEST) -> Sandbox:
    """A sandbox of this kind; those of other kinds start beside it when a task of theirs is called.

    Raises:
        ConfigurationError: ``need`` is FULL and a layer is missing on this machine, or the template
            cannot start.
    """
    return Sandbox(kind, tasks(), need)
