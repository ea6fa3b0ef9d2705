"""Tables, fields and choices: what is to be filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field as F

from validators.scheme.base import Model

FieldType = Literal[
    "text", "long_text", "project_name", "company", "person", "phone", "uscc", "projcode", "township", "industry",
    "date", "date_plan", "date_actual", "period", "month", "quarter", "half", "week", "year",
    "money_wan", "money_yi", "number", "integer", "pct_invest", "pct_progress",
    "yesno", "stage", "choice", "choices", "photo",
]  # fmt: skip


class Choice(Model):
    """One value of a drop-down, with the spellings that mean it."""

    value: str
    aliases: tuple[str, ...] = ()
    note: str = ""


class Field(Model):
    """One column. `owner` is who fills it: "unit", "commission" or a department's code."""

    name: str = F(pattern=r"^[a-z][a-z0-9_]*$", description="English identifier, never shown to clerks")
    title: str = F(description="header text without unit, as clerks know it")
    aliases: tuple[str, ...] = ()
    group: str = F(default="", description="title of the merged header above; a title may stand once in each group")
    type: FieldType = "text"
    unit: str = F(default="", description="shown behind the title, e.g. 万元; money is stored in 万元 whatever it says")
    owner: str = "unit"
    required: bool = F(default=False, description="always; at a stage or on a condition is a `required` rule")
    choices: str = F(default="", description="a list of the scheme's `choices`, or `@units`, `@own:<table>`")
    strict: bool = F(True, description="with choices: other values are errors; false: a warning")
    minimum: str = F(default="", description="inclusive; a number or a date")
    maximum: str = ""
    pattern: str = ""
    max_length: int = 2000
    at_most: int = F(0, description="for person, phone, choices: most items allowed, 0 = any number")
    precision: Literal["", "day", "month"] = F(default="", description="for dates: least precision wanted")
    hint: str = F(default="", description="input message, at most 255 characters")
    example: str = ""
    width: int = 14
    carry: bool = F(default=False, description="value is carried over when a new period is opened")
    dated: bool = F(default=False, description="changes are kept with their dates in the history facts (选址类型)")
    sensitive: bool = F(default=False, description="masked for roles that do not need it (telephone numbers)")
    print: bool = True
    item: str = F(default="", description="id in the policy matrix, e.g. T-F14")


class Periodic(Model):
    """A table that opens a row per parent record and period."""

    kind: Literal["week", "month", "quarter", "year"]
    field: str = F(description="name of the field that holds the period")
    unchanged: str = F(default="", description="name of the yes/no field 本期无变化: one cell declares a nil report")


class Table(Model):
    """One entry tab of a book. `filler` says whose books have it: "unit", "commission", a department's code, or the
    group of several departments."""

    name: str = F(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = F(description="tab title, at most 31 characters")
    filler: str = "unit"
    note: str = ""
    fields: tuple[Field, ...]
    keys: tuple[tuple[str, ...], ...] = F(default=(), description="natural keys in order of trust, of field names")
    name_field: str = F(default="", description="field whose value a person would call the row by")
    parent: str = F(default="", description="table whose records the rows belong to")
    parent_field: str = F(default="", description="field of this table that names the parent by its name_field")
    periodic: Periodic | None = None
    ended: str = F(default="", description="date field: from that day on the row is over, its clocks show 已终止")
    rows: int = F(200, description="rows prepared in a new book")
    answers: tuple[str, ...] = F(default=(), description="names of answer columns shown; () = all of the scheme's")
    item: str = ""

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

    name: Literal["id", "check", "status", "stage", "deadline", "remaining", "flag", "updated", "problems", "echo"]
    title: str
    side: Literal["left", "right"] = "right"
    width: int = 12
    hidden: bool = False


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
