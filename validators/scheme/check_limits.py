"""Checks of limits: that there is one, or none on purpose (`null`), not two; and that keys of limits have all their parts.

A policy that names no number judges nothing, and that has to be said: `n: null`. Left out, it may as well be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from validators.scheme.rule_parts import Problem, Wanted
from validators.scheme.source import Loc


def check_limits(loc: Loc, rule: Any) -> Iterator[Problem]:
    """Of one rule."""
    kind = rule.kind
    if kind == "elapsed":
        yield from _chosen(loc, rule)
        yield from _keys(loc, rule)
    given = {"unit": getattr(rule, "unit", ""), "from": getattr(rule, "from_", "")} | {
        key: getattr(rule, key) or True for key in rule.model_fields_set
    }
    if (key := must_say(kind, given)) and key not in given:
        yield loc, Wanted(_MISSING[key].format(means=_MEANS.get(kind, "")))


def must_say(kind: str, given: Mapping[str, Any]) -> str:
    """The key that such a rule has to have, if only with `null`; "" = none. `given`: what is written of it, key → value."""
    if kind == "elapsed":
        return "" if given.get("limits") or given.get("due") or given.get("unit") == "同年" else "n"
    if kind == "stale" or (kind == "reach" and given.get("from")) or (kind == "sync" and not given.get("stop")):
        return "n"
    return "goal" if kind == "target" and not given.get("unit_goals") else ""


_MISSING = {
    "n": "没有写 n（{means}）；原文没有写数的，写 n: null，只显示天数、不判断",
    "goal": "没有写 goal（目标）；还没有下达的写 goal: null，显示“目标未设定”",
}

_MEANS = {
    "elapsed": "几个单位的期限",
    "stale": "几天没动静就说",
    "reach": "几个单位里达到",
    "sync": "容许差几天",
}


def _chosen(loc: Loc, rule: Any) -> Iterator[Problem]:
    if rule.due:
        for key in ("n", "limits", "unit"):
            if key in rule.model_fields_set and (key != "unit" or rule.unit != "日"):
                yield (*loc, key), f"写了 due（到哪一天）就不用 {key}，去掉一个"
    if rule.limits is None:
        return
    if rule.n is not None:
        yield (*loc, "n"), "写了 limits（按列查期限）就不用 n，二者选一；查表以外的用 * 那一行"
    if bool(rule.limits.rows) == bool(rule.limits.lookup):
        yield (*loc, "limits"), Wanted("limits 写 rows（键: 期限）或 lookup（对照表），二者选一")


def _keys(loc: Loc, rule: Any) -> Iterator[Problem]:
    by = rule.limits.by if rule.limits is not None else ()
    for key in rule.limits.rows if by else ():
        if (count := key.count("|") + 1) != len(by):
            told = f"“{key}”有{count}段，按{'、'.join(by)}查要{len(by)}段，用 | 隔开，哪一段都行的写 *"
            yield (*loc, "limits", "rows", key), Wanted(told)
