"""Signatures inside S/MIME (RFC 5652 §5): whether the content is what somebody signed.

Who signed is not judged here; a valid signature inside an encryption proves that nobody changed it
on its way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from intake.secure_attachment.containers.cms_recipients import HASHES

MAX_SIGNERS = 10
MAX_CERTIFICATES = 50

# SHA-1 still proves that nobody on the way changed the content: that would need a second preimage.
_FAILURES = (
    ValueError,
    TypeError,
    KeyError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
)


def is_valid(signed: Any, content: bytes) -> bool:
    """Whether at least one signer's signature over ``content`` verifies with a certificate in the
    mail.
    """
    certificates = list(_certificates(signed))
    for signer in list(signed["signer_infos"])[:MAX_SIGNERS]:
        try:
            if any(
                _verifies(signer, certificate, content)
                for certificate in certificates
                if _is_named(signer["sid"], certificate)
            ):
                return True
        except _FAILURES:
            continue
    return False


def _certificates(signed: Any) -> Iterator[x509.Certificate]:
    for certificate in list(signed["certificates"])[:MAX_CERTIFICATES]:
        try:
            yield x509.load_der_x509_certificate(certificate.chosen.dump())
        except _FAILURES:
            continue


def _is_named(sid: Any, certificate: x509.Certificate) -> bool:
    if sid.name == "issuer_and_serial_number":
        return bool(sid.chosen["serial_number"].native == certificate.serial_number)
    identifier = certificate.extensions.get_extension_for_class(
        x509.SubjectKeyIdentifier
    ).value.digest
    return bool(sid.chosen.native == identifier)


def _verifies(signer: Any, certificate: x509.Certificate, content: bytes) -> bool:
    digest = HASHES[signer["digest_algorithm"]["algorithm"].native]()
    message = content
    if len(signer["signed_attrs"]):
        if _message_digest(signer["signed_attrs"]) != _hash(digest, content):
            return False
        message = b"\x31" + signer["signed_attrs"].dump()[1:]
    _check(certificate.public_key(), signer, digest, message)
    return True


def _message_digest(attributes: Any) -> bytes | None:
    for attribute in attributes:
        if attribute["type"].native == "message_digest":
            value: bytes = attribute["values"][0].native
            return value
    return None


def _hash(digest: hashes.HashAlgorithm, content: bytes) -> bytes:
    state = hashes.Hash(digest)
    state.update(content)
    return state.finalize()


def _check(key: object, signer: Any, digest: hashes.HashAlgorithm, message: bytes) -> None:
    signature = signer["signature"].native
    algorithm = signer["signature_algorithm"]
    if isinstance(key, rsa.RSAPublicKey):
        scheme: padding.AsymmetricPadding = padding.PKCS1v15()
        if algorithm["algorithm"].native == "rsassa_pss":
            parameters = algorithm["parameters"]
            digest = HASHES[parameters["hash_algorithm"]["algorithm"].native]()
            mask = HASHES[parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native]()
            scheme = padding.PSS(padding.MGF1(mask), parameters["salt_length"].native)
        key.verify(signature, message, scheme, digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(digest))
    elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        key.verify(signature, message)
    else:
        raise TypeError("kind of key")
