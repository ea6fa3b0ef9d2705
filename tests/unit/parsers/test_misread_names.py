"""What stands in columns of names without being one, and what sticks to those that are."""

from __future__ import annotations

import pytest

from tests.unit.parsers.drawn import TODAY, cases, check
from validators.parsers.base import ParseContext, Place
from validators.parsers.quick import quick_reader
from validators.parsers.read import parse_cell

TABLES = {
    "person": r"""
全智贤             | ok    | 全智贤
尚雯婕             | ok    | 尚雯婕
欧阳文科           | ok    | 欧阳文科
张三（区发改委）   | ok    | 张三
联系人：张三       | ok    | 张三
张三（女）         | ok    | 张三
张三 女            | warn  | 张三
张三 男            | warn  | 张三
张三、女           | warn  | 张三
张三，男           | warn  | 张三
张三 未定          | warn  | 张三
张三、待定         | warn  | 张三
待定、张三         | warn  | 张三
安成镇 张三        | warn  | 张三
小张               | warn  | 小张
老王               | warn  | 老王
张工               | warn  | 张工
张总               | warn  | 张总
#张三              | warn  | 张三
@张三              | warn  | 张三
联系人张三         | warn  | 张三
负责人张三         | warn  | 张三
联络员张三         | warn  | 张三
法人代表张三       | warn  | 张三
项目经理张三       | warn  | 张三
区发改委张三       | warn  | 张三
张三（已退休）     | warn  | 张三
张三（待定）       | warn  | 张三
安成镇张三         | warn  | 张三
区发改委           | warn  | 区发改委
发改委             | warn  | 发改委
区住建局、张三     | warn  | 张三
待定、待定         | warn  |
张三、李四（待定） | warn  | 张三、李四
区委书记 张三      | warn  | 张三
张三\n待定         | warn  | 张三
王主任             | warn  | 王主任
联络员张三丰、李四 | warn  | 张三丰、李四
张三、李四、王圩村 | warn  | 张三、李四
安成镇             | error |
史院乡             | error |
王圩村             | error |
企业               | error |
业主               | error |
项目部             | error |
办公室             | error |
镇政府             | error |
村委会             | error |
在建               | error |
已定               | error |
空缺               | error |
已退休             | error |
人事变动           | error |
村干部             | error |
党委书记           | error |
各村书记           | error |
副镇长             | error |
东方社区           | error |
村书记             | error |
女                 | error |
公司法人           | error |
1\n2               | error |
#                  | error |
@                  | error |
""",
    "company": r"""
安徽 某某 有限公司                     | ok    | 安徽某某有限公司
安徽某某有限公司 淮南分公司            | ok    | 安徽某某有限公司淮南分公司
安徽某某科技有限公司\n法人：张三       | warn  | 安徽某某科技有限公司
安徽A有限公司 张三                     | warn  | 安徽A有限公司
安徽某某科技有限公司（筹） 张三        | warn  | 安徽某某科技有限公司（筹）
安徽某某有限公司、淮南某某有限公司     | warn  | 安徽某某有限公司、淮南某某有限公司
建设单位：安徽A有限公司 联系人：张三   | warn  | 安徽A有限公司
安徽A有限公司 联系人：张三 13855412345 | warn  | 安徽A有限公司
某某合作社 王村                        | warn  | 某某合作社
是                                     | error |
√                                      | error |
☑                                      | error |
""",
    "project_name": r"""
2、3号厂房项目          | ok    | 2、3号厂房项目
1、2#厂房               | ok    | 1、2#厂房
3、4#楼项目             | ok    | 3、4#楼项目
3 号厂房项目            | ok    | 3号厂房项目
2024、2025年度项目      | ok    | 2024、2025年度项目
1、2号、3号厂房         | ok    | 1、2号、3号厂房
1 年产500套智能装备项目 | warn  | 年产500套智能装备项目
1、10kV线路项目         | warn  | 10kV线路项目
2、三号厂房项目         | warn  | 三号厂房项目
""",
}
CASES = [(field_type, *case) for field_type, table in TABLES.items() for case in cases(table)]


@pytest.mark.parametrize(("field_type", "cell", "kind", "value"), CASES)
def test_cells_once_misread(field_type: str, cell: str, kind: str, value: str) -> None:
    check(field_type, cell, kind, value)


def test_a_village_that_reports_is_no_person_at_a_glance_either() -> None:
    ctx = ParseContext(TODAY, places=(Place("李庄"),))
    assert parse_cell("person", "李庄", ctx).kind == "error"
    assert quick_reader("person", ctx) is None
    assert parse_cell("person", "李庄", ParseContext(TODAY)).kind == "ok"
