"""`python -m bench [names] [--json FILE] [--quick] [--fresh]`: measure and print one table."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
from pathlib import Path

from bench.books import forget
from bench.lines import Line, table
from bench.options import Options

MEASURES = (
    "cold", "idle", "edit", "unchanged", "validation", "evaluation", "document", "shared", "nightly", "store", "writeback", "growth",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run the named measures, or all; 1 when one is broken or a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of: {', '.join(MEASURES)}")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run? not to be judged")
    parser.add_argument("--fresh", action="store_true", help="make the books anew")
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(MEASURES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if given.fresh:
        forget()
    options = Options(given.quick)
    lines: list[Line] = []
    for name in given.names or MEASURES:
        lines += _measure(name, options)
    print(table(lines))
    if given.json:
        body = {"at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "quick": given.quick, "load": os.getloadavg(),
                "cores": os.cpu_count(), "lines": [line.plain() for line in lines]}  # fmt: skip
        given.json.write_text(json.dumps(body, ensure_ascii=False, indent=1), "utf-8")
    broken = any(line.ours == "broken" for line in lines)
    return int(broken or (any(line.good is False for line in lines) and not given.quick))


def _measure(name: str, options: Options) -> list[Line]:
    """One measure; that one breaks must not cost the others."""
    start = time.perf_counter()
    try:
        lines: list[Line] = importlib.import_module(f"bench.measures.{name}").run(options)
    except Exception as error:
        import traceback

        traceback.print_exc()
        lines = [Line(name, "broken", good=False, note=f"{type(error).__name__}: {error}")]
    print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
