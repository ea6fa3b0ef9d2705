"""Fixtures that many tests share."""

from __future__ import annotations

from tests.office import office

__all__ = ["office"]
