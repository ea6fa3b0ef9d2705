"""Rows of ledgers: which are records, what a clerk would have typed of each, what is told, and that none is lost."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app.ledger.study import accept_sure, keep_rest
from sync.ledger.records import Entry
from sync.ledger.typed import Typist, typed
from tests.ledger import kit, paper
from validators.rawcell import decode, number, show, text

KINDS = [
    (paper.progress, (), {5: "data", 6: "data", 7: "data", 8: "total"}),
    (paper.districts, ("总表",), {7: "section", 8: "data", 9: "data", 10: "total", 11: "section", 12: "data", 13: "total", 14: "total"}),
    (paper.ancestor, (), {4: "data", 5: "data", 6: "blank", 7: "blank", 8: "sign"}),
    (paper.tall_rows, (), {3: "data", 4: "more", 5: "more", 6: "data", 7: "data", 8: "subtotal"}),
    (paper.hidden_and_ghosts, (), {3: "total", 4: "data", 6: "data", 7: "data", 8: "blank", 9: "blank", 10: "blank", 11: "note"}),
    (paper.by_place, (), {3: "section", 4: "data", 5: "data", 6: "section", 7: "data", 8: "total"}),
]  # fmt: skip


@pytest.mark.parametrize(("make", "tabs", "kinds"), KINDS, ids=[item[0].__name__ for item in KINDS])
def test_every_row_is_of_some_kind(make: Callable[[], Workbook], tabs: tuple[str, ...], kinds: dict[int, str]) -> None:
    assert {line.row: line.kind for line in kit.lines(kit.studied(make(), *tabs))} == kinds


def entry(found: kit.Study, name: str, owner: str = kit.UNIT) -> Entry:
    return next(item for item in kit.entries(found, owner) if item.name == name)


@pytest.mark.parametrize(
    ("make", "name", "expected"),
    [
        (paper.progress, "智能装备项目", {"total_investment": "12000", "start_actual": "2025-03-20"}),
        (paper.progress, "轴承生产线项目", {"start_plan": "2025-09", "explanation": "用地指标未落实"}),
        (paper.districts, "丙项目", {"start_plan": "2026-03", "liaison_phone": "13855412346"}),
        (paper.permits, "纺织技改项目", {"total_investment": "12000", "leader": "张三"}),
        (paper.instructions, "丁项目", {"total_investment": "25000", "projcode": "2404-340403-04-01-123456"}),
        (paper.ancestor, "高端阀门项目", {"total_investment": "18000", "liaison": "张三、李四"}),
        (paper.ancestor, "包装材料项目", {"liaison_phone": "18925142591", "industry": "橡胶和塑料制品业"}),
        (paper.hidden_and_ghosts, "丙项目", {"total_investment": "12500", "sign_date": "2025-03-01"}),
        (paper.hidden_and_ghosts, "乙项目", {"total_investment": "20000", "sign_date": "2025-02-06"}),
        (paper.tall_rows, "机床项目", {"liaison": "张三、李四", "purchase_problem": "用地；用电；招工", "total_investment": "20000"}),
        (paper.tall_rows, "模具项目", {"township": "安成镇"}),
        (paper.monthly, "预制菜项目", {"month_done": "1100", "month": "2025-05"}),
    ],
)  # fmt: skip
def test_cells_are_what_a_clerk_would_have_typed(
    make: Callable[[], Workbook], name: str, expected: dict[str, str]
) -> None:
    cells = kit.shown(entry(kit.studied(make()), name))
    assert {key: cells.get(key) for key in expected} == expected


@pytest.mark.parametrize(
    ("make", "where", "stands", "sure", "message"),
    [
        (paper.by_place, "全区!E4", "2025-03", False, "只写到月"),
        (paper.by_place, "全区!F5", "年底", True, "按2025-12-31理解"),
        (paper.permits, "Sheet1!J4", "√", False, "不是日期"),
        (paper.instructions, "汇总!I2", "未竣工", False, "还没有发生"),
        (paper.ancestor, "明细表!B4", "★高端阀门项目", True, "标记符号"),
        (paper.tall_rows, "台账!D7", "12000", False, "和第6行合并"),
        (paper.hidden_and_ghosts, "6月!F7", "=1+1", False, "公式"),
        (paper.monthly, "5月!C4", "1100万", None, ""),
    ],
)
def test_what_was_inferred_or_not_understood_is_told(
    make: Callable[[], Workbook], where: str, stands: str, sure: bool | None, message: str
) -> None:
    """Where it stands, what stands there, what was made of it; a plain unit in the cell needs no word."""
    notes = [note for item in kit.entries(kit.studied(make())) for note in item.notes if note.where == where]
    assert [(note.stands, note.sure) for note in notes] == ([] if sure is None else [(stands, sure)])
    assert all(message in note.message for note in notes)


def test_an_amount_that_is_no_number_keeps_its_unit() -> None:
    """3-5 in a column of 亿元 is no 3-5 万元."""
    book, sheet = paper.new()
    paper.put(
        sheet,
        1,
        [["项目名称", "总投资（亿元）", "签约日期"], ["甲项目", "3-5", "2025-03-01"], ["乙项目", "2", "2025-03-01"]],
    )
    first, second = kit.entries(kit.studied(book))
    assert kit.shown(first)["total_investment"] == "3-5亿元" and not first.values["total_investment"]
    assert kit.shown(second)["total_investment"] == "20000"


@pytest.mark.parametrize(
    ("cell", "planned", "actual"),
    [
        ("2025年5月20日", None, "2025-05-20"), ("计划2025年5月20日", "2025-05-20", None), ("2025年7月1日", "2025-07-01", None),
        ("2025年4月", "2025-04", None), ("待定", "待定", None), ("已开工", None, "已开工"), (None, None, None),
    ],
)  # fmt: skip
def test_a_column_for_planned_and_actual_is_told_apart_by_its_cells(
    cell: Any, planned: str | None, actual: str | None
) -> None:
    book, sheet = paper.new()
    paper.put(sheet, 1, [["项目名称", "总投资（万元）", "开工（计划开工）时间"], ["甲项目", 12000, cell]])
    (found,) = kit.entries(kit.studied(book))
    assert (kit.shown(found).get("start_plan"), kit.shown(found).get("start_actual")) == (planned, actual)


@pytest.mark.parametrize(
    ("make", "tabs", "refused"),
    [
        (paper.by_place, (), {"三号项目": "在“二、曹庵镇（1个）”这一节里，不是安成镇的"}),
        (paper.districts, ("总表",), {"乙项目": "“所属区县”是曹庵镇，不是安成镇"}),
        (paper.grouped_sums, (), {"": "没有“项目名称”"}),
    ],
)
def test_rows_of_others_and_rows_without_a_name_are_refused(
    make: Callable[[], Workbook], tabs: tuple[str, ...], refused: dict[str, str]
) -> None:
    found = kit.entries(kit.studied(make(), *tabs))
    assert {item.name: item.refused for item in found if item.refused} == refused


def test_rows_of_others_are_refused_though_nobody_mapped_the_column() -> None:
    """The column of places is not sure and was not taken: its words still count."""
    found = kit.studied(paper.districts(), "总表")
    found.mappings = [accept_sure(item) for item in found.mappings]
    assert found.mappings[0].column_of("township") is None
    assert [item.name for item in kit.entries(found) if item.refused] == ["乙项目"]


PLACES = [
    "安成镇",
    "安成镇人民政府",
    "安城镇",
    "",
    "待定",
    "淮南市田家庵区安成镇",
    "安徽省淮南市安成镇",
    "曹庵镇",
    "田家庵区曹庵镇",
    "曹庵镇政府",
    "曹庵镇某某村",
    "高新区",
    "合肥市安成镇",
    "凤台县安成镇",
]


def test_a_place_that_is_not_plainly_this_units_is_another() -> None:
    """However another unit is written. Slips in the own name and blanks are the own unit's."""
    book, sheet = paper.new()
    rows = [[at, f"项目{at}号厂房", place, 12000] for at, place in enumerate(PLACES, 1)]
    paper.put(sheet, 1, [["序号", "项目名称", "属地", "总投资（万元）"], *rows])
    found = kit.entries(kit.studied(book))
    assert [bool(item.refused) for item in found] == [False] * 7 + [True] * 7
    assert found[8].refused == "“属地”是田家庵区曹庵镇，不是安成镇"


def test_a_name_that_is_only_a_part_of_one_is_no_project() -> None:
    book, sheet = paper.new()
    paper.put(sheet, 1, [["项目名称", "总投资（万元）", "签约日期"], ["丁四项目", 12000, "2025-03-01"], ["（二期）"]])
    found = kit.entries(kit.studied(book))
    assert [item.refused for item in found] == [
        "", "“项目名称”只有“（二期）”，像是上一行的一部分，请在台账里写全名称",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "signed",
    [
        ["填表人：张三", None, "联系电话：13855412345", None, "填表日期：2025年6月25日"],
        ["填表人：", "张三", "联系电话：", "13855412345", "填表日期：2025年6月25日"],
        ["审核人：李四", "填表人：张三", "曹庵镇（盖章）", None, None],
    ],
)
def test_a_signature_row_is_no_record(signed: list[str | None]) -> None:
    book, sheet = paper.new()
    paper.put(
        sheet,
        1,
        [["序号", "属地", "项目名称", "总投资", "签约日期"], [1, "安成镇", "甲项目", 12000, "2025-03-01"], signed],
    )
    assert [line.kind for line in kit.lines(kit.studied(book))] == ["data", "sign"]


def test_a_responsible_person_in_a_record_makes_it_no_signature_row() -> None:
    book, sheet = paper.new()
    paper.put(sheet, 1, [["序号", "项目名称", "签约日期", "存在问题"], [1, "甲项目", "2025-03-01", "负责人：张三"]])
    assert [line.kind for line in kit.lines(kit.studied(book))] == ["data"]


@pytest.mark.parametrize(
    ("above", "title"),
    [("单位：亿", "总投资"), ("金额单位：人民币亿元", "总投资"), ("（亿元）", "总投资"), ("单位  亿元", "总投资"), ("单位：万元", "总投资（亿）"),
     ("", "总投资（亿）")],
)  # fmt: skip
def test_hundreds_of_millions_are_seen_wherever_they_are_written(above: str, title: str) -> None:
    book, sheet = paper.new()
    paper.put(sheet, 1, [["安成镇项目清单"], [None, None, above], ["序号", "项目名称", title], [1, "甲电机项目", 12.5]])
    (entry,) = kit.entries(kit.studied(book))
    assert entry.values["total_investment"] == "125000"


def test_the_commission_takes_rows_of_all_places() -> None:
    assert [
        item.refused for item in kit.entries(kit.studied(paper.evaluation(), owner="commission"), "commission")
    ] == ["", ""]


def test_columns_without_a_field_are_kept_as_text() -> None:
    """标题：值, behind what stands in the column of 备注 itself; blanks are left out."""
    found = kit.studied(paper.progress())
    found.mappings = [keep_rest(item) for item in found.mappings]
    said = kit.shown(entry(found, "轴承生产线项目"))["explanation"]
    assert said.startswith("用地指标未落实；建设起止年限：2025/2027；年计划投资：9000；")
    assert "序号" not in said and "备注" not in said


def test_hidden_rows_and_columns_are_read_and_told() -> None:
    found = kit.studied(paper.hidden_and_ghosts())
    assert [line.row for line in kit.lines(found) if line.hidden] == [6]
    assert found.grid(found.mappings[0]).hidden_columns == {5}


FIELDS = [item for item in kit.scheme().table("project").fields if item.type not in ("photo",)]
CELLS = st.one_of(
    st.text(string.digits + ".-/年月日亿万元、约计划待定√无 ", max_size=10),
    st.decimals(0, 10**6, places=2).map(lambda value: number(f"{value.normalize():f}")),
    st.integers(40000, 47000).map(lambda days: number(str(days), "d")),
)


@given(st.sampled_from(FIELDS), CELLS, st.sampled_from(["", "万元", "亿元", "元"]))
@settings(max_examples=400)
def test_what_was_understood_reads_back_the_same(item: Any, raw: str, unit: str) -> None:
    """Law of carrying: a value that was understood is written so that it is understood as the same value."""
    typist = Typist(kit.scheme(), kit.scheme().table("project"), kit.DAY)
    said = typist.cell(item, raw, unit)
    if said.value and said.sure:
        assert typist.read(item, said.raw, item.unit).value == said.value
    else:
        assert said.raw == "" or show(raw).strip()[:1] == show(said.raw)[:1], "what is not understood stands as typed"


@given(st.decimals(Decimal("0.01"), 99_999, places=2))
def test_amounts_change_their_unit_exactly(amount: Decimal) -> None:
    typist = Typist(kit.scheme(), kit.scheme().table("project"), kit.DAY)
    item = kit.scheme().table("project").field("total_investment")
    said = typist.cell(item, number(str(amount)), "亿元")
    assert Decimal(decode(said.raw).text) == amount * 10_000
    assert typed(item, said.value) == said.raw


@pytest.mark.parametrize(
    ("kind", "unit", "amount", "of", "expected"),
    [
        ("money_yi", "", "1.2", "亿元", "1.2"), ("money_yi", "亿元", "12000", "万元", "1.2"), ("money_yi", "", "1.2", "", "1.2"),
        ("money_wan", "元", "1.2", "万元", "12000"), ("money_wan", "亿元", "3", "亿元", "3"), ("number", "亩", "2", "公顷", "30"),
        ("number", "亩", "30", "亩", "30"), ("integer", "人", "12", "", "12"),
    ],
)  # fmt: skip
def test_columns_in_other_units(kind: Any, unit: str, amount: str, of: str, expected: str) -> None:
    """What stands in the book is in the unit of the book's own header."""
    item = (
        kit.scheme()
        .table("project")
        .field("total_investment")
        .model_copy(update={"type": kind, "unit": unit, "minimum": ""})
    )
    typist = Typist(kit.scheme(), kit.scheme().table("project"), kit.DAY)
    assert show(typist.cell(item, number(amount), of).raw) == expected


BODY = st.lists(
    st.one_of(
        st.tuples(st.just("project"), st.integers(1, 30)),
        st.sampled_from([("total", 0), ("section", 0), ("blank", 0), ("ghost", 0), ("note", 0), ("nameless", 0), ("header", 0)]),
    ),
    max_size=14,
)  # fmt: skip


@given(BODY, st.integers(0, 3), st.data())
@settings(max_examples=60)
def test_no_row_is_lost(body: list[tuple[str, int]], titles: int, data: st.DataObject) -> None:
    """Entries and the rows put aside are all rows with content; each project is in exactly one entry."""
    header = ["序号", "项目名称", "总投资（万元）", "签约日期", "备注"]
    made = {
        "total": ["合计", None, 1, None, None], "section": ["一、续建项目", None, None, None, None], "blank": [None] * 5,
        "ghost": [7, None, None, None, None], "note": ["注：每月报送", None, None, None, None],
        "nameless": [3, None, 500, "2025-03-01", None], "header": header,
    }  # fmt: skip
    rows = [
        made[kind] if kind != "project" else [at, f"项目{at}号", 1000 + at, "2025-03-01", None] for kind, at in body
    ]
    book, sheet = paper.new()
    paper.put(sheet, 1, [*([["某某项目情况表"]] * titles), header, *rows])
    top = titles + 2
    runs = [at for at in range(len(body) - 1) if body[at][0] == body[at + 1][0] == "project"]
    merged = data.draw(st.sampled_from(runs)) if runs and data.draw(st.booleans()) else None
    if merged is not None:
        sheet.merge_cells(start_row=top + merged, end_row=top + merged + 1, start_column=2, end_column=2)
    found = kit.studied(book)
    lines, entries = kit.lines(found), kit.entries(found)
    with_content = {top + at for at, row in enumerate(rows) if any(cell is not None for cell in row)}
    covered = Counter(row for item in entries for row in range(item.row, item.last_row + 1))
    aside = {line.row for line in lines if line.kind not in ("data", "more")}
    assert set(covered) | aside == with_content and not set(covered) & aside
    assert set(covered.values()) <= {1}
    names = [f"项目{at}号" for place, (kind, at) in enumerate(body) if kind == "project" and place - 1 != merged]
    assert [item.name for item in entries if item.name] == names
    assert sum(item.refused == "没有“项目名称”" for item in entries) == sum(kind == "nameless" for kind, _ in body)


def test_control_characters_and_formulas_stay_text() -> None:
    """A ledger's text never becomes a formula in the book (law L7)."""
    typist = Typist(kit.scheme(), kit.scheme().table("project"), kit.DAY)
    item = kit.scheme().table("project").field("explanation")
    said = typist.cell(item, text("=HYPERLINK(1)"), "")
    assert decode(said.raw).kind == "text"
