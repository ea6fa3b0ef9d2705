"""`tianbao check`: one file, no workspace, no store."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from app.cli import cli
from tests import books
from tests.office import Office
from tests.paper import Paper

GOOD = {
    "project_name": "年产500套智能装备项目", "company": "安徽某某科技有限公司", "industry": "专用设备制造业", "total_investment": 12000,
    "leader": "张三", "liaison": "李四", "sign_date": "2025-03-01", "site_type": "标准化厂房",
}  # fmt: skip


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["check", "--as-of", "2025-07-01", *map(str, arguments)], obj={})


def checked(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code in (0, 1), result.output
    document = json.loads(result.output)
    assert (result.exit_code == 1) == (document["problems"] > 0)
    return document


def file(tmp_path: Path, data: bytes, name: str = "安成镇.xlsx") -> Path:
    (tmp_path / name).write_bytes(data)
    return tmp_path / name


def test_an_empty_book_of_ours_has_nothing_to_mend(tmp_path: Path) -> None:
    path = file(tmp_path, books.book())
    document = checked(path)
    assert (document["scheme"], document["marked"], document["unit_name"]) == ("tianjiaan", True, "安成镇")
    assert [(tab["tab"], len(tab["rows"])) for tab in document["tabs"]] == [
        ("项目库", 0),
        ("月度进展", 0),
        ("用地年度计划", 0),
        ("问题清单", 0),
    ]
    assert document["lines"] == [] and document["problems"] == 0
    assert "✓ 没有要改的地方" in run(path).output


def test_a_bad_cell_is_told_with_its_address(tmp_path: Path) -> None:
    """Where, what stands there, what is wanted; and the row as it would be answered."""
    path = file(
        tmp_path, books.book({"project": [GOOD, {**GOOD, "project_name": "乙项目", "sign_date": "2025-13-01"}]})
    )
    result = run(path)
    assert result.exit_code == 1
    document = checked(path)
    (line,) = [item for item in document["lines"] if item["field"] == "签约日期"]
    assert (line["where"], line["who"], line["severity"], line["value"]) == (
        "项目库!S8",
        "乙项目",
        "必改",
        "2025-13-01",
    )
    assert "2025-03-01" in line["message"] or "月份" in line["message"]
    assert "项目库!S8" in result.output and "2025-13-01" in result.output
    first, second = document["tabs"][0]["rows"]
    assert (first["row"], second["row"]) == (7, 8)
    assert "签约日期" in second["answer"]["check"] and "签约日期" not in first["answer"].get("check", "")
    assert "节点状态" in run(path, "--rows").output


def test_today_is_named(tmp_path: Path) -> None:
    """The same book on another day reads otherwise."""
    path = file(tmp_path, books.book({"project": [GOOD]}))
    early = json.loads(CliRunner().invoke(cli, ["check", str(path), "--json", "--as-of", "2025-03-10"], obj={}).output)
    late = checked(path)
    assert early["as_of"] == "2025-03-10" and late["as_of"] == "2025-07-01"
    assert early["tabs"][0]["rows"][0]["answer"] != late["tabs"][0]["rows"][0]["answer"]


def test_children_are_checked_against_their_parents(tmp_path: Path) -> None:
    rows = {"project": [GOOD], "problem": [books.problem("甲"), {**books.problem("乙"), "project": "没有这个项目"}]}
    document = checked(file(tmp_path, books.book(rows)))
    told = [line for line in document["lines"] if line["where"].startswith("问题清单!") and line["field"] == "项目名称"]
    assert [(line["where"], line["value"]) for line in told] == [("问题清单!D7", "没有这个项目")]


def ledger(*headers: str) -> bytes:
    """An office's own ledger: title, signature row, two header rows, a total."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("台账")
        sheet.merge_range(0, 0, 0, 5, "安成镇重点项目台账")
        sheet.write_string(1, 0, "填报单位：安成镇人民政府")
        sheet.write_string(1, 5, "单位：亿元")
        for column, header in enumerate(headers):
            sheet.write_string(2, column, header)
        sheet.write_row(3, 0, ["1", "年产500套智能装备项目", "安徽某某科技有限公司", "1.2", "2025.3.1", "李四"])
        sheet.write_row(4, 0, ["合计", "", "", "1.2", "", ""])
    return buffer.getvalue()


HEADERS = ("序号", "项目名称", "建设单位", "计划总投资", "签约时间", "联系人")


def test_a_foreign_ledger_is_known_by_its_headers(tmp_path: Path) -> None:
    document = checked(file(tmp_path, ledger(*HEADERS)))
    assert (document["scheme"], document["marked"], document["unit_name"]) == ("tianjiaan", False, "安成镇")
    (tab,) = document["tabs"]
    assert {item["field"]: (item["column"], item["header"]) for item in tab["columns"]} == {
        "项目名称": ("B", "项目名称"), "项目单位": ("C", "建设单位"), "总投资": ("D", "计划总投资"), "签约日期": ("E", "签约时间"), "联络员": ("F", "联系人"),
    }  # fmt: skip
    assert (tab["totals"], len(tab["rows"])) == (1, 1)
    assert "统一社会信用代码" in tab["missing"]
    assert "按表头认出" in run(tmp_path / "安成镇.xlsx").output
    assert "建设单位”→项目单位" in run(tmp_path / "安成镇.xlsx").output


def test_columns_that_are_not_there_are_one_thing_to_say(tmp_path: Path) -> None:
    found = checked(file(tmp_path, ledger(*HEADERS)))
    lost = [line for line in found["lines"] if "找不到" in line["message"]]
    assert len(lost) == 1 and lost[0]["severity"] == "必改"
    (tab,) = found["tabs"]
    assert len(tab["missing"]) > 2 and all(title in lost[0]["message"] for title in tab["missing"])


def test_a_scheme_can_be_named(tmp_path: Path) -> None:
    assert checked(file(tmp_path, ledger(*HEADERS)), "--scheme", "tianjiaan")["scheme"] == "tianjiaan"


@pytest.mark.parametrize("named", ["没有这个方案", "/nowhere"])
def test_an_unknown_scheme_is_wrong_use(tmp_path: Path, named: str) -> None:
    result = run(file(tmp_path, ledger(*HEADERS)), "--scheme", named)
    assert result.exit_code == 2 and named in result.output


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert run(tmp_path / "没有.xlsx").exit_code == 2


def marked_otherwise() -> bytes:
    paper = Paper(books.book())
    paper.tab("_tianbao").type(2, 2, "别的方案")
    return paper.save()


FILES = {
    "other scheme": (marked_otherwise, "甲.xlsx", "另一套方案"),
    "nothing of ours": (lambda: ledger("甲", "乙", "丙", "丁", "戊", "己"), "甲.xlsx", "没有找到要填的表"),
    "password": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "甲.xlsx",
        "密码",
    ),
    "cut off": (lambda: books.book()[:-2000], "甲.xlsx", "损坏"),
    "et": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "甲.et", "另存为”.xlsx"),
    "csv": ("项目名称,总投资\n甲,1\n".encode, "甲.csv", "文本文件"),
    "empty": (bytes, "甲.xlsx", "空文件"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, kind: str) -> None:
    make, name, said = FILES[kind]
    path = file(tmp_path, make(), name)
    document = checked(path)
    (line,) = document["lines"]
    assert (
        (line["where"], line["severity"]) == ("整本表", "必改") and said in line["message"] and name in line["message"]
    )
    assert document["tabs"] == []
    result = run(path)
    assert result.exit_code == 1 and said in "".join(result.output.split())


def test_hints_alone_are_no_problem(tmp_path: Path) -> None:
    out = io.BytesIO(books.book())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    document = checked(file(tmp_path, out.getvalue(), "安成镇.xlsm"))
    assert [line["severity"] for line in document["lines"]] == ["提示"] and document["problems"] == 0


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_old_formats_are_checked_too(tmp_path: Path, office: Office, suffix: str) -> None:
    path = file(tmp_path, books.book({"project": [{**GOOD, "sign_date": "2025-13-01"}]}))
    old = office.convert(path, tmp_path / f"安成镇.{suffix}")
    document, same = checked(old), checked(path)
    assert document["marked"] and document["unit_name"] == "安成镇"
    assert document["tabs"] == same["tabs"]
    assert [line for line in document["lines"] if line["where"] != "整本表"] == same["lines"]
    (told,) = [line for line in document["lines"] if line["where"] == "整本表"]
    assert told["severity"] == "提示" and f".{suffix}" in told["message"]
