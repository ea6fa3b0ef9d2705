"""Checks of what measures take of other rules: statuses that the rule never gives, figures that it does not tell.

Such a measure is nought, or missing, for ever, and nobody is told why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from validators.rules.codes import WORDS
from validators.rules.measures import Measure
from validators.rules.says import SAYS
from validators.scheme.possible import Possible
from validators.scheme.rule_parts import Ground, Problem, parts
from validators.scheme.source import Loc
from validators.scheme.wording import listed, nearest

FIGURES = {  # of kinds whose rules tell figures: name → what it is
    "rank": {"value": "名次", "below": "从后数的名次", "count": "个数", "figure": "排名的数", "change": "升降"},
    "score": {"value": "得分", "exact": "没有取整的得分"},
    "target": {"done": "完成", "target": "目标数", "goal": "目标", "ratio": "完成率", "gap": "差额"},
    "variance": {
        "done": "完成", "expected": "应完成", "goal": "目标", "ratio": "完成率", "pace": "序时", "points": "领先几个百分点，落后是负的",
        "short": "差额",
    },
    "cadence": {"covered": "报到的行", "due": "应报的行", "ratio": "报到率"},
    "reconcile": {"done": "对上的", "target": "应有的", "ratio": "对上的比例"},
}  # fmt: skip
_OF_PERIODS = frozenset({"score", "rank", "variance"})  # their `period` is the kind of periods that they judge
_PASSED_ON = frozenset({"worst", "series", "unique"})  # what these say comes of other rules, or is no status
_WORDED = frozenset(  # kinds whose statuses say a word of their own beside their code: a level, a band, a grade
    {"bands", "escalate", "lights", "lookup", "rank", "rating", "score", "stage_entry", "streak", "tier", "window"}
)


def check_taken(ground: Ground, known: Possible, loc: Loc, rule: Any) -> Iterator[Problem]:
    """Of one rule."""
    kinds = {item.id: item.kind for item in ground.scheme.rules}
    for place, part in parts(rule, loc):
        if isinstance(part, Measure) and part.rule in kinds:
            kind = kinds[part.rule]
            yield from _codes(place, part, kind)
            yield from _figure(place, part, kind)
            yield from _values(known, place, part, kind)
            yield from _timeless(ground, place, part, rule)


def _timeless(ground: Ground, place: Loc, measure: Measure, rule: Any) -> Iterator[Problem]:
    """A rule of periods finds nothing in one that tells only how things stand today."""
    period = rule.per if rule.kind == "escalate" else rule.period if rule.kind in _OF_PERIODS else None
    source = next(item for item in reversed(ground.scheme.rules) if item.id == measure.rule)
    if period is None or not _today_only(source):
        return
    told = f"规则“{measure.rule}”（{source.kind}）只说今天怎样，不分期，按期的规则取不到它；请给它也写上 period"
    yield (*place, "rule"), told


def _today_only(source: Any) -> bool:
    """What is said of rows can be asked for the end of a period (`stood`); a score or place of units cannot."""
    return source.kind in _OF_PERIODS and source.scope() == "shared" and source.period is None and not source.of_rows()


def _codes(place: Loc, measure: Measure, kind: str) -> Iterator[Problem]:
    said = SAYS.get(kind, ())
    for at, code in enumerate(measure.codes if said and kind not in _PASSED_ON else ()):
        if code in WORDS and code not in said and code != "terminated":
            known = listed([f"{item}（{WORDS[item]}）" for item in said])
            yield (*place, "codes", at), f"规则“{measure.rule}”（{kind}）不会是 {code}（{WORDS[code]}）；会是{known}"


def _figure(place: Loc, measure: Measure, kind: str) -> Iterator[Problem]:
    known = FIGURES.get(kind)
    if measure.pick and not measure.codes and known is not None and measure.pick not in known:
        told = listed([f"{name}（{title}）" for name, title in known.items()])
        yield (
            (*place, "pick"),
            f"规则“{measure.rule}”（{kind}）没有“{measure.pick}”这个数{nearest(measure.pick, known) or f'；有{told}'}",
        )


def _values(known: Possible, place: Loc, measure: Measure, kind: str) -> Iterator[Problem]:
    """Words of which only those statuses count that say one: levels, bands, grades that the rule never comes to."""
    if measure.values and kind not in _WORDED:
        yield (*place, "values"), f"规则“{measure.rule}”（{kind}）不分级、不分档，不写 values"
        return
    words = known.said(measure.rule)
    for at, word in enumerate(measure.values if words is not None else ()):
        if words is not None and word not in words:
            told = nearest(word, words) or f"；会有的是{listed(sorted(words))}"
            yield (*place, "values", at), f"规则“{measure.rule}”不会是“{word}”{told}"
