"""Writes ``docs/letters``: every letter, in every situation, of every municipality:
``python -m tests.letters.make``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from intake import profile
from intake.model.mail import Reply
from tests.letters.situations import by_clerk, situations, too_large

FOLDER = Path(__file__).parents[2] / "docs" / "letters"
PROFILES = profile.names()


def book(name: str) -> str:
    """All letters of one municipality, as Markdown."""
    of = profile.load(name)
    return "\n".join(
        [
            f"# Letters of {of.municipality}",
            "",
            "Written by `make letters` from `templates/`; a test compares them. English stands"
            " below the Dutch only when the invoice is in English, as all of these are.",
            "",
            *_sections(name),
        ]
    )


def _sections(name: str) -> Iterator[str]:
    of = profile.load(name)
    for title, told in situations(of):
        ends = [each.outcome.value for each in told.verdict.invoices] or ["none"]
        mail = f"mail {told.verdict.outcome.value}, invoices: {', '.join(ends)}"
        yield from _section(title, mail, told.letter)
    yield from _section("A person refuses", "refused by a person", by_clerk(of))
    yield from _section("A mail that is too large", "not read", too_large(of))


def _section(title: str, state: str, letter: Reply) -> Iterator[str]:
    yield from (f"## {title}", "", f"*State: {state}.*", "", "```text")
    yield from (f"Onderwerp: {letter.subject}", "", letter.text.rstrip(), "```", "")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in PROFILES:
        (FOLDER / f"{name}.md").write_text(book(name), encoding="utf-8")


if __name__ == "__main__":
    main()
