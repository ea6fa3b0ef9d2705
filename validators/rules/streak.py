"""streak: the same bad result in n adjacent periods puts a flag on whoever was rated, until it is released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field as F

from validators.facts import Facts, SharedJudge, Verdict, unit_finder
from validators.periods import Period, try_period
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, TypedRow
from validators.rules.participants import Participants, normal
from validators.status import Flag, Status, with_excuse

if TYPE_CHECKING:
    from validators.scheme.models import Scheme


class Streak(RuleBase):
    """Participants are matched by the first filled of `subject` (code before name); any bad row of a period counts.

    A period without evaluation between two evaluated ones breaks the streak (`gap: break`) and is told as 缺评. The
    flag stays until the next evaluated period that is not bad. A row with an accepted excuse (`excuse.of`) does not show
    it, and nobody does where all rows of the latest period have one; the result itself still counts. It goes to the participant, to its rows of the latest
    period, and as a derived tag to rows of `tag_table` found by name or by the fields that name the participant there.
    """

    kind: Literal["streak"] = "streak"
    period: str = F(description="field that holds the period")
    subject: tuple[str, ...] = F(description="fields that name the participant, in order of trust: code, then name")
    result: str = F(description="field or derived value that holds the result, e.g. a light")
    bad: tuple[str, ...] = F(description="results that count")
    n: int = F(2, ge=1, description="how many adjacent periods")
    gap: Literal["break", "skip"] = F("break", description="what a period without evaluation does to the streak")
    release: Literal["not_bad", "never"] = F("not_bad", description="what ends the flag")
    flag: str = F(description="text of the flag")
    notice: str = F("缺评", description="word for a period without evaluation")
    tag: str = F("参建单位{flag}", description="what rows of `tag_table` show")
    tag_table: str = F("", description="table whose rows get the derived tag, e.g. the projects of the participant")
    tag_field: str = F("", description="field of `table` that names the tagged row by its name")
    tag_unit: str = F("", description="field of `table` that holds the tagged row's unit, where names repeat")
    tag_by: tuple[tuple[str, ...], ...] = F(
        (), description="fields of `tag_table` that name the participant there, each in order of trust"
    )

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.tag_table) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        return self.reads()

    def compile_shared(self, env: Env) -> SharedJudge:
        return _Judge(self, env)


@dataclass(slots=True)
class _Run:
    """What the evaluated periods of one participant come to."""

    periods: list[str] = field(default_factory=list)  # the bad ones in a row, up to the latest
    flagged: bool = False
    missed: list[Period] = field(default_factory=list)  # not evaluated, just before the latest
    history: list[dict[str, str]] = field(default_factory=list)  # {since, until} of flags that were released


class _Judge:
    """The rule compiled: calling it gives flags, notices and tags."""

    def __init__(self, rule: Streak, env: Env) -> None:
        self.rule = rule
        self.period = env.own(rule.period, rule.table)
        self.result = env.own(rule.result, rule.table)
        self.subject = [env.own(text, rule.table) for text in rule.subject]
        self.tag_field = env.own(rule.tag_field, rule.table) if rule.tag_field else ""
        self.tag_unit = env.own(rule.tag_unit, rule.table) if rule.tag_unit else ""
        self.tag_by = [[env.own(text, rule.tag_table) for text in names] for names in rule.tag_by]
        self.tag_name = env.scheme.table(rule.tag_table).name_field if rule.tag_table else ""
        self.condition = env.condition(rule.when, rule.table)
        self.code = unit_finder(env.scheme)

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        rows = sorted((row for row in facts.table(self.rule.table) if self._counts(row)), key=lambda row: row.id)
        who = Participants(rows, self.subject)
        by_key: dict[str, dict[Period, list[TypedRow]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            period, key = try_period(row.texts.get(self.period)), who.key(row)
            if period is not None and key:
                by_key[key][period].append(row)
        verdicts: list[Verdict] = []
        excused = ctx.excused.get(self.rule.id, {})
        flagged: dict[str, tuple[Flag, list[TypedRow]]] = {}
        for key, periods in by_key.items():
            run = self._run(periods)
            latest = max(periods)
            logs = [excused.get(row.id) for row in periods[latest]]
            verdicts.append(self._participant(key, who.name(key), run, periods))
            if run.flagged and all(logs):
                verdicts[-1].flags = []
                verdicts[-1].statuses = [with_excuse(item, logs[0] or {}) for item in verdicts[-1].statuses]
            elif run.flagged:
                flag = verdicts[-1].flags[0]
                verdicts += [Verdict("record", r.id, r.table, r.unit, flags=[flag]) for r in periods[latest]]
                flagged[key] = flag, [row for items in periods.values() for row in items]
        return verdicts + self._tags(facts, who, flagged)

    def _counts(self, row: TypedRow) -> bool:
        if not row.text(self.result):
            return False
        return self.condition is None or self.condition.fn(row) is True

    # one participant -----------------------------------------------------------------------------------------------

    def _run(self, periods: dict[Period, list[TypedRow]]) -> _Run:
        """Walk the evaluated periods in order; of several results in a period one bad one is enough (B-25)."""
        run, last = _Run(), None
        since = ""
        for period in sorted(periods):
            bad = any(row.text(self.result) in self.rule.bad for row in periods[period])
            gap: list[Period] = _between(last, period) if last is not None else []
            run.missed = gap if run.periods else []
            if gap and self.rule.gap == "break":
                run.periods = []
            run.periods = [*run.periods, period.text] if bad else []
            if bad and len(run.periods) >= self.rule.n and not run.flagged:
                run.flagged, since = True, period.text
            elif not bad and run.flagged and self.rule.release == "not_bad":
                run.history.append({"since": since, "until": period.text})
                run.flagged = False
            last = period
        return run

    def _participant(self, key: str, name: str, run: _Run, periods: dict[Period, list[TypedRow]]) -> Verdict:
        verdict = Verdict("participant", key, self.rule.table, name=name)
        latest = max(periods)
        inputs: dict[str, Any] = {"period": latest.text, "label": latest.label, "periods": run.periods}
        if run.history:
            inputs["history"] = run.history
        if run.missed:
            verdict.statuses.append(self._unrated(run.missed))
        if run.flagged:
            verdict.flags.append(Flag(self.rule.id, self.rule.flag, self._reason(run)))
            verdict.statuses.append(Status(self.rule.id, codes.FLAGGED, inputs={**inputs, "value": self.rule.flag}))
        elif not run.missed:
            worst = self._worst(periods[latest])
            verdict.statuses.append(Status(self.rule.id, codes.RATED, inputs={**inputs, "value": worst}))
        return verdict

    def _unrated(self, missed: Sequence[Period]) -> Status:
        label = "、".join(period.label for period in missed)
        inputs = {"periods": [period.text for period in missed], "label": label, "value": self.rule.notice}
        return Status(self.rule.id, codes.UNRATED, inputs=inputs)

    def _worst(self, rows: Sequence[TypedRow]) -> str:
        results = [row.text(self.result) for row in rows]
        return next((text for text in results if text in self.rule.bad), results[0])

    def _reason(self, run: _Run) -> str:
        labels = [period.label for text in run.periods if (period := try_period(text)) is not None]
        section = f"；依据 {self.rule.section}" if self.rule.section else ""
        if not labels:
            return f"此前连续{self.rule.n}期{'、'.join(self.rule.bad)}，尚未解除{section}"
        return f"{'、'.join(labels)}{'连续' if len(labels) > 1 else ''}{'、'.join(self.rule.bad)}{section}"

    # tags ----------------------------------------------------------------------------------------------------------

    def _tags(self, facts: Facts, who: Participants, flagged: dict[str, tuple[Flag, list[TypedRow]]]) -> list[Verdict]:
        """The derived tag on the rows of all projects of flagged participants, once for each participant."""
        if not self.rule.tag_table or not flagged:
            return []
        linked = self._linked(flagged)
        verdicts = []
        for row in facts.table(self.rule.tag_table):
            name = normal(row.texts.get(self.tag_name, ""))
            keys = {*linked.get((row.unit, name), ()), *linked.get(("", name), ())}
            keys |= {who.find(row.texts.get(field, "") for field in names) for names in self.tag_by}
            flags = [
                Flag(self.rule.id, self.rule.tag.format(flag=flag.flag), f"{who.name(key)}：{flag.reason}")
                for key, (flag, _) in flagged.items()
                if key in keys
            ]
            if flags:
                verdicts.append(Verdict("record", row.id, row.table, row.unit, flags=flags))
        return verdicts

    def _linked(self, flagged: dict[str, tuple[Flag, list[TypedRow]]]) -> dict[tuple[str, str], set[str]]:
        """(unit, project name) → keys of flagged participants that were rated there; unit "" where it is not said."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        if not self.tag_field:
            return found
        for key, (_, rows) in flagged.items():
            for row in rows:
                name = normal(row.texts.get(self.tag_field, ""))
                unit = self.code(row.texts.get(self.tag_unit, "")) if self.tag_unit else ""
                if name:
                    found[unit, name].add(key)
        return found


def _between(first: Period, last: Period) -> list[Period]:
    """The periods that lie strictly between two of one kind."""
    found: list[Period] = []
    period = first.next()
    while period < last and len(found) < 40:
        found.append(period)
        period = period.next()
    return found
