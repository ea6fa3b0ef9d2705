"""`Scheme` and its parts other than tables and rules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field as F

from validators.periods import Period, parse_period
from validators.scheme.base import Model
from validators.scheme.tables import DEFAULT_ANSWERS, AnswerColumn, Choice, Table


class Source(Model):
    """The policy document. Facts and figures go into schemes; whole sentences stay in the document."""

    document: str = F(description="文件全称")
    issuer: str = F(default="", description="发文单位")
    issued: date | None = F(default=None, description="发文日期")
    note: str = F(default="", description="文本哪里缺、按什么理解")


class Unit(Model):
    """Who reports. `code` may be any stable word: 经开区南区 has no administrative code."""

    code: str = F(description="单位代码，会用在文件标识里；没有行政区划代码的用自编的稳定代码")
    name: str = F(description="单位名称")
    aliases: tuple[str, ...] = F(default=(), description="别的叫法")
    kind: str = F(default="", description="类别：街道、镇、乡、开发区、县……排名可按它分组")
    parent: str = F(
        default="", description="上级单位的代码或名称；指标写 to: above 归到它，排名写 group: above 按它分组"
    )
    region: str = F(default="", description="行政区划代码，有的才写")
    valid_from: date | None = F(default=None, description="从哪天起报")
    valid_to: date | None = F(default=None, description="报到哪天；撤并的单位写这里，不要删")


class Department(Model):
    """Who is responsible or fills a book of its own: 区发改委, 区住建局 …"""

    code: str = F(description="部门代码")
    name: str = F(description="部门名称")
    aliases: tuple[str, ...] = F(default=(), description="别的叫法")
    commission: bool = F(default=False, description="牵头部门，只能有一个；filler 写 commission 的表在它的簿子里")
    group: str = F(default="", description="几个部门各填一本同样的表时共用的词，如 行业主管部门")


class Sight(Model):
    """Rows of others' books that a department sees. Its own books it always sees whole; see `docs/schemes.md`.

    A row is seen when it is of `table` and all that is written beside it holds. Nothing but departments: every row of
    every book. A child is seen with its parent.
    """

    departments: tuple[str, ...] = F(default=(), description="哪些部门，写名称或叫法；空着是每个部门")
    table: str = F(default="", description="哪张表的行；空着是所有的表")
    named_in: tuple[str, ...] = F(
        default=(), description="行里哪些列（或对照表查出的值）写着本部门才看得到，如 责任单位、牵头部门"
    )
    where: str = F(default="", description="行的条件；可以用 当前阶段、填报单位，写了就要写 table")
    duties: bool = F(default=False, description="责任单位写着本部门的规则管到的行才看得到")
    item: str = F(default="", description="政策条目编号")


class LookupChange(Model):
    """What a lookup says otherwise from a day on; keys that are not named stay as they were."""

    effective_from: date = F(description="从哪天起")
    rows: dict[str, str | list[str] | None] = F(description="变了的和新加的，键: 值；null 是去掉这一个")


class Lookup(Model):
    """A table from one or more keys to a text or a list. An absent key yields `fallback`, None = 映射未配置."""

    title: str = F(default="", description="对照表的名称")
    rows: dict[str, str | list[str]] = F(default={}, description="键: 值；几个键用 | 连起来")
    changes: tuple[LookupChange, ...] = F(default=(), description="从哪天起变成什么；只写变了的键")
    fallback: str | None = F(default=None, description="查不到时的值；null 显示“映射未配置”")
    item: str = F(default="", description="政策条目编号")


class Node(Model):
    """A node of a project's life, with the fields that hold its planned and actual date."""

    name: str = F(description="英文名")
    title: str = F(description="节点在话里怎么叫，如 签约")
    table: str = F(default="project", description="哪张表")
    planned: str = F(default="", description="计划日期那一列的英文名")
    actual: str = F(default="", description="实际日期那一列的英文名")
    definition: str = F(default="", description="原文怎样才算到了这个节点；没有定义写 原文未载")
    item: str = F(default="", description="政策条目编号")


class LeadsChange(Model):
    """Other leads of 临期 from a day on; kinds that are not named stay as they were."""

    effective_from: date = F(description="从哪天起")
    leads: dict[str, int] = F(description="变了的，种类: 天数")


class Conventions(Model):
    """Small conventions that a scheme may change (DESIGN §9)."""

    suffix: dict[str, str] = F(default={"原则上": "(原则上)", "力争": "(力争)"}, description="语气: 后缀")
    suffix_on: dict[str, tuple[str, ...]] = F(
        default={
            "原则上": ("overdue", "done_late", "unsynced", "missed"),
            "力争": ("soon", "overdue", "done_late", "missed"),
        },
        description="语气: 带后缀的状态代码",
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
        description="按期限的单位或期的种类，提前几天显示“临期”",
    )
    changes: tuple[LeadsChange, ...] = F(default=(), description="提前天数从哪天起变成几天；别的约定改了就全部照新的")
    words: dict[str, str] = F(default={}, description="状态代码: 换成的词")
    palette: dict[str, str] = F(default={}, description="状态代码: 颜色；颜色总是和词一起出现")


class Report(Model):
    """A tab of the consolidated book or a bulletin; see `docs/schemes.md`.

    list: the rows of `table` for which `where` holds, with `columns`. group: those rows counted by `group_by`, one
    column per measure (`validators.scheme.measures`), a total below. participants: people and companies of whom
    shared rules say something (五比). units: units and departments of whom the rules in `columns` say something.
    """

    id: str = F(description="报表编号")
    title: str = F(description="标签名，最多31个字")
    kind: Literal["list", "group", "participants", "units"] = F(
        default="list", description="list 一行一个，group 分组，participants 企业和人员，units 单位"
    )
    table: str = F(default="", description="哪张表的行")
    where: str = F(default="", description="行的条件；可以用 当前阶段、填报单位")
    group_by: tuple[str, ...] = F(default=(), description="按什么分：列，或 unit、stage、status、flag")
    measures: dict[str, str] = F(
        default={}, description="列名: 指标，如 个数、个数(条件)、合计(算式)、占比(条件)、比率(算式, 算式)、状态(…)"
    )
    columns: tuple[str, ...] = F(default=(), description="列、规则编号，或 unit、stage、status、flag")
    cadence: str = F(default="", description="多久出一次，如 month、quarter；分组的报表进那一期的通报，随关账定下")
    item: str = F(default="", description="政策条目编号")


class Scheme(Model):
    """A policy as data. `rules` holds models of `validators.rules.KINDS`, each of its own kind."""

    id: str = F(pattern=r"^[a-z][a-z0-9_]*$", description="方案编号：小写字母开头，只用小写字母、数字、下划线")
    title: str = F(description="方案名称")
    version: str = F(description="版本号，给人看")
    effective_from: date | None = F(default=None, description="从哪天起执行；各期任务从这天算起")
    effective_to: date | None = F(default=None, description="执行到哪天；null 长期")
    ends: date | None = F(
        default=None,
        description="收数到哪天（含）；过后只看不改：状态定格在次日，改动不再采用并告诉填报人。空着一直收",
    )
    year: int | None = F(default=None, description="目标管哪一年")
    year_from: int = F(
        default=1,
        ge=1,
        le=12,
        description="年度从几月起；12：2025年度是2024年12月到2025年11月，季度、半年跟着走，月、旬、周照日历",
    )
    district: str = F(default="", description="区县名称")
    within: str = F(
        default="", description="区县上面的省、市，如“安徽省淮南市”；乡镇名称前面写了这些也认，写了别处的不认"
    )
    source: Source = F(description="政策文件")
    units: tuple[Unit, ...] = F(description="填报单位")
    departments: tuple[Department, ...] = F(default=(), description="部门")
    sights: tuple[Sight, ...] = F(
        default=(),
        description="部门看得到别家簿子里的哪些行；没有一条写到的部门，看得到责任单位写着它的规则管到的行",
    )
    choices: dict[str, tuple[Choice, ...]] = F(default={}, description="下拉：名字: 值的列表")
    lookups: dict[str, Lookup] = F(default={}, description="对照表：名字: 对照表")
    tables: tuple[Table, ...] = F(description="表")
    nodes: tuple[Node, ...] = F(default=(), description="节点")
    rules: tuple[Any, ...] = F(default=(), description="规则")
    answers: tuple[AnswerColumn, ...] = F(default=DEFAULT_ANSWERS, description="系统写的几列")
    conventions: Conventions = F(default=Conventions(), description="约定")
    reports: tuple[Report, ...] = F(default=(), description="汇总簿里加的表")
    guide: tuple[str, ...] = F(default=(), description="填报说明里的段落，一段一条")
    coverage: dict[str, str] = F(default={}, description="政策条目: 由什么来管")

    def counting(self, today: date) -> date:
        """The day that counts as today: after the scheme's end the day after it, for good."""
        if self.ends is None or today <= self.ends or self.ends == date.max:
            return today
        return self.ends + timedelta(days=1)

    def reporting_year(self, year: int) -> Period:
        """The days of a reporting year: 2025年度."""
        return parse_period(f"{year:04d}", self.year_from)

    def starts(self) -> date | None:
        """The first day of which figures are looked at; None where the scheme names neither a day nor a year."""
        return self.effective_from or (self.reporting_year(self.year).first if self.year else None)

    def words(self) -> dict[str, list[str]]:
        """What the names of drop-downs mean in conditions: all their values."""
        return {name: [item.value for item in items] for name, items in self.choices.items()}

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
