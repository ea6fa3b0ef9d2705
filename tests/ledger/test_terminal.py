"""`tianbao import` as its user runs it: a process of its own, at a terminal, in old formats saved by a real office."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ledger import kit, paper
from tests.ledger.conftest import Place
from tests.office import Office
from validators.rawcell import show

TIANBAO = [sys.executable, "-c", "from app.cli import main; main()"]


def command(place: Place, ledger: Path, *words: str) -> list[str]:
    options = ["--unit", "安成镇", "--workspace", str(place.root / "workspace"), "--as-of", kit.DAY.isoformat()]
    return [*TIANBAO, "import", str(ledger), *options, *words]


def at_terminal(command: list[str], answers: list[str]) -> tuple[str, int]:
    """What stands on the screen when a person gives these answers, and the exit code."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "200", "TERM": "dumb"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, close_fds=True)
    os.close(theirs)
    screen, waiting = "", list(answers)
    try:
        while select.select([ours], [], [], 60)[0]:
            try:
                part = os.read(ours, 65536).decode("utf-8", "replace")
            except OSError:  # the other side is closed
                break
            screen += part
            if not part:
                break
            if screen.rstrip().endswith("请确认:") and waiting:
                os.write(ours, f"{waiting.pop(0)}\n".encode())
                screen += "\n"
    finally:
        os.close(ours)
        code = process.wait(60)
    return screen, code


def cells(place: Place, *fields: str) -> list[list[str]]:
    table = kit.scheme().table("project")
    return [[show(row.cells[table.index(name)]) for name in fields] for row in place.tab().rows]


def test_a_person_confirms_at_the_terminal(place: Place) -> None:
    """Column G is sent to nothing, H kept as text, a mistake is told with the nearest name; return imports."""
    answers = ["G=项目单伟", "G=不导入", "H=写进情况说明", "E=总投资", "D=不导入", "E=不导入", "D=总投资", ""]
    screen, code = at_terminal(command(place, place.ledger(paper.districts())), answers)
    assert "没有“项目单伟”这个栏目，是不是“项目单位”？" in screen
    assert "已填入2行" in screen and code == 0
    assert cells(place, "project_name", "company", "total_investment", "explanation") == [
        ["甲项目", "", "10000", "未办证；项目业主/联系电话：13855412345"],
        ["丙项目", "", "15000", "项目业主/联系电话：13855412346"],
    ]


def test_of_several_tabs_the_one_named_is_changed(place: Place) -> None:
    ledger = place.ledger(paper.districts())
    answers = ["安成镇!G=不导入", "没有!G=不导入", ""]
    screen, code = at_terminal(command(place, ledger, "--tab", "总表", "--tab", "安成镇"), answers)
    assert "没有看懂“没有!G=不导入”" in screen and code == 1, "rows of 曹庵镇 and of the other tab are told"
    assert cells(place, "project_name", "company") == [
        ["甲项目", "安徽甲公司有限公司"],
        ["丙项目", "安徽丙公司有限公司"],
    ]


@pytest.mark.parametrize("answer", ["q", "Q", "退出"])
def test_a_person_leaves(place: Place, answer: str) -> None:
    before = place.book.read_bytes()
    screen, code = at_terminal(command(place, place.ledger(paper.progress())), [answer])
    assert "没有导入，表没有变" in screen and code == 1 and place.book.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--yes",), 0, "已填入3行"), (("--dry-run",), 0, "会填入3行"), ((), 1, "还没有导入"), (("--tab", "无"), 2, "没有工作表"),
        (("--table", "无"), 2, "没有“无”"), (("--mapping",), 2, "选项 --mapping 后面要跟一个值"),
    ],
)  # fmt: skip
def test_exit_codes_and_no_stack_trace(place: Place, words: tuple[str, ...], code: int, told: str) -> None:
    done = subprocess.run(
        command(place, place.ledger(paper.progress()), *words), capture_output=True, text=True, check=False
    )
    assert (done.returncode, told in done.stdout + done.stderr) == (code, True), done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xls", "ods"])
@pytest.mark.parametrize("make", [paper.districts, paper.tall_rows, paper.progress], ids=lambda make: make.__name__)
def test_old_formats_read_like_the_new_one(place: Place, office: Office, make: object, suffix: str) -> None:
    """Saved by LibreOffice as .xls and .ods: the same rows, merges and totals."""
    assert callable(make)
    source = place.ledger(make(), "新.xlsx")
    old = office.convert(source, place.root / f"旧.{suffix}")
    new_one, old_one = place.imported(source, "--dry-run"), place.imported(old, "--dry-run")
    for part in ("counts", "taken", "refused", "aside", "totals"):
        assert old_one[part] == new_one[part]
    stated = [{key: item[key] for key in ("列", "填到", "单位")} for item in new_one["mapping"]]
    assert [{key: item[key] for key in ("列", "填到", "单位")} for item in old_one["mapping"]] == stated
    assert place.imported(old, "--yes")["state"] == "done"


@pytest.mark.office
def test_the_filled_book_opens_as_if_typed(place: Place, office: Office) -> None:
    """LibreOffice shows days as days and amounts as numbers, beside what else stands there."""
    place.imported(place.ledger(paper.progress()), "--yes")
    columns = place.tab().columns
    with office.open(place.book) as book:
        grid = book.grid("项目库")
    found = {name: grid[7, columns[name]] for name in ("project_name", "total_investment", "start_actual")}
    expected = {"project_name": ("智能装备项目", "智能装备项目"), "total_investment": ("12000", "12000")}
    assert found == {**expected, "start_actual": ("2025-03-20", "45736")}, "text shown, and what stands behind it"
