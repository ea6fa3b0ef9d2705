"""The nightly pass: judging costs in proportion to what is due; a second pass of the same day finds nothing to do."""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import pairwise
from typing import Any

from bench import child
from bench.books import Size
from bench.lines import Line
from bench.options import Options

DAYS = (1, 8, 31)  # after the first sync: more and more has come due
MOST_FIXED = 0.01  # seconds to look into a book in which something is due


def run(options: Options) -> list[Line]:
    """Passes on days that lie further and further apart."""
    size = Size(options.few(40), 500)
    found = child.run("bench.measures.nightly:nightly_task", books=size.books, rows=size.rows)
    passes = found["passes"]
    each = [(b["judge"] - a["judge"]) / (b["due"] - a["due"]) for a, b in pairwise(passes) if b["due"] > a["due"]]
    fixed = (passes[0]["judge"] - passes[0]["due"] * max(each, default=0)) / max(passes[0]["books"], 1)
    even = max(each) <= 3 * max(min(each), 0) and fixed <= MOST_FIXED if len(each) > 1 else None
    text = "; ".join(f"{p['due']:,} due: {p['judge']:.2f} s judged, {p['whole']:.1f} s with rendering" for p in passes)
    more = ", ".join(f"{one * 1000:.2f} ms" for one in each)
    return [
        Line(f"nightly pass, {size.total:,} records", text, ratio=f"{max(each) / min(each):.1f} ×" if each and min(each) > 0 else "",
             target="judging in proportion to what is due", good=None if options.quick else even, figures=found,
             note=f"each further due record {more} (ratio: dearest to cheapest), each book {max(fixed, 0) * 1000:.1f} ms"),
        Line("nightly pass again on the same day", f"{found['again']:.2f} s", note="renders, writes nothing",
             good=found["written"] == 0),
    ]  # fmt: skip


def nightly_task(books: int, rows: int) -> dict[str, Any]:
    """Seconds of judging and of the whole pass on several days."""
    from bench.office import office, workspace
    from sync import engine, nightly
    from sync.engine import sync_round

    size, passes = Size(books, rows), []
    judged = [0.0, 0, 0]
    original = engine.judge_due

    def measured(parts: Any, book: str, ids: Any) -> Any:
        start = time.process_time()
        found = original(parts, book, ids)
        judged[0] += time.process_time() - start
        judged[1] += len(found)
        judged[2] += 1
        return found

    engine.judge_due = measured
    with workspace(size) as place, office(place, size.books) as work:
        sync_round(work.parts)
        first = work.parts.clock.today()
        for days in DAYS:
            work.parts.clock.as_of = first + timedelta(days=days)
            judged[:] = [0.0, 0, 0]
            start = time.perf_counter()
            nightly.new_day(work.parts)
            passes.append(
                {"due": judged[1], "books": judged[2], "judge": judged[0], "whole": time.perf_counter() - start}
            )
        start = time.perf_counter()
        report = nightly.new_day(work.parts)
        written = sum(outcome.written for outcome in report.outcomes.values())
        again = time.perf_counter() - start
    return {"passes": passes, "again": again, "written": written}
