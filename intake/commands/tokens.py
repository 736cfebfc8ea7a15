"""``intake token``: which other programs may use the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from intake.commands.options import DAY
from intake.commands.output import operator, say
from intake.settings import load
from intake.store import audit, open_store, tokens
from intake.store.tokens import Scope

app = typer.Typer()


@app.command("add")
def add_token(
    name: Annotated[str, typer.Argument(help="What the program is called, such as: finance.")],
    scope: Annotated[list[Scope], typer.Option(help="What it may do. May be repeated.")],
    until: Annotated[
        dt.datetime, typer.Option(help="Last day on which it is let in.", formats=DAY)
    ],
) -> None:
    """Make a token. It is printed once: give it to the program, and keep it nowhere else."""
    with open_store(load()) as store:
        token = tokens.make(store, name, scope, until.date())
        audit.record(store, operator(), "", "token-added", result=name)
    say(token)


@app.command("list")
def list_tokens() -> None:
    """The programs that are let in."""
    with open_store(load()) as store:
        for each in tokens.listed(store):
            seen = f"{each.seen_at:%Y-%m-%d %H:%M} UTC" if each.seen_at else "never"
            say(
                f"{each.name}  {' '.join(sorted(each.scopes))}  until {each.valid_until}  seen {seen}"
            )


@app.command("remove")
def remove_token(name: str) -> None:
    """Shut a program out, at once."""
    with open_store(load()) as store:
        tokens.remove(store, name)
        audit.record(store, operator(), "", "token-removed", result=name)
    say(f"Token {name} lets nobody in any more.")
