"""`tianbao import`: the unit's book is filled in blank rows only, twice is once, and nothing of anybody's is touched."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from app.ledger import fill
from app.ledger.compare import Sorted
from app.ledger.run import begin, carry_out
from app.ledger.study import accept_sure
from app.ledger.target import find_target
from sync.engine import sync_round
from tests.ledger import kit, paper
from tests.ledger.conftest import Place, cells, names, refused
from validators.rawcell import show


def test_a_ledger_goes_into_the_book(place: Place) -> None:
    document = place.imported(place.ledger(paper.progress()), "--yes")
    assert document["state"] == "done" and document["book"] == "安成镇.xlsx" and document["problems"] == 0
    assert document["counts"] == {"all": 4, "taken": 3, "existing": 0, "refused": 0, "continued": 0, "aside": 1}
    assert [item["row"] for item in document["taken"]] == [7, 8, 9]
    assert names(place) == ["智能装备项目", "轴承生产线项目", "预制菜项目"]
    assert cells(place, 7, "company", "total_investment", "start_actual") == [
        "安徽甲科技有限公司",
        "12000",
        "2025-03-20",
    ]


def test_dates_are_dates_and_amounts_are_numbers(place: Place) -> None:
    """As if typed in WPS: dates sort and filter with those that clerks type."""
    place.imported(place.ledger(paper.progress()), "--yes")
    sheet = load_workbook(place.book)["项目库"]
    tab = place.tab()
    start = sheet.cell(7, tab.columns["start_actual"])
    assert start.is_date and str(start.value)[:10] == "2025-03-20"
    assert sheet.cell(7, tab.columns["total_investment"]).value == 12000
    assert sheet.cell(8, tab.columns["start_plan"]).value == "2025-09", "a month is no day"


def test_days_of_a_ledger_that_counts_from_1904_are_ours(place: Place) -> None:
    """With a date's format or without, the cell in our book shows the day that the ledger's meant; amounts stay."""
    book = paper.progress()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet["M6"], sheet["E6"] = 44255, 44256  # 2025-03-01 there, and an amount
    place.imported(place.ledger(book), "--yes")
    assert cells(place, 7, "start_actual") == ["2025-03-20"]
    assert cells(place, 8, "total_investment") == ["44256"]
    sheet = load_workbook(place.book)["项目库"]
    days = [sheet.cell(8, place.tab().columns[name]).value for name in ("start_plan", "start_actual")]
    assert "2025-03-01" in [str(day)[:10] for day in days]


def test_dates_are_texts_where_no_date_would_show(place: Place) -> None:
    """A clerk took the format off the columns: a bare 45736 would be no date to anybody."""
    sheet_book = load_workbook(place.book)
    for row in sheet_book["项目库"].iter_rows(min_row=7):
        for cell in row:
            cell.number_format = "General"
    for column in sheet_book["项目库"].column_dimensions.values():
        column.number_format = "General"
    sheet_book.save(place.book)
    place.imported(place.ledger(paper.progress()), "--yes")
    assert cells(place, 7, "start_actual", "total_investment") == ["2025-03-20", "12000"]


@pytest.mark.parametrize(
    "make",
    [paper.progress, paper.permits, paper.months, paper.instructions, paper.problem_list, paper.ancestor, paper.tall_rows,
     paper.hidden_and_ghosts, paper.by_place, paper.monthly],
)  # fmt: skip
def test_twice_adds_nothing(place: Place, make: Callable[[], Workbook]) -> None:
    ledger = place.ledger(make())
    first = place.imported(ledger, "--yes")
    before = place.book.read_bytes()
    second = place.imported(ledger, "--yes")
    assert first["counts"]["taken"] > 0
    assert second["counts"] == {**first["counts"], "taken": 0, "existing": first["counts"]["taken"]}
    assert not any(item["differences"] for item in second["existing"])
    assert second["state"] == "nothing" and place.book.read_bytes() == before


def test_what_stands_in_the_book_is_not_touched(place: Place) -> None:
    """Rows typed before stay byte for byte, and so does every other part of the file."""
    book = load_workbook(place.book)
    tab = place.tab()
    book["项目库"].cell(7, tab.columns["project_name"], "轴承生产线项目")
    book["项目库"].cell(7, tab.columns["total_investment"], 34000)
    book["项目库"].cell(9, 200, "文书自己的记号")
    book.save(place.book)
    old = zipfile.ZipFile(io.BytesIO(place.book.read_bytes()))
    document = place.imported(place.ledger(paper.progress()), "--yes")
    new = zipfile.ZipFile(io.BytesIO(place.book.read_bytes()))
    assert [item["row"] for item in document["taken"]] == [8, 10], "a row in which anything stands is not used"
    differing = [name for name in old.namelist() if old.read(name) != new.read(name)]
    (part,) = [name for name in differing if name.startswith("xl/worksheets/")]
    assert set(differing) <= {part, "xl/workbook.xml"}
    row = re.compile(rb'<row r="(7|9)".*?</row>', re.S)
    assert [m.group() for m in row.finditer(old.read(part))] == [m.group() for m in row.finditer(new.read(part))]


def test_a_project_that_is_there_is_told_with_what_differs(place: Place) -> None:
    place.imported(place.ledger(paper.progress()), "--yes")
    changed = paper.progress()
    changed.active["E6"] = 36000  # type: ignore[index]
    document = place.imported(place.ledger(changed), "--yes")
    differing = {item["name"]: item["differences"] for item in document["existing"] if item["differences"]}
    assert differing == {"轴承生产线项目": [{"field": "总投资", "book": "35000", "ledger": "36000"}]}
    assert cells(place, 8, "total_investment") == ["35000"] and document["state"] == "nothing" and document["problems"]


@pytest.mark.parametrize(
    ("codes", "taken", "existing"),
    [(("2404-340403-04-01-123456", "2404-340403-04-01-123457"), 1, 0), (("2404-340403-04-01-123456", None), 0, 1)],
)
def test_the_same_name_is_another_project_when_the_codes_say_so(
    place: Place, codes: tuple[str, str | None], taken: int, existing: int
) -> None:
    for at, code in enumerate(codes):
        book, sheet = paper.new()
        paper.put(sheet, 1, [["项目名称", "投资项目统一代码", "总投资（万元）"], ["同名项目", code, 12000]])
        document = place.imported(place.ledger(book, f"{at}.xlsx"), "--yes")
    assert (document["counts"]["taken"], document["counts"]["existing"]) == (taken, existing)


def test_a_project_twice_in_the_ledger_is_taken_once(place: Place) -> None:
    book, sheet = paper.new()
    rows = [["甲项目", 12000], ["甲项目", 12000], ["甲 项目", 13000]]
    paper.put(sheet, 1, [["项目名称", "总投资（万元）", "签约日期"], *rows])
    document = place.imported(place.ledger(book), "--yes")
    assert [item["reason"] for item in document["refused"]] == [
        "和Sheet1!第2行重复",
        "和Sheet1!第2行同名，内容不同，请核对是不是一个项目",
    ]
    assert names(place) == ["甲项目"]


def test_several_tabs_hold_the_same_projects_once(place: Place) -> None:
    document = place.imported(place.ledger(paper.districts()), "--yes", "--tab", "总表", "--tab", "安成镇")
    assert names(place) == ["甲项目", "丙项目"]
    assert [item["reason"] for item in document["refused"]] == [
        "“所属区县”是曹庵镇，不是安成镇",
        "和总表!第8行重复",
        "和总表!第12行重复",
    ]
    assert all(item["agrees"] for item in document["totals"])


def test_more_rows_than_were_prepared(place: Place) -> None:
    book, sheet = paper.new()
    paper.put(
        sheet,
        1,
        [["项目名称", "总投资（万元）", "签约日期"], *([f"项目{at}号", 10000 + at, "2025-03-01"] for at in range(300))],
    )
    assert place.imported(place.ledger(book), "--yes")["counts"]["taken"] == 300
    assert names(place) == [f"项目{at}号" for at in range(300)]
    assert cells(place, 306, "sign_date") == ["2025-03-01"]


def test_a_name_that_the_book_would_take_for_a_total_is_refused(place: Place) -> None:
    """It would stand in the book and be read as a section: told, not filled in; the next one moves up."""
    book, sheet = paper.new()
    rows = [["第二批标准化厂房项目", "1.2亿", None], ["乙项目", 13000, "2025-03-01"]]
    paper.put(sheet, 1, [["项目名称", "总投资（万元）", "签约日期"], *rows])
    document = place.imported(place.ledger(book), "--yes")
    assert names(place) == ["乙项目"] and [item["row"] for item in document["taken"]] == [7]
    (told,) = document["refused"]
    assert told["name"] == "第二批标准化厂房项目" and "会被当成" in told["reason"]


def test_the_commissions_and_a_departments_tables(place: Place) -> None:
    document = place.imported(place.ledger(paper.evaluation()), "--yes", "--table", "五比评价", unit="commission")
    assert (document["table"], document["counts"]["taken"]) == ("五比评价", 2)
    tab = place.tab("evaluation", document["book"], "commission")
    table = kit.scheme().table("evaluation")
    assert [show(row.cells[table.index("environment_score")]) for row in tab.rows] == ["90", "8O"]
    (note,) = [item for item in document["notes"] if not item["sure"]]
    assert (note["where"], note["stands"]) == ("评价!J5", "8O")


def test_a_month_that_is_opened_already_is_filled_in(place: Place) -> None:
    """Sync has put project and month there for the clerk; the rest is his, and goes beside them. Twice is once."""
    book = load_workbook(place.book)
    columns = place.tab("monthly_progress").columns
    for row, name in ((7, "预制菜项目"), (8, "智能装备项目")):
        book["月度进展"].cell(row, columns["project"], name)
        book["月度进展"].cell(row, columns["month"], "2025-05")
    book["月度进展"].cell(8, columns["unchanged"], "否")
    book.save(place.book)
    document = place.imported(place.ledger(paper.monthly()), "--yes")
    assert [(item["name"], item["row"]) for item in document["taken"]] == [("预制菜项目", 7)]
    (there,) = document["existing"]
    assert there["name"] == "智能装备项目" and there["differences"], "somebody has typed there: nothing is changed"
    table = kit.scheme().table("monthly_progress")
    first, second = place.tab("monthly_progress").rows
    assert [show(first.cells[table.index(name)]) for name in ("month_done", "total_done", "problems")] == [
        "1100",
        "4000",
        "缺工",
    ]
    assert show(second.cells[table.index("month_done")]) == ""
    assert place.imported(place.ledger(paper.monthly()), "--yes")["state"] == "nothing"


def test_what_is_not_sure_is_left_out_and_told(place: Place) -> None:
    document = place.imported(place.ledger(paper.districts()), "--yes")
    reasons = {item["列"]: item["理由"] for item in document["mapping"] if item["填到"] == "不导入"}
    assert reasons["H"].startswith("没有把握，未导入") and cells(place, 7, "liaison_phone") == [""]


def test_kept_columns_go_into_the_explanation(place: Place) -> None:
    place.imported(place.ledger(paper.progress()), "--yes", "--keep")
    assert cells(place, 8, "explanation")[0].startswith("用地指标未落实；建设起止年限：2025/2027")


def test_a_rehearsal_writes_nothing(place: Place) -> None:
    before = sorted((file, file.read_bytes()) for file in place.book.parent.iterdir())
    document = place.imported(place.ledger(paper.progress()), "--dry-run")
    assert document["state"] == "rehearsed" and document["counts"]["taken"] == 3
    assert sorted((file, file.read_bytes()) for file in place.book.parent.iterdir()) == before
    assert not list(place.root.rglob("导入前/*"))


def test_the_way_back(place: Place) -> None:
    """The version before is kept under a name a person finds; put back, the import is undone."""
    before = place.book.read_bytes()
    result = place.run(place.ledger(paper.progress()), "--yes")
    (backup,) = place.root.rglob("导入前/*.xlsx")
    assert backup.read_bytes() == before and str(backup) in result.output and "要撤销" in result.output
    place.book.write_bytes(backup.read_bytes())
    assert names(place) == []


def test_the_next_sync_takes_the_rows(place: Place) -> None:
    place.imported(place.ledger(paper.progress()), "--yes")
    with place.office() as office:
        report = sync_round(office.parts, "command", [kit.UNIT])
        records = office.store.records(office.scheme.id)
    assert not report.failures
    assert sorted(item.values["project_name"] for item in records) == sorted(
        ["智能装备项目", "轴承生产线项目", "预制菜项目"]
    )
    with place.office() as office:
        assert [item["kind"] for item in office.store.events() if item["kind"] == "import"] == ["import"]


# refusals -----------------------------------------------------------------------------------------------------------


def test_an_open_book_is_not_filled(place: Place) -> None:
    sign = place.book.with_name(".~lock.安成镇.xlsx#")
    sign.write_text(",王伟,pc,25.11.2026 09:00,file:///x;")
    assert "王伟 正在用 LibreOffice 打开" in refused(place, place.ledger(paper.progress()), "--yes")
    assert not list(place.root.rglob("导入前/*.xlsx"))
    sign.unlink()
    assert place.imported(place.ledger(paper.progress()), "--yes")["state"] == "done"


def test_a_book_saved_meanwhile_is_read_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody types a project between our look and our write: he keeps it, and it is not filled in twice."""
    done = []
    commit = fill.commit

    def late(office: Any, target: Any, filled: Any) -> Any:
        if not done:
            done.append(True)
            book = load_workbook(place.book)
            book["项目库"].cell(7, target.tab.columns["project_name"], "智能装备项目")
            book.save(place.book)
        return commit(office, target, filled)

    monkeypatch.setattr(fill, "commit", late)
    document = place.imported(place.ledger(paper.progress()), "--yes")
    assert (document["counts"]["taken"], document["counts"]["existing"]) == (2, 1)
    assert names(place) == ["智能装备项目", "轴承生产线项目", "预制菜项目"]


def test_two_files_of_one_unit_wait_for_a_decision(place: Place) -> None:
    place.book.with_name("安成镇(1).xlsx").write_bytes(place.book.read_bytes())
    assert "decide" in refused(place, place.ledger(paper.progress()), "--yes")


def test_a_renamed_book_is_known_by_its_marks(place: Place) -> None:
    place.book.rename(place.book.with_name("安成镇6月最终版.xlsx"))
    assert place.imported(place.ledger(paper.progress()), "--yes")["book"] == "安成镇6月最终版.xlsx"


@pytest.mark.parametrize(
    ("setting", "told"),
    [("feedback = true", "feedback"), ('backend = "memory"', "目前只能填文件夹里的")],
)
def test_where_books_must_not_be_written_it_says_so(place: Place, setting: str, told: str) -> None:
    file = place.root / "workspace" / "tianbao.toml"
    name = setting.partition(" ")[0]
    file.write_text(re.sub(rf"^{name} = .*$", setting, file.read_text(), flags=re.M))
    assert told in refused(place, place.ledger(paper.progress()), "--yes")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--table", "没有的表"), "没有“没有的表”"),
        (("--tab", "没有的工作表"), "没有工作表“没有的工作表”"),
        (("--table", "五比评价"), "没有“五比评价”"),
    ],
)
def test_wrong_names_are_told_with_the_right_ones(place: Place, words: tuple[str, ...], told: str) -> None:
    assert told in refused(place, place.ledger(paper.progress()), "--yes", *words)


def test_an_unknown_unit_is_told(place: Place) -> None:
    assert "没有“张家镇”这个单位" in refused(place, place.ledger(paper.progress()), "--yes", unit="张家镇")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"%PDF-1.7", "PDF 文件"),
        (b"PK\x03\x04broken", "损坏"),
        (b"", "空文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "损坏"),
    ],
)
def test_what_is_no_ledger_is_told(place: Place, data: bytes, told: str) -> None:
    (place.root / "坏.xlsx").write_bytes(data)
    assert told in refused(place, place.root / "坏.xlsx", "--yes")


def test_without_a_name_nothing_is_taken(place: Place) -> None:
    assert "没有认出“项目名称”是哪一列" in refused(place, place.ledger(paper.grouped_sums()), "--yes")


def test_totals_that_differ_are_told_and_the_rows_taken(place: Place) -> None:
    book = paper.progress()
    book.active["E8"] = 58000  # type: ignore[index]
    result = place.run(place.ledger(book), "--yes")
    assert "✗ 2025年!第8行“合计：3个”：和全部各行不符：总投资写的是58000，各行加起来是57000" in result.output
    assert result.exit_code == 1 and len(names(place)) == 3


def test_the_report_says_what_became_of_every_row(place: Place) -> None:
    result = place.run(place.ledger(paper.hidden_and_ghosts()), "--yes")
    for part in (
        "台账表头以下共8行有内容：导入3，已有0，没有导入0，接上一行的0，合计、小标题等5", "第3行合计", "第11行说明", "有隐藏的行，也读了：第6行",
        "有隐藏的列，也读了：E", "✓ 6月!第3行“合计”：总投资和全部各行相符", "下一步：tianbao sync --unit 安成镇", "在“项目库”第7至9行",
    ):  # fmt: skip
        assert part in result.output


def test_json_is_the_whole_report(place: Place) -> None:
    result = place.run(place.ledger(paper.tall_rows()), "--yes", "--json")
    document = json.loads(result.output)
    counts = document["counts"]
    assert counts["all"] == sum(count for kind, count in counts.items() if kind != "all") == 6
    assert counts["taken"] == len(document["taken"]) == 3 and counts["continued"] == 2


def test_prepared_but_not_committed_changes_nothing(place: Place) -> None:
    """Between planning and exchange nothing of the folder has changed."""
    with place.office() as office:
        study = begin(office, place.ledger(paper.progress()), kit.UNIT, "", ())
        study.mappings = [accept_sure(item) for item in study.mappings]
        target = find_target(office, kit.UNIT, study.table)
        before = place.book.read_bytes()
        entries = kit.entries(study)
        assert study.typist is not None
        filled = fill.plan(office, target, study.table, Sorted(new=entries), study.typist)
        assert filled.data and filled.data != before and place.book.read_bytes() == before
        assert carry_out(office, study, kit.UNIT, dry_run=True).state == "rehearsed"


def test_after_the_schemes_last_day_nothing_is_filled_in_for_nothing(place: Place) -> None:
    """What is filled in then would not be taken; a rehearsal may still show what would go where."""
    ledger = place.ledger(paper.progress())
    (scheme,) = (place.root / "workspace" / "scheme").rglob("scheme.yaml")
    scheme.write_text(scheme.read_text("utf-8") + f"\nends: {kit.DAY - timedelta(days=1)}\n", "utf-8")
    assert "方案已于2025-06-29到期" in refused(place, ledger, "--yes")
    assert place.run(ledger, "--yes", "--dry-run").exit_code in (0, 1)
    scheme.write_text(scheme.read_text("utf-8").replace("ends: 2025-06-29", "ends: 2025-06-30"), "utf-8")
    assert place.imported(ledger, "--yes")["state"] == "done", "on the last day it still goes in"
