"""Part C of the policy matrix: every row is a case or is said to come later; every case holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policies.partc import Case, check, read

DATA = Path(__file__).parents[1] / "data"
SCHEMES = {"tianjiaan": "part_c_T.txt"}
CASES = [case for scheme in SCHEMES for case in read(scheme)[0]]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_example_of_the_matrix(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_row_of_part_c_is_left_out(scheme: str) -> None:
    cases, later = read(scheme)
    rows = (DATA / SCHEMES[scheme]).read_text("utf-8").split("\n")
    wanted = {row for row in rows if row}
    assert {case.id for case in cases} | set(later) == wanted
    assert not {case.id for case in cases} & set(later)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case_asks_something(case: Case) -> None:
    """A case without expectations could not fail."""
    assert case.expect or case.about
