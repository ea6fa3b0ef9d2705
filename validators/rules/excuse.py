"""`excuse`: an explanation that a person accepted switches a flag off, for as long as it holds, and is kept on record.

The status itself stays: what was late is late. Whoever looks sees the excuse, who it was accepted for and until when.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, DateGetter, Env, Judge, Outcome, TypedRow
from validators.rules.versions import versions_of
from validators.status import Status

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

_ONE_DAY = timedelta(days=1)


class Excuse(RuleBase):
    """Flags and findings of the rules in `of` are switched off on a row with an excuse that holds today; the statuses stay.
    Rules over many rows too, where they speak of rows of this table: 红黄牌、连续、两表比对 (what counts as found, and the
    place of a row, stay). A rule that speaks of units or of rows of another table cannot be excused.

    An excuse stands in the row itself, or in rows of the child table `rows`: `why` is filled in, `accepted` is true (until
    then 说明待认定) and today lies in `since` to `until`, both included. With `value` (a light, a grade) it holds only
    while the value is one of `among`, and `into` derives `becomes` instead of the value, for the rules after it.
    """

    kind: Literal["excuse"] = "excuse"
    of: tuple[str, ...] = F(
        (), description="ids of rules whose flags and findings on rows of this table it switches off"
    )
    why: str = F(description="field with the reason")
    accepted: str = F("", description="condition of being accepted; blank = an excuse counts as soon as it is entered")
    since: Anchor = F("", description="first day on which it holds; blank = no bound")
    until: Anchor = F("", description="last day on which it holds, e.g. 认定日期 + 3个月; blank = no bound")
    rows: str = F("", description="child table in which excuses are entered")
    value: str = F("", description="name of a derived value or a field, e.g. 总灯")
    among: tuple[str, ...] = F((), description="values for which an excuse is allowed; () = every value")
    becomes: str = F("", description="value instead, e.g. 绿灯; blank = no value")
    into: str = F("", description="name of the derived value that stands after the excuse")

    rank: ClassVar[int] = 44

    @model_validator(mode="after")
    def _something(self) -> Excuse:
        if not self.of and not self.into:
            raise ValueError("写 of（免去哪几条规则的标识）或 value、into（说明后的值），至少一种")
        if bool(self.value) != bool(self.into):
            raise ValueError("value 与 into 成对写")
        if (self.among or self.becomes) and not self.value:
            raise ValueError("among、becomes 与 value 一起写")
        return self

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.rows) if name)

    def children(self) -> frozenset[str]:
        return super().children() | frozenset({self.rows} if self.rows else ())

    def derives(self) -> tuple[tuple[str, str], ...]:
        return ((self.into, "text"),) if self.into else ()

    def compile(self, env: Env) -> Judge:
        _check_of(self, env.scheme)
        value = env.getter(self.value, self.table, "text") if self.value else None
        for name, kind in self.derives():
            env.derive(self.table, name, kind)
        condition, entries = env.condition(self.when, self.table), _Entries(self, env)

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if condition is not None and condition.fn(row) is not True:
                return None
            found = value(row) if value is not None else None
            kept: dict[str, Any] = {self.into: found} if self.into and found is not None else {}
            if value is not None and (found is None or (self.among and found not in self.among)):
                return Outcome(derived=kept) if kept else None
            entered = entries.of(row)
            current, change = _current(entered, ctx.today)
            if current is not None:
                return self._excused(current, found, change)
            if any(entry.accepted is not True for entry in entered):
                return Outcome(Status(self.id, codes.EXCUSE_PENDING, next_change=change), derived=kept)
            return Outcome(derived=kept, next_change=change) if kept or change else None

        return judge

    def _excused(self, entry: Entry, found: str | None, change: date | None) -> Outcome:
        log: dict[str, Any] = {"why": entry.why, "by": self.id}
        if entry.since is not None:
            log["since"] = entry.since.isoformat()
        if entry.until is not None:
            log["until"] = entry.until.isoformat()
        if found is not None:
            log |= {"value": found, "becomes": self.becomes}
        derived = {self.into: self.becomes} if self.into and self.becomes else {}
        status = Status(self.id, codes.EXCUSED, None, None, change, log)
        return Outcome(status, derived=derived, excused=dict.fromkeys(self.of, log))

    def told(self, status: Status) -> list[str]:
        inputs = status.inputs
        found = [str(inputs["why"])] if inputs.get("why") else []
        if inputs.get("value"):
            found.append(
                f"{inputs['value']}改为{inputs['becomes']}" if inputs.get("becomes") else f"不计{inputs['value']}"
            )
        return [*found, f"至{inputs['until']}有效"] if inputs.get("until") else found


def _check_of(rule: Excuse, scheme: Scheme) -> None:
    """ValueError for a rule that is not there, or that says nothing of rows of the excuse's table."""
    for name in rule.of:
        versions = versions_of(scheme.rules, name)
        if not versions:
            continue  # what names no rule is told at its own place, by the check of references
        tables = frozenset[str]().union(*(item.excusable(scheme) for item in versions))
        if rule.table in tables:
            continue
        if tables:
            titles = "、".join(sorted(scheme.table(item).title for item in tables))
            raise ValueError(f"of 里的“{name}”说的是“{titles}”的行，不是“{scheme.table(rule.table).title}”的，免不了")
        raise ValueError(f"of 里的“{name}”说的是单位或总数，不在哪一行上，说明免不了它")


@dataclass(frozen=True, slots=True)
class Entry:
    """One excuse as it was entered."""

    why: str
    accepted: Any
    since: date | None
    until: date | None


class _Entries:
    """Where the excuses of a row stand, compiled."""

    def __init__(self, rule: Excuse, env: Env) -> None:
        table = rule.rows or rule.table
        self.rows = rule.rows
        self.why = env.own(rule.why, table)
        self.accepted = env.condition(rule.accepted, table)
        self.since: DateGetter | None = env.date(rule.since, table) if rule.since else None
        self.until: DateGetter | None = env.date(rule.until, table) if rule.until else None

    def of(self, row: TypedRow) -> list[Entry]:
        rows: Sequence[TypedRow] = row.children.get(self.rows, ()) if self.rows else (row,)
        return [self._entry(item) for item in rows if item.texts.get(self.why)]

    def _entry(self, row: TypedRow) -> Entry:
        return Entry(
            row.texts[self.why],
            True if self.accepted is None else self.accepted.fn(row),
            self.since(row) if self.since is not None else None,
            self.until(row) if self.until is not None else None,
        )


def _current(entries: Iterable[Entry], today: date) -> tuple[Entry | None, date | None]:
    """The excuse that holds longest today, and the next day on which that may be otherwise."""
    accepted = [item for item in entries if item.accepted is True]
    holding = [
        item
        for item in accepted
        if (item.since is None or item.since <= today) and (item.until is None or today <= item.until)
    ]
    coming = [item.since for item in accepted if item.since is not None and item.since > today]
    if not holding:
        return None, min(coming, default=None)
    longest = max(holding, key=lambda item: (item.until or date.max, item.since or date.min, item.why))
    turns = [*coming, *([longest.until + _ONE_DAY] if longest.until is not None else [])]
    return longest, min(turns, default=None)
