"""What the KvK and VIES are asked, what is made of their answers, and of all that is none."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from intake import registers
from intake.errors import ConfigurationError
from intake.model.examination import State
from intake.model.invoice import Field, Sighting, SightingKind
from intake.model.supplier import AnswerKind, RegisterAnswer, Registered, RegisterSource
from intake.registers.base import NoAnswer, PublicRegister
from intake.registers.kvk import Handelsregister
from intake.registers.vies import Vies
from intake.settings import Registers, load
from intake.store import Store, register_answers, supplier_changes, supplier_register
from intake.store.lookups import StoreLookups
from intake.text.bsn import passes_eleven_test
from tests.conftest import with_section
from tests.registers.stub import KEY, NOT_THERE, PROFILE, VALID, Stub, running
from tests.store import things

KVK, VAT = "69599084", "NL810433941B01"
TODAY = dt.date(2026, 11, 22)
BASE, SEARCH, CHECK = "/api/v1/basisprofielen/", "/api/v2/zoeken", "/vies/check-vat-number"


@pytest.fixture
def stub() -> Iterator[Stub]:
    with running() as made:
        yield made


def kvk(stub: Stub, seconds: float = 5) -> Handelsregister:
    return Handelsregister(f"{stub.address}/api", KEY, None, seconds)


def vies(stub: Stub, seconds: float = 5) -> Vies:
    return Vies(f"{stub.address}/vies/", seconds)


def changed(**changes: Any) -> dict[str, Any]:
    return PROFILE | changes


class TestKvk:
    def test_a_basisprofiel_gives_names_places_and_an_end(self, stub: Stub) -> None:
        """A firm that stopped would be paid; a shielded address would be shown."""
        ended = {"datumAanvang": "20140210", "datumEinde": "20260701"}
        stub.answers[BASE] = (200, changed(materieleRegistratie=ended))

        answer = kvk(stub).ask(KVK, TODAY)

        assert answer == RegisterAnswer(
            RegisterSource.KVK,
            KVK,
            AnswerKind.FOUND,
            TODAY,
            ("De Vlinder Zorg B.V.", "Zorgpraktijk De Vlinder"),
            ("1000AE",),
            ("Rommeldam",),
            dt.date(2026, 7, 1),
        )
        assert stub.asked == [f"{BASE}{KVK}"]
        assert stub.headers[0]["apikey"] == KEY

    @pytest.mark.parametrize(
        ("written", "day"),
        [
            ("20260701", dt.date(2026, 7, 1)),
            ("2026-07-01", dt.date(2026, 7, 1)),
            ("20260200", dt.date(2026, 2, 28)),
            ("20260000", dt.date(2026, 12, 31)),
        ],
    )
    def test_an_end_that_is_half_known_is_the_last_day_it_can_be(
        self, stub: Stub, written: str, day: dt.date
    ) -> None:
        """Care of before the end would seem to be of after it."""
        stub.answers[BASE] = (200, changed(materieleRegistratie={"datumEinde": written}))

        assert kvk(stub).ask(KVK, TODAY).ended_on == day

    @pytest.mark.parametrize(
        ("search", "kind", "inactive"),
        [
            ((404, NOT_THERE), AnswerKind.UNKNOWN, False),
            ((200, {"totaal": 0, "resultaten": []}), AnswerKind.UNKNOWN, False),
            (
                (200, {"resultaten": [{"kvkNummer": KVK, "naam": "X", "actief": "Nee"}]}),
                AnswerKind.FOUND,
                True,
            ),
            (
                (200, {"resultaten": [{"kvkNummer": KVK, "naam": "X", "actief": "Ja"}]}),
                AnswerKind.FOUND,
                False,
            ),
        ],
    )
    def test_what_has_no_profile_is_searched_for_among_the_inactive(
        self, stub: Stub, search: tuple[int, Any], kind: AnswerKind, inactive: bool
    ) -> None:
        """A firm that stopped would seem never to have been there."""
        stub.answers = {BASE: (404, NOT_THERE), SEARCH: search}

        answer = kvk(stub).ask(KVK, TODAY)

        assert (answer.kind, answer.inactive) == (kind, inactive)
        assert stub.asked[1] == f"{SEARCH}?kvkNummer={KVK}&inclusiefInactieveRegistraties=true"


NO_ANSWERS: dict[str, tuple[int, Any]] = {
    "a wrong address": (404, {}),
    "another page": (200, b"<html>onderhoud</html>"),
    "a wrong key": (401, {"fout": [{"code": "IPD0001"}]}),
    "too many": (429, {}),
    "in process": (404, {"fout": [{"code": "IPD1002"}]}),
    "a fault": (500, {"fout": [{"code": "IPD9999"}]}),
    "a redirect": (302, {}),
    "a list": (200, []),
    "null": (200, None),
    "of another number": (200, changed(kvkNummer="11111111")),
    "names of another kind": (200, changed(handelsnamen="De Vlinder")),
    "a name that is a number": (200, changed(naam=12)),
    "a day that is none": (200, changed(materieleRegistratie={"datumEinde": "morgen"})),
    "deep": (200, b"[" * 100_000),
    "too large": (200, b'"' + b"x" * 1_000_001 + b'"'),
    "faults that are no list": (404, {"fout": {"code": "IPD5200"}}),
}


@pytest.mark.parametrize("case", list(NO_ANSWERS))
def test_what_is_no_answer_says_nothing_of_a_supplier(stub: Stub, case: str) -> None:
    """A fault of the register would be told as a fault of the supplier."""
    stub.answers = {BASE: NO_ANSWERS[case], "/elders": (200, PROFILE)}

    with pytest.raises(NoAnswer) as caught:
        kvk(stub).ask(KVK, TODAY)

    assert KEY not in str(caught.value) + repr(kvk(stub))
    assert not any(asked.startswith("/elders") for asked in stub.asked)


class TestVies:
    def test_a_valid_number_gives_its_name(self, stub: Stub) -> None:
        """The clerk could not see whose number it is."""
        stub.answers[CHECK] = (200, VALID)

        answer = vies(stub).ask(VAT, TODAY)

        assert (answer.kind, answer.names) == (AnswerKind.FOUND, ("DE VLINDER ZORG B.V.",))
        sent = json.loads(stub.asked[0].partition(" ")[2])
        assert sent == {"countryCode": "NL", "vatNumber": "810433941B01"}

    def test_a_number_that_is_not_valid_and_a_name_that_is_not_told(self, stub: Stub) -> None:
        """Three dashes would be compared with the supplier's name."""
        stub.answers[CHECK] = (200, VALID | {"name": "---"})
        assert vies(stub).ask(VAT, TODAY).names == ()

        stub.answers[CHECK] = (200, VALID | {"valid": False, "name": "---", "userError": "INVALID"})
        assert vies(stub).ask(VAT, TODAY).kind is AnswerKind.UNKNOWN

    @pytest.mark.parametrize(
        "code",
        ["MS_UNAVAILABLE", "MS_MAX_CONCURRENT_REQ", "GLOBAL_MAX_CONCURRENT_REQ", "TIMEOUT",
         "SERVICE_UNAVAILABLE", "INVALID_INPUT"],
    )  # fmt: skip
    @pytest.mark.parametrize("status", [200, 400, 500])
    def test_a_member_state_that_is_away_is_never_an_invalid_number(
        self, stub: Stub, code: str, status: int
    ) -> None:
        """Every evening a person would be asked about good numbers."""
        wrapped = {"actionSucceed": False, "errorWrappers": [{"error": code}]}
        for body in (wrapped, VALID | {"valid": False, "userError": code}):
            stub.answers[CHECK] = (status, body)

            with pytest.raises(NoAnswer, match=code):
                vies(stub).ask(VAT, TODAY)


@pytest.mark.parametrize("how", ["slow", "drips"])
def test_a_register_takes_no_longer_than_it_may(stub: Stub, how: str) -> None:
    """One register that hangs would hold up all mail."""
    stub.slow, stub.drips = (30, False) if how == "slow" else (0, True)
    stub.answers = {BASE: (200, PROFILE), CHECK: (200, VALID)}
    registers: list[tuple[PublicRegister, str]] = [(kvk(stub, 0.3), KVK), (vies(stub, 0.3), VAT)]

    for register, number in registers:
        began = time.monotonic()
        with pytest.raises(NoAnswer):
            register.ask(number, TODAY)
        assert time.monotonic() - began < 3


def test_nobody_there_is_no_answer(stub: Stub) -> None:
    """As when the network is down."""
    with pytest.raises(NoAnswer):
        Vies("http://127.0.0.1:9", 2).ask(VAT, TODAY)
    with pytest.raises(NoAnswer, match="certificates"):
        Handelsregister("https://127.0.0.1:9", KEY, Path("/nergens.pem"), 2).ask(KVK, TODAY)


class TestWhatIsKept:
    @pytest.fixture
    def road(self, store: Store, stub: Stub) -> StoreLookups:
        chosen = {"kvk_address": f"{stub.address}/api", "vies_address": f"{stub.address}/vies"}
        store.settings = with_section(store.settings, "registers", **chosen)
        stub.answers = {BASE: (200, PROFILE), CHECK: (200, VALID)}
        moment = store.clock()
        store.clock = lambda: moment
        return StoreLookups(store, registers=registers.of(store.settings.registers))

    def answers(self, road: StoreLookups, **changes: Any) -> list[tuple[str, AnswerKind]]:
        numbers = {"kvk_number": Field.of(KVK), "vat_id": Field.of(VAT)} | changes
        known = road.supplier(things.invoice(**numbers), "IN-TEST")
        return [(each.source.value, each.kind) for each in known.answers]

    def later(self, store: Store, **by: float) -> None:
        moment = store.clock() + dt.timedelta(**by)
        store.clock = lambda: moment

    def test_an_answer_is_asked_for_once_in_its_days(
        self, road: StoreLookups, store: Store, stub: Stub
    ) -> None:
        """Each mail would cost a request, and money."""
        good = [("kvk", AnswerKind.FOUND), ("vies", AnswerKind.FOUND)]

        assert [self.answers(road) for _ in range(3)] == [good] * 3
        assert len(stub.asked) == 2
        self.later(store, days=31)
        assert self.answers(road) == good
        assert len(stub.asked) == 4

    def test_a_register_that_is_silent_is_left_alone_and_the_last_answer_stands(
        self, road: StoreLookups, store: Store, stub: Stub
    ) -> None:
        """Every mail would wait for a register that is down."""
        self.answers(road)
        self.later(store, days=31)
        stub.answers = {}
        asked = len(stub.asked)

        for _ in range(3):
            assert self.answers(road) == [("kvk", AnswerKind.FOUND), ("vies", AnswerKind.FOUND)]
            others = self.answers(road, kvk_number=Field.of("12345679"), vat_id=Field.absent())
            assert others == [("kvk", AnswerKind.NO_ANSWER)]
        assert len(stub.asked) == asked + 2

        self.later(store, minutes=2)
        stub.answers = {BASE: (200, changed(kvkNummer="12345679"))}
        again = self.answers(road, kvk_number=Field.of("12345679"), vat_id=Field.absent())
        assert again == [("kvk", AnswerKind.FOUND)]

    def test_no_number_that_could_be_a_persons_leaves(self, road: StoreLookups, stub: Stub) -> None:
        """A BSN would stand in the log of another organisation."""
        bsn = things.BSN
        shown = (Sighting(SightingKind.BSN_LABELLED, 1, None),)
        for changes in (
            {"vat_id": Field.of(f"NL{bsn}B01")},
            {"vat_id": Field.of(f"{bsn}B01")},
            {"vat_id": Field.of(f"NL {bsn[:4]}.{bsn[4:]} B 02")},
            {"vat_id": Field.of(f"NL{bsn}B57")},
            {"kvk_number": Field.of(bsn)},
            {"kvk_number": Field.of("12345672")},
            {"kvk_number": Field.of("1234567")},
            {"sightings": shown},
        ):
            nothing: dict[str, Any] = {"kvk_number": Field.absent(), "vat_id": Field.absent()}
            if "sightings" in changes:
                nothing = {}
            assert self.answers(road, **(nothing | changes)) == []
        assert passes_eleven_test("012345672")
        assert stub.asked == []

    def test_a_supplier_that_the_register_has_is_asked_for_by_its_kvk_number(
        self, road: StoreLookups, store: Store, stub: Stub
    ) -> None:
        """One in eleven KvK numbers passes the 11-test, and would never be looked up."""
        number = "12345672"
        stub.answers = {BASE: (200, changed(kvkNummer=number))}
        supplier_changes.add(store, "jan", "almere", Registered("De Vlinder", kvk=number))
        changes = {"kvk_number": Field.of(number), "vat_id": Field.absent()}

        assert self.answers(road, **changes) == [("kvk", AnswerKind.FOUND)]
        known = supplier_register.find(store, "almere", number)
        assert known is not None
        (kept,) = register_answers.latest(store, known)
        assert (kept.names[0], kept.asked_on) == ("De Vlinder Zorg B.V.", store.today)

    def test_nothing_is_asked_unless_it_is_set(self, store: Store) -> None:
        """Out of the box a municipality's suppliers would be told to others."""
        assert registers.of(store.settings.registers) == ()
        assert list(registers.examine(Registers())) == []


@pytest.mark.parametrize(
    "address",
    [
        "http://api.kvk.nl/api",
        "ftp://127.0.0.1/x",
        "file://localhost/etc/passwd",
        "api.kvk.nl",
        "x",
    ],
)
def test_an_address_without_tls_is_refused_at_the_start(tmp_path: Path, address: str) -> None:
    """The key would go over the network in plain text."""
    with pytest.raises(ConfigurationError, match="https"):
        load(home=tmp_path, registers__kvk_address=address)


def test_doctor_says_which_register_answers(stub: Stub) -> None:
    """An expired key would be found out months later."""
    section = Registers(kvk_address=f"{stub.address}/api", vies_address=f"{stub.address}/vies")
    stub.answers[CHECK] = (500, {"errorWrappers": [{"error": "MS_UNAVAILABLE"}]})
    stub.answers[BASE] = (200, changed(kvkNummer="59581883"))

    lines = list(registers.examine(section))

    assert [line.state for line in lines] == [State.FINE, State.WRONG]
    assert "MS_UNAVAILABLE" in lines[1].text
