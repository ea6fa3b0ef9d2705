"""A scheme compiled with a calendar: its rules as closures by what they are about, and what each of them looks at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from validators.excuses import excuses_of
from validators.expression_types import CALENDAR, TODAY
from validators.facts import Facts, SharedJudge
from validators.periods import PeriodKind
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.ended import ended_on, turn_on
from validators.rules.in_force import in_force_rules
from validators.rules.lived import Lived
from validators.rules.order import derived_on, in_order, says
from validators.rules.versions import compile_record, compile_shared, list_days, newest, versions_of
from validators.status import Status

if TYPE_CHECKING:
    from validators.calendar import Calendar
    from validators.scheme.models import Scheme
    from validators.scheme.tables import Table


class RecordRule(NamedTuple):
    """A record rule compiled. `timely`: it looks at 今天, or at a value that does, and must be asked again every day.
    `silent`: of a terminated record it says nothing."""

    id: str
    judge: Judge
    timely: bool
    clocked: bool
    rule: RuleBase
    silent: bool = False


@dataclass(frozen=True, slots=True)
class SharedRule:
    """A rule over many rows compiled, with the tables it looks at."""

    rule: RuleBase
    judge: SharedJudge
    timely: bool
    tables: frozenset[str]
    turns: frozenset[PeriodKind] = frozenset()  # kinds of period at whose turn it is asked again
    needs: frozenset[str] = frozenset()  # shared rules that put values on the rows it looks at, and what these need
    listed: bool = False  # it names a value that a list of dates decides: of a past period, the list of that time


class Compiled:
    """ExpressionError or ValueError when a rule cannot be compiled."""

    def __init__(self, scheme: Scheme, calendar: Calendar) -> None:
        self.scheme = scheme
        self.calendar = calendar
        self.rules: dict[str, RuleBase] = newest(scheme.rules)
        self.versions = {name: versions_of(scheme.rules, name) for name in self.rules}
        self.tables: dict[str, Table] = {table.name: table for table in scheme.tables}
        self._lived = Lived(scheme)
        self.records: dict[str, list[RecordRule]] = defaultdict(list)
        self.above: set[str] = set()  # tables whose own rules look at what is derived on the rows above theirs
        self._deriving: list[RecordRule] = []  # rules of all tables that derive, in order
        self.families: dict[str, list[SharedRule]] = defaultdict(list)
        self.shared: list[SharedRule] = []
        self.wanted = _wanted_children(scheme.rules)
        self._actual: dict[str, list[str]] = {}
        self._daily: set[str] = set()  # derived values that may be others tomorrow, because a formula looks at 今天
        self._listed: set[str] = set()  # derived values that depend on a list of dates
        self.list_days: set[date] = set()  # days on which such lists change, those that are rows left out
        self.env = env = Env(_until_end(scheme), calendar)
        for name in dict.fromkeys(rule.id for rule in in_order(scheme)):
            self._compile(env, self.rules[name])
        self.excuses = self._excuses()
        self.shared = [self._with_excuses(item) for item in self.shared]
        for implied in in_force_rules(scheme):
            env.timely, judge = False, implied.compile(env)
            self.records[implied.table].append(RecordRule(implied.id, judge, env.timely, False, implied))

    def _compile(self, env: Env, rule: RuleBase) -> None:
        env.timely = env.above = False
        scope = rule.scope()
        if scope == "record":
            judge = compile_record(env, self.versions[rule.id])
            if judge is not None:
                timely = env.timely or self._looks_daily(rule)  # also of what is derived above its row, or below
                made_of = RecordRule(rule.id, judge, timely, rule.clocked, rule, self._silent(rule))
                self.records[rule.table].append(made_of)
                self._deriving += [made_of] if any(item.derives() for item in self.versions[rule.id]) else []
            self.above |= {rule.table} if env.above else set()
            self._note_lists(rule, list_days(judge))
            if env.timely or self._looks_daily(rule):
                self._daily |= {name for name, _ in rule.derives()}
            return
        shared = compile_shared(env, self.versions[rule.id])
        if shared is None:
            return
        tables, turns = self._tables_of(rule), self._turns_of(rule)
        needs = [item for item in self.shared if item.rule.table in tables and self._takes(rule, item.rule)]
        tables = tables.union(*(item.tables for item in needs))
        turns = turns.union(*(item.turns for item in needs))
        timely = env.timely or any(item.timely for item in needs) or self._looks_daily(rule)
        needed = frozenset(item.rule.id for item in needs).union(*(item.needs for item in needs))
        listed = bool(self._listed) and self._names(rule, self._listed)
        made = SharedRule(rule, shared, timely, tables, turns, needed, listed)
        self._note_lists(rule, set(), rows=hasattr(shared, "turns"))
        if scope == "family":
            self.families[rule.table].append(made)
            self.above |= {rule.table} if env.above else set()
        else:
            self.shared.append(made)

    def _note_lists(self, rule: RuleBase, days: set[date], rows: bool = False) -> None:
        """Whether what a rule derives depends on a list of dates: its own, or one that decides a value it names."""
        made = {name for item in self.versions[rule.id] for name, _ in item.derives()}
        if made and (days or rows or (self._listed and self._names(rule, self._listed))):
            self._listed |= made
            self.list_days |= days

    def _takes(self, rule: RuleBase, maker: RuleBase) -> bool:
        """Whether a rule names what another one puts on rows."""
        made = {name for item in self.versions[maker.id] for name, _ in item.derives()}
        return bool(made) and self._names(rule, made)

    def _looks_daily(self, rule: RuleBase) -> bool:
        """Whether a rule names a value that changes with the day."""
        return bool(self._daily) and self._names(rule, self._daily)

    def _excuses(self) -> dict[str, tuple[RecordRule, ...]]:
        """Shared rule → the excuses that name it, compiled."""
        own = {item.id: item for items in self.records.values() for item in items}
        named, shared = excuses_of(self.scheme.rules), {item.rule.id for item in self.shared}
        return {name: tuple(own[excuse] for excuse in ids) for name, ids in named.items() if name in shared}

    def _with_excuses(self, item: SharedRule) -> SharedRule:
        """The rule as one that also looks at what excuses look at."""
        excuses = self.excuses.get(item.rule.id, ())
        tables = item.tables.union(*(self._tables_of(excuse.rule) for excuse in excuses))
        timely = item.timely or any(one.timely or self._looks_daily(one.rule) for one in excuses)
        return replace(item, tables=tables, timely=timely) if excuses else item

    def _silent(self, rule: RuleBase) -> bool:
        """Whether it asks for what a terminated record need not give. What names the end itself (终止的要填原因) asks on."""
        if not rule.asks:
            return False
        table = self.tables[rule.table]
        owners = [table, *([self.tables[table.parent]] if table.parent else [])]
        ends = [owner.field(owner.ended) for owner in owners if owner.ended]
        return not says(rule, [word for item in ends for word in (item.name, item.title, *item.aliases)])

    def _names(self, rule: RuleBase, values: Collection[str], through: frozenset[str] = frozenset()) -> bool:
        """Whether a rule names one of some derived values, itself or through the rules whose results it takes."""
        versions = self.versions[rule.id]
        if any(says(item, values) for item in versions):
            return True
        used = {name for item in versions for name in item.uses()} - through - {rule.id}
        return any(self._names(self.rules[name], values, through | {rule.id}) for name in used if name in self.rules)

    def _turns_of(self, rule: RuleBase, through: frozenset[str] = frozenset()) -> frozenset[PeriodKind]:
        """Kinds of period whose turn matters to a rule, also through the rules whose results it takes."""
        versions = self.versions[rule.id]
        found = {kind for item in versions for kind in item.turns(self.scheme)}
        for name in {name for item in versions for name in item.uses()} - through - {rule.id}:
            if name in self.rules:
                found |= self._turns_of(self.rules[name], through | {rule.id})
        return frozenset(found)

    def _tables_of(self, rule: RuleBase, through: frozenset[str] = frozenset()) -> frozenset[str]:
        """Tables a rule looks at, also through the rules whose results it takes; with a child table its parent, which
        conditions may name, and with a parent the children from which its values are derived."""
        versions = self.versions[rule.id]
        reads = {name for item in versions for name in item.reads()}
        for name in {name for item in versions for name in item.uses()} - through - {rule.id}:
            if name in self.rules:
                reads |= self._tables_of(self.rules[name], through | {rule.id})
        parents = {self.tables[name].parent for name in reads} - {""}
        made = {name: derived_on(self.scheme, name) for name in parents}
        reads |= {name for name in parents if made[name] and self._names(rule, made[name])}
        for name in tuple(reads):
            reads |= self.wanted.get(name, frozenset())
        return frozenset(reads | {self.tables[name].parent for name in reads if self.tables[name].parent})

    def coming(
        self, table: str, rows: Iterable[TypedRow], today: date, columns: Collection[str] | None = None
    ) -> date | None:
        """The next day on which an actual date of some rows, or the end of one, in some columns or in any, will have come:
        conditions over many rows count it then."""
        if table not in self._actual:
            model = self.tables[table]
            self._actual[table] = [i.name for i in model.fields if i.type == "date_actual" or i.name == model.ended]
        names = [name for name in self._actual[table] if columns is None or name in columns]
        days = (row.get(name) for row in rows if row.latest > today for name in names)
        return min((day for day in days if day is not None and day > today), default=None)

    def derive(self, rows: Mapping[str, Sequence[TypedRow]], ctx: Ctx) -> dict[str, dict[str, date]]:
        """Put derived values and the stage on the rows of some tables, rule by rule: what one names, on its own row, on the
        one above or on those below, is there before. By table and rule the next day on which time alone may give others
        ("": the termination of a row)."""
        ahead: dict[str, dict[str, date]] = {name: {} for name in rows}
        running, lived = dict[str, Sequence[TypedRow]](), dict[str, list[tuple[TypedRow, Ctx]]]()
        for name, items in rows.items():
            running[name], lived[name] = self._reset(name, items, ctx, ahead[name])
        for item in self._deriving:
            table = item.rule.table
            if table not in rows:
                continue
            days, judge = ahead[table], item.judge
            for row in running[table] if item.clocked else rows[table]:
                outcome = judge(row, ctx)
                if outcome is None:
                    continue
                _note(days, item.id, outcome.next_change)
                if outcome.status is not None:  # also one that derives nothing yet
                    _note(days, item.id, outcome.status.next_change)
                _put(row, outcome)
            for row, then in lived[table] if item.clocked else ():
                row[TODAY] = then.today
                _put(row, judge(row, then))
                row[TODAY] = ctx.today
        return ahead

    def _reset(
        self, table: str, rows: Sequence[TypedRow], ctx: Ctx, ahead: dict[str, date]
    ) -> tuple[Sequence[TypedRow], list[tuple[TypedRow, Ctx]]]:
        """Take away what was derived; those of the rows that are not over, and those about a period that was over before
        they were, with the last day before that."""
        model, over, lived = self.tables[table], set[int](), list[tuple[TypedRow, Ctx]]()
        for row in rows:
            forget(row)
            row[TODAY], row[CALENDAR] = ctx.today, self.calendar
            ended = ended_on(self.tables, model, row, ctx.today)
            if ended is not None:
                _note(ahead, "", turn_on(self.tables, model, row, ctx.today))
                if ended <= ctx.today:
                    over.add(id(row))
                    last = self._lived.until(table, row, ended)
                    lived += [(row, replace(ctx, today=last))] if last is not None else []
        return [row for row in rows if id(row) not in over] if over else rows, lived


def _put(row: TypedRow, outcome: Outcome | None) -> None:
    """What a rule derives, onto the row."""
    if outcome is not None and outcome.derived:
        row.update(outcome.derived)
        row.derived.update(outcome.derived)


def forget(row: TypedRow) -> None:
    """Take what was derived off a row."""
    for name in row.derived:
        row.pop(name, None)
    row.derived.clear()


def _note(days: dict[str, date], name: str, day: date | None) -> None:
    """Keep the earliest."""
    if day is not None and (name not in days or day < days[name]):
        days[name] = day


def _until_end(scheme: Scheme) -> Scheme:
    """The scheme as rules see it: no duty, target or ranking of a period that begins after the scheme's last day."""
    days = [day for day in (scheme.effective_to, scheme.ends) if day is not None]
    return scheme.model_copy(update={"effective_to": min(days)}) if scheme.ends is not None else scheme


def _wanted_children(rules: Iterable[RuleBase]) -> dict[str, frozenset[str]]:
    """Table → child tables that record rules of it look at."""
    found: dict[str, frozenset[str]] = {}
    for rule in rules:
        if rule.children():
            found[rule.table] = found.get(rule.table, frozenset()) | rule.children()
    return found


def stopped(scheme: Scheme, status: Status) -> Status:
    """After the scheme's end nothing changes by time alone."""
    day = status.next_change
    return status if day is None or day == scheme.counting(day) else replace(status, next_change=None)


def ahead_of(item: SharedRule, facts: Facts, ctx: Ctx) -> date | None:
    """The next day on which a row that is dated ahead will count for the rule."""
    own = getattr(item.judge, "ahead", None)
    found: date | None = own(facts, ctx) if own is not None else None
    return found
