"""One unit's book: findings, records, runs; download, resync."""

from __future__ import annotations

import io
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from app.pages import pages
from app.pages.guard import desk, must_act, must_see, must_see_whole, needs, person, sight
from app.queries import books as read
from app.queries.decisions import decision_lines
from app.uploads import receipts_of
from app.workspace import book_name

PAGE = 50


@pages.get("/books/<code>")
@needs("read")
def book(code: str) -> Any:
    """What is to be mended first; then records, runs, receipts."""
    must_see(code)
    found = read.book_answer(desk(), sight(), code)
    lines = read.findings(desk(), sight(), code)
    severity = request.args.get("severity", "")
    counts = {word: sum(line.severity == word for line in lines) for word in read.ORDER}
    chosen = [line for line in lines if severity in ("", line.severity)]
    return render_template(
        "book.html", found=found, unit=found.unit, lines=chosen[: 10 * PAGE], hidden=max(len(chosen) - 10 * PAGE, 0),
        counts=counts, severity=severity, total=len(lines), runs=read.runs_of(desk(), sight(), code, 8),
        receipts=receipts_of(desk(), code)[:5] if sight().whole(code) else [],
        decisions=decision_lines(desk(), sight(), code), rows=sum(found.unit.tables.values()),
    )  # fmt: skip


@pages.get("/books/<code>/records")
@needs("read")
def book_records(code: str) -> Any:
    """The book's records with the texts that stand in their rows."""
    must_see(code)
    scheme = desk().office.scheme
    tables = scheme.tables_of(desk().book(code).role)
    if not sight().whole(code):  # a department finds no tabs without a row for it
        shown = {line.table for line in read.records_of(desk(), sight(), code)}
        tables = tuple(item for item in tables if item.name in shown)
    table = request.args.get("table", "") or (tables[0].name if tables else "")
    mark, text = request.args.get("mark", ""), request.args.get("q", "").strip()
    lines = read.records_of(desk(), sight(), code, table)
    lines = [line for line in lines if (not mark or line.worst == mark) and text in line.name + line.id]
    number = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "book_records.html", code=code, tables=tables, table=table, mark=mark, text=text, total=len(lines),
        lines=lines[(number - 1) * PAGE : number * PAGE], number=number, last=max(-(-len(lines) // PAGE), 1),
    )  # fmt: skip


@pages.post("/books/<code>/resync")
@needs("resync")
def resync(code: str) -> Any:
    """Read this book again, whatever it looks like."""
    must_act(code)
    desk().book(code)
    if not desk().resync([code], person().name):
        flash(_("文件夹里还没有这个单位的表，放进去以后会自动读取。"), "warn")
        return redirect(url_for("pages.book", code=code))
    flash(_("已安排同步：%(name)s。", name=desk().name(code)), "good")
    return redirect(url_for("pages.sync_page", unit=code))


@pages.get("/books/<code>/file")
@needs("read")
def download(code: str) -> Any:
    """The book as it stands in the folder now."""
    must_take(code)
    name, data = current_file(code)
    return send_file(io.BytesIO(data), as_attachment=True, download_name=name, max_age=0)


@pages.get("/books/<code>/empty")
@needs("read")
def download_empty(code: str) -> Any:
    """A new, empty book of this unit."""
    must_see_whole(code)
    return send_file(io.BytesIO(empty_book(code)), as_attachment=True, download_name=_empty_name(code), max_age=0)


def must_take(code: str) -> None:
    """403 unless the file of this book is for the person: in it stand all rows, and telephone numbers in full."""
    must_see_whole(code)
    if not person().takes(code):
        abort(403)


def current_file(code: str) -> tuple[str, bytes]:
    """Name and bytes of a unit's book; 404 when it is not in the folder."""
    found = desk().book(code)
    ref, backend = desk().file(found), desk().office.backend
    if ref is None or not hasattr(backend, "content"):
        abort(404)
    return ref.name, backend.content(ref)


def empty_book(code: str) -> bytes:
    """A freshly built book."""
    from sheets_templates.builder import build_book
    from sheets_templates.xlsx import write_xlsx

    office = desk().office
    plan = build_book(office.scheme, code, desk().book(code).role, rows=None, built=office.clock.today())
    return write_xlsx(plan)


def _empty_name(code: str) -> str:
    return book_name(desk().office.scheme, code).replace(".xlsx", "（空表）.xlsx")
