"""Which tabs and columns a scheme's workbook has: read off the models, so that a new kind of rule or a new parameter
appears by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic import Field as F
from pydantic_core import PydanticUndefined

from app.scheme_book.cellform import alternatives, key_of, values_of
from app.scheme_book.words import hint_of, kind_about, kind_title, title_of
from app.scheme_book.words_models import ABOUT, TABS
from validators.rules import kinds
from validators.scheme.base import Model
from validators.scheme.models import Lookup, Scheme
from validators.scheme.tables import Choice, Field, Table

IDENT, NOTE = "行标识", "备注"
GUIDE_TAB, BASICS_TAB, OVERVIEW_TAB = "说明", "基本信息", "规则总表"
FILES_TAB = "_方案文件"
LISTS_TAB = "_下拉"
RULE_PREFIX = "规则·"
TABLE_KEYS = frozenset({
    "table", "parent", "evidence", "list_table", "tag_table", "of_table", "child", "right", "rows",
})  # fmt: skip


class FieldRow(Field):
    """A column of a table, with its table."""

    table: str = F(title="表", description="哪张表的列")
    owner: str = F(
        default="", title="谁填", description="不写就是填这张表的人；unit、commission、部门代码、system（系统带出）"
    )


class ChoiceRow(Choice):
    """A value of a drop-down, with its drop-down."""

    choices: str = F(title="下拉", description="下拉的英文名，字段的“下拉”一栏写的就是它")


class LookupHead(Lookup):
    """A lookup without its rows."""

    name: str = F(title="英文名", description="规则里写的就是它")


class LookupEntry(Model):
    """One pair of a lookup."""

    lookup: str = F(title="对照表", description="对照表的英文名")
    key: str = F(title="什么", description="键；几个键用 | 连起来")
    value: str | list[str] | None = F(
        title="对什么", description="值；几个值一行一个，前面加“· ”；从哪天起不要这一个了，写“无”"
    )
    effective_from: date | None = F(
        default=None, title="从哪天执行", description="空着是一开始就这样；改了的另起一行写日期，原来那行不动"
    )


class CoverageRow(Model):
    """A paragraph of the policy and what serves it."""

    item: str = F(title="条目", description="文件条目的编号")
    by: str = F(
        title="由什么来管", description="rule:规则、field:表.列、table:表、report:报表、manual 人来判断……用分号隔开"
    )


class GuideRow(Model):
    """A paragraph of the guide."""

    text: str = F(title="段落", description="填报说明里的一段话")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` as in scheme files."""

    key: str
    title: str
    hint: str
    annotation: Any
    default: Any
    required: bool
    width: int

    @property
    def words(self) -> tuple[str, ...]:
        """The words of an enumeration, where the column can hold nothing else."""
        found = alternatives(self.annotation)
        return values_of(found[0]) if len(found) == 1 else ()

    @property
    def is_flag(self) -> bool:
        return alternatives(self.annotation) == (bool,)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its section of the scheme (`rules` with the kind), its columns."""

    title: str
    section: str
    about: str
    columns: tuple[Column, ...]
    model: type[BaseModel]
    kind: str = ""
    noted: bool = True  # has the column 备注: the comment above the definition in the file

    def column(self, key: str) -> Column | None:
        return next((item for item in self.columns if item.key == key), None)


_FIRST = {  # columns that stand first, as people look for them there
    "fields": ("table", "title", "name", "group", "type", "unit", "required", "choices", "minimum", "maximum", "hint",
               "example", "aliases"),
    "choices": ("choices", "value", "aliases", "note"),
    "lookups": ("name",),
    "tables": ("title", "name"), "nodes": ("title", "name"), "units": ("name", "code"), "departments": ("name", "code"),
    "rules": ("id", "title"),
}  # fmt: skip
_LAST = {
    "rules": ("when", "modality", "responsible", "section", "sentence", "shown", "trial", "severity", "effective_from",
              "effective_to", "version_by"),
}  # fmt: skip
_WIDE = {
    "sentence": 46, "when": 36, "hint": 40, "where": 34, "aliases": 30, "example": 22, "stages": 60, "checks": 60,
    "conditions": 60, "fields": 44, "measures": 44, "columns": 40, "by": 40, "name": 20, "choices": 20, "lookup": 20, "code": 14, "key": 30, "document": 40, "definition": 34, "text": 90, "note": 34,
    "value": 24, "title": 24, "terms": 60, "nodes": 50, "compare": 40, "keys": 34, "responsible": 22,
}  # fmt: skip


@cache
def tabs() -> tuple[Tab, ...]:
    """All tabs with rows, in the order of the workbook."""
    found = [_tab("units", _model_of("units")), _tab("departments", _model_of("departments"))]
    found += [_tab("tables", Table, without=("fields",)), _tab("fields", FieldRow), _tab("choices", ChoiceRow)]
    found += [_tab("lookups", LookupHead, without=("rows", "changes"), noted=False)]
    found += [_tab("lookup_rows", LookupEntry, noted=False), _tab("nodes", _model_of("nodes"))]
    found += [_rule_tab(kind, model) for kind, model in sorted(kinds().items(), key=lambda item: _RULE_ORDER(item[0]))]
    found += [_tab("reports", _model_of("reports")), _tab("coverage", CoverageRow, noted=False)]
    found += [_tab("guide", GuideRow, noted=False), _tab("answers", _model_of("answers"))]
    covered = {tab.section for tab in found}
    found += [_tab(name, model) for name, model in _list_sections() if name not in covered]
    return tuple(found)


def _RULE_ORDER(kind: str) -> tuple[int, str]:
    """What officers change most stands first."""
    usual = ("elapsed", "planned", "target", "cadence", "closure", "window", "required", "integrity", "precondition")
    return (usual.index(kind) if kind in usual else len(usual), kind)


def _list_sections() -> Iterator[tuple[str, type[BaseModel]]]:
    for name, info in Scheme.model_fields.items():
        inner = get_args(info.annotation)
        if get_origin(info.annotation) is tuple and isinstance(inner[0], type) and issubclass(inner[0], BaseModel):
            yield name, inner[0]


def _model_of(section: str) -> type[BaseModel]:
    return dict(_list_sections())[section]


def _tab(section: str, model: type[BaseModel], *, without: tuple[str, ...] = (), noted: bool = True) -> Tab:
    title = TABS.get(section, section)
    return Tab(title, section, ABOUT.get(section, ""), columns_of(model, section, without), model, noted=noted)


def _rule_tab(kind: str, model: type[BaseModel]) -> Tab:
    title = f"{RULE_PREFIX}{kind_title(kind)}"[:31]
    return Tab(title, "rules", kind_about(kind), columns_of(model, "rules", ("kind",)), model, kind)


def columns_of(model: type[BaseModel], section: str = "", without: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """Columns of a model, the important ones first."""
    first, last = _FIRST.get(section, ()), _LAST.get(section, ())
    names = [name for name in model.model_fields if name not in without]
    order = [*(n for n in first if n in names), *(n for n in names if n not in first and n not in last)]
    order += [name for name in last if name in names]
    return tuple(_column(model, name) for name in order)


def _column(model: type[BaseModel], name: str) -> Column:
    info = model.model_fields[name]
    default = info.get_default(call_default_factory=True)
    default = None if default is PydanticUndefined else default
    key, title, required = key_of(name, info), title_of(model, name), info.is_required()
    width = _WIDE.get(name) or max(11, min(24, len(title) * 2 + 3))
    return Column(key, title, _hint(model, name, default, required), info.annotation, default, required, width)


def _hint(model: type[BaseModel], name: str, default: Any, required: bool) -> str:
    said = hint_of(model, name)
    if required:
        return f"必填。{said}"
    if isinstance(default, str | int) and default not in ("", False, 0) and "不写" not in said:
        from app.scheme_book.words import label_of

        words = values_of(alternatives(model.model_fields[name].annotation)[0])
        told = "是" if default is True else label_of(str(default), words) if words else str(default)
        return f"{said}（不写：{told}）"
    return said


@dataclass(frozen=True, slots=True)
class Basic:
    """One line of 基本信息: the place in the scheme, what stands there."""

    path: tuple[str, ...]
    group: str
    column: Column

    @property
    def title(self) -> str:
        return self.column.title


@cache
def basics() -> tuple[Basic, ...]:
    """Everything of a scheme that is neither a list nor a table."""
    found: list[Basic] = []
    for name, info in Scheme.model_fields.items():
        kind = info.annotation
        if get_origin(kind) in (tuple, dict, list):
            continue
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            group = title_of(Scheme, name)
            found += [Basic((name, key_of(n, i)), group, _column(kind, n)) for n, i in kind.model_fields.items()]
        else:
            found.append(Basic((name,), "方案", _column(Scheme, name)))
    return tuple(found)
