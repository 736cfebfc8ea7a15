"""Client data in plain text: the mail's subject and body, file names, and what a PDF holds beside
its pages.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.checks import anonymity
from intake.model.finding import Severity
from intake.text import redaction
from intake.text.client_data import signs
from tests.checks.examples import ALMERE
from tests.timing import cpu_seconds

TOLD = [
    "BSN 999990019",
    "bsn:999990019",
    "BSN999990019",
    "bsn_nummer 999990019",
    "Het burgerservicenummer van de jeugdige is 999 990 019.",
    "Burger Service Nr. 9999.90.019",
    "sofi-nummer: 999990019",
    "999990019 (BSN)",
    "BSN:\n999990019",
    "Betreft: 1112.22.333",
    "Sanne Voorbeeld 1112.22.333",
    "cliënt Sanne Voorbeeld, geb. 14-03-2015",
    "Betreft: Sanne Voorbeeld (geboren 14 maart 2015)",
    "naam: S. Voorbeeld, geboortedatum 2015-03-14",
    "Patient: Sanne Voorbeeld, date of birth 14/03/2015",
    "zoon Tim de Boer geb 14.03.2015",
]
QUIET = [
    "",
    "Factuur 2026-0011 begeleiding september",
    "Factuur 123456782",
    "BSN staat in de beveiligde bijlage",
    "Het BSN vindt u in de bijlage; ons factuurnummer is 123456782",
    "BSN via Zorgmail, ordernummer 123456782",
    "BSN 999990018",
    "geen BSN vermeld. KvK 12345678, btw NL123456782B01",
    "Met vriendelijke groet, Jan de Vries, 06-12345678",
    "J. de Vries, GZ-psycholoog, geb. 12-03-1970",
    "Praktijkhouder Jan de Vries, geboren 12-03-1970",
    "Behandelaar: S. Voorbeeld, geboren 14-03-1975",
    "RSIN 1234.56.782, IBAN NL91 ABNA 0417 1643 00",
    "Afspraak 14-03-2026 met mevrouw Jansen",
    "geboortezorg, 14-03-2026",
    "Het geboortekaartje van 14-03-2026",
    "t.a.v. mevrouw S. Voorbeeld",
    "Datum 20-11-2026 kenmerk 2026.11.123",
]


@pytest.mark.parametrize("text", TOLD)
def test_told(text: str) -> None:
    """A client in the subject of a mail is an incident that the privacy officer must hear of."""
    assert any(sign.kind.certain for sign in signs(text))
    assert [f.severity for f in anonymity.check_texts(["onderwerp", text], ALMERE).findings] == [
        Severity.REVIEW
    ]


@pytest.mark.parametrize("text", QUIET)
def test_quiet(text: str) -> None:
    """Every mail holds numbers and names; a clerk who is asked about all of them looks at none."""
    assert not any(sign.kind.certain for sign in signs(text))
    assert anonymity.check_texts([text], ALMERE).findings == ()


@pytest.mark.parametrize(
    "name",
    [
        "bsn_999990019.pdf",
        "Sanne_Voorbeeld_geb_14-03-2015.pdf",
        "1112.22.333.pdf",
        "factuur BSN 999990019 september.pdf",
    ],
)
def test_a_file_name_that_tells(name: str) -> None:
    """``intake check`` sees no mail: the name of the file is all that it can warn about."""
    assert [f.code for f in anonymity.check_file_name(name, ALMERE).findings] == ["in-file-name"]
    assert "999990019" not in redaction.file_name(name)
    assert "Voorbeeld" not in redaction.file_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "factuur 2026-0011.pdf",
        "20260093.pdf",
        "Factuur_De_Vries_14-03-2026.pdf",
        "2026.11.123.pdf",
        None,
    ],
)
def test_a_file_name_that_does_not(name: str | None) -> None:
    """Scripts find their files again by the name in the result."""
    assert anonymity.check_file_name(name, ALMERE).findings == ()
    assert name is None or redaction.file_name(name) == redaction.path(name) == name


def test_what_leaves_us_keeps_its_other_numbers() -> None:
    """An IBAN or phone number full of stars helps nobody to mend the invoice."""
    text = "IBAN NL91 ABNA 0417 1643 00, tel. 036-5212345, ordernummer 123456782"
    assert redaction.unsigned(text) == text
    assert redaction.unsigned("ref. BSN 9999.90.019 / 2") == "ref. BSN ****.**.*** / 2"


@given(st.text(alphabet="BSNbsn .:-0123456789geboren\n(),", max_size=300))
def test_any_text_is_survived(text: str) -> None:
    """A mail is anything at all."""
    for sign in signs(text):
        assert 0 <= sign.start < sign.end <= len(text)
    assert len(redaction.unsigned(text)) == len(text)


@pytest.mark.parametrize(
    "part",
    [
        "BSN ",
        "bsn 1 ",
        "geb. ",
        "geb 1-1-",
        "1112.22.333 ",
        "123456782 ",
        "A.",
        "Aa ",
        "Jan Jansen, geb. 1-1-2015 ",
        "zie ",
        "\n",
        "1",
        "(",
        "<a ",
    ],
)
def test_time_grows_with_the_text(part: str) -> None:
    """One long mail would hold a worker up."""
    text = part * (200_000 // len(part))

    assert cpu_seconds(lambda: sum(1 for _ in signs(text)), enough=5) < 5
