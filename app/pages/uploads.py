"""Handing in a returned book, and the 受理回执 that says what became of it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.english import told
from app.pages import pages
from app.pages.guard import desk, must_act, must_see_whole, needs, person, sight
from app.queries.books import findings
from app.queries.compare import masked
from app.queries.models import Receipt
from app.uploads import Refused, receipt, receive
from sync.errors import SyncError


@pages.post("/upload")
@needs("upload")
def upload() -> Any:
    """Take a book in; whose it is, the content says. `code` names the unit whose page one comes from."""
    code = request.form.get("code", "")
    back = url_for("pages.book", code=code) if code else url_for("pages.overview")
    if code:
        must_act(code)
    file = request.files.get("file")
    if file is None or not file.filename:
        flash(_("没有选择文件。请先选择要上传的表。"), "bad")
        return redirect(back)
    try:
        taken = receive(
            desk(), file.read(), file.filename, by=person().name, may_take=person().acts, code=code or person().home
        )
    except Refused as refusal:
        return render_template("refused.html", what=told(str(refusal)), hint=told(refusal.hint), back=back), 409
    except SyncError as error:
        return render_template("refused.html", what=told(str(error)), hint=told(error.hint), back=back), 503
    return redirect(url_for("pages.receipt_page", number=taken.id))


@pages.get("/receipts/<number>")
@needs("read")
def receipt_page(number: str) -> Any:
    """受理回执: received, compared, and what the check found."""
    found = receipt(desk(), number)
    if found is None:
        abort(404)
    must_see_whole(found.unit)
    lines = findings(desk(), sight(), found.unit) if found.state == "done" else []
    return render_template("receipt.html", found=receipt_seen(found), lines=lines)


def receipt_seen(found: Receipt) -> Receipt:
    """The receipt, without telephone numbers where they are not for the person."""
    if sight().phones(found.unit):
        return found
    return found.model_copy(update={"conflicts": masked(desk().office.scheme, found.conflicts)})
