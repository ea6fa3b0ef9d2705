"""Matters that wait for a person, each with what it is about and what either choice would do."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from app.desk import Desk
from app.english import told
from app.queries.compare import differences, masked
from app.queries.models import DecisionLine, FileChoice
from app.sight import Sight
from sync.decide import WORDS, open_decisions
from sync.errors import SyncError
from sync.store.base import Decision

MOST = 200


def decision_lines(desk: Desk, sight: Sight, only: str = "", *, closed: bool = False) -> list[DecisionLine]:
    """All that waits in books that are seen whole, oldest first; or what has been decided, newest first."""
    parts = desk.office.parts
    if closed:
        found = [item for item in parts.store.decisions(parts.scheme.id, state="") if item.state != "open"]
        found = sorted(found, key=lambda item: -item.closed)[:MOST]
    else:
        found = open_decisions(parts)
    lines = [_line(desk, item) for item in found]
    return [line for line in lines if sight.whole(line.unit) and only in ("", line.unit)]


def decision_by_key(desk: Desk, sight: Sight, key: str) -> DecisionLine | None:
    """One matter with all its details, by the key used in addresses. Who may see it is asked by the caller."""
    parts = desk.office.parts
    for item in (*open_decisions(parts), *parts.store.decisions(parts.scheme.id, state="")):
        if key in (key_of(item.id), item.id):
            return _detailed(desk, sight, item)
    return None


def key_of(decision_id: str) -> str:
    """A short, stable name for addresses."""
    return blake2b(decision_id.encode(), digest_size=6).hexdigest()


def _line(desk: Desk, item: Decision) -> DecisionLine:
    what, applied, rejected = WORDS.get(item.kind, (item.kind, "采用", "否决"))
    unit = item.book.partition(":")[2]
    subject = str(item.data.get("name") or item.subject)
    return DecisionLine(
        id=item.id, key=key_of(item.id), kind=item.kind, what=told(what), unit=unit, unit_name=desk.name(unit),
        subject=subject, opened=item.opened, state=item.state, by=item.by, closed=item.closed, note=item.note,
        apply=told(applied), reject=told(rejected), lines=[told(line) for line in _details(desk, item)], records=_records(item),
    )  # fmt: skip


def _detailed(desk: Desk, sight: Sight, item: Decision) -> DecisionLine:
    line = _line(desk, item)
    if item.kind != "two_files":
        return line
    files = [_file(desk, entry) for entry in item.data.get("files", ())]
    found = (
        differences(desk, line.unit, [choice.key for choice in files if choice.there]) if item.state == "open" else []
    )
    if not sight.phones(line.unit):
        found = masked(desk.office.scheme, found)
    return line.model_copy(update={"files": files, "differences": found})


def _details(desk: Desk, item: Decision) -> list[str]:
    """What a person must know, in sentences."""
    data = item.data
    if item.kind == "held_run":
        lines = []
        for table, rows in data.get("tables", {}).items():
            names = "、".join(name or number for number, name in rows[:12])
            more = " 等" if len(rows) > 12 else ""
            left = data.get("rows_now", {}).get(table, 0)
            lines.append(f"“{_title(desk, table)}”少了{len(rows)}行，现在有{left}行：{names}{more}")
        return lines
    if item.kind == "pending_answer":
        return [str(data.get("reason", "")), f"从{data.get('since', '')}起等待"]
    if item.kind == "two_files":
        return [
            f"文件：{entry['name']}{'（现在用的）' if entry.get('current') else ''}" for entry in data.get("files", ())
        ]
    lines = []
    if data.get("where"):
        lines.append(f"位置：{data['where']}")
    if data.get("table"):
        lines.append(f"工作表：{data['table']}")
    if data.get("other") and data["other"] != data.get("record"):
        lines.append(f"另一条：{data['other']}")
    return lines + (_renaming(desk, item) if item.kind == "renamed" else [])


def _renaming(desk: Desk, item: Decision) -> list[str]:
    """What name and code read before and read now: nobody could choose without."""
    table = next((table for table in desk.office.scheme.tables if table.title == item.data.get("table")), None)
    if table is None:
        return []
    named = [
        field
        for field in table.fields
        if field.name == table.name_field or any(field.name in key for key in table.keys)
    ]
    for revision in desk.office.store.revisions(record=str(item.data.get("record", "")), limit=50):  # newest first
        changes = revision["changes"]
        if revision["kind"] != "created" and table.name_field in changes:
            found = [(field.title, *changes[field.name]) for field in named if field.name in changes]
            return [f"{title}：原来是“{old}”，现在是“{new}”" for title, old, new in found]
    return []


def _records(item: Decision) -> list[str]:
    found = [item.data.get("record", ""), item.data.get("other", "")]
    if item.kind == "withdrawal":
        found.append(item.subject)
    if item.kind == "held_run":
        found += [row[0] for rows in item.data.get("tables", {}).values() for row in rows[:50]]
    return [str(number) for number in dict.fromkeys(found) if number]


def _title(desk: Desk, table: str) -> str:
    try:
        return desk.office.scheme.table(table).title
    except KeyError:
        return table


def _file(desk: Desk, entry: dict[str, Any]) -> FileChoice:
    present = desk.live.present
    if present is None:
        return FileChoice(key=entry["key"], name=entry["name"], current=bool(entry.get("current")))
    ref = present.get(entry["key"])
    busy = ""
    if ref is not None:
        try:
            busy = told(desk.office.backend.busy(ref))
        except SyncError as error:
            busy = told(str(error))
    return FileChoice(
        key=entry["key"], name=entry["name"], current=bool(entry.get("current")), there=ref is not None,
        time=ref.file_time if ref else 0.0, busy=busy,
    )  # fmt: skip
