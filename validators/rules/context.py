"""What a compiled rule is given, and what it gives back.

A rule is compiled once per scheme version: `rule.compile(env)` returns a closure that judges one row on one day.
The closure must be lean (100,000 records × a whole scheme in ten seconds): a row is a dict of typed values, blank
fields absent, and a rule whose first node is blank returns a ready-made outcome at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from operator import methodcaller
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from validators.expression_types import UNKNOWN, UNREAD, same_title, spelled_above
from validators.expressions import Expression, compile_expression, names_for
from validators.findings import Finding, Severity
from validators.owner import OWNER_NAMES, PERIOD_NAMES
from validators.periods import PeriodKind, period_of
from validators.rules.anchors import Among, Anchor
from validators.rules.labels import formula_label
from validators.scheme.wording import nearest
from validators.status import Flag, Status

if TYPE_CHECKING:
    from validators.calendar import Calendar
    from validators.facts import Facts, SharedJudge
    from validators.rules.base import RuleBase
    from validators.scheme.models import Scheme
    from validators.scheme.tables import Table
    from validators.then import Rewound

GONE = "gone"  # the key of facts of a row that is not in its book any more and has not withdrawn
_FURTHEST = 800
STAGE_NAME = "当前阶段"  # row key and name in conditions of the stage that `stage_entry` found


_ALL_READ: frozenset[str] = frozenset()
_NO_ROWS: Mapping[str, Sequence[TypedRow]] = MappingProxyType({})


class TypedRow(dict[str, Any]):
    """One record as rules see it: field name → date, Decimal, text or list; blank fields absent.

    Beside the fields stand `今天`, `@<parent table>` (the parent's row), derived values and the stage. `texts` are the
    canonical texts as stored, `facts` the history facts, `derived` what rules found, `children` rows by table.
    No date of the row, plans left out, lies after `latest`. A field of `unread` holds something that nobody could read:
    what it says is not known, which is not the same as blank (`<name>?` marks it for conditions).
    """

    __slots__ = ("children", "derived", "facts", "id", "latest", "table", "texts", "unit", "unread")

    def __init__(self, table: str, record_id: str, unit: str, texts: Mapping[str, str], facts: Mapping[str, Any]):
        super().__init__()
        self.table = table
        self.id = record_id
        self.unit = unit
        self.texts = texts
        self.facts = facts
        self.derived: dict[str, Any] = {}
        self.children: Mapping[str, Sequence[TypedRow]] = _NO_ROWS
        self.latest = date.max
        self.unread: frozenset[str] = _ALL_READ

    def cannot_read(self, names: Iterable[str]) -> None:
        """Note which fields hold something that could not be read."""
        self.unread = frozenset(names)
        self.update((name + UNREAD, True) for name in names)

    @property
    def gone(self) -> bool:
        """Whether it is not in its book any more and has not withdrawn: it counts like the others, but nobody is told that
        another row repeats it, or must agree with it."""
        return bool(self.facts) and GONE in self.facts

    def text(self, name: str) -> str:
        """A value as text, whether it was entered or derived; "" when there is none."""
        return self.texts.get(name) or str(self.derived.get(name, ""))


@dataclass(slots=True)
class Ctx:
    """The day that counts as today, and the statutory calendar. `back`: a day to which rules over periods look back, for
    a rule that takes their results of more periods than they usually list. `held`: the day by which lists of dates are
    read where a row has no day of its own; None = today. `past`: the facts by the lists of a past day, None where no
    list can tell otherwise. `excused`: shared rule → id of a row with an accepted excuse → why. `settle`: puts the cells
    behind it in the place of a derived value for which a status of a row waits. `then`: a row as it would have been read
    on a past day, with these derived values of that day; None where nobody needs it."""

    today: date
    calendar: Calendar
    back: date | None = None
    held: date | None = None
    past: Callable[[date], Facts] | None = None
    excused: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    settle: Callable[[TypedRow, Status], Status] = lambda _row, status: status
    then: Rewound | None = None

    def facts_on(self, facts: Facts, day: date) -> Facts:
        """The facts by the lists that held on the last day of a period; of one that runs, today's."""
        return self.past(day) if self.past is not None and day < self.today else facts

    def keeping(self, kind: PeriodKind, usual: int, year_from: int) -> int:
        """How many periods before the current one are looked at."""
        if self.back is None:
            return usual
        period, count = period_of(self.today, kind, year_from), 0
        while period.first > self.back and count < _FURTHEST:
            period, count = period.previous(), count + 1
        return max(usual, count)


@dataclass(slots=True)
class Outcome:
    """What a rule says of a row. `derived` values and `stage` are put on the row for the rules after it."""

    status: Status | None = None
    findings: tuple[Finding, ...] = ()
    flags: tuple[Flag, ...] = ()
    derived: Mapping[str, Any] = field(default_factory=dict)
    stage: str = ""
    next_change: date | None = None  # where there is no status to carry it
    excused: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # rule → why its flags are switched off
    more: bool = field(init=False, compare=False, repr=False)  # whether there is anything besides the status

    def __post_init__(self) -> None:
        self.more = bool(self.findings or self.derived or self.flags or self.next_change or self.excused)


Judge = Callable[[TypedRow, Ctx], Outcome | None]
Cells = Mapping[str, Any]
Getter = Callable[[Cells], Any]
DateGetter = Callable[[Cells], date | None]


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. `fn(cells)` is True, False or UNKNOWN."""

    fn: Getter
    expression: Expression

    def missing(self, cells: Cells) -> tuple[str, ...]:
        return self.expression.missing(cells)


class Env:
    """What compiling needs: the scheme, the calendar, and how texts become closures over rows of a table.

    Names a rule derives (tier, lookup, stage) can be used in the conditions of rules compiled after it.
    `timely` becomes true as soon as a compiled text looks at 今天: its rule must be judged again every day; `above`, as
    soon as one looks at a value that rules derive on the row's parent.
    """

    def __init__(self, scheme: Scheme, calendar: Calendar) -> None:
        self.scheme = scheme
        self.calendar = calendar
        self.timely = False
        self.above = False
        self.spanning = False  # a rule over many rows is being compiled: actual dates count once they have come (B-58)
        self.sources: list[str] = []  # rules whose results are being compiled into another one
        # (rule, id of the scheme) → the scheme, the rule compiled as such a source, whether it looks at 今天
        self.taken: dict[tuple[str, int], tuple[Scheme, SharedJudge | None, bool]] = {}
        self._names: dict[str, dict[str, tuple[str, str]]] = {}
        self._made: set[str] = set()  # values that rules derive, as a child names them: table.name
        self.constants = scheme.words()

    def names(self, table: str) -> dict[str, tuple[str, str]]:
        """Every spelling a condition on the table may use → (canonical name, type)."""
        found = self._names.get(table)
        if found is None:
            model = self.scheme.table(table)
            found = names_for(model, self.scheme.table(model.parent) if model.parent else None)
            if not model.parent or any(r.table == table and r.kind == "stage_entry" for r in self.scheme.rules):
                found[STAGE_NAME] = (STAGE_NAME, "text")  # else it is that of the parent, once a rule derives it there
            for owner, named in OWNER_NAMES.items():
                found.setdefault(owner, named)
            self._names[table] = found
        return found

    def derive(self, table: str, name: str, kind: str = "text") -> None:
        """Announce a derived value, so that later conditions may name it. ValueError where a column is called so: the
        word would mean two things."""
        if any(name in (item.name, item.title, *item.aliases) for item in self.scheme.table(table).fields):
            raise ValueError(f"“{name}”和“{self.scheme.table(table).title}”的一列同名，换个名字")
        names = self.names(table)
        if "." in names.setdefault(name, (name, kind))[0]:
            names[name] = (name, kind)  # what the parent has of that name is named with its table
        for child in (item for item in self.scheme.tables if item.parent == table):
            self._derive_above(child.name, table, name, kind)

    def _derive_above(self, child: str, table: str, name: str, kind: str) -> None:
        """The rows of a child table may name it as they name its fields: with the table, or bare where that is no name of
        their own."""
        dotted, names = (f"{table}.{name}", kind), self.names(child)
        self._made.add(dotted[0])
        for spelled in spelled_above(self.scheme.table(table), name):
            names.setdefault(spelled, dotted)
        names.setdefault(name, dotted)

    def derived_above(self, reads: Iterable[str]) -> frozenset[str]:
        """Those of some canonical names that stand for values which rules derive on the row's parent."""
        return frozenset(self._made.intersection(reads)) if self._made else _ALL_READ

    def expression(self, text: str, table: str, wanted: str = "") -> Expression:
        """The text compiled over rows of the table. ExpressionError says what is wrong and where."""
        found = compile_expression(
            text, self.names(table), self.constants, wanted, self.scheme.year_from, self.happened(table)
        )
        self.timely = self.timely or "今天" in found.reads
        self.above = self.above or bool(self.derived_above(found.reads))
        return found

    def happened(self, table: str) -> frozenset[str]:
        """Names of the dates of the table, and of its parent, that count from their day on: the day on which a row is over,
        and in rules over many rows every actual date. A termination that lies ahead has not happened."""
        if not table:
            return frozenset()
        model = self.scheme.table(table)
        own = self._from_the_day_on(model)
        if not model.parent:
            return own
        above = self._from_the_day_on(self.scheme.table(model.parent))
        return own | {f"{model.parent}.{name}" for name in above}

    def _from_the_day_on(self, model: Table) -> frozenset[str]:
        return frozenset(
            item.name
            for item in model.fields
            if item.name == model.ended or (self.spanning and item.type == "date_actual")
        )

    def within_periods(self, table: str) -> AbstractContextManager[None]:
        """While conditions and formulas on the table are compiled: 期初 and 期末 are days of the period in question."""
        return self.naming(table, PERIOD_NAMES)

    @contextmanager
    def naming(self, table: str, also: Mapping[str, tuple[str, str]]) -> Iterator[None]:
        """While conditions and formulas on the table are compiled: further names, where no column has them."""
        names = self.names(table)
        self._names[table] = {**also, **names}
        try:
            yield
        finally:
            self._names[table] = names

    @contextmanager
    def counting(self, coming: bool) -> Iterator[None]:
        """While conditions are compiled: whether an actual date counts from its day on only (B-58), as in rules over many
        rows and in those that ask for something once another thing has happened."""
        before, self.spanning = self.spanning, coming
        try:
            yield
        finally:
            self.spanning = before

    def condition(self, text: str, table: str) -> Condition | None:
        """The condition compiled; None when there is none, which means: always."""
        if not text:
            return None
        expression = self.expression(text, table, "bool")
        return Condition(expression.fn, expression)

    def getter(self, text: str, table: str, wanted: str = "") -> Getter:
        """A value of a row's cells, None when blank or unknown. A bare field is one dictionary look-up."""
        known = self.names(table).get(text)
        plain = known is not None and known[0] not in self.happened(table)
        if known is not None and plain and "." not in known[0] and known[1] != "bool" and wanted in ("", known[1]):
            return methodcaller("get", known[0])
        fn = self.expression(text, table, wanted).fn
        return lambda cells: None if (value := fn(cells)) is UNKNOWN else value

    def by_workdays(self, anchor: Anchor, table: str) -> bool:
        """Whether the day is found by counting working days."""
        if isinstance(anchor, Among):
            return bool(anchor.rows) and self.expression(anchor.date, anchor.rows, "date").by_workdays
        texts = (anchor,) if isinstance(anchor, str) else anchor.names()
        return any(self.expression(text, table, "date").by_workdays for text in texts if text)

    def date(self, anchor: Anchor, table: str) -> DateGetter:
        """A day of the row: of one field or formula, or picked from several."""
        if isinstance(anchor, str):
            return self.getter(anchor, table, "date")
        if isinstance(anchor, Among):
            return self._among(anchor)
        getters = [self.getter(text, table, "date") for text in anchor.names()]
        return anchor.picker(getters)

    def _among(self, anchor: Among) -> DateGetter:
        get, condition = self.getter(anchor.date, anchor.rows, "date"), self.condition(anchor.where, anchor.rows)
        choose, name = min if anchor.take == "first" else max, anchor.rows

        def among(row: Any) -> date | None:
            days = [
                day
                for child in row.children.get(name, ())
                if (condition is None or condition.fn(child) is True) and (day := get(child)) is not None
            ]
            return choose(days, default=None)

        return among

    def label(self, anchor: Anchor, table: str) -> str:
        """What a person calls the node: 签约, 开工; several joined."""
        if isinstance(anchor, Among):
            return self._label(anchor.date, anchor.rows)
        texts = (anchor,) if isinstance(anchor, str) else anchor.names()
        return "、".join(self._label(text, table) for text in texts)

    def _label(self, text: str, table: str) -> str:
        name = self.names(table).get(text, ("", ""))[0]
        for node in self.scheme.nodes:
            if name and name == node.actual and node.table == table:
                return node.title
        title = self.title(text, table)
        if not name:
            return formula_label(text, lambda part: self._label(part, table))
        for ending in ("实际日期", "日期", "时间"):
            if title.endswith(ending) and len(title) > len(ending):
                return title.removesuffix(ending)
        return title

    def title(self, text: str, table: str) -> str:
        """The title of the field a text names; the text itself when it is a formula or a derived value."""
        name = self.names(table).get(text, (text, ""))[0]
        owner, dot, inner = name.partition(".")
        try:
            return self.scheme.table(owner).field(inner).title if dot else self.scheme.table(table).field(name).title
        except KeyError:
            return inner if dot and name in self._made else text

    def field_type(self, name: str, table: str) -> str:
        """The type of the cell with a canonical name, of the parent's as "table.field"; "" when it is no cell."""
        owner, dot, inner = name.partition(".")
        try:
            return (self.scheme.table(owner).field(inner) if dot else self.scheme.table(table).field(name)).type
        except KeyError:
            return ""

    def name(self, text: str, table: str) -> str:
        """The canonical name of the field a text names; "" when it is a formula or a parent's field."""
        found = self.names(table).get(text, ("", ""))[0]
        return "" if "." in found else found

    def fields(self, anchor: Anchor, table: str) -> list[str]:
        """Canonical names of the fields an anchor names; formulas are left out."""
        texts = (anchor,) if isinstance(anchor, str) else anchor.names()
        return [name for text in texts if (name := self.name(text, table))]

    def reads(self, anchors: Iterable[Anchor], table: str) -> frozenset[str]:
        """Canonical names behind the anchors, those in formulas included."""
        texts = [text for item in anchors for text in ((item,) if isinstance(item, str) else item.names()) if text]
        return frozenset[str]().union(*(self.expression(text, table).reads for text in texts))

    def own(self, text: str, table: str) -> str:
        """The canonical name of a field of the table itself. ValueError when it has none by that name or title."""
        name = self.name(text, table)
        if not name:
            if several := same_title(text, self.names(table)):
                raise ValueError(f"叫“{text}”的不止一列，前面写上组名，说明是哪一列：{'、'.join(several)}")
            titles = [item.title for item in self.scheme.table(table).fields]
            raise ValueError(f"“{text}”不是表“{self.scheme.table(table).title}”的列{nearest(text, titles)}")
        return name


def severity_of(rule: RuleBase) -> Severity:
    """DESIGN §4: 硬 → 必改, all softer modalities → 提示; a rule on trial is never counted."""
    if rule.trial:
        return Severity.TRIAL
    return rule.severity or (Severity.MUST if rule.modality == "硬" else Severity.HINT)
