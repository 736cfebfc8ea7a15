"""``intake subject``: the rights of the person concerned (AVG art. 15 to 18).

The client's number is asked for, or read from a file: as an argument it would stand in the shell's
history and in the list of processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from intake.commands.output import operator, print_json, read_secret, say
from intake.errors import ConfigurationError
from intake.profile import RecordKind
from intake.review import subject_copy, wording
from intake.settings import load
from intake.store import Store, open_store, subject
from intake.text.bsn import client_number

app = typer.Typer()

BsnFile = Annotated[Path | None, typer.Option(help="File with the BSN; asked for when left out.")]


@app.command("find")
def find(bsn_file: BsnFile = None) -> None:
    """The cases in which a client stands, where, and until when each is kept. Of one that only has the
    name (`by_name`) a person looks whether it is the same client.
    """
    with _asked(bsn_file) as (store, client):
        found = subject.find(store, client, operator())
    for case in found.cases:
        print_json(
            {
                "case": case.reference,
                "received_on": case.received_on.isoformat(),
                "state": case.state.value,
                "lines": len(case.lines),
                "places": [place.value for place in case.places],
                "by_name": case.by_name,
                "kept_until": case.kept_until.isoformat() if case.kept_until else None,
                "ground": case.ground,
                "restricted": case.restricted,
                "erasable": case.erasable,
            }
        )
    if found.unopened:
        say(f"{found.unopened} cases do not open: look there by hand.")


@app.command("export")
def export(bsn_file: BsnFile = None) -> None:
    """The copy that the person may have (AVG art. 15 lid 3), with who looked; JSON on stdout."""
    with _asked(bsn_file) as (store, client):
        found = subject.find(store, client, operator(), "subject-export")
        print_json(subject_copy.written(store, found))


@app.command("restrict")
def restrict(
    why: Annotated[
        str, typer.Option(help="juistheid, onrechtmatig, rechtszaak or bezwaar (art. 18 lid 1).")
    ] = "",
    lift: Annotated[bool, typer.Option("--lift", help="End the restriction.")] = False,
    pay: Annotated[
        bool,
        typer.Option("--pay", help="Let invoices of restricted cases be paid: the law asks it."),
    ] = False,
    bsn_file: BsnFile = None,
) -> None:
    """Leave the data of a client alone: nothing is shown, destroyed, decided or paid."""
    reasons = set(wording.RESTRICTIONS) - {subject.LIFTED, subject.PAYABLE}
    if not (lift or pay) and why not in reasons:
        raise ConfigurationError("--why takes juistheid, onrechtmatig, rechtszaak or bezwaar")
    with _asked(bsn_file) as (store, client):
        who = operator()
        references = [case.reference for case in subject.find(store, client, who).certain]
        if lift:
            subject.lift(store, references, who)
        elif pay:
            subject.let_pay(store, references, who)
        else:
            subject.restrict(store, references, who, why)
    done = "are free again" if lift else "may be paid" if pay else "are left alone"
    say(f"{len(references)} cases {done}.")


@app.command("erase")
def erase(bsn_file: BsnFile = None) -> None:
    """Destroy, by their keys, mail and care lines that no law keeps: of refused and ignored cases
    in which nobody else stands. The whole case goes when the client stands in more of it.
    """
    with _asked(bsn_file) as (store, client):
        gone = subject.erase(store, subject.find(store, client, operator()), operator())
    whole = sum(item.kind is not RecordKind.ATTACHMENT for item in gone)
    say(f"{len(gone) - whole} cases lost their mail and care lines for good, {whole} all they had.")


@contextmanager
def _asked(file: Path | None) -> Iterator[tuple[Store, str]]:
    typed = read_secret(file) if file else typer.prompt("BSN", hide_input=True)
    client = client_number(typed)
    if client is None:
        raise ConfigurationError("this is no BSN")
    with open_store(load()) as store:
        yield store, client
