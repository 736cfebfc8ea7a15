"""``intake user``: who may log in to the review page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intake.commands.output import operator, read_secret, say
from intake.errors import ConfigurationError
from intake.settings import load
from intake.store import audit, logins, open_store, second_factor, users
from intake.store.tables import Role

MIN_PASSWORD = 10

app = typer.Typer()

Roles = Annotated[
    list[Role] | None, typer.Option("--role", help="May be repeated. A new user is a clerk.")
]


@app.command("add")
def add_user(
    name: str,
    password_file: Annotated[
        Path | None, typer.Option(help="File with the password; asked for when left out.")
    ] = None,
    role: Roles = None,
) -> None:
    """Make a user of the review page, or give a new password."""
    password = (
        read_secret(password_file)
        if password_file
        else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    if len(password) < MIN_PASSWORD:
        raise ConfigurationError(f"a password has at least {MIN_PASSWORD} characters")
    with open_store(load()) as store:
        users.set_user(store, name, password, role or (Role.CLERK,))
        audit.record(store, operator(), "", "user-added", result=name)
        logins.forgive(store, name)
    say(f"User {name} can log in.")


@app.command("list")
def list_users() -> None:
    """The users of the review page."""
    with open_store(load()) as store:
        for user in users.list_users(store):
            road = "" if user.is_local else "  (the municipality's own login)"
            step = "  second step" if user.has_second_step else ""
            say(f"{user.name}  {' '.join(sorted(user.roles))}{road}{step}")


@app.command("roles")
def give_roles(name: str, role: Roles = None) -> None:
    """Give a user these roles, and no other; at once."""
    with open_store(load()) as store:
        users.give_roles(store, name, role or ())
        given = " ".join((name, *sorted(role or ())))
        audit.record(store, operator(), "", "roles-given", result=given)
    say(f"{name} is now: {' '.join(sorted(role or ())) or 'nothing'}.")


@app.command("remove")
def remove_user(name: str) -> None:
    """Take a user's access away; open sessions end."""
    with open_store(load()) as store:
        users.remove_user(store, name)
        audit.record(store, operator(), "", "user-removed", result=name)
    say(f"User {name} can no longer log in.")


@app.command("reset-step")
def reset_step(name: str) -> None:
    """Take the second step of a user away, who lost phone and recovery codes; open sessions end."""
    with open_store(load()) as store:
        second_factor.remove(store, name)
        audit.record(store, operator(), "", "second-step-removed", result=name)
    say(f"{name} logs in with the password only, until a second step is set up again.")
