"""填报任务: who owes what, what was ruled, and 催办 texts to be copied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.english import told
from app.pages import pages
from app.pages.guard import desk, must_act, needs, person, sight
from app.queries.duties import closing_lines, duty_lines, periods_of, ruling_lines
from app.remind import reminders
from sync import rulings as act
from sync.errors import SyncError
from sync.store.owed import Ruling

MOST = 300
FIRST = {"missing": 0, "soon": 1, "not_due": 2}
STATES = ("missing", "soon", "reported", "late")


@pages.get("/obligations")
@needs("read")
def obligations() -> Any:
    """Duties of units, newest period first; the commission can rule on them."""
    form = request.args
    unit, period, state = form.get("unit", ""), form.get("period", ""), form.get("state", "")
    if state not in STATES:
        state = ""
    every = duty_lines(desk(), sight(), unit=unit, records=False)
    lines = duty_lines(desk(), sight(), unit=unit, period=period, state=state, records=False)
    if not state:
        lines.sort(key=lambda line: FIRST.get(line.code, len(FIRST)))  # what is to be done stands first
    return render_template(
        "obligations.html", lines=lines[:MOST], total=len(lines), periods=periods_of(every), unit=unit, period=period,
        state=state, rulings=ruling_lines(desk(), sight())[:MOST], closings=closing_lines(desk()),
    )  # fmt: skip


@pages.get("/obligations/remind")
@needs("decide")
def remind_page() -> Any:
    """催办 texts, each with a button that copies it."""
    form = request.args
    unit, period, only = form.get("unit", ""), form.get("period", ""), form.get("only", "")
    if only not in ("", "overdue", "soon"):
        only = ""
    lines = reminders(desk(), unit=unit, period=period, only=only)
    periods = periods_of(duty_lines(desk(), sight(), state="open", records=False))
    return render_template("remind.html", lines=lines, unit=unit, period=period, only=only, periods=periods)


@pages.post("/obligations/extend")
@needs("decide")
def extend_duty() -> Any:
    """More time."""
    form = request.form
    until = _day(form.get("until", ""))
    if until is None:
        return _refused(_("请写明延到哪一天。"))
    return _done(
        lambda: act.extend(
            desk().office.parts, _debtor(form.get("unit", "")), form.get("rule", ""), form.get("period", ""), until,
            by=person().display, why=form.get("why", "")[:500],
        )
    )  # fmt: skip


@pages.post("/obligations/exempt")
@needs("decide")
def exempt_duty() -> Any:
    """Nothing owed."""
    form = request.form
    return _done(
        lambda: act.exempt(
            desk().office.parts, _debtor(form.get("unit", "")), form.get("rule", ""), form.get("period", ""),
            by=person().display, why=form.get("why", "")[:500],
        )
    )  # fmt: skip


@pages.post("/obligations/nil")
@needs("upload")
def nil_duty() -> Any:
    """Nothing to report."""
    form = request.form
    unit = form.get("unit", "")
    must_act(unit)
    parts = desk().office.parts
    code = _debtor(unit)
    return _done(
        lambda: act.declare_nil(parts, code, form.get("rule", ""), form.get("period", ""), by=person().display)
    )


@pages.post("/obligations/rulings/<ruling_id>/withdraw")
@needs("decide")
def withdraw_ruling(ruling_id: str) -> Any:
    """Taken back; the line stays."""
    why = request.form.get("why", "")[:500]
    return _done(lambda: act.withdraw(desk().office.parts, ruling_id, by=person().display, why=why))


def _debtor(unit: str) -> str:
    """The code under which somebody owes: the department that runs a scheme fills the book `commission`."""
    if unit != "commission":
        return unit
    return next((item.code for item in desk().office.scheme.departments if item.commission), unit)


def _done(work: Callable[[], Ruling]) -> Response:
    try:
        kept = work()
    except SyncError as error:
        return _refused(f"{told(str(error))} {told(error.hint)}")
    desk().live.bump()
    desk().wake()
    flash(_("已办：%(told)s", told=told(act.KINDS[kept.kind])), "good")
    return _back()


def _refused(why: str) -> Response:
    flash(why, "bad")
    return _back()


def _back() -> Response:
    """To the list as it was looked at."""
    form = request.form
    query = {name: form.get(f"at_{name}") or None for name in ("unit", "period", "state")}
    return redirect(url_for("pages.obligations", **query))  # type: ignore[arg-type]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
