"""A small made-up scheme with every kind of record rule, for tests of the engine's doors. No policy stands behind it."""

from __future__ import annotations

from datetime import date
from typing import Any

from validators.calendar import Calendar
from validators.evaluate import Evaluator, RecordResult, Related
from validators.rows import Record
from validators.rules import parse_rule
from validators.scheme.models import Conventions, Department, Lookup, Node, Scheme, Source, Unit
from validators.scheme.tables import Choice, Field, Periodic, Table

PROJECT = Table(
    name="project",
    title="项目库",
    name_field="name",
    keys=(("name",),),
    ended="ended_on",
    fields=(
        Field(name="name", title="项目名称", type="project_name"),
        Field(name="town", title="属地", type="township", choices="@units"),
        Field(name="site", title="选址类型", type="choice", choices="site", dated=True),
        Field(name="money", title="总投资", type="money_wan", unit="万元"),
        Field(name="industry", title="行业"),
        Field(name="leader", title="包保领导", type="person"),
        Field(name="signed", title="签约日期", type="date_actual", aliases=("签约",)),
        Field(name="started", title="开工日期", type="date_actual", aliases=("开工",), group="节点"),
        Field(name="finish_plan", title="竣工计划", type="date_plan"),
        Field(name="finished", title="竣工日期", type="date_actual"),
        Field(name="accepted", title="受理日期", type="date_actual"),
        Field(name="checked", title="现场验收日期", type="date_actual"),
        Field(name="contract", title="采购合同日期", type="date_actual"),
        Field(name="produced", title="投产日期", type="date_actual"),
        Field(name="ended_on", title="终止日期", type="date"),
    ),
)
MONTHLY = Table(
    name="monthly",
    title="月度进展",
    parent="project",
    parent_field="project",
    name_field="project",
    periodic=Periodic(kind="month", field="month"),
    fields=(
        Field(name="project", title="项目名称", type="project_name"),
        Field(name="month", title="月份", type="month"),
        Field(name="done", title="完成投资", type="money_wan"),
    ),
)
PROBLEM = Table(
    name="problem",
    title="问题清单",
    parent="project",
    parent_field="project",
    name_field="what",
    fields=(
        Field(name="project", title="项目名称", type="project_name"),
        Field(name="what", title="问题"),
        Field(name="raised", title="提出日期", type="date_actual"),
        Field(name="mended", title="整改完成", type="date_actual"),
    ),
)

RULES: tuple[dict[str, Any], ...] = (
    {"id": "K-1", "kind": "lookup", "title": "专班", "table": "project", "lookup": "team", "by": ["行业"],
     "into": "专班"},
    {"id": "K-2", "kind": "tier", "title": "规模", "table": "project", "value": "总投资", "into": "规模档",
     "bands": [{"name": "小", "high": "1亿元"}, {"name": "大", "low": "1亿元"}]},
    {"id": "K-3", "kind": "stage_entry", "title": "阶段", "table": "project",
     "stages": [{"name": "签约", "when": "有(签约日期)"}, {"name": "开工", "when": "有(开工日期)"},
                {"name": "投产", "when": "有(投产日期)"}]},
    {"id": "K-4", "kind": "elapsed", "title": "厂房项目签约到开工", "table": "project", "from": "签约日期",
     "to": "开工日期", "n": 1, "unit": "月", "when": "选址类型 = '厂房'", "modality": "原则上", "section": "二(一)1",
     "sentence": "厂房项目签约({from})后{limit}内开工"},
    {"id": "K-5", "kind": "elapsed", "title": "自建项目签约到开工", "table": "project", "from": "签约日期",
     "to": "开工日期", "n": 3, "unit": "月", "when": "选址类型 = '自建'", "modality": "原则上", "section": "二(一)1",
     "sentence": "自建项目签约({from})后{limit}内开工"},
    {"id": "K-6", "kind": "elapsed", "title": "现场验收", "table": "project", "from": "受理日期", "to": "现场验收日期",
     "n": 3, "unit": "工作日", "section": "二(二)4"},
    {"id": "K-7", "kind": "elapsed", "title": "开工到投产", "table": "project", "from": "开工日期", "to": "投产日期"},
    {"id": "K-8", "kind": "planned", "title": "竣工按期", "table": "project", "planned": "竣工计划",
     "actual": "竣工日期", "section": "二(一)3"},
    {"id": "K-9", "kind": "sync", "title": "同步签采购合同", "table": "project", "trigger": "开工日期",
     "companion": "采购合同日期", "n": 30, "stop": "投产日期", "modality": "原则上"},
    {"id": "K-10", "kind": "required", "title": "包保领导", "table": "project", "fields": ["包保领导", "行业"],
     "when": "有(签约日期)"},
    {"id": "K-11", "kind": "required", "title": "投产前明确竣工计划", "table": "project", "fields": ["竣工计划"],
     "window": {"before": "投产日期", "n": 1}},
    {"id": "K-12", "kind": "integrity", "title": "节点先后", "table": "project",
     "ordered": [["签约日期", "开工日期", "竣工日期"]], "not_future": ["投产日期"]},
    {"id": "K-13", "kind": "precondition", "title": "竣工前要开工", "table": "project", "action": "竣工日期",
     "conditions": [{"label": "开工", "by": "开工日期"}]},
    {"id": "K-14", "kind": "stale", "title": "签约后没有动静", "table": "project", "since": "签约日期",
     "until": "开工日期", "n": 60},
    {"id": "K-15", "kind": "integrity", "title": "不晚于今天一年后", "table": "project",
     "checks": [{"test": "竣工计划 <= 今天 + 1年", "text": "竣工计划太远"}], "modality": "力争"},
    {"id": "K-16", "kind": "closure", "title": "问题整改", "table": "problem", "raised": "提出日期",
     "done": "整改完成", "n": 10},
)  # fmt: skip
SHARED: tuple[dict[str, Any], ...] = (
    {"id": "K-20", "kind": "cadence", "title": "月度进展", "table": "project", "period": "month", "subject": "record",
     "evidence": "monthly", "evidence_period": "month", "since": "signed",
     "when": "有(开工日期) 且 开工日期 <= 期末 且 (为空(投产日期) 或 投产日期 > 期末)"},
    {"id": "K-21", "kind": "target", "title": "全年投产", "table": "project", "where": "规模档 = '大'",
     "date_field": "produced", "since": "2025-01-01", "until": "2025-12-31", "goal": 3},
)  # fmt: skip


def small_scheme(
    *rules: dict[str, Any], tables: tuple[Table, ...] = (PROJECT, MONTHLY, PROBLEM), **changes: Any
) -> Scheme:
    """The small scheme with the rules given, or all of them."""
    return Scheme(
        id="small",
        title="小方案",
        version="1",
        effective_from=date(2025, 1, 1),
        year=2025,
        source=Source(document="小文件"),
        units=(Unit(code="A", name="甲镇", aliases=("甲",)), Unit(code="B", name="乙镇")),
        departments=(Department(code="HEAD", name="区发改委", commission=True),),
        choices={"site": (Choice(value="厂房"), Choice(value="自建"))},
        lookups={"team": Lookup(rows={"机械": "机械专班"})},
        tables=tables,
        nodes=(
            Node(name="signed", title="签约", actual="signed"),
            Node(name="started", title="开工", actual="started"),
            Node(name="finished", title="竣工", planned="finish_plan", actual="finished"),
        ),
        rules=tuple(parse_rule(item) for item in (rules or (*RULES, *SHARED))),
        **{"conventions": Conventions(), **changes},
    )


def rule(rule_id: str) -> dict[str, Any]:
    """One of the rules, to be used alone or changed."""
    return dict(next(item for item in (*RULES, *SHARED) if item["id"] == rule_id))


def judge(scheme: Scheme, values: dict[str, str], today: date, **more: Any) -> RecordResult:
    """One project judged on a day."""
    record = Record("P1", "project", "A", values, **more)
    return Evaluator(scheme, Calendar()).records("project", [record], today, Related())[0]
