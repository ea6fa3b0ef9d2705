"""`required`: fields that must be filled in, and rows that must be there, at a stage, on a condition, or from some time
before a planned date.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.calendar import Unit
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import RuleBase
from validators.rules.context import Cells, Condition, Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.messages import remembered
from validators.scheme.base import Model


class Need(Model):
    """One field that is wanted, on a condition of its own, under a name of its own. Or, with `rows`, a row of a child
    table: one for which `where` holds, or one for each value of the drop-down `each`.
    """

    field: str = F("", description="field that is wanted; with `rows` and `each` the child field that holds the value")
    when: str = F("", description="wanted only when true")
    title: str = F("", description="what is missing; with `each`, {value} stands for the value")
    rows: str = F("", description="child table in which a row is wanted")
    where: str = F("", description="condition on its rows")
    each: str = F("", description="drop-down with a row wanted for each of its values")

    @model_validator(mode="after")
    def _one_way(self) -> Need:
        if not self.rows and (not self.field or self.where or self.each):
            raise ValueError("写 field（要填的列），或写 rows（下级表里要有的行），where、each 只和 rows 一起写")
        if self.rows and bool(self.each) != bool(self.field):
            raise ValueError("each（下拉里每个值要有一行）和 field（下级表里填这个值的列）成对写")
        if self.rows and not self.title:
            raise ValueError("写了 rows 要写 title（缺的是什么）")
        return self


class Window(Model):
    """Wanted only from n units before a date on."""

    before: Anchor
    n: int
    unit: Unit = "月"


class Required(RuleBase):
    """缺项:a、b for the fields that are blank while `when` holds (an unknown condition asks for nothing; an actual date
    after today has not happened).

    `window` asks only from some time before a date on; `text` replaces the list by a word of the scheme's own.
    """

    kind: Literal["required"] = "required"
    fields: tuple[str | Need, ...] = F(
        description="fields by name or title, or {field, when, title}, or rows: {rows, where, each, field, title}"
    )
    window: Window | None = F(None, description="wanted only from some time before a date on")
    text: str = F("", description="said instead of 缺项:a、b, e.g. 未培训")

    asks: ClassVar[bool] = True

    def reads(self) -> frozenset[str]:
        return super().reads() | self.children()

    def children(self) -> frozenset[str]:
        rows = (item.rows for item in self.fields if isinstance(item, Need))
        return super().children() | frozenset(name for name in rows if name)

    def compile(self, env: Env) -> Judge:
        condition = condition_of(env, self.when, self.table)
        test = condition.fn if condition else None
        needs = [find for item in self.fields for find in _finders(env, self.table, item)]
        simple = _simple(env, self)
        opens = _opens(env, self)
        make, text = remembered(self, codes.NOTICE if self.text else codes.INCOMPLETE), self.text

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if test is not None and test(row) is not True:
                return None
            if simple is not None and simple <= row.keys():
                return None
            blank = [gap for find in needs if (gap := find(row)) is not None]
            if not blank:
                return None
            start = opens(row) if opens is not None else None
            if opens is not None and (start is None or ctx.today < start):
                return Outcome(next_change=start)
            titles = (text,) if text else tuple(item[0] for item in blank)
            return make(titles, tuple(dict.fromkeys(item[1] for item in blank if item[1])))

        return judge


def _simple(env: Env, rule: Required) -> frozenset[str] | None:
    """The fields when the rule wants nothing but fields of the row: then one look at its keys tells that all are there."""
    names = [env.name(item, rule.table) if isinstance(item, str) else "" for item in rule.fields]
    return frozenset(names) if all(names) else None


def condition_of(env: Env, text: str, table: str) -> Condition | None:
    """When something is asked for: what lies ahead has not happened and asks for nothing yet (B-58)."""
    with env.counting(True):
        return env.condition(text, table)


Find = Callable[[TypedRow], tuple[str, str] | None]  # what is missing and the field to be marked ("" = none), or None


def _finders(env: Env, table: str, item: str | Need) -> list[Find]:
    need = Need.model_validate({"field": item}) if isinstance(item, str) else item
    condition = condition_of(env, need.when, table)
    found = _rows(env, need) if need.rows else [_field(env, table, need)]
    if condition is None:
        return found
    test = condition.fn
    return [lambda row, find=find: find(row) if test(row) is True else None for find in found]  # type: ignore[misc]


def _field(env: Env, table: str, need: Need) -> Find:
    """A cell that could not be read is filled in: what is wrong with it is said of the cell."""
    get = env.getter(need.field, table)
    gap = (need.title or env.title(need.field, table), env.name(need.field, table))
    return lambda row: gap if get(row) is None and gap[1] not in row.unread else None


def _rows(env: Env, need: Need) -> list[Find]:
    """A row of the child table is wanted: any one, or one for each value of a drop-down."""
    name, condition = need.rows, condition_of(env, need.where, need.rows)

    def live(row: TypedRow) -> list[TypedRow]:
        rows = row.children.get(name, ())
        return [child for child in rows if condition is None or condition.fn(child) is True]

    if not need.each:
        gap = (need.title, "")
        return [lambda row: None if live(row) else gap]
    field = env.own(need.field, name)
    values = [item.value for item in env.scheme.choices[need.each]]

    def one(value: str) -> Find:
        gap = (need.title.format(value=value), "")
        return lambda row: None if any(child.texts.get(field) == value for child in live(row)) else gap

    return [one(value) for value in values]


def _opens(env: Env, rule: Required) -> Callable[[Cells], date | None] | None:
    if rule.window is None:
        return None
    window, get, calendar = rule.window, env.date(rule.window.before, rule.table), env.calendar
    return lambda row: None if (day := get(row)) is None else calendar.add(day, -window.n, window.unit).day
