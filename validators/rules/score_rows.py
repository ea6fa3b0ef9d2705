"""`score` of the rows of a table: base plus terms, told as a value of the row."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from validators.expression_types import UNKNOWN
from validators.rules import codes
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import applies
from validators.rules.deadlines import plain as plain_outcome
from validators.rules.points import Adder
from validators.status import Status

if TYPE_CHECKING:
    from validators.rules.score import Score


def score_rows(env: Env, rule: Score) -> Judge:
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
            elif truth is not True:  # counted only when true: nought through a formula may be points
                sheet.left_out.append(rule.terms[position].name)
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
