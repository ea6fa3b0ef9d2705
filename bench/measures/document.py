"""`tianbao evaluate` from the document to the last line it prints."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.lines import Line, rate
from bench.measures.evaluation import DISTINCT, SCHEME, TABLE, records_of
from bench.options import Options


def run(options: Options) -> list[Line]:
    """100,000 projects with all their cells through the command, as a program would ask it."""
    count, distinct = options.few(100_000), options.few(DISTINCT)
    with tempfile.TemporaryDirectory() as place:
        document = Path(place) / "records.json"
        day = _write(document, count, distinct)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [str(Path(sys.executable).with_name("tianbao")), "evaluate", "--scheme", SCHEME, "--records", str(document),
                   "--as-of", day, "--json"]  # fmt: skip
        with Path(place, "said.json").open("wb") as said:
            subprocess.run(command, stdout=said, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        told = Path(place, "said.json").stat().st_size / 1e6
        given = document.stat().st_size / 1e6
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    figures = {"seconds": took, "mb": after.ru_maxrss / 1024}
    return [
        Line(f"tianbao evaluate, {count:,} projects", f"{took:.1f} s ({rate(count, took)}), {figures['mb']:,.0f} MB",
             note=f"processor time, all of the command: {given:,.0f} MB of JSON in, {told:,.0f} MB out", figures=figures)
    ]  # fmt: skip


def _write(document: Path, count: int, distinct: int) -> str:
    scheme, base, day = records_of(distinct)
    titles = {item.name: item.title for item in scheme.table(TABLE).fields}
    units = {item.code: item.name for item in scheme.units}
    rows = [
        {titles[name]: text for name, text in item.values.items()} | {"填报单位": units[item.unit]} for item in base
    ]
    rows = [rows[place % len(rows)] for place in range(count)]
    document.write_text(json.dumps({"tables": {TABLE: rows}}, ensure_ascii=False), "utf-8")
    return str(day.isoformat())
