"""Errors as pages and as JSON: what happened and what to do. No stack trace reaches a person."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from flask import Flask, g, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError

from app.desk import UnknownBook
from app.english import told
from app.settings import SettingsError
from sync.errors import BookUnavailable, LeaseLost, SyncError

log = logging.getLogger("tianbao.web")


def install_errors(app: Flask) -> None:
    """One door for everything that goes wrong."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SyncError, _sync)
    app.register_error_handler(SettingsError, _settings)
    app.register_error_handler(Exception, _unforeseen)


class Mistaken(BadRequest):
    """A request of which we can say what is wrong with it: one line per mistake, in Chinese."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__()
        self.mistakes = mistakes


def _http(error: HTTPException) -> Any:
    if error.response is not None:
        return error
    what, hint = _words(error)
    return _answer(error.code or 500, what, hint)


def _sync(error: SyncError) -> Any:
    if isinstance(error, UnknownBook):
        code = 404
    else:
        code = 503 if isinstance(error, BookUnavailable | LeaseLost) or error.transient else 409
    return _answer(code, told(str(error)), told(error.hint))


def _settings(error: SettingsError) -> Any:
    return _answer(500, told(str(error)), "")


def _unforeseen(error: Exception) -> Any:
    log.exception("request %s failed: %s %s", g.get("request_number", ""), request.method, request.path)
    what, hint = _words(InternalServerError())
    return _answer(500, what, hint)


def _words(error: HTTPException) -> tuple[str, str]:
    """What to say by status: what happened, what to do."""
    if isinstance(error, CSRFError):
        return _("页面放得太久了，没有提交成功。"), _("请返回刷新页面，再操作一次。")
    if isinstance(error, Mistaken):
        return "；".join(map(told, error.mistakes)), _("请照 /api/v1/openapi.json 里的说明改正。")
    words = {
        400: (_("提交的内容不完整或看不懂。"), _("请返回检查后再试。")),
        401: (_("还没有登录，或登录已过期。"), _("请先登录；程序请带上接口令牌。")),
        403: (_("您没有做这件事的权限。"), _("需要的话，请联系管理员。")),
        404: (_("没有这个页面或这条记录。"), _("可能已经改名或删除，请从总览进入。")),
        405: (_("这个地址不能这样用。"), _("请从页面上的按钮操作。")),
        413: (_("文件太大，最多32MB。"), _("请删去表里多余的图片和空白格式行后再传。")),
        429: (_("试得太频繁了。"), _("请过一分钟再试。忘了口令请联系管理员重设。")),
    }
    code = error.code or 500
    return words.get(code, (_("服务出了意外，没有完成。"), _("请稍后再试；仍不行请把编号告诉管理员。")))


def _answer(code: int, what: str, hint: str) -> Any:
    number = g.get("request_number", "")
    if request.path.startswith(("/api/", "/healthz", "/readyz", "/metrics")):
        return jsonify(error={"status": code, "message": what, "hint": hint, "number": number}), code
    try:
        return render_template("error.html", code=code, what=what, hint=hint, number=number), code
    except Exception:  # the database is away, and with it the person: a page that needs neither
        log.exception("error page of request %s failed", number)
        text = f"<!doctype html><meta charset=utf-8><title>填报</title><p>{escape(what)}<p>{escape(hint)}<p>{number}"
        return text, code
