"""Part C of the policy matrix: every row is a case or is said to come later; every case holds."""

from __future__ import annotations

import pytest

from tests.policies.partc import Case, check, read, rows_of, schemes

CASES = [case for scheme in schemes() for case in read(scheme)[0]]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_example_of_the_matrix(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("scheme", schemes())
def test_no_row_of_part_c_is_left_out(scheme: str) -> None:
    cases, later = read(scheme)
    assert {case.id for case in cases} | set(later) == set(rows_of(scheme))
    assert not {case.id for case in cases} & set(later)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case_asks_something(case: Case) -> None:
    """A case without expectations could not fail."""
    assert case.expect or case.about
