"""A new book in a real LibreOffice: it opens, keeps its checks, draws its lists, and marks what it should mark."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from sheets_templates.builder import build_book
from sheets_templates.plan import BookPlan, CellValue
from sheets_templates.xlsx import write_xlsx
from sync.backends.folder.reader import read_book
from sync.echo import echo
from sync.shapes import book_shape
from tests.golden.golden_kit import BUILT, opened
from tests.office import Office
from validators import rawcell
from validators.scheme.echo import echo_fields
from validators.scheme.models import Scheme

pytestmark = pytest.mark.office

ROW: dict[str, CellValue] = {
    "name": "年产500套装备项目",
    "owner_company": "试验公司",
    "total": 12000,
    "share": rawcell.number("0.55", "%"),
    "sign": date(2025, 3, 1),
    "start": "春节后",
}  # fmt: skip
RED, YELLOW = "#ffc7ce", "#ffeb9c"


def test_checks_and_marks_survive_a_clerk_who_saves_with_libreoffice(
    plan: BookPlan, saved: Callable[[bytes, str], bytes]
) -> None:
    before, after = opened(write_xlsx(plan)), opened(saved(write_xlsx(plan), "xlsx"))
    for tab in plan.tabs:
        old, new = before[tab.title], after[tab.title]
        assert len(new.data_validations.dataValidation) == len(old.data_validations.dataValidation)
        assert sum(len(item.rules) for item in new.conditional_formatting) >= len(tab.highlights)
        assert new.page_setup.orientation == "landscape"
        assert new.print_title_rows == old.print_title_rows
    assert set(before.defined_names) <= set(after.defined_names)


def test_our_reader_finds_the_same_book_after_libreoffice_saved_it(
    scheme: Scheme, saved: Callable[[bytes, str], bytes]
) -> None:
    data = write_xlsx(build_book(scheme, "a", "unit", rows={"project": [ROW]}, built=BUILT))
    before, after = (read_book(item, book_shape(scheme)) for item in (data, saved(data, "xlsx")))
    assert after.findings == before.findings == []
    assert [tab.columns for tab in after.tabs] == [tab.columns for tab in before.tabs]
    assert after.tab("project").rows[0].cells == before.tab("project").rows[0].cells  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("names", "wanted"), [((), ("", "1")), (("甲", "乙", "丙"), ("丙", "3")), (("甲", "", "丙"), ("丙", "3"))]
)
def test_the_list_of_own_projects_ends_with_the_last_one(
    scheme: Scheme, office: Office, tmp_path: Path, names: tuple[str, ...], wanted: tuple[str, str]
) -> None:
    """A blank end would make programs accept anything and open the list at its empty end."""
    rows = {"project": [{"name": name} if name else {"remark": "空行"} for name in names]}
    (tmp_path / "甲镇.xlsx").write_bytes(write_xlsx(build_book(scheme, "a", "unit", rows=rows, built=BUILT)))
    with office.open(tmp_path / "甲镇.xlsx") as book:
        book.set("填报说明", "H1", '=INDEX(tb_own_project;ROWS(tb_own_project);1)&""')
        book.set("填报说明", "H2", "=ROWS(tb_own_project)")
        assert (book.get("填报说明", "H1"), book.get("填报说明", "H2")) == wanted


def test_faulty_cells_turn_red_and_doubtful_ones_yellow(scheme: Scheme, saved: Callable[[bytes, str], bytes]) -> None:
    fills = painted(answered(scheme, problems="|start|?total?"), saved)
    assert fills["春节后"] == RED
    assert fills["12000"] == YELLOW
    assert fills["试验公司"] == ""


def test_without_problems_nothing_is_marked(scheme: Scheme, saved: Callable[[bytes, str], bytes]) -> None:
    fills = painted(answered(scheme, problems=""), saved)
    assert {fills[text] for text in ("春节后", "12000", "试验公司")} == {""}


@pytest.mark.parametrize(
    ("status", "fill"),
    [
        ("逾期12天：应于2025-06-30前", "#f8cbad"),
        ("逾期完成3天", "#fce4d6"),
        ("临期：还有5天", "#ffe699"),
        ("按期完成", "#e2efda"),
        ("不适用", "#f2f2f2"),
    ],
)
def test_a_status_has_the_colour_of_its_word(
    scheme: Scheme, saved: Callable[[bytes, str], bytes], status: str, fill: str
) -> None:
    assert painted(answered(scheme, status=status, fresh=True), saved)[status] == fill


def test_an_answer_is_struck_out_once_its_row_reads_otherwise(
    scheme: Scheme, saved: Callable[[bytes, str], bytes]
) -> None:
    """内容标识 holds the row as it was judged; a changed row voids the answer, the same row does not."""
    for fresh, struck in ((True, False), (False, True)):
        page = page_of(answered(scheme, status="按期完成", fresh=fresh), saved)
        cell = next(item for item in page.iter("td") if text_of(item) == "按期完成")
        assert bool(list(cell.iter("s", "strike", "del"))) is struck


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("agreed", rawcell.boolean(True)),
        ("total", rawcell.number("0.30000000000000004")),
        ("total", rawcell.number("12000.50")),
        ("start", rawcell.number("2025.3")),
        ("remark", " 前后有空格　"),
        ("remark", "１２３"),
        ("share", rawcell.number("0.55", "%")),
        ("score", rawcell.number("-3")),
        ("score", rawcell.number("1E-7")),
    ],
)
def test_no_answer_is_struck_out_by_the_program_itself(
    scheme: Scheme, saved: Callable[[bytes, str], bytes], name: str, value: CellValue
) -> None:
    """What programs join differently gets no 内容标识 at all, or a fresh answer would look void."""
    page = page_of(answered(scheme, status="按期完成", row={**ROW, name: value}), saved)
    cell = next(item for item in page.iter("td") if text_of(item) == "按期完成")
    assert not list(cell.iter("s", "strike", "del"))


# helpers ------------------------------------------------------------------------------------------------------


def answered(
    scheme: Scheme, *, problems: str = "", status: str = "", fresh: bool = True, row: dict[str, CellValue] | None = None
) -> bytes:
    """A book with one row and answers beside it; `fresh`: judged from the row as it stands."""
    plan = build_book(scheme, "a", "unit", rows={"project": [row or ROW]}, built=BUILT)
    tab = plan.tab("project")
    cells = read_book(write_xlsx(plan), book_shape(scheme)).tab("project").rows[0].cells  # type: ignore[union-attr]
    table = scheme.table("project")
    told = echo([cells[table.index(name)] for name in echo_fields(table)])
    texts = {"problems": problems, "status": status, "echo": told if fresh else told + "改"}
    shown = tuple(
        texts.get(column.name) if column.tone == "ours" else value
        for column, value in zip(tab.columns, tab.rows[0], strict=True)
    )
    return write_xlsx(replace(plan, tabs=(replace(tab, rows=(shown,)), *plan.tabs[1:])))


def page_of(data: bytes, saved: Callable[[bytes, str], bytes]) -> Any:
    return html.fromstring(saved(data, "html"))


def painted(data: bytes, saved: Callable[[bytes, str], bytes]) -> dict[str, str]:
    """Text → background of its cell, as LibreOffice shows it with all marks applied."""
    return {text_of(cell): cell.get("bgcolor", "").lower() for cell in page_of(data, saved).iter("td") if text_of(cell)}


def text_of(cell: Any) -> str:
    return re.sub(r"\s+", " ", cell.text_content()).strip()


def test_only_rows_that_hold_something_are_printed(scheme: Scheme, office: Office, tmp_path: Path) -> None:
    """Not the hundreds of blank rows that are prepared for later."""
    tables = tuple(table.model_copy(update={"rows": 400}) for table in scheme.tables)
    roomy = scheme.model_copy(update={"tables": tables})

    def pages(count: int) -> int:
        rows = {"project": [{**ROW, "name": f"第{number}个项目"} for number in range(count)]}
        plan = build_book(roomy, "a", "unit", rows=rows, built=BUILT)
        book = tmp_path / f"{count}.xlsx"
        book.write_bytes(write_xlsx(plan))
        pdf = office.convert(book, tmp_path / f"{count}.pdf").read_bytes()
        return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))

    few = pages(3)
    assert few <= 2 * (len(scheme.tables) + 2)
    assert pages(300) >= few + 5  # what is filled in is on paper
