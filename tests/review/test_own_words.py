"""What a clerk writes to a provider tells nothing of a client."""

from __future__ import annotations

import pytest

from intake.model.verdict import MailOutcome
from intake.review import own_words
from intake.store import Store, cases, outbox, post
from tests.review.conftest import Clerk
from tests.review.filled import BSN, CLIENT_NAME, care_line, fill, verdict
from tests.review.test_post import filled_in, question

FIRST, LAST = CLIENT_NAME.split()[0], CLIENT_NAME.split()[-1]


@pytest.mark.parametrize(
    "words",
    [
        f"Het gaat om {CLIENT_NAME}.",
        f"De regel van {LAST}s klopt niet.",
        f"Regel 12 {BSN[:4]}.{BSN[4:6]}.{BSN[6:]}",
        f"{BSN[:4]} - {BSN[4:6]} - {BSN[6:]}",
        "Geboren 14032015, dus te oud.",
        "Zie 20150314.",
        "Geboren op 14 maart 2015.",
        "".join(chr(ord(digit) + 0xFEE0) for digit in BSN),
    ],
)
def test_words_that_tell_of_a_client_are_held(words: str) -> None:
    """Name, number or birth date would go through the mail in plain text."""
    assert own_words.fault(words, [care_line()])


@pytest.mark.parametrize("name", ["Bo de Wit", "Wit, Bo de"])
@pytest.mark.parametrize(
    "words",
    ["Zie Wit, Bo.", "De zorg van B. de Wit.", "De Wit is ouder.", "WIT B. staat er tweemaal"],
)
def test_a_short_name_is_one_in_another_order_too(name: str, words: str) -> None:
    """A client would be named by the surname, as in a list."""
    line = care_line(client_name=name)

    assert own_words.fault(words, [line]) == "perhaps-a-client"
    assert not own_words.fault("De witte bladzijde is leeg.", [line])


def test_the_name_of_the_supplier_leaves_also_when_a_client_has_it() -> None:
    """No letter could name the practice."""
    line = care_line(client_name="Bo de Wit")

    assert not own_words.fault("Praktijk De Wit staat er niet op.", [line], "Praktijk De Wit")


@pytest.mark.parametrize("words", ["140315", "150314", "14-3-15", "14/03/15", "1432015"])
def test_a_birth_date_in_short_is_one_too(words: str) -> None:
    """Six digits tell of a client as eight do."""
    assert own_words.fault(f"Zie {words}.", [care_line()]) == "perhaps-a-client"


@pytest.mark.parametrize("name", ["Jan Vos", "Li Wu", "Bo de Bo"])
def test_a_short_name_is_a_name_too(name: str) -> None:
    """The shortest names would leave where long ones do not."""
    line = care_line(client_name=name)

    assert own_words.fault(f"De zorg van {name} is dubbel.", [line])
    assert not own_words.fault("Jan heeft gebeld over de bos bloemen.", [line])


@pytest.mark.parametrize(
    "words",
    [
        "Het KvK-nummer 61532874 klopt niet.",
        "Stuur factuur 2026-0117 opnieuw, met € 1.250,00 als totaal.",
        "Betaal naar NL91 ABNA 0417 1643 00? Dat is niet jullie rekening.",
    ],
)
def test_words_about_the_invoice_leave(words: str) -> None:
    """A clerk could write nothing any more."""
    assert not own_words.fault(words, [care_line()])


@pytest.mark.parametrize("bsn", ["000000000", "12", "-", ""])
def test_what_is_no_number_of_a_client_holds_nothing_back(bsn: str) -> None:
    """A provider that fills in noughts would keep a clerk from writing any letter."""
    words = "Stuur factuur 2026-0012 opnieuw."

    assert not own_words.fault(words, [care_line(bsn=bsn)])


@pytest.mark.parametrize("bsn", [f"{BSN[:4]}.{BSN[4:6]}.{BSN[6:]}", f"0{BSN}"])
def test_a_number_is_known_however_the_care_line_writes_it(bsn: str) -> None:
    """A BSN would leave because the provider put points in it."""
    words = " ".join(BSN)

    assert own_words.fault(f"Het gaat om {words[:9]} en {words[9:]}.", [care_line(bsn=bsn)])


def test_an_answer_tells_nothing_of_the_clients_of_the_case_it_is_about(
    clerk: Clerk, store: Store
) -> None:
    """A question holds no attachment itself: the names stand in the case beside it."""
    about = fill(store, verdict(MailOutcome.QUEUED), care_lines=(care_line(),))
    reference = question(store)
    post.link(store, reference, about, "anna")

    page = filled_in(clerk, store, reference, words=f"Het gaat om {CLIENT_NAME}.", step="send")

    assert "naam of geboortedatum" in page
    assert list(outbox.due(store)) == []
    assert cases.get_case(store, reference).is_post
