"""One record: values, statuses with reasons and sources, flags, history."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template

from app.pages import pages
from app.pages.guard import desk, must_see_record, needs, sight
from app.queries.records import find_record, record_answer


@pages.get("/records/<record_id>")
@needs("read")
def record(record_id: str) -> Any:
    """Everything that is known of a record."""
    found = find_record(desk(), record_id)
    if found is None:
        abort(404)
    must_see_record(found.id, found.unit)
    return render_template("record.html", found=record_answer(desk(), sight(), found))
