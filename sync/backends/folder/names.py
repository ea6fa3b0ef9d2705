"""Which files of a folder are books, by name alone: what programs leave lying about is not, copies are suspicious.

A name never proves anything (people rename freely); whose book it is, the content says.
"""

from __future__ import annotations

import os
import re
from pathlib import PurePath

BOOK_SUFFIXES = frozenset({".xlsx", ".xlsm"})
LEGACY_SUFFIXES = frozenset({".xls", ".ods", ".et", ".xlsb"})  # read as far as possible, answered elsewhere

_TEMPORARY = re.compile(
    r"""
    ^(?:~\$|\.~|\._|~WRL)               # owner files of Excel and WPS, lock files of LibreOffice, macOS leftovers
    | \.(?:tmp|bak|xlk|part|partial|crdownload|download|swp)$
    | ^[0-9A-F]{8}$                     # Excel while saving; 20250601.xlsx is a book
    | ^lu[0-9a-z]{3,}\.tmp$             # LibreOffice while saving
    | ^\.
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CONFLICT = re.compile(
    r"""
    -\s?冲突 | -conflict | -NSConflict          # 坚果云
    | \(冲突\) | （冲突）                        # 360
    | conflicted\ copy | 的冲突副本 | 冲突副本   # Dropbox, Nextcloud
    | \(SFConflict\b                            # Seafile
    | \.sync-conflict-\d{8}-\d{6}               # Syncthing
    | -(?:DESKTOP|LAPTOP|PC|WIN)-[0-9A-Z]{4,}$  # OneDrive: the computer's name
    """,
    re.IGNORECASE | re.VERBOSE,
)
_COPY = re.compile(
    r"""
    \s?-\s?副本(?:\s?\(\d+\))?$ | \s副本$ | ^副本 | -\s?Copy(?:\s?\(\d+\))?$ | ^Copy\ of\ # Windows, WPS 网盘
    | [(（]\d{1,3}[)）]$                                                             # 微信, browsers
    | (?:最终|最新|修改|定稿|终)(?:版|稿)?\d*[)）]?$ | 最终版 | 最新版 | 修改版              # people
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FEEDBACK = re.compile(r"^反馈_")
_CONSOLIDATED = re.compile(r"^汇总(?:簿)?(?:_.*)?$")


def is_temporary(name: str) -> bool:
    """Left by a program at work: owner and lock files, half-saved and half-downloaded files, hidden files."""
    return bool(_TEMPORARY.search(name))


def is_book(name: str, *, legacy: bool = True) -> bool:
    """Whether a file of this name may be a unit's book. Our own feedback books and the consolidated book are not."""
    path = PurePath(name)
    suffix = path.suffix.lower()
    if is_temporary(path.name) or _FEEDBACK.search(path.stem) or _CONSOLIDATED.search(path.stem):
        return False
    return suffix in BOOK_SUFFIXES or (legacy and suffix in LEGACY_SUFFIXES)


def is_legacy(name: str) -> bool:
    """A format that is never written back in place."""
    return PurePath(name).suffix.lower() in LEGACY_SUFFIXES


def looks_conflicting(name: str) -> bool:
    """A conflict copy of a sync client: two people saved the same book."""
    return bool(_CONFLICT.search(PurePath(name).stem))


def looks_copied(name: str) -> bool:
    """A conflict copy, or a copy made by a person or a program: 副本, (1), 最终版2 …"""
    stem = PurePath(name).stem.strip()
    return looks_conflicting(name) or bool(_COPY.search(stem))


# names that are no UTF-8 --------------------------------------------------------------------------------------------

_ODD = re.compile("[\udc80-\udcff\ufffd]")  # how Python spells such bytes, and the sign we spell them with
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SPELLED = re.compile("\ufffd(00|[89A-F][0-9A-F])")


def key_of(name: str) -> str:
    """A file's name as text that can be kept and sent; `name_of` gives it back. An archive unpacked on Linux, or a share
    mounted without its code page, has Chinese names in GBK: bytes that no UTF-8 text can hold."""
    return _ODD.sub(lambda odd: "\ufffd" + ("00" if odd[0] == "\ufffd" else f"{ord(odd[0]) & 0xFF:02X}"), name)


def name_of(key: str) -> str:
    """The name as the file system knows it."""
    return _SPELLED.sub(lambda spelled: "\ufffd" if spelled[1] == "00" else chr(0xDC00 + int(spelled[1], 16)), key)


def shown(name: str) -> str:
    """A file's name for people to read: GBK where it is no UTF-8, on one line. Never leads back to the file."""
    if _ODD.search(name):
        try:
            name = os.fsencode(name).decode("gb18030")
        except UnicodeDecodeError:
            name = key_of(name)
    return _CONTROL.sub(" ", name)
