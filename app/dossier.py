"""Everything known of one record, as one value: what people ask for when they doubt an answer.

Values with what stands in the cell, revisions, history facts, every status with its dates, calendar and source, flags
with their reasons, findings, and how statuses went. The command `explain` prints it; pages may show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from app.language import chosen
from app.wiring import Office
from sync.clock import stamp
from sync.judge import judge
from sync.store.base import Judgement, RecordState, StoredRecord
from validators.calendar import Calendar
from validators.findings import Finding
from validators.rawcell import show
from validators.render import field_title, finding_text, row_answer
from validators.rules.base import RuleBase
from validators.scheme.tables import Table
from validators.speak import Speaker, speaker, unit_of
from validators.status import Status

STATES = {"live": "在册", "missing": "表里不见了，待确认", "withdrawn": "已退出"}
KINDS = {"created": "新增", "changed": "修改", "missing": "从表里消失", "withdrawn": "确认退出", "restored": "又出现"}
_ALL: tuple[RecordState, ...] = ("live", "missing", "withdrawn")
_MOST_DAYS = 400


def find_records(office: Office, word: str, limit: int = 50) -> list[StoredRecord]:
    """The record of that id, else those whose name holds the word; an exact name stands before the rest."""
    scheme = office.scheme.id
    exact = office.parts.store.records(scheme, ids=[word], states=_ALL)
    if exact:
        return exact
    found = office.parts.store.search(scheme, word, limit=limit)
    named = [item for item in found if _name(office, item) == word]
    return named or found


def dossier(office: Office, record: StoredRecord) -> dict[str, Any]:
    """The record's dossier as of the office's day; JSON values only."""
    parts, table = office.parts, office.scheme.table(record.table)
    today = office.clock.today()
    say = speaker(office.scheme, office.calendar)
    judged, shared = _judged(office, record, today)
    statuses = [*judged.statuses, *shared.statuses]
    flags, findings = [*judged.flags, *shared.flags], [*judged.findings, *shared.findings]
    answer = row_answer(
        office.scheme,
        table,
        judged.stage,
        statuses,
        flags,
        findings,
        record.values,
        today,
        office.calendar,
        chosen(),
    )
    return {
        "id": record.id,
        "name": _name(office, record),
        "table": table.title,
        "unit": _unit_name(office, record.unit),
        "book": record.book,
        "place": _place(office, record),
        "state": STATES.get(record.state, record.state),
        "first_seen": stamp(record.first_seen),
        "changed_at": stamp(record.changed_at),
        "as_of": today.isoformat(),
        "stands": office.scheme.counting(today).isoformat(),  # the day that counts as today: after a scheme's end fixed
        "stage": judged.stage,
        "answer": {key: text for key, text in answer.items() if text},
        "values": _values(table, record),
        "statuses": [_status(office, say, item, today) for item in statuses],
        "flags": [{"rule": item.rule, "flag": item.flag, "reason": item.reason} for item in flags],
        "findings": [_finding(say, table, item) for item in findings],
        "facts": _facts(table, record.facts),
        "revisions": [_revision(table, item) for item in parts.store.revisions(record=record.id)],
        "status_history": _history(office, say, record),
        "next_change": judged.next_change.isoformat() if judged.next_change else None,
    }


def _judged(office: Office, record: StoredRecord, today: date) -> tuple[Judgement, Judgement]:
    """What its own rules say on that day, judged afresh, and what the shared rules said when last judged."""
    parts = office.parts
    family = {item.id: item for item in parts.store.records(office.scheme.id, book=record.book)}
    family[record.id] = record
    stored = parts.store.judgements(office.scheme.id, keys=[record.id])
    cells = [f for item in stored if item.kind == "record" for f in item.findings if not f.rule]
    own = judge(parts, [record], family, {record.id: cells}, today)[0]
    shared = next((item for item in stored if item.kind == "shared"), Judgement("shared", record.id))
    return own, shared


def _name(office: Office, record: StoredRecord) -> str:
    field = office.scheme.table(record.table).name_field
    return record.name or (record.values.get(field, "") if field else "") or record.id


def _unit_name(office: Office, code: str) -> str:
    unit = office.scheme.unit(code)
    if unit is not None:
        return unit.name
    heads = (item.name for item in office.scheme.departments if item.commission)
    own = (item.name for item in office.scheme.departments if item.code == code)
    return next(heads if code == "commission" else own, code)


def _place(office: Office, record: StoredRecord) -> str:
    """Where the row stood at the last reading: 项目库 第12行."""
    book = office.parts.store.book(record.book)
    for tab in book.layout.get("tabs", ()) if book is not None else ():
        for row in tab.get("rows", ()):
            if row[1] == record.id:
                return f"{book.name if book else ''} {tab['title']} 第{row[0]}行".strip()
    return ""


def _values(table: Table, record: StoredRecord) -> list[dict[str, Any]]:
    found = []
    for item in table.fields:
        value, cell = record.values.get(item.name, ""), show(record.cells.get(item.name, ""))
        if value or cell:
            kept = item.name in record.kept
            found.append({"field": item.title, "name": item.name, "value": value, "cell": cell, "kept": kept})
    return found


# statuses ---------------------------------------------------------------------------------------------------------


def _status(office: Office, say: Speaker, status: Status, today: date) -> dict[str, Any]:
    rule = say.rule(status)
    return {
        "rule": status.rule,
        "title": rule.title if rule is not None else "",
        "status": say.word(status, today),
        "code": status.code,
        "deadline": status.deadline.isoformat() if status.deadline else None,
        "done": status.done.isoformat() if status.done else None,
        "days": say.left(status, today),
        "reason": say.reason(status, today),
        "inputs": dict(status.inputs),
        "next_change": status.next_change.isoformat() if status.next_change else None,
        "calendar": calendar_notes(office.calendar, rule, status),
        "kind": rule.kind if rule is not None else "",
        "modality": rule.modality if rule is not None else "",
        "responsible": list(rule.responsible) if rule is not None else [],
        "document": office.scheme.source.document,
        "section": rule.section if rule is not None else "",
    }


def calendar_notes(calendar: Calendar, rule: RuleBase | None, status: Status) -> list[str]:
    """How the statutory calendar moved a deadline: days off and make-up workdays between its ends, and the roll."""
    start = status.inputs.get("from")
    if rule is None or not start or status.deadline is None:
        return []
    first, notes = date.fromisoformat(start), []
    if unit_of(rule) == "工作日" and (status.deadline - first).days <= _MOST_DAYS:
        days = [first + timedelta(days=n) for n in range(1, (status.deadline - first).days + 1)]
        off = [day for day in days if day.weekday() < 5 and not calendar.is_workday(day)]
        work = [day for day in days if day.weekday() >= 5 and calendar.is_workday(day)]
        notes += [f"放假不计：{_days(off)}"] if off else []
        notes += [f"调休上班计入：{_days(work)}"] if work else []
    if getattr(rule, "roll", "none") != "none":
        moved = calendar.roll(status.deadline, "none").day
        nominal = calendar.add(first, getattr(rule, "n", 0) or 0, unit_of(rule)).day
        if nominal != moved:
            notes.append(f"期限末日{nominal.isoformat()}逢休息日，顺延到{moved.isoformat()}")
    if status.inputs.get("provisional"):
        notes.append("涉及年份的放假安排还没有公布，暂按周末推算")
    return notes


def _days(days: Iterable[date]) -> str:
    return "、".join(day.isoformat() for day in days)


def _finding(say: Speaker, table: Table, finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "field": field_title(table, finding.field),
        "value": finding.value,
        "message": finding_text(say, table, finding, chosen()),
        "rule": finding.rule,
    }


# the past ---------------------------------------------------------------------------------------------------------


def _facts(table: Table, facts: Mapping[str, Any]) -> list[str]:
    """History facts in words."""
    found = []
    for name, log in facts.get("plans", {}).items():
        if log.get("changes"):
            days = "、".join(log.get("days", ()))
            text = f"{field_title(table, name)}：变更{log['changes']}次（{days}），原计划{log['first']}"
            found.append(f"{text}，现为{log.get('last', '')}")
    for name, log in facts.get("dated", {}).items():
        steps = [f"{since}起{value or '空'}" if since else f"原为{value}" for since, value in log]
        found.append(f"{field_title(table, name)}：{'，'.join(steps)}")
    return found


def _revision(table: Table, item: Mapping[str, Any]) -> dict[str, Any]:
    changes = [
        {"field": field_title(table, name), "old": old, "new": new}
        for name, (old, new) in sorted(item["changes"].items())
    ]
    return {
        "at": stamp(item["at"]),
        "between": [stamp(item["seen_after"]) if item["seen_after"] else "", stamp(item["seen_by"])],
        "kind": KINDS.get(item["kind"], item["kind"]),
        "where": item["where"],
        "actor": item["actor"],
        "actor_sure": item["actor_sure"],
        "run": item["run"],
        "changes": changes,
    }


def _history(office: Office, say: Speaker, record: StoredRecord) -> list[dict[str, Any]]:
    words = {**dict(_code_words()), **office.scheme.conventions.words}
    found = []
    for kind in ("record", "shared"):
        for item in office.parts.store.status_history(kind, record.id, scheme=office.scheme.id):
            rule = say.rules.get(item["rule"])
            old, new = (_plain_word(words.get(item[key], item[key])) for key in ("old", "new"))
            found.append(
                {
                    "day": str(item["day"]),
                    "rule": item["rule"],
                    "title": rule.title if rule else "",
                    "old": old,
                    "new": new,
                }
            )
    return sorted(found, key=lambda item: item["day"])


def _code_words() -> Mapping[str, str]:
    from validators.rules.codes import WORDS

    return WORDS


def _plain_word(word: str) -> str:
    """A status word without its parameter: 逾期 of 逾期{n}."""
    return word.partition("{")[0].rstrip(":") or "有值"
