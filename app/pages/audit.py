"""审计: who did what and when, newest first."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext as _l

from app.pages import pages
from app.pages.guard import desk, needs

EVENTS = {
    "signed_in": _l("登录"),
    "sign_in_failed": _l("登录失败"),
    "user_added": _l("新增用户"),
    "user_disabled": _l("停用用户"),
    "user_enabled": _l("启用用户"),
    "password_changed": _l("改口令"),
    "token_made": _l("新建接口令牌"),
    "token_revoked": _l("停用接口令牌"),
    "resync": _l("要求同步"),
    "upload": _l("上传"),
    "decision": _l("决定"),
    "extension": _l("延期"),
    "exemption": _l("免报"),
    "nil": _l("零报告"),
    "ruling_withdrawn": _l("撤销延期、免报或零报告"),
    "period_closed": _l("关账"),
    "bulletin": _l("出通报"),
    "scheme_loaded": _l("换上新方案"),
    "calendar_loaded": _l("换上新的放假安排"),
}
WORDS = {
    "name": _l("用户名"),
    "from": _l("来自"),
    "role": _l("角色"),
    "id": _l("编号"),
    "note": _l("说明"),
    "books": _l("表"),
    "unit": _l("单位"),
    "file": _l("文件"),
    "receipt": _l("受理回执"),
    "outcome": _l("结果"),
    "kind": _l("事项"),
    "accept": _l("采用"),
    "rule": _l("规则"),
    "period": _l("期次"),
    "record": _l("项目编号"),
    "since": _l("起"),
    "until": _l("止"),
    "rules": _l("规则"),
    "number": _l("个数"),
}
MOST = 1000


@pages.get("/audit")
@needs("audit")
def audit() -> Any:
    """The last events, of one kind or all."""
    kind = request.args.get("kind", "")
    found = desk().office.store.events(limit=MOST)
    lines = [item for item in found if kind in ("", item["kind"])][:200]
    return render_template("audit.html", lines=lines, kind=kind, kinds=EVENTS, words=WORDS)
