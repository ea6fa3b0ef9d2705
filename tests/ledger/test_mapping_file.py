"""The mapping as a file: written for a person, changed by him, and what counts from then on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from tests.ledger import kit, paper
from tests.ledger.conftest import Place, cells, names, refused
from validators.rawcell import show


def sheet_rows(file: Path) -> dict[str, int]:
    return {str(cell.value): cell.row for cell in load_workbook(file)["映射"]["C"] if cell.value}


def test_the_mapping_is_written_for_a_person_to_change(place: Place) -> None:
    """Without --yes and without a terminal: a file with drop-downs; changed and passed back, it is what counts."""
    ledger = place.ledger(paper.districts())
    result = place.run(ledger)
    file = place.root / "映射_台账.xlsx"
    assert result.exit_code == 1 and "还没有导入" in result.output and f"--mapping {file}" in result.output
    assert names(place) == []
    book = load_workbook(file)
    (validation,) = book["映射"].data_validations.dataValidation
    assert validation.formula1.startswith("'可填的栏目'!")
    rows = sheet_rows(file)
    assert book["映射"].cell(rows["资金构成/银行贷款"], 6).value == "不导入"
    book["映射"].cell(rows["资金构成/银行贷款"], 6).value = "写进情况说明"
    book["映射"].cell(rows["项目业主/联系电话"], 6).value = "不导入"
    book.save(file)
    document = place.imported(ledger, "--mapping", file)
    assert document["state"] == "done"
    assert cells(place, 7, "company", "liaison_phone") == ["安徽甲公司有限公司", ""]
    assert cells(place, 7, "explanation") == ["未办证；资金构成/银行贷款：4000"]


def test_a_persons_file_is_never_overwritten(place: Place) -> None:
    ledger = place.ledger(paper.districts())
    place.run(ledger)
    file = place.root / "映射_台账.xlsx"
    before = file.read_bytes()
    assert "没有覆盖" in refused(place, ledger) and file.read_bytes() == before


def test_the_mapping_as_yaml(place: Place) -> None:
    """A unit that nobody said, and a text for every row, are a person's to say."""
    ledger, file = place.ledger(paper.nameless()), place.root / "映射.yaml"
    assert place.run(ledger, "--mapping", file).exit_code == 1
    rows = yaml.safe_load(file.read_text())
    for row in rows:
        row["单位"] = "亿元" if row["台账的列名"] == "总投资" else ""
        row["填到"] = "统一社会信用代码" if row["台账的列名"] == "证照号" else row["填到"]
    rows.append({"工作表": "Sheet1", "列": "固定值", "台账的列名": "专用设备制造业", "填到": "行业"})
    file.write_text(yaml.safe_dump(rows, allow_unicode=True))
    place.imported(ledger, "--mapping", file)
    assert cells(place, 8, "total_investment", "uscc", "industry") == [
        "120000000",
        "91340403MA2TB0015G",
        "专用设备制造业",
    ]


def test_next_months_ledger_with_moved_columns(place: Place) -> None:
    """Columns are found again by what their header says."""
    file = place.root / "映射.yaml"
    place.run(place.ledger(paper.progress()), "--mapping", file)
    moved = paper.progress()
    moved["2025年"].insert_cols(2)
    assert place.imported(place.ledger(moved, "6月.xlsx"), "--mapping", file)["counts"]["taken"] == 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"填到": "总投资额度"}, "没有“总投资额度”这个栏目，是不是“总投资”？"),
        ({"填到": "项目名称"}, "“项目名称”填了两次"),
        ({"台账的列名": "没有的列"}, "台账里没有“没有的列”这一列了"),
        ({"工作表": "5月"}, "没有工作表“5月”；有：2025年"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_told(place: Place, change: dict[str, str], told: str) -> None:
    ledger, file = place.ledger(paper.progress()), place.root / "映射.yaml"
    place.run(ledger, "--mapping", file)
    rows = yaml.safe_load(file.read_text())
    for row in rows:
        if row["列"] == "E" or "工作表" in change:
            row.update(change)
    file.write_text(yaml.safe_dump(rows, allow_unicode=True))
    assert told in refused(place, ledger, "--mapping", file)


@pytest.mark.parametrize("content", ["{", "a: b", "- 1"])
def test_a_mapping_that_is_none_is_told(place: Place, content: str) -> None:
    file = place.root / "映射.yaml"
    file.write_text(content)
    assert "映射文件" in refused(place, place.ledger(paper.progress()), "--mapping", file)


def test_earlier_months_of_the_same_ledger(place: Place) -> None:
    """4月 and 5月 stand side by side: the latest goes in by itself, an earlier one with another column and month."""
    ledger, file = place.ledger(paper.progress()), place.root / "映射.yaml"
    table = ("--table", "月度进展")
    assert place.run(ledger, *table, "--mapping", file).exit_code == 1
    assert place.imported(ledger, *table, "--mapping", file)["counts"]["taken"] == 3
    rows = yaml.safe_load(file.read_text())
    for row in rows:
        places = {"I": "本月完成投资", "K": "不导入", "L": "不导入", "H": "形象进度", "J": "不导入"}
        row["填到"] = places.get(row["列"], row["填到"])
        row["台账的列名"] = "2025-04" if row["列"] == "固定值" else row["台账的列名"]
    file.write_text(yaml.safe_dump(rows, allow_unicode=True))
    assert place.imported(ledger, *table, "--mapping", file)["counts"]["taken"] == 3
    item = kit.scheme().table("monthly_progress")
    found = [[show(row.cells[item.index(name)]) for name in ("project", "month", "month_done", "progress")]
             for row in place.tab("monthly_progress").rows]  # fmt: skip
    assert found[0] == ["智能装备项目", "2025-05", "500", "二层"] and found[3] == [
        "智能装备项目",
        "2025-04",
        "300",
        "基础",
    ]
