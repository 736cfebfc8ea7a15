"""Logging in by the municipality's own login, against a real provider on loopback."""

from __future__ import annotations

import datetime as dt
import re
import socket
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from intake.errors import Conflict
from intake.review import oidc
from intake.review.pages import login
from intake.sandbox.client import Sandbox
from intake.store import Store, audit, users
from intake.store.tables import Role
from tests.conftest import with_section
from tests.review.conftest import PASSWORD, Clerk
from tests.review.oidc_server import Server, Spoil, running

CLIENT = "zorgfacturen"
CLERKS, OFFICERS = "Zorgfacturen.Medewerker", "Zorgfacturen.Privacy"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running() as made:
        yield made


@pytest.fixture
def provider(server: Server) -> Server:
    server.gate.reset()
    server.has("s-1", preferred_username="bea", roles=[CLERKS])
    return server


@pytest.fixture
def stranger(store: Store, sandbox: Sandbox, provider: Server) -> Clerk:
    store.settings = with_section(
        store.settings,
        "oidc",
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret=SecretStr("een geheim/van ons"),
        clerk=(CLERKS,),
        privacy_officer=(OFFICERS,),
    )
    return Clerk(store, sandbox)


def roles(store: Store) -> dict[str, set[Role]]:
    return {user.name: set(user.roles) for user in users.list_users(store) if not user.is_local}


def test_who_is_known_there_comes_in_with_the_roles_it_says(
    stranger: Clerk, store: Store, provider: Server
) -> None:
    """The first login makes the user; nobody has to be entered twice."""
    assert "account van de gemeente" in stranger.get("/inloggen?next=/vandaag").text

    answer = provider.log_in(stranger, "s-1", "/vandaag")

    assert (answer.status_code, answer.headers["location"]) == (303, "/vandaag")
    assert "bea" in stranger.get("/").text
    assert roles(store) == {"bea": {Role.CLERK}}
    told = [(row.who, row.what, row.result) for row in audit.readings(store, "")]
    assert ("bea", "login", "oidc clerk") in told
    assert stranger.get("/privacy").status_code == 403


def test_a_role_that_was_taken_away_is_gone_at_the_next_login(
    stranger: Clerk, store: Store, provider: Server, sandbox: Sandbox
) -> None:
    """Who changed jobs would keep what they could do; open sessions end too."""
    provider.log_in(stranger, "s-1")
    provider.has("s-1", preferred_username="bea", roles=[OFFICERS])
    other = Clerk(store, sandbox)
    provider.log_in(other, "s-1")
    assert roles(store) == {"bea": {Role.PRIVACY_OFFICER}}

    provider.has("s-1", preferred_username="bea", roles=["Iets.Anders"])
    answer = provider.log_in(other, "s-1")

    assert answer.status_code == 403
    assert "nog geen rol" in answer.text
    assert roles(store) == {"bea": set()}
    assert stranger.get("/").status_code == 303


def test_who_has_no_role_there_is_nobody_here(
    stranger: Clerk, store: Store, provider: Server
) -> None:
    """Everybody who works for the municipality would become a user."""
    provider.has("s-2", preferred_username="kees", roles=[])

    assert provider.log_in(stranger, "s-2").status_code == 403
    assert roles(store) == {}


def test_a_person_is_who_the_provider_says_and_not_what_they_are_called(
    stranger: Clerk, store: Store, provider: Server
) -> None:
    """Names are given again; whoever takes the name of a colleague, or of a local account, would
    take over the account."""
    provider.log_in(stranger, "s-1")
    for person, name in (("s-3", "bea"), ("s-4", "Anna")):
        provider.has(person, preferred_username=name, roles=[CLERKS])
        provider.log_in(stranger, person)
    provider.has("s-1", preferred_username="bea-jansen", roles=[CLERKS])
    provider.log_in(stranger, "s-1")

    assert set(roles(store)) == {"bea", "bea (2)", "Anna (2)"}


@pytest.mark.parametrize(
    "claims",
    [
        {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "x"}}},
        {"hasgroups": True},
    ],
)
def test_groups_that_entra_leaves_out_are_told(
    stranger: Clerk, store: Store, provider: Server, sandbox: Sandbox, claims: dict[str, object]
) -> None:
    """Somebody in over two hundred groups would be refused, and nobody would know why."""
    store.settings = with_section(store.settings, "oidc", claim="groups")
    provider.has("s-5", preferred_username="ans", **claims)

    answer = provider.log_in(Clerk(store, sandbox), "s-5")

    assert answer.status_code == 403
    assert "app-rollen" in answer.text


def test_keycloaks_roles_stand_one_deeper(
    stranger: Clerk, store: Store, provider: Server, sandbox: Sandbox
) -> None:
    """Keycloak's own claim is realm_access.roles."""
    store.settings = with_section(store.settings, "oidc", claim="realm_access.roles")
    provider.has("s-6", preferred_username="wim", realm_access={"roles": [CLERKS, OFFICERS]})

    provider.log_in(Clerk(store, sandbox), "s-6")

    assert roles(store) == {"wim": {Role.CLERK, Role.PRIVACY_OFFICER}}


def _with(**changes: object) -> Spoil:
    return lambda claims: {k: v for k, v in (claims | changes).items() if v is not None}


def _times(**by: float) -> Spoil:
    return lambda claims: claims | {name: claims[name] + more for name, more in by.items()}


_SPOILT: dict[str, Spoil] = {
    "another issuer": _with(iss="https://kwaad.example"),
    "another program": _with(aud="een-ander-programma"),
    "two programs": _with(aud=[CLIENT, "een-ander-programma"]),
    "made for another": _with(azp="een-ander-programma"),
    "another login": _with(nonce="van-een-andere-login"),
    "no nonce": _with(nonce=None),
    "no end": _with(exp=None),
    "no beginning": _with(iat=None),
    "nobody": _with(sub=None),
    "an empty name": _with(sub=""),
    "over": _times(exp=-2 * 3600),
    "of tomorrow": _times(iat=120),
    "not yet in force": lambda claims: claims | {"nbf": claims["iat"] + 120},
}


def test_a_token_that_was_not_made_for_this_login_lets_nobody_in(
    stranger: Clerk, store: Store, provider: Server
) -> None:
    """A token of another program, another person or last week would open the page."""
    for fault, spoil in _SPOILT.items():
        provider.gate.spoil = spoil

        answer = provider.log_in(stranger, "s-1")

        assert answer.status_code == 400, fault
        assert "lukte niet" in answer.text
        assert stranger.get("/").status_code == 303, fault
    assert roles(store) == {}


def test_clocks_may_differ_a_little(stranger: Clerk, store: Store, provider: Server) -> None:
    """A provider whose clock is half a minute ahead would shut everybody out."""
    provider.gate.spoil = _times(iat=30)

    assert provider.log_in(stranger, "s-1").status_code == 303


def test_only_a_key_that_the_provider_publishes_counts(
    stranger: Clerk, store: Store, provider: Server
) -> None:
    """Anybody could sign a token."""
    provider.gate.spoil = _with()
    provider.gate.signing = type(provider.gate.key).generate_key(
        2048, parameters={"kid": "of-the-gate"}
    )

    assert provider.log_in(stranger, "s-1").status_code == 400


def test_a_way_back_belongs_to_one_browser_one_login_and_ten_minutes(
    stranger: Clerk, store: Store, provider: Server, sandbox: Sandbox
) -> None:
    """A link to a login of somebody else's would have a clerk work under another name."""
    way = provider.way_back(stranger, "s-1")
    assert Clerk(store, sandbox).get(way).status_code == 400

    assert stranger.get(re.sub("state=[^&]+", "state=geraden", way)).status_code == 400
    way = provider.way_back(stranger, "s-1")
    assert stranger.get(way).status_code == 303
    assert stranger.get(way).status_code == 400

    way, moment = provider.way_back(stranger, "s-1"), store.clock()
    store.clock = lambda: moment + dt.timedelta(minutes=10)
    assert stranger.get(way).status_code == 400


def test_a_code_of_somebody_elses_login_is_worth_nothing(
    stranger: Clerk, store: Store, provider: Server, sandbox: Sandbox
) -> None:
    """PKCE: who sees the address of a colleague's way back could use its code in their own."""
    seen = re.search("code=[^&]+", provider.way_back(stranger, "s-1"))
    thief = Clerk(store, sandbox)
    own = provider.way_back(thief, "s-1")
    assert seen is not None

    assert thief.get(re.sub("code=[^&]+", seen[0], own)).status_code == 400


def test_a_provider_that_is_silent_is_not_asked_by_everybody_who_comes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each press on the button would hold a thread for seconds, until no page answers any more."""
    monkeypatch.setattr(oidc, "_TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(0.2)
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = store.settings.oidc.model_copy(update={"issuer": issuer, "client_id": CLIENT})
        provider = oidc.Provider(settings, store)
        for _ in range(3):
            with pytest.raises(oidc.OidcFaultError, match="no-answer"):
                provider.way_out("", "")
        silent.accept()
        with pytest.raises(TimeoutError):
            silent.accept()

        monkeypatch.setattr(oidc, "_SILENT_SECONDS", 0.0)
        with pytest.raises(oidc.OidcFaultError, match="no-answer"):
            provider.way_out("", "")
        silent.accept()


def test_local_accounts_stay_the_way_back(stranger: Clerk, store: Store, provider: Server) -> None:
    """When the provider is down, somebody must be able to come in."""
    provider.gate.down = True

    answer = stranger.get("/inloggen/gemeente")

    assert answer.status_code == 503
    assert "niet bereikbaar" in answer.text
    assert stranger.log_in().status_code == 303


def test_roles_and_passwords_of_such_an_account_are_not_given_here(
    stranger: Clerk, store: Store, provider: Server
) -> None:
    """Somebody would have more than the municipality's own login says, or another way in."""
    provider.log_in(stranger, "s-1")

    with pytest.raises(Conflict):
        users.give_roles(store, "bea", [Role.ADMINISTRATOR])
    with pytest.raises(Conflict):
        users.set_user(store, "bea", PASSWORD)
    assert stranger.log_in("bea", "-").status_code == 401


def test_logging_out_goes_on_to_the_provider(
    stranger: Clerk, store: Store, provider: Server
) -> None:
    """On a shared computer the next person would be logged in with one press."""
    provider.log_in(stranger, "s-1")

    answer = stranger.post("/uitloggen")

    on = answer.headers["refresh"].partition("url=")[2]
    assert on.startswith(f"{provider.issuer}/oauth2/end_session?id_token_hint=ey")
    assert "post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%2Finloggen" in on
    assert stranger.get("/").status_code == 303


def test_a_login_leads_to_our_own_pages_only(
    stranger: Clerk, store: Store, provider: Server
) -> None:
    """A link to our login must not end at a copy of it."""
    answer = provider.log_in(stranger, "s-1", "https://kwaad.example/")

    assert answer.headers["location"] == "/"
    assert login.PATH == "/inloggen"
