"""All other tests under other clocks: nothing may depend on the day on which it runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

FOLDER = Path(__file__).parent
CLOCKS = {
    "a year ends": (
        "2027-12-31 22:50"
    ),  # ten minutes before midnight in Almere, seventy before UTC's
    "the clock goes back": (
        "2027-10-31 00:45"
    ),  # 02:45 in Almere; a quarter of an hour later 02:00 again
    "leap day": "2028-02-29 11:00",
    "years later": "2033-07-15 10:00",
}
"""UTC."""
SECONDS = 2 * 60 * 60
_SEEN = """
import datetime, pathlib, subprocess, sys, time
time.sleep(0.1)
print(datetime.datetime.now().date())
file = pathlib.Path(sys.argv[1])
file.write_text("")
print(datetime.date.fromtimestamp(file.stat().st_mtime))
subprocess.run(["/bin/date", "+%F"], env={}, check=True)
"""


@pytest.mark.parametrize("moment", CLOCKS.values(), ids=CLOCKS)
def test_every_program_sees_the_other_clock(moment: str, tmp_path: Path) -> None:
    """Tests that ran under today's clock after all would prove nothing."""
    program = [sys.executable, "-u", "-c", _SEEN, str(tmp_path / "file")]

    done = subprocess.run(
        _under(moment, *program), env=_environment("UTC"), capture_output=True, text=True
    )

    assert done.stdout.split() == [moment[:10]] * 3, done.stderr


@pytest.mark.timeout(SECONDS + 120)
@pytest.mark.parametrize("moment", CLOCKS.values(), ids=CLOCKS)
def test_all_tests_pass_under_another_clock(moment: str, tmp_path: Path) -> None:
    """Tests that turn red by themselves on some day stop every mend that is made on that day."""
    suite = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal", "-m", "not long"]
    suite += ["-q", "--tb=short", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'tests'}"]
    running = subprocess.Popen(
        _under(moment, *suite), cwd=FOLDER.parent, env=_environment("Europe/Amsterdam"),
        start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    try:
        told, _ = running.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(
            running.pid, signal.SIGINT
        )  # pytest ends its servers and says what was red so far
        told, _ = running.communicate()

    red = [line for line in told.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    assert running.returncode == 0, "\n".join([f"under {moment} UTC:", *red, "", told[-5000:]])


def _under(moment: str, *program: str) -> list[str]:
    return ["sh", str(FOLDER / "under-clock.sh"), moment, *program]


def _environment(zone: str) -> dict[str, str]:
    """Without what xdist tells its own workers."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return own | {"TZ": zone}
