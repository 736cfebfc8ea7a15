"""``intake keys``: the municipality's certificate, and the keys of the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intake import profile, security_events
from intake.commands.options import Whose
from intake.commands.output import complain, operator, progress, read_secret, say
from intake.model.basics import local_date, local_today
from intake.secure_attachment import keys as municipal_keys
from intake.security_events import Kind
from intake.settings import load
from intake.store import open_store, rotation
from intake.store.crypto import vault

app = typer.Typer()


@app.command()
def create(
    renew: Annotated[
        bool,
        typer.Option(
            "--renew", help="A new certificate beside the one there is, which keeps opening mails."
        ),
    ] = False,
    municipality: Whose = "",
) -> None:
    """Make the keys of the database, and a key pair with a self-signed certificate to publish to
    providers.
    """
    settings = load()
    own = profile.load(municipality or settings.profile)
    made = vault.create_keys(settings.key_folder, local_today())
    if made:
        security_events.tell(Kind.KEYS, operator(), f"made {len(made)}")
    say(
        f"Keys of the database in {settings.key_folder}: {len(made)} made"
        if made
        else f"Keys of the database in {settings.key_folder}: all there"
    )
    say(
        "Back this folder up apart from the database: whoever has both can read everything; without"
        " it nobody can."
    )
    if municipal_keys.load(settings.key_folder) and not renew:
        say(
            "A certificate is there already; `intake keys list` shows it. For a new one add"
            " --renew, or use `intake keys import`."
        )
        return
    key = municipal_keys.create(settings.key_folder, own.municipality, own.mailbox)
    security_events.tell(Kind.KEYS, operator(), "certificate made")
    say(f"Certificate for providers: {key.fingerprint}")
    say(key.certificate.decode("ascii").strip())


@app.command()
def rotate() -> None:
    """Wrap everything with new content keys while the service runs; go on with a rotation that was
    broken off.
    """
    with open_store(load()) as store:
        resumed = rotation.begin(store)
        if resumed:
            complain("An earlier rotation was broken off: it goes on.")
        with progress("Keys", rotation.left(store)) as bar:
            for number in rotation.rewrap(store):
                bar.advance(bar.task_ids[0], number)
        left = rotation.left(store)
    if left:
        complain(
            f"{left} could not be wrapped anew: their key was destroyed or is not there. See"
            " `intake doctor`; run `intake purge --again` after a restore."
        )
    security_events.tell(Kind.KEYS, operator(), "rotated")
    say("Every data key is wrapped with the new keys. Back up the key store now.")
    say(
        "The old keys still open backups of the database from before today. When those are gone:"
        " `intake keys retire`."
    )
    raise typer.Exit(1 if left else 0)


@app.command()
def retire() -> None:
    """Destroy the content keys from before a rotation; older backups of the database do not open
    after this.
    """
    with open_store(load()) as store:
        number = len(rotation.earlier(store))
        by_hand = rotation.retire(store)
    security_events.tell(Kind.KEYS, operator(), f"destroyed {number - len(by_hand)}")
    for period in by_hand:
        complain(f"content-{period}.key is among systemd's credentials: take it out there.")
    say(
        f"{number - len(by_hand)} old keys destroyed. Destroy the older backups of the key store"
        " too."
    )


@app.command("import")
def import_key(
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
    settings = load()
    password = read_secret(password_file) if password_file else None
    made = municipal_keys.import_(settings.key_folder, key, certificate, password, force)
    security_events.tell(Kind.KEYS, operator(), "certificate imported")
    say(f"Imported: {made.fingerprint}, valid until {local_date(made.not_after)}")


@app.command("list")
def list_keys() -> None:
    """The certificates, newest first."""
    for key in municipal_keys.load(load().key_folder):
        say(
            f"{key.fingerprint}  valid until {local_date(key.not_after)}"
            f" ({key.days_left(local_today())} days)"
        )
