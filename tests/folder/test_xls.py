"""An .xls is read as the .xlsx would be: formats, errors, the epoch, what is merged or hidden."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import pytest

from sync.backends.folder.grids import read_grids
from sync.backends.folder.legacy import legacy_sheets
from sync.backends.folder.package import Limits, Trouble
from sync.ledger.grid import Grid
from tests.folder import biff
from tests.folder.test_odsformats import typed_book
from tests.office import Office
from validators import rawcell
from validators.rawcell import decode


def grid(data: bytes, limits: Limits | None = None) -> Grid:
    ledger = read_grids(data, "表.xls", limits or Limits())
    assert ledger.problem == ""
    return ledger.grids[0]


LOOKS: list[tuple[int | str, str]] = [
    (0, ""), (14, "d"), (9, "%"), (49, "@"), (57, "m"), (27, "m"), (31, "d"), (5, ""), ('0.00"亿元"', "亿"), ("0.0%", "%"),
    ('yyyy"年"m"月"', "m"), ("[$$-409]#,##0.00", "$"), ("yyyy", "y"),
]  # fmt: skip


def test_formats_are_those_of_an_xlsx() -> None:
    cells = [biff.number(at, 0, 45000, at) for at in range(len(LOOKS))]
    found = grid(biff.book(*cells, looks=[look for look, _ in LOOKS]))
    assert [decode(found.at(at + 1, 1)) for at in range(len(LOOKS))] == [("number", "45000", form) for _, form in LOOKS]


def test_errors_are_never_blank() -> None:
    codes = {
        0x00: "#NULL!",
        0x07: "#DIV/0!",
        0x0F: "#VALUE!",
        0x17: "#REF!",
        0x1D: "#NAME?",
        0x24: "#NUM!",
        0x2A: "#N/A",
    }
    cells = [biff.error(0, at, code) for at, code in enumerate(codes)]
    cells += [biff.formula(1, at, bytes([2, 0, code, 0, 0, 0, 255, 255])) for at, code in enumerate(codes)]
    found = grid(biff.book(*cells, biff.error(2, 0, 0x2B)))
    for row in (1, 2):
        assert [found.at(row, at) for at in range(1, 8)] == [rawcell.error(name) for name in codes.values()]
    assert found.at(3, 1) == rawcell.error("#VALUE!"), "one that came after this format"


def test_values_of_every_kind() -> None:
    found = grid(
        biff.book(
            biff.text(0, 0, "甲项目"), biff.number(0, 1, 1.5), biff.number(0, 2, 12000), biff.boolean(0, 3, True),
            biff.number(0, 4, 6.10101900001011e17), biff.number(0, 5, 0.1 + 0.2), biff.text(0, 6, ""), biff.text(0, 7, "\x01n5"),
        )
    )  # fmt: skip
    expected = [
        "甲项目",
        "\x01n1.5",
        "\x01n12000",
        "\x01bTRUE",
        "\x01n6.10101900001011e+17",
        "\x01n0.30000000000000004",
        "",
        "n5",
    ]
    assert [found.at(1, at) for at in range(1, 9)] == expected


def test_days_are_counted_from_the_books_own_first_day() -> None:
    cells = (
        biff.number(0, 0, 44255, 1),
        biff.number(0, 1, 44255.5, 1),
        biff.number(0, 2, 44255, 2),
        biff.number(0, 3, 44255),
    )
    old, new = (grid(biff.book(*cells, looks=(0, 14, '0"万"'), date1904=value)) for value in (False, True))
    assert [old.at(1, at) for at in range(1, 5)] == [
        "\x01n44255\x1fd",
        "\x01n44255.5\x1fd",
        "\x01n44255\x1f万",
        "\x01n44255",
    ]
    assert [new.at(1, at) for at in range(1, 5)] == [
        "\x01n45717\x1fd",
        "\x01n45717.5\x1fd",
        "\x01n44255\x1f万",
        "\x01n44255\x1f4",
    ]


def test_what_is_merged_or_hidden_is_known() -> None:
    more = (biff.merged((0, 1, 0, 2)), biff.hidden_row(1), biff.hidden_row(9), biff.hidden_column(3))
    found = grid(biff.book(biff.text(0, 0, "题"), biff.text(1, 0, "藏"), *more))
    assert (found.merges, found.hidden_rows, found.hidden_columns) == ([(1, 1, 2, 3)], {2}, {4})
    (tab,) = legacy_sheets(biff.book(title="藏起来", state=1), "xls", Limits())
    assert (tab.title, tab.state) == ("藏起来", "hidden")


def test_only_so_much_is_read() -> None:
    (tab,) = legacy_sheets(biff.book(biff.number(0, 0, 1), biff.number(0, 30, 1)), "xls", Limits(columns=20))
    rows = tab.open()
    assert list(rows.rows()) == [(1, {1: "\x01n1"})] and rows.far_cells == 1
    (tab,) = legacy_sheets(biff.book(*(biff.number(at, 0, 1) for at in range(9))), "xls", Limits(rows=5))
    with pytest.raises(Trouble, match=r"book\.too_large"):
        list(tab.open().rows())
    with pytest.raises(Trouble, match=r"book\.too_large"):
        legacy_sheets(biff.book(), "xls", Limits(tabs=0))


def test_corners_far_apart_cost_nothing() -> None:
    """A row costs what stands in it, not what the widest row has: else these two cells would be 16 million."""
    data = biff.book(biff.number(0, 0, 1), biff.number(65_535, 255, 2))
    tracemalloc.start()
    try:
        assert list(grid(data).cells) == [1, 65_536]
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


def test_what_libreoffice_writes_is_read_as_in_an_xlsx(office: Office, tmp_path: Path) -> None:
    xlsx, other = typed_book(office, tmp_path, "xls")
    assert other == xlsx


def test_a_damaged_file_is_no_crash(office: Office, tmp_path: Path) -> None:
    typed_book(office, tmp_path, "xls")
    whole = (tmp_path / "表.xls").read_bytes()
    dice = random.Random(1)
    for _ in range(150):
        data = bytearray(whole[: dice.choice([len(whole), dice.randrange(600, len(whole))])])
        for _ in range(dice.choice([1, 4, 30])):
            data[dice.randrange(512, len(data))] = dice.randrange(256)
        ledger = read_grids(bytes(data), "表.xls", Limits())
        assert ledger.problem or ledger.grids


def test_an_encrypted_one_says_so() -> None:
    data = biff.book(biff.number(0, 0, 1))
    spoilt = data[:20] + biff.record(0x2F, bytes(6)) + data[20:]
    assert "密码" in read_grids(spoilt, "表.xls", Limits()).problem
