"""What a child reads in a file, as it travels."""

from __future__ import annotations

import json
from typing import Any

from intake.model.mail import PartKind
from intake.secure_attachment.care_lines.client import READ, READ_PDF

UNREAD = {"lines": [], "understood": False, "only_words": False}


def as_read(data: bytes, kind: str) -> dict[str, Any]:
    """The answer of the task that reads a file of this kind; what the parent believes of it."""
    task = READ_PDF if kind == "pdf" else READ
    pieces = task.perform(task.request(data, PartKind(kind), ()))
    task.answer(pieces)
    answer: dict[str, Any] = json.loads(pieces[0])
    return answer
