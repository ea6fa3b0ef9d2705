"""How the emulator refuses: the bodies that Google was seen to give, by API. Sheets tells a status, Drive a list of
errors with reasons; only what is about the caller has both. Each API has its own words for the same trouble."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sync.backends.google.emulator import Emulator
from sync.backends.google.emulator.files import FOLDER
from tests.google.kit import OTHER, OWNER

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEETS, DRIVE = "/v4/spreadsheets/", "/drive/v3/files"
INFO = "type.googleapis.com/google.rpc.ErrorInfo"


@pytest.fixture
def ask(emulator: Emulator, client: Any) -> Any:
    """(path, parameters) → status and error of a call in the service account's name."""

    def send(path: str, method: str = "get", **more: Any) -> tuple[int, dict[str, Any]]:
        answer = client.http_client.session.request(method, emulator.url + path, **more)
        return answer.status_code, answer.json().get("error", {})

    return send


# who calls --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [SHEETS + "x", DRIVE])
def test_no_header_at_all_is_403_and_a_bad_token_401(emulator, path):
    """Both APIs also take API keys: a call without either comes from nobody in particular."""
    answer = requests.get(emulator.url + path, timeout=9)
    assert answer.status_code == 403
    assert "unregistered callers" in answer.json()["error"]["message"]
    assert answer.json()["error"]["status"] == "PERMISSION_DENIED"
    answer = requests.get(emulator.url + path, headers={"Authorization": "Bearer x"}, timeout=9)
    error = answer.json()["error"]
    assert (answer.status_code, error["status"]) == (401, "UNAUTHENTICATED")
    assert error["message"].startswith("Request had invalid authentication credentials.")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    items = [
        {
            "message": "Invalid Credentials", "domain": "global", "reason": "authError", "location": "Authorization",
            "locationType": "header",
        }
    ]  # fmt: skip
    assert error.get("errors") == (items if path == DRIVE else None)


@pytest.mark.parametrize(("api", "path"), [("sheets", SHEETS + "x"), ("drive", DRIVE)])
def test_an_api_that_is_off_tells_where_to_switch_it_on(world, ask, api, path):
    world.off.add(("tianbao-demo", api))
    code, error = ask(path)
    link = f"https://console.developers.google.com/apis/api/{api}.googleapis.com/overview?project=tianbao-demo"
    assert (code, error["status"]) == (403, "PERMISSION_DENIED")
    assert link in error["message"]
    assert error["details"][0]["reason"] == "SERVICE_DISABLED"
    assert error["details"][0]["metadata"]["service"] == f"{api}.googleapis.com"
    assert error["details"][1]["links"][0]["url"] == link


# quota ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        ({"reads_user": 0}, "ReadRequestsPerMinutePerUser"),
        ({"reads_project": 0}, "ReadRequestsPerMinutePerProject"),
    ],
)
def test_sheets_over_its_quota_names_the_limit(world, ask, limits, limit):
    for name, number in limits.items():
        setattr(world.quota.limits, name, number)
    code, error = ask(SHEETS + "x")
    assert (code, error["status"]) == (429, "RESOURCE_EXHAUSTED")
    info = error["details"][0]
    assert (info["@type"], info["reason"]) == (INFO, "RATE_LIMIT_EXCEEDED")
    assert info["metadata"]["quota_limit"] == limit
    assert info["metadata"]["quota_metric"] == "sheets.googleapis.com/read_requests"


@pytest.mark.parametrize(
    ("fault", "code", "reason", "domain"),
    [
        ({"code": 403}, 403, "userRateLimitExceeded", "usageLimits"),
        ({"code": 429}, 429, "rateLimitExceeded", "usageLimits"),
        ({"code": 403, "reason": "domainPolicy"}, 403, "domainPolicy", "global"),
        ({"code": 404}, 404, "notFound", "global"),
        ({"code": 500}, 500, "backendError", "global"),
        ({"code": 503}, 503, "backendError", "global"),
    ],
)
def test_faults_of_drive_have_the_shape_of_drive(world, ask, fault, code, reason, domain):
    world.faults.add(kind="drive", **fault)
    found, error = ask(DRIVE)
    assert found == error["code"] == code
    assert (error["errors"][0]["reason"], error["errors"][0]["domain"]) == (reason, domain)
    assert "status" not in error


# parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "given", "message", "reason", "place"),
    [
        (DRIVE, {"fields": "falsch"}, "Invalid field selection falsch", "invalidParameter", "fields"),
        (DRIVE, {"q": "foo bar"}, "Invalid Value", "invalid", "q"),
        (DRIVE, {"orderBy": "falsch"}, "Invalid Value", "invalid", "orderBy"),
        (DRIVE, {"pageToken": "falsch"}, "Invalid Value", "invalid", "pageToken"),
        (DRIVE + "/x", {}, "File not found: x.", "notFound", "fileId"),
        ("/drive/v3/about", {}, "The 'fields' parameter is required for this method.", "required", "fields"),
        ("/drive/v3/changes", {}, "Required parameter: pageToken", "required", "pageToken"),
    ],
)
def test_drive_names_the_parameter_that_is_wrong(ask, path, given, message, reason, place):
    _, error = ask(path, params=given)
    item = {"message": message, "domain": "global", "reason": reason, "location": place, "locationType": "parameter"}
    assert error["errors"] == [item]
    assert error["message"] == message


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"majorDimension": "SCHRAEG"}, "'major_dimension' (type.googleapis.com/google.apps.sheets.v4.Dimension)"),
        (
            {"valueRenderOption": "X"},
            "'value_render_option' (type.googleapis.com/google.apps.sheets.v4.ValueRenderOption)",
        ),
    ],
)
def test_sheets_names_field_and_type_of_a_word_it_does_not_know(book, ask, given, message):
    _, error = ask(f"{SHEETS}{book.id}/values/A1", params=given)
    assert error["message"] == f'Invalid value at {message}, "{next(iter(given.values()))}"'


def test_no_ranges_are_no_answers(book, client, emulator):
    url = f"{emulator.url}{SHEETS}{book.id}/values:batchGet"
    assert client.http_client.session.get(url).json() == {"spreadsheetId": book.id}


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"deleteSheet": {"sheetId": 7}}, "Invalid requests[0].deleteSheet: No sheet with id: 7"),
        (
            {"updateSheetProperties": {"properties": {"sheetId": 7, "title": "x"}, "fields": "title"}},
            "Invalid requests[0].updateSheetProperties: No sheet with id: 7",
        ),
        (
            {"repeatCell": {"range": {"sheetId": 7}, "cell": {}, "fields": "*"}},
            "Invalid requests[0].repeatCell: No grid with id: 7",
        ),
    ],
)
def test_a_tab_that_is_not_there_is_a_sheet_or_a_grid(book, ask, request_, message):
    """A sheet where the request is about tabs, a grid where it is about cells (both as reported)."""
    _, error = ask(f"{SHEETS}{book.id}:batchUpdate", "post", json={"requests": [request_]})
    assert error["message"] == message


# other kinds of files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mime", "code", "status", "message"),
    [
        (XLSX, 400, "FAILED_PRECONDITION", "The document must not be an Office file."),
        ("application/pdf", 400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
        (FOLDER, 400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
        ("application/vnd.google-apps.document", 404, "NOT_FOUND", "Requested entity was not found."),
    ],
)
def test_what_sheets_says_to_a_file_that_is_no_spreadsheet(world, key, ask, mime, code, status, message):
    """As measured: a document of Google's own is as if it were not there; an Excel file is told to be one."""
    file = world.create_file("甲镇.xlsx", mime, OWNER)
    assert ask(SHEETS + file.id)[1]["status"] == "NOT_FOUND", "a stranger is told nothing"
    world.share(file.id, key["client_email"])
    found, error = ask(SHEETS + file.id)
    assert (found, error["status"]) == (code, status)
    assert error["message"].endswith(message)


def test_a_spreadsheet_has_no_bytes_to_download(book, ask):
    code, error = ask(f"{DRIVE}/{book.id}", params={"alt": "media"})
    assert (code, error["errors"][0]["reason"], error["errors"][0]["location"]) == (403, "fileNotDownloadable", "alt")


@pytest.mark.parametrize(
    "request_",
    [
        {"addTable": {}}, {"updateTable": {}}, {"addDataSource": {}}, {"insertComment": {}},
        {"addSheet": {"properties": {"sheetType": "OBJECT"}}},
    ],
)  # fmt: skip
def test_what_there_is_not_says_so(book, ask, request_):
    """The list is in docs/google.md."""
    code, error = ask(f"{SHEETS}{book.id}:batchUpdate", "post", json={"requests": [request_]})
    assert code == 400
    assert error["message"].endswith("not supported by this emulator")


def test_sheets_tells_a_service_account_without_room_nothing_of_room(ask):
    code, error = ask("/v4/spreadsheets", "post", json={})
    assert (code, error) == (
        403, {"code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED"},
    )  # fmt: skip


# ownership --------------------------------------------------------------------------------------------------------

FRIEND = "friend@gmail.com"


@pytest.mark.parametrize(
    ("owner", "new", "flag", "reason"),
    [
        (OWNER, OTHER, False, "forbidden"),
        (OWNER, OTHER, True, ""),
        (OWNER, "tianbao@tianbao-demo.iam.gserviceaccount.com", True, "ownershipChangeAcrossDomainNotPermitted"),
        (OWNER, FRIEND, True, "ownershipChangeAcrossDomainNotPermitted"),
        ("me@gmail.com", FRIEND, True, "consentRequiredForOwnershipTransfer"),
    ],
)
@pytest.mark.parametrize("way", ["create", "update"])
def test_who_can_be_given_a_file(emulator, world, person, owner, new, flag, reason, way):
    """Somebody of the same organisation; never a service account, which has no room for it."""
    made = emulator.spreadsheet("甲镇", owner, new)
    session = person(owner).http_client.session
    url, body = f"{emulator.url}{DRIVE}/{made}/permissions", {"role": "owner"}
    given = {"transferOwnership": flag}
    if way == "create":
        answer = session.post(url, params=given, json={**body, "type": "user", "emailAddress": new})
    else:
        (key,) = (key for key, item in world.files[made].permissions.items() if item["emailAddress"] == new)
        answer = session.patch(f"{url}/{key}", params=given, json=body)
    assert world.files[made].owner == (owner if reason else new)
    if reason:
        assert answer.status_code == 403
        assert answer.json()["error"]["errors"][0]["reason"] == reason


def test_people_without_an_organisation_ask_the_other_first(emulator, world, person):
    made = emulator.spreadsheet("甲镇", "me@gmail.com", FRIEND)
    (key,) = (key for key, item in world.files[made].permissions.items() if item["emailAddress"] == FRIEND)
    url = f"{emulator.url}{DRIVE}/{made}/permissions/{key}"
    mine, hers = person("me@gmail.com").http_client.session, person(FRIEND).http_client.session
    assert hers.patch(url, params={"transferOwnership": True}, json={"role": "owner"}).status_code == 403
    assert mine.patch(url, json={"role": "writer", "pendingOwner": True}).status_code == 200
    assert hers.patch(url, params={"transferOwnership": True}, json={"role": "owner"}).status_code == 200
    assert world.files[made].owner == FRIEND


# the token endpoint -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "error", "told"),
    [
        ({}, "invalid_request", "grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type", "Invalid grant_type: password"),
        ({"grant_type": "refresh_token"}, "invalid_request", "refresh_token"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant", "expired or revoked"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer"}, "invalid_request", "assertion"),
    ],
)
def test_what_the_token_endpoint_refuses(emulator, form, error, told):
    answer = requests.post(f"{emulator.url}/token", data=form, timeout=9)
    assert answer.status_code == 400
    assert answer.json()["error"] == error
    assert told in answer.json()["error_description"]
