"""Answers that a person writes to a mail without an invoice: standard sentences and own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from intake.model.mail import Reply, ReplyKind
from intake.profile import Profile
from intake.stages import snippets
from intake.stages.reply import about_mail
from intake.stages.snippets import Use


def compose(
    picked: Sequence[str],
    own_words: str,
    empty: Reply,
    reference: str,
    received_at: dt.datetime,
    profile: Profile,
) -> Reply:
    """The answer as it would leave.

    Args:
        picked: keys of snippets.
        empty: from ``reply.addressed``, kept since the mail came.
    """
    said = snippets.chosen(profile, Use.ANSWER, picked)
    words = {"own_words": "\n\n".join(filter(None, (*said, own_words)))}
    return about_mail(ReplyKind.ANSWER, empty, words, reference, received_at, profile)
