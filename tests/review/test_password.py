"""A password that the provider tells on the phone: typed once, tried at once, shown never."""

from __future__ import annotations

from structlog.testing import capture_logs

from intake.model.verdict import MailOutcome
from intake.store import Store, cases, providers, work_queue
from tests.review.conftest import Clerk
from tests.review.filled import LOCKED, fill, verdict

PASSWORD = "kåasplankje 21!"
KVK, SENDER = "01234567", "info@vlinder.example"


def locked(store: Store) -> str:
    return fill(store, verdict(MailOutcome.WAITING, findings=(LOCKED,)))


def press(clerk: Clerk, store: Store, reference: str, **fields: str) -> int:
    version = cases.get_case(store, reference).version
    return clerk.post(
        f"/zaak/{reference}/wachtwoord", version=version, password=PASSWORD, **fields
    ).status_code


def test_it_is_tried_at_once_and_stands_in_no_page_address_or_log(
    clerk: Clerk, store: Store
) -> None:
    """A password that leaks opens every attachment of that provider."""
    reference = locked(store)
    assert 'id="password"' in clerk.get(f"/zaak/{reference}").text

    with capture_logs() as logs:
        answer = clerk.post(
            f"/zaak/{reference}/wachtwoord",
            version=cases.get_case(store, reference).version,
            password=PASSWORD,
        )

    assert (answer.status_code, answer.headers["location"]) == (303, "/?tab=&gedaan=wachtwoord")
    claim = work_queue.claim(store, "test", 60)
    assert claim is not None
    assert (claim.reference, claim.passwords) == (reference, (PASSWORD,))
    assert "plankje" not in str(logs) + clerk.get(f"/zaak/{reference}").text
    assert "Wachtwoord van de bijlage ingevuld" in clerk.get(f"/zaak/{reference}").text
    assert providers.list_providers(store) == ()


def test_it_may_be_kept_for_a_registered_provider(clerk: Clerk, store: Store) -> None:
    """The clerk need not phone again next month."""
    providers.add_provider(store, "87654321", "De Vlinder BV", SENDER)
    reference = locked(store)
    assert "De Vlinder BV (KvK 87654321" in clerk.get(f"/zaak/{reference}").text

    assert press(clerk, store, reference, keep="87654321") == 303

    assert providers.attachment_passwords(store, SENDER, []) == (PASSWORD,)
    assert "ook bewaard voor KvK 87654321" in clerk.get(f"/zaak/{reference}").text


def test_a_provider_that_is_not_registered_is_the_one_on_the_invoice(
    clerk: Clerk, store: Store
) -> None:
    """A first invoice must not need a command line."""
    reference = locked(store)

    assert press(clerk, store, reference, keep=KVK) == 303

    assert [(p.kvk, p.name, p.email) for p in providers.list_providers(store)] == [
        (KVK, "Zorgpraktijk De Vlinder", SENDER)
    ]
    assert providers.attachment_passwords(store, None, [KVK]) == (PASSWORD,)


def test_wrong_forms_change_nothing(clerk: Clerk, store: Store) -> None:
    """A made-up provider, an empty password, an old page and a case that is decided take none."""
    reference, done = locked(store), fill(store, verdict(MailOutcome.QUEUED))
    version = cases.get_case(store, reference).version

    assert press(clerk, store, reference, keep="99999999") == 400
    assert (
        clerk.post(f"/zaak/{reference}/wachtwoord", version=version, password="").status_code == 400
    )
    assert (
        clerk.post(
            f"/zaak/{reference}/wachtwoord", version=version + 1, password=PASSWORD, keep=KVK
        ).status_code
        == 409
    )
    assert press(clerk, store, done) == 409

    assert providers.list_providers(store) == ()
    assert cases.get_case(store, reference).version == version
    assert 'id="password"' not in clerk.get(f"/zaak/{done}").text
