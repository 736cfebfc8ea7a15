"""The units of ``deploy/systemd`` as they are written, with what holds for all of them."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

DEPLOY = Path(__file__).parents[2] / "deploy"
SYSTEMD = DEPLOY / "systemd"
PROGRAM = "/opt/intake/current/bin/intake"
_LINE = re.compile(r"(\w+)=(.*)")

Unit = dict[str, list[str]]
"""Every value of a name, in their order; sections are not kept apart."""


def unit(name: str) -> Unit:
    """One unit with its drop-ins."""
    dropped = sorted(SYSTEMD.glob(f"{name}.d/*.conf"))
    if name.endswith(".service"):
        dropped += SYSTEMD.glob("intake-.service.d/*.conf")
    found: Unit = defaultdict(list)
    for file in (SYSTEMD / name, *sorted(dropped, key=lambda file: file.name)):
        for line in file.read_text(encoding="utf-8").splitlines():
            if match := _LINE.fullmatch(line):
                found[match[1]].append(match[2])
    return found


def services() -> dict[str, Unit]:
    """Those of the long-running processes, by the command that they run."""
    units = {file.name: unit(file.name) for file in SYSTEMD.glob("intake-*.service")}
    return {
        each["ExecStart"][0].removeprefix(f"{PROGRAM} "): each
        for name, each in units.items()
        if each["Type"][-1] == "exec"
    }
