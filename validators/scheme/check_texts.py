"""Checks of texts with names in braces — a name that nothing fills in would vanish, or stop the work — and of small words
of the language: kinds of leads, how often a report comes, which of two dates is the plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from validators.periods import PeriodKind
from validators.scheme.models import Conventions, Report
from validators.scheme.rule_parts import Ground, Problem
from validators.scheme.source import Loc
from validators.scheme.wording import listed, nearest

_BRACES = re.compile(r"\{(\w*)\}")
_PERIODS: tuple[str, ...] = get_args(PeriodKind)
_LEADS = ("月", "日", "周", "工作日", *_PERIODS, "planned")

# what the engine knows of a status when it fills a sentence in; which of these there are depends on the kind of rule
SPOKEN = frozenset(
    {
        "from", "to", "deadline", "done", "limit", "title", "n", "value", "ratio", "what", "target", "goal", "gap", "period",
        "label", "why", "node", "first", "last", "changes", "change", "count", "late", "figure", "until", "since", "day",
        "rows", "left", "group", "granted", "extended", "paused", "moved", "points", "pace", "short", "progress", "actual",
        "expected", "next", "grade", "missing", "word", "measure", "now", "step", "below", "labels", "absent", "lights",
        "between", "list", "other", "name", "stop", "periods", "basis", "counts", "total", "number", "field",
    }
)  # fmt: skip
_USUAL = ("from", "limit", "deadline", "done")  # named in messages
_OWN: dict[str, dict[str, tuple[str, ...]]] = {  # kind → text of its own → the only names it can have
    "variance": {"below": ("points", "ratio", "pace", "short", "done", "goal", "expected")},
    "streak": {"tag": ("flag",)},
    "score": {"text": ("value",)},
    "horizon": {"text": ("period",)},
    "reconcile": {"differs": ("what",)},
    "stale": {"word": ("n",), "fresh_text": ("n",)},
    "elapsed": {"open_text": ("n",), "done_text": ("n",)},
}


def check_texts(ground: Ground, loc: Loc, rule: Any) -> Iterator[Problem]:
    """Of one rule."""
    yield from _braces(rule.sentence, (*loc, "sentence"), SPOKEN, _USUAL)
    for key, names in _OWN.get(rule.kind, {}).items():
        yield from _braces(getattr(rule, key), (*loc, key), names, names)
    for at, need in enumerate(rule.fields if rule.kind == "required" else ()):
        if getattr(need, "each", ""):
            yield from _braces(need.title, (*loc, "fields", at, "title"), ("value",), ("value",))
    if rule.kind == "sync" and rule.trigger == rule.companion:
        yield (
            (*loc, "companion"),
            f"companion 和 trigger 是同一个“{rule.trigger}”，总是同步；请写要同步办的那件事的日期",
        )
    if rule.kind == "planned":
        yield from _plans(ground, loc, rule)


def _braces(text: str, place: Loc, known: Any, told: tuple[str, ...]) -> Iterator[Problem]:
    if "｛" in text or "｝" in text:
        yield place, "花括号要用英文的 { }，中文的｛ ｝里的字不会换成日期、天数"
    for name in _BRACES.findall(text) if "{" in text else ():
        if name not in known:
            hint = nearest(name, told) or nearest(name, known) or f"；可以写{'、'.join(f'{{{word}}}' for word in told)}"
            yield place, f"没有东西填进“{{{name}}}”{hint}"


def _plans(ground: Ground, loc: Loc, rule: Any) -> Iterator[Problem]:
    """A plan that is an actual date, an actual date that is a plan: the two were changed for each other."""
    table = next((item for item in ground.scheme.tables if item.name == rule.table), None)
    types = {word: item.type for item in (table.fields if table else ()) for word in (item.name, item.title)}
    pairs = [(loc, rule), *(((*loc, "nodes", at), node) for at, node in enumerate(rule.nodes))]
    for place, pair in pairs:
        planned, actual = types.get(pair.planned, ""), types.get(pair.actual, "")
        if planned == "date_actual" and actual == "date_plan":
            yield (
                (*place, "planned"),
                f"“{pair.planned}”是实际日期，“{pair.actual}”是计划日期：planned 和 actual 写反了",
            )
        elif actual == "date_plan":
            yield (*place, "actual"), f"“{pair.actual}”是计划日期列（date_plan），actual 要写实际日期列"


def check_conventions(conventions: Conventions) -> Iterator[Problem]:
    """Leads of kinds that there are, words with names that are filled in."""
    loc: Loc = ("conventions",)
    leads = [((*loc, "leads", kind), kind) for kind in conventions.leads]
    leads += [
        ((*loc, "changes", at, "leads", kind), kind)
        for at, change in enumerate(conventions.changes)
        for kind in change.leads
    ]
    for place, kind in leads:
        if kind not in _LEADS:
            told = nearest(kind, _LEADS) or f"；有{listed(_LEADS, 20)}"
            yield place, f"没有“{kind}”这种期限，提前天数用不上{told}"
    for code, text in conventions.words.items():
        yield from _braces(text, (*loc, "words", code), SPOKEN, ("n",))


def check_report(report: Report, loc: Loc) -> Iterator[Problem]:
    """How often it comes is one of the kinds of period."""
    if report.cadence and report.cadence not in _PERIODS:
        told = nearest(report.cadence, _PERIODS) or f"；可以写{listed(_PERIODS)}"
        yield (*loc, "cadence"), f"“{report.cadence}”不是一种期次{told}"
