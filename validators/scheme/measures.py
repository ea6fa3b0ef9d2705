"""Measures of a report: 个数, 合计(总投资), 占比(有(开工实际日期)), 比率(已用面积, 建筑面积), 状态(T-10, 逾期), 标识(重点监测).

A measure is one function over the rows of a group; what stands in its brackets is a condition or a formula of the
scheme's own language, or, for 状态 and 标识, words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from validators.owner import OWNER_NAMES
from validators.scheme.colours import status_word

if TYPE_CHECKING:
    from validators.scheme.models import Scheme
    from validators.scheme.tables import Table

Kind = Literal["count", "sum", "mean", "max", "min", "share", "ratio", "status", "flag"]

_KINDS: dict[str, Kind] = {
    "个数": "count", "合计": "sum", "平均": "mean", "最大": "max", "最小": "min", "占比": "share", "比率": "ratio",
    "状态": "status", "标识": "flag",
}  # fmt: skip
_SHAPE = re.compile(r"\s*(\w+)\s*(?:[(（](.*)[)）])?\s*", re.DOTALL)


def report_names(scheme: Scheme, table: Table) -> dict[str, tuple[str, str]]:
    """Every spelling that conditions of a report on the table may use → (canonical name, type): fields of the row
    and of its parent, what rules derive (当前阶段, 是否制造业 …), 填报单位 and 单位类型."""
    from validators.expression_types import names_for, spelled_above

    parent = next((item for item in scheme.tables if item.name == table.parent), None)
    names = names_for(table, parent)
    for rule in scheme.rules:
        for name, kind in rule.derives() if rule.table == table.name else ():
            names.setdefault(name, (name, kind))
        if parent is not None and rule.table == parent.name:
            for name, kind in rule.derives():
                names.update((above, (f"{parent.name}.{name}", kind)) for above in spelled_above(parent, name))
    return {**OWNER_NAMES, **names}


@dataclass(frozen=True, slots=True)
class Measure:
    """`text`: the condition of count and share, the formula of sum, mean, max and min; "" counts all rows. For ratio the
    formula summed above, with the one summed below it in `below`.

    For status: `rule` ("" = any) and status `codes`; for flag: `words`.
    """

    kind: Kind
    text: str = ""
    below: str = ""
    rule: str = ""
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        """Type of expression that `text` must be."""
        return "bool" if self.kind in ("count", "share") else "number"


def parse_measure(scheme: Scheme, source: str) -> Measure:
    """ValueError says what is wrong, with an example. The expression inside is not compiled here."""
    found = _SHAPE.fullmatch(source)
    kind = _KINDS.get(found[1]) if found else None
    if found is None or kind is None:
        raise ValueError(
            f"“{source}”不是指标：请写 {'、'.join(_KINDS)} 之一，例如 合计(总投资)、个数(有(开工实际日期))"
        )
    inside = (found[2] or "").strip()
    if kind == "status":
        return _status(scheme, source, inside)
    if kind == "flag":
        if not (words := _words(inside)):
            raise ValueError(f"“{source}”没有写标识，例如 标识(重点监测)")
        return Measure(kind, words=words)
    if kind == "ratio":
        return _ratio(source, inside)
    if not inside and kind != "count":
        raise ValueError(f"“{source}”的括号里要写{'条件' if kind == 'share' else '数字栏目或算式'}，例如 合计(总投资)")
    return Measure(kind, inside)


def _ratio(source: str, inside: str) -> Measure:
    """Both formulas; the comma between them is the one outside of all brackets."""
    depth, cuts = 0, []
    for at, sign in enumerate(inside):
        depth += (sign in "(（") - (sign in ")）")
        if sign in ",，" and not depth:
            cuts.append(at)
    parts = [inside[: cuts[0]].strip(), inside[cuts[0] + 1 :].strip()] if len(cuts) == 1 else []
    if not all(parts) or not parts:
        raise ValueError(f"“{source}”的括号里要写两个数字栏目或算式，用逗号隔开，例如 比率(已用面积, 建筑面积)")
    return Measure("ratio", parts[0], below=parts[1])


def _status(scheme: Scheme, source: str, inside: str) -> Measure:
    first, _, rest = re.sub("[，、]", ",", inside).partition(",")
    rules = {rule.id for rule in scheme.rules}
    rule = first.strip() if first.strip() in rules else ""
    words = _words(rest if rule else inside)
    by_word = _codes(scheme)
    unknown = [word for word in words if word not in by_word]
    if unknown or not words:
        said = f"没有“{unknown[0]}”这个状态或规则" if unknown else "没有写状态"
        raise ValueError(f"“{source}”：{said}，例如 状态(逾期)、状态(T-10, 逾期、逾期完成)")
    return Measure("status", rule=rule, codes=tuple(code for word in words for code in by_word[word]))


def _codes(scheme: Scheme) -> dict[str, list[str]]:
    from validators.rules.codes import WORDS

    found: dict[str, list[str]] = {}
    for code in WORDS:
        if word := status_word(scheme.conventions, code):
            found.setdefault(word, []).append(code)
    return found


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for item in _split(text) if (word := item.strip().strip("'\"“”‘’")))


def _split(text: str) -> Iterable[str]:
    return re.split("[,，、]", text)
