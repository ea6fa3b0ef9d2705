"""What commands, pages and jobs ask of an office: one round, one day, the consolidated book."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.cli.out import progress
from app.wiring import Office
from sync.days import is_done
from sync.engine import Report, answered_twice, sync_round
from sync.nightly import new_day


def run_round(
    office: Office, trigger: str, units: Iterable[str] = (), *, dry_run: bool = False, show: bool = False
) -> Report:
    """One round over all changed, wanted and named books, with a bar where a person looks on."""
    total = len(office.scheme.units) + 1
    with progress(total, "同步", quiet=not show) as advance:
        names = {unit.code: unit.name for unit in office.scheme.units}

        def told(unit: str, what: str) -> None:
            if what == "读取":
                advance(names.get(unit, unit))

        return sync_round(office.worker(trigger, told), trigger, units, dry_run=dry_run)


def day_is_new(office: Office) -> bool:
    """Whether this day's evaluation and rendering still has to be done."""
    return not is_done(office.parts)


def run_day(office: Office, report: Report | None = None) -> Report:
    """The day's pass, once a day; adds to a report."""
    result = report or Report()
    if not day_is_new(office):
        return result
    day = new_day(office.worker("day"))
    add_answers(result, day)
    result.failures.update(day.failures)
    return result


def add_answers(report: Report, later: Report) -> None:
    """Add what became of the answers of a later round."""
    for key, item in later.outcomes.items():
        if key in report.outcomes or item.kind != "nothing":
            report.outcomes[key] = answered_twice(report.outcomes.get(key), item)


def write_consolidated(office: Office, out: Path | None = None) -> Path:
    """Build 汇总.xlsx and put it in place in one piece; whoever has it open keeps what he sees. Where books live in
    Google, the spreadsheet 汇总 there too; SyncError when that has to be tried again, the file being in place."""
    from sync.consolidate import consolidated_book
    from sync.publish import publish

    target = out or office.settings.path(office.settings.consolidated)
    written = publish(target, consolidated_book(office.parts))
    if out is None and office.settings.backend == "google":
        from app.spreadsheets.consolidated import write_in_google

        write_in_google(office)
    return written
