"""One file of a folder brought to the new scheme: what is in the way, the backup, the exchange."""

from __future__ import annotations

from pathlib import Path

from app.upgrade.folder.plan import plan_upgrade
from app.upgrade.standing import Standing, keep_before
from app.upgrade.survey import NotUpgraded
from app.wiring import Office
from sync.backends.folder.backend import FolderBackend
from sync.backends.folder.names import is_legacy
from sync.book import BookRef

_UNDO = "要撤销：关闭表，把 {folder} 里的文件改回原名、放回表的文件夹。"


class FolderUpgrade:
    """Implements `app.upgrade.run.Upgrade`."""

    def __init__(self, office: Office, backend: FolderBackend) -> None:
        if office.settings.feedback:
            raise NotUpgraded(
                "这个工作区设了 feedback = true，系统不写进各单位的表，没有升级。",
                "请先收回各单位的表，暂时把 feedback 改成 false，升级后再下发。",
            )
        self.office, self.backend = office, backend

    def upgrade(self, ref: BookRef, item: Standing, role: str, dry_run: bool) -> None:
        """`item` says afterwards what became of it. NotUpgraded when nothing did."""
        if is_legacy(ref.name):
            raise NotUpgraded("不是 .xlsx，不能升级。", "请用 WPS 或 Excel 另存为 .xlsx 后再运行。")
        if sign := self.backend.busy(ref):
            raise NotUpgraded(f"{sign}，这次没有升级。", "关闭以后再运行。")
        data = self.backend.content(ref)
        planned = plan_upgrade(self.office, self.backend, data, ref.name, item.code, role)
        item.version, item.changes = planned.version, planned.done.changes
        if not planned.done.data:
            item.state = "current"
        elif dry_run:
            item.state = "rehearsed"
        else:
            self._put(ref, item, role, data, planned.done.data)

    def _put(self, ref: BookRef, item: Standing, role: str, data: bytes, new: bytes) -> None:
        fingerprint = self.backend.inspect(data, self.office.parts.shapes[role], ref.name).fingerprint
        self._must_be_read(f"{self.office.scheme.id}:{item.code}", fingerprint)
        name = Path(ref.key)
        backup = keep_before(self.office, name.stem, name.suffix, data)
        if reason := self._exchange(ref, new, fingerprint):
            backup.unlink(missing_ok=True)
            raise NotUpgraded(f"{reason}，没有升级。", "请稍后再运行。表没有变。")
        item.state, item.backup, item.undo = "upgraded", str(backup), _UNDO.format(folder=backup.parent)

    def _must_be_read(self, book_id: str, fingerprint: str) -> None:
        """What is changed was read and accepted just before, to the byte."""
        book = self.office.store.book(book_id)
        if book is None or book.problem or not book.last_ok or book.fingerprint != fingerprint:
            raise NotUpgraded("这本表现在的内容还没有同步进来。", "请先运行 tianbao sync，没有问题后再升级。表没有变。")

    def _exchange(self, ref: BookRef, new: bytes, expected: str) -> str:
        """Put the new version in place; "" when done, else why not."""
        from app.ledger.target import rest

        outcome = self.backend.fill(ref, new, expected)
        if outcome.kind == "postponed" and not self.backend.busy(ref):
            rest(self.office, ref)
            outcome = self.backend.fill(ref, new, expected)
        return "" if outcome.kind == "done" else outcome.reason or "没有写成"
