"""``intake profile``: a municipality in a folder of the installation's own, and every slip in it told
before the service meets it.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake import profile
from intake.stages import snippets
from intake.stages.snippets import Use
from intake.store import cases
from intake.store.tables import CaseState
from tests.commands.conftest import Intake
from tests.road.installation import eventually, installed

OWN = """extends = "almere"
municipality = "Gemeente Bergendal"
mailbox = "zorgfacturen@bergendal.nl"
team = "Facturen zorg"
phone = "14 024"
page = "pagina Zorgfacturen"

[addressee]
names = ["Gemeente Bergendal"]
departments = ["Facturen zorg"]
po-box = "9"
postcode = "6570AA"
city = "Bergendal"
"""


@pytest.fixture(autouse=True)
def _none_afterwards() -> Iterator[None]:
    yield
    profile.use(None)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    """The folder of a municipality of the installation's own."""
    folder = tmp_path / "profiles" / "bergendal"
    folder.mkdir(parents=True)
    (folder / "profile.toml").write_text(OWN, encoding="utf-8")
    monkeypatch.setenv("INTAKE_PROFILES", str(folder.parent))
    return folder


def test_a_municipality_outside_the_code_is_served_with_its_own_letters(tmp_path: Path) -> None:
    """A municipality would have to change the program, and lose its own at each upgrade."""
    folder = tmp_path / "profiles" / "bergendal"
    folder.mkdir(parents=True)
    (folder / "profile.toml").write_text(
        OWN + '[severities]\naddressee = "review"\n', encoding="utf-8"
    )
    (folder / "then.txt").write_text("Wij van Bergendal kijken dan opnieuw.\n", encoding="utf-8")
    environment = {
        "INTAKE_PROFILES": str(folder.parent),
        "INTAKE_PROFILE": "bergendal",
        "INTAKE_REPLIES__MODE": "confirm",
    }
    with installed(tmp_path / "home", **environment) as installation:
        for command in ("receive", "work"):
            installation.start(command)
        with smtplib.SMTP("127.0.0.1", installation.smtp_port, timeout=20) as server:
            raw = installation.example("07-kvk-missing")
            server.sendmail("zorg@aanbieder.example", ["zorgfacturen@bergendal.nl"], raw)
        eventually(lambda: installation.all_decided(1), "the mail is decided")
        (row,) = cases.list_cases(installation.store)
        case = cases.get_case(installation.store, row.reference)

    assert (case.municipality, case.state) == ("bergendal", CaseState.REJECTED)
    assert case.reply is not None
    for words in ("Wij van Bergendal kijken dan opnieuw.", "Gemeente Bergendal", "14 024"):
        assert words in case.reply.text
    assert "Almere" not in case.reply.text


def test_a_municipality_that_follows_another_keeps_its_demands_and_takes_nothing_of_its_name(
    own: Path, intake: Intake
) -> None:
    """It would answer in the name of another, from its address, or book on its accounts."""
    (own / "profile.toml").write_text(OWN + '[texts]\n"iban.absent.what" = "Geen IBAN."\n')
    profile.use(own.parent)
    almere, found = profile.load("almere"), profile.load("bergendal")

    assert found.referrers == almere.referrers
    assert found.products == almere.products
    assert [rule.municipality for rule in found.retention] == ["bergendal"] * 5
    assert found.texts == {"iban.absent.what": "Geen IBAN."}
    assert found.addresses == ("zorgfacturen@bergendal.nl",) * 3
    assert almere.finance.oin
    assert not found.finance.oin
    assert "almere" not in found.model_dump_json(exclude={"referrers"}).lower()


def test_an_own_municipality_goes_before_one_that_comes_with_intake(
    own: Path, intake: Intake
) -> None:
    """Who copies a profile to change it would change nothing."""
    shadow = own.parent / "almere"
    shadow.mkdir()
    text = OWN.replace("zorgfacturen@bergendal.nl", "zorg@almere.nl")
    (shadow / "profile.toml").write_text(text, encoding="utf-8")

    assert "zorg@almere.nl" in intake("profile", "check", "almere").out
    assert profile.load("almere").payment_days == 30


def test_own_snippets_go_beside_the_common_ones(own: Path, intake: Intake) -> None:
    """A clerk of one municipality would promise what another does."""
    common = [each.key for each in snippets.snippets(profile.load("almere"), Use.ANSWER)]
    text = f'[answer.{common[0]}]\ntitle = "Eigen"\ntext = "Zo doen wij dat."\n'
    (own / "snippets.toml").write_text(text, encoding="utf-8")
    profile.use(own.parent)

    found = snippets.snippets(profile.load("bergendal"), Use.ANSWER)

    assert [each.key for each in found] == common
    assert found[0].text == "Zo doen wij dat."
    assert intake("profile", "check", "bergendal").code == 0


def test_what_is_good_is_told_with_what_differs(own: Path, intake: Intake) -> None:
    """An administrator would not see that a demand was taken away."""
    with (own / "profile.toml").open("a", encoding="utf-8") as file:
        file.write('[severities]\niban = "review"\n')
    (own / "receipt.txt").write_text("Dank voor {{ what }}, {{ reference }}.", encoding="utf-8")

    done = intake("profile", "check")

    assert done.code == 0, done.out
    lines = [line[7:] for line in done.out.splitlines() if "bergendal: " in line]
    assert lines == [
        "bergendal: Gemeente Bergendal, zorgfacturen@bergendal.nl",
        "bergendal: iban (IBAN) is review, not reject, for: absent, checksum",
        "bergendal: own texts: receipt.txt",
        "bergendal: rates of 2018",
    ]


def test_a_municipality_is_begun_from_the_example(own: Path, intake: Intake) -> None:
    """An administrator would begin with an empty file, or with one that is refused."""
    assert intake("profile", "new", "dalem").code == 0
    assert intake("profile", "new", "heide", "--extends", "hart-van-brabant").code == 0

    for name in ("dalem", "heide", str(own.parent / "heide")):
        done = intake("profile", "check", name)
        assert done.code == 0, done.out
        assert "no mail reaches zorgfacturen@voorbeeld.example" in done.out
    profile.use(own.parent)
    assert profile.load("heide").declaring_term_months == 3
    before = (own / "profile.toml").read_text()
    refused = intake("profile", "new", "bergendal")
    assert (refused.code, (own / "profile.toml").read_text()) == (2, before)
    for name, why in (
        ("Dalem", "write it with small letters"), ("_default", "write it with small letters")
    ):  # fmt: skip
        assert why in intake("profile", "new", name).err
    told = intake("profile", "new", "goirle", "--extends", "tilburg").err
    assert told.strip() == (
        "no 'tilburg' comes with intake to be extended; there are: almere, hart-van-brabant"
    )


def test_without_a_folder_of_its_own_it_says_which_setting_is_needed(intake: Intake) -> None:
    """A profile would be written into the program, where the next upgrade takes it away."""
    done = intake("profile", "new", "dalem")

    assert done.code == 2
    assert 'profiles = "/etc/intake/profiles"' in done.err


MISTAKES = {
    "unknown key": (
        ('phone = "14 024"', 'telefoon = "1"\nphone = "14 024"\nmailboxx = ""'),
        ["line 7: mailboxx: there is no such setting; did you mean mailbox?",
         "line 5: telefoon: there is no such setting"],
    ),
    "unknown key in a table": (
        ('po-box = "9"', 'pobox = "9"'),
        ["line 11: addressee.pobox: there is no such setting; did you mean po-box?",
         "line 8: addressee.po-box: must be there"],
    ),
    "key below a table": (
        ('city = "Bergendal"', 'city = "Bergendal"\npayment-days = 14'),
        ["line 14: addressee.payment-days: stands in a table where it does not belong; put it above the first"
         " [table]"],
    ),
    "left out": (('phone = "14 024"\n', ""), ["profile.toml: phone: must be there"]),
    "empty": (('"14 024"', '""'), ["line 5: phone: may not be empty"]),
    "no text": (('"9"', "9"), ["line 11: addressee.po-box: must be text, between quotes"]),
    "no list": (
        ('["Facturen zorg"]', '"Facturen zorg"'),
        ['line 10: addressee.departments: must be a list, such as ["one", "two"]'],
    ),
    "no number": (
        ("[addressee]", 'payment-days = "veel"\n[addressee]'),
        ["line 8: payment-days: must be a whole number, without quotes"],
    ),
    "no choice": (
        ("[addressee]", 'tone = "jij"\n[addressee]'), ["line 8: tone: must be 'je' or 'u'"],
    ),
    "no term": (
        ("[addressee]", "payment-days = 0\n[addressee]"), ["line 8: payment-days: must be 1 or more"]
    ),
    "no mail address": (
        ("zorgfacturen@bergendal.nl", "zorgfacturen.bergendal.nl"),
        ["line 3: mailbox: is no mail address; write it as name@example.nl"],
    ),
    "two mail addresses": (
        ("[addressee]", 'reply-from = "a@b.nl, c@d.nl"\n[addressee]'),
        ["line 8: reply-from: is no mail address; write it as name@example.nl"],
    ),
    "no postcode": (
        ("6570AA", "0570AA"), ["line 12: addressee.postcode: is no postcode; write it as 1234AB"]
    ),
    "no PO box": (
        ('"9"', '"Postbus 9"'),
        ['line 11: addressee.po-box: is no number of a PO box; write the digits only, as "200"'],
    ),
    "no street": (
        ("[addressee]", '[addressee]\nvisiting = [{ street = "Raadhuis", postcode = "6570AA" }]'),
        ["line 9: addressee.visiting.1.street: is no street with a number; write it as Raadhuisplein 1"],
    ),
    "no web address": (
        ("[addressee]", 'page-address = "www.bergendal.nl"\n[addressee]'),
        ["line 8: page-address: is no address of a page; it begins with https://"],
    ),
    "no network": (
        ("[addressee]", 'secure-relays = ["relay.zorgmail.nl"]\n[addressee]'),
        ["line 8: secure-relays.1: is no address or network; write it as 192.0.2.0/24"],
    ),
    "years reversed": (
        ("[addressee]", '[[coding]]\nfrom-year = 2026\nuntil-year = 2025\n[addressee]'),
        ["line 8: coding.1: ends in 2025, before it begins in 2026"],
    ),
    "a mandate of nobody": (
        ("[addressee]", "[[mandates]]\nup-to = 5\n[addressee]"),
        ["line 8: mandates.1: must name a role (clerk or senior) or a user, and not both"],
    ),
    "terms left out": (
        ("[addressee]", '[[retention]]\nkind = "other"\nstarts = "decision"\nground = "AVG"\n[addressee]'),
        ["profile.toml: retention: needs one row for each of: invoice, refused, other, raw-mail, attachment"],
    ),
    "follows nobody": (
        ('"almere"', '"almelo"'),
        ["extends: must be a municipality that comes with intake: almere, hart-van-brabant"],
    ),
    "no TOML": (('"14 024"', '"14 024'), ["line 5: Illegal character"]),
    "unknown check": (
        ("[addressee]", '[severities]\nkvk-nummer = "review"\n"iban.missing" = "info"\n[addressee]'),
        ["[severities] kvk-nummer, line 9: there is no such check; did you mean kvk-number?",
         "[severities] iban.missing, line 10: there is no such check; did you mean"],
    ),
    "unknown severity": (
        ("[addressee]", '[severities]\niban = "soft"\n[addressee]'),
        ["line 9: severities.iban: must be 'reject', 'review' or 'info'"],
    ),
    "unknown sentence": (
        ("[addressee]", '[texts]\n"iban.gone.what" = "Weg."\n"iban.absent.what" = "{u} IBAN"\n[addressee]'),
        ["[texts] iban.gone.what, line 9: there is no such sentence",
         "[texts] iban.absent.what, line 10: nothing is called u there"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_told_in_a_sentence_with_its_line(
    own: Path, intake: Intake, name: str
) -> None:
    """An administrator would search a file by words that a program understands."""
    (right, wrong), sentences = MISTAKES[name]
    assert right in OWN
    (own / "profile.toml").write_text(OWN.replace(right, wrong, 1), encoding="utf-8")

    done = intake("profile", "check", "bergendal")

    assert done.code == 1
    told = [line for line in done.out.splitlines() if line.startswith("WRONG")]
    for sentence in sentences:
        assert any(sentence in line for line in told), done.out
    assert len(told) == len(sentences), done.out


FILES = {
    "open brace": ("receipt.txt", "Dank {% als %}", "receipt.txt, line 1: "),
    "unknown word": (
        "refusal.txt", "Beste {{ provdier }},", "refusal.txt: nothing is called provdier in a letter"
    ),
    "no such thing of it": (
        "question.txt", "Bel\n{{ profile.phonenumber }}", "question.txt, line 2: cannot be written"
    ),
    "only where it is used": (
        "parts.txt", "{% for part in parts %}{{ part.titel }}{% endfor %}",
        "parts.txt, line 1: cannot be written",
    ),
    "snippet without a text": (
        "snippets.toml", '[answer.received]\ntitle = "Dank"',
        "snippets.toml: [answer.received]: write title and text",
    ),
    "page": ("pages/base.html", "{% if x %}", "pages/base.html, line 1: "),
    "rates without a column": ("tariffs-2026.csv", "code;name;rate\n",
        "tariffs-2026.csv: no column code, name, rate; its first line is code,name,rate,law",
    ),
    "rates of no year": (
        "tariffs-nieuw.csv", "code,name,rate\n", "must be called tariffs- and the year, as tariffs-2026.csv"
    ),
    "a rate that is none": (
        "tariffs-2026.csv", "code,name,rate\n45A48,Begeleiding,euro\n",
        "tariffs-2026.csv, line 2: rate: must be a number, without quotes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_each_slip_in_a_file_beside_it_is_told(own: Path, intake: Intake, name: str) -> None:
    """A letter would not be written, on the day that a provider should get it."""
    file, content, sentence = FILES[name]
    (own / file).parent.mkdir(exist_ok=True)
    (own / file).write_text(content, encoding="utf-8")

    done = intake("profile", "check", str(own))

    told = [line for line in done.out.splitlines() if line.startswith("WRONG")]
    assert done.code == 1, done.out
    assert any(sentence in line for line in told), done.out


def test_a_service_does_not_start_with_a_municipality_that_cannot_be_read(
    own: Path, intake: Intake
) -> None:
    """Its mails would wait for a person to find out why nothing is decided."""
    (own / "profile.toml").write_text(OWN.replace('"9"', "9"), encoding="utf-8")

    done = intake("doctor", profile="bergendal")

    assert done.code == 2
    assert "line 11: addressee.po-box: must be text, between quotes" in done.err


def test_a_folder_that_is_not_there_stops_the_start(own: Path, intake: Intake) -> None:
    """The service would run without the municipality, and say that it does not know it."""
    done = intake("doctor", profiles=str(own / "gone"))

    assert done.code == 2
    assert f"INTAKE_PROFILES: {own / 'gone'} is no folder, or may not be seen" in done.err


def test_a_folder_that_everybody_may_write_to_stops_the_start(own: Path, intake: Intake) -> None:
    """Whoever has a login on the machine could change where providers are told to send, or run as us."""
    own.parent.chmod(0o777)

    done = intake("profile", "check")

    assert done.code == 2
    assert f"chmod o-w {own.parent}" in done.err


def test_a_folder_with_a_name_that_cannot_be_one_is_told(own: Path, intake: Intake) -> None:
    """It would silently not be there, and its name differ between settings, pages and database."""
    own.rename(own.parent / "Berg en Dal")

    for which in ((), (str(own.parent / "Berg en Dal"),)):
        done = intake("profile", "check", *which)
        assert done.code == 1
        assert "name the folder with small letters, digits and - only" in done.out


def test_a_single_invoice_is_checked_by_an_own_municipality(own: Path, intake: Intake) -> None:
    """Who tries a profile on an invoice would hear that there is no such municipality."""
    done = intake("check", "--profile", "bergendal", "--json", str(own / "none.pdf"))

    assert "none.pdf" in done.err
    assert "not known" not in done.err
