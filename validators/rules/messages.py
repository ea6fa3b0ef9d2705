"""Outcomes of rules that speak to the clerk about a row: one status text and one finding, made once per content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from validators.findings import Finding, Severity
from validators.rules import codes
from validators.rules.context import Outcome, severity_of
from validators.status import Status

if TYPE_CHECKING:
    from validators.rules.base import RuleBase

Make = Callable[[tuple[str, ...], tuple[str, ...]], Outcome]
_FINDING = {
    codes.INCOMPLETE: "rule.incomplete",
    codes.INVALID: "rule.invalid",
    codes.NOTICE: "rule.notice",
    codes.BLOCKED: "rule.blocked",
    codes.UNMAPPED: "rule.unmapped",
    codes.STALE: "rule.stale",
}


def message(rule: RuleBase, code: str, what: Sequence[str], fields: Sequence[str], **more: Any) -> Outcome:
    """`what`: what a person reads after the colon; `fields`: names of the fields it is about, for the marks."""
    params = {"what": list(what), "fields": list(fields), "title": rule.title, **more}
    severity = severity_of(rule)
    if code == codes.UNMAPPED and rule.severity is None and severity == Severity.MUST:
        severity = Severity.HINT  # the scheme has a gap, which the clerk cannot mend
    found = Finding(_FINDING[code], severity, rule.table, "", fields[0] if fields else "", "", params, rule.id)
    return Outcome(Status(rule.id, code, inputs={"what": "、".join(what), **more}), (found,))


def remembered(rule: RuleBase, code: str) -> Make:
    """As `message`, each content made once."""
    made: dict[tuple[tuple[str, ...], tuple[str, ...]], Outcome] = {}

    def make(what: tuple[str, ...], fields: tuple[str, ...]) -> Outcome:
        found = made.get((what, fields))
        if found is None:
            found = made[what, fields] = message(rule, code, what, fields)
        return found

    return make


def invalid_code(rule: RuleBase) -> str:
    """校验错误 where it must be mended, a notice where it is only pointed out."""
    return codes.INVALID if severity_of(rule) in (Severity.MUST, Severity.EXPLAIN) else codes.NOTICE
