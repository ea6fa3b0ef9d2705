"""The store, asked once: everything the consolidated book is made of, as plain values."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sync.answers import merge
from sync.clock import stamp
from sync.parts import Parts
from sync.store.base import Judgement, StoredRecord
from validators.findings import Finding
from validators.rules.context import TypedRow
from validators.scheme.models import Scheme
from validators.scheme.tables import Table
from validators.speak import Speaker, speaker

EMPTY = Judgement("record", "")


@dataclass(slots=True)
class Gathered:
    """What is known of a scheme on a day. `ranks`: units' places in the last period that was remembered."""

    scheme: Scheme
    say: Speaker
    today: date
    stamp: str
    records: dict[str, list[StoredRecord]]  # by table, by unit as the scheme lists them
    judged: dict[str, Judgement]  # record id → what its own and the shared rules say
    subjects: list[Judgement]  # obligations, targets, participants …
    books: list[dict[str, Any]]
    book_findings: dict[str, list[Finding]]
    stages: tuple[str, ...] = ()
    ranks: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # record id → what people call it
    rows: dict[str, list[TypedRow]] = field(default_factory=dict)  # by table, as conditions of reports see them
    save: Callable[[dict[str, int]], None] = lambda ranks: None
    new_ranks: dict[str, int] = field(default_factory=dict)  # set by the ranking

    @property
    def main(self) -> Table | None:
        """The table of the townships' main records: theirs, and no other's child."""
        return next((table for table in self.scheme.tables_of("unit") if not table.parent), None)

    def judgement(self, record_id: str) -> Judgement:
        return self.judged.get(record_id, EMPTY)

    def unit_name(self, code: str) -> str:
        found = self.scheme.unit(code)
        if found is not None:
            return found.name
        departments = self.scheme.departments
        return next((d.name for d in departments if code == d.code or (d.commission and code == "commission")), code)

    def remember(self) -> None:
        """Keep the ranking for the next period's 较上期."""
        if self.new_ranks:
            self.save(self.new_ranks)


def gather(parts: Parts) -> Gathered:
    """Read all there is about the scheme. Rows stand by unit, in the order in which the scheme lists them."""
    scheme, store = parts.scheme, parts.store
    judgements = store.judgements(scheme.id)
    place = {unit.code: position for position, unit in enumerate(scheme.units)}
    records: dict[str, list[StoredRecord]] = defaultdict(list)
    for item in sorted(store.records(scheme.id), key=lambda r: (place.get(r.unit, len(place)), r.unit, _number(r.id))):
        records[item.table].append(item)
    books = store.overview(scheme.id)
    found = Gathered(
        scheme=scheme,
        say=speaker(scheme, parts.evaluator.calendar),
        today=parts.clock.today(),
        stamp=_stamp(parts),
        records=dict(records),
        judged=merge(judgements),
        subjects=[item for item in judgements if item.kind not in ("record", "shared")],
        books=books,
        book_findings={book["book"]: store.book_findings(book["book"]) for book in books},
        stages=_stages(scheme),
        names={r.id: _name(scheme, r) for items in records.values() for r in items},
    )
    _remembered(parts, found)
    return found


def _stamp(parts: Parts) -> str:
    """数据截止: the time; with a fixed day also the day that counts as today."""
    now = stamp(parts.clock.now())
    return f"{now}（按{parts.clock.as_of.isoformat()}判断）" if parts.clock.as_of else now


def _number(record_id: str) -> tuple[str, int, str]:
    """Ids in the order in which they were given: X9 before X10."""
    head = record_id.rstrip("0123456789")
    tail = record_id[len(head) :]
    return head, int(tail) if tail else 0, record_id


def _name(scheme: Scheme, record: StoredRecord) -> str:
    name = scheme.table(record.table).name_field
    return record.values.get(name, "") or record.name or record.id


def _stages(scheme: Scheme) -> tuple[str, ...]:
    """Names of the stages of the main records, in their order."""
    main = next((table.name for table in scheme.tables_of("unit") if not table.parent), "")
    names: dict[str, None] = {}
    for rule in scheme.rules:
        if rule.kind == "stage_entry" and rule.table == main and not rule.track:
            names |= dict.fromkeys(stage.name for stage in rule.stages)
    return tuple(names)


def _remembered(parts: Parts, found: Gathered) -> None:
    """Rankings are kept by month: the last month before this one is 上期. A fixed day is a rehearsal, kept nowhere."""
    key = f"ranking:{parts.scheme.id}"
    month = f"{found.today:%Y-%m}"
    kept: dict[str, dict[str, int]] = json.loads(parts.store.setting(key) or "{}")
    earlier = [name for name in kept if name < month]
    found.ranks = kept[max(earlier)] if earlier else {}

    def save(ranks: dict[str, int]) -> None:
        if parts.clock.as_of is None and kept.get(month) != ranks:
            kept[month] = ranks
            parts.store.save_setting(key, json.dumps(dict(sorted(kept.items())[-24:]), ensure_ascii=False))

    found.save = save
