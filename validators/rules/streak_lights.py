"""Lights that a streak gives: 连续两期落后 → 红灯, one among the lights of a project; for `lights`.

A streak is known only when the rows of all books are looked at, so a rule that takes one is judged with those that span
books: again whenever anything changes that the streak looks at, in whose book it may be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, cast

from pydantic import Field as F

from validators.facts import Facts, Verdict
from validators.rules import codes
from validators.rules.context import Ctx, Env, Outcome, TypedRow
from validators.rules.deadlines import applies
from validators.rules.ended import ended_on
from validators.rules.versions import terms_of, versions_of
from validators.scheme.base import Model
from validators.scheme.wording import nearest
from validators.status import Status

if TYPE_CHECKING:
    from validators.rules.lights import Lights
    from validators.rules.streak_judge import StreakJudge


class StreakLight(Model):
    """The result of a streak rule as one more light."""

    rule: str = F(description="id of the streak rule")
    light: str = F(description="colour while its flag holds, e.g. 红灯")
    otherwise: str = F("", description="colour of whoever was rated and has no flag, e.g. 绿灯; blank = takes no part")


Lit = Callable[[Facts, date], Mapping[str, bool]]  # id of each row that was rated → whether the flag holds


class WithStreaks:
    """A rule of lights with streaks compiled: calling it gives the one light of every row, and puts it on the row."""

    def __init__(self, rule: Lights, env: Env) -> None:
        self.rule = rule
        self.getters = [(env.title(text, rule.table), env.getter(text, rule.table, "text")) for text in rule.lights]
        found = [(item, *_streak(env, item.rule, rule.table)) for item in rule.streaks]
        titles = [title for title, _ in self.getters] + [title for _, title, _ in found]
        self.streaks = [
            (item, title if titles.count(title) == 1 else f"{title}（{item.rule}）", lit) for item, title, lit in found
        ]  # two of one title are two lights
        self.check = applies(env, rule, env.condition(rule.when, rule.table))
        self.model = env.scheme.table(rule.table)
        self.tables = {table.name: table for table in env.scheme.tables}
        for name, kind in rule.derives():
            env.derive(rule.table, name, kind)

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        streaks = [(item, title, lit(facts, ctx.today)) for item, title, lit in self.streaks]
        verdicts = []
        for row in facts.table(self.rule.table):
            lights = {title: get(row) for title, get in self.getters}
            lights |= {title: light for item, title, lit in streaks if (light := _light(item, lit.get(row.id))) != ""}
            if (outcome := self._outcome(row, lights, ctx.today)) is None:
                continue
            row.update(outcome.derived)
            row.derived.update(outcome.derived)
            statuses = [outcome.status] if outcome.status is not None else []
            verdicts.append(
                Verdict("record", row.id, row.table, row.unit, statuses=statuses, flags=list(outcome.flags))
            )
        return verdicts

    def _outcome(self, row: TypedRow, lights: Mapping[str, str | None], today: date) -> Outcome | None:
        """As rules of single rows: nothing shines on a row that is over."""
        ended = ended_on(self.tables, self.model, row, today)
        if ended is not None and ended <= today:
            return Outcome(Status(self.rule.id, codes.TERMINATED, inputs={"ended": str(ended)}))
        if self.check is not None and (outcome := self.check(row)) is not None:
            return outcome
        return self.rule.outcome(lights)


def _light(item: StreakLight, flagged: bool | None) -> str | None:
    """The colour; "" where it takes no part, None where nobody was rated and a colour is wanted."""
    if flagged:
        return item.light
    return item.otherwise if flagged is False or not item.otherwise else None


def _streak(env: Env, name: str, table: str) -> tuple[str, Lit]:
    """The title of a streak rule, and what it says of rows of the table on a day, by the version of that day."""
    versions = versions_of(env.scheme.rules, name)
    streaks = [rule for rule in versions if rule.kind == "streak"]
    if not streaks:
        known = [rule.id for rule in env.scheme.rules if rule.kind == "streak"]
        raise ValueError(f"没有编号为“{name}”的连续几期规则（streak）{nearest(name, known)}")
    judges = [(term, cast("StreakJudge", term.rule.compile_shared(env))) for term in terms_of(versions)]
    concerned = frozenset().union(*(judge.concerns() for _, judge in judges))
    if table not in concerned:
        titles = "、".join(f"“{env.scheme.table(item).title}”" for item in sorted(concerned))
        raise ValueError(f"规则“{name}”说的是{titles}的行，不是“{env.scheme.table(table).title}”的")

    def lit(facts: Facts, day: date) -> Mapping[str, bool]:
        return next((judge.lit(facts, table, day) for term, judge in judges if day in term), {})

    return streaks[-1].title, lit
