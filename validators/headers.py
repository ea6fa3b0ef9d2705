"""What a header says: `字段|单位|期间`; which column is which field; what kind of row stands in a sheet.

Headers of real books carry the unit in any mix of brackets, the year or month, stars, line breaks and filling
instructions. Everything here is pure text work, so that readers in their own processes can import it cheaply.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple, Protocol

from validators.cells import squeeze
from validators.units import GROUP, HALF_GROUP, without_unit

_ENUMERATION = re.compile(r"(?<=[^:]{2}):[^:]*[、/][^:]*$")  # 建设性质:新建、扩建、技改等
_DEMANDED = re.compile(r"(?<=.{2})[*★-]?(?:必填|选填)项?$")  # 项目名称*必填
_STARS = re.compile(r"^[*★☆■□●▲△◆◇※#]+|[*★☆■□●▲△◆◇※#:;,。、]+$")
_NUMBERED = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、.](?=[^\d])")

SYNONYMS: dict[str, str] = {
    "占年度计划": "投资完成率", "占年度计划比例": "投资完成率", "占年度计划比重": "投资完成率", "占年计划": "投资完成率",
    "占年度投资计划": "投资完成率", "占计划": "投资完成率", "完成率": "投资完成率", "投资完成比例": "投资完成率",
    "年度投资完成率": "投资完成率", "年度计划完成率": "投资完成率", "完成年度计划比例": "投资完成率", "完成年度计划": "投资完成率",
    "年计划投资": "年度计划投资", "本年度计划投资": "年度计划投资", "本年计划投资": "年度计划投资", "当年计划投资": "年度计划投资",
    "年度投资计划": "年度计划投资", "本年度投资计划": "年度计划投资", "年计划完成投资": "年度计划投资", "年度计划完成投资": "年度计划投资",
    "今年计划投资": "年度计划投资", "计划总投资": "总投资", "投资总额": "总投资", "项目总投资": "总投资", "总投资规模": "总投资",
    "本月实际完成投资": "本月完成投资", "当月完成投资": "本月完成投资", "当月实际完成投资": "本月完成投资", "月度完成投资": "本月完成投资",
    "累计实际完成投资": "累计完成投资", "自开始累计完成投资": "自开工累计完成投资",
    "自开工以来累计完成投资": "自开工累计完成投资",
    "形象进度": "形象进度", "工程形象进度": "形象进度", "本月形象进度": "形象进度", "项目形象进度": "形象进度", "目前为止项目形象进度": "形象进度",
    "建设年限": "建设起止年限", "建设起止时间": "建设起止年限", "起止年限": "建设起止年限", "建设周期": "建设起止年限",
    "统一信用代码": "统一社会信用代码", "社会信用代码": "统一社会信用代码", "信用代码": "统一社会信用代码",
    "统一社会信用代码证号": "统一社会信用代码", "项目统一代码": "投资项目统一代码", "项目统一编码": "投资项目统一代码",
    "投资项目在线审批监管平台代码": "投资项目统一代码", "联系方式": "联系电话", "电话": "联系电话", "手机": "联系电话", "手机号": "联系电话",
    "手机号码": "联系电话", "编号": "序号", "no": "序号", "no.": "序号", "所属乡镇街道": "所属乡镇", "项目": "项目名称", "工程名称": "项目名称",
}  # fmt: skip


class HeaderParts(NamedTuple):
    """字段 (without unit and period), 单位, 期间 ("2025", "2025-06", "2025-01~2025-06"; "06" without a known year)."""

    title: str
    unit: str = ""
    period: str = ""


def parse_header(text: str, today: date | None = None) -> HeaderParts:
    """Take a header apart. `today` gives the year where a header names a month only."""
    return _parse_header(text, today.year if today else 0, today.month if today else 0)


@lru_cache(maxsize=5_000)
def _parse_header(text: str, year: int, month: int) -> HeaderParts:
    text = _DEMANDED.sub("", _ENUMERATION.sub("", squeeze(text)))
    title, unit = without_unit(_STARS.sub("", _PLACEHOLDER.sub(_stand_in, text)))
    title, period = _without_period(_NUMBERED.sub("", _STARS.sub("", title)), year, month)
    title = title.replace("累积", "累计")
    title = title.removesuffix("金额") if title.endswith("投资金额") else title
    title = title.removesuffix("额") if title.endswith("投资额") else title
    return HeaderParts(SYNONYMS.get(title.lower(), title), unit, period)


_PLACEHOLDER = re.compile(r"\(([ym])\)(?=[年月])", re.IGNORECASE)  # `{Y}年计划投资`, `1-{M}月…` in aliases of schemes


def _stand_in(match: re.Match[str]) -> str:
    return "2000" if match[1] in "yY" else "12"


_YEAR = r"(?:(?P<year>20\d\d|[23]\d)年度?)"
_CN_QUARTER = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PERIOD = re.compile(
    rf"(?:截至|截止|至|到)?{_YEAR}?(?:"
    r"(?P<from>1[0-2]|0?[1-9])月?[-~至到](?P<to>1[0-2]|0?[1-9])月份?"
    r"|(?P<month>1[0-2]|0?[1-9])月份?(?!\d)"
    r"|第?(?P<quarter>[一二三四1-4])季度|(?P<half>[上下])半年)?(?P<end>年?[底末])?",
    re.IGNORECASE,
)


def _without_period(title: str, year: int, month: int) -> tuple[str, str]:
    inside = [group.span() for group in GROUP.finditer(title) if len(group[1]) > 1]
    found = (m for m in _PERIOD.finditer(title) if _says_period(m))
    match = next((m for m in found if not any(start < m.start() < end for start, end in inside)), None)
    if match is None:
        return title, ""
    rest = title[: match.start()] + title[match.end() :]
    rest = rest.removeprefix("实际") if rest.startswith("实际完成") else rest
    if not rest:
        return title, ""
    return _named_rest(match, rest.lstrip("的:,、")), _period(match, year, month)


def _says_period(match: re.Match[str]) -> bool:
    return any(match[name] for name in ("year", "to", "month", "quarter", "half"))


def _named_rest(match: re.Match[str], rest: str) -> str:
    """`2025年计划投资` → 年度计划投资; `1-6月完成投资` → 累计完成投资; `6月完成投资` → 本月完成投资."""
    if match["end"] and not (match["to"] or match["month"]) and "累计" in rest:
        return "至上年底" + rest
    if match["to"] or match["half"]:
        return rest if rest.startswith(("累计", "累积")) or "投资" not in rest else "累计" + rest
    if match["month"]:
        return "本月" + rest if rest.startswith(("完成", "计划", "投资")) else rest
    if match["quarter"]:
        return "季度" + rest
    return rest if rest.startswith(("年度", "年")) else "年度" + rest


def _period(match: re.Match[str], year: int, month: int) -> str:
    known = int(match["year"]) if match["year"] else year
    known += 2000 if match["year"] and known < 100 else 0
    span = _span(match)
    if span is None:
        return str(known) if known and match["year"] else ""
    if not match["year"] and month and span[1] - month > 6:
        known -= 1  # 12月 in a book filled in January is last year's
    return "~".join(f"{known}-{number:02d}" if known else f"{number:02d}" for number in dict.fromkeys(span))


def _span(match: re.Match[str]) -> tuple[int, int] | None:
    if match["to"]:
        return int(match["from"]), int(match["to"])
    if match["month"]:
        return int(match["month"]), int(match["month"])
    if match["quarter"]:
        last = _CN_QUARTER[match["quarter"]] * 3
        return last - 2, last
    if match["half"]:
        return (1, 6) if match["half"] == "上" else (7, 12)
    return None


# ---- which column is which field


class Column(Protocol):
    """What matching must know of a field; `sync.book.ColumnShape` is one."""

    @property
    def name(self) -> str: ...
    @property
    def titles(self) -> tuple[str, ...]: ...
    @property
    def group(self) -> str: ...


class HeaderMatch(NamedTuple):
    """`columns`: field name → 1-based column; `units`: field name → unit its header names ("" left out);
    `leftovers`: columns with a header that is no field's; `missing`: names of fields without a column."""

    columns: dict[str, int]
    units: dict[str, str]
    leftovers: list[int]
    missing: list[str]


def header_key(text: str) -> str:
    """What two spellings of one header share: no spaces, stars, unit, period or instructions; small letters."""
    return parse_header(text).title.lower()


def match_headers(headers: Iterable[tuple[int, str, str]], columns: Sequence[Column]) -> HeaderMatch:
    """Headers as (column, group text, header text) → which column holds which field.

    Tried from strict to loose: same words in the same group; same words where either has no group; group and title
    in one text; titles without any bracket; under a group that is called like a field (项目业主), the name of that field
    and its neighbours in the fields' own group. Equal headers go to equal fields in their order, left to right.
    """
    free = [item for item in headers if squeeze(item[2])]
    open_fields = list(columns)
    columns_found: dict[str, int] = {}
    units: dict[str, str] = {}
    for keys_of_header, keys_of_column in (*_PASSES, _beside(columns)):
        index = _index(free, keys_of_header)
        for field in list(open_fields):
            header = _first(index, keys_of_column(field), free)
            if header is None:
                continue
            free.remove(header)
            open_fields.remove(field)
            columns_found[field.name] = header[0]
            unit = parse_header(header[2]).unit or _unit_of_group(header[1])
            if unit:
                units[field.name] = unit
    return HeaderMatch(columns_found, units, [item[0] for item in free], [field.name for field in open_fields])


def _unit_of_group(group: str) -> str:
    return parse_header(group).unit if group else ""


_Header = tuple[int, str, str]
_Keys = list[tuple[str, str]]


def _index(headers: Sequence[_Header], keys: object) -> dict[tuple[str, str], list[_Header]]:
    index: dict[tuple[str, str], list[_Header]] = {}
    for header in headers:
        for key in keys(header):  # type: ignore[operator]
            index.setdefault(key, []).append(header)
    return index


def _first(index: dict[tuple[str, str], list[_Header]], keys: _Keys, free: list[_Header]) -> _Header | None:
    for key in keys:
        for header in index.get(key, ()):
            if header in free:
                return header
    return None


def _plain_key(text: str) -> str:
    return _STARS.sub("", squeeze(text)).lower()


def _bare_key(text: str) -> str:
    """Without any bracket at all: 开工（计划开工）时间 → 开工时间."""
    return header_key(HALF_GROUP.sub("", GROUP.sub("", header_key(text))))


def _joined(header: _Header) -> str:
    return re.sub(r"[-/_:、]", "", header_key(header[1]) + header_key(header[2]))


def _joined_titles(column: Column) -> _Keys:
    group = header_key(column.group) if column.group else ""
    return [("", re.sub(r"[-/_:、]", "", group + header_key(title))) for title in column.titles]


_PASSES = (
    (
        lambda h: [(_plain_key(h[1]), _plain_key(h[2]))],
        lambda c: [(_plain_key(c.group), _plain_key(title)) for title in c.titles],
    ),
    (
        lambda h: [(header_key(h[1]) if h[1] else "", header_key(h[2]))],
        lambda c: [(header_key(c.group) if c.group else "", header_key(title)) for title in c.titles],
    ),
    (lambda h: [("", _joined(h))], _joined_titles),
    (
        lambda h: [("", header_key(h[2]))],
        lambda c: [] if c.group else [("", header_key(title)) for title in c.titles],
    ),
    (
        lambda h: [] if h[1] else [("", header_key(h[2]))],
        lambda c: [("", header_key(title)) for title in c.titles],
    ),
    (
        lambda h: [("", _bare_key(h[2]))],
        lambda c: [("", _bare_key(title)) for title in c.titles if not c.group],
    ),
)


_ITS_NAME = frozenset({"名称", "单位名称", "企业名称", "公司名称", "全称", "单位全称", "企业全称"})


def names_group(group: str, title: str) -> bool:
    """项目业主 over 单位名称: the column holds what the group is called."""
    return bool(group) and header_key(title) in _ITS_NAME


def _beside(columns: Sequence[Column]) -> tuple[Callable[[_Header], _Keys], Callable[[Column], _Keys]]:
    """项目业主{单位名称, 信用代码}: the company and the code that stands beside it in the scheme; not 联系人, which is
    in another group there."""
    groups = {header_key(title): column.group for column in columns for title in column.titles if column.group}

    def of_header(header: _Header) -> _Keys:
        group = header_key(header[1].rpartition("/")[2]) if header[1] else ""
        if group not in groups:
            return []
        named = [("", group)] if names_group(group, header[2]) else []
        return [*named, (groups[group], header_key(header[2]))]

    def of_column(column: Column) -> _Keys:
        return [(group, header_key(title)) for title in column.titles for group in ("", column.group) if column.group]

    return of_header, of_column


def classify_row(cells: Sequence[str]) -> str:
    """The kind of a row; see `validators.rowkinds`, which imports this module."""
    from validators.rowkinds import classify_row as classify

    return classify(cells)
