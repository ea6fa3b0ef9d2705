"""Which column of a ledger is which field of a table: proposed with a reason and how sure that is.

Titles go first, from the same words in the same group to words that merely sound alike; then what stands in the column
speaks for or against. A person has the last word (`app.ledger`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from sync.headers import column_letters
from sync.ledger.grid import Grid
from sync.ledger.heads import SERIAL, Head, Header
from sync.ledger.titles import both_dates, by_title
from sync.ledger.typed import Typist, column_unit
from validators.cells import is_blank, squeeze
from validators.headers import header_key
from validators.parsers.base import ParseContext
from validators.parsers.read import parse_cell
from validators.rawcell import RawCell, decode, show
from validators.rowkinds import classify_row
from validators.scheme.models import Scheme
from validators.scheme.tables import EXPLANATION, Field, Table
from validators.units import money_unit
from validators.values import first_day

SURE = 0.8  # what `--yes` takes without a person
DOUBTFUL = 0.7  # what words say, but something speaks against
LIKELY = 0.45  # below, nothing is proposed
LOOKED_AT, SAMPLES = 300, 60
FEWEST = 3  # columns of a ledger that a gap divides from a table beside it
_NO_VALUE = frozenset(
    {"uncalculated", "error"}
)  # a formula that nobody calculated, or that went wrong: each cell is told
_ITSELF_TELLING = frozenset({"uscc", "projcode", "phone", "choice", "stage", "township"})
_FREE = frozenset({"text", "long_text", "project_name", "company", "person", "choices", "industry"})
_KINDS = {
    "date": "日期", "date_plan": "日期", "date_actual": "日期", "money_wan": "金额", "money_yi": "金额", "number": "数字",
    "integer": "整数", "pct_invest": "百分数", "pct_progress": "百分数", "uscc": "统一社会信用代码", "projcode": "项目代码",
    "phone": "电话", "yesno": "是否", "choice": "下拉里的词", "stage": "阶段", "township": "单位名称", "month": "月份",
    "quarter": "季度", "year": "年份", "week": "周次", "ten_days": "旬次", "half_month": "半月", "half": "半年", "period": "起止年月",
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
    unit: str = ""  # that its figures are in: from the column, its group, for money the sheet, or a person
    dropped: tuple[str, ...] = ()  # targets that were proposed and left out, because nobody was sure

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


def name_keys(tables: Iterable[Table]) -> frozenset[str]:
    """Titles of the field that names a row."""
    named = [table.field(table.name_field) for table in tables if table.name_field]
    return frozenset(header_key(title) for item in named for title in (item.title, *item.aliases))


def is_form(grid: Grid, keys: Collection[str]) -> bool:
    """A form for one project, labels with their contents beside them; its labels stand below each other, a ledger's in
    a row."""
    labelled = beside = 0
    first = Counter[int]()
    for cells in (grid.cells[row] for row in sorted(grid.cells)[:LOOKED_AT]):
        titles = [column for column, raw in cells.items() if header_key(show(raw)) in keys]
        values = [column for column, raw in cells.items() if raw and column not in titles]
        if len(titles) >= 3 and len(titles) > len(values):
            return False  # the header of a ledger
        if titles and len(titles) <= len(cells) and all(header_key(show(raw)) not in SERIAL for raw in cells.values()):
            labelled += 1
            beside += any(column - 1 in titles for column in values) and min(titles) == min(cells)
            first[min(titles)] += 1
    return (
        labelled >= 3 and beside >= 3 and beside * 5 >= labelled * 3 and first.most_common(1)[0][1] * 5 >= labelled * 4
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
    rows = _data_rows(grid, header)
    samples = {column: _samples(grid, rows, column) for column in header.heads}
    judge = _Judge(scheme, table, typist, header, samples, grid)
    chosen = judge.assign([head for head in header.heads.values() if not head.serial])
    for column in sorted(header.heads):
        found = chosen.get(column) or (0.0, (), judge.why_not.get(column) or _unknown(samples[column], typist))
        shown = tuple(dict.fromkeys("".join(show(raw).split())[:30] for raw in samples[column]))[:3]
        reason = "序号不导入" if header.heads[column].serial else found[2]
        unit = unit_for(table, found[1], header.heads[column], header)
        confidence = found[0]
        if found[1] and not unit and _money(table, found[1]):
            reason += f"；没有写单位，按{column_unit(table.field(found[1][0]))}"
        said = header.units_of(header.heads[column].title) if _money(table, found[1]) else []
        if len(said) > 1 and not header.heads[column].unit:
            confidence = min(confidence, DOUBTFUL)
            reason += f"；台账里写的金额单位不一（{'、'.join(said)}），要人定"
        result.columns.append(Proposal(header.heads[column], found[1], round(confidence, 2), reason, shown, unit=unit))
    if by_row := units_column(result, [grid.cells[row] for row in rows]):
        said_by = f"；单位看{column_letters(by_row)}列，每行自己的"
        result.columns = [replace(item, reason=item.reason.partition("；没有写单位")[0] + said_by)
                          if item.targets and _money(table, item.targets) and not item.head.unit else item
                          for item in result.columns]  # fmt: skip
    result.fixed = _period_of(table, result, [grid.title, *header.titles], typist.today)
    return result


Choice = tuple[float, tuple[str, ...], str]


class _Judge:
    """Scores columns against fields and gives each field at most one column."""

    def __init__(
        self,
        scheme: Scheme,
        table: Table,
        typist: Typist,
        header: Header,
        samples: dict[int, list[RawCell]],
        grid: Grid,
    ) -> None:
        self._table, self._typist, self._header, self._samples = table, typist, header, samples
        self._fields, self._choices = fillable(table), scheme.choices
        self._pairs = [
            (node.planned, node.actual)
            for node in scheme.nodes
            if node.table == table.name and node.planned and node.actual
        ]
        self._beside = {
            header_key(title): item.group
            for item in table.fields
            for title in (item.title, *item.aliases)
            if item.group
        }
        self.why_not: dict[int, str] = {}
        self._hidden = grid.hidden_columns
        self._apart = self._beyond_gap(grid)

    def assign(self, heads: Sequence[Head]) -> dict[int, Choice]:
        taken: dict[str, Head] = {}
        chosen: dict[int, Choice] = {}
        self._both(heads, chosen, taken)
        scored = [(score, head, item, why) for head in heads for item in self._fields
                  for score, why in [self._score(head, item)] if score >= LIKELY]  # fmt: skip
        scored.sort(key=lambda found: (self._hidden_last(found) - found[0], self._lateness(found[1]), found[1].column))
        for score, head, item, why in scored:
            if head.column in chosen:
                continue
            if item.name in taken:
                self.why_not.setdefault(head.column, f"“{item.title}”已由{_called(taken[item.name])}填")
                continue
            taken[item.name] = head
            chosen[head.column] = (score, (item.name,), why)
        self._by_content(heads, chosen, taken)
        return chosen

    def _hidden_last(self, found: tuple[float, Head, Field, str]) -> float:
        """A column that nobody sees comes after its double that stands on the screen."""
        return 0.12 if found[1].column in self._hidden else 0.0

    def _beyond_gap(self, grid: Grid) -> frozenset[int]:
        """Columns that an empty column divides from that of the name: most likely another small table beside the ledger."""
        heads = self._header.heads
        named = next((item for item in self._fields if item.name == self._table.name_field), None)
        best = (
            max(((by_title(head, named)[0], -column) for column, head in heads.items()), default=(0.0, 0))
            if named
            else (0.0, 0)
        )
        if best[0] < LIKELY:
            return frozenset()
        used = {
            column for row, cells in grid.cells.items() if row >= self._header.first for column in cells
        } | heads.keys()
        blocks: list[list[int]] = []
        for column in sorted(used):
            if not blocks or column - 1 != blocks[-1][-1]:
                blocks.append([])
            blocks[-1].append(column)
        main = next((block for block in blocks if -best[1] in block), [])
        own = {header_key(heads[column].title) for column in main if column in heads}
        if len(own) < FEWEST:
            return frozenset()  # empty columns are how this ledger is drawn
        apart = [[column for column in block if column in heads] for block in blocks if block is not main]
        return frozenset(
            column for block in apart for column in block
            if len(block) > 1 or header_key(heads[column].title) in own
        )  # fmt: skip

    def _lateness(self, head: Head) -> tuple[bool, tuple[int, ...]]:
        """Of columns of several months the latest comes first; months to come and columns not filled in come last."""
        end = head.period.rpartition("~")[2]
        unfilled = not self._samples[head.column] or end > f"{self._typist.today:%Y-%m}"
        return bool(end) and unfilled, tuple(-int(number) for number in end.split("-") if number)

    def _both(self, heads: Sequence[Head], chosen: dict[int, Choice], taken: dict[str, Head]) -> None:
        """开工（计划开工）时间: one column for two fields; each cell says which."""
        fields = {item.name: item for item in self._fields}
        for planned, actual in self._pairs:
            for head in heads:
                known = planned in fields and actual in fields and head.column not in chosen and planned not in taken
                if known and both_dates(head.title, fields[planned], fields[actual]):
                    taken[planned] = taken[actual] = head
                    why = "计划和实际写在一列，按每格内容分开"
                    chosen[head.column] = (0.85, (planned, actual), why)

    def _by_content(self, heads: Sequence[Head], chosen: dict[int, Choice], taken: dict[str, Head]) -> None:
        """Columns whose title says nothing: codes, telephone numbers and words of a drop-down speak for themselves."""
        for head in heads:
            if head.column in chosen or header_key(head.title) in _spellings(self._table):
                continue
            fits = [item for item in self._fields if item.name not in taken and item.type in _ITSELF_TELLING
                    and self._fit(head.column, item) >= 0.9 and self._tells(head.column, item)
                    and self._listed(head.column, item)]  # fmt: skip
            if len(fits) == 1:
                taken[fits[0].name] = head
                chosen[head.column] = (0.6, (fits[0].name,), f"列名没认出，内容像{_KINDS[fits[0].type]}")

    def _tells(self, column: int, item: Field) -> bool:
        """One word of a drop-down again and again may be anything; the name of a unit is one however often it stands."""
        samples = self._samples[column]
        return len(samples) >= 2 and (item.type == "township" or len(set(samples)) >= 2)

    def _listed(self, column: int, item: Field) -> bool:
        """An open drop-down takes any word, so only its own words speak for it: 张三、李四 are no industries."""
        if item.strict or not item.choices:
            return True
        words = {choice.value for choice in self._choices.get(item.choices, ())}
        read = [self._typist.read(item, raw, "").value for raw in self._samples[column]]
        own = [value in words or words.issuperset(value.split("、")) for value in read]
        return sum(own) >= 0.9 * len(own)

    def _score(self, head: Head, item: Field) -> tuple[float, str]:
        score, why = self._planned(head, item, *by_title(head, item, self._beside))
        if head.column in self._apart and score >= LIKELY:
            score, why = score * 0.75, f"{why}，但和项目名称隔着空列，像是旁边另一张表的"
        if score < LIKELY - 0.15 or item.type in _FREE or not self._samples[head.column]:
            return score, why
        fit = self._fit(head.column, item)
        kind = _KINDS.get(item.type, "这一类")
        if fit < 0.3:
            return score * 0.7, f"{why}，但内容多数不像{kind}"
        if fit >= 0.8 and score < SURE:
            return min(score + 0.15, SURE - 0.01), f"{why}，内容也像{kind}"
        return score, why

    def _planned(self, head: Head, item: Field, score: float, why: str) -> tuple[float, str]:
        """竣工时间 over nothing but days to come is a plan."""
        for planned, actual in self._pairs:
            if item.name not in (planned, actual) or not self._to_come(head.column, actual):
                continue
            if item.name == actual:
                return score * DOUBTFUL, f"{why}，但日期都还没到，像是计划"
            happens = self._table.field(actual)
            if score < SURE <= by_title(head, happens, self._beside)[0]:
                return SURE + 0.02, f"列名像“{happens.title}”，但日期都还没到，按计划日期"
        return score, why

    def _to_come(self, column: int, actual: str) -> bool:
        read = [self._typist.read(self._table.field(actual), raw, "").value for raw in self._samples[column]]
        dates = [value for value in read if re.match(r"\d{4}", value)]
        return bool(dates) and all(first_day(value) > self._typist.today for value in dates)

    def _fit(self, column: int, item: Field) -> float:
        unit = unit_for(self._table, (item.name,), self._header.heads[column], self._header)
        read = [
            self._typist.read(item, raw, unit) for raw in self._samples[column] if decode(raw).kind not in _NO_VALUE
        ]
        telling = [cell for cell in read if cell.value or cell.kind == "error"]  # 待定 says nothing of its column
        return sum(bool(cell.value) for cell in telling) / len(telling) if telling else 1.0


@lru_cache(maxsize=64)
def _spellings(table: Table) -> frozenset[str]:
    return title_keys((table,))


def _data_rows(grid: Grid, header: Header) -> list[int]:
    """The first rows under the header that look like records."""
    found: list[int] = []
    for row in sorted(grid.cells):
        cells = grid.cells[row]
        texts = [show(cells.get(at, "")) for at in range(min(cells), max(cells) + 1)]
        if row > header.last and classify_row([*texts, ""]) == "data":
            found.append(row)
        if len(found) >= LOOKED_AT:
            break
    return found


def _samples(grid: Grid, rows: Sequence[int], column: int) -> list[RawCell]:
    """Cells of a column that may be values."""
    found = (grid.at(row, column) for row in rows)
    return [raw for raw in found if raw and not is_blank(show(raw))][:SAMPLES]


def _unknown(samples: Sequence[RawCell], typist: Typist) -> str:
    """Why a column goes nowhere, and what a person who looks for a place should know of it."""
    for kind in ("uscc", "projcode", "phone", "date_plan", "money_wan"):
        read = [parse_cell(kind, raw, ParseContext(typist.today)) for raw in samples]
        telling = [cell for cell in read if cell.kind == "ok" and len(cell.value) > (4 if kind == "date_plan" else 0)]
        if len(telling) >= max(0.8 * len(read), 1):
            return f"没有对应的栏目，内容像{'数字' if kind == 'money_wan' else _KINDS[kind]}"
    return "没有对应的栏目"


def unit_for(table: Table, targets: Sequence[str], head: Head, header: Header) -> str:
    """The unit a column's figures are in: its own or its group's; for money else the sheet's. "" = nobody says."""
    return head.unit or next(iter(header.units_of(head.title)), "") if _money(table, targets) else head.unit


def _money(table: Table, targets: Sequence[str]) -> bool:
    return any(table.field(name).type.startswith("money") for name in targets)


def units_column(mapping: Mapping, rows: Sequence[Dict[int, RawCell]]) -> int:
    """The column that names the money unit of each row, 0 where there is none."""
    for item in mapping.columns:
        said = [show(cells.get(item.head.column, "")) for cells in rows]
        if not item.targets and any(said) and all(money_unit(text) for text in said if text.strip()):
            return item.head.column
    return 0


def sent(
    table: Table, header: Header, item: Proposal, targets: tuple[str, ...], keep: bool = False, unit: str = ""
) -> Proposal:
    """The column as a person decided: where it goes, and the unit he named, if any."""
    unit = unit or unit_for(table, targets, item.head, header)
    if targets == item.targets and keep == item.keep:
        return replace(item, unit=unit)
    return replace(item, targets=targets, keep=keep, confidence=float(bool(targets)), reason="人工指定", unit=unit)


def _called(head: Head) -> str:
    return f"{column_letters(head.column)}列“{_flat(head.title)}”"


def _flat(text: str) -> str:
    return "".join(text.split())


def _period_of(table: Table, mapping: Mapping, titles: Sequence[str], today: date) -> dict[str, str]:
    """The month of a monthly table, where no column says it: from the headers, else from the tab or the titles above."""
    if table.periodic is None or table.periodic.kind != "month" or mapping.column_of(table.periodic.field):
        return {}
    ends = [item.head.period.rpartition("~")[2] for item in mapping.columns if item.targets and item.head.period]
    months = [end for end in ends if re.fullmatch(r"\d{4}-\d\d", end)]
    said = [title for title in titles if not _OF_REPORT.match(squeeze(title))]
    months = months or [month for title in said if (month := month_named(title, today))]
    return {table.periodic.field: max(months)} if months and (ends or len(set(months)) == 1) else {}


_MONTH = re.compile(
    r"(?:(20\d\d|\d\d)年)?(?:\d{1,2}月?(?:[-~至到]|—+))?(1[0-2]|0?[1-9])月(?!\d|[上中下]旬)|^(20\d\d)(?:[-.年](1[0-2]|0?[1-9])|(1[0-2]|0[1-9]))$"
)
_OF_REPORT = re.compile(r"(?:填报|报送|制表|填表|上报|打印)[^,;。]{0,4}[:：]?")


def month_named(title: str, today: date) -> str:
    """The month that a tab or a title is about, "" for none or several: 6月, 2025年5月重点项目进展, 1-6月, 202506."""
    found = set()
    for match in _MONTH.finditer(squeeze(title)):
        year, month = int(match[1] or match[3] or today.year), int(match[2] or match[4] or match[5])
        year -= not (match[1] or match[3]) and month - today.month > 6  # 12月 in January is last year's
        found.add(f"{year + 2000 if year < 100 else year}-{month:02d}")
    return found.pop() if len(found) == 1 else ""


def explanation_of(table: Table) -> Field | None:
    """Where texts go that belong to no field: 情况说明, else 备注."""
    titles = {item.title: item for item in table.fields if item.owner != "system"}
    named = next((item for item in table.fields if item.name == "explanation"), None)
    return named or titles.get(EXPLANATION) or titles.get("备注")
