"""New entries into blank rows of the unit's book: planned, read back, then exchanged like any answer of ours.

Only cells in which nothing stands are written, all of an entry or none; what was understood must read back the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from app.ledger.compare import Sorted
from app.ledger.study import NotImported
from app.ledger.target import Target, folder_of, rest
from app.wiring import Office
from sync.backends.folder.zippatch import Refused
from sync.book import BookAnswer, CellText
from sync.clock import local
from sync.ledger.records import Entry
from sync.ledger.typed import Typist
from validators.rawcell import FROM_1904, NO_YEAR, SHIFT_1904, Format, RawCell, decode, serial_to_date
from validators.rows import RawRow
from validators.scheme.tables import Table

_TRIES = 4
_DAYS: frozenset[Format] = frozenset(("d", NO_YEAR))


@dataclass(slots=True)
class Filled:
    """New bytes of the book. `rows`: which entry stands in which row; `unfit`: entries that the book would not show as
    rows of the table, with the reason in `refused`."""

    data: bytes = b""
    rows: list[tuple[Entry, int]] = field(default_factory=list)
    unfit: list[Entry] = field(default_factory=list)
    cells: int = 0


def plan(office: Office, target: Target, table: Table, entries: Sorted, typist: Typist) -> Filled:
    """The book with the new entries in it, not yet in place. NotImported when the book cannot take them."""
    result = Filled()
    left, as_text = list(entries.new), set[tuple[int, str]]()
    for _ in range(_TRIES):
        blank = iter(target.blank_rows(sum(entry.where not in entries.opened for entry in left)))
        result.rows = [(entry, entries.opened.get(entry.where) or next(blank)) for entry in left]
        if not left:
            result.data, result.cells = b"", 0
            return result
        result.data, result.cells = _patched(office, target, _cells(target, result.rows, as_text))
        unfit, undated = _read_back(office, target, table, result, typist)
        if not unfit and undated <= as_text:
            return result
        as_text |= undated
        result.unfit += unfit
        left = [entry for entry in left if entry not in unfit]
        if unfit:
            as_text.clear()  # rows move up
    raise NotImported("填好的内容读回来和台账不一致，没有写入。", "请把台账和这本表发给管理员看。")


def _cells(target: Target, rows: Sequence[tuple[Entry, int]], as_text: set[tuple[int, str]]) -> list[CellText]:
    columns, title = target.tab.columns, target.tab.title
    lost = sorted({name for entry, _ in rows for name in entry.cells} - columns.keys())
    if lost:
        raise NotImported(f"表里缺少要填的列（{'、'.join(lost)}）。", "请先恢复这些列的表头。表没有变。")
    found = []
    for entry, row in rows:
        for name, raw in entry.cells.items():
            text, number = _written(raw, entry.values.get(name, ""), (row, name) in as_text)
            found.append(CellText(title, row, columns[name], text, number=number))
    return found


def _written(raw: RawCell, value: str, as_text: bool) -> tuple[str, bool]:
    kind, text, fmt = decode(raw)
    if fmt == FROM_1904 and value and not value.replace(".", "", 1).isdigit():
        return str(
            int(Decimal(text)) + SHIFT_1904
        ), True  # taken as a day, or as what a day lies in: ours count from 1900
    if kind == "number" and fmt in _DAYS and as_text:
        day = serial_to_date(text)
        return (day.isoformat() if day else text), False
    return text, kind == "number"


def _patched(office: Office, target: Target, cells: list[CellText]) -> tuple[bytes, int]:
    try:
        answer = BookAnswer(target.snapshot.fingerprint, cells)
        patched = folder_of(office).reader.patch(target.data, answer, filling=True)
    except Refused as refusal:
        raise NotImported(f"“{target.ref.name}”不能填：{refusal}") from None
    if patched.blocked:
        raise NotImported(f"“{target.ref.name}”有格子不能填：{'；'.join(patched.blocked[:3])}")
    return patched.data, patched.written


def _read_back(
    office: Office, target: Target, table: Table, filled: Filled, typist: Typist
) -> tuple[list[Entry], set[tuple[int, str]]]:
    """Entries that no longer read as rows of the table, and dates that stand in cells without a date format."""
    backend = folder_of(office)
    role = target.snapshot.role or "unit"
    snapshot = backend.inspect(filled.data, office.parts.shapes[role], target.ref.name)
    tab = snapshot.tab(table.name)
    standing = {row.row: row for row in tab.rows} if tab else {}
    ours = {row for _, row in filled.rows}
    before = {row.row: row.cells for row in target.tab.rows if row.row not in ours}
    if any(standing.get(row, _NONE).cells != cells for row, cells in before.items()):
        raise NotImported("填了以后原有的行读起来不一样，没有写入。", "请把这本表发给管理员看。")
    unfit, undated = [], set[tuple[int, str]]()
    for entry, row in filled.rows:
        cells = standing.get(row, _NONE).cells
        if not cells:
            entry.refused = "放进表里会被当成合计、小标题或说明行，请改名称后手工填"
            unfit.append(entry)
            continue
        for name, raw in entry.cells.items():
            stands = cells[table.index(name)]
            if decode(raw).fmt in _DAYS and decode(stands).kind == "number" and decode(stands).fmt != "d":
                undated.add((row, name))
            elif not _same(raw, stands) and typist.read(table.field(name), stands, "").value != entry.values[name]:
                raise NotImported(f"“{entry.name}”的“{table.field(name).title}”填进去和台账不一致，没有写入。")
    return unfit, undated


_NONE = RawRow("", 0, ())


def _same(raw: RawCell, stands: RawCell) -> bool:
    one, other = decode(raw), decode(stands)
    if one.kind == other.kind == "number":
        try:
            return Decimal(one.text) == Decimal(other.text)
        except InvalidOperation:
            return False
    return one.text.replace("\r\n", "\n").strip() == other.text.replace("\r\n", "\n").strip()


def commit(office: Office, target: Target, filled: Filled) -> tuple[str, Path]:
    """Exchange the book. "" and where the version before is kept, or why it was not done (nothing has changed then)."""
    backup = _backup(office, target)
    rest(office, target.ref)
    outcome = folder_of(office).fill(target.ref, filled.data, target.snapshot.fingerprint)
    if outcome.kind == "done":
        return "", backup
    backup.unlink(missing_ok=True)
    return outcome.reason or "没有写成", backup


def _backup(office: Office, target: Target) -> Path:
    """The book before, under a name that a person finds."""
    folder = office.settings.path("backups") / "导入前"
    folder.mkdir(parents=True, exist_ok=True)
    name = Path(target.ref.key)
    at = local(office.clock.now()).strftime("%Y%m%d-%H%M%S")
    path = folder / f"{name.stem}_{at}{name.suffix}"
    path.write_bytes(target.data)
    return path
