"""``intake portal``: a portal that is not known yet, learned from one of its notices."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from intake import profile
from intake.commands.output import read_file, say
from intake.errors import ConfigurationError
from intake.mail import portals
from intake.mail.message import parse
from intake.settings import use_profiles

app = typer.Typer()


@app.callback()
def group() -> None:
    """Keeps the name of the one command."""


@app.command("learn")
def learn(
    notice: Annotated[Path, typer.Argument(help="A saved notice (.eml).", show_default=False)],
    name: Annotated[str, typer.Option(help="What the portal is called, for clerks.")],
    municipality: Annotated[
        str,
        typer.Option(
            help="Write it into the portals.toml of this municipality of yours; else it is printed."
        ),
    ] = "",
    days: Annotated[int, typer.Option(help="How long it keeps a message; 0: not known.")] = 0,
) -> None:
    """Make patterns from a notice, so that the next one is known. Look at them before you use them."""
    use_profiles()
    raw = read_file(notice)
    if raw is None:
        raise typer.Exit(2)
    key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not key or key == "common":
        raise ConfigurationError(f"{name!r}: name the portal with letters or digits")
    table = portals.learned(parse(raw), name, days or None)
    written = [f"[{key}]"]
    written += [
        f"{field} = {json.dumps(value, ensure_ascii=False)}" for field, value in table.items()
    ]
    if not municipality:
        return say("\n".join(written))
    own = profile.own_folder()
    folder = profile.folders(municipality)[0]
    if own is None or folder.parent != own:
        raise ConfigurationError(
            f"{municipality} comes with intake: give it a folder of its own first (`intake profile new`)"
        )
    file = folder / f"{portals.FILE}.toml"
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    if re.search(rf"^\s*\[{re.escape(key)}\]", before, re.MULTILINE):
        raise ConfigurationError(f"{file}: [{key}] is there already")
    file.write_text("\n".join([*([before.rstrip(), ""] if before else []), *written, ""]), "utf-8")
    return say(f"{file}: [{key}] is written; look at it, and restart every process of intake.")
