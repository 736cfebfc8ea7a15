"""The audit with the fields of NEN 7513."""

from __future__ import annotations

from intake.review import nen7513
from intake.store import Store, audit, cases, users
from intake.store.tables import Role
from tests.review.conftest import Clerk
from tests.store import things


def test_who_in_which_role_did_what_when_and_why(clerk: Clerk, store: Store) -> None:
    """A client asks who looked; a name alone does not say whether that was their work."""
    judged = things.verdict(invoices=(things.invoice(),))
    reference = things.decided(store, 1, things.decision(judged))
    audit.record(store, "os:beheer", "", "roles-given", result="anna clerk")
    users.give_roles(store, "anna", [Role.CLERK])
    clerk.log_in()
    audit.record(store, "anna", reference, "case", "vraag van de cliënt")
    cases.accept(store, reference, "anna", cases.get_case(store, reference).version)
    audit.record(store, "anna", things.decided(store, 2), "page 1.2 1", result=audit.REFUSED)

    lines = list(nen7513.lines(audit.export(store), frozenset({reference})))

    told = [(line["gebruiker"], line["rol"], line["soort"], line["reden"]) for line in lines]
    assert told == [
        ("anna", "clerk", "inzien", "vraag van de cliënt"),
        ("anna", "clerk", "wijzigen", ""),
    ]
    assert lines[0]["handeling"] == "Zaak bekeken"
    everything = list(nen7513.lines(audit.export(store)))
    assert everything[-1]["resultaat"] == "geweigerd"
    assert {line["soort"] for line in everything} == {"inloggen", "inzien", "wijzigen", "beheer"}
    assert [line["volgnummer"] for line in everything] == list(range(1, len(everything) + 1))


def test_every_act_and_reading_has_dutch_words(store: Store) -> None:
    """The officer would read a code."""
    for what in ("login", "login-refused", "accepted", "subject-find", "setting", "restricted"):
        audit.record(store, "anna", "", what)

    words = [str(line["handeling"]) for line in nen7513.lines(audit.export(store))]
    assert not {"login", "accepted", "subject-find", "setting", "restricted"} & set(words)
