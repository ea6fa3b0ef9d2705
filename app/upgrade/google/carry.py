"""One spreadsheet brought to the new scheme while people may be working in it.

Read, one batch, a look at where everything stood when it took effect (it comes with the answer), then what is found by
its column's mark. When somebody moved columns in between, the book is read anew and the rest is done; what the batch
put on a column that was another by then is set right with it.
"""

from __future__ import annotations

from typing import Any

from app.upgrade.google.keepsake import keepsake
from app.upgrade.google.plan import Earlier, Plan, plan_upgrade
from app.upgrade.standing import Standing, keep_before
from app.upgrade.survey import NotUpgraded
from app.wiring import Office
from sync.backends.google.backend import GoogleBackend
from sync.backends.google.failures import RequestRefused, Unclear
from sync.backends.google.upgrade.layout import LOOK_FIELDS, moved
from sync.backends.google.upgrade.reading import FIELDS, StandingBook, read_standing
from sync.book import BookRef
from sync.clock import local
from sync.errors import BookUnavailable

Json = dict[str, Any]
TRIES = 5  # readings of a book in which people move columns about
_AGAIN = "有一步没有做完，填报人的内容没有动；请再运行一遍 tianbao books upgrade，会接着做完。"
_UNDO = "要撤销：打开那张表格，文件 → 版本记录 → 查看版本记录，选 {time} 以前的一版，恢复；以后填的会一起退回。方案也要换回去。"


class GoogleUpgrade:
    """Implements `app.upgrade.run.Upgrade`."""

    def __init__(self, office: Office, backend: GoogleBackend) -> None:
        self.office, self.backend, self.transport = office, backend, backend.transport
        self._refusal, self._begun = "", local(office.clock.now())
        self.editors = [account.name for account in self.transport.accounts if "@" in account.name]

    def upgrade(self, ref: BookRef, item: Standing, role: str, dry_run: bool) -> None:
        """`item` says afterwards what became of it. SyncError when it was not done, or not to the end."""
        self._must_be_read(item)
        book = self._read(ref, role)
        earlier = Earlier()
        plan = self._plan(book, item, role, earlier)
        item.version, item.changes = book.snapshot.version, plan.changes
        if not plan.needed:
            item.state = "current"
        elif dry_run:
            item.state = "rehearsed"
        else:
            item.backup = str(keep_before(self.office, ref.name.translate(_PLAIN), ".xlsx", keepsake(book)))
            try:
                self._carry_out(ref, item, role, plan, earlier)
            finally:
                self.backend.forget(ref.key)
            item.state, item.undo = "upgraded", _UNDO.format(time=f"{self._begun:%Y-%m-%d %H:%M}")

    def _must_be_read(self, item: Standing) -> None:
        """A book that cannot be synced is put right first."""
        book = self.office.store.book(f"{self.office.scheme.id}:{item.code}")
        if book is None or book.problem or not book.last_ok:
            raise NotUpgraded("这本表还没有同步成功。", "请先运行 tianbao sync，没有问题后再升级。表没有变。")

    def _read(self, ref: BookRef, role: str) -> StandingBook:
        found = self.transport.get_book(ref.key, ref.name, FIELDS)
        return read_standing(ref, self.office.parts.shapes[role], found)

    def _plan(self, book: StandingBook, item: Standing, role: str, earlier: Earlier) -> Plan:
        today = self.office.clock.today()
        return plan_upgrade(self.office.scheme, item.code, role, book, today, self.editors, earlier)

    def _carry_out(self, ref: BookRef, item: Standing, role: str, plan: Plan, earlier: Earlier) -> None:
        """The batch, until it met everything where it was read; then the texts that are found by a column's mark."""
        for attempt in range(TRIES):
            if attempt:
                plan = self._plan(self._read(ref, role), item, role, earlier)
                item.changes += [change for change in plan.changes if change not in item.changes]
            if not plan.needed or self._batch(ref, plan, earlier):
                self._texts(ref, plan)
                return
        raise NotUpgraded(f"{self._refusal or '一直有人在移动表里的列'}。", _AGAIN)

    def _batch(self, ref: BookRef, plan: Plan, earlier: Earlier) -> bool:
        """Whether everything stood where it was read. What it met instead is kept in `earlier`."""
        look = [tab.look for tab in plan.expected]
        try:
            found = self.transport.update_book(
                ref.key, ref.name, plan.requests, repeatable=True, look=look, fields=LOOK_FIELDS
            )
            if again := plan.given_back(found.get("replies", [])):
                self.transport.update_book(ref.key, ref.name, again, repeatable=False, fields="replies")
            self._refusal = ""
        except RequestRefused as error:  # the structure changed, or it was carried out although its answer was lost
            self._refusal = str(error)
            return False
        except (Unclear, BookUnavailable) as error:
            raise NotUpgraded(f"{error}。", _AGAIN) from error
        missed = moved(found, plan.expected)
        for sheet, columns in missed.items():
            before = plan.before.get(sheet, {})
            known = earlier.mended.setdefault(sheet, {})
            for who in filter(None, columns.values()):
                known.setdefault(who, before.get(who))
        return not missed

    def _texts(self, ref: BookRef, plan: Plan) -> None:
        if not plan.texts:
            return
        try:
            self.transport.write_by_filter(ref.key, ref.name, plan.texts)
        except (RequestRefused, BookUnavailable) as error:
            raise NotUpgraded(f"{error}。", _AGAIN) from error


_PLAIN = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))
