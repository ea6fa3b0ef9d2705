"""Yes and no, stages, drop-downs, townships, industries; free text and pictures."""

from __future__ import annotations

import pytest

from tests.unit.parsers.drawn import cases, check

YESNO = r"""
否           | ok    | 否
x            | ok    | 否
有           | ok    | 是
无           | ok    | 否
1            | ok    | 是
0            | ok    | 否
Y            | ok    | 是
是的         | ok    | 是
不是         | ok    | 否
已纳统       | ok    | 是
√           | ok    | 是
/            | ok    |
暂无         | ok    | 否
需要         | ok    | 是
不需要       | warn  | 否
True         | ok    | 是
FALSE        | ok    | 否
是           | ok    | 是
是。         | ok    | 是
（是）       | ok    | 是
是√         | ok    | 是
对           | ok    | 是
错           | ok    | 否
已办         | ok    | 是
未办         | ok    | 否
√是□否     | ok    | 是
□是√否     | ok    | 否
□是☑否      | ok    | 否
是■否□     | ok    | 是
有（2处）    | ok    | 是
无（已整改） | ok    | 否
没有         | ok    | 否
尚未         | ok    | 否
还没         | ok    | 否
不适用       | warn  | 否
N/A          | ok    |
已完成       | ok    | 是
完成         | ok    | 是
未完成       | ok    | 否
yes          | ok    | 是
no           | ok    | 否
待定         | warn  |
不确定       | warn  |
正在办理     | warn  |
否，正在办理 | warn  | 否
是，已纳统   | warn  | 是
不清楚       | warn  |
部分         | error |
是/否        | error |
是否         | error |
ok           | error |
拟纳统       | error |
计划是       | error |
"""
STAGE = r"""
建设中         | ok    | 在建
已竣工         | ok    | 竣工
停工           | ok    | 停建
签约待开工     | ok    | 签约
竣工验收       | ok    | 竣工
无             | ok    |
已投产达产     | ok    | 达产
项目前期       | ok    | 前期
已开工         | ok    | 开工
正式投产       | ok    | 投产
在建（60%）    | ok    | 在建
1.在建         | ok    | 在建
建设           | ok    | 在建
完工           | ok    | 竣工
续建           | ok    | 在建
签约阶段       | ok    | 签约
达产达效       | ok    | 达产
暂停           | ok    | 停建
开工在建       | warn  | 在建
待定           | warn  |
设备安装       | warn  | 在建
立项           | warn  | 前期
桩基施工       | warn  | 在建
开工准备       | warn  | 前期
拟开工         | warn  | 前期
未开工         | warn  | 前期
未动工         | warn  | 前期
厂房装修       | warn  | 在建
主体施工       | warn  | 在建
竣工未投产     | warn  | 竣工
2025年3月开工  | warn  | 开工
洽谈           | error |
试运行         | error |
终止           | error |
投产（试生产） | error |
"""
CHOICE = r"""
标准化厂房          | ok    | 标准化厂房
标准化 厂房         | ok    | 标准化厂房
标准厂房            | ok    | 标准化厂房
独立选址            | ok    | 独立选址
独立选址（新供地）  | ok    | 独立选址
①标准化厂房        | ok    | 标准化厂房
合格                | ok    | 合格
通过                | ok    | 通过
不合格              | ok    | 不合格
容缺                | ok    | 容缺
无                  | ok    |
其他                | ok    | 其他
其它                | ok    | 其他
施工                | ok    | 施工
监理                | ok    | 监理
A.标准化厂房        | ok    | 标准化厂房
优秀                | ok    | 优秀
优                  | ok    | 优秀
一般                | ok    | 一般
待定                | warn  |
租赁厂房            | error |
标准化厂房/独立选址 | error |
是                  | error |
"""
CHOICES = r"""
合格、不合格        | ok    | 合格、不合格
标准化厂房 独立选址 | ok    | 标准化厂房、独立选址
施工,监理           | ok    | 施工、监理
施工                | ok    | 施工
abc                 | ok    | abc
施工、abc           | ok    | 施工、abc
无                  | ok    |
"""
TOWNSHIP = r"""
田东                 | ok    | 田东街道
田东街道办           | ok    | 田东街道
舜耕                 | ok    | 舜耕镇
舜耕镇政府           | ok    | 舜耕镇
安成镇人民政府       | ok    | 安成镇
安成镇（田家庵区）   | ok    | 安成镇
田家庵安成镇         | ok    | 安成镇
史院                 | ok    | 史院乡
洞山街道办事处       | ok    | 洞山街道
公园                 | ok    | 公园街道
经济开发区南区       | ok    | 经开区南区
三和                 | ok    | 三和镇
龙泉                 | ok    | 龙泉街道
安 成 镇             | ok    | 安成镇
曹庵                 | ok    | 曹庵镇
淮滨                 | ok    | 淮滨街道
新淮街道党工委       | ok    | 新淮街道
无                   | ok    |
北区                 | ok    | 经开区北区
南区管委会           | ok    | 经开区南区
经开区南             | ok    | 经开区南区
340403101            | ok    | 安成镇
安成镇安成村         | warn  | 安成镇
待定                 | warn  |
安成镇工业园         | warn  | 安成镇
泉山街道泉山村       | warn  | 泉山街道
田东街               | error |
经开区               | error |
开发区               | error |
市辖区               | error |
三河镇               | error |
龙泉街               | error |
安成鎮               | error |
曹安镇               | error |
安成镇,曹庵镇        | error |
田家庵区             | error |
淮南市               | error |
安徽省淮南市田家庵区 | error |
101                  | error |
朝阳街道、国庆街道   | error |
国庆路               | error |
Anchengzhen          | error |
安成镇/区发改委      | error |
"""
INDUSTRY = r"""
C35                              | ok    | 专用设备制造业
专用设备制造业                   | ok    | 专用设备制造业
装备制造                         | ok    | 装备制造
制造业                           | ok    | 制造业
C                                | ok    | 制造业
36                               | ok    | 汽车制造业
C3670                            | ok    | 汽车制造业
电子信息                         | ok    | 计算机、通信和其他电子设备制造业
新能源                           | ok    | 新能源
化工                             | ok    | 化学原料和化学制品制造业
计算机、通信和其他电子设备制造业 | ok    | 计算机、通信和其他电子设备制造业
医药                             | ok    | 医药制造业
3521 石油钻采专用设备制造        | ok    | 专用设备制造业
C35 专用设备制造业               | ok    | 专用设备制造业
工业                             | warn  | 工业
汽车零部件及配件制造             | warn  | 汽车零部件及配件制造
农业                             | warn  | 农业
A01                              | warn  | 农业
01                               | warn  | 农业
房地产                           | warn  | 房地产
化学原料                         | warn  | 化学原料
电子设备                         | warn  | 电子设备
其他                             | warn  | 其他
食品                             | warn  | 食品
待定                             | warn  |
轻工                             | warn  | 轻工
纺织、服装                       | warn  | 纺织、服装
C4                               | error |
C13-C43                          | error |
专用设备制造业、通用设备制造业   | error |
"""
TEXT = r"""
无                  | ok    |
待定                | ok    | 待定
见附件              | ok    | 见附件
甘特图20250310.xlsx | ok    | 甘特图20250310.xlsx
  前后空格          | ok    | 前后空格
多\n行              | ok    | 多 行
12.50               | ok    | 12.50
/                   | ok    |
不需要              | ok    | 不需要
TRUE                | ok    | TRUE
—                  | ok    |
暂无                | ok    |
2025-03-15          | ok    | 2025-03-15
同上                | error |
#REF!               | error |
=A1+B1              | error |
"""
LONG_TEXT = r"""
无                     | ok    |
一、土地；\n二、用电。 | ok    | 一、土地；\n二、用电。
见附件                 | ok    | 见附件
待定                   | ok    | 待定
问题：无               | ok    | 问题：无
暂无问题               | ok    | 暂无问题
同上                   | error |
=SUM(A1)               | error |
#N/A                   | error |
"""
PHOTO = r"""
=_xlfn.DISPIMG("ID_1",1) | ok    | <image>
=DISPIMG("ID_1",1)       | ok    | <image>
无                       | ok    |
_xlfn.DISPIMG("ID_1",1)  | ok    | <image>
照片.jpg                 | warn  | 照片.jpg
有                       | warn  | 有
√                       | warn  | √
见附件                   | warn  | 见附件
http://a/b.png           | warn  | http://a/b.png
待拍                     | warn  |
现场照片                 | error |
"""


@pytest.mark.parametrize(("cell", "kind", "value"), cases(YESNO))
def test_yesno(cell: str, kind: str, value: str) -> None:
    check("yesno", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(STAGE))
def test_stage(cell: str, kind: str, value: str) -> None:
    check("stage", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(CHOICE))
def test_choice(cell: str, kind: str, value: str) -> None:
    check("choice", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(CHOICES))
def test_choices(cell: str, kind: str, value: str) -> None:
    check("choices", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(TOWNSHIP))
def test_township(cell: str, kind: str, value: str) -> None:
    check("township", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(INDUSTRY))
def test_industry(cell: str, kind: str, value: str) -> None:
    check("industry", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(TEXT))
def test_text(cell: str, kind: str, value: str) -> None:
    check("text", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(LONG_TEXT))
def test_long_text(cell: str, kind: str, value: str) -> None:
    check("long_text", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(PHOTO))
def test_photo(cell: str, kind: str, value: str) -> None:
    check("photo", cell, kind, value)
