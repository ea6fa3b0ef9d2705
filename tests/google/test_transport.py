"""Our own rules over gspread: what is tried again, what never, how long, by whom; every failure in plain words."""

from __future__ import annotations

import pytest
import requests
from google.auth.exceptions import RefreshError, TransportError
from gspread.exceptions import APIError
from gspread.urls import DRIVE_FILES_API_V3_URL

from sync.backends.google.client import Quotas, kind_of
from sync.backends.google.failures import (
    LONGEST_ASKED,
    AccessRefused,
    BookGone,
    BookResting,
    CredentialsRefused,
    PolicyForbids,
    RequestRefused,
    TooSlow,
    Unclear,
    as_error,
    classify,
)
from sync.errors import BookUnavailable
from tests.google.kit import OWNER
from tests.google.office import Office


@pytest.fixture
def office(server):
    return Office(server, units=[("a", "甲镇")], tries=4)


def title(office):
    return office.transport.get_book("book-a", "甲镇", "properties.title")["properties"]["title"]


def rename(office, *, repeatable=True):
    request = {"updateSpreadsheetProperties": {"properties": {"title": "改名"}, "fields": "title"}}
    return office.transport.update_book("book-a", "甲镇", [request], repeatable=repeatable)


# what is what -----------------------------------------------------------------------------------------------------


def answer(code, body=None, headers=None, text=""):
    response = requests.Response()
    response.status_code = code
    response._content = (
        text.encode()
        if text
        else requests.compat.json.dumps(body or {"error": {"code": code, "message": "m"}}).encode()
    )
    response.headers.update(headers or {})
    return APIError(response)


def refused(reason, code=403):
    return answer(code, {"error": {"code": code, "message": "m", "errors": [{"reason": reason}]}})


def prohibited(reason):
    return answer(403, {"error": {"code": 403, "message": "m", "details": [{"reason": reason}]}})


DRIVE = {"error": {"code": 403, "message": "User Rate Limit Exceeded", "errors": [{"reason": "userRateLimitExceeded"}]}}


@pytest.mark.parametrize(
    ("error", "kind", "transient", "unclear"),
    [
        (answer(429), "quota", True, False),
        (answer(403, DRIVE), "quota", True, False),
        (refused("rateLimitExceeded"), "quota", True, False),
        (refused("dailyLimitExceeded"), "quota", True, False),
        (refused("domainPolicy"), "policy", False, False),
        (prohibited("SECURITY_POLICY_VIOLATED"), "policy", False, False),
        (refused("accessNotConfigured"), "off", False, False),
        (prohibited("SERVICE_DISABLED"), "off", False, False),
        (prohibited("CONSUMER_INVALID"), "off", False, False),
        (refused("storageQuotaExceeded"), "room", False, False),
        (refused("insufficientFilePermissions"), "denied", False, False),
        (answer(403, text="<html>Forbidden by proxy"), "network", True, True),
        (answer(404, text="<html>Not Found"), "network", True, True),
        (answer(407, text="<html>Proxy Authentication Required"), "network", True, True),
        (answer(413, text="<html>Too Large"), "invalid", False, False),
        (answer(403), "denied", False, False),
        (answer(404), "gone", False, False),
        (answer(400), "invalid", False, False),
        (answer(401), "auth", False, False),
        (answer(500), "server", True, True),
        (answer(503), "server", True, True),
        (answer(502, text="<html>Error"), "server", True, True),
        (answer(409), "server", True, True),
        (requests.ConnectTimeout("t"), "network", True, False),
        (requests.ReadTimeout("t"), "network", True, True),
        (requests.ConnectionError("Connection aborted"), "network", True, True),
        (requests.ConnectionError("[Errno 111] Connection refused"), "network", True, False),
        (requests.exceptions.ChunkedEncodingError("IncompleteRead"), "network", True, True),
        (requests.exceptions.ProxyError("Cannot connect to proxy."), "network", True, False),
        (requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"), "network", True, True),
        (ValueError("no JSON"), "network", True, True),
        (TransportError("offline"), "network", True, False),
        (RefreshError("invalid_grant"), "auth", False, False),
        (RefreshError("later", retryable=True), "server", True, False),
        (RefreshError("<html>Forbidden by proxy"), "network", True, False),
        (RuntimeError("ours"), "other", False, False),
    ],
)
def test_verdicts(error, kind, transient, unclear):
    """Only what can succeed is tried again; only what may have been done is unclear."""
    found = classify(error)
    assert (found.kind, found.transient, found.unclear) == (kind, transient, unclear)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("", None), ("7", 7.0), ("soon", None), ("-3", None), ("99999999", LONGEST_ASKED),
        ("Fri, 20 Jun 2025 01:00:42 GMT", 42.0), ("Fri, 20 Jun 2025 00:00:00 GMT", 0.0),
        ("Fri, 20 Jun 2036 01:00:42 GMT", LONGEST_ASKED),
    ],
)  # fmt: skip
def test_retry_after_is_a_number_of_seconds_or_a_date(header, wait):
    """A date is held against the answer's own, so that our clock may be wrong."""
    headers = {"Retry-After": header, "Date": "Fri, 20 Jun 2025 01:00:00 GMT"}
    assert classify(answer(429, headers=headers if header else {})).wait == wait


def test_words_of_google_and_of_others_are_told_apart():
    """A page of HTML is never shown, and what stands in the way to Google is no matter of sharing."""
    told = [
        as_error(classify(error), "甲镇")
        for error in (
            answer(403, text="<html>Forbidden"),
            RefreshError("<html>x"),
            TransportError("HTTPSConnectionPool"),
            requests.exceptions.ProxyError("x"),
            requests.exceptions.SSLError("x"),
        )
    ]
    for error in told:
        assert isinstance(error, BookUnavailable) and not isinstance(error, AccessRefused)
        assert "<html" not in str(error) and "HTTPSConnectionPool" not in str(error)
        assert "HTTPS_PROXY" in error.hint
    assert "登录服务暂时不可用" in classify(RefreshError("<html>500", retryable=True)).message
    gone = as_error(classify(prohibited("CONSUMER_INVALID")), "甲镇")
    assert "项目用不了" in str(gone) and "恢复它" in gone.hint


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("get", "https://sheets.googleapis.com/v4/spreadsheets/x", "read"),
        ("get", "https://sheets.googleapis.com/v4/spreadsheets/x/values/A1", "read"),
        ("post", "https://sheets.googleapis.com/v4/spreadsheets/x/values:batchGetByDataFilter", "read"),
        ("post", "https://sheets.googleapis.com/v4/spreadsheets/x:batchUpdate", "write"),
        ("put", "https://sheets.googleapis.com/v4/spreadsheets/x/values/A1", "write"),
        ("get", "https://www.googleapis.com/drive/v3/files", "drive"),
        ("post", "https://www.googleapis.com/drive/v3/files/x/permissions", "drive"),
    ],
)
def test_which_quota_a_call_counts_in(method, path, kind):
    assert kind_of(method, path) == kind


# what is tried again ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"code": 429}, {"code": 429, "retry_after": 3}, {"code": 500}, {"code": 502, "html": True}, {"code": 503},
        {"code": 429, "retry_after": 3, "retry_date": True}, {"code": 403, "html": True}, {"code": 200, "html": True},
        {"code": 503, "commit": True}, {"action": "drop"}, {"action": "drop", "commit": True}, {"action": "half"},
    ],
)  # fmt: skip
def test_passing_failures_are_got_over(office, fault):
    """A read, and a write that may be repeated."""
    office.world.faults.add(**fault, times=2, kind="read")
    assert title(office) == "甲镇"
    office.world.faults.add(**fault, times=2, kind="write")
    rename(office)
    assert title(office) == "改名"


def test_retry_after_is_waited_for(office):
    title(office)
    office.slept.clear()
    office.world.faults.add(code=429, retry_after=42, kind="read")
    title(office)
    assert sum(office.slept) >= 42


def test_a_date_to_retry_after_is_waited_for(office):
    title(office)
    office.slept.clear()
    office.world.faults.add(code=429, retry_after=42, retry_date=True, kind="read")
    title(office)
    assert 40 <= sum(office.slept) <= 43


def test_an_answer_that_trickles_ends_with_the_run(office):
    """The library's time limits are for each piece of an answer alone."""
    body = [{"values": [{"userEnteredValue": {"stringValue": "字" * 20_000}}]}]
    office.act("a", {"updateCells": {"start": {"sheetId": office.place("a")[0], "rowIndex": 40}, "rows": body,
                                     "fields": "userEnteredValue"}})  # fmt: skip
    looks = []

    def slow():
        looks.append(office.clock.now() + 50 * len(looks))
        return looks[-1]

    client = office.transport.client(office.accounts[0])
    client._adapter._clock = slow
    with pytest.raises(BookUnavailable, match="没有按时回答"):
        office.transport.get_book("book-a", "甲镇", "sheets.data.rowData.values.formattedValue")
    assert len(looks) < 12


def test_a_domain_that_forbids_programs_is_no_matter_of_sharing(office):
    office.world.faults.add(code=403, kind="drive", reason="domainPolicy")
    url = f"{DRIVE_FILES_API_V3_URL}/book-a"
    with pytest.raises(PolicyForbids, match="管理员不允许") as caught:
        office.transport.call("book-a", "甲镇", "drive", lambda client: client.ask("get", url))
    assert "共享没有用" in caught.value.hint


def test_without_retry_after_the_wait_grows(office):
    title(office)
    office.slept.clear()
    office.world.faults.add(code=503, times=3, kind="read")
    title(office)
    assert len(office.slept) == 3
    assert 1 <= office.slept[0] <= 2 <= office.slept[1] <= 3 < 4 <= office.slept[2] <= 5


def test_tries_are_counted_and_end(office):
    office.world.faults.add(code=503, times=50, kind="read")
    with pytest.raises(BookUnavailable, match="甲镇"):
        title(office)
    assert office.world.account.count(kind="read", status=503) == 4


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"code": 403, "kind": "read"}, AccessRefused),
        ({"code": 404, "kind": "read"}, BookGone),
        ({"code": 400, "kind": "read"}, RequestRefused),
    ],
)
def test_what_can_never_succeed_is_tried_once(office, fault, error):
    title(office)
    office.world.account.reset()
    office.world.faults.add(**fault, times=9)
    with pytest.raises(error):
        title(office)
    assert office.world.account.count(kind="read") == 1


@pytest.mark.parametrize(
    "fault", [{"code": 503}, {"action": "drop", "commit": True}, {"action": "drop"}, {"action": "half"}]
)
def test_an_unclear_write_is_not_repeated_unless_it_may_be(office, fault):
    """It may have been carried out; whoever asked must look."""
    title(office)
    office.world.faults.add(**fault, kind="write")
    office.world.account.reset()
    with pytest.raises(Unclear):
        rename(office, repeatable=False)
    assert office.world.account.count(kind="write") == 1


def test_a_clear_refusal_of_such_a_write_is_repeated(office):
    """429: nothing was done."""
    office.world.faults.add(code=429, kind="write")
    rename(office, repeatable=False)
    assert title(office) == "改名"


def test_a_run_has_a_deadline(office):
    """Waiting does not go on for ever: the lease would run out."""
    begun = office.clock.now()
    office.world.faults.add(code=429, times=99, retry_after=100, kind="read")
    with pytest.raises(BookUnavailable):
        title(office)
    assert office.clock.now() - begun <= 240


def test_a_queue_that_is_too_long_is_told(server):
    office = Office(server, units=[("a", "甲镇")], quotas=Quotas(per_identity=1, per_project=100))
    office.transport._run_seconds = 30
    title(office)
    with pytest.raises(TooSlow, match="配额"):
        title(office)


def test_expired_and_revoked_tokens_are_renewed(office):
    title(office)
    office.world.tokens.revoke_all()
    assert title(office) == "甲镇"
    office.clock.advance(5000)
    assert title(office) == "甲镇"


def test_an_account_that_is_refused_stops_everything(office):
    office.world.tokens.revoke_all()
    office.world.tokens.disabled.update(item.name for item in office.accounts)
    with pytest.raises(CredentialsRefused, match="账号"):
        title(office)


# people's doing ---------------------------------------------------------------------------------------------------


def test_a_book_that_is_not_shared_says_with_whom_to_share_it(office):
    office.world.files["book-a"].parents.clear()
    with pytest.raises(AccessRefused) as caught:
        title(office)
    assert "甲镇" in str(caught.value)
    assert office.accounts[0].name in caught.value.hint
    assert "编辑者" in caught.value.hint


def test_a_mere_reader_may_read_and_not_write(office):
    office.world.files["book-a"].parents.clear()
    office.world.share("book-a", office.accounts[0].name, "reader")
    assert title(office) == "甲镇"
    with pytest.raises(AccessRefused):
        rename(office)


def test_another_identity_is_asked_before_giving_up(server):
    office = Office(server, units=[("a", "甲镇")], identities=3)
    office.world.files["book-a"].parents.clear()
    office.world.share("book-a", office.accounts[2].name)
    assert title(office) == "甲镇"
    office.world.account.reset()
    assert title(office) == "甲镇"
    assert office.world.account.count(status=403) == 0, "who was refused is not asked again first"


def test_trashed_books_are_not_listed(office):
    assert [ref.name for ref in office.backend.list()] == ["甲镇"]
    office.world.files["book-a"].trashed = True
    assert office.backend.list() == []


def test_books_moved_out_of_the_folder_are_not_listed(office):
    office.world.files["book-a"].parents = [office.emulator.folder("anderswo", OWNER)]
    assert office.backend.list() == []


def test_a_book_that_fails_again_and_again_is_left_alone_for_a_while(office):
    title(office)
    office.world.faults.add(code=503, times=12, kind="read")
    for _ in range(3):
        with pytest.raises(BookUnavailable):
            title(office)
    office.world.account.reset()
    with pytest.raises(BookResting, match="以后再试"):
        title(office)
    assert office.world.account.count() == 0
    office.clock.advance(120)
    assert title(office) == "甲镇"


def test_calls_and_failures_are_counted(office):
    title(office)
    office.world.faults.add(code=503, kind="read")
    title(office)
    counts = office.transport.counts
    assert counts.calls[office.accounts[0].name, "read"] == 3
    assert counts.total("read") == 3
    assert counts.failures["server"] == 1
