"""Book → rows → validated records → store, in one transaction (laws L3, L4).

The steps have names (`Parts.step`); tests act, kill or fail between them. Evaluation is done before the transaction opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.accept import Acceptance, accept_rows
from sync.asked_back import asked_back
from sync.book import BookRef, Snapshot, TabSnapshot
from sync.ended import hold_back
from sync.judge import judge_families
from sync.keys import key_maker
from sync.lacking import Lacking, find_lacking, tell_lacking
from sync.layout import make_layout
from sync.lost import lost_columns, match_without, tell_lost_answers
from sync.matching import Matching, match
from sync.parts import PARSER_VERSION, Parts
from sync.register import OTHER_UNIT, of_another
from sync.shuffled import ask_about
from sync.store.base import BookState, Decision, Judgement, Lease, Run, RunCommit, StoredRecord
from validators.findings import Finding, Severity
from validators.rows import RawRow
from validators.scheme.tables import Table

SYSTEM = "system"


@dataclass(slots=True)
class Reading:
    """One book read and matched, before anything is stored."""

    snapshot: Snapshot
    tabs: list[tuple[Table, TabSnapshot, Matching]] = field(default_factory=list)
    opened: dict[str, list[RawRow]] = field(default_factory=dict)  # table → rows that only hold our own openings
    empty: dict[str, list[RawRow]] = field(default_factory=dict)  # table → rows without content but with texts of ours
    gone: list[str] = field(default_factory=list)  # records that were missing before and still are
    late: dict[str, set[int]] = field(default_factory=dict)  # table → rows written after the scheme's end: not taken
    after: After | None = None  # once committed


@dataclass(frozen=True, slots=True)
class After:
    """What the store holds of the book after the commit, so that the answer need not load it again. `judged`: what
    the rules say of each record; None when only some were judged."""

    records: dict[str, StoredRecord]
    judged: list[Judgement] | None = None


def collect(parts: Parts, book: BookState, ref: BookRef, lease: Lease, run: Run) -> Reading | None:
    """Read one book and commit what it says. None when the run was held or the book could not be taken."""
    now = parts.clock.now()
    parts.step("read")
    snapshot = parts.backend.read(ref, parts.shapes[book.role])
    book.token, book.file_time, book.last_read, book.name = snapshot.token, snapshot.file_time, now, ref.name
    if owner := of_another(parts, book, snapshot):
        book.key = ""  # whose file it is now, the register settles by content
        _commit_problem(parts, book, snapshot, _not_ours(parts, book, owner), lease, run)
        return None
    if blocking := _blocking(parts, book, snapshot):
        _commit_problem(parts, book, snapshot, blocking, lease, run)
        return None
    parts.step("match")
    lacking = find_lacking(parts, book, snapshot)
    tell_lacking(parts, book, snapshot, lacking)
    tell_lost_answers(parts, book, snapshot)
    reading = read_tables(parts, book, snapshot)
    snapshot.findings += hold_back(parts, book, reading)
    snapshot.findings += asked_back(parts, reading.gone)
    decision = _vanished(parts, book, reading)
    if decision is not None:
        _commit_held(parts, book, decision, lease, run)
        return None
    parts.step("validate")
    acceptance = accept_rows(parts, book, reading, run)
    _excuse(acceptance, lacking)
    parts.step("evaluate")
    commit = _commit_of(parts, book, reading, acceptance, run)
    parts.step("commit")
    parts.store.commit(lease, commit, parts.clock.now())
    parts.step("committed")
    records = dict(sorted(acceptance.live.items()))
    reading.after = After(records, commit.judgements if acceptance.fresh else None)
    return reading


# reading and matching -------------------------------------------------------------------------------------------


def read_tables(parts: Parts, book: BookState, snapshot: Snapshot) -> Reading:
    """Pair the rows of every tab with the records of the last reading. A tab that is gone leaves its records alone."""
    known = parts.store.known_rows(book.id)
    reading = Reading(snapshot)
    for table in parts.scheme.tables_of(book.role):
        tab = snapshot.tab(table.name)
        if tab is None:
            continue
        rows = _split(table, tab, reading)
        records = known.get(table.name, [])
        cells_of = _cells_reader(parts, table)
        if records and (lost := lost_columns(book, table, tab)):
            matching = match_without(lost, table, rows, records, cells_of)
        else:
            matching = match(rows, records, key_maker(table), cells_of)
        reading.tabs.append((table, tab, matching))
        if missing := [item.id for item in records if item.state == "missing"]:
            seen = {pair.known.id for pair in matching.pairs if pair.known is not None}
            reading.gone += [record for record in missing if record not in seen]
    return reading


def _split(table: Table, tab: TabSnapshot, reading: Reading) -> list[RawRow]:
    """Rows with a clerk's content; opened rows and emptied rows are put aside."""
    own = [i for i, item in enumerate(table.fields) if item.owner != SYSTEM]
    rows = []
    for row in tab.rows:
        if any(row.cells[i] for i in own):
            rows.append(row)
        else:
            kind = reading.opened if any(row.cells) else reading.empty
            kind.setdefault(table.name, []).append(row)
    for row in tab.totals:
        if row.id or any(row.shown.values()):
            reading.empty.setdefault(table.name, []).append(row)
    return rows


def _cells_reader(parts: Parts, table: Table) -> Any:
    def cells_of(ids: Iterable[str]) -> Mapping[str, Sequence[str]]:
        records = parts.store.records(parts.scheme.id, ids=list(ids), states=("live", "missing", "withdrawn"))
        return {item.id: [item.cells.get(f.name, "") for f in table.fields] for item in records}

    return cells_of


def _excuse(acceptance: Acceptance, lacking: Lacking) -> None:
    """Nobody is asked to fill a column that his book does not have."""
    for record in acceptance.upserts:
        if fields := lacking.get(record.table):
            acceptance.findings[record.id] = [
                item
                for item in acceptance.findings[record.id]
                if item.code != "cell.required" or item.field not in fields
            ]


# what stops a run -----------------------------------------------------------------------------------------------


def _blocking(parts: Parts, book: BookState, snapshot: Snapshot) -> Finding | None:
    """The finding because of which nothing of this book can be taken, if there is one."""
    known = {table.name for table in parts.scheme.tables_of(book.role)}
    if any(tab.table in known for tab in snapshot.tabs):
        return None
    worst = next((f for f in snapshot.findings if f.severity is Severity.MUST), None)
    return worst or Finding("book.foreign", Severity.MUST, params={"name": book.name})


def _not_ours(parts: Parts, book: BookState, owner: str) -> Finding:
    unit = parts.scheme.unit(owner)
    return Finding(OTHER_UNIT, Severity.MUST, params={"name": book.name, "owner": unit.name if unit else "别的部门"})


def _commit_problem(
    parts: Parts, book: BookState, snapshot: Snapshot, finding: Finding, lease: Lease, run: Run
) -> None:
    """Unread is not empty: the last good data stay, the problem is told. Under another scheme it may be none."""
    book.problem, book.versions = finding.code, f"{book.rows_under}\n{parts.versions}"
    run.outcome, run.message = "unreadable", finding.code
    commit = RunCommit(run, book, book_findings=[finding, *(f for f in snapshot.findings if f is not finding)])
    parts.store.commit(lease, commit, parts.clock.now())


def _vanished(parts: Parts, book: BookState, reading: Reading) -> Decision | None:
    """A decision when an unusual share of a table's rows is gone, unless a person has agreed to just this content."""
    lost = {t.name: m.missing for t, _, m in reading.tabs if _unusual(parts, t, m)}
    if not lost:
        return None
    decision_id = f"held:{book.id}:{reading.snapshot.fingerprint[:16]}"
    known = parts.store.decision(decision_id)
    if known is not None and known.state == "applied":
        return None
    if known is not None and known.state != "void":  # void: the book was otherwise meanwhile, and is so again
        return known
    records = parts.store.records(parts.scheme.id, ids=[item.id for items in lost.values() for item in items])
    names = {item.id: record_name(parts, item) for item in records}
    data = {
        "fingerprint": reading.snapshot.fingerprint,
        "file": book.name,
        "tables": {table: [[item.id, names.get(item.id, "")] for item in items] for table, items in lost.items()},
        "rows_now": {t.name: len(m.pairs) for t, _, m in reading.tabs},
    }
    return Decision(decision_id, "held_run", parts.scheme.id, book.id, book.name, data, parts.clock.now())


def _unusual(parts: Parts, table: Table, matching: Matching) -> bool:
    stayed = sum(pair.known is not None for pair in matching.pairs)
    gone, limits = len(matching.missing), parts.limits
    if gone >= 2 and not stayed:
        return True
    return gone >= limits.vanish_rows and gone >= limits.vanish_share * (gone + stayed)


def _commit_held(parts: Parts, book: BookState, decision: Decision, lease: Lease, run: Run) -> None:
    book.held = decision.id  # the fingerprint stays that of the layout: nothing may be written by an old layout
    run.outcome, run.message = "held", decision.id
    parts.store.commit(lease, RunCommit(run, book, decisions=[decision]), parts.clock.now())


# the commit -----------------------------------------------------------------------------------------------------


def _commit_of(parts: Parts, book: BookState, reading: Reading, acceptance: Acceptance, run: Run) -> RunCommit:
    now = parts.clock.now()
    judgements = judge_families(parts, book, acceptance)
    shuffled = _shuffled(parts, book, reading, acceptance)
    seen_by = book.file_time if run.counts.get("_after", 0) < book.file_time < now else now
    commit = RunCommit(
        run,
        book,
        upserts=acceptance.upserts,
        states=acceptance.states,
        revisions=acceptance.revisions,
        judgements=judgements,
        book_findings=[*reading.snapshot.findings, *(f for tab in reading.snapshot.tabs for f in tab.findings)],
        decisions=acceptance.decisions,
        answer=True,
        seen_after=float(run.counts.pop("_after", 0)),
        seen_by=seen_by,
    )
    same_scheme = book.rows_under == parts.versions  # under another one rules may be new, or look elsewhere
    for table, columns in _changed(acceptance).items():
        commit.dirty |= parts.evaluator.shared_rules_reading(table, columns if same_scheme else None)
    book.layout = make_layout(parts, book, reading, acceptance, shuffled)
    book.fingerprint, book.problem, book.held = reading.snapshot.fingerprint, "", ""
    book.last_ok, book.wanted, book.versions = now, False, parts.versions
    book.shown = ""  # people may have typed over our cells: what stands there is compared again
    run.counts.update(acceptance.counts)
    run.outcome = "done"
    return commit


def _changed(acceptance: Acceptance) -> dict[str, set[str] | None]:
    """Table → the columns in which its records read otherwise; None where more has happened: one came, went, came back,
    or belongs to another."""
    edits = {item.record: set(item.changes) for item in acceptance.revisions if item.kind == "changed"}
    found: dict[str, set[str] | None] = dict.fromkeys((item.table for item in acceptance.gone), None)
    for record in acceptance.upserts:
        columns = edits.get(record.id) if record.id not in acceptance.moved else None
        known = found.setdefault(record.table, set())
        found[record.table] = None if known is None or columns is None else known | columns
    return found


def _shuffled(parts: Parts, book: BookState, reading: Reading, acceptance: Acceptance) -> dict[str, str]:
    """Table → the question whether a column of it was sorted without the others, where that is asked."""
    asked = {}
    for table, tab, _ in reading.tabs:
        question = ask_about(parts, book, table, tab, acceptance.moves.get(table.name, {}), acceptance.live)
        if question is None:
            continue
        if question.decision.state != "rejected":  # that a person has said so is not this run's to say again
            acceptance.decisions.append(question.decision)
        if question.told is not None:
            tab.findings.append(question.told)
            asked[table.name] = question.decision.id
    return asked


def record_name(parts: Parts, record: StoredRecord) -> str:
    """What a person would call the record."""
    name = parts.scheme.table(record.table).name_field
    return record.values.get(name, "") or record.id


__all__ = ["PARSER_VERSION", "Reading", "collect", "read_tables", "record_name"]
