"""One spreadsheet looked over: our tab, our columns, protection, language and time zone, as one read tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.doctor import Level
from app.spreadsheets.adopt import google_of
from app.wiring import Office
from sheets_templates.gsheet import LOCALE, ZONE
from sync.backends.google.colours import GONE, formula_of
from sync.backends.google.grid import FIELDS
from sync.backends.google.reading import read_answer
from sync.backends.google.seen import Seen
from sync.book import BookRef, Snapshot
from sync.errors import SyncError
from sync.store.base import BookState
from validators.sheet_formulas import KEY, STATUS_TAB

Json = dict[str, Any]
Finding = tuple[Level, str, str]  # level, message, what to do

GUARDS = "protectedRanges(range,description,warningOnly,requestingUserCanEdit,editors(users))"
WHOLE = FIELDS.replace("sheets(", f"sheets({GUARDS},conditionalFormats,", 1).replace(
    ",data(", ",data(columnMetadata(hiddenByUser),", 1
)
UNDONE = "下一次同步自动补建在最右边，颜色标记也补上。"
TAB_UNDONE = "下一次同步自动补建，各行的答复随后写回。"


@dataclass(slots=True)
class Health:
    """What is to be said of a book; nothing when all is well."""

    findings: list[Finding] = field(default_factory=list)

    def say(self, level: Level, message: str, todo: str) -> None:
        self.findings.append((level, message, todo))


def examine_book(office: Office, book: BookState, name: str) -> Health:
    """Read a book once and look it over."""
    health = Health()
    shape = office.parts.shapes[book.role]
    ref = BookRef(book.key, name)
    try:
        answer = google_of(office).transport.get_book(book.key, name, WHOLE)
    except SyncError as error:
        health.say("bad", str(error), error.hint)
        return health
    snapshot, seen = read_answer(ref, shape, answer, None)
    if not seen.ours:
        health.say("bad", "不是本方案的表，或者系统的隐藏页 _tianbao 被删了，认不出来",
                   "点“文件 → 版本记录 → 查看版本记录”，恢复到删除以前；或另建空白表格再运行 tianbao books build。")  # fmt: skip
        return health
    sheets = {str(sheet["properties"]["title"]): sheet for sheet in answer.get("sheets", ())}
    _columns(health, snapshot, seen, sheets)
    _dead_rules(health, snapshot, seen, sheets)
    _guards(health, snapshot, sheets)
    _place(health, seen)
    return health


def _columns(health: Health, snapshot: Snapshot, seen: Seen, sheets: dict[str, Json]) -> None:
    if seen.status is None:
        health.say("bad", f"系统的答复页 {STATUS_TAB} 被删了，各行只显示待同步或错误", TAB_UNDONE)
    if seen.todo is None:
        health.say("warn", "“待改清单”被删了", "要改的地方仍写在各行的“校验结果”里；想找回来，用“版本记录”恢复。")
    for lost in seen.lost:
        titles = "”“".join(title for _, title in lost.answers)
        health.say("bad", f"“{lost.title}”里系统的列“{titles}”被删了", UNDONE)
    if seen.repairs and not seen.lost and seen.status is not None:
        health.say(
            "warn", "系统答复列的公式被动过，或者列里被打了字", "下一次同步自动写好；请提醒填报人不要在灰色列里打字。"
        )
    for tab in snapshot.tabs:
        lines = [line for block in sheets[tab.title].get("data", ()) for line in block.get("columnMetadata", ())]
        at = tab.answer_columns.get(KEY, 0)
        if at and at <= len(lines) and not lines[at - 1].get("hiddenByUser"):
            health.say(
                "warn",
                f"“{tab.title}”里隐藏的内容标识列露出来了（第{at}列）",
                "在列标上点右键，选“隐藏列”，免得有人动它。",
            )


def _dead_rules(health: Health, snapshot: Snapshot, seen: Seen, sheets: dict[str, Json]) -> None:
    """Conditional formats that looked at a column which is gone. Only a person can take them away safely (`colours.py`);
    while the column is missing, its coming back is what matters."""
    waiting = {lost.title for lost in seen.lost}
    for tab in snapshot.tabs:
        rules = sheets[tab.title].get("conditionalFormats", ())
        dead = sum(GONE in formula_of(rule) for rule in rules)
        if dead and tab.title not in waiting:
            health.say("warn", f"“{tab.title}”里有{dead}条颜色规则已失效（公式里有 {GONE}），不影响答复",
                       f"点“格式 → 条件格式”，把公式里有 {GONE} 的各条删去（点右边的垃圾桶）；"
                       "不删的，下次运行 tianbao books upgrade 升级这张表时清掉。")  # fmt: skip


def _guards(health: Health, snapshot: Snapshot, sheets: dict[str, Json]) -> None:
    """The tab of answers is ours alone to write; no data row is anybody's."""
    status = sheets.get(STATUS_TAB)
    if status is not None:
        guards = [item for item in status.get("protectedRanges", ()) if not item.get("warningOnly")]
        if any(not item.get("requestingUserCanEdit") for item in guards):
            health.say("bad", f"{STATUS_TAB} 被保护起来，系统写不进去",
                       "点“数据 → 保护工作表和范围”，选这一条，点“设置权限”，勾上系统的账号。")  # fmt: skip
        elif not guards:
            health.say("warn", f"{STATUS_TAB} 没有保护，别人能改系统的答复",
                       f"点“数据 → 保护工作表和范围 → 添加”，选工作表 {STATUS_TAB}，只留系统的账号。")  # fmt: skip
    for tab in snapshot.tabs:
        for item in sheets[tab.title].get("protectedRanges", ()):
            bottom = item.get("range", {}).get("endRowIndex")
            if not item.get("warningOnly") and (bottom is None or bottom > tab.header_row):
                health.say("warn", f"“{tab.title}”的数据行被保护了（{item.get('description') or '没有说明'}），排序、删行会失败",
                           "点“数据 → 保护工作表和范围”，删去这一条；要保护只保护表头。")  # fmt: skip


def _place(health: Health, seen: Seen) -> None:
    if seen.locale != LOCALE or seen.zone != ZONE:
        health.say("warn", f"语言区域是 {seen.locale or '未知'}，时区是 {seen.zone or '未知'}，日期可能认错",
                   "点“文件 → 设置”，语言区域选“中国”，时区选“北京”（GMT+08:00）。")  # fmt: skip
