"""Drive (sheets-api.md §7.2): files, searching, paging, permissions with real effect, changes, lag."""

from __future__ import annotations

import pytest
from gspread.exceptions import APIError, SpreadsheetNotFound
from gspread.utils import ExportFormat

from tests.google.kit import OTHER, OWNER, drive_calls

SHEET = "application/vnd.google-apps.spreadsheet"
FOLDER = "application/vnd.google-apps.folder"
FILES = "/drive/v3/files"


@pytest.fixture
def raw(person):
    return lambda email: drive_calls(person(email))


def names(answer):
    return sorted(item["name"] for item in answer["files"])


# files ------------------------------------------------------------------------------------------------------------


def test_create_get_and_default_fields(drive):
    made = drive("post", "/files", json={"name": "甲", "mimeType": SHEET})
    assert set(made) == {"kind", "id", "name", "mimeType"}
    found = drive("get", f"/files/{made['id']}", params={"fields": "id,name,createdTime,modifiedTime,owners(me)"})
    assert found["name"] == "甲"
    assert found["owners"] == [{"me": True}]


def test_a_service_account_owns_nothing(client, world):
    """It has no room of its own; a folder of a shared drive takes its files."""
    with pytest.raises(APIError) as caught:
        client.create("geht nicht")
    assert caught.value.error["errors"][0]["reason"] == "storageQuotaExceeded"
    world.service_accounts_may_own = True
    assert client.create("geht doch").title == "geht doch"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ordner", "三和镇", "安成镇", "安成镇 副本", "旧表"]),
        (f"mimeType = '{SHEET}'", ["三和镇", "安成镇", "安成镇 副本", "旧表"]),
        (f"mimeType != '{SHEET}'", ["Ordner"]),
        ("name = '安成镇'", ["安成镇"]),
        ('name = "安成镇"', ["安成镇"]),
        ("name contains '安成'", ["安成镇", "安成镇 副本"]),
        ("trashed = true", ["旧表"]),
        (f"trashed = false and mimeType = '{SHEET}'", ["三和镇", "安成镇", "安成镇 副本"]),
        ("modifiedTime > '2025-10-09T08:53:25'", ["旧表"]),
        ("name = '安成镇' or name = '三和镇'", ["三和镇", "安成镇"]),
        ("not name contains '镇'", ["Ordner", "旧表"]),
        ("(name = '安成镇' or trashed = true) and not trashed = true", ["安成镇"]),
        ("'me' in owners", ["Ordner", "三和镇", "安成镇", "安成镇 副本", "旧表"]),
    ],
)
def test_searching(drive, world, query, found):
    world.clock.set(1_760_000_000)  # 2025-10-09 08:53:20 UTC
    drive("post", "/files", json={"name": "Ordner", "mimeType": FOLDER})
    for name in ("安成镇", "安成镇 副本", "三和镇"):
        drive("post", "/files", json={"name": name, "mimeType": SHEET})
    world.clock.advance(10)
    old = drive("post", "/files", json={"name": "旧表", "mimeType": SHEET})
    drive("patch", f"/files/{old['id']}", json={"trashed": True})
    assert names(drive("get", "/files", params={"q": query})) == sorted(found)


def test_files_of_a_folder(drive):
    folder = drive("post", "/files", json={"name": "Ordner", "mimeType": FOLDER})
    drive("post", "/files", json={"name": "drin", "mimeType": SHEET, "parents": [folder["id"]]})
    drive("post", "/files", json={"name": "draußen", "mimeType": SHEET})
    assert names(drive("get", "/files", params={"q": f"'{folder['id']}' in parents"})) == ["drin"]


@pytest.mark.parametrize("query", ["name = ", "nonsense", "name ~ 'x'", "'a' at parents", "trashed = vielleicht"])
def test_a_query_that_cannot_be_read_is_400(drive, query):
    with pytest.raises(APIError) as caught:
        drive("get", "/files", params={"q": query})
    assert caught.value.code == 400


def test_paging_order_and_masks(drive):
    for name in "cab":
        drive("post", "/files", json={"name": name, "mimeType": SHEET})
    asked = {"pageSize": 2, "orderBy": "name", "fields": "nextPageToken,files(name)"}
    first = drive("get", "/files", params=asked)
    assert first["files"] == [{"name": "a"}, {"name": "b"}]
    second = drive("get", "/files", params={**asked, "pageToken": first["nextPageToken"]})
    assert second == {"files": [{"name": "c"}]}


def test_trashed_files_can_still_be_read_by_their_owner(drive, owner):
    """So `trashed` must be asked of Drive, it does not show as a 404."""
    made = drive("post", "/files", json={"name": "x", "mimeType": SHEET})
    drive("patch", f"/files/{made['id']}", json={"trashed": True})
    assert drive("get", f"/files/{made['id']}", params={"fields": "trashed"}) == {"trashed": True}
    assert owner.open_by_key(made["id"]).sheet1.title == "Sheet1"


def test_deleted_files_are_404_everywhere(drive, owner):
    made = drive("post", "/files", json={"name": "x", "mimeType": SHEET})
    assert drive("delete", f"/files/{made['id']}") is None
    for path in (
        f"https://www.googleapis.com/drive/v3/files/{made['id']}",
        f"https://sheets.googleapis.com/v4/spreadsheets/{made['id']}",
    ):
        with pytest.raises(APIError) as caught:
            owner.http_client.request("get", path)
        assert caught.value.code == 404


def test_renaming_shows_in_both_apis(drive, owner):
    made = drive("post", "/files", json={"name": "alt", "mimeType": SHEET})
    drive("patch", f"/files/{made['id']}", json={"name": "neu"})
    book = owner.open_by_key(made["id"])
    assert book.title == "neu"
    book.update_title("neuer")
    assert drive("get", f"/files/{made['id']}")["name"] == "neuer"


# permissions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def shared(emulator, world):
    """A file of the owner, and a way to give OTHER a role."""
    made = emulator.spreadsheet("gemeinsam", OWNER)
    return made, lambda role: world.share(made, OTHER, role)


@pytest.mark.parametrize(
    ("role", "reads", "writes", "shares"),
    [("", False, False, False), ("reader", True, False, False), ("writer", True, True, True)],
)
def test_roles_have_real_effect(shared, person, raw, role, reads, writes, shares):
    book, give = shared
    if role:
        give(role)
    client, drive = person(OTHER), raw(OTHER)

    def may(act):
        try:
            act()
        except APIError as error:
            assert error.code in (403, 404)
            return False
        return True

    assert may(lambda: client.http_client.values_get(book, "A1")) is reads
    assert (
        may(lambda: client.http_client.values_update(book, "A1", {"valueInputOption": "RAW"}, {"values": [["x"]]}))
        is writes
    )
    assert may(lambda: drive("get", f"/files/{book}/permissions")) is shares


def test_permissions_create_list_update_delete(drive):
    made = drive("post", "/files", json={"name": "x", "mimeType": SHEET})["id"]
    given = drive("post", f"/files/{made}/permissions", json={"type": "user", "role": "writer", "emailAddress": OTHER})
    listed = drive("get", f"/files/{made}/permissions", params={"fields": "permissions(id,role,emailAddress)"})
    assert {"id": given["id"], "role": "writer", "emailAddress": OTHER} in listed["permissions"]
    drive("patch", f"/files/{made}/permissions/{given['id']}", json={"role": "reader"})
    assert drive("delete", f"/files/{made}/permissions/{given['id']}") is None
    listed = drive("get", f"/files/{made}/permissions")
    assert [item["role"] for item in listed["permissions"]] == ["owner"]


def test_gspread_shares(owner, person):
    made = owner.create("geteilt")
    made.share(OTHER, perm_type="user", role="writer")
    assert person(OTHER).open_by_key(made.id).title == "geteilt"
    assert {item["role"] for item in made.list_permissions()} == {"owner", "writer"}


def test_a_folder_shares_what_is_in_it(emulator, person):
    folder = emulator.folder("Ordner", OWNER, OTHER)
    made = emulator.spreadsheet("drin", OWNER, parents=[folder])
    assert person(OTHER).open_by_key(made).title == "drin"


def test_a_reader_sees_it_may_not_edit(shared, raw):
    book, give = shared
    give("reader")
    assert raw(OTHER)("get", f"/files/{book}", params={"fields": "capabilities(canEdit)"}) == {
        "capabilities": {"canEdit": False}
    }


def test_the_owner_cannot_be_removed(drive):
    made = drive("post", "/files", json={"name": "x", "mimeType": SHEET})["id"]
    own = drive("get", f"/files/{made}/permissions")["permissions"][0]["id"]
    with pytest.raises(APIError, match="owner"):
        drive("delete", f"/files/{made}/permissions/{own}")


# changes and lag --------------------------------------------------------------------------------------------------


def test_modified_time_moves_with_an_edit(drive, owner, world):
    world.clock.set(1_760_000_000)
    made = owner.create("x")
    world.clock.advance(30)
    made.sheet1.update([["neu"]], "A1")
    asked = {"fields": "modifiedTime,createdTime,version,lastModifyingUser(me)"}
    found = drive("get", f"/files/{made.id}", params=asked)
    assert found == {
        "createdTime": "2025-10-09T08:53:20.000Z", "modifiedTime": "2025-10-09T08:53:50.000Z", "version": "2",
        "lastModifyingUser": {"me": True},
    }  # fmt: skip


def test_drive_notices_edits_late_and_titles_at_once(drive, owner, world):
    world.clock.set(1_760_000_000)
    made = owner.create("x")
    world.lag = 20
    world.clock.advance(30)
    made.sheet1.update([["neu"]], "A1")
    before = drive("get", f"/files/{made.id}", params={"fields": "modifiedTime"})["modifiedTime"]
    assert before == "2025-10-09T08:53:20.000Z"
    world.clock.advance(21)
    assert (
        drive("get", f"/files/{made.id}", params={"fields": "modifiedTime"})["modifiedTime"]
        == "2025-10-09T08:53:50.000Z"
    )
    made.update_title("y")
    assert (
        drive("get", f"/files/{made.id}", params={"fields": "modifiedTime"})["modifiedTime"]
        > "2025-10-09T08:53:50.000Z"
    )


def test_whose_edit_it_was(emulator, drive, person, world):
    made = emulator.spreadsheet("x", OWNER, OTHER)
    person(OTHER).open_by_key(made).sheet1.update([["x"]], "A1")
    found = drive("get", f"/files/{made}", params={"fields": "lastModifyingUser(me,emailAddress)"})
    assert found["lastModifyingUser"] == {"me": False, "emailAddress": OTHER}


def test_changes_since_a_token(drive, owner):
    token = drive("get", "/changes/startPageToken")["startPageToken"]
    made = owner.create("x")
    made.sheet1.update([["a"]], "A1")
    made.sheet1.update([["b"]], "A1")
    found = drive("get", "/changes", params={"pageToken": token, "fields": "newStartPageToken,changes(fileId,removed)"})
    assert found["changes"] == [{"fileId": made.id, "removed": False}]
    again = drive("get", "/changes", params={"pageToken": found["newStartPageToken"]})
    assert again["changes"] == []


def test_lost_access_is_a_removal(emulator, raw, world):
    made = emulator.spreadsheet("x", OWNER, OTHER)
    token = raw(OTHER)("get", "/changes/startPageToken")["startPageToken"]
    world.unshare(made, OTHER)
    found = raw(OTHER)("get", "/changes", params={"pageToken": token})
    assert [(item["fileId"], item["removed"]) for item in found["changes"]] == [(made, True)]


def test_changes_of_contents_come_late(drive, owner, world):
    world.clock.set(1_760_000_000)
    made = owner.create("x")
    world.lag = 20
    token = drive("get", "/changes/startPageToken")["startPageToken"]
    made.sheet1.update([["a"]], "A1")
    found = drive("get", "/changes", params={"pageToken": token})
    assert found["changes"] == []
    world.clock.advance(21)
    found = drive("get", "/changes", params={"pageToken": found["newStartPageToken"]})
    assert [item["fileId"] for item in found["changes"]] == [made.id]


def test_export_as_csv(owner):
    made = owner.create("x")
    made.sheet1.update([["a", 'b"c'], [1, ""]], "A1")
    assert made.export(ExportFormat.CSV).decode() == 'a,"b""c"\r\n1,\r\n'


# what gspread asks and sends --------------------------------------------------------------------------------------


def test_spreadsheets_of_a_folder_by_gspread(owner, emulator):
    """gspread asks for `parents in "…"`."""
    folder = emulator.folder("夹", OWNER)
    owner.create("外")
    made = owner.create("内", folder_id=folder)
    assert [item["id"] for item in owner.list_spreadsheet_files(folder_id=folder)] == [made.id]
    assert owner.open("内", folder_id=folder).id == made.id
    with pytest.raises(SpreadsheetNotFound):
        owner.open("外", folder_id=folder)


@pytest.mark.parametrize("size", ["0", "-1", "1001", "x"])
def test_a_page_holds_between_one_and_a_thousand_files(drive, size):
    with pytest.raises(APIError, match="Values must be within the range"):
        drive("get", "/files", params={"pageSize": size})


def test_who_may_find_a_file_without_its_link(owner, drive):
    book = owner.create("本")
    book.share(None, "anyone", "reader")
    found_by_all = {"type": "anyone", "role": "reader", "allowFileDiscovery": True}
    drive("post", f"/files/{book.id}/permissions", json=found_by_all)
    found = {item["id"]: item["allowFileDiscovery"] for item in book.list_permissions() if item["type"] == "anyone"}
    assert found == {"anyone": True, "anyoneWithLink": False}


@pytest.mark.parametrize("address", ["not an email", "x@", "a@b"])
def test_nobody_has_such_an_address(owner, address):
    with pytest.raises(APIError) as caught:
        owner.create("本").share(address, "user", "reader")
    assert caught.value.response.json()["error"]["errors"][0]["reason"] == "invalidSharingRequest"


def test_a_permission_that_is_not_there_is_missed_as_such(owner):
    with pytest.raises(APIError) as caught:
        owner.remove_permission(owner.create("本").id, "123")
    assert caught.value.response.json()["error"]["errors"][0]["location"] == "permissionId"
