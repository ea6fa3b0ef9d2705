"""Edits of one column, one after the other, and which shared rules then say something else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from validators.calendar import Calendar
from validators.document import Document, read_document
from validators.evaluate import Evaluator
from validators.facts import Facts
from validators.history import fold
from validators.rows import Record
from validators.scheme.models import Scheme

Said = dict[str, list[str]]  # rule → what it says of everything


_engines: dict[int, tuple[Scheme, Evaluator]] = {}


def engine_of(scheme: Scheme) -> Evaluator:
    """Compiled once for all that ask."""
    known = _engines.get(id(scheme))
    if known is None or known[0] is not scheme:
        known = _engines[id(scheme)] = scheme, Evaluator(scheme, Calendar())
    return known[1]


def unmarked(scheme: Scheme, document: Mapping[str, Any], day: date, most: int) -> list[str]:
    """Edits that change what a rule says although it is not among those that read the column: there must be none.
    `most`: so many edits are tried, spread evenly."""
    engine, read = engine_of(scheme), read_document(scheme, document, day)
    before, wrong = _said(engine, scheme, document, read, read.records, day), []
    edits = list(_edits(scheme, read, day))
    for record, column in edits[:: max(1, -(-len(edits) // most)) if most else 1]:
        rules = engine.shared_rules() - engine.shared_rules_reading(record.table, {column})
        after = _said(engine, scheme, document, read, {**read.records, record.id: record}, day)
        wrong += [
            f"{rule} reads {record.table}.{column}: {record.values.get(column)!r} in {record.id} instead of "
            f"{read.records[record.id].values.get(column)!r}"
            for rule in sorted(rules)
            if before.get(rule) != after.get(rule)
        ]
    return wrong


def _edits(scheme: Scheme, read: Document, day: date) -> Iterator[tuple[Record, str]]:
    """Each cell emptied, given another row's value, or one that is in no row."""
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item in read.records.values():
        for name, text in item.values.items():
            seen[item.table, name].append(text)
    for item in read.records.values():
        table = scheme.table(item.table)
        for field in table.fields:
            old = item.values.get(field.name, "")
            for text in {"", *seen[item.table, field.name][:2], *_made_up(field.type, old, day)} - {old}:
                values = {name: known for name, known in item.values.items() if name != field.name}
                if text:
                    values[field.name] = text
                facts = {**item.facts, **fold(scheme, table, item.facts, item.values, values, day)}
                if "first" not in item.facts:  # an edit does not make a row that was there come today
                    del facts["first"]
                yield replace(item, values=values, facts=facts), field.name


def _made_up(kind: str, old: str, day: date) -> list[str]:
    if kind.startswith("date"):
        return [(day - timedelta(days=40)).isoformat(), (day + timedelta(days=40)).isoformat()]
    if kind in ("money_wan", "money_yi", "number", "integer", "pct_progress", "pct_invest"):
        return ["7", "123456"]
    return {"year": [str(day.year)], "month": [f"{day:%Y-%m}"], "yesno": ["是", "否"]}.get(kind, [f"{old}另"])


def _said(
    engine: Evaluator, scheme: Scheme, document: Mapping[str, Any], read: Document, records: Mapping[str, Record], day: date
) -> Said:  # fmt: skip
    given = {part: document.get(part, ()) for part in ("submissions", "roster", "frozen")}
    facts = Facts.of(scheme, records.values(), parents=read.parents, history=read.history, **given)
    found: Said = defaultdict(list)
    for verdict in engine.shared(facts, day):  # the turn of a rule too: when it must be asked again
        for part in (*verdict.statuses, *verdict.flags, *verdict.findings):
            found[part.rule].append(f"{verdict.kind} {verdict.key} {part}")
    return {rule: sorted(said) for rule, said in found.items()}
