"""Figures of the code itself: python -m bench.house [FOLDER …], each a package such as ``intake``.

With several folders (another commit, checked out elsewhere) they stand beside each other. Branches
of a function are counted with each condition: every ``and``, ``or``, conditional expression, filter
of a comprehension, ``case`` and ``except`` is one.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

WIDE = 100
BRANCHES = 10
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BRANCHES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.Assert,
    ast.match_case,
    ast.comprehension,
)


@dataclass
class Figures:
    files: dict[str, int] = field(default_factory=dict)
    wide: int = 0
    statements: int = 0
    lengths: dict[str, int] = field(default_factory=dict)
    branches: dict[str, int] = field(default_factory=dict)

    @property
    def lines(self) -> int:
        return sum(self.files.values())

    def share_with_many_branches(self, room: str = "") -> float:
        counts = [count for name, count in self.branches.items() if name.startswith(room)]
        return sum(count > BRANCHES for count in counts) / len(counts) if counts else 0.0


def measure(package: Path) -> Figures:
    """Read every Python file below ``package``."""
    figures = Figures()
    for path in sorted(package.rglob("*.py")):
        name, text = str(path.relative_to(package)), path.read_text(encoding="utf-8")
        lines = text.splitlines()
        figures.files[name] = len(lines)
        figures.wide += sum(len(line) > WIDE for line in lines)
        tree = ast.parse(text)
        figures.statements += sum(isinstance(node, ast.stmt) for node in ast.walk(tree))
        for function in (node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)):
            key = f"{name}:{function.name}:{function.lineno}"
            figures.lengths[key] = (function.end_lineno or function.lineno) - function.lineno + 1
            figures.branches[key] = 1 + sum(map(_conditions, _own(function)))
    return figures


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, _FUNCTIONS):
            yield child
            yield from _own(child)


def _conditions(node: ast.AST) -> int:
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    return int(isinstance(node, _BRANCHES))


def rows(figures: Figures) -> Iterator[tuple[str, str]]:
    largest = max(figures.files, key=figures.files.__getitem__)
    longest = max(figures.lengths, key=figures.lengths.__getitem__)
    yield "files", f"{len(figures.files):,}"
    yield "lines", f"{figures.lines:,}"
    yield "statements", f"{figures.statements:,}"
    yield "median file", f"{median(figures.files.values()):.0f}"
    yield "largest file", f"{figures.files[largest]} ({largest})"
    yield "longest function", f"{figures.lengths[longest]} ({':'.join(longest.split(':')[:2])})"
    yield f"functions over {BRANCHES} branches", f"{figures.share_with_many_branches():.1%}"
    yield "  in document/", f"{figures.share_with_many_branches('document/'):.1%}"
    yield f"lines over {WIDE} columns", f"{figures.wide / figures.lines:.1%}"


def main(folders: Sequence[str]) -> None:
    columns = [dict(rows(measure(Path(folder)))) for folder in folders]
    width = max(len(name) for name in columns[0])
    for name in columns[0]:
        print(f"{name:{width}}  " + "  ".join(f"{column[name]:50}" for column in columns).rstrip())


if __name__ == "__main__":
    main(sys.argv[1:] or ["intake"])
