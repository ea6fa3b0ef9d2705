"""总览, 预警, and finding records: what a person sees first."""

from __future__ import annotations

import io
from typing import Any

from flask import abort, redirect, render_template, request, send_file, url_for

from app.pages import pages
from app.pages.guard import desk, needs, person, sight
from app.queries.alerts import alerts
from app.queries.decisions import decision_lines
from app.queries.models import Overview
from app.queries.overview import overview as read_overview
from app.queries.records import search as search_records
from app.rights import hidden, mask_phone
from app.wiring import Office

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
    if who.role == "unit":
        return redirect(url_for("pages.book", code=who.home or "-"))
    found = read_overview(desk(), sight())
    if who.role == "leader" and not request.args.get("all"):
        return _leader(found)
    sort = request.args.get("sort", "")
    units = sorted(found.units, key=SORTS[sort]) if sort in SORTS else found.units
    return render_template(
        "overview.html",
        found=found,
        units=units,
        sort=sort,
        decisions=decision_lines(desk(), sight()),
        widest=_widest(units),
    )


def _leader(found: Overview) -> str:
    """All that matters on one screen: how it stands, what is late, whom to ask."""
    late = [line for line in alerts(desk(), sight(), kind="overdue") if line.record]
    units = [line for line in found.units if line.overdue or line.must or line.owed > line.reported]
    units.sort(key=lambda line: (-line.overdue, line.reported - line.owed, -line.must))
    return render_template("leader.html", found=found, late=late, units=units)


@pages.get("/alerts")
@needs("read")
def alerts_page() -> Any:
    """预警: overdue and nearly due."""
    unit, kind = request.args.get("unit", ""), request.args.get("kind", "")
    every = alerts(desk(), sight(), unit=unit)
    lines = [line for line in every if kind in ("", line.kind)]
    counts = {name: sum(line.kind == name for line in every) for name in ("overdue", "soon")}
    return render_template("alerts.html", lines=lines, unit=unit, kind=kind, counts=counts, total=len(every))


@pages.get("/search")
@needs("read")
def search() -> Any:
    """Records by name, 编号 or code."""
    text = request.args.get("q", "").strip()[:100]
    return render_template("search.html", text=text, lines=search_records(desk(), sight(), text))


@pages.get("/consolidated")
@needs("read")
def consolidated() -> Any:
    """The consolidated book as it was last written; for those who need no telephone numbers without them."""
    name, data = consolidated_file()
    return send_file(io.BytesIO(data), as_attachment=True, download_name=name, max_age=0)


def consolidated_file() -> tuple[str, bytes]:
    """Name and bytes; 403 for who does not see all there is in it, 404 when it was never written."""
    if not sight().everything:
        abort(403)
    office = desk().office
    path = office.settings.path(office.settings.consolidated)
    if not path.is_file():
        abort(404)
    if sight().phones_in == "all":
        return path.name, path.read_bytes()
    return path.name, _without_phones(office)  # made anew: keeping it would hold up everybody while it is made


def _without_phones(office: Office) -> bytes:
    from sync.consolidate import consolidated_book

    return consolidated_book(office.parts, lambda item, text: mask_phone(text) if hidden(item) else text)


def _widest(units: list[Any]) -> int:
    """The longest bar's number: bars of all units are drawn to one scale."""
    return max((line.overdue + line.soon + line.must for line in units), default=0) or 1
