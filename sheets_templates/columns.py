"""Fields and answer columns as columns of an entry tab: header, look, check while typing, hint."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sheets_templates.lists import OWN, defined_name, list_items, list_key
from sheets_templates.plan import Align, Check, Column, Tone
from validators.scheme.models import Scheme
from validators.scheme.tables import AnswerColumn, Field, Table
from validators.values import DATE_TYPES, NUMBER_TYPES

TITLE_LIMIT = 32  # of hints and messages, set by the spreadsheet programs
TEXT_LIMIT = 255
GUARD = "此列由系统回写，请勿填写"
FIRST_DAY, LAST_DAY = "2000-01-01", "2100-12-31"
FIRST_SERIAL, LAST_SERIAL = 36526, 73415  # the same days as numbers

# 18-digit codes lose digits and "2025.10" loses its zero when a program takes them for numbers
_AS_TEXT = frozenset(
    {"uscc", "projcode", "phone", "industry", "period", "month", "quarter", "half", "ten_days", "half_month", "week"}
)
_WRAP = frozenset({"long_text", "text", "project_name", "company", "choices", "person", "phone"})
_LEFT = _WRAP | {"industry"}


def field_column(scheme: Scheme, table: Table, field: Field, cell: str) -> Column:
    """The column of a field; `cell` is the address of its first data cell without signs, e.g. "F7"."""
    return Column(
        name=field.name,
        mark=f"tb:{table.name}.{field.name}",
        title=header(field),
        required=field.required,
        group=field.group,
        tone=tone(field),
        width=field.width,
        align=_align(field),
        number_format=_number_format(field),
        wrap=field.type in _WRAP,
        hidden=False,
        check=_check(scheme, table, field, cell),
    )


def answer_column(table: Table, column: AnswerColumn) -> Column:
    """One of our columns: guarded against typing, never locked (a locked cell forbids sorting its table)."""
    guard = Check("custom", formula="=FALSE", error_title=column.title[:TITLE_LIMIT], error=GUARD)
    return Column(
        name=column.name,
        mark=f"tb:{table.name}.@{column.name}",
        title=column.title,
        required=False,
        group="",
        tone="ours",
        width=column.width,
        align="left" if column.name in {"check", "status", "flag"} else "center",
        number_format="General" if column.name == "remaining" else "@",
        wrap=column.name in {"check", "status", "flag"},
        hidden=column.hidden,
        check=guard,
    )


def header(field: Field) -> str:
    """Header text: the title and, in brackets, the unit."""
    unit = field.unit or {"money_wan": "万元", "money_yi": "亿元"}.get(field.type, "")
    unit = unit or ("%" if field.type.startswith("pct_") else "")
    said = f"（{unit}" in field.title or f"({unit}" in field.title
    return f"{field.title}（{unit}）" if unit and not said else field.title


def tone(field: Field) -> Tone:
    return "system" if field.owner == "system" else "clerk"


def hint(scheme: Scheme, table: Table, field: Field, built: date | None = None) -> str:
    """What to fill in, as a sentence: the field's own hint, or one made from its type and limits."""
    text = field.hint or _default_hint(scheme, table, field, built)
    return text if text.endswith(("。", "！", "？", ")", "）", "”")) or not text else text + "。"


def _default_hint(scheme: Scheme, table: Table, field: Field, built: date | None) -> str:
    key = field.choices if field.type == "choices" else list_key(scheme, table, field)
    if field.type == "choices":
        offered = "：" + "、".join(list_items(scheme, key, built or date.min)) if key else ""
        return "可填多项，用顿号“、”隔开" + offered
    if key.startswith(OWN):
        return f"从下拉中选，与“{scheme.table(key.removeprefix(OWN)).title}”表中的写法一致"
    if key:
        return "从下拉中选" + ("" if field.strict else "，没有的可直接填写")
    return _BY_TYPE.get(field.type, "")


_BY_TYPE: dict[str, str] = {
    "date": "填年月日",
    "date_plan": "填年月日；只定到月的可填到月",
    "date_actual": "填实际发生的年月日，没有发生的空着",
    "period": "填起止年月",
    "month": "填年月",
    "quarter": "填年份和季度",
    "half": "填年份和上半年、下半年",
    "ten_days": "填年月和上旬、中旬、下旬",
    "half_month": "填年月和上半月、下半月",
    "week": "填年份和周次",
    "year": "填四位年份",
    "money_wan": "只填数字，单位万元",
    "money_yi": "只填数字，单位亿元",
    "number": "只填数字",
    "integer": "填整数",
    "pct_invest": "填百分数，可以超过100",
    "pct_progress": "填0到100的百分数",
    "uscc": "18位，照营业执照抄录",
    "projcode": "投资项目在线审批监管平台的项目代码",
    "phone": "手机或带区号的座机，多个用顿号隔开",
    "person": "填姓名，多人用顿号隔开",
    "photo": "插入图片",
}


def _align(field: Field) -> Align:
    if field.type in NUMBER_TYPES:
        return "right"
    return "left" if field.type in _LEFT else "center"


def _number_format(field: Field) -> str:
    if field.type in DATE_TYPES:
        return "yyyy-mm-dd"
    return "@" if field.type in _AS_TEXT else "General"


def _check(scheme: Scheme, table: Table, field: Field, cell: str) -> Check:
    example = f"例：{field.example}" if field.example else ""
    prompt = _clip("\n".join(filter(None, (hint(scheme, table, field), example))), TEXT_LIMIT)
    wanted = _clip(f"请填{_wanted(field)}。" + (f"例如：{field.example}" if field.example else ""), TEXT_LIMIT)
    parts = _checking(scheme, table, field, cell)
    if parts.get("kind") == "list":
        wanted = "请从下拉列表中选择一项，不要自行输入。" if field.strict else "列表中没有这一项。确实如此可以保留。"
    return Check(
        **parts,
        error_title=_clip(field.title, TITLE_LIMIT) if parts else "",
        error=wanted if parts else "",
        prompt_title=_clip(field.title, TITLE_LIMIT) if prompt else "",
        prompt=prompt,
    )


def _checking(scheme: Scheme, table: Table, field: Field, cell: str) -> dict[str, Any]:
    """Kind, formula, limits and style of a field's check; empty where nothing is checked while typing."""
    key = list_key(scheme, table, field)
    if key:
        style = "stop" if field.strict and not key.startswith(("@month", "@quarter")) else "warning"
        return {"kind": "list", "formula": f"={defined_name(key)}", "style": style}
    if field.type in DATE_TYPES:
        return _date_check(field, cell)
    if field.type == "year":
        return {"kind": "integer", "minimum": FIRST_DAY[:4], "maximum": LAST_DAY[:4], "style": "warning"}
    if field.type in NUMBER_TYPES:
        return _number_check(field)
    if field.type == "uscc":
        return {"kind": "length", "minimum": "18", "maximum": "18", "style": "warning"}
    if field.type == "projcode":
        return {"kind": "length", "minimum": "20", "maximum": "24", "style": "warning"}
    if field.type in {"text", "long_text"} and field.max_length < 2000:
        return {"kind": "length", "maximum": str(field.max_length), "style": "warning"}
    return {}


def _date_check(field: Field, cell: str) -> dict[str, str]:
    """A planned date may be 2025年3月底, so text passes; a bare number like 2025.3 never means a day."""
    if field.type == "date_plan":
        limits = f"{cell}>={FIRST_SERIAL},{cell}<={LAST_SERIAL}"
        return {"kind": "custom", "formula": f"=OR(ISTEXT({cell}),AND({limits}))", "style": "information"}
    low = field.minimum if _is_date(field.minimum) else FIRST_DAY
    high = field.maximum if _is_date(field.maximum) else LAST_DAY
    return {"kind": "date", "minimum": low, "maximum": high, "style": "warning"}


def _number_check(field: Field) -> dict[str, str]:
    low = field.minimum if _is_number(field.minimum) else "" if field.type == "number" else "0"
    high = field.maximum if _is_number(field.maximum) else ""
    if field.type == "pct_progress" and not high:
        high = "100"
    if field.type == "number" and not low and not high:
        low = "-1E+15"  # any number, but a number
    kind = "integer" if field.type == "integer" else "decimal"
    return {"kind": kind, "minimum": low, "maximum": high, "style": "warning"}


def _wanted(field: Field) -> str:
    if field.type in DATE_TYPES:
        return "日期"
    if field.type == "year":
        return "四位年份"
    if field.type in NUMBER_TYPES:
        low, high = field.minimum, field.maximum
        limits = f"，{low or '不限'}至{high or '不限'}" if low or high else ""
        unit = f"（单位：{field.unit or '万元'}）" if field.unit or field.type == "money_wan" else ""
        return f"数字{unit}{limits}"
    if field.type == "uscc":
        return "18位统一社会信用代码"
    if field.type == "projcode":
        return "投资项目统一代码"
    return f"{field.max_length}字以内"


def _is_number(text: str) -> bool:
    try:
        return bool(text) and Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
