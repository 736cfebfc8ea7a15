"""The sentences that say why a mail or an invoice ended as it did."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import intake
from intake.model.mail import Automation, LeftOutWhy
from intake.profile import default_texts
from intake.sandbox.budget import BROKEN, OVER_BUDGET
from intake.stages import reasons

_CODES = re.compile(r'(?<!\w)sentence\(\s*"([a-z0-9-]+)"')


def used() -> set[str]:
    named = {
        code
        for file in Path(intake.__path__[0]).rglob("*.py")
        for code in _CODES.findall(file.read_text(encoding="utf-8"))
    }
    made = {f"left-out-{why.value}" for why in LeftOutWhy} | {OVER_BUDGET, BROKEN}
    machines = {kind.value for kind in Automation if reasons.is_known(kind.value)}
    kinds = {"reminder", "quotation", "statement", "other"}
    return named | made | machines | kinds | {"unread", "unread-too-large", "unread-timeout"}


def test_each_end_has_its_sentence_and_each_sentence_its_end() -> None:
    """A mail that cannot be given its reason would not be decided; a sentence that nothing uses
    would be kept up for nobody."""
    assert used() == set(default_texts("reasons"))


@pytest.mark.parametrize(
    ("references", "said"),
    [(["IN-1"], "IN-1"), (["IN-1", "IN-2"], "IN-1 of IN-2"), (["A", "B", "C"], "A, B of C")],
)
def test_references_are_listed_as_in_a_sentence(references: list[str], said: str) -> None:
    """A clerk would read "IN-1, IN-2" and not know whether it is one of them or both."""
    assert reasons.listed(references, "of") == said
