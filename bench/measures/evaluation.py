"""Evaluation of 100,000 records by a whole bundled scheme, on one core."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from typing import Any

from bench import child
from bench.lines import Line, rate
from bench.options import Options

SCHEME, TABLE = "tianjiaan", "project"
DISTINCT = 4_000  # made-up projects; repeated under other ids until there are enough


def run(options: Options) -> list[Line]:
    """Judge all records of the main table on one day; a second day right after it, as the nightly pass would."""
    count = options.few(100_000)
    found = child.run("bench.measures.evaluation:evaluate_task", cores=1, count=count, distinct=options.few(DISTINCT))
    took = found["cpu"]
    return [
        Line(f"evaluation, {count:,} records × scheme {SCHEME} ({found['rules']} rules on them)",
             f"{took:.1f} s ({rate(count, took)})", target="≤ 10 s", good=None if options.quick else took <= 10,
             note=f"processor time; {found['statuses'] / count:.0f} statuses a record; wall {found['wall']:.1f} s", figures=found)
    ]  # fmt: skip


def records_of(distinct: int) -> tuple[Any, list[Any], Any]:
    """The scheme, made-up projects in all stages, understood, and the day."""
    from app.demo.generate import Generator
    from bench.rows import AS_OF
    from sheets_templates import catalog
    from validators.rows import RawRow, Record
    from validators.validate import RowValidator

    scheme = catalog.load(SCHEME)
    table = scheme.table(TABLE)
    made = Generator(scheme, catalog.find(SCHEME) / "demo.yaml", AS_OF, 1)
    validator = RowValidator(scheme, table)
    records, units = [], [unit.code for unit in scheme.units]
    for number, code in enumerate(units):
        rows = made.book(code, distinct // len(units) + 1)[TABLE]
        cells = [RawRow("", i, tuple(_raw(row.get(f.name)) for f in table.fields)) for i, row in enumerate(rows, 7)]
        for place, row in enumerate(validator.validate(cells, today=AS_OF).rows):
            records.append(Record(f"P{number:03d}{place:05d}", TABLE, code, row.values))
    random.Random(1).shuffle(records)
    return scheme, records[:distinct], AS_OF


def _raw(value: Any) -> str:
    from bench.rows import raw_cell

    return raw_cell(value)


def evaluate_task(count: int, distinct: int) -> dict[str, Any]:
    """Processor seconds to judge `count` records in one call per thousand, as books come."""
    from validators.calendar import default_calendar
    from validators.evaluate import Evaluator, Related

    scheme, base, day = records_of(distinct)
    evaluator = Evaluator(scheme, default_calendar())
    batches = [[replace(record, id=f"{record.id}-{turn}") for record in base] for turn in range(-(-count // len(base)))]
    related = Related.of({}, {})
    evaluator.records(TABLE, base[:100], day, related)
    cpu, wall, statuses, done = time.process_time(), time.perf_counter(), 0, 0
    for batch in batches:
        for start in range(0, len(batch), 500):
            part = batch[start : start + 500][: count - done]
            done += len(part)
            statuses += sum(len(result.statuses) for result in evaluator.records(TABLE, part, day, related))
    rules = sum(rule.table == TABLE and rule.scope() == "record" for rule in evaluator.rules.values())
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "statuses": statuses, "rules": rules,
            "records": done}  # fmt: skip
