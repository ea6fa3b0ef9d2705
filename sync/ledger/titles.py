"""How well a ledger's header names a field, from the same words in the same group to words that sound alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import fuzz

from sync.ledger.heads import Head
from validators.cells import squeeze
from validators.headers import header_key, names_group
from validators.parsers.base import NOTHING
from validators.parsers.guess import sound
from validators.scheme.tables import Field
from validators.values import DATE_TYPES

_OFFICIAL = re.compile(
    r"^(?:备案|核准|立项|批复)(?=项目)"
)  # 备案项目名称 is the project's name, 统计库项目名称 another register's
BRACKETS = re.compile(r"\([^()]*\)|\([^()]*$")


def by_title(head: Head, item: Field, beside: Mapping[str, str] = NOTHING) -> tuple[float, str]:
    """How well the header names the field, and in which way. `beside`: spelling of a field → the group it is in."""
    above = header_key(head.group.rpartition("/")[2]) if head.group else ""
    group = not head.group or not item.group or _related(header_key(head.group), header_key(item.group))
    group = group or beside.get(above) == item.group
    if names_group(above, head.title) and above in map(header_key, (item.title, *item.aliases)):
        return 0.93, f"“{above}”的名称"
    under = _composed(head.group, head.title)
    for position, title in enumerate((item.title, *item.aliases)):
        plain = header_key(title)
        if plain in under or (item.type in DATE_TYPES and _stem(plain) in map(_stem, under)):
            return 0.9 - 0.02 * (position > 0), f"组名加列名相同{f'（别名“{title}”）' if position else ''}"
    for score, why, key in _STEPS:
        mine = key(head.group, head.title)
        if not mine or (key is _stemmed and item.type not in DATE_TYPES):
            continue
        for position, title in enumerate((item.title, *item.aliases)):
            if mine == key(item.group if key is _joined else "", title):
                which = why if position == 0 else f"{why}（别名“{title}”）"
                lower = 0.02 * (position > 0) + (0.0 if group else 0.05 if position == 0 else 0.2)
                return score - lower, which + (
                    "" if group or not item.group else f"，组名不同（{''.join(head.group.split())}）"
                )
    own = phased(squeeze(head.group.rsplit("/", maxsplit=1)[-1] + head.title))
    if item.type in DATE_TYPES and own[0] and own[1]:
        default = {"date_plan": "计划", "date_actual": "实际"}.get(item.type, "")
        for title in (item.title, *item.aliases):
            phase, matter = phased(squeeze(title))
            if (phase or default, matter) == own:
                return 0.86, f"“{own[1]}”的{own[0]}日期"
    plain = header_key(head.title)
    official = _OFFICIAL.sub("", plain)
    if item.type == "project_name" and official != plain and by_title(replace(head, title=official), item)[0] > 0.9:
        return 0.85, f"{plain}就是{item.title}"
    return _nearly(plain, (item.title, *item.aliases))


def phased(text: str) -> tuple[str, str]:
    """开工时间 over 计划 → ("计划", "开工"); a title that says neither 计划 nor 实际 → ("", …)."""
    phase = "计划" if re.search(r"计划|预计|拟", text) else "实际" if "实际" in text else ""
    return phase, re.sub(r"计划|预计|拟|实际|时间|日期|节点|情况|完成|[()]", "", text)


def _related(one: str, other: str) -> bool:
    """手续办理情况 and 前期手续 are about one thing; the telephone of 项目业主 is not that of another."""
    return any(one[at : at + 2] in other for at in range(len(one) - 1))


def both_dates(title: str, planned: Field, actual: Field) -> bool:
    """开工（计划开工）时间, 开工/计划开工时间: a header that names a planned and an actual date at once."""
    plain = squeeze(title)
    pieces = [piece for piece in re.split(r"[()/、或]", plain) if piece not in ("", "时间", "日期")]
    if len(pieces) < 2:
        return False
    keys = [{_stem(text) for text in (item.title, *item.aliases)} for item in (planned, actual)]
    mine = {_stem(piece) for piece in (*pieces, BRACKETS.sub("", plain))}
    planned_words = {piece for piece in mine if re.match(r"计划|拟|预计", piece)}
    return bool(planned_words & keys[0]) and bool((mine - planned_words) & keys[1])


def _stem(text: str) -> str:
    return re.sub(r"(?:时间|日期)$", "", squeeze(text))


def _plain(group: str, title: str) -> str:
    return squeeze(title).lower()


def _keyed(group: str, title: str) -> str:
    return header_key(title)


def _joined(group: str, title: str) -> str:
    return re.sub(r"[-/_:、]", "", header_key(group.rsplit("/", maxsplit=1)[-1]) + header_key(title)) if group else ""


def _stemmed(group: str, title: str) -> str:
    return _stem(header_key(title))


def _bare(group: str, title: str) -> str:
    return header_key(BRACKETS.sub("", header_key(title)))


def _composed(group: str, title: str) -> frozenset[str]:
    """签约 over 日期: 签约日期; 审批（核准、备案） over 时限: 审批时限."""
    last = group.rsplit("/", maxsplit=1)[-1]
    return frozenset(header_key(part) + header_key(title) for part in (last, BRACKETS.sub("", squeeze(last))) if part)


_STEPS: tuple[tuple[float, str, Callable[[str, str], str]], ...] = (
    (1.0, "列名相同", _plain),
    (0.95, "去掉单位、年月和填写说明后列名相同", _keyed),
    (0.9, "组名加列名相同", _joined),
    (0.87, "列名相同，只差“时间”“日期”", _stemmed),
    (0.85, "去掉括号后列名相同", _bare),
)


@lru_cache(maxsize=20_000)
def _nearly(key: str, titles: tuple[str, ...]) -> tuple[float, str]:
    best, near = 0.0, ""
    for title in map(header_key, titles):
        ratio = fuzz.ratio(key, title)
        score = 0.35 + (ratio - 70) / 100 if ratio >= 70 else 0.0
        if min(len(key), len(title)) >= 3 and (key in title or title in key):
            score = max(score, 0.5)
        if score < 0.7 and ratio >= 30 and len(key) == len(title) >= 3 and sound(key) == sound(title):
            score = 0.7
        if score > best:
            best, near = score, title
    return best, f"列名和“{near}”相近" if near else ""
