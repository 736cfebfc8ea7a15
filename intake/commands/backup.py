"""``intake backup`` and ``intake restore``."""

from __future__ import annotations

import getpass
from pathlib import Path

from intake.commands.output import print_json, say
from intake.settings import Settings, load
from intake.store import backup, open_store, restores, retention
from intake.store.migration import migrate
from intake.store.restores import Restored


def back_up(target: Path, as_json: bool) -> None:
    """Make a consistent copy of the database while everything runs."""
    made = backup.back_up(load(), target)
    if as_json:
        print_json({"file": str(made.file), "bytes": made.size})
        return
    say(f"{made.file}: {made.size} bytes, whole.")
    say("It holds no keys: back the key store up apart, where other people can read.")


def restore(copy: Path | None, as_json: bool) -> None:
    """Put a copy back, or say that one was put back by other means, and hold what that makes
    uncertain.
    """
    settings = load()
    aside = None
    if copy is not None:
        aside = backup.put_back(settings, copy)
        migrate(settings)
    with open_store(settings) as store:
        done = restores.record(store, f"os:{getpass.getuser()}")
        back = retention.came_back(store)
    if as_json:
        print_json(
            {
                "restored_at": done.at.isoformat(timespec="seconds"),
                "as_of": done.as_of.isoformat(timespec="seconds"),
                "replies_held": done.held,
                "readings_lost": done.lost_readings,
                "destroyed_again_here": back,
                "replaced": str(aside) if aside else None,
            }
        )
        return
    for line in _report(settings, done, back, aside):
        say(line)


def _report(settings: Settings, done: Restored, back: int, aside: Path | None) -> list[str]:
    """What happened, then what only a person can do."""
    moment = f"{done.as_of:%Y-%m-%d %H:%M} UTC"
    lines = [f"The database is as it was at {done.as_of:%Y-%m-%d %H:%M:%S} UTC."]
    if aside:
        lines.append(
            f"- The database that was here lies in {aside}: remove it when nobody needs it."
        )
    lines.append(
        f"- Replies: {done.held} that had not left are held, and so is every reply to a mail from"
        " before now: a clerk looks whether it left."
    )
    lines += [f"- {text}" for source in settings.sources if (text := source.after_restore(moment))]
    readings = f"at least {done.lost_readings}" if done.lost_readings else "those"
    lines.append(
        f"- Readings: {readings} that persons made after {moment} are lost; the chain says so itself."
    )
    lines.append(
        "- Everybody must log in again. Users, agreed passwords and legal holds are as they were:"
        f" do again what was changed after {moment}."
    )
    if back:
        lines.append(f"- {back} destroyed before are here again: run `intake purge --again`.")
    return [*lines, "Start intake, then run `intake doctor`."]
