"""Fixtures that many tests share; how Hypothesis looks for counterexamples."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from tests.office import office

__all__ = ["office"]

# No test is a stop-watch: a busy machine must not fail one. In CI the same examples every time, elsewhere new ones.
settings.register_profile(
    "tianbao",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("tianbao")
