"""BookAnswer + what was read → requests of one batchUpdate, or the finding that nothing differs.

The tab of answers is rewritten whole, keyed by content, and no row of an entry tab is ever named. Each answer sets a
mark that can be set only once, so a batch that is repeated, or comes late, is refused and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sync.backends.google.grid import Tab
from sync.backends.google.new_rows import can_open, mark_requests, open_requests
from sync.backends.google.reading import ANSWERED, FIRST_ANSWER
from sync.backends.google.seen import Seen, SeenTab
from sync.book import BookAnswer, CellText, TodoLine
from validators import rawcell
from validators.sheet_formulas import (
    FIRST_STATUS_ROW,
    KEY,
    STATUS_COLUMNS,
    STATUS_MARK,
    TODO_KEY,
    TODO_PLACE,
    TODO_TABLE,
    place_formula,
)

Json = dict[str, Any]

QUIET = frozenset({"updated", KEY})  # no difference by themselves
KEPT = 50  # marks of answers that stay in a book: no worker sleeps longer than so many answers
NOTHING = "✓ 目前没有要改的地方"
_EPOCH = date(1899, 12, 30)
_WHERE = re.compile(r"(.+)!([A-Z]{0,3})(\d+)", re.DOTALL)
_SPARE = 50  # rows of the answers' tab beyond what is needed


@dataclass(slots=True)
class Plan:
    """What an answer comes to. `opened`: tab titles in which rows are appended; `marked`: that columns get their marks
    first, and the rows come in the next round."""

    requests: list[Json] = field(default_factory=list)
    differences: int = 0
    opened: list[str] = field(default_factory=list)
    marked: bool = False
    answers: dict[str, dict[str, str]] = field(default_factory=dict)  # key → answer name → text
    lines: list[list[str]] = field(default_factory=list)


def plan_answer(seen: Seen, answer: BookAnswer, today: date | None) -> Plan:
    """Requests that bring the answer into the book; none when it shows all of it already.

    `today`: count plain days left in the sheet itself (None: write the numbers).
    """
    plan = Plan()
    texts, openings = _sorted(seen, answer.cells)
    answers = answers_by_key(seen, texts)
    plan.differences = _differences(seen, answers, texts)
    lines = _lines(seen, answer.todo)
    plan.answers, plan.lines = answers, [line.cells() for line in lines]
    todo_differs = seen.todo is not None and _standing(seen.todo, seen.todo_header) != plan.lines
    if not plan.differences and not todo_differs and not openings:
        return plan
    plan.requests += turn(seen.generation)
    if seen.status is not None:
        plan.requests += _status_requests(seen.status, answers, answer.banner, today)
    if seen.todo is not None and seen.todo_header:
        plan.requests += _todo_requests(seen, seen.todo, seen.todo_header, lines)
    for tab, rows in openings:
        if can_open(tab, rows):
            plan.requests += open_requests(tab, rows)
            plan.opened.append(tab.title)
        else:
            plan.requests += mark_requests(tab, rows)
            plan.marked = True
    return plan


def turn(generation: int) -> list[Json]:
    """The mark of this answer, which only the first one after a reading can set (law L5).

    A batch in which it cannot be set is refused whole: that of a worker who slept while another answered, and one
    whose connection broke off, when it is carried out late or a second time.
    """
    number = FIRST_ANSWER + generation
    mark = {
        "metadataId": number + 1,
        "metadataKey": ANSWERED,
        "visibility": "DOCUMENT",
        "location": {"spreadsheet": True},
    }
    requests: list[Json] = [{"createDeveloperMetadata": {"developerMetadata": mark}}]
    if generation > KEPT:
        old = {"developerMetadataLookup": {"metadataId": number - KEPT}}
        requests.append({"deleteDeveloperMetadata": {"dataFilter": old}})
    return requests


Texts = dict[tuple[str, int], dict[str, str]]  # (tab title, row as read) → answer name → text
Answers = dict[str, dict[str, str]]  # key → answer name → text


def _sorted(seen: Seen, cells: Iterable[CellText]) -> tuple[Texts, list[tuple[SeenTab, list[dict[int, CellText]]]]]:
    """Texts of our columns by row, and cells of the clerk's columns that open rows."""
    texts: Texts = {}
    opened: dict[str, dict[int, dict[int, CellText]]] = {}
    for tab in seen.tabs:
        names = {column: name for name, column in tab.answers.items()}
        for cell in cells:
            if cell.tab != tab.title:
                continue
            if cell.column in names:
                texts.setdefault((tab.title, cell.row), {})[names[cell.column]] = cell.text
            elif cell.text:
                opened.setdefault(tab.title, {}).setdefault(cell.row, {})[cell.column] = cell
    found = [
        (tab, [opened[tab.title][row] for row in sorted(opened[tab.title])]) for tab in seen.tabs if tab.title in opened
    ]
    return texts, found


def _differences(seen: Seen, answers: Answers, texts: Texts) -> int:
    """Cells that show something else than they should. A row without a key can show nothing."""
    count = 0
    for tab in seen.tabs:
        for row, key in tab.keys.items():
            if (tab.title, row) in texts or row not in tab.records:
                shown, wanted = tab.shown.get(row, {}), answers.get(key, {})
                names = (tab.answers.keys() if row in tab.records else shown.keys()) - QUIET
                count += sum(shown.get(name, "") != wanted.get(name, "") for name in names)
    return count


# the tab of answers -----------------------------------------------------------------------------------------------


def answers_by_key(seen: Seen, texts: Texts) -> Answers:
    """Key → texts. Rows of the same content share what the first of them is told; rows that are no records are told
    nothing, which takes 待同步 away from beside a total or a note."""
    answers: Answers = {}
    for tab in seen.tabs:
        for row, key in sorted(tab.keys.items()):
            wanted = texts.get((tab.title, row))
            if wanted is not None or row not in tab.records:
                answers.setdefault(key, wanted or {})
    return answers


def _status_row(key: str, texts: Mapping[str, str], today: date | None) -> list[Json]:
    due = _due(texts, today)
    values: list[Json] = [_text(key)]
    for name in STATUS_COLUMNS[1:]:
        if name == "due":
            values.append({} if due is None else {"userEnteredValue": {"numberValue": due}})
        elif name == "remaining":
            values.append(_number(texts.get(name, "")) if due is None else {})
        else:
            values.append(_text(texts.get(name, "")))
    while values and not values[-1]:
        values.pop()
    return values


def _due(texts: Mapping[str, str], today: date | None) -> int | None:
    """The deadline as a serial number where the days left are just the days until then."""
    try:
        deadline, left = date.fromisoformat(texts.get("deadline", "")), int(texts.get("remaining", ""))
    except ValueError:
        return None
    return (deadline - _EPOCH).days if today is not None and (deadline - today).days == left else None


def _text(value: str) -> Json:
    """A text, never a formula (law L7); {} for a blank."""
    return {"userEnteredValue": {"stringValue": value}} if value else {}


def _number(value: str) -> Json:
    if value.lstrip("-").isdigit():
        return {"userEnteredValue": {"numberValue": int(value)}}
    return _text(value)


def _status_requests(status: Tab, answers: Answers, banner: str, today: date | None) -> list[Json]:
    rows = [_status_row(key, texts, today) for key, texts in answers.items()]
    head = [[_text(STATUS_MARK), _text(banner)], [_text(name) for name in STATUS_COLUMNS]]
    needed = FIRST_STATUS_ROW - 1 + len(rows)
    height = max(needed + _SPARE, min(status.row_count, needed * 4 + 1000))
    return _rewritten(status.id, height, len(STATUS_COLUMNS), 1, [*head, *rows])


def no_answers(sheet: int) -> Json:
    """All answers taken back: until the next one every row shows that it waits."""
    box = {"sheetId": sheet, "startRowIndex": FIRST_STATUS_ROW - 1}
    return {"updateCells": {"range": box, "fields": "userEnteredValue"}}


def _rewritten(sheet: int, height: int, width: int, top: int, rows: list[list[Json]]) -> list[Json]:
    """Give a sheet of ours its size, then all cells from row `top` on: those without a value are cleared."""
    grid = {"rowCount": height, "columnCount": width}
    size = {"properties": {"sheetId": sheet, "gridProperties": grid},
            "fields": "gridProperties.rowCount,gridProperties.columnCount"}  # fmt: skip
    whole = {"sheetId": sheet, "startRowIndex": top - 1, "endRowIndex": height, "startColumnIndex": 0,
             "endColumnIndex": width}  # fmt: skip
    cells = {"range": whole, "rows": [{"values": row} for row in rows], "fields": "userEnteredValue"}
    return [{"updateSheetProperties": size}, {"updateCells": cells}]


# 待改清单 ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of 待改清单; `key` and `table` find the row it speaks of, `place` says where else."""

    number: int
    line: TodoLine
    table: str = ""
    key: str = ""
    place: str = ""

    def cells(self) -> list[str]:
        """What stands literally, column by column; the second column is the sheet's own formula."""
        line = self.line
        told = [line.who, line.field, line.severity, line.value, line.wanted]
        return [str(self.number) if self.number else "", "", *told, self.table, self.key, self.place]


def _lines(seen: Seen, todo: list[TodoLine]) -> list[_Line]:
    """The lines of an answer. A row is named by its content; the sheet finds where that stands."""
    if not todo:
        return [_Line(0, TodoLine("", "", "", "", "", ""), place=NOTHING)]
    found = []
    for number, line in enumerate(todo, 1):
        match = _WHERE.fullmatch(line.where)
        tab = seen.tab(match[1]) if match else None
        key = tab.keys.get(int(match[3]), "") if match and tab else ""
        if match and tab and key:
            found.append(_Line(number, line, tab.table, key, tab.title))
        else:
            found.append(_Line(number, line, place=match[1] if match else line.where))
    return found


def _standing(tab: Tab, header: int) -> list[list[str]]:
    """The literal cells that stand below the header, up to the last line."""
    rows = []
    for row in range(header + 1, max(tab.rows, default=header) + 1):
        rows.append(["" if column == 2 else tab.text(row, column) for column in range(1, TODO_PLACE + 1)])
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


_TODO_HEAD = ("序号", "位置", "项目", "栏目", "程度", "现在填的是", "请这样改")


def _todo_requests(seen: Seen, todo: Tab, header: int, lines: list[_Line]) -> list[Json]:
    """Header and all lines anew: whatever was done to them is mended with it."""
    tables = [(tab.table, tab.title, tab.header_row, tab.answers[KEY]) for tab in seen.tabs if KEY in tab.answers]
    head = [_text(title) for title in _TODO_HEAD]
    head[1] = {"userEnteredValue": {"formulaValue": place_formula(_TODO_HEAD[1], header, tables)}}
    hidden = {TODO_TABLE: "表", TODO_KEY: "内容标识", TODO_PLACE: "处"}
    head += [_text(hidden[at]) for at in sorted(hidden)]
    rows = [[_number(cells[0]), *map(_text, cells[1:])] for cells in (line.cells() for line in lines)]
    needed = header + len(rows)
    height = max(needed + _SPARE, min(todo.row_count, needed * 4 + 500))
    width = max(todo.column_count, TODO_PLACE)
    return _rewritten(todo.id, height, width, header, [head, *rows])


def remember_written(seen: Seen, plan: Plan) -> None:
    """After a write during which nobody worked: the book shows what was planned."""
    for tab in seen.tabs:
        for row, key in tab.keys.items():
            if key in plan.answers:
                tab.shown[row] = {name: text for name, text in plan.answers[key].items() if text and name != KEY}
    if seen.todo is not None and seen.todo_header:
        head = {row: cells for row, cells in seen.todo.rows.items() if row <= seen.todo_header}
        lines = {
            row: {column: rawcell.text(text) for column, text in enumerate(cells, 1) if text}
            for row, cells in enumerate(plan.lines, seen.todo_header + 1)
        }
        seen.todo.rows = {**head, **lines}
