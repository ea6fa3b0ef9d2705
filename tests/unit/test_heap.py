"""Collections of cycles are rare while books go through, and as before afterwards."""

from __future__ import annotations

import gc

import pytest

from sync.heap import SELDOM, fewer_sweeps


def test_thresholds_come_back_when_the_last_one_leaves():
    before = gc.get_threshold()
    with fewer_sweeps:
        assert gc.get_threshold() == SELDOM
        with fewer_sweeps:
            assert gc.get_threshold() == SELDOM
        assert gc.get_threshold() == SELDOM
    assert gc.get_threshold() == before


def test_thresholds_come_back_after_an_error():
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="x"), fewer_sweeps:
        raise ValueError("x")
    assert gc.get_threshold() == before
