"""`score`: points by a formula that is data — base, terms with caps, floors and weights, bonuses, what people enter.

Exact throughout, rounded for the eye only. A closed period keeps the value frozen for it; today's is told beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import field_validator, model_validator

from validators.exact import as_decimal, plain, rounded
from validators.expression_types import UNKNOWN
from validators.expressions import compile_expression
from validators.facts import Facts, SharedJudge, Verdict
from validators.obligations import LISTED, listed_periods
from validators.periods import Period, PeriodKind, period_of
from validators.rules import codes
from validators.rules.bands import NamedRange, number, single_flags
from validators.rules.base import RuleBase
from validators.rules.cadence import PERIOD_FIRST, PERIOD_LAST
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import applies
from validators.rules.measures import WHOLE, Measure, Values, earliest, subject_names
from validators.rules.ranges import Range, covering, parse_range
from validators.scheme.base import Model
from validators.status import Flag, Status

VALUE = "值"  # in a term's formula: what was measured
_ONE_DAY = timedelta(days=1)


class Term(Model):
    """One part of a score: weight × formula(值), the formula's points kept between `floor` and `cap`."""

    name: str = F(description="what people call it, e.g. 投资完成得分")
    value: str = F("", description="of a row: number field or formula")
    measure: Measure | None = F(None, description="of a unit: measured of many rows, entered points, another rule")
    formula: str = F(VALUE, description="points from 值, e.g. 值 * 40, 最小(值, 1) * 30, 10 - 0.5 * 向上取整(值)")
    cap: Decimal | None = F(None, description="most points of the term")
    floor: Decimal | None = F(None, description="fewest points of the term")
    weight: Decimal = F(Decimal(1), description="factor of the points")
    when: str = F("", description="counted only when true; of units it may name 期初 and 期末: 季度(期末) = 1")
    blank: Literal["ask", "zero", "skip"] = F(
        "ask", description="nothing measured: no score at all (待补条件), 值 is 0, or the term is left out and told"
    )


class Score(RuleBase):
    """`base` plus all terms, kept between `floor` and `cap`.

    With `table` every row is scored: `into` derives the points, `grade_into` the grade. Without it units and departments
    are scored in each `period` by the measures of the terms; `each: unit` scores every unit of the scheme, also one of
    which nothing was measured. `grades` name ranges of the total and give the flags of `flags`.
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
    flags: dict[str, tuple[str, ...]] = F({}, description="grade → 考核标识")
    into: str = F("", description="name of the derived points of a row")
    grade_into: str = F("", description="name of the derived grade of a row")
    period: PeriodKind | None = F(None, description="kind of period in which units are scored")
    each: Literal["found", "unit"] = F("found", description="who is scored: whoever was measured, or every unit")
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
        if set(self.flags) - {grade.name for grade in self.grades}:
            raise ValueError("flags 里的等次要在 grades 里")
        if len({term.name for term in self.terms}) != len(self.terms):
            raise ValueError("terms 的 name 不能重复")
        return self

    def reads(self) -> frozenset[str]:
        found = frozenset({self.table} if self.table else ())
        return found.union(*(term.measure.tables() for term in self.terms if term.measure is not None))

    def uses(self) -> frozenset[str]:
        return frozenset(name for term in self.terms if term.measure is not None for name in term.measure.rules())

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
            found.append(str(inputs["grade"]))
        if inputs.get("left_out"):
            found.append(f"未计{'、'.join(inputs['left_out'])}")
        if "now" in inputs:
            found.append(f"按期末冻结数，现为{inputs['now']}")
        return ["，".join(found)] if found else []


# adding up ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Sheet:
    """One score being added up."""

    total: Fraction
    parts: list[dict[str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


class Adder:
    """The formula of a score, compiled."""

    def __init__(self, rule: Score, env: Env) -> None:
        self.rule = rule
        names = {VALUE: (VALUE, "number")}
        self.formulas = [compile_expression(term.formula, names, wanted="number").fn for term in rule.terms]
        self.grades: list[tuple[str, Range]] = [
            (grade.name, parse_range(grade.range, lambda text: _bound(env, rule, text))) for grade in rule.grades
        ]

    def sheet(self) -> Sheet:
        return Sheet(Fraction(self.rule.base))

    def add(self, sheet: Sheet, position: int, value: Fraction | None) -> None:
        """Count one term with what was measured, None for nothing."""
        term = self.rule.terms[position]
        if value is None:
            if term.blank == "ask":
                sheet.missing.append(term.name)
                return
            if term.blank == "skip":
                sheet.left_out.append(term.name)
                return
            value = Fraction(0)
        found = self.formulas[position]({VALUE: as_decimal(value)})
        if found is UNKNOWN:
            sheet.missing.append(term.name)
            return
        points, note = kept(Fraction(found), term.floor, term.cap)
        points *= Fraction(term.weight)
        sheet.total += points
        sheet.parts.append({"name": term.name, "points": rounded_plain(points, self.rule.digits), "note": note})

    def status(self, sheet: Sheet, change: date | None = None, held: Decimal | None = None, **more: Any) -> Status:
        """scored with its parts and grade, or what is missing."""
        rule = self.rule
        if sheet.missing and held is None:
            return Status(rule.id, codes.PENDING, None, None, change, {"missing": sheet.missing, "fields": [], **more})
        total, _ = kept(sheet.total, rule.floor, rule.cap)
        if held is not None:
            if Fraction(held) != total:
                more["now"] = rounded_plain(total, rule.digits)
            total = Fraction(held)
        exact = as_decimal(total)
        inputs: dict[str, Any] = {"value": rounded_plain(total, rule.digits), "exact": plain(exact), **more}
        if rule.text:
            inputs["word"] = rule.text.format(value=inputs["value"])
        inputs["parts"] = [{key: text for key, text in part.items() if text} for part in sheet.parts]
        if sheet.left_out:
            inputs["left_out"] = sheet.left_out
        if self.grades:
            names = list(dict.fromkeys(covering(self.grades, exact)))
            inputs["grade"] = names[0] if len(names) == 1 else codes.WORDS[codes.UNCOVERED]
        return Status(rule.id, codes.SCORED, None, None, change, inputs)

    def flags(self, status: Status) -> tuple[Flag, ...]:
        rule = self.rule
        section = f"；依据 {rule.section}" if rule.section else ""
        why = f"{rule.title}{status.inputs.get('value', '')}分，{status.inputs.get('grade', '')}{section}"
        return tuple(Flag(rule.id, text, why) for text in rule.flags.get(status.inputs.get("grade", ""), ()))


def kept(value: Fraction, floor: Decimal | None, cap: Decimal | None) -> tuple[Fraction, str]:
    """A number between its bounds, and a note where one of them held it."""
    if cap is not None and value > cap:
        return Fraction(cap), "(封顶)"
    if floor is not None and value < floor:
        return Fraction(floor), "(保底)"
    return value, ""


def rounded_plain(value: Fraction, digits: int) -> str:
    """Rounded for the eye, without trailing zeros: 38.5."""
    return plain(Decimal(rounded(value, digits)))


def _bound(env: Env, rule: Score, text: str) -> Decimal:
    return number(env, text, rule.table) if rule.table else Decimal(text)


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

    def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
        if check is not None and (outcome := check(row)) is not None:
            return outcome
        sheet = adder.sheet()
        fields: list[str] = []
        for position, (get, condition, expression) in enumerate(terms):
            truth = condition.fn(row) if condition is not None else True
            if truth is False:
                continue
            value = get(row) if truth is True else None
            if value is None and rule.terms[position].blank == "ask":
                names = expression.missing(row)
                names += condition.missing(row) if condition is not None and truth is UNKNOWN else ()
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


class _Units:
    """Scores of units and departments, compiled: the score of each listed period, the latest one on the subject."""

    def __init__(self, rule: Score, env: Env) -> None:
        self.rule = rule
        self.scheme = env.scheme
        self.adder = Adder(rule, env)
        self.measures = [term.measure.compile(env) for term in rule.terms if term.measure is not None]
        self.when = [_period_condition(term.when) for term in rule.terms]
        self.names = subject_names(env.scheme)
        self.start = env.scheme.effective_from or (date(env.scheme.year, 1, 1) if env.scheme.year else None)

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        periods = self._periods(ctx.today)
        found = [gather(facts, ctx, periods) for gather in self.measures]
        verdicts: list[Verdict] = []
        for subject in self._subjects(found):
            scored = [(period, self._score(subject, period, found, facts, ctx)) for period in periods or (None,)]
            told = [(period, status) for period, status in scored if status is not None]
            verdicts += [self._verdict("score", subject, period, status) for period, status in told]
            shown = [item for item in told if not self.rule.closed or item[0] is None or item[0].last <= ctx.today]
            if shown:
                verdicts.append(self._verdict("", subject, *shown[-1]))
        return verdicts

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """What the measures look at may count differently from then on."""
        return earliest(turn_of(self.rule, ctx.today), *(gather.ahead(facts, ctx) for gather in self.measures))

    def _periods(self, today: date) -> list[Period]:
        kind = self.rule.period
        if kind is None:
            return []
        return listed_periods(kind, self.start, self.scheme.effective_to, today, LISTED[kind])

    def _subjects(self, found: list[Values]) -> list[str]:
        known = [unit.code for unit in self.scheme.units] if self.rule.each == "unit" else []
        return list(dict.fromkeys([*known, *sorted({name for values in found for name, _ in values})]))

    def _score(self, subject: str, period: Period | None, found: list[Values], facts: Facts, ctx: Ctx) -> Status | None:
        """The score of a subject in a period; None where nothing was measured of it at all."""
        text = period.text if period is not None else ""
        values = [measured.get((subject, text)) for measured in found]
        frozen = (
            facts.frozen.get((self.rule.id, subject, text)) if period is not None and ctx.today > period.last else None
        )
        if frozen is None and self.rule.each != "unit" and all(value is None for value in values):
            return None
        sheet = self.adder.sheet()
        days = {PERIOD_FIRST: period.first, PERIOD_LAST: period.last} if period is not None else {}
        for position, value in enumerate(values):
            condition = self.when[position]
            if condition is None or condition(days) is True:
                self.adder.add(sheet, position, value)
        more: dict[str, Any] = {"period": period.text, "label": period.label} if period is not None else {}
        if frozen is not None:
            more["frozen"] = True
        change = period.last + _ONE_DAY if period is not None and ctx.today <= period.last else None
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


def turn_of(rule: Any, today: date) -> date | None:
    """With `closed`, the last day of the period that runs: from then on it is the latest that is over."""
    if not rule.closed:
        return None
    current = period_of(today, rule.period)
    return current.last if today < current.last else current.next().last


def _frozen(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text.partition("/")[0].strip())


def _period_condition(text: str) -> Callable[[Mapping[str, Any]], Any] | None:
    if not text:
        return None
    names = {PERIOD_FIRST: (PERIOD_FIRST, "date"), PERIOD_LAST: (PERIOD_LAST, "date")}
    return compile_expression(text, names, wanted="bool").fn
