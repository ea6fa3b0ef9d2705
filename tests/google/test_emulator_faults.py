"""Quotas, faults, the clock and people who edit in between (sheets-api.md §7, hooks)."""

from __future__ import annotations

import time

import pytest
import requests
from gspread.exceptions import APIError

from sync.backends.google.emulator.world import CallInfo
from tests.google.kit import OTHER, OWNER, service_client

# quotas -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def stopped(world):
    world.clock.set(1_760_000_000)
    return world


def refused(act):
    with pytest.raises(APIError) as caught:
        act()
    return caught.value


def test_sixty_reads_a_minute_a_user(stopped, book, sheet):
    """Over a sliding minute; a batch counts as one; words as Google's."""
    stopped.quota.reset()
    for _ in range(60):
        book.values_batch_get(["A1", "B1", "C1"])
        stopped.clock.advance(0.5)
    error = refused(lambda: book.values_get("A1"))
    assert (error.code, error.error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error.error["message"].startswith(
        "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user' of service "
        "'sheets.googleapis.com' for consumer 'project_number:"
    )
    assert "Retry-After" not in error.response.headers
    stopped.clock.advance(30.1)
    book.values_get("A1")


def test_writes_count_apart_and_a_project_has_a_limit_of_its_own(stopped, emulator, book, sheet):
    stopped.quota.limits.reads_project = 3
    stopped.quota.reset()
    for _ in range(3):
        book.values_get("A1")
    assert "per minute'" in refused(lambda: book.values_get("A1")).error["message"]
    sheet.update([["x"]], "A1")
    second = emulator.service_account("zweiter")
    stopped.share(book.id, second["client_email"])
    assert refused(lambda: service_client(emulator.url, second).open_by_key(book.id).fetch_sheet_metadata()).code == 429


def test_two_accounts_have_a_quota_each(stopped, emulator, book):
    stopped.quota.limits.reads_user = 2
    stopped.quota.reset()
    book.values_get("A1")
    book.values_get("A1")
    assert refused(lambda: book.values_get("A1")).code == 429
    second = emulator.service_account("zweiter")
    stopped.share(book.id, second["client_email"])
    service_client(emulator.url, second).http_client.values_get(book.id, "A1")


def test_drive_refuses_with_403_and_a_reason(stopped, owner):
    stopped.quota.limits.drive_user = 1
    stopped.quota.reset()
    owner.list_spreadsheet_files()
    error = refused(owner.list_spreadsheet_files)
    assert error.code == 403
    assert error.error["errors"][0] == {
        "message": "User Rate Limit Exceeded", "domain": "usageLimits", "reason": "userRateLimitExceeded",
    }  # fmt: skip


def test_calls_are_counted_by_user_project_and_method(world, book, key):
    book.sheet1.update([["x"]], "A1")
    world.account.reset()
    book.values_get("A1")
    book.values_batch_get(["A1"])
    who = key["client_email"], key["project_id"]
    assert world.account.by("user", "project", "kind") == {(*who, "read"): 2}
    assert world.account.by("method") == {("values.get",): 1, ("values.batchGet",): 1}


# faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("retry_after", [None, 7])
def test_429_on_order_with_and_without_retry_after(world, book, retry_after):
    world.faults.add(code=429, times=2, retry_after=retry_after)
    for _ in range(2):
        error = refused(lambda: book.values_get("A1"))
        assert error.code == 429
        assert error.response.headers.get("Retry-After") == (None if retry_after is None else "7")
    book.values_get("A1")


@pytest.mark.parametrize("code", [500, 502, 503])
@pytest.mark.parametrize("html", [False, True])
def test_server_errors_before_anything_is_done(world, book, code, html):
    world.faults.add(code=code, html=html, kind="write")
    error = refused(lambda: book.sheet1.update([["x"]], "A1"))
    assert error.response.status_code == code
    assert error.response.headers["Content-Type"].startswith("text/html" if html else "application/json")
    assert book.sheet1.acell("A1").value is None


def test_an_error_after_which_it_was_written_all_the_same(world, book):
    world.faults.add(code=503, commit=True, kind="write")
    refused(lambda: book.sheet1.update([["x"]], "A1"))
    assert book.sheet1.acell("A1").value == "x"


@pytest.mark.parametrize("commit", [False, True])
def test_the_connection_is_lost(world, book, commit):
    world.faults.add(action="drop", commit=commit, kind="write")
    with pytest.raises(requests.ConnectionError):
        book.sheet1.update([["x"]], "A1")
    assert book.sheet1.acell("A1").value == ("x" if commit else None)


def test_half_a_body(world, book):
    world.faults.add(action="half", kind="write")
    with pytest.raises((requests.RequestException, ValueError)):
        book.sheet1.update([["x"]], "A1")
    assert book.sheet1.acell("A1").value == "x"


@pytest.mark.parametrize("middle", [False, True])
def test_a_slow_answer_comes_after_it_was_carried_out(world, book, client, middle):
    world.faults.add(action="slow", seconds=0.6, middle=middle, kind="write")
    client.set_timeout(0.15)
    begun = time.monotonic()
    with pytest.raises(requests.RequestException):
        book.sheet1.update([["x"]], "A1")
    assert time.monotonic() - begun < 0.6
    client.set_timeout(5)
    assert book.sheet1.acell("A1").value == "x"


def test_faults_choose_their_calls(world, book):
    """By kind, method, book and user; after so many that pass."""
    world.faults.add(code=500, method="values.get", skip=1)
    world.faults.add(code=500, book="ein anderes")
    world.faults.add(code=500, user=OTHER)
    book.fetch_sheet_metadata()
    book.values_get("A1")
    assert refused(lambda: book.values_get("A1")).code == 500
    book.values_get("A1")


def test_the_token_endpoint_may_fail(world, emulator, key):
    from google.auth.exceptions import GoogleAuthError

    world.faults.add(code=400, kind="token")
    with pytest.raises(GoogleAuthError):
        service_client(emulator.url, key).open_by_key("x").fetch_sheet_metadata()


def test_access_is_taken_between_read_and_write(world, book, key):
    book.values_get("A1")
    world.share(book.id, key["client_email"], "reader")
    assert refused(lambda: book.sheet1.update([["x"]], "A1")).code == 403
    world.files[book.id].locked = key["client_email"]
    assert refused(lambda: book.values_get("A1")).code == 403


def test_somebody_edits_between_two_calls(world, book):
    """A scripted edit, applied before call k."""
    seen: list[CallInfo] = []

    def act(call):
        seen.append(call)
        if len(seen) == 2:
            world.act(
                book.id,
                OWNER,
                {
                    "updateCells": {
                        "start": {"sheetId": 0},
                        "rows": [{"values": [{"userEnteredValue": {"stringValue": "dazwischen"}}]}],
                        "fields": "userEnteredValue",
                    }
                },
            )

    world.before = act
    assert "values" not in book.values_get("A1")
    assert book.values_get("A1")["values"] == [["dazwischen"]]
    assert [call.method for call in seen] == ["values.get", "values.get"]


# the control path -------------------------------------------------------------------------------------------------


@pytest.fixture
def control(emulator):
    def post(what, **body):
        return requests.post(f"{emulator.url}/_control/{what}", json=body, timeout=5)

    return post


def test_control_from_another_process(emulator, world, control, book, key):
    assert control("fault", code=503, times=1).status_code == 200
    assert refused(lambda: book.values_get("A1")).code == 503
    control("clock", at=1_760_000_000)
    control("clock", advance=60)
    control("lag", seconds=14)
    control("limits", reads_user=5)
    control("reset")
    state = requests.get(f"{emulator.url}/_control", timeout=5).json()
    assert (state["now"], state["lag"], state["limits"]["reads_user"]) == (1_760_000_060, 14, 5)
    assert state["calls"] == {}
    control("act", book=book.id, user=OWNER, requests=[{"addSheet": {"properties": {"title": "neu"}}}])
    assert [item.title for item in book.worksheets()] == ["Sheet1", "neu"]
    control("share", file=book.id, user=key["client_email"])
    assert refused(lambda: book.values_get("A1")).code == 403
    control("revoke")
    assert "faults" in requests.get(f"{emulator.url}/_control", timeout=5).json()


@pytest.mark.parametrize(("what", "body"), [("fault", {"unsinn": 1}), ("limits", {"unsinn": 1}), ("nichts", {})])
def test_control_refuses_what_it_does_not_know(control, what, body):
    assert control(what, **body).status_code in (400, 404)


# the page ---------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_a_person_would_see(emulator, book, sheet):
    sheet.update([["=1/0", "<b>x</b>", "50%"]], "A1", value_input_option="USER_ENTERED")
    book.add_worksheet("geheim", 5, 5).hide()
    book.batch_update({"requests": [{"addConditionalFormatRule": {"rule": {
        "ranges": [{"sheetId": 0, "startRowIndex": 0, "endRowIndex": 2}],
        "booleanRule": {"condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=$C1=0.5"}]},
                        "format": {"backgroundColor": {"red": 1}}}}}}]})  # fmt: skip
    listing = requests.get(emulator.url, timeout=5).text
    assert f"/view/{book.id}" in listing
    page = requests.get(f"{emulator.url}/view/{book.id}", timeout=5).text
    assert "#DIV/0!" in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "50%" in page
    assert "background:#ff0000" in page
    assert "geheim" not in page
    assert "geheim" in requests.get(f"{emulator.url}/view/{book.id}?hidden=1", timeout=5).text
    assert requests.get(f"{emulator.url}/view/nicht-da", timeout=5).status_code == 404


def test_an_unknown_path_is_404(emulator):
    assert requests.get(f"{emulator.url}/v5/nichts", timeout=5).status_code == 404
