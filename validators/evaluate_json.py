"""`tianbao evaluate`: the engine's public face for scheme authors and tests (DESIGN §9). JSON in, JSON out.

Rows are named by any title, alias or name of their fields, cells are given as typed; what is wrong with the document
itself is a `DocumentError` that says what is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from validators.calendar import Calendar
from validators.causes import faulty_fields, settled, settled_statuses
from validators.document import Document, DocumentError, read_document
from validators.document_parts import check_parts
from validators.evaluate import Evaluator, RecordResult, Related
from validators.exact import NO_RATIO
from validators.facts import Facts, Verdict, link_rows
from validators.findings import Finding
from validators.render import field_title, finding_text
from validators.rows import Record
from validators.speak import Speaker, speaker
from validators.status import Flag, Status

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

__all__ = ["DocumentError", "evaluate_document"]


def evaluate_document(scheme: Scheme, document: Any, day: date) -> dict[str, Any]:
    """Judge the rows of a document as of a day. DocumentError when it cannot be understood."""
    calendar = _calendar(document)
    read = read_document(scheme, document, day)
    evaluator = Evaluator(scheme, calendar)
    say = speaker(scheme, calendar)
    check_parts(scheme, document)
    facts = _facts(scheme, document, read)
    verdicts = evaluator.shared(facts, day)
    results = _judge(evaluator, read, day)
    about = defaultdict(list)
    for verdict in verdicts:
        if verdict.kind == "record":
            about[verdict.key].append(verdict)
    out = _Out(scheme, say, day, read)
    return {
        "records": [out.record(record, results[record.id], about[record.id]) for record in read.records.values()],
        "units": [out.unit(v) for v in verdicts if v.kind in ("unit", "participant", "scheme")],
        "targets": [out.target(v) for v in verdicts if v.kind == "target"],
        "obligations": [out.obligation(v) for v in verdicts if v.kind == "obligation"],
        "reconciliations": [out.reconciliation(v, verdicts) for v in verdicts if v.kind == "reconciliation"],
    }


def _calendar(document: Any) -> Calendar:
    given = document.get("calendar", {}) if isinstance(document, Mapping) else {}
    if not given:
        return Calendar()
    wanted = 'calendar 要写成 {"2025-10-01": "放假日"} 这样'
    if not isinstance(given, Mapping):
        raise DocumentError(wanted)
    days: dict[date, str] = {}
    for day, kind in given.items():
        try:
            days[date.fromisoformat(str(day))] = str(kind)
        except ValueError:
            raise DocumentError(f"{wanted}：“{day}”不是日期") from None
    try:
        return Calendar(days)
    except ValueError as problem:
        raise DocumentError(f"{wanted}：{problem}") from None


def _facts(scheme: Scheme, document: Mapping[str, Any], read: Document) -> Facts:
    try:
        return Facts.of(
            scheme,
            read.records.values(),
            parents=read.parents,
            submissions=document.get("submissions", ()),
            roster=document.get("roster", ()),
            frozen=document.get("frozen", ()),
            history=read.history,
        )
    except (KeyError, ValueError, TypeError, AttributeError) as problem:
        missing = f"少了 {problem}" if isinstance(problem, KeyError) else str(problem)
        raise DocumentError(f"submissions、roster、frozen 或 history 里有一项读不懂：{missing}") from None


def _judge(evaluator: Evaluator, read: Document, day: date) -> dict[str, RecordResult]:
    related = Related.of(read.records, _parents(evaluator, read))
    by_table: dict[str, list[Record]] = defaultdict(list)
    for record in read.records.values():
        by_table[record.table].append(record)
    results: dict[str, RecordResult] = {}
    for table, records in by_table.items():
        found = evaluator.records(table, records, day, related)
        results.update((record.id, result) for record, result in zip(records, found, strict=True))
    return results


def _parents(evaluator: Evaluator, read: Document) -> dict[str, str]:
    """Parents as given, or found by name in the same unit as for the shared rules."""
    found: dict[str, str] = {}
    linked = link_rows(evaluator.scheme, read.records.values(), read.parents)
    for table in evaluator.scheme.tables:
        for row in linked.get(table.name, ()) if table.parent else ():
            parent = row.get(f"@{table.parent}")
            if parent is not None:
                found[row.id] = parent.id
    return found


class _Out:
    """What was found, as the JSON people read."""

    def __init__(self, scheme: Scheme, say: Speaker, day: date, read: Document) -> None:
        self.scheme, self.say, self.day, self.read = scheme, say, day, read
        self.order = {rule.id: position for position, rule in enumerate(scheme.rules)}
        self.names = {item.code: item.name for item in scheme.departments}
        self.names |= {item.code: item.name for item in scheme.units}

    def record(self, record: Record, result: RecordResult, shared: Iterable[Verdict]) -> dict[str, Any]:
        statuses, flags, findings = list(result.statuses), list(result.flags), list(result.findings)
        for verdict in shared:
            statuses += verdict.statuses
            flags += verdict.flags
            findings += verdict.findings
        cells = self.read.findings.get(record.id, ())
        faulty, model = faulty_fields(cells), self.scheme.table(record.table)
        statuses = settled_statuses(faulty, statuses, {item.name: item.title for item in model.fields})
        statuses.sort(key=self._position)
        told = [*cells, *settled(faulty, findings)]
        return {
            "table": record.table,
            "key": self.read.keys[record.id],
            "unit": self.names.get(record.unit, record.unit),
            "stage": result.stage,
            "statuses": [self.status(item) for item in statuses],
            "findings": [self.finding(record.table, item) for item in told],
            "flags": [self.flag(item) for item in flags],
        }

    def _position(self, status: Status) -> int:
        rule = self.say.rules.get(status.rule)
        return self.order.get(rule.id if rule is not None else status.rule, len(self.order))

    def status(self, status: Status) -> dict[str, Any]:
        return {
            "rule": status.rule,
            "status": self.say.word(status, self.day),
            "deadline": status.deadline.isoformat() if status.deadline else None,
            "days": self.say.left(status, self.day),
            "reason": self.say.reason(status, self.day),
        }

    def finding(self, table: str, finding: Finding) -> dict[str, Any]:
        model = self.scheme.table(table) if table else None
        return {
            "code": finding.code,
            "severity": finding.severity.value,
            "field": field_title(model, finding.field),
            "message": finding_text(self.say, model, finding),
            "rule": finding.rule,
        }

    def flag(self, flag: Flag) -> dict[str, Any]:
        return {"rule": flag.rule, "flag": flag.flag, "reason": flag.reason}

    def unit(self, verdict: Verdict) -> dict[str, Any]:
        return {
            "unit": verdict.name or self.names.get(verdict.key, verdict.key),
            "key": verdict.key,
            "kind": verdict.kind,
            "statuses": [self.status(item) for item in verdict.statuses],
            "findings": [self.finding(verdict.table, item) for item in verdict.findings],
            "flags": [self.flag(item) for item in verdict.flags],
        }

    def reconciliation(self, verdict: Verdict, verdicts: Iterable[Verdict]) -> dict[str, Any]:
        """Two lists as a whole (or one unit's part), with what was found of each row."""
        status = verdict.statuses[0]
        rows = [
            {"table": v.table, "key": self.read.keys.get(v.key, v.key), "status": self.say.word(item, self.day)}
            for v in verdicts
            if v.kind == "record" and (not verdict.unit or v.unit == verdict.unit)
            for item in v.statuses
            if item.rule == status.rule
        ]
        counts = status.inputs.get("counts", {})
        return {**self.unit(verdict), "rule": status.rule, "counts": dict(counts), "rows": rows}

    def target(self, verdict: Verdict) -> dict[str, Any]:
        status = verdict.statuses[0]
        inputs = status.inputs
        return {
            "rule": status.rule,
            "unit": self.names.get(verdict.unit, verdict.unit),
            "period": verdict.period,
            "status": self.say.word(status, self.day),
            "done": _figure(inputs.get("done")),
            "target": _figure(inputs.get("target")),
            "ratio": _figure(inputs.get("ratio")),
            "gap": _figure(inputs.get("gap")),
            "deadline": status.deadline.isoformat() if status.deadline else None,
            "reason": self.say.reason(status, self.day),
        }

    def obligation(self, verdict: Verdict) -> dict[str, Any]:
        status = verdict.statuses[0]
        return {
            "rule": status.rule,
            "unit": self.names.get(verdict.unit, verdict.unit),
            "unit_code": verdict.unit,
            "period": verdict.period,
            "record": self.read.keys.get(verdict.record, verdict.record),
            "status": self.say.word(status, self.day),
            "deadline": status.deadline.isoformat() if status.deadline else None,
            "days": self.say.left(status, self.day),
            "reason": self.say.reason(status, self.day),
        }


def _figure(text: str | None) -> int | float | str | None:
    """A figure as a JSON number; — where there is no ratio."""
    if text is None or text == NO_RATIO:
        return text
    return float(text) if "." in text else int(text)
