"""Books made from the small scheme beside this file, and a real LibreOffice to look at them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from sheets_templates import catalog
from sheets_templates.builder import build_book
from sheets_templates.plan import BookPlan
from sheets_templates.xlsx import write_xlsx
from tests.golden.golden_kit import BUILT, opened
from tests.office import Office
from validators.scheme.models import Scheme

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def scheme() -> Scheme:
    return catalog.load(HERE / "scheme")


@pytest.fixture(scope="session")
def plan(scheme: Scheme) -> BookPlan:
    return build_book(scheme, "a", "unit", built=BUILT)


@pytest.fixture(scope="session")
def book(plan: BookPlan) -> Workbook:
    return opened(write_xlsx(plan))


@pytest.fixture
def saved(office: Office, tmp_path: Path) -> Callable[[bytes, str], bytes]:
    """(book, "html" or "xlsx") → the book as LibreOffice saves it."""

    def save(data: bytes, kind: str) -> bytes:
        source = tmp_path / "in.xlsx"
        source.write_bytes(data)
        return office.convert(source, tmp_path / f"out.{kind}").read_bytes()

    return save
