"""Makes of a verdict what is to be kept: the letter, whether it may leave, and what a person sees."""

from __future__ import annotations

from dataclasses import replace

from intake.model.mail import Part, Reply
from intake.model.verdict import Verdict
from intake.profile import Profile
from intake.secure_attachment.pairing.model import Gist, Unrecognised
from intake.secure_attachment.pairing.rules import gist_of, numbers_named
from intake.settings import ReplyMode, Settings
from intake.stages import reply
from intake.stages.decide import has_rest
from intake.stages.values import Checked, Decided


def conclude(checked: Checked, verdict: Verdict, profile: Profile, settings: Settings) -> Decided:
    """Write the letter that the verdict asks for, and gather what the store keeps of the mail."""
    settled = checked.parsed.received.as_told
    as_told = reply.as_decided(verdict, settled) if settled else verdict
    letter = _letter(checked, as_told, profile)
    return Decided(
        checked,
        replace(verdict, reply=as_told.reply),
        letter,
        _held(checked, letter, settings),
        tuple(_shown(checked)),
        _numbers(checked),
        _gist(checked, verdict),
        has_rest(checked, verdict.invoices),
    )


def _letter(checked: Checked, verdict: Verdict, profile: Profile) -> Reply | None:
    mail, sender, received = checked.parsed.mail, checked.parsed.sender, checked.parsed.received
    of_whom = (mail, sender, received.reference, received.envelope.received_at, profile)
    if received.left_out is None:
        return reply.compose(verdict, *of_whom)
    return reply.compose_too_large(received.left_out.limit, *of_whom) if verdict.reply else None


def _held(checked: Checked, letter: Reply | None, settings: Settings) -> str | None:
    sender, envelope = checked.parsed.sender, checked.parsed.received.envelope
    if letter is None:
        return None
    if envelope.kept_before and settings.replies.mode is not ReplyMode.OFF:
        return "kept-before"
    if settings.replies.mode is not ReplyMode.AUTOMATIC:
        return settings.replies.mode.value
    if sender.confirm_reply:
        return ReplyMode.CONFIRM.value
    return None if sender.authenticated else "not-authenticated"


def _shown(checked: Checked) -> list[tuple[Part, int]]:
    opened = [part for container in checked.attachments.containers for part in container.parts]
    carried = [part for each in checked.paired.opened.read.einvoices for part in each.inside]
    by_path = {part.path: part for part in (*checked.parsed.parts, *opened, *carried)}
    return [
        (by_path[document.path], document.page_count)
        for document in checked.documents
        if document.page_count and document.path in by_path
    ]


def _numbers(checked: Checked) -> tuple[str, ...]:
    if checked.shares or checked.parsed.received.left_out is not None:
        return ()
    return numbers_named(checked.paired.found.bundles, checked.parsed.mail.subject)


def _gist(checked: Checked, verdict: Verdict) -> Gist | None:
    if verdict.invoices or checked.parsed.received.left_out is not None:
        return None
    found = checked.paired.found
    bundles = (*found.bundles, *found.closed)
    named = any(line.invoice_number for bundle in bundles for line in bundle.lines)
    unrecognised = checked.elsewhere.unrecognised
    unsure = unrecognised is Unrecognised.CERTAIN or (
        unrecognised is Unrecognised.ANNOUNCED and not named
    )
    return gist_of(checked.parsed.mail.subject, bundles, bool(checked.unread) or unsure)
