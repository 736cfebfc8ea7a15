"""A PDF that is encrypted to certificates, read with the seed of its key. Runs in a child that holds
no private key.

Source: ISO 32000-2 §7.6.5 (public-key security handlers).
"""

from __future__ import annotations

import hashlib
import io
from typing import Any

from pypdf import PasswordType, PdfReader
from pypdf._encryption import Encryption

AES = {"/AESV2": 16, "/AESV3": 32}
"""Bytes of the key."""


class SeededReader(PdfReader):
    """A reader that takes the seed of the file's key in place of a password; without one it
    decrypts nothing.
    """

    lock: Any
    filter: Any

    def __init__(self, data: bytes, seed: bytes = b"") -> None:
        self._seed = seed
        super().__init__(io.BytesIO(data))

    def _handle_encryption(self, password: str | bytes | None) -> None:  # noqa: ARG002
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
            envelope.get_object().original_bytes
            for envelope in (found if isinstance(found, list) else [found])
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
        size = AES.get(self.method) or (
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
