"""What is sealed for years opens with every later version, and one record that does not stops
nothing else.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from sqlalchemy import text
from sqlmodel import Session

from intake import profile
from intake.errors import RecordUnreadable
from intake.model.mail import Reply, ReplyKind
from intake.model.verdict import MailOutcome
from intake.secure_attachment.pairing.model import Gist
from intake.store import (
    Store,
    cases,
    day_reports,
    decision,
    drafts,
    incidents,
    journal,
    left_out,
    legal_holds,
    outbox,
    pairing,
    providers,
    records,
    retention,
    sealed,
    work_queue,
)
from intake.store.records import shapes
from intake.store.records.mapping import mapped
from intake.store.tables import CaseState
from tests.store import things

OLD = Path(__file__).parent.parent / "records"
FORMATS: dict[str, records.Format[Any]] = {
    "verdict": records.VERDICTS,
    "envelope": records.ENVELOPES,
    "care": records.CARES,
    "gist": records.GISTS,
    "summary": decision.SUMMARIES,
    "card": decision.CARDS,
    "reply": outbox.REPLIES,
    "provider": providers.PROVIDERS,
    "report": incidents.REPORTS,
    "correction": records.CORRECTIONS,
    "draft": drafts.DRAFTS,
    "day-report": day_reports.DAY_REPORTS,
}
FILES = sorted(file for file in OLD.glob("v*/*") if file.stem != "schema")
DAMAGED = {
    "newer": b'{"v":99}',
    "empty": b"",
    "no-json": b"x\x9c\x00",
    "other-fields": b'{"v":1,"x":2}',
    "a-list": b"[1]",
    "a-word": b'"x"',
}


def plain(data: bytes) -> Any:
    return json.loads(zlib.decompress(data) if data[:1] == b"\x78" else data)


def without_what_is_new(record: Any) -> Any:
    """A record of an old version and its successor differ by these only."""
    if isinstance(record, list):
        return [without_what_is_new(each) for each in record]
    if not isinstance(record, dict):
        return record
    new = ("v", "basis", "municipality", "mailbox", "unread", "in_english", "explanations")
    unknown = ("supplier", "gross", "point")  # of each invoice of an old card
    return {
        key: without_what_is_new(value)
        for key, value in record.items()
        if key not in new and (value is not None or key not in unknown)
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_records_of_every_version_open(file: Path) -> None:
    """A case of last year, or of a backup, must open after an upgrade, with nothing lost."""
    form, old = FORMATS[file.stem], file.read_bytes()

    again = plain(form.pack(form.unpack(old)))

    assert again["v"] == form.version
    if file.parent.name == f"v{form.version}":
        assert again == plain(old)
    else:
        known = plain(old)
        if file.stem == "care":
            again, known = again["lines"], known if isinstance(known, list) else known["lines"]
        assert without_what_is_new(again) == without_what_is_new(known)


def test_every_format_has_records_of_each_version() -> None:
    """A format without an old record would not be noticed to have become unreadable."""
    kept = {(file.parent.name, file.stem) for file in FILES}

    assert kept == {
        (f"v{version}", kind)
        for kind, form in FORMATS.items()
        for version in range(form.version + 1)
    }
    roots = {name for name, made in vars(shapes).items() if "v" in getattr(made, "__slots__", ())}
    assert {form.shape.__name__ for form in FORMATS.values()} == roots


@pytest.mark.parametrize("kind", FORMATS)
def test_no_format_changes_without_a_version(kind: str) -> None:
    """A field that is renamed or added would make what is sealed unreadable: give the format a new
    version, a step from the one before, and records and schema of it in ``tests/records``.
    """
    form = FORMATS[kind]
    kept = json.loads((OLD / f"v{form.version}" / "schema.json").read_text())

    assert kept[kind] == json.loads(json.dumps(TypeAdapter(form.shape).json_schema()))


def test_no_stored_type_is_of_the_model() -> None:
    """A field renamed in the model would change what is stored."""
    for made in vars(shapes).values():
        if is_dataclass(made):
            assert made.__module__ == shapes.__name__, made


def test_a_field_of_the_model_that_is_not_stored_is_noticed() -> None:
    """A value that is filled in and silently not kept is lost after the next start."""
    with pytest.raises(TypeError, match="to"):
        mapped(Reply, shapes.Provider)


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
@pytest.mark.parametrize("kind", FORMATS)
def test_what_cannot_be_read_says_so(kind: str, data: bytes) -> None:
    """An error that nobody expects would stop the process; one with content in it would leak."""
    with pytest.raises(RecordUnreadable) as caught:
        FORMATS[kind].unpack(data)

    assert caught.value.code == "record-unreadable"


@pytest.mark.parametrize("invoices", [0, 1, 5])
def test_a_long_record_is_short(invoices: int) -> None:
    """A verdict of five invoices would fill the disk with the names of its fields."""
    verdict = things.verdict(
        MailOutcome.QUEUED, tuple(things.invoice(f"2026-{n}") for n in range(invoices))
    )
    packed = records.VERDICTS.pack(verdict)

    assert records.VERDICTS.unpack(packed) == verdict
    assert invoices == 0 or len(packed) < len(json.dumps(plain(packed))) / 3


def test_a_verdict_says_by_what_it_was_made() -> None:
    """Without it nobody can tell whether today's rules would judge otherwise."""
    file = OLD / "v1" / "verdict.json"

    assert set(plain(file.read_bytes())["basis"]) == {"code", "rules", "profile"}
    almere = profile.load("almere")
    assert almere.digest != profile.load("hart-van-brabant").digest
    assert almere.digest == almere.model_copy().digest


# --- one that cannot be read, among others ------------------------------------------------------


def damage(store: Store, reference: str, *kinds: str, data: bytes = b'{"v":99}') -> None:
    """Seal a record of a later version in the place of each of these."""
    with store.write() as session:
        key = sealed.key_of(store, journal.find(session, reference))
        for kind in kinds:
            _damage(session, key, kind, data)


def _damage(session: Session, key: Any, kind: str, data: bytes) -> None:
    if kind == sealed.ENVELOPE:
        change = "UPDATE mail SET envelope = :data WHERE reference = :reference"
        made = key.seal(sealed.ENVELOPE, data)
    elif kind == sealed.REPLY:
        change = "UPDATE reply SET composed = :data WHERE reference = :reference"
        made = key.seal(f"{sealed.REPLY}|1", data)
    else:
        change = "UPDATE sealed SET data = :data WHERE reference = :reference AND kind = :kind"
        made = key.seal(f"{kind}|", data)
    wanted = {"data": made, "reference": key.reference}
    session.execute(text(change), wanted | ({"kind": kind} if ":kind" in change else {}))


CONTENT = (sealed.VERDICT, sealed.SUMMARY, sealed.CARD)


def test_the_list_and_the_counts_go_on(store: Store) -> None:
    """One damaged case would close the queue for all clerks."""
    broken, good = things.decided(store, 1), things.decided(store, 2)
    damage(store, broken, *CONTENT)

    rows = {row.reference: row for row in cases.list_cases(store)}

    assert set(rows) == {broken, good}
    assert "niet leesbaar" in rows[broken].reason
    assert cases.counts(store)[CaseState.QUEUED] == 2
    with pytest.raises(RecordUnreadable):
        cases.get_case(store, broken)
    assert cases.get_case(store, good).verdict


def test_the_next_mail_is_taken(store: Store) -> None:
    """A mail whose envelope cannot be read would stop every worker at it, time after time."""
    broken, good = things.keep(store, 1), things.keep(store, 2)
    damage(store, broken, sealed.ENVELOPE)

    assert things.claim(store).reference == good
    assert work_queue.claim(store, "worker", 60) is None


def test_the_next_reply_leaves(store: Store) -> None:
    """One letter that cannot be read would hold back all others."""
    broken, good = things.refused(store, 1), things.refused(store, 2)
    damage(store, broken, sealed.REPLY)

    assert things.only_reply(store).reference == good
    assert {out.reference for out in outbox.due(store)} == {good}


def test_a_mail_with_an_old_letter_that_cannot_be_read_is_decided_again(store: Store) -> None:
    """It would be given back for ever, and never reach a person."""
    waits = things.decision(things.verdict(MailOutcome.WAITING, reply=ReplyKind.QUESTION))
    reference = things.decided(store, 1, waits)
    outbox.mark_sent(store, outbox.mark_sending(store, things.only_reply(store)))
    damage(store, reference, sealed.REPLY)
    with store.read() as session:
        version = journal.find(session, reference).version
    cases.again(store, reference, "anna", version)

    work_queue.finish(store, things.claim(store), waits)

    assert cases.list_cases(store, [CaseState.WAITING])


@pytest.mark.parametrize("kinds", [(sealed.VERDICT,), (sealed.ENVELOPE,), (sealed.GIST,)])
def test_others_are_paired(store: Store, kinds: tuple[str, ...]) -> None:
    """An invoice would wait for its attachment in vain, because another mail is damaged."""
    waits = things.verdict(MailOutcome.WAITING, (things.invoice("2026-1"),))
    loose = things.decision(
        things.verdict(MailOutcome.QUARANTINED), gist=Gist("Bijlage", unread=True)
    )
    waiting = [things.decided(store, number, things.decision(waits)) for number in (1, 2)]
    bringing = [things.decided(store, number, loose) for number in (3, 4)]
    for reference in (waiting[0], bringing[0]):
        damage(store, reference, *kinds)
    marks = pairing.marks(store, "IN-0000-000A", [], things.SENDER, ["2026-1"])

    invoices = {each.reference for each in pairing.waiting_for(store, marks)}
    attachments = {each.reference for each in pairing.loose_for(store, marks)}

    assert waiting[1] in invoices
    assert bringing[1] in attachments


def test_it_is_destroyed_at_its_term(store: Store) -> None:
    """What nobody can read any more would be kept for ever."""
    broken = things.decided(store, 1, things.decision(things.verdict(MailOutcome.IGNORED)))
    damage(store, broken, *CONTENT, sealed.ENVELOPE)
    terms = profile.load("almere").retention
    store.clock = lambda: things.NOW.replace(year=2036)

    approval = retention.Approval("VL-1", "archivaris")
    list(retention.destroy(store, terms, retention.due(store, terms), approval))

    assert cases.list_cases(store) == ()


def test_a_left_out_mail_closes(store: Store) -> None:
    """The same mail that comes in after all would not be kept."""
    reference = things.decided(store, 1, things.decision(things.verdict(MailOutcome.QUARANTINED)))
    damage(store, reference, sealed.CARD)

    with store.write() as session:
        left_out.close(store, session, reference, "IN-0000-000A")

    assert cases.list_cases(store, [CaseState.IGNORED])


def test_other_providers_are_listed(store: Store) -> None:
    """One damaged provider would hide all others from the page and the command."""
    for kvk in ("01234567", "12345678"):
        providers.add_provider(store, kvk, f"Praktijk {kvk}", things.SENDER)
    with store.write() as session:
        change = text("UPDATE provider SET details = :x WHERE id = (SELECT min(id) FROM provider)")
        session.execute(change, {"x": b"x"})

    assert len(providers.list_providers(store)) == 1
    assert len(providers.providers_of(store, things.SENDER, [])) == 1


def test_other_legal_holds_are_listed(store: Store) -> None:
    """The archivist would not see what may not be destroyed."""
    for number in (1, 2):
        legal_holds.add(store, things.decided(store, number), "anna", "bezwaar")
    with store.write() as session:
        session.execute(
            text("UPDATE hold SET why = :x WHERE reference = (SELECT min(reference) FROM hold)"),
            {"x": b"x"},
        )

    assert sorted(hold.why for hold in legal_holds.list_holds(store)) == ["", "bezwaar"]
