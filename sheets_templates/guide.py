"""The guide tab 填报说明: what the book is for, how to fill it, what colours mean, and every field in a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sheets_templates.addresses import absolute
from sheets_templates.columns import header, hint
from sheets_templates.lists import OWN, list_items, list_key
from sheets_templates.palette import DOUBT, FAULT, OURS_FILL, STALE, SYSTEM_FILL, TINT_FILLS, status_paints
from sheets_templates.plan import EntryTab, GuideLine, GuideTab, Paint
from sheets_templates.wording import FILE, Wording
from validators.scheme.models import Scheme
from validators.scheme.tables import Field, Table

TITLE = "填报说明"
WIDTHS = (6.0, 20.0, 52.0, 26.0, 7.0, 12.0)
_NUMERALS = "一二三四五六七八九十"
_SHOWN_CHOICES = 10

Places = Mapping[tuple[str, str], tuple[str, str]]  # (table, group) → where it begins ('tab'!A1), its colour

_ANSWER_MEANING = {
    "id": "系统给这一行的编号，排序、改名后仍认得它。新行不用填，同步后自动出现。",
    "check": "本行有没有要改的：“✓ 通过”或“还有几处要改”和每处怎么改。",
    "status": "各项期限的状态和理由：正常、临期、逾期几天、按期完成……，并写明依据。",
    "stage": "由已填的日期推出的项目阶段。",
    "deadline": "最近一个还没完成的期限。",
    "remaining": "离下一期限还有几天；负数为已超过的天数。",
    "flag": "考核方面的标识。",
    "updated": "本行答复最后一次变动的时间。",
}


def guide_tab(
    scheme: Scheme, tabs: tuple[EntryTab, ...], owner_title: str, todo: str, built: date, wording: Wording = FILE
) -> GuideTab:
    """The guide of a book that holds these tabs and belongs to `owner_title`; `todo` is the title of 待改清单."""
    tables = tuple(scheme.table(tab.table) for tab in tabs)
    places = _places(tabs)
    sections = (
        ("这本表做什么用", _purpose(scheme, tables)),
        ("怎么填", _steps(tabs, todo, wording)),
        ("颜色和记号", _legend(scheme, wording)),
        ("系统回写的列", _answers(scheme)),
        *((f"“{table.title}”各栏怎么填", _fields(scheme, table, built, places)) for table in tables),
        ("联系方式", _contacts(scheme)),
    )
    lines = [
        GuideLine("title", (scheme.title,)),
        GuideLine("subtitle", (f"{TITLE}（{owner_title}）",)),
    ]
    for index, (title, body) in enumerate(sections):
        lines += [GuideLine("gap"), GuideLine("section", (f"{_numeral(index)}、{title}",)), *body]
    return GuideTab(TITLE, WIDTHS, tuple(lines))


def _places(tabs: tuple[EntryTab, ...]) -> Places:
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for tab in tabs:
        for index, column in enumerate(tab.columns, 1):
            if column.group:
                place = absolute(tab.title, index, tab.header_row, tab.header_row).partition(":")[0]
                found.setdefault((tab.table, column.group), (place, TINT_FILLS[column.tint][0]))
    return found


def _steps(tabs: tuple[EntryTab, ...], todo: str, wording: Wording) -> list[GuideLine]:
    texts = [text.format(todo=todo) for text in wording.steps]
    for tab in tabs:
        if any(column.level for column in tab.columns):
            texts += [
                text.format(title=tab.title, name=tab.columns[tab.name_column - 1].title) for text in wording.folding
            ]
    return [GuideLine("step", (text,)) for text in texts]


def _numeral(index: int) -> str:
    return _NUMERALS[index] if index < 10 else f"十{_NUMERALS[index - 10]}"


def _purpose(scheme: Scheme, tables: tuple[Table, ...]) -> list[GuideLine]:
    paragraphs = scheme.guide or (f"本簿用于填报《{scheme.source.document}》要求掌握的情况。",)
    lines = [GuideLine("paragraph", (text,)) for text in paragraphs]
    lines.append(GuideLine("paragraph", (_basis(scheme),)))
    lines += [
        GuideLine("link", (table.title, table.note or "点左边的表名即可前往。"), f"'{table.title}'!A1")
        for table in tables
    ]
    return lines


def _basis(scheme: Scheme) -> str:
    issuer = f"{scheme.source.issuer}，" if scheme.source.issuer else ""
    issued = f"{scheme.source.issued:%Y-%m-%d}，" if scheme.source.issued else ""
    return f"依据：《{scheme.source.document}》（{issuer}{issued}方案版本 {scheme.version}）。"


def _legend(scheme: Scheme, wording: Wording) -> list[GuideLine]:
    def line(sample: str, meaning: str, paint: Paint) -> GuideLine:
        return GuideLine("legend", (sample, meaning), paint=paint)

    lines = [
        line("* 项目名称", "表头带红色星号的栏目必须填写。", Paint()),
        line("白格", "由填报人填写。", Paint()),
        line("绿格", "由系统先带出，填报人核对，有误可以改。", Paint(fill=SYSTEM_FILL)),
        line("灰格", wording.ours, Paint(fill=OURS_FILL)),
        line("红格", "必须改：这一格读不懂，或违反硬性要求。改好前，系统仍按上次读懂的内容计算。", FAULT),
        line("黄格", "请核对：系统按推断取了值，或需要在“情况说明”里说明。", DOUBT),
        line(*wording.stale, STALE),
    ]
    seen: dict[Paint, list[str]] = {}
    for _, word, paint in status_paints(scheme.conventions):
        seen.setdefault(paint, []).append(word)
    lines += [line(words[0], f"节点状态为：{'、'.join(words)}。", paint) for paint, words in seen.items()]
    return lines


def _answers(scheme: Scheme) -> list[GuideLine]:
    shown = [item for item in scheme.answers if not item.hidden and item.name in _ANSWER_MEANING]
    return [
        GuideLine("legend", (item.title, _ANSWER_MEANING[item.name]), paint=Paint(fill=OURS_FILL)) for item in shown
    ]


def _fields(scheme: Scheme, table: Table, built: date, places: Places) -> list[GuideLine]:
    lines = [GuideLine("paragraph", (table.note,))] if table.note else []
    lines.append(GuideLine("head", ("序号", "栏目", "填什么", "例子", "必填", "谁填")))
    group = ""
    for index, field in enumerate(table.fields, 1):
        if field.group != group and field.group:
            place, fill = places[table.name, field.group]
            lines.append(GuideLine("table", (field.group,), place, Paint(fill=fill)))
        group = field.group
        lines.append(GuideLine("row", _field_row(scheme, table, field, index, built)))
    return lines


def _field_row(scheme: Scheme, table: Table, field: Field, index: int, built: date) -> tuple[str, ...]:
    what = hint(scheme, table, field, built) + _choices(scheme, table, field, built)
    return (
        str(index),
        header(field),
        what,
        field.example,
        _wanted(field),
        _owner(scheme, table, field),
    )


def _wanted(field: Field) -> str:
    """必填, with the days where it is so for some days only."""
    if not field.required:
        return ""
    return "必填" + _days(field.effective_from, field.effective_to)


def _days(first: date | None, last: date | None) -> str:
    told = "".join((f"{first}起" if first is not None else "", f"至{last}" if last is not None else ""))
    return f"（{told}）" if told else ""


def _choices(scheme: Scheme, table: Table, field: Field, built: date) -> str:
    key = field.choices or list_key(scheme, table, field)
    if not field.hint or not key or key.startswith((OWN, "@month", "@quarter", "@yesno")):
        return ""
    days = {item.value: _days(item.effective_from, item.effective_to) for item in scheme.choices.get(key, ())}
    items = [item + days.get(item, "") for item in list_items(scheme, key, built)]
    more = f"等{len(items)}项" if len(items) > _SHOWN_CHOICES else ""
    return f"可选：{'、'.join(items[:_SHOWN_CHOICES])}{more}。" if items else ""


def _owner(scheme: Scheme, table: Table, field: Field) -> str:
    if field.owner == "system":
        return "系统带出"
    owner = table.filler if field.owner == "unit" else field.owner
    if owner == "unit":
        return "填报单位"
    return next(
        (item.name for item in scheme.departments if owner in (item.code, item.commission and "commission")), owner
    )


def _contacts(scheme: Scheme) -> list[GuideLine]:
    lead = next((item.name for item in scheme.departments if item.commission), scheme.source.issuer)
    return [GuideLine("paragraph", (f"{lead or '牵头部门'}　联系人：＿＿＿＿＿＿　电话：＿＿＿＿＿＿＿＿",))]
