"""What a clerk or the owner does to a book that is open: every act a person may do in one movement."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from sync.backends.google.emulator.a1 import Box
from sync.backends.google.emulator.batch import Batch
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.requests_cells import arrange
from sync.backends.google.emulator.values import entered
from tests.laws.clerk import NAMES, VALUES
from tests.laws.google_driver import GoogleDriver, put
from validators import rawcell
from validators.sheet_formulas import STATUS_TAB


@dataclass
class Hands:
    """A person with a tab open: every act is one request that takes effect at once, or is refused and does nothing."""

    driver: GoogleDriver
    rng: random.Random
    who: str
    table: str

    def __post_init__(self) -> None:
        self.sheet, self.first, self.columns = self.driver.sheet(self.table)
        fields = self.driver.scheme.table(self.table).fields
        self.own = [item.name for item in fields if item.owner != "system"]
        self.places = [at for name, at in self.columns.items() if not name.startswith("@")]
        self.rows = len(self.driver._grid(self.table))

    def act(self, *requests: Json) -> None:
        self.driver.service.act(self.driver.key, self.who, *requests)

    def row(self, more: int = 0) -> int:
        return self.first + self.rng.randrange(max(self.rows + more, 1))

    def line(self, dimension: str, at: int) -> Json:
        return {"sheetId": self.sheet.id, "dimension": dimension, "startIndex": at, "endIndex": at + 1}

    def box(self, row: int, left: int, right: int, bottom: int = 0) -> Json:
        return {"sheetId": self.sheet.id, "startRowIndex": row, "endRowIndex": bottom or row + 1,
                "startColumnIndex": left, "endColumnIndex": right}  # fmt: skip

    def type(self) -> None:
        name = self.rng.choice(self.own)
        self.act(put(self.sheet, self.row(1), self.columns[name], self.rng.choice(VALUES[name])))

    def type_as_a_person(self) -> None:
        """Dates become dates, numbers numbers, according to the cell's format."""
        name, row = self.rng.choice(self.own), self.row(1)
        text = rawcell.show(self.rng.choice([*VALUES[name], "3/5", "1-2", "4月1日"]))

        def change(book: Book) -> tuple[Book, None]:
            made = book.copy()
            sheet, _, columns = self.driver.sheet(self.table, made)
            column = columns[name]
            sheet.set_cells(row, {column: entered(made, sheet.cell(row, column), text, "USER_ENTERED")})
            made.touch()
            return made, None

        self.driver.service.edit(self.driver.key, self.who, change)

    def rename(self) -> None:
        self.act(put(self.sheet, self.row(), self.columns[self.own[0]], self.rng.choice(NAMES)))

    def clear(self) -> None:
        self.act(
            {
                "updateCells": {
                    "range": self.box(self.row(), min(self.places), max(self.places) + 1),
                    "fields": "userEnteredValue",
                }
            }
        )

    def insert(self) -> None:
        self.act({"insertDimension": {"range": self.line("ROWS", self.row(1))}})

    def delete(self) -> None:
        self.act({"deleteDimension": {"range": self.line("ROWS", self.row())}})

    def move(self) -> None:
        self.act({"moveDimension": {"source": self.line("ROWS", self.row()), "destinationIndex": self.row(1)}})

    def sort(self) -> None:
        left, right = (
            (min(self.places), max(self.places) + 1) if self.rng.random() < 0.5 else (0, self.sheet.column_count)
        )
        at = self.columns[self.rng.choice(self.own)]
        order = self.rng.choice(["ASCENDING", "DESCENDING"])
        whole = self.box(self.first, left, right, self.first + max(self.rows, 1))
        self.act({"sortRange": {"range": whole, "sortSpecs": [{"dimensionIndex": at, "sortOrder": order}]}})

    def shuffle(self) -> None:
        """Rows in any order, as a filter view sorts them."""
        order = list(range(self.first, self.first + self.rows))
        self.rng.shuffle(order)

        def change(book: Book) -> tuple[Book, None]:
            made = book.copy()
            sheet, first, _ = self.driver.sheet(self.table, made)
            box = Box(first, min(self.places), first + len(order), max(self.places) + 1)
            arrange(Batch(made, self.who), sheet, box, order)
            made.touch()
            return made, None

        if order:
            self.driver.service.edit(self.driver.key, self.who, change)

    def copy_row(self) -> None:
        """A whole row with what our columns show: that becomes plain text and stands in the way."""
        source, target = self.row(), self.row(1)
        width = self.sheet.column_count
        self.act(
            {
                "copyPaste": {
                    "source": self.box(source, 0, width),
                    "destination": self.box(target, 0, width),
                    "pasteType": "PASTE_NORMAL",
                }
            }
        )

    def copy_cells(self) -> None:
        left, right = min(self.places), max(self.places) + 1
        kind = self.rng.choice(["PASTE_NORMAL", "PASTE_VALUES"])
        self.act(
            {
                "copyPaste": {
                    "source": self.box(self.row(), left, right),
                    "destination": self.box(self.row(1), left, right),
                    "pasteType": kind,
                }
            }
        )

    def type_over_ours(self) -> None:
        name = self.rng.choice([item for item in self.columns if item.startswith("@")])
        self.act(put(self.sheet, self.row(1), self.columns[name], self.rng.choice(["我写的", "正常", "P000001"])))

    def insert_column(self) -> None:
        """A column of their own, anywhere."""
        at = self.rng.randrange(self.sheet.column_count + 1)
        self.act({"insertDimension": {"range": self.line("COLUMNS", at), "inheritFromBefore": bool(at)}})
        self.driver.put_in[self.table] = self.driver.put_in.get(self.table, 0) + 1

    def delete_ours(self) -> None:
        """One of our columns goes; the last one stays, or nobody could name the tab any more."""
        ours = [name for name in self.columns if name.startswith("@")]
        if len(ours) > 1:
            self.act({"deleteDimension": {"range": self.line("COLUMNS", self.columns[self.rng.choice(ours)])}})

    def move_column(self) -> None:
        at = self.columns[self.rng.choice(list(self.columns))]
        self.act(
            {
                "moveDimension": {
                    "source": self.line("COLUMNS", at),
                    "destinationIndex": self.rng.randrange(self.sheet.column_count + 1),
                }
            }
        )

    def insert_above(self) -> None:
        """A line above the title."""
        self.act({"insertDimension": {"range": self.line("ROWS", 0)}})

    def rename_tab(self) -> None:
        title = f"{self.driver.scheme.table(self.table).title}{self.rng.choice(['', '（新）', '1'])}"
        self.act(
            {"updateSheetProperties": {"properties": {"sheetId": self.sheet.id, "title": title}, "fields": "title"}}
        )

    def format(self) -> None:
        """A number or date is shown otherwise; its value stays."""
        kind = self.rng.choice(
            [{"type": "DATE", "pattern": "yyyy/m/d"}, {"type": "NUMBER", "pattern": "#,##0.00"}, {"type": "TEXT"}]
        )
        at = self.columns[self.rng.choice(self.own)]
        self.act(
            {
                "repeatCell": {
                    "range": self.box(self.row(), at, at + 1),
                    "cell": {"userEnteredFormat": {"numberFormat": kind}},
                    "fields": "userEnteredFormat.numberFormat",
                }
            }
        )

    def replace(self) -> None:
        """Search and replace, in the data or on the whole tab, sometimes in formulas too."""
        find, new = self.rng.choice([("甲", "乙"), ("项目", "工程"), ("N-", ""), ("2025", "2026"), ("0", "3/5")])
        where: Json = {"sheetId": self.sheet.id}
        if self.rng.random() < 0.7:
            bottom = self.first + max(self.rows, 1)
            where = {"range": self.box(self.first, min(self.places), max(self.places) + 1, bottom)}
        formulas = self.rng.random() < 0.3
        self.act({"findReplace": {"find": find, "replacement": new, "includeFormulas": formulas, **where}})

    def fold(self) -> None:
        """Rows are grouped and folded away, or hidden."""
        lines = self.line("ROWS", self.row())
        if self.rng.random() < 0.5:
            hidden = {"hiddenByUser": True}
            self.act({"updateDimensionProperties": {"range": lines, "properties": hidden, "fields": "hiddenByUser"}})
            return
        folded = {"range": lines, "depth": 1, "collapsed": True}
        self.act({"addDimensionGroup": {"range": lines}})
        self.act({"updateDimensionGroup": {"dimensionGroup": folded, "fields": "collapsed"}})

    def filter(self) -> None:
        """The filter is taken off or laid anew, or a view of one's own made; one that orders the rows."""
        bottom = self.first + max(self.rows, 1)
        whole = self.box(self.first - 1, min(self.places), max(self.places) + 1, bottom)
        order = {"dimensionIndex": self.columns[self.rng.choice(self.own)], "sortOrder": "DESCENDING"}
        view = {"title": f"我的{self.rng.randrange(10**6)}", "range": whole, "sortSpecs": [order]}
        self.act(
            self.rng.choice(
                [{"clearBasicFilter": {"sheetId": self.sheet.id}}, {"setBasicFilter": {"filter": {"range": whole, "sortSpecs": [order]}}},
                 {"addFilterView": {"filter": view}}]
            )
        )  # fmt: skip

    def free(self) -> None:
        """The checks of a column are taken off."""
        at = self.columns[self.rng.choice(self.own)]
        self.act({"setDataValidation": {"range": self.box(self.first, at, at + 1, self.first + 20)}})

    def cut(self) -> None:
        """A row, or the clerk's part of it, is cut out and pasted elsewhere."""
        left, right = self.rng.choice([(0, self.sheet.column_count), (min(self.places), max(self.places) + 1)])
        place = {"sheetId": self.sheet.id, "rowIndex": self.row(1), "columnIndex": left}
        self.act({"cutPaste": {"source": self.box(self.row(), left, right), "destination": place}})

    def split(self) -> None:
        """A column is split into several: what stands right of it is written over."""
        at = self.columns[self.rng.choice(self.own)]
        source = self.box(self.first, at, at + 1, self.first + max(self.rows, 1))
        kind = {"delimiterType": "CUSTOM", "delimiter": self.rng.choice(["-", "项", "."])}
        self.act({"textToColumns": {"source": source, **kind}})

    def merge(self) -> None:
        """Cells of rows below each other are merged: all but the first are blank then. Or all merges are taken off."""
        if self.rng.random() < 0.5:
            self.act({"unmergeCells": {"range": self.box(self.first, 0, self.sheet.column_count, self.first + 20)}})
            return
        at, row = self.columns[self.rng.choice(self.own)], self.row()
        self.act({"mergeCells": {"range": self.box(row, at, at + 1, row + 2), "mergeType": "MERGE_ALL"}})

    def delete_answers(self) -> None:
        """The tab of answers goes; to a clerk it is refused."""
        status = self.driver.book.titled(STATUS_TAB)
        if status is not None:
            self.act({"deleteSheet": {"sheetId": status.id}})

    def restore(self) -> None:
        """An older version of the whole book, which brings back its marks as they were; each time one is kept."""
        if self.driver.versions and self.rng.random() < 0.7:
            old, put_in = self.rng.choice(self.driver.versions)

            def change(book: Book) -> tuple[Book, None]:
                made = old.copy()
                made.day = book.day
                made.touch()
                return made, None

            self.driver.service.edit(self.driver.key, self.who, change)
            self.driver.put_in = dict(put_in)
        self.driver.versions.append((self.driver.book, dict(self.driver.put_in)))


ACTS: list[tuple[Callable[[Hands], None], int]] = [
    (Hands.type, 8), (Hands.type_as_a_person, 4), (Hands.rename, 1), (Hands.clear, 1), (Hands.insert, 2), (Hands.delete, 2),
    (Hands.move, 2), (Hands.sort, 3), (Hands.shuffle, 1), (Hands.copy_row, 1), (Hands.copy_cells, 2), (Hands.format, 1),
    (Hands.type_over_ours, 1), (Hands.insert_column, 1), (Hands.move_column, 1), (Hands.insert_above, 1), (Hands.rename_tab, 1),
    (Hands.delete_ours, 1), (Hands.replace, 1), (Hands.fold, 1), (Hands.filter, 1), (Hands.free, 1), (Hands.cut, 2),
    (Hands.split, 1), (Hands.merge, 1), (Hands.delete_answers, 1), (Hands.restore, 1),
]  # fmt: skip
