"""What settings are made of: the base of a section, values that are checked alike everywhere, and
the sections that the mail room reads.
"""

from __future__ import annotations

import ipaddress
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from intake.errors import ConfigurationError


class Section(BaseModel):
    """One section of ``intake.toml``. A name that is no setting is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _split(value: object) -> object:
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value


def _networks(value: tuple[str, ...]) -> tuple[str, ...]:
    for network in value:
        ipaddress.ip_network(network)
    return value


def _encrypted(value: str) -> str:
    address = urlsplit(value)
    plain = address.scheme == "http" and is_loopback(address.hostname or "")
    if not address.hostname or not (address.scheme == "https" or plain):
        raise ValueError("must begin with https://")
    return value.rstrip("/")


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Several names; in an environment variable with commas between them."""
Networks = Annotated[Names, AfterValidator(_networks)]
"""Addresses or networks (CIDR)."""
WebAddress = Annotated[str, AfterValidator(_encrypted)]
"""https, or this machine; without a slash at its end."""


class AppLogin(Section):
    """By which Microsoft 365 lets a program in: an app registration in Entra with a certificate
    (client credentials, RFC 6749 §4.4). Without a ``tenant`` there is none.
    """

    tenant: str = Field(
        "",
        pattern=r"^[A-Za-z0-9.-]*$",
        description="Directory (tenant) ID; with it, login is by OAuth instead of a password.",
    )
    client_id: str = Field(
        "", validate_default=True, description="Application (client) ID of the app registration."
    )
    certificate: Path | None = Field(
        None, validate_default=True, description="PEM certificate that is registered there."
    )
    key: Path | None = Field(
        None, description="Its PEM key; not needed when the certificate's file holds it."
    )
    login_address: WebAddress = Field(
        "https://login.microsoftonline.com", description="Where tokens come from."
    )

    @field_validator("client_id", "certificate")
    @classmethod
    def _of_a_registration(cls, value: object, info: ValidationInfo) -> object:
        if info.data.get("tenant") and not value:
            raise ValueError("must be set too: login by OAuth needs it")
        return value


class OutlookLogin(AppLogin):
    """The same at a server for IMAP or SMTP, in place of a password."""

    scope: str = Field(
        "https://outlook.office365.com/.default", description="What a token is asked for."
    )

    @property
    def by_oauth(self) -> bool:
        return bool(self.tenant)


class ReplyMode(StrEnum):
    """Out of the box a clerk confirms each reply; ``automatic`` is an administrator's decision."""

    OFF = "off"
    CONFIRM = "confirm"
    AUTOMATIC = "automatic"


class Border(Section):
    """``[border]``: our own mail servers, which receive from the internet."""

    authserv_ids: Names = Field(
        (), description="authserv-id that they write in Authentication-Results (RFC 8601)."
    )
    hosts: Names = Field(
        (), description="Names that they write after 'by' in Received; *.x is any name within x."
    )
    exchange_online: Names = Field(
        (),
        description=(
            "Addresses of our mailboxes that Exchange Online receives for, with nothing in front:"
            " of its mail the topmost Authentication-Results counts, which names no server."
        ),
    )
    relays: Networks = Field(
        (),
        description="Networks that may connect to [smtp]; needed unless that is bound to loopback.",
    )


class Smarthost(OutlookLogin):
    """``[smarthost]``: the server that replies are sent through."""

    address: str = Field("", description="host:port; empty: nothing is sent.")
    tls: str = Field("starttls", pattern="^(starttls|tls|none)$")
    user: str = ""
    password: SecretStr = SecretStr("")

    @field_validator("password")
    @classmethod
    def _encrypted(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        host = info.data.get("address", "").rpartition(":")[0]
        given = bool(value.get_secret_value() and host)
        if given and info.data.get("tls") == "none" and not is_loopback(host):
            raise ValueError(
                "it would go over the network in plain text: set INTAKE_SMARTHOST__TLS to starttls"
                " or tls"
            )
        return value


class Replies(Section):
    """``[replies]``: which of them leave, and how many at most."""

    mode: ReplyMode = ReplyMode.CONFIRM
    return_path: str = Field(
        "", description="Envelope sender; empty is the null sender, which cannot loop."
    )
    per_sender_a_day: int = Field(5, ge=0)
    per_domain_an_hour: int = Field(100, ge=0)
    in_all_an_hour: int = Field(500, ge=0)
    undo_seconds: int = Field(
        15, ge=0, le=3600, description="How long a letter that a person let go can be stopped."
    )
    resend_after_unknown: bool = Field(
        False, description="Send again when nobody knows whether a reply was taken."
    )


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address (``[::1]`` too), is this machine itself."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.lower() == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def host_port(value: str) -> tuple[str, int]:
    """Split ``host:port`` (``[::1]:25`` too).

    Raises:
        ConfigurationError: when there is no port.
    """
    host, separator, port = value.rpartition(":")
    if not separator or not port.isdigit():
        raise ConfigurationError(f"{value!r} is not host:port")
    return host.strip("[]") or "127.0.0.1", int(port)
