"""One invoice on one screen: a clerk corrects, puts aside, hands over, writes, and takes back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from intake import profile
from intake.model.correction import Corrected
from intake.model.finding import Finding, Severity
from intake.model.invoice import Field, Found
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.review import fields, own_words, wording
from intake.review.points import points
from intake.sandbox.client import Sandbox
from intake.stages.snippets import Use, snippets
from intake.store import Store, audit, batches, cases, corrections, drafts, outbox, plans, users
from intake.store.cases import CaseReply
from intake.store.invoices import CaseInvoice
from intake.store.tables import CaseState, InvoiceState, ReplyState, Role
from tests.review.conftest import PASSWORD, Clerk, make_store
from tests.review.filled import (
    BSN,
    CLIENT,
    CLIENT_NAME,
    LATE,
    NO_KVK,
    PATH,
    care_line,
    fill,
    invoice,
    verdict,
)

ABOUT_KVK, ABOUT_DATE = "0.kvk-number.absent", "0.issue-date.future"
OTHER = "NL02ABNA0123456789"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """As it comes out of the box: what was decided can be undone for 15 seconds."""
    made = make_store(tmp_path, replies__undo_seconds=15)
    yield made
    made.close()


def own(store: Store, reference: str) -> CaseInvoice:
    (invoice,) = cases.get_case(store, reference).invoices
    return invoice


def press(clerk: Clerk, store: Store, reference: str, button: str, **fields: object) -> str:
    """Press a button about the one invoice of a case; what the next page says."""
    known = {"version": own(store, reference).version, "stuk": PATH, "tab": "wachtrij"}
    answer = clerk.post(f"/zaak/{reference}/{button}", **(known | fields))
    if answer.status_code != 303:
        return answer.text
    return clerk.get(answer.headers["location"]).text


def correct(clerk: Clerk, store: Store, reference: str, fact: Corrected, **typed: str) -> str:
    return press(clerk, store, reference, "aanpassen", feit=fact.value, **typed)


def test_what_a_clerk_types_stands_on_the_page_with_what_it_was(clerk: Clerk, store: Store) -> None:
    """The clerk would have to correct it in the finance package, unseen by anybody."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    page = correct(clerk, store, reference, Corrected.GROSS, waarde="€ 1.500,00")

    assert "1.500,00" in page
    assert "aangepast door anna; was: €\N{NO-BREAK SPACE}1.493,82" in page
    assert wording.DONE["aangepast"] in page


def test_a_client_number_that_is_corrected_away_stays_starred(clerk: Clerk, store: Store) -> None:
    """Whoever opens the covered page would read it as what the value was."""
    number = Field.of(BSN, invoice().invoice_number.evidence, "achter 'Factuurnummer'")
    read = invoice(invoice_number=number, supplier_name=Field.of(f"Praktijk {BSN}"))
    reference = fill(store, verdict(MailOutcome.QUEUED, CLIENT, read=read))

    first = correct(clerk, store, reference, Corrected.NUMBER, waarde="2026-5")
    second = correct(clerk, store, reference, Corrected.SUPPLIER, waarde="De Vlinder")

    assert "aangepast door anna; was: *********" in first
    assert "aangepast door anna; was: Praktijk *********" in second
    assert BSN not in first + second


def test_a_note_of_an_older_version_shows_no_client_number(store: Store) -> None:
    """What the note of a correction said before is kept in old cases for years."""
    noted = Field.of("2026-5", note=f"aangepast door anna (was: {BSN})")
    read = verdict(MailOutcome.QUEUED, CLIENT, read=invoice(invoice_number=noted)).invoices[0]

    shown = [row.why for group in fields.groups(read, True) for row in group.rows]

    assert [why for why in shown if "aangepast door anna" in why]
    assert BSN not in "".join(shown)


def test_a_value_that_cannot_be_is_told_at_its_field_and_kept_in_the_box(
    clerk: Clerk, store: Store
) -> None:
    """What was typed would be lost, or paid."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    page = correct(clerk, store, reference, Corrected.IBAN, waarde="NL92 ABNA 0417 1643 00")

    assert wording.CORRECTION_FAULTS[Corrected.IBAN] in page
    assert 'value="NL92 ABNA 0417 1643 00"' in page
    assert corrections.of_case(store, reference, PATH) == ()


def test_what_else_the_page_has_is_chosen_with_one_press(clerk: Clerk, store: Store) -> None:
    """Eighteen characters typed by hand are where the mistakes come from."""
    found = Field.of("NL91ABNA0417164300", others=(Found(OTHER),))
    reference = fill(store, verdict(MailOutcome.QUEUED, read=invoice(iban=found)))
    assert f'name="keuze" value="{OTHER}"' in clerk.get(f"/zaak/{reference}").text

    correct(clerk, store, reference, Corrected.IBAN, keuze=OTHER)

    (made,) = corrections.of_case(store, reference, PATH)
    assert (made.value, made.was) == (OTHER, "NL91ABNA0417164300")


def test_words_are_pointed_at_only_where_the_page_may_be_seen(clerk: Clerk, store: Store) -> None:
    """The words of a covered page would tell what its picture does not."""
    shown = fill(store, verdict(MailOutcome.QUEUED))
    covered = fill(store, verdict(MailOutcome.QUEUED, CLIENT))

    answer = clerk.get(f"/zaak/{shown}/woorden/{PATH}/1.json")

    texts = [word[0] for word in answer.json()]
    assert {"2026-0011", "NL91", "1.493,82"} <= set(texts)
    assert all(len(word) == 5 for word in answer.json())
    assert clerk.get(f"/zaak/{covered}/woorden/{PATH}/1.json").status_code == 403


def test_the_same_point_is_said_once_with_the_other_cases(store: Store) -> None:
    """Double care in ten lines would fill the screen ten times."""
    twice = tuple(
        Finding("duplicate-care", "overlap", Severity.REVIEW, "Deze zorg is al gefactureerd.",
                internal=True, case=case)
        for case in ("IN-AAAA-AAAA", "IN-BBBB-BBBB", "IN-AAAA-AAAA")
    )  # fmt: skip
    judged = verdict(MailOutcome.QUEUED, LATE, findings=twice)

    found = points(judged, judged.invoices[0])

    double = next(point for point in found if point.internal)
    assert double.texts == ("Deze zorg is al gefactureerd.",)
    assert double.cases == ("IN-AAAA-AAAA", "IN-BBBB-BBBB")
    assert double.choices == ()
    assert len(found) == 2


def test_a_tick_stays_with_its_point_when_the_rules_judge_anew() -> None:
    """After a correction the kept letter would refuse for another fault than the clerk ticked."""
    twice = replace(LATE, what="Ook de tweede datum ligt in de toekomst.")
    first, second = (
        verdict(MailOutcome.QUEUED, *found) for found in ((NO_KVK, LATE, twice), (LATE, twice))
    )

    before, after = (points(each, each.invoices[0])[-1] for each in (first, second))

    assert before.title == after.title == "Factuurdatum"
    assert [each.key for each in before.choices] == [each.key for each in after.choices]
    assert len({each.key for each in before.choices}) == 2


def test_a_clerk_takes_back_what_was_just_decided(clerk: Clerk, store: Store) -> None:
    """A wrong key would pay, and only the bookkeeping could stop it."""
    reference = fill(store, verdict(MailOutcome.QUEUED, reply=ReplyKind.RECEIPT))
    other = fill(store, verdict(MailOutcome.QUEUED, read=invoice(invoice_number=Field.of("X-2"))))
    version = cases.get_case(store, reference).version
    clerk.post(f"/zaak/{reference}/akkoord", version=version)

    page = clerk.get(f"/zaak/{other}").text

    assert f"Beslist: {reference}." in page
    form = re.search(r'action="/ongedaan".*?</form>', page, re.DOTALL)
    assert form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    clerk.post("/ongedaan", **fields)
    assert own(store, reference).state is InvoiceState.TO_DECIDE
    assert 'action="/ongedaan"' not in clerk.get(f"/zaak/{other}").text


def test_after_the_batch_the_page_says_that_a_reversal_is_needed(
    clerk: Clerk, store: Store
) -> None:
    """The clerk would not know what to do about it."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    clerk.post(f"/zaak/{reference}/akkoord", version=cases.get_case(store, reference).version)
    batches.make(store, "almere", "els")

    assert "storno" in press(clerk, store, reference, "terugnemen")


def test_an_invoice_put_aside_comes_back_on_its_day(clerk: Clerk, store: Store) -> None:
    """It would lie there until the reminder comes."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    until = store.today + dt.timedelta(days=2)

    press(clerk, store, reference, "later", tot=until.isoformat())

    assert (own(store, reference).state, own(store, reference).later_until) == (
        InvoiceState.LATER,
        until,
    )
    assert plans.return_due(store) == 0
    moment = store.clock() + dt.timedelta(days=2)
    store.clock = lambda: moment
    assert plans.return_due(store) == 1
    assert own(store, reference).state is InvoiceState.TO_DECIDE


def test_nothing_is_put_aside_for_ever(clerk: Clerk, store: Store) -> None:
    """A day in the past, or years on, would hide it."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    for days in (0, -1, plans.MOST_DAYS + 1):
        day = (store.today + dt.timedelta(days=days)).isoformat()
        assert wording.MESSAGES["wrong-input"][0] in press(
            clerk, store, reference, "later", tot=day
        )
    assert own(store, reference).state is InvoiceState.TO_DECIDE


def test_an_invoice_is_handed_over_to_who_may_decide(clerk: Clerk, store: Store) -> None:
    """It would be nobody's, or of somebody who can do nothing with it."""
    users.set_user(store, "els", PASSWORD, (Role.CLERK,))
    users.set_user(store, "kees", PASSWORD, (Role.AUDITOR,))
    reference = fill(store, verdict(MailOutcome.QUEUED))

    page = press(clerk, store, reference, "overdragen", aan="els")
    press(clerk, store, reference, "overdragen", aan="kees")

    assert "van <strong>els</strong>" in page
    assert own(store, reference).assigned_to == "els"


def test_a_note_stands_with_the_case(clerk: Clerk, store: Store) -> None:
    """What the provider said on the phone would be known to one clerk only."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    page = press(clerk, store, reference, "notitie", tekst="Gebeld: nieuwe factuur volgt <b>.")

    assert "Gebeld: nieuwe factuur volgt &lt;b&gt;." in page


def test_a_letter_under_way_is_there_again_after_a_new_login(
    clerk: Clerk, store: Store, sandbox: Sandbox
) -> None:
    """An expired session or a closed window would cost ten minutes of writing."""
    reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK))
    clerk.post(
        f"/zaak/{reference}/brief", finding=[ABOUT_KVK], words="Graag ook de periode.", stuk=""
    )

    again = Clerk(store, sandbox)
    again.log_in()

    assert "Graag ook de periode." in again.get(f"/zaak/{reference}").text
    assert "Graag ook de periode." in again.get(f"/zaak/{reference}/weigeren").text


def test_a_draft_is_kept_also_when_a_colleague_was_first(clerk: Clerk, store: Store) -> None:
    """The conflict would take the text with it."""
    reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK))
    version = cases.get_case(store, reference).version
    cases.accept(store, reference, "els", version)

    answer = clerk.post(
        f"/zaak/{reference}/brief", finding=[ABOUT_KVK], words="Mijn tekst.", stuk=""
    )

    assert answer.status_code == 409
    kept = drafts.load(store, reference, "anna", "")
    assert kept is not None
    assert kept.words == "Mijn tekst."
    assert drafts.load(store, reference, "els", "") is None


def test_what_was_typed_is_shown_when_a_colleague_was_first(clerk: Clerk, store: Store) -> None:
    """It is kept, but the clerk would not find it again."""
    reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK))
    typed = {"finding": [ABOUT_KVK], "explained": [ABOUT_KVK], "explanation": ["Mijn uitleg."]}
    clerk.post(f"/zaak/{reference}/brief", **typed, words="Mijn tekst.", stuk="")
    assert "Niet verstuurd" not in clerk.get(f"/zaak/{reference}").text
    cases.accept(store, reference, "els", cases.get_case(store, reference).version)

    page = clerk.get(f"/zaak/{reference}").text

    assert "Niet verstuurd" in page
    assert "Mijn tekst.\n\nMijn uitleg." in page
    after = clerk.post(f"/zaak/{reference}/weggooien", wat="")
    assert "Mijn tekst." not in clerk.get(after.headers["location"]).text


def test_a_refusal_that_meets_a_conflict_keeps_what_was_typed(clerk: Clerk, store: Store) -> None:
    """Without a script nothing is kept before the button, and the text would be gone."""
    reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK))
    version = cases.get_case(store, reference).version
    cases.accept(store, reference, "els", version)
    form = {"finding": [ABOUT_KVK], "words": "Mijn tekst.", "version": version, "stuk": ""}

    answer = clerk.post(f"/zaak/{reference}/weigeren", **form, step="refuse")

    assert answer.status_code == 409
    assert "Mijn tekst." in clerk.get(f"/zaak/{reference}").text


def test_a_value_that_meets_a_conflict_is_still_in_the_box(clerk: Clerk, store: Store) -> None:
    """The clerk would type eighteen characters again."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    seen = own(store, reference).version
    press(clerk, store, reference, "overdragen", aan="anna")
    typed = {"version": seen, "feit": Corrected.IBAN.value, "waarde": OTHER}

    changed = press(clerk, store, reference, "aanpassen", **typed)
    cases.accept(store, reference, "els", cases.get_case(store, reference).version)
    decided = press(clerk, store, reference, "aanpassen", **typed)

    for page in (changed, decided):
        assert wording.SENTENCES["changed-meanwhile"] in page
        assert OTHER in page
    assert corrections.of_case(store, reference, PATH) == ()


def test_who_else_has_a_case_open_stands_on_it(
    clerk: Clerk, store: Store, sandbox: Sandbox
) -> None:
    """Two clerks would write the same letter."""
    users.set_user(store, "els", PASSWORD, (Role.CLERK,))
    reference = fill(store, verdict(MailOutcome.QUEUED))
    other = Clerk(store, sandbox)
    other.log_in("els")

    assert "Open bij" not in clerk.get(f"/zaak/{reference}").text
    assert "Open bij anna" in other.get(f"/zaak/{reference}").text


def test_the_letter_follows_what_is_ticked_and_leaves_as_it_was_shown(
    clerk: Clerk, store: Store
) -> None:
    """Another letter would leave than stood beside the document."""
    reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK, LATE))
    version = cases.get_case(store, reference).version
    fields = {"finding": [ABOUT_KVK, "zin.unclear", f"klopt.{ABOUT_DATE}"], "words": "", "stuk": ""}

    shown = clerk.post(f"/zaak/{reference}/brief", **fields).json()
    clerk.post(
        f"/zaak/{reference}/weigeren",
        **fields,
        version=version,
        step="refuse",
        shown=shown["shown"],
    )

    reply = cases.get_case(store, reference).reply
    assert reply is not None
    assert (reply.text, reply.state) == (shown["text"], ReplyState.READY)
    ready = {each.key: each.text for each in snippets(profile.load("almere"), Use.LETTER)}
    assert ready["unclear"] in " ".join(reply.text.split())
    assert drafts.load(store, reference, "anna", "") is None
    assert outbox.due(store) == ()


def test_own_words_never_name_a_client_of_the_care_lines(clerk: Clerk, store: Store) -> None:
    """The letter goes by plain mail."""
    reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK), care_lines=(care_line(),))
    told = (f"Het gaat om {CLIENT_NAME.split()[-1].lower()}.", "Geboren 14 maart 2015.")

    answers = [
        clerk.post(f"/zaak/{reference}/brief", words=words, stuk="").json() for words in told
    ]

    assert {answer["fault"] for answer in answers} == {wording.FORM_FAULTS["perhaps-a-client"]}
    assert {answer["shown"] for answer in answers} == {""}


CLERKS_OWN = "Op de factuur staat 0123.\n\nDat is geen KvK-nummer."


def refused(clerk: Clerk, store: Store, reference: str, **typed: object) -> CaseReply:
    """The letter with which a clerk refuses, as it was shown; what was typed is still there before."""
    fields = {"finding": [ABOUT_KVK], "words": "", "stuk": "", **typed}
    version = cases.get_case(store, reference).version
    shown = clerk.post(f"/zaak/{reference}/brief", **fields).json()
    form = {**fields, "version": version, "step": "refuse", "shown": shown["shown"]}
    clerk.post(f"/zaak/{reference}/weigeren", **form)
    reply = cases.get_case(store, reference).reply
    assert reply is not None
    assert reply.text == shown["text"]
    return reply


def test_an_explanation_is_written_anew_between_the_fixed_parts(clerk: Clerk, store: Store) -> None:
    """Our sentence would stand in every letter, also where it does not fit; or the clerk would write
    the promises anew too.
    """
    read = invoice(english=True)
    reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK, read=read))
    ours = clerk.get(f"/zaak/{reference}").text
    assert f"{NO_KVK.what} {NO_KVK.remedy}\nBijvoorbeeld: {NO_KVK.example}</textarea>" in ours
    typed = {"explained": [ABOUT_KVK], "explanation": [CLERKS_OWN.replace("\n", "\r\n")]}
    clerk.post(f"/zaak/{reference}/brief", finding=[ABOUT_KVK], **typed, stuk="")
    assert f"{CLERKS_OWN}</textarea>" in clerk.get(f"/zaak/{reference}").text
    assert f"{CLERKS_OWN}</textarea>" in clerk.get(f"/zaak/{reference}/weigeren").text

    text = refused(clerk, store, reference, **typed).text

    dutch, _, english = text.partition("--- English ---")
    assert "1. Op de factuur staat 0123.\n\n   Dat is geen KvK-nummer.\n" in dutch
    assert NO_KVK.what not in dutch
    assert "Bijvoorbeeld" not in dutch
    for fixed in ("Goedendag,", "Wij betalen deze factuur nog niet.", "Met vriendelijke groet,"):
        assert fixed in " ".join(dutch.split())
    assert "1. This point is explained above, in Dutch." in english


def test_the_audit_says_that_an_explanation_was_written_anew_and_not_how(
    clerk: Clerk, store: Store
) -> None:
    """Nobody could tell later whose words a provider read; or they would stand there in plain."""
    changed, same, emptied = (
        fill(
            store, verdict(MailOutcome.QUEUED, NO_KVK, read=invoice(invoice_number=Field.of(each)))
        )
        for each in ("A-1", "A-2", "A-3")
    )
    ours = f"{NO_KVK.what}  {NO_KVK.remedy}\r\nBijvoorbeeld: {NO_KVK.example}"

    for reference, text in ((changed, CLERKS_OWN), (same, ours), (emptied, " ")):
        letter = refused(clerk, store, reference, explained=[ABOUT_KVK], explanation=[text])
        assert ("Dat is geen KvK" in letter.text) is (reference == changed)

    rows = [each.reading for each in audit.export(store)]
    told = [row for row in rows if row.what == "letter-edited"]
    assert [(row.who, row.reference) for row in told] == [("anna", changed)]
    assert "Dat is geen" not in str(told)
    assert "Uitleg in de brief aangepast: KvK-nummer" in clerk.get(f"/zaak/{changed}").text


def test_an_explanation_never_names_a_client_of_the_care_lines(clerk: Clerk, store: Store) -> None:
    """The letter goes by plain mail, whoever wrote which part of it."""
    reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK), care_lines=(care_line(),))
    typed = {"explained": [ABOUT_KVK], "explanation": [f"Het gaat om {CLIENT_NAME}."]}

    answer = clerk.post(f"/zaak/{reference}/brief", finding=[ABOUT_KVK], **typed, stuk="").json()

    assert answer["fault"] == wording.FORM_FAULTS["perhaps-a-client"]
    assert (answer["text"], answer["shown"]) == (wording.SENTENCES["no-letter"], "")


def test_words_that_tell_of_nobody_are_let_through() -> None:
    """Every letter would be stopped by the "van" of a name, or by the supplier's own."""
    lines = [care_line(client_name="Jan van der Berg")]

    assert own_words.fault("De factuur van maart van het jaar 2026.", lines) == ""
    assert own_words.fault("Praktijk Van der Berg", lines, "Praktijk Van der Berg") == ""
    assert own_words.fault("mevrouw Bérg", lines) == "perhaps-a-client"


def rejected(store: Store) -> str:
    judged = verdict(MailOutcome.REJECTED, NO_KVK, reply=ReplyKind.REFUSAL)
    return fill(store, judged)


def test_a_refusal_of_the_rules_is_written_anew_while_its_letter_waits(
    clerk: Clerk, store: Store
) -> None:
    """The provider would get two letters, or the wrong one."""
    reference = rejected(store)
    version = cases.get_case(store, reference).version
    fields = {"finding": [ABOUT_KVK], "words": "Bel ons even.", "stuk": ""}
    shown = clerk.post(f"/zaak/{reference}/brief", **fields).json()

    clerk.post(
        f"/zaak/{reference}/weigeren",
        **fields,
        version=version,
        step="refuse",
        shown=shown["shown"],
    )

    case = cases.get_case(store, reference)
    assert [reply.state for reply in case.replies] == [ReplyState.READY, ReplyState.DROPPED]
    assert case.refused[0].decided_by == "anna"


def test_a_refusal_of_the_rules_is_withdrawn_while_its_letter_waits(
    clerk: Clerk, store: Store
) -> None:
    """A good invoice would be refused because a check was wrong."""
    reference = rejected(store)
    version = cases.get_case(store, reference).version

    press(clerk, store, reference, "intrekken", version=version)

    case = cases.get_case(store, reference)
    assert (case.state, case.invoices[0].state) == (CaseState.QUEUED, InvoiceState.TO_DECIDE)
    assert case.reply is not None
    assert case.reply.state is ReplyState.DROPPED


def test_a_refusal_that_left_is_neither_withdrawn_nor_written_anew(
    clerk: Clerk, store: Store
) -> None:
    """The provider would be told two things."""
    reference = rejected(store)
    reply = cases.get_case(store, reference).reply
    assert reply is not None
    outbox.confirm(store, reply.id, "anna")
    moment = store.clock() + dt.timedelta(seconds=15)
    store.clock = lambda: moment
    (outgoing,) = outbox.due(store)
    outbox.mark_sent(store, outbox.mark_sending(store, outgoing))
    version = cases.get_case(store, reference).version

    page = press(clerk, store, reference, "intrekken", version=version)

    assert wording.MESSAGES["letter-left"][0] in page
    assert "Toch niet weigeren" not in clerk.get(f"/zaak/{reference}").text


def test_a_value_is_explained_on_request(clerk: Clerk, store: Store) -> None:
    """A clerk could only guess why another number was not taken."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    page = clerk.get(f"/zaak/{reference}/uitleg?stuk={PATH}").text

    assert "NL91ABNA0417164300" in page
    assert "Daarna het beste" in page


def test_earlier_invoices_and_accounts_stand_beside_it(clerk: Clerk, store: Store) -> None:
    """A new account would be paid unseen."""
    earlier = fill(store, verdict(MailOutcome.QUEUED, read=invoice(invoice_number=Field.of("X-1"))))
    reference = fill(store, verdict(MailOutcome.QUEUED))

    page = clerk.get(f"/zaak/{reference}").text

    assert f'href="/zaak/{earlier}">X-1</a>' in page
