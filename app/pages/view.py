"""What templates may use: times, days, words and colours, the person, the office."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from flask import Flask, current_app, get_flashed_messages, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.english import told
from app.pages.guard import desk, pulse
from app.pages.language import LANGUAGES, chosen
from sync.clock import local, stamp
from validators.messages.statuses_en import GLOSSES_EN

BOOK_STATES = {
    "ok": (_l("正常"), "good"),
    "reading": (_l("正在读取"), "busy"),
    "writing": (_l("正在写回"), "busy"),
    "wanted": (_l("已安排同步"), "busy"),
    "later": (_l("还没读成"), "warn"),
    "pending": (_l("待回写"), "warn"),
    "refused": (_l("不能写回"), "bad"),
    "held": (_l("暂停，等待决定"), "bad"),
    "two_files": (_l("两个文件，等待决定"), "bad"),
    "unreadable": (_l("读不了"), "bad"),
    "lost": (_l("表不见了"), "bad"),
    "missing": (_l("还没有表"), "quiet"),
    "new": (_l("还没有读过"), "quiet"),
    "none": (_l("不填表"), "quiet"),
}
OUTCOMES = {
    "done": (_l("已读取"), "good"),
    "unchanged": (_l("没有变化"), "quiet"),
    "held": (_l("暂停，等待决定"), "bad"),
    "unreadable": (_l("没有读成"), "bad"),
    "failed": (_l("失败"), "bad"),
    "later": (_l("稍后再试"), "warn"),
    "": (_l("未完成"), "quiet"),
}
ANSWERS = {
    "done": (_l("已写回"), "good"),
    "nothing": (_l("无须写回"), "quiet"),
    "postponed": (_l("等待写回"), "warn"),
    "refused": (_l("不能写回"), "bad"),
    "changed": (_l("表又变了，下一轮再读"), "warn"),
    "": ("", "quiet"),
}
TRIGGERS = {
    "poll": _l("自动"), "manual": _l("手动"), "command": _l("命令"), "day": _l("每天"), "nightly": _l("每天"),
    "upload": _l("上传"),
}  # fmt: skip
SEVERITIES = {"必改": "bad", "须说明": "warn", "提示": "busy", "试行": "quiet"}
SEVERITY_WORDS = {"必改": _l("必改"), "须说明": _l("须说明"), "提示": _l("提示"), "试行": _l("试行")}
CLASSES = {
    "overdue": _l("逾期"), "soon": _l("临期"), "ok": _l("正常"), "idle": _l("未启动"), "ended": _l("已终止"),
}  # fmt: skip
ROLES = {
    "admin": _l("管理员"), "commission": _l("发改委"), "department": _l("部门"), "leader": _l("领导"),
    "unit": _l("填报单位"),
}  # fmt: skip


def cause(run: Any) -> str:
    """Why a run or a round was made: the trigger in words, and who asked for it."""
    word = TRIGGERS.get(run.trigger, run.trigger)
    return f"{word}（{run.by}）" if run.by else str(word)


def install_view(app: Flask) -> None:
    """Filters and names for all templates."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(told=told, stamp=_stamp, ago=_ago, tone=_tone, number=_number)
    app.jinja_env.globals.update(
        asset=asset, BOOK_STATES=BOOK_STATES, OUTCOMES=OUTCOMES, ANSWERS=ANSWERS, cause=cause,
        gloss=_gloss, SEVERITY_WORDS=SEVERITY_WORDS, ROLES=ROLES, CLASSES=CLASSES, LANGUAGES=LANGUAGES,
    )  # fmt: skip
    app.context_processor(_common)


def _common() -> dict[str, Any]:
    office = desk().office
    return {
        "office": office,
        "scheme": office.scheme,
        "shared": office.settings.backend == "google",
        "book_url": _book_url,
        "me": current_user,
        "language": chosen(),
        "today": office.clock.today(),
        "now": office.clock.now(),
        "live": desk().live,
        "unit_name": desk().name,
        "flashes": get_flashed_messages(with_categories=True),
        "here": request.full_path.rstrip("?"),
        "version": pulse(),
    }


def _book_url(code: str) -> str:
    """Where a unit's book is opened in the browser; "" where it is a file, or not there yet."""
    url = getattr(desk().office.backend, "url", None)
    key = desk().book(code).key
    return str(url(key)) if url is not None and key else ""


def _stamp(at: float | None, what: str = "") -> str:
    if not at:
        return "—"
    return local(at).strftime(what) if what else stamp(at)


def _ago(at: float | None) -> str:
    """How long ago, in the words one would use."""
    if not at:
        return _("从未")
    seconds = max(desk().office.clock.now() - at, 0)
    if seconds < 60:
        return _("刚刚")
    if seconds < 3600:
        return _("%(n)s分钟前", n=int(seconds // 60))
    if seconds < 86400:
        return _("%(n)s小时前", n=int(seconds // 3600))
    return _("%(n)s天前", n=int(seconds // 86400))


def _tone(severity: str) -> str:
    return SEVERITIES.get(str(severity), "quiet")


def _gloss(code: str) -> str:
    """What a status word means, for those who read English; "" on Chinese pages."""
    return GLOSSES_EN.get(code, "") if chosen() == "en" else ""


def _number(value: int) -> str:
    return f"{value:,}"


def asset(name: str) -> str:
    """Address of a shipped file, with its content in the address, so that caches never show an old one."""
    folder = Path(str(current_app.static_folder))
    return url_for("static", filename=name, v=_digest(folder / name))


@lru_cache(maxsize=64)
def _digest(file: Path) -> str:
    return blake2b(file.read_bytes(), digest_size=4).hexdigest()
