"""`streak` at work: who was rated in which periods, what runs of bad results come to, and which rows that concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from validators.expression_types import PARENT
from validators.facts import Facts, Verdict, unit_finder
from validators.periods import Period, try_period
from validators.rules import codes
from validators.rules.context import Ctx, Env, TypedRow
from validators.rules.ended import ended_on, gone, is_over, turn_on
from validators.rules.measures import earliest, period_verdict
from validators.rules.participants import Participants, normal
from validators.status import Flag, Status, with_excuse

if TYPE_CHECKING:
    from validators.rules.streak import Streak

Rated = Mapping[Period, list[TypedRow]]  # the rows in which one subject was rated, by period


@dataclass(slots=True)
class _Run:
    """What the evaluated periods of one subject come to."""

    periods: list[str] = field(default_factory=list)  # the bad ones in a row, up to the latest
    flagged: bool = False
    missed: list[Period] = field(default_factory=list)  # not evaluated, just before the latest
    history: list[dict[str, str]] = field(default_factory=list)  # {since, until} of flags that were released
    after: dict[Period, bool] = field(default_factory=dict)  # whether flagged once the period was evaluated


@dataclass(slots=True)
class _Subjects:
    """All who were rated: their rows by period, and who they are. `owners`: those that are rows themselves."""

    rated: dict[str, dict[Period, list[TypedRow]]]
    who: Participants
    owners: dict[str, TypedRow]


class StreakJudge:
    """The rule compiled: calling it gives flags, notices and tags."""

    def __init__(self, rule: Streak, env: Env) -> None:
        self.rule, self.year_from = rule, env.scheme.year_from
        self.period = env.own(rule.period, rule.table)
        self.result = env.own(rule.result, rule.table)
        self.subject = [env.own(text, rule.table) for text in rule.subject]
        self.model = env.scheme.table(rule.table)
        self.parent = "" if rule.subject else self.model.parent
        self.tables = {table.name: table for table in env.scheme.tables}
        if not rule.subject and not self.parent:
            raise ValueError("没写 subject（评的是谁）的，table 要是下级表：说的是它上级表的那一行")
        self.tag_field = env.own(rule.tag_field, rule.table) if rule.tag_field else ""
        self.tag_unit = env.own(rule.tag_unit, rule.table) if rule.tag_unit else ""
        self.tag_by = [[env.own(text, rule.tag_table) for text in names] for names in rule.tag_by]
        self.tag_name = env.scheme.table(rule.tag_table).name_field if rule.tag_table else ""
        self.condition = env.condition(rule.when, rule.table)
        self.code = unit_finder(env.scheme)

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        subjects, excused = self._subjects(facts, ctx.today), ctx.excused.get(self.rule.id, {})
        counted = ctx.back is not None
        verdicts: list[Verdict] = []
        flagged: dict[str, Flag] = {}
        for key, periods in subjects.rated.items():
            run, latest = self._run(periods), periods[max(periods)]
            verdicts += self._each_period(subjects.owners[key], run) if counted and key in subjects.owners else ()
            if (ended := self._ended(subjects.owners.get(key), ctx.today)) is not None:
                verdicts.append(ended)
                continue
            said = self._subject(key, subjects, run, periods)
            logs = [excused.get(row.id) for row in latest]
            verdicts.append(_excused(said, logs[0] or {}) if run.flagged and all(logs) else said)
            if run.flagged and not all(logs):
                flag = flagged[key] = said.flags[0]
                verdicts += [Verdict("record", r.id, r.table, r.unit, flags=[flag]) for r in latest]
        return verdicts + self._tags(facts, subjects, flagged)

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """When a row that was rated is over."""
        rows = facts.table(self.rule.table) if self.parent else ()
        return earliest(*(turn_on(self.tables, self.model, row, ctx.today) for row in rows))

    def _each_period(self, owner: TypedRow, run: _Run) -> Iterator[Verdict]:
        """For rules that count them: of every evaluated period whether the flag held once it was evaluated."""
        for period, flagged in run.after.items():
            code, value = (codes.FLAGGED, self.rule.flag) if flagged else (codes.RATED, "")
            status = Status(self.rule.id, code, inputs={"value": value})
            yield replace(period_verdict(self.rule.id, owner.id, period.text, status), unit=owner.unit, record=owner.id)

    def _ended(self, owner: TypedRow | None, today: date) -> Verdict | None:
        """As rules of single rows: of a row that is over nothing is said but that."""
        ended = None if owner is None else ended_on(self.tables, self.tables[owner.table], owner, today)
        if owner is None or ended is None or ended > today:
            return None
        status = Status(self.rule.id, codes.TERMINATED, inputs={"ended": str(ended)})
        return Verdict("record", owner.id, owner.table, owner.unit, statuses=[status])

    # what other rules take -----------------------------------------------------------------------------------------

    def concerns(self) -> frozenset[str]:
        """Tables of whose rows `lit` speaks."""
        return frozenset(name for name in (self.rule.table, self.parent, self.rule.tag_table) if name)

    def lit(self, facts: Facts, table: str, day: date) -> dict[str, bool]:
        """Of every row of the table that has to do with somebody rated: whether the flag holds. A rated row tells how it
        was once its own period was evaluated, any other how it is now."""
        subjects = self._subjects(facts, day)
        runs = {key: self._run(periods) for key, periods in subjects.rated.items()}
        if table == self.rule.table:
            return {
                row.id: runs[key].after[period]
                for key, periods in subjects.rated.items()
                for period, rows in periods.items()
                for row in rows
            }
        if table == self.parent:
            return {key: run.flagged for key, run in runs.items()}
        named = self._named(facts, subjects, runs)
        return {row.id: any(runs[key].flagged for key in keys) for row, keys in named}

    # who was rated -------------------------------------------------------------------------------------------------

    def _subjects(self, facts: Facts, today: date) -> _Subjects:
        rows = sorted((row for row in facts.table(self.rule.table) if self._counts(row)), key=lambda row: row.id)
        who = Participants(rows if self.subject else (), self.subject)
        rated: dict[str, dict[Period, list[TypedRow]]] = defaultdict(lambda: defaultdict(list))
        owners: dict[str, TypedRow] = {}
        for row in rows:
            period, key = try_period(row.texts.get(self.period), year_from=self.year_from), self._key(row, who, owners)
            if period is not None and key and not self._over(row, min(period.last, today)):
                rated[key][period].append(row)
        return _Subjects(rated, who, owners)

    def _key(self, row: TypedRow, who: Participants, owners: dict[str, TypedRow]) -> str:
        if not self.parent:
            return who.key(row)
        owner = row.get(PARENT + self.parent)
        if owner is None:
            return ""
        owners[owner.id] = owner
        return str(owner.id)

    def _over(self, row: TypedRow, day: date) -> bool:
        """Whether the row above was over then: what is rated of it afterwards does not count."""
        return bool(self.parent) and is_over(gone(self.tables, self.model, row), day)

    def _counts(self, row: TypedRow) -> bool:
        if not row.text(self.result):
            return False
        return self.condition is None or self.condition.fn(row) is True

    # one subject ---------------------------------------------------------------------------------------------------

    def _run(self, periods: Rated) -> _Run:
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
            run.after[period] = run.flagged
            last = period
        return run

    def _subject(self, key: str, subjects: _Subjects, run: _Run, periods: Rated) -> Verdict:
        owner = subjects.owners.get(key)
        if owner is not None:
            verdict = Verdict("record", owner.id, owner.table, owner.unit)
        else:
            verdict = Verdict("participant", key, self.rule.table, name=subjects.who.name(key))
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
        labels = [
            period.label for text in run.periods if (period := try_period(text, year_from=self.year_from)) is not None
        ]
        section = f"；依据 {self.rule.section}" if self.rule.section else ""
        if not labels:
            return f"此前连续{self.rule.n}期{'、'.join(self.rule.bad)}，尚未解除{section}"
        return f"{'、'.join(labels)}{'连续' if len(labels) > 1 else ''}{'、'.join(self.rule.bad)}{section}"

    # rows of another table -----------------------------------------------------------------------------------------

    def _tags(self, facts: Facts, subjects: _Subjects, flagged: Mapping[str, Flag]) -> list[Verdict]:
        """The derived tag on the rows of all projects of flagged participants, once for each participant."""
        if not self.rule.tag_table or not flagged:
            return []
        verdicts = []
        for row, keys in self._named(facts, subjects, flagged):
            flags = [
                Flag(self.rule.id, self.rule.tag.format(flag=flag.flag), f"{subjects.who.name(key)}：{flag.reason}")
                for key, flag in flagged.items()
                if key in keys
            ]
            verdicts.append(Verdict("record", row.id, row.table, row.unit, flags=flags))
        return verdicts

    def _named(self, facts: Facts, subjects: _Subjects, among: Mapping[str, Any]) -> list[tuple[TypedRow, set[str]]]:
        """Rows of `tag_table` that name participants among these, or are named by their rows, and which."""
        linked, found = self._linked(subjects, among), []
        for row in facts.table(self.rule.tag_table):
            name = normal(row.texts.get(self.tag_name, ""))
            keys = {*linked.get((row.unit, name), ()), *linked.get(("", name), ())}
            keys |= {subjects.who.find(row.texts.get(field, "") for field in names) for names in self.tag_by}
            if keys := {key for key in keys if key in among}:
                found.append((row, keys))
        return found

    def _linked(self, subjects: _Subjects, among: Mapping[str, Any]) -> dict[tuple[str, str], set[str]]:
        """(unit, project name) → keys of participants that were rated there; unit "" where it is not said."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        if not self.tag_field:
            return found
        for key in among:
            for row in (row for rows in subjects.rated[key].values() for row in rows):
                name = normal(row.texts.get(self.tag_field, ""))
                unit = self.code(row.texts.get(self.tag_unit, "")) if self.tag_unit else ""
                if name:
                    found[unit, name].add(key)
        return found


def _excused(said: Verdict, log: Mapping[str, Any]) -> Verdict:
    return replace(said, flags=[], statuses=[with_excuse(item, log) for item in said.statuses])


def _between(first: Period, last: Period) -> list[Period]:
    """The periods that lie strictly between two of one kind."""
    found: list[Period] = []
    period = first.next()
    while period < last and len(found) < 40:
        found.append(period)
        period = period.next()
    return found
