"""Books of older formats: .xls and .ods, for `check`, for imports and for units that cannot save otherwise.

Only reader processes may come here.
"""

from __future__ import annotations

from sync.backends.folder.package import Limits
from sync.backends.folder.tabs import Sheet


def legacy_sheets(data: bytes, kind: str, limits: Limits) -> list[Sheet]:
    """The tabs of an "xls" or "ods". Trouble when it is encrypted, damaged or no workbook."""
    if kind == "xls":
        from sync.backends.folder.xls import xls_sheets

        return xls_sheets(data, limits)
    from sync.backends.folder.ods import ods_sheets

    return ods_sheets(data, limits)
