"""Every command of ``intake``; what they do stands in ``intake.commands``."""

from __future__ import annotations

import datetime as dt
import logging
import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer

from intake.errors import ConfigurationError, IntakeError
from intake.sandbox import hardening

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Intake of care invoices that are mailed to a municipality.",
)
keys_app = typer.Typer(
    no_args_is_help=True, help="The municipality's certificate and the keys of the database."
)
provider_app = typer.Typer(
    no_args_is_help=True, help="Providers and the attachment passwords agreed with them."
)
password_app = typer.Typer(
    no_args_is_help=True, help="Passwords agreed with a provider for its attachments."
)
audit_app = typer.Typer(
    no_args_is_help=True, help="Who read what: the chain of readings (NEN 7513)."
)
incidents_app = typer.Typer(
    no_args_is_help=True, help="The register of incidents (AVG art. 33 lid 5)."
)
hold_app = typer.Typer(
    no_args_is_help=True, help="Cases that may not be destroyed, whatever their term says."
)
user_app = typer.Typer(no_args_is_help=True, help="Users of the review page.")
app.add_typer(keys_app, name="keys")
app.add_typer(provider_app, name="provider")
provider_app.add_typer(password_app, name="password")
app.add_typer(user_app, name="user")
app.add_typer(audit_app, name="audit")
app.add_typer(hold_app, name="hold")
app.add_typer(incidents_app, name="incidents")

Day = dt.datetime | None
_DAY = ["%Y-%m-%d"]
_WHOSE = "Municipality; that of the setting `profile` unless given."
Files = Annotated[list[Path], typer.Argument(help="One or more files.", show_default=False)]
Csv = Annotated[
    bool, typer.Option("--csv", help="CSV with a heading, instead of one JSON object a line.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")]


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
    municipality: Annotated[str, typer.Option(help=_WHOSE)] = "",
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
def doctor() -> None:
    """Test every configured part and say what is wrong and how to mend it."""
    from intake.commands.doctor import doctor as run
    from intake.settings import load

    raise typer.Exit(run(load()))


@keys_app.command("create")
def keys_create(
    renew: Annotated[
        bool,
        typer.Option(
            "--renew", help="A new certificate beside the one there is, which keeps opening mails."
        ),
    ] = False,
    municipality: Annotated[str, typer.Option(help=_WHOSE)] = "",
) -> None:
    """Make the keys of the database, and a key pair with a self-signed certificate to publish to
    providers.
    """
    from intake.commands import keys

    keys.create(renew, municipality)


@keys_app.command("rotate")
def keys_rotate() -> None:
    """Wrap everything with new content keys while the service runs; go on with a rotation that was
    broken off.
    """
    from intake.commands import keys

    raise typer.Exit(0 if keys.rotate() else 1)


@keys_app.command("retire")
def keys_retire() -> None:
    """Destroy the content keys from before a rotation; older backups of the database do not open
    after this.
    """
    from intake.commands import keys

    keys.retire()


@keys_app.command("import")
def keys_import(
    key: Annotated[Path, typer.Option("--key", help="Private key, PEM.")],
    certificate: Annotated[Path, typer.Option("--certificate", help="Certificate, PEM.")],
    password_file: Annotated[
        Path | None, typer.Option(help="File with the password of the private key.")
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Also a certificate that is expired, not yet valid, or not for encryption.",
        ),
    ] = False,
) -> None:
    """Take an existing key pair (PKIoverheid); the older ones keep opening mails."""
    from intake.commands import keys

    keys.import_key(key, certificate, password_file, force)


@keys_app.command("list")
def keys_list() -> None:
    """The certificates, newest first."""
    from intake.commands import keys

    keys.list_keys()


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
    municipality: Annotated[str, typer.Option(help=_WHOSE)] = "",
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


@hold_app.command("add")
def hold_add(
    reference: str,
    why: Annotated[str, typer.Option("--why", help="Reason: an objection, a dispute, an inquiry.")],
    who: Annotated[str, typer.Option("--by", help="Who decided it.")],
) -> None:
    """Keep a case, whatever its term says."""
    from intake.commands import retention

    retention.hold(reference, who, why)


@hold_app.command("remove")
def hold_remove(
    reference: str, who: Annotated[str, typer.Option("--by", help="Who decided it.")]
) -> None:
    """Let the term of a case count again."""
    from intake.commands import retention

    retention.release(reference, who)


@hold_app.command("list")
def hold_list() -> None:
    """The cases that are held."""
    from intake.commands import retention

    retention.list_holds()


@provider_app.command("add")
def provider_add(
    kvk: Annotated[str, typer.Option(help="KvK number, 8 digits.")],
    name: Annotated[str, typer.Option()],
    email: Annotated[str, typer.Option(help="Address that its mails come from.")],
    attachment_password_file: Annotated[
        Path | None, typer.Option(help="File with the password agreed for attachments.")
    ] = None,
) -> None:
    """Register a provider, or a further password of a known one."""
    from intake.commands import providers

    providers.add_provider(kvk, name, email, attachment_password_file)


@provider_app.command("list")
def provider_list() -> None:
    """The registered providers."""
    from intake.commands import providers

    providers.list_providers()


@password_app.command("add")
def password_add(
    kvk: Annotated[str, typer.Option(help="KvK number of a registered provider.")],
    file: Annotated[Path, typer.Option(help="File with the password.")],
    first_day: Annotated[
        Day, typer.Option("--from", help="First day; today unless given.", formats=_DAY)
    ] = None,
    last_day: Annotated[
        Day, typer.Option("--until", help="Last day; none unless given.", formats=_DAY)
    ] = None,
) -> None:
    """Agree one more password; those that are in force stay so."""
    from intake.commands import providers

    providers.add_password(kvk, file, first_day, last_day)


@password_app.command("list")
def password_list(
    kvk: Annotated[str, typer.Option(help="KvK number of a registered provider.")],
) -> None:
    """When each password of a provider is in force; never the password itself."""
    from intake.commands import providers

    providers.list_passwords(kvk)


@password_app.command("end")
def password_end(
    id: str,
    last_day: Annotated[
        Day, typer.Option("--last-day", help="Today unless given.", formats=_DAY)
    ] = None,
) -> None:
    """Take a password out of force."""
    from intake.commands import providers

    providers.end_password(id, last_day)


@audit_app.command("verify")
def audit_verify(
    head: Annotated[
        list[str] | None, typer.Option(help="SEQUENCE:HASH that was kept elsewhere.")
    ] = None,
) -> None:
    """Whether a reading was changed, removed or put in; exit code 1 when one was."""
    from intake.commands import register

    raise typer.Exit(0 if register.verify_audit(head or ()) else 1)


@audit_app.command("head")
def audit_head() -> None:
    """The end of the chain, to keep elsewhere."""
    from intake.commands import register

    register.show_head()


@audit_app.command("export")
def audit_export(
    as_csv: Csv = False,
    since: Annotated[Day, typer.Option(help="From this day on.", formats=_DAY)] = None,
) -> None:
    """Every reading for the privacy officer; the last row is the head of the chain."""
    from intake.commands import register

    register.export_audit(as_csv, since)


@incidents_app.command("export")
def incidents_export(as_csv: Csv = False) -> None:
    """The register of incidents with what was decided and why."""
    from intake.commands import register

    register.export_incidents(as_csv)


@user_app.command("add")
def user_add(
    name: str,
    password_file: Annotated[
        Path | None, typer.Option(help="File with the password; asked for when left out.")
    ] = None,
) -> None:
    """Make a user of the review page, or give a new password."""
    from intake.commands import users

    users.add_user(name, password_file)


@user_app.command("list")
def user_list() -> None:
    """The users of the review page."""
    from intake.commands import users

    users.list_users()


@user_app.command("remove")
def user_remove(name: str) -> None:
    """Take a user's access away; open sessions end."""
    from intake.commands import users

    users.remove_user(name)
