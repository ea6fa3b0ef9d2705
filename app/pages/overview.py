"""总览, 预警, and finding records: what a person sees first."""

from __future__ import annotations

import io
from typing import Any

from flask import abort, redirect, render_template, request, send_file, url_for

from app.pages import pages
from app.pages.guard import desk, needs, person
from app.queries.alerts import alerts
from app.queries.decisions import decision_lines
from app.queries.overview import overview as read_overview
from app.queries.records import search as search_records

SORTS = {
    "must": lambda line: -line.must, "explain": lambda line: -line.explain, "overdue": lambda line: -line.overdue,
    "soon": lambda line: -line.soon, "reported": lambda line: line.reported - line.owed, "rows": lambda line: -line.rows,
    "read": lambda line: -line.last_ok,
}  # fmt: skip


@pages.get("/")
@needs("read")
def overview() -> Any:
    """Units in numbers, what waits for a person, how the books stand. A unit sees its own book at once."""
    who = person()
    if who.own:
        return redirect(url_for("pages.book", code=who.own))
    found = read_overview(desk())
    sort = request.args.get("sort", "")
    units = sorted(found.units, key=SORTS[sort]) if sort in SORTS else found.units
    return render_template(
        "overview.html", found=found, units=units, sort=sort, decisions=decision_lines(desk()), widest=_widest(units)
    )


@pages.get("/alerts")
@needs("read")
def alerts_page() -> Any:
    """预警: overdue and nearly due."""
    who = person()
    unit = who.own or request.args.get("unit", "")
    kind = request.args.get("kind", "")
    every = alerts(desk(), unit=unit)
    lines = [line for line in every if kind in ("", line.kind)]
    counts = {name: sum(line.kind == name for line in every) for name in ("overdue", "soon")}
    return render_template("alerts.html", lines=lines, unit=unit, kind=kind, counts=counts, total=len(every))


@pages.get("/search")
@needs("read")
def search() -> Any:
    """Records by name, 编号 or code."""
    text = request.args.get("q", "").strip()[:100]
    return render_template("search.html", text=text, lines=search_records(desk(), text, unit=person().own))


@pages.get("/consolidated")
@needs("all")
def consolidated() -> Any:
    """The consolidated book as it was last written."""
    office = desk().office
    path = office.settings.path(office.settings.consolidated)
    if not path.is_file():
        abort(404)
    return send_file(io.BytesIO(path.read_bytes()), as_attachment=True, download_name=path.name, max_age=0)


def _widest(units: list[Any]) -> int:
    """The longest bar's number: bars of all units are drawn to one scale."""
    return max((line.overdue + line.soon + line.must for line in units), default=0) or 1
