"""What asks for somebody: 预警, 待改清单, 填报情况, 未报清单."""

from __future__ import annotations

from datetime import date
from typing import Any

from sync.clock import stamp
from sync.consolidate import summaries
from sync.consolidate.counts import Frames
from sync.consolidate.gather import Gathered
from sync.consolidate.sheets import Block, Cell, Col, Marked, Row, Section, Tab
from validators.findings import Severity
from validators.rules import codes
from validators.scheme.colours import BAD, SOON, status_look

_SEVERITY_LOOKS = {Severity.MUST.value: BAD, Severity.EXPLAIN.value: SOON}


# 预警 -------------------------------------------------------------------------------------------------------------


def warnings_tab(gathered: Gathered, data: Frames) -> Tab:
    columns = (
        Col("序号", "int", 6), Col("状态", "centre", 18), Col("填报单位", "text", 14), Col("项目（问题、月份）", "text", 34),
        Col("事项", "text", 22), Col("期限", "date", 13), Col("剩余天数", "int", 10), Col("理由", "text", 48),
        Col("责任单位", "text", 20), Col("依据", "text", 12),
    )  # fmt: skip
    rows: list[Row] = []
    for number, row in enumerate(data.warnings.to_dict("records"), 1):
        look = status_look(gathered.scheme.conventions, row["code"])
        rows.append([
            number, Marked(row["word"], look) if look else row["word"], gathered.unit_name(row["unit"]), row["name"],
            row["title"], row["deadline"], row["left"], row["reason"], row["responsible"], row["section"],
        ])  # fmt: skip
    late = int((data.warnings["late"] == True).sum())  # noqa: E712 - a column of objects
    note = f"逾期{late}项，临期{len(rows) - late}项；最急的在前。剩余天数为负数的是已超过的天数，按该项期限的单位计。"
    block = Block(columns, rows, empty="没有临期和逾期的事项")
    return Tab("预警", "临期、逾期预警", [block], (note,), filter=True, frozen=4, paper="A3")


# 待改清单 ---------------------------------------------------------------------------------------------------------


def findings_tab(gathered: Gathered, data: Frames) -> Tab:
    columns = (
        Col("序号", "int", 6), Col("填报单位", "text", 14), Col("表", "text", 12), Col("编号", "centre", 10),
        Col("项目", "text", 34), Col("栏目", "text", 20), Col("程度", "centre", 10), Col("现在填的是", "text", 24),
        Col("请这样改", "text", 60),
    )  # fmt: skip
    rows: list[Row] = []
    for number, row in enumerate(data.findings.to_dict("records"), 1):
        look = _SEVERITY_LOOKS.get(row["severity"])
        severity = Marked(row["severity"], look) if look else row["severity"]
        rows.append([
            number, gathered.unit_name(row["unit"]), row["table"], row["id"], row["name"], row["field"], severity,
            row["value"], row["text"],
        ])  # fmt: skip
    counts = data.findings["severity"].value_counts().to_dict() if len(data.findings) else {}
    note = "，".join(f"{item.value}{counts.get(item.value, 0)}处" for item in Severity) + "。改正在各单位的表里做。"
    block = Block(columns, rows, empty="目前没有要改的地方")
    return Tab("待改清单", "各单位待改清单", [block], (note,), filter=True, frozen=2, paper="A3")


# 填报情况 ---------------------------------------------------------------------------------------------------------


NOW, SO_FAR = "本期报送", "至今各期合计"
FILLED = ("now_owed", "now_reported", "due", "reported", "late", "missing", "waiting", "exempt")


def _periods(data: Frames) -> str:
    names = list(dict.fromkeys(name for item in data.now.values() for name in item.periods))
    return f"（{'、'.join(names)}）" if names else ""


def filling_tab(gathered: Gathered, data: Frames) -> Tab:
    books = {book["unit"]: book for book in gathered.books}
    columns = (
        Col("序号", "int", 6), Col("填报单位", "text", 16), Col("本期应报", "int", 9, NOW), Col("本期已报", "int", 9, NOW),
        Col("至今应报", "int", 9, SO_FAR), Col("至今已报", "int", 9, SO_FAR), Col("其中迟报", "int", 9, SO_FAR),
        Col("未报", "int", 9, SO_FAR), Col("未到期", "int", 9, SO_FAR), Col("免报", "int", 9, SO_FAR), Col("行数", "int", 9, "表格", tint=1), Col("待改（处）", "int", 9, "表格", tint=1),
        Col("填报状态", "centre", 14, "表格", tint=1), Col("最近一次读到", "centre", 18, "表格", tint=1),
        Col("说明", "text", 40, "表格", tint=1),
    )  # fmt: skip
    rows: list[Row] = []
    for number, (unit, line) in enumerate(data.filling.iterrows(), 1):
        book = books.get(str(unit))
        told = [int(line[name]) for name in FILLED]
        rows.append(
            [number, gathered.unit_name(str(unit)), *told, *_book_cells(book, int(data.by_unit["must"][unit]), told[5])]
        )
    sums = summaries.totals(data.filling)
    counted = [int(sums[name]) for name in FILLED]
    lines = [row for row in rows if not isinstance(row, Section)]
    total: list[Cell] = [
        "",
        "合计",
        *counted,
        sum(_int(r[10]) for r in lines),
        sum(_int(r[11]) for r in lines),
        "",
        "",
        "",
    ]
    note = (
        f"本期＝每项报送任务已经开始的最近一期{_periods(data)}，不论到没到期限，与网页一致。至今各期＝从开始报送以来的各期："
        "至今应报＝已到期限或已经报来的，未到期的不算。填报状态：未报（没有读到过表）、已报待改、有未报（表里没有要改的，但有到期没报的）、已报齐。部门的不在这张表里，总览的合计含部门。"
    )
    return Tab("填报情况", "填报情况", [Block(columns, rows, name="filling", totals=total)], (note,))


def _int(value: Cell) -> int:
    return value if isinstance(value, int) else 0


def _book_cells(book: dict[str, Any] | None, wanted: int, missing: int) -> list[Cell]:
    if book is None or not book["last_ok"]:
        return [0, 0, Marked("未报", BAD), "", _trouble(book)]
    state: Cell = Marked("已报待改", SOON) if wanted else Marked("有未报", SOON) if missing else "已报齐"
    return [book["rows"], wanted, state, stamp(book["last_ok"]), _trouble(book)]


def _trouble(book: dict[str, Any] | None) -> str:
    if book is None:
        return "共享文件夹里没有这个单位的表"
    told = []
    if book["problem"]:
        told.append("表没有读成，仍用上次的内容")
    if book["held"]:
        told.append("内容变化异常，等待决定")
    if book["pending"]:
        told.append("答复等待写回")
    if book["decisions"]:
        told.append(f"有{book['decisions']}项等待决定")
    return "；".join(told)


def missing_tab(gathered: Gathered, data: Frames) -> Tab:
    """未报清单: what is missing, the longest overdue first."""
    columns = (
        Col("序号", "int", 6), Col("填报单位", "text", 16), Col("事项", "text", 24), Col("期间", "centre", 14),
        Col("期限", "date", 13), Col("逾期天数", "int", 10), Col("项目", "text", 36),
    )  # fmt: skip
    owed = data.duties[data.duties["code"] == codes.MISSING]
    days = owed["deadline"].map(lambda day: day or date.max)
    order = owed.assign(day=days).sort_values(["day", "unit"], kind="stable")
    rows: list[Row] = []
    for number, row in enumerate(order.to_dict("records"), 1):
        late = (gathered.today - row["deadline"]).days if row["deadline"] else None
        name = gathered.names.get(row["record"], "")
        rows.append([number, gathered.unit_name(row["unit"]), row["title"], row["label"], row["deadline"], late, name])
    block = Block(columns, rows, empty="没有到期未报的")
    return Tab("未报清单", f"未报清单（{len(rows)}项）", [block], filter=True, frozen=2)
