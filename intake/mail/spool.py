"""The bytes of one unfinished mail, sealed in a file without a name: memory does not grow with what
comes in.

The file has no name from the start (``O_TMPFILE``, else it is removed at once) and its key is in
memory only, so a crash leaves nothing behind. Nothing is lost with it: a mail that is not finished
was not acknowledged.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 262_144
"""Bytes sealed at once; a smaller mail never reaches the disk."""
_TAG = 16


class Spool:
    """What has come of one mail. ``size`` is the number of its bytes."""

    def __init__(self, folder: Path) -> None:
        self.size = 0
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._cipher = AESGCM(AESGCM.generate_key(bit_length=256))
        self._sealed = 0
        self._rest = bytearray()

    def write(self, data: bytes) -> None:
        """Add bytes at the end.

        Raises:
            OSError: the disk is full, or cannot be written.
        """
        self.size += len(data)
        self._rest += data
        while len(self._rest) >= CHUNK:
            self._seal(bytes(self._rest[:CHUNK]))
            del self._rest[:CHUNK]

    def read(self) -> bytes:
        """All of it. Raises OSError, or InvalidTag when the file was changed."""
        if self._file is None:
            return bytes(self._rest)
        self._file.seek(0)
        chunks = [
            self._cipher.decrypt(_nonce(number), self._file.read(CHUNK + _TAG), None)
            for number in range(self._sealed)
        ]
        return b"".join((*chunks, self._rest))

    def close(self) -> None:
        """Give disk and memory back; twice does no harm."""
        self._rest = bytearray()
        if self._file is not None:
            self._file.close()

    def _seal(self, chunk: bytes) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115 closed by ``close``
        sealed = memoryview(self._cipher.encrypt(_nonce(self._sealed), chunk, None))
        while sealed:
            sealed = sealed[self._file.write(sealed) :]
        self._sealed += 1


def _nonce(number: int) -> bytes:
    """One for each chunk; the key is used for this mail only."""
    return number.to_bytes(12, "big")
