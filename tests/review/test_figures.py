"""The figures: pictures beside tables, and the same as CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.model.correction import Corrected
from intake.model.invoice import Field
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.sandbox.client import Sandbox
from intake.store import Store, cases, corrections, figures
from intake.store.corrections import Typed
from intake.store.figures import Period
from tests.review.conftest import Clerk, make_store
from tests.review.filled import LATE, NO_KVK, PATH, fill, invoice, verdict
from tests.review.test_refuse import preview

FORMULA = '=HYPERLINK("https://example.org")'


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two accepted, of which one was corrected; one that the rules refused, one open, and a mail
    without an invoice.
    """
    store = make_store(Path(tmp_path_factory.mktemp("figures")))
    named = invoice(supplier_name=Field.of(FORMULA), invoice_number=Field.of("F-3"))
    fill(store, verdict(MailOutcome.REJECTED, NO_KVK, read=named, reply=ReplyKind.REFUSAL))
    fill(store, verdict(MailOutcome.QUARANTINED, invoices=()))
    fast, open_, corrected = (
        fill(store, verdict(MailOutcome.QUEUED, read=invoice(invoice_number=Field.of(number))))
        for number in ("F-1", "F-4", "F-2")
    )
    (own,) = cases.get_case(store, corrected).invoices
    typed = Typed(Corrected.NUMBER, "2026-0099")
    corrections.correct(store, corrected, PATH, "anna", own.version, typed)
    for each in (corrected, fast):
        cases.accept(store, each, "anna", cases.get_case(store, each).version)
    assert len(figures.oldest_open(store)) == len([open_])
    yield store
    store.close()


@pytest.fixture(scope="module")
def reader(filled: Store, sandbox: Sandbox) -> Clerk:
    made = Clerk(filled, sandbox)
    assert made.log_in().status_code == 303
    return made


def taken(reader: Clerk, figure: str) -> list[dict[str, str]]:
    """The rows of a CSV of the last days."""
    answer = reader.get(f"/cijfers.csv?figuur={figure}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f"cijfers-{figure}-" in answer.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_each_picture_has_a_title_a_text_and_a_table(reader: Clerk) -> None:
    """Who does not see the picture would get no figures."""
    page = reader.get("/cijfers").text

    sections = re.findall(
        r'<section class="card" aria-labelledby="(\w+)">(.*?)</section>', page, re.S
    )
    drawn = {name: text for name, text in sections if 'role="img"' in text}
    assert {
        "days",
        "straight",
        "times",
        "paid",
        "faults",
        "suppliers",
        "corrections",
        "oldest",
    } == {*drawn}
    for text in drawn.values():
        (picture,) = re.findall(r"<svg[^>]*role=\"img\".*?</svg>", text, re.S)
        assert re.search(r"<title id=[^>]+>[^<]+</title>", picture)
        assert re.search(r"<desc id=[^>]+>[^<]+</desc>", picture)
        assert text.count("<table") == 1
    empty = {name for name, text in drawn.items() if "url(#fill-" not in text}
    assert empty == {"oldest", "times"}, "all that waits came in today, and was decided at once"
    assert "style=" not in page


def test_the_page_says_what_its_figures_mean(reader: Clerk) -> None:
    """A share that everybody understands in another way would be quoted in the council."""
    page = " ".join(reader.get("/cijfers").text.split())

    assert "niemand iets aan haar mail aanpaste" in page
    assert "tot de dag waarop de factuur in een betaalbatch ging" in page
    assert "De termijn is 30 dagen." in page
    assert re.search(r"<strong>33&nbsp;%</strong>In één keer goed", page)
    assert re.search(r"<strong>5</strong>Mails</div> <div[^>]*><strong>4</strong>Facturen", page)


def test_the_same_as_csv(reader: Clerk, filled: Store) -> None:
    """A manager would type the numbers over for the report of the year."""
    day = f"{filled.today:%d-%m-%Y}"
    assert taken(reader, "per-dag") == [
        {"dag": day, "gemeente": "almere", "mails": "5", "facturen": "4", "akkoord": "2",
         "geweigerd": "1", "wacht": "1"}
    ]  # fmt: skip
    assert taken(reader, "in-een-keer") == [
        {"in-een-keer-akkoord": "1", "akkoord": "2", "geweigerd": "1"}
    ]
    assert [row["uitkomst"] for row in taken(reader, "tijd")] == ["Akkoord", "Geweigerd"]
    assert [row["nog-te-betalen"] for row in taken(reader, "betaald")] == ["2"]
    assert taken(reader, "fouten") == [{"reden": "KvK-nummer", "facturen": "1"}]
    assert taken(reader, "aanpassingen") == [
        {"gegeven": "Factuurnummer", "kvk-nummer": "01234567", "keer": "1"}
    ]
    assert [row["stand"] for row in taken(reader, "langst-open")] == ["Wacht op jou"]


def test_no_cell_is_run_as_a_formula(reader: Clerk) -> None:
    """A provider could let the manager's spreadsheet send what stands in it."""
    (row,) = taken(reader, "fouten-per-leverancier")

    assert row["leverancier"] == f"'{FORMULA}"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("?van=gisteren", "Dit is geen datum"),
        ("?van=2026-02-02&tot=2026-02-01", "Draai ze om"),
        ("?van=2020-01-01&tot=2026-02-01", "hoogstens een jaar"),
        ("?van=0001-01-01&tot=0001-01-02", "Dit is geen datum"),
        ("?van=&tot=2026-02-01", ""),
    ],
)
def test_a_period_that_is_none_says_so(reader: Clerk, address: str, words: str) -> None:
    """The page would show other days than were asked for, or break."""
    answer = reader.get(f"/cijfers{address}")

    assert answer.status_code == (400 if words else 200)
    assert words in answer.text
    assert reader.get(f"/cijfers.csv{address}").status_code == (400 if words else 200)


def test_a_long_period_is_shown_by_week_or_month(reader: Clerk, filled: Store) -> None:
    """A year in days would be a picture and a table that nobody reads."""
    for days, word, most in ((29, "per dag", 30), (89, "per week", 14), (364, "per maand", 13)):
        page = reader.get(f"/cijfers?van={filled.today - dt.timedelta(days=days)}").text
        table = page.partition('aria-labelledby="days"')[2].partition("</tbody>")[0]
        assert f"Wat er binnenkwam, {word}" in page
        assert table.count('<th scope="row"') in (most - 1, most)


def test_a_municipality_that_is_not_of_this_installation_has_no_figures(reader: Clerk) -> None:
    """A typing error would show nought of everything."""
    assert reader.get("/cijfers?gemeente=tilburg").status_code == 400
    assert reader.get("/cijfers?gemeente=almere").status_code == 200


def test_what_a_clerk_refuses_for_is_counted(clerk: Clerk, store: Store) -> None:
    """Only what the rules refuse by themselves would ever be told to providers as a whole."""
    reference = fill(store, verdict(MailOutcome.QUEUED, LATE, NO_KVK))
    form, _ = preview(clerk, store, reference, finding="0.0", words="Bel ons even.")

    clerk.post(f"/zaak/{reference}/weigeren", **form, step="refuse")

    told = figures.faults(store, Period(store.today, store.today))
    assert {each.check for each in told} == {"issue-date", "own-words"}
    assert "Eigen woorden van een medewerker" in clerk.get("/cijfers").text


def test_several_municipalities_stand_beside_each_other_and_apart(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """Each municipality is to answer for its own invoices, and would be shown those of all."""
    folder = {"path": str(tmp_path), "municipality": "hart-van-brabant"}
    store = make_store(tmp_path / "home", folder=[folder])
    fill(store, verdict(MailOutcome.QUEUED))
    both = Clerk(store, sandbox)
    both.log_in()

    page = both.get("/cijfers").text
    assert '<option value="hart-van-brabant">' in page
    assert "Facturen per gemeente" in page
    other = both.get("/cijfers?gemeente=hart-van-brabant").text
    assert "Facturen per gemeente" not in other
    assert "<strong>0</strong>Facturen" in other
    store.close()
