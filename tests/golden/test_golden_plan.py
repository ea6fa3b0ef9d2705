"""The plan of a whole book, as kept beside this file. After a wanted change: TIANBAO_WRITE_GOLDEN=1 pytest tests/golden."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sheets_templates.builder import build_book
from tests.golden.golden_kit import BUILT, described
from validators.scheme.models import Scheme

HERE = Path(__file__).parent


@pytest.mark.parametrize(("code", "role"), [("a", "unit"), ("commission", "commission")])
def test_the_plan_is_the_one_agreed_on(scheme: Scheme, code: str, role: str) -> None:
    """Whoever changes what goes out to the townships sees it here, line by line."""
    text = described(build_book(scheme, code, role, built=BUILT))
    kept = HERE / f"{role}.json"
    if os.environ.get("TIANBAO_WRITE_GOLDEN"):
        kept.write_text(text, "utf-8")
    assert text == kept.read_text("utf-8")
