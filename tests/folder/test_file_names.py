"""Which names are books, which are left lying about by programs, and which look like somebody's copy."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.backends.folder.names import (
    is_book,
    is_legacy,
    is_temporary,
    key_of,
    looks_conflicting,
    looks_copied,
    name_of,
    shown,
)
from sync.backends.folder.open_signs import find_sign, sign_names

BOOKS = [
    "安成镇.xlsx", "安成镇6月报表(1).xlsx", "安成镇 - 副本.xlsx", "安成镇最终版2.xlsx", "ANCHENG.XLSX", "安成镇.xlsm", "20250601.xlsx", "ABCDEF12.xlsx",
    "安成镇.xls", "安成镇.ods", "安成镇.et", "安成镇.xlsb", "luck.xlsx", "汇总表安成镇.xlsx", "a~$b.xlsx", "安成镇（反馈）.xlsx",
]  # fmt: skip
TEMPORARY = [
    "~$安成镇.xlsx", "~$成镇6月报表.xlsx", ".~安成镇.xlsx", ".~lock.安成镇.xlsx#", "._安成镇.xlsx", "~WRL0003.tmp", "A1B2C3D4", "a1b2c3d4",
    "lu123abc.tmp", "安成镇.xlsx.tmp", "安成镇.xlsx.part", "安成镇.xlsx.crdownload", "安成镇.bak", "安成镇.xlk", ".安成镇.xlsx.swp",
    ".~tb.安成镇.xlsx.0f0f0f0f.tmp", ".DS_Store",
]  # fmt: skip
OTHERS = [
    "读我.txt",
    "照片.jpg",
    "安成镇.docx",
    "安成镇.csv",
    "反馈_安成镇.xlsx",
    "汇总.xlsx",
    "汇总簿_2025-06.xlsx",
    "安成镇",
    "Thumbs.db",
]
CONFLICTS = [
    "安成镇-冲突.xlsx", "安成镇-conflict.xlsx", "安成镇-NSConflict-王伟.xlsx", "安成镇(冲突).xlsx", "安成镇（冲突）.xlsx", "安成镇 (conflicted copy 2025-06-01 091500).xlsx",
    "安成镇 (王伟 的冲突副本 2025-06-01).xlsx", "安成镇 (SFConflict wang@x.cn 2025-06-01-09-15-00).xlsx", "安成镇.sync-conflict-20250601-091500-ABCDEFG.xlsx",
    "安成镇-DESKTOP-1A2B3C4.xlsx", "安成镇-LAPTOP-9XY8.xlsx",
]  # fmt: skip
COPIES = [
    "安成镇 - 副本.xlsx", "安成镇 - 副本 (2).xlsx", "安成镇-副本.xlsx", "安成镇 副本.xlsx", "副本安成镇.xlsx", "安成镇 - Copy.xlsx", "Copy of 安成镇.xlsx", "安成镇(1).xlsx",
    "安成镇（1）.xlsx", "安成镇6月报表(1).xlsx", "安成镇最终版.xlsx", "安成镇最终版2.xlsx", "安成镇（最新）.xlsx", "安成镇修改版.xlsx", "安成镇定稿.xlsx", "安成镇终稿.xlsx",
]  # fmt: skip
PLAIN = [
    "安成镇.xlsx", "安成镇6月.xlsx", "2025年安成镇项目库.xlsx", "经开区南区.xlsx", "安成镇-项目库.xlsx", "终南镇.xlsx", "安成镇（6月）.xlsx", "新安成镇.xlsx", "PC-安成镇.xlsx",
    "修改意见-安成镇.xlsx",
]  # fmt: skip


@pytest.mark.parametrize("name", BOOKS)
def test_books(name: str) -> None:
    assert is_book(name) and not is_temporary(name)


@pytest.mark.parametrize("name", TEMPORARY)
def test_what_programs_leave_lying_about(name: str) -> None:
    assert is_temporary(name) and not is_book(name)


@pytest.mark.parametrize("name", OTHERS)
def test_files_that_are_no_books(name: str) -> None:
    assert not is_book(name)


@pytest.mark.parametrize("name", CONFLICTS)
def test_conflict_copies_of_sync_clients(name: str) -> None:
    assert looks_conflicting(name) and looks_copied(name) and is_book(name)


@pytest.mark.parametrize("name", COPIES)
def test_copies_made_by_people(name: str) -> None:
    assert looks_copied(name) and not looks_conflicting(name) and is_book(name)


@pytest.mark.parametrize("name", PLAIN)
def test_plain_names_are_no_copies(name: str) -> None:
    assert not looks_copied(name)


def test_old_formats_are_not_written_in_place() -> None:
    assert [name for name in BOOKS if is_legacy(name)] == ["安成镇.xls", "安成镇.ods", "安成镇.et", "安成镇.xlsb"]


# names that are no UTF-8 ------------------------------------------------------------------------------------------


@given(st.binary(min_size=1, max_size=40).filter(lambda raw: b"/" not in raw and b"\0" not in raw))
def test_any_name_of_a_file_can_be_kept_and_found_again(raw: bytes) -> None:
    name = os.fsdecode(raw)
    key = key_of(name)
    assert json.loads(json.dumps(key).encode("utf-8")) == key and key.encode("utf-8")
    assert os.fsencode(name_of(key)) == raw
    shown(name).encode("utf-8")


@given(st.text(min_size=1).filter(lambda name: "\ufffd" not in name and name.isprintable()))
def test_an_ordinary_name_is_its_own_key(name: str) -> None:
    assert key_of(name) == name_of(name) == shown(name) == name


@given(st.text())
def test_no_key_leads_out_of_the_folder(key: str) -> None:
    """Whatever is asked for from outside, only slashes that stand there are slashes."""
    assert name_of(key).count("/") == key.count("/") and name_of(key).count("\0") == key.count("\0")


def test_a_name_in_gbk_is_shown_as_it_was_meant() -> None:
    """As an archive from Windows leaves it on Linux."""
    name = os.fsdecode("安成镇6月.xlsx".encode("gbk"))
    assert shown(name) == "安成镇6月.xlsx" and key_of(name) != name and is_book(name)
    assert shown("安成镇\n6月.xlsx") == "安成镇 6月.xlsx", "one file is one line of a list"


# signs ------------------------------------------------------------------------------------------------------------


def excel_owner(name: str) -> bytes:
    """Excel's owner file: 165 bytes, the name in the machine's code page, then in UTF-16."""
    narrow = name.encode("gb18030")
    return (bytes([len(name)]) + narrow.ljust(54) + name.encode("utf-16-le").ljust(110, b" "))[:165]


SIGNS = {
    "~$安成镇.xlsx": (excel_owner("王伟"), "王伟 正在用 WPS 或 Excel 打开"),
    ".~安成镇.xlsx": (excel_owner("李四"), "李四 正在用 WPS 打开"),
    ".~lock.安成镇.xlsx#": (",张三,vm,22.11.2026 03:31,file:///x;".encode(), "张三 正在用 LibreOffice 打开"),
}


@pytest.mark.parametrize("file", SIGNS)
def test_who_has_a_book_open(file: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    data, said = SIGNS[file]
    assert find_sign(tmp_path, "安成镇.xlsx") is None
    (tmp_path / file).write_bytes(data)
    sign = find_sign(tmp_path, "安成镇.xlsx")
    assert sign is not None and sign.sentence(sign.since + 60) == said
    assert find_sign(tmp_path, "曹庵镇.xlsx") is None


@pytest.mark.parametrize("data", [b"", b"\x00" * 165, b"\xff" * 165, b"\x05ab", bytes(range(165))])
def test_a_sign_that_cannot_be_read_is_a_sign(data: bytes, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "~$安成镇.xlsx").write_bytes(data)
    sign = find_sign(tmp_path, "安成镇.xlsx")
    assert sign is not None and "正在用" in sign.sentence(sign.since)


def test_a_stale_sign_says_what_to_do(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Left behind by a crash: still a sign, but people are told how to clear it."""
    (tmp_path / "~$安成镇.xlsx").write_bytes(excel_owner("王伟"))
    sign = find_sign(tmp_path, "安成镇.xlsx")
    assert sign is not None
    assert "删除文件 ~$安成镇.xlsx" in sign.sentence(sign.since + 13 * 3600)
    assert "删除" not in sign.sentence(sign.since + 11 * 3600)


def test_books_of_short_names_do_not_share_signs() -> None:
    """Only long names lose their first two characters to the mark."""
    assert not set(sign_names("安成镇.xlsx")) & set(sign_names("曹庵镇.xlsx"))
    assert "~$镇2025年6月报表.xlsx" in sign_names("安成镇2025年6月报表.xlsx")
