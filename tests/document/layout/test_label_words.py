"""Every phrase in the list of labels is found, as the label that lists it."""

from __future__ import annotations

import pytest

from intake.document.layout.label_matcher import labels_in
from intake.document.layout.label_words import LABELS, Label


@pytest.mark.parametrize("label", Label)
def test_each_phrase_is_found_as_its_label(label: Label) -> None:
    """A phrase that two labels list, or one lists twice, would read as if it did something and
    never decide anything.
    """
    phrases = LABELS[label]
    assert len(set(phrases)) == len(phrases)
    for phrase in phrases:
        found = [(its, start, end) for its, _, start, end in labels_in(phrase)]
        assert found == [(label, 0, len(phrase))], phrase
