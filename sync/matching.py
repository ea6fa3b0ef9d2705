"""Who is who: the rows of today and the records of yesterday, one procedure for all backends (DESIGN §6).

A row's own content is stronger evidence than the 编号 that happens to stand beside it: ids get displaced when people
copy a row, reuse one for another project, or sort without our columns. So an 编号 counts at once only where the content
agrees with it, and otherwise only after content and natural keys have had their say.

    1  编号 with agreeing content          4  the same place between matched neighbours, most cells equal
    2  the same content                    5  编号 alone, where most cells are still equal (a renamed project)
    3  natural keys in order of trust      otherwise new; a record without a row is missing, to be confirmed
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sync.store.base import KnownRow
from validators.rows import RawRow, digest

How = Literal["same", "id", "content", "key", "place", "new"]
CellsOf = Callable[[Iterable[str]], Mapping[str, Sequence[str]]]  # record ids → raw cells in field order
ALIKE = 0.5  # share of equal cells above which two rows are taken for one record


class Pair(NamedTuple):
    """A row and the record it is (None: a new one). `digest` is the row's content."""

    row: RawRow
    digest: str
    known: KnownRow | None
    how: How


class Notice(NamedTuple):
    """Something people must be told: copied_row, displaced_id, reused_row, renamed, same_key, unknown_id."""

    kind: str
    row: RawRow
    other: str = ""  # the record concerned


@dataclass(slots=True)
class Matching:
    pairs: list[Pair] = field(default_factory=list)
    missing: list[KnownRow] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def match(
    rows: Sequence[RawRow],
    known: Sequence[KnownRow],
    keys_of: Callable[[RawRow], tuple[str, ...]],
    cells_of: CellsOf,
) -> Matching:
    """Match one table of one book. `cells_of` is asked only for records whose row is in doubt."""
    work = _Work(rows, known, keys_of, cells_of)
    work.by_agreeing_id()
    if work.open_rows and work.open_known:
        work.by_content()
        work.by_keys()
        work.by_place()
        work.by_id_alone()
    return work.result()


class _Work:
    """The state of one matching: which rows and which records are still open."""

    def __init__(
        self,
        rows: Sequence[RawRow],
        known: Sequence[KnownRow],
        keys_of: Callable[[RawRow], tuple[str, ...]],
        cells_of: CellsOf,
    ) -> None:
        self.rows = rows
        self.digests = [digest(row.cells) for row in rows]
        self.keys_of = keys_of
        self.cells_of = cells_of
        self.known = known
        self.by_id = {item.id: item for item in known}
        self.open_known = dict(self.by_id)
        self.open_rows = dict.fromkeys(range(len(rows)))
        self.found: list[tuple[KnownRow | None, How]] = [(None, "new")] * len(rows)
        self.notices: list[Notice] = []
        self._cells: dict[str, Sequence[str]] = {}
        self._row_keys: dict[int, tuple[str, ...]] = {}

    # steps ------------------------------------------------------------------------------------------------------

    def by_agreeing_id(self) -> None:
        """编号 and content both agree: by far the most rows of any run."""
        for index, row in enumerate(self.rows):
            item = self.open_known.get(row.id) if row.id else None
            if item is not None and item.digest == self.digests[index]:
                self.take(index, item, "same")

    def by_content(self) -> None:
        """The same content: sorted without our columns, 编号 lost. Equal rows are paired in their order."""
        records: dict[str, list[KnownRow]] = defaultdict(list)
        for item in self.open_known.values():
            records[item.digest].append(item)
        for index in list(self.open_rows):
            candidates = records.get(self.digests[index])
            if candidates:
                own = next((item for item in candidates if item.id == self.rows[index].id), None)
                item = own or next((c for c in candidates if not self._awaited(c)), candidates[0])
                candidates.remove(item)
                self.take(index, item, "content")

    def by_keys(self) -> None:
        """Natural keys, the most trusted first; a key counts only where it points to one row and one record."""
        levels = max((len(item.keys) for item in self.open_known.values()), default=0)
        for level in range(levels):
            rows, records = self._group_by_key(level)
            for key, indexes in rows.items():
                items = records.get(key, [])
                if not items:
                    continue
                if len(indexes) == 1 and len(items) == 1:
                    self.take_alike(indexes[0], items[0], level)
                else:
                    self._resolve_shared_key(indexes, items)

    def by_place(self) -> None:
        """Between the same neighbours as before, with most cells equal: a row whose name and codes were corrected."""
        before, after = self._neighbours()
        for index in list(self.open_rows):
            previous, following = self._record_at(index - 1), self._record_at(index + 1)
            for item in (before.get(previous), after.get(following)):
                if item is not None and item.id in self.open_known and self.alike(index, item) > ALIKE:
                    self.take(index, item, "place")
                    self.notices.append(Notice("renamed", self.rows[index], item.id))
                    break

    def by_id_alone(self) -> None:
        """An 编号 whose record is still open: renamed when most cells are equal, reused for another project if not."""
        for index in list(self.open_rows):
            row = self.rows[index]
            item = self.open_known.get(row.id) if row.id else None
            if item is None:
                continue
            if self.alike(index, item) > ALIKE:
                self.take(index, item, "id")
                self.notices.append(Notice("renamed", row, item.id))
            else:
                self.notices.append(Notice("reused_row", row, item.id))

    # taking -----------------------------------------------------------------------------------------------------

    def take(self, index: int, item: KnownRow, how: How) -> None:
        self.found[index] = (item, how)
        del self.open_rows[index]
        del self.open_known[item.id]

    def take_alike(self, index: int, item: KnownRow, level: int) -> None:
        """By key. A contradiction in a more trusted key means another project of the same name: not taken."""
        mine, theirs = self.keys(index), item.keys
        if any(a and b and a != b for a, b in zip(mine[:level], theirs[:level], strict=False)):
            self.notices.append(Notice("same_key", self.rows[index], item.id))
            return
        self.take(index, item, "key")

    def alike(self, index: int, item: KnownRow) -> float:
        """Share of equal cells among those that either has filled."""
        if item.id not in self._cells:
            self._cells.update(self.cells_of(list(self.open_known)))
        old, new = self._cells.get(item.id, ()), self.rows[index].cells
        filled = [(a, b) for a, b in zip(old, new, strict=False) if a or b]
        return sum(a == b for a, b in filled) / len(filled) if filled else 0.0

    # helpers ----------------------------------------------------------------------------------------------------

    def keys(self, index: int) -> tuple[str, ...]:
        if index not in self._row_keys:
            self._row_keys[index] = self.keys_of(self.rows[index])
        return self._row_keys[index]

    def _awaited(self, item: KnownRow) -> bool:
        """Some open row still carries this record's 编号 with the same content: leave it to that row."""
        return any(self.rows[i].id == item.id and self.digests[i] == item.digest for i in self.open_rows)

    def _group_by_key(self, level: int) -> tuple[dict[str, list[int]], dict[str, list[KnownRow]]]:
        rows: dict[str, list[int]] = defaultdict(list)
        records: dict[str, list[KnownRow]] = defaultdict(list)
        for index in self.open_rows:
            key = self.keys(index)
            if level < len(key) and key[level]:
                rows[key[level]].append(index)
        for item in self.open_known.values():
            if level < len(item.keys) and item.keys[level]:
                records[item.keys[level]].append(item)
        return rows, records

    def _resolve_shared_key(self, indexes: list[int], items: list[KnownRow]) -> None:
        """Several rows or records share a key: own 编号 first, then the most alike; the rest stays open."""
        ranked = sorted(
            ((self.rows[i].id != k.id, -self.alike(i, k), abs(self.rows[i].row - k.row), i, k.id)
             for i in indexes for k in items),
        )  # fmt: skip
        for _, likeness, _, index, record in ranked:
            if index in self.open_rows and record in self.open_known and -likeness > ALIKE:
                self.take(index, self.open_known[record], "key")
        self.notices += [Notice("same_key", self.rows[i], items[0].id) for i in indexes if i in self.open_rows]

    def _neighbours(self) -> tuple[dict[str, KnownRow], dict[str, KnownRow]]:
        """Record that stood directly after / before a given record in the last reading ("" = the edge)."""
        order = sorted((item for item in self.known if item.state == "live"), key=lambda item: item.row)
        ids = ["", *(item.id for item in order), ""]
        after_of = {ids[i]: order[i] for i in range(len(order))}
        before_of = {ids[i + 2]: order[i] for i in range(len(order))}
        return after_of, before_of

    def _record_at(self, index: int) -> str:
        if not 0 <= index < len(self.rows):
            return ""
        item = self.found[index][0]
        return item.id if item else "?"

    def result(self) -> Matching:
        for index in self.open_rows:
            row = self.rows[index]
            taken = row.id and row.id in self.by_id and row.id not in self.open_known
            if taken:
                self.notices.append(Notice("copied_row", row, row.id))
        pairs = [Pair(row, self.digests[index], *self.found[index]) for index, row in enumerate(self.rows)]
        missing = [item for item in self.open_known.values() if item.state == "live"]
        return Matching(pairs, missing, self.notices)
