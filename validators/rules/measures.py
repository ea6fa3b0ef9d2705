"""Measures: a number for each subject and period, gathered from rows of a table or taken from another rule.

What scores, ranks and comparisons with a plan have in common. Exact fractions; a subject of which nothing is known has
no number, which is not the same as nought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic import Field as F
from pydantic import model_validator

from validators.facts import Facts, Verdict, unit_finder
from validators.periods import Period, period_of
from validators.rules.context import Ctx, Env
from validators.rules.subjects import WHOLE
from validators.scheme.base import Model
from validators.status import Status

if TYPE_CHECKING:
    pass

Values = dict[tuple[str, str], Fraction]  # (subject, text of the period or "") → number


class Settled(dict[tuple[str, str], Fraction]):
    """Numbers of what is settled. `open`: (subject, period) of which something is still to come, so that nothing told of
    them is not the same as nothing there. `left`: how many rows of them could not be counted, because a value that rules
    derive is not known."""

    def __init__(
        self, values: Values, open_: set[tuple[str, str]], left: Mapping[tuple[str, str], int] | None = None
    ) -> None:
        super().__init__(values)
        self.open, self.left = open_, left or {}


def still_open(values: Values) -> set[tuple[str, str]]:
    """(subject, period) of which something is still to come."""
    return values.open if isinstance(values, Settled) else set()


def left_out(values: Values, key: tuple[str, str]) -> int:
    """How many rows of a subject in a period could not be counted."""
    return values.left.get(key, 0) if isinstance(values, Settled) else 0


class Gather(Protocol):
    """A measure compiled."""

    def __call__(self, facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Values:
        """The numbers of the periods; without periods what holds on the day, under ""."""

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """The next day on which time alone may give other numbers."""


class Measure(Model):
    """A number per subject and period.

    From rows: `value` of the rows of `table` for which `where` holds, put together as `take` says; no value counts rows.
    Rows belong to a period by `date` or `period`; without either all rows count for every period. Dates after today do
    not count. In `value` and `where` 期初 and 期末 are the first and the last day of the period in question, for windows that
    roll (签约日期 > 期末 - 12个月, with span: all) and days that fall into it. Fixed: `fixed`, by unit code or name. `of` divides by another measure (no ratio over nought; where rows are
    counted, none of some is nought).

    From a rule: `rule`. With `codes` what it gives one of these statuses is counted: rows of a record rule, duties,
    targets and other subjects of a shared rule (missing duties of the month), once it is settled how they stand. `values`
    narrows it to what says one of these words: one level or step of `escalate` (到了黄单的), one band, one grade. Rows are
    counted as they stood at the end of the period, of one that runs as they stand today; of `escalate` the periods whose
    result reached a level are counted, of `streak` of the rows above those after which its flag held, of a rank those in
    which a place brought what `values` names. Levels and flags of rows count for their unit. What shared rules say of rows
    without periods (应统未统, places of rows), and the share that a comparison found, is what they would have said on the
    last day of the period, of one that runs today. Without, the figure that a shared rule tells (`pick`: done, ratio, gap, value for
    a place …). What it tells of shorter periods is put together as `take` says: the mean of a year's quarters. A week
    belongs to the month in which it ends.

    With `to: above` it counts for the unit above (`parent` in units: 县 of its 乡镇): rows of all its units together, figures
    of a rule put together as `take` says (the mean of the towns' scores). A unit without one above counts for itself.

    With `ago` it is the number of an earlier period: `{…, of: {…, ago: year}}` is this period over the same one a year
    before. A period that runs is compared with the whole of the earlier one.
    """

    table: str = F("", description="table whose rows are measured")
    value: str = F("", description="number field or formula; blank = rows are counted")
    where: str = F("", description="condition on the rows that count")
    date: str = F("", description="date field that puts a row into a period")
    period: str = F("", description="field of the row's period: 2025-06, 2025Q2 …")
    span: Literal["period", "year", "all", "whole"] = F(
        "period",
        description="rows of the period; of its year up to its end; all up to its end; whole: rows whose own period holds "
        "all of it (a year's goal in each of its months)",
    )
    take: Literal["sum", "last", "mean", "max", "min", "trimmed"] = F(
        "sum",
        description="last: of each parent row, in a table without a parent of each book, the latest row, for cumulative figures; trimmed: the mean without "
        "one greatest and one least, of three or more",
    )
    by: str = F(
        "", description="field that names the subject, also several names; blank = the row's unit; 全部 = the scheme"
    )
    to: Literal["", "above"] = F(
        "", description="above: counts for the unit above, as `parent` in units says; a unit that has none is its own"
    )
    ago: Literal["", "previous", "year"] = F(
        "",
        description="the number of the period before (previous: 环比) or of the same period a year before (year: 同比)",
    )
    of: Measure | None = F(None, description="what it is divided by")
    rule: str = F("", description="id of another rule whose result is taken")
    codes: tuple[str, ...] = F((), description="with a rule: statuses that are counted, e.g. [missing, reported_late]")
    values: tuple[str, ...] = F(
        (),
        description="with codes: only those that say one of these: levels or steps of escalate, bands, lights, grades, "
        "what a rank brings, e.g. {rule: 督办, codes: [escalated], values: [红单]}",
    )
    pick: str = F("", description="with a shared rule: its figure by name (done, ratio, gap …); blank = its own")
    fixed: dict[str, Decimal | None] = F({}, description="unit → number, e.g. goals; null = not set")

    @model_validator(mode="after")
    def _one_way(self) -> Measure:
        if (self.rule and self.fixed) or (bool(self.rule or self.fixed) == bool(self.table)):
            raise ValueError("写 table（从行里取）、rule（取另一条规则的结果）或 fixed（固定的数），三者选一")
        if self.values and not self.codes:
            raise ValueError("values（数哪几级、哪几档）与 codes 一起写")
        if self.date and self.period:
            raise ValueError("date 和 period 只写一个")
        if self.ago and (self.fixed or (self.table and not (self.date or self.period))):
            raise ValueError("ago（上一期、上年同期）要看每行是哪一期的：写 date 或 period")
        if self.take == "last" and not (self.date or self.period or self.rule):
            raise ValueError("take: last 要写 date 或 period，才知道哪一行最新")
        return self

    def tables(self) -> frozenset[str]:
        """Tables whose rows are read."""
        own = frozenset({self.table} if self.table else ())
        return own | (self.of.tables() if self.of is not None else frozenset())

    def rules(self) -> frozenset[str]:
        """Rules whose results are taken."""
        own = frozenset({self.rule} if self.rule else ())
        return own | (self.of.rules() if self.of is not None else frozenset())

    def of_all(self) -> Measure:
        """The same of the scheme as a whole. ValueError where it is not gathered from rows."""
        if not self.table or (self.of is not None and not self.of.table):
            raise ValueError("算式里的“全部”只用于从行里取的数（measure 写 table）")
        of = self.of.of_all() if self.of is not None else None
        return self.model_copy(update={"by": "全部", "of": of, "to": ""})

    def counted(self) -> bool:
        """Whether it is how many rows a unit has: then no row is nought, not unknown."""
        return bool(self.table) and not (self.value or self.by or self.of or self.to)

    def compile(self, env: Env) -> Gather:
        """The measure as a closure over facts, a day and periods (none: what holds on that day, under "")."""
        gather = self._source(env)
        if self.to and not self.table:
            from validators.rules.above import Above

            gather = Above(gather, self, env.scheme)
        if self.ago:
            from validators.rules.ago import Earlier

            gather = Earlier(gather, self.ago)
        if self.of is None:
            return gather
        return _Divided(gather, self.of.compile(env), nought=bool(self.table) and not self.value)

    def _source(self, env: Env) -> Gather:
        if self.fixed:
            return _Fixed(env, self.fixed)
        if not self.rule:
            from validators.rules.measured import RowsMeasured

            return RowsMeasured(self, env)
        from validators.rules.taken import of_rule

        return of_rule(env, self)


def period_texts(periods: Sequence[Period]) -> list[str]:
    return [period.text for period in periods] or [""]


class _Fixed:
    """Numbers written in the scheme."""

    def __init__(self, env: Env, fixed: Mapping[str, Decimal | None]) -> None:
        code = unit_finder(env.scheme)
        self.numbers = {
            WHOLE if word == "全部" else code(word): Fraction(n) for word, n in fixed.items() if n is not None
        }

    def __call__(self, facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Values:
        return {(unit, text): number for unit, number in self.numbers.items() for text in period_texts(periods)}

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        return None


class _Divided:
    """One measure over another, where the other is not nought. `nought`: rows are counted above, and none is nought."""

    def __init__(self, above: Gather, below: Gather, *, nought: bool) -> None:
        self.above, self.below, self.nought = above, below, nought

    def __call__(self, facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Values:
        part, whole = self.above(facts, ctx, periods), self.below(facts, ctx, periods)
        open_ = still_open(whole) | still_open(part)
        if self.nought:
            part = {**dict.fromkeys(whole, Fraction(0)), **part}
        values = {key: value / of for key, value in part.items() if (of := whole.get(key))}
        left = part.left if isinstance(part, Settled) else {}
        return Settled(values, open_, left) if open_ or left else values

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        return earliest(self.above.ahead(facts, ctx), self.below.ahead(facts, ctx))


def earliest(*days: date | None) -> date | None:
    """The first of the days that are known."""
    return min((day for day in days if day is not None), default=None)


def is_over(rule: Any, period: Period, today: date) -> bool:
    """Whether the period is over; with `closed` it is on its last day."""
    over: bool = period.last < today or (rule.closed and period.last == today)
    return over


def turn_after(period: Period | None, today: date) -> date | None:
    """The next day on which what is said of a period is said otherwise by time alone: its last day, the one after it."""
    if period is None or today > period.last:
        return None
    return period.last if today < period.last else period.last + timedelta(days=1)


def turn_of(rule: Any, today: date, year_from: int) -> date | None:
    """With `closed`, the last day of the period that runs: from then on it is the latest that is over."""
    if not rule.closed:
        return None
    current = period_of(today, rule.period, year_from)
    return current.last if today < current.last else current.next().last


def together(take: str, numbers: Sequence[Fraction]) -> Fraction:
    """One number of many; of `last` the last."""
    if take == "trimmed" and len(numbers) > 2:
        numbers = sorted(numbers)[1:-1]
    if take in ("mean", "trimmed"):
        return sum(numbers, Fraction(0)) / len(numbers)
    if take == "sum":
        return sum(numbers, Fraction(0))
    return {"max": max, "min": min}[take](numbers) if take != "last" else numbers[-1]


def period_verdict(rule: str, subject: str, text: str, status: Status) -> Verdict:
    """What a rule says of a subject in one period, beside what is shown of it now."""
    return Verdict("score", "|".join((rule, subject, text)).rstrip("|"), "", subject, text, statuses=[status])
