"""``intake portal learn``: a portal becomes known from one saved notice."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake import profile
from intake.mail import portals
from intake.mail.message import parse
from tests.commands.conftest import Intake

NOTICE = """From: Postkluis <noreply@postkluis.example>
To: crediteuren@almere.nl
Subject: Nieuw bericht 4711 in de Postkluis van Praktijk De Roos
Message-ID: <1@postkluis.example>

Er ligt iets voor u klaar. Bericht lezen: https://mijn.postkluis.example/b/4711
"""
NEXT = NOTICE.replace("4711", "52").replace("De Roos", "Kompas")
PERSON = """From: anna@praktijk.example
Subject: Vraag

Ik heb het bericht in de Postkluis gezet. Kunt u het vinden?
"""


@pytest.fixture(autouse=True)
def _none_afterwards() -> Iterator[None]:
    yield
    profile.use(None)


@pytest.fixture
def notice(tmp_path: Path, home: Path) -> Path:
    file = tmp_path / "notice.eml"
    file.write_text(NOTICE, encoding="utf-8")
    return file


def test_the_next_notice_of_it_is_known(notice: Path, intake: Intake) -> None:
    """Each municipality would wait for a new version to know its own portal."""
    done = intake("portal", "learn", str(notice), "--name", "Postkluis", "--days", "30")

    assert done.code == 0, done.err
    table = tomllib.loads(done.out)
    assert table["postkluis"]["subjects"] == ["nieuw bericht * in de postkluis"]
    assert "De Roos" not in done.out
    assert "4711" not in done.out
    known = portals.Portals({"common": profile.default_texts("portals")["common"], **table})
    found = known.notice(parse(NEXT.encode()), mass=False, files=False, pdf=False)
    assert found is not None
    assert (found.portal, found.days) == ("Postkluis", 30)
    assert known.notice(parse(PERSON.encode()), mass=False, files=False, pdf=False) is None


def test_it_is_written_for_a_municipality_of_ones_own(
    notice: Path, intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator would overwrite what was learned before, or write into the program."""
    own = tmp_path / "profiles" / "bergendal"
    own.mkdir(parents=True)
    (own / "profile.toml").write_text(profile.example("almere"), encoding="utf-8")
    monkeypatch.setenv("INTAKE_PROFILES", str(own.parent))
    arguments = ("portal", "learn", str(notice), "--municipality", "bergendal", "--name")

    assert intake(*arguments, "Postkluis").code == 0
    assert intake(*arguments, "Tweede kluis").code == 0
    again = intake(*arguments, "Postkluis")

    assert again.code == 2
    assert "[postkluis] is there already" in again.err
    tables = tomllib.loads((own / "portals.toml").read_text(encoding="utf-8"))
    assert set(tables) == {"postkluis", "tweede-kluis"}
    assert intake("profile", "check", "bergendal").code == 0
    shipped = intake("portal", "learn", str(notice), "--municipality", "almere", "--name", "x y")
    assert "comes with intake" in shipped.err


def test_a_mail_that_says_too_little_is_not_learned(
    notice: Path, intake: Intake, tmp_path: Path
) -> None:
    """A pattern that fits every mail would keep a person's question from an answer."""
    notice.write_text("From: a@b.example\nSubject: Factuur\n\nZie bijlage.\n", encoding="utf-8")

    done = intake("portal", "learn", str(notice), "--name", "Postkluis")

    assert done.code == 2
    assert "too little in this mail" in done.err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('[x]\nnaam = "X"\n', "naam: there is no such setting; did you mean name?"),
        ('[x]\nname = "X"\nsubjects = "y"\n', 'subjects: must be a list, such as ["one", "two"]'),
        ('[x]\nname = "X"\nsubjects = ["*"]\n', "must have two characters beside *"),
        ('[x]\nname = "X"\ndays = 0\n', "days: must be 1 or more"),
    ],
)
def test_a_slip_in_the_patterns_of_a_municipality_is_told(
    intake: Intake, tmp_path: Path, home: Path, content: str, sentence: str
) -> None:
    """Its notices would be read as persons' mails, or every mail of a person as a notice."""
    own = tmp_path / "profiles" / "bergendal"
    own.mkdir(parents=True)
    (own / "profile.toml").write_text(profile.example("almere"), encoding="utf-8")
    (own / "portals.toml").write_text(content, encoding="utf-8")

    done = intake("profile", "check", str(own))

    assert done.code == 1
    assert sentence in done.out
