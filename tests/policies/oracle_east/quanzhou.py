"""泉州市“五个一批”: what the text asks of one row, said anew. ¶n is the paragraph of the document."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.policies.oracle_east.kit import (
    ENDED,
    NOT_APPLICABLE,
    NOT_STARTED,
    Draw,
    OnADay,
    Said,
    period,
    running,
    stopped,
)
from tests.policies.statutory import DAY, month_end, plus_months

Row = dict[str, Any]
PLANNED_LEAD = 7
STEPS = ("项目立项", "用地报批", "初步设计", "施工图设计", "施工许可")


# one project ------------------------------------------------------------------------------------------------------


class Project(OnADay):
    """A row of 项目库 on a day."""

    @property
    def ended(self) -> bool:
        """¶20, Q-15, B-31: out from the day of consent; in again from a later day of entry."""
        left, back = self.did("市政府同意退出日期"), self.did("入库日期")
        return left is not None and not (back is not None and back > left)

    @property
    def upgrade(self) -> bool:
        """¶16: on an existing project, with money, still going on."""
        return bool(self.get("原项目")) and self.get("增资额") is not None and self.get("尚在进行") == "是"

    @property
    def in_production(self) -> bool:
        """¶13: built ∧ installed ∧ accepted ∧ (in use ∨ in production)."""
        return bool(
            self.did("竣工实际日期")
            and self.did("设备调试安装日期")
            and self.did("交（竣）工验收日期")
            and self.get("交（竣）工验收结果") != "未通过"
            and (self.did("投入使用日期") or self.did("投产实际日期"))
        )

    @property
    def signed(self) -> bool:
        """¶8: contract after negotiation, or a feasibility study, or filing without a start."""
        contract = self.did("投资协议签订日期") and self.get("谈判完成") != "否"
        return bool(contract or self.did("可研开始日期") or self.did("审批核准备案日期"))

    @property
    def planned(self) -> bool:
        """¶5: clear and open to investors, or an intention without a contract, or in a government's plan."""
        clear = all(
            self.get(t) is not None for t in ("建设必要性", "建设规模", "建设年限", "总投资", "初步经济分析评价")
        )
        intention = self.did("初步投资意向日期") and not self.did("投资协议签订日期")
        return bool((clear and self.get("可招商") == "是") or intention or self.get("列入推进计划") in ("市", "县"))

    @property
    def stage(self) -> str:
        if self.upgrade:
            return "技改增资"
        if self.in_production:
            return "竣工投产"
        if self.did("开工实际日期") or self.did("竣工实际日期"):
            return "开工"
        return "签约" if self.signed else "谋划" if self.planned else "未入阶段"


def said_of_project(row: Row, today: date, rows: dict[str, list[Row]]) -> dict[str, Said | None]:
    p = Project(row, today)
    found: dict[str, Said | None] = {}
    found["stage"] = Said(p.stage)
    found["Q-1"] = Said(_batch(p))
    found["Q-15"] = Said(_library(p))
    found["Q-M1"] = Said("市管" if "是" in [row.get(t) for t in ("市直部门负责建设", "跨县区", "线性工程")] else "县管")
    found["Q-6"] = _planned(p, "征地搬迁计划完成日期", "征地搬迁实际完成日期")
    found["Q-11"] = _contract(p)
    found["Q-11.b"] = _reasons(p)
    courted = p.did("初步投资意向日期") and not p.did("投资协议签订日期") and not p.did("开工实际日期")
    found["Q-2"] = _wanted(p, courted, ["专人"])
    found["Q-S4"] = _missing_parts(p)
    found["Q-13"] = _threshold(p)
    found["Q-16"] = _horizon(p)
    found["Q-14"] = _waiting(p)
    found["Q-12"] = _talent(p, rows)
    found["Q-9"] = _months(p, rows)
    found["Q-30"] = _stay(p)
    found["Q-7"] = _building(p)
    return found


def _batch(p: Project) -> str:
    if p.ended:
        return "已退出"
    if _library(p) == "增补待批":
        return "增补待批"
    names = {"技改增资": "增资", "竣工投产": "投产", "未入阶段": "未入批次"}
    return names.get(p.stage, p.stage)


def _library(p: Project) -> str:
    if p.ended:
        return "已终止"
    applied, entered = p.did("退出申请日期"), p.get("入库日期") or p.get("退出申请日期")
    if applied and not (entered and applied < entered <= p.today):  # entered after it: the application is over
        return "退出待批"
    if p.did("增补申请日期") and not p.did("增补批准日期") and not (entered and entered <= p.today):
        return "增补待批"
    came = [day for day in (entered, p.get("增补申请日期") and p.get("增补批准日期")) if day]
    return "在库" if any(day <= p.today for day in came) else "未入库"


def _planned(p: Project, plan: str, actual: str) -> Said:
    last, done = p.get(plan), p.get(actual)
    if p.ended:
        return ENDED
    if done is not None and done > p.today:
        return Said("数据异常", last)
    if last is None:
        return NOT_STARTED if done is None else NOT_APPLICABLE
    return stopped(last, done) if done else running(last, p.today, PLANNED_LEAD)


def _contract(p: Project) -> Said:
    return _planned(p, "合同竣工日期", "竣工实际日期")


def _reasons(p: Project) -> Said | None:
    last = p.get("合同竣工日期")
    behind = last is not None and p.today > last and not p.did("竣工实际日期")
    return _wanted(p, behind, ["滞后原因", "对策"])


def _wanted(p: Project, asked: Any, titles: list[str]) -> Said | None:
    """A list of blank columns, or silence."""
    blank = [title for title in titles if not p.get(title)]
    return Said(f"缺项:{'、'.join(blank)}") if asked and blank and not p.ended else None


def _missing_parts(p: Project) -> Said | None:
    """¶13: accepted, but one of the other three is not there."""
    if p.stage == "竣工投产":
        return Said("竣工投产")  # the stage itself goes by this number
    if not p.did("交（竣）工验收日期") or p.ended or p.get("交（竣）工验收结果") == "未通过":
        return None
    parts = {"完成工程施工": p.get("竣工实际日期"), "设备调试安装": p.get("设备调试安装日期")}
    parts["投入使用或投产运营"] = p.get("投入使用日期") or p.did("投产实际日期")
    blank = [name for name, day in parts.items() if not day]
    return Said(f"缺项:{'、'.join(blank)}") if blank else None


def _threshold(p: Project) -> Said | None:
    amount = p.get("总投资")
    if p.ended or p.get("原项目") or amount is None or Decimal(amount) >= 10000:
        return None
    return Said("校验错误:不足1亿元")


def _horizon(p: Project) -> Said | None:
    plan = p.get("开工计划日期")
    if p.ended or plan is None or p.did("开工实际日期"):
        return None
    return Said("超出10年") if plan.year > p.today.year + 10 else None


def _waiting(p: Project) -> Said | None:
    applied, decided = p.get("增补申请日期"), p.get("增补批准日期")
    if p.ended:
        return ENDED
    if applied is None or applied > p.today:
        return NOT_STARTED
    if decided and decided <= p.today:
        return None
    return Said(f"{(p.today - applied).days}天")


def _talent(p: Project, rows: dict[str, list[Row]]) -> Said | None:
    plan = p.get("投产计划日期")
    if plan is None or p.ended or p.did("投产实际日期") or p.did("投入使用日期") or p.today < plus_months(plan, -6):
        return None
    if any(row["项目名称"] == p.get("项目名称") for row in rows.get("人才需求预测", [])):
        return None
    return Said("缺项:人才需求预测")


def _months(p: Project, rows: dict[str, list[Row]]) -> Said | None:
    """¶11: once started, a plan for every month until completion, with money and work."""
    start, finish = p.did("开工实际日期"), p.get("竣工计划日期")
    if (
        p.ended
        or not start
        or finish is None
        or p.did("竣工实际日期")
        or (finish.year, finish.month) < (start.year, start.month)
    ):
        return None
    have = {
        row["月份"]
        for row in rows.get("月度计划与进度", [])
        if row["项目名称"] == p.get("项目名称") and row.get("计划投资") is not None and row.get("计划形象进度")
    }
    month, wanted = period("month", start), []
    while month.first <= finish:
        if month.name not in have:
            wanted.append(f"{month.name}月度计划")
        month = period("month", plus_months(month.first, 1))
    if not wanted:
        return None
    if len(wanted) > 6:
        return Said(f"缺项:{'、'.join([*wanted[:5], wanted[-1]])}等{len(wanted)}期")
    return Said(f"缺项:{'、'.join(wanted)}")


def _stay(p: Project) -> Said | None:
    """¶20: days since the earliest of contract, study and filing, until the start."""
    if p.ended:
        return ENDED
    days = [day for day in map(p.did, ("投资协议签订日期", "可研开始日期", "审批核准备案日期")) if day]
    if days and p.did("开工实际日期"):
        return None
    return Said(f"停留{(p.today - min(days)).days}天") if days else NOT_STARTED


def _building(p: Project) -> Said | None:
    if p.ended:
        return None
    started = p.did("开工实际日期") or p.did("竣工实际日期")
    return Said("已竣工投产" if p.in_production else "在建重点" if started else "未开工")


# drawing ----------------------------------------------------------------------------------------------------------

ACTUAL = [
    "初步投资意向日期",
    "投资协议签订日期",
    "可研开始日期",
    "审批核准备案日期",
    "征地搬迁实际完成日期",
    "开工实际日期",
    "竣工实际日期",
    "设备调试安装日期",
    "交（竣）工验收日期",
    "投入使用日期",
    "投产实际日期",
    "增补申请日期",
    "退出申请日期",
]
PLANS = ["征地搬迁计划完成日期", "开工计划日期", "竣工计划日期", "投产计划日期"]


def draw_project(d: Draw, name: str) -> Row:
    row: Row = {"项目名称": name, "填报单位": d.choice(["晋江市", "石狮市"])}
    busy = d.choice([0.15, 0.4, 0.7])
    for title in ACTUAL:
        if d.maybe(busy):
            row[title] = d.about() if d.maybe(0.15) else d.past()
    if "增补申请日期" in row and d.maybe(0.5):
        row["增补批准日期"] = d.after(row["增补申请日期"])
    if "退出申请日期" in row and d.maybe(0.6):
        row["市政府同意退出日期"] = d.after(row["退出申请日期"])
    for title in [*PLANS, "合同竣工日期"]:
        if d.maybe(busy):
            row[title] = d.about()
    if d.maybe(0.1):
        row["开工计划日期"] = date(d.today.year + d.choice([9, 10, 11]), *d.choice([(1, 1), (12, 31)]))
    for title, values in {
        "市直部门负责建设": "是否",
        "跨县区": "是否",
        "线性工程": "是否",
        "可招商": "是否",
        "谈判完成": "是否",
        "尚在进行": "是否",
        "列入推进计划": "市县否",
    }.items():
        if d.maybe(0.4):
            row[title] = d.choice(values)
    for title in ("建设必要性", "建设规模", "初步经济分析评价", "专人", "滞后原因", "对策", "责任人", "退出理由"):
        if d.maybe(0.6):
            row[title] = "张三"
    if d.maybe(0.6):
        row["建设年限"] = Decimal(2)
    if d.maybe(0.7):
        row["总投资"] = d.choice([Decimal("9999.9999"), Decimal(10000), Decimal("9999"), Decimal(0), Decimal(120000)])
    if d.maybe(0.2):
        row["原项目"], row["增资额"] = "老厂", d.choice([Decimal(10000), Decimal("9999.99")])
    if d.maybe(0.3):
        row["交（竣）工验收结果"] = d.choice(["通过", "未通过"])
    if d.maybe(0.1):
        row["市政府同意退出日期"] = d.about()  # also without an application
    if d.maybe(0.4):  # entered before everything, or again after the consent
        left = row.get("市政府同意退出日期", d.today)
        row["入库日期"] = left + DAY if d.maybe(0.4) and left < d.today else date(2016, 1, 4)
    if d.maybe(0.2):
        day = d.about()
        row["竣工计划日期"] = month_end(day.year, day.month)
    return row


def draw_below(d: Draw, projects: list[Row]) -> dict[str, list[Row]]:
    """Forecasts of some projects, and plans of some months of some."""
    forecasts: list[Row] = []
    months: list[Row] = []
    for row in projects:
        whose = {title: row[title] for title in ("项目名称", "填报单位")}
        if d.maybe(0.3):
            forecasts.append({**whose, "岗位": "工", "人数": "3"})
        start = row.get("开工实际日期") or d.today
        for number in range(d.choice([0, 0, 3])):
            month = period("month", plus_months(start, number))
            months.append({**whose, "月份": month.name, "计划投资": "0", "计划形象进度": "土方"})  # nought is a plan
    return {"人才需求预测": forecasts, "月度计划与进度": months}
