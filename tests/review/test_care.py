"""The care lines: masked until a reason is given, and each look stands on record."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.model.verdict import MailOutcome
from intake.review.pages import care
from intake.store import Store, audit
from tests.review.conftest import Clerk
from tests.review.filled import BSN, CLIENT, CLIENT_NAME, PATH, care_line, fill, verdict

SECRETS = (BSN, CLIENT_NAME, "14 maart 2015", "Dorpsstraat", "Dr. Voorbeeld")


@pytest.fixture
def reference(store: Store) -> str:
    return fill(
        store,
        verdict(MailOutcome.QUEUED),
        care_lines=(care_line(2, product=f"Begeleiding bsn {BSN}"), care_line(3, bsn="12345")),
    )


def test_only_the_end_of_a_number_is_seen_and_no_name(clerk: Clerk, reference: str) -> None:
    """A clerk who passes invoices on all day needs to see no child."""
    text = clerk.get(f"/zaak/{reference}").text

    assert "•••••6782" in text
    assert "•••••</span>" in text
    assert not [secret for secret in SECRETS if secret in text]
    for words in (
        "45A04",
        "01-09-2026 t/m 30-09-2026",
        "12,5 uur × €\N{NO-BREAK SPACE}80,00",
        "huisarts",
        "B-2026-17",
    ):
        assert words in text


def test_after_a_reason_all_is_seen_and_each_look_is_a_row_with_the_reason(
    clerk: Clerk, store: Store, reference: str
) -> None:
    """The privacy officer must be able to tell a client who looked, when and why (NEN 7513)."""
    assert clerk.post(f"/zaak/{reference}/zorgregels", why="nieuwsgierig").status_code == 400
    assert BSN not in clerk.get(f"/zaak/{reference}").text

    answer = clerk.post(f"/zaak/{reference}/zorgregels", why="inzage")

    assert (answer.status_code, BSN in answer.headers["location"]) == (303, False)
    for _ in range(2):
        page = clerk.get(f"/zaak/{reference}")
        assert not [secret for secret in SECRETS if secret not in page.text]
        assert page.headers["cache-control"] == "no-store"
    looks = [
        (row.who, row.what, row.why, row.result)
        for row in audit.readings(store, reference)
        if "care" in row.what
    ]
    assert looks == [
        ("anna", "uncover-care", "inzage", "shown"),
        *[("anna", "care", "inzage", "shown")] * 2,
    ]


def test_a_reason_for_a_page_opens_no_care_lines_and_the_other_way_round(
    clerk: Clerk, store: Store
) -> None:
    """Who must see whether a letterhead is right has no need of the numbers of children."""
    reference = fill(
        store,
        verdict(MailOutcome.QUARANTINED, invoices=()),
        care_lines=(care_line(),),
        text="Cliënt Sam Fictief",
    )

    clerk.post(f"/zaak/{reference}/tonen", why="controle")
    assert BSN not in clerk.get(f"/zaak/{reference}").text

    clerk.client.cookies.delete("intake-tonen")
    clerk.post(f"/zaak/{reference}/zorgregels", why="controle")
    cookie = clerk.client.cookies["intake-zorgregels"]
    assert BSN in clerk.get(f"/zaak/{reference}").text
    clerk.client.cookies.set(
        "intake-zorgregels",
        cookie.replace("controle", "vraag"),
        domain="127.0.0.1",
        path=f"/zaak/{reference}",
    )
    assert BSN not in clerk.get(f"/zaak/{reference}").text


def test_a_covered_picture_that_is_asked_for_is_on_record_too(clerk: Clerk, store: Store) -> None:
    """Somebody who tries addresses by hand must be seen trying."""
    reference = fill(store, verdict(MailOutcome.QUARANTINED, CLIENT))

    assert clerk.get(f"/zaak/{reference}/blad/{PATH}/1.png").status_code == 403

    assert [(row.what, row.result) for row in audit.readings(store, reference)] == [
        (f"page {PATH} 1", audit.REFUSED)
    ]


def test_many_lines_come_in_parts(clerk: Clerk, store: Store) -> None:
    """An attachment of a whole region has hundreds of rows; each must be reachable."""
    reference = fill(
        store,
        verdict(MailOutcome.QUEUED),
        care_lines=tuple(care_line(row, decision_number=f"B-{row}") for row in range(1, 152)),
    )

    first, second, beyond = (clerk.get(f"/zaak/{reference}?deel={part}").text for part in (1, 2, 3))

    assert ("B-100" in first, "B-101" in first, "Deel 1 van 2" in first) == (True, False, True)
    assert ("B-151" in second, "B-100<" in second) == (True, False)
    assert "B-1" not in beyond


def test_a_hostile_attachment_writes_no_page(clerk: Clerk, store: Store) -> None:
    """The words of an attachment must never become part of the page."""
    evil: Any = "<script>alert(1)</script>"
    names = (
        "referrer",
        "referrer_details",
        "product",
        "period_text",
        "unit",
        "decision_number",
        "client_name",
        "client_address",
        "bsn",
    )
    hostile: dict[str, Any] = dict.fromkeys(names, evil)
    reference = fill(
        store, verdict(MailOutcome.QUEUED), care_lines=(care_line(period_start=None, **hostile),)
    )

    clerk.post(f"/zaak/{reference}/zorgregels", why="controle")

    assert evil not in clerk.get(f"/zaak/{reference}").text


@given(st.text(max_size=20))
def test_a_masked_number_shows_four_digits_at_most(number: str) -> None:
    """Whatever stands where a BSN should stand, most of it stays unseen."""
    shown = care.dotted(number)

    assert len(shown) == len(number)
    assert len(shown.replace("•", "")) <= 4
