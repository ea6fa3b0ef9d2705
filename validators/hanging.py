"""What hangs on a derived value that is not there: the rule that would derive it says why, and that is passed on.

“缺序时差” helps nobody: no column is called so. The clerk is told which cells are blank behind it; where the value cannot
exist — nothing has started, the rule does not apply, there is no ratio over nought — nothing is asked of anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from validators.exact import NO_RATIO
from validators.rules import codes
from validators.rules.order import says
from validators.status import Status

if TYPE_CHECKING:
    from validators.rules.base import RuleBase
    from validators.rules.context import TypedRow
    from validators.scheme.tables import Table


# somebody else, who keeps the scheme or sets goals, can still settle it
_OPEN = frozenset({codes.UNMAPPED, codes.UNSET})


class Hanging:
    """The rules of one table some of which look at what others derive."""

    def __init__(self, table: Table, rules: Sequence[tuple[str, Sequence[RuleBase]]]) -> None:
        """`rules`: id and versions, in the order in which they are judged."""
        self._titles = {item.name: item.title for item in table.fields}
        self._makers: dict[str, list[str]] = defaultdict(list)  # several rules may derive one name, each on a condition
        for rule_id, versions in rules:
            for name in {name for rule in versions for name, _ in rule.derives()} - self._titles.keys():
                self._makers[name].append(rule_id)
        names = [*self._makers]
        self.rules = frozenset(rule_id for rule_id, versions in rules if any(says(rule, names) for rule in versions))
        known = dict(rules)
        self._cells = {
            name: _cells(table, [rule for rule_id in makers for rule in known[rule_id]])
            for name, makers in self._makers.items()
        }

    def waits(self, status: Status) -> bool:
        """Whether the status waits for a value that another rule derives."""
        if status.code != codes.PENDING or status.rule not in self.rules:
            return False
        return any(name in self._makers for name in status.inputs.get("fields", ()))

    def settle(self, row: TypedRow, statuses: list[Status]) -> None:
        """Put the cause in the place of a derived name, in statuses that wait for one."""
        for item in statuses:
            if item.code == codes.PENDING and item.rule in self.rules:
                break
        else:
            return
        said: dict[str, Status] = {}
        for position, status in enumerate(statuses):
            if status.code == codes.PENDING and status.rule in self.rules:
                statuses[position] = self._settled(row, status, said)
            said[status.rule] = statuses[position]

    def _settled(self, row: TypedRow, status: Status, said: Mapping[str, Status]) -> Status:
        if not self.waits(status):
            return status
        fields: Sequence[str] = status.inputs["fields"]
        titles: Sequence[str] = status.inputs.get("missing", ())
        told = dict(zip(fields, titles, strict=True)) if len(fields) == len(titles) else {}
        missing: dict[str, str] = {}
        for name in fields:
            if name not in self._makers:
                missing[name] = told.get(name, self._titles.get(name, name))
                continue
            causes = [said.get(maker) for maker in self._makers[name]]
            wanted = self._wanted(row, name, causes)
            spoken = [item for item in causes if item is not None]
            if not wanted and spoken:
                return _instead(status, told.get(name, name), spoken[0])
            missing |= wanted or {name: told.get(name, name)}
        inputs = {**status.inputs, "fields": [*missing], "missing": [*missing.values()]}
        return replace(status, inputs=inputs)

    def _wanted(self, row: TypedRow, name: str, causes: Iterable[Status | None]) -> dict[str, str]:
        """The cells for which a rule that derives the name waits; of one that says nothing, those of its cells that are
        blank. None where all have spoken: then the value cannot be there."""
        found: dict[str, str] = {}
        silent = False
        for cause in causes:
            silent = silent or cause is None or cause.code == codes.UNSET
            if cause is not None and cause.code == codes.PENDING:
                titles: Sequence[str] = cause.inputs.get("missing", ())
                found |= dict(zip(cause.inputs.get("fields") or titles, titles, strict=False))
        if silent and not found:
            found = {cell: self._titles[cell] for cell in self._cells[name] if row.get(cell) is None}
        return found


def _cells(table: Table, rules: Sequence[RuleBase]) -> list[str]:
    """Columns that one of the rules names."""
    return [
        item.name for item in table.fields if any(says(rule, (item.name, item.title, *item.aliases)) for rule in rules)
    ]


def _instead(status: Status, name: str, cause: Status) -> Status:
    """The value cannot be there: nothing is asked. What somebody else can still settle is waited for."""
    inputs: dict[str, Any] = {"hangs": name, "on": cause.rule, "cause": cause.code}
    if "key" in cause.inputs:
        inputs["key"] = cause.inputs["key"]
    if cause.inputs.get("ratio") == NO_RATIO or cause.inputs.get("over_zero"):
        inputs["over_zero"] = True
    code = codes.PENDING if cause.code in _OPEN else codes.NOT_APPLICABLE
    return Status(status.rule, code, None, None, status.next_change, inputs)
