"""汇总.xlsx of a small office, opened again: what stands in it, and that its figures agree."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync.consolidate import writer
from sync.consolidate.targets import wanted
from tests.policies.oracle_kinds.kit import scheme_with
from tests.unit.consolidate.summary_district import NOW, District, header_of, open_district, rows_of

TABS = [
    "总览", "总表", "分乡镇", "排名", "分阶段", "预警", "目标", "月度进展", "问题清单", "待改清单", "填报情况", "未报清单",
    "按选址", "融资需求", "分单位和阶段",
]  # fmt: skip


def test_all_tabs_are_there_in_reading_order(district: District) -> None:
    assert district.book().sheetnames == TABS


def test_every_tab_says_how_fresh_its_data_are(district: District) -> None:
    """On the screen and on paper: a screenshot or a print-out travels without its file."""
    for sheet in district.book():
        assert sheet["A2"].value == "数据截止：2025-07-10 15:00（按2025-07-10判断）"
        assert "数据截止：2025-07-10 15:00" in sheet.oddFooter.left.text


def test_no_text_of_a_clerk_becomes_a_formula_or_a_link(district: District) -> None:
    """The only formulas are our own sums over filtered rows (law L7)."""
    address = "http://example.com/点我"
    district.fill("d", {"project": [{"name": address, "total": "1", "site": "独立选址", "sign": "2025-03-01"}]})
    data = district.bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = {name: file.read(name).decode() for name in file.namelist() if name.endswith(".xml")}
    formulas = [text for part in parts.values() for text in re.findall(r"<f>(.*?)</f>", part)]
    assert formulas
    assert all(text.startswith("SUBTOTAL(10") for text in formulas)
    assert not any("<hyperlink" in part for part in parts.values())
    names = [row[3] for row in rows_of(load_workbook(io.BytesIO(data)), "总表")]
    assert '=HYPERLINK("http://example.com","点我")' in names and address in names


# 总表 and the ledgers -----------------------------------------------------------------------------------------


def test_the_ledger_holds_every_project_and_its_sums(district: District) -> None:
    book = district.book()
    *rows, total = rows_of(book, "总表")
    header = header_of(book, "总表")
    money = header.index("总投资（万元）")
    assert [row[3] for row in rows] == [
        "甲一",
        "甲二",
        "甲三",
        "乙一",
        "乙二",
        "丙一",
        '=HYPERLINK("http://example.com","点我")',
    ]
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert total[1] == "合计"
    assert total[3] == "7个"
    assert total[money] == sum(row[money] for row in rows if isinstance(row[money], int | float)) == 97000.5


def test_what_could_not_be_read_stands_as_it_was_written_in_red(district: District) -> None:
    """见附件 is neither 0 nor blank."""
    book = district.book()
    money = header_of(book, "总表").index("总投资（万元）")
    sheet = book["总表"]
    cell = next(row[money] for row in sheet.iter_rows() if row[3].value == "甲三")
    assert cell.value == "见附件"
    assert cell.fill.fgColor.rgb == "FFF8CBAD"


def test_ledgers_are_filterable_frozen_and_open(district: District) -> None:
    book = district.book()
    for title in ("总表", "预警", "待改清单", "问题清单"):
        sheet = book[title]
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes
        assert not sheet.protection.sheet


def test_sums_follow_the_filter(district: District) -> None:
    """Above the header: how many projects, and what they cost, among the rows the filter shows."""
    sheet = district.book()["总表"]
    line = next(row for row in sheet.iter_rows() if row[0].value == "筛选结果")
    first, last = sheet.auto_filter.ref.split(":")
    rows = f"{int(re.sub('[A-Z]', '', first)) + 1}:{{}}{re.sub('[A-Z]', '', last)}"
    formulas = {
        cell.coordinate: cell.value for cell in line if isinstance(cell.value, str) and cell.value.startswith("=")
    }
    assert formulas["D3"] == "=SUBTOTAL(103,D" + rows.format("D") + ")"
    assert len(formulas) == 3


def test_dates_are_dates_and_names_of_children_lead_to_their_project(district: District) -> None:
    book = district.book()
    signed = header_of(book, "总表").index("签约日期")
    assert rows_of(book, "总表")[0][signed] == datetime(2025, 1, 10)
    assert "乙一 · 用电容量不足" in [row[3] for row in rows_of(book, "预警")]


# counts -------------------------------------------------------------------------------------------------------


def test_units_add_up_to_the_total_in_every_column(district: District) -> None:
    book = district.book()
    *rows, total = rows_of(book, "分乡镇")
    header = header_of(book, "分乡镇")
    assert [row[1] for row in rows] == ["甲镇", "乙镇", "丙乡", "丁街道"]  # 旧乡 has ended
    for index, title in enumerate(header[2:], 2):
        if title != "按期率":
            assert total[index] == pytest.approx(sum(row[index] for row in rows)), title
    assert total[2] == 7
    assert total[3] == pytest.approx(9.70005)
    assert rows[3][header.index("按期率")] == "—"


def test_classes_and_stages_count_each_project_once(district: District) -> None:
    book = district.book()
    header, *_ = header_of(book, "分乡镇"), None
    for row in rows_of(book, "分乡镇"):
        assert sum(row[header.index(name)] for name in ("签约", "开工", "投产")) == row[2]
        assert sum(row[header.index(name)] for name in ("逾期", "临期", "正常", "已终止", "未启动")) == row[2]


def test_the_ranking_shares_places_and_leaves_out_who_has_nothing(district: District) -> None:
    rows = rows_of(district.book(), "排名", "名次")
    told = {row[2]: (row[0], row[1]) for row in rows}
    assert told["丁街道"] == ("—", "—")
    assert rows[-1][2] == "丁街道"
    assert told["乙镇"][0] == 1


def test_sections_of_stages_count_and_sum_what_stands_below_them(district: District) -> None:
    """The furthest stage first, numbers beginning anew in each."""
    rows = rows_of(district.book(), "分阶段")
    titles = [row[0] for row in rows if isinstance(row[0], str)]
    assert [title.split("（")[0] for title in titles] == ["一、投产一批", "二、开工一批", "三、签约一批"]
    sections: dict[str, list[list[object]]] = {}
    for row in rows[:-1]:
        if isinstance(row[0], str):
            sections[row[0]] = []
        else:
            sections[list(sections)[-1]].append(row)
    for title, items in sections.items():
        assert f"项目{len(items)}个" in title
        assert [item[0] for item in items] == list(range(1, len(items) + 1))
    assert rows[-1][1] == "总合计 7个"
    assert rows[-1][3] == pytest.approx(sum(item[3] or 0 for items in sections.values() for item in items))


def test_every_text_that_says_a_status_has_its_colour(district: District) -> None:
    """A word always goes with a colour, and a colour with a word."""
    sheet = district.book()["预警"]
    words = {
        str(row[1].value)[:2]: row[1].fill.fgColor.rgb for row in sheet.iter_rows() if row[4].value == "签约到开工"
    }
    assert words == {"逾期": "FFF8CBAD", "临期": "FFFFE699"}


# 预警, 目标, 填报情况 -----------------------------------------------------------------------------------------


def test_warnings_begin_with_the_longest_overdue(district: District) -> None:
    rows = rows_of(district.book(), "预警")
    late = [row for row in rows if "逾期" in str(row[1])]
    soon = [row for row in rows if "临期" in str(row[1])]
    assert rows == late + soon
    assert [row[5] for row in late] == sorted(row[5] for row in late)
    assert [row[5] for row in soon] == sorted(row[5] for row in soon)
    first = next(row for row in rows if row[3] == "甲二")
    assert first[1] == "逾期70天(原则上)"
    assert (first[5], first[6]) == (datetime(2025, 5, 1), -70)
    assert first[7] == "签约(2025-02-01)后3个月内开工"
    assert (first[8], first[9]) == ("区发改委", "一1")


def test_ended_projects_warn_of_nothing(district: District) -> None:
    assert not [row for row in rows_of(district.book(), "预警") if row[3] == "乙二"]


def test_targets_show_what_is_done_and_judge_nothing_where_none_is_set(district: District) -> None:
    rows = {row[0]: row for row in rows_of(district.book(), "目标", "编号")}
    assert rows["S-5"][3:9] == [4, 1, "个", 0.25, "—", 3]  # no column of periods where no target has one
    assert rows["S-6"][3] == "—"
    assert rows["S-6"][6] == "—"
    assert rows["S-6"][10] == "目标未设定"


def test_the_share_that_is_wanted_stands_beside_the_share_that_is_reached() -> None:
    assert wanted({"goal": "0.55", "ratio": "42.9"}) == Decimal("0.55")
    assert wanted({"ratio": "42.9"}) == "—"


def test_units_contributions_add_up_to_the_target(district: District) -> None:
    *rows, total = rows_of(district.book(), "目标")
    assert [row[2] for row in rows] == [1, 0, 0, 0]
    assert total[2] == 1


def test_filling_tells_who_owes_who_reported_and_who_never_sent_a_book(district: District) -> None:
    book = district.book()
    *rows, total = rows_of(book, "填报情况")
    told = {row[1]: row for row in rows}
    assert told["丁街道"][12] == "未报"
    assert told["丁街道"][14] == "共享文件夹里没有这个单位的表"
    assert told["甲镇"][12] == "已报待改"
    for row in rows:
        assert row[4] == row[5] + row[7]  # 应报 = 已报 + 未报
        assert row[2] >= row[3]
    for index in range(2, 12):
        assert total[index] == sum(row[index] for row in rows)
    assert len(rows_of(book, "未报清单")) == total[7]


def test_the_list_of_faults_agrees_with_the_counts(district: District) -> None:
    book = district.book()
    rows = rows_of(book, "待改清单")
    header = header_of(book, "分乡镇")
    total = rows_of(book, "分乡镇")[-1]
    assert sum(row[6] == "必改" for row in rows) == total[header.index("待改（处）")]
    assert sum(row[6] == "须说明" for row in rows) == total[header.index("须说明（处）")] == 1
    assert any(row[7] == "见附件" for row in rows)


# reports of the scheme ----------------------------------------------------------------------------------------


def test_a_group_report_counts_sums_shares_and_statuses(district: District) -> None:
    rows = rows_of(district.book(), "按选址", "选址类型")
    assert header_of(district.book(), "按选址", "选址类型") == [
        "选址类型",
        "项目数",
        "总投资（亿元）",
        "开工率",
        "平均（亿元）",
        "逾期",
    ]
    assert [row[0] for row in rows] == ["标准化厂房", "独立选址", "未填", "合计"]
    assert [row[1] for row in rows] == [2, 4, 1, 7]
    assert rows[-1][2] == pytest.approx(sum(row[2] for row in rows[:-1]))
    assert rows[1][3] == 0.5
    assert rows[-1][4] == pytest.approx(9.70005 / 6)  # of those that could be read
    assert rows[-1][5] == sum(row[5] for row in rows[:-1])


def test_a_list_report_filters_and_shows_status_words(district: District) -> None:
    rows = rows_of(district.book(), "融资需求")
    assert [(row[1], row[2], row[3], row[4]) for row in rows] == [
        ("甲镇", "甲二", 3000, "签约"),
        ("丙乡", '=HYPERLINK("http://example.com","点我")', 500, "签约"),
    ]
    assert rows[0][5] == "逾期70天(原则上)"


def test_a_report_may_ask_for_stage_and_unit(district: District) -> None:
    rows = rows_of(district.book(), "分单位和阶段", "填报单位")
    assert [row[:3] for row in rows] == [["甲镇", "签约", 2], ["乙镇", "签约", 2], ["合计", None, 4]]


# the overview -------------------------------------------------------------------------------------------------


def test_the_overview_shows_the_same_numbers_as_the_tabs(district: District) -> None:
    sheet = district.book()["总览"]
    values: dict[str, object] = {}
    for row in sheet.iter_rows(min_row=2, max_row=12):  # label below its number
        for cell in row:
            values.setdefault(str(cell.value), sheet.cell(cell.row - 1, cell.column).value)
    assert values["项目（个）"] == 7
    assert values["总投资（亿元）"] == pytest.approx(9.70005)
    stages = rows_of(district.book(), "总览", "当前阶段")
    assert [row[2] for row in stages] == [5, 1, 1, 7]
    assert sum(row[2] for row in stages[:-1]) == stages[-1][2]


def test_charts_are_native_and_draw_on_the_tables(district: District) -> None:
    with zipfile.ZipFile(io.BytesIO(district.bytes())) as file:
        charts = [file.read(name).decode() for name in file.namelist() if name.startswith("xl/charts/chart")]
        assert not [name for name in file.namelist() if name.startswith("xl/media/")]
    assert len(charts) == 4
    assert any("'分乡镇'!$B$" in chart or "分乡镇!$B$" in chart for chart in charts)


# edges --------------------------------------------------------------------------------------------------------


def test_an_empty_office_has_a_book_too(tmp_path: Path) -> None:
    """The day after `tianbao init`: all tabs, nothing in them, no division by nothing."""
    district = open_district(tmp_path)
    book = district.book()
    assert book.sheetnames == TABS
    assert rows_of(book, "总表")[0][0] == "还没有收到"
    assert rows_of(book, "预警")[0][0] == "没有临期和逾期的事项"
    district.parts.store.close()


def test_large_books_are_streamed_and_read_the_same(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = district.book()
    monkeypatch.setattr(writer, "STREAM_FROM", 0)
    streamed = district.book()
    assert streamed.sheetnames == whole.sheetnames
    for title in TABS:
        cells = [[[cell.value for cell in row] for row in book[title].iter_rows()] for book in (whole, streamed)]
        assert cells[0] == cells[1], title


def test_a_ranking_is_compared_with_the_last_month_that_was_kept(tmp_path: Path) -> None:
    """June is remembered, July compares itself with June; a rehearsal of another day is remembered nowhere."""
    district = open_district(tmp_path, as_of=None)
    district.clock.at = NOW - 30 * 86400
    district.fill("a", {"project": [{"name": "甲", "sign": "2025-02-01"}]})  # overdue since May
    district.fill("b", {"project": [{"name": "乙", "sign": "2025-06-01"}]})
    assert [row[:3] for row in rows_of(district.book(), "排名", "名次")][:2] == [[1, "—", "乙镇"], [2, "—", "甲镇"]]
    district.clock.at = NOW
    district.fill("a", {"project": [{"name": "甲", "sign": "2025-02-01", "start": "2025-04-01"}]})
    district.fill("b", {"project": [{"name": "乙", "sign": "2025-01-01"}]})
    rows = {row[2]: row[:2] for row in rows_of(district.book(), "排名", "名次")}
    assert (rows["甲镇"][1], rows["乙镇"][1]) in {(1, -1), (1, 0)}
    district.clock.as_of = date(2025, 12, 1)
    district.book()
    assert "2025-12" not in district.parts.store.setting("ranking:summary")
    district.parts.store.close()


def test_titles_that_programs_would_refuse_are_changed_and_kept_apart() -> None:
    from sync.consolidate.sheets import Tab
    from sync.consolidate.tabs import _named_apart

    tabs = [Tab(title, title, []) for title in ("总表", "总表", "A/B:C", "长" * 40, "长" * 40)]
    names = [tab.title for tab in _named_apart(tabs)]
    assert names[:3] == ["总表", "总表（2）", "ABC"]
    assert len(set(names)) == 5
    assert max(map(len, names)) <= 31


def test_the_day_a_stage_was_reached_stands_beside_it(district: District) -> None:
    """投产 of the stages is 投产 of the nodes, or 正式投产 where a scheme says so."""
    rows = [row for row in rows_of(district.book(), "分阶段") if isinstance(row[0], int)]
    assert {row[1]: row[4] for row in rows}["甲一"] == datetime(2025, 6, 1)
    assert {row[1]: row[4] for row in rows}["丙一"] == datetime(2025, 4, 20)


def test_a_missing_cell_does_not_hide_that_time_runs_out(district: District) -> None:
    """丁一 lacks 选址类型 and has two days left: it must be yellow."""
    district.fill("d", {"project": [{"name": "丁一", "total": "10000", "sign": "2025-04-12"}]})
    sheet = district.book()["总表"]
    cell = next(row[5] for row in sheet.iter_rows() if row[3].value == "丁一")
    assert str(cell.value).startswith("临期")
    assert cell.fill.fgColor.rgb == "FFFFE699"


def test_what_two_units_list_is_in_the_number_of_each_and_once_in_the_total(tmp_path: Path) -> None:
    """B-43: the figure of the target above, and the total below, count a code once."""
    scheme_with([{"id": "G", "kind": "target", "title": "开工", "table": "project", "distinct": "代码", "goal": 5}], "contest", tmp_path)  # fmt: skip
    made = open_district(tmp_path, scheme_of=tmp_path)
    for unit in ("a", "c"):
        made.fill(unit, {"project": [{"name": f"{unit}{code}", "code": code} for code in ("A", unit)]})
    *rows, total = rows_of(made.book(), "目标")
    assert {row[1]: row[2] for row in rows if row[2]} == {"甲镇": 2, "丙镇": 2}
    assert total[2] == 3
