"""审计: who did what and when, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.english import told
from app.pages import pages
from app.pages.guard import desk, needs
from app.pages.sessions import SCOPE_WORDS
from app.pages.view import ROLES
from app.queries.decisions import key_of
from sync.decide import WORDS as DECISIONS

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
    "scheme_published": _l("改方案"),
    "scheme_loaded": _l("换上新方案"),
    "calendar_loaded": _l("换上新的放假安排"),
    "import": _l("导入台账"),
    "upgrade": _l("升级表"),
}
WORDS = {
    "name": _l("用户名"),
    "from": _l("来自"),
    "role": _l("角色"),
    "id": _l("编号"),
    "scopes": _l("能做什么"),
    "version": _l("版本"),
    "ledger": _l("台账"),
    "book": _l("表"),
    "rows": _l("行"),
    "to": _l("改为"),
    "changes": _l("改动"),
    "note": _l("说明"),
    "books": _l("表"),
    "unit": _l("单位"),
    "file": _l("文件"),
    "receipt": _l("受理回执"),
    "outcome": _l("结果"),
    "kind": _l("事项"),
    "accept": _l("决定"),
    "rule": _l("规则"),
    "period": _l("期次"),
    "record": _l("项目编号"),
    "since": _l("起"),
    "until": _l("止"),
    "rules": _l("规则"),
    "number": _l("个数"),
}
OUTCOMES = {"taken": _l("已放进文件夹"), "same": _l("没有改动"), "beside": _l("另存，等待决定")}
SYSTEM = ("scheme_loaded", "calendar_loaded")
HIDDEN = ("digest", "receipt")
MOST = 1000


class Detail(NamedTuple):
    """One thing about an event, in words."""

    label: Any
    text: Any
    link: str = ""


@pages.get("/audit")
@needs("audit")
def audit() -> Any:
    """The last events, of one kind or all."""
    kind = request.args.get("kind", "")
    found = desk().office.store.events(limit=MOST)
    lines = [
        {"at": item["at"], "who": _who(item), "what": EVENTS.get(item["kind"], item["kind"]), "details": list(_details(item))}
        for item in [item for item in found if kind in ("", item["kind"])][:200]
    ]  # fmt: skip
    return render_template("audit.html", lines=lines, kind=kind, kinds=EVENTS)


def _who(item: Mapping[str, Any]) -> Any:
    actor, kind = item["actor"], item["kind"]
    if actor and actor != "command":
        return actor
    return "—" if kind == "sign_in_failed" else _("系统") if kind in SYSTEM else _("命令行")


def _details(item: Mapping[str, Any]) -> Iterator[Detail]:
    """What is kept of an event, with names for codes; what a decision was about leads to it."""
    data = dict(item["data"])
    if item["kind"] == "decision":
        yield _matter(data.pop("id", ""))
        data["kind"] = told(DECISIONS.get(data.get("kind", ""), (data.get("kind", ""),))[0])
    if "receipt" in data:
        yield Detail(WORDS["receipt"], data["receipt"], url_for("pages.receipt_page", number=data["receipt"]))
    yield from (
        Detail(WORDS.get(name, name), SAYS.get(name, _plain)(value))
        for name, value in data.items()
        if name not in HIDDEN and value not in ("", [], None)
    )


def _matter(decision: str) -> Detail:
    found = desk().office.store.decision(decision)
    if found is None:  # an answer that waits has no decision of its own
        return Detail(WORDS["unit"], _unit(decision.rpartition(":")[2]))
    subject = str(found.data.get("name") or found.subject)
    unit = _unit(found.book.partition(":")[2])
    return Detail(unit, subject, url_for("pages.decision", key=key_of(decision)))


def _unit(code: str) -> str:
    return desk().name(code) or code


def _units(codes: Any) -> Any:
    return _("全部") if codes == "all" else "、".join(map(_unit, codes))


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "、".join(map(str, value)) if isinstance(value, list) else value


SAYS: dict[str, Callable[[Any], Any]] = {
    "role": lambda value: ROLES.get(value, value),
    "unit": _unit,
    "books": _units,
    "accept": lambda value: _("采用") if value else _("否决"),
    "scopes": lambda value: "、".join(str(SCOPE_WORDS.get(scope, scope)) for scope in value),
    "outcome": lambda value: OUTCOMES.get(value, value),
    "changes": lambda value: "；".join(" ".join(map(str, change)) for change in value),
}
