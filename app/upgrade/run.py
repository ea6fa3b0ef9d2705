"""The books of an office brought to its scheme, one after the other; what is in the way of each is said."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from app.upgrade.folder.exchange import FolderUpgrade
from app.upgrade.standing import Standing
from app.upgrade.survey import NotUpgraded
from app.wiring import Office
from app.workspace import book_owners
from sheets_templates.builder import owner_name
from sync.backends.folder.backend import FolderBackend
from sync.book import BookRef
from sync.errors import SyncError
from sync.leasing import book_lease
from sync.register import Register, register
from sync.store.base import BookState

Bar = Callable[..., AbstractContextManager[Any]]
LOG = logging.getLogger("tianbao.upgrade")
PATIENCE = 8.0  # seconds to wait for a book that is being synced


class Upgrade(Protocol):
    """How one book is upgraded where it lives."""

    def upgrade(self, ref: BookRef, item: Standing, role: str, dry_run: bool) -> None:
        """`item` says afterwards what became of it. SyncError when nothing did."""


def upgrade_books(
    office: Office, codes: Sequence[str], *, dry_run: bool, bar: Bar, by: str = "command"
) -> list[Standing]:
    """All books, or those named. Each is read first, so that what stands in it is in the store before it changes."""
    way = way_of(office)
    if not dry_run:
        _sync(office, codes)
    found = register(office.parts)
    owners = [(code, role) for code, role in book_owners(office.scheme) if not codes or code in codes]
    result = []
    with bar(len(owners), "升级") as advance:
        for code, role in owners:
            item = Standing(code, owner_name(office.scheme, code))
            result.append(item)
            try:
                _one(office, way, found, item, role, dry_run, by)
            except SyncError as error:
                item.state, item.told = "refused", f"{error}{error.hint}"
            except Exception:
                LOG.exception("upgrade %s", item.book or code)
                item.state, item.told = "refused", "系统内部出错，这本没有升级；详情见日志"
            advance(item.name)
    return result


def way_of(office: Office) -> Upgrade:
    """How the books of this office are changed in place. NotUpgraded where they must not be."""
    if isinstance(office.backend, FolderBackend):
        return FolderUpgrade(office, office.backend)
    from app.spreadsheets.adopt import google_of
    from app.upgrade.google.carry import GoogleUpgrade

    return GoogleUpgrade(office, google_of(office))


def _sync(office: Office, codes: Sequence[str]) -> None:
    from app.service import run_round

    run_round(office, "upgrade", codes, show=True)


def _one(office: Office, way: Upgrade, found: Register, item: Standing, role: str, dry_run: bool, by: str) -> None:
    book_id = f"{office.scheme.id}:{item.code}"
    ref = found.refs.get(book_id)
    book = next((book for book in found.books if book.id == book_id), None)
    _nothing_waits(office, book_id, book)
    if ref is None:
        item.state, item.told = "missing", "没有找到这本表；还没建过的，先运行 tianbao books build"
        return
    item.book = ref.key
    with book_lease(office.parts, book_id, PATIENCE) as lease:
        if lease is None:
            raise NotUpgraded("另一个同步正在处理这本表。", "请稍后再运行。")
        way.upgrade(ref, item, role, dry_run)
    if item.state == "upgraded":
        _record(office, item, by)


def _nothing_waits(office: Office, book_id: str, book: BookState | None) -> None:
    """Nothing a person has still to decide is to be mixed with an upgrade."""
    waiting = [item for item in office.store.decisions(office.scheme.id) if item.book == book_id]
    if waiting or (book is not None and book.held):
        raise NotUpgraded(
            f"这本表有{max(len(waiting), 1)}件事在等待决定。",
            "先用 tianbao decide list 看是什么，决定了再升级。表没有变。",
        )


def _record(office: Office, item: Standing, by: str) -> None:
    data = {
        "unit": item.code, "book": item.book, "from": item.version, "to": office.scheme.version,
        "changes": [list(change) for change in item.changes],
    }  # fmt: skip
    office.store.add_event("upgrade", office.clock.now(), by, data)
    office.store.want([f"{office.scheme.id}:{item.code}"])
