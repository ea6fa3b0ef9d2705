"""A file of our own, put in its place in one piece."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.publish import publish


def test_the_new_one_stands_in_place_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "out" / "汇总.xlsx"
    assert publish(target, b"one") == target
    assert publish(target, b"two") == target
    assert target.read_bytes() == b"two"
    assert [path.name for path in target.parent.iterdir()] == ["汇总.xlsx"]


def test_a_reader_who_has_the_old_one_open_reads_on(tmp_path: Path) -> None:
    target = publish(tmp_path / "汇总.xlsx", b"the old one")
    with target.open("rb") as file:
        publish(target, b"new")
        assert file.read() == b"the old one"
    assert target.read_bytes() == b"new"


def test_where_the_place_is_held_a_name_beside_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to replace a file that Excel has open; the reader keeps his, the new one is there too."""
    target = publish(tmp_path / "汇总.xlsx", b"held")
    replace = Path.replace

    def refusing(self: Path, to: Path) -> Path:
        if Path(to) == target:
            raise PermissionError(13, "in use")
        return replace(self, to)

    monkeypatch.setattr(Path, "replace", refusing)
    assert publish(target, b"new") == tmp_path / "汇总-新.xlsx"
    assert target.read_bytes() == b"held"
    assert (tmp_path / "汇总-新.xlsx").read_bytes() == b"new"
    assert not list(tmp_path.glob(".~tb.*"))


def test_a_failed_write_leaves_the_old_one_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = publish(tmp_path / "汇总.xlsx", b"old")

    def failing(descriptor: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr("sync.publish.os.fsync", failing)
    with pytest.raises(OSError, match="no space left"):
        publish(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["汇总.xlsx"]
