"""Mails out of files of other programs: mbox, Maildir, and single files, each a mail at a time.

An mbox (RFC 4155) says where a mail begins with a line "From ", after an empty line. Within a mail
such a line may have been quoted with ">", or not at all; so a line counts only when it has the form
of one, with a date, and the header of a mail follows.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO

from intake.mail import headers

CHUNK = 1_000_000
"""Bytes of one line that are read at once."""
OUTLOOK = ".msg"
_POSTMARK = re.compile(
    rb"From \S.{0,500}?((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) "
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d(?::\d\d)?"
    rb"(?: [A-Z]{3,5}| [+-]\d{4})? \d{4}(?: [+-]\d{4})?)\s*\r?\n?"
)
_FIELD = re.compile(rb"[!-9;-~]{1,200}[ \t]*:|>From |From ")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_DRAFT = re.compile(r":2,[A-Za-z]*D")
_EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_HEADER_BYTES = 256_000


@dataclass(frozen=True, slots=True)
class Found:
    """One mail in a file."""

    raw: bytes
    received_at: dt.datetime
    read: int
    """Bytes of the file that were read for it."""
    as_stored: bytes = b""
    """As it stands in the file, where quoting was taken off its lines."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in a file that is not taken in."""

    where: str
    why: str
    read: int


def files(path: Path) -> Iterator[Path]:
    """The files that hold mails: the path itself, or all below it in the order of their names.

    What a Maildir holds beside mails (what is being delivered, indexes, drafts) is left out.
    """
    if not path.is_dir():
        yield path
        return
    is_maildir = (path / "cur").is_dir() and (path / "new").is_dir()
    for each in sorted(path.iterdir()):
        if each.is_symlink():
            continue
        if each.is_dir():
            if not (is_maildir and each.name == "tmp"):
                yield from files(each)
        elif not is_maildir and each.is_file() and not _DRAFT.search(each.name):
            yield each


def is_mailbox(file: Path) -> bool:
    """Whether it is an mbox."""
    with file.open("rb") as stream:
        return _POSTMARK.fullmatch(stream.readline(CHUNK)) is not None


def mails(file: Path, limit: int) -> Iterator[Found | Skipped]:
    """The mails of a file, one in memory at a time, and no more of it than ``limit`` bytes.

    Raises:
        OSError: it cannot be read.
    """
    if file.suffix.lower() == OUTLOOK:
        yield Skipped("", "of Outlook: save it as .eml", file.stat().st_size)
    elif is_mailbox(file):
        with file.open("rb") as stream:
            yield from _of_mailbox(stream, limit)
    else:
        yield _of_file(file, limit)


def variants(raw: bytes) -> Iterator[bytes]:
    """The same mail with the other line ends, and with or without the last one: as another program
    may have stored it."""
    lines = raw.replace(b"\r\n", b"\n").rstrip(b"\n")
    for text in (lines, lines.replace(b"\n", b"\r\n")):
        end = b"\r\n" if b"\r\n" in text else b"\n"
        yield from (text, text + end, text + 2 * end)


def received_at(raw: bytes, otherwise: dt.datetime | None) -> dt.datetime:
    """When our server received a mail: by its topmost Received, else by the file, else by its Date.

    A moment that is yet to come, or from before there was mail, is none.
    """
    fields, _body, _stopped = headers.split(raw, 0, min(len(raw), _HEADER_BYTES))
    received = headers.text(headers.first(fields, "received")).rpartition(";")[2]
    now = dt.datetime.now(dt.UTC)
    told = (_moment(received), otherwise, _moment(headers.text(headers.first(fields, "date"))))
    return next((each for each in told if each and _EARLIEST <= each <= now), now)


def _of_file(file: Path, limit: int) -> Found | Skipped:
    size = file.stat().st_size
    if size > limit:
        return Skipped("", "too large", size)
    raw = file.read_bytes()
    fields, _body, stopped = headers.split(raw, 0, len(raw))
    if stopped or not {"from", "date", "received", "message-id"} & {name for name, _ in fields}:
        return Skipped("", "no mail", size)
    return Found(raw, received_at(raw, None), size)


def _of_mailbox(stream: IO[bytes], limit: int) -> Iterator[Found | Skipped]:
    """Split at the lines that begin a mail; the empty line before such a line is no part of one."""
    number = 0
    mail, stored, postmark = bytearray(), 0, b""
    was_empty = True
    line = stream.readline(CHUNK)
    while line:
        following = stream.readline(CHUNK)
        begins = _POSTMARK.fullmatch(line) if was_empty else None
        if begins and _FIELD.match(following):
            if postmark:
                yield _one(mail, stored, postmark, number, limit)
            number, postmark = number + 1, begins[1]
            mail, stored = bytearray(), len(line)
            was_empty = False
        else:
            stored += len(line)
            if len(mail) <= limit:
                mail += line
            was_empty = line in (b"\n", b"\r\n")
        line = following
    if postmark:
        yield _one(mail, stored, postmark, number, limit)


def _one(mail: bytearray, size: int, postmark: bytes, number: int, limit: int) -> Found | Skipped:
    if len(mail) > limit:
        return Skipped(f"mail {number}", "too large", size)
    for end in (b"\r\n\r\n", b"\n\n"):
        if mail.endswith(end):
            del mail[len(mail) - len(end) // 2 :]
            break
    stored = bytes(mail)
    raw = _QUOTED.sub(rb"\1", stored)
    moment = _moment(postmark.decode("ascii", "replace"))
    return Found(raw, received_at(raw, moment), size, stored if stored != raw else b"")


def _moment(text: str) -> dt.datetime | None:
    """A date of a header, or of the first line in an mbox (which is in UTC)."""
    with suppress(ValueError, TypeError, IndexError, OverflowError, AttributeError):
        moment = parsedate_to_datetime(text.strip()[:200])
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    for form in ("%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %Y %z", "%a %b %d %H:%M:%S %z %Y"):
        with suppress(ValueError):
            moment = dt.datetime.strptime(text.strip(), form)  # noqa: DTZ007 in UTC
            return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    return None
