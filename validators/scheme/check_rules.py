"""Checks of what refers to tables and fields by conditions: rules, reports, and the coverage of a policy's items."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from validators.scheme.check_order import check_order
from validators.scheme.check_texts import check_report
from validators.scheme.check_versions import check_versions
from validators.scheme.measures import parse_measure, report_names
from validators.scheme.models import Department, Report, Scheme, Unit
from validators.scheme.rule_parts import Problem
from validators.scheme.source import Loc
from validators.scheme.wording import mentions, nearest

if TYPE_CHECKING:
    from validators.scheme.check_parts import RuleParts
    from validators.scheme.check_words import WordChecks


# how an item of a policy may be served without a rule or a field of its own
PLAIN = frozenset({"registry", "manual", "report", "access", "out of scope", "next issue", "departments", "units"})
NOTED = frozenset({"registry", "manual", "report", "access", "out of scope", "next issue"})  # these may carry a remark


def check_rules(scheme: Scheme, lost: frozenset[str], checks: RuleParts | None = None) -> Iterator[Problem]:
    """Problems of rules, reports and coverage, in that order."""
    from validators.scheme.check_parts import RuleParts
    from validators.scheme.compiling import Compiling

    checks = checks if checks is not None else RuleParts(scheme, lost)
    yield from _identity(scheme, checks.ground.maimed)
    yield from Compiling(scheme, lost, checks).problems()
    yield from check_order(scheme)
    yield from _reports(scheme, lost, checks.words)
    yield from _coverage(scheme, lost)


def _identity(scheme: Scheme, maimed: Collection[int]) -> Iterator[Problem]:
    yield from check_versions(scheme, maimed)
    people = _people(scheme)
    for position, rule in enumerate(scheme.rules):
        for word in rule.responsible:
            if word not in people:
                told = nearest(word, people) or "；请写 units、departments 里的名称或叫法"
                yield ("rules", position, "responsible"), f"没有“{word}”这个单位或部门{told}"


def _people(scheme: Scheme) -> set[str]:
    everyone: tuple[Unit | Department, ...] = (*scheme.units, *scheme.departments)
    return {word for item in everyone for word in (item.code, item.name, *item.aliases)}


def _reports(scheme: Scheme, lost: frozenset[str], words: WordChecks) -> Iterator[Problem]:
    seen: set[str] = set()
    tables = {item.name: item for item in scheme.tables}
    for position, report in enumerate(scheme.reports):
        if report.id in seen:
            yield ("reports", position, "id"), f"报表编号“{report.id}”重复"
        seen.add(report.id)
        yield from check_report(report, ("reports", position))
        if report.kind == "units":
            yield from _unit_report(scheme, report, ("reports", position), lost)
            continue
        if not report.table:
            continue
        if report.table not in tables:
            if report.table not in lost:
                yield ("reports", position, "table"), f"没有“{report.table}”这张表{nearest(report.table, tables)}"
            continue
        yield from _report(scheme, report, ("reports", position), lost, words)


def _unit_report(scheme: Scheme, report: Report, loc: Loc, lost: frozenset[str]) -> Iterator[Problem]:
    rules = {rule.id for rule in scheme.rules} | lost
    if not report.columns:
        yield loc, "单位报表要在 columns 里写明看哪几条规则"
    for word in report.columns:
        if word not in rules:
            yield (*loc, "columns"), f"没有“{word}”这条规则{nearest(word, rules)}"


def _report(scheme: Scheme, report: Report, loc: Loc, lost: frozenset[str], words: WordChecks) -> Iterator[Problem]:
    from validators.expressions import ExpressionError, compile_expression

    table = scheme.table(report.table)
    names = report_names(scheme, table)
    known = {*names, "unit", "stage", "status", "flag", *(rule.id for rule in scheme.rules)} | lost
    for key in ("columns", "group_by"):
        for word in getattr(report, key):
            if word not in known:
                yield (*loc, key), f"表“{table.title}”没有“{word}”这一列{nearest(word, known)}"
    if report.where:
        try:
            compile_expression(report.where, names, scheme.words(), "bool", scheme.year_from)
            yield from (((*loc, "where"), told) for told in words.of_text(report.where, table.name))
        except ExpressionError as problem:
            if not mentions(report.where, lost):
                yield (*loc, "where"), str(problem)
    for title, text in report.measures.items():
        try:
            measure = parse_measure(scheme, text)
            for formula in filter(None, (measure.text, measure.below)):
                compile_expression(formula, names, scheme.words(), measure.wanted, scheme.year_from)
                yield from (((*loc, "measures", title), told) for told in words.of_text(formula, table.name))
        except (ExpressionError, ValueError) as problem:
            if not mentions(text, lost):
                yield (*loc, "measures", title), str(problem)
    if report.kind == "group" and not (report.group_by and report.measures):
        yield loc, "分组报表要写 group_by（按什么分）和 measures（数什么）"


def _coverage(scheme: Scheme, lost: frozenset[str]) -> Iterator[Problem]:
    known = _servants(scheme)
    for item, text in scheme.coverage.items():
        for word in text.split(";"):
            kind, colon, name = word.strip().partition(":")
            if kind in (NOTED if colon else PLAIN):
                continue
            place: Loc = ("coverage", item)
            if not colon or kind not in known:
                yield (
                    place,
                    f"“{word.strip()}”不是说明去处的写法；请写 rule:编号、field:表.列 或 registry 等",
                )
            elif name.strip() not in known[kind] and not lost:
                yield place, f"没有叫“{name.strip()}”的{_SERVANTS[kind]}{nearest(name.strip(), known[kind])}"


_SERVANTS = {"rule": "规则", "field": "列", "table": "表", "choices": "下拉", "lookup": "对照表", "node": "节点",
             "report": "报表"}  # fmt: skip


def _servants(scheme: Scheme) -> dict[str, set[str]]:
    """What a coverage text may point at, by kind."""
    rules = {item.id for item in scheme.rules}
    return {
        "rule": rules | {identity.partition(".")[0] for identity in rules},
        "field": {f"{table.name}.{field.name}" for table in scheme.tables for field in table.fields},
        "table": {item.name for item in scheme.tables},
        "lookup": set(scheme.lookups),
        "choices": set(scheme.choices),
        "node": {item.name for item in scheme.nodes},
        "report": {item.id for item in scheme.reports},
    }
