"""``intake profile``: municipalities, checked before the service meets them, and begun."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, groupby
from pathlib import Path
from typing import Annotated

import typer

from intake import profile
from intake.checks import registry
from intake.commands.output import Exit, say
from intake.errors import ConfigurationError
from intake.model.examination import Line, State, note, wrong
from intake.model.finding import Severity
from intake.profile import FILE, NAME, NAMED, Profile
from intake.settings import use_profiles
from intake.stages import own_words

app = typer.Typer()

_PART = "profile"
_NOWHERE = (".example", ".invalid", ".localhost", ".test")
"""Domains that no mail reaches (RFC 2606)."""


@app.command("check")
def check(
    which: Annotated[
        str,
        typer.Argument(
            metavar="[NAME|FOLDER]",
            help="A municipality, or its folder wherever it is; all of them unless given.",
        ),
    ] = "",
) -> None:
    """Check the profile of a municipality, its sentences and its letters, and print what it gets."""
    use_profiles()
    faults = 0
    for line in _asked(which):
        faults += line.state is State.WRONG
        say(f"{line.state.value:5}  {line.text}")
    raise typer.Exit(Exit.REJECTED if faults else Exit.FINE)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help=f"Of its folder: {NAMED}.")],
    extends: Annotated[
        str, typer.Option(help="A municipality that it follows in all that it does not say itself.")
    ] = "",
) -> None:
    """Begin a municipality in your own folder (`profiles`): a profile to be filled in."""
    use_profiles()
    folder = profile.own_folder()
    if folder is None:
        raise ConfigurationError(
            "there is no folder for municipalities of your own: set `profiles` in intake.toml, such"
            ' as profiles = "/etc/intake/profiles"'
        )
    if not NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r}: write it with {NAMED}")
    file = folder / name / FILE
    if file.exists():
        raise ConfigurationError(f"{file} is there already")
    text = profile.example(extends)
    try:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from None
    say(f"{file}: fill it in, try it with `intake profile check {name}`, and name it where its")
    say("mail comes in (`municipality` in [[mailbox]]).")


def _asked(which: str) -> Iterator[Line]:
    folder = Path(which).absolute()
    if which and which not in profile.names() and folder.is_dir():
        if not (folder / FILE).is_file():
            yield wrong(_PART, f"{folder}: there is no {FILE} in it")
            return
        profile.use(folder.parent)
        yield from _examined(folder.name)
    elif which:
        yield from _examined(which)
    else:
        yield from chain.from_iterable(map(_examined, profile.names()))
        own = profile.own_folder()
        for file in sorted(own.glob(f"*/{FILE}") if own else ()):
            if not NAME.fullmatch(file.parent.name):
                yield wrong(_PART, f"{file.parent}: is not used; name the folder with {NAMED}")


def _examined(name: str) -> Iterator[Line]:
    try:
        yield from own_words.examine(name)
        own = profile.load(name)
    except ConfigurationError as error:
        yield from (wrong(_PART, text) for text in str(error).splitlines())
        return
    yield from _unreached(own)
    yield from _gets(own)


def _change(milder: tuple[str, str, Severity, Severity]) -> tuple[str, Severity, Severity]:
    check, _, usual, here = milder
    return check, usual, here


def _unreached(own: Profile) -> Iterator[Line]:
    for address in dict.fromkeys(own.addresses):
        if address.lower().endswith(_NOWHERE):
            yield note(_PART, f"{own.name}: no mail reaches {address}: fill in the real address")


def _gets(own: Profile) -> Iterator[Line]:
    """What differs here from what everybody gets."""
    for (check, usual, here), each in groupby(own_words.milder(own), key=_change):
        codes = ", ".join(code for _, code, _, _ in each)
        text = f"{check} ({registry.heading(check)}) is {here}, not {usual}, for: {codes}"
        yield note(_PART, f"{own.name}: {text}")
    if own.texts:
        yield note(_PART, f"{own.name}: own sentences: {', '.join(sorted(own.texts))}")
    if files := own_words.files_in_use(own.name):
        yield note(_PART, f"{own.name}: own texts: {', '.join(files)}")
    if years := sorted({product.year for product in own.products}):
        yield note(_PART, f"{own.name}: rates of {', '.join(map(str, years))}")
