"""`score`: points by a formula that is data — base, terms with caps, floors and weights, bonuses, what people enter.

Exact throughout, rounded for the eye only. A closed period keeps the value frozen for it; today's is told beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import field_validator, model_validator

from validators.exact import as_decimal, plain
from validators.expression_types import UNKNOWN
from validators.facts import Facts, SharedJudge, Verdict
from validators.obligations import LISTED, listed_periods
from validators.periods import Period, PeriodKind
from validators.roster import Roster
from validators.rules import codes
from validators.rules.bands import NamedRange, single_flags
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import applies
from validators.rules.deadlines import plain as plain_outcome
from validators.rules.measures import (
    WHOLE,
    Measure,
    Values,
    earliest,
    grouping,
    is_over,
    left_out,
    still_open,
    subject_names,
    turn_after,
    turn_of,
)  # fmt: skip
from validators.rules.points import ALONE, COMPARED, TOGETHER, Adder, Term, Veto
from validators.rules.unit_scope import UnitScope
from validators.status import RUNNING, UNSETTLED, Status, provisional


class Score(RuleBase):
    """`base` plus all terms, kept between `floor` and `cap`.

    With `table` every row is scored: `into` derives the points, `grade_into` the grade. Without it units and departments
    are scored in each `period` by the measures of the terms; `each: unit` scores every unit of the scheme, also one of
    which nothing was measured. `grades` name ranges of the total and give the flags of `flags`.

    Of a period that is over and for which something is still to come (a report that is not due yet) the points are told
    as 暂计, and give no flag. So are those of the period that runs, whose flags are those of the day: `closed` waits.
    """

    kind: Literal["score"] = "score"
    base: Decimal = F(Decimal(0), description="points everybody has: 基本分")
    terms: tuple[Term, ...] = F(min_length=1, description="what is added: parts, bonuses, deductions")
    cap: Decimal | None = F(None, description="most points in all")
    floor: Decimal | None = F(None, description="fewest points in all")
    text: str = F("", description="said instead of {value}分, e.g. 逾期{value}项")
    digits: int = F(2, ge=0, le=6, description="decimals shown")
    grades: tuple[NamedRange, ...] = F(
        (), description="grades by ranges of the total, e.g. {name: 优秀, range: 90以上}"
    )
    vetoes: tuple[Veto, ...] = F((), description="what keeps the grade down, one after the other")
    flags: dict[str, tuple[str, ...]] = F({}, description="grade → 考核标识")
    into: str = F("", description="name of the derived points of a row")
    grade_into: str = F("", description="name of the derived grade of a row")
    period: PeriodKind | None = F(None, description="kind of period in which units are scored")
    each: Literal["found", "unit"] = F("found", description="who is scored: whoever was measured, or every unit")
    group: Literal["", "kind"] = F("", description="of units: 最高、最低 … are those of the units of the same kind")
    groups: dict[str, tuple[str, ...]] = F({}, description="instead: group → units by name or code")
    closed: bool = F(False, description="a subject shows the latest period that is over, not the one that runs")

    clocked: ClassVar[bool] = True
    rank: ClassVar[int] = 46

    @field_validator("flags", mode="before")
    @classmethod
    def _single(cls, value: Any) -> Any:
        return single_flags(value)

    @model_validator(mode="after")
    def _one_way(self) -> Score:
        for term in self.terms:
            if bool(term.value) == bool(term.measure) or bool(term.value) != bool(self.table):
                raise ValueError(f"“{term.name}”：逐行打分（写了 table）的用 value，给单位打分的用 measure")
        if self.table and (self.period or self.each != "found"):
            raise ValueError("逐行打分不写 period、each")
        if self.closed and not self.period:
            raise ValueError("写了 closed 要写 period")
        if not self.table and (self.into or self.grade_into):
            raise ValueError("给单位打分不写 into、grade_into；别的规则用 rule: 本规则编号 来取")
        grades = {grade.name for grade in self.grades}
        if set(self.flags) - grades:
            raise ValueError("flags 里的等次要在 grades 里")
        for veto in self.vetoes:
            if bool(veto.value) == bool(veto.measure) or bool(veto.value) != bool(self.table):
                raise ValueError(f"“{veto.name}”：逐行打分（写了 table）的用 value，给单位打分的用 measure")
            if wrong := sorted({*veto.becomes, *veto.becomes.values()} - grades - {"*"}):
                raise ValueError(f"“{veto.name}”：becomes 里的“{'、'.join(wrong)}”不在 grades 里")
        if self.table and (self.group or self.groups):
            raise ValueError("逐行打分不写 group、groups")
        if len({term.name for term in self.terms}) != len(self.terms):
            raise ValueError("terms 的 name 不能重复")
        return self

    def reads(self) -> frozenset[str]:
        found = frozenset({self.table} if self.table else ())
        return found.union(*(measure.tables() for measure in self._measures()))

    def uses(self) -> frozenset[str]:
        return frozenset(name for measure in self._measures() for name in measure.rules())

    def _measures(self) -> list[Measure]:
        given = [*(term.measure for term in self.terms), *(veto.measure for veto in self.vetoes)]
        return [measure for measure in given if measure is not None]

    def scope(self) -> Literal["record", "family", "shared"]:
        return "record" if self.table else "shared"

    def derives(self) -> tuple[tuple[str, str], ...]:
        pairs = ((self.into, "number"), (self.grade_into, "text"))
        return tuple(pair for pair in pairs if pair[0])

    def compile(self, env: Env) -> Judge | None:
        if not self.table:
            return None
        judge = _rows(env, self)
        for name, kind in self.derives():
            env.derive(self.table, name, kind)
        return judge

    def compile_shared(self, env: Env) -> SharedJudge | None:
        return _Units(self, env) if not self.table else None

    def told(self, status: Status) -> list[str]:
        """基本分60，投资完成38.5，加分5(封顶)."""
        inputs = status.inputs
        parts: Sequence[Mapping[str, str]] = inputs.get("parts", ())
        found = [f"基本分{plain(self.base)}"] if self.base and parts else []
        found += [f"{part['name']}{part['points']}{part.get('note', '')}" for part in parts]
        if inputs.get("grade"):
            found.append(str(inputs.get("graded", inputs["grade"])))
        if inputs.get("vetoed"):
            found.append(f"{'、'.join(inputs['vetoed'])}，由{inputs['graded']}改为{inputs['grade']}")
        if inputs.get("left_out"):
            found.append(f"未计{'、'.join(inputs['left_out'])}")
        found += provisional(status)
        if "now" in inputs:
            found.append(f"按期末冻结数，现为{inputs['now']}")
        return ["，".join(found)] if found else []


# rows -----------------------------------------------------------------------------------------------------------------


def _rows(env: Env, rule: Score) -> Judge:
    adder = Adder(rule, env)
    check = applies(env, rule, env.condition(rule.when, rule.table))
    terms = [
        (
            env.getter(term.value, rule.table, "number"),
            env.condition(term.when, rule.table),
            env.expression(term.value, rule.table),
        )
        for term in rule.terms
    ]

    vetoes = [env.getter(veto.value, rule.table, "number") for veto in rule.vetoes]
    vetoing = sorted(env.reads((veto.value for veto in rule.vetoes), rule.table))
    zero = plain_outcome(rule.id, codes.NOT_APPLICABLE, over_zero=True)

    def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
        if check is not None and (outcome := check(row)) is not None:
            return outcome
        sheet = adder.sheet()
        for position, look in enumerate(vetoes):
            adder.veto(sheet, position, None if (value := look(row)) is None else Fraction(value))
        fields: list[str] = [name for name in vetoing if name in row.unread] if row.unread else []
        sheet.missing += [env.title(name, rule.table) for name in fields]
        for position, (get, condition, expression) in enumerate(terms):
            truth = condition.fn(row) if condition is not None else True
            if truth is False:
                continue
            value = get(row) if truth is True else None
            unread = value is None and row.unread and expression.reads & row.unread
            if value is None and (rule.terms[position].blank == "ask" or unread):
                names = expression.missing(row)
                names += condition.missing(row) if condition is not None and truth is UNKNOWN else ()
                if not names and truth is True:
                    return zero  # all is filled in, and there is no ratio over nought
                fields += names
                sheet.missing += [env.title(name, rule.table) for name in names] or [rule.terms[position].name]
            else:
                adder.add(sheet, position, None if value is None else Fraction(value))
        status = adder.status(sheet)
        if status.code == codes.PENDING:
            inputs = {"missing": list(dict.fromkeys(sheet.missing)), "fields": list(dict.fromkeys(fields))}
            return Outcome(Status(rule.id, codes.PENDING, inputs=inputs))
        derived: dict[str, Any] = {rule.into: Decimal(status.inputs["exact"])} if rule.into else {}
        if rule.grade_into and status.inputs.get("grade"):
            derived[rule.grade_into] = status.inputs["grade"]
        return Outcome(status, (), adder.flags(status), derived)

    return judge


# units ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Given:
    """What was measured: of each term, of each veto, what the terms are compared with, and all rows at once."""

    terms: list[Values]
    vetoes: list[Values]
    compared: list[dict[tuple[str, str], dict[str, Decimal]]]
    groups: list[set[tuple[str, str]]]  # of each that compares: (group, period) of which something is still to come
    together: Mapping[int, Values]

    def group(self, position: int, group: str, text: str) -> Mapping[str, Decimal]:
        """What the figures of a term in a period are compared with."""
        found = self.compared[position].get((group, text), ALONE)
        whole = self.together[position].get((WHOLE, text)) if position in self.together else None
        return found if whole is None else {**found, TOGETHER: as_decimal(whole)}


def _beside(numbers: Sequence[Fraction]) -> dict[str, Decimal]:
    mean = sum(numbers, Fraction(0)) / len(numbers)
    found = (max(numbers), min(numbers), mean, Fraction(len(numbers)))
    return {name: as_decimal(number) for name, number in zip(COMPARED, found, strict=True)}


class _Units:
    """Scores of units and departments, compiled: the score of each listed period, the latest one on the subject."""

    def __init__(self, rule: Score, env: Env) -> None:
        self.rule = rule
        self.scheme = env.scheme
        self.adder = Adder(rule, env)
        self.measures = [term.measure.compile(env) for term in rule.terms if term.measure is not None]
        self.together = {
            position: term.measure.of_all().compile(env)
            for position, term in enumerate(rule.terms)
            if term.measure is not None and TOGETHER in self.adder.formulas[position].reads
        }
        self.vetoes = [veto.measure.compile(env) for veto in rule.vetoes if veto.measure is not None]
        self.groups = grouping(env.scheme, rule.groups, rule.group)
        self.scope = UnitScope(env, rule.when, periods=rule.period is not None)
        self.when = [UnitScope(env, term.when, periods=rule.period is not None) for term in rule.terms]
        self.names = subject_names(env.scheme)
        self.start = env.scheme.starts()

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        periods = self._periods(ctx)
        found = [gather(facts, ctx, periods) for gather in self.measures]
        compared, vetoes = self._compared(found, periods), [gather(facts, ctx, periods) for gather in self.vetoes]
        together = {position: gather(facts, ctx, periods) for position, gather in self.together.items()}
        given = _Given(found, vetoes, compared, self._open_groups(found), together)
        owed = self._owed(facts, ctx, periods)
        verdicts: list[Verdict] = []
        for subject in self._subjects(found, owed):
            scored = [
                (period, self._score(subject, period, given, facts, ctx, subject in units))
                for period, units in zip(periods or (None,), owed, strict=True)
            ]
            told = [(period, status) for period, status in scored if status is not None]
            verdicts += [self._verdict("score", subject, period, status) for period, status in told]
            shown = [item for item in told if not self.rule.closed or item[0] is None or item[0].last <= ctx.today]
            if shown:
                verdicts.append(self._verdict("", subject, *shown[-1]))
        return verdicts

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """What the measures look at may count differently from then on; a unit comes or is gone."""
        gathers = (*self.measures, *self.vetoes)
        return earliest(
            turn_of(self.rule, ctx.today, self.scheme.year_from),
            Roster.of(self.scheme, facts).turn(ctx.today) if self.rule.each == "unit" else None,
            *(gather.ahead(facts, ctx) for gather in gathers),
        )

    def _compared(
        self, measured: list[Values], periods: list[Period]
    ) -> list[dict[tuple[str, str], dict[str, Decimal]]]:
        """Of each term: (group, period) → what its figures are compared with: those of whom it is about."""
        compared, known = [], {period.text: period for period in periods}
        for values, formula, when in zip(measured, self.adder.formulas, self.when, strict=True):
            groups: dict[tuple[str, str], list[Fraction]] = defaultdict(list)
            for (subject, text), figure in values.items() if formula.reads & set(COMPARED) else ():
                period = known.get(text)
                if subject != WHOLE and self.scope(subject, period) and when(subject, period):
                    groups[self.groups.get(subject, ""), text].append(figure)
            compared.append({key: _beside(numbers) for key, numbers in groups.items()})
        return compared

    def _open_groups(self, measured: list[Values]) -> list[set[tuple[str, str]]]:
        return [
            {(self.groups.get(subject, ""), text) for subject, text in still_open(values)}
            if formula.reads & set(COMPARED)
            else set()
            for values, formula in zip(measured, self.adder.formulas, strict=True)
        ]

    def _periods(self, ctx: Ctx) -> list[Period]:
        kind = self.rule.period
        if kind is None:
            return []
        year_from = self.scheme.year_from
        keep = ctx.keeping(kind, LISTED[kind], year_from)
        return listed_periods(kind, self.start, self.scheme.effective_to, ctx.today, keep, year_from)

    def _owed(self, facts: Facts, ctx: Ctx, periods: list[Period]) -> list[list[str]]:
        """Of each period, the units that are scored whether anything was measured of them or not: those there were on
        its last day."""
        if self.rule.each != "unit":
            return [[] for _ in periods or (None,)]
        roster = Roster.of(self.scheme, facts)
        return [roster.on(min(period.last, ctx.today)) for period in periods] or [roster.on(ctx.today)]

    def _subjects(self, found: list[Values], owed: list[list[str]]) -> list[str]:
        listed = {code for units in owed for code in units}
        known = [unit.code for unit in self.scheme.units if unit.code in listed]
        return list(dict.fromkeys([*known, *sorted({name for values in found for name, _ in values})]))

    def _score(
        self, subject: str, period: Period | None, given: _Given, facts: Facts, ctx: Ctx, owed: bool
    ) -> Status | None:
        """The score of a subject in a period; None where nothing was measured of it at all and none is owed."""
        if not self.scope(subject, period):
            return None
        text = period.text if period is not None else ""
        values = [measured.get((subject, text)) for measured in given.terms]
        frozen = (
            facts.frozen.get((self.rule.id, subject, text)) if period is not None and ctx.today > period.last else None
        )
        if frozen is None and not owed and all(value is None for value in values):
            return None
        sheet = self.adder.sheet()
        among, unsettled = (self.groups.get(subject, ""), text), False
        for position, value in enumerate(values):
            if self.when[position](subject, period):
                left = left_out(given.terms[position], (subject, text))
                self.adder.add(sheet, position, value, given.group(position, *among), left)
                unsettled |= (subject, text) in still_open(given.terms[position]) or among in given.groups[position]
        for position, measured in enumerate(given.vetoes):
            self.adder.veto(sheet, position, measured.get((subject, text)))
            unsettled |= (subject, text) in still_open(measured)
        more: dict[str, Any] = {"period": period.text, "label": period.label} if period is not None else {}
        if frozen is not None:
            more["frozen"] = True
        elif unsettled and period is not None and is_over(self.rule, period, ctx.today):
            more[UNSETTLED] = True
        change = turn_after(period, ctx.today)
        if period is not None and ctx.today < period.last:
            more[RUNNING] = True
        return self.adder.status(sheet, change, _frozen(frozen), **more)

    def _verdict(self, kind: str, subject: str, period: Period | None, status: Status) -> Verdict:
        text = period.text if period is not None else ""
        known = subject in self.names
        name = self.names.get(subject, subject)
        if kind:
            key = "|".join((self.rule.id, subject, text)).rstrip("|")
            return Verdict(kind, key, "", subject, text, name=name, statuses=[status])
        flags = list(self.adder.flags(status))
        if subject == WHOLE:
            return Verdict("scheme", self.rule.id, "", "", text, statuses=[status], flags=flags)
        kind = "unit" if known else "participant"
        return Verdict(kind, subject, "", subject if known else "", text, name=name, statuses=[status], flags=flags)


def _frozen(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text.partition("/")[0].strip())
