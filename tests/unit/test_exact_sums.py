"""Sums of many amounts lose nothing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from validators.exact import total

amounts = st.decimals(allow_nan=False, allow_infinity=False)


@given(st.lists(amounts, max_size=30))
@example([Decimal("0.1")] * 10)
@example([Decimal("1E+27"), Decimal("0.01"), Decimal("-1E+27")])
@example([Decimal("1E+300"), Decimal("1E-300")])
def test_a_sum_is_exact(numbers: list[Decimal]) -> None:
    assert total(numbers) == sum(map(Fraction, numbers), Fraction(0))


@given(st.lists(amounts, max_size=10))
def test_a_sum_does_not_depend_on_the_order(numbers: list[Decimal]) -> None:
    turned = numbers[::-1]
    assert total(numbers) == total(turned)
