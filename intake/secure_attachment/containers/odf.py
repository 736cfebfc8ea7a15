"""ODS and ODT with a password, as LibreOffice writes them: each file of the package encrypted on
its own.

Source: OpenDocument 1.3 part 2, §3.4 and §4.8 (manifest, key
derivation).
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from intake.model.attachment import Protection
from intake.model.mail import PartKind
from intake.secure_attachment.containers.format import Format, by_password, opening_task
from intake.secure_attachment.containers.passwords import forms, none_fits, within
from intake.secure_attachment.containers.result import (
    MAX_FILES,
    MAX_TOTAL_BYTES,
    ExtractedFile,
    Result,
    bomb,
    damaged,
    extracted,
    locked,
)

MAX_ITERATIONS = 2_000_000
"""LibreOffice writes 100,000."""
MAX_MANIFEST_BYTES = 2_000_000
CHECKED_BYTES = 1024
"""The checksum is over these first bytes of what was encrypted."""

_MANIFEST = "META-INF/manifest.xml"
_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
_HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}


def _open(data: bytes, arguments: None, secrets: Sequence[bytes]) -> Result:
    def read() -> Sequence[ExtractedFile]:
        return [ExtractedFile(_unlocked(data, forms(secrets)), Protection.STRONG)]

    return extracted(read)


def _first_file() -> Iterator[tuple[bytes, None, Sequence[bytes]]]:
    """A package without a lock, which loads the libraries."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    Cipher(algorithms.AES(bytes(32)), modes.CBC(bytes(16))).decryptor().update(bytes(16))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_MANIFEST, "<manifest/>")
    yield file.getvalue(), None, [b"warm"]


OPEN = opening_task("open-odf", _open, _first_file)
FORMAT = Format(
    "odf",
    lambda part: part.kind is PartKind.OFFICE_ENCRYPTED and part.data.startswith(b"PK"),
    by_password(OPEN, keeps_name=True),
    (OPEN,),
)


@dataclass(frozen=True, slots=True)
class _Lock:
    """How one file is encrypted."""

    iterations: int
    salt: bytes
    start_hash: str
    vector: bytes
    checksum: bytes
    checksum_hash: str

    def opened(self, content: bytes, password: str) -> bytes | None:
        """What was encrypted, still packed; None when this is not the password."""
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        start = _HASHES[self.start_hash](password.encode()).digest()
        key = hashlib.pbkdf2_hmac("sha1", start, self.salt, self.iterations, 32)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(self.vector)).decryptor()
        packed = decryptor.update(content) + decryptor.finalize()
        unpadded = packed[: -packed[-1]] if packed else b""
        sums = {
            _HASHES[self.checksum_hash](bytes_[:CHECKED_BYTES]).digest()
            for bytes_ in (packed, unpadded)
        }
        return packed if self.checksum in sums else None


@dataclass(slots=True)
class _Package:
    """The files of a package and the locks on them."""

    files: dict[str, bytes] = field(repr=False)
    locks: dict[str, _Lock]
    manifest: Any


def _unlocked(data: bytes, passwords: Sequence[str]) -> bytes:
    """The package without its encryption.

    Raises:
        NotOpenedError: LOCKED, DAMAGED or BOMB.
    """
    package = _package(data)
    if not package.locks:
        raise locked("a way of encrypting OpenDocument that is not on our list")
    smallest = min(package.locks, key=lambda name: len(package.files[name]))
    for password in within(passwords):
        if package.locks[smallest].opened(package.files[smallest], password) is not None:
            return _rebuilt(package, password)
    raise locked(none_fits(passwords))


def _package(data: bytes) -> _Package:
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if (
            len(members) > MAX_FILES
            or sum(member.file_size for member in members) > MAX_TOTAL_BYTES
        ):
            raise bomb("an OpenDocument package with too much in it")
        files = {member.filename: archive.read(member) for member in members}
    manifest = etree.fromstring(
        files[_MANIFEST][:MAX_MANIFEST_BYTES],
        etree.XMLParser(resolve_entities=False, no_network=True),
    )
    locks = {}
    for member in manifest.iter(f"{_SPACE}file-entry"):
        name, encryption = (
            str(member.get(f"{_SPACE}full-path")),
            member.find(f"{_SPACE}encryption-data"),
        )
        if encryption is not None and name in files:
            locks[name] = _lock(encryption)
            member.remove(encryption)
    return _Package(files, locks, manifest)


def _lock(encryption: Any) -> _Lock:
    def of(element: str, attribute: str) -> str:
        found = encryption if not element else encryption.find(f"{_SPACE}{element}")
        return str(found.get(f"{_SPACE}{attribute}"))

    cipher, derivation = (
        of("algorithm", "algorithm-name"),
        of("key-derivation", "key-derivation-name"),
    )
    if not cipher.endswith("#aes256-cbc") or not derivation.endswith(("PBKDF2", "#pbkdf2")):
        raise locked("a way of encrypting OpenDocument that is not on our list")
    iterations = int(of("key-derivation", "iteration-count"))
    if iterations > MAX_ITERATIONS:
        raise bomb("an OpenDocument file that asks for too many rounds to make its key")
    return _Lock(
        iterations=iterations,
        salt=base64.b64decode(of("key-derivation", "salt")),
        start_hash=of("start-key-generation", "start-key-generation-name").rpartition("#")[2],
        vector=base64.b64decode(of("algorithm", "initialisation-vector")),
        checksum=base64.b64decode(of("", "checksum")),
        checksum_hash=of("", "checksum-type").rpartition("#")[2].removesuffix("-1k"),
    )


def _rebuilt(package: _Package, password: str) -> bytes:
    """The same package, every file readable and no lock in its manifest."""
    from lxml import etree

    room = MAX_TOTAL_BYTES
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in package.files.items():
            if name == _MANIFEST:
                content = etree.tostring(package.manifest)
            elif name in package.locks:
                content = _inflated(package.locks[name].opened(content, password), room)
            room -= len(content)
            archive.writestr(name, content)
    return file.getvalue()


def _inflated(packed: bytes | None, room: int) -> bytes:
    if packed is None:
        raise damaged("a file in an OpenDocument package does not decrypt")
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    content = machine.decompress(packed, max(room, 1))
    if machine.unconsumed_tail:
        raise bomb("an OpenDocument package that swells too much")
    return content
