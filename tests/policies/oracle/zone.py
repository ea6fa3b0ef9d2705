"""慈湖高新区, row by row: what each duty says, read from the matrix (C.1, C.2, C.5, Part B, Part C), not from the engine.

Each table has a dictionary rule id → function(row, today) as in `district.py`. The activity ends on 2022-01-31; from the
day after on everything stands as it was that day (C-S10: 「scheme then read-only」), so today is never later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from tests.policies.oracle.clocks import Limit, Said, closure, elapsed, planned
from tests.policies.oracle.compare import ANY
from tests.policies.oracle.district import Row, Told, missing, most_urgent, ordered
from tests.policies.statutory import month_end

Duty = Callable[[Row, date], Told]
LAST_DAY = date(2022, 2, 1)
ITEMS = {"审批": "审批核准备案", "规划选址": "规划选址", "用地": "用地", "环评": "环评", "能评": "能评"}  # C-F5
NODES = ("拿地", "开工", "节点一", "节点二", "节点三", "竣工")
CLUSTERS = ("节能环保及新材料", "电子通信", "智能制造", "现代服务业")  # C-M2
ACTUAL = ("签约日期", *(f"{item}办结日期" for item in ITEMS), *(f"{node}实际日期" for node in NODES), "供地申请日期")
PLANNED = (*(f"{item}办理时限" for item in ITEMS), *(f"{node}计划日期" for node in NODES))


def _alive(row: Row, today: date) -> bool:
    return not (row.get("终止日期") and row["终止日期"] <= today)


def _spared(row: Row, item: str) -> bool:
    return ITEMS[item] in row.get("不涉及的手续", "").split("、")


def _come(row: Row, title: str, today: date) -> bool:
    """A date that lies ahead has not happened: what asks for something after it waits (B-58)."""
    return bool(row.get(title)) and row[title] <= today


def _wanted(*fields: str, when: Callable[[Row, date], bool] = lambda row, today: True) -> Duty:
    """缺项 while the project lives."""
    return lambda row, today: (
        missing(*(name for name in fields if row.get(name) is None))
        if _alive(row, today) and when(row, today)
        else None
    )


def _limits(row: Row, today: date) -> Told:
    """C-10: after signing, until the start, every procedure the project needs has its day; one that is done wants none."""
    if not _alive(row, today) or not _come(row, "签约日期", today) or _come(row, "开工实际日期", today):
        return None
    asked = [item for item in ITEMS if not _spared(row, item) and not _come(row, f"{item}办结日期", today)]
    return missing(*(f"{item}办理时限" for item in asked if not row.get(f"{item}办理时限")))


def _procedures(row: Row, today: date) -> Told:
    """C-7, C-10: each procedure by its day; the most urgent one stands for the row."""
    return most_urgent(
        [
            planned(today, row.get(f"{item}办理时限"), row.get(f"{item}办结日期"), ended=row.get("终止日期"))
            for item in ITEMS
            if not _spared(row, item)
        ]
        or [Said("未启动") if _alive(row, today) else Said("已终止")]
    )


def _start(row: Row, today: date) -> Told:
    """C-11: only a plan that passed makes 应开未开 (B-49)."""
    said = planned(today, row.get("开工计划日期"), row.get("开工实际日期"), ended=row.get("终止日期"))
    return said._replace(status="应开未开") if said.days is not None and said.days < 0 else said


def _nodes(row: Row, today: date) -> Told:
    return most_urgent(
        [
            planned(today, row.get(f"{node}计划日期"), row.get(f"{node}实际日期"), ended=row.get("终止日期"))
            for node in NODES
        ]
    )


def _land(row: Row, today: date) -> Told:
    applies = row.get("拿地用途") in (None, "工业")
    return elapsed(
        Limit(None, "日"), today, row.get("拿地实际日期"), row.get("开工实际日期"), applies=applies, ended=row.get("终止日期"),
        orphan=True,
    )  # fmt: skip


def _key_project(row: Row, _today: date) -> bool:
    return row.get("是否重点项目") is True


PROJECT: dict[str, Duty] = {
    "C-4": lambda row, today: (
        None if row.get("储备项目") is not True or not _alive(row, today) else "一致" if row.get("规划或资金类型") else "未列入"
    ),
    "C-5": _wanted("包保领导", when=lambda row, today: not _come(row, "竣工实际日期", today)),
    "C-7": _procedures,
    "C-9": lambda row, today: (
        "与主导产业不契合(原则上)" if row.get("主导产业") and row["主导产业"] not in CLUSTERS else None
    ),
    "C-10": _limits,
    "C-11": _start,
    "C-11.b": _wanted("开工计划日期", when=lambda row, today: _come(row, "签约日期", today) and not _come(row, "开工实际日期", today)),
    "C-13": _wanted("领衔领导", "牵头部门", when=_key_project),
    "C-19": _nodes,
    "C-19.b": ordered(tuple(f"{node}计划日期" for node in NODES), "校验错误:节点顺序"),
    "C-20": _wanted("代办员", when=lambda row, today: row.get("是否重大投资项目") is True and not _come(row, "竣工实际日期", today)),
    "C-24": _land,
}  # fmt: skip


def stage(row: Row, today: date) -> str:
    """C-S1 to C-S6: the last step that has happened."""

    def had(*titles: str) -> bool:
        return any(row.get(title) and row[title] <= today for title in titles)

    steps = [
        ("竣工", had("竣工实际日期")),
        ("开工", had("开工实际日期")),
        ("前期", had("签约日期", "拿地实际日期", *(f"{item}办结日期" for item in ITEMS))),
        ("储备", row.get("储备项目") is True),
    ]
    return next((name for name, reached in steps if reached), "未入阶段")


def _share(done: str, expected: str, row: Row) -> str | None:
    """Compared exactly, shown with one decimal (B-55); nothing without the one or the other, — over nought (B-54)."""
    if row.get(done) is None or row.get(expected) is None:
        return None
    return f"{row[done] / row[expected] * 100:.1f}%" if row[expected] else None


def _progress(row: Row, today: date) -> Told:
    """C-40: the month's investment against its plan, once the month is over: a share, no verdict while none is set."""
    year, month = map(int, row["月份"].split("-"))
    if row.get("完成投资") is None or today <= month_end(year, month):
        return ANY
    return _share("完成投资", "计划投资", row) or ANY


def _promise(row: Row, today: date) -> Told:
    return _share("实际值", "承诺值", row) or ANY


def _schedule(row: Row, today: date) -> Told:
    """C-30: behind when less was done than the schedule has by its day; before that day nobody is behind."""
    if row.get("整改完成日期") or row.get("序时日期") is None or row["序时日期"] >= today:
        return ANY
    done, plan = row.get("完成进度"), row.get("计划进度")
    if done is None or not plan:
        return ANY
    return "落后序时" if done < plan else f"{done / plan * 100:.1f}%"


TABLES: Mapping[str, Mapping[str, Duty]] = {
    "项目库": PROJECT,
    "月度计划": {
        "C-1.b": lambda row, today: planned(today, row.get("节点计划日期"), row.get("节点实际日期")),
        "C-1.c": lambda row, today: missing(*(name for name in ("时间节点", "节点计划日期") if row.get(name) is None)),
        "C-40": _progress,
    },
    "任务清单": {
        "C-38": lambda row, today: planned(today, row.get("计划完成日期"), row.get("实际完成日期")),
        "C-38.b": lambda row, today: missing(*(name for name in ("计划完成日期", "责任部门") if row.get(name) is None)),
    },
    "问题清单": {"C-6": lambda row, today: closure(today, row.get("提出日期"), row.get("解决时限"), row.get("解决日期"))},
    "闲置低效用地": {"C-26": lambda row, today: closure(today, row.get("列入日期"), None, row.get("处置日期"))},
    "环保交办问题": {
        "C-30": _schedule,
        "C-30.b": lambda row, today: closure(
            today, row.get("交办日期"), row.get("整改时限"), row.get("整改完成日期"), row.get("销号日期"), verifies=True
        ),
    },
    "标准地承诺": {"C-25": _promise},
}  # fmt: skip


def told(table: str, row: Row, today: date) -> dict[str, Told]:
    return {rule: say(row, min(today, LAST_DAY)) for rule, say in TABLES[table].items()}


# C-E3, C-E4, C-X1: grades ------------------------------------------------------------------------------------------------


def grade_of(grades: list[Row], company: str, day: date) -> str | None:
    """The grade published last by that day (B-48); one without a day of publication is not out yet."""
    out = [row for row in grades if row["企业名称"] == company and row.get("公布日期") and row["公布日期"] <= day]
    return max(out, key=lambda row: (row["公布日期"], row["年度"]))["等级"] if out else None


def land_flag(row: Row, grades: list[Row], today: date) -> tuple[str | None, list[str]]:
    """What C-X1 says of a project that applied for land, and its flag: C or D gets none, unless it is an upgrade."""
    day = row.get("供地申请日期")
    if not day or day > today:
        return None, []
    found = grade_of(grades, row["项目业主"], day)
    bad = found in ("C", "D") and row.get("转型升级项目") is False
    return found or "待补条件", ["不再新增供地"] if bad else []


# C-M4, C-34 to C-36: the phases of the activity and what each of them files ---------------------------------------------

PHASES = (("动员部署", date(2021, 1, 1), date(2021, 2, 28)), ("推进落实", date(2021, 3, 1), date(2021, 12, 31)), ("总结考评", date(2022, 1, 1), date(2022, 1, 31)))  # fmt: skip
PAPERS = {  # rule: the paper, its phase, the word while the phase runs
    "C-34": ("实施方案", 0, "进行中"),
    "C-34.b": ("目标任务分解", 0, "进行中"),
    "C-34.c": ("领导小组文件", 0, "进行中"),
    "C-35": ("年度调度推进计划", 1, "推进落实"),
    "C-36": ("活动总结", 2, "进行中"),
    "C-36.b": ("专项考核结果", 2, "进行中"),
}


def phase(today: date) -> str:
    return next((name for name, first, last in PHASES if first <= today <= last), "活动已结束")


def filed(rule: str, papers: list[Row], today: date) -> str:
    """The paper that came first against the last day of its phase (C-S8), early as it may be; without one how the phase is."""
    kind, number, running = PAPERS[rule]
    _, first, last = PHASES[number]
    day = min(today, LAST_DAY)
    came = min((row["印发日期"] for row in papers if row["文件类别"] == kind and row["印发日期"] <= day), default=None)
    if came is None and day <= last:
        return running if day >= first else "未启动"
    if came is None:
        return f"逾期{(day - last).days}天"
    return "按期完成" if came <= last else f"逾期完成{(came - last).days}天"
