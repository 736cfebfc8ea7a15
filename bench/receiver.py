"""The most memory that the receiver takes while many large mails come in at once, and what becomes
of a small one beside them.

``python -m bench.receiver [mails] [megabytes]``. The mails come from peers of ten mails each
(127.0.0.2, 127.0.0.3 …), all stay unfinished until the last one is there, then all end. Peak memory
is the kernel's own figure (VmHWM).
"""

from __future__ import annotations

import contextlib
import os
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.road import TO, free_port
from intake.model.basics import local_today
from intake.settings import load
from intake.store.crypto import vault
from intake.store.migration import migrate

PER_PEER = 10
_HEAD = b"From: a@vlinder.example\r\nSubject: Factuur\r\nMessage-ID: <%d@vlinder.example>\r\n\r\n"
_LINE = b"JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PC9UeXBlL0NhdGFsb2cvUGFnZXMgMiAwIFI+PgplbmRv\r\n"


def main(mails: int = 45, megabytes: int = 38) -> None:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        settings = load(home=Path(folder), smtp__listen=f"127.0.0.1:{port}", smtp__lmtp_listen="")
        vault.create_keys(settings.key_folder, local_today())
        migrate(settings)
        environment = os.environ | {
            "INTAKE_HOME": folder,
            "INTAKE_SMTP__LISTEN": f"127.0.0.1:{port}",
            "INTAKE_SMTP__LMTP_LISTEN": "",
        }
        receiver = subprocess.Popen(
            [sys.executable, "-m", "intake", "receive"], env=environment, stderr=subprocess.DEVNULL
        )
        try:
            _wait(port)
            print(f"at rest:            {_peak(receiver.pid):7.0f} MB")
            _measure(port, receiver.pid, mails, megabytes)
        finally:
            receiver.terminate()
            receiver.wait()


def _measure(port: int, pid: int, mails: int, megabytes: int) -> None:
    start = time.monotonic()
    with ThreadPoolExecutor(mails) as pool:
        clients = list(pool.map(lambda number: _unfinished(port, number, megabytes), range(mails)))
        print(f"{mails} unfinished:      {_peak(pid):7.0f} MB, {time.monotonic() - start:.1f} s")
        begun = time.monotonic()
        print(f"a small mail beside them: {_small(port)}, {time.monotonic() - begun:.2f} s")
        begun = time.monotonic()
        answers = Counter(pool.map(_finished, clients))
        print(
            f"all ended:          {_peak(pid):7.0f} MB, {time.monotonic() - begun:.1f} s, answers"
            f" {dict(answers)}"
        )


def _unfinished(port: int, number: int, megabytes: int) -> smtplib.SMTP | None:
    """A mail sent up to its end; None when it was not taken."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        client = smtplib.SMTP(
            "127.0.0.1", port, source_address=(f"127.0.0.{2 + number // PER_PEER}", 0), timeout=600
        )
        client.ehlo()
        client.docmd(f"MAIL FROM:<a@vlinder.example> SIZE={megabytes * 1_000_000}")
        client.rcpt(TO)
        if client.docmd("DATA")[0] == 354:
            client.send(_HEAD % number)
            for _ in range(megabytes):
                client.send(_LINE * (1_000_000 // len(_LINE)))
            return client
    return None


def _small(port: int) -> str:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            client.sendmail("b@vlinder.example", [TO], _HEAD % 10_000 + _LINE)
    except (smtplib.SMTPException, OSError) as error:
        return f"not taken ({error})"
    return "taken"


def _finished(client: smtplib.SMTP | None) -> str:
    if client is None:
        return "not begun"
    with contextlib.suppress(smtplib.SMTPException, OSError):
        client.send(b".\r\n")
        code = client.getreply()[0]
        client.close()
        return str(code)
    return "cut"


def _peak(pid: int) -> float:
    line = next(
        line
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmHWM")
    )
    return int(line.split()[1]) / 1024


def _wait(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("the receiver does not start")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
