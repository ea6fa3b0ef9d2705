"""Tables, fields and choices: what is to be filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field as F

from validators.scheme.base import Model

FieldType = Literal[
    "text", "long_text", "project_name", "company", "person", "phone", "uscc", "projcode", "township", "industry",
    "date", "date_plan", "date_actual", "period", "month", "quarter", "half", "ten_days", "half_month", "week", "year",
    "money_wan", "money_yi", "number", "integer", "pct_invest", "pct_progress",
    "yesno", "stage", "choice", "choices", "photo",
]  # fmt: skip


class Choice(Model):
    """One value of a drop-down, with the spellings that mean it."""

    value: str = F(description="下拉里的值")
    aliases: tuple[str, ...] = F(default=(), description="别的写法，都读成这个值")
    note: str = F(default="", description="说明")
    effective_from: date | None = F(default=None, description="从哪天起能选；空着一直能选")
    effective_to: date | None = F(
        default=None, description="能选到哪天（含）；停用的值写这里，不要删，以前的行还是对的"
    )


class Field(Model):
    """One column. `owner` is who fills it: "unit", "commission" or a department's code."""

    name: str = F(pattern=r"^[a-z][a-z0-9_]*$", description="英文名，给规则用，填报人看不到；用起来以后不要改")
    title: str = F(description="列名，不带单位")
    aliases: tuple[str, ...] = F(default=(), description="别的列名，旧表、别的台账里的叫法")
    group: str = F(default="", description="上面那层合并表头；不同的组里可以有同名的列")
    type: FieldType = F(default="text", description="怎么读、怎么查")
    unit: str = F(default="", description="写在列名后面，如 万元；金额不管写什么都按万元存")
    owner: str = F(
        default="unit", description="谁填：unit、commission、部门代码、system（系统带出）；不写就是填这张表的人"
    )
    required: bool = F(default=False, description="总是必填；到某个阶段、某个条件才必填的写 required 规则")
    choices: str = F(
        default="",
        description="用哪个下拉；@units 是单位，@own:表 是本簿子那张表里的名称；choices 类型不写就是几个随意填的值",
    )
    strict: bool = F(default=True, description="有下拉时，别的值算错；false 只提醒")
    minimum: str = F(default="", description="最小值，含；数字或日期")
    maximum: str = F(default="", description="最大值，含；数字或日期")
    pattern: str = F(default="", description="正则表达式，整格要符合")
    max_length: int = F(default=2000, description="最多几个字")
    at_most: int = F(default=0, description="姓名、电话、多选最多几个；0 不限")
    precision: Literal["", "day", "month"] = F(default="", description="日期至少写到：day 日，month 月")
    hint: str = F(default="", description="点到格子上的提示，最多255个字")
    example: str = F(default="", description="例子，写进填报说明")
    width: int = F(default=14, description="列宽，几个字")
    carry: bool = F(default=False, description="按期开行时带出上一期的值")
    dated: bool = F(default=False, description="改了要留下哪天改的，如 选址类型")
    sensitive: bool = F(default=False, description="不需要的人看到的打星号，如 电话")
    print: bool = F(default=True, description="打印时要不要")
    effective_from: date | None = F(default=None, description="从哪天起必填；和 required 一起写")
    effective_to: date | None = F(default=None, description="必填到哪天（含）；这一列留着，以前的行还要")
    item: str = F(default="", description="政策条目编号")


class Periodic(Model):
    """A table that opens a row per parent record and period."""

    kind: Literal["week", "ten_days", "half_month", "month", "quarter", "half", "year"] = F(description="多久一期")
    field: str = F(description="填期次的那一列")
    unchanged: str = F(default="", description="“本期无变化”那一列（是/否）；填“是”就算报了")


class Table(Model):
    """One entry tab of a book. `filler` says whose books have it: "unit", "commission", a department's code, or the
    group of several departments."""

    name: str = F(pattern=r"^[a-z][a-z0-9_]*$", description="英文名，给规则用；用起来以后不要改")
    title: str = F(description="标签名，最多31个字")
    filler: str = F(default="unit", description="在谁的簿子里：unit、commission、部门代码或几个部门的 group")
    note: str = F(default="", description="表的说明，写进填报说明")
    fields: tuple[Field, ...] = F(description="列")
    keys: tuple[tuple[str, ...], ...] = F(default=(), description="没有编号时凭哪几列认出同一行，可靠的在前")
    name_field: str = F(default="", description="人怎么称呼一行：哪一列")
    parent: str = F(default="", description="上级表：一行属于上级表的哪一行")
    parent_field: str = F(default="", description="本表里填上级名称的那一列")
    periodic: Periodic | None = F(default=None, description="按期给上级表的每一行开一行")
    ended: str = F(default="", description="终止日期那一列：填了以后各项期限停走，显示“已终止”")
    resumed: str = F(default="", description="又回来的日期（如再入库）那一列：晚于终止日期的，从那天起照常计算")
    version_by: str = F(
        default="",
        description="一行按哪个日期选版本（下拉的值、必填、没有起算日期的规则），列或算式；不写：按期开行的按期末，别的按判断那天",
    )
    rows: int = F(default=200, description="空表预留几行")
    answers: tuple[str, ...] = F(default=(), description="显示系统的哪几列；不写就是全部")
    item: str = F(default="", description="政策条目编号")

    def index(self, name: str) -> int:
        """Position of a field by name. KeyError when there is none."""
        for position, item in enumerate(self.fields):
            if item.name == name:
                return position
        raise KeyError(name)

    def field(self, name: str) -> Field:
        return self.fields[self.index(name)]

    def called(self, values: Mapping[str, str]) -> str:
        """What a person calls a row: its name; of a child first whose it is, e.g. 某某项目·用地报批."""
        own = values.get(self.name_field, "") if self.name_field else ""
        whose = values.get(self.parent_field, "") if self.parent and self.parent_field != self.name_field else ""
        return "·".join(text for text in (whose, own) if text)


class AnswerColumn(Model):
    """A column of ours. The eight names are fixed; title, place and whether it is shown are the scheme's."""

    name: Literal["id", "check", "status", "stage", "deadline", "remaining", "flag", "updated", "problems", "echo"] = F(
        description="系统的哪一列"
    )
    title: str = F(description="列名")
    side: Literal["left", "right"] = F(default="right", description="在左边还是右边")
    width: int = F(default=12, description="列宽")
    hidden: bool = F(default=False, description="隐藏")


DEFAULT_ANSWERS: tuple[AnswerColumn, ...] = (
    AnswerColumn(name="id", title="编号", side="left", width=8),
    AnswerColumn(name="check", title="校验结果", side="left", width=28),
    AnswerColumn(name="status", title="节点状态", side="left", width=30),
    AnswerColumn(name="stage", title="当前阶段", width=10),
    AnswerColumn(name="deadline", title="下一期限", width=12),
    AnswerColumn(name="remaining", title="剩余天数", width=10),
    AnswerColumn(name="flag", title="考核标识", width=18),
    AnswerColumn(name="updated", title="更新时间", width=16),
    AnswerColumn(name="problems", title="问题字段", hidden=True, width=10),
    AnswerColumn(name="echo", title="内容标识", hidden=True, width=10),
)
MECHANISM = frozenset({"id", "problems", "echo"})  # columns the service cannot work without: on every entry tab
EXPLANATION = "情况说明"  # the clerk's own column on every entry tab: field name "explanation"
