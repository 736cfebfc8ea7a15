"""``intake purge`` and ``intake hold``: what is past its term, approved by a person before,
declared after.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated

import jinja2
import typer

from intake import profile, security_events
from intake.commands.output import complain, operator, progress, read_file, say
from intake.errors import ConfigurationError
from intake.model.basics import AMSTERDAM, local_date
from intake.profile import Profile, RecordKind, Retention, templates_folder
from intake.security_events import Kind
from intake.settings import Settings, load
from intake.store import Store, legal_holds, open_store, retention
from intake.store.reference import read_reference
from intake.store.retention import Approval, Destroyed, Item

app = typer.Typer()

Who = Annotated[str, typer.Option("--by", help="Who decided it.")]

_WORDS = {
    RecordKind.INVOICE: ("factuur", "Facturen, met alles wat erbij hoort"),
    RecordKind.REFUSED: ("geweigerd", "Geweigerde facturen"),
    RecordKind.OTHER: ("overig", "Overige mails"),
    RecordKind.RAW_MAIL: ("mail", "Mails zoals ze binnenkwamen (de zaak blijft)"),
    RecordKind.ATTACHMENT: ("bijlage", "Beveiligde bijlagen (de zaak blijft)"),
}
_STARTS = {
    "decision": "vanaf het besluit",
    "year-end": "vanaf het einde van het jaar van het besluit",
}
_LINE = re.compile(r"^(IN-\w{4}-\w{4}) +(\w+)", re.MULTILINE)
_NUMBER = re.compile(r"^VERNIETIGINGSLIJST (VL-\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Group:
    """The items of one kind and ground, as the papers show them."""

    title: str
    word: str
    term: str
    ground: str
    items: tuple[Item, ...]


def dry_run(name: str) -> None:
    """Print the list to be approved (vernietigingslijst) of a municipality; nothing is destroyed."""
    settings = load()
    municipality = profile.load(name or settings.profile)
    with open_store(settings) as store:
        items = retention.due(store, municipality.retention)
    if not items:
        say("Nothing is past its term.")
        return
    number = retention.list_number(items, store.today)
    say(_paper("vernietigingslijst", municipality, items, number=number, day=store.today))


def purge(name: str, approved_by: str, file: Path | None) -> bool:
    """Destroy what is on the approved list of a municipality, or all of it that is past its term,
    and print the declaration.

    Returns whether everything that was destroyed is gone for good.

    Raises:
        ConfigurationError: the list cannot be read.
    """
    settings = load()
    municipality = profile.load(name or settings.profile)
    rules = municipality.retention
    with open_store(settings) as store:
        if back := retention.mend(store, _all_rules(settings)):
            complain(
                f"{back} destroyed before and found again, after a crash or a restored backup: taken"
                " away."
            )
        items = retention.due(store, rules)
        number = retention.list_number(items, store.today)
        if file is not None:
            number, names = _approved(file)
            items = _on_the_list(items, names)
        _destroy(store, rules, items, Approval(number, approved_by))
        for key in retention.forget_years(store, _all_rules(settings)):
            complain(f"{key} is past its term and among systemd's credentials: take it out there.")
        done = retention.declared(store, number)
    if done is None:
        say("Nothing is past its term.")
        return True
    security_events.tell(Kind.PURGE, operator(), f"list {number}")
    return _print_declaration(store, municipality, done)


def again() -> None:
    """Destroy again what was destroyed before and is here, after a crash or a restored backup;
    nothing else.
    """
    settings = load()
    with open_store(settings) as store:
        back = retention.mend(store, _all_rules(settings))
    if back:
        security_events.tell(Kind.PURGE, operator(), f"again {back}")
    say(f"{back} destroyed again." if back else "Nothing that was destroyed is here again.")


def declaration(name: str, number: str) -> bool:
    """Print the declaration (verklaring van vernietiging) of a list again, checked anew.

    Raises:
        ConfigurationError: no such list.
    """
    settings = load()
    with open_store(settings) as store:
        done = retention.declared(store, number)
    if done is None:
        raise ConfigurationError(f"nothing was destroyed under list {number}")
    return _print_declaration(store, profile.load(name or settings.profile), done)


@app.command("add")
def hold(
    reference: str,
    why: Annotated[str, typer.Option("--why", help="Reason: an objection, a dispute, an inquiry.")],
    who: Who,
) -> None:
    """Keep a case, whatever its term says."""
    with open_store(load()) as store:
        legal_holds.add(store, _reference(reference), who, why)
    say(f"{_reference(reference)} is held: it is not destroyed, whatever its term says.")


@app.command("remove")
def release(reference: str, who: Who) -> None:
    """Let the term of a case count again."""
    with open_store(load()) as store:
        legal_holds.remove(store, _reference(reference), who)
    say(f"{_reference(reference)} is no longer held.")


@app.command("list")
def list_holds() -> None:
    """The cases that are held."""
    with open_store(load()) as store:
        for held in legal_holds.list_holds(store):
            say(f"{held.reference}  since {local_date(held.at)} by {held.who}: {held.why}")


def _all_rules(settings: Settings) -> list[Retention]:
    return [rule for name in settings.municipalities for rule in profile.load(name).retention]


def _destroy(
    store: Store, rules: Sequence[Retention], items: Sequence[Item], approval: Approval
) -> None:
    done = 0
    with progress("Destroyed", len(items)) as bar:
        for batch in retention.destroy(store, rules, items, approval):
            done += len(batch)
            bar.advance(bar.task_ids[0], len(batch))
    if done < len(items):
        complain(f"{len(items) - done} were left: they are held, or were decided anew meanwhile.")


def _approved(file: Path) -> tuple[str, set[tuple[str, RecordKind]]]:
    """The number of an approved list, and what still stands on it."""
    text = (read_file(file) or b"").decode("utf-8", "replace")
    number = _NUMBER.search(text)
    if number is None:
        raise ConfigurationError(f"{file} is no list made by `intake purge --dry-run`")
    kinds = {word: kind for kind, (word, _) in _WORDS.items()}
    return number[1], {
        (line[1], kinds[line[2]]) for line in _LINE.finditer(text) if line[2] in kinds
    }


def _on_the_list(items: Sequence[Item], names: set[tuple[str, RecordKind]]) -> tuple[Item, ...]:
    found = tuple(item for item in items if item.name in names)
    if len(found) < len(names):
        complain(
            f"{len(names) - len(found)} on the list are left: they are held, decided anew, or were"
            " destroyed already."
        )
    return found


def _print_declaration(store: Store, municipality: Profile, done: Destroyed) -> bool:
    moments = {
        name: f"{moment.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
        for name, moment in (("first", done.first), ("last", done.last))
    }
    paper = _paper(
        "verklaring-van-vernietiging",
        municipality,
        done.items,
        number=done.approval.list_number,
        approved_by=done.approval.by,
        checked=store.today,
        still_open=done.still_open,
        **moments,
    )
    say(paper)
    return not done.still_open


def _paper(template: str, municipality: Profile, items: Sequence[Item], **values: object) -> str:
    folders = [templates_folder() / municipality.name, templates_folder() / "_default"]
    environment = jinja2.Environment(  # noqa: S701 plain text
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    groups = _groups(municipality.retention, items)
    return environment.get_template(f"{template}.txt").render(
        municipality=municipality.municipality, groups=groups, total=len(items), **values
    )


def _groups(rules: Sequence[Retention], items: Sequence[Item]) -> list[_Group]:
    terms = {rule.kind: _term(rule) for rule in rules}
    order = sorted(items, key=lambda item: (list(RecordKind).index(item.kind), item.ground))
    grouped = groupby(order, key=lambda item: (item.kind, item.ground))
    return [
        _Group(_WORDS[kind][1], _WORDS[kind][0], terms[kind], ground, tuple(group))
        for (kind, ground), group in grouped
    ]


def _term(rule: Retention) -> str:
    parts = [f"{rule.years} jaar"] if rule.years else []
    parts += [f"{rule.days} dagen"] if rule.days or not rule.years else []
    return f"{' en '.join(parts)}, {_STARTS[rule.starts]}"


def _reference(text: str) -> str:
    reference = read_reference(text)
    if reference is None:
        raise ConfigurationError(f"{text} is no reference like IN-7K3F-9QXM")
    return reference
