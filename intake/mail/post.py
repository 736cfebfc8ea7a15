"""What a person writes who sends no invoice: a question, an objection, a reminder (post)."""

from __future__ import annotations

from intake.mail.mention import own_words
from intake.model.mail import Mail, PostKind
from intake.text.vocabulary import any_of, words

_WORDS = tuple((PostKind(kind), any_of(listed)) for kind, listed in words("post").items())
"""The first counts of which a word stands in the mail."""


def kind_of(mail: Mail) -> PostKind:
    """By subject and own words, not by what the mail quotes.

    It only sorts the mail for a person: nothing is decided by it.
    """
    text = f"{mail.subject}\n{own_words(mail.text)}"
    found = next((kind for kind, pattern in _WORDS if pattern.search(text)), None)
    return found or (PostKind.QUESTION if "?" in text else PostKind.OTHER)
