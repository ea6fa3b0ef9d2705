"""Words that were once read as something else: marks of forms, contradictions in brackets, places of other
districts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.parsers.drawn import TODAY, cases, check
from validators.parsers.base import ParseContext, Place, Word, WordList, error, warn
from validators.parsers.read import parse_cell

TABLES = {
    "yesno": r"""
□是☑否               | ok    | 否
□是 ☑否              | ok    | 否
□是 √否              | ok    | 否
☐是☑否               | ok    | 否
□是■否               | ok    | 否
□是✔否               | ok    | 否
□是\n☑否             | ok    | 否
○是●否               | ok    | 否
□有☑无               | ok    | 否
（ ）是（√）否       | ok    | 否
[ ]是 [√]否          | ok    | 否
□否☑是               | ok    | 是
☐ 否 ☑ 是            | ok    | 是
□否 √是              | ok    | 是
□是☒否               | ok    | 否
（√）是（ ）否       | ok    | 是
[√]是 [ ]否          | ok    | 是
是□否☑               | ok    | 否
是（ ）否（√）       | ok    | 否
☑已开工 □未开工      | ok    | 是
是√ 否               | ok    | 是
是 √否               | ok    | 否
√是/否               | ok    | 是
是/否√               | ok    | 否
是（√）              | ok    | 是
（×）是（√）否       | ok    | 否
选择：□是☑否         | ok    | 否
未批先建             | ok    | 否
是（2025年3月）      | ok    | 是
否（未开工）         | ok    | 否
是（无异议）         | ok    | 是
无（已整改）         | ok    | 否
有（2处）            | ok    | 是
是（不含设备）       | ok    | 是
否①                  | ok    | 否
是（需技改）         | ok    | 是
□已取得 ☑未取得      | ok    | 否
☑是（2025年3月） □否 | ok    | 是
已列入年度计划       | ok    | 是
已拟定               | ok    | 是
已纳入计划           | ok    | 是
已办理不动产证       | ok    | 是
没有办理             | ok    | 否
是（√）否（）        | ok    | 是
是[√]否[ ]           | ok    | 是
是☑                  | ok    | 是
☑                    | ok    | 是
是 □ 否 ☑            | ok    | 否
□ 是 ☑ 否            | ok    | 否
(√)有 ( )无          | ok    | 是
有√ 无×              | ok    | 是
是√否×               | ok    | 是
是×否√               | ok    | 否
不适用               | warn  | 否
不涉及               | warn  | 否
无需办理             | warn  | 否
不需要               | warn  | 否
未取得（已受理）     | warn  | 否
是（拟）             | warn  | 是
是，已纳统（未核实） | warn  | 是
是（部分）           | warn  | 是
已取得施工许可证     | warn  | 是
已签约，已开工       | warn  | 是
无需                 | warn  | 否
是√否                | error |
是□                  | error |
（ ）是              | error |
是（ ）              | error |
√是否                | error |
□是□否√              | error |
●是                  | error |
○是○否               | error |
已签约未开工         | error |
已供地未开工         | error |
已立项待开工         | error |
已备案未纳统         | error |
已竣工未投产         | error |
已批未建             | error |
已报待批             | error |
已上报未批复         | error |
已办未取证           | error |
已拟                 | error |
已计划               | error |
已部分开工           | error |
已基本完成           | error |
已拿地，未开工       | error |
未是                 | error |
不是没有             | error |
未批已建             | error |
已完成90%            | error |
是（否）             | error |
有(无)               | error |
是（未办）           | error |
是(未开工)           | error |
否（已办）           | error |
是□ 否□ √            | error |
已签约；未开工       | error |
□                    | error |
有√无                | error |
""",
    "choice": r"""
（√）标准化厂房（ ）独立选址 | ok    | 标准化厂房
□标准化厂房☑独立选址         | ok    | 独立选址
标准化厂房☑独立选址□         | ok    | 标准化厂房
独立选址（新供地）           | ok    | 独立选址
标准化厂房 √                 | ok    | 标准化厂房
☑标准化厂房                  | ok    | 标准化厂房
标准化厂房（A区）            | ok    | 标准化厂房
标准化厂房（拟）             | warn  | 标准化厂房
标准化厂房(未定)             | warn  | 标准化厂房
标准化厂房（独立选址）       | error |
标准化厂房（改独立选址）     | error |
通过（未通过）               | error |
合格（容缺）                 | error |
□标准化厂房                  | error |
""",
    "township": r"""
1.安成镇                           | ok    | 安成镇
１、安成镇                         | ok    | 安成镇
安成镇√                            | ok    | 安成镇
属地：安成镇                       | ok    | 安成镇
淮南市安成镇                       | ok    | 安成镇
安徽省淮南市田家庵区安成镇         | ok    | 安成镇
安徽淮南安成镇                     | ok    | 安成镇
淮南经开区南区                     | ok    | 经开区南区
安成镇（田家庵区）                 | ok    | 安成镇
田家庵区舜耕镇人民政府             | ok    | 舜耕镇
安徽省淮南市田家庵区洞山街道办事处 | ok    | 洞山街道
安成镇（含工业园）                 | ok    | 安成镇
安徽省安成镇                       | ok    | 安成镇
乡镇：安成镇                       | ok    | 安成镇
(1)安成镇                          | ok    | 安成镇
安成镇（拟调整）                   | warn  | 安成镇
本区安成镇                         | warn  | 安成镇
开发区南区                         | warn  | 经开区南区
市区朝阳街道                       | warn  | 朝阳街道
安成镇1                            | warn  | 安成镇
谢家集区三和镇                     | error |
合肥市三和镇                       | error |
肥东县三和镇                       | error |
凤台县安成镇                       | error |
大通区舜耕镇                       | error |
江苏省南京市朝阳街道               | error |
六安市朝阳街道                     | error |
安成镇（史院乡）                   | error |
谢家集区三和镇三和村               | error |
合肥经开区南区                     | error |
三和镇（谢家集区）                 | error |
大通区                             | error |
淮南市                             | error |
淮南市田家庵区                     | error |
安成镇、史院乡                     | error |
寿县安成镇                         | error |
大通区：舜耕镇                     | error |
田家庵区安成镇史院乡               | error |
""",
    "stage": r"""
在建（60%）         | ok    | 在建
签约（未开工）      | ok    | 签约
签约（计划9月开工） | ok    | 签约
开工（主体施工）    | ok    | 开工
在建（待验收）      | warn  | 在建
已开工，在建        | warn  | 在建
在建（预计6月竣工） | warn  | 在建
已竣工，未投产      | warn  | 竣工
竣工（未投产）      | warn  | 竣工
签约（已开工）      | error |
在建（竣工）        | error |
投产（停产）        | error |
达产（部分）        | error |
在建（停工）        | error |
签约/开工           | error |
签约、前期          | error |
签约或前期          | error |
在建、竣工          | error |
在建/投产           | error |
不开工              | error |
无法开工            | error |
投产、达产          | error |
开工（计划9月）     | error |
拟签约              | error |
在建\n竣工          | error |
签约->开工          | error |
投产（试生产）      | error |
在建（一期已竣工）  | error |
""",
}
CASES = [(field_type, *case) for field_type, table in TABLES.items() for case in cases(table)]


@pytest.mark.parametrize(("field_type", "cell", "kind", "value"), CASES)
def test_cells_once_misread(field_type: str, cell: str, kind: str, value: str) -> None:
    check(field_type, cell, kind, value)


WORDS = WordList((Word("施工"), Word("监理"), Word("设计")))


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        ("☑施工 □监理 ☑设计", "ok", "施工、设计"),
        ("（√）施工（ ）监理", "ok", "施工"),
        ("施工（未定）、监理", "warn", "施工、监理"),
        ("施工（监理）", "error", ""),
        ("施工☑监理□设计", "error", ""),
    ],
)
def test_several_words_of_a_list(cell: str, kind: str, value: str) -> None:
    parsed = parse_cell("choices", cell, ParseContext(TODAY, choices=WORDS))
    assert (parsed.kind, parsed.value) == (kind, value)


HOME = ParseContext(TODAY, places=(Place("甲镇"),), district="乙县", within="丙省丁市")


@pytest.mark.parametrize(
    ("cell", "ctx", "kind"),
    [
        ("丙省丁市乙县甲镇", HOME, "ok"),
        ("丁市甲镇", HOME, "ok"),
        ("戊市甲镇", HOME, "error"),
        ("己县甲镇", HOME, "error"),
        ("戊市乙县甲镇", replace(HOME, within=""), "ok"),  # its own county says enough
        ("戊市甲镇", replace(HOME, within=""), "warn"),  # perhaps its city
        ("己县甲镇", replace(HOME, within=""), "error"),
        ("己县甲镇", replace(HOME, within="", district=""), "warn"),
    ],
)
def test_what_a_scheme_does_not_say_of_its_surroundings_is_told(cell: str, ctx: ParseContext, kind: str) -> None:
    parsed = parse_cell("township", cell, ctx)
    assert (parsed.kind, parsed.value) == (kind, "" if kind == "error" else "甲镇")


def test_a_message_is_one_line() -> None:
    assert "\n" not in error("cell.person.digits", part="1\n2").params["part"]
    assert warn("张三", "cell.dropped", dropped="李四\n王五").params["dropped"] == "李四 王五"
