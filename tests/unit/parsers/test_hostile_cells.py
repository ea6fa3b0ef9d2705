"""Cells that nobody typed: as long as a sheet allows, and built to make patterns run wild (law L7)."""

from __future__ import annotations

import pytest

from tests.unit.parsers.drawn import context
from validators import rawcell
from validators.headers import parse_header
from validators.parsers.read import LONGEST, READERS, parse_cell
from validators.rowkinds import ROW_KINDS, classify_row

CELL_LIMIT = 32_767
PIECES = [
    "1", "1 ", "1.", "1~", "1万", "-", "=", "(", ")", "（一）", "[", "张", "张三、", "一\n", "2025年", "2025年3月15日", "项目:", "约预计", "百分之", "前", "待",
    "未", "亿", "★", "第一", "目前暂时现尚还仍具体时间日期", "O", "l", "138 ", "主任书记局长", "安成镇", "91340403MA2TB0015G,", "2404-340403-04-01-123456 ", "一二三四五六七八九十",
]  # fmt: skip
CONTEXT = context()


@pytest.mark.parametrize("field_type", sorted(READERS))
@pytest.mark.parametrize("length", [LONGEST, CELL_LIMIT])
def test_long_cells_are_answered(field_type: str, length: int) -> None:
    """A pattern that takes long on any of these would not come back; long text is content only where text is wanted."""
    for piece in PIECES:
        cell = (piece * (length // len(piece) + 1))[:length]
        parsed = parse_cell(field_type, cell, CONTEXT.of(field_type))
        if length == CELL_LIMIT and not READERS[field_type].free:
            assert parsed.value == "", (piece, parsed.kind)


@pytest.mark.parametrize("field_type", sorted(READERS))
def test_numbers_of_any_length_are_answered(field_type: str) -> None:
    for digits in ("9" * CELL_LIMIT, "1e999999", "-1e-999999", "0." + "3" * 200, "1" * 41):
        parsed = parse_cell(field_type, rawcell.number(digits), CONTEXT.of(field_type))
        assert parsed.kind in ("ok", "warn", "error")


@pytest.mark.parametrize("piece", PIECES)
def test_long_headings_and_rows_are_answered(piece: str) -> None:
    text = (piece * CELL_LIMIT)[:CELL_LIMIT]
    assert len(parse_header(text)) == 3
    assert classify_row([text, text, ""]) in ROW_KINDS


def test_the_longest_real_cells_are_below_the_limit() -> None:
    """Ten people with titles and telephones, a project name of a hundred characters."""
    people = "、".join(f"张三{'一二三四五六七八九十'[i]}（区人大常委会副主任，电话1385541{i:04d}）" for i in range(10))
    assert len(people) < LONGEST
    assert len(parse_cell("person", people, CONTEXT.of("person")).value.split("、")) == 10
    assert parse_cell("project_name", "年产" + "高性能" * 33 + "项目", CONTEXT.of("project_name")).kind == "ok"
