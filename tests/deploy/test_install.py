"""README's installation, followed to the letter on a machine of its own: this one, with all that is written
to it kept in memory, and the services started as their units say.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shlex
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.deploy.units import DEPLOY
from tests.servers import free_port

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        os.getuid() != 0 and not os.environ.get("CI"),
        reason="makes users and mounts: run it as root",
    ),
]
ROOT = DEPLOY.parent
PYTHON = "/opt/intake/current/bin/python"
PASSWORD = "correct paard batterij"
SECRET = "geheim-7K2x"

_MOUNTS = """
set -eu
mount -t tmpfs -o size=4G tmpfs {folder}
mkdir {folder}/upper {folder}/work {folder}/root
mount -t overlay overlay -o lowerdir=/,upperdir={folder}/upper,workdir={folder}/work {folder}/root
cd {folder}/root
mount --rbind /dev dev
mount -t proc proc proc
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mkdir -p .{source}
mount --rbind {source} .{source}
echo ready
exec sleep infinity
"""


@dataclass
class Machine:
    """Another root over this one, in a mount namespace of its own."""

    holder: int
    root: Path
    web: int = field(default_factory=free_port)
    smtp: int = field(default_factory=free_port)
    services: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def command(self, *words: str) -> list[str]:
        return ["nsenter", "-m", f"-t{self.holder}", "chroot", str(self.root), *words]

    def run(self, line: str, *, check: bool = True, stdin: str = "") -> str:
        """What a line of shell says, typed by root."""
        done = subprocess.run(
            self.command("sh", "-euc", line),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def start(self, *units: str) -> None:
        """As systemd would: those that their settings give something to do go on running."""
        for unit in units:
            own = shlex.join([PYTHON, f"{ROOT}/tests/deploy/locked.py", unit])
            line = f"exec unshare -m {own} >>/var/log/{unit}.log 2>&1"
            self.services.append(subprocess.Popen(self.command("sh", "-c", line)))

    def wait_until_open(self, port: int) -> None:
        end = time.monotonic() + 180
        while not is_open(port):
            said = self.run("tail -n 30 /var/log/intake-*.log")
            assert time.monotonic() < end, said
            time.sleep(1)

    def stop(self) -> None:
        for service in self.services:
            service.terminate()
        for service in self.services:
            service.wait(60)
        self.services.clear()


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def block(heading: str) -> str:
    """The first lines of shell below these words of README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"```sh\n(.*?)```", text[text.index(heading) :], re.S)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("machine")
    script = _MOUNTS.format(folder=folder, source=ROOT)
    holder = subprocess.Popen(["unshare", "-m", "sh", "-c", script], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"ready\n"
    made = Machine(holder.pid, folder / "root")
    try:
        lines = block("1. **The program.**").replace("<this repository>", f"file://{ROOT}")
        made.run(f"git config --global --add safe.directory '*'\n{lines}")
        settings = "/etc/intake/intake.toml"
        made.run(f'sed -i \'s/^listen = "" .*/listen = "127.0.0.1:{made.smtp}"/\' {settings}')
        made.run(f'sed -i \'s/^listen = "127.*:8000"/listen = "127.0.0.1:{made.web}"/\' {settings}')
        made.run(f"sed -i 's/^trusted_proxies.*/secure_cookie = false/' {settings}")
        typed = (
            block("**Passwords**").strip().replace("systemd-ask-password -n", f"printf {SECRET}")
        )
        made.run(typed)
        made.run(f"printf '{PASSWORD}' >/tmp/password; chmod 644 /tmp/password")
        made.run("intake user add anna --role clerk --password-file /tmp/password")
        yield made
    finally:
        made.stop()
        holder.kill()
        holder.wait()


def test_no_file_of_the_service_is_roots(machine: Machine) -> None:
    """README of before ended with keys that the service could not read."""
    found = machine.run(
        "find /var/lib/intake /var/lib/intake-keys /var/lib/intake-mail-keys ! -user intake"
    )

    assert found == ""


def test_the_doctor_finds_nothing_wrong_before_the_start(machine: Machine) -> None:
    """The first thing an administrator sees would be a fault of ours."""
    said = machine.run("intake doctor")

    assert "WRONG" not in said
    assert "INTAKE_SMARTHOST__PASSWORD = **" in said
    assert SECRET not in said


def test_the_page_cannot_read_what_is_not_its_own(machine: Machine) -> None:
    """Who breaks into the page would open every encrypted mail."""
    look = "setpriv --reuid intake-web --regid intake --clear-groups cat"
    for path in ("/var/lib/intake-mail-keys/*.key.pem", "/etc/credstore.encrypted/*"):
        assert "Permission denied" in machine.run(f"{look} {path}", check=False)
    assert "CERTIFICATE" in machine.run(f"{look} /var/lib/intake-mail-keys/*.certificate.pem")


def test_mails_go_their_way_under_the_locks_of_the_units(machine: Machine) -> None:
    """A lock too many, and a reader or a key is not there: found on the day of the start."""
    machine.start("intake-receive.service", "intake-work@1.service", "intake-web.service")
    machine.wait_until_open(machine.smtp)
    machine.wait_until_open(machine.web)
    feed = f"INTAKE_SETTINGS=/etc/intake/intake.toml {PYTHON} {ROOT}/tests/deploy/feed.py"

    told = json.loads(machine.run(f"runuser -u intake -- env {feed}").splitlines()[-1])

    assert told["sent"] == sum(told["ends"].values())
    assert told["ends"] == {
        "queued": 9,
        "rejected": 7,
        "waiting": 2,
        "quarantined": 2,
        "ignored": 2,
    }
    page = see(machine, f"/zaak/{told['queued']}")
    assert told["queued"] in page
    doctor = machine.run("intake doctor")
    assert "WRONG" not in doctor
    assert "worker: last heard of" in doctor
    assert all(service.poll() is None for service in machine.services)


def test_a_service_with_nothing_to_do_passes_itself_over(machine: Machine) -> None:
    """It would stand red in a service that is well."""
    machine.start("intake-send.service")

    assert machine.services.pop().wait(60) == 77


def test_an_upgrade_keeps_all_and_leaves_a_way_back(machine: Machine) -> None:
    """An administrator who fears upgrades does none."""
    machine.stop()
    before = machine.run("readlink /opt/intake/current").strip()
    users, keys = machine.run("intake user list"), machine.run("intake keys list")

    said = machine.run("sh /usr/local/src/intake/deploy/install.sh")

    assert "Upgraded" in said
    assert machine.run("readlink /opt/intake/current").strip() != before
    assert (machine.run("intake user list"), machine.run("intake keys list")) == (users, keys)
    assert machine.run("ls /var/backups/intake").strip()
    machine.run(f"ln -sfn {before} /opt/intake/current")
    assert "WRONG  database" not in machine.run("intake doctor", check=False)


def see(machine: Machine, path: str) -> str:
    """A page, as a clerk's browser gets it."""
    browser = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    base = f"http://127.0.0.1:{machine.web}"
    form = browser.open(f"{base}/inloggen", timeout=20).read().decode()
    token = re.search(r'name="csrf" value="([^"]+)"', form)
    assert token
    fields = {"name": "anna", "password": PASSWORD, "csrf": token[1], "next": path}
    sent = urllib.request.Request(f"{base}/inloggen", urllib.parse.urlencode(fields).encode())
    page: str = browser.open(sent, timeout=20).read().decode()
    return page
