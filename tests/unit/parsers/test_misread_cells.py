"""Cells that a clerk of many offices wrote and that were once read as something else, or refused for nothing; behind
each group of new refusals stand sound cells like them."""

from __future__ import annotations

import pytest

from sheets_templates import catalog
from tests.unit.parsers.drawn import TODAY, cases, check
from validators.fieldreader import FieldReader, column_contexts, word_list
from validators.parsers.base import ParseContext, Word, WordList
from validators.parsers.read import parse_cell

TABLES = {
    "date_plan": r"""
2025年元月             | ok    | 2025-01
二〇二五年元月         | ok    | 2025-01
2025年元月底           | ok    | 2025-01-31
2025年元月15日         | ok    | 2025-01-15
元月15日               | warn  | 2025-01-15
2025年元月上旬         | warn  | 2025-01-10
2025年Ⅲ季度            | warn  | 2025-09-30
2025年III季度          | warn  | 2025-09-30
2025年第Ⅲ季度          | warn  | 2025-09-30
2025年Ⅳ季度末          | ok    | 2025-12-31
上年底                 | warn  | 2024-12-31
上年末                 | warn  | 2024-12-31
次年底                 | warn  | 2026-12-31
翌年底                 | warn  | 2026-12-31
来年底                 | warn  | 2026-12-31
大后年底               | warn  | 2028-12-31
上半年底               | warn  | 2025-06-30
下半年末               | warn  | 2025-12-31
下下月                 | warn  | 2025-08
上上月                 | warn  | 2025-04
下下个月底             | warn  | 2025-08-31
下月底                 | warn  | 2025-07-31
本月底                 | warn  | 2025-06-30
2025年3Q               | warn  | 2025-09-30
2025-3Q                | warn  | 2025-09-30
2025年1H               | warn  | 2025-06-30
2025年5Q               | error |
闰六月                 | error |
2025年闰六月           | error |
闰6月15日              | error |
2025年花月             | error |
2025年某月             | error |
2025年春季             | error |
2025年3月15日HDPE项目  | warn  | 2025-03-15
2025年3月15亿元        | error |
2025年闰年             | warn  | 2025-12-31
12.5亿元               | error |
12.5亿                 | error |
3.15万元               | error |
3.15%                  | error |
3.5亩                  | error |
20.3亩                 | error |
2025年12.5亿           | error |
3.5年                  | error |
3.15万平方米           | error |
3.15人                 | error |
3.15元旦               | error |
2025.3.15万达开工      | warn  | 2025-03-15
2025年3月15日亿元项目  | warn  | 2025-03-15
2025.3.15（投资500万元） | warn  | 2025-03-15
2025.3.15（3.5亩）     | warn  | 2025-03-15
2025.6.30（待核实）    | warn  | 2025-06-30
2025.6.30（暂定）      | ok    | 2025-06-30
2025.6.30（计划）      | ok    | 2025-06-30
2025.6.30（拟开工）    | ok    | 2025-06-30
2025三月十五日         | ok    | 2025-03-15
20250315日             | warn  | 2025-03-15
2025年0315             | warn  | 2025-03-15
20250315.0             | ok    | 2025-03-15
45731.0                | warn  | 2025-03-15
""",
    "date_actual": r"""
2025.6.30（待核实）    | warn  | 2025-06-30
2025.6.30（？）        | warn  | 2025-06-30
2025.6.30（错）        | warn  | 2025-06-30
2025.6.30（有误）      | warn  | 2025-06-30
2025.6.30（意向）      | warn  | 2025-06-30
2025.6.30（框架协议）  | warn  | 2025-06-30
2025.6.30（受理）      | warn  | 2025-06-30
2025.6.30（公示）      | warn  | 2025-06-30
2025.6.30（约）        | warn  | 2025-06-30
2025.6.30（待补）      | warn  | 2025-06-30
2025.6.30（已核实）    | ok    | 2025-06-30
2025.6.30（核对无误）  | ok    | 2025-06-30
2025.6.30（已受理）    | ok    | 2025-06-30
2025.6.30（公示结束）  | ok    | 2025-06-30
2025.6.30（已开工）    | ok    | 2025-06-30
2025.6.30（签约）      | ok    | 2025-06-30
2025.6.30（周一）      | ok    | 2025-06-30
2025.6.30（错峰施工）  | ok    | 2025-06-30
2025.6.30（招待所改造）| ok    | 2025-06-30
2025.6.30（计划）      | error |
""",
    "stage": r"""
没开工                 | warn  | 前期
没有开工               | warn  | 前期
还没开工               | warn  | 前期
不具备开工条件         | warn  | 前期
尚不具备开工条件       | warn  | 前期
具备开工条件           | warn  | 前期
开工前准备             | warn  | 前期
推迟开工               | warn  | 前期
未施工                 | warn  | 前期
没有施工               | warn  | 前期
准备施工               | warn  | 前期
难以开工               | error |
预计2025年底投产       | error |
计划2025年投产         | error |
力争2026年6月竣工投产  | error |
有望年底投产           | error |
签约，预计2025年底投产 | warn  | 签约
预计2025年底投产，目前在建 | warn | 在建
主体完工，预计年底竣工 | warn  | 在建
投产后停产             | error |
停工后已复工           | error |
竣工验收未通过         | error |
验收不合格             | error |
签约未成功             | error |
签约失败               | error |
无法竣工               | error |
未在建                 | error |
非在建                 | error |
意向签约               | error |
谈签约                 | error |
签约意向               | error |
已谈成签约             | warn  | 签约
竣工未验收             | warn  | 竣工
投产未达产             | warn  | 投产
未批先建已开工         | warn  | 开工
不锈钢项目投产         | warn  | 投产
非标设备投产           | warn  | 投产
未来城项目竣工         | warn  | 竣工
接待中心投产           | warn  | 投产
24小时不间断施工       | warn  | 在建
正在建设，不影响施工   | warn  | 在建
计划6月完成主体施工    | warn  | 在建
主体封顶，待装修施工   | warn  | 在建
开工仪式已举行         | warn  | 开工
已竣工，未投产         | warn  | 竣工
""",
    "money_wan": r"""
12000（万元/年）       | error |
12000（/年）           | error |
12000（每年）          | error |
12000（万元/亩）       | error |
12000（元/平方米）     | error |
12000（人）            | error |
12000（年）            | error |
12000（万元/台）       | error |
12000（?）             | warn  | 12000
12000（错误）          | warn  | 12000
12000（核对无误）      | ok    | 12000
12000（全年）          | ok    | 12000
12000（年产值）        | ok    | 12000
12000（每期都含）      | ok    | 12000
12000（一期）          | ok    | 12000
12000（万元）          | ok    | 12000
12000（含税）          | ok    | 12000
""",
    "industry": r"""
2024                   | error |
2025                   | error |
2026                   | error |
2025年                 | error |
2021年                 | error |
2021                   | warn  | 木材加工和木、竹、藤、棕、草制品业
1500                   | error |
C1500                  | ok    | 酒、饮料和精制茶制造业
C2021                  | ok    | 木材加工和木、竹、藤、棕、草制品业
2021胶合板制造         | ok    | 木材加工和木、竹、藤、棕、草制品业
1511                   | ok    | 酒、饮料和精制茶制造业
3520                   | ok    | 专用设备制造业
20                     | ok    | 木材加工和木、竹、藤、棕、草制品业
专用设备制造           | ok    | 专用设备制造业
通用设备制造           | ok    | 通用设备制造业
化学原料和化学制品     | ok    | 化学原料和化学制品制造业
其它制造业             | ok    | 其他制造业
计算机通信和其他电子设备制造业 | ok | 计算机、通信和其他电子设备制造业
计算机、通信及其它电子设备制造业 | ok | 计算机、通信和其他电子设备制造业
新能源汽车             | warn  | 新能源汽车
新材料贸易             | warn  | 新材料贸易
制造业配套物流         | warn  | 制造业配套物流
新能源产业             | warn  | 新能源
新材料项目             | warn  | 新材料
先进制造业             | warn  | 制造业
""",
    "person": r"""
张三待定               | warn  | 张三
张三负责               | warn  | 张三
张三牵头               | warn  | 张三
张三具体负责           | warn  | 张三
张三手机               | warn  | 张三
张三电话               | warn  | 张三
张三？                 | warn  | 张三
欧阳文科负责           | warn  | 欧阳文科
张三负责、李四         | warn  | 张三、李四
本人                   | error |
自己                   | error |
牵头                   | error |
镇长负责               | error |
由张三负责             | warn  | 张三
联系电话               | error |
李负责                 | error |
李定                   | ok    | 李定
管联                   | ok    | 管联
易负                   | ok    | 易负
贝本人                 | ok    | 贝本人
""",
    "phone": r"""
0554-2672041*801       | ok    | 0554-2672041-801
0554-2672041#801       | ok    | 0554-2672041-801
2672041*801            | warn  | 2672041-801
13855412345（短号661234） | warn | 13855412345
13855412345短号661234  | warn  | 13855412345
13855412345（短号：661234）、13955412345 | warn | 13855412345、13955412345
0554-2672*041          | error |
138****2345            | error |
13855412345*           | ok    | 13855412345
*13855412345           | ok    | 13855412345
""",
    "month": r"""
元月                   | ok    | 2025-01
元月份                 | ok    | 2025-01
2025年元月             | ok    | 2025-01
2025年元月-3月         | ok    | 2025-01~2025-03
上上月                 | warn  | 2025-04
12.5亿元               | error |
""",
    "quarter": r"""
2025年Ⅲ季度            | ok    | 2025Q3
Ⅱ季度                  | ok    | 2025Q2
2025年2Q               | ok    | 2025Q2
下下季度               | warn  | 2025Q4
上季度                 | warn  | 2025Q1
""",
}
CASES = [(field_type, *case) for field_type, table in TABLES.items() for case in cases(table)]


@pytest.mark.parametrize(("field_type", "raw", "kind", "value"), CASES)
def test_the_cell_means(field_type: str, raw: str, kind: str, value: str) -> None:
    check(field_type, raw, kind, value)


WORDS = WordList(
    tuple(
        Word(value)
        for value in ("合格", "容缺", "履约", "标准化厂房", "独立选址", "已完成", "已入统", "未入统", "退役军人安置")
    )
)
CHOICES = r"""
没有合格               | error |
还没有合格             | error |
合格未通过             | error |
没有容缺               | error |
容缺未通过             | error |
没有履约               | error |
不含标准化厂房         | error |
退出标准化厂房         | error |
原标准化厂房           | error |
放弃独立选址           | error |
标准化厂房退租         | error |
标准化厂房到期         | error |
标准化厂房除外         | error |
没有入统               | error |
入统失败               | error |
已完成（剩2户）        | warn  | 已完成
已完成（还差2户）      | warn  | 已完成
已完成（共2户）        | ok    | 已完成
独立选址（不含二期）   | ok    | 独立选址
独立选址未供地         | warn  | 独立选址
市级标准化厂房         | warn  | 标准化厂房
标准化厂房A区          | warn  | 标准化厂房
属于标准化厂房         | warn  | 标准化厂房
退役军人安置项目       | warn  | 退役军人安置
"""


@pytest.mark.parametrize(("raw", "kind", "value"), cases(CHOICES))
def test_the_choice_is(raw: str, kind: str, value: str) -> None:
    cell = parse_cell("choice", raw, ParseContext(TODAY, choices=WORDS))
    assert (cell.kind, cell.value) == (kind, value)


@pytest.mark.parametrize(
    ("raw", "suggested"),
    [
        ("没有入统", ""),
        ("己入统", "已入统"),
        ("末入统", ""),
        ("入统失败", ""),
        ("标准化厂坊", "标准化厂房"),
        ("没有履约", ""),
    ],
)
def test_no_suggestion_says_the_opposite(raw: str, suggested: str) -> None:
    cell = parse_cell("choice", raw, ParseContext(TODAY, choices=WORDS))
    assert cell.kind == "error"
    assert cell.params["suggest"] == suggested


OWN_UNIT = [
    ("万元/亩", "350万元/亩", "ok", "350"), ("万元/亩", "350万/亩", "ok", "350"), ("万元/亩", "350（万元/亩）", "ok", "350"),
    ("万元/亩", "350万元每亩", "ok", "350"), ("万元/亩", "约350万元/亩", "warn", "350"), ("万元/亩", "350", "ok", "350"),
    ("万元/亩", "350元/亩", "error", ""), ("万元/亩", "350亩", "error", ""), ("万元/亩", "350万元", "error", ""),
    ("吨/年", "350吨/年", "ok", "350"), ("万千瓦时", "120万kw·h", "ok", "120"), ("万千瓦时", "1200000千瓦时", "ok", "120"),
    ("万千瓦时", "120（每年）", "error", ""), ("亩", "120（第二期）", "ok", "120"),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "raw", "kind", "value"), OWN_UNIT)
def test_a_fields_own_unit_says_nothing_new(unit: str, raw: str, kind: str, value: str) -> None:
    cell = parse_cell("number", raw, ParseContext(TODAY, unit=unit, base_unit=unit))
    assert (cell.kind, cell.value) == (kind, value)


@pytest.mark.parametrize("field", ["tax", "profit"])
@pytest.mark.parametrize(
    ("raw", "value"), [("-120", "-120"), ("(120)", "-120"), ("（1.2万元）", "1.2"), ("900", "900")]
)
def test_a_loss_and_taxes_paid_back_are_below_nought(field: str, raw: str, value: str) -> None:
    made = catalog.load("changzhou")
    table = next(table for table in made.tables if any(item.name == "profit" for item in table.fields))
    reader = FieldReader(made, table, table.field(field))
    shared = column_contexts(made, TODAY)
    assert reader.read(raw, reader.context(shared, "")).value == value


OFFICES = r"""
choice  | 发改委               | ok    | 县发改委
choice  | 自然资源局           | ok    | 县自然资源和规划局
choice  | 自规局               | ok    | 县自然资源和规划局
choice  | 供电公司             | ok    | 县供电公司
choice  | 南陵县发改委         | ok    | 县发改委
choice  | 发展和改革委员会     | ok    | 县发改委
choice  | 籍山镇               | ok    | 籍山镇
choice  | 县总工会             | warn  | 县总工会
choice  | 市发改委             | warn  | 市发改委
choice  | 繁昌县发改委         | warn  | 繁昌县发改委
choice  | 牵头县发改委         | warn  | 县发改委
choice  | 县发改委会同县住建局 | warn  | 县发改委会同县住建局
choice  | 由县发改委负责       | warn  | 县发改委
choice  | 安徽省南陵县发改委   | warn  | 县发改委
choices | 发改委和住建局       | ok    | 县发改委、县住建局
choices | 县供电公司、发改委   | ok    | 县供电公司、县发改委
choices | 供电公司，市供电公司 | warn  | 县供电公司、市供电公司
"""


@pytest.mark.parametrize("line", OFFICES.strip().splitlines())
def test_an_office_of_the_own_county(line: str) -> None:
    field_type, raw, kind, value = (part.strip() for part in line.split("|"))
    made = catalog.load("nanling")
    words = word_list(made, "offices")
    cell = parse_cell(field_type, raw, ParseContext(TODAY, choices=words, strict=False, district=made.district))
    assert (cell.kind, cell.value) == (kind, value)


def test_what_two_levels_share_is_neither() -> None:
    words = WordList((Word("市发改委"), Word("县发改委"), Word("区级")))
    for raw in ("发改委", "级"):
        assert parse_cell("choice", raw, ParseContext(TODAY, choices=words)).kind == "error"
