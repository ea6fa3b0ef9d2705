"""`lookup`: a table of the scheme from one or several values to a text (行业 → 产业专班), or a list that somebody fills in
(企业 → 最近一次评定的等级).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.exact import plain
from validators.facts import Facts, SharedJudge, Verdict
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import OfRows, RuleBase
from validators.rules.context import Ctx, DateGetter, Env, Judge, Outcome, TypedRow
from validators.rules.elapsed import patterns
from validators.rules.messages import message
from validators.rules.pairing import KeyOf, key_of
from validators.rules.reconcile import Key
from validators.status import Status

if TYPE_CHECKING:
    from validators.scheme.models import Lookup


class LookupRule(RuleBase):
    """The value found is derived as `into`. A value the clerk filled in `field` stands before the table's.

    With `number` the values are numbers (折算系数, 亩均税收标准) and conditions may reckon with what is derived. In a key
    `*` stands for every value in its place; of several rows that fit the one with the fewest `*` holds.

    No entry and no fallback: 映射未配置; with `required` 缺项:<title>(映射未配置). A blank key says nothing, with
    `required` 缺项:<title>.

    With `list_table` the entries are rows of that table: the `value` of the row that `key` names — of several the one
    whose `list_date` is the latest on the day `at` (a date of our row; blank = today, for the targets and figures of a past
    period its last day). What is derived then can be named by rules over many rows (consequences, targets, cadences …)
    only. No entry: nothing, with `required` 待补条件.
    """

    kind: Literal["lookup"] = "lookup"
    lookup: str = F("", description="name of the scheme's lookup; several keys are joined with |")
    by: tuple[str, ...] = F((), description="fields or formulas whose values make the key")
    into: str = F(description="name of the derived value")
    field: str = F("", description="field that holds the value when a person filled it in")
    number: bool = F(False, description="the values are numbers, e.g. 折算系数; what is derived can be reckoned with")
    required: bool = F(False, description="a value is wanted of every row: 缺项 (of a list 待补条件) without one")
    list_table: str = F("", description="instead of `lookup`: table whose rows hold the values, e.g. grades by year")
    list_when: str = F("", description="condition on its rows")
    list_date: str = F(
        "", description="date field or formula of its rows from which the row holds; the latest one counts"
    )
    value: str = F("", description="field of its rows that is taken")
    key: tuple[Key, ...] = F((), description="fields that name the row in the list, in order of trust")
    at: Anchor = F("", description="date of our row on which the list is looked into; blank = today")

    rank: ClassVar[int] = 10

    @model_validator(mode="after")
    def _one_way(self) -> LookupRule:
        if bool(self.lookup) == bool(self.list_table):
            raise ValueError("写 lookup（方案里的对照表）或 list_table（别的表），二者选一")
        if self.lookup and not self.by:
            raise ValueError("写了 lookup 要写 by（按哪些列查）")
        if self.list_table and self.number:
            raise ValueError("number 只用于方案里的对照表（lookup）")
        if self.list_table and not (self.key and self.value):
            raise ValueError("写了 list_table 要写 key（按哪些列认）和 value（取哪一列）")
        return self

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.list_table) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared" if self.list_table else "record"

    def of_rows(self) -> OfRows:
        return "today" if self.list_table else ""

    def derives(self) -> tuple[tuple[str, str], ...]:
        return ((self.into, "number" if self.number else "text"),)

    def told(self, status: Status) -> list[str]:
        return [f"{status.inputs['since']}起"] if "since" in status.inputs else []

    def compile_shared(self, env: Env) -> SharedJudge | None:
        if not self.list_table:
            return None
        env.derive(self.table, self.into)
        return _ByRows(self, env)

    def compile(self, env: Env) -> Judge | None:
        if self.list_table:
            return None
        env.derive(self.table, *self.derives()[0])
        find = finder(env.scheme.lookups[self.lookup], self.number)
        getters = [env.getter(text, self.table) for text in self.by]
        own = env.getter(self.field, self.table, "number" if self.number else "") if self.field else None
        condition = env.condition(self.when, self.table)
        made: dict[str, Outcome] = {}
        absent, blank = self._absent(env, "(映射未配置)"), self._absent(env, "") if self.required else None

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if condition is not None and condition.fn(row) is not True:
                return None
            written = own(row) if own is not None else None
            keys = [get(row) for get in getters]
            if written is None and None in keys:
                return blank
            found = written if written is not None else find(tuple(map(str, keys)))
            if found is None or found == "":
                return absent
            text = joined(found)
            if text not in made:
                derived = {self.into: Decimal(text) if self.number else text}
                made[text] = Outcome(Status(self.id, codes.VALUE, inputs={"value": text}), derived=derived)
            return made[text]

        return judge

    def _absent(self, env: Env, why: str) -> Outcome:
        if not self.required:
            return message(self, codes.UNMAPPED, ("映射未配置",), ())
        title = env.title(self.field, self.table) if self.field else self.into
        name = env.name(self.field, self.table) if self.field else ""
        return message(self, codes.INCOMPLETE, (f"{title}{why}",), (name,) if name else ())


def finder(table: Lookup, number: bool) -> Callable[[tuple[str, ...]], str | None]:
    """The value of a key, None without one. ValueError when numbers are wanted and a value is none."""
    rows = {key: joined(value) if value else "" for key, value in table.rows.items()}  # a value taken out is none
    values = [*rows.items(), *([("fallback", table.fallback)] if table.fallback else [])]
    for key, value in values if number else ():
        try:
            Decimal(value or 0)
        except InvalidOperation:
            raise ValueError(f"对照表“{table.title}”里“{key}”的值应是数，现在是“{value}”") from None
    starred = any("*" in key.split("|") for key in rows)

    def find(key: tuple[str, ...]) -> str | None:
        name = "|".join(key)
        if name not in rows and starred:
            name = next((pattern for pattern in patterns(key) if pattern in rows), name)
        return rows.get(name) or table.fallback

    return find


def joined(value: Any) -> str:
    """A value as one text; several joined."""
    if isinstance(value, Decimal):
        return plain(value)
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


_Entry = tuple[date, str, str]  # the day from which it holds, the row's id, the value


class _ByRows:
    """A look into a list kept elsewhere, compiled. Puts the value on the rows for shared rules that come after it."""

    def __init__(self, rule: LookupRule, env: Env) -> None:
        self.rule = rule
        self.keys: list[tuple[KeyOf, KeyOf]] = [
            (key_of(env, rule.table, key.left), key_of(env, rule.list_table, key.right or key.left)) for key in rule.key
        ]
        self.when, self.list_when = env.condition(rule.when, rule.table), env.condition(rule.list_when, rule.list_table)
        self.value = env.own(rule.value, rule.list_table)
        self.since: DateGetter | None = env.date(rule.list_date, rule.list_table) if rule.list_date else None
        self.at: DateGetter | None = env.date(rule.at, rule.table) if rule.at else None
        self.own: Callable[[TypedRow], object] | None = env.getter(rule.field, rule.table) if rule.field else None

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        lists = [self._entries(facts, theirs) for _, theirs in self.keys]
        verdicts = []
        for row in facts.table(self.rule.table):
            if self.when is not None and self.when.fn(row) is not True:
                continue
            day = self.at(row) if self.at is not None else ctx.held or ctx.today
            if day is None:
                continue
            status = self._status(row, lists, day, ctx.today)
            if status is not None:
                verdicts.append(Verdict("record", row.id, row.table, row.unit, statuses=[status]))
        return verdicts

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """The next day on which an entry, or a row of ours that is dated ahead, comes to count."""
        days = [self.since(row) for row in facts.table(self.rule.list_table)] if self.since is not None else []
        days += [self.at(row) for row in facts.table(self.rule.table)] if self.at is not None else []
        return min((day for day in days if day is not None and day > ctx.today), default=None)

    def turns(self, facts: Facts) -> set[date]:
        """The days on which an entry of the list comes to hold, for rows that are looked up by the day of judging."""
        if self.since is None or self.at is not None:
            return set()
        return {day for row in facts.table(self.rule.list_table) if (day := self.since(row)) is not None}

    def _entries(self, facts: Facts, key: KeyOf) -> dict[tuple[str, ...], list[_Entry]]:
        found: dict[tuple[str, ...], list[_Entry]] = defaultdict(list)
        for row in facts.table(self.rule.list_table):
            since = self.since(row) if self.since is not None else date.min
            named, value = key(row), row.text(self.value)
            if named is None or since is None or not value:
                continue
            if self.list_when is None or self.list_when.fn(row) is True:
                found[named].append((since, row.id, value))
        return found

    def _status(
        self, row: TypedRow, lists: list[dict[tuple[str, ...], list[_Entry]]], day: date, today: date
    ) -> Status | None:
        written = self.own(row) if self.own is not None else None
        entry = (date.min, "", str(written)) if written is not None else self._latest(row, lists, min(day, today))
        if entry is None:
            missing = {"missing": [self.rule.into], "fields": []}
            return Status(self.rule.id, codes.PENDING, inputs=missing) if self.rule.required else None
        since, _, value = entry
        row[self.rule.into] = row.derived[self.rule.into] = value
        inputs = {"value": value} if since == date.min else {"value": value, "since": since.isoformat()}
        return Status(self.rule.id, codes.VALUE, inputs=inputs)

    def _latest(self, row: TypedRow, lists: list[dict[tuple[str, ...], list[_Entry]]], day: date) -> _Entry | None:
        """The newest entry by the most trusted key that names any."""
        for (ours, _), entries in zip(self.keys, lists, strict=True):
            named = ours(row)
            found = max((e for e in entries.get(named, ()) if e[0] <= day), default=None) if named is not None else None
            if found is not None:
                return found
        return None
