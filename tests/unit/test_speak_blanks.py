"""Sentences of rules before anything is known: no empty brackets, no half sentences."""

from __future__ import annotations

import pytest

from validators.speak import _fill


@pytest.mark.parametrize(
    ("sentence", "known", "read"),
    [
        ("签约({from})后{limit}内开工", {"limit": "3个月"}, "签约后3个月内开工"),
        ("签约({from})后{limit}内开工", {"limit": "3个月", "from": "2025-03-31"}, "签约(2025-03-31)后3个月内开工"),
        ("项目库定期更新，最近一次改动是{last}", {}, "项目库定期更新"),
        ("项目库定期更新，最近一次改动是{last}", {"last": "2025-06-01"}, "项目库定期更新，最近一次改动是2025-06-01"),
        ("前期手续“{node}”按计划办结", {}, "前期手续按计划办结"),
        ("完成{done}个，目标{target}个", {"done": 0, "target": 14}, "完成0个，目标14个"),
    ],
)
def test_what_is_not_known_is_not_half_said(sentence: str, known: dict[str, object], read: str) -> None:
    """A bracket, a quotation or a later clause of an unknown name goes; a nought is known."""
    assert _fill(sentence, known) == read
