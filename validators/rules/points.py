"""The points of a score: terms with their formulas, caps and weights, and vetoes that keep the grade down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field as F

from validators.exact import as_decimal, plain, rounded
from validators.expression_types import UNKNOWN
from validators.expressions import compile_expression
from validators.rules import codes
from validators.rules.bands import eye, number
from validators.rules.context import Env
from validators.rules.measures import Measure
from validators.rules.ranges import Range, covering, parse_range
from validators.scheme.base import Model
from validators.status import UNSETTLED, Flag, Status

if TYPE_CHECKING:
    from validators.rules.score import Score

VALUE = "值"  # in a term's formula: what was measured
COMPARED = ("最高", "最低", "平均", "个数")  # of the group, in formulas of units
TOGETHER = "全部"  # the same measured of all rows at once, in formulas of units
ALONE: Mapping[str, Decimal] = {}


class Term(Model):
    """One part of a score: weight × formula(值), the formula's points kept between `floor` and `cap`."""

    name: str = F(description="what people call it, e.g. 投资完成得分")
    value: str = F("", description="of a row: number field or formula")
    measure: Measure | None = F(None, description="of a unit: measured of many rows, entered points, another rule")
    formula: str = F(
        VALUE,
        description="points from 值, e.g. 值 * 40, 最小(值, 1) * 30, 10 - 0.5 * 向上取整(值); of units it may name 最高、最低、"
        "平均、个数 of the group: 值 / 最高 * 20, 6 + 4 * (值 - 最低) / (最高 - 最低); and 全部, the same of all rows at once "
        "(sum over sum, not the mean of ratios): 如果(值 >= 全部, 10, 0)",
    )
    cap: Decimal | None = F(None, description="most points of the term")
    floor: Decimal | None = F(None, description="fewest points of the term")
    weight: Decimal = F(Decimal(1), description="factor of the points")
    when: str = F(
        "",
        description="counted only when true; of a row of which it is not known: asked for, or left out (blank: zero, skip); "
        "of units it may name 期初, 期末, 单位 and 单位类型: 季度(期末) = 1, 单位类型 = '园区'",
    )
    blank: Literal["ask", "zero", "skip"] = F(
        "ask", description="nothing measured: no score at all (待补条件), 值 is 0, or the term is left out and told"
    )


class Veto(Model):
    """What keeps a grade down whatever the points: 有安全事故的不得评优秀, 一票否决, 降一等."""

    name: str = F(description="why, as people read it, e.g. 发生安全事故")
    value: str = F("", description="of a row: number field or formula")
    measure: Measure | None = F(None, description="of a unit: measured of many rows, another rule")
    when: str = F(f"{VALUE} > 0", description="condition on 值; nothing measured = it does not hold")
    becomes: dict[str, str] = F(
        min_length=1, description='grade → grade instead, e.g. {优秀: 良好}; "*" stands for every other grade'
    )


@dataclass(slots=True)
class Sheet:
    """One score being added up."""

    total: Fraction
    parts: list[dict[str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    vetoes: list[Veto] = field(default_factory=list)  # those that hold


class Adder:
    """The formula of a score, compiled."""

    def __init__(self, rule: Score, env: Env) -> None:
        self.rule = rule
        names = {name: (name, "number") for name in (VALUE, *(() if rule.table else (*COMPARED, TOGETHER)))}
        self.formulas = [compile_expression(term.formula, names, wanted="number") for term in rule.terms]
        own = {VALUE: (VALUE, "number")}
        self.vetoes = [compile_expression(veto.when, own, wanted="bool").fn for veto in rule.vetoes]
        self.grades: list[tuple[str, Range]] = [
            (grade.name, parse_range(grade.range, lambda text: _bound(env, rule, text))) for grade in rule.grades
        ]

    def sheet(self) -> Sheet:
        return Sheet(Fraction(self.rule.base))

    def veto(self, sheet: Sheet, position: int, value: Fraction | None) -> None:
        """Note a veto that holds."""
        if value is not None and self.vetoes[position]({VALUE: as_decimal(value)}) is True:
            sheet.vetoes.append(self.rule.vetoes[position])

    def add(
        self, sheet: Sheet, position: int, value: Fraction | None, group: Mapping[str, Decimal] = ALONE, left: int = 0
    ) -> None:
        """Count one term with what was measured, None for nothing; `group`: what it is compared with; `left`: how many
        rows could not be counted."""
        term = self.rule.terms[position]
        if value is None:
            if term.blank == "ask":
                sheet.missing.append(term.name)
                return
            if term.blank == "skip":
                sheet.left_out.append(term.name)
                return
            value = Fraction(0)
        formula = self.formulas[position]
        found = formula.fn({**group, VALUE: as_decimal(value)})
        if found is UNKNOWN:
            sheet.missing.append(term.name)
            return
        points, note = kept(Fraction(found), term.floor, term.cap)
        beside = "、".join(
            f"{name}{eye(group[name])}" for name in (*COMPARED, TOGETHER) if name in formula.reads and name in group
        )
        note = f"({beside})" + note if beside else note
        note += f"(另{left}行还算不出)" if left else ""
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
            inputs |= _graded(names[0] if len(names) == 1 else codes.WORDS[codes.UNCOVERED], sheet.vetoes)
        return Status(rule.id, codes.SCORED, None, None, change, inputs)

    def flags(self, status: Status) -> tuple[Flag, ...]:
        rule = self.rule
        if status.inputs.get(UNSETTLED):
            return ()
        section = f"；依据 {rule.section}" if rule.section else ""
        said = (rule.text or "{value}分").replace("{value}", str(status.inputs.get("value", "")))
        why = f"{rule.title}{said}，{status.inputs.get('grade', '')}{section}"
        return tuple(Flag(rule.id, text, why) for text in rule.flags.get(status.inputs.get("grade", ""), ()))


def _graded(grade: str, vetoes: Sequence[Veto]) -> dict[str, Any]:
    """The grade after the vetoes that hold, and which of them changed it."""
    found, changed = grade, []
    for veto in vetoes:
        after = veto.becomes.get(found, veto.becomes.get("*", found))
        if after != found:
            found = after
            changed.append(veto.name)
    return {"grade": found, "graded": grade, "vetoed": changed} if changed else {"grade": found}


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
