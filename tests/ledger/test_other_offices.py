"""Ledgers of other offices, through the real books: imported as a person confirms it, synced, and each value looked up
in the record that came of it. What a book cannot take is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from app.cli import cli
from app.settings import load_settings
from app.wiring import open_office
from app.workspace import create_workspace, write_books
from sheets_templates import catalog
from sync.engine import sync_round
from tests.ledger import paper
from tests.ledger.conftest import no_bar


def quanzhou() -> Workbook:
    """晋江市: two header rows, 亿元 above the table, sections, 合计 with a count; two tabs of one form; codes as numbers."""
    head = [
        ["2025年重点项目进度表"],
        ["填报单位（盖章）：晋江市重点办", *[None] * 9, "单位：亿元"],
        ["序号", "项目名称", "建设地点", "项目业主", None, "总投资", "征地搬迁", None, "开工时间", None, "责任人及电话", None, "1-6月完成投资", "备注"],
        [None, None, None, "单位名称", "信用代码", None, "计划完成", "实际完成", "计划", "实际", "责任人", "电话", None, None],
    ]  # fmt: skip
    merges = ["A1:N1", "D3:E3", "G3:H3", "I3:J3", "K3:L3", *(f"{at}3:{at}4" for at in "ABCFMN")]
    book, sheet = paper.new("在建项目")
    paper.put(sheet, 1, [
        *head,
        ["一、产业项目（2个，总投资5.7亿元）"],
        [1, "鞋材智能工厂项目", "晋江市", "福建鞋材有限公司", 913505820000000011, 1.2, "2025-02", "2025-02-20", "2025年3月", "2025-03-18", "林一",
         13505951234, 0.5, None],
        [2, "染整改造项目", "晋江市", "福建染整有限公司", None, 4.5, "2025-05", None, "2025年8月", None, "陈二", "0595-85612345", 0, "拆迁慢"],
        ["二、基础设施项目（1个）"],
        [1, "滨江路延伸工程", "晋江市", "晋江市城建集团有限公司", None, "13000万元", None, None, "2025.1", "2025-1-8", "黄三", "18925142591", 0.9, None],
        ["合计（3个）", None, None, None, None, 7.0, None, None, None, None, None, None, 1.4],
    ], [*merges, "A5:N5", "A8:N8"])  # fmt: skip
    other = book.create_sheet("前期项目")
    paper.put(other, 1, [
        *head, [1, "海丝码头项目", "晋江市", "福建码头有限公司", None, 3, None, None, "2026年3月", None, "吴四", "13505951235", None, None],
        ["合计", None, None, None, None, 3],
    ], merges)  # fmt: skip
    return book


def cihu() -> Workbook:
    """各指挥部 and 新慈集团 in one ledger, each under its bare name; three header rows; 合计 first."""
    book, sheet = paper.new()
    paper.put(sheet, 1, [
        ["慈湖高新区重点项目推进台账"],
        ["截至2021年6月20日", *[None] * 4, "单位：万元"],
        ["序号", "项目名称", "包保领导", "总投资", "前期手续", None, None, None, "拿地时间", "存在问题"],
        [None, None, None, None, "审批（核准、备案）", None, "环评", None, None, None],
        [None, None, None, None, "时限", "办结", "时限", "办结", None, None],
        ["合计", None, None, 63000],
        ["各指挥部"],
        [1, "磁性材料项目", "王大力", "33,000", "2021.3.10", "2021-03-08", "2021年4月30日", "2021-04-20", "2021-05-20", "无"],
        ["新慈集团："],
        [1, "标准化厂房项目", "李小明", "3亿元", "2021-03-10", None, None, None, None, "用地未落实"],
    ], ["A1:J1", "E3:H3", "E4:F4", "G4:H4", "A7:J7", *(f"{at}3:{at}5" for at in "ABCDIJ")])  # fmt: skip
    return book


def nanling() -> Workbook:
    """籍山镇: titles in groups of the office's own, ordinals in a cell of their own, sums in the sections."""
    book, sheet = paper.new("亿元以上项目")
    paper.put(sheet, 1, [
        ["附件1"],
        ["南陵县2025年重点项目调度表"],
        ["填报单位：籍山镇", None, None, None, "单位：万元、亩"],
        ["序号", "项目信息", None, "投资情况", None, "节点", None, None, "统计单位代码", "包保领导"],
        [None, "项目名称", "属地", "总投资", "年度计划投资", "签约时间", "开工时间", "入统时间", None, None],
        ["一", "新签约项目（2个）", None, 50000, 12000],
        [1, "汽配产业园项目", "籍山镇", "30000", 8000, "2025-01-10", "2025-4-2", "2025-5-20", 241034022304011234, "张三"],
        [2, "预制菜项目", "籍山镇", 20000, 4000, "2025年2月5日", "计划2025年9月", None, None, "李四"],
        ["总计", "2个", None, 50000, 12000],
    ], ["A2:J2", "A4:A5", "B4:C4", "D4:E4", "F4:H4", "I4:I5", "J4:J5"])  # fmt: skip
    return book


@dataclass(frozen=True)
class Case:
    """`values`: (project, field) → value in the record; `lost`: titles of columns told as not carried; `refused`: rows of
    others; `told`: field of a cell that was not understood → a part of what is said of it in the unit's own book."""

    scheme: str
    unit: str
    day: str
    make: Callable[[], Workbook]
    values: dict[tuple[str, str], str]
    lost: list[str]
    totals: int
    tabs: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)


CASES = [
    Case("quanzhou", "晋江市", "2025-06-30", quanzhou, {
        ("鞋材智能工厂项目", "company"): "福建鞋材有限公司", ("鞋材智能工厂项目", "total_investment"): "12000",
        ("鞋材智能工厂项目", "clearance_plan"): "2025-02", ("鞋材智能工厂项目", "clearance_actual"): "2025-02-20",
        ("鞋材智能工厂项目", "start_plan"): "2025-03", ("鞋材智能工厂项目", "start_actual"): "2025-03-18",
        ("鞋材智能工厂项目", "person"): "林一", ("鞋材智能工厂项目", "phone"): "13505951234", ("鞋材智能工厂项目", "uscc"): "",
        ("染整改造项目", "total_investment"): "45000", ("染整改造项目", "explanation"): "拆迁慢",
        ("滨江路延伸工程", "total_investment"): "13000", ("滨江路延伸工程", "start_actual"): "2025-01-08",
    }, ["1-6月完成投资"], totals=3, told={"uscc": "15位以后的数已经丢了"}),
    Case("cihu", "各指挥部", "2021-06-30", cihu, {
        ("磁性材料项目", "total_investment"): "33000", ("磁性材料项目", "sponsor"): "王大力",
        ("磁性材料项目", "approve_plan"): "2021-03-10", ("磁性材料项目", "approve_actual"): "2021-03-08",
        ("磁性材料项目", "environment_plan"): "2021-04-30", ("磁性材料项目", "environment_actual"): "2021-04-20",
        ("磁性材料项目", "land_actual"): "2021-05-20",
    }, ["存在问题"], totals=1, refused={"标准化厂房项目": "新慈集团"}),
    Case("nanling", "籍山镇", "2025-06-30", nanling, {
        ("汽配产业园项目", "total_investment"): "30000", ("汽配产业园项目", "year_plan"): "8000",
        ("汽配产业园项目", "sign_date"): "2025-01-10", ("汽配产业园项目", "start_actual"): "2025-04-02",
        ("汽配产业园项目", "stat_date"): "2025-05-20", ("汽配产业园项目", "stat_code"): "",
        ("预制菜项目", "start_plan"): "2025-09", ("预制菜项目", "start_actual"): "",
    }, ["包保领导"], totals=2, told={"stat_code": "15位以后的数已经丢了"}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.scheme for case in CASES])
def test_each_value_of_a_ledger_is_in_its_column_or_told(case: Case, tmp_path: Path, no_waiting: None) -> None:
    day = date.fromisoformat(case.day)
    place = tmp_path / "workspace"
    settings = create_workspace(place, case.scheme, {"quiet_seconds": 0, "reader_processes": 0, "workers": 1})
    scheme = catalog.load(case.scheme)
    code = next(item.code for item in scheme.units if item.name == case.unit)
    write_books(settings, {}, day, units=[code], bar=no_bar)
    ledger, mapping = tmp_path / "台账.xlsx", tmp_path / "映射.yaml"
    ledger.write_bytes(paper.saved(case.make()))

    words = ["import", str(ledger), "--unit", case.unit, "--mapping", str(mapping), "--json", "--workspace", str(place),
             "--as-of", case.day]  # fmt: skip
    CliRunner().invoke(cli, words, obj={})  # the proposal is written down, a person looks at it and leaves it
    result = CliRunner().invoke(cli, words, obj={})
    assert result.exit_code in (0, 1), (result.output, result.exception)
    document = json.loads(result.output)
    with closing(open_office(load_settings(place), as_of=day)) as office:
        report = sync_round(office.parts, "command", [code])
        found = {item.values["project_name"]: item.values for item in office.store.records(office.scheme.id)}

    assert not report.failures
    assert {key: found[key[0]].get(key[1], "") for key in case.values} == case.values
    assert [
        item["台账的列名"] for item in document["mapping"] if item["填到"] == "不导入" and item["台账的列名"] != "序号"
    ] == case.lost
    assert {item["name"]: item["reason"] for item in document["refused"]}.keys() == case.refused.keys()
    assert all(case.refused[item["name"]] in item["reason"] for item in document["refused"])
    assert [item["agrees"] for item in document["totals"]] == [True] * case.totals
    wanted = list(load_workbook(place / "books" / f"{case.unit}.xlsx")["待改清单"].iter_rows(values_only=True))
    for name, words in case.told.items():
        title = scheme.table("project").field(name).title
        assert any(title in row and words in str(row[-1]) for row in wanted), (
            "the book itself says so, as long as it stands"
        )
