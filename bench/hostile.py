"""What hostile and heavy mails cost: time, memory, and how long ordinary mails wait behind them.

``python -m bench.hostile [loops] [scans] [lane] [photos]`` (all of them without a name). Each part
has a fresh installation and one worker as it ships. Read the numbers side by side with another
version's of the same sitting.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from statistics import median

from PIL import Image, ImageDraw
from sqlmodel import select

from bench import mails
from intake import settings as settings_module
from intake.model.mail import Envelope
from intake.store import Store, journal, open_store
from intake.store.crypto import vault
from intake.store.migration import migrate
from intake.store.tables import CaseState, MailRow
from tests.document.ocr import scans
from tests.hostile.pdfs import form_tree

SENDER = "administratie@vlinder.example"
DENSE_PAGES = 3
LANE = 30
PHOTOS = 20
PHOTO_SIDE = 2600


class Installation:
    """A store with one worker."""

    def __init__(self, store: Store, worker: subprocess.Popen[bytes]) -> None:
        self.store, self._worker = store, worker
        self._numbers = iter(range(1, 1_000_000))

    def keep(self, *files: tuple[str, bytes]) -> str:
        """Keep a mail with these files; its reference."""
        number = next(self._numbers)
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = (
            SENDER,
            "crediteuren@almere.nl",
            f"Bericht {number}",
        )
        message["Message-ID"] = f"<{number}@vlinder.example>"
        message["Date"] = dt.datetime.now(dt.UTC)
        message.set_content("Zie de bijlage.\n")
        for name, data in files:
            kind = ("image", "jpeg") if name.endswith(".jpg") else ("application", "pdf")
            message.add_attachment(data, *kind, filename=name)
        return journal.keep(
            self.store, message.as_bytes(), Envelope("smtp", dt.datetime.now(dt.UTC), SENDER)
        ).reference

    def decided(self, references: Sequence[str]) -> dict[str, float]:
        """Seconds from the keeping of each mail until its verdict; waits for the last."""
        while True:
            with self.store.read() as session:
                rows = session.exec(
                    select(
                        MailRow.reference, MailRow.state, MailRow.received_at, MailRow.decided_at
                    )
                ).all()
            ends = {
                r: (at - kept).total_seconds()
                for r, state, kept, at in rows
                if r in references and state != CaseState.RECEIVED and at
            }
            if len(ends) == len(references):
                return ends
            time.sleep(0.2)

    def peak(self) -> float:
        """Most memory that the worker's own process held, in MB."""
        status = Path(f"/proc/{self._worker.pid}/status").read_text()
        return next(
            int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")
        )

    def cpu(self) -> float:
        """Processor seconds of the worker's templates and all their children that ended."""
        ours = str(self._worker.pid)
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[1] == ours:
                ticks += sum(map(int, fields[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            INTAKE_HOME=folder,
            INTAKE_REPLIES__MODE="confirm",
            INTAKE_SMTP__LISTEN="",
            INTAKE_SMTP__LMTP_LISTEN="",
        )
        settings = settings_module.load()
        vault.create_keys(settings.key_folder, dt.datetime.now(dt.UTC).date())
        migrate(settings)
        store = open_store(settings)
        worker = subprocess.Popen(
            [sys.executable, "-m", "intake", "work"], stderr=subprocess.DEVNULL
        )
        try:
            made = Installation(store, worker)
            made.decided(
                [
                    made.keep(("factuur.pdf", mails.invoice_pdf("2026-9999"))),
                    made.keep(("scan.pdf", ordinary_scan(9998))),
                ]
            )
            yield made
        finally:
            worker.terminate()
            worker.wait(120)
            store.close()


def ordinary_scan(number: int) -> bytes:
    return scans.scan(mails.invoice_pdf(f"2026-{number}"), seed=number)


def dense_scan(seed: int) -> bytes:
    """Pages full of the smallest letters: the most that tekstherkenning (OCR) can be made to do."""
    rng = random.Random(seed)
    pages = []
    for _ in range(DENSE_PAGES):
        page = Image.new("L", (2480, 3508), 255)
        draw = ImageDraw.Draw(page)
        for y in range(20, 3480, 14):
            draw.text(
                (20, y),
                "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789 .,", k=400)),
                fill=0,
            )
        pages.append(page)
    return scans.pdf_of(pages)


def photo(seed: int) -> bytes:
    """A photo of nothing, as heavy as a telephone's."""
    file = io.BytesIO()
    scans.noise((PHOTO_SIDE, PHOTO_SIDE), 40, random.Random(seed)).save(file, "JPEG", quality=92)
    return file.getvalue()


def loops() -> None:
    files = [(f"{n}.pdf", form_tree() + b"\n%%%d" % n) for n in range(4)]
    with installation() as made:
        before = made.cpu()
        (seconds,) = made.decided([made.keep(*files)]).values()
        print(
            f"a mail of {sum(len(f) for _, f in files) / 1000:.0f} kB, four PDFs that loop:"
            f" {seconds:.0f} s, {made.cpu() - before:.0f} CPU s"
        )
        stuck = [made.keep(*((name, data + b"%%%d" % n) for name, data in files)) for n in range(5)]
        text = made.keep(("factuur.pdf", mails.invoice_pdf("2026-0001")))
        (seconds,) = made.decided([text]).values()
        print(f"a text invoice behind five such mails waits {seconds:.1f} s", flush=True)
        del stuck


def dense() -> None:
    with installation() as made:
        before = made.cpu()
        (seconds,) = made.decided(
            [made.keep(*((f"scan {n}.pdf", dense_scan(n)) for n in range(4)))]
        ).values()
        print(
            f"a mail of four dense scans: {seconds:.0f} s, {made.cpu() - before:.0f} CPU s",
            flush=True,
        )


def lane() -> None:
    heavy = [("scan.pdf", ordinary_scan(n)) for n in range(LANE)]
    behind: list[str] = []
    with installation() as made:
        for before in ((), heavy):
            behind = [made.keep(file) for file in before]
            begun = len(behind) * 100 + 1000
            texts = [
                made.keep((f"factuur {n}.pdf", mails.invoice_pdf(f"2026-{begun + n}")))
                for n in range(LANE)
            ]
            waits = sorted(made.decided(texts).values())
            print(
                f"{LANE} text invoices behind {len(before)} scans wait {median(waits):.1f} s"
                f" (median), {waits[-1]:.1f} s (longest)",
                flush=True,
            )
        if behind:
            print(
                f"the scans themselves took {max(made.decided(behind).values()):.0f} s", flush=True
            )


def photos() -> None:
    with installation() as made:
        files = [photo(n) for n in range(PHOTOS)]
        made.decided([made.keep((f"foto {n}.jpg", data)) for n, data in enumerate(files)])
        alone = made.peak()
        made.decided(
            [made.keep((f"factuur {n}.pdf", mails.invoice_pdf(f"2026-{n:04}"))) for n in range(5)]
        )
        print(
            f"{PHOTOS} mails with a photo of {len(files[0]) / 1e6:.1f} MB: the worker held"
            f" {alone:.0f} MB at most,"
        )
        print(f"after five invoices of the same sender {made.peak():.0f} MB", flush=True)


PARTS: dict[str, Callable[[], None]] = {
    "loops": loops,
    "scans": dense,
    "lane": lane,
    "photos": photos,
}


if __name__ == "__main__":
    for chosen in sys.argv[1:] or PARTS:
        PARTS[chosen]()
