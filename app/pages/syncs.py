"""Syncing: what is going on, what was done, and asking for all books at once."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.pages import pages
from app.pages.guard import desk, must_see_whole, needs, person, pulse, sight
from app.queries.books import run_line, runs_of
from app.queries.syncs import live_answer


@pages.get("/sync")
@needs("read")
def sync_page() -> Any:
    """Live progress and the last runs."""
    unit = _unit()
    runs = runs_of(desk(), sight(), unit, 30)
    return render_template("sync.html", live_now=live_answer(desk(), sight(), unit), runs=runs, unit=unit)


@pages.get("/sync/live")
@needs("read")
def sync_live() -> Any:
    """The live part of the page alone, to be put in its place by the page's script."""
    unit = _unit()
    return render_template("_live.html", live_now=live_answer(desk(), sight(), unit), unit=unit)


def _unit() -> str:
    """The unit asked for; who sees one book only, that one."""
    unit = request.args.get("unit", "") if sight().everything else person().home
    if unit:
        must_see_whole(unit)
    return unit


@pages.get("/pulse")
def pulse_page() -> Any:
    """A word that changes when pages have something new to show."""
    from flask_login import current_user

    return {"version": pulse()} if current_user.is_authenticated else ({"version": ""}, 401)


@pages.post("/resync")
@needs("all")
def resync_all() -> Any:
    """Read every book again."""
    if not person().may("resync"):
        abort(403)
    number = desk().resync([], person().name)
    flash(_("已安排同步全部%(number)s本表。", number=number), "good")
    return redirect(url_for("pages.sync_page"))


@pages.get("/runs/<run_id>")
@needs("read")
def run_page(run_id: str) -> Any:
    """One pass over one book."""
    found = desk().office.store.run(run_id)
    if found is None:
        abort(404)
    line = run_line(desk(), found)
    must_see_whole(line.unit)
    changes = [item for item in desk().office.store.revisions(book=found.book, limit=500) if item["run"] == run_id]
    return render_template("run.html", run=line, changes=changes)
