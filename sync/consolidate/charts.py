"""Native charts of the overview: drawn by the reader's program from the cells of the tables, never a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync.consolidate.sheets import Chart

Places = dict[str, tuple[str, int, int]]  # block → tab, first and last row of its rows
WIDTH, HEIGHT = 462, 290  # pixels: four columns of the overview, fifteen rows
_FONT = {"name": "宋体", "size": 9}
_COLOURS = ("#5B8DB8", "#E0A458", "#7FA99B", "#B58DB6")


def draw(workbook: Any, sheet: Any, charts: Sequence[Chart], row: int, places: Places) -> None:
    """Two beside one another, from `row` on; a chart over a table without rows is left out."""
    for position, chart in enumerate(chart for chart in charts if _filled(chart, places)):
        made = _chart(workbook, chart, places)
        place = (row + 15 * (position // 2), 4 * (position % 2))
        sheet.insert_chart(*place, made, {"x_offset": 4, "y_offset": 4, "object_position": 1})


def _filled(chart: Chart, places: Places) -> bool:
    return chart.block in places and places[chart.block][2] >= places[chart.block][1]


def _chart(workbook: Any, chart: Chart, places: Places) -> Any:
    tab, first, last = places[chart.block]
    kind = {"type": "column", "subtype": "stacked"} if chart.kind == "stacked" else {"type": chart.kind}
    made = workbook.add_chart(kind)
    for number, column in enumerate(chart.series):
        colour = chart.colours[number] if number < len(chart.colours) else _COLOURS[number % len(_COLOURS)]
        labels = {"value": True, "font": {**_FONT, "size": 8}}
        if chart.percent:
            labels["num_format"] = "0%"
        elif chart.kind == "stacked":
            labels["num_format"] = "0;;"  # no 0 on a bar of no length
        made.add_series({
            "name": [tab, first - 1, column],
            "categories": [tab, first, chart.labels, last, chart.labels],
            "values": [tab, first, column, last, column],
            "fill": {"color": colour},
            "border": {"color": "#7F7F7F", "width": 0.5},
            "gap": 60,
            "data_labels": labels,
        })  # fmt: skip
    made.set_title({"name": chart.title, "name_font": {"name": "黑体", "size": 11, "bold": False}, "overlay": False})
    made.set_size({"width": WIDTH, "height": HEIGHT})
    made.set_chartarea({"border": {"color": "#D9D9D9"}})
    _axes(made, chart)
    return made


def _axes(made: Any, chart: Chart) -> None:
    numbers: dict[str, Any] = {
        "num_font": _FONT,
        "major_gridlines": {"visible": True, "line": {"color": "#E5E5E5"}},
        "min": 0,
    }
    if chart.percent:
        numbers["num_format"] = "0%"
    names: dict[str, Any] = {"num_font": {**_FONT, "size": 8}, "interval_unit": 1}
    if chart.kind != "bar":
        made.set_x_axis(names)
        made.set_y_axis(numbers)
    else:  # a bar chart lies on its side; the first category on top, as the table has it, the scale below
        made.set_y_axis({**names, "reverse": True})
        made.set_x_axis({**numbers, "label_position": "high"})
    made.set_legend({"position": "bottom", "font": _FONT} if len(chart.series) > 1 else {"none": True})
