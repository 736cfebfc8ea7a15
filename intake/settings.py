"""Settings of one installation: ``INTAKE_…`` environment variables, then ``intake.toml``.

Wrong settings stop the start, with all faults told at once.
"""

from __future__ import annotations

import datetime as dt
import difflib
import ipaddress
import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from intake.errors import ConfigurationError
from intake.model.basics import SandboxNeed as SandboxNeed

PREFIX = "INTAKE_"
OTHER_VARIABLES = frozenset({"INTAKE_FAILPOINT"})
"""Variables with our prefix that are no settings: fault injection in tests
(``errors.failpoint``)."""


class ReplyMode(StrEnum):
    """Out of the box a clerk confirms each reply; ``automatic`` is an administrator's decision."""

    OFF = "off"
    CONFIRM = "confirm"
    AUTOMATIC = "automatic"


class MailboxAfter(StrEnum):
    """What happens to the mailbox's own copy, which holds the BSN too."""

    KEEP = "keep"
    MOVE = "move"
    DELETE = "delete"


def _split(value: object) -> object:
    return (
        [item.strip() for item in value.split(",") if item.strip()]
        if isinstance(value, str)
        else value
    )


class Settings(BaseSettings):
    """All settings; ``intake doctor`` lists them with their values (secrets hidden)."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file="intake.toml", extra="forbid", frozen=True
    )

    home: Path = Field(
        Path("var"), description="Folder of the embedded default: database and keys."
    )
    keys: Path | None = Field(
        None, description="Key store; outside the database's backups. Default: HOME/keys."
    )
    database_url: str = Field("", description="SQLAlchemy address. Default: SQLite in HOME.")
    profile: str = Field("almere", description="Municipality profile under templates/.")
    workers: int = Field(1, ge=1, le=64, description="Pipeline workers that `intake run` starts.")
    lease_seconds: int = Field(
        120, ge=5, description="A worker that says nothing for this long gives its work back."
    )
    mail_cpu_seconds: float = Field(
        120,
        ge=10,
        description="Processor time for reading one mail; what is left then a person reads.",
    )
    open_triple_des: bool = Field(
        True,
        description="Open S/MIME mail that is encrypted with the old triple DES, with a remark.",
    )
    require_sandbox: SandboxNeed = Field(
        SandboxNeed.BEST, description="full: refuse to start without every layer."
    )

    smtp_listen: str = Field(
        "127.0.0.1:2525", description="host:port of the SMTP endpoint; empty: none."
    )
    lmtp_listen: str = Field(
        "127.0.0.1:2424", description="host:port of the LMTP endpoint; empty: none."
    )
    smtp_certificate: Path | None = Field(None, description="PEM certificate chain for STARTTLS.")
    smtp_key: Path | None = Field(
        None,
        description="PEM key for STARTTLS; not needed when it stands in the certificate's file.",
    )
    smtp_require_tls: bool = Field(
        False, description="Mail comes in after STARTTLS only; by LMTP from this machine without."
    )
    allowed_relays: Annotated[list[str], NoDecode] = Field(
        [], description="Networks that may connect; needed unless bound to loopback."
    )
    max_mail_bytes: int = Field(
        40_000_000,
        ge=100_000,
        description=(
            "Larger mails get 552; a larger mail in a mailbox stays there and becomes a case."
        ),
    )

    mailbox_host: str = Field("", description="IMAP server; empty: no mailbox is watched.")
    mailbox_port: int = Field(993, ge=1, le=65535)
    mailbox_tls: bool = Field(True, description="TLS from the first byte; off for loopback only.")
    mailbox_user: str = ""
    mailbox_password: SecretStr = SecretStr("")
    mailbox_folder: str = "INBOX"
    mailbox_done_folder: str = Field(
        "verwerkt", description="Where a kept mail is moved; made when absent."
    )
    mailbox_after: MailboxAfter = Field(
        MailboxAfter.MOVE,
        description="keep, move, or delete mailbox_delete_days after the decision.",
    )
    mailbox_delete_days: int = Field(30, ge=0)
    mailbox_from: dt.datetime | None = Field(
        None, description="Mail older than this is left alone. Default: the first start."
    )
    mailbox_poll_seconds: float = Field(60, gt=0)

    folder: Path | None = Field(None, description="A folder of .eml files to take in.")

    smarthost: str = Field(
        "", description="host:port that replies are sent through; empty: nothing is sent."
    )
    smarthost_tls: str = Field("starttls", pattern="^(starttls|tls|none)$")
    smarthost_user: str = ""
    smarthost_password: SecretStr = SecretStr("")
    reply_mode: ReplyMode = ReplyMode.CONFIRM
    reply_from: str = Field(
        "", description="Address in From of replies. Default: the profile's mailbox."
    )
    return_path: str = Field(
        "", description="Envelope sender of replies; empty is the null sender, which cannot loop."
    )
    reply_per_sender_a_day: int = Field(5, ge=0)
    reply_per_domain_an_hour: int = Field(100, ge=0)
    reply_in_all_an_hour: int = Field(500, ge=0)
    resend_after_unknown: bool = Field(
        False, description="Send again when nobody knows whether a reply was taken."
    )

    authserv_ids: Annotated[list[str], NoDecode] = Field(
        [], description="authserv-id of our own border MTA (RFC 8601)."
    )
    border_hosts: Annotated[list[str], NoDecode] = Field(
        [], description="Names our own border hosts write after 'by' in Received."
    )

    audit_heads: Path | None = Field(
        None,
        description=(
            "File that the end of the chain of readings is added to each day. Default:"
            " HOME/audit-heads.jsonl."
        ),
    )
    reading_cases_an_hour: int = Field(
        60,
        ge=1,
        description="A person who reads more cases in an hour is told to the privacy officer.",
    )
    reading_times_usual: float = Field(
        3, gt=1, description="So is one who reads so many times as many in a day as usual."
    )

    web_listen: str = "127.0.0.1:8000"
    web_hosts: Annotated[list[str], NoDecode] = Field(
        [], description="Host names of the review page besides loopback's own."
    )
    web_secure_cookie: bool = Field(True, description="Cookies over https only; off for loopback.")
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        [],
        description=(
            "Addresses or networks of our own web servers in front; X-Forwarded-For counts from"
            " these only."
        ),
    )

    @field_validator(
        "allowed_relays",
        "authserv_ids",
        "border_hosts",
        "web_hosts",
        "trusted_proxies",
        mode="before",
    )
    @classmethod
    def _lists(cls, value: object) -> object:
        return _split(value)

    @field_validator("allowed_relays", "trusted_proxies")
    @classmethod
    def _networks(cls, value: list[str]) -> list[str]:
        for network in value:
            ipaddress.ip_network(network)
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _not_everybody(cls, value: list[str]) -> list[str]:
        if any(network.endswith("/0") for network in value):
            raise ValueError(
                "trusts everybody, so that each visitor writes his own address: name your own web"
                " servers"
            )
        return value

    # A validator sees the settings above its own; a fault is told at the setting that must change, beside all other faults.

    @field_validator("smtp_key")
    @classmethod
    def _key_of_a_certificate(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value and info.data.get("smtp_certificate", value) is None:
            raise ValueError("a key without its certificate: set INTAKE_SMTP_CERTIFICATE too")
        return value

    @field_validator("smtp_require_tls")
    @classmethod
    def _tls_has_a_certificate(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("smtp_certificate", value) is None:
            raise ValueError(
                "nobody can start TLS without a certificate: set INTAKE_SMTP_CERTIFICATE and"
                " INTAKE_SMTP_KEY"
            )
        return value

    @field_validator("mailbox_tls")
    @classmethod
    def _mailbox_password_in_secret(cls, value: bool, info: ValidationInfo) -> bool:
        host = info.data.get("mailbox_host")
        if host and not value and not is_loopback(host):
            raise ValueError(
                "the password would go over the network in plain text: leave it on, unless the"
                " server is on this machine"
            )
        return value

    @field_validator("smarthost_password")
    @classmethod
    def _smarthost_password_in_secret(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        host = info.data.get("smarthost", "").rpartition(":")[0]
        if (
            value.get_secret_value()
            and host
            and info.data.get("smarthost_tls") == "none"
            and not is_loopback(host)
        ):
            raise ValueError(
                "it would go over the network in plain text: set INTAKE_SMARTHOST_TLS to starttls"
                " or tls"
            )
        return value

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def key_folder(self) -> Path:
        return (self.keys or self.home / "keys").expanduser().absolute()

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'intake.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(**overrides: Any) -> Settings:
    """Read the settings.

    Raises:
        ConfigurationError: with one line for each wrong setting, and for each variable or name that
            is no setting.
    """
    faults = [_unknown(name, PREFIX) for name in _unknown_variables(os.environ)]
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        faults += [
            _fault(e["type"], ".".join(map(str, e["loc"])), e["msg"])
            for e in error.errors(include_input=False, include_url=False)
        ]
    except ValueError as error:
        faults.append(f"intake.toml: {error}")
    if faults:
        raise ConfigurationError("\n".join(faults))
    return settings


def _fault(kind: str, name: str, message: str) -> str:
    if kind == "extra_forbidden":
        return f"intake.toml: {_unknown(name)}"
    return f"{PREFIX}{name.upper().replace('.', '_')}: {message.removeprefix('Value error, ')}"


def _unknown_variables(names: Iterable[str]) -> list[str]:
    """Case counts for nothing, as for the settings themselves."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | OTHER_VARIABLES
    return sorted(
        name for name in names if name.upper().startswith(PREFIX) and name.upper() not in known
    )


def _unknown(name: str, prefix: str = "") -> str:
    """A typing error in a name would otherwise be a setting that silently does not hold."""
    near = difflib.get_close_matches(
        name.lower().removeprefix(prefix.lower()), Settings.model_fields, n=1
    )
    remedy = (
        f"did you mean {prefix}{near[0].upper() if prefix else near[0]}?"
        if near
        else "take it away"
    )
    return f"{name}: there is no such setting; {remedy}"


def key_folders(folder: Path) -> tuple[Path, ...]:
    """Where a key is looked for by its file name: systemd's credentials of this service
    (``LoadCredential=``), then the key store.
    """
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    return (Path(credentials), folder) if credentials else (folder,)


def key_file(folder: Path, name: str) -> Path:
    """Where this key lies; its place in the key store when it lies nowhere."""
    return next(
        (place / name for place in key_folders(folder) if (place / name).is_file()), folder / name
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
