"""``intake export``: what was accepted goes to the finance package, each invoice once."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from intake import profile
from intake.children import open_sandbox
from intake.commands.options import Json
from intake.commands.output import Exit, complain, operator, print_json, say
from intake.errors import ConfigurationError
from intake.export import case_pages, folder, formats, sftp, ubl, webhook
from intake.model.booking import Batch
from intake.sandbox.task import ChildKind
from intake.settings import Settings, load
from intake.store import Store, batches, open_store
from intake.store.tables import BatchState

app = typer.Typer()


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    UBL = "ubl"


Target = Annotated[
    str,
    typer.Option(
        "--to", help="Folder that the finance package reads, sftp://user@host/folder, or https://…."
    ),
]
Deliver = Callable[[Sequence[formats.File]], None]
Formats = Annotated[
    list[Format],
    typer.Option("--format", help="csv, xlsx, or ubl: e-invoices with their PDF. May be repeated."),
]
Number = Annotated[int, typer.Argument(min=1, help="Number of the batch.")]


@app.command("make")
def make(
    to: Target,
    format: Formats,
    municipality: Annotated[
        str, typer.Option("--profile", help="Municipality; needed when there are several.")
    ] = "",
    user: Annotated[str, typer.Option("--by", help="Who makes it.")] = "",
    as_json: Json = False,
) -> None:
    """Put all that was accepted and has not left into one batch, and deliver it in a folder.

    Exit code 1 when something accepted cannot leave; it stays accepted, and is told.
    """
    settings = load()
    own = _municipality(settings, municipality)
    deliver = _way(to, settings)
    with open_store(settings) as store:
        unfit = ubl.unfit if Format.UBL in format else lambda _booking, _own: ""
        batch, held = batches.make(store, own, user or getpass.getuser(), unfit)
        if batch is not None:
            _deliver(store, settings, batch, format, deliver)
    for each in held:
        complain(f"{each.reference} stays accepted and does not leave: {', '.join(each.why)}")
    _tell(batch, as_json)
    raise typer.Exit(Exit.REJECTED if held else Exit.FINE)


@app.command("again")
def again(number: Number, to: Target, format: Formats, as_json: Json = False) -> None:
    """Deliver a batch once more: the same invoices under the same number, until it is booked."""
    settings = load()
    deliver = _way(to, settings)
    with open_store(settings) as store:
        batch = batches.to_deliver(store, number)
        _deliver(store, settings, batch, format, deliver)
    _tell(batch, as_json)


@app.command("booked")
def booked(number: Number) -> None:
    """The finance package has booked this batch."""
    with open_store(load()) as store:
        batches.note(store, number, BatchState.BOOKED, operator())
    say(f"Batch {number} is booked.")


@app.command("failed")
def failed(number: Number) -> None:
    """The finance package could not take this batch; it may be delivered again."""
    with open_store(load()) as store:
        batches.note(store, number, BatchState.FAILED, operator())
    say(f"Batch {number} failed: mend the cause, then `intake export again {number}`.")


@app.command("list")
def list_batches(as_json: Json = False) -> None:
    """The newest batches, with where they stand."""
    with open_store(load()) as store:
        lines = batches.listed(store)
    for line in lines:
        if as_json:
            print_json(
                {
                    "batch": line.number,
                    "municipality": line.municipality,
                    "state": line.state.value,
                    "made_by": line.made_by,
                    "made_at": line.made_at.isoformat(),
                    "invoices": line.count,
                    "total": f"{line.total:.2f}",
                }
            )
        else:
            say(
                f"{line.number:06}  {line.municipality}  {line.state:9}  {line.count:5} invoices "
                f" {line.total:12.2f}  {line.made_at:%Y-%m-%d %H:%M} UTC  {line.made_by}"
            )


def _municipality(settings: Settings, wanted: str) -> str:
    known = settings.municipalities
    if wanted and wanted not in known:
        raise ConfigurationError(f"--profile takes one of: {', '.join(known)}")
    if not wanted and len(known) > 1:
        raise ConfigurationError(f"name the municipality with --profile: {', '.join(known)}")
    return wanted or known[0]


def _way(to: str, settings: Settings) -> Deliver:
    """How files get there, tried before anything is marked as gone.

    Raises:
        ConfigurationError: nothing can be written there.
    """
    deliver: Deliver
    if to.startswith(sftp.SCHEME):
        key, known = settings.export.ssh_key, settings.export.known_hosts
        if key is None or known is None:
            raise ConfigurationError(
                "sftp needs INTAKE_EXPORT__SSH_KEY and INTAKE_EXPORT__KNOWN_HOSTS"
            )
        server = sftp.Server.of(to)
        deliver = partial(sftp.deliver, server, key=key, known_hosts=known)
    elif to.startswith(webhook.SCHEMES):
        secret = settings.export.webhook_secret.get_secret_value()
        deliver = partial(webhook.deliver, webhook.Receiver.of(to, secret))
    else:
        deliver = partial(folder.deliver, Path(to))
    try:
        deliver([])
    except OSError as error:
        raise ConfigurationError(f"--to {to}: {error.strerror}") from None
    return deliver


def _deliver(
    store: Store, settings: Settings, batch: Batch, names: list[Format], deliver: Deliver
) -> None:
    """Raises ConfigurationError when it cannot be written; the batch then stands failed."""
    own = profile.load(batch.municipality)
    try:
        with open_sandbox(ChildKind.READING, settings.require_sandbox) as reading:
            pages = partial(case_pages.drawn, store, reading)
            deliver(formats.written(batch, [name.value for name in names], own, pages))
    except (OSError, ValueError) as error:
        batches.note(store, batch.number, BatchState.FAILED, operator())
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigurationError(
            f"batch {batch.number} was not delivered: {why}\nthen: intake export again"
            f" {batch.number}"
        ) from None
    batches.note(store, batch.number, BatchState.DELIVERED, operator())


def _tell(batch: Batch | None, as_json: bool) -> None:
    if batch is None:
        if not as_json:
            say("Nothing was accepted that has not left yet.")
        return
    if as_json:
        told = {
            "batch": batch.number,
            "invoices": len(batch.bookings),
            "total": f"{batch.total:.2f}",
        }
        print_json(told)
    else:
        say(f"Batch {batch.number}: {len(batch.bookings)} invoices, {batch.total:.2f} euro.")
