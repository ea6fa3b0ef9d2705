"""Developer metadata: where it may lie, and what lookups and regions select (DeveloperMetadataLookup in the reference)."""

from __future__ import annotations

import pytest
from gspread.exceptions import APIError

from tests.google.kit import service_client


def lines(dimension, start, end=None, sheet=0):
    place = {"sheetId": sheet, "dimension": dimension, "startIndex": start}
    return {"dimensionRange": place | ({"endIndex": end} if end else {})}


ROW_3, COLUMN_B = lines("ROWS", 2, 3), lines("COLUMNS", 1, 2)
PLACES = {"book": {"spreadsheet": True}, "sheet": {"sheetId": 0}, "row 3": ROW_3, "B": COLUMN_B,
          "row 5": lines("ROWS", 4, 5)}  # fmt: skip


def creation(location, key="k", **more):
    given = {"metadataKey": key, "visibility": "DOCUMENT", "location": location, **more}
    return {"requests": [{"createDeveloperMetadata": {"developerMetadata": given}}]}


@pytest.fixture
def found(book, call):
    """Keys of what a DataFilter selects, in a book with metadata at all kinds of places."""
    book.add_worksheet("二", 5, 5)
    for number, (key, place) in enumerate(PLACES.items(), 1):
        book.batch_update(creation(place, key, metadataId=number))

    def search(**chosen):
        answer = call("post", f"/v4/spreadsheets/{book.id}/developerMetadata:search", json={"dataFilters": [chosen]})
        return [item["developerMetadata"]["metadataKey"] for item in answer.get("matchedDeveloperMetadata", ())]

    return search


@pytest.mark.parametrize("strategy", [{}, {"locationMatchingStrategy": "INTERSECTING_LOCATION"}])
@pytest.mark.parametrize(
    ("place", "keys"),
    [(ROW_3, ["sheet", "row 3", "B"]), (lines("ROWS", 3, 9), ["sheet", "B", "row 5"]), (COLUMN_B, ["sheet", "row 3", "B", "row 5"]),
     ({"sheetId": 0}, ["sheet", "row 3", "B", "row 5"]), ({"spreadsheet": True}, ["book"])],
)  # fmt: skip
def test_what_crosses_a_location_is_found_unless_told_otherwise(found, strategy, place, keys):
    """ "Column B intersects row three"; "spreadsheet metadata cannot intersect any other location"."""
    assert found(developerMetadataLookup={"metadataLocation": place, **strategy}) == keys


@pytest.mark.parametrize(("name", "place"), PLACES.items())
def test_exactly_there(found, name, place):
    exact = {"metadataLocation": place, "locationMatchingStrategy": "EXACT_LOCATION"}
    assert found(developerMetadataLookup=exact) == [name]


def test_a_kind_of_location_within_another(found):
    within = {"metadataLocation": {"sheetId": 0}, "locationType": "ROW"}
    assert found(developerMetadataLookup=within) == ["row 3", "row 5"]


@pytest.mark.parametrize(
    ("region", "keys"),
    [({"a1Range": "A3:B3"}, ["sheet", "row 3", "B"]), ({"a1Range": "A1"}, ["sheet"]), ({"a1Range": "'二'"}, []),
     ({"gridRange": {"sheetId": 0, "startRowIndex": 4}}, ["sheet", "B", "row 5"])],
)  # fmt: skip
def test_a_region_finds_what_crosses_it(found, region, keys):
    assert found(**region) == keys


@pytest.mark.parametrize(
    "lookup",
    [{}, {"metadataKey": "B", "locationMatchingStrategy": "EXACT_LOCATION"},
     {"metadataLocation": ROW_3, "locationMatchingStrategy": "EXACT_LOCATION", "locationType": "ROW"}],
)  # fmt: skip
def test_lookups_that_contradict_themselves(found, lookup):
    with pytest.raises(APIError) as caught:
        found(developerMetadataLookup=lookup)
    assert caught.value.code == 400


@pytest.mark.parametrize(
    ("location", "more"),
    [(lines("ROWS", 1, 3), {}), (lines("ROWS", 1), {}), (lines("ROWS", 1000, 1001), {}), (lines("COLUMNS", 26, 27), {}),
     ({"dimensionRange": {"sheetId": 0, "startIndex": 1, "endIndex": 2}}, {}), (lines("ROWS", 1, 2, sheet=7), {}),
     ({}, {}), ({"sheetId": 0}, {"metadataId": -4}), ({"sheetId": 0}, {"visibility": None})],
)  # fmt: skip
def test_metadata_lies_on_one_line_that_there_is(book, location, more):
    with pytest.raises(APIError) as caught:
        book.batch_update(creation(location, **more))
    assert caught.value.code == 400


@pytest.mark.parametrize("field", ["metadataKey", "visibility"])
def test_metadata_keeps_its_key_and_visibility(book, field):
    book.batch_update(creation({"sheetId": 0}))
    change = {
        "dataFilters": [{"developerMetadataLookup": {"metadataKey": "k"}}],
        "developerMetadata": {},
        "fields": field,
    }
    with pytest.raises(APIError) as caught:
        book.batch_update({"requests": [{"updateDeveloperMetadata": change}]})
    assert caught.value.code == 400


def test_what_is_for_one_project_is_not_seen_through_another(book, call, emulator, world):
    """By no way of looking, and not deleted either; its id is taken all the same."""
    other = emulator.service_account("fremd", "anderes-projekt")
    world.share(book.id, other["client_email"])
    theirs = service_client(emulator.url, other).open_by_key(book.id)
    for number, place in enumerate(PLACES.values(), 1):
        book.batch_update(creation(place, metadataId=number, visibility="PROJECT"))
    chosen = {"developerMetadataLookup": {"metadataKey": "k"}}
    search = f"/v4/spreadsheets/{book.id}/developerMetadata"
    mask = {"fields": "developerMetadata,sheets(developerMetadata,data(rowMetadata/developerMetadata,columnMetadata/developerMetadata))"}  # fmt: skip

    def seen(one):
        def send(method, path, **more):
            return one.client.request(method, "https://sheets.googleapis.com" + path, **more).json()

        found = send("post", search + ":search", json={"dataFilters": [chosen]}).get("matchedDeveloperMetadata", [])
        return len(found), str(send("get", f"/v4/spreadsheets/{book.id}", params=mask)).count("metadataKey")

    assert (seen(book), seen(theirs)) == ((5, 5), (0, 0))
    gone = theirs.batch_update({"requests": [{"deleteDeveloperMetadata": {"dataFilter": chosen}}]})["replies"][0]
    assert gone == {"deleteDeveloperMetadata": {}}
    assert seen(book) == (5, 5)
    with pytest.raises(APIError) as caught:
        theirs.client.request("get", f"https://sheets.googleapis.com{search}/1")
    assert caught.value.code == 404
    with pytest.raises(APIError, match="already exists"):
        theirs.batch_update(creation({"sheetId": 0}, metadataId=1))
