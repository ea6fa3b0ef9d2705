"""Which words a name of a rule can stand for: values of its drop-down, bands, lights, stages that some rule derives.

None where that is not known: free text, names, whatever somebody may type. Only what is known can be held against what
a rule expects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from validators.expressions import compile_expression
from validators.rules import codes
from validators.scheme.models import Lookup, Scheme
from validators.scheme.tables import Field

if TYPE_CHECKING:
    from validators.rules.context import Env

Words = frozenset[str]
_FROM_LIST = frozenset({"choice", "choices", "text", "stage"})  # types whose strict list is all they can hold
_PERIODS = frozenset({"week", "ten_days", "half_month", "month", "quarter", "half", "year"})
_TRUTH = frozenset({"是", "否"})


class Possible:
    """The words of every name of a scheme, found when first asked for."""

    def __init__(self, scheme: Scheme, env: Env, lost: frozenset[str]) -> None:
        self.scheme, self.env, self.lost = scheme, env, lost
        self.tables = {table.name: table for table in scheme.tables}
        self._known: dict[tuple[str, str], Words | None] = {}
        self._makers: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for rule in scheme.rules:
            for name, _ in rule.derives():
                self._makers[rule.table, name].append(rule)

    def of(self, table: str, text: str) -> Words | None:
        """What a column or derived value of the table can hold, by any of its spellings; None: not known."""
        if table not in self.tables:
            return None
        name = self.env.names(table).get(text, ("", ""))[0]
        owner, dot, inner = name.partition(".")
        return self._of(owner, inner) if dot else self._of(table, name)

    def said(self, rule: str) -> Words | None:
        """Every word that the versions of a rule can come to: its bands, levels, grades; None: not known."""
        versions = [item for item in self.scheme.rules if item.id == rule]
        return _union(_said(self, item) for item in versions)

    def period(self, table: str, text: str) -> str:
        """The kind of period that a column holds; "" for other columns."""
        name = self.env.names(table).get(text, ("", ""))[0] if table in self.tables else ""
        owner, dot, inner = name.partition(".")
        field = self._field(owner, inner) if dot else self._field(table, name)
        return field.type if field is not None and field.type in _PERIODS else ""

    def kind(self, table: str, text: str) -> str:
        """Its type in conditions; "" for what is no name."""
        return self.env.names(table).get(text, ("", ""))[1] if table in self.tables else ""

    def type_of(self, table: str, text: str) -> str:
        """The type of a column, a derived value or a formula; "" where it cannot be read."""
        try:
            names = self.env.names(table) if table in self.tables else {}
            return compile_expression(text, names, self.env.constants, "", self.scheme.year_from).type
        except ValueError:
            return ""

    def aliases(self, table: str, text: str) -> dict[str, str]:
        """Other spellings of the column's values → the value they are read as."""
        name = self.env.names(table).get(text, ("", ""))[0] if table in self.tables else ""
        owner, dot, inner = name.partition(".")
        field = self._field(owner, inner) if dot else self._field(table, name)
        items = self.scheme.choices.get(field.choices, ()) if field is not None else ()
        return {word: item.value for item in items for word in item.aliases}

    def _of(self, table: str, name: str) -> Words | None:
        key = (table, name)
        if key not in self._known:
            self._known[key] = None  # whoever asks for itself on the way is not known
            self._known[key] = self._found(table, name)
        return self._known[key]

    def _found(self, table: str, name: str) -> Words | None:
        if not name or name in self.lost:
            return None
        field = self._field(table, name)
        if field is not None:
            return self._of_field(field)
        makers = self._makers.get((table, name), ())
        return _union(_GIVEN[rule.kind](self, rule) if rule.kind in _GIVEN else None for rule in makers)

    def _field(self, table: str, name: str) -> Field | None:
        found = self.tables.get(table)
        return next((item for item in found.fields if item.name == name), None) if found is not None else None

    def _of_field(self, field: Field) -> Words | None:
        if field.type == "yesno":
            return _TRUTH
        if field.type not in _FROM_LIST or not field.strict or field.choices in self.lost:
            return None
        items = self.scheme.choices.get(field.choices)
        return frozenset(item.value for item in items) if items else None


def _union(found: Iterable[Words | None]) -> Words | None:
    """Of several rules that derive one name: nothing is known as soon as one of them may give anything."""
    words: set[str] = set()
    count = 0
    for item in found:
        if item is None:
            return None
        words |= item
        count += 1
    return frozenset(words) if count else None


# what rules derive ----------------------------------------------------------------------------------------------------


def _lights(known: Possible, rule: Any) -> Words:
    """One of its lights' own colours, or what several of them make: never a word outside of `order`."""
    lit = _union(known.of(rule.table, name) for name in rule.lights)
    order = set(rule.order) if lit is None else {*(lit & set(rule.order)), *(item.to for item in rule.raises)}
    return frozenset({*order, rule.uncovered})


def _lookup(known: Possible, rule: Any) -> Words | None:
    if rule.number:
        return None
    typed = known.of(rule.table, rule.field) if rule.field else frozenset()
    if rule.list_table:
        return _union([typed, known.of(rule.list_table, rule.value)])
    table = known.scheme.lookups.get(rule.lookup)
    return _union([typed, looked_up(table)]) if table is not None else None


def looked_up(table: Lookup) -> Words:
    """Every value a lookup gives, on whatever day."""
    from validators.rules.lookup import joined

    rows = [*table.rows.values(), *(value for change in table.changes for value in change.rows.values() if value)]
    return frozenset([*map(joined, rows), *([table.fallback] if table.fallback else [])])


def _grades(known: Possible, rule: Any) -> Words:
    named = {grade.name for grade in rule.grades}
    return frozenset(named | {name for veto in rule.vetoes for name in veto.becomes.values()} | {"未规定"})


def _levels(_known: Possible, rule: Any) -> Words:
    return frozenset([*(step.name for step in rule.steps), *(level.name for level in rule.levels), rule.name]) - {""}


def _said(known: Possible, rule: Any) -> Words | None:
    if rule.kind == "rank":
        return frozenset(prize.flag for prize in (*rule.top, *rule.bottom))
    return _GIVEN[rule.kind](known, rule) if rule.kind in _GIVEN else None


def _excused(known: Possible, rule: Any) -> Words | None:
    becomes = frozenset({rule.becomes} if rule.becomes else ())
    return _union([becomes, known.of(rule.table, rule.value)])


def _stages(known: Possible, rule: Any) -> Words:
    return frozenset([*(stage.name for stage in rule.stages), *([rule.otherwise] if rule.otherwise else [])])


_GIVEN: dict[str, Callable[[Possible, Any], Words | None]] = {
    "tier": lambda _, rule: frozenset(band.name for band in rule.bands),
    "bands": lambda _, rule: frozenset([*(band.name for band in rule.bands), rule.uncovered]),
    "lights": _lights,
    "lookup": _lookup,
    "score": _grades,
    "escalate": _levels,
    "excuse": _excused,
    "stage_entry": _stages,
    "total": lambda known, rule: known.of(rule.rows, rule.value) if rule.gives == "text" else None,
    "membership": lambda _, rule: frozenset(codes.WORDS[code] for code in codes.LIBRARY),
}
