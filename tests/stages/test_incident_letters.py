"""Every incident is told to the provider in plain words, in each first letter, and never quoted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.checks.anonymity import check_texts
from intake.model.attachment import Attachments, Container, Opening, Protection
from intake.model.invoice import Sighting, SightingKind
from intake.model.mail import ReplyKind
from tests.checks.examples import ALMERE, INVOICE, LINE
from tests.stages.test_reply import compose, flat, letter

BSN = "999990019"


@pytest.mark.parametrize("kind", [ReplyKind.REFUSAL, ReplyKind.RECEIPT, ReplyKind.QUESTION])
def test_client_data_in_the_mail_itself_is_told(kind: ReplyKind) -> None:
    """A provider who is not told mails the next child's number in the subject again."""
    found = check_texts([f"Factuur BSN {BSN}"], ALMERE).findings

    made = compose(kind, (INVOICE,), None, ALMERE, verdict={"findings": found})

    assert made is not None
    text = flat(made.text)
    assert (
        "In de mail zelf lijken gegevens te staan waarmee een cliënt te herkennen is. Zet gegevens"
        " van cliënten alleen in de beveiligde bijlage." in text
    )
    assert BSN not in made.text + made.subject


def test_client_data_on_the_invoice_and_in_an_open_attachment_is_told() -> None:
    """The provider must judge its own data leak too, and needs to know of it for that."""
    invoice = replace(
        INVOICE, sightings=(Sighting(SightingKind.BSN_LABELLED, 1, (72.0, 70.0, 180.0, 82.0)),)
    )
    attachments = Attachments(
        (Container("1.3", "plain", Opening.OPENED, Protection.NONE),), (replace(LINE, bsn=BSN),)
    )

    made = letter(ReplyKind.REFUSAL, (invoice,), attachments)

    text = flat(made.text)
    assert "Op de factuur staan gegevens waarmee je een cliënt kunt herkennen." in text
    assert "een datalek is" in text
    assert "De bijlage met cliëntgegevens is niet beveiligd." in text
    assert BSN not in made.text
