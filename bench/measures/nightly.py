"""The nightly pass: judging costs in proportion to what is due; a second pass of the same day finds nothing to do."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from bench import child
from bench.books import Size
from bench.lines import Line
from bench.options import Options

DAYS = (1, 8, 31)  # after the first sync: more and more has come due


def run(options: Options) -> list[Line]:
    """Passes on days that lie further and further apart."""
    size = Size(options.few(40), 500)
    found = child.run("bench.measures.nightly:nightly_task", books=size.books, rows=size.rows)
    passes = found["passes"]
    each = [p["judge"] / p["due"] for p in passes if p["due"] > 50]
    even = max(each) <= 3 * min(each) if each else None
    text = "; ".join(f"{p['due']:,} due: {p['judge']:.2f} s judged, {p['whole']:.1f} s with rendering" for p in passes)
    return [
        Line(f"nightly pass, {size.total:,} records", text, ratio=f"{max(each) / min(each):.1f} ×" if each else "",
             target="judging in proportion to what is due", good=None if options.quick else even,
             note="ratio: dearest to cheapest due record", figures=found),
        Line("nightly pass again on the same day", f"{found['again']:.2f} s", note="renders, writes nothing",
             good=found["written"] == 0),
    ]  # fmt: skip


def nightly_task(books: int, rows: int) -> dict[str, Any]:
    """Seconds of judging and of the whole pass on several days."""
    from bench.office import office, workspace
    from sync import nightly
    from sync.engine import sync_round

    size, passes = Size(books, rows), []
    judged = [0.0, 0]
    original = nightly.judge_due

    def measured(parts: Any, book: str, ids: Any) -> Any:
        start = time.process_time()
        found = original(parts, book, ids)
        judged[0] += time.process_time() - start
        judged[1] += len(found)
        return found

    nightly.judge_due = measured
    with workspace(size) as place, office(place, size.books) as work:
        sync_round(work.parts)
        first = work.parts.clock.today()
        for days in DAYS:
            work.parts.clock.as_of = first + timedelta(days=days)
            judged[:] = [0.0, 0]
            start = time.perf_counter()
            nightly.new_day(work.parts)
            passes.append({"due": judged[1], "judge": judged[0], "whole": time.perf_counter() - start})
        start = time.perf_counter()
        report = nightly.new_day(work.parts)
        written = sum(outcome.written for outcome in report.outcomes.values())
        again = time.perf_counter() - start
    return {"passes": passes, "again": again, "written": written}
