"""Two lists with blanks, doubles, near amounts and every parameter of `reconcile` drawn, against `lists.py`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.policies.oracle_kinds import lists
from tests.policies.oracle_kinds.draw import Draw
from tests.policies.oracle_kinds.kit import Rule, scheme_with, seeds, typed
from validators.evaluate_json import evaluate_document

TODAY = date(2025, 6, 30)
TOWNS = ["甲镇", "丙镇"]
KEYS: list[Any] = [
    {"left": ["代码"], "right": ["编号码"]},
    {"left": ["项目名称", "填报单位"], "right": ["名称", "属地"], "sure": True},
    {"left": ["项目名称", "填报单位"], "right": ["名称", "属地"]},
    {"left": ["项目名称"], "right": ["名称"]},
]


def _rule(d: Draw) -> Rule:
    money = {"left": "总投资", "right": "金额", **d.some(0.6, tolerance=d.choice(["10", "10万元", "1%"])), **d.some(0.5, blank="ignore"), **d.some(0.3, least=True)}  # fmt: skip
    day = {"left": "开工日期", "right": "入库日期", **d.some(0.5, tolerance="3"), **d.some(0.5, blank="ignore")}
    many = d.some(0.3, many=d.choice(["left", "right", "both"]))  # then only the code is sure
    return {
        "id": "X", "kind": "reconcile", "title": "比对", "table": "project", "right": "registry",
        "keys": [KEYS[0], *d.choice([[], [KEYS[2]], [KEYS[3]]] if many else [[], [KEYS[1]], [KEYS[2]], [KEYS[1], KEYS[3]], [KEYS[3]]])],
        "compare": d.choice([[], [money], [day], [money, day]]),
        **d.some(0.6, expect=d.choice(["left", "right", "apart"])), **many,
        **d.some(0.4, missing="没入库"), **d.some(0.4, keyless=False), **d.some(0.4, tell=d.choice(["left", "right"])),
    }  # fmt: skip


def _row(d: Draw, titles: tuple[str, str, str, str, str]) -> dict[str, Any]:
    name, code, money, day, town = titles
    some = lambda *values: d.choice([*values, *values, None])  # noqa: E731
    return {
        name: f"项目{d.randint(1, 6)}", code: some(*(f"C{n}" for n in range(1, 8))), town: d.choice(TOWNS),
        money: some(1000, 1000, 1010, 1011, 990, 0), day: some(date(2025, 3, 1), date(2025, 3, 4), date(2025, 3, 5)),
    }  # fmt: skip


@pytest.mark.parametrize("seed", seeds(30))
def test_two_lists(seed: int, tmp_path: Path) -> None:
    d = Draw(f"lists{seed}")
    rule = _rule(d)
    scheme = scheme_with([rule], "contest", tmp_path)
    for _ in range(6):
        left = [_row(d, ("项目名称", "代码", "总投资", "开工日期", "填报单位")) for _ in range(d.choice([0, 3, 7]))]
        right = [_row(d, ("名称", "编号码", "金额", "入库日期", "属地")) for _ in range(d.choice([0, 3, 7]))]
        wanted = lists.told(rule, left, right)
        tables = {"project": left, "registry": right}
        rows = {
            name: [{"key": f"{name}{n}", **typed(row)} for n, row in enumerate(found)] for name, found in tables.items()
        }
        said = {
            item["key"]: {status["status"] for status in item["statuses"]}
            for item in evaluate_document(scheme, {"tables": rows}, TODAY)["records"]
        }
        for side, name in enumerate(tables):
            heard = rule.get("tell", ("left", "right")[side]) == ("left", "right")[side]
            for n, words in enumerate(wanted[side]):
                if lists.OPEN not in words:
                    assert said[f"{name}{n}"] == (words if heard else set()), (rule, name, n, left, right)
