"""Which column of a ledger is which field of a table: proposed with a reason and how sure that is.

Titles go first, from the same words in the same group to words that merely sound alike; then what stands in the column
speaks for or against. A person has the last word (`app.ledger`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sync.headers import column_letters
from sync.ledger.grid import Grid
from sync.ledger.heads import Head, Header
from sync.ledger.titles import BRACKETS, by_title
from sync.ledger.typed import Typist
from validators.cells import is_blank, squeeze
from validators.headers import header_key
from validators.rawcell import RawCell, show
from validators.rowkinds import classify_row
from validators.scheme.models import Scheme
from validators.scheme.tables import EXPLANATION, Field, Table

SURE = 0.8  # what `--yes` takes without a person
LIKELY = 0.45  # below, nothing is proposed
SAMPLES = 60
_BOTH = re.compile(r"(?:计划|拟|预计)")
_ITSELF_TELLING = frozenset({"uscc", "projcode", "phone", "choice", "stage", "township"})
_FREE = frozenset({"text", "long_text", "project_name", "company", "person", "choices", "industry"})
_KINDS = {
    "date": "日期", "date_plan": "日期", "date_actual": "日期", "money_wan": "金额", "money_yi": "金额", "number": "数字",
    "integer": "整数", "pct_invest": "百分数", "pct_progress": "百分数", "uscc": "统一社会信用代码", "projcode": "项目代码",
    "phone": "电话", "yesno": "是否", "choice": "下拉里的词", "stage": "阶段", "township": "单位名称", "month": "月份",
    "quarter": "季度", "year": "年份", "week": "周次", "half": "半年", "period": "起止年月",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """One column of the ledger. `targets`: () nowhere; one field; (planned, actual) when the cell's own words decide.

    `keep`: not a field's, but its texts shall go into 情况说明 as “标题：值”."""

    head: Head
    targets: tuple[str, ...] = ()
    confidence: float = 0.0
    reason: str = ""
    samples: tuple[str, ...] = ()
    keep: bool = False
    unit: str = ""  # that its amounts are in: from the column, the group or the sheet

    @property
    def letters(self) -> str:
        return column_letters(self.head.column)

    @property
    def sure(self) -> bool:
        return bool(self.targets) and self.confidence >= SURE


@dataclass(slots=True)
class Mapping:
    """The columns of one tab. `fixed`: field → text that holds for every row (the month a table is about)."""

    tab: str
    table: str
    header: Header
    columns: list[Proposal] = field(default_factory=list)
    fixed: dict[str, str] = field(default_factory=dict)

    def column_of(self, name: str) -> Proposal | None:
        return next((item for item in self.columns if name in item.targets), None)

    @property
    def worth(self) -> float:
        """How much is understood."""
        return sum(item.confidence for item in self.columns if item.targets)

    @property
    def doubtful(self) -> list[Proposal]:
        return [item for item in self.columns if item.targets and not item.sure]

    @property
    def lost(self) -> list[Proposal]:
        """Columns that go nowhere, serial numbers left aside."""
        return [item for item in self.columns if not item.targets and not item.keep and not item.head.serial]


def title_keys(tables: Iterable[Table]) -> frozenset[str]:
    """What `find_header` looks for."""
    return frozenset(
        key for table in tables for item in table.fields for key in map(header_key, (item.title, *item.aliases)) if key
    )


def fillable(table: Table) -> list[Field]:
    """Fields that an import may fill: the clerk's own, and those that name the row. Pictures cannot be carried."""
    keys = {name for key in table.keys for name in key} | {table.parent_field}
    return [item for item in table.fields if item.type != "photo" and (item.owner != "system" or item.name in keys)]


def labels(table: Table) -> dict[str, str]:
    """Field → what people call it: its title, with the group where two share one."""
    titles = [item.title for item in table.fields]
    return {
        item.name: f"{item.group}·{item.title}" if titles.count(item.title) > 1 and item.group else item.title
        for item in table.fields
    }


def propose(scheme: Scheme, table: Table, grid: Grid, header: Header, typist: Typist) -> Mapping:
    """A mapping of all columns of a tab."""
    result = Mapping(grid.title, table.name, header)
    samples = {column: _samples(grid, header, column) for column in header.heads}
    units = {column: _unit(head, header) for column, head in header.heads.items()}
    judge = _Judge(scheme, table, typist, units, samples)
    chosen = judge.assign([head for head in header.heads.values() if not head.serial])
    for column in sorted(header.heads):
        found = chosen.get(column, (0.0, (), judge.why_not.get(column, "没有对应的栏目")))
        shown = tuple(dict.fromkeys("".join(show(raw).split())[:30] for raw in samples[column]))[:3]
        reason = "序号不导入" if header.heads[column].serial else found[2]
        result.columns.append(
            Proposal(header.heads[column], found[1], round(found[0], 2), reason, shown, unit=units[column])
        )
    result.fixed = _period_of(table, result)
    return result


Choice = tuple[float, tuple[str, ...], str]


class _Judge:
    """Scores columns against fields and gives each field at most one column."""

    def __init__(
        self, scheme: Scheme, table: Table, typist: Typist, units: dict[int, str], samples: dict[int, list[RawCell]]
    ) -> None:
        self._table, self._typist, self._units, self._samples = table, typist, units, samples
        self._fields = fillable(table)
        self._pairs = [
            (node.planned, node.actual)
            for node in scheme.nodes
            if node.table == table.name and node.planned and node.actual
        ]
        self.why_not: dict[int, str] = {}

    def assign(self, heads: Sequence[Head]) -> dict[int, Choice]:
        scored = [(score, head, item, why) for head in heads for item in self._fields
                  for score, why in [self._score(head, item)] if score >= LIKELY]  # fmt: skip
        scored.sort(key=lambda found: (-found[0], _later(found[1].period), found[1].column))
        taken: dict[str, Head] = {}
        chosen: dict[int, Choice] = {}
        for score, head, item, why in scored:
            if head.column in chosen:
                continue
            if item.name in taken:
                self.why_not.setdefault(head.column, f"“{item.title}”已由{_called(taken[item.name])}填")
                continue
            targets, reason = self._both(head, item, taken, why)
            taken.update(dict.fromkeys(targets, head))
            chosen[head.column] = (score, targets, reason)
        self._by_content(heads, chosen, taken)
        return chosen

    def _both(self, head: Head, item: Field, taken: dict[str, Head], why: str) -> tuple[tuple[str, ...], str]:
        """开工（计划开工）时间: one column for two fields; each cell says which."""
        for planned, actual in self._pairs:
            bare = BRACKETS.sub("", squeeze(head.title))
            both = item.name in (planned, actual) and _BOTH.search(head.title) and not _BOTH.match(bare)
            if both and planned not in taken and actual not in taken and re.search(r"[(（/、]", head.title):
                return (planned, actual), f"{why}；计划和实际写在一列，按每格内容分开"
        return (item.name,), why

    def _by_content(self, heads: Sequence[Head], chosen: dict[int, Choice], taken: dict[str, Head]) -> None:
        """Columns whose title says nothing: codes, telephone numbers and words of a drop-down speak for themselves."""
        for head in heads:
            if head.column in chosen or header_key(head.title) in _spellings(self._table):
                continue
            fits = [item for item in self._fields if item.name not in taken and item.type in _ITSELF_TELLING
                    and self._fit(head.column, item) >= 0.9 and len(self._samples[head.column]) >= 2]  # fmt: skip
            if len(fits) == 1:
                taken[fits[0].name] = head
                chosen[head.column] = (0.6, (fits[0].name,), f"列名没认出，内容像{_KINDS[fits[0].type]}")

    def _score(self, head: Head, item: Field) -> tuple[float, str]:
        score, why = by_title(head, item)
        if score < LIKELY - 0.15 or item.type in _FREE or not self._samples[head.column]:
            return score, why
        fit = self._fit(head.column, item)
        kind = _KINDS.get(item.type, "这一类")
        if fit < 0.3:
            return score * 0.7, f"{why}，但内容多数不像{kind}"
        if fit >= 0.8 and score < SURE:
            return min(score + 0.15, SURE - 0.01), f"{why}，内容也像{kind}"
        return score, why

    def _fit(self, column: int, item: Field) -> float:
        read = [self._typist.read(item, raw, self._units[column]) for raw in self._samples[column]]
        return sum(bool(cell.value) or cell.kind == "ok" for cell in read) / max(len(read), 1)


@lru_cache(maxsize=64)
def _spellings(table: Table) -> frozenset[str]:
    return title_keys((table,))


def _samples(grid: Grid, header: Header, column: int) -> list[RawCell]:
    """Cells under the header that may be values: blank words, totals and sections left out."""
    found: list[RawCell] = []
    for row in sorted(grid.cells):
        raw = grid.at(row, column) if row > header.last else ""
        if not raw or is_blank(show(raw)) or len(found) >= SAMPLES:
            continue
        cells = grid.cells[row]
        if classify_row([show(cells.get(at, "")) for at in range(min(cells), max(cells) + 1)] + [""]) == "data":
            found.append(raw)
    return found


def _unit(head: Head, header: Header) -> str:
    return head.unit or header.unit


def _later(period: str) -> tuple[int, ...]:
    """Sorts the latest period first."""
    return tuple(-int(number) for number in re.findall(r"\d+", period.rpartition("~")[2])) or (0,)


def _called(head: Head) -> str:
    return f"{column_letters(head.column)}列“{_flat(head.title)}”"


def _flat(text: str) -> str:
    return "".join(text.split())


def _period_of(table: Table, mapping: Mapping) -> dict[str, str]:
    """The month of a monthly table, where no column but the headers say it."""
    if table.periodic is None or table.periodic.kind != "month" or mapping.column_of(table.periodic.field):
        return {}
    ends = [item.head.period.rpartition("~")[2] for item in mapping.columns if item.targets and item.head.period]
    months = [end for end in ends if re.fullmatch(r"\d{4}-\d\d", end)]
    return {table.periodic.field: max(months)} if months else {}


def explanation_of(table: Table) -> Field | None:
    """Where texts go that belong to no field: 情况说明, else 备注."""
    titles = {item.title: item for item in table.fields if item.owner != "system"}
    named = next((item for item in table.fields if item.name == "explanation"), None)
    return named or titles.get(EXPLANATION) or titles.get("备注")
