"""What stands under a ledger's header: every row is a record, part of the one above, or one of the many rows that are not.

No row is left unsaid: each becomes a `Line` with its kind, so that rows taken, refused and put aside add up to all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sync.ledger.grid import Grid
from sync.ledger.mapping import Mapping
from validators.cells import is_blank, squeeze
from validators.headers import header_key
from validators.rawcell import RawCell, show
from validators.rowkinds import classify_row, is_column_numbers
from validators.scheme.tables import Table

_ASIDE = frozenset({"section", "title", "note", "sign", "unit", "header", "subtotal"})
_NUMBER = re.compile(r"[-\d,.%]+")
_HEADING = 20  # characters; a longer text that stands alone is somebody's words


@dataclass(slots=True)
class Line:
    """A row with content. `kind`: one of `validators.rowkinds.ROW_KINDS`, or "more" for a further row of the record
    at `of`, or "part" for a row that only divides the record at `of` (序号 1.1 below 1). `cells`: as seen, merged ones
    filled in; `shared`: columns whose cell is merged from a row above, with that row. `section`: text of the section it
    stands in."""

    row: int
    kind: str
    cells: dict[int, RawCell]
    label: str = ""
    section: str = ""
    of: int = 0
    shared: dict[int, int] = field(default_factory=dict)
    hidden: bool = False

    def own(self, column: int) -> RawCell:
        return "" if column in self.shared else self.cells.get(column, "")


def read_body(grid: Grid, mapping: Mapping, table: Table) -> list[Line]:
    """All rows with content below the header, in order."""
    header = mapping.header
    name = mapping.column_of(table.name_field) if table.name_field else None
    named = name.head.column if name else 0
    mapped = {item.head.column for item in mapping.columns if item.targets or item.keep}
    serial = next((item.head.column for item in mapping.columns if item.head.serial), 0)
    filled, shared = _fill(grid, header.last)
    last = max([*header.heads, *(max(cells) for cells in filled.values() if cells)])
    left = min(header.heads)
    lines: list[Line] = []
    whole: Line | None = None
    section = ""
    for row in sorted(filled):
        cells = filled[row]
        own = {column: raw for column, raw in cells.items() if column not in shared.get(row, {})}
        line = Line(row, "", cells, section=section, shared=shared.get(row, {}), hidden=row in grid.hidden_rows)
        if not own:
            continue  # nothing but the tail of merged cells
        texts = [show(own.get(column, "")) for column in range(left, last + 1)]
        line.kind = _kind(texts, line, named, mapped, mapping)
        if line.kind == "data" and named not in line.shared and _stands_alone(own, row, named, grid):
            line.kind = "section"
        line.label = _label(texts, line.kind)
        above = next((line.shared[column] for column in (named, serial) if column in line.shared), 0)
        if above and line.kind == "data" and lines:
            line.kind, line.of = "more", above
        if line.kind == "data":
            if whole is not None and _divides(line, whole, serial, mapped):
                line.kind, line.of = "part", whole.row
            else:
                whole = line
        if line.kind in ("section", "title") and line.label:
            whole = None
            section = line.label
        lines.append(line)
    return lines


def _stands_alone(own: dict[int, RawCell], row: int, named: int, grid: Grid) -> bool:
    """新慈集团 over its projects: a few words under 序号, or merged over the name and more, and nothing else in the row."""
    column, raw = next(iter(own.items()))
    right = next((right for top, left, _, right in grid.merges if (top, left) == (row, column)), column)
    heads = column < named or (column == named and right > named)
    return len(own) == 1 and heads and _spoken(show(raw)) and len(squeeze(show(raw))) <= _HEADING


def _spoken(text: str) -> bool:
    return not is_blank(text) and not _NUMBER.fullmatch(squeeze(text))


def _divides(line: Line, whole: Line, serial: int, mapped: set[int]) -> bool:
    """1.1 or （1） below 1, where the row above is a record itself: counting both would count twice. Where the row above
    is only a heading, those below it are the records."""
    if not serial:
        return False
    number, above = squeeze(show(line.own(serial))), squeeze(show(whole.own(serial)))
    part = re.fullmatch(r"(\d+)[.-]\d+|\(\d{1,2}\)", number)
    if not part or not above.isdigit() or part[1] not in (None, above):
        return False
    return sum(bool(whole.own(column)) for column in mapped) >= sum(bool(line.own(column)) for column in mapped)


def _fill(grid: Grid, last: int) -> tuple[dict[int, dict[int, RawCell]], dict[int, dict[int, int]]]:
    """Rows below the header with tall merges filled down, and which cells were."""
    filled = {row: dict(cells) for row, cells in grid.cells.items() if row > last}
    shared: dict[int, dict[int, int]] = {}
    for top, left, bottom, _ in grid.tall(last):
        raw = grid.at(top, left)
        for row in range(top + 1, min(bottom, max(filled, default=0)) + 1):
            if raw and row in filled:
                filled[row].setdefault(left, raw)
                shared.setdefault(row, {})[left] = top
    return filled, shared


def _kind(texts: list[str], line: Line, named: int, mapped: set[int], mapping: Mapping) -> str:
    """The kind by its texts; a row with a name of its own and words in other columns is a record, whatever it says."""
    kind = classify_row(texts if len(texts) > 1 else [*texts, ""])
    if kind == "header" and not _repeats(line, mapping):
        kind = "data"
    if kind not in _ASIDE or not named:
        return kind
    name = show(line.cells.get(named, ""))
    words = [column for column in mapped - {named} if _word(show(line.own(column)))]
    if kind == "sign" and (signed := _signed(line)):
        words = [column for column in words if column not in signed]
        name = "" if named in signed else name
    if kind == "header" or not _word(name) or not words:
        return kind
    return "data" if len(words) >= (2 if kind == "subtotal" else 1) else kind


def _label(texts: list[str], kind: str) -> str:
    """The first words of a row; of a section with its ordinal in a cell of its own (一、| 续建项目) the two together."""
    words = ["".join(text.split()) for text in texts if text.strip() and not _NUMBER.fullmatch(text)]
    return "".join(words[: 2 if kind == "section" and len(words[0]) <= 4 else 1]) if words else ""


def _signed(line: Line) -> set[int]:
    """Columns of a signature row in which a label stands with its answer (填表人：张三), or the answer to the label before.
    None where the row does not begin with one: 负责人：张三 further right is an explanation."""
    found: set[int] = set()
    label = False
    for column in sorted(line.cells):
        text = show(line.own(column)).strip()
        if not text:
            continue
        if label or classify_row([text, ""]) in ("sign", "unit"):
            found.add(column)
        elif not found:
            break
        label = text.endswith(("：", ":"))
    return found


def _word(text: str) -> bool:
    return _spoken(text) and not text.strip().endswith(("：", ":"))


def _repeats(line: Line, mapping: Mapping) -> bool:
    """A header printed again says the same words; 甲 乙 1 2 3 counts too."""
    heads = mapping.header.heads
    texts = {column: squeeze(show(raw)) for column, raw in line.cells.items() if column in heads}
    same = sum(bool(text) and header_key(text) == header_key(heads[column].title) for column, text in texts.items())
    return bool(texts) and (same * 2 >= len(texts) or is_column_numbers([text for text in texts.values() if text]))
