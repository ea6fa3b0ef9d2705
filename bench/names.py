"""Made-up enterprises, people, codes and telephone numbers that pass every check and belong to nobody.

The bench has its own, so that a change of the demo does not change what is measured.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰涛明超霞平刚桂英建国志华文博思远雨晨子涵"
_PLACES = ["淮河", "舜耕", "龙湖", "楚都", "江淮", "皖北", "寿春", "颍上", "淝水", "硖石"]
_FIRST = "恒华瑞金博鼎联宏佳凯正新众天诚锐启腾盛德"
_SECOND = "泰阳丰科远盛信图达大元成合毅驰润邦辉航泽"
# product → what it is counted in, usual amounts, trade of the company, industry by GB/T 4754
_PRODUCTS = (
    ("智能装备", "套", (200, 300, 500, 800), "智能装备", "专用设备制造业"),
    ("工业机器人", "台", (1000, 2000, 3000), "机器人", "通用设备制造业"),
    ("高端阀门", "万台", (2, 5, 8), "流体设备", "通用设备制造业"),
    ("精密轴承", "万套", (800, 1500, 2000), "精密机械", "通用设备制造业"),
    ("汽车线束", "万套", (60, 80, 120), "汽车零部件", "汽车制造业"),
    ("汽车轻量化部件", "万件", (150, 300, 500), "汽车零部件", "汽车制造业"),
    ("锂电池壳体", "万只", (2000, 3000, 5000), "新能源", "电气机械和器材制造业"),
    ("电机定子", "万台", (80, 150, 200), "电机", "电气机械和器材制造业"),
    ("光伏支架", "万吨", (3, 5, 10), "新能源", "金属制品业"),
    ("铝合金型材", "万吨", (2, 3, 5), "新材料", "有色金属冶炼和压延加工业"),
    ("装配式建筑构件", "万立方米", (10, 15, 20), "建筑科技", "非金属矿物制品业"),
    ("特种玻璃", "万平方米", (200, 300, 500), "玻璃", "非金属矿物制品业"),
    ("医用耗材", "亿件", (1, 2, 3), "医疗器械", "医药制造业"),
    ("可降解塑料制品", "万吨", (1, 2, 3), "环保材料", "橡胶和塑料制品业"),
    ("休闲食品", "万吨", (1, 2, 3), "食品", "食品制造业"),
    ("预制菜", "万吨", (1, 2, 3), "食品", "农副食品加工业"),
    ("电子元件", "亿只", (5, 8, 12), "电子", "计算机、通信和其他电子设备制造业"),
    ("环保设备", "台套", (300, 600, 900), "环保", "专用设备制造业"),
)
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
_ORG_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A company and what it builds; its words agree with one another."""

    company: str
    project: str
    industry: str


def enterprise(rng: random.Random) -> Enterprise:
    """安徽淮河恒泰智能装备有限公司, 恒泰年产500套智能装备项目, 专用设备制造业."""
    word = rng.choice(_FIRST) + rng.choice(_SECOND)
    product, unit, amounts, trade, industry = rng.choice(_PRODUCTS)
    company = f"安徽{rng.choice(_PLACES)}{word}{trade}有限公司"
    return Enterprise(company, f"{word}年产{rng.choice(amounts)}{unit}{product}项目", industry)


def person(rng: random.Random) -> str:
    return rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2))))


def phone(rng: random.Random) -> str:
    return f"13{rng.randint(0, 9)}{rng.randint(0, 99999999):08d}"


def uscc(rng: random.Random, region: str) -> str:
    """18 characters that satisfy GB 32100 and the inner check of GB 11714."""
    body = "".join(rng.choice("ABCDEFGHJKLMNPQRTUWXY0123456789") for _ in range(8))
    body = "MA" + body[2:]
    total = sum(_org_value(c) * w for c, w in zip(body, _ORG_WEIGHTS, strict=True))
    rest = 11 - total % 11
    check = {10: "X", 11: "0"}.get(rest, str(rest))
    code = f"91{region[:6].ljust(6, '0')}{body}{check}"
    total = sum(_USCC.index(c) * w for c, w in zip(code, _USCC_WEIGHTS, strict=True))
    return code + _USCC[(31 - total % 31) % 31]


def _org_value(char: str) -> int:
    return int(char) if char.isdigit() else ord(char) - 55


def project_code(rng: random.Random, region: str, year: int, month: int) -> str:
    return f"{year % 100:02d}{month:02d}-{region[:6].ljust(6, '0')}-04-01-{rng.randint(100000, 999999)}"
