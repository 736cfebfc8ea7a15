"""OpenPGP messages, encrypted with an agreed password or to a key of ours; the extra
``intake[openpgp]`` opens them.

Runs in a child of its own. Only what proves that it was not changed opens (MDC or
AEAD), and only with ciphers that Sequoia's policy allows. Source: RFC 9580 §10.3 and §13.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from intake.model.attachment import Opening, Protection
from intake.model.mail import Part, PartKind
from intake.sandbox.task import ChildKind
from intake.secure_attachment.containers import mime_entity
from intake.secure_attachment.containers.format import (
    Format,
    Opened,
    OpenedFile,
    Opener,
    Passwords,
    encoded,
    files_of,
    opening_task,
)
from intake.secure_attachment.containers.passwords import forms, none_fits, within
from intake.secure_attachment.containers.result import (
    ExtractedFile,
    NotOpenedError,
    Result,
    damaged,
    extracted,
    locked,
)


def _open(data: bytes, arguments: int, secrets: Sequence[bytes]) -> Result:
    """Child's side: so many secrets are private keys of ours; passwords (UTF-8) follow them."""
    return extracted(lambda: _read(data, secrets[:arguments], secrets[arguments:]))


def _first_message() -> Iterator[tuple[bytes, int, Sequence[bytes]]]:
    with suppress(ImportError):
        import pysequoia

        yield pysequoia.encrypt(b"warm", passwords=["warm"]), 0, [b"warm"]


OPEN = opening_task("open-openpgp", _open, _first_message, ChildKind.OPENPGP)


def _opened(part: Part, opener: Opener, passwords: Passwords) -> Opened:
    keys = opener.openpgp_keys
    secrets = [*keys, *encoded(passwords())]
    result = opener.decrypting.call(OPEN, part.data, len(keys), secrets)
    opened = files_of(part, result, keeps_name=True)
    files = (inner for file in opened.files for inner in _unfolded(file, part))
    return replace(opened, files=tuple(files))


def _unfolded(file: OpenedFile, container: Part) -> list[OpenedFile]:
    """The files in a MIME entity; any other file by itself."""
    if not mime_entity.is_entity(file.part.data):
        return [file]
    parts = mime_entity.parts_of(file.part.data, container.path, container.file_name)
    return [OpenedFile(part, file.protection) for part in parts]


FORMAT = Format(
    "openpgp",
    lambda part: part.kind is PartKind.OPENPGP,
    _opened,
    (OPEN,),
    suffixes=(".gpg", ".pgp", ".asc"),
)


def _read(
    data: bytes, keys: Sequence[bytes], passwords: Sequence[bytes]
) -> Sequence[ExtractedFile]:
    try:
        import pysequoia
        from pysequoia.packet import Tag
    except ImportError:
        raise locked("OpenPGP needs the extra intake[openpgp], which is not installed") from None
    kinds = _kinds(data)
    for way in within(_ways(keys, forms(passwords))):
        try:
            return [ExtractedFile(pysequoia.decrypt(data, **way).bytes or b"", Protection.STRONG)]
        except (
            RuntimeError
        ):  # its words are not asked: a wrong password and a changed message must read the same
            continue
    if Tag.SKESK not in kinds:
        raise NotOpenedError(
            Opening.NOT_FOR_US, "encrypted to OpenPGP keys that do not open with ours"
        )
    raise locked(none_fits(passwords))


def _kinds(data: bytes) -> list[Any]:
    """The packets of the message; those inside the encryption are not seen."""
    from pysequoia.packet import PacketPile, Tag

    try:
        kinds = [packet.tag for packet in PacketPile.from_bytes(data)]
    except RuntimeError:
        raise damaged("no whole OpenPGP message") from None
    if Tag.PKESK not in kinds and Tag.SKESK not in kinds:
        raise damaged("an OpenPGP message without a key for its content")
    return kinds


def _ways(keys: Sequence[bytes], passwords: Sequence[str]) -> Iterator[dict[str, Any]]:
    import pysequoia

    for key in keys:
        try:
            yield {"decryptor": pysequoia.Tsk.from_bytes(key).decryptor()}
        except RuntimeError:
            raise NotOpenedError(
                Opening.OUR_FAULT, "an OpenPGP key of ours cannot be read"
            ) from None
    for password in passwords:
        yield {"passwords": [password]}
