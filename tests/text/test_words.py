"""Words as data: files that can be read, one folding, one matcher."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.text import vocabulary
from intake.text.folding import alphanumeric, plain, squeeze, without_spaces
from intake.text.phrases import Phrases, squeezed

FILES = sorted(path.stem for path in Path(vocabulary.__file__).parent.glob("*.toml"))


@pytest.mark.parametrize("subject", FILES)
def test_every_list_has_words_once(subject: str) -> None:
    """A word that stands twice, or a list that is empty, is a slip of whoever edits the file."""
    for name, listed in vocabulary.words(subject).items():
        assert listed, name
        assert len(set(listed)) == len(listed), name
        assert all(word == word.strip() and word for word in listed), name


@pytest.mark.parametrize(
    ("text", "squeezed_", "plain_", "alphanumeric_"),
    [
        ("K.v.K.-nummer", "kvknummer", "k v k nummer", "kvknummer"),
        ("Cliënt", "client", "client", "client"),
        ("T/m (datum)", "tmdatum", "t m datum", "tmdatum"),
        ("oﬃce №1", "officeno1", "office no1", "officeno1"),
        ("Ωmega", "mega", "mega", "ωmega"),
        ("", "", "", ""),
    ],
)
def test_folding(text: str, squeezed_: str, plain_: str, alphanumeric_: str) -> None:
    """The same word in other letters would be another word."""
    assert (squeeze(text), plain(text), alphanumeric(text)) == (squeezed_, plain_, alphanumeric_)


def test_only_case_and_spaces_are_left_out_of_a_hash() -> None:
    """A case would be found under another number, or no more under its own."""
    assert without_spaces(" F-2026 / 1a ") == "f-2026/1a"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zzp'er", True),
        ("Zorgverlener:", True),
        ("t.n.v. Jansen", True),
        ("TNV Jansen", True),
        ("artsen", False),
        ("begeleider2", True),
        ("tnvx", False),
    ],
)
def test_whole_words_with_wildcards(text: str, found: bool) -> None:
    """Half a word would tell who somebody is."""
    pattern = vocabulary.any_of(("zzp*", "*verlener", "t.n.v", "arts", "begeleider"))
    assert bool(pattern.search(text)) is found


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("KvK-nummer 12345678", "number"),
        ("K v K 12345678", "register"),
        ("KvK12345678", "register"),
        ("kvkx", None),
        ("Kvk nummers", "register"),
    ],
)
def test_longest_phrase_that_ends_at_a_word(text: str, meaning: str | None) -> None:
    """A label would be found in the middle of a word, or a part of a label for the whole."""
    phrases = Phrases([("kvk", "register"), ("kvk nummer", "number")])
    found = squeezed(text)
    hits = [
        m
        for key, m in phrases.begun(found.text, 0)
        if found.text.startswith(key) and found.ends(len(key))
    ]

    assert (hits[0] if hits else None) == meaning
