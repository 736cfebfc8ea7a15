"""Lists of words as data."""

from __future__ import annotations

import re

import pytest

from intake.text.vocabulary import any_of, words

PEOPLE = words("people")


@pytest.mark.parametrize("name", ["client", "own-people", "no-person"])
def test_no_word_is_covered_by_another(name: str) -> None:
    """A word that another one finds anyway would read as if it did something: whoever deletes or
    changes it would see no difference, and wonder why.
    """
    shapes = {word: any_of([word]) for word in PEOPLE[name]}
    assert len(shapes) == len(PEOPLE[name])
    for word in shapes:
        spelled = [re.sub(r"[*+]", letters, word) for letters in ("x", "xyz")]
        spelled += [word.replace("*", "").replace("+", "x").replace(".", "")]
        by = [
            other
            for other, shape in shapes.items()
            if other != word and all(map(shape.fullmatch, spelled))
        ]
        assert not by, word
