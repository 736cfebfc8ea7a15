"""``intake import``: old mail out of files, or out of another folder of the watched mailbox.

Each mail is kept as it lies there, with the moment at which it was received; what is here already,
by whatever road, is known by its content. So a run that was broken off is simply run again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from intake import profile
from intake.commands.output import Exit, complain, say
from intake.commands.process import open_installation
from intake.commands.report import looking
from intake.errors import ConfigurationError, StoreUnavailable
from intake.failpoints import failpoint
from intake.mail import mail_files
from intake.mail.mail_files import Found, Skipped
from intake.mail.sources.imap import ImapMailbox
from intake.model.mail import Envelope
from intake.settings import Settings, load
from intake.store import Store, high_water, journal
from intake.store.tables import IMPORTED
from intake.text import redaction

_TRIES = 30
"""Of a mail while the database does not answer, two seconds apart."""


class _Counts:
    """What became of the mails so far."""

    def __init__(self) -> None:
        self.new = self.known = self.skipped = 0
        self._began = time.monotonic()

    @property
    def rate(self) -> float:
        return (self.new + self.known) / max(0.001, time.monotonic() - self._began)

    @property
    def words(self) -> str:
        return f"{self.new} new, {self.known} here already, {self.rate:.0f}/s"


def run(paths: Sequence[Path], municipality: str, source: str) -> Exit:
    """Take in all mails of these paths. Returns 1 when something was left out.

    Raises:
        ConfigurationError: a path is not there, or the settings have no mailbox.
    """
    settings = load()
    own = profile.load(municipality or settings.profile).name
    if source not in ("files", "imap"):
        raise ConfigurationError("--source takes files or imap")
    counts = _Counts()
    with open_installation(settings) as store:
        high_water.refuse_older(store)
        found, total = (
            _of_mailbox(settings, store, paths) if source == "imap" else _of_files(settings, paths)
        )
        with _progress(total) as bar:
            task = bar.add_task("", total=total)
            for name, each in found:
                if isinstance(each, Skipped):
                    counts.skipped += 1
                    where = f" {each.where}" if each.where else ""
                    complain(f"{redaction.path(name)}{where}: left out: {each.why}")
                else:
                    _take(store, each, own, counts)
                bar.update(task, advance=each.read, description=counts.words)
    say(f"Taken in: {counts.words}; left out: {counts.skipped}. Nothing of it is answered.")
    return Exit.REJECTED if counts.skipped else Exit.FINE


def _of_files(
    settings: Settings, paths: Sequence[Path]
) -> tuple[Iterator[tuple[str, Found | Skipped]], int]:
    for path in paths:
        if not path.exists():
            raise ConfigurationError(f"{redaction.path(str(path))} is not there")
    files = [file for path in paths for file in mail_files.files(path)]

    def found() -> Iterator[tuple[str, Found | Skipped]]:
        for file in files:
            try:
                for each in mail_files.mails(file, settings.max_mail_bytes):
                    yield str(file), each
            except OSError as error:
                yield str(file), Skipped("", error.strerror or "it cannot be read", 0)

    return found(), sum(file.stat().st_size for file in files)


def _of_mailbox(
    settings: Settings, store: Store, folders: Sequence[Path]
) -> tuple[Iterator[tuple[str, Found | Skipped]], int]:
    """The mails of folders of the watched mailbox; they stay there as they are."""
    from intake.mail.imap_stock import read_folder

    mailbox = next((s for s in settings.sources if isinstance(s, ImapMailbox)), None)
    if mailbox is None:
        raise ConfigurationError("there is no mailbox to import from: set INTAKE_MAILBOX__HOST")

    def found() -> Iterator[tuple[str, Found | Skipped]]:
        for folder in map(str, folders):
            for uid, received, raw in read_folder(mailbox, looking(settings, store), folder):
                if raw is None:
                    yield folder, Skipped(f"message {uid}", "too large, or not delivered", 1)
                else:
                    yield folder, Found(raw, received, 1)

    return found(), 0


def _take(store: Store, mail: Found, own: str, counts: _Counts) -> None:
    """Keep a mail that is not here yet.

    Raises StoreUnavailable when the database stays away; what was kept stays kept.
    """
    for left in reversed(range(_TRIES)):
        try:
            reference = _known(store, mail, own)
            is_new = reference is None
            if reference is None:
                envelope = Envelope(IMPORTED, mail.received_at, municipality=own)
                reference = journal.keep(store, mail.raw, envelope, IMPORTED).reference
                failpoint("after-import")
            if _has_no_id(mail.raw):
                journal.also_known_by(store, reference, mail_files.variants(mail.raw), own)
        except StoreUnavailable:
            if not left:
                raise
            time.sleep(2)
        else:
            counts.new += is_new
            counts.known += not is_new
            return


def _known(store: Store, mail: Found, own: str) -> str | None:
    """The reference of the very same mail, if it is here, in whatever form."""
    forms = [mail.raw, *([mail.as_stored] if mail.as_stored else [])]
    if _has_no_id(mail.raw):
        forms += [each for form in tuple(forms) for each in mail_files.variants(form)]
    known = (journal.known(store, form, own) for form in forms)
    return next((reference for reference in known if reference), None)


def _has_no_id(raw: bytes) -> bool:
    """Such a mail is known by its very bytes only."""
    return b"message-id:" not in raw[:256_000].lower()


def _progress(total: int) -> Progress:
    columns = [TextColumn("{task.description}"), BarColumn()]
    columns += [TaskProgressColumn(), TimeRemainingColumn()] if total else []
    return Progress(*columns, console=Console(stderr=True), transient=True)
