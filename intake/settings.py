"""Settings of one installation: ``intake.toml``, then secrets from systemd, then ``INTAKE_…``
environment variables.

Sections are tables in the file (``[smarthost]``, ``[[mailbox]]``) and ``__`` in a variable
(``INTAKE_SMARTHOST__TLS``, ``INTAKE_MAILBOX__2__PASSWORD`` of the second mailbox). Wrong settings
stop the start, and all faults are reported at once.
"""

from __future__ import annotations

import difflib
import os
import stat
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator

from intake import profile
from intake.errors import ConfigurationError
from intake.mail import portals
from intake.mail.sources import SOURCES
from intake.mail.sources.base import MailSource, known_municipality
from intake.model.basics import SandboxNeed as SandboxNeed
from intake.sections import Border, Names, Networks, Replies, Section, Smarthost, is_loopback
from intake.sections import ReplyMode as ReplyMode

_FILE_VARIABLE = "INTAKE_SETTINGS"
"""Names the file with the settings; without it ``intake.toml`` in the working folder."""
_CREDENTIAL = "intake."
"""Begins the name of a secret that systemd hands over (``LoadCredential=``): what follows is the
setting, as in ``intake.smarthost.password``."""
_MOST_SOURCES = 99
PREFIX = "INTAKE_"
OTHER_VARIABLES = frozenset({"INTAKE_FAILPOINT", _FILE_VARIABLE})
"""Variables with our prefix that are no settings: where those are, and fault injection in tests."""

_MOVED = {
    "allowed_relays": "border.relays",
    "audit_heads": "readings.heads",
    "authserv_ids": "border.authserv_ids",
    "folder": "folder.path",
    "lmtp_listen": "smtp.lmtp_listen",
    "mailbox_from": "mailbox.since",
    "resend_after_unknown": "replies.resend_after_unknown",
    "return_path": "replies.return_path",
    "smarthost": "smarthost.address",
    "trusted_proxies": "review.trusted_proxies",
}
_MOVED_PREFIXES = {
    "border_": "border.",
    "mailbox_": "mailbox.",
    "reading_": "readings.",
    "reply_": "replies.",
    "smarthost_": "smarthost.",
    "smtp_": "smtp.",
    "web_": "review.",
}
"""Where the names of version 0.1 went."""
_REPLY_FROM = "is now reply-from in the municipality's profile.toml"


def _not_everybody(value: tuple[str, ...]) -> tuple[str, ...]:
    if any(network.endswith("/0") for network in value):
        raise ValueError(
            "trusts everybody, so that each visitor writes his own address: name your own web"
            " servers"
        )
    return value


class Readings(Section):
    """``[readings]``: what persons read, for the privacy officer."""

    heads: Path | None = Field(
        None,
        description=(
            "File that the end of the chain of readings is added to each day. Default:"
            " HOME/audit-heads.jsonl."
        ),
    )
    cases_an_hour: int = Field(
        60,
        ge=1,
        description="Who reads more cases in an hour, and does nothing about them, is reported.",
    )
    times_usual: float = Field(
        3, gt=1, description="So is who reads so many times as many in a day as usual."
    )
    officer: str = Field(
        "",
        description=(
            "Mail address of the privacy officer, who is told of each alarm and incident, without"
            " content; empty: no mail."
        ),
    )


class Report(Section):
    """``[report]``: the daily proof that every mail was dealt with."""

    address: str = Field(
        "",
        description=(
            "Mail address that is told each morning whether all mail of the day before was dealt"
            " with, without content; empty: no mail."
        ),
    )


class Page(Section):
    """Where a page is served."""

    listen: str = "127.0.0.1:8000"
    hosts: Names = Field((), description="Host names of the page besides loopback's own.")
    secure_cookie: bool = Field(True, description="Cookies over https only; off for loopback.")
    trusted_proxies: Annotated[Networks, AfterValidator(_not_everybody)] = Field(
        (),
        description=(
            "Addresses or networks of our own web servers in front; X-Forwarded-For counts from"
            " these only."
        ),
    )


class Review(Page):
    """``[review]``: the clerks' page."""

    second_step: bool = Field(
        False, description="Every local account needs a second step (a code of an app) to log in."
    )


class Oidc(Section):
    """``[oidc]``: the municipality's own login, by which people come in beside local accounts."""

    issuer: str = Field(
        "",
        description=(
            "https address of the provider, as it names itself; empty: local accounts only. Entra"
            " ID: https://login.microsoftonline.com/TENANT/v2.0, Keycloak:"
            " https://HOST/realms/REALM."
        ),
    )
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    claim: str = Field(
        "roles",
        description=(
            "Claim of the ID token that names roles or groups; one within another with a dot"
            " (realm_access.roles)."
        ),
    )
    clerk: Names = Field((), description="Values of the claim that make somebody a clerk.")
    senior: Names = ()
    care_reviewer: Names = ()
    privacy_officer: Names = ()
    administrator: Names = ()
    auditor: Names = ()

    @field_validator("issuer")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        address = urlsplit(value)
        plain = address.scheme == "http" and is_loopback(address.hostname or "")
        if value and not (address.scheme == "https" or plain):
            raise ValueError("must begin with https://")
        return value


class Precheck(Page):
    """``[precheck]``: the page on which a provider tries an invoice before sending it."""

    listen: str = Field("", description="host:port; empty: there is no such page.")
    profile: str = Field("", description="Municipality; empty: that of the installation.")
    per_hour: int = Field(30, ge=1, description="Invoices that one visitor may try in an hour.")

    @field_validator("profile")
    @classmethod
    def _is_known(cls, value: str) -> str:
        return known_municipality(value) if value else value


class Api(Page):
    """``[api]``: where other programs take batches and report on them."""

    listen: str = Field("", description="host:port; empty: there is no API.")


class Metrics(Section):
    """``[metrics]``: where Prometheus reads numbers."""

    listen: str = Field("", description="host:port, best of loopback; empty: no metrics.")
    backups: Path | None = Field(
        None, description="Folder of the copies that `intake backup` makes, to tell their age."
    )


class Export(Section):
    """``[export]``: how batches reach a server of the finance package."""

    ssh_key: Path | None = Field(
        None, description="Private key for SFTP, without a passphrase; readable by us only."
    )
    known_hosts: Path | None = Field(
        None, description="Keys of the servers, as `ssh-keyscan` prints them; check them first."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="Signs what goes to a webhook: whsec_ and 24 to 64 bytes in base64.",
    )


class Registers(Section):
    """``[registers]``: public registers that a supplier is looked up in."""

    kvk_address: str = Field(
        "", description="https://api.kvk.nl/api; empty: the Handelsregister is not asked."
    )
    kvk_key: SecretStr = Field(SecretStr(""), description="Key of the subscription (apikey).")
    kvk_ca: Path | None = Field(
        None,
        description="Certificates to trust: the State's private root, under which that of KvK is.",
    )
    vies_address: str = Field(
        "", description="https://ec.europa.eu/taxation_customs/vies/rest-api; empty: not asked."
    )
    seconds: float = Field(3, gt=0, le=30, description="Longest time that one may take to answer.")
    days: int = Field(30, ge=1, le=366, description="So long an answer is not asked for again.")

    @field_validator("kvk_address", "vies_address")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        address = urlsplit(value)
        if value and not address.hostname:
            raise ValueError("it is no address: write https://…")
        plain = address.scheme == "http" and is_loopback(address.hostname or "")
        if value and address.scheme != "https" and not plain:
            raise ValueError("it would go over the network in plain text: write https://…")
        return value


class Settings(Section):
    """All settings; ``intake doctor`` lists them with their values (secrets hidden)."""

    home: Path = Field(
        Path("var"), description="Folder of the embedded default: database and keys."
    )
    keys: Path | None = Field(
        None, description="Key store; outside the database's backups. Default: HOME/keys."
    )
    mail_keys: Path | None = Field(
        None,
        description=(
            "Folder of the key pairs that providers encrypt to, and of private OpenPGP keys; only"
            " `intake work` opens them. Default: the key store."
        ),
    )
    database_url: str = Field("", description="SQLAlchemy address. Default: SQLite in HOME.")
    profile: str = Field("almere", description="Municipality of every source that names none.")
    profiles: Path | None = Field(
        None,
        description=(
            "Folder of your own municipalities, each a folder with a profile.toml; they go before"
            " those that come with intake."
        ),
    )
    workers: int = Field(1, ge=1, le=64, description="Pipeline workers that `intake run` starts.")
    lease_seconds: int = Field(
        120, ge=5, description="A worker that says nothing for this long gives its work back."
    )
    mail_cpu_seconds: float = Field(
        120,
        ge=10,
        description="Processor time for reading one mail; what is left then a person reads.",
    )
    max_mail_bytes: int = Field(
        40_000_000,
        ge=100_000,
        description=(
            "Larger mails get 552; a larger mail in a mailbox stays there and becomes a case."
        ),
    )
    open_triple_des: bool = Field(
        True,
        description="Open S/MIME mail that is encrypted with the old triple DES, with a remark.",
    )
    require_sandbox: SandboxNeed = Field(
        SandboxNeed.BEST, description="full: refuse to start without every layer."
    )
    border: Border = Border()
    smarthost: Smarthost = Smarthost()
    replies: Replies = Replies()
    readings: Readings = Readings()
    report: Report = Report()
    review: Review = Review()
    oidc: Oidc = Oidc()
    precheck: Precheck = Precheck()
    api: Api = Api()
    metrics: Metrics = Metrics()
    export: Export = Export()
    registers: Registers = Registers()
    sources: tuple[MailSource, ...] = ()
    """Those that are on, in the order of the registry and of the file."""

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("profile")
    @classmethod
    def _is_known(cls, value: str) -> str:
        return known_municipality(value)

    @property
    def key_folder(self) -> Path:
        return (self.keys or self.home / "keys").expanduser().absolute()

    @property
    def mail_key_folder(self) -> Path:
        return self.mail_keys.expanduser().absolute() if self.mail_keys else self.key_folder

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'intake.db'}"

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Those that mail comes in for, the installation's own first."""
        served = (name for source in self.sources for name in source.served)
        return tuple(dict.fromkeys((self.profile, *served)))

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every address that is ours, in lower case: a mail from one of them is never answered."""
        municipal = (a for name in self.municipalities for a in profile.load(name).addresses)
        mailboxes = (a for source in self.sources for a in source.addresses)
        ours = (*municipal, *mailboxes, self.replies.return_path)
        return frozenset(a.lower() for a in ours if a)

    @property
    def sends(self) -> bool:
        """Whether there is a way for replies to leave."""
        return bool(self.smarthost.address) or any(source.sends for source in self.sources)

    def parts(self) -> Iterator[tuple[str, MailSource]]:
        """Each source with its name in ``/health`` and ``doctor``."""
        count: dict[str, int] = {}
        for source in self.sources:
            count[source.part] = number = count.get(source.part, 0) + 1
            yield source.part if number == 1 else f"{source.part}-{number}", source


def load(**overrides: Any) -> Settings:
    """Read the settings.

    Args:
        overrides: by name, as in the environment (``smtp__listen``) or a whole section.

    Raises:
        ConfigurationError: with one line for each wrong setting, and for each variable or name that
            is no setting.
    """
    return _read(overrides).settings()


def use_profiles() -> None:
    """Look for municipalities where the settings say, whatever else is wrong in them.

    Raises:
        ConfigurationError: there is no such folder.
    """
    reader = _read({})
    reader.faults.clear()
    reader.use_profiles()
    if reader.faults:
        raise ConfigurationError("\n".join(reader.faults))


def _read(overrides: Mapping[str, Any]) -> _Reader:
    reader = _Reader()
    reader.read_file()
    reader.read_credentials()
    reader.read_environment(os.environ)
    for name, value in overrides.items():
        reader.put(name.split("__"), value)
    return reader


def names() -> dict[str, object]:
    """Every setting as a variable names it after ``INTAKE_``, in lower case, with its default."""
    found: dict[str, object] = {}
    sections: dict[str, type[Section]] = {kind.section: kind for kind in SOURCES}
    for name, each in Settings.model_fields.items():
        if isinstance(each.default, Section):
            sections[name] = type(each.default)
        elif name != "sources":
            found[name] = each.default
    for name, section in sections.items():
        for key, each in section.model_fields.items():
            found[f"{name}__{key}"] = "" if each.is_required() else each.default
    return found


@dataclass
class _Reader:
    """Collects values by section and name, and every fault on the way."""

    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {kind.section: [] for kind in SOURCES}
    )
    faults: list[str] = field(default_factory=list)

    def read_file(self) -> None:
        try:
            tables = tables_of(file())
        except ConfigurationError as error:
            self.faults.append(str(error))
            return
        for name, value in tables.items():
            if fault := _fault_in_file(name, value):
                self.faults.append(f"{file()}: {name}: {fault}")
            else:
                self.put([name], value)

    def read_credentials(self) -> None:
        """Secrets that systemd hands to this service only, each a file."""
        known = names()
        for secret in _credentials():
            path = secret.name.removeprefix(_CREDENTIAL).split(".")
            if "__".join(_without_number(path)) not in known:
                self.faults.append(f"credential {secret.name}: {_unknown(path, known, _dotted)}")
                continue
            try:
                self.put(path, secret.read_text(encoding="utf-8").rstrip("\r\n"))
            except (OSError, ValueError):
                self.faults.append(f"credential {secret.name}: it cannot be read")

    def read_environment(self, variables: Mapping[str, str]) -> None:
        """Case counts for nothing."""
        known = names()
        for variable in sorted(variables):
            upper = variable.upper()
            if not upper.startswith(PREFIX) or upper in OTHER_VARIABLES:
                continue
            path = upper.removeprefix(PREFIX).lower().split("__")
            moved = _moved(path[0]) if len(path) == 1 else None
            if "__".join(_without_number(path)) in known:
                self.put(path, variables[variable])
            elif moved:
                self.faults.append(f"{variable}: is now {_variable(*moved)}")
            elif path == ["reply_from"]:
                self.faults.append(f"{variable}: {_REPLY_FROM}")
            else:
                self.faults.append(f"{variable}: {_unknown(path, known, _variable)}")

    def put(self, path: list[str], value: Any) -> None:
        """Write one value over what was there."""
        section, *rest = path
        if section in self.sources and not rest:
            tables = value if isinstance(value, list) else [value]
            self.sources[section] = [dict(table) for table in tables]
        elif section in self.sources:
            self._put_in_source(section, rest, value)
        elif rest:
            self.values[section] = {**self.values.get(section, {}), rest[0]: value}
        else:
            self.values[section] = value

    def _put_in_source(self, section: str, rest: list[str], value: Any) -> None:
        tables = self.sources[section]
        *number, key = rest
        at = int(number[0]) if number else 1
        if not number and len(tables) > 1:
            fault = f"say which one, as in {_variable(section, '2', key)}"
        elif not 1 <= at <= _MOST_SOURCES:
            fault = f"count from 1 to {_MOST_SOURCES}"
        else:
            fault = ""
        if fault:
            count = f"there are {len(tables)} [[{section}]]"
            self.faults.append(f"{_variable(section, *rest)}: {count}; {fault}")
            return
        tables += [{} for _ in range(len(tables), at)]
        tables[at - 1][key] = value

    def settings(self) -> Settings:
        """Raises ConfigurationError with every fault."""
        self.use_profiles()
        settings = None
        try:
            settings = Settings.model_validate(self.values)
        except ValidationError as error:
            self._note(error)
        sources = [source for kind in SOURCES for source in self._sources(kind)]
        for account, count in Counter(source.account for source in sources).items():
            if account and count > 1:
                self.faults.append(f"{account} is watched {count} times: name each account once")
        if settings is None or self.faults:
            raise ConfigurationError("\n".join(self.faults))
        found = settings.model_copy(update={"sources": tuple(sources)})
        for name in found.municipalities:
            profile.load(name)
            portals.of(name)
        return found

    def use_profiles(self) -> None:
        """Look for municipalities in the folder that ``profiles`` names, from now on."""
        named = self.values.get("profiles") or None
        folder = Path(named).expanduser().absolute() if isinstance(named, str | Path) else None
        if folder and not folder.is_dir():
            self.faults.append(
                f"{_variable('profiles')}: {folder} is no folder, or may not be seen"
            )
        elif folder and not os.access(folder, os.R_OK | os.X_OK):
            self.faults.append(f"{_variable('profiles')}: {folder} may not be read by this user")
        elif folder and folder.stat().st_mode & stat.S_IWOTH:
            self.faults.append(
                f"{_variable('profiles')}: everybody may write to {folder}, and so change what we"
                f" demand and do: chmod o-w {folder}"
            )
        self.values["profiles"] = folder or named
        profile.use(folder)

    def _sources(self, kind: type[MailSource]) -> Iterator[MailSource]:
        tables = self.sources[kind.section] or ([{}] if kind.by_default else [])
        known = profile.names()
        default = self.values.get("profile", Settings.model_fields["profile"].default)
        default = default if default in known else known[0]  # that it is unknown is a fault already
        served = "municipality" if "municipality" in kind.model_fields else "municipalities"
        for number, table in enumerate(tables, 1):
            try:
                source = kind.model_validate({served: default} | table)
            except ValidationError as error:
                self._note(error, kind.section, *([str(number)] if len(tables) > 1 else []))
            else:
                if source.is_on:
                    yield source

    def _note(self, error: ValidationError, *section: str) -> None:
        for each in error.errors(include_input=False, include_url=False):
            path = [*section, *(step for step in each["loc"] if isinstance(step, str))]
            if each["type"] == "extra_forbidden":
                fault = f"{file()}: {'.'.join(path)}: {_unknown(path, names(), _dotted)}"
            elif each["type"] == "missing":
                fault = f"{_variable(*path)}: must be set too"
            else:
                fault = f"{_variable(*path)}: {each['msg'].removeprefix('Value error, ')}"
            if fault not in self.faults:
                self.faults.append(fault)


def _variable(*path: str) -> str:
    return PREFIX + "__".join(path).upper()


def _dotted(*path: str) -> str:
    return ".".join(path)


def _without_number(path: list[str]) -> list[str]:
    """The path of a setting of one of several sources, as that of the only one."""
    several = len(path) == 3 and path[1].isdigit() and any(k.section == path[0] for k in SOURCES)
    return [path[0], path[2]] if several else path


def _fault_in_file(name: str, value: object) -> str:
    """What is wrong with a name at the top of the file; empty when nothing is."""
    known = names()
    sections = _sections(known)
    is_list = isinstance(value, list) and all(isinstance(table, dict) for table in value)
    if not isinstance(value, dict) and not is_list:
        return _fault_of_value(name, known, sections)
    if name not in sections:
        return _unknown([name], sections, _dotted)
    is_source = any(kind.section == name for kind in SOURCES)
    return "" if is_source or not is_list else f"there is one only: write {sections[name]}"


def _sections(known: Iterable[str]) -> dict[str, str]:
    """Each section as it is written in the file."""
    lists = {kind.section for kind in SOURCES if not kind.by_default}
    sections = (name.partition("__")[0] for name in known if "__" in name)
    return {each: f"[[{each}]]" if each in lists else f"[{each}]" for each in sections}


def _fault_of_value(name: str, known: Mapping[str, object], sections: Mapping[str, str]) -> str:
    if name == "reply_from":
        return _REPLY_FROM
    if moved := _moved(name):
        return f"is now {moved[1]} in {sections[moved[0]]}"
    if name in sections:
        return f"is a section: write {sections[name]}"
    return "" if name in known else _unknown([name], known, _dotted)


def _moved(name: str) -> tuple[str, ...] | None:
    """Section and name that a setting of version 0.1 has now."""
    by_prefix = (
        new + name.removeprefix(old) for old, new in _MOVED_PREFIXES.items() if name.startswith(old)
    )
    moved = _MOVED.get(name) or next(by_prefix, "")
    return tuple(moved.split(".")) if moved.replace(".", "__") in names() else None


def _unknown(path: list[str], known: Mapping[str, object], written: Callable[..., str]) -> str:
    """A typing error in a name would otherwise be a setting that silently does not hold."""
    *section, key = path
    head = f"{section[0]}__" if section else ""
    keys = [name.removeprefix(head) for name in known if name.startswith(head)]
    near = difflib.get_close_matches(key, keys, n=1)
    if not near:
        return "there is no such setting; take it away"
    return f"there is no such setting; did you mean {written(*section, *near[0].split('__'))}?"


def file() -> Path:
    """Where the settings are read from; it need not be there, unless it was named."""
    return Path(os.environ.get(_FILE_VARIABLE) or "intake.toml")


def tables_of(settings: Path) -> dict[str, Any]:
    """The file as it is written; nothing when there is none.

    Raises:
        ConfigurationError: it cannot be read, is no TOML, or was named and is not there.
    """
    try:
        return tomllib.loads(settings.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if not os.environ.get(_FILE_VARIABLE):
            return {}
        raise ConfigurationError(f"{_FILE_VARIABLE} names {settings}, which is not there") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ConfigurationError(f"{settings}: {why}") from None


def _credentials() -> list[Path]:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return sorted(Path(folder).glob(f"{_CREDENTIAL}*")) if folder else []


def key_folders(folder: Path) -> tuple[Path, ...]:
    """Where a key is looked for by its file name: systemd's credentials of this service
    (``LoadCredential=``), then the key store.
    """
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    return (Path(credentials), folder) if credentials else (folder,)


def key_file(folder: Path, name: str) -> Path:
    """Where this key lies; its path in the key store when it lies nowhere."""
    return next(
        (parent / name for parent in key_folders(folder) if (parent / name).is_file()),
        folder / name,
    )
