"""`scheme check` on `sights`: a department that is not there, a table, a column, a condition; each by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheets_templates import catalog
from validators.scheme.load import read_scheme

SCHEME = """\
id: small
title: 小方案
version: "1"
source: {document: 样例}
units: [{code: A, name: 甲镇}]
departments:
  - {code: zjj, name: 住建局, aliases: [县住建局]}
  - {code: czj, name: 财政局}
tables:
  - name: project
    title: 项目库
    fields:
      - {name: name, title: 名称}
      - {name: signed, title: 签约日期, type: date_actual}
      - {name: office, title: 责任单位}
  - {name: other, title: 别的表, fields: [{name: name, title: 名称}]}
sights:
  - {SIGHT}
"""

CASES = {
    "all rows": ("departments: [住建局]", ""),
    "by alias and by code": ("departments: [县住建局, czj], table: project", ""),
    "a condition": ("departments: [住建局], table: project, where: 有(签约日期) 且 填报单位 = '甲镇'", ""),
    "named in a column": ("named_in: [责任单位]", ""),
    "named in a column by its name": ("named_in: [office], table: project", ""),
    "by duties": ("duties: true", ""),
    "no such department": ("departments: [住健局]", "没有“住健局”这个部门；是不是“住建局”？"),
    "a unit is no department": ("departments: [甲镇]", "没有“甲镇”这个部门"),
    "no such table": ("departments: [住建局], table: projects", "没有“projects”这张表；是不是“project”？"),
    "no such column": ("named_in: [责任单]", "各张表都没有“责任单”这一列；是不是“责任单位”？"),
    "a column of another table": ("named_in: [责任单位], table: other", "表“别的表”没有“责任单位”这一列"),
    "a condition that names nothing": ("departments: [住建局], table: project, where: 有(签约日)", "签约日"),
    "a condition that is none": ("departments: [住建局], table: project, where: 签约日期", "这里要的是条件"),
    "a condition without a table": ("departments: [住建局], where: 有(签约日期)", "就要写 table"),
    "everybody sees all": ("table: project", "每个部门都看得到"),
    "everybody sees everything": ("{}", "每个部门都看得到"),
    "an unknown key": ("departments: [住建局], rows: 5", "rows"),
}


@pytest.mark.parametrize(("sight", "told"), CASES.values(), ids=CASES.keys())
def test_a_sight_is_checked(tmp_path: Path, sight: str, told: str) -> None:
    """Right ones pass; a wrong one is told at its line."""
    text = SCHEME.replace("{SIGHT}", sight if sight == "{}" else f"{{{sight}}}")
    (tmp_path / "scheme.yaml").write_text(text, "utf-8")
    _, errors = read_scheme(tmp_path)
    if not told:
        assert [str(error) for error in errors] == []
        return
    (error,) = errors
    assert told in error.message
    assert error.line == text.splitlines().index("sights:") + 2


@pytest.mark.parametrize("scheme", catalog.bundled())
def test_bundled_schemes_say_what_their_departments_see(scheme: str) -> None:
    """None of the five leaves its departments to the default alone."""
    assert catalog.load(scheme).sights
