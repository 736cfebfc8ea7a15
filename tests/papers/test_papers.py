"""The papers in docs/ that follow from the catalogue of checks, and what they point to:
``python -m tests.papers.test_papers`` writes them anew.
"""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from intake import profile
from intake.checks.secure_attachment import accepted_formats
from intake.cli import app
from intake.papers import care_sheet, folder, keys, pages
from intake.papers.html import as_html
from intake.profile import default_texts

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
OURS = profile.load("almere")
PLACES = {
    "aanbieders.md": DOCS / "aanbieders.md",
    care_sheet.FILE_NAME: DOCS / care_sheet.FILE_NAME,
    "punten.md": DOCS / "handleiding" / "punten.md",
    "toetsen.md": DOCS / "handleiding" / "toetsen.md",
    "controles.md": DOCS / "checks.md",
}
"""Where the papers of Almere stand."""
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_MOST_BYTES = 150_000


@pytest.mark.parametrize("name", ["aanbieders.md", "punten.md", "toetsen.md", "controles.md"])
def test_the_paper_in_docs_is_what_the_checks_say(name: str) -> None:
    """A provider or a clerk would read of a demand that is no more, or not of a new one."""
    assert PLACES[name].read_bytes() == folder.contents(OURS)[name]


def test_the_sheet_in_docs_is_what_the_command_makes() -> None:
    """A provider would fill in columns that the page does not speak of."""
    kept, made = (
        openpyxl.load_workbook(io.BytesIO(data))
        for data in (
            PLACES[care_sheet.FILE_NAME].read_bytes(),
            folder.contents(OURS)[care_sheet.FILE_NAME],
        )
    )

    assert [sheet.title for sheet in kept] == [sheet.title for sheet in made]
    for one, other in zip(kept, made, strict=True):
        assert [*one.values] == [*other.values]
        rules = [
            [(rule.formula1, str(rule.sqref)) for rule in sheet.data_validations.dataValidation]
            for sheet in (one, other)
        ]
        assert rules[0] == rules[1]


def test_a_municipality_makes_its_own_papers(tmp_path: Path) -> None:
    """Another municipality would publish Almere's address, or Almere's tone."""
    done = CliRunner().invoke(app, ["papers", str(tmp_path), "--municipality", "hart-van-brabant"])

    assert done.exit_code == 0, done.output
    assert {file.name for file in tmp_path.iterdir()} == set(folder.contents(OURS))
    page = (tmp_path / "aanbieders.md").read_text(encoding="utf-8")
    assert "Almere" not in page
    assert "Zo stuurt u een factuur" in page
    assert not re.search(r"\b(?:je|jij|jouw)\b", page, re.IGNORECASE)


def test_almere_says_je_throughout() -> None:
    """A page that mixes je and u reads like a machine's."""
    assert not re.search(r"\b(?:u|uw)\b", pages.for_providers(OURS), re.IGNORECASE)


def test_every_kind_of_file_that_letters_name_is_explained() -> None:
    """A letter would ask for a file that the page does not tell how to make."""
    page = pages.for_providers(OURS)
    heads = " ".join(re.findall(r"^### (.*)$", page, re.MULTILINE))

    assert accepted_formats("nl") in page
    for names in default_texts("containers").values():
        assert [name for name in names if name not in heads] == []


def test_the_certificate_and_the_try_out_are_told_where_there_is_one() -> None:
    """A provider would look for a certificate that nobody published, or not find the page that saves a
    refusal.
    """
    address = "https://proef.almere.example/"
    with_both = pages.for_providers(OURS.model_copy(update={"precheck_address": address}))
    without = pages.for_providers(OURS.model_copy(update={"certificate_place": ""}))

    assert address in with_both
    assert OURS.certificate_place in with_both
    assert "certificaat" not in without
    assert "Probeer de factuur" not in without


def test_the_keys_of_every_page_are_told() -> None:
    """A clerk would look for a key of a page that the list left out."""
    told = pages.keys_of_pages(OURS)

    for page, listed in keys.of_pages().items():
        assert listed, page
        for key in listed:
            assert f"| {key.keys} | {key.does} |" in told, page
    assert "<" not in told


class _Tags(HTMLParser):
    """Counts tags, and fails on one that is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: dict[str, int] = {}
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] = self.seen.get(tag, 0) + 1
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_can_be_published_as_it_is() -> None:
    """A municipality's site would show marks of Markdown, or lose a table."""
    markdown = pages.for_providers(OURS)
    tags = _Tags()

    tags.feed(as_html(markdown))

    assert not tags.open
    assert tags.seen["table"] == len(re.findall(r"^\| ---", markdown, re.MULTILINE))
    assert tags.seen["h3"] == len(re.findall(r"^### ", markdown, re.MULTILINE))
    assert tags.seen["li"] == len(re.findall(r"^(?:- |\d+\. )", markdown, re.MULTILINE))
    assert not re.search(r"\*\*|\]\(|^#|^\|", tags.text, re.MULTILINE)


@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    """A reader would click on a page or a picture that is not there."""
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith(("https://", "http://", "#", "mailto:")):
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_pictures_are_small_and_each_is_used() -> None:
    """Everybody who clones the repository would carry pictures that no page shows."""
    pictures = {file.resolve() for file in (DOCS / "pictures").glob("*.png")}
    shown = {
        (page.parent / target).resolve()
        for page in (ROOT / "README.md", *DOCS.rglob("*.md"))
        for target in _LINK.findall(page.read_text(encoding="utf-8"))
        if target.endswith(".png")
    }

    assert pictures == shown
    assert not [file.name for file in pictures if file.stat().st_size > _MOST_BYTES]


def main() -> None:
    made = folder.contents(OURS)
    for name, place in PLACES.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(made[name])


if __name__ == "__main__":
    main()
