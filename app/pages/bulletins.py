"""通报: a period's numbers on the page and as a Word document; and closing a period for good."""

from __future__ import annotations

import io
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from app.bulletin import render, template_of
from app.bulletin.content import content
from app.bulletin.issued import note_issued
from app.english import told
from app.pages import pages
from app.pages.guard import desk, needs, person
from app.queries.duties import closing_lines
from sync.closed import close_period
from sync.errors import SyncError
from validators.obligations import listed_periods
from validators.periods import Period, PeriodKind

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS: tuple[tuple[PeriodKind, int], ...] = (("month", 6), ("quarter", 4), ("half", 2), ("year", 2))
MOST = 60  # lines of one list on the page; the document has more


def offered() -> list[list[Period]]:
    """Periods to choose from, of each kind the newest first."""
    office = desk().office
    scheme, today = office.scheme, office.clock.today()
    return [
        listed_periods(kind, scheme.starts(), scheme.effective_to, today, keep, scheme.year_from)[::-1]
        for kind, keep in KINDS
    ]


@pages.get("/bulletins")
@needs("all")
def bulletins() -> Any:
    """The last month that is over, or the period asked for."""
    kinds, today = offered(), desk().office.clock.today()
    over = [period for period in kinds[0] if period.last < today] or kinds[0]
    text = request.args.get("period", "").strip() or (over[0].text if over else "")
    found, problem = None, ""
    try:
        found = desk().kept(f"bulletin:{text}", lambda: content(desk().office, text)) if text else None
    except SyncError as error:
        problem = told(f"{error}{error.hint}")
    return render_template(
        "bulletins.html", kinds=kinds, text=text, found=found, problem=problem, most=MOST, closed=closing_lines(desk())[:12]
    )  # fmt: skip


@pages.get("/bulletins/word")
@needs("all")
def bulletin_word() -> Any:
    """The Word document; nothing is noted by taking it."""
    office, text = desk().office, request.args.get("period", "")
    try:
        found = content(office, text)
        data = render(template_of(office), found)
    except SyncError as error:
        flash(f"{told(str(error))} {told(error.hint)}", "bad")
        return redirect(url_for("pages.bulletins"))
    name = f"通报_{found['period']}.docx"
    return send_file(io.BytesIO(data), as_attachment=True, download_name=name, mimetype=DOCX, max_age=0)


@pages.post("/bulletins/issue")
@needs("decide")
def bulletin_issue() -> Any:
    """It has been sent out: a duty that asks for just this bulletin is met."""
    text = request.form.get("period", "")
    try:
        content(desk().office, text)  # a period of which there can be one
        titles = note_issued(desk().office, text, person().name)
    except SyncError as error:
        flash(f"{told(str(error))} {told(error.hint)}", "bad")
        return redirect(url_for("pages.bulletins"))
    desk().live.bump()
    desk().wake()
    met = "、".join(titles)
    flash(_("已记下；记为报送：%(titles)s", titles=met) if met else _("已记下，在审计里可查。"), "good")
    return redirect(url_for("pages.bulletins", period=text))


@pages.post("/bulletins/close")
@needs("decide")
def bulletin_close() -> Any:
    """Close the period for good."""
    text, note = request.form.get("period", ""), request.form.get("note", "").strip()[:500]
    try:
        done = close_period(desk().office.parts, text, by=person().name, note=note)
    except SyncError as error:
        flash(f"{told(str(error))} {told(error.hint)}", "bad")
    else:
        desk().live.bump()
        desk().wake()
        flash(_("%(label)s已关账：定下%(number)s个数。", label=done.period.label, number=done.number), "good")
    return redirect(url_for("pages.bulletins", period=text))
