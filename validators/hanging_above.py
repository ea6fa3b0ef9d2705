"""What hangs on a value that rules derive on the row above: of a problem that waits for 项目.档次 the blank cells of the
project are told, as they would be on the project itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from validators.expression_types import PARENT
from validators.hanging import Hanging
from validators.rules import codes

if TYPE_CHECKING:
    from validators.compiled import Compiled
    from validators.rules.context import Ctx, TypedRow
    from validators.status import Status


class HangingAbove:
    """For the rules of one child table; `rules`: their ids."""

    def __init__(self, compiled: Compiled, table: str, rules: list[str]) -> None:
        self._parent = compiled.tables[table].parent
        self._deriving = [item for item in compiled.records.get(self._parent, ()) if item.rule.derives()]
        names = [*(item.id for item in self._deriving), *rules]
        versions = [(name, compiled.versions.get(name, ())) for name in names]
        self._own = Hanging(compiled.tables[self._parent], versions)
        self._made = {name for item in self._deriving for name, _ in item.rule.derives()}

    def settle(self, row: TypedRow, statuses: list[Status], ctx: Ctx) -> None:
        """Put the causes in the place of what is derived above, in statuses that wait for it."""
        parent = row.get(PARENT + self._parent)
        if parent is None:
            return
        for position, status in enumerate(statuses):
            if status.code == codes.PENDING and any(self._inner(name) for name in status.inputs.get("fields", ())):
                statuses[position] = self._settled(parent, status, ctx)

    def _inner(self, name: str) -> str:
        """The derived value of the parent that a field of a status names; "" where it names something else."""
        owner, _, inner = name.partition(".")
        return inner if owner == self._parent and inner in self._made else ""

    def _settled(self, parent: TypedRow, status: Status, ctx: Ctx) -> Status:
        fields: list[str] = status.inputs["fields"]
        titles = status.inputs.get("missing", fields)
        told = (
            dict(zip(fields, titles, strict=True))
            if len(fields) == len(titles)
            else dict(zip(fields, fields, strict=True))
        )
        derived = {inner: told[name] for name in fields if (inner := self._inner(name))}
        waiting = replace(status, inputs={**status.inputs, "fields": [*derived], "missing": [*derived.values()]})
        said = [*self._said(parent, ctx), waiting]
        self._own.settle(parent, said)
        if said[-1].code != codes.PENDING or "hangs" in said[-1].inputs:
            return said[-1]
        wanted = {name: title for name, title in told.items() if not self._inner(name)}
        causes = zip(said[-1].inputs["fields"], said[-1].inputs["missing"], strict=False)
        wanted |= {name if "." in name else f"{self._parent}.{name}": title for name, title in causes}
        return replace(status, inputs={**status.inputs, "fields": [*wanted], "missing": [*wanted.values()]})

    def _said(self, parent: TypedRow, ctx: Ctx) -> list[Status]:
        outcomes = (item.judge(parent, ctx) for item in self._deriving)
        return [found.status for found in outcomes if found is not None and found.status is not None]
