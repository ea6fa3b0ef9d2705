"""consequence: a result or grade leads to a flag whose text is the scheme's."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.expression_types import UNKNOWN
from validators.facts import Facts, SharedJudge, Verdict, unit_finder
from validators.periods import Period, try_period
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, TypedRow
from validators.rules.participants import Participants, normal
from validators.rules.subjects import subject_names
from validators.status import Flag, Status

if TYPE_CHECKING:
    from validators.scheme.models import Scheme


class Consequence(RuleBase):
    """For rows of `table` for which `when` holds: `flags[result]` on the row, and on the participant where `subject` is
    given — a unit or department of the scheme, where it is one. No entry, no flag and no guess. `when` unknown →
    待补条件. The participant shows its latest `period` only.
    `unless`: results of the same participant and period that take the flag away (praised here, behind there).
    A row with an accepted excuse (`excuse.of`) gives no flag, neither on itself nor on its participant.
    With `tag_table` the last of `subject` names a row of that table, which shows the flags of the latest period instead of
    a participant (督查结果 on the project it is about).
    """

    kind: Literal["consequence"] = "consequence"
    result: str = F(description="field or derived value that holds the result or grade")
    flags: dict[str, tuple[str, ...]] = F(description="result → texts of flags")
    subject: tuple[str, ...] = F(
        (), description="fields that name the participant, in order of trust; () = the row only"
    )
    period: str = F("", description="field that holds the period")
    unless: tuple[str, ...] = F((), description="results of the same participant and period that take the flag away")
    on_row: bool = F(True, description="the row itself shows the flag too")
    tag_table: str = F("", description="table whose rows, named by the participant, show the flags too: 项目库")
    tag_unit: str = F("", description="field of `table` that says in whose book that row stands, where names repeat")

    @model_validator(mode="after")
    def _named(self) -> Consequence:
        if self.tag_table and not self.subject:
            raise ValueError("写了 tag_table 要写 subject（本表里写那一行名称的列）")
        return self

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.tag_table) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        return self.reads()

    def compile_shared(self, env: Env) -> SharedJudge:
        return _Judge(self, env)


class _Judge:
    """The rule compiled: calling it gives the flags of rows and of participants."""

    def __init__(self, rule: Consequence, env: Env) -> None:
        self.rule = rule
        self.result = env.own(rule.result, rule.table)
        self.period = env.own(rule.period, rule.table) if rule.period else ""
        self.subject = [env.own(text, rule.table) for text in rule.subject]
        self.title = env.title(self.result, rule.table)
        self.condition = env.condition(rule.when, rule.table)
        self.tag_name = env.scheme.table(rule.tag_table).name_field if rule.tag_table else ""
        self.tag_unit = env.own(rule.tag_unit, rule.table) if rule.tag_unit else ""
        self.env = env
        self.code, self.names = unit_finder(env.scheme), subject_names(env.scheme)

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        rows = sorted((row for row in facts.table(self.rule.table) if row.text(self.result)), key=lambda row: row.id)
        who = Participants(rows, self.subject) if self.subject else None
        taken, excused = self._taken(rows, who), ctx.excused.get(self.rule.id, {})
        verdicts: list[Verdict] = []
        earned: dict[str, list[tuple[Any, Flag]]] = defaultdict(list)
        latest: dict[str, Any] = {}
        for row in rows:
            key, period = self._key(who, row), self._period(row)
            if key and (key not in latest or latest[key] < _order(period)):
                latest[key] = _order(period)
            free = row.id in excused or (key, self._text(row)) in taken
            flags = [] if free else self._flags(row, period)
            truth = self.condition.fn(row) if self.condition is not None and flags else True
            if truth is UNKNOWN:
                verdicts.append(Verdict("record", row.id, row.table, row.unit, statuses=[self._pending(row)]))
            if truth is not True or not flags:
                continue
            if self.rule.on_row:
                verdicts.append(Verdict("record", row.id, row.table, row.unit, flags=flags))
            if key:
                earned[key] += [(_order(period), flag) for flag in flags]
        if self.rule.tag_table:
            return verdicts + self._tags(facts, earned, latest)
        return verdicts + self._participants(who, earned, latest)

    def _tags(self, facts: Facts, earned: dict[str, list[tuple[Any, Flag]]], latest: dict[str, Any]) -> list[Verdict]:
        """The flags of the latest period on the rows that are named, in the book that is named with them."""
        verdicts = []
        for row in facts.table(self.rule.tag_table):
            name = normal(row.texts.get(self.tag_name, ""))
            keys = (f"{row.unit}|{name}", f"|{name}") if name else ()
            flags = [flag for key in keys for order, flag in earned.get(key, ()) if order == latest[key]]
            if flags:
                verdicts.append(Verdict("record", row.id, row.table, row.unit, flags=list(dict.fromkeys(flags))))
        return verdicts

    def _participants(
        self, who: Participants | None, earned: dict[str, list[tuple[Any, Flag]]], latest: dict[str, Any]
    ) -> list[Verdict]:
        verdicts = []
        for key, items in earned.items():
            flags = list(dict.fromkeys(flag for order, flag in items if order == latest[key]))
            if flags and key in self.names:
                verdicts.append(Verdict("unit", key, self.rule.table, key, name=self.names[key], flags=flags))
            elif flags and who is not None:
                verdicts.append(Verdict("participant", key, self.rule.table, name=who.name(key), flags=flags))
        return verdicts

    def _taken(self, rows: list[TypedRow], who: Participants | None) -> set[tuple[str, str]]:
        """(participant, period) whose flags other results of the same period take away."""
        if who is None or not self.rule.unless:
            return set()
        return {(self._key(who, row), self._text(row)) for row in rows if row.text(self.result) in self.rule.unless}

    def _key(self, who: Participants | None, row: TypedRow) -> str:
        """Code of a unit or department, whatever it is called; else the participant's own key."""
        if who is None:
            return ""
        if self.rule.tag_table:
            name = normal(row.texts.get(self.subject[-1], ""))
            unit = self.code(row.texts.get(self.tag_unit, "")) if self.tag_unit else ""
            return f"{unit}|{name}" if name else ""
        code = self.code(row.texts.get(self.subject[-1], ""))
        return code if code in self.names else who.key(row)

    def _flags(self, row: TypedRow, period: Period | None) -> list[Flag]:
        result = row.text(self.result)
        reason = f"{period.label if period else ''}{self.title}{'' if result == '是' else result}"
        if self.rule.section:
            reason += f"；依据 {self.rule.section}"
        return [Flag(self.rule.id, text, reason) for text in self.rule.flags.get(result, ())]

    def _pending(self, row: TypedRow) -> Status:
        assert self.condition is not None
        names = self.condition.missing(row)
        titles = [self.env.title(name, self.rule.table) for name in names]
        return Status(self.rule.id, codes.PENDING, inputs={"missing": titles, "fields": list(names)})

    def _text(self, row: TypedRow) -> str:
        return row.texts.get(self.period, "") if self.period else ""

    def _period(self, row: TypedRow) -> Period | None:
        return try_period(self._text(row), year_from=self.env.scheme.year_from)


def _order(period: Period | None) -> Any:
    return period.first.toordinal() if period is not None else 0
