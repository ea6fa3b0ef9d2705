"""The tabs of the consolidated book, in the order in which people read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sync import standing
from sync.consolidate import frames, summaries
from sync.consolidate.counts import Frames, make_frames
from sync.consolidate.gather import Gathered
from sync.consolidate.ledger import ledger_tab
from sync.consolidate.overview import overview_tab
from sync.consolidate.reports import report_block
from sync.consolidate.sheets import Block, Book, Cell, Col, Marked, Row, Section, Tab
from sync.consolidate.targets import targets_tab
from sync.consolidate.watch import filling_tab, findings_tab, missing_tab, warnings_tab
from validators.render import STAGE_UNSURE
from validators.scheme.colours import status_look

NUMERALS = "一二三四五六七八九十"


def all_tabs(gathered: Gathered) -> Book:
    """Everything, from the overview down to the reports of the scheme."""
    data = make_frames(gathered)
    gathered.new_ranks = summaries.places(data.ranked)
    main = gathered.main
    tabs = [overview_tab(gathered, data)]
    if main is not None:
        tabs.append(ledger_tab(gathered, main, data.ledger, title="总表"))
    tabs += [_units(gathered, data), _ranking(gathered, data), _stages(gathered, data), warnings_tab(gathered, data)]
    tabs.append(targets_tab(gathered, data.units))
    tabs += [
        ledger_tab(gathered, table, frames.ledger(gathered, table))
        for table in gathered.scheme.tables
        if table is not main
    ]
    tabs += [
        findings_tab(gathered, data),
        filling_tab(gathered, data),
        missing_tab(gathered, data),
        *_reports(gathered),
    ]
    return Book(_named_apart(tabs), gathered.stamp)


def units_word(gathered: Gathered) -> str:
    """乡镇 where the units are towns, 单位 otherwise."""
    return "乡镇" if any(unit.kind in {"镇", "乡", "街道"} for unit in gathered.scheme.units) else "单位"


# 分乡镇 -----------------------------------------------------------------------------------------------------------


def _units(gathered: Gathered, data: Frames) -> Tab:
    stages = [name.partition(":")[2] for name in data.by_unit.columns if name.startswith("stage:")]
    columns = [
        Col("序号", "int", 6), Col("填报单位", "text", 16), Col("项目数", "int", 8), Col("总投资（亿元）", "yi", 16),
        *(Col(name, "int", 8, "按当前阶段") for name in stages),
        *(Col(name, "int", 8, "按节点状态", tint=1) for name in standing.CLASSES),
        Col("按期率", "percent", 9), Col("待改（处）", "int", 12), Col("须说明（处）", "int", 14),
    ]  # fmt: skip
    rows: list[Row] = [
        [number, gathered.unit_name(unit), *_unit_cells(row, stages)]
        for number, (unit, row) in enumerate(data.by_unit.iterrows(), 1)
    ]
    total = ["", "合计", *_unit_cells(summaries.totals(data.by_unit), stages)]
    note = "按期率＝没有节点逾期的项目占未终止项目的比例；每个项目只算在一个阶段、一种状态里。"
    block = Block(tuple(columns), rows, name="units", totals=total)
    return Tab(f"分{units_word(gathered)}", f"分{units_word(gathered)}情况", [block], (note,), paper="A4")


def _unit_cells(row: Any, stages: Sequence[str]) -> list[Cell]:
    share = summaries.on_time(row["count"], row[f"class:{standing.LATE}"], row[f"class:{standing.ENDED}"])
    return [
        int(row["count"]), summaries.in_yi(row["amount"]), *(int(row[f"stage:{name}"]) for name in stages),
        *(int(row[f"class:{name}"]) for name in standing.CLASSES), share if share is not None else "—",
        int(row["must"]), int(row["explain"]),
    ]  # fmt: skip


# 排名 -------------------------------------------------------------------------------------------------------------


def _ranking(gathered: Gathered, data: Frames) -> Tab:
    columns = (
        Col("名次", "int", 8), Col("较上期", "signed", 9), Col("填报单位", "text", 18), Col("项目数", "int", 10),
        Col("逾期项目", "int", 10), Col("临期项目", "int", 10), Col("按期率", "percent", 11), Col("待改（处）", "int", 11),
    )  # fmt: skip
    rows: list[Row] = [_ranking_row(gathered, str(unit), row, data.ranked) for unit, row in data.ranked.iterrows()]
    notes = (
        "按按期率排列，按期率相同的名次相同；没有项目的单位不参加排名。较上期：正数为上升的位次，“—”为没有可比的上期。",
        _best_and_worst(gathered, data),
    )
    return Tab("排名", f"{units_word(gathered)}排名", [Block(columns, rows)], tuple(filter(None, notes)), upright=True)


def _ranking_row(gathered: Gathered, unit: str, row: Any, ranked: Any) -> list[Cell]:
    place = summaries.places(ranked).get(unit)
    moved = row["moved"]
    return [
        place if place is not None else "—", int(moved) if moved is not None and moved == moved else "—",  # noqa: PLR0124
        gathered.unit_name(unit), int(row["count"]), int(row["late"]), int(row["soon"]),
        row["share"] if isinstance(row["share"], Decimal) else "—", int(row["must"]),
    ]  # fmt: skip


def _best_and_worst(gathered: Gathered, data: Frames) -> str:
    """前三名 and 后三名 in a sentence, where they do not overlap."""
    placed = summaries.places(data.ranked)
    count = len(placed)
    if count < 6 or len(set(placed.values())) == 1:
        return ""
    names = {unit: gathered.unit_name(unit) for unit in placed}
    best = [names[unit] for unit, place in placed.items() if place <= 3]
    worst = [names[unit] for unit, place in placed.items() if sum(p > place for p in placed.values()) < 3]
    return f"前三名：{'、'.join(best)}；后三名：{'、'.join(worst)}。" if not set(best) & set(worst) else ""


# 分阶段 -----------------------------------------------------------------------------------------------------------


def _stages(gathered: Gathered, data: Frames) -> Tab:
    """One section per stage, the furthest first: 投产一批, 开工一批 … with count and sum in its title."""
    columns = (
        Col("序号", "int", 6), Col("项目名称", "text", 34), Col("填报单位", "text", 14), Col("总投资（万元）", "wan", 14),
        Col("到达日期", "date", 13), Col("节点状态", "text", 50), Col("下一期限", "centre", 13), Col("剩余天数", "int", 10),
    )  # fmt: skip
    rows: list[Row] = []
    ledger = data.ledger.assign(stage=data.ledger["stage"].replace("", summaries.NO_STAGE))
    for number, (stage, line) in enumerate((n, row) for n, row in data.by_stage.iterrows() if row["count"]):
        rows.append(
            Section(f"{_numeral(number)}、{_batch(str(stage))}（项目{line['count']}个，{_sum_text(line, data)}）")
        )
        part = ledger[ledger["stage"] == stage]
        rows += [
            _stage_row(gathered, at, row, data.amount, _date_field(gathered, str(stage)))
            for at, row in enumerate(part.to_dict("records"), 1)
        ]
    amount = sum(data.by_stage["amount"], Decimal(0))
    total: list[Cell] = ["", f"总合计 {len(ledger)}个", "", amount if data.amount else "", "", "", "", ""]
    return Tab("分阶段", "分阶段项目清单", [Block(columns, rows, totals=total)], unit="万元", paper="A4")


def _date_field(gathered: Gathered, stage: str) -> str:
    """The column of the day on which the stage was reached: of the node of that name, 投产 also of 正式投产."""
    nodes = [node for node in gathered.scheme.nodes if node.actual]
    found = [n for n in nodes if n.title == stage] or [n for n in nodes if n.title.endswith(stage)]
    return f"f:{found[0].actual}" if found else ""


def _batch(stage: str) -> str:
    return stage if stage in (summaries.NO_STAGE, STAGE_UNSURE) else f"{stage}一批"


def _sum_text(line: Any, data: Frames) -> str:
    money = f"总投资{summaries.yi_text(line['amount'])}，" if data.amount else ""
    return f"{money}逾期{line[standing.LATE]}个，临期{line[standing.SOON]}个"


def _stage_row(gathered: Gathered, number: int, row: Any, amount: str, day: str) -> list[Cell]:
    reached = row.get(day) if day else None
    value = row.get(amount) if amount else None
    look = status_look(gathered.scheme.conventions, row["code"]) if row["code"] in standing.COLOURED else None
    text = _first_line(row["status"])
    status = Marked(text, look) if look and text else text
    return [
        number, row["name"], gathered.unit_name(row["unit"]), value if isinstance(value, Decimal) else None,
        reached if isinstance(reached, date) else None, status, row["deadline"], _left(row["remaining"]),
    ]  # fmt: skip


def _first_line(text: str) -> str:
    """The most urgent status; how many more there are."""
    first, *more = text.split("\n")
    return f"{first}（另{len(more)}项）" if more else first


def _left(text: str) -> Cell:
    return int(text) if text.lstrip("-").isdigit() else text


def _numeral(index: int) -> str:
    """一, 二 … 十, 十一, 二十一."""
    tens, ones = divmod(index + 1, 10)
    head = "" if not tens else ("十" if tens == 1 else NUMERALS[tens - 1] + "十")
    return head + (NUMERALS[ones - 1] if ones else "")


# reports of the scheme --------------------------------------------------------------------------------------------


def _reports(gathered: Gathered) -> list[Tab]:
    tabs = []
    for report in gathered.scheme.reports:
        block = report_block(gathered, report)
        wide = len(block.columns) > 10
        tabs.append(Tab(report.title, report.title, [block], paper="A3" if wide else "A4"))
    return tabs


def _named_apart(tabs: list[Tab]) -> list[Tab]:
    """Tab names as the programs allow them: 31 characters, no signs of addresses, no two alike."""
    seen: set[str] = set()
    for tab in tabs:
        name = "".join(char for char in tab.title if char not in "[]:*?/\\'")[:31] or "表"
        number = 1
        while name.casefold() in seen:
            number += 1
            name = f"{name[:27]}（{number}）"
        seen.add(name.casefold())
        tab.title = name
    return tabs
