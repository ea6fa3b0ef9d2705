"""The books of an office brought to its scheme, one after the other: what is in the way, the exchange, the backup."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.upgrade.plan import plan_upgrade
from app.upgrade.survey import NotUpgraded
from app.wiring import Office
from app.workspace import book_owners
from sheets_templates.builder import owner_name
from sync.backends.folder.backend import FolderBackend
from sync.backends.folder.names import is_legacy
from sync.backends.folder.upgrade.spec import Change
from sync.book import BookRef
from sync.clock import local
from sync.errors import SyncError
from sync.leasing import book_lease
from sync.register import Register, register
from sync.store.base import BookState

Bar = Callable[..., AbstractContextManager[Any]]
LOG = logging.getLogger("tianbao.upgrade")
PATIENCE = 8.0  # seconds to wait for a book that is being synced


@dataclass(slots=True)
class Standing:
    """What became of one book. `state`: upgraded, rehearsed, current, missing, refused."""

    code: str
    name: str
    state: str = ""
    book: str = ""
    version: str = ""
    told: str = ""
    backup: str = ""
    changes: list[Change] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return self.state in ("upgraded", "rehearsed", "current")


def upgrade_books(office: Office, codes: Sequence[str], *, dry_run: bool, bar: Bar) -> list[Standing]:
    """All books, or those named. Each is read first, so that what stands in it is in the store before it changes."""
    backend = folder_of(office)
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
                _one(office, backend, found, item, role, dry_run)
            except SyncError as error:
                item.state, item.told = "refused", f"{error}{error.hint if isinstance(error, NotUpgraded) else ''}"
            except Exception:
                LOG.exception("upgrade %s", item.book or code)
                item.state, item.told = "refused", "系统内部出错，这本没有升级，表没有变；详情见日志"
            advance(item.name)
    return result


def folder_of(office: Office) -> FolderBackend:
    """The folder whose books may be changed in place. NotUpgraded elsewhere, with what people can do there."""
    if not isinstance(office.backend, FolderBackend):
        raise NotUpgraded(
            "books upgrade 只升级文件夹里的 .xlsx；Google 表格里的表一格也没有改，新加的栏目、工作表、下拉和填报说明都要自己补。",
            "新加的栏：在表的右边空列写上列名，下次同步按列名认出。新加的工作表：请联系管理员用新建的表格分发。",
        )
    if office.settings.feedback:
        raise NotUpgraded(
            "这个工作区设了 feedback = true，系统不写进各单位的表，没有升级。",
            "请先收回各单位的表，暂时把 feedback 改成 false，升级后再下发。",
        )
    return office.backend


def _sync(office: Office, codes: Sequence[str]) -> None:
    from app.service import run_round

    run_round(office, "upgrade", codes, show=True)


def _one(office: Office, backend: FolderBackend, found: Register, item: Standing, role: str, dry_run: bool) -> None:
    book_id = f"{office.scheme.id}:{item.code}"
    ref = found.refs.get(book_id)
    book = next((book for book in found.books if book.id == book_id), None)
    _nothing_waits(office, book_id, book)
    if ref is None:
        item.state, item.told = "missing", "没有找到这本表"
        return
    item.book = ref.key
    with book_lease(office.parts, book_id, PATIENCE) as lease:
        if lease is None:
            raise NotUpgraded("另一个同步正在处理这本表。", "请稍后再运行。")
        _upgrade(office, backend, ref, item, role, dry_run)


def _nothing_waits(office: Office, book_id: str, book: BookState | None) -> None:
    """Nothing a person has still to decide is to be mixed with an upgrade."""
    waiting = [item for item in office.store.decisions(office.scheme.id) if item.book == book_id]
    if waiting or (book is not None and book.held):
        raise NotUpgraded(
            f"这本表有{max(len(waiting), 1)}件事在等待决定。",
            "先用 tianbao decide list 看是什么，决定了再升级。表没有变。",
        )


def _upgrade(office: Office, backend: FolderBackend, ref: BookRef, item: Standing, role: str, dry_run: bool) -> None:
    if is_legacy(ref.name):
        raise NotUpgraded("不是 .xlsx，不能升级。", "请用 WPS 或 Excel 另存为 .xlsx 后再运行。")
    if sign := backend.busy(ref):
        raise NotUpgraded(f"{sign}，这次没有升级。", "关闭以后再运行。")
    data = backend.content(ref)
    planned = plan_upgrade(office, backend, data, ref.name, item.code, role)
    item.version, item.changes = planned.version, planned.done.changes
    if not planned.done.data:
        item.state = "current"
        return
    if dry_run:
        item.state = "rehearsed"
        return
    fingerprint = backend.inspect(data, office.parts.shapes[role], ref.name).fingerprint
    _must_be_read(office, f"{office.scheme.id}:{item.code}", fingerprint)
    backup = _backup(office, ref, data)
    reason = _exchange(office, backend, ref, planned.done.data, fingerprint)
    if reason:
        backup.unlink(missing_ok=True)
        raise NotUpgraded(f"{reason}，没有升级。", "请稍后再运行。表没有变。")
    item.state, item.backup = "upgraded", str(backup)
    _record(office, item)


def _must_be_read(office: Office, book_id: str, fingerprint: str) -> None:
    """What is changed was read and accepted just before, to the byte."""
    book = office.store.book(book_id)
    if book is None or book.problem or not book.last_ok or book.fingerprint != fingerprint:
        raise NotUpgraded("这本表现在的内容还没有同步进来。", "请先运行 tianbao sync，没有问题后再升级。表没有变。")


def _exchange(office: Office, backend: FolderBackend, ref: BookRef, new: bytes, expected: str) -> str:
    """Put the new version in place; "" when done, else why not."""
    from app.ledger.target import rest

    outcome = backend.fill(ref, new, expected)
    if outcome.kind == "postponed" and not backend.busy(ref):
        rest(office, ref)
        outcome = backend.fill(ref, new, expected)
    return "" if outcome.kind == "done" else outcome.reason or "没有写成"


def _backup(office: Office, ref: BookRef, data: bytes) -> Path:
    """The book before, under a name that a person finds."""
    folder = office.settings.path("backups") / "升级前"
    folder.mkdir(parents=True, exist_ok=True)
    name = Path(ref.key)
    at = local(office.clock.now()).strftime("%Y%m%d-%H%M%S")
    path = folder / f"{name.stem}_{at}{name.suffix}"
    path.write_bytes(data)
    return path


def _record(office: Office, item: Standing) -> None:
    data = {
        "unit": item.code, "book": item.book, "from": item.version, "to": office.scheme.version,
        "changes": [list(change) for change in item.changes],
    }  # fmt: skip
    office.store.add_event("upgrade", office.clock.now(), "command", data)
    office.store.want([f"{office.scheme.id}:{item.code}"])
