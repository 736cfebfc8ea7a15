"""A municipality: what its page demands, its addresses, terms and texts
(``templates/<name>/profile.toml``).
"""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from intake.errors import ConfigurationError
from intake.model.examination import Line, fine
from intake.model.finding import Severity


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

    street: str
    postcode: str


class Addressee(_Model):
    """Who an invoice must be addressed to, and how its parts may be written."""

    names: tuple[str, ...]
    """Names of the municipality that are right; the first is used in letters."""
    departments: tuple[str, ...]
    """The first is used in letters; the others are accepted spellings."""
    po_box: str
    """Digits only."""
    postcode: str
    """Compact: ``1300AE``."""
    city: str
    visiting: tuple[VisitingAddress, ...] = ()

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
    law: str = Field("", pattern="^(Jeugdwet|Wmo|)$")


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
    starts: str = Field(pattern="^(decision|year-end)$")
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

    oin: str = Field("", pattern=r"^([0-9]{20})?$")
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
    without_contract: str = Field("", pattern="^[123]?$")
    """The last digit of a task field from 2025 on for a supplier without a known contract: 1 local,
    2 regional, 3 national; empty: a person chooses."""


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

    role: str = Field("", pattern="^(clerk|senior|)$")
    user: str = ""
    """The name by which somebody logs in."""
    up_to: Decimal | None = Field(None, ge=0)
    """Euros with btw; None: any total."""

    @model_validator(mode="after")
    def _is_somebodys(self) -> Self:
        if bool(self.role) == bool(self.user):
            raise ValueError("is of a role, or of a user")
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
    municipality: str
    tone: str = Field(pattern="^(je|u)$")
    mailbox: str
    """Address that providers write to."""
    reply_from: str = ""
    """Address that replies come from; empty: ``mailbox``."""
    team: str
    phone: str
    page: str
    """Name of the municipality's page that demands the fields, for 'source' texts."""
    page_address: str = Field("", pattern=r"^(https://[!-~]+)?$")
    """Where that page is; letters give it on a line of its own, which mail programs make a link."""
    precheck_address: str = Field("", pattern=r"^(https://[!-~]+)?$")
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
    recipients: tuple[str, ...]
    """Envelope recipients the SMTP and LMTP doors accept."""
    addressee: Addressee
    secure_relays: tuple[str, ...] = ()
    """Networks (CIDR) of relays known as NTA 7516 or Zorgmail that deliver to our own door."""
    unprotected_by_secure_relay: str = Field("review", pattern="^(accept|review|reject)$")
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


def names() -> list[str]:
    """The municipalities that there is a profile of."""
    return sorted(file.parent.name for file in templates_folder().glob("*/profile.toml"))


@lru_cache
def load(name: str) -> Profile:
    """Load ``templates/<name>/profile.toml`` and its ``tariffs-<year>.csv``.

    Raises:
        ConfigurationError: no such profile, or all its faults, one a line.
    """
    folder = templates_folder() / name
    file = folder / "profile.toml"
    if name not in (known := names()):
        raise ConfigurationError(f"profile {name!r} is not known; there are: {', '.join(known)}")
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        data["name"] = name
        for rule in data.get("retention", ()):
            rule["municipality"] = name
        data["products"] = [
            row for table in sorted(folder.glob("tariffs-*.csv")) for row in _tariffs(table)
        ]
        return Profile.model_validate(data)
    except ValidationError as error:
        faults = [
            f"{file.name} of {name}: {'.'.join(str(p) for p in e['loc'])}: {e['msg']}"
            for e in error.errors(include_input=False, include_url=False)
        ]
        raise ConfigurationError("\n".join(faults)) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file.name} of {name}: {error}") from None


def _tariffs(table: Path) -> list[dict[str, object]]:
    year = int(table.stem.removeprefix("tariffs-"))
    with table.open(encoding="utf-8", newline="") as file:
        return [
            {
                "code": r["code"],
                "name": r["name"],
                "rate": r["rate"],
                "year": year,
                "law": r.get("law", ""),
            }
            for r in csv.DictReader(file)
        ]


def examine(name: str) -> Iterator[Line]:
    """What ``intake doctor`` says of the profile of a municipality."""
    found = load(name)
    yield fine("profile", f"{found.name}: {found.municipality}, {found.mailbox}")
