"""`elapsed`: a limit between two nodes — 签约到开工不超过3个月.

The start day is not counted, the last day is in time, months are clamped from the original anchor. `n: null` means
the document names no number: the days are shown and nothing is judged. Seasons that do not count and days that were
granted move the deadline (`timing`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import field_validator

from validators.calendar import Roll, Unit
from validators.expression_types import UNKNOWN
from validators.obligations import told_of_duty
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import RuleBase
from validators.rules.context import Cells, Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import (
    Memo,
    Term,
    applies,
    asked_again,
    judge_term,
    lead_of,
    no_start_or_backwards,
    not_before,
    plain,
    soon_from,
    sound_limit,
    unreadable,
    unsure,
    wrong_ahead,
)
from validators.rules.messages import message
from validators.rules.timing import Dated, Movable, granted_by, mover, told_of_moves
from validators.scheme.base import Model
from validators.scheme.wording import only_number
from validators.status import Status

Limit = Callable[[Cells], Any]  # number of units, None = no limit, or an Outcome when it cannot be told


class LimitTable(Model):
    """A limit that depends on the row: one or more values joined with "|" → number of units, null = no limit.

    `*` in any place stands for every value there; of several rows that fit the one with the fewest `*` holds, and of
    those the one whose first values are named. A combination that no row names is 映射未配置.
    """

    by: tuple[str, ...] = F(description="fields or formulas whose values make the key")
    rows: dict[str, int | None] = F({}, description="key → limit, e.g. {经开区|5亿元以上: 6, 经开区|*: 4}")
    lookup: str = F("", description="name of a lookup of the scheme instead of rows")

    @field_validator("rows", mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:
        return {key: sound_limit(n) for key, n in value.items()} if isinstance(value, dict) else value


class Elapsed(Dated, Movable, RuleBase):
    """The clock runs from `from` to `to`; the deadline is `from` + n units, or the day that `due` works out (次月月底前、
    12月竣工的次年1月底前), rolled as `roll` says.

    A start that lies ahead because it is planned or worked out (季末(签约日期), 签约日期 + 1年) is 未启动 until its day, with
    the deadline known; only an actual date after today is 数据异常.
    """

    kind: Literal["elapsed"] = "elapsed"
    from_: Anchor = F(alias="from", description="date field, formula or pick that starts the clock")
    to: Anchor = F(description="date field, formula or pick that stops it")
    n: int | str | None = F(None, description="limit; a text is a numeric formula; null = show days, judge nothing")
    limits: LimitTable | None = F(None, description="a limit chosen by the row's values, instead of n")
    due: Anchor = F(
        "",
        description="last day, a date field or formula, instead of n: 月末(开工日期 + 1个月), "
        "如果(月(竣工日期) = 12, 年末(竣工日期) + 1个月, 年末(竣工日期))",
    )
    unit: Unit = F("日", description="日 and 周 are calendar days; 同年 ends on 31 December of the start's year")
    roll: Roll = F("none", description="where a deadline on a day off moves: none, next_workday, previous_workday")
    lead: int | None = F(None, description="days of 临期, instead of the scheme's for the unit")
    orphan: Literal["broken", "ignore"] = F("broken", description="`to` without `from`: 数据异常, or 未启动")
    early: Literal["broken", "done"] = F(
        "broken", description="`to` before `from`: 数据异常, or done (升规 before 投产)"
    )
    open_text: str = F("", description="without a limit and not yet done: words with {n}, e.g. 待补齐{n}")
    done_text: str = F("", description="without a limit and done: words with {n}, default the days alone")

    @field_validator("n", mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:
        return sound_limit(value)

    clocked: ClassVar[bool] = True
    extendable: ClassVar[bool] = True

    @field_validator("n")
    @classmethod
    def _unit_apart(cls, value: int | str | None) -> int | str | None:
        if isinstance(value, str) and (meant := only_number(value)):
            raise ValueError(f"n 是数，不带单位；现在写的是“{value}”，{meant}")
        return value

    def details(self) -> dict[str, Any]:
        return {"limit": limit_words(self.n, self.unit)} if isinstance(self.n, int) else {}

    def derives(self) -> tuple[tuple[str, str], ...]:
        return self.dated()

    def told(self, status: Status) -> list[str]:
        return [*told_of_moves(self, status), *told_of_duty(status.inputs)]

    def compile(self, env: Env) -> Judge:
        """One look at two dates when the first is blank; else a memo by the two dates and the limit."""
        for name, kind in self.dated():
            env.derive(self.table, name, kind)
        start, end = env.date(self.from_, self.table), env.date(self.to, self.table)
        check = applies(env, self, env.condition(self.when, self.table))
        limit = _limit(env, self)
        fixed = self.n if isinstance(self.n, int) else None
        not_started, ignore, rule = plain(self.id, codes.NOT_STARTED), self.orphan == "ignore", self.id
        early, names = self.early == "done", env.fields(self.from_, self.table)
        measure, memo, granted = _measure(env, self), Memo(), granted_by(env, self)
        wrong, unread = wrong_ahead(env, self, self.from_, self.to), unreadable(env, self, self.from_, self.to)
        several = not (isinstance(self.from_, str) and isinstance(self.to, str))  # one of them may lie ahead unseen

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if row.unread and (outcome := unread(row)) is not None:
                return (check(row) if check is not None else None) or outcome
            a, b = start(row), end(row)
            if a is None and (b is None or ignore):
                return not_started
            today = ctx.today
            if several and row.latest > today and (outcome := wrong(row, today)) is not None:
                return outcome
            if (a is not None and a > today) or (b is not None and b > today):
                if (outcome := wrong(row, today)) is not None:
                    return outcome
                if b is not None and b > today:  # planned or worked out: it has not come
                    return asked_again(judged(row, a, None, ctx), b)
            return judged(row, a, b, ctx)

        def judged(row: TypedRow, a: date | None, b: date | None, ctx: Ctx) -> Outcome | None:
            if a is None or (b is not None and b < a and not early):
                return no_start_or_backwards(rule, a, b, names) or not_started
            if check is not None and (outcome := check(row)) is not None:
                return outcome if a <= ctx.today else not_before(rule, a)
            if b is not None and b < a:
                in_time = {self.late_into: Decimal(0)} if self.late_into else {}
                return Outcome(Status(rule, codes.DONE, None, b, None, {"from": a.isoformat()}), derived=in_time)
            n = fixed if limit is None else limit(row)
            if isinstance(n, Outcome):
                return n if a <= ctx.today else not_before(rule, a)
            found, more = memo.of(ctx.today), granted(row) if granted is not None else 0
            outcome = found.get((a, b, n, more))
            if outcome is None:
                outcome = self.known(measure(a, b, n, more, ctx.today), ctx.today, ctx.calendar, self.unit)
                found[a, b, n, more] = outcome
            return outcome

        return judge


def limit_words(n: int, unit: str) -> str:
    """A limit as a person says it: 3个月, 10日, 3个工作日, 同年."""
    if unit == "同年":
        return "同年"
    return f"{n}{'个' if unit in {'月', '工作日'} else ''}{unit}"


def _measure(env: Env, rule: Elapsed) -> Callable[[date, date | None, int | None, int, date], Status]:
    term = _terms(env, rule)
    judged = rule.unit == "同年"

    def measure(start: date, done: date | None, n: int | None, granted: int, today: date) -> Status:
        inputs: dict[str, Any] = {"from": start.isoformat()}
        if n is None and not judged:
            if start > today:
                return Status(rule.id, codes.NOT_STARTED, None, None, start, inputs)
            return Status(rule.id, codes.SHOWN, None, done, None, inputs)
        if n is not None and n != rule.n and not rule.due:
            inputs["n"] = n
        found, moves = term(start, n or 0, granted)
        if start > today:
            doubt = {"provisional": True} if found.provisional else {}
            return Status(rule.id, codes.NOT_STARTED, found.deadline, None, start, {**inputs, **doubt, **moves})
        return judge_term(rule.id, found, done, today, {**inputs, **moves} if moves else inputs)

    return measure


def _terms(env: Env, rule: Elapsed) -> Callable[[date, int, int], tuple[Term, dict[str, Any]]]:
    """The deadline of a limit from a day, each worked out once, and by what it was moved."""
    lead, calendar = lead_of(env, "planned" if rule.due else rule.unit, rule.lead), env.calendar
    moves = mover(env, rule, rule.unit) if rule.pauses or rule.extend else None
    assumed = unsure(env, rule.table, rule.from_, rule.due)
    known: dict[tuple[date, int, int], tuple[Term, dict[str, Any]]] = {}

    def term(start: date, n: int, granted: int) -> tuple[Term, dict[str, Any]]:
        found = known.get((start, n, granted))
        if found is None:
            added = calendar.add(start, n, rule.unit)
            moved = moves(start, added.day, granted) if moves is not None else None
            rolled = calendar.roll(moved.day if moved is not None else added.day, rule.roll)
            soon = soon_from(calendar, rolled.day, lead, rule.unit)
            doubt = added.provisional or rolled.provisional or assumed(start, added.day)
            doubt = doubt or (moved is not None and moved.provisional)
            found = Term(rolled.day, soon, doubt), moved.inputs() if moved is not None else {}
            known[start, n, granted] = found
        return found

    return term


def _limit(env: Env, rule: Elapsed) -> Limit | None:
    if rule.due:
        return _until(env, rule, rule.due)
    if isinstance(rule.n, str):
        return _from_formula(env, rule, rule.n)
    return _from_table(env, rule, rule.limits) if rule.limits is not None else None


def _from_formula(env: Env, rule: Elapsed, text: str) -> Limit:
    """A limit that is worked out; a part of a unit is not counted. What cannot be worked out is asked for."""
    formula = env.expression(text, rule.table, "number")

    def limit(cells: Cells) -> int | Outcome:
        value = formula.fn(cells)
        if value is not UNKNOWN:
            return int(Decimal(value))
        names = formula.missing(cells)
        missing = [env.title(name, rule.table) for name in names] or [text]
        return plain(rule.id, codes.PENDING, missing=missing, fields=list(names))

    return limit


def _until(env: Env, rule: Elapsed, due: Anchor) -> Limit:
    """A limit that ends on a day: so many days after the start. A blank cell on which that day hangs is asked for."""
    start, last, reads = env.date(rule.from_, rule.table), env.date(due, rule.table), env.reads((due,), rule.table)

    def limit(cells: Cells) -> int | Outcome:
        first, day = start(cells), last(cells)
        if first is not None and day is not None:
            return (day - first).days
        names = sorted(name for name in reads if cells.get(name) is None)
        return plain(rule.id, codes.PENDING, missing=[env.title(name, rule.table) for name in names], fields=names)

    return limit


def _from_table(env: Env, rule: Elapsed, table: LimitTable) -> Limit:
    getters = [env.getter(text, rule.table) for text in table.by]
    wanted = [env.expression(text, rule.table) for text in table.by]
    rows = _rows(env, table)

    def limit(cells: Cells) -> int | Outcome | None:
        values = [get(cells) for get in getters]
        if None in values:
            blank = [
                (item.missing(cells) or (item.source,)) for item, v in zip(wanted, values, strict=True) if v is None
            ]
            names = list(dict.fromkeys(name for names in blank for name in names))
            missing = [env.title(name, rule.table) for name in names]
            return plain(rule.id, codes.PENDING, missing=missing, fields=names)
        key = tuple(map(str, values))
        found = next((row for row in patterns(key) if row in rows), None)
        return rows[found] if found is not None else unmapped(rule, "|".join(key))

    return limit


def unmapped(rule: RuleBase, key: str) -> Outcome:
    """映射未配置: a gap of the scheme, which the lead department fills; nobody's row is wrong."""
    told = message(rule, codes.UNMAPPED, (codes.WORDS[codes.UNMAPPED],), ())
    return Outcome(Status(rule.id, codes.UNMAPPED, inputs={"key": key}), told.findings)


@lru_cache(maxsize=10_000)
def patterns(values: tuple[str, ...]) -> tuple[str, ...]:
    """Keys that fit some values, the one to look at first before the others."""
    masks = sorted(product((False, True), repeat=len(values)), key=lambda mask: (sum(mask), mask))
    return tuple("|".join("*" if star else v for star, v in zip(mask, values, strict=True)) for mask in masks)


def _rows(env: Env, table: LimitTable) -> dict[str, int | None]:
    if not table.lookup:
        return table.rows
    rows = env.scheme.lookups[table.lookup].rows
    return {key: int(value) if isinstance(value, str) and value else None for key, value in rows.items()}
