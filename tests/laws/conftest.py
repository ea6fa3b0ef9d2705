"""The kit of the laws: a small scheme, its empty books and an empty database, made once a session."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from sheets_templates import catalog
from sheets_templates.builder import build_book
from sheets_templates.xlsx import write_xlsx
from sync.book import BookRef, Snapshot
from sync.store import open_store
from tests.laws.four_projects import A, B, C, D, fill, rounds
from tests.laws.world import Kit, Mood, World

SCHEMES = Path(__file__).parent.parent / "data" / "schemes"


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    place = tmp_path_factory.mktemp("kit")
    scheme = catalog.load(SCHEMES / "laws")
    books = {u.code: write_xlsx(build_book(scheme, u.code, "unit", built=date(2025, 6, 1))) for u in scheme.units}
    database = place / "store.db"
    open_store(f"sqlite:///{database}").close()
    return Kit(scheme, books, database)


@pytest.fixture
def office(kit: Kit, tmp_path: Path) -> Iterator[World]:
    """A folder of two books; 甲镇 has four projects, all answered."""
    world = World(kit, "folder", 1, tmp_path / "office", mood=Mood(0, 0, 0, 0, 0))
    fill(world, [A, B, C, D])
    rounds(world)
    yield world
    world.close()


@pytest.fixture
def looks(office: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of the files that were opened, as it happens."""
    keys: list[str] = []
    for verb in ("read", "peek"):
        plain = getattr(office.backend, verb)

        def noted(ref: BookRef, shape: object, plain: object = plain) -> Snapshot:
            keys.append(ref.key)
            return plain(ref, shape)  # type: ignore[operator, no-any-return]

        monkeypatch.setattr(office.backend, verb, noted)
    return keys
