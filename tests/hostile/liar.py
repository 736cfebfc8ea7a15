"""A child that says what it likes."""

from __future__ import annotations

import json
from typing import Any

from intake.sandbox.budget import Work
from intake.sandbox.client import Metered
from intake.sandbox.task import Task


class Liar:
    """A sandbox of which every child says this; an exception is how it ends."""

    def __init__(self, said: object, *attached: bytes) -> None:
        self.said = said
        self.attached = attached

    def metered(self, work: Work) -> Metered:
        raise AssertionError("only a whole mail is metered")

    def call(self, task: Task[Any, Any], *arguments: object, **more: object) -> Any:
        if isinstance(self.said, Exception):
            raise self.said
        return task.answer([json.dumps(self.said).encode(), *self.attached])
