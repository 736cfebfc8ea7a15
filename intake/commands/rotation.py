"""``intake keys rotate`` and ``retire``: new content keys, and the end of the old ones."""

from __future__ import annotations

from intake.commands.output import complain, progress, say
from intake.settings import load
from intake.store import open_store, rotation


def rotate() -> bool:
    """Wrap every data key with new content keys, while all else goes on.

    Returns whether all could be wrapped.
    """
    store = open_store(load())
    resumed = rotation.begin(store)
    if resumed:
        complain("An earlier rotation was broken off: it goes on.")
    with progress("Keys", rotation.left(store)) as bar:
        for number in rotation.rewrap(store):
            bar.advance(bar.task_ids[0], number)
    left = rotation.left(store)
    store.close()
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
    store = open_store(load())
    number = len(rotation.earlier(store))
    by_hand = rotation.retire(store)
    store.close()
    for period in by_hand:
        complain(f"content-{period}.key is among systemd's credentials: take it out there.")
    say(
        f"{number - len(by_hand)} old keys destroyed. Destroy the older backups of the key store"
        " too."
    )
