"""Made-up enterprises, people, codes and telephone numbers that pass every check and belong to nobody."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰涛明超霞平刚桂英建国志华文博思远雨晨子涵"
_FIRST = "恒华瑞金博鼎联宏佳凯正新众天诚锐启腾盛德"
_SECOND = "泰阳丰科远盛信图达大元成合毅驰润邦辉航泽"
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
_ORG_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A company and what it builds; its words agree with one another. `more`: what else the scheme wants of it."""

    company: str
    project: str
    industry: str
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What can be made up: places, products of factories, other works. A scheme's demo.yaml may bring its own (`names`).

    `products`: product, unit, amounts, trade, industry. `works`: project and company with {place} in them, industry. Both
    may carry `more`. `only`: unit → the industries whose projects it has.
    """

    province: str = "安徽"
    region: str = "340403"  # where a unit has no code of its own
    places: Sequence[str] = ("淮河", "舜耕", "龙湖", "楚都", "江淮", "皖北", "寿春", "颍上", "淝水", "硖石")
    products: Sequence[Mapping[str, Any]] = (
        {
            "product": "智能装备",
            "unit": "套",
            "amounts": (200, 300, 500, 800),
            "trade": "智能装备",
            "industry": "专用设备制造业",
        },
        {
            "product": "工业机器人",
            "unit": "台",
            "amounts": (1000, 2000, 3000),
            "trade": "机器人",
            "industry": "通用设备制造业",
        },
        {
            "product": "高端阀门",
            "unit": "万台",
            "amounts": (2, 5, 8),
            "trade": "流体设备",
            "industry": "通用设备制造业",
        },
        {
            "product": "精密轴承",
            "unit": "万套",
            "amounts": (800, 1500, 2000),
            "trade": "精密机械",
            "industry": "通用设备制造业",
        },
        {
            "product": "汽车线束",
            "unit": "万套",
            "amounts": (60, 80, 120),
            "trade": "汽车零部件",
            "industry": "汽车制造业",
        },
        {
            "product": "汽车轻量化部件",
            "unit": "万件",
            "amounts": (150, 300, 500),
            "trade": "汽车零部件",
            "industry": "汽车制造业",
        },
        {
            "product": "锂电池壳体",
            "unit": "万只",
            "amounts": (2000, 3000, 5000),
            "trade": "新能源",
            "industry": "电气机械和器材制造业",
        },
        {
            "product": "电机定子",
            "unit": "万台",
            "amounts": (80, 150, 200),
            "trade": "电机",
            "industry": "电气机械和器材制造业",
        },
        {"product": "光伏支架", "unit": "万吨", "amounts": (3, 5, 10), "trade": "新能源", "industry": "金属制品业"},
        {
            "product": "铝合金型材",
            "unit": "万吨",
            "amounts": (2, 3, 5),
            "trade": "新材料",
            "industry": "有色金属冶炼和压延加工业",
        },
        {
            "product": "装配式建筑构件",
            "unit": "万立方米",
            "amounts": (10, 15, 20),
            "trade": "建筑科技",
            "industry": "非金属矿物制品业",
        },
        {
            "product": "特种玻璃",
            "unit": "万平方米",
            "amounts": (200, 300, 500),
            "trade": "玻璃",
            "industry": "非金属矿物制品业",
        },
        {"product": "医用耗材", "unit": "亿件", "amounts": (1, 2, 3), "trade": "医疗器械", "industry": "医药制造业"},
        {
            "product": "可降解塑料制品",
            "unit": "万吨",
            "amounts": (1, 2, 3),
            "trade": "环保材料",
            "industry": "橡胶和塑料制品业",
        },
        {"product": "休闲食品", "unit": "万吨", "amounts": (1, 2, 3), "trade": "食品", "industry": "食品制造业"},
        {"product": "预制菜", "unit": "万吨", "amounts": (1, 2, 3), "trade": "食品", "industry": "农副食品加工业"},
        {
            "product": "电子元件",
            "unit": "亿只",
            "amounts": (5, 8, 12),
            "trade": "电子",
            "industry": "计算机、通信和其他电子设备制造业",
        },
        {
            "product": "环保设备",
            "unit": "台套",
            "amounts": (300, 600, 900),
            "trade": "环保",
            "industry": "专用设备制造业",
        },
    )
    works: Sequence[Mapping[str, Any]] = ()
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def enterprise(self, rng: random.Random, unit: str = "") -> Enterprise:
        """安徽淮河恒泰智能装备有限公司, 恒泰年产500套智能装备项目, 专用设备制造业."""
        word = rng.choice(_FIRST) + rng.choice(_SECOND)
        wanted = self.only.get(unit)
        offered = [item for item in (*self.products, *self.works) if wanted is None or item["industry"] in wanted]
        chosen = rng.choice(offered)
        more = chosen.get("more", {})
        if "product" not in chosen:
            place = rng.choice(self.places)
            project, company = (chosen[name].format(place=place, word=word) for name in ("project", "company"))
            return Enterprise(company, project, chosen["industry"], more)
        company = f"{self.province}{rng.choice(self.places)}{word}{chosen['trade']}有限公司"
        project = f"{word}年产{rng.choice(chosen['amounts'])}{chosen['unit']}{chosen['product']}项目"
        return Enterprise(company, project, chosen["industry"], more)

    def firm(self, rng: random.Random, ending: str) -> str:
        """A builder, a supervisor: 安徽楚都宏远建设工程有限公司."""
        return f"{self.province}{rng.choice(self.places)}{rng.choice(_FIRST)}{rng.choice(_SECOND)}{ending}"


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
