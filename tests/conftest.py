"""Fixtures that many tests share; how Hypothesis looks for counterexamples."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from tests.office import office

__all__ = ["office"]

# No test is a stop-watch: a busy machine must not fail one. The same examples every time, so that a failure comes from a
# change and not from luck; `make explore` draws new ones.
settings.register_profile(
    "tianbao",
    deadline=None,
    derandomize=not os.environ.get("TIANBAO_EXPLORE"),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("tianbao")
