"""The municipality's own key pairs, to which providers encrypt (S/MIME, RFC 8550 and 8551).

A pair is two PEM files in the folder of the mail keys, or among systemd's credentials:
``NAME.certificate.pem``, which the page reads too, and ``NAME.key.pem`` (0600). Old pairs stay
beside new ones, so that mail encrypted to them keeps opening. Nothing is ever overwritten.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from intake.errors import ConfigurationError
from intake.model.basics import local_date
from intake.model.examination import Line, until, wrong
from intake.settings import key_file, key_folders

KEY_BITS = 3072
VALID_DAYS = 3 * 365
LEAST_BITS = 2048

_CERTIFICATE = ".certificate.pem"
_KEY = ".key.pem"
_OPENPGP = ".openpgp.key"
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)

_Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_Extension = TypeVar("_Extension", bound=x509.ExtensionType)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MunicipalKey:
    """One key pair of the municipality."""

    name: str
    """File name without its ending."""
    certificate: bytes = field(repr=False)
    """PEM; public: providers encrypt to it."""
    key: bytes = field(repr=False)
    """PEM, unencrypted PKCS #8."""
    not_before: dt.datetime
    not_after: dt.datetime
    """Aware, UTC."""

    @property
    def secret(self) -> bytes:
        """What the decrypting child is given."""
        return self.certificate + self.key

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, as mail programs show it."""
        return (
            x509.load_pem_x509_certificate(self.certificate)
            .fingerprint(hashes.SHA256())
            .hex(":")
            .upper()
        )

    def days_left(self, today: dt.date) -> int:
        """Whole days until the certificate expires; negative after that.

        An expired key still opens old mail.
        """
        return (local_date(self.not_after) - today).days


def load(folder: Path) -> tuple[MunicipalKey, ...]:
    """All usable key pairs, newest first.

    What cannot be used is logged by file name and left out.
    """
    keys, faults = examine(folder)
    for fault in faults:
        _log.warning("municipal-key-unusable", fault=fault)
    return keys


def load_openpgp(folder: Path) -> tuple[bytes, ...]:
    """Private OpenPGP keys without a passphrase, from files ``NAME.openpgp.key``; the extra
    ``intake[openpgp]`` opens with them.
    """
    keys = []
    for name in sorted(
        {file.name for place in key_folders(folder) for file in place.glob(f"*{_OPENPGP}")}
    ):
        try:
            keys.append(key_file(folder, name).read_bytes())
        except OSError as error:
            _log.warning(
                "municipal-key-unusable", fault=f"{name}: cannot be read ({error.strerror})"
            )
    return tuple(keys)


def examine(folder: Path) -> tuple[tuple[MunicipalKey, ...], tuple[str, ...]]:
    """All usable key pairs, newest first, and one English sentence for each that is not."""
    keys, faults = [], []
    for name in _names(folder):
        try:
            keys.append(
                _pair(
                    name,
                    key_file(folder, f"{name}{_CERTIFICATE}").read_bytes(),
                    key_file(folder, f"{name}{_KEY}").read_bytes(),
                )
            )
        except FileNotFoundError:
            faults.append(f"{name}{_CERTIFICATE} has no {name}{_KEY} beside it")
        except OSError as error:
            faults.append(f"{name}: cannot be read ({error.strerror})")
        except ConfigurationError as error:
            faults.append(f"{name}: {error}")
    keys.sort(key=lambda pair: (pair.not_before, pair.name), reverse=True)
    return tuple(keys), tuple(faults)


def expires_on(folder: Path) -> dt.date | None:
    """The last day of the newest certificate, which providers encrypt to; None when there is none.

    Opens no private key.
    """
    newest = max(
        (c for c in map(partial(_certificate, folder), _names(folder)) if c),
        key=lambda c: c.not_valid_before_utc,
        default=None,
    )
    return local_date(newest.not_valid_after_utc) if newest else None


def create(
    folder: Path,
    municipality: str,
    mailbox: str,
    now: dt.datetime | None = None,
    days: int = VALID_DAYS,
) -> MunicipalKey:
    """Make a key pair and a self-signed certificate to publish to providers.

    Args:
        municipality: name in the certificate's subject.
        mailbox: address that providers write to; mail programs demand it in the certificate.

    Raises:
        ConfigurationError: the folder cannot be written.
    """
    now = (now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).replace(microsecond=0)
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, municipality[:64]),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
        ]
    )
    public = key.public_key()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(mailbox)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _keep(folder, key, certificate)


def import_(
    folder: Path,
    key: Path,
    certificate: Path,
    password: str | None = None,
    force: bool = False,
    now: dt.datetime | None = None,
) -> MunicipalKey:
    """Take an existing key pair, as PKIoverheid hands it out.

    Args:
        key: PEM file with the private key, encrypted with ``password`` or not.
        certificate: PEM file with the certificate, alone or with its chain in any order.
        force: also when no provider can encrypt to it today; it opens what was encrypted to it
            before.

    Raises:
        ConfigurationError: a file cannot be read, key and certificate do not belong together, or
            providers cannot encrypt to it.
    """
    private = _private(_read(key), password)
    public = _public_bytes(private)
    try:
        chain = x509.load_pem_x509_certificates(_read(certificate))
    except ValueError:
        raise ConfigurationError(f"{certificate.name} is not a PEM certificate") from None
    own = [c for c in chain if _public_bytes(c) == public]
    if not own:
        raise ConfigurationError(
            f"{certificate.name} has no certificate that belongs to {key.name}"
        )
    newest = max(own, key=lambda c: c.not_valid_after_utc)
    useless = _useless(newest, now or dt.datetime.now(dt.UTC))
    if useless and not force:
        raise ConfigurationError(
            f"{certificate.name} {useless}. Use a valid one, or add --force when it is only to open"
            " old mail"
        )
    return _keep(folder, private, newest)


def _useless(certificate: x509.Certificate, now: dt.datetime) -> str:
    """Why mail programs refuse to encrypt to a certificate at this moment (RFC 8550 §4.4); empty
    when they do not.
    """
    if now < certificate.not_valid_before_utc:
        return f"is not valid before {local_date(certificate.not_valid_before_utc)}"
    if now > certificate.not_valid_after_utc:
        return f"expired on {local_date(certificate.not_valid_after_utc)}"
    usage = _extension(certificate, x509.KeyUsage)
    if usage and not (usage.key_encipherment or usage.key_agreement):
        return "is not for encryption (key usage), so it is perhaps the one for signing"
    purposes = _extension(certificate, x509.ExtendedKeyUsage)
    if purposes is not None and not {
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    } & set(purposes):
        return "is not for mail (extended key usage)"
    return ""


def _extension(certificate: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    """Absent means that every use is allowed; one that cannot be read is treated so too."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _names(folder: Path) -> list[str]:
    """The pairs there are, by the names of their certificates."""
    return sorted(
        {
            file.name.removesuffix(_CERTIFICATE)
            for place in key_folders(folder)
            for file in place.glob(f"*{_CERTIFICATE}")
        }
    )


def _certificate(folder: Path, name: str) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(
            key_file(folder, f"{name}{_CERTIFICATE}").read_bytes()
        )
    except (OSError, ValueError, UnsupportedAlgorithm):
        return None


def _key_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{file.name} cannot be read ({error.strerror})") from None


def _private(pem: bytes, password: str | None = None) -> _Private:
    try:
        key = serialization.load_pem_private_key(pem, password.encode() if password else None)
    except TypeError:
        need = "needs its password" if password is None else "has no password"
        raise ConfigurationError(f"the private key {need}") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigurationError(
            "the private key cannot be read" + (", or its password is wrong" if password else "")
        ) from None
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= LEAST_BITS:
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, _CURVES):
        return key
    raise ConfigurationError(
        f"the private key must be RSA of at least {LEAST_BITS} bits, or EC P-256, P-384 or P-521"
    )


def _public_bytes(key: _Private | x509.Certificate) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _pair(name: str, certificate_pem: bytes, key_pem: bytes) -> MunicipalKey:
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        public = _public_bytes(certificate)
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigurationError("the certificate cannot be read") from None
    key = _private(key_pem)
    if _public_bytes(key) != public:
        raise ConfigurationError("key and certificate do not belong together")
    return _municipal_key(name, key, certificate)


def _municipal_key(name: str, key: _Private, certificate: x509.Certificate) -> MunicipalKey:
    return MunicipalKey(
        name=name,
        certificate=certificate.public_bytes(serialization.Encoding.PEM),
        key=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def _keep(folder: Path, key: _Private, certificate: x509.Certificate) -> MunicipalKey:
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    name = f"municipal-{certificate.not_valid_before_utc:%Y%m%d}-{fingerprint[:12]}"
    pair = _municipal_key(name, key, certificate)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The key first: a certificate without its key must never be published.
        _write_new(folder / f"{name}{_KEY}", pair.key, 0o600)
        _write_new(folder / f"{name}{_CERTIFICATE}", pair.certificate, 0o640)
        _sync(folder)
    except FileExistsError:
        raise ConfigurationError(f"{name} is already in the key folder") from None
    except OSError as error:
        raise ConfigurationError(f"the key folder cannot be written ({error.strerror})") from None
    return pair


def _write_new(file: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def examine_certificate(folder: Path) -> Iterator[Line]:
    """The municipality's own, to which providers encrypt."""
    found, faults = examine(folder)
    yield from (
        wrong("certificate", f"{fault}: put the pair back, or take the file away")
        for fault in faults
    )
    if not found:
        yield wrong(
            "certificate",
            "none, so providers cannot encrypt to us: run `intake keys create`, or `intake keys"
            " import` for an existing one",
        )
        return
    remedy = (
        "make a new one (`intake keys create --renew`, or `intake keys import`) and publish it; the"
        " old key keeps opening mails"
    )
    yield until("certificate", local_date(found[0].not_after), remedy)
