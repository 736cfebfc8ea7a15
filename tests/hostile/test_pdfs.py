"""Hostile PDFs end in time, in a named way, and cost the parent nothing."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

import pytest

from intake.document.reading import DRAW_PAGE, PictureArguments
from intake.errors import SandboxFailed
from intake.sandbox.client import Sandbox
from intake.sandbox.task import ChildKind
from tests.hostile import tasks
from tests.hostile.pdfs import HOSTILE

SECONDS = 4.0
ENDS = {"timeout", "memory", "crash"}


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(ChildKind.READING, [tasks.READ_PDF, DRAW_PAGE]) as opened:
        yield opened


class TestHostile:
    @pytest.mark.parametrize("reader", ["pdfium", "pdfplumber"])
    @pytest.mark.parametrize("kind", HOSTILE)
    def test_it_ends_in_time_and_in_words(self, box: Sandbox, kind: str, reader: str) -> None:
        """Else one mail stops the reading of all others."""
        data = HOSTILE[kind]()
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()

        try:
            told = box.call(tasks.READ_PDF, data, {"reader": reader}, seconds=SECONDS)
        except SandboxFailed as failure:
            assert failure.code in ENDS
        else:
            assert told["fault"] in (None, "damaged", "not-a-pdf")
            assert told["read"] <= told["page_count"]
        assert time.monotonic() - start < SECONDS + 4
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000

    @pytest.mark.parametrize("kind", HOSTILE)
    def test_its_picture_ends_in_time(self, box: Sandbox, kind: str) -> None:
        """Else opening a case at the desk hangs the page."""
        data = HOSTILE[kind]()
        start = time.monotonic()

        try:
            assert box.call(DRAW_PAGE, data, PictureArguments(1, 100), seconds=SECONDS)
        except SandboxFailed as failure:
            assert failure.code in ENDS
        assert time.monotonic() - start < SECONDS + 4
