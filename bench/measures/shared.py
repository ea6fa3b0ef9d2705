"""Evaluation of each bundled scheme as a whole, the rules that span books included, on one core."""

from __future__ import annotations

import time
from typing import Any

from bench import child
from bench.lines import Line
from bench.options import Options

TARGET = 10.0  # seconds, DESIGN §12: 100,000 records × a whole scheme


def run(options: Options) -> list[Line]:
    """100,000 records of all tables as the target says; then as many projects, with all that belongs to them."""
    from sheets_templates import catalog

    count, lines = options.few(100_000), []
    for name in sorted(catalog.bundled()):
        whole = _measure(name, rows=count)
        took = whole["own"] + whole["shared"]
        lines.append(
            Line(f"whole scheme {name}, {whole['records']:,} records of all tables", _text(whole), target="≤ 10 s",
                 good=None if options.quick else took <= TARGET, note=_note(whole), figures=whole)
        )  # fmt: skip
        large = _measure(name, projects=count)
        lines.append(
            Line(f"the same, {large['projects']:,} projects", _text(large), figures=large,
                 note=f"{large['records']:,} records with what belongs to the projects; {_note(large)}")
        )  # fmt: skip
    return lines


def _measure(name: str, **size: int) -> dict[str, Any]:
    return child.run("bench.measures.shared:shared_task", cores=1, scheme=name, **size)


def _text(found: dict[str, Any]) -> str:
    took = found["own"] + found["shared"]
    return f"{took:.1f} s: record rules {found['own']:.1f} s, shared rules {found['shared']:.1f} s"


def _note(found: dict[str, Any]) -> str:
    return f"processor time; {found['projects']:,} projects, {found['rules']} shared rules, {found['said']:,} verdicts"


def shared_task(scheme: str, rows: int = 0, projects: int = 0) -> dict[str, Any]:
    """Processor seconds of the record rules, book by book, and of all shared rules at once, from records as stored."""
    from bench.crowd import DAY, crowd
    from sync.heap import fewer_sweeps
    from validators.calendar import default_calendar
    from validators.evaluate import Evaluator, Related
    from validators.facts import Facts

    made = crowd(scheme, rows=rows, projects=projects)
    evaluator = Evaluator(made.scheme, default_calendar())
    records, parents = list(made.records()), made.parents()
    tables, statuses = dict[str, float](), 0
    with fewer_sweeps:  # as in a round
        start = time.process_time()
        for book in made.books:
            related = Related.of({item.id: item for part in book.records.values() for item in part}, book.parents)
            for table, part in book.records.items():
                since = time.process_time()
                statuses += sum(len(result.statuses) for result in evaluator.records(table, part, DAY, related))
                tables[table] = tables.get(table, 0.0) + time.process_time() - since
        own, start = time.process_time() - start, time.process_time()
        facts = Facts.of(made.scheme, records, parents=parents)
        said = evaluator.shared(facts, DAY)
        shared = time.process_time() - start
    return {"own": own, "shared": shared, "statuses": statuses, "said": len(said),
            "records": len(records), "projects": made.count(made.main), "rules": len(evaluator.shared_rules()),
            "tables": tables}  # fmt: skip
