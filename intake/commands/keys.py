"""``intake keys``: the municipality's certificate, and the keys of the database."""

from __future__ import annotations

from pathlib import Path

from intake import profile
from intake.commands.output import complain, progress, read_secret, say
from intake.model.basics import local_date, local_today
from intake.secure_attachment import keys as municipal_keys
from intake.settings import load
from intake.store import open_store, rotation
from intake.store.crypto import vault


def create(renew: bool, name: str) -> None:
    settings = load()
    municipality = profile.load(name or settings.profile)
    made = vault.create_keys(settings.key_folder, local_today())
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
    key = municipal_keys.create(
        settings.key_folder, municipality.municipality, municipality.mailbox
    )
    say(f"Certificate for providers: {key.fingerprint}")
    say(key.certificate.decode("ascii").strip())


def import_key(key: Path, certificate: Path, password_file: Path | None, force: bool) -> None:
    settings = load()
    password = read_secret(password_file) if password_file else None
    made = municipal_keys.import_(settings.key_folder, key, certificate, password, force)
    say(f"Imported: {made.fingerprint}, valid until {local_date(made.not_after)}")


def list_keys() -> None:
    for key in municipal_keys.load(load().key_folder):
        say(
            f"{key.fingerprint}  valid until {local_date(key.not_after)}"
            f" ({key.days_left(local_today())} days)"
        )


def rotate() -> bool:
    """Wrap every data key with new content keys, while all else goes on.

    Returns whether all could be wrapped.
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
    say("Every data key is wrapped with the new keys. Back up the key store now.")
    say(
        "The old keys still open backups of the database from before today. When those are gone:"
        " `intake keys retire`."
    )
    return not left


def retire() -> None:
    """Destroy the content keys that a rotation took out of use."""
    with open_store(load()) as store:
        number = len(rotation.earlier(store))
        by_hand = rotation.retire(store)
    for period in by_hand:
        complain(f"content-{period}.key is among systemd's credentials: take it out there.")
    say(
        f"{number - len(by_hand)} old keys destroyed. Destroy the older backups of the key store"
        " too."
    )
