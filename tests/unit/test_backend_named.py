"""A backend that cannot be had is said plainly, with what can be written instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Settings
from sync.backends import open_backend
from sync.clock import FixedClock
from sync.errors import ConfigurationError


@pytest.mark.parametrize("name", ["google", "ftp"])
def test_a_backend_that_cannot_be_had_is_not_offered(name: str, tmp_path: Path) -> None:
    """The message names what stands there and offers only what works."""
    with pytest.raises(ConfigurationError, match=f"“{name}”.*只能填 folder"):
        open_backend(Settings(workspace=tmp_path, backend=name), FixedClock())


def test_the_folder_is_opened(tmp_path: Path) -> None:
    """What is offered works."""
    (tmp_path / "books").mkdir()
    backend = open_backend(Settings(workspace=tmp_path, reader_processes=0), FixedClock())
    assert backend.list() == []
