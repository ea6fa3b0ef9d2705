"""What the oracles of drawn rules share: a scheme with rules of the moment, exact numbers as people read them, periods.

These oracles interpret a rule as `docs/scheme-reference.md` promises it to whoever writes a scheme. Nothing here looks at
the engine. `ORACLE_SEEDS=200 pytest tests/policies/oracle_kinds` draws more than the suite does.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.policies.oracle_east.kit import Period, period, periods
from validators.scheme.load import load_scheme
from validators.scheme.models import Scheme

__all__ = [
    "Period",
    "ago",
    "covers",
    "exact",
    "holds",
    "listed",
    "period",
    "periods",
    "scheme_with",
    "seeds",
    "shown",
    "typed",
]

SCHEMES = Path(__file__).parents[2] / "data" / "schemes"
Rule = dict[str, Any]


def seeds(usual: int) -> range:
    """How many draws: what the suite takes, or as many as ORACLE_SEEDS says."""
    return range(int(os.environ.get("ORACLE_SEEDS", usual)))


def scheme_with(rules: Iterable[Rule], base: str, place: Path) -> Scheme:
    """The rules written into a copy of a scheme of `tests/data/schemes`, loaded and checked as any scheme is."""
    shutil.copytree(SCHEMES / base, place, dirs_exist_ok=True)
    (place / "rules.yaml").write_text(yaml.safe_dump({"rules": list(rules)}, allow_unicode=True), "utf-8")
    return load_scheme(place)


# numbers ----------------------------------------------------------------------------------------------------------


def exact(value: Any) -> Fraction:
    return Fraction(str(value))


def shown(value: Fraction, digits: int = 2) -> str:
    """Rounded half up for the eye (B-55), without noughts at the end."""
    scaled = abs(value) * 10**digits
    whole = scaled.numerator // scaled.denominator
    whole += scaled - whole >= Fraction(1, 2)
    text = format(Decimal(whole).scaleb(-digits), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"-{text}" if value < 0 and whole else text


# periods ----------------------------------------------------------------------------------------------------------

_LISTED = {"month": 13, "quarter": 5, "half": 3, "year": 2}  # how far back people are told of, beside the one that runs


def listed(kind: str, today: date, start: date) -> list[Period]:
    """The periods of which people are told, the one that runs last."""
    return periods(kind, start, today)[-_LISTED[kind] - 1 :]


@cache
def named(name: str) -> Period:
    """2025-03, 2025Q1, 2025H1, 2025."""
    if "Q" in name:
        return period("quarter", date(int(name[:4]), int(name[5]) * 3, 1))
    if "H" in name:
        return period("half", date(int(name[:4]), int(name[5]) * 6, 1))
    return period(
        "month" if "-" in name else "year", date.fromisoformat(f"{name}-01" if "-" in name else f"{name}-01-01")
    )


def covers(outer: Period, inner: Period) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def holds(span: Period, day: date) -> bool:
    return span.first <= day <= span.last


def ago(kind: str, span: Period, back: str) -> Period:
    """The period before (previous), or the same one a year before (year)."""
    if back == "previous":
        return period(kind, date.fromordinal(span.first.toordinal() - 1))
    return period(kind, date(span.first.year - 1, span.first.month, 1))


def typed(row: dict[str, Any]) -> dict[str, str]:
    """A drawn row as it is filled in; blanks are left out."""
    return {title: str(value) for title, value in row.items() if value is not None}
