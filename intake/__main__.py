"""The ``intake`` command; ``python -m intake`` is the same."""

from __future__ import annotations

import os
import sys

from intake.sandbox import client, hardening


def _open_missing_streams() -> None:
    """Give a standard stream that the caller closed (``>&-``) a place: else the next file that is
    opened would stand there, and be written to.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def main() -> None:
    """Run a command; the children of one that reads a few files start before it is imported."""
    _open_missing_streams()
    if sys.argv[1:2] == ["check"]:
        hardening.close()
        client.start_early()
    from intake import cli

    cli.main()


if __name__ == "__main__":
    main()
