"""The ``intake`` command; ``python -m intake`` is the same."""

from __future__ import annotations

import sys

from intake.sandbox import client, hardening


def main() -> None:
    """Run a command; the children of one that reads a few files start before it is imported."""
    if sys.argv[1:2] == ["check"]:
        hardening.close()
        client.start_early()
    from intake import cli

    cli.main()


if __name__ == "__main__":
    main()
