"""`scheme diff`: what changed in words, and what would change on stored data; it stores and writes nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from app.scheme_book.compare import compare
from app.scheme_book.rehearse import Rehearsal, rehearse
from app.scheme_book.starter import write_starter
from app.scheme_book.tree import Tree
from app.settings import load_settings
from app.wiring import office_of
from sync.engine import sync_round
from tests.unit.scheme_book.books import Person
from validators.scheme.load import load_scheme

DAY = date(2025, 7, 12)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small demonstration of the starter scheme, synced once."""
    place = tmp_path_factory.mktemp("rehearsal")
    write_starter(place / "starter", "某县重点项目推进", "starter", DAY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIANBAO_QUIET_SECONDS", "0")
        patch.setenv("TIANBAO_READER_PROCESSES", "0")
        done = command(
            "--as-of", "2025-07-12", "demo", str(place / "ws"), "--scheme", str(place / "starter"), "--projects", "8"
        )
        assert done.exit_code == 0, done.output
        yield place / "ws"


def command(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), catch_exceptions=False)


def edited(workspace: Path, place: Path, *edits: tuple[str, str, str]) -> Path:
    """A copy of the workspace's scheme with texts of its files replaced."""
    copy = shutil.copytree(workspace / "scheme/starter", place / "new")
    for file, old, new in edits:
        text = (copy / file).read_text("utf-8")
        assert old in text
        (copy / file).write_text(text.replace(old, new), "utf-8")
    return copy


def rehearsed(workspace: Path, new: Path) -> Rehearsal:
    with office_of(load_settings(workspace), as_of=DAY) as office:
        return rehearse(office, office.scheme, load_scheme(new))


def state(workspace: Path) -> str:
    """Everything in the workspace, as one digest."""
    found = hashlib.sha256()
    for path in sorted(workspace.rglob("*")):
        if path.is_file() and not path.name.endswith(("-shm", "-wal")):
            found.update(path.read_bytes())
    return found.hexdigest()


LIMITS = (("rules.yaml", "n: 1\n", "n: 9\n"), ("rules.yaml", "n: 3\n", "n: 1\n"))


def test_the_same_scheme_moves_nothing(workspace: Path, tmp_path: Path) -> None:
    done = rehearsed(workspace, edited(workspace, tmp_path))
    assert done.moves == [] and done.records >= 8 and done.subjects >= done.records


def test_what_a_rehearsal_tells_is_what_then_happens(workspace: Path, tmp_path: Path) -> None:
    """Rehearsed, then published in a copy of the workspace and synced: the stored statuses are those foretold."""
    new = edited(workspace, tmp_path, *LIMITS)
    foretold = {(m.key, m.rule): m for m in rehearsed(workspace, new).moves if m.what in ("status", "deadline")}
    assert foretold
    copy = shutil.copytree(workspace, tmp_path / "ws")
    before = stored(copy)
    shutil.copy(new / "rules.yaml", copy / "scheme/starter/rules.yaml")
    with office_of(load_settings(copy), as_of=DAY) as office:
        assert sync_round(office.parts).problems == 0
    after = stored(copy)
    silent = {"not_applicable", "not_started", ""}
    moved = {
        key
        for key in {*before, *after}
        if before.get(key) != after.get(key) and {before.get(key, ("",))[0], after.get(key, ("",))[0]} - silent
    }
    assert moved == set(foretold)


def stored(workspace: Path) -> dict[tuple[str, str], tuple[str, str]]:
    with office_of(load_settings(workspace), as_of=DAY) as office:
        judged = office.parts.store.judgements(office.scheme.id)
        return {(item.key, s.rule): (s.code, str(s.deadline)) for item in judged for s in item.statuses}


def test_a_column_with_another_english_name_is_the_same_column(workspace: Path, tmp_path: Path) -> None:
    new = edited(workspace, tmp_path, ("tables.yaml", "name: sign_date", "name: signed_on"),
                 ("scheme.yaml", "actual: sign_date", "actual: signed_on"))  # fmt: skip
    assert rehearsed(workspace, new).moves == []


def test_a_value_taken_out_of_a_drop_down_is_told_of_each_row_that_says_it(workspace: Path, tmp_path: Path) -> None:
    new = edited(workspace, tmp_path, ("choices.yaml", "    - {value: 独立选址, aliases: [自建, 独立供地]}\n", "    - 自选\n"),
                 ("rules.yaml", "选址类型 = '独立选址'", "选址类型 = '自选'"))  # fmt: skip
    with office_of(load_settings(workspace), as_of=DAY) as office:
        wanted = {r.id for r in office.parts.store.records("starter") if r.values.get("site") == "独立选址"}
    told = {move.key for move in rehearsed(workspace, new).moves if move.what == "check" and move.title == "选址类型"}
    assert wanted and wanted <= told


def test_a_table_that_is_gone_is_told_with_its_rows(workspace: Path, tmp_path: Path) -> None:
    new = edited(workspace, tmp_path, ("tables.yaml", "name: project\n", "name: works\n"))
    for path in new.glob("*.yaml"):
        path.write_text(path.read_text("utf-8").replace("table: project", "table: works"), "utf-8")
    (new / "scheme.yaml").write_text(
        (new / "scheme.yaml").read_text("utf-8").replace("title: 签约, actual", "title: 签约, table: works, actual")
        .replace("title: 开工, planned", "title: 开工, table: works, planned")
        .replace("title: 投产, planned", "title: 投产, table: works, planned"), "utf-8",
    )  # fmt: skip
    done = rehearsed(workspace, new)
    assert done.left_out == {"项目库": done.records}


def test_the_command_shows_changes_counts_and_a_list_and_leaves_the_workspace_as_it_was(
    workspace: Path, tmp_path: Path
) -> None:
    new, before = edited(workspace, tmp_path, *LIMITS), state(workspace)
    words = ("--workspace", str(workspace), "--as-of", "2025-07-12", "scheme", "diff", str(new))
    done = command(*words, "--limit", "2")
    assert done.exit_code == 0
    assert "规则 A-1（厂房项目签约到开工）：期限 1个月 → 9个月" in done.output
    assert "预演：按2025-07-12的数据" in done.output and "加 --limit 0 全列" in done.output
    document: dict[str, Any] = json.loads(command(*words, "--json").output)
    moves = document["rehearsal"]["moves"]
    assert sum(item["count"] for item in document["rehearsal"]["counts"]) == len(moves) > 2
    assert {"what", "name", "unit", "rule", "old", "new"} <= set(moves[0])
    assert state(workspace) == before


def test_a_workbook_can_be_rehearsed_before_it_is_imported(workspace: Path, tmp_path: Path) -> None:
    person = Person.of(workspace / "scheme/starter", tmp_path)
    person.set("规则·期限", "A-2", "期限", 1)
    path, before = person.save(), state(workspace)
    done = command("-w", str(workspace), "--as-of", "2025-07-12", "scheme", "diff", str(path))
    assert done.exit_code == 0 and "期限 3个月 → 1个月" in done.output
    assert state(workspace) == before


def test_without_a_workspace_only_the_definitions_are_compared(workspace: Path, tmp_path: Path) -> None:
    new, old = edited(workspace, tmp_path, *LIMITS), str(workspace / "scheme/starter")
    done = CliRunner().invoke(cli, ["scheme", "diff", str(new), "--against", old])
    assert done.exit_code == 0
    assert "方案：2处改动" in done.output and "没有数据可以预演" in done.output
    assert CliRunner().invoke(cli, ["scheme", "diff", str(new)]).exit_code == 2


def test_changes_are_told_in_words(workspace: Path, tmp_path: Path) -> None:
    new = edited(
        workspace, tmp_path,
        ("tables.yaml", "title: 总投资,", "title: 计划总投资, aliases: [总投资],"),
        ("units.yaml", '  - {code: "102", name: 西山镇, kind: 镇, aliases: [西山]}\n', '  - {code: "104", name: 南岭乡}\n'),
        ("choices.yaml", "装备制造, 新材料", "新材料, 装备制造"),
        ("rules.yaml", "goal: null", "goal: 12"),
        ("scheme.yaml", "district: 某某县", "district: 清溪县"),
        ("coverage.yaml", "  二(二): rule:A-3\n", "  二(二): rule:A-3\n  三: manual\n"),
    )  # fmt: skip
    old = workspace / "scheme/starter"
    told = [str(item).strip() for item in compare(load_scheme(old), Tree.at(old), load_scheme(new), Tree.at(new))]
    assert told == [
        "方案：区县 某某县 → 清溪县",
        "－ 单位 西山镇",
        "＋ 单位 南岭乡",
        "字段 项目库·计划总投资：列名 总投资 → 计划总投资",
        "字段 项目库·计划总投资：别的叫法 （空） → 总投资",
        "↕ 下拉的先后变了（下拉选项）",
        "规则 A-7（全年投产）：目标数 没有设定（只统计，不判断） → 12",
        "＋ 条目 三：manual",
    ]
