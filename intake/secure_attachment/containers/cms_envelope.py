"""Opening EnvelopedData (RFC 5652 §6) and AuthEnvelopedData (RFC 5083, RFC 5084).

Runs in the decrypting child only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import cms
from asn1crypto.core import OctetString
from cryptography.exceptions import InternalError, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization.pkcs7 import pkcs7_decrypt_der

from intake.model.attachment import Opening
from intake.secure_attachment.containers.cms_recipients import OwnKey, content_keys, unsupported
from intake.secure_attachment.containers.result import (
    UNDECIPHERABLE,
    NotOpenedError,
    damaged,
    locked,
)

_NOT_COMMON = (ValueError, TypeError, UnsupportedAlgorithm, InternalError)


@dataclass(frozen=True, slots=True)
class _Method:
    size: int
    block: int
    algorithm: Callable[[bytes], CipherAlgorithm]
    weak: bool = False


_CBC = {
    "2.16.840.1.101.3.4.1.2": _Method(16, 16, algorithms.AES),
    "2.16.840.1.101.3.4.1.22": _Method(24, 16, algorithms.AES),
    "2.16.840.1.101.3.4.1.42": _Method(32, 16, algorithms.AES),
    "1.2.840.113549.3.7": _Method(24, 8, TripleDES, weak=True),
}
_GCM = {"2.16.840.1.101.3.4.1.6": 16, "2.16.840.1.101.3.4.1.26": 24, "2.16.840.1.101.3.4.1.46": 32}


@dataclass(frozen=True, slots=True)
class Decrypted:
    content: bytes = field(repr=False)
    weak: bool
    """Triple DES."""
    proven: bool
    """The encryption itself proves that nothing was changed (GCM)."""


def decrypt_common(structure: bytes, keys: Sequence[OwnKey]) -> Decrypted | None:
    """The content of the commonest envelope (DER, RSA PKCS #1 v1.5, AES-CBC), as `cryptography`
    opens it by itself.

    None for whatever the library does not open: ``decrypt`` then opens it, or says why not. The
    library touches a quarter of the memory, of which each child that is forked has to make its own
    copy.
    """
    for key in keys:
        with suppress(*_NOT_COMMON):
            return Decrypted(
                pkcs7_decrypt_der(structure, key.certificate, key.private, []),  # type: ignore[arg-type]
                weak=False,
                proven=False,
            )
    return None


def decrypt(
    content_type: str, envelope: Any, keys: Sequence[OwnKey], *, allow_weak: bool
) -> Decrypted:
    """The content of one envelope.

    Raises:
        NotOpenedError: LOCKED, NOT_FOR_US, OUR_FAULT or DAMAGED.
    """
    authenticated = content_type == "authenticated_enveloped_data"
    info = envelope["auth_encrypted_content_info" if authenticated else "encrypted_content_info"]
    algorithm = info["content_encryption_algorithm"]
    recipients = envelope["recipient_infos"]
    if unsupported(recipients):
        raise locked(
            "encrypted with a password or a shared key in the mail (pwri, kekri); no certificate"
            " opens it"
        )
    if not keys:
        raise NotOpenedError(Opening.OUR_FAULT, "no private key of ours can be used")
    if authenticated:
        return _gcm(envelope, algorithm, info["encrypted_content"].native, keys)
    return _cbc(recipients, algorithm, info["encrypted_content"].native, keys, allow_weak)


def _for_us(recipients: Any, keys: Sequence[OwnKey], size: int) -> list[bytes]:
    candidates = list(content_keys(recipients, keys, size))
    if not candidates:
        raise NotOpenedError(Opening.NOT_FOR_US, "no recipient is a certificate of ours")
    return candidates


def _cbc(
    recipients: Any, algorithm: Any, content: bytes | None, keys: Sequence[OwnKey], allow_weak: bool
) -> Decrypted:
    method = _CBC.get(algorithm["algorithm"].dotted)
    candidates = _for_us(recipients, keys, method.size if method else 32)
    if method is None or (method.weak and not allow_weak):
        raise locked(f"content encryption {algorithm['algorithm'].dotted} is not on our list")
    iv = OctetString.load(algorithm["parameters"].dump()).native
    if not content or len(content) % method.block or len(iv) != method.block:
        raise damaged("the encrypted content is not whole")
    for key in candidates:
        decryptor = Cipher(method.algorithm(key), modes.CBC(iv)).decryptor()
        padded = decryptor.update(content) + decryptor.finalize()
        unpadder = PKCS7(method.block * 8).unpadder()
        try:
            return Decrypted(
                unpadder.update(padded) + unpadder.finalize(), method.weak, proven=False
            )
        except ValueError:
            continue
    raise locked(UNDECIPHERABLE)


def _gcm(envelope: Any, algorithm: Any, content: bytes | None, keys: Sequence[OwnKey]) -> Decrypted:
    size = _GCM.get(algorithm["algorithm"].dotted)
    candidates = _for_us(envelope["recipient_infos"], keys, size or 32)
    if size is None:
        raise locked(f"content encryption {algorithm['algorithm'].dotted} is not on our list")
    nonce = cms.Sequence.load(algorithm["parameters"].dump())[0].native
    tag = envelope["mac"].native
    if not 8 <= len(nonce) <= 128 or not 12 <= len(tag) <= 16:
        raise damaged("nonce or tag of GCM")
    attributes = envelope["auth_attrs"]
    covered = b"\x31" + attributes.dump()[1:] if len(attributes) else b""
    for key in candidates:
        decryptor = Cipher(
            algorithms.AES(key), modes.GCM(nonce, tag, min_tag_length=12)
        ).decryptor()
        decryptor.authenticate_additional_data(covered)
        plain = decryptor.update(content or b"")
        try:
            decryptor.finalize()
        except InvalidTag:
            continue
        return Decrypted(plain, weak=False, proven=True)
    raise locked(UNDECIPHERABLE)
