"""PDF that is encrypted to certificates (Acrobat: "certificaatbeveiliging"), opened by two children
that know half each.

The child that parses PDF gives the sealed envelopes (CMS) out; the decrypting child, which holds
the private key and no PDF code, opens one and finds the seed in it; the first makes the key of this
one file from the seed. No private key meets PDF.

Source: ISO 32000-2 §7.6.5 (public-key security handlers).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from intake.model.attachment import Opening, Protection
from intake.model.mail import Part
from intake.sandbox.task import Attached, ChildKind, Task
from intake.secure_attachment.containers import pdf_password, smime
from intake.secure_attachment.containers.format import (
    Format,
    Opened,
    Opener,
    Passwords,
    files_of,
    opening_task,
)
from intake.secure_attachment.containers.result import ExtractedFile, Result, extracted

MAX_ENVELOPES = 20
SEED_BYTES = 20
"""ISO 32000-2 §7.6.5.3: what the key of a PDF for certificates is made from."""


def _envelopes(data: bytes, arguments: None, secrets: Sequence[bytes]) -> tuple[Attached, ...]:
    """Child's side: the envelopes with the seed."""
    from intake.secure_attachment.containers.pdf_seed import SeededReader

    return tuple(SeededReader(data).envelopes[:MAX_ENVELOPES])


def _open(data: bytes, arguments: None, secrets: Sequence[bytes]) -> Result:
    """Child's side: the only secret is the seed."""
    return extracted(lambda: _read(data, secrets[0]))


def _read(data: bytes, seed: bytes) -> Sequence[ExtractedFile]:
    from pypdf import PdfWriter

    from intake.secure_attachment.containers.pdf_seed import AES, SeededReader

    reader, content = SeededReader(data, seed), io.BytesIO()
    PdfWriter(clone_from=reader).write(content)
    protection = Protection.STRONG if reader.method in AES else Protection.WEAK
    return [ExtractedFile(content.getvalue(), protection)]


def _first_file() -> Iterator[tuple[bytes, None, Sequence[bytes]]]:
    """No file of ours has such a lock; the library is loaded by asking for it."""
    from intake.secure_attachment.containers import pdf_seed  # noqa: F401

    yield from ()


ENVELOPES = Task(
    "pdf-envelopes",
    ChildKind.UNLOCKING,
    _envelopes,
    _first_file,
    lambda envelopes: len(envelopes) <= MAX_ENVELOPES,
    seconds=30,
)
OPEN = opening_task("open-certified-pdf", _open, _first_file)


def _is_certified(part: Part) -> bool:
    return pdf_password.is_locked_pdf(part) and b"/Adobe.PubSec" in part.data


def _opened(part: Part, opener: Opener, passwords: Passwords) -> Opened:
    failed = Opened(Opening.DAMAGED, reason="a PDF for certificates without an envelope")
    for envelope in opener.reading.call(ENVELOPES, part.data, None):
        opened = smime.decrypted(envelope, opener, seed=True)
        if opened.opening is Opening.OPENED:
            seed = opened.content[:SEED_BYTES]
            return files_of(part, opener.reading.call(OPEN, part.data, None, [seed]), True)
        failed = Opened(opened.opening, reason=opened.reason)
    return failed


FORMAT = Format("pdf", _is_certified, _opened, (ENVELOPES, OPEN), is_document=True)
