"""One spreadsheet brought to the new scheme while people may be working in it.

Read; marks for columns and headers that have none; one batch that does everything or nothing, and nothing when another
has answered meanwhile, or a column or a header is no longer where it was read. Then the book is read anew and it is tried
again, a few times. A process may end anywhere: the book is of the old version or of the new one, never between.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from app.upgrade.google.keepsake import keepsake
from app.upgrade.google.plan import Plan, plan_upgrade
from app.upgrade.standing import Standing, keep_before
from app.upgrade.survey import NotUpgraded
from app.wiring import Office
from sync.backends.google.backend import GoogleBackend
from sync.backends.google.failures import RequestRefused, Unclear
from sync.backends.google.status import turn
from sync.backends.google.upgrade.holding import LOOK_FIELDS, all_met
from sync.backends.google.upgrade.reading import FIELDS, StandingBook, read_standing
from sync.book import BookRef
from sync.clock import local
from sync.errors import BookUnavailable

Json = dict[str, Any]
TRIES = 5  # readings of a book in which people move rows and columns about
_MOVING = "没有升级：写入以前表里的行列一直在动，试了{tries}次。"
_REFUSED = "没有升级，试了{tries}次：{why}。"
_LATER = "表没有变，填报人的内容没有动；请在没有人插行、移列的时候再运行一遍 tianbao books upgrade --unit {code}。"
_AGAIN = "不知道写进去没有：要么全写了，要么没有动；请再运行一遍 tianbao books upgrade，没有写的会做完。"
_LOST_FORMAT = "升级已经做完；有人恰好这时加的一条条件格式被换掉了，没能还回去，请看那张表格的版本记录。"
_UNDO = "要撤销：打开那张表格，文件 → 版本记录 → 查看版本记录，选 {time} 以前的一版，恢复；以后填的会一起退回。方案也要换回去。"


class GoogleUpgrade:
    """Implements `app.upgrade.run.Upgrade`."""

    def __init__(self, office: Office, backend: GoogleBackend) -> None:
        self.office, self.backend, self.transport = office, backend, backend.transport
        self._begun = local(office.clock.now())
        self.editors = [account.name for account in self.transport.accounts if "@" in account.name]

    def upgrade(self, ref: BookRef, item: Standing, role: str, dry_run: bool) -> None:
        """`item` says afterwards what became of it. SyncError when it was not done, or not to the end."""
        self._must_be_read(item)
        book = self._read(ref, role)
        plan = self._plan(book, item, role)
        item.version, item.changes = book.snapshot.version, plan.changes
        if not plan.needed:
            item.state = "current"
        elif dry_run:
            item.state = "rehearsed"
        else:
            item.backup = str(keep_before(self.office, ref.name.translate(_PLAIN), ".xlsx", keepsake(book.ledger)))
            try:
                self._carry_out(ref, item, role, book, plan)
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

    def _plan(self, book: StandingBook, item: Standing, role: str) -> Plan:
        today = self.office.clock.today()
        return plan_upgrade(self.office.scheme, item.code, role, book, today, self.editors)

    def _carry_out(self, ref: BookRef, item: Standing, role: str, book: StandingBook, plan: Plan) -> None:
        """Until it met everything where it was read."""
        refusal = ""
        for attempt in range(TRIES):
            if attempt:
                book = self._read(ref, role)
                plan = self._plan(book, item, role)
                item.changes += [change for change in plan.changes if change not in item.changes]
            if not plan.needed:
                return
            try:
                if self._mark(ref, book, plan):
                    self._write(ref, book, plan)
                    return
                refusal = ""
            except RequestRefused as error:  # something moved, or it was carried out although its answer was lost
                refusal = str(error)
            except (Unclear, BookUnavailable) as error:
                raise NotUpgraded(f"{error}。", _AGAIN) from error
        told = _REFUSED if refusal else _MOVING
        raise NotUpgraded(told.format(tries=TRIES, why=refusal), _LATER.format(code=item.code))

    def _mark(self, ref: BookRef, book: StandingBook, plan: Plan) -> bool:
        """Marks for what has none yet; whether all of it stands where it was read."""
        missing = plan.missing()
        if not missing:
            return True
        requests = [*turn(book.seen.generation), *missing]
        look = [text for tab in plan.tabs for text in tab.looks]
        found = self.transport.update_book(ref.key, ref.name, requests, repeatable=True, look=look, fields=LOOK_FIELDS)
        book.seen.generation += 1
        return all_met(found, plan.tabs)

    def _write(self, ref: BookRef, book: StandingBook, plan: Plan) -> None:
        guards = [*turn(book.seen.generation), *plan.guards()]
        requests = [*guards, *plan.requests]
        found = self.transport.update_book(ref.key, ref.name, requests, repeatable=True, fields="replies")
        if again := plan.given_back(found.get("replies", [])[len(guards) :]):
            self._give_back(ref, again)

    def _give_back(self, ref: BookRef, requests: list[Json]) -> None:
        """Conditional formats can be named by number alone; where the tab itself is gone by now, so is the format."""
        try:
            with suppress(RequestRefused):
                self.transport.update_book(ref.key, ref.name, requests, repeatable=False, fields="replies")
        except (Unclear, BookUnavailable) as error:
            raise NotUpgraded(f"{error}。", _LOST_FORMAT) from error


_PLAIN = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))
