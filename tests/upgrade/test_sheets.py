"""`tianbao books upgrade` for spreadsheets: new columns at the scheme's place, nothing that people typed is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync.backends.google.emulator import Emulator
from tests.google.kit import OWNER, grid
from tests.upgrade.conftest import (
    ADDED,
    ALL,
    CHOICE,
    HINT,
    NEW_TABLE,
    REMOVED,
    REORDERED,
    TITLED,
    VERSION,
    edit,
    project,
    write_scheme,
)
from tests.upgrade.sheets import BOOK, SERVICE, TAB, Json, Sheets, made

ROWS = {
    "101": {"project": [project(number) for number in range(1, 6)]},
    "commission": {"check": [{"what": "到现场看开工", "site": "独立选址"}]},
}
TYPED: tuple[str, str, str] = (
    "tables.yaml",
    "{name: phone, title: 联系电话, type: phone",
    "{name: phone, title: 联系电话, type: number",
)


@pytest.fixture
def place(server: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sheets:
    monkeypatch.setattr("sync.clock.Clock.sleep", lambda self, seconds: None)
    write_scheme(tmp_path / "scheme")
    return made(tmp_path, server, tmp_path / "scheme", ROWS)


def texts(place: Sheets) -> dict[str, list[str]]:
    """What stands under every head of a field."""
    fields = [head.lstrip("*").split("（")[0] for head in place.heads()[3:17]]
    return {head: place.column(head) for head in fields if head}


def test_a_new_field_stands_where_the_scheme_puts_it(place: Sheets) -> None:
    """Between its neighbours, with everything filled in where it was, and checked and answered from then on."""
    place.sync()
    before, records = texts(place), place.records()
    place.publish(VERSION, ADDED, CHOICE)
    assert place.upgrade()[BOOK]["state"] == "upgraded"
    heads = place.heads()
    assert heads.index("联系人") == heads.index("行业") + 1 == heads.index("选址类型") - 1
    assert {head: place.column(head) for head in before} == before
    assert "tb:project.contact" in place.marks()
    rule = place.rule("联系人")
    assert rule is not None and rule["inputMessage"].startswith("谁负责。")
    assert place.column("校验结果") == ["待同步"] * 5, "until the next answer nothing is said of the new content"
    place.sync()
    after = place.records()
    assert after.keys() == records.keys(), "nobody lost the record"
    assert all(after[key].values.get("name") == item.values.get("name") for key, item in records.items())
    place.type("联系人", 2, "王伟")
    place.sync()
    assert sorted(str(item.values.get("contact") or "") for item in place.records().values())[-1].startswith("王伟")


def test_everything_at_once(place: Sheets) -> None:
    """Added, removed, renamed by alias, reordered, a list, a hint, a table: told before, done, and found by sync."""
    place.sync()
    before = texts(place)
    place.publish(*ALL)
    told = place.upgrade("--dry-run")[BOOK]
    done = place.upgrade()[BOOK]
    assert told["state"] == "rehearsed" and told["changes"] == done["changes"]
    assert place.column("建设单位") == before["项目单位"] and place.column("旧栏目·联系电话") == before["联系电话"]
    assert "tb:project.builder" in place.marks() and "tb:project.phone" not in place.marks()
    titles = [sheet.title for sheet in place.file().sheets]
    assert titles.index("问题清单") == titles.index(TAB) + 1
    assert "新能源" in place.grid("字典").values()
    rule = place.rule("签约日期")
    assert rule is not None and "正式协议" in rule["inputMessage"]
    assert "正式协议签字的那一天。" in place.grid("填报说明").values()
    assert "2025.2" in place.grid("_tianbao").values()
    place.sync()
    assert place.column("校验结果") == ["✓ 通过"] * 5
    assert {str(item.values["builder"]) for item in place.records().values() if item.table == "project"} == set(
        before["项目单位"]
    )


def test_a_rehearsal_writes_nothing_and_twice_is_once(place: Sheets) -> None:
    place.sync()
    version = place.world.files[place.keys[BOOK]].edits[-1].version
    place.publish(*ALL)
    assert set(place.calls("--dry-run")) == {"files.list", "spreadsheets.get"}
    assert place.world.files[place.keys[BOOK]].edits[-1].version == version
    assert {item["state"] for item in place.upgrade().values()} == {"upgraded"}
    place.sync()
    grids = place.grid(), place.grid("填报说明"), place.marks()
    assert {item["state"] for item in place.upgrade().values()} == {"current"}
    assert (place.grid(), place.grid("填报说明"), place.marks()) == grids


def test_calls_are_few(place: Sheets) -> None:
    """The listing and sync's reading and answer apart: one reading and one batch for each book, and the first time one
    for marks."""
    place.sync()
    place.publish(VERSION, ADDED)
    found = place.calls("--unit", BOOK)
    assert found.count("spreadsheets.batchUpdate") == 3 and found.count("spreadsheets.get") == 2
    place.sync()
    assert place.calls("--unit", BOOK).count("spreadsheets.batchUpdate") == 0
    place.publish(("scheme.yaml", "2025.2", "2025.3"), HINT)
    found = place.calls("--unit", BOOK)
    assert found.count("spreadsheets.batchUpdate") == 2, "the marks are there"
    assert not any("values" in call for call in found)


def test_what_people_have_of_their_own_stays(place: Sheets) -> None:
    """Columns, a tab with formulas that look at the table, a check, a colour, a note: references follow the insertion."""
    place.sync()
    place.insert_column("行业", "我的备注")
    place.type("我的备注", 1, "要催")
    sheet = place.tab().id
    first = place.header()
    at = place.at("总投资") - 1
    own: Json = {"condition": {"type": "TEXT_CONTAINS", "values": [{"userEnteredValue": "号"}]}, "strict": True}
    place.act(
        {"setDataValidation": {"range": grid(sheet, first, place.at("项目单位") - 1, 40, place.at("项目单位")), "rule": own}},
        {"repeatCell": {
            "range": grid(sheet, first, at, first + 1, at + 1),
            "cell": {"note": "问过了", "userEnteredFormat": {"backgroundColor": {"red": 1}}},
            "fields": "note,userEnteredFormat.backgroundColor"}},
        {"addConditionalFormatRule": {"rule": {
            "ranges": [grid(sheet, first, at, 40, at + 1)],
            "booleanRule": {"condition": {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "5"}]},
                            "format": {"textFormat": {"italic": True}}}}, "index": 0}},
        {"addSheet": {"properties": {"sheetId": 7, "title": "草稿", "gridProperties": {"rowCount": 5, "columnCount": 5}}}},
        {"updateCells": {
            "start": {"sheetId": 7, "rowIndex": 0, "columnIndex": 0},
            "rows": [{"values": [{"userEnteredValue": {"formulaValue": f"=SUM('{TAB}'!J{first + 1}:J{first + 5})"}}]}],
            "fields": "userEnteredValue"}},
    )  # fmt: skip
    assert place.heads()[9] == "*总投资（万元）"
    total = place.grid("草稿")[1, 1]
    place.sync()
    place.publish(*ALL)
    done = place.upgrade()[BOOK]
    assert done["state"] == "upgraded"
    kept = [item["text"] for item in done["changes"] if item["kind"] == "kept"]
    assert any("建设单位" in text and "自己设的数据有效性" in text for text in kept)
    assert place.rule("建设单位") == own
    assert place.column("我的备注") == ["要催"]
    assert place.grid("草稿")[1, 1] == total
    cell = place.tab().cell(first, place.at("总投资") - 1)
    assert cell.note == "问过了" and cell.look is not None and cell.look["backgroundColor"] == {"red": 1}
    rules = place.tab().conditional
    assert sum(rule["booleanRule"]["condition"]["type"] == "NUMBER_GREATER" for rule in rules) == 1
    formulas = [place.file().formula_text(rule["_formula"]) for rule in rules if rule.get("_formula")]
    assert sum('"|"&MID' in text for text in formulas) == 1 and len(formulas) == len(set(formulas)), "ours, each once"


def test_a_field_that_comes_back_finds_its_column_again(place: Sheets) -> None:
    place.sync()
    before = place.column("联系电话")
    text = (place.scheme / "tables.yaml").read_text(encoding="utf-8")
    place.publish(VERSION, REMOVED)
    place.upgrade()
    place.sync()
    assert place.column("旧栏目·联系电话") == before
    (place.scheme / "tables.yaml").write_text(text, encoding="utf-8")
    edit(place.scheme, ("scheme.yaml", "2025.2", "2025.3"))
    assert place.upgrade()[BOOK]["state"] == "upgraded"
    assert place.column("联系电话") == before and "旧栏目·联系电话" not in place.heads()
    assert place.marks().count("tb:project.phone") == 1


def test_a_type_that_changes_gives_blank_rows_its_format(place: Sheets) -> None:
    """What is filled in keeps how it looks."""
    place.sync()
    place.publish(VERSION, TYPED)
    done = place.upgrade()[BOOK]
    assert any("联系电话" in item["text"] for item in done["changes"] if item["kind"] == "format")
    column, first = place.at("联系电话") - 1, place.header()
    filled, blank = place.tab().cell(first, column), place.tab().cell(first + 8, column)
    assert (filled.look or {})["numberFormat"]["type"] == "TEXT" and "numberFormat" not in (blank.look or {})
    place.upgrade()
    assert place.upgrade()[BOOK]["state"] == "current"


def test_a_header_that_was_rewritten_stays_and_a_title_of_ours_follows(place: Sheets) -> None:
    place.sync()
    place.type("项目单位", 0, "业主", who=OWNER)
    place.publish(VERSION, TITLED)
    done = place.upgrade()[BOOK]
    assert any(item["kind"] == "kept" and "业主" in item["text"] for item in done["changes"])
    assert "业主" in place.heads() and "建设单位" in place.heads(name="西山镇")


def test_the_filter_reaches_over_a_new_last_field(place: Sheets) -> None:
    """And its own columns are still those that people chose."""
    place.sync()
    box = place.tab().filter
    assert box is not None
    at = place.at("行业") - 1
    whole = {"sheetId": place.tab().id, "startRowIndex": box["rect"].top, "endRowIndex": box["rect"].bottom,
             "startColumnIndex": box["rect"].left, "endColumnIndex": box["rect"].right}  # fmt: skip
    last = place.at("情况说明")
    source = {"sheetId": place.tab().id, "dimension": "COLUMNS", "startIndex": last - 1, "endIndex": last}
    chosen = {"columnIndex": at, "filterCriteria": {"hiddenValues": ["其他"]}}
    place.act({"setBasicFilter": {"filter": {"range": whole, "filterSpecs": [chosen]}}})
    place.act({"moveDimension": {"source": source, "destinationIndex": place.at("项目代码") - 1}})
    chosen_at = place.at("行业") - 1
    assert chosen_at == at + 1
    place.publish(
        VERSION,
        ADDED,
        ("tables.yaml", "  - name: check\n", "      - {name: last, title: 末栏, type: text}\n  - name: check\n"),
    )
    assert place.upgrade()[BOOK]["state"] == "upgraded"
    after = place.tab().filter
    assert after is not None and after["rect"].right == place.at("末栏") == place.at("当前阶段") - 1
    assert after["filterSpecs"][0]["columnIndex"] == place.at("行业") - 1
    guards = [item["rect"] for item in place.file().protected.values() if item["description"].startswith("表头")]
    assert guards[0].right == len(place.heads())


def test_the_content_before_is_kept_and_the_way_back_is_told(place: Sheets) -> None:
    place.sync()
    row, column = place.header(), place.at("总投资")
    start = {"sheetId": place.tab().id, "rowIndex": row, "columnIndex": column - 1}
    look = {"numberFormat": {"type": "NUMBER", "pattern": '0.00"亿元"'}}
    data = [{"values": [{"userEnteredValue": {"numberValue": 1.2}, "userEnteredFormat": look}]}]
    place.act({"updateCells": {"start": start, "rows": data, "fields": "userEnteredValue,userEnteredFormat"}})
    before, last = place.grid(), place.at("情况说明")
    place.publish(*ALL)
    done = place.upgrade()[BOOK]
    sheet = load_workbook(done["backup"])[TAB]
    amount = sheet.cell(row + 1, column)
    assert (amount.value, amount.number_format) == (1.2, 'General"亿"')
    stood = {(cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert {place for place in before if 3 < place[1] <= last} <= stood
    assert "版本记录" in done["undo"] and "版本记录" in place.run("books", "upgrade", "--help").output + done["undo"]


def test_a_tab_that_is_there_already_and_one_that_is_no_more(place: Sheets) -> None:
    place.sync()
    place.act({"addSheet": {"properties": {"title": "问题清单"}}})
    place.publish(VERSION, NEW_TABLE)
    place.upgrade()
    assert place.file().titled("问题清单（2）") is not None
    place.publish(("scheme.yaml", "2025.2", "2025.3"), ("tables.yaml", NEW_TABLE[2], NEW_TABLE[1]), HINT)
    done = place.upgrade()[BOOK]
    assert any("“问题清单（2）”不再使用" in item["text"] for item in done["changes"])
    assert place.file().titled("问题清单（2）") is not None


@pytest.mark.parametrize("gone", ["marks", "status", "reader"])
def test_what_cannot_be_upgraded_says_so(place: Sheets, gone: str) -> None:
    place.sync()
    place.publish(*ALL)
    if gone == "marks":
        row = place.header() - 1
        line = {"sheetId": place.tab().id, "dimension": "ROWS", "startIndex": row - 1, "endIndex": row}
        place.act({"deleteDimension": {"range": line}})
    if gone == "status":
        place.act({"deleteSheet": {"sheetId": place.tab("_status").id}})
    if gone == "reader":
        for item in place.world.files[place.keys[BOOK]].permissions.values():
            if item.get("emailAddress") == SERVICE:
                item["role"] = "reader"
        for item in place.world.files.values():
            for right in item.permissions.values():
                if right.get("emailAddress") == SERVICE:
                    right["role"] = "reader"
    before = place.grid()
    done = place.upgrade("--unit", BOOK)[BOOK]
    if gone == "status":
        assert done["state"] == "upgraded", "the sync before has brought it back"
        return
    assert done["state"] == "refused" and done["told"], done
    assert {k: v for k, v in place.grid().items() if v != "待同步"}.keys() <= before.keys()


def test_a_reordered_scheme_moves_nobodys_column(place: Sheets) -> None:
    place.sync()
    heads = place.heads()
    place.publish(VERSION, REORDERED)
    place.upgrade()
    assert place.heads() == heads
