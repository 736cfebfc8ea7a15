"""``[smtp]``: our own SMTP and LMTP door, where a mail server delivers."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, ValidationInfo, field_validator

from intake import profile
from intake.errors import ConfigurationError
from intake.mail.ledger import Ledger
from intake.mail.sources.base import MailSource, Reception, known_municipality
from intake.model.basics import local_date
from intake.model.examination import Line, fine, note, until, wrong
from intake.sections import Names, host_port, is_loopback

if TYPE_CHECKING:
    from intake.mail.smtp_server import Doors


class SmtpDoor(MailSource):
    section: ClassVar[str] = "smtp"
    command: ClassVar[str] = "receive"
    part: ClassVar[str] = "receiver"
    title: ClassVar[str] = "Mails ontvangen"
    fault: ClassVar[str] = "Er komt geen mail binnen via de mailserver"
    needs: ClassVar[tuple[str, ...]] = ("listen", "lmtp_listen")
    by_default: ClassVar[bool] = True

    municipalities: Names = Field(description="Those whose recipients (profile.toml) it accepts.")
    listen: str = Field("127.0.0.1:2525", description="host:port for SMTP; empty: none.")
    lmtp_listen: str = Field("127.0.0.1:2424", description="host:port for LMTP; empty: none.")
    certificate: Path | None = Field(None, description="PEM certificate chain for STARTTLS.")
    key: Path | None = Field(
        None, description="PEM key for STARTTLS; not needed when the certificate's file holds it."
    )
    require_tls: bool = Field(
        False, description="Mail comes in after STARTTLS only; by LMTP from this machine without."
    )

    @field_validator("municipalities")
    @classmethod
    def _are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(known_municipality(name) for name in value)

    # A validator sees the settings above its own; a fault is named at the setting that must change.

    @field_validator("key")
    @classmethod
    def _key_of_a_certificate(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value and info.data.get("certificate", value) is None:
            raise ValueError("a key without its certificate: set INTAKE_SMTP__CERTIFICATE too")
        return value

    @field_validator("require_tls")
    @classmethod
    def _tls_has_a_certificate(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("certificate", value) is None:
            raise ValueError(
                "nobody can start TLS without a certificate: set INTAKE_SMTP__CERTIFICATE and"
                " INTAKE_SMTP__KEY"
            )
        return value

    @property
    def is_on(self) -> bool:
        return bool(self.listen or self.lmtp_listen)

    @property
    def served(self) -> tuple[str, ...]:
        return self.municipalities

    @property
    def silent_seconds(self) -> float:
        return 60.0

    def recipients(self) -> dict[str, str]:
        """Each address that is accepted, in lower case, with its municipality."""
        return {
            address.lower(): name
            for name in self.municipalities
            for address in profile.load(name).recipients
        }

    def doors(self) -> Doors:
        """As the server takes them.

        Raises:
            ConfigurationError: what ``starttls`` raises.
        """
        from intake.mail.smtp_server import Doors

        tls = starttls(self.certificate, self.key)
        return Doors(self.recipients(), tls, self.require_tls, self.listen, self.lmtp_listen)

    def verify(self) -> None:
        starttls(self.certificate, self.key)

    def run(self, reception: Reception, stop: threading.Event) -> None:
        from intake.mail.smtp_server import serve

        serve(self.doors(), reception, stop)

    def examine(self, part: str, relays: tuple[str, ...], ledger: Ledger | None) -> Iterator[Line]:
        for name, address in (("SMTP", self.listen), ("LMTP", self.lmtp_listen)):
            if address:
                yield self._examine_address(part, f"{name} on {address}", address, relays)
        if any(network.endswith("/0") for network in relays):
            yield wrong(
                part, "INTAKE_BORDER__RELAYS lets in the whole world: name your own mail servers"
            )
        if self.certificate:
            yield self._examine_certificate(part, self.certificate)

    def _examine_address(self, part: str, door: str, address: str, relays: tuple[str, ...]) -> Line:
        if is_loopback(host_port(address)[0]):
            return fine(part, door)
        if not relays:
            return wrong(
                part,
                f"{door} would be open to everybody: set INTAKE_BORDER__RELAYS to your own mail"
                " servers",
            )
        if not self.require_tls:
            return note(
                part,
                f"{door} takes plain text too: set INTAKE_SMTP__REQUIRE_TLS=true when your mail"
                " servers can encrypt",
            )
        return fine(part, door)

    def _examine_certificate(self, part: str, certificate: Path) -> Line:
        from cryptography import x509

        try:
            self.verify()
        except ConfigurationError as error:
            return wrong(part, str(error))
        ends = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
        remedy = "renew the certificate for STARTTLS, and start `intake receive` anew"
        return until(part, local_date(ends), remedy)

    def after_restore(self, as_of: str) -> str:
        return (
            f"SMTP and LMTP: mails that came after {as_of} are lost, unless your mail server keeps"
            " copies (README, Backup and restore): then `intake process COPIES...` takes in what is"
            " missing."
        )


def starttls(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """What STARTTLS is answered with; None when no certificate is set.

    Raises:
        ConfigurationError: certificate or key cannot be read, or they do not belong together. One
            sentence, with the remedy.
    """
    if certificate is None:
        return None
    key = key or certificate
    _check_readable("INTAKE_SMTP__CERTIFICATE", certificate)
    _check_readable("INTAKE_SMTP__KEY", key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key, password=_ask_nobody)
    except (_LockedError, ssl.SSLError) as error:
        raise ConfigurationError(_wrong_pair(certificate, key, error)) from None
    return context


def _check_readable(setting: str, file: Path) -> None:
    try:
        file.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{setting}: {file} cannot be read ({error.strerror}): check the path, and who may"
            " read it"
        ) from None


class _LockedError(Exception):
    """The key has a passphrase."""


def _ask_nobody() -> str:
    """Without this, OpenSSL asks for the passphrase at the terminal, and a service hangs."""
    raise _LockedError


def _wrong_pair(certificate: Path, key: Path, error: Exception) -> str:
    if isinstance(error, _LockedError):
        return (
            f"INTAKE_SMTP__KEY: {key} has a passphrase, which nobody types at a start: store the key"
            " without it, readable to intake only"
        )
    if "MISMATCH" in (getattr(error, "reason", None) or ""):
        return (
            f"INTAKE_SMTP__KEY: {key} does not belong to {certificate}: set the key that the"
            " certificate was made with"
        )
    return (
        f"INTAKE_SMTP__CERTIFICATE or INTAKE_SMTP__KEY: {certificate} and {key} are no PEM"
        " certificate and key: check both files"
    )
