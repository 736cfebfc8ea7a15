"""Verdicts as bytes."""

from __future__ import annotations

import pytest

from intake.model.verdict import MailOutcome
from intake.store import codec
from tests.store import things


@pytest.mark.parametrize("invoices", [0, 1, 5])
def test_what_was_written_before_it_was_deflated_opens(invoices: int) -> None:
    """Cases of last year, and of a backup, must open after an upgrade."""
    verdict = things.verdict(
        MailOutcome.QUEUED, tuple(things.invoice(f"2026-{n}") for n in range(invoices))
    )
    plain = codec.VERDICTS.dump_json(verdict)

    packed = codec.pack(codec.VERDICTS, verdict)

    assert codec.unpack(codec.VERDICTS, plain) == codec.unpack(codec.VERDICTS, packed) == verdict
    assert len(packed) <= len(plain)
    assert invoices == 0 or len(packed) < len(plain) / 3
