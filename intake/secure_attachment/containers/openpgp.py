"""OpenPGP messages, encrypted with an agreed password or to a key of ours; the extra
``intake[openpgp]`` opens them.

``task_open`` runs in the decrypting child. Only what proves that it was not changed opens (MDC or
AEAD), and only with ciphers that Sequoia's policy allows. Source: RFC 9580 §10.3 and §13.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

try:
    import pysequoia
    from pysequoia.packet import PacketPile, Tag
except ImportError:
    pysequoia = None  # type: ignore[assignment]

from intake.model.attachment import Opening, Protection
from intake.secure_attachment.containers.passwords import forms, none_fits, within
from intake.secure_attachment.containers.result import (
    Inside,
    NotOpenedError,
    answer,
    damaged,
    locked,
)


def task_open(
    data: bytes, arguments: Mapping[str, Any], secrets: Sequence[bytes]
) -> dict[str, Any]:
    """Open one OpenPGP message (child side).

    Args:
        arguments: ``{"keys": int}``: how many of the secrets are private keys of ours; passwords
            (UTF-8) follow them.

    Returns:
        what ``answer`` tells.
    """
    count = arguments["keys"]
    return answer(lambda: _read(data, secrets[:count], secrets[count:]))


def _read(data: bytes, keys: Sequence[bytes], passwords: Sequence[bytes]) -> Sequence[Inside]:
    if pysequoia is None:
        raise locked("OpenPGP needs the extra intake[openpgp], which is not installed")
    kinds = _kinds(data)
    for way in within(_ways(keys, forms(passwords))):
        try:
            return [Inside(pysequoia.decrypt(data, **way).bytes or b"", Protection.STRONG)]
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
    try:
        kinds = [packet.tag for packet in PacketPile.from_bytes(data)]
    except RuntimeError:
        raise damaged("no whole OpenPGP message") from None
    if Tag.PKESK not in kinds and Tag.SKESK not in kinds:
        raise damaged("an OpenPGP message without a key for its content")
    return kinds


def _ways(keys: Sequence[bytes], passwords: Sequence[str]) -> Iterator[dict[str, Any]]:
    for key in keys:
        try:
            yield {"decryptor": pysequoia.Tsk.from_bytes(key).decryptor()}
        except RuntimeError:
            raise NotOpenedError(
                Opening.OUR_FAULT, "an OpenPGP key of ours cannot be read"
            ) from None
    for password in passwords:
        yield {"passwords": [password]}
