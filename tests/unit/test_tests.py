"""The tests themselves: what once made a whole run fail must not come back."""

from __future__ import annotations

import ast
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_helpers_are_imported_by_their_full_name() -> None:
    """`from kit import …` finds whichever `kit` was imported first; `from tests.google.kit import …` only one."""
    short = []
    for file in TESTS.rglob("*.py"):
        beside = {other.stem for other in file.parent.glob("*.py")} if file.parent != TESTS else set()
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            short += [f"{file.relative_to(TESTS)}:{node.lineno}" for name in names if name in beside]
    assert short == []
