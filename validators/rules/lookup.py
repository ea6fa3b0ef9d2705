"""`lookup`: a table of the scheme from one or several values to a text: 行业 → 产业专班."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field as F

from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.messages import message
from validators.status import Status


class LookupRule(RuleBase):
    """The value found is derived as `into`. A value the clerk filled in `field` stands before the table's.

    No entry and no fallback: 映射未配置; with `required` 缺项:<title>(映射未配置). A blank key says nothing, with
    `required` 缺项:<title>.
    """

    kind: Literal["lookup"] = "lookup"
    lookup: str = F(description="name of the scheme's lookup; several keys are joined with |")
    by: tuple[str, ...] = F(description="fields or formulas whose values make the key")
    into: str = F(description="name of the derived value")
    field: str = F("", description="field that holds the value when a person filled it in")
    required: bool = F(False, description="a value is wanted of every row: 缺项 without one")

    rank: ClassVar[int] = 10

    def derives(self) -> tuple[tuple[str, str], ...]:
        return ((self.into, "text"),)

    def compile(self, env: Env) -> Judge:
        env.derive(self.table, self.into)
        table = env.scheme.lookups[self.lookup]
        getters = [env.getter(text, self.table) for text in self.by]
        own = env.getter(self.field, self.table) if self.field else None
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
            found = written if written is not None else table.rows.get("|".join(map(str, keys)), table.fallback)
            if not found:
                return absent
            text = found if isinstance(found, str) else "、".join(map(str, found))
            if text not in made:
                made[text] = Outcome(Status(self.id, codes.VALUE, inputs={"value": text}), derived={self.into: text})
            return made[text]

        return judge

    def _absent(self, env: Env, why: str) -> Outcome:
        if not self.required:
            return message(self, codes.UNMAPPED, ("映射未配置",), ())
        title = env.title(self.field, self.table) if self.field else self.into
        name = env.name(self.field, self.table) if self.field else ""
        return message(self, codes.INCOMPLETE, (f"{title}{why}",), (name,) if name else ())
