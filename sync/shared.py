"""Judging what spans books: targets, obligations, streaks, uniqueness. Under the scheme's own lease (law L4).

Only the rules that something has marked are judged again; what the others said of the same subjects stays.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sync.duties import add_known, to_remember, with_frozen
from sync.errors import SyncError
from sync.granted import known_of, node_grants
from sync.heap import fewer_sweeps
from sync.parts import Parts
from sync.store.base import Judgement, StoredRecord
from validators.facts import Facts, Verdict
from validators.rows import Record

LOG = logging.getLogger("tianbao.sync")
NOT_JUDGED = "系统内部出错，跨表的规则（目标、排名、报送等）这次没有重新判断，仍是上次的结果，下一轮会再试；详情见日志，各单位的表照常答复"

Key = tuple[str, str]


def judge_shared(parts: Parts, rules: Iterable[str] | None = None) -> set[str]:
    """Judge the shared rules that were marked, and those named, again. Returns ids of books that show something new."""
    return try_shared(parts, rules) or set()


def mark_under_others(parts: Parts) -> None:
    """Where the rules that span books were judged under another scheme or by another program, all are marked: also those
    over tables without a row, which no book that is read anew would mark (reports that nobody has sent), and those that
    are gone, whose words go with them."""
    name = f"judged_under:{parts.scheme.id}"
    versions, _, before = parts.store.setting(name).partition("\n")
    if versions == parts.versions:
        return
    rules = parts.evaluator.shared_rules()
    parts.store.mark(parts.scheme.id, rules | (set(before.split()) if versions else _speaking(parts)))
    parts.store.save_setting(name, "\n".join([parts.versions, *sorted(rules)]))


def _speaking(parts: Parts) -> set[str]:
    """Ids of the rules that have a word on any subject that spans books; once, where nobody wrote them down."""
    judged = [item for item in parts.store.judgements(parts.scheme.id) if item.kind != "record"]
    return {part.rule for item in judged for said in (item.statuses, item.flags, item.findings) for part in said}


def judge_apart(parts: Parts, rules: Iterable[str] | None = None) -> tuple[set[str], list[str]]:
    """The same; a bug of ours in a rule that spans books keeps no book from its answer (law L8). What was to be judged
    is marked for the next round, and people are told (second value)."""
    named = set(rules or ())
    try:
        return judge_shared(parts, named), []
    except SyncError:
        raise
    except Exception:
        LOG.exception("rules that span the books of %s", parts.scheme.id)
        parts.store.mark(parts.scheme.id, named)
        return set(), [NOT_JUDGED]


def try_shared(parts: Parts, rules: Iterable[str] | None = None) -> set[str] | None:
    """The same; None when somebody else judges just now: what was marked stays marked, what was named was not done."""
    marked = parts.store.dirty(parts.scheme.id)  # read before the records: what is marked later stays marked
    known = parts.evaluator.shared_rules()
    chosen, gone = {*marked, *(rules or ())} & known, {*marked} - known
    if not marked and not chosen:
        return set()
    now = parts.clock.now()
    lease = parts.store.acquire(f"scheme:{parts.scheme.id}", parts.owner, parts.limits.lease_seconds, now)
    if lease is None:
        return None  # whoever holds it judges; the marks stay until they are judged
    try:
        parts.step("shared")
        judged, books = judge_now(parts, chosen)
        changed = _difference(parts, judged, books, chosen | gone)
        sent = to_remember(parts, judged)
        parts.store.save_judgements(lease, changed, parts.clock.now(), clean=marked, sent=sent)
        return {item.book for item in changed if item.book}
    finally:
        parts.store.release(lease)


def judge_now(parts: Parts, rules: set[str]) -> tuple[list[Verdict], dict[str, str]]:
    """What the rules say of everything now, closed periods as they were closed; and record id → book. Stores nothing."""
    tables = parts.evaluator.shared_tables(rules)
    with fewer_sweeps:
        records = parts.store.records(parts.scheme.id, tables=sorted(tables)) if tables else []
        facts = _facts(parts, records)
        frozen = add_known(parts, facts, rules)
        judged = parts.evaluator.shared(facts, parts.clock.today(), rules)
    return with_frozen(parts, judged, frozen, rules), {item.id: item.book for item in records}


def turned_rules(parts: Parts, since: date | None) -> set[str]:
    """Shared rules that a new day asks about: whose time has come, and those that may speak of new subjects."""
    today = parts.clock.today()
    found = parts.evaluator.shared_turns(since, today)
    keys = [(kind, key) for _, kind, key in parts.store.due(parts.scheme.id, today) if kind != "record"]
    for kind in {kind for kind, _ in keys}:
        for item in parts.store.judgements(parts.scheme.id, kind=kind, keys=[key for k, key in keys if k == kind]):
            due = {s.rule for s in item.statuses if s.next_change is not None and s.next_change <= today}
            found |= due or parts.evaluator.shared_rules()
    return found


def _facts(parts: Parts, records: list[StoredRecord]) -> Facts:
    grants = node_grants(parts)
    rows = [
        Record(
            item.id, item.table, item.unit, item.values, item.kept,
            {**known_of(item, grants), "first_seen": item.first_seen},
        )
        for item in records
    ]  # fmt: skip
    parents = {item.id: item.parent for item in records if item.parent}
    facts = Facts.of(parts.scheme, rows, parents=parents)
    facts.begun = parts.begun
    return facts


def _difference(parts: Parts, judged: Iterable[Verdict], books: Mapping[str, str], rules: set[str]) -> list[Judgement]:
    """Judgements that read differently now; empty ones for subjects of which nothing is said any more."""
    verdicts = list(judged)
    before = _before(parts, verdicts, rules)
    fresh = {key: _without(item, rules) for key, item in before.items() if _speaks(item, rules)}
    for verdict in verdicts:
        _add(fresh, verdict, books, before, rules)
    changed = []
    for key, item in fresh.items():
        item.statuses = sorted(item.statuses, key=lambda status: status.rule)
        item.flags = sorted(item.flags, key=lambda flag: (flag.rule, flag.flag))
        item.findings = sorted(
            item.findings, key=lambda finding: finding.rule
        )  # in whatever order they came to be said
        item.next_change = min((s.next_change for s in item.statuses if s.next_change), default=None)
        if key not in before or _told(before[key]) != _told(item):
            changed.append(item)
    return changed


def _before(parts: Parts, verdicts: Iterable[Verdict], rules: set[str]) -> dict[Key, Judgement]:
    """What is stored of the subjects of which the rules spoke, or speak now; what others said of them included."""
    found = {(item.kind, item.key): item for item in parts.store.spoken_of(parts.scheme.id, rules)}
    new: dict[str, list[str]] = defaultdict(list)
    for kind, key in dict.fromkeys(map(_subject, verdicts)):
        if (kind, key) not in found:
            new[kind].append(key)
    for kind, keys in new.items():
        found |= {(kind, item.key): item for item in parts.store.judgements(parts.scheme.id, kind=kind, keys=keys)}
    return found


def _subject(verdict: Verdict) -> Key:
    """What is said of a record is kept apart from its own rules ("shared")."""
    return "shared" if verdict.kind == "record" else verdict.kind, verdict.key


def _speaks(item: Judgement, rules: set[str]) -> bool:
    said = (item.statuses, item.flags, item.findings)
    return any(part.rule in rules for parts in said for part in parts)


def _without(item: Judgement, rules: set[str]) -> Judgement:
    """What rules other than these said of the subject."""
    return Judgement(
        item.kind, item.key, item.table, item.book, item.stage,
        [part for part in item.statuses if part.rule not in rules],
        [part for part in item.flags if part.rule not in rules],
        [part for part in item.findings if part.rule not in rules],
    )  # fmt: skip


def _add(
    fresh: dict[Key, Judgement],
    verdict: Verdict,
    books: Mapping[str, str],
    before: Mapping[Key, Judgement],
    rules: set[str],
) -> None:
    """Join a verdict to its subject."""
    key = kind, _ = _subject(verdict)
    known = fresh.get(key)
    if known is None:
        base = before.get(key)
        empty = Judgement(kind, verdict.key, verdict.table, books.get(verdict.key, ""))
        known = fresh[key] = _without(base, rules) if base is not None else empty
    known.statuses = [*known.statuses, *verdict.statuses]
    known.flags = [*known.flags, *verdict.flags]
    known.findings = [*known.findings, *verdict.findings]


def _told(item: Judgement) -> tuple[object, ...]:
    return (list(item.statuses), list(item.flags), list(item.findings), item.book, item.next_change)
