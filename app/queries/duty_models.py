"""What pages and API say of duties: values that carry everything to be shown."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from app.queries.models import Answer, Time


class DutyLine(Answer):
    """What one unit, or one row of it, owes for one period."""

    rule: str
    title: str
    unit: str
    unit_name: str
    period: str = Field(description="2025-06, 2025-W24, 2025Q2, 2025H1, 2025 …")
    label: str
    record: str = Field("", description="编号, where the duty is about one row")
    name: str = ""
    code: str = Field(description="not_due | soon | missing | reported | reported_late | exempt | pending")
    text: str = Field(description="未到期 | 临期 | 逾期未报 | 已报 | 逾期补报N天 | 免报 …")
    deadline: date | None = None
    done: date | None = Field(None, description="the earliest day on which it can have come")
    days: int | None = Field(None, description="days left; negative: days overdue")
    reason: str = ""
    section: str = Field("", description="place in the policy document")
    covered: int | None = Field(None, description="rows reported, where every row is to be reported")
    due: int | None = Field(None, description="rows to be reported")
    missing: list[str] = Field([], description="rows not yet reported, by name; not more than 50")
    extended: date | None = Field(None, description="the last day after an extension")
    frozen: bool = Field(False, description="the period is closed; this does not change any more")
    mended: bool = Field(False, description="done after its period was closed")
    nil: str = Field("", description="word by which nothing to report can be declared now")


class RulingLine(Answer):
    """What a person ruled on duties."""

    id: str
    kind: str = Field(description="extension | exemption | nil")
    what: str
    unit: str
    unit_name: str
    rule: str = Field("", description="empty: every duty of the unit")
    title: str = ""
    period: str = ""
    label: str = ""
    record: str = ""
    since: date | None = None
    until: date | None = None
    by: str = ""
    why: str = ""
    at: Time = 0.0
    withdrawn: Time = 0.0
    withdrawn_by: str = ""
    withdrawn_why: str = ""


class ClosingLine(Answer):
    """A closed period."""

    period: str
    label: str
    rule: str = Field("", description="empty: every rule")
    day: date
    by: str = ""
    note: str = ""
    at: Time = 0.0


class ReminderLine(Answer):
    """催办 of one unit: the text, and the numbers in it."""

    unit: str
    unit_name: str
    text: str
    overdue: int = Field(description="duties that are not reported though their last day is over")
    soon: int = Field(description="duties that are nearly due")
    nodes: int = Field(0, description="deadlines of projects that are missed")
    must: int = Field(0, description="cells to be mended")
    explain: int = Field(0, description="cells to be explained")
