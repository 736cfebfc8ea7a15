"""What is handed out: built anew it is the same, and what is in it is told."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.deploy.units import DEPLOY

ROOT = DEPLOY.parent
PARTS = (
    "intake", "templates", "deploy", "requirements.lock", "README.md", "LICENSE", "CHANGELOG.md",
    "pyproject.toml",
)  # fmt: skip


def built(folder: Path, umask: int) -> dict[str, str]:
    """Wheel and source archive from a copy of the sources, made at another time by another person."""
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, folder / name)
    for path in folder.rglob("*"):
        os.utime(path, (1_600_000_000 + umask, 1_600_000_000 + umask))
        path.chmod(0o777 & ~umask if path.is_dir() else 0o666 & ~umask)
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1790000000", "TZ": f"Etc/GMT+{umask % 9}"}
    command = [sys.executable, "-m", "hatchling", "build", "-d", "dist"]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in (folder / "dist").iterdir()}


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], dict[str, str]]:
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    return first, built(first, 0o022), built(second, 0o077)


def test_built_twice_it_is_the_same(twice: tuple[Path, dict[str, str], dict[str, str]]) -> None:
    """Nobody could check that what is handed out comes from these sources."""
    _, first, second = twice

    assert len(first) == 2
    assert first == second


def test_the_wheel_holds_what_the_program_reads(
    twice: tuple[Path, dict[str, str], dict[str, str]],
) -> None:
    """An installation from the wheel would have no letters and no municipality."""
    (wheel,) = (twice[0] / "dist").glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())

    for source in ("templates/almere/profile.toml", "templates/_default/pages/case.html"):
        assert f"intake/{source}" in names
    assert not [name for name in names if name.startswith(("tests/", "deploy/"))]


def test_the_source_archive_holds_what_installs_it(
    twice: tuple[Path, dict[str, str], dict[str, str]],
) -> None:
    """Who has no git could not install it."""
    (archive,) = (twice[0] / "dist").glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}

    script = (DEPLOY / "install.sh").read_text()
    named = set(re.findall(r"\$source/([\w./-]+\w)", script))
    assert "requirements.lock" in named
    assert all(any(f == each or f.startswith(f"{each}/") for f in names) for each in named)


def test_the_bill_of_materials_names_every_package_of_the_lock() -> None:
    """A hole in a package that is not on the list is looked for nowhere."""
    command = [sys.executable, str(DEPLOY / "sbom.py")]
    first, second = (subprocess.run(command, check=True, capture_output=True).stdout for _ in "12")
    bill = json.loads(first)
    pinned = re.findall(
        r"^([a-z0-9._-]+)(?:\[.*\])?==(\S+)", (ROOT / "requirements.lock").read_text(), re.M
    )

    assert first == second
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert [(part["name"], part["version"]) for part in bill["components"]] == pinned
    assert len(pinned) > 60
    for part in bill["components"]:
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"
        assert part["externalReferences"][0]["hashes"], part["name"]
