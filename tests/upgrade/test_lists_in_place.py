"""Each list of a spreadsheet stays in its column of 字典, whatever becomes of titles and items."""

from __future__ import annotations

import pytest

from app.upgrade.google.lists import in_place, old_lists
from sheets_templates.plan import DropList

CELLS = {(1, 1): "行业", (2, 1): "食品", (3, 1): "装备", (1, 2): "类型", (2, 2): "厂房", (1, 3): "类型", (2, 3): "国家"}


@pytest.mark.parametrize(
    ("lists", "columns"),
    [
        (["a 行业 食品 装备", "b 类型 厂房", "c 类型 国家"], "a b c"),  # as it stands
        (["c 类型 国家", "b 类型 厂房", "a 行业 食品 装备"], "a b c"),  # in another order
        (["a 行业 食品 装备 其他", "b 类型 厂房", "c 类型 国家"], "a b c"),  # an item more
        (["a 产业 食品 装备", "b 类型 厂房", "c 类型 国家"], "a b c"),  # another title
        (["b 类型 厂房", "c 类型 国家"], "- b c"),  # one less: its column stays blank
        (["a 行业 食品 装备", "b 类型 厂房", "d 级别 省", "c 类型 国家"], "a b c d"),  # a new one goes last
        (["c 类型 国家 省", "b 类型 厂房 独立"], "- c b"),  # two of one title: in their order
    ],
)
def test_where_each_list_stands(lists: list[str], columns: str) -> None:
    wanted = [DropList(name, title, tuple(items)) for name, title, *items in map(str.split, lists)]
    placed, named = in_place(wanted, old_lists(CELLS))
    assert " ".join(item.name or "-" for item in placed) == columns
    assert len(named) == 3 and set(named) >= {item.name for item in placed[:3] if item.name}
