"""Judging what spans books: targets, obligations, streaks, uniqueness. Under the scheme's own lease (law L4)."""

from __future__ import annotations

from collections.abc import Iterable

from sync.parts import Parts
from sync.store.base import Judgement, StoredRecord
from validators.facts import Facts
from validators.rows import Record


def judge_shared(parts: Parts, rules: Iterable[str] | None = None) -> set[str]:
    """Judge the shared rules that were marked (or those named) again. Returns ids of books that show something new."""
    marked = set(rules) if rules is not None else parts.store.dirty(parts.scheme.id)
    if not marked:
        return set()
    now = parts.clock.now()
    lease = parts.store.acquire(f"scheme:{parts.scheme.id}", parts.owner, parts.limits.lease_seconds, now)
    if lease is None:
        return set()  # whoever holds it judges; the marks stay until they are judged
    try:
        parts.step("shared")
        records = parts.store.records(parts.scheme.id, tables=sorted(parts.evaluator.shared_tables()))
        judged = parts.evaluator.shared(_facts(parts, records), parts.clock.today(), None)
        fresh = _as_judgements(judged, {item.id: item.book for item in records})
        changed, gone = _difference(parts, fresh)
        parts.store.save_judgements(lease, [*changed, *gone], parts.clock.now(), clean=marked)
        return {item.book for item in [*changed, *gone] if item.book}
    finally:
        parts.store.release(lease)


def _facts(parts: Parts, records: list[StoredRecord]) -> Facts:
    rows = [
        Record(item.id, item.table, item.unit, item.values, item.kept, {**item.facts, "first_seen": item.first_seen})
        for item in records
    ]
    parents = {item.id: item.parent for item in records if item.parent}
    return Facts.of(parts.scheme, rows, parents=parents)


def _as_judgements(judged: Iterable[object], books: dict[str, str]) -> dict[tuple[str, str], Judgement]:
    """Judged subjects → judgements. What is said of a record is kept apart from its own rules ("shared")."""
    result: dict[tuple[str, str], Judgement] = {}
    for item in judged:
        kind = "shared" if item.kind == "record" else item.kind  # type: ignore[attr-defined]
        key = (kind, item.key)  # type: ignore[attr-defined]
        known = result.get(key)
        if known is None:
            known = result[key] = Judgement(kind, item.key, item.table, books.get(item.key, ""))  # type: ignore[attr-defined]
        known.statuses = [*known.statuses, *item.statuses]  # type: ignore[attr-defined]
        known.flags = [*known.flags, *item.flags]  # type: ignore[attr-defined]
        known.findings = [*known.findings, *item.findings]  # type: ignore[attr-defined]
        days = [s.next_change for s in known.statuses if s.next_change]
        known.next_change = min(days, default=None)
    return result


def _difference(parts: Parts, fresh: dict[tuple[str, str], Judgement]) -> tuple[list[Judgement], list[Judgement]]:
    """What must be stored: judgements that read differently, and empty ones for subjects nothing is said of now."""
    before = {(item.kind, item.key): item for item in parts.store.judgements(parts.scheme.id) if item.kind != "record"}
    changed = [item for key, item in fresh.items() if key not in before or _told(before[key]) != _told(item)]
    gone = [
        Judgement(item.kind, item.key, item.table, item.book)
        for key, item in before.items()
        if key not in fresh and (item.statuses or item.flags or item.findings)
    ]
    return changed, gone


def _told(item: Judgement) -> tuple[object, ...]:
    return (list(item.statuses), list(item.flags), list(item.findings), item.book, item.next_change)
