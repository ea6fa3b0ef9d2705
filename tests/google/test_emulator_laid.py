"""What lies over the cells beside formats: bands, filter views, the basic filter, charts and slicers. Kept, answered,
moved with their rows, and refused where Google refuses them."""

from __future__ import annotations

import json

import pytest
from gspread.exceptions import APIError

from sync.backends.google.emulator.keep import book_as_json, book_from_json
from sync.backends.google.emulator.resources import book_json
from tests.google.kit import OTHER, grid

RED, WHITE = {"red": 1}, {"red": 1, "green": 1, "blue": 1}
BANDS = {"firstBandColor": WHITE, "secondBandColor": RED}
AREA = grid(0, 1, 0, 5, 3)


@pytest.fixture
def run(book):
    return lambda *requests: book.batch_update({"requests": list(requests)})["replies"]


@pytest.fixture
def told(book):
    """One field of the first sheet, as a list."""
    return lambda field: book.fetch_sheet_metadata({"fields": f"sheets.{field}"})["sheets"][0].get(field, [])


def band(area=AREA, **more):
    return {"addBanding": {"bandedRange": {"range": area, "rowProperties": BANDS, **more}}}


def lines(dimension, start, end):
    return {"range": {"sheetId": 0, "dimension": dimension, "startIndex": start, "endIndex": end}}


def chart(**more):
    column = {"sourceRange": {"sources": [grid(0, 0, 1, 5, 2)]}}
    spec = {"title": "数", "basicChart": {"chartType": "COLUMN", "series": [{"series": column}]}}
    place = {"overlayPosition": {"anchorCell": {"sheetId": 0, "rowIndex": 4, "columnIndex": 5}, "offsetXPixels": 9}}
    return {"addChart": {"chart": {"spec": spec, "position": place, **more}}}


# bands ------------------------------------------------------------------------------------------------------------


def test_bands_are_answered_and_follow_their_rows(run, told):
    (reply,) = run(band())
    made = reply["addBanding"]["bandedRange"]
    assert made["rowProperties"]["secondBandColorStyle"] == {"rgbColor": RED}
    run({"insertDimension": lines("ROWS", 0, 2)})
    (found,) = told("bandedRanges")
    assert (found["bandedRangeId"], found["range"]["startRowIndex"]) == (made["bandedRangeId"], 3)
    run({"deleteDimension": lines("ROWS", 2, 9)})
    assert told("bandedRanges") == []


def test_bands_are_changed_by_mask_and_deleted_by_id(run, told):
    (reply,) = run(band(bandedRangeId=7))
    assert reply["addBanding"]["bandedRange"]["bandedRangeId"] == 7
    new = {"bandedRangeId": 7, "rowProperties": {"headerColor": {"blue": 1}}}
    run({"updateBanding": {"bandedRange": new, "fields": "rowProperties.headerColor"}})
    (found,) = told("bandedRanges")
    assert (found["rowProperties"]["headerColor"], found["rowProperties"]["secondBandColor"]) == ({"blue": 1}, RED)
    run({"deleteBanding": {"bandedRangeId": 7}})
    assert told("bandedRanges") == []
    with pytest.raises(APIError, match="No banded range with id: 7"):
        run({"deleteBanding": {"bandedRangeId": 7}})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"range": AREA}, "At least one of BandedRange.rowProperties"),
        ({"range": AREA, "rowProperties": {"firstBandColor": RED}}, "secondBandColor is required"),
        ({"range": grid(0, 4, 2, 9, 9), "rowProperties": BANDS}, "already has alternating background colors"),
        ({"range": grid(0, 9, 0, 12, 3), "rowProperties": BANDS, "bandedRangeId": 7}, "id 7 already exists"),
        ({"rowProperties": BANDS}, "range is required"),
    ],
)
def test_bands_that_are_none(run, told, given, words):
    run(band(bandedRangeId=7))
    with pytest.raises(APIError, match=words):
        run({"addBanding": {"bandedRange": given}})
    assert len(told("bandedRanges")) == 1


def test_a_protected_range_is_not_banded_by_others(emulator, run, book, person):
    emulator.world.share(book.id, OTHER)
    run({"addProtectedRange": {"protectedRange": {"range": grid(0, 0, 0, 3, 3)}}})
    with pytest.raises(APIError, match="protected"):
        person(OTHER).open_by_key(book.id).batch_update({"requests": [band()]})


# filters ----------------------------------------------------------------------------------------------------------


def test_a_filter_view_from_its_making_to_its_end(run, told):
    criteria = {"1": {"hiddenValues": ["甲"]}}
    (reply,) = run({"addFilterView": {"filter": {"title": "看", "range": AREA, "criteria": criteria}}})
    made = reply["addFilterView"]["filter"]
    assert made["criteria"] == criteria
    assert made["filterSpecs"] == [{"columnIndex": 1, "filterCriteria": {"hiddenValues": ["甲"]}}]
    key = made["filterViewId"]
    (reply,) = run({"duplicateFilterView": {"filterId": key}})
    assert reply["duplicateFilterView"]["filter"]["title"] == "Copy of 看"
    order = [{"dimensionIndex": 2, "sortOrder": "DESCENDING"}]
    run(
        {
            "updateFilterView": {
                "filter": {"filterViewId": key, "title": "新", "sortSpecs": order},
                "fields": "title,sortSpecs",
            }
        }
    )
    first, second = told("filterViews")
    assert (first["title"], first["sortSpecs"], first["criteria"]) == ("新", order, criteria)
    run({"deleteFilterView": {"filterId": second["filterViewId"]}}, {"deleteFilterView": {"filterId": key}})
    assert told("filterViews") == []


def test_what_a_view_filters_by_goes_with_its_column(run, told):
    run({"addFilterView": {"filter": {"range": AREA, "criteria": {"1": {"hiddenValues": ["x"]}}}}})
    run({"insertDimension": lines("COLUMNS", 0, 1)})
    (found,) = told("filterViews")
    assert (found["range"]["startColumnIndex"], list(found["criteria"])) == (1, ["2"])
    run({"deleteDimension": lines("COLUMNS", 2, 3)})
    (found,) = told("filterViews")
    assert "criteria" not in found


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Only one of FilterView.range or FilterView.namedRangeId"),
        ({"range": AREA, "namedRangeId": "x"}, "Only one of"),
        ({"namedRangeId": "x"}, "No named range with id: x"),
        ({"range": AREA, "criteria": {"9": {"hiddenValues": ["x"]}}}, "column index 9 is not within"),
        ({"range": AREA, "sortSpecs": [{"dimensionIndex": 5}]}, "column index 5 is not within"),
        ({"range": AREA, "criteria": {"x": {}}}, "are no column indexes"),
        ({"range": AREA, "criteria": 7}, r"add_filter_view.filter.criteria' \(Map\), 7"),
        ({"range": AREA, "criteria": {"1": {"hidden": ["x"]}}}, r"Unknown name .+hidden.+ at 'requests\[0\]"),
        ({"range": AREA, "criteria": {"1": {"condition": {"type": "ONE_OF_LIST"}}}}, "not supported by filters"),
    ],
)
def test_filter_views_that_are_none(run, told, given, words):
    with pytest.raises(APIError, match=words):
        run({"addFilterView": {"filter": given}})
    assert told("filterViews") == []


def test_the_basic_filter_tells_its_criteria_under_both_names(run, told):
    condition = {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "3"}]}
    run({"setBasicFilter": {"filter": {"range": AREA, "criteria": {"0": {"condition": condition}}}}})
    found = told("basicFilter")
    assert found["criteria"]["0"] == found["filterSpecs"][0]["filterCriteria"] == {"condition": condition}
    run({"clearBasicFilter": {"sheetId": 0}})
    assert told("basicFilter") == []


# charts and slicers -----------------------------------------------------------------------------------------------


def test_a_chart_is_kept_where_it_stands(run, told):
    (reply,) = run(chart())
    made = reply["addChart"]["chart"]
    assert made["position"]["overlayPosition"] == {
        "anchorCell": {"rowIndex": 4, "columnIndex": 5}, "offsetXPixels": 9, "widthPixels": 600, "heightPixels": 371,
    }  # fmt: skip
    assert made["spec"]["hiddenDimensionStrategy"] == "SKIP_HIDDEN_ROWS_AND_COLUMNS"
    run({"insertDimension": lines("ROWS", 0, 3)})
    (found,) = told("charts")
    assert (found["chartId"], found["position"]["overlayPosition"]["anchorCell"]["rowIndex"]) == (made["chartId"], 7)
    run({"deleteEmbeddedObject": {"objectId": made["chartId"]}})
    assert told("charts") == []


def test_a_chart_is_moved_and_told_anew(run, told):
    run(chart(chartId=5))
    place = {"overlayPosition": {"anchorCell": {"rowIndex": 1}, "widthPixels": 10}}
    (reply,) = run({"updateEmbeddedObjectPosition": {"objectId": 5, "newPosition": place, "fields": "anchorCell"}})
    moved = reply["updateEmbeddedObjectPosition"]["position"]["overlayPosition"]
    assert (moved["anchorCell"], moved["widthPixels"]) == ({"rowIndex": 1}, 600)
    pie = {"pieChart": {"domain": {"sourceRange": {"sources": [grid(0, 0, 0, 3, 1)]}}}}
    run({"updateChartSpec": {"chartId": 5, "spec": pie}})
    assert "basicChart" not in told("charts")[0]["spec"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"spec": {"title": "x"}}, "Exactly one kind of chart"),
        ({"spec": {"basicChart": {"chartType": "LINE"}}}, "at least one series"),
        ({"spec": {"basicChart": {"chartType": "DONUT"}}}, r"basic_chart.chart_type' \(TYPE_ENUM\), \"DONUT\""),
        ({"spec": {"pieChart": {"series": {"sourceRange": {"sources": [grid(9, 0, 0, 1, 1)]}}}}}, "No grid with id: 9"),
        ({"position": {}}, "anchorCell is required"),
        ({"position": {"overlayPosition": {"anchorCell": {"rowIndex": 5000}}}}, "after last row in grid"),
        ({"position": {"newSheet": True}}, "not supported by this emulator"),
    ],
)
def test_charts_that_are_none(run, told, more, words):
    with pytest.raises(APIError, match=words):
        run(chart(**more))
    assert told("charts") == []


def test_a_slicer(run, told):
    place = {"overlayPosition": {"anchorCell": {"rowIndex": 1}}}
    (reply,) = run(
        {"addSlicer": {"slicer": {"spec": {"dataRange": AREA, "title": "片", "columnIndex": 1}, "position": place}}}
    )
    key = reply["addSlicer"]["slicer"]["slicerId"]
    run({"updateSlicerSpec": {"slicerId": key, "spec": {"title": "新"}, "fields": "title"}})
    (found,) = told("slicers")
    assert (found["spec"]["title"], found["spec"]["columnIndex"]) == ("新", 1)


def test_a_copied_tab_has_things_of_its_own(run, book, told):
    run(chart(chartId=5), band(bandedRangeId=6))
    run({"duplicateSheet": {"sourceSheetId": 0, "insertSheetIndex": 1, "newSheetName": "二"}})
    first, second = book.fetch_sheet_metadata({"fields": "sheets(charts.chartId,bandedRanges.bandedRangeId)"})["sheets"]
    assert first["charts"] == [{"chartId": 5}]
    assert second["charts"] != first["charts"]
    assert second["bandedRanges"] != first["bandedRanges"]


def test_what_lies_over_cells_outlives_a_restart(emulator, book, run):
    run(chart(), band(), {"addFilterView": {"filter": {"range": AREA, "title": "看"}}})
    kept = emulator.world.books[book.id]
    again = book_from_json(json.loads(json.dumps(book_as_json(kept))))
    assert book_json(again, kept.owner)["sheets"] == book_json(kept, kept.owner)["sheets"]
