"""``intake process`` ends, whatever happens on the road."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake import worker
from intake.commands import process as command
from intake.commands.output import Exit
from intake.errors import IntakeError

MAIL = Path(__file__).parent.parent / "cases" / "empty-mail" / "message.eml"


class Broken(IntakeError):
    """Our own fault, such as a letter with a misspelt name."""

    code = "broken"


@pytest.mark.parametrize("fault", [RuntimeError("a bug"), Broken("ours")])
def test_a_road_that_breaks_ends_in_a_code(
    fault: Exception,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Whoever runs it in a script would wait for ever, and not know why."""

    def breaks(*_arguments: object) -> None:
        raise fault

    monkeypatch.setenv("INTAKE_HOME", str(tmp_path))
    monkeypatch.setattr(worker, "_process", breaks)
    monkeypatch.setattr(worker, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(command, "_WAIT_SECONDS", 2.0)

    assert command.process([MAIL], as_json=True, dry_run=True, municipality="") is Exit.UNREADABLE
    told = capfd.readouterr()
    assert '"quarantined"' in told.out or "not decided yet" in told.err
