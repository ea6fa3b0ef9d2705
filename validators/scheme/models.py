"""`Scheme` and its parts other than tables and rules."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field as F

from validators.scheme.base import Model
from validators.scheme.tables import DEFAULT_ANSWERS, AnswerColumn, Choice, Table


class Source(Model):
    """The policy document. Facts and figures go into schemes; whole sentences stay in the document."""

    document: str
    issuer: str = ""
    issued: date | None = None
    note: str = ""


class Unit(Model):
    """Who reports. `code` may be any stable word: 经开区南区 has no administrative code."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: str = F(default="", description="街道, 镇, 乡, 开发区, 县, …")
    parent: str = ""
    region: str = F(default="", description="行政区划代码 where there is one")
    valid_from: date | None = None
    valid_to: date | None = None


class Department(Model):
    """Who is responsible or fills a book of its own: 区发改委, 区住建局 …"""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    commission: bool = F(default=False, description="runs the scheme; its book holds tables with filler `commission`")
    group: str = F(
        default="", description="word for departments that all fill the same tables, each in its own book: 行业主管部门"
    )


class Lookup(Model):
    """A table from one or more keys to a text or a list. An absent key yields `fallback`, None = 映射未配置."""

    title: str = ""
    rows: dict[str, str | list[str]] = F(default={})
    fallback: str | None = None
    item: str = ""


class Node(Model):
    """A node of a project's life, with the fields that hold its planned and actual date."""

    name: str
    title: str
    table: str = "project"
    planned: str = ""
    actual: str = ""
    definition: str = F(
        default="", description="what counts as this node in the document; 原文未载 when it says nothing"
    )
    item: str = ""


class Conventions(Model):
    """Small conventions that a scheme may change (DESIGN §9)."""

    suffix: dict[str, str] = F(default={"原则上": "(原则上)", "力争": "(力争)"}, description="modality → suffix")
    suffix_on: dict[str, tuple[str, ...]] = F(
        default={
            "原则上": ("overdue", "done_late", "unsynced", "missed"),
            "力争": ("soon", "overdue", "done_late", "missed"),
        },
        description="modality → status codes that carry the suffix",
    )
    leads: dict[str, int] = F(
        default={
            "月": 7,
            "日": 3,
            "周": 2,
            "工作日": 1,
            "month": 3,
            "quarter": 3,
            "half": 30,
            "year": 30,
            "planned": 7,
        },
        description="days before a deadline from which 临期 is shown, by unit of the limit or kind of period",
    )
    words: dict[str, str] = F(default={}, description="status code → word shown instead of the engine's")
    palette: dict[str, str] = F(default={}, description="status code → colour; a word always goes with it")


class Report(Model):
    """A tab of the consolidated book or a bulletin; see `docs/schemes.md`.

    list: the rows of `table` for which `where` holds, with `columns`. group: those rows counted by `group_by`, one
    column per measure (`validators.scheme.measures`), a total below. participants: people and companies of whom
    shared rules say something (五比). units: units and departments of whom the rules in `columns` say something.
    """

    id: str
    title: str = F(description="of the tab, at most 31 characters")
    kind: Literal["list", "group", "participants", "units"] = "list"
    table: str = ""
    where: str = F(default="", description="condition on the row; may name 当前阶段 and 填报单位")
    group_by: tuple[str, ...] = F(default=(), description="fields, or unit, stage, status, flag")
    measures: dict[str, str] = F(default={}, description="column → 个数, 个数(条件), 合计(算式), 占比(条件), 状态(…) …")
    columns: tuple[str, ...] = F(default=(), description="fields, rule ids, or unit, stage, status, flag")
    cadence: str = ""
    item: str = ""


class Scheme(Model):
    """A policy as data. `rules` holds models of `validators.rules.KINDS`, each of its own kind."""

    id: str = F(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    version: str
    effective_from: date | None = None
    effective_to: date | None = None
    year: int | None = F(default=None, description="the policy year when targets belong to one")
    district: str = ""
    source: Source
    units: tuple[Unit, ...]
    departments: tuple[Department, ...] = ()
    choices: dict[str, tuple[Choice, ...]] = F(default={})
    lookups: dict[str, Lookup] = F(default={})
    tables: tuple[Table, ...]
    nodes: tuple[Node, ...] = ()
    rules: tuple[Any, ...] = ()
    answers: tuple[AnswerColumn, ...] = DEFAULT_ANSWERS
    conventions: Conventions = Conventions()
    reports: tuple[Report, ...] = ()
    guide: tuple[str, ...] = F(default=(), description="paragraphs of the guide tab 填报说明")
    coverage: dict[str, str] = F(default={}, description="matrix id → what serves it, see docs/schemes.md")

    def table(self, name: str) -> Table:
        """The table of that name. KeyError when there is none."""
        for item in self.tables:
            if item.name == name:
                return item
        raise KeyError(name)

    def tables_of(self, filler: str) -> tuple[Table, ...]:
        """Tables that stand in the books of a filler: "unit", "commission" or a department's code."""
        return tuple(item for item in self.tables if filler in self.fillers_of(item))

    def fillers_of(self, table: Table) -> tuple[str, ...]:
        """Whose books hold a table: its filler, or every department of the group that it names."""
        found = tuple(
            "commission" if item.commission else item.code
            for item in self.departments
            if item.group and item.group == table.filler
        )
        return found or (table.filler,)

    def roles(self) -> tuple[str, ...]:
        """Everybody whose books hold tables, in the order of the first one of each."""
        return tuple(dict.fromkeys(code for item in self.tables for code in self.fillers_of(item)))

    def unit(self, code: str) -> Unit | None:
        return next((item for item in self.units if item.code == code), None)


Filler = Literal["unit", "commission"]
