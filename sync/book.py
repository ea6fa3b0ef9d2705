"""Books as values: what a backend lists, reads and answers. No backend is known here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from validators.findings import Finding
from validators.rows import RawRow


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """A field as the reader must know it: how its header may read. `unit` "" = no unit expected."""

    name: str
    titles: tuple[str, ...]  # title first, then aliases
    group: str = ""
    unit: str = ""
    type: str = "text"


@dataclass(frozen=True, slots=True)
class TableShape:
    """An entry tab as the reader must know it. `answers`: (name, title) of our columns."""

    name: str
    title: str
    columns: tuple[ColumnShape, ...]
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BookShape:
    """What one kind of book looks like. Small and picklable: it travels to the reader processes."""

    scheme: str
    version: str
    tables: tuple[TableShape, ...]
    units: tuple[tuple[str, tuple[str, ...]], ...]  # (code, (name, aliases…)) to know a book by its 填报单位
    role: str = "unit"  # whose books look so: "unit", "commission" or a department's code


@dataclass(frozen=True, slots=True)
class BookRef:
    """The address of one book. `key` is stable in its backend (file name in the folder, file id in Google);
    `token` changes whenever the book may have changed and costs no reading; "" = unknown."""

    key: str
    name: str
    token: str = ""
    file_time: float = 0.0  # POSIX seconds; 0.0 = unknown


@dataclass(slots=True)
class TabSnapshot:
    """One tab as read. `columns`/`answer_columns`: name → 1-based column; `units`: field name → unit word found."""

    title: str
    table: str = ""  # "" = a tab of nobody's concern
    header_row: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    answer_columns: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)  # field name → header text as it stands
    units: dict[str, str] = field(default_factory=dict)
    rows: list[RawRow] = field(default_factory=list)
    banner: str = ""  # what stands in our banner cell
    banner_cell: str = ""  # its A1 address as it stands now, "" = none
    mark_row: int = 0  # the hidden mark row, 0 = none
    totals: list[RawRow] = field(default_factory=list)  # 合计/小计 rows: never records, checked against the rows
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Snapshot:
    """A book as read, once, from one set of bytes. `scheme`, `version`, `unit`: hidden marks, "" when absent."""

    key: str
    token: str
    fingerprint: str  # of the whole content that was read
    scheme: str = ""
    version: str = ""
    unit: str = ""  # code by hidden mark, else by 填报单位 cell, else ""
    role: str = ""  # by hidden mark, "" when absent
    tabs: list[TabSnapshot] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)  # about the book as a whole
    file_time: float = 0.0
    own_tabs: dict[str, str] = field(default_factory=dict)  # "todo" → title of our tab 待改清单 where present

    def tab(self, table: str) -> TabSnapshot | None:
        return next((item for item in self.tabs if item.table == table), None)


class CellText(NamedTuple):
    """One text for one of our cells. `content` is the digest of the row it was computed from (RawRow.digest)."""

    tab: str
    row: int
    column: int
    text: str
    content: str = ""
    number: bool = False  # write as a number (剩余天数)
    name: str = ""  # of the answer, "" for a cell of a field


class TodoLine(NamedTuple):
    """A line of our tab 待改清单: where, what stands there, what is wanted."""

    where: str  # 项目库!F12
    who: str  # the row's name
    field: str
    severity: str
    value: str
    wanted: str


@dataclass(slots=True)
class BookAnswer:
    """Everything we want to stand in a book's own cells, computed from the snapshot with this fingerprint.

    Only differences matter: a backend leaves cells alone that already read so, and writes nothing when only
    `banner` differs.
    """

    fingerprint: str
    cells: list[CellText] = field(default_factory=list)
    banner: str = ""
    todo: list[TodoLine] = field(default_factory=list)
    palette: dict[str, str] = field(default_factory=dict)
    names: dict[tuple[str, int], str] = field(default_factory=dict)  # (tab, row) → what people call the row


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an answer. `postponed` and `refused` carry a reason a person understands, in Chinese."""

    kind: Literal["done", "nothing", "postponed", "refused", "changed"]
    reason: str = ""
    token: str = ""  # after a write: the book's new token and fingerprint
    fingerprint: str = ""
    written: int = 0  # cells
    unwritten: int = 0  # cells that were to be written and could not be; `reason` says which
