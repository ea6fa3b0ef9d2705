"""The State Council's holiday arrangements as data: which weekdays are off and which weekend days are worked.

The only module that knows the library the data comes from. The library's own counting is not used: it rolls a
holiday start forward first, and it raises for a year it does not know.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import chinese_calendar  # type: ignore[import-untyped]


@lru_cache(maxsize=1)
def exceptions() -> dict[date, bool]:
    """Day → is a workday, for every day on which the arrangement may differ from the week."""
    table = dict.fromkeys(chinese_calendar.constants.holidays, False)
    table.update(dict.fromkeys(chinese_calendar.constants.workdays, True))
    return table


@lru_cache(maxsize=1)
def known_years() -> frozenset[int]:
    """Years whose arrangement has been published in the data."""
    return frozenset(day.year for day in chinese_calendar.constants.holidays)
