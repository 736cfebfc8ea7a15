"""Prints what became of each container at the end of a test run."""

from __future__ import annotations

from typing import Any

COLUMNS = ("good", "wrong secret", "damaged", "bomb")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One row a container and the program that made it, one column a state; – was not run here or
    does not exist.
    """
    table: dict[tuple[str, str], dict[str, list[str]]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in (
                getattr(report, "user_properties", ())
                if getattr(report, "when", "") == "call"
                else ()
            ):
                if name == "container":
                    container, tool, column, opening = value
                    cell = table.setdefault((container, tool), {}).setdefault(column, [])
                    cell.extend([opening] if opening not in cell else [])
    if not table:
        return
    terminalreporter.section("containers")
    terminalreporter.write_line(
        f"{'container':<48}{'made by':<24}{''.join(f'{column:<20}' for column in COLUMNS)}"
    )
    for (container, tool), cells in sorted(table.items()):
        told = "".join(f"{' / '.join(sorted(cells.get(column, ['–']))):<20}" for column in COLUMNS)
        terminalreporter.write_line(f"{container:<48}{tool:<24}{told}")
