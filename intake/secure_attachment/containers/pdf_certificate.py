"""PDF that is encrypted to certificates (Acrobat: "certificaatbeveiliging"), opened by two children
that know half each.

The child that parses PDF gives the sealed envelopes (CMS) out; the decrypting child, which holds
the private key and no PDF code, opens one and finds the seed in it; the first makes the key of this
one file from the seed. No private key meets PDF.

Source: ISO 32000-2 §7.6.5 (public-key security handlers).
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import Any

from pypdf import PasswordType, PdfReader, PdfWriter
from pypdf._encryption import Encryption

from intake.model.attachment import Protection
from intake.secure_attachment.containers.result import Inside, answer

MAX_ENVELOPES = 20

_AES = {"/AESV2": 16, "/AESV3": 32}
"""Bytes of the key."""


class _Reader(PdfReader):
    """A reader that takes the seed of the file's key in place of a password; without one it
    decrypts nothing.
    """

    lock: Any
    filter: Any

    def __init__(self, data: bytes, seed: bytes = b"") -> None:
        self._seed = seed
        super().__init__(io.BytesIO(data))

    def _handle_encryption(self, password: str | bytes | None) -> None:  # noqa: ARG002 - the reader's own hook
        self._override_encryption = True
        self.lock = self.trailer["/Encrypt"]
        name = self.lock.get("/StmF")
        self.filter = self.lock["/CF"][name] if name else self.lock
        if self._seed:
            self._encryption = self._with_key()
            self._override_encryption = False

    @property
    def envelopes(self) -> list[bytes]:
        """Each is CMS for some of the recipients."""
        found = self.filter["/Recipients"]
        return [
            one.get_object().original_bytes
            for one in (found if isinstance(found, list) else [found])
        ]

    @property
    def method(self) -> str:
        return str(self.filter.get("/CFM", "/V2"))

    def _with_key(self) -> Encryption:
        version = int(self.lock["/V"])
        whole = bool(self.filter.get("/EncryptMetadata", self.lock.get("/EncryptMetadata", True)))
        digest = (hashlib.sha256 if version >= 5 else hashlib.sha1)(
            self._seed + b"".join(self.envelopes) + (b"" if whole else b"\xff" * 4)
        ).digest()
        size = _AES.get(self.method) or (
            5 if version == 1 else int(self.lock.get("/Length", 128)) // 8
        )
        made = Encryption(
            version,
            0,
            size * 8,
            0,
            self.lock,
            whole,
            b"",
            self.method,
            self.method,
            self.method,
            None,
        )
        made._key, made._password_type = digest[:size], PasswordType.USER_PASSWORD
        return made


def task_envelopes(
    data: bytes, arguments: Mapping[str, Any], secrets: Sequence[bytes]
) -> list[str]:
    """The envelopes with the seed, base64 (child side)."""
    return [
        base64.b64encode(envelope).decode("ascii")
        for envelope in _Reader(data).envelopes[:MAX_ENVELOPES]
    ]


def task_open(
    data: bytes, arguments: Mapping[str, Any], secrets: Sequence[bytes]
) -> dict[str, Any]:
    """Open one PDF (child side).

    Args:
        secrets: the seed, 20 bytes.

    Returns:
        what ``answer`` tells.
    """
    return answer(lambda: _read(data, secrets[0]))


def _read(data: bytes, seed: bytes) -> Sequence[Inside]:
    reader, content = _Reader(data, seed), io.BytesIO()
    PdfWriter(clone_from=reader).write(content)
    return [
        Inside(content.getvalue(), Protection.STRONG if reader.method in _AES else Protection.WEAK)
    ]
