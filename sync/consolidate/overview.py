"""总览: a dozen numbers, four charts, the targets, and what is most urgent, on one page for the wall."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sync import standing
from sync.consolidate import summaries
from sync.consolidate.counts import Frames
from sync.consolidate.gather import Gathered
from sync.consolidate.sheets import Block, Card, Cell, Chart, Col, Marked, Row, Tab
from sync.consolidate.targets import number, ratio, target_statuses, wanted
from validators.findings import Severity
from validators.rules import codes
from validators.scheme.colours import BAD, GOOD, SOON, Look, status_look

MOST_URGENT = 10
_WIDTH = 16.0  # eight equal columns: two a card, four a chart


def overview_tab(gathered: Gathered, data: Frames) -> Tab:
    totals = summaries.totals(data.by_unit)
    heading = f"{gathered.scheme.title}总览"
    blocks = [block for block in (_targets(gathered), _urgent(gathered, data), _stage_table(data)) if block is not None]
    cards, charts = _cards(gathered, data, totals), _charts(gathered, data)
    return Tab("总览", heading, blocks, cards=cards, charts=charts, upright=True)


def _cards(gathered: Gathered, data: Frames, totals: dict[str, Any]) -> tuple[Card, ...]:
    late, soon = totals[f"class:{standing.LATE}"], totals[f"class:{standing.SOON}"]
    share = summaries.on_time(totals["count"], late, totals[f"class:{standing.ENDED}"])
    filled = summaries.totals(data.filling)
    owed, reported = (sum(getattr(item, name) for item in data.now.values()) for name in ("owed", "reported"))
    missing = int((data.duties["code"] == codes.MISSING).sum())
    must, explain = (int((data.findings["severity"] == s.value).sum()) for s in (Severity.MUST, Severity.EXPLAIN))
    cards = [
        Card(int(totals["count"]), "int", "项目（个）", f"{int((data.by_unit['count'] > 0).sum())}个单位有项目"),
        Card(summaries.in_yi(totals["amount"]), "yi", "总投资（亿元）", _average(data)),
        Card(int(late), "int", "有节点逾期的项目（个）", _share_text(late, totals["count"]), _look(gathered, codes.OVERDUE, BAD, late)),
        Card(int(soon), "int", "临期项目（个）", "期限将到", _look(gathered, codes.SOON, SOON, soon)),
        Card(share if share is not None else "—", "percent", "按期率", "没有节点逾期的项目占比"),
        Card(f"{owed}/{reported}", "text", "本期应报/已报（项）", _of_offices(owed - filled["now_owed"], f"至今未报{missing}项", "项")),
        Card(must, "int", "待改（处）", _of_offices(must - int(totals["must"]), f"须说明{explain}处", "处")),
        Card(_decisions(gathered), "int", "等人决定（项）", "见网页“待决定”"),
    ]  # fmt: skip
    return tuple(cards)


def _of_offices(number_: int, more: str, unit: str) -> str:
    """What is beside it, and how much of it is departments': they stand in no table of units. As on the page."""
    return f"其中部门{number_}{unit}；{more}" if number_ > 0 else more


def _look(gathered: Gathered, code: str, default: Look, count: int) -> Look:
    """The status's own colour while there is something; calm otherwise."""
    return (status_look(gathered.scheme.conventions, code) or default) if count else GOOD


def _share_text(part: int, whole: int) -> str:
    return f"占{100 * Decimal(part) / Decimal(whole):.1f}%" if whole else ""


def _average(data: Frames) -> str:
    count = int(data.by_unit["count"].sum())
    return f"平均每个{summaries.yi_text(sum(data.by_unit['amount'], Decimal(0)) / count)}" if count else ""


def _decisions(gathered: Gathered) -> int:
    return sum(book["decisions"] for book in gathered.books)


def _charts(gathered: Gathered, data: Frames) -> list[Chart]:
    stages = sum(name.startswith("stage:") for name in data.by_unit.columns)
    first = 4 + stages  # columns of the units' table: number, name, count, amount, stages, then the classes
    conventions = gathered.scheme.conventions
    colours = [
        (status_look(conventions, code) or default).fill
        for code, default in ((codes.OVERDUE, BAD), (codes.SOON, SOON), (codes.OK, GOOD))
    ]
    charts = [
        Chart("column", "各阶段项目数（个）", "stages", 0, (2,)),
        Chart("stacked", "各单位项目状态（个）", "units", 1, (first, first + 1, first + 2), tuple(colours)),
    ]
    told = (status for _, unit, status in target_statuses(gathered) if not unit)
    if any(isinstance(ratio(status.inputs.get("ratio")), Decimal) for status in told):
        charts.append(Chart("bar", "目标完成率", "goals", 0, (4,), percent=True))
    charts.append(Chart("column", "各单位总投资（亿元）", "units", 1, (3,), ("#7FA99B",)))
    return charts


def _targets(gathered: Gathered) -> Block | None:
    """The district's targets in short; all of them stand on their own tab."""
    rows: list[Row] = []
    for rule_id, unit, status in target_statuses(gathered):
        if not unit:
            rule, inputs = gathered.say.rules.get(rule_id), status.inputs
            word, look = (
                gathered.say.word(status, gathered.today),
                status_look(gathered.scheme.conventions, status.code),
            )
            rows.append([
                f"{rule.title if rule else rule_id} {inputs.get('label', '')}".strip(), number(inputs.get("target")),
                wanted(inputs), number(inputs.get("done")), ratio(inputs.get("ratio")), number(inputs.get("gap")), status.deadline,
                Marked(word, look) if look else word,
            ])  # fmt: skip
    if not rows:
        return None
    titles = (
        ("指标", "text"),
        ("目标", "number"),
        ("应达", "percent"),
        ("完成", "number"),
        ("完成率", "percent"),
        ("差", "number"),
    )
    columns = [Col(title, kind, _WIDTH) for title, kind in titles]  # type: ignore[arg-type]
    return Block(
        (*columns, Col("截止", "date", _WIDTH), Col("状态", "centre", _WIDTH)), rows, name="goals", heading="目标进度"
    )


def _urgent(gathered: Gathered, data: Frames) -> Block:
    columns = tuple(
        Col(title, kind, _WIDTH)  # type: ignore[arg-type]
        for title, kind in (
            ("状态", "centre"), ("填报单位", "text"), ("项目（月份）", "text"), ("事项", "text"), ("期限", "date"),
            ("剩余天数", "int"), ("责任单位", "text"), ("依据", "text"),
        )
    )  # fmt: skip
    rows: list[Row] = []
    for row in data.warnings.head(MOST_URGENT).to_dict("records"):
        look = status_look(gathered.scheme.conventions, row["code"])
        word: Cell = Marked(row["word"], look) if look else row["word"]
        rows.append([
            word, gathered.unit_name(row["unit"]), row["name"], row["title"], row["deadline"], row["left"],
            row["responsible"], row["section"],
        ])  # fmt: skip
    heading = f"最急的{len(rows)}项（共{len(data.warnings)}项，见“预警”）"
    return Block(columns, rows, heading=heading, empty="没有临期和逾期的事项")


def _stage_table(data: Frames) -> Block:
    """In the order of a project's life, so that the chart reads from left to right; adds up to the cards."""
    columns = tuple(
        Col(title, kind, _WIDTH)  # type: ignore[arg-type]
        for title, kind in (
            ("当前阶段", "text"), ("总投资（亿元）", "yi"), ("项目数", "int"), ("其中逾期", "int"), ("其中临期", "int"),
            ("占比", "percent"),
        )
    )  # fmt: skip
    table = data.by_stage.iloc[::-1]
    whole = int(table["count"].sum())

    def cells(name: str, row: Any) -> list[Cell]:
        count = int(row["count"])
        share: Cell = Decimal(count) / whole if whole else "—"
        return [name, summaries.in_yi(row["amount"]), count, int(row[standing.LATE]), int(row[standing.SOON]), share]

    rows: list[Row] = [cells(str(stage), row) for stage, row in table.iterrows()]
    return Block(columns, rows, name="stages", heading="各阶段项目", totals=cells("合计", summaries.totals(table)))
