"""Which files of a folder are books, by name alone: what programs leave lying about is not, copies are suspicious.

A name never proves anything (people rename freely); whose book it is, the content says.
"""

from __future__ import annotations

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
