"""How the rooms of the program hang together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
_NAMED = re.compile(r"(intake(?:\.\w+)+)(?::\w+)?")


def modules() -> Mapping[str, ast.Module]:
    files = sorted((ROOT / "intake").rglob("*.py"))
    names = (path.relative_to(ROOT).with_suffix("").parts for path in files)
    dotted = (".".join(parts[:-1] if parts[-1] == "__init__" else parts) for parts in names)
    return {
        name: ast.parse(path.read_text(encoding="utf-8"))
        for name, path in zip(dotted, files, strict=True)
    }


def named(module: ast.Module) -> Iterator[tuple[str, str]]:
    """What a module imports, late or for types only too, and every module that a string names."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = _NAMED.fullmatch(node.value)
            if found:
                yield found[1], ""


def imports() -> Mapping[str, set[str]]:
    known = modules()
    graph: dict[str, set[str]] = {name: set() for name in known}
    for name, module in known.items():
        for package, member in named(module):
            inner = f"{package}.{member}"
            target = inner if inner in known else package
            if target in known and target != name:
                graph[name].add(target)
    return graph


def test_no_module_imports_itself_by_a_detour() -> None:
    """In a circle nothing can be read, tested or moved by itself, and one day an import fails."""
    try:
        TopologicalSorter(imports()).prepare()
    except CycleError as circle:
        raise AssertionError(" → ".join(circle.args[1])) from None
