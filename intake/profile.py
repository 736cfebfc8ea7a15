"""A municipality: what its page demands, its addresses, terms and texts.

It is a folder with a ``profile.toml``: shipped under ``templates/``, or in the installation's own
folder (the setting ``profiles``), which goes first.
"""

from __future__ import annotations

import csv
import datetime as dt
import ipaddress
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from intake import profile_faults
from intake.errors import ConfigurationError
from intake.model.examination import Line, fine
from intake.model.finding import Severity

FILE = "profile.toml"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""How the folder of a municipality may be called: the name stands in settings and in the database."""
NAMED = "small letters, digits and - only, at most 40"
_own_folder: Path | None = None


def templates_folder() -> Path:
    """The folder with ``_default`` and one folder a municipality: inside the wheel, or beside the
    package in a checkout.
    """
    inside = Path(__file__).parent / "templates"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "templates"


@cache
def default_texts(file: str) -> Mapping[str, Any]:
    """The tables of one file of texts, ``templates/_default/<file>.toml``; nobody changes them."""
    path = templates_folder() / "_default" / f"{file}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


_ATEXT = "[!#-'*+/-9=?A-Z^-~-]+"
_HOST = "[A-Za-z0-9-]+"
_RECIPIENT = re.compile(rf"{_ATEXT}(\.{_ATEXT})*@{_HOST}(\.{_HOST})*")
_MAIL_ADDRESS = re.compile(rf"{_ATEXT}(\.{_ATEXT})*@({_HOST}\.)+[A-Za-z]{_HOST}")


def _recipient(value: str) -> str:
    if not _RECIPIENT.fullmatch(value):
        raise ValueError("is no mail address; write it as name@example.nl")
    return value


def _mail_address(value: str) -> str:
    if value and not _MAIL_ADDRESS.fullmatch(value):
        raise ValueError("is no mail address; write it as name@example.nl")
    return value


def _web_address(value: str) -> str:
    if value and not re.fullmatch(r"https://[!-~]+", value):
        raise ValueError("is no address of a page; it begins with https://")
    if value and not urlsplit(value).hostname:
        raise ValueError("is no address of a page; write it as https://www.example.nl/page")
    return value


def _postcode(value: object) -> object:
    if not isinstance(value, str):
        return value
    compact = value.replace(" ", "").upper()
    if not re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}", compact):
        raise ValueError("is no postcode; write it as 1234AB")
    return compact


def _street(value: str) -> str:
    if not re.search(r"[^\W\d].*\d", value):
        raise ValueError("is no street with a number; write it as Raadhuisplein 1")
    return value


def _network(value: str) -> str:
    try:
        ipaddress.ip_network(value)
    except ValueError:
        raise ValueError("is no address or network; write it as 192.0.2.0/24") from None
    return value


Text = Annotated[str, Field(min_length=1)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
Recipient = Annotated[str, AfterValidator(_recipient)]
"""Also one of this machine only (``intake@localhost``)."""
WebAddress = Annotated[str, AfterValidator(_web_address)]
"""Of a page; empty: there is none."""
Postcode = Annotated[str, BeforeValidator(_postcode)]
"""Compact: ``1300AE``."""
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=lambda name: name.replace("_", "-"),
        populate_by_name=True,
    )


@cache
def _task_fields() -> Mapping[str, tuple[tuple[int, int, str], ...]]:
    """By category of product: first and last year of booking, and the task field."""
    path = templates_folder() / "_default" / "task-fields.csv"
    found: dict[str, tuple[tuple[int, int, str], ...]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            years = int(row["from"]), int(row["until"] or 9999)
            known = found.get(row["category"], ())
            found[row["category"]] = (*known, (*years, row["task-field"]))
    return found


def task_field(product: str, year: int) -> str:
    """The task field (taakveld, Iv3) of a product code that begins with its category; empty when the
    category alone does not say it. A ``*`` at its end stands for who made the contract.
    """
    years = _task_fields().get(product[:2], ())
    return next((task for first, last, task in years if first <= year <= last), "")


class VisitingAddress(_Model):
    """Bezoekadres: an invoice sent only there is wrongly addressed."""

    street: Annotated[str, AfterValidator(_street)]
    postcode: Postcode


class Addressee(_Model):
    """Who an invoice must be addressed to, and how its parts may be written."""

    names: Texts
    """Names of the municipality that are right; the first is used in letters."""
    departments: Texts
    """The first is used in letters; the others are accepted spellings."""
    po_box: str
    """Digits only."""
    postcode: Postcode
    city: Text
    visiting: tuple[VisitingAddress, ...] = ()
    host_for: tuple[Text, ...] = ()
    """Other municipalities whose invoices arrive here (gastheergemeente), by their place: an invoice
    addressed to one of them is right too."""

    @field_validator("po_box")
    @classmethod
    def _digits(cls, value: str) -> str:
        if not re.fullmatch("[0-9]{1,6}", value):
            raise ValueError('is no number of a PO box; write the digits only, as "200"')
        return value

    @property
    def written(self) -> str:
        """As the letter says it, on one line."""
        postcode = f"{self.postcode[:4]} {self.postcode[4:]}"
        return (
            f"{self.names[0]}, {self.departments[0]}, Postbus {self.po_box}, {postcode} {self.city}"
        )


class Product(_Model):
    code: str
    name: str
    rate: Decimal
    year: int
    law: Literal["Jeugdwet", "Wmo", ""] = ""


class RecordKind(StrEnum):
    """What has a retention term of its own (bewaartermijn)."""

    INVOICE = "invoice"
    """A mail with an invoice that was queued or accepted, with all that was made of it."""
    REFUSED = "refused"
    OTHER = "other"
    """What was ignored or set apart: no invoice, or never decided by a person."""
    RAW_MAIL = "raw-mail"
    """The mail as it came in, of a case that lives on."""
    ATTACHMENT = "attachment"
    """What stood in the secured attachment, of a case that lives on; the mail as it came in goes
    with it."""


class Term(_Model):
    """How long something is kept, from which event, and on which ground."""

    years: int = Field(0, ge=0, le=100)
    days: int = Field(0, ge=0, le=36_500)
    starts: Literal["decision", "year-end"]
    """The day of the decision (or other event), or the end of the year it fell in."""
    ground: str = Field(min_length=1)
    """Dutch, with its article: stands in the list and the declaration of destruction."""


class Retention(Term):
    """The term of one kind of record."""

    kind: RecordKind
    municipality: str = ""
    """The name of the profile, whose cases it is for; empty: everybody's."""


class Finance(_Model):
    """How accepted invoices are booked; what is empty the finance package decides itself."""

    oin: str = ""
    """Organisatie-identificatienummer of the municipality; an e-invoice (NLCIUS, BR-NL-10) needs
    it."""
    buyer_reference: str = Field("zorg", min_length=1)
    """By which the municipality knows what an invoice without an order number is for (BT-10)."""
    description: str = Field("Zorg, zie de factuur", min_length=1)
    """Of the one line for each btw rate that an e-invoice has: care is never named."""
    cost_centre: str = ""
    """Kostenplaats."""
    cost_type: str = ""
    """Kostensoort."""
    task_field: str = ""
    """Taakveld (Iv3); it depends on the year of booking."""
    vat_code: str = ""
    """Btw-code; btw on care for a single person is not compensated (Wet BCF art. 4)."""
    iv3: bool = False
    """The task field follows from the category of the product and the year of booking
    (``_default/task-fields.csv``), where no rule of ``coding`` says it."""
    without_contract: Literal["1", "2", "3", ""] = ""
    """The last digit of a task field from 2025 on for a supplier without a known contract: 1 local,
    2 regional, 3 national; empty: a person chooses."""

    @field_validator("oin")
    @classmethod
    def _twenty_digits(cls, value: str) -> str:
        if value and not re.fullmatch("[0-9]{20}", value):
            raise ValueError("is no OIN; it has twenty digits")
        return value


class CodingRule(_Model):
    """How care with such a product is booked; what is empty follows as for all others."""

    product: str = Field("", pattern="^[A-Z0-9]*$")
    """Product code, or its beginning; empty: every product."""
    from_year: int = 0
    until_year: int = 9999
    """Years of booking."""
    cost_centre: str = ""
    cost_type: str = ""
    task_field: str = Field("", pattern=r"^[^*]*\*?$")
    """A ``*`` at its end stands for the digit of who made the contract."""
    vat_code: str = ""
    order_number: str = ""

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.from_year > self.until_year:
            raise ValueError(f"ends in {self.until_year}, before it begins in {self.from_year}")
        return self

    def is_for(self, product: str, year: int) -> bool:
        fits = product.startswith(self.product) and bool(product)
        return fits and self.from_year <= year <= self.until_year


class SupplierRules(_Model):
    """What is asked of a supplier by the municipality's own register of them."""

    contracts: bool = False
    """The register says who has a contract: who has one must declare through the berichtenverkeer,
    and of whom it is not known a person decides."""
    agreements: bool = False
    """Each invoice needs an agreement of the interventieteam, or an afrondingsovereenkomst."""
    keep_years: int = Field(7, ge=0, le=100)
    """After the year in which a supplier had its last contract, agreement or change, and when no invoice
    of it is kept any more; so long accounts and contracts that ended stay too."""
    keep_ground: str = Field(
        "artikel 52, vierde lid, Algemene wet inzake rijksbelastingen", min_length=1
    )
    """Dutch, with its article: stands in the list of what goes."""


class SecondPerson(_Model):
    """Which invoices two persons must accept, each of them somebody else."""

    above: Decimal | None = Field(None, ge=0)
    """Euros with btw; None: no amount asks for it. What cannot be read is above it."""
    new_account: bool = False
    """An account to which this supplier was never paid, and that is not approved in the register."""
    new_supplier: bool = False
    """A supplier that was never paid, and has no approved account in the register."""

    def is_above(self, cents: int | None) -> bool:
        """Whether this total, of an invoice or a credit note, is above the amount."""
        return _is_above(self.above, cents)


class ContentApproval(_Model):
    """Which invoices need the agreement of a reviewer of care too (prestatieakkoord)."""

    above: Decimal | None = Field(None, ge=0)
    """Euros with btw; 0: every invoice; None: none. What cannot be read is above it."""

    def is_above(self, cents: int | None) -> bool:
        """As ``SecondPerson.is_above``."""
        return _is_above(self.above, cents)


class Mandate(_Model):
    """Up to which total a role, or one user, may accept an invoice alone (mandaat)."""

    role: Literal["clerk", "senior", ""] = ""
    user: str = ""
    """The name by which somebody logs in."""
    up_to: Decimal | None = Field(None, ge=0)
    """Euros with btw; None: any total."""

    @model_validator(mode="after")
    def _is_somebodys(self) -> Self:
        if bool(self.role) == bool(self.user):
            raise ValueError("must name a role (clerk or senior) or a user, and not both")
        return self


def _is_above(limit: Decimal | None, cents: int | None) -> bool:
    return limit is not None and (cents is None or abs(cents) > limit * 100)


class FastLane(_Model):
    """Which invoices without a point a clerk may accept ten at a time."""

    from_day: int = Field(30, ge=0, le=3650)
    """Not in the first so many days after a supplier's first invoice was accepted."""
    sample: int = Field(20, ge=0)
    """One in so many is looked at in full all the same; 0: none; 1: all."""


class Profile(_Model):
    """One municipality. Severities may be lowered here, never raised; logic never stands here."""

    name: str
    municipality: Text
    tone: Literal["je", "u"]
    mailbox: Annotated[MailAddress, Field(min_length=1)]
    """Address that providers write to."""
    reply_from: MailAddress = ""
    """Address that replies come from; empty: ``mailbox``."""
    team: Text
    phone: Text
    page: Text
    """Name of the municipality's page that demands the fields, for 'source' texts."""
    page_address: WebAddress = ""
    """Where that page is; letters give it on a line of its own, which mail programs make a link."""
    precheck_address: WebAddress = ""
    """Where providers may try an invoice first (``intake precheck``); letters and the page for
    providers give it."""
    payment_days: int = Field(ge=1)
    term_starts_anew: bool = False
    """Letters say that the term of payment starts with a corrected invoice; the municipality's
    lawyer decides."""
    names_law: bool = True
    """Letters name the article of law that asks something too; else all is the municipality's own
    demand. Who supplies only exempt care has no duty to invoice by Wet OB 1968 art. 35a."""
    attachment_wait_days: int = Field(ge=0)
    """Days that an invoice waits for its secured attachment; 0: refused at once."""
    reminder_days: int = Field(0, ge=0)
    """After so many days of waiting one reminder is written, if the waiting lasts longer; 0:
    none."""
    certificate_place: str = ""
    """Where providers find our certificate."""
    recipients: tuple[Recipient, ...]
    """Envelope recipients the SMTP and LMTP doors accept; left out: ``mailbox``."""
    addressee: Addressee
    secure_relays: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """Networks (CIDR) of relays known as NTA 7516 or Zorgmail that deliver to our own door."""
    unprotected_by_secure_relay: Literal["accept", "review", "reject"] = "review"
    declaring_term_months: int | None = None
    referrers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Kind of referrer (verwijzer) and the words for it."""
    severities: dict[str, Severity] = {}
    """Check id (or ``check.code``) to a lower severity."""
    texts: dict[str, str] = {}
    """``check.code.what|remedy|example|tip|english`` to this municipality's own words."""
    products: tuple[Product, ...] = ()
    finance: Finance = Finance()
    coding: tuple[CodingRule, ...] = ()
    """The first that fits counts."""
    suppliers: SupplierRules = SupplierRules()
    fast_lane: FastLane = FastLane()
    second_person: SecondPerson = SecondPerson()
    content_approval: ContentApproval = ContentApproval()
    mandates: tuple[Mandate, ...] = ()
    """Empty: whoever may accept, may accept any total."""
    retention: tuple[Retention, ...]

    @field_validator("retention")
    @classmethod
    def _each_kind_once(cls, value: tuple[Retention, ...]) -> tuple[Retention, ...]:
        if sorted(row.kind for row in value) != sorted(RecordKind):
            raise ValueError(f"needs one row for each of: {', '.join(RecordKind)}")
        return value

    @property
    def sender_address(self) -> str:
        """The address in From of replies."""
        return self.reply_from or self.mailbox

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that is the municipality's own."""
        return (self.mailbox, self.sender_address, *self.recipients)

    @property
    def source(self) -> str:
        """How the letter names the municipality's own demand."""
        return f"eis van {self.municipality} ({self.page})"

    @cached_property
    def digest(self) -> str:
        """By which a verdict says which profile it was made by."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def products_in_force(self, day: dt.date) -> tuple[int | None, tuple[Product, ...]]:
        """The table of the care year, or of the last known year before it; (year, products)."""
        years = (
            sorted({p.year for p in self.products if p.year <= day.year})
            or sorted({p.year for p in self.products})[:1]
        )
        year = years[-1] if years else None
        return year, tuple(p for p in self.products if p.year == year)


def use(folder: Path | None) -> None:
    """Look for municipalities in this folder of the installation too, before those that are shipped."""
    global _own_folder
    if folder != _own_folder:
        _own_folder = folder
        load.cache_clear()
        folders.cache_clear()


def own_folder() -> Path | None:
    """The installation's own folder of municipalities."""
    return _own_folder


def example(extends: str = "") -> str:
    """A profile to be filled in: with every setting, or with what another does not say.

    Raises:
        ConfigurationError: no such municipality comes with intake.
    """
    default = templates_folder() / "_default"
    if not extends:
        return (default / "profile.example.toml").read_text(encoding="utf-8")
    if extends not in (known := _shipped_names()):
        raise ConfigurationError(
            f"no {extends!r} comes with intake to be extended; there are: {', '.join(known)}"
        )
    text = (default / "profile.extends.example.toml").read_text(encoding="utf-8")
    return text.replace('"almere"', f'"{extends}"', 1)


def names() -> list[str]:
    """The municipalities that there is a profile of."""
    found = {file.parent.name for place in _places() for file in place.glob(f"*/{FILE}")}
    return sorted(name for name in found if NAME.fullmatch(name))


@lru_cache
def folders(name: str) -> tuple[Path, ...]:
    """Where the texts of a municipality are looked for, in this order: its own folder, that of the
    municipality that it extends, and ``_default``.

    Raises:
        ConfigurationError: no such profile, or its file cannot be read.
    """
    own = _folder(name)
    extended = _toml(own / FILE)[1].get("extends")
    base = (_shipped(own, extended),) if extended is not None else ()
    return (own, *base, templates_folder() / "_default")


def texts(file: str, name: str) -> Mapping[str, Any]:
    """The tables of one file of texts, those of the municipality before the common ones."""
    found = dict(default_texts(file))
    for folder in reversed(folders(name)[:-1]):
        if (own := folder / f"{file}.toml").is_file():
            found |= _toml(own)[1]
    return found


@lru_cache
def load(name: str) -> Profile:
    """Load the ``profile.toml`` of a municipality and its ``tariffs-<year>.csv``.

    Raises:
        ConfigurationError: no such profile, or all its faults, one a line.
    """
    file = _folder(name) / FILE
    text, data = _toml(file)
    if (extended := data.pop("extends", None)) is not None:
        data = _extending(_toml(_shipped(file.parent, extended) / FILE)[1], data)
    data["name"] = name
    mailbox = str(data.get("mailbox", ""))
    data.setdefault("recipients", [mailbox] if _MAIL_ADDRESS.fullmatch(mailbox) else [])
    for rule in _tables(data, "retention"):
        rule["municipality"] = name
    tables = (sorted(folder.glob("tariffs-*.csv")) for folder in folders(name)[:-1])
    data["products"] = [row for table in next(filter(None, tables), ()) for row in _tariffs(table)]
    try:
        return Profile.model_validate(data)
    except ValidationError as error:
        faults = profile_faults.not_valid(file, text, error, Profile)
        raise ConfigurationError("\n".join(dict.fromkeys(faults))) from None


def where(name: str, *path: str) -> str:
    """``, line 12`` of a value in the ``profile.toml`` of a municipality; empty when it has none."""
    return profile_faults.at(_toml(_folder(name) / FILE)[0], path)


_SOMEBODYS_OWN = frozenset(
    ["municipality", "mailbox", "reply-from", "recipients", "secure-relays", "team", "phone", "page",
     "page-address", "precheck-address", "certificate-place", "addressee", "finance", "coding"]
)  # fmt: skip
"""What says who a municipality is, where its mail comes and how it books: never another's."""


def _extending(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A municipality that says only in what it differs from another."""
    found = {key: value for key, value in base.items() if key not in _SOMEBODYS_OWN}
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(found.get(key), dict)
        found[key] = {**found[key], **value} if both else value
    return found


def _places() -> tuple[Path, ...]:
    return (_own_folder, templates_folder()) if _own_folder else (templates_folder(),)


def _folder(name: str) -> Path:
    if name in (known := names()):
        return next(p / name for p in _places() if (p / name / FILE).is_file())
    if any((place / name / FILE).is_file() for place in _places()):
        raise ConfigurationError(f"profile {name!r}: name the folder with {NAMED}")
    like = profile_faults.near(name, known)
    raise ConfigurationError(f"profile {name!r} is not known{like}; there are: {', '.join(known)}")


def _shipped(own: Path, extended: object) -> Path:
    """The folder of the shipped municipality that another extends."""
    known = _shipped_names()
    if own.parent == templates_folder() or extended not in known:
        raise ConfigurationError(
            f"{own / FILE}: extends: must be a municipality that comes with intake:"
            f" {', '.join(known)}"
        )
    return templates_folder() / str(extended)


def _shipped_names() -> list[str]:
    return sorted(file.parent.name for file in templates_folder().glob(f"*/{FILE}"))


def _toml(file: Path) -> tuple[str, dict[str, Any]]:
    """A file as it is written, and what stands in it."""
    try:
        text = file.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ConfigurationError(profile_faults.not_toml(file, error)) from None


def _tables(data: Mapping[str, Any], key: str) -> Iterator[dict[str, Any]]:
    rows = data.get(key)
    yield from (row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict))


def _tariffs(table: Path) -> Iterator[dict[str, object]]:
    """The rows of a table of rates.

    Raises:
        ConfigurationError: its first fault, with its line.
    """
    year = table.stem.removeprefix("tariffs-")
    if not re.fullmatch("20[0-9]{2}", year):
        raise ConfigurationError(
            f"{table}: must be called tariffs- and the year, as tariffs-2026.csv"
        )
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            rows, columns = list(reader), set(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error):
        raise ConfigurationError(f"{table}: is no CSV in UTF-8 that can be read") from None
    if missing := {"code", "name", "rate"} - columns:
        told = ", ".join(sorted(missing))
        raise ConfigurationError(f"{table}: no column {told}; its first line is code,name,rate,law")
    for line, row in enumerate(rows, 2):
        found = {key: row[key] for key in ("code", "name", "rate")}
        law = row.get("law") or ""
        try:
            yield Product.model_validate({**found, "law": law, "year": year}).model_dump()
        except ValidationError as error:
            fault = next(profile_faults.not_valid(table, "", error, Product))
            raise ConfigurationError(
                fault.replace(f"{table}", f"{table}, line {line}", 1)
            ) from None


def examine(name: str) -> Iterator[Line]:
    """What ``intake doctor`` says of the profile of a municipality."""
    found = load(name)
    yield fine("profile", f"{found.name}: {found.municipality}, {found.mailbox}")
