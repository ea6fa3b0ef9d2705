"""Matters that wait for a person: a list, and each with what applying and rejecting would do."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.english import told
from app.pages import pages
from app.pages.guard import desk, must_see_whole, needs, person, sight
from app.queries.decisions import decision_by_key, decision_lines
from sync.decide import decide as settle
from sync.errors import SyncError


@pages.get("/decisions")
@needs("read")
def decisions() -> Any:
    """What waits, and what was decided lately."""
    closed = request.args.get("closed") == "1"
    lines = decision_lines(desk(), sight(), closed=closed)
    return render_template("decisions.html", lines=lines, closed=closed)


@pages.get("/decisions/<key>")
@needs("read")
def decision(key: str) -> Any:
    """One matter with its details."""
    found = decision_by_key(desk(), sight(), key)
    if found is None:
        abort(404)
    must_see_whole(found.unit)
    return render_template("decision.html", found=found)


@pages.post("/decisions/<key>")
@needs("decide")
def decide(key: str) -> Any:
    """Apply or reject."""
    found = decision_by_key(desk(), sight(), key)
    if found is None:
        abort(404)
    verdict = request.form.get("verdict", "")
    if verdict not in ("apply", "reject"):
        abort(400)
    choice, note = request.form.get("choice", ""), request.form.get("note", "").strip()[:500]
    if found.kind == "two_files" and verdict == "apply" and not choice:
        flash(_("请先选择用哪一个文件。"), "bad")
        return redirect(url_for("pages.decision", key=key))
    try:
        done = settle(desk().office.parts, found.id, verdict == "apply", by=person().name, choice=choice, note=note)
    except SyncError as error:
        flash(f"{told(str(error))} {told(error.hint)}", "bad")
        return redirect(url_for("pages.decision", key=key))
    desk().live.bump()
    desk().wake()
    flash(_("已办：%(told)s", told=told(done)), "good")
    return redirect(url_for("pages.decisions"))
