"""Standard sentences: ours, and those of a municipality."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake import profile
from intake.model.examination import State
from intake.profile import templates_folder
from intake.stages import own_words
from intake.stages.snippets import Use, chosen, snippets

OWN = """
[letter.unclear]
title = "Onleesbaar"
text = 'Wij kunnen {{ toon("je", "uw") }} factuur niet lezen.'

[answer.desk]
title = "Langskomen"
text = "De balie is open van 9 tot 17 uur."
"""


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """The standard sentences of a municipality that says ``u``."""
    own = tmp_path / "voorbeeld"
    own.mkdir()
    example = templates_folder() / "_default" / "profile.example.toml"
    shutil.copyfile(example, own / "profile.toml")
    profile.use(tmp_path)
    yield own / "snippets.toml"
    profile.use(None)


def test_a_municipality_adds_its_own_and_says_ours_otherwise(file: Path) -> None:
    """Clerks would type the same sentence each day, or send one that is not true for them."""
    file.write_text(OWN, encoding="utf-8")
    own = profile.load("voorbeeld")

    letter, answer = (snippets(own, use) for use in Use)

    assert (letter[0].key, letter[0].title) == ("unclear", "Onleesbaar")
    assert chosen(own, Use.LETTER, ["unclear"]) == ["Wij kunnen uw factuur niet lezen."]
    assert answer[-1].title == "Langskomen"
    assert len(answer) == len(snippets(profile.load("almere"), Use.ANSWER)) + 1
    assert "uw factuur" in " ".join(each.text for each in answer)
    assert [each.state for each in own_words.examine("voorbeeld")] == [State.FINE]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[letter.x", "snippets.toml: "),
        ("[brief.x]\ntitle = 'A'\ntext = 'B'", "[brief] is no use"),
        ("[letter.x]\ntitle = 'A'", "[letter.x]: write title and text"),
        ("[letter.x]\ntitle = 'A'\ntext = ' '", "[letter.x]: title and text are words"),
        ("[answer.x]\ntitle = 'A'\ntext = '{{ naam }}'", "[answer.x]: 'naam' is undefined"),
    ],
)
def test_the_doctor_names_a_slip_in_the_file(file: Path, text: str, said: str) -> None:
    """The first clerk who opens a case would see an error."""
    file.write_text(text, encoding="utf-8")

    (line,) = [each for each in own_words.examine("voorbeeld") if each.state is State.WRONG]

    assert said in line.text
