"""The token endpoint (sheets-api.md §7.1): a token stands for the account that signed; unknown and expired ones are 401."""

from __future__ import annotations

import time

import gspread
import pytest
import requests
from google.auth import jwt
from google.auth.crypt import RSASigner
from google.auth.exceptions import RefreshError
from google.oauth2 import service_account
from gspread.exceptions import APIError

from tests.google.kit import HOSTS, OWNER, rebased, service_client


def test_a_token_stands_for_the_signing_account(emulator, world, key, book):
    """Calls count for the JWT's issuer and its project."""
    book.sheet1.get("A1")
    assert world.account.count(user=key["client_email"], project=key["project_id"], kind="read") > 0


def test_the_answer_is_what_google_auth_wants(emulator, key):
    answer = requests.post(
        f"{emulator.url}/token",
        data={"grant_type": "refresh_token", "refresh_token": emulator.person(OWNER)["refresh_token"]},
        timeout=5,
    )
    assert set(answer.json()) == {"access_token", "expires_in", "token_type"}
    assert answer.json()["token_type"] == "Bearer"


@pytest.mark.parametrize("header", ["falsch", "Bearer falsch"])
def test_unknown_tokens_are_401(emulator, header):
    answer = requests.get(f"{emulator.url}/v4/spreadsheets/x", headers={"Authorization": header}, timeout=5)
    assert answer.status_code == 401
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"


def test_expired_tokens_are_refreshed_once_and_the_call_repeated(emulator, world, client, key):
    """AuthorizedSession gets a 401, asks for a new token and repeats the call."""
    made = client.open_by_key(emulator.spreadsheet("x", OWNER, key["client_email"]))
    before = world.account.count(kind="token")
    world.clock.advance(3601)
    assert made.sheet1.title == "Sheet1"
    assert world.account.count(kind="token") == before + 1
    assert world.account.count(status=401) == 1


def test_revoked_tokens_are_worth_nothing(emulator, world, client, key):
    made = client.open_by_key(emulator.spreadsheet("x", OWNER, key["client_email"]))
    world.tokens.revoke_all()
    assert made.sheet1.title == "Sheet1"
    assert world.account.count(status=401) == 1


def test_an_account_that_is_not_known_gets_no_token(emulator, key):
    stranger = {**key, "client_email": "niemand@example.iam.gserviceaccount.com"}
    with pytest.raises(RefreshError, match="invalid_grant"):
        service_client(emulator.url, stranger).open_by_key("x")


def test_a_disabled_account_gets_no_token(emulator, world, key):
    world.tokens.disabled.add(key["client_email"])
    with pytest.raises(RefreshError, match="disabled"):
        service_client(emulator.url, key).open_by_key("x")


def test_a_signature_of_another_key_is_refused(emulator, key):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        service_client(emulator.url, {**key, "private_key": other.decode()}).open_by_key("x")


def test_other_grants_are_refused(emulator):
    answer = requests.post(f"{emulator.url}/token", data={"grant_type": "password"}, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_short_lived_tokens_are_refreshed_at_every_call(emulator, world, key):
    """google-auth counts a token as stale 3 minutes 45 seconds before its end."""
    world.tokens.lifetime = 200
    client = service_client(emulator.url, key)
    made = client.open_by_key(emulator.spreadsheet("x", OWNER, key["client_email"]))
    before = world.account.count(kind="token")
    made.sheet1.get("A1")
    made.sheet1.get("A1")
    assert world.account.count(kind="token") >= before + 2


def test_drive_words_a_401_its_own_way(emulator):
    answer = requests.get(f"{emulator.url}/drive/v3/files", headers={"Authorization": "Bearer falsch"}, timeout=5)
    assert answer.status_code == 401
    assert answer.json()["error"]["errors"][0]["reason"] == "authError"


def test_nothing_leaves_this_machine(client, book):
    """google-auth below 2.55 looks up no outside host for a service account."""
    import google.auth

    assert tuple(map(int, google.auth.__version__.split(".")[:2])) < (2, 55)
    assert isinstance(client, gspread.Client)
    assert HOSTS[0] not in str(book.client.session.adapters)


def test_an_api_error_keeps_googles_words(client):
    with pytest.raises(APIError) as caught:
        client.http_client.request("get", HOSTS[0] + "/v4/spreadsheets/nicht-da")
    assert caught.value.code == 404


# what an assertion must say ---------------------------------------------------------------------------------------

NOW = int(time.time())
AUTH = "https://www.googleapis.com/auth/"


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({}, None, ""),
        ({"aud": "https://oauth2.googleapis.com/token"}, None, ""),  # so google-auth, whatever token_uri says
        ({"aud": "https://example.com/token"}, "invalid_grant", "audience"),
        ({"iat": NOW - 8000, "exp": NOW - 4400}, "invalid_grant", "short-lived token"),
        ({"iat": NOW + 4000, "exp": NOW + 7600}, "invalid_grant", "short-lived token"),
        ({"iat": NOW, "exp": NOW + 7200}, "invalid_grant", "short-lived token"),
        ({"exp": None}, "invalid_grant", "short-lived token"),
        ({"scope": None}, "invalid_scope", "Empty or missing scope"),
        ({"scope": "spreadsheets"}, "invalid_scope", "Invalid OAuth scope"),
    ],
)
def test_an_assertion_is_held_to_what_it_must_say(emulator, key, changed, error, words):
    claims = {
        "iss": key["client_email"],
        "aud": key["token_uri"],
        "scope": AUTH + "drive",
        "iat": NOW,
        "exp": NOW + 3600,
    }
    signer = RSASigner.from_service_account_info(key)
    assertion = jwt.encode(signer, {name: value for name, value in (claims | changed).items() if value})
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
    answer = requests.post(key["token_uri"], data=form, timeout=5)
    assert answer.json().get("error") == error
    assert words in answer.json().get("error_description", "")
    assert answer.status_code == (400 if error else 200)


@pytest.mark.parametrize(
    ("scopes", "refused"),
    [
        (["spreadsheets", "drive"], []),
        (["drive"], []),
        (["spreadsheets.readonly", "drive.readonly"], ["write", "share"]),
        (["spreadsheets"], ["list", "share"]),
        (["spreadsheets.readonly", "drive.metadata.readonly"], ["write", "share"]),
        (["drive.readonly"], ["write", "share"]),
        (["cloud-platform"], ["read", "write", "list", "share"]),
    ],
)
def test_a_token_is_good_for_its_scopes(emulator, key, scopes, refused):
    """A program that asks for reading alone cannot write, as at Google."""
    made = service_account.Credentials.from_service_account_info(key, scopes=[AUTH + scope for scope in scopes])
    client = gspread.Client(made, http_client=rebased(emulator.url))
    book = emulator.spreadsheet("x", OWNER, key["client_email"])
    sheets, drive = f"{HOSTS[0]}/v4/spreadsheets/{book}/values/A1", f"{HOSTS[1]}/drive/v3/files"
    share = {"type": "user", "role": "reader", "emailAddress": "a@example.cn"}
    calls = {
        "read": lambda send: send("get", sheets),
        "write": lambda send: send("put", sheets, params={"valueInputOption": "RAW"}, json={"values": [[1]]}),
        "list": lambda send: send("get", drive),
        "share": lambda send: send("post", f"{drive}/{book}/permissions", json=share),
    }
    found = []
    for name, carry_out in calls.items():
        try:
            carry_out(client.http_client.request)
        except APIError as error:
            assert (error.code, "insufficient authentication scopes" in str(error)) == (403, True)
            found.append(name)
    assert found == refused
