"""`required`: fields that must be filled in at a stage, on a condition, or from some time before a planned date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

from pydantic import Field as F

from validators.calendar import Unit
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import RuleBase
from validators.rules.context import Cells, Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.messages import remembered
from validators.scheme.base import Model


class Need(Model):
    """One field that is wanted, on a condition of its own, under a name of its own."""

    field: str
    when: str = ""
    title: str = ""


class Window(Model):
    """Wanted only from n units before a date on."""

    before: Anchor
    n: int
    unit: Unit = "月"


class Required(RuleBase):
    """缺项:a、b for the fields that are blank while `when` holds (an unknown condition asks for nothing).

    `window` asks only from some time before a date on; `text` replaces the list by a word of the scheme's own.
    """

    kind: Literal["required"] = "required"
    fields: tuple[str | Need, ...] = F(description="fields by name or title, or {field, when, title}")
    window: Window | None = F(None, description="wanted only from some time before a date on")
    text: str = F("", description="said instead of 缺项:a、b, e.g. 未培训")

    def compile(self, env: Env) -> Judge:
        condition = env.condition(self.when, self.table)
        test = condition.fn if condition else None
        needs = [_need(env, self.table, item) for item in self.fields]
        opens = _opens(env, self)
        make, text = remembered(self, codes.NOTICE if self.text else codes.INCOMPLETE), self.text

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if test is not None and test(row) is not True:
                return None
            blank = [(title, name) for title, name, get, wanted in needs if get(row) is None and wanted(row)]
            if not blank:
                return None
            start = opens(row) if opens is not None else None
            if opens is not None and (start is None or ctx.today < start):
                return Outcome(next_change=start)
            titles = (text,) if text else tuple(item[0] for item in blank)
            return make(titles, tuple(item[1] for item in blank))

        return judge


def _need(
    env: Env, table: str, item: str | Need
) -> tuple[str, str, Callable[[Cells], object], Callable[[Cells], bool]]:
    need = Need(field=item) if isinstance(item, str) else item
    condition = env.condition(need.when, table)
    wanted: Callable[[Cells], bool] = (
        (lambda _row: True) if condition is None else (lambda row, fn=condition.fn: fn(row) is True)  # type: ignore[misc]
    )
    title = need.title or env.title(need.field, table)
    return title, env.name(need.field, table), env.getter(need.field, table), wanted


def _opens(env: Env, rule: Required) -> Callable[[Cells], date | None] | None:
    if rule.window is None:
        return None
    window, get, calendar = rule.window, env.date(rule.window.before, rule.table), env.calendar
    return lambda row: None if (day := get(row)) is None else calendar.add(day, -window.n, window.unit).day
