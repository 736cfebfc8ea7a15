"""PDF with a password to open: revisions 2 to 6 of the standard security handler, RC4 and AES.

``task_open`` runs in a child. The file comes out as the same PDF without its lock; what it says is
read like any other. A PDF that is locked to certificates is for ``certified_pdf``.

Source: ISO 32000-2 §7.6.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pikepdf

from intake.model.attachment import Protection
from intake.secure_attachment.containers.passwords import none_fits, spellings, within
from intake.secure_attachment.containers.result import Inside, answer, locked

_STRONG = frozenset({"aes", "aesv3"})


def task_open(
    data: bytes, arguments: Mapping[str, Any], secrets: Sequence[bytes]
) -> dict[str, Any]:
    """Open one PDF (child side).

    Args:
        secrets: passwords to try, UTF-8.

    Returns:
        what ``answer`` tells.
    """
    return answer(lambda: _read(data, spellings(secrets)))


def _read(data: bytes, passwords: Sequence[bytes]) -> Sequence[Inside]:
    for password in within((b"", *passwords)):
        try:
            with pikepdf.open(io.BytesIO(data), password=password) as file:
                return [Inside(_unlocked(file), _protection(file, password))]
        except pikepdf.PasswordError:
            continue
    raise locked(none_fits(passwords))


def _unlocked(file: pikepdf.Pdf) -> bytes:
    """The same objects without encryption; no stream is unpacked, so that nothing can swell."""
    content = io.BytesIO()
    file.save(content, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return content.getvalue()


def _protection(file: pikepdf.Pdf, password: bytes) -> Protection:
    if not password:
        return Protection.NONE
    return Protection.STRONG if file.encryption.stream_method.name in _STRONG else Protection.WEAK
