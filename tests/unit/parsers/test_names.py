"""Names of people, companies and projects."""

from __future__ import annotations

import pytest

from tests.unit.parsers.drawn import cases, check

PERSON = r"""
张\u3000三               | ok    | 张三
张三（主任）             | ok    | 张三
张三\李四                | ok    | 张三、李四
张三                     | ok    | 张三
张三 李四（区住建局）    | ok    | 张三、李四
无                       | ok    |
李 四 / 王 五            | ok    | 李四、王五
张三,                    | ok    | 张三
张三。                   | ok    | 张三
张三-李四                | ok    | 张三、李四
张三—李四               | ok    | 张三、李四
张三、                   | ok    | 张三
Mr. Zhang                | ok    | Mr. Zhang
尼玛 次仁                | ok    | 尼玛、次仁
古丽·阿依               | ok    | 古丽·阿依
上官云                   | ok    | 上官云
欧阳 锋                  | ok    | 欧阳锋
张三 同志                | ok    | 张三
副区长：张三             | ok    | 张三
张三（常务副区长）、李四 | ok    | 张三、李四
夏侯惇 张辽              | ok    | 夏侯惇、张辽
张三、李四等             | warn  | 张三、李四
待定                     | warn  |
张三(13855412345)        | warn  | 张三
王小二 138 5541 2345     | warn  | 王小二
区住建局 张三            | warn  | 张三
张三 等                  | warn  | 张三
张三李四王五             | warn  | 张三李四王五
张三同志                 | warn  | 张三
某某                     | warn  | 某某
张三/13855412345         | warn  | 张三
1                        | error |
"""
COMPANY = r"""
安徽某某科技有限公司（筹）             | ok    | 安徽某某科技有限公司（筹）
无                                     | ok    |
安徽 某某 有限公司                     | ok    | 安徽某某有限公司
某某村委会                             | ok    | 某某村委会
安徽某某有限公司；                     | ok    | 安徽某某有限公司
“安徽某某有限公司”                   | ok    | 安徽某某有限公司
淮南市第一中学                         | ok    | 淮南市第一中学
某某集团                               | ok    | 某某集团
安徽某某建设工程有限责任公司淮南分公司 | ok    | 安徽某某建设工程有限责任公司淮南分公司
安徽某某科技有限公司、淮南某某有限公司 | warn  | 安徽某某科技有限公司、淮南某某有限公司
某某公司                               | warn  | 某某公司
个人                                   | warn  | 个人
张三                                   | warn  | 张三
安徽某某有限公司(以下简称某某)         | warn  | 安徽某某有限公司
ABC公司                                | warn  | ABC公司
安徽某某股份                           | warn  | 安徽某某股份
安徽某某有限公司/淮南某某有限公司      | warn  | 安徽某某有限公司/淮南某某有限公司
待定                                   | warn  |
公司未注册                             | warn  |
"""
PROJECT_NAME = r"""
某某项目（一期）     | ok    | 某某项目（一期）
某某项目 二期        | ok    | 某某项目二期
某某\n项目           | ok    | 某某项目
3#厂房项目           | ok    | 3#厂房项目
10kV线路项目         | ok    | 10kV线路项目
2025年省重点项目某某 | ok    | 2025年省重点项目某某
1期某某项目          | ok    | 1期某某项目
12.5万吨项目         | ok    | 12.5万吨项目
无                   | ok    |
某某项目…           | ok    | 某某项目…
第1号厂房项目        | ok    | 第1号厂房项目
1某某项目            | ok    | 1某某项目
一期厂房             | ok    | 一期厂房
十四五规划项目       | ok    | 十四五规划项目
“某某”项目         | ok    | “某某”项目
某某项目(备案名)     | ok    | 某某项目(备案名)
年产1、2号线         | ok    | 年产1、2号线
No.1 某某            | ok    | No.1某某
1-某某项目           | ok    | 1-某某项目
1.某某项目           | warn  | 某某项目
（一）某某项目       | warn  | 某某项目
*某某项目            | warn  | 某某项目
项目                 | warn  | 项目
★★某某项目         | warn  | 某某项目
1）某某项目          | warn  | 某某项目
(1)、某某项目        | warn  | 某某项目
待定                 | warn  |
1 某某项目           | warn  | 某某项目
01 某某项目          | warn  | 某某项目
①某某               | warn  | 某某
二、某某             | warn  | 某某
12、                 | error |
"""


@pytest.mark.parametrize(("cell", "kind", "value"), cases(PERSON))
def test_person(cell: str, kind: str, value: str) -> None:
    check("person", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(COMPANY))
def test_company(cell: str, kind: str, value: str) -> None:
    check("company", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(PROJECT_NAME))
def test_project_name(cell: str, kind: str, value: str) -> None:
    check("project_name", cell, kind, value)
