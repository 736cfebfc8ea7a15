"""Starts one process as systemd would by its unit, where there is no systemd: run by the Python of the
installation, as root, in a mount namespace of its own.

    python locked.py intake-web.service

What the unit says is read from /etc/systemd/system: user and group, umask, environment, secrets, what of
the file system may be written or seen, capabilities, no_new_privs, write-or-execute, system calls.
"""

from __future__ import annotations

import ctypes
import errno
import os
import pwd
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

UNITS = Path("/etc/systemd/system")
_LINE = re.compile(r"(\w+)=(.*)")
_PR_SET_NO_NEW_PRIVS, _PR_CAPBSET_DROP, _PR_SET_MDWE = 38, 24, 65
_libc = ctypes.CDLL(None, use_errno=True)


def main(name: str) -> None:
    template, _, instance = name.removesuffix(".service").partition("@")
    file = UNITS / (f"{template}@.service" if instance else name)
    given: dict[str, list[str]] = defaultdict(list)
    drop_ins = [*UNITS.glob("intake-.service.d/*.conf"), *UNITS.glob(f"{file.name}.d/*.conf")]
    for each in (file, *sorted(drop_ins, key=lambda path: path.name)):
        for match in map(_LINE.fullmatch, each.read_text().splitlines()):
            if match:
                given[match[1]].append(match[2])
    _mount(given)
    account = pwd.getpwnam(given["User"][-1])
    secrets = _secrets(given, account, name)
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "CREDENTIALS_DIRECTORY": secrets}
    environment |= dict(line.split("=", 1) for line in given["Environment"])
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    for capability in range(64):
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.umask(int(given["UMask"][-1], 8))
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    os.chdir("/")
    _filter(given)
    if given["MemoryDenyWriteExecute"][-1] == "yes":
        _libc.prctl(_PR_SET_MDWE, 1, 0, 0, 0)  # Linux 6.3; before it there is no such lock here
    command = given["ExecStart"][-1].split()
    if condition := given["ExecCondition"]:
        code = subprocess.run(condition[-1].split(), env=environment, check=False).returncode
        if code:
            sys.exit(77)
    os.execve(command[0], command, environment)


def _mount(given: dict[str, list[str]]) -> None:
    """ProtectSystem=strict, ReadWritePaths=, InaccessiblePaths= and PrivateTmp=."""

    def mount(*arguments: str) -> None:
        subprocess.run(["mount", *arguments], check=True)

    mount("--make-rprivate", "/")
    for path in " ".join(given["ReadWritePaths"]).split():
        mount("--bind", path, path)
    for path in " ".join(given["InaccessiblePaths"]).split():
        mount("-t", "tmpfs", "-o", "mode=000", "tmpfs", path.removeprefix("-"))
    mount("-t", "tmpfs", "tmpfs", "/tmp")
    mount("-o", "remount,bind,ro", "/")


def _secrets(given: dict[str, list[str]], account: pwd.struct_passwd, name: str) -> str:
    folder = Path("/run/credentials") / name
    folder.mkdir(parents=True, exist_ok=True)
    for secret in given["LoadCredentialEncrypted"]:
        sealed = Path("/etc/credstore.encrypted") / secret
        if sealed.exists():
            command = [
                "systemd-creds",
                "decrypt",
                f"--name={secret}",
                str(sealed),
                str(folder / secret),
            ]
            subprocess.run(command, check=True, capture_output=True)
            os.chown(folder / secret, account.pw_uid, account.pw_gid)
    os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o500)
    return str(folder)


def _filter(given: dict[str, list[str]]) -> None:
    """The system calls that the unit names; all others get its error."""
    import pyseccomp

    allowed: set[str] = set()
    for line in given["SystemCallFilter"]:
        calls = {call for word in line.lstrip("~").split() for call in _calls(word)}
        allowed = allowed - calls if line.startswith("~") else allowed | calls
    number = getattr(errno, given["SystemCallErrorNumber"][-1])
    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(number))
    for call in sorted(allowed):
        try:
            rules.add_rule(pyseccomp.ALLOW, call)
        except (OSError, RuntimeError, ValueError):
            continue  # of another machine, or newer than libseccomp
    rules.load()


def _calls(word: str) -> set[str]:
    if not word.startswith("@"):
        return {word}
    command = ["systemd-analyze", "syscall-filter", word]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    words = {line.strip() for line in lines[1:] if line.strip() and "#" not in line}
    return {call for each in words for call in _calls(each)}


def _prctl(*arguments: int) -> None:
    if _libc.prctl(*arguments, *[0] * (5 - len(arguments))):
        raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    main(sys.argv[1])
