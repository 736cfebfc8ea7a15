"""Every command of ``intake``; what they do stands in ``intake.commands``."""

from __future__ import annotations

import logging
import pkgutil
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from typer.core import TyperGroup

from intake.commands.options import Files, Json, Whose
from intake.errors import ConfigurationError, IntakeError
from intake.sandbox import hardening

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Intake of care invoices that are mailed to a municipality.",
)
_GROUPS = {
    "keys": (
        "intake.commands.keys:app",
        "The municipality's certificate and the keys of the database.",
    ),
    "provider": (
        "intake.commands.providers:app",
        "Providers and the attachment passwords agreed with them.",
    ),
    "supplier": (
        "intake.commands.suppliers:app",
        "The register of suppliers: contracts, agreements, accounts.",
    ),
    "export": (
        "intake.commands.bookings:app",
        "What was accepted goes to the finance package, each invoice once.",
    ),
    "user": ("intake.commands.users:app", "Users of the review page."),
    "token": ("intake.commands.tokens:app", "Other programs that may use the API."),
    "audit": (
        "intake.commands.register:audit_app",
        "Who read what: the chain of readings (NEN 7513).",
    ),
    "hold": (
        "intake.commands.retention:app",
        "Cases that may not be destroyed, whatever their term says.",
    ),
    "subject": (
        "intake.commands.subjects:app",
        "What is kept of one client, for the privacy officer (AVG art. 15 to 18).",
    ),
    "incidents": (
        "intake.commands.register:incidents_app",
        "The register of incidents (AVG art. 33 lid 5).",
    ),
}
"""Groups of commands: the app that has them, and what they are about."""


class _Group(TyperGroup):
    """Imports its commands when it is asked for one of them, since each needs much of the program."""

    @property
    def commands(self) -> MutableMapping[str, Any]:
        return typer.main.get_group(pkgutil.resolve_name(_GROUPS[self.name or ""][0])).commands

    @commands.setter
    def commands(self, none: MutableMapping[str, Any]) -> None:
        """The base class sets that it has none itself."""


for _name, (_, _about) in _GROUPS.items():
    app.add_typer(typer.Typer(cls=_Group, no_args_is_help=True, help=_about), name=_name)


def main() -> None:
    """Entry point: expected errors become one line each on stderr and exit code 2."""
    hardening.close()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(
            sys.stderr
        ),  # stderr as it is when a line is written
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        app()
    except IntakeError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


@app.command()
def check(
    files: Files,
    profile: Annotated[str, typer.Option(help="Municipality.")] = "almere",
    as_json: Json = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say for each field why it has its value.")
    ] = False,
) -> None:
    """Check invoice documents on this computer; nothing is kept."""
    from intake.children import open_sandbox
    from intake.sandbox.task import ChildKind

    with open_sandbox(ChildKind.READING) as sandbox:
        from intake.commands.check import check as run

        raise typer.Exit(run(files, profile, as_json, explain, sandbox))


@app.command()
def process(
    files: Files,
    as_json: Json = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Keep nothing.")] = False,
    municipality: Whose = "",
) -> None:
    """Take saved mails (.eml) through the whole pipeline, as if they had arrived."""
    from intake.commands.process import process as run

    raise typer.Exit(run(files, as_json, dry_run, municipality))


@app.command()
def demo() -> None:
    """Start everything in a scratch folder with example mails, and print the address of the review
    page.
    """
    from intake.commands.demo import demo as run
    from intake.commands.run import stop_on_signals

    run(stop_on_signals())


@app.command()
def run() -> None:
    """All long-running processes in one process group: the embedded default for one machine."""
    from intake.commands.run import run as supervise
    from intake.commands.run import stop_on_signals
    from intake.settings import load
    from intake.store import high_water, open_store

    settings = load()
    typer.echo(f"INTAKE_HOME is {settings.home}", err=True)
    for source in settings.sources:
        source.verify()
    with open_store(settings) as store:
        high_water.refuse_older(store)
    supervise(settings, stop_on_signals())


@app.command()
def work() -> None:
    """A pipeline worker; start as many as you like."""
    from intake.commands import processes

    processes.work()


@app.command()
def receive() -> None:
    """The SMTP and LMTP doors."""
    from intake.commands import processes

    processes.receive()


@app.command()
def watch() -> None:
    """The watched mailboxes, and the watched folders of .eml files."""
    from intake.commands import processes

    processes.watch()


@app.command()
def send() -> None:
    """The sender of replies."""
    from intake.commands import processes

    processes.send()


@app.command()
def web() -> None:
    """The review page."""
    from intake.commands import processes

    processes.web()


@app.command()
def precheck() -> None:
    """The page on which a provider tries an invoice before sending it; keeps nothing."""
    from intake.commands import processes

    processes.precheck()


@app.command()
def api() -> None:
    """The API for other programs, such as the finance package."""
    from intake.commands import processes

    processes.api()


@app.command()
def papers(
    folder: Annotated[Path, typer.Argument(help="Where they are written.")],
    municipality: Whose = "",
) -> None:
    """Write what a municipality publishes: the page for providers, the sheet for care lines, and the
    list of points for clerks.
    """
    from intake.commands import papers as command

    command.write(folder, municipality)


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    from intake.settings import load
    from intake.store.migration import migrate as upgrade

    settings = load()
    upgrade(settings)
    typer.echo(f"The database of {settings.home} has the right schema.")


@app.command()
def backup(
    target: Annotated[
        Path, typer.Argument(help="A new file, or a folder for one with the moment in its name.")
    ],
    as_json: Json = False,
) -> None:
    """Copy the database, whole and consistent, while everything runs; the keys are backed up apart."""
    from intake.commands import backup as command

    command.back_up(target, as_json)


@app.command()
def restore(
    copy: Annotated[
        Path | None,
        typer.Argument(
            help="A copy made by `intake backup`; left out when it was put back already."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Put a copy of the database back, and hold what may have been answered since; say so too after
    a restore by other means.
    """
    from intake.commands import backup as command

    command.restore(copy, as_json)


@app.command()
def doctor(
    as_json: Json = False,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="Only keys, database, disk and processes: asks no other machine."
        ),
    ] = False,
) -> None:
    """Test every configured part and say what is wrong and how to mend it, the faults first."""
    from intake.commands.doctor import doctor as run
    from intake.settings import load

    raise typer.Exit(run(load(), as_json, quick))


@app.command()
def purge(
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Print the list to be approved (vernietigingslijst); destroy nothing."
        ),
    ] = False,
    approved_by: Annotated[
        str, typer.Option("--approve", help="Name of the person who approved the list.")
    ] = "",
    file: Annotated[
        Path | None,
        typer.Option("--list", help="The approved list; else all that is past its term."),
    ] = None,
    number: Annotated[
        str,
        typer.Option(
            "--declaration",
            help="Print the declaration of this list again, checked anew; destroy nothing.",
        ),
    ] = "",
    again: Annotated[
        bool,
        typer.Option("--again", help="After a restore or a crash: only what was destroyed before."),
    ] = False,
    municipality: Whose = "",
) -> None:
    """Destroy what is past its term, and print the declaration (verklaring van vernietiging)."""
    from intake.commands import retention

    if dry_run:
        return retention.dry_run(municipality)
    if number:
        raise typer.Exit(0 if retention.declaration(municipality, number) else 1)
    if again:
        return retention.again()
    if not approved_by.strip():
        raise ConfigurationError(
            "nothing is destroyed without an approval: `intake purge --dry-run` prints the list,"
            " `--approve NAME` tells who approved it"
        )
    raise typer.Exit(0 if retention.purge(municipality, approved_by.strip(), file) else 1)
