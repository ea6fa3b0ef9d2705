"""The conditional formats that the template lays on an entry tab, for a tab that stands."""

from __future__ import annotations

from sheets_templates.gsheet_cells import Canvas
from sheets_templates.gsheet_checks import highlight_rules
from sheets_templates.highlights import Area, entry_highlights
from sheets_templates.plan import Check, Column, Tone
from sync.backends.google.colours import Colours, Json, Laid
from validators.scheme.models import Scheme

BANNER = "$A$3"


def template_colours(scheme: Scheme) -> Colours:
    """Those of this scheme; none for a table that it does not have."""
    tables = {table.name: table for table in scheme.tables}

    def colours(laid: Laid) -> list[Json]:
        table = tables.get(laid.table)
        if table is None:
            return []
        area = Area(table, _columns(laid), laid.mark_row, laid.header_row + 1, laid.row_count)
        lost = {(False, item.name): 1 for item in table.fields if item.name not in laid.columns}
        area.at |= lost  # rules that name every field are not for a service; they are made all the same, and left out
        return highlight_rules(Canvas(laid.sheet, laid.row_count), entry_highlights(area, scheme.conventions, BANNER))

    return colours


def _columns(laid: Laid) -> tuple[Column, ...]:
    """All columns of the tab from the left; those of nobody's are taken for ours, on which nothing lies."""
    named = {at: _column(name, "clerk") for name, at in laid.columns.items()}
    named |= {at: _column(name, "ours") for name, at in laid.answers.items()}
    return tuple(named.get(at) or _column("", "ours") for at in range(1, max(named) + 1))


def _column(name: str, tone: Tone) -> Column:
    return Column(name, "", "", False, "", tone, 10, "left", "General", False, False, Check())
