"""From recipient information and our private keys to the key of the content (RFC 5652 §6.2, RFC
4056, RFC 5753).

Runs in the decrypting child only. A key that cannot be recovered becomes a random one: the content
then fails like any other wrong key, so that nobody learns from us whether a padding was right
(Bleichenbacher, RFC 3218 §2.3.2).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidKey, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

MAX_RECIPIENTS = 500

_UNIQUE_SERIAL_BITS = 63
"""A serial number of at least 64 random bits is ours whatever way the sender spelled the issuer."""

HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}

_AGREEMENTS: dict[str, type[hashes.HashAlgorithm]] = {
    "1.3.133.16.840.63.0.2": hashes.SHA1,  # dhSinglePass-stdDH-sha1kdf
    "1.3.132.1.11.0": hashes.SHA224,
    "1.3.132.1.11.1": hashes.SHA256,
    "1.3.132.1.11.2": hashes.SHA384,
    "1.3.132.1.11.3": hashes.SHA512,
    "1.3.133.16.840.63.0.3": (
        hashes.SHA1
    ),  # dhSinglePass-cofactorDH: the cofactor of the NIST curves is 1
    "1.3.132.1.14.0": hashes.SHA224,
    "1.3.132.1.14.1": hashes.SHA256,
    "1.3.132.1.14.2": hashes.SHA384,
    "1.3.132.1.14.3": hashes.SHA512,
}

_WRAPS = {
    "2.16.840.1.101.3.4.1.5": 16,
    "2.16.840.1.101.3.4.1.25": 24,
    "2.16.840.1.101.3.4.1.45": 32,
}

_CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})

_FAILURES = (ValueError, TypeError, KeyError, InvalidUnwrap, InvalidKey, UnsupportedAlgorithm)


class OwnKey:
    """One certificate of ours with its private key, which is read only when a mail needs it."""

    def __init__(self, secret: bytes) -> None:
        """Take PEM bytes with one certificate and one unencrypted private key.

        Raises:
            ValueError: there is no certificate in it.
        """
        self._pem = secret
        self.certificate = x509.load_pem_x509_certificate(secret)

    @cached_property
    def private(self) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
        begin = self._pem.index(b"-----BEGIN", self._pem.index(b"-----END CERTIFICATE"))
        # Checked when it was imported and at each start; checking the primes again costs more than the mail.
        key = serialization.load_pem_private_key(
            self._pem[begin:], None, unsafe_skip_rsa_key_validation=True
        )
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise TypeError("neither RSA nor EC")
        return key

    @cached_property
    def subject_key(self) -> frozenset[bytes]:
        """The identifier in the certificate and the usual computed one."""
        computed = x509.SubjectKeyIdentifier.from_public_key(self.certificate.public_key()).digest
        try:
            named = self.certificate.extensions.get_extension_for_class(
                x509.SubjectKeyIdentifier
            ).value.digest
        except (x509.ExtensionNotFound, ValueError):
            return frozenset({computed})
        return frozenset({computed, named})

    def is_named(self, rid: Any) -> bool:
        """Whether a recipient identifier (RFC 5652 §6.2.1) names this certificate."""
        if rid.name == "issuer_and_serial_number":
            serial = rid.chosen["serial_number"].native
            if serial != self.certificate.serial_number:
                return False
            issuer = rid.chosen["issuer"]
            own = self.certificate.issuer.public_bytes()
            return bool(
                serial.bit_length() >= _UNIQUE_SERIAL_BITS
                or issuer.dump() == own
                or issuer == type(issuer).load(own)
            )
        if rid.name == "r_key_id":
            return rid.chosen["subject_key_identifier"].native in self.subject_key
        return rid.chosen.native in self.subject_key


def unsupported(recipients: cms.RecipientInfos) -> bool:
    """Whether every recipient is of a kind that no certificate opens (a password, a shared key)."""
    return len(recipients) > 0 and all(
        recipient.name not in ("ktri", "kari") for recipient in recipients
    )


def content_keys(
    recipients: cms.RecipientInfos, keys: Sequence[OwnKey], size: int
) -> Iterator[bytes]:
    """A key of ``size`` bytes for each recipient that is one of ours; nothing when the mail is not
    for us.
    """
    for recipient in list(recipients)[:MAX_RECIPIENTS]:
        for key in keys:
            if recipient.name == "ktri" and key.is_named(recipient.chosen["rid"]):
                yield _transported(recipient.chosen, key, size)
            elif recipient.name == "kari":
                for wrapped in list(recipient.chosen["recipient_encrypted_keys"])[:MAX_RECIPIENTS]:
                    if key.is_named(wrapped["rid"]):
                        yield _agreed(recipient.chosen, wrapped["encrypted_key"].native, key, size)


def _transported(recipient: Any, own: OwnKey, size: int) -> bytes:
    """RSA: PKCS #1 v1.5 or OAEP."""
    fallback = os.urandom(size)
    try:
        if not isinstance(own.private, rsa.RSAPrivateKey):
            return fallback
        key = own.private.decrypt(
            recipient["encrypted_key"].native, _rsa_padding(recipient["key_encryption_algorithm"])
        )
    except _FAILURES:
        return fallback
    return key if len(key) == size else fallback


def _rsa_padding(algorithm: Any) -> padding.AsymmetricPadding:
    name = algorithm["algorithm"].native
    if name == "rsaes_pkcs1v15":
        return padding.PKCS1v15()
    if name != "rsaes_oaep":
        raise ValueError("key transport")
    parameters = algorithm["parameters"]
    digest = HASHES[parameters["hash_algorithm"]["algorithm"].native]()
    mask = HASHES[parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native]()
    label = parameters["p_source_algorithm"]["parameters"].native or None
    return padding.OAEP(padding.MGF1(mask), digest, label)


def _agreed(recipient: Any, wrapped: bytes, own: OwnKey, size: int) -> bytes:
    """ECDH with the X9.63 key derivation and AES key wrap (RFC 5753 §3.1, §7.2)."""
    fallback = os.urandom(size)
    try:
        private = own.private
        if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name not in _CURVES:
            return fallback
        algorithm = recipient["key_encryption_algorithm"]
        digest = _AGREEMENTS[algorithm["algorithm"].dotted]()
        wrap = cms.KeyEncryptionAlgorithm.load(algorithm["parameters"].dump())
        wrap_size = _WRAPS[wrap["algorithm"].dotted]
        originator = recipient["originator"]
        if originator.name != "originator_key":
            return fallback
        point = originator.chosen["public_key"].contents[1:]
        shared = private.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(private.curve, point)
        )
        info = _SharedInfo({"key_info": wrap, "supp_pub_info": (wrap_size * 8).to_bytes(4)})
        if recipient["ukm"].native is not None:
            info["entity_u_info"] = recipient["ukm"].native
        key = aes_key_unwrap(X963KDF(digest, wrap_size, info.dump()).derive(shared), wrapped)
    except _FAILURES:
        return fallback
    return key if len(key) == size else fallback


class _SharedInfo(cms.Sequence):  # type: ignore[misc]
    """ECC-CMS-SharedInfo (RFC 5753 §7.2)."""

    _fields = [  # noqa: RUF012 - asn1crypto's way to declare
        ("key_info", cms.KeyEncryptionAlgorithm),
        ("entity_u_info", cms.OctetString, {"explicit": 0, "optional": True}),
        ("supp_pub_info", cms.OctetString, {"explicit": 2}),
    ]
