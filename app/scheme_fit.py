"""Whether a scheme still fits what the centre holds: a table whose rows are kept must stay in it (law L3).

Without its table a row can be neither judged nor shown, and its book would not be answered any more.
"""

from __future__ import annotations

from collections import Counter

from app.settings import SettingsError
from sync.store.base import Store
from validators.scheme.models import Scheme


def refuse_lost_tables(scheme: Scheme, store: Store, titles: Scheme | None = None) -> None:
    """SettingsError when the scheme has no table any more of which live rows are kept. `titles`: the scheme that still
    had it, for its name."""
    kept = {table.name for table in scheme.tables}
    lost: Counter[str] = Counter()
    for line in store.overview(scheme.id):
        lost.update({name: number for name, number in line["tables"].items() if name not in kept})
    if not lost:
        return
    called = {table.name: table.title for table in titles.tables} if titles is not None else {}
    told = "、".join(f"“{called.get(name, name)}”（{number}行）" for name, number in sorted(lost.items()))
    raise SettingsError(
        f"方案里没有表{told}了，可是各单位报的这些行还在库里，不能这样换。"
        "把这张表加回方案；不想再收的，让各单位先把里面的行删掉、同步并确认撤回，再从方案里去掉。"
    )


def check_fit(scheme: Scheme, store: Store, versions: str) -> None:
    """The same when an office opens; nothing is counted where every book was read under this very scheme."""
    if any(book.versions not in ("", versions) for book in store.books(scheme.id, layout=False)):
        refuse_lost_tables(scheme, store)
