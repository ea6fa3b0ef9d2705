"""Made-up names, codes and telephone numbers that pass every check and belong to nobody."""

from __future__ import annotations

import random

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰涛明超霞平刚桂英建国志华文博思远雨晨子涵"
_PLACES = "淮河 舜耕 龙湖 安成 泉山 朝阳 洛河 楚都 江淮 皖北".split()
_WORDS = "恒泰 华阳 瑞丰 金科 博远 鼎盛 中联 宏图 佳信 凯达 正大 新元 众成 天合 诚毅 锐驰".split()
_FIELDS = "智能装备 新材料 精密机械 生物科技 电子 汽车零部件 节能环保 食品 医疗器械 包装".split()
_PRODUCTS = (
    "智能装备 汽车线束 锂电池壳体 高端阀门 光伏支架 精密轴承 医用耗材 预制构件 特种玻璃 工业机器人 "
    "食品加工 环保设备 电机定子 塑料管材 铝合金型材 电子元件"
).split()
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
_ORG_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]


def person(rng: random.Random) -> str:
    return rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2))))


def phone(rng: random.Random) -> str:
    return f"13{rng.randint(0, 9)}{rng.randint(0, 99999999):08d}"


def company(rng: random.Random) -> str:
    return f"安徽{rng.choice(_PLACES)}{rng.choice(_WORDS)}{rng.choice(_FIELDS)}有限公司"


def project(rng: random.Random, number: int) -> str:
    amount, unit = rng.choice(((500, "套"), (2, "万吨"), (30, "万件"), (1200, "台"), (5000, "吨"), (80, "万套")))
    return f"年产{amount + number}{unit}{rng.choice(_PRODUCTS)}项目"


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
