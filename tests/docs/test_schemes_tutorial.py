"""docs/schemes.md does what it says: its files are written as shown, its commands run, its results compared.

The document is walked from top to bottom in an empty directory. A block with a file name is written there; a block
`console` is run line by line as `tianbao` does; a block with a book and a tab is typed into that book.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from app.cli import main
from app.cli.out import console
from tests.small_scheme import judge, small_scheme
from tests.unit.scheme_book.books import Person
from validators.calendar import Calendar
from validators.expression_types import CALENDAR, TODAY
from validators.expressions import UNKNOWN, compile_expression
from validators.facts import typed_row
from validators.rules.context import Env
from validators.scheme.check_versions import check_versions
from validators.scheme.load import SchemeErrors, load_scheme
from validators.scheme.measures import parse_measure
from validators.scheme.models import Conventions, Scheme
from validators.speak import speaker

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs/schemes.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TRUTH = {"成立": True, "不成立": False, "待补条件": UNKNOWN}
ROW = {
    "name": "年产5万吨面粉项目", "site": "自行建设", "money": "12000", "signed": "2025-03-31", "start_plan": "2025-06",
    "industry": "食品加工",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One command of the document: what it shows there, what it said when it was run."""

    command: str
    shown: tuple[str, ...]
    said: str
    code: int


@dataclass(frozen=True)
class Walk:
    """The document gone through once."""

    place: Path
    told: tuple[Told, ...]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    place = tmp_path_factory.mktemp("tutorial")
    told: list[Told] = []
    width = console.width
    with contextlib.chdir(place), pytest.MonkeyPatch.context() as patch:
        console.width = 240  # a cell is one line, as on a wide screen
        patch.setenv("TIANBAO_QUIET_SECONDS", "0")
        patch.setenv("TIANBAO_READER_PROCESSES", "0")
        for kind, name, body in BLOCK.findall(DOCUMENT):
            if kind in ("yaml", "json") and name:
                Path(name).parent.mkdir(parents=True, exist_ok=True)
                Path(name).write_text(body, "utf-8")
            elif kind == "text":
                _type_in(*name.split(" "), yaml.safe_load(body))
            elif kind == "console":
                told += [_run(command, shown) for command, shown in _commands(body)]
        yield Walk(place, tuple(told))
        console.width = width


def _commands(body: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in re.split(r"^\$ tianbao ", body, flags=re.MULTILINE)[1:]:
        command, *shown = part.rstrip("\n").split("\n")
        yield command, tuple(shown)


def _run(command: str, shown: tuple[str, ...]) -> Told:
    """`tianbao` with these words, in this process."""
    out, code = io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        patch.setattr(sys, "argv", ["tianbao", *command.split()])
        try:
            main()
        except SystemExit as done:
            code = int(done.code or 0)
    return Told(command, shown, out.getvalue(), code)


def _type_in(file: str, tab: str, *rest: object) -> None:
    """As a person does: the first empty row below the header, by titles; in a scheme's workbook the row named."""
    *ident, values = rest
    assert isinstance(values, dict)
    if ident:
        person = Person(Path(file))
        for title, value in values.items():
            person.set(tab, str(ident[0]), title, value)
        person.save()
        return
    book = load_workbook(file)
    sheet = book[tab]
    header = next(row for row in sheet.iter_rows() if any(str(cell.value).lstrip("*") in values for cell in row))
    places = {re.sub("（.*", "", str(cell.value)).lstrip("*"): cell.column for cell in header}
    for title, value in values.items():
        sheet.cell(header[0].row + 1, places[title]).value = str(value) if title == "联系电话" else value
    book.save(file)
    os.utime(file, (1, 1))


def _pattern(line: str) -> str:
    """A line as shown → a pattern: any blanks between words, … for anything, more may stand around it."""
    words = [".*".join(map(re.escape, word.split("…"))) for word in line.split()]
    return r"[^\n]*?\s+[^\n]*?".join(words) if len(words) > 1 else words[0]


def _numbers() -> list[str]:
    return [command for body in _consoles() for command, _ in _commands(body)]


def _consoles() -> list[str]:
    return [body for kind, _, body in BLOCK.findall(DOCUMENT) if kind == "console"]


@pytest.mark.parametrize(
    "number", range(len(_numbers())), ids=lambda n: f"{n + 1} {' '.join(_numbers()[n].split()[:4])}"
)
def test_a_command_says_what_the_document_shows(walk: Walk, number: int) -> None:
    """Each line shown is found, in the order shown."""
    told = walk.told[number]
    position = 0
    assert told.shown
    for line in told.shown:
        found = re.compile(_pattern(line)).search(told.said, position)
        assert found, f"tianbao {told.command}\n没有这一行：{line}\n实际：\n{told.said}"
        position = found.end()


def test_mistakes_end_with_1_and_all_else_with_0(walk: Walk) -> None:
    assert [(told.command.split()[1], told.code) for told in walk.told if told.code] == [("check", 1), ("import", 1)]


def test_the_checks_count_is_the_number_of_mistakes_shown(walk: Walk) -> None:
    """The third step shows them all, and none that is not there."""
    told = next(told for told in walk.told if told.code)
    assert len(re.findall(r"rules\.yaml:\d+", told.said)) == 3


def _scheme(walk: Walk) -> Scheme:
    return load_scheme(walk.place / "qingxi")


def test_the_finished_scheme_loads_with_every_file_of_the_document(walk: Walk) -> None:
    scheme = _scheme(walk)
    assert [table.name for table in scheme.tables] == ["project", "monthly", "order"]
    assert len({rule.kind for rule in scheme.rules}) == 10
    assert all(rule.section and rule.sentence for rule in scheme.rules)


def test_every_unit_and_the_commission_got_a_book(walk: Walk) -> None:
    books = {path.stem for path in (walk.place / "工作区/books").glob("*.xlsx")}
    assert books == {"东河镇", "西山乡", "县发改委"}


def test_the_book_answers_by_the_scheme_as_edited(walk: Walk) -> None:
    """Six months instead of three: what was overdue is in time again, in the clerk's own book."""
    sheet = load_workbook(walk.place / "工作区/books/东河镇.xlsx")["项目库"]
    texts = [str(cell.value) for row in sheet.iter_rows(min_row=7) for cell in row if cell.value]
    assert "面粉厂" in texts
    assert any(text.startswith("正常") for text in texts)
    assert not any("逾期" in text for text in texts)


def test_the_consolidated_book_has_the_tabs_of_the_reports(walk: Walk) -> None:
    names = load_workbook(walk.place / "工作区/汇总.xlsx", read_only=True).sheetnames
    assert {report.title for report in _scheme(walk).reports} <= set(names)
    assert {"总览", "预警", "填报情况"} <= set(names)


def test_a_new_column_a_new_name_and_a_new_unit_in_a_workspace_in_use(walk: Walk, tmp_path: Path) -> None:
    """The table at the end of the document, in a copy of the workspace."""
    copy = shutil.copytree(walk.place / "工作区", tmp_path / "工作区")
    book, scheme = copy / "books/东河镇.xlsx", copy / "scheme/qingxi"
    more = "- {name: boss, title: 负责人, type: person}\n      - {name: signed,"
    _edit(scheme / "tables.yaml", "- {name: signed,", more)
    _edit(scheme / "tables.yaml", "title: 总投资,", "title: 计划总投资, aliases: [总投资],")
    _edit(scheme / "units.yaml", "departments:", '  - {code: "103", name: 南岭乡}\ndepartments:')
    with contextlib.chdir(tmp_path), pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIANBAO_QUIET_SECONDS", "0")
        patch.setenv("TIANBAO_READER_PROCESSES", "0")
        words = "--workspace 工作区 --as-of 2025-07-12"
        assert "3 本表读取" in _run(f"{words} sync", ()).said
        lacks = re.search(r"这本表没有[^，]*负责人", _text(book, "待改清单"))
        assert lacks, _text(book, "待改清单")
        _write(book, "项目库", {"X6": "负责人", "X7": "张三"})
        assert "1 本表读取" in _run(f"{words} sync", ()).said
        assert "负责人" not in _text(book, "待改清单")
        told = _run(f"{words} explain 面粉厂", ()).said
        assert re.search(r"负责人\s+张三", told)
        assert re.search(r"计划总投资\s+12000", told)
        assert "还没有收到：南岭乡" in _run(f"{words} doctor", ()).said


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


def _text(file: Path, tab: str) -> str:
    return "\n".join(str(cell.value) for row in load_workbook(file)[tab].iter_rows() for cell in row if cell.value)


def _write(file: Path, tab: str, cells: dict[str, str]) -> None:
    book = load_workbook(file)
    for place, value in cells.items():
        book[tab][place] = value
    book.save(file)
    os.utime(file, (1, 1))


def test_a_wrong_scheme_and_an_unknown_one_are_told_without_a_trace(walk: Walk, tmp_path: Path) -> None:
    """Exit code 2: the configuration is wrong."""
    shutil.copytree(walk.place / "qingxi", tmp_path / "wrong")
    _edit(tmp_path / "wrong/units.yaml", "aliases: [东河]", "alias: [东河]")
    with contextlib.chdir(walk.place):
        for scheme, wanted in (
            (tmp_path / "wrong", "不认识“alias”；是不是“aliases”"),
            ("nowhere", "没有方案“nowhere”"),
        ):
            told = _run(f"evaluate --scheme {scheme} --records records.json", ())
            assert (told.code, wanted in told.said) == (2, True), told.said
            assert "Traceback" not in told.said


# the pages to look things up in ------------------------------------------------------------------------------


def _rows(heading: str) -> list[list[str]]:
    """Rows of the first table below a heading, without its head."""
    part = DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize(("condition", "result"), [(row[0].strip("`"), row[1]) for row in _rows("条件")])
def test_a_condition_of_the_table_is_judged_as_it_says(walk: Walk, condition: str, result: str) -> None:
    scheme = _scheme(walk)
    env = Env(scheme, Calendar())
    row = typed_row(scheme.table("project"), ROW) | {TODAY: date(2025, 7, 12), CALENDAR: Calendar()}
    assert env.expression(condition, "project", "bool").fn(row) is TRUTH[result]


def test_names_of_parents_and_lists_are_as_described(walk: Walk) -> None:
    env = Env(_scheme(walk), Calendar())
    row = {"done": Decimal(13000), "@project": {"money": Decimal(12000)}}
    for spelled in ("项目.总投资", "项目库.总投资", "project.money", "总投资"):
        assert env.expression(f"累计完成投资 > {spelled}", "monthly", "bool").fn(row) is True
    assert env.expression("基本情况·行业 属于 industries", "project", "bool").fn({"industry": "旅游"}) is True


def test_what_the_language_refuses_is_refused(walk: Walk) -> None:
    """A chain of comparisons, a date with quotes, a text without."""
    names = Env(_scheme(walk), Calendar()).names("project")
    for wrong in ("1 <= 总投资 < 10", "签约日期 > '2025-01-01'", "选址 = 自行建设", "签约日期 + 30"):
        with pytest.raises(ValueError, match="第1行"):
            compile_expression(wrong, names, wanted="bool")


@pytest.mark.parametrize("cell", [cell for row in _rows("报表") for cell in re.findall("`([^`]+)`", " ".join(row))])
def test_a_measure_of_the_table_can_be_written(walk: Walk, cell: str) -> None:
    scheme = _scheme(walk)
    measure = parse_measure(scheme, cell)
    if measure.text:
        Env(scheme, Calendar()).expression(measure.text, "project", measure.wanted)


def test_the_conventions_shown_are_conventions(tmp_path: Path, walk: Walk) -> None:
    body = next(body for kind, name, body in BLOCK.findall(DOCUMENT) if kind == "yaml" and not name)
    given = yaml.safe_load(body)["conventions"]
    assert set(given) == set(Conventions.model_fields)
    copy = shutil.copytree(walk.place / "qingxi", tmp_path / "copy")
    (copy / "scheme.yaml").write_text((copy / "scheme.yaml").read_text("utf-8") + body, "utf-8")
    with pytest.raises(SchemeErrors, match="没有“逾期”这个状态"):  # its report still says the old word
        load_scheme(copy)
    reports = copy / "reports.yaml"
    reports.write_text(reports.read_text("utf-8").replace("状态(逾期)", "状态(超期)"), "utf-8")
    assert load_scheme(copy).conventions.words["soon"] == "即将到期"


def test_links_lead_somewhere() -> None:
    """To headings of this page and of the reference, as GitHub names them."""
    folder = Path(__file__).resolve().parents[2] / "docs"
    for file, anchor in re.findall(r"\]\(([\w.-]*)(?:#([^)]+))?\)", DOCUMENT):
        page = (folder / file).read_text("utf-8") if file else DOCUMENT
        slugs = [
            re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in re.findall(r"^#+ (.+)$", page, re.M)
        ]
        assert not anchor or anchor in slugs, (file, anchor)


def test_the_two_versions_of_a_rule_are_one_rule_after_the_other() -> None:
    """The example of 规则的版本: what was signed the day before keeps its three months."""
    body = next(
        body
        for kind, name, body in BLOCK.findall(DOCUMENT)
        if kind == "yaml" and "id: A-1.b" in body and "effective_from: 2026" in body
    )
    scheme = small_scheme(*yaml.safe_load(body))
    assert list(check_versions(scheme)) == []
    for signed, wanted in (("2025-12-31", "2026-03-31"), ("2026-01-01", "2026-07-01")):
        (status,) = judge(scheme, {"signed": signed}, date(2026, 9, 1)).statuses
        assert str(status.deadline) == wanted
    assert "依据 修订二(一)（2026-01-01起执行的版本）" in speaker(scheme).reason(status, date(2026, 9, 1))
