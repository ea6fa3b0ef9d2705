"""What hangs on a derived value that is not there: the rule that would derive it says why, and that is passed on.

“缺序时差” helps nobody: no column is called so. The clerk is told which cells are blank behind it; where the value cannot
exist — nothing has started, the rule does not apply, there is no ratio over nought — nothing is asked of anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from validators.rules import codes
from validators.rules.order import says
from validators.status import Status

if TYPE_CHECKING:
    from validators.rules.base import RuleBase
    from validators.rules.context import TypedRow
    from validators.scheme.tables import Table

_AS_IT_IS = frozenset({codes.NOT_STARTED, codes.TERMINATED, codes.UNMAPPED})


class Hanging:
    """The rules of one table some of which look at what others derive."""

    def __init__(self, table: Table, rules: Sequence[tuple[str, Iterable[RuleBase]]]) -> None:
        """`rules`: id and versions, in the order in which they are judged."""
        made = {name: rule_id for rule_id, versions in rules for rule in versions for name, _ in rule.derives()}
        cells = {item.name: item.title for item in table.fields}
        self._makers = {name: rule_id for name, rule_id in made.items() if name not in cells}
        self.rules = frozenset(
            rule_id for rule_id, versions in rules if made and any(says(rule, [*self._makers]) for rule in versions)
        )
        self._titles = cells
        self._behind = {
            name: [
                item.name
                for item in table.fields
                if any(
                    says(rule, (item.name, item.title, *item.aliases))
                    for known, versions in rules
                    if known == rule_id
                    for rule in versions
                )
            ]
            for name, rule_id in self._makers.items()
        }

    def settle(self, row: TypedRow, statuses: list[Status]) -> None:
        """Put the cause in the place of a derived name, in statuses that wait for one."""
        if not any(item.code == codes.PENDING and item.rule in self.rules for item in statuses):
            return
        said: dict[str, Status] = {}
        for position, status in enumerate(statuses):
            if status.code == codes.PENDING and status.rule in self.rules:
                statuses[position] = self._settled(row, status, said)
            said[status.rule] = statuses[position]

    def _settled(self, row: TypedRow, status: Status, said: Mapping[str, Status]) -> Status:
        fields: Sequence[str] = status.inputs.get("fields", ())
        if not any(name in self._makers for name in fields):
            return status
        titles: Sequence[str] = status.inputs.get("missing", ())
        told = dict(zip(fields, titles, strict=True)) if len(fields) == len(titles) else {}
        missing: dict[str, str] = {}
        for name in fields:
            if name not in self._makers:
                missing[name] = told.get(name, self._titles.get(name, name))
                continue
            cause = said.get(self._makers[name])
            if cause is not None and cause.code != codes.PENDING:
                return self._instead(status, told.get(name, name), cause)
            missing |= self._blank(row, name, cause)
        inputs = {**status.inputs, "fields": [*missing], "missing": [*missing.values()]}
        return replace(status, inputs=inputs) if missing else status

    def _blank(self, row: TypedRow, name: str, cause: Status | None) -> dict[str, str]:
        """The cells for which the rule that derives it waits; where it says nothing, those of its cells that are blank."""
        if cause is not None and cause.inputs.get("missing"):
            titles = cause.inputs["missing"]
            fields = cause.inputs.get("fields") or titles
            return dict(zip(fields, titles, strict=False))
        blank = [field for field in self._behind[name] if row.get(field) is None]
        return {field: self._titles[field] for field in blank} or {name: name}

    def _instead(self, status: Status, name: str, cause: Status) -> Status:
        """The value cannot be there: nothing is asked."""
        inputs: dict[str, Any] = {"hangs": name, "on": cause.rule, "cause": cause.code}
        if "key" in cause.inputs:
            inputs["key"] = cause.inputs["key"]
        if cause.code in _AS_IT_IS:
            return Status(status.rule, cause.code, None, None, status.next_change, inputs)
        if cause.inputs.get("ratio") == "—" or cause.inputs.get("over_zero"):
            inputs["over_zero"] = True
        return Status(status.rule, codes.NOT_APPLICABLE, None, None, status.next_change, inputs)
