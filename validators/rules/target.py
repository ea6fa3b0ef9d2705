"""target: a count, a sum or a ratio that must be reached by a day. A value of null is a target nobody has set."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from pydantic import Field as F
from pydantic import model_validator

from validators.exact import percent, plain, whole_up
from validators.facts import Facts, SharedJudge, Verdict, unit_finder
from validators.obligations import LEADS, LISTED, listed_periods
from validators.periods import Period, PeriodKind, period_of
from validators.roster import Roster
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env
from validators.rules.measures import earliest
from validators.rules.once import Once
from validators.status import UNSETTLED, Status, provisional

_ZERO, _ONE = Decimal(0), Decimal(1)


class Target(RuleBase):
    """What is counted: rows of `table` for which `where` holds and whose `date_field` lies in the window (dates after
    today and values that do not count, e.g. 投产 before 联合验收合格, are left out); with `value` their sum.

    What is over is judged by the lists of dates that held on its last day: lookups, units, versions of the rules that
    derive what `where` and `value` name.

    Window: `since` (default the first day of the scheme's year) to `until`; or each `period`.

    `goal` is what must be reached: a number; or, when there is a denominator, a share of it (0.55, 1). Denominator:
    `of` (a number) or `of_where` (rows of `of_table` or `table`; with `of_date` in the window); both: the rows if
    they are at least `of`, else `of` (T-3). Compared exactly: done ≥ goal × denominator; `at_most` turns it round.

    How a row ends may be known only after its period (签约3个月内开工率): as long as `open_where` holds for a row that
    belongs to a period which is over, its figures are told as 暂计, and what counts with them waits.
    """

    kind: Literal["target"] = "target"
    where: str = F("", description="condition: the row is counted")
    date_field: str = F("", description="date field that puts a row into the window; '' = all rows")
    value: str = F("", description="expression to sum; '' = count rows")
    distinct: str = F(
        "",
        description="field by which rows are counted once, also in the denominator where it is of the same table; each unit "
        "counts its own, in the number of all units it is one, of different amounts the largest; a blank is a thing of its own",
    )
    goal: Decimal | None = F(None, description="number to reach, or share of the denominator; null = not set")
    at_most: bool = F(False, description="the goal is an upper bound (zero targets)")
    of: Decimal | None = F(None, description="denominator as a number, or the least when rows are counted")
    of_table: str = F("", description="table of the denominator's rows; empty = `table`")
    of_where: str = F("", description="condition: the row is in the denominator")
    of_date: str = F("", description="date that puts a row of the denominator into the window")
    open_where: str = F(
        "",
        description="condition: how the row ends is still to come, e.g. 为空(开工日期) 且 今天 <= 签约日期 + 3个月; of the "
        "denominator's rows where it is counted from rows, else of those in the window",
    )
    since: date | None = F(None, description="first day that counts; null = the first of the reporting year")
    until: date | None = F(None, description="last day that counts; null = the last of the reporting year")
    period: PeriodKind | None = F(None, description="a target for each period instead of one window")
    by: Literal["scheme", "unit"] = F("scheme", description="one target for all, or one for each unit")
    unit_goals: dict[str, Decimal | None] = F({}, description="goals of single units, by name or code")
    measure: str = F("个", description="what is counted: 个, 万元, %")
    none_text: str = F("", description="said in the reason where nothing was counted, e.g. 本月无对接")
    lead: int | None = F(None, description="days of 临期; None = the scheme's leads")
    freeze: bool = F(True, description="after `until` a frozen value, where there is one, is what counts")
    keep: int = F(0, description="with `period`: how many periods back are listed; 0 = what is usual")

    @model_validator(mode="after")
    def _one_way(self) -> Target:
        if self.when:
            raise ValueError("目标不写 when：数哪些行写 where，分母是哪些行写 of_where")
        return self

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.of_table) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def compile_shared(self, env: Env) -> SharedJudge:
        return _Judge(self, env)

    def told(self, status: Status) -> list[str]:
        found = [self.none_text] if self.none_text and status.inputs.get("done") == "0" else []
        return [*found, *provisional(status)]


class _Window(NamedTuple):
    """Days that count, both included, and the period they are, if any."""

    first: date
    last: date
    period: Period | None = None


class _Judge:
    """The rule compiled: calling it judges the target of the scheme or of every unit on a day."""

    def __init__(self, rule: Target, env: Env) -> None:
        self.rule = rule
        self.env = env
        self.date_field = env.own(rule.date_field, rule.table) if rule.date_field else ""
        self.distinct = env.own(rule.distinct, rule.table) if rule.distinct else ""
        self.where = env.condition(rule.where, rule.table)
        self.value = env.getter(rule.value, rule.table, "number") if rule.value else None
        self.of_table = rule.of_table or rule.table
        self.of_date = env.own(rule.of_date, self.of_table) if rule.of_date else ""
        self.of_actual = bool(rule.of_date) and (
            env.scheme.table(self.of_table).field(self.of_date).type == "date_actual"
        )
        self.of_where = env.condition(rule.of_where, self.of_table) if rule.of_where else None
        self.open_where = env.condition(rule.open_where, self.of_table if rule.of_where else rule.table)
        leads = env.scheme.conventions.leads
        self.lead = (
            rule.lead if rule.lead is not None else leads.get(rule.period or "year", LEADS[rule.period or "year"])
        )
        self.start = rule.since or env.scheme.effective_from
        code = unit_finder(env.scheme)
        self.unit_goals = {code(word): goal for word, goal in rule.unit_goals.items()}

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        roster = Roster.of(self.env.scheme, facts) if self.rule.by == "unit" else None
        verdicts = []
        for window in self._windows(ctx):
            held = ctx.facts_on(facts, window.last)
            done, by_unit = self._done(held, window, ctx)
            of = self._denominators(held, window, ctx) if self.of_where is not None else None
            ahead, open_ = self._ahead(facts, window, ctx.today), self._open(held, window, ctx.today)
            for unit in roster.on(min(window.last, ctx.today)) if roster is not None else ("",):
                got = by_unit.get(unit, _ZERO) if unit else done
                status = self._status(facts, ctx, window, unit, got, of)
                status = replace(status, next_change=earliest(status.next_change, ahead))
                if unit in open_ and "frozen" not in status.inputs:
                    status.inputs[UNSETTLED] = True
                if not unit:
                    status.inputs["by_unit"] = {code: plain(number) for code, number in sorted(by_unit.items())}
                    if sum(by_unit.values(), _ZERO) != done:  # several units list the same thing
                        status.inputs["once"] = plain(done)
                verdicts.append(self._verdict(window, unit, status))
        return verdicts

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """The next day on which there is another unit, or one less."""
        return Roster.of(self.env.scheme, facts).turn(ctx.today) if self.rule.by == "unit" else None

    def _windows(self, ctx: Ctx) -> list[_Window]:
        rule, today = self.rule, ctx.today
        if rule.period is None:
            named, scheme = rule.until or rule.since, self.env.scheme
            known = named is None and scheme.year
            year = scheme.reporting_year(known) if known else period_of(named or today, "year", scheme.year_from)
            return [_Window(rule.since or year.first, rule.until or year.last)]
        year_from, end = self.env.scheme.year_from, rule.until or self.env.scheme.effective_to
        keep = ctx.keeping(rule.period, rule.keep or LISTED[rule.period], year_from)
        periods = listed_periods(rule.period, self.start, end, today, keep, year_from)
        return [_Window(item.first, item.last, item) for item in periods]

    # what is counted -----------------------------------------------------------------------------------------

    def _done(self, facts: Facts, window: _Window, ctx: Ctx) -> tuple[Decimal, dict[str, Decimal]]:
        """The count or sum of all and by unit. Values unknown or dated after today are left out (B-58)."""
        rule, last = self.rule, min(window.last, ctx.today)
        once = Once(self.distinct)
        for row in facts.table(rule.table):
            if self.date_field and not _inside(row.get(self.date_field), window.first, last):
                continue
            if self.where is not None and self.where.fn(row) is not True:
                continue
            once.add(row, _ONE if self.value is None else self.value(row) or _ZERO)
        return once.sums()

    def _ahead(self, facts: Facts, window: _Window, today: date) -> date | None:
        """The next day on which a row already known comes to be counted: one dated after today."""
        days = [row.get(self.date_field) for row in facts.table(self.rule.table)] if self.date_field else []
        if self.of_actual:
            days += [row.get(self.of_date) for row in facts.table(self.of_table)]
        return min((day for day in days if day is not None and today < day <= window.last), default=None)

    def _open(self, facts: Facts, window: _Window, today: date) -> set[str]:
        """Units of which a row of a window that is over is still open; "" where there is any."""
        if self.open_where is None or today <= window.last:
            return set()
        table, day = (self.rule.table, self.date_field) if self.of_where is None else (self.of_table, self.of_date)
        test, of = self.open_where.fn, self.of_where
        units = {
            row.unit
            for row in facts.table(table)
            if (not day or _inside(row.get(day), window.first, window.last))
            and (of is None or of.fn(row) is True)
            and test(row) is True
        }
        return units | {""} if units else units

    def _denominators(self, facts: Facts, window: _Window, ctx: Ctx) -> dict[str, Decimal]:
        """Rows that make the denominator, by unit; "" is all of them. What is dated after today has not happened,
        what is planned for then counts."""
        last = min(window.last, ctx.today) if self.of_actual else window.last
        once = Once(self.distinct if self.of_table == self.rule.table else "")
        for row in facts.table(self.of_table):
            if self.of_date and not _inside(row.get(self.of_date), window.first, last):
                continue
            if self.of_where is not None and self.of_where.fn(row) is True:
                once.add(row, _ONE)
        total, by_unit = once.sums()
        return {**by_unit, "": total}

    # what it says --------------------------------------------------------------------------------------------

    def _status(
        self, facts: Facts, ctx: Ctx, window: _Window, unit: str, done: Decimal, of: dict[str, Decimal] | None
    ) -> Status:
        rule = self.rule
        inputs: dict[str, Any] = {"measure": rule.measure}
        if window.period is not None:
            inputs |= {"period": window.period.text, "label": window.period.label}
        frozen = self._frozen(facts, window, unit) if ctx.today > window.last and rule.freeze else None
        if frozen is not None:
            if frozen != done:
                inputs["now"] = plain(done)
            done = frozen
            inputs["frozen"] = True
        base = self._base(unit, of, inputs)
        goal = self.unit_goals.get(unit, rule.goal) if unit else rule.goal
        self._figures(done, goal, base, inputs)
        code = self._code(done, goal, base, window, ctx.today)
        return Status(rule.id, code, window.last, None, self._next_change(code, window), inputs)

    def _frozen(self, facts: Facts, window: _Window, unit: str) -> Decimal | None:
        period = window.period.text if window.period else ""
        for name in dict.fromkeys((period, window.last.isoformat(), period_of(window.last, "month").text, "")):
            found = facts.frozen.get((self.rule.id, unit, name))
            if found is not None:
                return Decimal(found.partition("/")[0].strip())
        return None

    def _base(self, unit: str, of: dict[str, Decimal] | None, inputs: dict[str, Any]) -> Decimal | None:
        """The denominator, None when the goal is a plain number; `basis` says which was taken (B-12)."""
        rule = self.rule
        if of is None:
            return rule.of
        counted = of.get(unit, _ZERO)
        if rule.of is not None and counted < rule.of:
            inputs["basis"] = "target"
            return rule.of
        inputs["basis"] = "rows"
        return counted

    def _figures(self, done: Decimal, goal: Decimal | None, base: Decimal | None, inputs: dict[str, Any]) -> None:
        inputs["done"] = plain(done)
        whole = base if base is not None else goal
        if whole is not None:
            inputs["target"] = plain(whole)
            inputs["ratio"] = percent(done, whole)
        wanted = self._wanted(goal, base)
        if wanted is not None:
            short = done - wanted if self.rule.at_most else wanted - done
            short = whole_up(short) if self.value is None else short
            of_nothing = base is not None and not base  # of which nothing is wanting
            inputs["gap"] = plain(_ZERO if of_nothing else max(short, _ZERO))
            if base is not None and goal is not None:
                inputs["goal"] = plain(goal)

    def _wanted(self, goal: Decimal | None, base: Decimal | None) -> Decimal | None:
        if goal is None:
            return None
        return goal if base is None else goal * base

    def _code(self, done: Decimal, goal: Decimal | None, base: Decimal | None, window: _Window, today: date) -> str:
        wanted = self._wanted(goal, base)
        if wanted is None:
            return codes.UNSET
        if base is not None and not base:
            return codes.NOT_APPLICABLE
        over = today > window.last
        if self.rule.at_most:
            return codes.MISSED if done > wanted else (codes.MET if over else codes.RUNNING)
        if done >= wanted:
            return codes.MET
        if over:
            return codes.MISSED
        return codes.SOON if today >= self._soon(window) else codes.RUNNING

    def _soon(self, window: _Window) -> date:
        return window.last - timedelta(days=self.lead)

    def _next_change(self, code: str, window: _Window) -> date | None:
        if code == codes.RUNNING and not self.rule.at_most:
            return self._soon(window)
        return window.last + timedelta(days=1) if code in {codes.SOON, codes.RUNNING, codes.UNSET} else None

    def _verdict(self, window: _Window, unit: str, status: Status) -> Verdict:
        period = window.period.text if window.period else ""
        key = "|".join((self.rule.id, unit, period)).rstrip("|")
        return Verdict("target", key, "", unit, period, statuses=[status])


def _inside(day: date | None, first: date, last: date) -> bool:
    return day is not None and first <= day <= last
