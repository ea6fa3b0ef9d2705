"""Whoever finds a period by a day or a text says in which month the reporting year begins: a text alone does not tell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WHERE = {"period_of": 2, "parse_period": 1, "try_period": 2, "periods_between": 3, "listed_periods": 5, "span_of": 4}
SHORT = {"day", "week", "ten_days", "half_month", "month"}  # kinds that no reporting year moves
ORDER_ONLY = {  # what only asks which comes first, or what a text looks like: alike in every year
    ("validators/periods.py", "place_of"),
    ("validators/rules/worst.py", "_day"),
    ("validators/rules/cadence.py", "_named"),
    ("validators/document_parts.py", "_period"),
    ("app/queries/duties.py", "_place"),
    ("validators/history.py", "_updates"),
}


def _calls(path: Path) -> Iterator[tuple[str, int, ast.Call]]:
    """(function around, line, call) of every call that finds a period."""

    def walk(node: ast.AST, around: str) -> Iterator[tuple[str, int, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            inside = child.name if isinstance(child, ast.FunctionDef) else around
            if isinstance(child, ast.Call) and getattr(child.func, "id", "") in WHERE:
                yield inside, child.lineno, child
            yield from walk(child, inside)

    yield from walk(ast.parse(path.read_text("utf-8")), "")


def _says(call: ast.Call) -> bool:
    name = call.func.id  # type: ignore[attr-defined]
    if len(call.args) > WHERE[name] or any(item.arg == "year_from" for item in call.keywords):
        return True
    return any(isinstance(item, ast.Constant) and item.value in SHORT for item in call.args[1:])


def test_every_call_says_in_which_month_the_year_begins() -> None:
    silent = []
    for package in ("validators", "sync", "app", "sheets_templates"):
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            for around, line, call in _calls(path):
                if not _says(call) and (place, around) not in ORDER_ONLY:
                    silent.append(f"{place}:{line} {ast.unparse(call)}")
    assert not silent, "\n".join(silent)


def test_the_check_finds_one_who_does_not() -> None:
    silent, said = ast.parse("try_period(text)\ntry_period(text, year_from=1)").body
    calls = [item.value for item in (silent, said)]  # type: ignore[attr-defined]
    assert [_says(call) for call in calls] == [False, True]
