"""Arguments and options that several commands have."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

Day = dt.datetime | None
DAY = ["%Y-%m-%d"]
"""How a day is typed."""
Files = Annotated[list[Path], typer.Argument(help="One or more files.", show_default=False)]
Csv = Annotated[
    bool, typer.Option("--csv", help="CSV with a heading, instead of one JSON object a line.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")]
Whose = Annotated[
    str, typer.Option(help="Municipality; that of the setting `profile` unless given.")
]
