"""The frames and counts that several tabs share, made once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from sync import standing
from sync.consolidate import frames, summaries
from sync.consolidate.gather import Gathered
from sync.consolidate.ledger import total_field


@dataclass(slots=True)
class Frames:
    """The frames and counts that several tabs share."""

    ledger: Any
    warnings: Any
    findings: Any
    duties: Any
    units: list[str]
    by_unit: Any
    by_stage: Any
    ranked: Any
    filling: Any
    now: dict[str, standing.Current]  # what each reports just now
    amount: str  # column of the ledger that is summed, "" when there is none


def make_frames(gathered: Gathered) -> Frames:
    """Counted once from the store's records."""
    main = gathered.main
    ledger = frames.ledger(gathered, main) if main is not None else _no_ledger()
    field = total_field(main) if main is not None else None
    amount = f"f:{field.name}" if field is not None else ""
    units = _unit_codes(gathered, ledger)
    findings = frames.findings(gathered)
    by_unit = summaries.by_unit(ledger, findings, units, gathered.stages, amount)
    duties = frames.duties(gathered)
    now = standing.current_duties(gathered.subjects)
    return Frames(
        ledger=ledger,
        warnings=frames.warnings(gathered),
        findings=findings,
        duties=duties,
        units=units,
        by_unit=by_unit,
        by_stage=summaries.by_stage(ledger, gathered.stages, amount),
        ranked=summaries.ranking(by_unit, gathered.ranks),
        filling=summaries.filling(duties, units, now),
        now=now,
        amount=amount,
    )


def _no_ledger() -> Any:
    return pd.DataFrame([], columns=frames.LEDGER, dtype=object)


def _unit_codes(gathered: Gathered, ledger: Any) -> list[str]:
    """Units of the scheme that report now, and any other that has records."""
    listed = [u.code for u in gathered.scheme.units if u.valid_to is None or u.valid_to >= gathered.today]
    present = [str(code) for code in dict.fromkeys(ledger["unit"])]
    return [*listed, *(code for code in present if code not in listed)]
