"""What an officer changes in the workbook stands in the scheme and is judged by; the files change there only."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.scheme_book.importing import Imported, read_import
from sheets_templates import catalog
from tests.unit.scheme_book.books import Person
from tests.unit.scheme_book.test_clumsy import changes
from validators.evaluate_json import evaluate_document
from validators.scheme.models import Scheme
from validators.validate import RowValidator


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person.of(catalog.find("tianjiaan"), tmp_path)


def taken(person: Person) -> Scheme:
    """The scheme of the saved book, which must be free of mistakes."""
    done = read_import(person.save())
    assert [str(item) for item in done.mistakes] == []
    assert done.scheme is not None
    return done.scheme


def changed_lines(done: Imported) -> dict[str, list[str]]:
    """File → lines that went and came."""
    found = {}
    for name, data in done.files.items():
        old, new = (text.decode().splitlines() for text in (done.base_files[name], data))
        lines = [
            line
            for line in difflib.unified_diff(old, new, n=0, lineterm="")
            if not line.startswith(("---", "+++", "@@"))
        ]
        if lines:
            found[name] = lines
    return found


def status(scheme: Scheme, row: dict[str, Any], rule: str, day: str) -> dict[str, Any]:
    document = evaluate_document(scheme, {"tables": {"project": [row]}}, date.fromisoformat(day))
    return next(item for item in document["records"][0]["statuses"] if item["rule"] == rule)


ROW = {"填报单位": "安成镇", "项目名称": "甲", "选址类型": "标准化厂房", "签约日期": "2025-03-01"}


def test_a_changed_limit_moves_the_deadline_and_one_line_of_the_file(person: Person) -> None:
    person.set("规则·期限", "T-9", "期限", 4)
    done = read_import(person.save())
    assert done.mistakes == [] and done.scheme is not None
    assert status(done.base, ROW, "T-9", "2025-05-01")["deadline"] == "2025-04-01"
    assert status(done.scheme, ROW, "T-9", "2025-05-01")["deadline"] == "2025-07-01"
    assert changed_lines(done) == {"rules.yaml": ["-    n: 1", "+    n: 4"]}


def test_a_limit_taken_away_is_shown_and_not_judged(person: Person) -> None:
    person.set("规则·期限", "T-9", "期限", None)
    found = status(taken(person), ROW, "T-9", "2025-05-01")
    assert found["deadline"] is None and found["status"] == "61天"


def test_a_changed_target_keeps_the_comment_beside_it(person: Person) -> None:
    person.set("规则·目标", "T-1", "目标数", "１５")
    done = read_import(person.save())
    assert changed_lines(done) == {"rules.yaml": ["-    goal: 14 # “14个以上”含14", "+    goal: 15 # “14个以上”含14"]}
    assert done.scheme is not None and next(r for r in done.scheme.rules if r.id == "T-1").goal == 15


def test_a_changed_sentence_is_what_the_clerk_reads(person: Person) -> None:
    person.set("规则·期限", "T-9", "填报人读到的话", "厂房签约({from})以后，{limit}之内要开工")
    assert "厂房签约(2025-03-01)以后，1个月之内要开工" in status(taken(person), ROW, "T-9", "2025-05-01")["reason"]


def test_drop_downs_get_lose_and_rename_values(person: Person) -> None:
    person.add("下拉选项", before="problem_kind.其他", 下拉="problem_kind", 值="用能指标", 别的写法="能耗、能评指标")
    person.drop("下拉选项", "problem_kind.设备采购")
    person.set("下拉选项", "problem_kind.施工组织", "值", "现场组织")
    done = read_import(person.save())
    assert done.scheme is not None and done.mistakes == []
    values = [item.value for item in done.scheme.choices["problem_kind"]]
    assert values == ["专班指出问题", "竣工验收问题", "手续办理", "要素保障", "现场组织", "用能指标", "其他"]
    assert done.scheme.choices["problem_kind"][5].aliases == ("能耗", "能评指标")
    assert any("“施工组织”改成了“现场组织”" in remark for remark in done.remarks), "old books still say it"
    table = done.scheme.table("problem")
    reader = RowValidator(done.scheme, table)
    assert _read(reader, table, "kind", "能耗").values["kind"] == "用能指标"
    assert [item.field for item in _read(reader, table, "kind", "设备采购").findings if item.field == "kind"] == [
        "kind"
    ]


def test_conditions_follow_a_value_that_was_renamed(person: Person) -> None:
    """Only the word in the conditions changes, and each change is listed."""
    person.set("下拉选项", "site_type.标准化厂房", "值", "租赁厂房")
    done = read_import(person.save())
    assert done.mistakes == [] and done.scheme is not None
    rules = done.files["rules.yaml"].decode()
    assert "'标准化厂房'" not in rules and "'租赁厂房'" in rules
    assert status(done.scheme, {**ROW, "选址类型": "租赁厂房"}, "T-9", "2025-05-01")["deadline"] == "2025-04-01"
    listed = [item for item in changes(done) if "条件" in item and "租赁厂房" in item]
    assert any("规则 T-9" in item for item in listed)
    assert any("写着的也跟着改了：" in remark for remark in done.remarks)
    assert not any("替换成" in remark for remark in done.remarks)


@pytest.mark.parametrize(
    ("scheme", "value", "word", "line"),
    [
        ("nanling", "areas.制造业", "先进制造业", "先进制造业: 县经信局"),  # asked by a column of the drop-down
        ("nanling", "sectors.服务业", "现代服务业", "金融业: 现代服务业"),  # says its words only
    ],
)
def test_lookups_follow_a_value_that_was_renamed(tmp_path: Path, scheme: str, value: str, word: str, line: str) -> None:
    """The old spelling kept as another name must not hide that a lookup still holds it."""
    person = Person.of(catalog.find(scheme), tmp_path)
    person.set("下拉选项", value, "值", word)
    person.set("下拉选项", value, "别的写法", value.partition(".")[2])
    done = read_import(person.save())
    assert done.mistakes == [] and done.scheme is not None
    assert line in done.files["choices.yaml"].decode()
    old = value.partition(".")[2]
    for name in ("area_offices", "area_sector"):
        rows = done.scheme.lookups[name].rows
        assert old not in rows and old not in rows.values() and len(rows) == len(done.base.lookups[name].rows)
    assert any("对照表内容" in remark and word in remark for remark in done.remarks)


@pytest.mark.parametrize("also", ["renamed", "gone"])
def test_conditions_do_not_follow_where_it_is_not_certain_which_value_was_renamed(person: Person, also: str) -> None:
    """Marks that stayed behind when the sheet was sorted can join the wrong rows: then it is told, not done."""
    person.set("下拉选项", "site_type.标准化厂房", "值", "租赁厂房")
    if also == "renamed":
        person.set("下拉选项", "site_type.独立选址", "值", "自行选址")
    else:
        person.drop("下拉选项", "site_type.独立选址")
    done = read_import(person.save())
    assert done.mistakes and "'标准化厂房'" in done.files["rules.yaml"].decode()
    assert any("查找 '标准化厂房'、替换成 '租赁厂房'" in remark for remark in done.remarks)


def _read(reader: RowValidator, table: Any, field: str, cell: str) -> Any:
    from validators.rows import RawRow

    cells = tuple(cell if item.name == field else "" for item in table.fields)
    return reader.validate([RawRow(table.title, 1, cells)], today=date(2025, 7, 1)).rows[0]


def test_a_new_column_stands_where_it_was_put_and_is_read(person: Person) -> None:
    person.add("字段", before="project.company", 表="项目库", 列名="用电容量", 英文名="power", 怎么读="数", 单位="千伏安",
               提示="装变压器的容量。", 必填="是", 最小值=0)  # fmt: skip
    scheme = taken(person)
    table = scheme.table("project")
    assert [item.name for item in table.fields[:4]] == ["project_name", "township", "power", "company"]
    power = table.field("power")
    assert (power.title, power.type, power.unit, power.required, power.minimum, power.owner) == (
        "用电容量", "number", "千伏安", True, "0", "unit"
    )  # fmt: skip
    assert _read(RowValidator(scheme, table), table, "power", "630").values["power"] == "630"


def test_a_new_unit_and_a_group_of_departments_get_their_books(person: Person) -> None:
    person.add(
        "单位",
        单位名称="高铁新区",
        单位代码=340403300,
        类别="开发区",
        别的叫法="新区、高铁新区管委会",
        从哪天起报="2025年7月1日",
    )
    for code in ("zjj", "gxj"):
        person.set("部门", code, "共用的词", "行业部门")
    person.set("表", "evaluation", "谁的簿子", "行业部门")
    scheme = taken(person)
    unit = scheme.unit("340403300")
    assert unit is not None and unit.aliases == ("新区", "高铁新区管委会") and unit.valid_from == date(2025, 7, 1)
    assert {"zjj", "gxj"} <= set(scheme.roles())
    assert "evaluation" in [item.name for item in scheme.tables_of("gxj")]


def test_a_value_and_a_column_typed_below_all_others_stand_last_in_their_own_list(person: Person) -> None:
    person.add("下拉选项", 下拉="site_type", 值="租用厂房")
    person.add("字段", 表="项目库", 列名="用电容量", 英文名="power", 怎么读="数")
    scheme = taken(person)
    assert [item.value for item in scheme.choices["site_type"]] == ["标准化厂房", "独立选址", "租用厂房"]
    assert [item.name for item in scheme.table("project").fields][-2:] == ["power", "explanation"]


def test_a_new_department_is_added_below(person: Person) -> None:
    person.add("部门", 部门名称="区数据局", 部门代码="sjj", 别的叫法="区数据资源局")
    assert taken(person).departments[-1].name == "区数据局"


def test_a_new_rule_follows_the_one_above_it(person: Person) -> None:
    person.add("规则·期限", before="T-10", 编号="T-9.z", 名称="厂房备案到开工", 表="项目库", 从哪一天起="备案日期",
               到哪一天止="开工实际日期", 期限=20, 时间单位="工作日", 遇休息日="顺延到下一工作日", 依据章节="二(一)1",
               填报人读到的话="备案({from})后{limit}内开工", 备注="2026年1号文件加的")  # fmt: skip
    done = read_import(person.save())
    assert done.mistakes == [] and done.scheme is not None
    ids = [item.id for item in done.scheme.rules]
    assert ids[ids.index("T-9") + 1] == "T-9.z"
    row = {**ROW, "备案日期": "2025-04-30"}
    assert status(done.scheme, row, "T-9.z", "2025-05-10")["deadline"] == "2025-06-03"
    assert "+  # 2026年1号文件加的" in changed_lines(done)["rules.yaml"]


def test_a_rule_taken_out_goes_with_its_comment_when_nothing_needs_it(person: Person) -> None:
    person.drop("规则·期限", "T-7")
    person.set("条目落实", "T-7", "由什么来管", "manual")
    done = read_import(person.save())
    assert done.mistakes == [] and done.scheme is not None
    assert "T-7" not in [item.id for item in done.scheme.rules]
    assert all(line.startswith("-") for line in changed_lines(done)["rules.yaml"])


def test_a_lookup_gets_the_pairs_the_office_decides_on(person: Person) -> None:
    person.add("对照表内容", 对照表="industry_team", 什么="专用设备制造业", 对什么="装备专班")
    person.set("对照表内容", "task_lead|二(二)1", "对什么", "· 区住建局\n· 区发改委")
    scheme = taken(person)
    assert scheme.lookups["industry_team"].rows == {"专用设备制造业": "装备专班"}
    assert scheme.lookups["task_lead"].rows["二(二)1"] == ["区住建局", "区发改委"]
    assert status(scheme, {**ROW, "行业": "专用设备制造业"}, "T-42", "2025-05-01")["status"] == "装备专班"


def test_the_facts_of_the_scheme_are_changed_in_place(person: Person) -> None:
    person.set("基本信息", "version", "内容", "2026.1")
    person.set("基本信息", "effective_to", "内容", "2026-12-31")
    person.set(
        "基本信息",
        "conventions.leads",
        "内容",
        "月：10\n日: 5\nmonth: 3\nquarter: 3\nhalf: 30\nyear: 30\nplanned: 7\n周: 2\n工作日: 1",
    )
    scheme = taken(person)
    assert (scheme.version, scheme.effective_to) == ("2026.1", date(2026, 12, 31))
    assert (scheme.conventions.leads["月"], scheme.conventions.leads["日"]) == (10, 5)


def test_reasons_are_shown_and_can_be_changed(person: Person) -> None:
    assert "行业是不是制造业" in str(person.cell("对照表", "manufacturing", "英文名").comment.text)
    assert (
        person.cell("规则·阶段", "T-S4.c", "备注").value
        == "库状态是另一条线：在库与否只看门槛和有没有终止，和办到哪一步无关。"
    )
    person.set("规则·阶段", "T-S4.c", "备注", "2026年起终止满一年的自动退出，\n见1号文件。")
    done = read_import(person.save())
    assert done.scheme == done.base
    assert changed_lines(done) == {
        "rules.yaml": [
            "-  # 库状态是另一条线：在库与否只看门槛和有没有终止，和办到哪一步无关。",
            "+  # 2026年起终止满一年的自动退出，",
            "+  # 见1号文件。",
        ]
    }


def test_a_copied_row_is_a_new_definition_and_the_old_one_stays(person: Person) -> None:
    sheet = person.book["规则·期限"]
    source = person.row("规则·期限", "T-9")
    at = sheet.max_row + 1
    for column in range(1, sheet.max_column + 1):
        sheet.cell(at, column).value = sheet.cell(source, column).value
    sheet.cell(at, person.column("规则·期限", "编号")).value = "T-9.y"
    sheet.cell(at, person.column("规则·期限", "期限")).value = 2
    scheme = taken(person)
    rules = {item.id: item for item in scheme.rules}
    assert (rules["T-9"].n, rules["T-9.y"].n) == (1, 2)
    assert rules["T-9.y"].from_ == rules["T-9"].from_
