"""Answers that a person writes to a mail without an invoice: standard sentences and own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, StrictUndefined

from intake.model.mail import Reply, ReplyKind
from intake.profile import Profile, texts
from intake.stages.reply import about_mail, tone


@dataclass(frozen=True, slots=True)
class Snippet:
    """One standard sentence, in the tone of the municipality."""

    key: str
    title: str
    text: str


def snippets(profile: Profile) -> tuple[Snippet, ...]:
    """All of them, in the order of their file."""
    plain = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 plain text
    return tuple(
        Snippet(key, each["title"], plain.from_string(each["text"]).render(toon=tone(profile)))
        for key, each in texts("snippets", profile.name).items()
    )


def compose(
    chosen: Sequence[str],
    own_words: str,
    empty: Reply,
    reference: str,
    received_at: dt.datetime,
    profile: Profile,
) -> Reply:
    """The answer as it would leave.

    Args:
        chosen: keys of snippets.
        empty: from ``reply.addressed``, kept since the mail came.
    """
    said = [each.text for each in snippets(profile) if each.key in chosen]
    words = {"own_words": "\n\n".join(filter(None, (*said, own_words)))}
    return about_mail(ReplyKind.ANSWER, empty, words, reference, received_at, profile)
