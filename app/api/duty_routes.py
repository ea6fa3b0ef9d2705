"""What the API can be asked about duties: how they stand, what was ruled, 催办, closed periods."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from app.api.registry import Query, endpoint
from app.pages.guard import desk, must_act, person, sight
from app.queries import duties as read
from app.queries import duty_models as d
from app.queries import models as m
from app.remind import reminders
from sync import rulings as act
from sync.store.owed import Ruling


class Duties(Query):
    unit: str = Field("", description="unit code")
    rule: str = ""
    period: str = Field("", description="2025-06, 2025-W24, 2025Q2 …")
    state: Literal["", "missing", "soon", "open", "reported", "late"] = ""
    records: bool = Field(False, description="those of single rows too")
    limit: int = Field(500, ge=1, le=5000)
    offset: int = Field(0, ge=0)


class Rulings(Query):
    unit: str = ""
    withdrawn: bool = False


class Reminders(Query):
    unit: str = ""
    period: str = ""
    only: Literal["", "overdue", "soon"] = ""


class Extension(Query):
    """More time for one duty of one unit, or of one row; or for a limit of one row, which has no period."""

    unit: str = Field("", max_length=100)
    rule: str = Field(max_length=50)
    period: str = Field("", max_length=20)
    until: date
    why: str = Field(min_length=1, max_length=500)
    record: str = Field("", max_length=50)


class Exemption(Query):
    """Nothing owed: one period of one duty, or the periods between two days."""

    unit: str = Field(max_length=100)
    rule: str = Field("", max_length=50)
    period: str = Field("", max_length=20)
    since: date | None = None
    until: date | None = None
    why: str = Field(min_length=1, max_length=500)


class Nil(Query):
    """Nothing to report for this period."""

    unit: str = Field(max_length=100)
    rule: str = Field(max_length=50)
    period: str = Field(max_length=20)


class Withdrawal(Query):
    why: str = Field(min_length=1, max_length=500)


@endpoint("GET", "/obligations", "read", "填报任务", tag="duties", answer=list[d.DutyLine], query=Duties)
def get_obligations(query: Duties) -> list[d.DutyLine]:
    lines = read.duty_lines(
        desk(), sight(), unit=query.unit, rule=query.rule, period=query.period, state=query.state, records=query.records
    )
    return lines[query.offset : query.offset + query.limit]


@endpoint("GET", "/rulings", "read", "延期、免报、零报告", tag="duties", answer=list[d.RulingLine], query=Rulings)
def get_rulings(query: Rulings) -> list[d.RulingLine]:
    return read.ruling_lines(desk(), sight(), unit=query.unit, withdrawn=query.withdrawn)


@endpoint("GET", "/reminders", "decide", "催办", tag="duties", answer=list[d.ReminderLine], query=Reminders)
def get_reminders(query: Reminders) -> list[d.ReminderLine]:
    return reminders(desk(), unit=query.unit, period=query.period, only=query.only)


@endpoint("GET", "/closings", "read", "关过的期次", tag="duties", answer=list[d.ClosingLine])
def get_closings() -> list[d.ClosingLine]:
    return read.closing_lines(desk())


@endpoint("POST", "/rulings/extension", "decide", "延期", tag="duties", answer=d.RulingLine, body=Extension)
def post_extension(body: Extension) -> d.RulingLine:
    by = person().display
    return _told(
        act.extend(
            desk().office.parts, body.unit, body.rule, body.period, body.until, by=by, why=body.why, record=body.record
        )
    )


@endpoint("POST", "/rulings/exemption", "decide", "免报", tag="duties", answer=d.RulingLine, body=Exemption)
def post_exemption(body: Exemption) -> d.RulingLine:
    parts, by = desk().office.parts, person().display
    return _told(
        act.exempt(
            parts, body.unit, body.rule, body.period, by=by, why=body.why, since=body.since, until=body.until
        )
    )  # fmt: skip


@endpoint("POST", "/rulings/nil", "upload", "零报告", tag="duties", answer=d.RulingLine, body=Nil)
def post_nil(body: Nil) -> d.RulingLine:
    parts = desk().office.parts
    code = act.unit_code(parts, body.unit)
    must_act(code)
    return _told(act.declare_nil(parts, code, body.rule, body.period, by=person().display))


@endpoint(
    "POST", "/rulings/{ruling_id}/withdraw", "decide", "撤销", tag="duties", answer=m.Done, body=Withdrawal
)  # fmt: skip
def post_withdrawal(ruling_id: str, body: Withdrawal) -> m.Done:
    gone = act.withdraw(desk().office.parts, ruling_id, by=person().display, why=body.why)
    _told(gone)
    return m.Done(message=f"已撤销：{act.KINDS[gone.kind]}", number=1)


def _told(item: Ruling) -> d.RulingLine:
    """Everybody sees it at once, and the books are answered."""
    desk().live.bump()
    desk().wake()
    return read.ruling_line(desk(), item)
