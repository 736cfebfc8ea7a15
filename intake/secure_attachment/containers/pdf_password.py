"""PDF with a password to open: revisions 2 to 6 of the standard security handler, RC4 and AES.

The file comes out as the same PDF without its lock; what it says is
read like any other. A PDF that is locked to certificates is for ``pdf_certificate``.

Source: ISO 32000-2 §7.6.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from intake.model.attachment import Protection
from intake.model.mail import Part, PartKind
from intake.secure_attachment.containers.format import Format, by_password, opening_task
from intake.secure_attachment.containers.passwords import none_fits, spellings, within
from intake.secure_attachment.containers.result import ExtractedFile, Result, extracted, locked

_STRONG = frozenset({"aes", "aesv3"})


def is_locked_pdf(part: Part) -> bool:
    """Whether a PDF has a lock: its words are never encrypted or packed (ISO 32000-2 §7.5.8.2,
    §7.6.1).
    """
    return part.kind is PartKind.PDF and b"/Encrypt" in part.data


def _open(data: bytes, arguments: None, secrets: Sequence[bytes]) -> Result:
    return extracted(lambda: _read(data, spellings(secrets)))


def _first_files() -> Iterator[tuple[bytes, None, Sequence[bytes]]]:
    import pikepdf

    from intake.document.readers.warmup import tiny_pdf

    for revision in (4, 6):
        file = io.BytesIO()
        with pikepdf.open(io.BytesIO(tiny_pdf())) as pdf:
            pdf.save(file, encryption=pikepdf.Encryption(owner="warm", user="warm", R=revision))
        yield file.getvalue(), None, [b"warm"]


OPEN = opening_task("open-pdf", _open, _first_files)
FORMAT = Format("pdf", is_locked_pdf, by_password(OPEN, keeps_name=True), (OPEN,), is_document=True)


def _read(data: bytes, passwords: Sequence[bytes]) -> Sequence[ExtractedFile]:
    import pikepdf

    for password in within((b"", *passwords)):
        try:
            with pikepdf.open(io.BytesIO(data), password=password) as file:
                return [ExtractedFile(_unlocked(file), _protection(file, password))]
        except pikepdf.PasswordError:
            continue
    raise locked(none_fits(passwords))


def _unlocked(file: Any) -> bytes:
    """The same objects without encryption; no stream is unpacked, so that nothing can swell."""
    import pikepdf

    content = io.BytesIO()
    file.save(content, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return content.getvalue()


def _protection(file: Any, password: bytes) -> Protection:
    if not password:
        return Protection.NONE
    return Protection.STRONG if file.encryption.stream_method.name in _STRONG else Protection.WEAK
