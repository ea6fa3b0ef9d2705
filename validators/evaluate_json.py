"""`tianbao evaluate`: the engine's public face for scheme authors and tests (DESIGN §9). JSON in, JSON out.

Rows are named by any title, alias or name of their fields, cells are given as typed; what is wrong with the document
itself is a `DocumentError` that says what is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from validators.calendar import Calendar
from validators.causes import faulty_fields, settled, settled_statuses
from validators.document import Document, DocumentError, read_document
from validators.document_parts import check_parts
from validators.evaluate import Evaluator, RecordResult, Related
from validators.exact import NO_RATIO
from validators.expression_types import PARENT
from validators.facts import Facts, Verdict
from validators.findings import Finding
from validators.render import field_title, finding_text
from validators.rows import Record
from validators.speak import Speaker, speaker
from validators.status import Flag, Status

if TYPE_CHECKING:
    from validators.rules.context import TypedRow
    from validators.scheme.models import Scheme

__all__ = ["DocumentError", "evaluate_document", "evaluate_parts"]

AT_ONCE = 1000  # records judged before the next are taken
MOST_SAID = 200_000  # sentences remembered


def evaluate_document(scheme: Scheme, document: Any, day: date) -> dict[str, list[dict[str, Any]]]:
    """Judge the rows of a document as of a day. DocumentError when it cannot be understood."""
    return {part: list(found) for part, found in evaluate_parts(scheme, document, day).items()}


def evaluate_parts(scheme: Scheme, document: Any, day: date) -> dict[str, Iterator[dict[str, Any]]]:
    """The same, one subject after the other, for whoever writes them down as they come: a hundred thousand records with all
    that is said of them need not be in memory at once. What is wrong with the document is told before the first comes."""
    calendar = _calendar(document)
    read = read_document(scheme, document, day)
    evaluator = Evaluator(scheme, calendar)
    check_parts(scheme, document)
    facts = _facts(scheme, document, read)
    parents = parents_of(scheme, facts.rows)
    verdicts = evaluator.shared(facts, day)
    out = _Out(scheme, speaker(scheme, calendar), day, read)
    told = _by_kind(verdicts)
    return {
        "records": out.records(_judged(evaluator, read, parents, day), told["record"]),
        "units": (out.unit(v) for v in verdicts if v.kind in ("unit", "participant", "scheme")),
        "targets": (out.target(v) for v in told["target"]),
        "obligations": (out.obligation(v) for v in told["obligation"]),
        "reconciliations": out.reconciliations(told["reconciliation"], told["record"]),
    }


def _by_kind(verdicts: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        found[verdict.kind].append(verdict)
    return found


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


def _judged(
    evaluator: Evaluator, read: Document, parents: Mapping[str, str], day: date
) -> Iterator[tuple[Record, RecordResult]]:
    """Each record with what its own rules say, some at a time; all of a table where they are compared with each other."""
    related = Related.of(read.records, parents)
    for table, group in groupby(read.records.values(), key=attrgetter("table")):
        left = None if table in evaluator.relatives(table) else AT_ONCE
        while records := list(islice(group, left)):
            yield from zip(records, evaluator.records(table, records, day, related), strict=True)


def parents_of(scheme: Scheme, rows: Mapping[str, Sequence[TypedRow]]) -> dict[str, str]:
    """Parents as given, or found by name in the same unit, of rows that are linked."""
    found: dict[str, str] = {}
    for table in scheme.tables:
        for row in rows.get(table.name, ()) if table.parent else ():
            parent = row.get(f"{PARENT}{table.parent}")
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
        self._said: dict[Any, tuple[str, int | None, str]] = {}

    def records(
        self, judged: Iterable[tuple[Record, RecordResult]], verdicts: Iterable[Verdict]
    ) -> Iterator[dict[str, Any]]:
        about = defaultdict(list)
        for verdict in verdicts:
            about[verdict.key].append(verdict)
        for record, result in judged:
            yield self.record(record, result, about.get(record.id, ()))

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
        word, days, reason = self._words(status)
        return {
            "rule": status.rule,
            "status": word,
            "deadline": status.deadline.isoformat() if status.deadline else None,
            "days": days,
            "reason": reason,
        }

    def _words(self, status: Status) -> tuple[str, int | None, str]:
        """The word, the days left and the reason; of many rows the same is said for the same reason."""
        key = (status.rule, status.code, status.deadline, status.done, *status.inputs.items())
        try:
            found = self._said.get(key)
        except TypeError:  # lists and mappings among what it looked at
            return self._spoken(status)
        if found is None:
            if len(self._said) >= MOST_SAID:
                self._said.clear()
            found = self._said[key] = self._spoken(status)
        return found

    def _spoken(self, status: Status) -> tuple[str, int | None, str]:
        say, day = self.say, self.day
        return say.word(status, day), say.left(status, day), say.reason(status, day)

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

    def reconciliations(self, wholes: Sequence[Verdict], verdicts: Iterable[Verdict]) -> Iterator[dict[str, Any]]:
        """Two lists as a whole (or one unit's part), each with what was found of each row."""
        wanted = {verdict.statuses[0].rule for verdict in wholes}
        rows: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
        for verdict in verdicts:
            for status in verdict.statuses:
                if status.rule in wanted:
                    row = self._of_list(verdict, status)
                    rows[status.rule, ""].append(row)
                    if verdict.unit:
                        rows[status.rule, verdict.unit].append(row)
        for whole in wholes:
            yield self.reconciliation(whole, rows.get((whole.statuses[0].rule, whole.unit), []))

    def _of_list(self, verdict: Verdict, status: Status) -> dict[str, str]:
        key = self.read.keys.get(verdict.key, verdict.key)
        return {"table": verdict.table, "key": key, "status": self.say.word(status, self.day)}

    def reconciliation(self, verdict: Verdict, rows: list[dict[str, str]]) -> dict[str, Any]:
        status = verdict.statuses[0]
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
