"""Upgrades of spreadsheets while people work in them and calls fail: whatever comes between, nobody's cell is another's."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sheets_templates import catalog
from sync.backends.google.emulator import Emulator
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.errors import ApiError
from sync.backends.google.emulator.formula import Formula
from sync.backends.google.emulator.sheet import Sheet
from sync.backends.google.emulator.world import CallInfo
from tests.google.kit import OWNER, grid
from tests.laws.google_driver import GoogleDriver
from tests.laws.google_hands import Hands
from tests.upgrade.conftest import ADDED, ALL, HINT, VERSION, edit, project, write_scheme
from tests.upgrade.sheets import BOOK, CLERK, TAB, Cells, Sheets, made
from validators.scheme.models import Scheme

LAWS = Path(__file__).parent.parent / "data" / "schemes" / "laws"
ROWS = {"101": {"project": [project(number) for number in range(1, 4)]}}
MEMO = "      - {name: memo, title: 备忘, type: text}\n"
SITE = "      - {name: site, title"
NEW = (
    ("scheme.yaml", 'version: "1"', 'version: "2"'),
    ("scheme.yaml", MEMO, ""),
    ("scheme.yaml", "{name: code, title: 内部编码", "{name: number, aliases: [code, 内部编码], title: 编码"),
    ("scheme.yaml", "keys: [[code], [name]]", "keys: [[number], [name]]"),
    ("scheme.yaml", SITE, f"      - {{name: contact, title: 联系人, type: person}}\n{SITE}"),
    ("scheme.yaml", "site: [标准化厂房, 独立选址]", "site: [标准化厂房, 独立选址, 其他]"),
)
FIELDS = ("name", "number", "total", "contact", "site", "sign", "start")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.clock.Clock.sleep", lambda self, seconds: None)


# a fault at every call -------------------------------------------------------------------------------------------------


def settled(place: Sheets) -> tuple[Cells, list[str], list[str], int]:
    """What stands in the book when everything is done, times left out."""
    place.sync()
    place.sync()
    shown = {spot: text for spot, text in place.grid().items() if "上次同步" not in text and "2026-" not in text}
    return shown, place.heads(), place.marks(), len(place.tab().conditional)


@pytest.fixture(scope="module")
def undisturbed(server: Emulator, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ...]:
    root = tmp_path_factory.mktemp("undisturbed")
    write_scheme(root / "scheme")
    place = made(root, server, root / "scheme", ROWS)
    place.sync()
    place.publish(*ALL)
    place.upgrade("--unit", BOOK)
    return settled(place)


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("number", range(7))
def test_a_fault_at_any_call_and_the_next_run_completes(
    server: Emulator, tmp_path: Path, undisturbed: tuple[Any, ...], number: int, committed: bool
) -> None:
    """Every try of the call fails, before or after it is carried out."""
    write_scheme(tmp_path / "scheme")
    place = made(tmp_path, server, tmp_path / "scheme", ROWS)
    place.sync()
    place.publish(*ALL)
    seen = [0]

    def count(call: CallInfo) -> None:
        if seen[0] == number:
            place.world.faults.add(action="drop", commit=committed, times=5)
        seen[0] += 1

    place.world.before = count
    place.run("books", "upgrade", "--unit", BOOK)
    place.world.before = None
    place.world.faults.clear()
    assert seen[0] > number, "there is such a call"
    assert place.column("项目名称") == [str(row["name"]) for row in ROWS["101"]["project"]]
    assert place.upgrade("--unit", BOOK)[BOOK]["state"] in ("upgraded", "current")
    assert settled(place) == undisturbed


# people at the same time ------------------------------------------------------------------------------------------------


def entered(book: Book, value: Any) -> Any:
    return "formula" if isinstance(value, Formula) else value


@dataclass
class Watch:
    """Looks at every commit of ours: what people have entered stands as it was, wherever columns were put in."""

    place: Sheets
    scheme: Scheme
    rng: random.Random
    acting: bool = False
    before: dict[str, Book] = field(default_factory=dict)
    trace: list[str] = field(default_factory=list)
    broken: list[str] = field(
        default_factory=list
    )  # an error raised in the service itself would only look like a fault

    def start(self) -> None:
        self.before = dict(self.place.world.books)
        self.place.world.after_commit = self.committed
        self.place.world.before = self.between

    def stop(self) -> None:
        self.place.world.before = self.place.world.after_commit = None

    def between(self, call: CallInfo) -> None:
        self.trace.append(call.method)
        for name, key in self.place.keys.items():
            if self.rng.random() < 0.6:
                self.act(name, key)

    def act(self, name: str, key: str) -> None:
        driver = GoogleDriver(self.place.world, key, self.scheme)
        acts = ["type", "insert", "move", "sort", "shuffle", "insert_column", "move_column", "move_column",
                "insert_above", "rename_tab", "format"]  # fmt: skip
        act = self.rng.choice(acts)
        if act == "insert_above" and driver.sheet("project")[1] > 7:
            return  # nobody goes on pushing the table down for ever
        self.acting = True
        try:
            hands = Hands(driver, self.rng, self.rng.choice([OWNER, CLERK]), "project")
            hands.own = [item for item in hands.own if item != "name"]
            getattr(hands, act)()
            self.trace.append(f"{name}: {act}")
        except ApiError as error:
            assert error.code == 400, error
        finally:
            self.acting = False

    def committed(self, key: str) -> None:
        old, new = self.before.get(key), self.place.world.books.get(key)
        if new is None:
            return
        self.before[key] = new
        if not self.acting and old is not None:
            try:
                self.check(old, new)
            except AssertionError as error:
                self.broken.append(str(error))

    def check(self, old: Book, new: Book) -> None:
        """Ours are: the columns that this commit put in, columns with a mark of an answer, the rows of marks and heads."""
        for sheet in old.sheets:
            head = mark_row(sheet)
            if head < 0:
                continue
            after = new.sheet(sheet.id)
            added = put_in(old, new, sheet.id) if after.column_count != sheet.column_count else []
            ours = {at for at, cell in sheet.rows[head].items() if ".@" in str(cell.entered)}
            ours |= {at for at, value in column_marks(old, sheet.id).items() if ".@" in value}
            columns = [at for at in range(after.column_count) if at not in added]
            assert len(columns) == sheet.column_count, "nothing but columns of ours came in"
            for row in range(max(len(sheet.rows), len(after.rows))):
                for was, now in enumerate(columns):
                    one, other = sheet.cell(row, was).entered, after.cell(row, now).entered
                    if was in ours or entered(old, one) == entered(new, other):
                        continue
                    allowed = head <= row <= head + 2 and one and other
                    assert allowed, f"{sheet.title} {row} {was}: {one!r} → {other!r}; {' → '.join(self.trace[-20:])}"
            self.in_place(new, after, added)

    def in_place(self, book: Book, sheet: Sheet, added: list[int]) -> None:
        """What we wrote stands in the rows of marks and heads, and each mark on the column that bears it."""
        rows = {at for at, row in enumerate(sheet.rows[:14]) if any(is_mark(cell.entered) for cell in row.values())}
        assert len(rows) == 1, f"{sheet.title}: marks in rows {rows}; {' → '.join(self.trace[-20:])}"
        head = rows.pop()
        for at in added:
            stands = {row for row, cells in enumerate(sheet.rows) if cells.get(at) and cells[at].entered is not None}
            assert head in stands and stands <= {head, head + 1, head + 2}, (sheet.title, at, stands, self.trace[-20:])
        for at, value in column_marks(book, sheet.id).items():
            text = sheet.cell(head, at).entered
            assert not is_mark(text) or text == value, (sheet.title, at, text, value, self.trace[-20:])


def mark_row(sheet: Sheet) -> int:
    found = (at for at, row in enumerate(sheet.rows[:14]) if any(is_mark(cell.entered) for cell in row.values()))
    return next(found, -1)


def put_in(old: Book, new: Book, sheet: int) -> list[int]:
    """The columns that came in with marks of their own."""
    fresh = [item for key, item in new.metadata.items() if key not in old.metadata]
    return sorted({item["start"] for item in fresh if item.get("dimension") == "COLUMNS" and item["sheet"] == sheet})


def column_marks(book: Book, sheet: int) -> dict[int, str]:
    """Column → what its metadata say that it is."""
    items = (item for item in book.metadata.values() if item.get("sheet") == sheet)
    return {item["start"]: item["value"] for item in items if item["key"] == "tianbao.column"}


def is_mark(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("tb:")


def reduced(scheme: Scheme) -> Scheme:
    """The fields that both versions know by the same name: what people find by their marks at any time."""
    table = scheme.table("project")
    fields = tuple(item for item in table.fields if item.name not in ("code", "memo"))
    tables = tuple(table.model_copy(update={"fields": fields}) if item is table else item for item in scheme.tables)
    return scheme.model_copy(update={"tables": tables})


@pytest.mark.parametrize("first", range(0, 12, 4))
def test_people_who_work_at_the_same_time(server: Emulator, tmp_path: Path, first: int) -> None:
    for seed in range(first, first + 4):
        (tmp_path / str(seed)).mkdir()
        play(server, tmp_path / str(seed), seed)


def play(server: Emulator, root: Path, seed: int) -> None:
    shutil.copytree(LAWS, root / "scheme")
    edit(root / "scheme", ("scheme.yaml", SITE, MEMO + SITE))
    rows = [
        {"name": f"{word}项目", "code": f"N-{number}", "memo": f"备忘{word}", "sign": "2025-03-01", "total": "12000"}
        for number, word in enumerate("甲乙丙丁", 1)
    ]
    place = made(root, server, root / "scheme", {"a": {"project": rows}, "b": {"project": rows[:2]}})
    place.sync()
    watch = Watch(place, reduced(catalog.load(root / "scheme")), random.Random(seed))
    place.publish(*NEW)
    watch.start()
    for _ in range(2):
        place.upgrade()
    watch.stop()
    for _ in range(2):
        place.sync()
    done = place.upgrade()
    refused = [item["told"] for item in done.values() if item["state"] not in ("upgraded", "current")]
    assert not watch.broken, (seed, watch.broken)
    assert not refused, (seed, refused, watch.trace)
    place.sync()
    place.sync()
    for name in place.keys:
        sheet, _, _ = GoogleDriver(place.world, place.keys[name], watch.scheme).sheet("project")
        marks = place.marks(sheet.title, name)
        assert len(marks) == len(set(marks)), (seed, marks)
        assert {f"tb:project.{field}" for field in FIELDS} <= set(marks), (seed, watch.trace)
        assert "tb:project.memo" not in marks and "tb:project.code" not in marks
        assert "待同步" not in place.column("校验结果", sheet.title, name), (seed, watch.trace)
        assert sorted(place.column("旧栏目·备忘", sheet.title, name)) == sorted(
            f"备忘{word}" for word in "甲乙丙丁"[: 4 if name == "甲镇" else 2]
        )
    assert {item.values.get("number") for item in place.records_of("laws")} >= {"N-1", "N-2"}


def test_a_person_who_just_then_lays_down_a_format_keeps_it(server: Emulator, tmp_path: Path) -> None:
    """Formats by rule can be named by number only: one that was taken away by mistake is given back at once."""
    write_scheme(tmp_path / "scheme")
    place = made(tmp_path, server, tmp_path / "scheme", ROWS)
    place.sync()
    place.publish(VERSION, ADDED)
    sheet, seen, writes = place.tab().id, [0], list[str]()
    rule = {
        "ranges": [grid(sheet, 6, 3, 30, 4)],
        "booleanRule": {
            "condition": {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "5"}]},
            "format": {"textFormat": {"italic": True}},
        },
    }

    def between(call: CallInfo) -> None:
        seen[0] += call.method == "spreadsheets.get"
        if seen[0] == 2 and call.method == "spreadsheets.batchUpdate":
            writes.append(call.method)
        if len(writes) == 2:  # the first lays marks
            place.world.before = None
            place.act({"addConditionalFormatRule": {"rule": rule, "index": 3}}, who=CLERK)

    place.world.before = between
    assert place.upgrade("--unit", BOOK)[BOOK]["state"] == "upgraded"
    kinds = [item["booleanRule"]["condition"]["type"] for item in place.tab(TAB).conditional]
    assert kinds.count("NUMBER_GREATER") == 1


@pytest.mark.parametrize("number", [1, 2])
def test_a_column_that_is_moved_just_then_keeps_its_check(server: Emulator, tmp_path: Path, number: int) -> None:
    """Checks can be laid by position only: nothing is laid, and then all of it at the right places."""
    write_scheme(tmp_path / "scheme")
    place = made(tmp_path, server, tmp_path / "scheme", ROWS)
    place.insert_column("选址类型", "我的备注")
    sheet, at, first = place.tab().id, place.at("我的备注") - 1, place.header()
    own = {"condition": {"type": "TEXT_CONTAINS", "values": [{"userEnteredValue": "催"}]}, "strict": True}
    place.act({"setDataValidation": {"range": grid(sheet, first, at, place.tab().row_count, at + 1), "rule": own}})
    place.sync()
    place.publish(VERSION, ADDED, HINT)
    seen, writes = [0], list[str]()

    def between(call: CallInfo) -> None:
        seen[0] += call.method == "spreadsheets.get"
        if seen[0] == 2 and call.method == "spreadsheets.batchUpdate":
            writes.append(call.method)
        if len(writes) == number:
            place.world.before = None
            source = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
            place.act({"moveDimension": {"source": source, "destinationIndex": place.at("签约日期") - 1}}, who=OWNER)

    place.world.before = between
    assert place.upgrade("--unit", BOOK)[BOOK]["state"] == "upgraded"
    rows = range(1, place.tab().row_count - first)
    assert all(place.rule("我的备注", row) == own for row in rows)
    assert place.at("我的备注") == place.at("签约日期") - 1
    for head, begins in (("选址类型", "ONE_OF_RANGE"), ("行业", "ONE_OF_RANGE"), ("签约日期", "DATE_BETWEEN")):
        found = [place.rule(head, row) for row in rows]
        assert all(rule and rule["condition"]["type"] == begins for rule in found), head
    assert place.rule("联系人") is not None and place.heads().count("联系人") == 1
