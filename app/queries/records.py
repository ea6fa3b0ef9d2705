"""One record with everything that is known of it, and finding records by what is written in them."""

from __future__ import annotations

from typing import Any

from app import english
from app.desk import Desk
from app.queries.books import places_of, record_findings, record_line, record_lines
from app.queries.models import (
    Change,
    FieldValue,
    FlagLine,
    RecordAnswer,
    RecordLine,
    RevisionLine,
    StatusChange,
    StatusLine,
)
from app.rights import hidden, mask_phone
from app.sight import Sight
from sync.answers import merge
from sync.store.base import Judgement, RecordState, StoredRecord
from validators.rules import codes
from validators.scheme.tables import Table
from validators.speak import Speaker, speaker
from validators.status import Status

MOST_LOOKED_AT = 20_000  # hits among which those that are seen are looked for
STATES: tuple[RecordState, ...] = ("live", "missing", "withdrawn")
_RANK = {code: position for position, code in enumerate(codes.URGENCY)}


def find_record(desk: Desk, record_id: str) -> StoredRecord | None:
    """A record by its 编号, whatever its state."""
    found = desk.office.store.records(desk.office.scheme.id, ids=[record_id], states=STATES)
    return found[0] if found else None


def record_answer(desk: Desk, sight: Sight, record: StoredRecord) -> RecordAnswer:
    """Values, statuses with reasons and sources, flags, findings, history; of its family those who are seen."""
    phones = sight.phones(record.unit)
    office = desk.office
    table = office.scheme.table(record.table)
    judgement = _judgement(desk, record.id)
    book = office.store.book(record.book)
    places = places_of(book) if book is not None else {}
    family = [item for item in _family(desk, record) if sight.row(item.id, item.unit)]
    judged = merge(office.store.judgements(office.scheme.id, keys=[item.id for item in family]))
    relatives = [record_line(desk, sight, item, judged.get(item.id), places) for item in family]
    found = judgement.findings if judgement else []
    return RecordAnswer(
        line=record_line(desk, sight, record, judgement, places),
        state=record.state,
        unit_name=desk.name(record.unit),
        first_seen=record.first_seen,
        changed_at=record.changed_at,
        values=_values(table, record, phones),
        statuses=_statuses(desk, judgement),
        flags=[FlagLine(rule=item.rule, flag=item.flag, reason=item.reason) for item in _flags(judgement)],
        findings=record_findings(office, record, found, places, phones),
        revisions=_revisions(desk, table, record.id, phones),
        changes=_status_changes(desk, record.id),
        parent=next((item for item in relatives if item.id == record.parent), None),
        children=[item for item in relatives if item.id != record.parent],
    )


def search(desk: Desk, sight: Sight, text: str, *, unit: str = "", limit: int = 50) -> list[RecordLine]:
    """Records that count and are seen whose name, 编号 or code contains the text."""
    office = desk.office
    most = limit if sight.everything else MOST_LOOKED_AT
    found = office.store.search(office.scheme.id, text, unit=unit, limit=most) if text.strip() else []
    found = [item for item in found if sight.row(item.id, item.unit)][:limit]
    judged = merge(office.store.judgements(office.scheme.id, keys=[item.id for item in found]))
    return record_lines(desk, sight, found, judged)


def _judgement(desk: Desk, record_id: str) -> Judgement | None:
    return merge(desk.office.store.judgements(desk.office.scheme.id, keys=[record_id])).get(record_id)


def _flags(judgement: Judgement | None) -> Any:
    return judgement.flags if judgement else ()


def _family(desk: Desk, record: StoredRecord) -> list[StoredRecord]:
    """Parent and children of a record, in its book."""
    office = desk.office
    if record.parent:
        return office.store.records(office.scheme.id, ids=[record.parent], states=STATES)
    tables = [item.name for item in office.scheme.tables if item.parent == record.table]
    if not tables:
        return []
    found = office.store.records(office.scheme.id, book=record.book, tables=tables)
    return sorted((item for item in found if item.parent == record.id), key=lambda item: (item.table, item.id))


def _values(table: Table, record: StoredRecord, phones: bool) -> list[FieldValue]:
    return [
        FieldValue(
            name=item.name,
            title=f"{item.title}（{item.unit}）" if item.unit else item.title,
            group=item.group,
            value=_shown(hidden(item) and not phones, record.values[item.name]),
            kept=item.name in record.kept,
        )
        for item in table.fields
        if record.values.get(item.name)
    ]


def _shown(masked: bool, text: str) -> str:
    return mask_phone(text) if masked else text


def status_lines(say: Speaker, statuses: list[Status], today: Any) -> list[StatusLine]:
    """What rules say, the most urgent first, each with its reason and its place in the policy."""
    lines = []
    for item in sorted(statuses, key=lambda status: (_RANK.get(status.code, 99), str(status.deadline), status.rule)):
        rule = say.rules.get(item.rule)
        lines.append(
            StatusLine(
                rule=item.rule, title=rule.title if rule else item.rule, code=item.code, text=say.word(item, today),
                deadline=item.deadline, done=item.done, days=say.left(item, today), reason=english.reason(say.reason(item, today)),
                source=rule.section if rule else "", modality=rule.modality if rule else "",
            )
        )  # fmt: skip
    return lines


def _statuses(desk: Desk, judgement: Judgement | None) -> list[StatusLine]:
    say = speaker(desk.office.scheme, desk.office.calendar)
    return status_lines(say, list(judgement.statuses) if judgement else [], desk.office.clock.today())


def _revisions(desk: Desk, table: Table, record_id: str, phones: bool) -> list[RevisionLine]:
    fields = {item.name: item for item in table.fields}
    lines = []
    for item in desk.office.store.revisions(record=record_id, limit=100):
        changes = []
        for name, (old, new) in item["changes"].items():
            field = fields.get(name)
            masked = field is not None and hidden(field) and not phones
            title = field.title if field else name
            changes.append(Change(field=title, old=_shown(masked, old), new=_shown(masked, new)))
        lines.append(
            RevisionLine(
                at=item["at"], kind=item["kind"], changes=changes, where=item["where"], actor=item["actor"],
                sure=item["actor_sure"], run=item["run"],
            )
        )  # fmt: skip
    return lines


def _status_changes(desk: Desk, record_id: str) -> list[StatusChange]:
    office = desk.office
    say = speaker(office.scheme, office.calendar)
    words = {**codes.WORDS, **office.scheme.conventions.words}
    found = []
    for kind in ("record", "shared"):
        found += office.store.status_history(kind, record_id, scheme=office.scheme.id)
    found.sort(key=lambda item: item["at"], reverse=True)
    return [
        StatusChange(
            at=item["at"], day=item["day"], rule=item["rule"],
            title=say.rules[item["rule"]].title if item["rule"] in say.rules else item["rule"],
            old=_word(words, item["old"]), new=_word(words, item["new"]),
        )
        for item in found[:100]
    ]  # fmt: skip


def _word(words: dict[str, str], code: str) -> str:
    """A code's word without its day count, which belongs to a day."""
    import re

    return re.sub(r"[:：]?\{\w+\}", "", words.get(code, code)) or code
