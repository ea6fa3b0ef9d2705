"""Folders and shared drives: what lies in a folder goes where the folder goes, and a program has to know of drives."""

from __future__ import annotations

import pytest
from gspread.exceptions import APIError

from tests.google.kit import OTHER, OWNER

SHEET = "application/vnd.google-apps.spreadsheet"
KNOWS = {"supportsAllDrives": True, "includeItemsFromAllDrives": True}


def names(answer):
    return [item["name"] for item in answer["files"]]


def reason(caught):
    return caught.value.code, caught.value.response.json()["error"]["errors"][0]["reason"]


# the bin ----------------------------------------------------------------------------------------------------------


def test_what_lies_in_a_trashed_folder_is_trashed_too(emulator, drive):
    """ "Either explicitly or from a trashed parent folder", at any depth, and back with it."""
    outer = emulator.folder("外", OWNER)
    inner = drive("post", "/files", json={"name": "内", "mimeType": "application/vnd.google-apps.folder", "parents": [outer]})  # fmt: skip
    book = emulator.spreadsheet("表", OWNER, parents=[inner["id"]])
    drive("patch", f"/files/{outer}", json={"trashed": True})
    found = drive("get", f"/files/{book}", params={"fields": "trashed,explicitlyTrashed"})
    assert found == {"trashed": True, "explicitlyTrashed": False}
    assert names(drive("get", "/files", params={"q": "trashed = false"})) == []
    drive("patch", f"/files/{outer}", json={"trashed": False})
    assert sorted(names(drive("get", "/files", params={"q": "trashed = false"}))) == ["内", "外", "表"]


def test_a_folder_that_is_deleted_takes_its_owners_files_with_it(emulator, drive, person, world):
    folder = emulator.folder("夹", OWNER, OTHER)
    mine = emulator.spreadsheet("我的", OWNER, parents=[folder])
    theirs = emulator.spreadsheet("别人的", OTHER, parents=[folder])
    drive("delete", f"/files/{folder}")
    assert mine not in world.files and mine not in world.books
    assert world.files[theirs].parents == []
    assert person(OTHER).open_by_key(theirs).title == "别人的"


# one folder for each file -----------------------------------------------------------------------------------------


def test_a_file_lies_in_one_folder(emulator, drive):
    """It is moved by leaving one folder and entering the other in the same call."""
    first, second = emulator.folder("一", OWNER), emulator.folder("二", OWNER)
    book = emulator.spreadsheet("表", OWNER, parents=[first])
    with pytest.raises(APIError) as caught:
        drive("patch", f"/files/{book}", params={"addParents": second})
    assert reason(caught) == (403, "cannotAddParent")
    moved = drive("patch", f"/files/{book}", params={"addParents": second, "removeParents": first, "fields": "parents"})
    assert moved == {"parents": [second]}
    with pytest.raises(APIError) as caught:
        drive("post", "/files", json={"name": "x", "mimeType": SHEET, "parents": [first, second]})
    assert reason(caught) == (403, "cannotAddParent")
    root = drive("post", "/files", json={"name": "x", "mimeType": SHEET})["id"]
    with pytest.raises(APIError):
        drive("patch", f"/files/{root}", params={"addParents": first})
    drive("patch", f"/files/{root}", params={"addParents": first, "removeParents": "root"})


def test_a_folder_that_is_not_there_takes_nothing(emulator, drive):
    book = emulator.spreadsheet("表", OWNER)
    strange = emulator.folder("别人的", OTHER)
    for folder in ("nix", strange):
        with pytest.raises(APIError) as caught:
            drive(
                "patch", f"/files/{book}", json={"name": "新"}, params={"addParents": folder, "removeParents": "root"}
            )
        assert reason(caught) == (404, "notFound")
    assert drive("get", f"/files/{book}")["name"] == "表"


# shared drives ----------------------------------------------------------------------------------------------------


@pytest.fixture
def shared(emulator, world):
    """A folder of a shared drive, and a book in it."""
    folder = emulator.folder("共享", OWNER)
    world.files[folder].shared_drive = True
    return folder, emulator.spreadsheet("表", OWNER, parents=[folder])


def test_files_of_a_shared_drive_are_for_those_who_say_that_they_know_them(drive, shared):
    folder, book = shared
    for path in (f"/files/{book}", f"/files/{book}/permissions"):
        with pytest.raises(APIError) as caught:
            drive("get", path)
        assert reason(caught) == (404, "notFound")
        assert drive("get", path, params={"supportsAllDrives": True})
    for body in ({"parents": [folder]}, {}):
        path = "/files" if body else f"/files/{book}/copy"
        with pytest.raises(APIError):
            drive("post", path, json={"name": "x", "mimeType": SHEET, **body})
        assert drive("post", path, json={"name": "x", "mimeType": SHEET, **body}, params={"supportsAllDrives": True})


def test_lists_show_shared_drives_when_asked_for(drive, shared):
    assert names(drive("get", "/files")) == []
    assert names(drive("get", "/files", params={"includeItemsFromAllDrives": True})) == []
    assert sorted(names(drive("get", "/files", params=KNOWS))) == ["共享", "表"]
    assert drive("get", "/changes", params={"pageToken": "1"})["changes"] == []
    assert len(drive("get", "/changes", params={"pageToken": "1", **KNOWS})["changes"]) == 2


def test_gspread_knows_shared_drives(owner, shared):
    folder, book = shared
    assert owner.open("表", folder_id=folder).id == book
    assert owner.create("新", folder_id=folder).list_permissions()
    assert owner.copy(book, title="副本").title == "副本"


# searching and ordering -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sharedWithMe = true", ["别人的"]),
        ("sharedWithMe", ["别人的"]),
        ("not sharedWithMe and sharedWithMe = false", ["我的 12", "我的 2"]),
        ("appProperties has { key='unit' and value='甲' }", ["我的 2"]),
        ("appProperties has {key = 'unit' and value = '乙'} or name = '别人的'", ["别人的"]),
        ("modifiedTime < '2100-01-01T00:00:00+08:00' and modifiedTime > '2020-01-01'", ["别人的", "我的 12", "我的 2"]),
    ],
)
def test_searching_for_more(emulator, drive, query, found):
    mine = emulator.spreadsheet("我的 2", OWNER)
    drive("patch", f"/files/{mine}", json={"appProperties": {"unit": "甲"}})
    emulator.spreadsheet("我的 12", OWNER)
    emulator.spreadsheet("别人的", OTHER, OWNER)
    assert sorted(names(drive("get", "/files", params={"q": query}))) == found


@pytest.mark.parametrize(
    "query",
    ["modifiedTime > 'gestern'", "trashed > true", "appProperties has { key='a' }",
     "appProperties = 'a'"],
)  # fmt: skip
def test_more_that_cannot_be_read(drive, query):
    with pytest.raises(APIError) as caught:
        drive("get", "/files", params={"q": query})
    assert caught.value.code == 400


def test_folders_first_and_numbers_by_size(emulator, drive):
    for name in ("表 12", "表 2"):
        emulator.spreadsheet(name, OWNER)
    emulator.folder("夹", OWNER)
    assert names(drive("get", "/files", params={"orderBy": "folder,name"})) == ["夹", "表 12", "表 2"]
    assert names(drive("get", "/files", params={"orderBy": "folder,name_natural"})) == ["夹", "表 2", "表 12"]
    assert names(drive("get", "/files", params={"orderBy": "recency desc"}))[0] == "夹"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/files", "files(bogus)"), ("/files", "bogus"), ("/files", "files(id"),
        ("/changes", "changes(bogus)"), ("/changes", "bogus"),
    ],
)  # fmt: skip
def test_lists_have_no_such_field(drive, path, fields):
    with pytest.raises(APIError) as caught:
        drive("get", path, params={"pageToken": "1"} | {"fields": fields} if path == "/changes" else {"fields": fields})
    assert reason(caught) == (400, "invalidParameter")


def test_permissions_have_no_such_field(emulator, drive):
    book = emulator.spreadsheet("表", OWNER)
    for path, fields in ((f"/files/{book}/permissions", "permissions(bogus)"), (f"/files/{book}/permissions", "role")):
        with pytest.raises(APIError, match="Invalid field selection"):
            drive("get", path, params={"fields": fields})


def test_changes_without_what_went(drive, emulator):
    book = emulator.spreadsheet("表", OWNER)
    drive("delete", f"/files/{book}")
    (gone,) = drive("get", "/changes", params={"pageToken": "1"})["changes"]
    assert gone["removed"] is True
    assert drive("get", "/changes", params={"pageToken": "1", "includeRemoved": False})["changes"] == []


def test_letters_of_an_address_may_be_large_or_small(emulator, owner, person):
    book = owner.create("本")
    book.share("Clerk@Example.cn", "user", "writer", notify=False)
    assert person("clerk@example.cn").open_by_key(book.id).title == "本"
