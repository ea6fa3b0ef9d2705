"""An office that takes up the work in the middle of a year owes nothing for the time before."""

from __future__ import annotations

from datetime import date

import pytest

from sheets_templates import catalog
from validators.calendar import default_calendar
from validators.evaluate import Evaluator
from validators.facts import Facts


@pytest.mark.parametrize(
    ("begun", "first"),
    [(None, "2025-01"), (date(2025, 5, 1), "2025-05"), (date(2025, 5, 20), "2025-05")],
    ids=["from the scheme's first day", "from May on", "the month it began in is owed"],
)
def test_nothing_is_owed_before_the_office_began(begun: date | None, first: str) -> None:
    """The monthly duty of the commission lists periods from the first one that is owed."""
    scheme = catalog.load("tianjiaan")
    facts = Facts.of(scheme, [])
    facts.begun = begun
    verdicts = Evaluator(scheme, default_calendar()).shared(facts, date(2025, 7, 10), {"T-4"})
    assert min(item.period for item in verdicts) == first
