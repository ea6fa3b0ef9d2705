"""The rows of Part C once more with other inputs and days: month ends, leap days, 调休, year ends, equality at a limit.
The answers were worked out by a reader of the texts with arithmetic of his own, not taken from the engine."""

from __future__ import annotations

import pytest

from tests.policies.partc import HERE, Case, check, read, rows_of, schemes

MORE = HERE / "more"
CASES = [case for scheme in schemes() for case in read(scheme, MORE)[0]]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_other_inputs_and_days(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("scheme", schemes())
def test_rows_are_named_as_the_matrix_names_them(scheme: str) -> None:
    assert {case.id for case in read(scheme, MORE)[0]} <= set(rows_of(scheme))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case_asks_something(case: Case) -> None:
    assert case.expect or case.about
