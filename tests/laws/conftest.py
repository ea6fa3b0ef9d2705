"""The kit of the laws: a small scheme, its empty books and an empty database, made once a session."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sheets_templates import catalog
from sheets_templates.builder import build_book
from sheets_templates.xlsx import write_xlsx
from sync.store import open_store
from tests.laws.world import Kit

SCHEMES = Path(__file__).parent.parent / "data" / "schemes"


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    place = tmp_path_factory.mktemp("kit")
    scheme = catalog.load(SCHEMES / "laws")
    books = {u.code: write_xlsx(build_book(scheme, u.code, "unit", built=date(2025, 6, 1))) for u in scheme.units}
    database = place / "store.db"
    open_store(f"sqlite:///{database}").close()
    return Kit(scheme, books, database)
