"""`rank`: places by a measure, in groups, with ties and exemptions — and what the first and the last get, if they also
meet a condition.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.exact import as_decimal, plain, rounded
from validators.expression_types import UNKNOWN
from validators.facts import Facts, SharedJudge, Verdict, unit_finder
from validators.obligations import LISTED, listed_periods
from validators.periods import Period, PeriodKind
from validators.roster import Roster
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Condition, Ctx, Env, TypedRow
from validators.rules.ended import ended_on, turn_on
from validators.rules.measures import (
    WHOLE,
    Measure,
    Values,
    earliest,
    grouping,
    is_over,
    period_verdict,
    still_open,
    subject_names,
    turn_after,
    turn_of,
)  # fmt: skip
from validators.rules.places import CHANGE, VALUE, Further, Placed, Prize, Prizes, apart, placed
from validators.rules.taken import derived_named
from validators.rules.unit_scope import UnitScope
from validators.status import RUNNING, UNSETTLED, Flag, Status, provisional

if TYPE_CHECKING:
    from validators.scheme.models import Scheme


class Rank(RuleBase):
    """Subjects of the measure `by` in order of their figures, per group and period; the latest period with figures is told.

    Equal figures share a place: 1, 1, 3 (`share`) or 1, 1, 2 (`dense`); further figures may set them apart (`then`). Who
    is exempt or has no figure is — and takes no place from anybody. Of units `when` says who is ranked in which periods
    (单位, 单位类型, 期初, 期末). With `table` its rows are ranked by `value`, and what
    they get can be put on them for rules that look for repetition (`won_into`). A subject that is among the first is not
    among the last as well, however small the group. What is not known of a condition gives no flag. Nor does a period that
    is over and for which something of one of the group is still to come: its places are told as 暂计, as are those of the
    period that runs.
    """

    kind: Literal["rank"] = "rank"
    by: Measure | None = F(None, description="figure of units and departments, e.g. {rule: S-1}")
    value: str = F("", description="with a table: number field or formula of the row")
    also: dict[str, Measure] = F({}, description="name → further number for conditions, e.g. 完成率")
    order: Literal["desc", "asc"] = F("desc", description="desc: the largest figure is the first")
    ties: Literal["share", "dense"] = F("share", description="places after a tie: 1, 1, 3 or 1, 1, 2")
    then: tuple[str, ...] = F(
        (),
        description="what sets apart those with the same figure, the larger one first: names of `also`, with a table number "
        "fields or formulas of the row",
    )
    groups: dict[str, tuple[str, ...]] = F(
        {}, description="group → units by name or code; the others are ranked together"
    )
    group: Literal["", "kind"] = F("", description="kind: units are ranked within their kind (镇, 街道 …)")
    group_by: str = F("", description="with a table: field or formula of the group")
    exempt: tuple[str, ...] = F((), description="units by name or code that are not ranked")
    exempt_when: str = F(
        "", description="condition of not being ranked; may name 值 and the numbers of `also`, or fields of the row"
    )
    top: tuple[Prize, ...] = F((), description="what the first get")
    bottom: tuple[Prize, ...] = F((), description="what the last get")
    period: PeriodKind | None = F(None, description="kind of period in which units are ranked")
    closed: bool = F(False, description="the latest period that is over is told, not the one that runs")
    blank: Literal["ask", "zero"] = F(
        "ask", description="of units: no figure is no place, or nought (counted rows always are nought)"
    )
    measure: str = F("", description="unit of the figure in explanations, e.g. 分")
    into: str = F("", description="with a table: name of the derived place of a row, for other rules over many rows")
    won_into: str = F(
        "",
        description="with a table: name of the derived text of what its place brings the row (a flag of top or bottom, else "
        "—), for streak and escalate: 连续2个月后10位",
    )

    rank: ClassVar[int] = 80

    @model_validator(mode="after")
    def _one_way(self) -> Rank:
        if self.closed and self.period is None:
            raise ValueError("写了 closed 要写 period")
        if bool(self.by) == bool(self.table and self.value):
            raise ValueError("写 by（给单位排名的数），或写 table 和 value（给行排名），二者选一")
        if self.table and (self.groups or self.group or self.exempt or self.period or self.also):
            raise ValueError("给行排名只用 group_by 和 exempt_when")
        if self.blank == "zero" and self.by is None:
            raise ValueError("blank: zero（没有数的算0）用于给单位排名（by）")
        if (self.into or self.won_into) and not self.table:
            raise ValueError("into、won_into 与 table 一起写；单位的名次别的规则用 rule: 本规则编号 来取")
        if not self.table and (unknown := sorted(set(self.then) - set(self.also))):
            raise ValueError(f"then 里的“{'、'.join(unknown)}”要写在 also 里")
        if self.group_by and not self.table:
            raise ValueError("group_by 与 table 一起写；单位分组用 groups 或 group")
        return self

    def reads(self) -> frozenset[str]:
        found = frozenset({self.table} if self.table else ())
        return found.union(*(item.tables() for item in self._measures()))

    def uses(self) -> frozenset[str]:
        return frozenset(name for item in self._measures() for name in item.rules())

    def _measures(self) -> list[Measure]:
        return [*([self.by] if self.by is not None else []), *self.also.values()]

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def derives(self) -> tuple[tuple[str, str], ...]:
        pairs = ((self.into, "number"), (self.won_into, "text"))
        return tuple(pair for pair in pairs if pair[0])

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        return frozenset({self.table} if self.table else ())

    def compile_shared(self, env: Env) -> SharedJudge:
        return _Rows(self, env) if self.table else _Units(self, env)

    def told(self, status: Status) -> list[str]:
        """93.5分，甲组第2名/共8个，较上期升1位."""
        inputs = status.inputs
        found = [f"{inputs['figure']}{self.measure}"] if inputs.get("figure") else []
        if inputs.get("apart"):
            found.append(f"相同的按{'、'.join(inputs['apart'])}排")
        if inputs.get("count"):
            found.append(f"{inputs.get('group', '')}共{inputs['count']}个")
        change = inputs.get("change")
        if change is not None:
            found.append(f"较上期{'升' if change > 0 else '降'}{abs(change)}位" if change else "与上期持平")
        if inputs.get("why"):
            found.append(str(inputs["why"]))
        return [*found, *provisional(status)]


def _apart(found: Sequence[tuple[str, Fraction | None]]) -> dict[str, Any]:
    """For the inputs of a status: 完成投资1200."""
    told = [f"{name}{_eye(value) if value is not None else '（没有）'}" for name, value in found]
    return {"apart": told} if told else {}


def _eye(value: Fraction) -> str:
    return plain(Decimal(rounded(value, 2)))


# units ----------------------------------------------------------------------------------------------------------------


class _Units:
    """Places of units and departments, compiled."""

    def __init__(self, rule: Rank, env: Env) -> None:
        assert rule.by is not None
        self.rule = rule
        self.scheme = env.scheme
        self.by = rule.by.compile(env)
        self.also = {name: item.compile(env) for name, item in rule.also.items()}
        self.names = subject_names(env.scheme)
        self.prizes = Prizes(rule)
        code = unit_finder(env.scheme)
        self.exempt = {code(word) for word in rule.exempt}
        self.groups = grouping(env.scheme, rule.groups, rule.group)
        self.scope = UnitScope(env, rule.when, periods=rule.period is not None)
        self.nought = rule.blank == "zero" or rule.by.counted()
        self.start = env.scheme.starts()

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        kind = self.rule.period
        periods = self._periods(kind, ctx) if kind else []
        known = {period.text: period for period in periods}
        figures = self.by(facts, ctx, periods)
        values = {
            key: number for key, number in figures.items() if key[0] != WHOLE and self.scope(key[0], known.get(key[1]))
        }
        also = {name: gather(facts, ctx, periods) for name, gather in self.also.items()}
        given = (figures, *also.values()) if periods else ()
        over = [period for period in periods if not self.rule.closed or period.last <= ctx.today]
        shown = self._shown(over, values) if over or not periods else None
        if shown is None:
            return []
        if self.nought:
            values = self._with_noughts(values, facts, known, ctx.today)
        before = self._before(periods, shown)
        places = self._places(values, also, shown)
        current = next((period for period in periods if period.text == shown), None)
        unsettled = self._unsettled(given, current, ctx.today)
        earlier = self._places(values, also, before) if before is not None else {}
        change = turn_after(current, ctx.today)
        there = Roster.of(self.scheme, facts).on(min(current.last, ctx.today) if current is not None else ctx.today)
        gone = {unit.code for unit in self.scheme.units}.difference(there)
        running = {RUNNING: True} if current is not None and ctx.today < current.last else {}
        subjects = dict.fromkeys([*there, *sorted({name for name, _ in values})])
        verdicts = [
            self._settled(
                self._verdict(subject, shown, running, current, values, also, places, earlier, change),
                subject,
                unsettled,
            )
            for subject in subjects
            if subject in places
            or (
                subject in self.names
                and self.scope(subject, current)
                and (subject not in gone or (subject, shown) in values)
            )
        ]
        return [*verdicts, *self._each_period(periods, values, also, given, ctx)] if ctx.back is not None else verdicts

    def _unsettled(self, given: Sequence[Values], over: Period | None, today: date) -> set[str]:
        """Groups in which the places of a period that is over are not final: of one of them something is still to come."""
        if over is None or not is_over(self.rule, over, today):
            return set()
        return {
            self.groups.get(subject, "")
            for values in given
            for subject, period in still_open(values)
            if period == over.text and subject not in self.exempt and self.scope(subject, over)
        }

    def _settled(self, verdict: Verdict, subject: str, unsettled: set[str]) -> Verdict:
        """What is said of a subject; without flags, and told so, where it is not final."""
        if self.groups.get(subject, "") not in unsettled or verdict.statuses[0].code != codes.RANKED:
            return verdict
        statuses = [replace(item, inputs={**item.inputs, UNSETTLED: True}) for item in verdict.statuses]
        return replace(verdict, statuses=statuses, flags=[])

    def _with_noughts(self, values: Values, facts: Facts, known: Mapping[str, Period], today: date) -> Values:
        """With noughts for units of which nothing came, in periods in which anything came."""
        roster = Roster.of(self.scheme, facts)
        noughts: Values = {}
        for text in {text for _, text in values}:
            period = known.get(text)
            there = roster.on(min(period.last, today) if period is not None else today)
            noughts |= {(unit, text): Fraction(0) for unit in there if self.scope(unit, period)}
        return {**noughts, **values}

    def _periods(self, kind: PeriodKind, ctx: Ctx) -> list[Period]:
        year_from = self.scheme.year_from
        keep = ctx.keeping(kind, LISTED[kind], year_from) + (ctx.back is not None)  # one more, for 升降
        return listed_periods(kind, self.start, self.scheme.effective_to, ctx.today, keep, year_from)

    def _each_period(
        self, periods: Sequence[Period], values: Values, also: Mapping[str, Values], given: Sequence[Values], ctx: Ctx
    ) -> Iterator[Verdict]:
        """The places of every period, for rules that take them."""
        before: dict[str, Placed] = {}
        for period in periods:
            unsettled = self._unsettled(given, period, ctx.today)
            places = self._places(values, also, period.text)
            for subject, spot in places.items():
                inputs = {"value": str(spot.place), "below": str(spot.from_below), "count": str(spot.count)}
                if subject in before:
                    inputs["change"] = str(before[subject].place - spot.place)
                status = Status(self.rule.id, codes.RANKED, inputs={**inputs, "exact": str(spot.place)})
                yield self._settled(period_verdict(self.rule.id, subject, period.text, status), subject, unsettled)
            before = places

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """What the measures look at may count differently from then on; a unit comes or is gone."""
        return earliest(
            turn_of(self.rule, ctx.today, self.scheme.year_from),
            Roster.of(self.scheme, facts).turn(ctx.today),
            self.by.ahead(facts, ctx),
            *(gather.ahead(facts, ctx) for gather in self.also.values()),
        )

    def _shown(self, periods: Sequence[Period], values: Values) -> str | None:
        texts = [period.text for period in periods] or [""]
        there = {text for _, text in values}
        return next((text for text in reversed(texts) if text in there), None)

    def _before(self, periods: Sequence[Period], shown: str) -> str | None:
        return next((period.previous().text for period in periods if period.text == shown), None)

    def _places(self, values: Values, also: Mapping[str, Values], text: str) -> dict[str, Placed]:
        groups: dict[str, dict[str, Fraction]] = defaultdict(dict)
        for (subject, period), value in values.items():
            if period == text and not self._exempted(subject, value, also, text):
                groups[self.groups.get(subject, "")][subject] = value
        found: dict[str, Placed] = {}
        for figures in groups.values():
            found |= placed(figures, self.rule.order, self.rule.ties, self._further(figures, also, text))
        return found

    def _further(self, subjects: Iterable[str], also: Mapping[str, Values], text: str) -> Further:
        then = self.rule.then
        return {subject: [also[name].get((subject, text)) for name in then] for subject in subjects} if then else {}

    def _apart(
        self, subject: str, values: Values, also: Mapping[str, Values], places: Mapping[str, Placed], text: str
    ) -> dict[str, Any]:
        """What set it apart from others of its group with the same figure."""
        group = self.groups.get(subject, "")
        figures = {
            name: value
            for (name, period), value in values.items()
            if period == text and name in places and self.groups.get(name, "") == group
        }
        return _apart(apart(subject, figures, self.rule.then, self._further([subject], also, text)))

    def _exempted(self, subject: str, value: Fraction, also: Mapping[str, Values], text: str) -> bool:
        if subject in self.exempt:
            return True
        test = self.prizes.exempt
        return test is not None and test(_cells(subject, value, also, text)) is True

    def _verdict(
        self, subject: str, text: str, more: Mapping[str, Any], period: Period | None, values: Values, also: Mapping[str, Values],
        places: Mapping[str, Placed], earlier: Mapping[str, Placed], change: date | None,
    ) -> Verdict:  # fmt: skip
        value, spot = values.get((subject, text)), places.get(subject)
        inputs: dict[str, Any] = {"period": text, "label": period.label} if period is not None else {}
        kind = "unit" if subject in self.names else "participant"
        unit, name = (subject if kind == "unit" else ""), self.names.get(subject, subject)
        if value is not None:
            inputs["figure"] = _eye(value)
        if spot is None or value is None:
            inputs["why"] = "没有可比的数" if value is None else "不参加排名"
            status = Status(self.rule.id, codes.UNRANKED, None, None, change, inputs)
            return Verdict(kind, subject, "", unit, text, name=name, statuses=[status])
        inputs |= {"value": str(spot.place), "below": str(spot.from_below), "count": spot.count, **more}
        if self.groups.get(subject):
            inputs["group"] = self.groups[subject]
        if self.rule.then:
            inputs |= self._apart(subject, values, also, places, text)
        if subject in earlier:
            inputs["change"] = earlier[subject].place - spot.place
        cells = _cells(subject, value, also, text)
        if "change" in inputs:
            cells[CHANGE] = Decimal(inputs["change"])
        told = f"{inputs.get('label', '')}{inputs['figure']}{self.rule.measure}，第{spot.place}名"
        flags = self.prizes.flags(spot, cells, told)
        status = Status(self.rule.id, codes.RANKED, None, None, change, inputs)
        return Verdict(kind, subject, "", unit, text, name=name, statuses=[status], flags=flags)


def _cells(subject: str, value: Fraction, also: Mapping[str, Values], text: str) -> dict[str, Any]:
    cells: dict[str, Any] = {VALUE: as_decimal(value)}
    for name, values in also.items():
        number = values.get((subject, text))
        if number is not None:
            cells[name] = as_decimal(number)
    return cells


# rows -----------------------------------------------------------------------------------------------------------------


class _Rows:
    """Places of the rows of a table, compiled. Rules that count past periods by what it puts on the rows get the places of
    the last day of each: by the rows that had come by then, as they were."""

    daily = True  # every past day has places of its own

    def __init__(self, rule: Rank, env: Env) -> None:
        self.rule = rule
        above, env.above = env.above, False
        self.value = env.getter(rule.value, rule.table, "number")
        self.group = env.getter(rule.group_by, rule.table) if rule.group_by else None
        self.then = [env.getter(text, rule.table, "number") for text in rule.then]
        self.titles = [env.title(text, rule.table) for text in rule.then]
        self.when = env.condition(rule.when, rule.table)
        self.exempt: Condition | None = env.condition(rule.exempt_when, rule.table)
        self.tables = {table.name: table for table in env.scheme.tables}
        self.model = self.tables[rule.table]
        self.prizes = Prizes(rule)
        for name, kind in rule.derives():
            env.derive(rule.table, name, kind)
        self.derived = derived_named(env, rule.table, [rule])
        self.above, env.above = env.above, above or env.above

    def turns(self, _facts: Facts) -> set[date]:
        """Its places are a list that changes with the days; see `daily`."""
        return set()

    def _as_of(self, facts: Facts, ctx: Ctx) -> Iterator[tuple[TypedRow, TypedRow, date]]:
        """The rows to rank, each also as it was on the day by which it is ranked."""
        then, day = ctx.then, ctx.held
        for row in facts.table(self.rule.table):
            if day is None or then is None:
                yield row, row, ctx.today
            elif then.come(row, day):
                yield row, then(row, day, self.derived, above=self.above), day

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        groups: dict[str, dict[str, Fraction]] = defaultdict(dict)
        rows: dict[str, tuple[TypedRow, str]] = {}
        was: dict[str, TypedRow] = {}
        for row, cells, day in self._as_of(facts, ctx):
            over = ended_on(self.tables, self.model, cells, day)
            if (over is not None and over <= day) or (self.when is not None and self.when.fn(cells) is not True):
                continue
            group = str(self.group(cells) or "") if self.group is not None else ""
            rows[row.id], was[row.id] = (row, group), cells
            value = self.value(cells)
            if value is not None and (self.exempt is None or self.exempt.fn(cells) in (False, UNKNOWN)):
                groups[group][row.id] = Fraction(value)
        places: dict[str, Placed] = {}
        told: dict[str, dict[str, Any]] = {}
        for figures in groups.values():
            further = {key: [_fraction(get(was[key])) for get in self.then] for key in figures} if self.then else {}
            places |= placed(figures, self.rule.order, self.rule.ties, further)
            if further:
                shared = Counter(figures.values())
                told |= {
                    key: _apart(list(zip(self.titles, further[key], strict=True)))
                    for key, value in figures.items()
                    if shared[value] > 1
                }
        return [
            self._verdict(row, group, places.get(key), groups[group].get(key), told.get(key, {}))
            for key, (row, group) in rows.items()
        ]

    def _derive(self, row: TypedRow, spot: Placed, flags: Sequence[Flag]) -> None:
        """Put its place on the row, for rules that look at it."""
        made: dict[str, Any] = {self.rule.into: Decimal(spot.place)} if self.rule.into else {}
        if self.rule.won_into:
            made[self.rule.won_into] = "、".join(flag.flag for flag in flags) or "—"
        row.update(made)
        row.derived.update(made)

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """The next day on which a row is over and leaves its place, or is back."""
        rows = facts.table(self.rule.table)
        return earliest(*(turn_on(self.tables, self.model, row, ctx.today) for row in rows))

    def _verdict(
        self, row: TypedRow, group: str, spot: Placed | None, value: Fraction | None, more: Mapping[str, Any]
    ) -> Verdict:
        if spot is None or value is None:
            status = Status(self.rule.id, codes.UNRANKED, inputs={"why": "没有可比的数，或不参加排名"})
            return Verdict("record", row.id, row.table, row.unit, statuses=[status])
        inputs: dict[str, Any] = {"value": str(spot.place), "count": spot.count, "figure": _eye(value), "group": group}
        inputs |= more
        flags = self.prizes.flags(
            spot, {VALUE: as_decimal(value)}, f"{inputs['figure']}{self.rule.measure}，第{spot.place}名"
        )
        self._derive(row, spot, flags)
        return Verdict(
            "record",
            row.id,
            row.table,
            row.unit,
            statuses=[Status(self.rule.id, codes.RANKED, inputs=inputs)],
            flags=flags,
        )


def _fraction(value: Any) -> Fraction | None:
    return None if value is None else Fraction(value)
