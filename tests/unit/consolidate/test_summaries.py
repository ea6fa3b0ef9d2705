"""What is counted, as pure functions over frames."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import standing
from sync.consolidate import summaries
from sync.standing import Current
from validators.rules import codes

STAGES = ("签约", "开工", "投产")
UNITS = ["a", "b", "c", "d"]


def ledger(*rows: tuple[Any, ...]) -> Any:
    """(unit, stage, class, 总投资) per record."""
    return pd.DataFrame(rows, columns=["unit", "stage", "kind", "f:total"], dtype=object)


def findings(*rows: tuple[str, str]) -> Any:
    return pd.DataFrame(rows, columns=["unit", "severity"], dtype=object)


def units(*rows: tuple[Any, ...], wrong: tuple[tuple[str, str], ...] = ()) -> Any:
    return summaries.by_unit(ledger(*rows), findings(*wrong), UNITS, STAGES, "f:total")


record = st.tuples(
    st.sampled_from(UNITS),
    st.sampled_from([*STAGES, "", "另外"]),
    st.sampled_from(standing.CLASSES),
    st.one_of(st.none(), st.just("见附件"), st.decimals(0, 10**7, places=2)),
)


@settings(deadline=None)
@given(st.lists(record, max_size=40))
def test_every_record_is_counted_once_in_each_way_of_counting(rows: list[tuple[Any, ...]]) -> None:
    """Stages add up to the projects, classes add up to the projects, units add up to the total, to the last 分."""
    table = units(*rows)
    totals = summaries.totals(table)
    assert totals["count"] == len(rows)
    assert sum(value for name, value in totals.items() if name.startswith("stage:")) == len(rows)
    assert sum(value for name, value in totals.items() if name.startswith("class:")) == len(rows)
    assert totals["amount"] == sum((row[3] for row in rows if isinstance(row[3], Decimal)), Decimal(0))
    by_stage = summaries.by_stage(ledger(*rows), STAGES, "f:total")
    assert int(by_stage["count"].sum()) == len(rows)
    assert sum(by_stage["amount"], Decimal(0)) == totals["amount"]


def test_units_without_projects_are_listed_with_zeros() -> None:
    table = units(("a", "签约", "正常", Decimal(100)))
    assert list(table.index) == UNITS
    assert table.loc["d", ["count", "amount", "class:逾期", "must"]].tolist() == [0, Decimal(0), 0, 0]


def test_findings_count_by_severity_wherever_they_are() -> None:
    table = units(("a", "签约", "正常", None), wrong=(("a", "必改"), ("a", "必改"), ("b", "须说明"), ("b", "提示")))
    assert table["must"].tolist() == [2, 0, 0, 0]
    assert table["explain"].tolist() == [0, 1, 0, 0]


ROWS_OF_STAGES = (("a", "旧阶段", "正常", None), ("a", "", "未启动", None), ("a", "阶段待定", "正常", None))


def test_stages_stand_in_the_schemes_order_and_strangers_behind_them() -> None:
    """A stage the scheme no longer knows is not lost."""
    rows = ledger(*ROWS_OF_STAGES)
    assert summaries.stage_order(rows, STAGES) == ["阶段待定", "未入阶段", "签约", "开工", "投产", "旧阶段"]
    furthest = [*summaries.by_stage(rows, STAGES, "f:total").index]
    assert furthest == ["旧阶段", "投产", "开工", "签约", "未入阶段", "阶段待定"]
    heads = [name.partition(":")[2] for name in units(*ROWS_OF_STAGES).columns if ":" in name]
    assert len(heads) == len(set(heads))


RANKED = (
    ("a", "", "正常", None), ("a", "", "正常", None),
    ("b", "", "正常", None), ("b", "", "逾期", None),
    ("c", "", "逾期", None), ("c", "", "临期", None), ("c", "", "已终止", None),
)  # fmt: skip


def test_ties_share_a_place_and_the_next_one_is_left_out() -> None:
    ranked = summaries.ranking(units(*RANKED), {})
    assert summaries.places(ranked) == {"a": 1, "b": 2, "c": 2}


def test_a_unit_without_projects_has_no_place_and_is_not_last() -> None:
    ranked = summaries.ranking(units(*RANKED), {})
    assert list(ranked.index)[-1] == "d"
    assert "d" not in summaries.places(ranked)


def test_only_ended_projects_are_no_projects() -> None:
    """Nothing runs, so nothing is on time or late."""
    assert summaries.places(summaries.ranking(units(("a", "", "已终止", None)), {})) == {}
    assert summaries.on_time(3, 0, 3) is None
    assert summaries.on_time(4, 1, 0) == Decimal("0.75")


def test_moved_is_places_won_and_unknown_without_a_last_time() -> None:
    ranked = summaries.ranking(units(*RANKED), {"a": 3, "b": 1})
    assert ranked["moved"].to_dict()["a"] == 2
    assert ranked["moved"].to_dict()["b"] == -1
    assert pd.isna(ranked["moved"].to_dict()["c"])


def test_due_is_reported_and_missing_together() -> None:
    """未到期 and 免报 are not owed yet, or at all."""
    duties = pd.DataFrame(
        [
            ("a", codes.REPORTED), ("a", codes.REPORTED_LATE), ("a", codes.MISSING), ("a", codes.NOT_DUE),
            ("b", codes.EXEMPT), ("b", codes.SOON),
        ],
        columns=["unit", "code"],
    )  # fmt: skip
    table = summaries.filling(duties, UNITS, {"a": Current(3, 2)})
    assert (table["now_owed"].sum(), table["now_reported"].sum()) == (3, 2)
    table = table.drop(columns=["now_owed", "now_reported"])
    assert table.loc["a"].to_dict() == {"due": 3, "reported": 2, "late": 1, "missing": 1, "waiting": 1, "exempt": 0}
    assert table.loc["b"].to_dict() == {"due": 0, "reported": 0, "late": 0, "missing": 0, "waiting": 1, "exempt": 1}
    assert (table["due"] == table["reported"] + table["missing"]).all()


def test_yi_is_exact_in_cells_and_rounded_in_sentences() -> None:
    assert summaries.in_yi(Decimal("12345")) == Decimal("1.2345")
    assert summaries.yi_text(Decimal("12345")) == "1.23亿元"
    assert summaries.yi_text(Decimal("12350")) == "1.24亿元"
