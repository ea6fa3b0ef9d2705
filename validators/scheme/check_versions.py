"""Checks of rules that have versions: their days must follow on each other, without gap or overlap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from validators.scheme.models import Scheme
from validators.scheme.source import Loc

Problem = tuple[Loc, str]
Placed = tuple[int, Any]  # position and rule
_ONE_DAY = timedelta(days=1)


def check_versions(scheme: Scheme, maimed: Collection[int] = ()) -> Iterator[Problem]:
    """Ids used twice by mistake, versions that overlap or leave a gap, versions of another kind or table. `maimed`: rules
    of which something was taken out, by `id`."""
    groups: dict[str, list[Placed]] = defaultdict(list)
    for position, rule in enumerate(scheme.rules):
        groups[rule.id].append((position, rule))
    for placed in groups.values():
        for position, rule in placed:
            yield from _term(position, rule)
        if len(placed) > 1:
            yield from _together(placed, maimed)


def _term(position: int, rule: Any) -> Iterator[Problem]:
    first, last = rule.effective_from, rule.effective_to
    if first is not None and last is not None and first > last:
        yield ("rules", position, "effective_to"), f"规则“{rule.id}”执行到 {last}，早于开始执行的 {first}"
    if rule.version_by and not rule.table:
        yield ("rules", position, "version_by"), "这条规则不是逐行判断的，按期末选版本，不能写 version_by"


def _together(placed: list[Placed], maimed: Collection[int]) -> Iterator[Problem]:
    _, first = placed[0]
    for position, rule in placed[1:]:
        if rule.effective_from is None and all(item.effective_from is None for _, item in placed):
            yield (
                ("rules", position, "id"),
                f"规则编号“{rule.id}”与前面的“{first.title}”重复；是同一条的新版本，就写上 effective_from（从哪天起执行）",
            )
            return
        for key, what in (("kind", "种类"), ("table", "表")):
            if getattr(rule, key) != getattr(first, key) and not {id(rule), id(first)} & set(maimed):
                told = f"规则“{rule.id}”的几个版本{what}不一样；换了{what}的，请另起一个编号"
                yield ("rules", position, key), told
    ordered = sorted(placed, key=lambda item: item[1].effective_from or date.min)
    for (_, earlier), (position, later) in pairwise(ordered):
        yield from _meeting(earlier, position, later)


def _meeting(earlier: Any, position: int, later: Any) -> Iterator[Problem]:
    begins, ends = later.effective_from, earlier.effective_to
    if begins is None or begins == earlier.effective_from:
        when = f"都从 {begins} 起执行" if begins else "都没有写从哪天起执行"
        yield ("rules", position, "effective_from"), f"规则“{later.id}”有两个版本{when}，分不清用哪一个"
    elif ends is not None and ends >= begins:
        told = (
            f"规则“{later.id}”的两个版本重叠：前一个执行到 {ends}，后一个从 {begins} 起；前一个的 effective_to 可以不写"
        )
        yield ("rules", position, "effective_from"), told
    elif ends is not None and ends + _ONE_DAY != begins:
        told = f"规则“{later.id}”从 {ends + _ONE_DAY} 到 {begins - _ONE_DAY} 没有版本，这几天不会判断；请把两个版本接上"
        yield ("rules", position, "effective_from"), told
