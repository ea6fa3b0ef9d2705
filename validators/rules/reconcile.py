"""`reconcile`: two lists of the same things held side by side — who is missing where, and which values differ.

Nothing is ever overwritten: what differs is told beside both rows. Rows are joined by their keys in order of trust;
a weak key or a likeness of names is a suspicion that a person settles (B-37).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import field_validator, model_validator

from validators.facts import SharedJudge
from validators.rules.base import OfRows, RuleBase
from validators.rules.compare import Compare
from validators.rules.context import Env
from validators.rules.reconcile_one import OneList
from validators.rules.reconcile_two import TwoLists
from validators.scheme.base import Model
from validators.status import Status

if TYPE_CHECKING:
    from validators.scheme.models import Scheme


class Key(Model):
    """Fields that together tell a row apart; `right` where the other list calls them differently.

    填报单位 stands for the unit whose book holds the row.
    """

    left: tuple[str, ...] = F(description="fields of the left list that together name the row")
    right: tuple[str, ...] = F((), description="the same fields in the other list; () = named alike")
    sure: bool | None = F(
        None, description="a match, not a suspicion; null = the first key is sure, the others are not"
    )

    @model_validator(mode="after")
    def _alike(self) -> Key:
        if not self.left or (self.right and len(self.left) != len(self.right)):
            raise ValueError("键的 left 和 right 要一样多，且不能是空的")
        return self


class Similar(Model):
    """Names that are nearly the same are a suspicion."""

    left: str = F(description="field that holds the name")
    right: str = F("", description="the same in the right list; blank = named alike")
    least: int = F(90, ge=50, le=100, description="likeness in percent from which it is a suspicion")
    within: Key | None = F(None, description="fields that must agree all the same, e.g. {left: [填报单位]}")


class Reconcile(RuleBase):
    """`table` (rows for which `when` holds) is the left list, `right` (`right_when`) the other one.

    一致 or 字段不一致 for rows that are joined; `missing` for a left row that the other list lacks, `extra` for a right row
    that the left list lacks; 缺代码 where the first key is blank and nothing else helped; 疑似匹配; 代码重复 for rows of one
    list with the same first key, beside what else is found of them, or a later sure one where nothing else was. `expect`: both = the lists are equal; left = every left row must be in the right list;
    right = the reverse; apart = nothing may be in both (代码重复). The rule as a whole tells the share of left rows found.

    With `delivered` a left row waits (`awaited`) while the other list has no row at all of its unit: a list that has
    not come yet lacks nothing, and such a row is no part of the share found. With `left_book` and `right_book` the rows of
    one book each are taken, so that a table kept by two offices can be held side by side with itself.

    Without `right` the row itself says whether it is in the other list: `has` (a blank counts as no).
    """

    kind: Literal["reconcile"] = "reconcile"
    right: str = F("", description="table of the other list")
    right_when: str = F("", description="condition on its rows")
    has: str = F("", description="instead of `right`: condition on the row that shows it is in the other list")
    keys: tuple[Key, ...] = F((), description="in order of trust; [a, b] is short for {left: [a, b]}")
    similar: Similar | None = F(None, description="names that are nearly the same are a suspicion")
    compare: tuple[Compare, ...] = F((), description="values that must agree; a text is short for {left: text}")
    expect: Literal["both", "left", "right", "apart"] = F("both", description="what must be found where, see above")
    many: Literal["", "left", "right", "both"] = F("", description="list in which several rows may have one key")
    tell: Literal["both", "left", "right"] = F("both", description="beside whose rows the results stand")
    missing: str = F("", description="word for a left row that is not in the right list, default 应统未统")
    extra: str = F("", description="word for a right row that is not in the left list, default 漏入库")
    differs: str = F("", description="word where values differ, {what} = which; default 字段不一致")
    delivered: Key | None = F(
        None, description="names the list a row belongs to, e.g. {left: [填报单位], right: [属地]}"
    )
    awaited: str = F("清单未报", description="word for a left row whose list has not been delivered")
    left_book: str = F("", description="name of the one office whose book is the left list")
    right_book: str = F("", description="the same of the right list")
    keyless: bool = F(True, description="缺代码 for a row without the first key; false: it counts as not found")

    rank: ClassVar[int] = 60

    @field_validator("keys", mode="before")
    @classmethod
    def _short_keys(cls, value: Any) -> Any:
        return [{"left": item} if isinstance(item, list | tuple) else item for item in value]

    @field_validator("compare", mode="before")
    @classmethod
    def _short_compare(cls, value: Any) -> Any:
        return [{"left": item} if isinstance(item, str) else item for item in value]

    @model_validator(mode="after")
    def _one_way(self) -> Reconcile:
        if bool(self.right) == bool(self.has):
            raise ValueError("写 right（另一张表）或 has（本行上表示已在另一张表里的条件），二者选一")
        if self.right and not self.keys:
            raise ValueError("写了 right 要写 keys（按哪些列对）")
        if self.has and (self.keys or self.compare or self.similar or self.delivered):
            raise ValueError("只看 has 的，不写 keys、compare、similar、delivered")
        return self

    @model_validator(mode="after")
    def _two_books(self) -> Reconcile:
        told_apart = (self.left_book and self.right_book) or (self.when and self.right_when)
        if self.right and self.right == self.table and not told_apart:
            raise ValueError(
                "同一张表自己和自己比，要写 left_book 和 right_book（哪两家的簿子），或 when 和 right_when"
            )
        return self

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.right) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def of_rows(self) -> OfRows:
        return "today"

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        return self.reads()

    def compile_shared(self, env: Env) -> SharedJudge:
        return TwoLists(self, env) if self.right else OneList(self, env)

    def told(self, status: Status) -> list[str]:
        """Counts of the whole; what differs, and where the other row stands, of one row."""
        found = [f"{item['title']}：{item['here']}，{item['list']}是{item['there']}" for item in _differing(status)]
        if status.inputs.get("other"):
            found.append(f"对应{status.inputs['other']}")
        counts = status.inputs.get("counts")
        if counts:
            found.append("，".join(f"{word}{number}" for word, number in counts.items() if number or word == "应有"))
        return found


def _differing(status: Status) -> Sequence[dict[str, str]]:
    found: Sequence[dict[str, str]] = status.inputs.get("differences", ())
    return found
