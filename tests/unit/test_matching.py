"""Who is who: rows of today and records of yesterday, whatever people did in between."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.matching import match
from sync.store.base import KnownRow
from validators.rows import RawRow, digest


def cells(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.split("|"))


def row(line: str, number: int, record: str = "") -> RawRow:
    return RawRow("项目库", number, cells(line), record)


def keys_of(item: RawRow) -> tuple[str, ...]:
    """Drawn rows read: code | name | town | money | date."""
    return (item.cells[0], item.cells[1])


def known(line: str, number: int, record: str, state: str = "live") -> KnownRow:
    made = row(line, number)
    return KnownRow(record, digest(made.cells), keys_of(made), number, state)  # type: ignore[arg-type]


def run(rows: list[RawRow], records: list[tuple[str, KnownRow]]):
    content = {item.id: cells(line) for line, item in records}
    return match(rows, [item for _, item in records], keys_of, lambda ids: {i: content[i] for i in ids if i in content})


def yesterday(*lines: str) -> list[tuple[str, KnownRow]]:
    return [(line, known(line, 7 + i, f"P{i + 1}")) for i, line in enumerate(lines)]


A, B, C = (
    "2404-01 | 甲项目 | 安成镇 | 12000 | 2025-03-01",
    "2404-02 | 乙项目 | 曹庵镇 | 15000 | 2025-04-01",
    "        | 丙项目 | 三和镇 | 18000 | 2025-05-01",
)


def ids(matching) -> list[str | None]:
    return [pair.known.id if pair.known else None for pair in matching.pairs]


CASES = {
    "nothing changed": ([(A, "P1"), (B, "P2"), (C, "P3")], ["P1", "P2", "P3"], [], set()),
    "no 编号 yet (Google; first reading after a rebuild)": ([(A, ""), (B, ""), (C, "")], ["P1", "P2", "P3"], [], set()),
    "sorted with our columns": ([(C, "P3"), (A, "P1"), (B, "P2")], ["P3", "P1", "P2"], [], set()),
    "sorted without our columns": ([(C, "P1"), (A, "P2"), (B, "P3")], ["P3", "P1", "P2"], [], set()),
    "one cell edited": ([(A.replace("12000", "13000"), "P1"), (B, "P2"), (C, "P3")], ["P1", "P2", "P3"], [], set()),
    "edited, 编号 lost": ([(A.replace("12000", "13000"), ""), (B, ""), (C, "")], ["P1", "P2", "P3"], [], set()),
    "row inserted": (
        [(A, "P1"), ("|丁项目|舜耕镇|9000|", ""), (B, "P2"), (C, "P3")],
        ["P1", None, "P2", "P3"], [], set(),
    ),
    "row deleted": ([(A, "P1"), (C, "P3")], ["P1", "P3"], ["P2"], set()),
    "row copied with its 编号": (
        [(A, "P1"), (A, "P1"), (B, "P2"), (C, "P3")],
        ["P1", None, "P2", "P3"], [], {"copied_row"},
    ),
    "copied and then renamed": (
        [(A, "P1"), ("| 丁项目 | 安成镇 | 12000 | 2025-03-01", "P1"), (B, "P2"), (C, "P3")],
        ["P1", None, "P2", "P3"], [], {"copied_row"},
    ),
    "row reused for another project": (
        [("2506-09 | 戊项目 | 泉山街道 | 30000 | 2025-09-09", "P1"), (B, "P2"), (C, "P3")],
        [None, "P2", "P3"], ["P1"], {"reused_row"},
    ),
    "renamed, the rest as it was": (
        [(A, "P1"), (B, "P2"), (C.replace("丙", "丙二期"), "P3")],
        ["P1", "P2", "P3"], [], {"renamed"},
    ),
    "renamed, no 编号, still between its neighbours": (
        [(A, ""), (B.replace("乙", "乙二期").replace("2404-02", ""), ""), (C, "")],
        ["P1", "P2", "P3"], [], {"renamed"},
    ),
    "same name under another code is another project": (
        [("2509-77 | 甲项目 | 舜耕镇 | 500 | 2025-09-01", ""), (B, "P2"), (C, "P3")],
        [None, "P2", "P3"], ["P1"], {"same_key"},
    ),
    "moved with new money, 编号 displaced to a neighbour": (
        [(B.replace("15000", "16000"), "P1"), (A, "P2"), (C, "P3")],
        ["P2", "P1", "P3"], [], set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_rows_find_their_records(name: str) -> None:
    """Each habit of clerks has a defined outcome that loses nothing and joins nothing wrongly."""
    rows, wanted, missing, notices = CASES[name]
    made = [row(line, 7 + i, record) for i, (line, record) in enumerate(rows)]
    matching = run(made, yesterday(A, B, C))
    assert ids(matching) == wanted
    assert [item.id for item in matching.missing] == missing
    assert {notice.kind for notice in matching.notices} == notices


def test_a_row_that_comes_back_is_its_old_record() -> None:
    """A withdrawn or missing record whose row stands in the sheet again is that record, not a new one."""
    gone = known(B, 8, "P2", "missing")
    matching = match([row(A, 7, "P1"), row(B, 8)], [known(A, 7, "P1"), gone], keys_of, lambda ids: {})
    assert ids(matching) == ["P1", "P2"]
    assert matching.missing == []


def test_equal_rows_stay_apart() -> None:
    """Two rows with the very same content are two records; neither is lost, neither is doubled."""
    matching = run([row(A, 7), row(A, 8)], [(A, known(A, 7, "P1")), (A, known(A, 8, "P2"))])
    assert sorted(map(str, ids(matching))) == ["P1", "P2"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.booleans()), max_size=12), st.integers(0, 999))
def test_no_record_is_taken_twice_and_none_is_forgotten(rows: list[tuple[int, int, bool]], seed: int) -> None:
    """Whatever people do: every row gets one answer, every record is matched once or reported missing."""
    records = yesterday(*(f"{i} | 项目{i} | 镇 | {i}000 | " for i in range(6)))
    made = [
        row(f"{which} | 项目{which} | 镇 | {which + change}000 | ", 7 + i, f"P{which + 1}" if tagged else "")
        for i, (which, change, tagged) in enumerate(rows)
    ]
    random.Random(seed).shuffle(made)
    matching = run(made, records)
    taken = [item for item in ids(matching) if item]
    assert len(matching.pairs) == len(made)
    assert len(taken) == len(set(taken))
    assert {*taken, *(item.id for item in matching.missing)} == {item.id for _, item in records}


@given(st.permutations(range(6)), st.booleans())
def test_sorting_never_changes_who_is_who(order: list[int], with_ids: bool) -> None:
    """Sorting with or without our columns leaves every project with its own record."""
    lines = [f"{i} | 项目{i} | 镇 | {i}000 | " for i in range(6)]
    records = yesterday(*lines)
    made = [row(lines[which], 7 + i, f"P{i + 1}" if with_ids else "") for i, which in enumerate(order)]
    assert ids(run(made, records)) == [f"P{which + 1}" for which in order]
