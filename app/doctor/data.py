"""Checks of what the store and the scheme say: database, scheme, calendar, books, people."""

from __future__ import annotations

from datetime import date

from app.doctor import Check, Checks, Level
from app.people import verify
from app.settings import Settings
from app.wiring import Office
from sheets_templates import catalog
from sync.clock import stamp
from sync.errors import SyncError
from sync.recount import NOT_RECOUNTED, gone_wrong, recount_words
from sync.register import strays_of
from validators.messages import sentence
from validators.scheme.load import digest

DAY = 86400.0


def database(settings: Settings) -> Checks:
    """Reachable, of our age, writable."""
    from sync.store import open_store

    place = settings.database_url.split("@")[-1]
    try:
        store = open_store(settings.database_url, create=False)
        try:
            store.try_writing()
        finally:
            store.close()
    except SyncError as error:
        yield Check("中心库", "bad", f"{place}：{error}", error.hint)
    else:
        yield Check("中心库", "good", f"{place}，版本正确，可写")


def scheme(office: Office) -> Checks:
    """The scheme in use, and whether the program brings a newer one."""
    found = office.scheme
    counts = f"{len(found.units)}个单位，{len(found.tables)}张表，{len(found.rules)}条规则"
    yield Check("方案", "good", f"{found.title} {found.version}：{counts}")
    if found.id in catalog.bundled() and digest(catalog.load(found.id)) != digest(found):
        yield Check("方案", "good", "工作区里的方案和程序自带的不一样", "自己改过的不用管；程序刚升级的，比较后再换。")
    today = office.clock.today()
    if found.ends is not None and found.ends < today:
        yield Check(
            "方案", "warn", f"方案已于{found.ends}到期：各单位的表只看不改，状态定格在{found.counting(today)}",
            "还要收数的，把方案里的 ends（收数到哪天）往后改；新的一年用新的方案。",
        )  # fmt: skip
    elif found.effective_to is not None and found.effective_to < today:
        yield Check("方案", "warn", f"方案已于{found.effective_to}到期", "启用新的方案版本，或延长有效期。")


def calendar(office: Office) -> Checks:
    """Whether the statutory holidays of this year and the next are known."""
    year = office.clock.today().year
    if not office.calendar.known(year):
        yield Check(
            "节假日", "bad", f"没有{year}年的放假安排，工作日暂按周末推算",
            f"把国务院办公厅公布的放假调休写进 {office.settings.calendar_file}（日期,类型）。",
        )  # fmt: skip
    else:
        yield Check("节假日", "good", f"{year}年的放假安排已有")
    if not office.calendar.known(year + 1) and office.clock.today().month >= 11:
        yield Check(
            "节假日", "warn", f"还没有{year + 1}年的放假安排，跨年的期限暂按周末推算",
            f"公布以后升级程序，或写进 {office.settings.calendar_file}。",
        )  # fmt: skip

    if awaited := _awaited_years(office):
        told = "、".join(f"{year}年{count}项" for year, count in sorted(awaited.items()))
        yield Check(
            "节假日", "warn", f"有期限跨到放假安排还没有的年份，暂按周末推算：{told}",
            f"公布以后写进 {office.settings.calendar_file}（或升级程序），系统自动重算，不用重启。",
        )  # fmt: skip


def _awaited_years(office: Office) -> dict[int, int]:
    """Year whose days off are not known → how many statuses were reckoned through it by weekends."""
    found: dict[int, int] = {}
    for item in office.store.judgements(office.scheme.id):
        for status in item.statuses:
            if status.inputs.get("provisional") and status.deadline is not None:
                start = date.fromisoformat(status.inputs["from"]) if status.inputs.get("from") else status.deadline
                for year in range(start.year, status.deadline.year + 1):
                    if not office.calendar.known(year):
                        found[year] = found.get(year, 0) + 1
    return found


def _how_to_get(office: Office) -> str:
    """How books come to be, where there are none yet."""
    if office.settings.backend == "google":
        return "在共享文件夹里建这些名字的空白表格，再运行 tianbao books build。"
    return "发给单位，或从网页下载空表。"


def books(office: Office) -> Checks:
    """Books that are missing, unread, held or wait for their answer; files that are nobody's."""
    names = _names(office)
    try:
        present = {ref.key for ref in office.backend.list()}
    except SyncError as error:
        yield Check("各单位的表", "bad", str(error), error.hint)
        return
    lines = office.store.books(office.scheme.id, layout=False)
    read = [book for book in lines if book.last_ok]
    yield Check("各单位的表", "good", f"登记{len(lines)}本，读过{len(read)}本，文件夹里{len(present)}个文件")
    groups = {
        "不见了": ([b for b in lines if b.key and b.key not in present], "放回文件夹；数据没有丢。"),
        "还没有收到": ([b for b in lines if not b.key], _how_to_get(office)),
        "读不了": ([b for b in lines if b.problem], "看网页上的说明，请单位重新保存后再交。"),
        "等待决定": ([b for b in lines if b.held], "运行 tianbao decide list，或在网页“待决定”里处理。"),
    }
    for what, (found, todo) in groups.items():
        if found:
            shown = "、".join(names.get(book.unit, book.unit) for book in found[:8])
            yield Check("各单位的表", "warn", f"{what}：{shown}{f' 等{len(found)}本' if len(found) > 8 else ''}", todo)
    yield from _pending(office, names)
    if wrong := gone_wrong(office.parts):
        units = {book.id: names.get(book.unit, book.unit) for book in lines}
        yield Check(
            "放假安排", "bad", sentence(NOT_RECOUNTED, recount_words(wrong, lambda book: units.get(book, book)))
        )
    for item in strays_of(office.parts).values():
        if item["problem"]:
            reason = sentence(item["problem"], {"name": item.get("name", "")})
            yield Check("不认识的文件", "warn", reason, "移走，或换成下发的表。")


def _names(office: Office) -> dict[str, str]:
    """Code → name of whoever fills a book."""
    leads = [item.name for item in office.scheme.departments if item.commission]
    found = {"commission": leads[0] if leads else "主管部门"}
    found |= {item.code: item.name for item in office.scheme.departments}
    return found | {item.code: item.name for item in office.scheme.units}


def _pending(office: Office, names: dict[str, str]) -> Checks:
    now = office.clock.now()
    for book in office.store.books(office.scheme.id, layout=False):
        if book.refused:
            yield Check(
                "不能写回", "warn", f"{names.get(book.unit, book.unit)}：{book.pending}（从{stamp(book.pending_since)}起）",
                "内容照常读取，答复见网页。请单位按上面说的改好、保存，系统会自动重试；"
                "改了系统设置的，在网页上点“重新同步”。",
            )  # fmt: skip
        elif book.pending:
            waits = now - book.pending_since > DAY
            yield Check(
                "待回写", "warn" if waits else "good",
                f"{names.get(book.unit, book.unit)}：{book.pending}（从{stamp(book.pending_since)}起）",
                "已等了一天以上：请对方关闭文件；确认无人使用的，删去打开标记。" if waits else "",
            )  # fmt: skip


def history(office: Office) -> Checks:
    """The chain of revisions of every book: nobody changed the past behind our back."""
    broken = [
        book.unit
        for book in office.store.books(office.scheme.id, layout=False)
        if not office.store.verify_chain(book.id)
    ]
    if broken:
        yield Check("改动历史", "bad", f"校验链不完整：{'、'.join(broken)}", "有人改过数据库；用备份核对后再用。")
    else:
        yield Check("改动历史", "good", "校验链完整")


def people(office: Office) -> Checks:
    """Whether somebody can sign in, and nobody with a password that everybody knows."""
    users = office.store.users()
    admins = [user for user in users if user["role"] == "admin" and user.get("active", True)]
    if not admins:
        yield Check("用户", "bad", "没有可用的管理员", "运行 tianbao user add admin --role admin")
    else:
        yield Check("用户", "good", f"{len(users)}个用户，其中管理员{len(admins)}个")
    if verify(office, "admin", "tianbao-demo"):
        level: Level = "good" if office.settings.host in ("127.0.0.1", "localhost", "::1") else "bad"
        yield Check(
            "用户", level, "admin 用的是演示口令", "只在本机演示时可以；正式使用先运行 tianbao user password admin"
        )


def rounds(office: Office) -> Checks:
    """When something was last synced, and whether the day's pass was done."""
    last = office.store.runs(office.scheme.id, limit=1)
    when = stamp(last[0].started) if last else "从未"
    yield Check(
        "同步", "good" if last else "warn", f"最近一次：{when}", "" if last else "运行 tianbao serve 或 tianbao sync。"
    )
    done = office.store.setting(f"day:{office.scheme.id}")
    if done and (office.clock.today().toordinal() - _ordinal(done)) > 1:
        yield Check("每天的判断", "warn", f"最近一次是{done}", "服务停过；启动后会自动补上。")


def nightly_backup(office: Office) -> Checks:
    """Why the last nightly backup was not made."""
    from app.backup.make import BACKUP_FAILED

    if told := office.store.setting(f"{BACKUP_FAILED}:{office.scheme.id}"):
        yield Check(
            "整份备份", "bad", f"上一次自动备份没有做成：{told}", "照上面说的改好，然后运行一次 tianbao backup。"
        )


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
