"""A spreadsheet service on this machine, and gspread talking to it as it talks to Google."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gspread
import pytest
from google.oauth2.credentials import Credentials

from sync.backends.google.emulator import Emulator, World
from tests.google.kit import OWNER, drive_calls, raw_calls, rebased, service_client


@pytest.fixture(scope="session")
def server() -> Iterator[Emulator]:
    """One server for the whole session; every test has a world of its own."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(server: Emulator) -> Emulator:
    server.renew()
    return server


@pytest.fixture
def world(emulator: Emulator) -> World:
    return emulator.world


@pytest.fixture
def key(emulator: Emulator) -> dict[str, Any]:
    """A service account's key file."""
    return emulator.service_account()


@pytest.fixture
def client(emulator: Emulator, key: dict[str, Any]) -> gspread.Client:
    """gspread as a service account."""
    return service_client(emulator.url, key)


@pytest.fixture
def person(emulator: Emulator) -> Callable[[str], gspread.Client]:
    """gspread as a person who has signed in."""

    def sign_in(email: str) -> gspread.Client:
        info = emulator.person(email)
        made = Credentials(
            None, refresh_token=info["refresh_token"], token_uri=info["token_uri"], client_id=info["client_id"],
            client_secret=info["client_secret"],
        )  # fmt: skip
        return gspread.Client(made, http_client=rebased(emulator.url))

    return sign_in


@pytest.fixture
def owner(person: Callable[[str], gspread.Client]) -> gspread.Client:
    return person(OWNER)


@pytest.fixture
def book(emulator: Emulator, client: gspread.Client, key: dict[str, Any]) -> gspread.Spreadsheet:
    """A person's new spreadsheet, shared with the service account, as that sees it."""
    return client.open_by_key(emulator.spreadsheet("试表", OWNER, key["client_email"]))


@pytest.fixture
def sheet(book: gspread.Spreadsheet) -> gspread.Worksheet:
    return book.sheet1


@pytest.fixture
def call(client: gspread.Client) -> Callable[..., Any]:
    """A raw call for what gspread has no method for."""
    return raw_calls(client)


@pytest.fixture
def drive(owner: gspread.Client) -> Callable[..., Any]:
    """Raw Drive calls of a person."""
    return drive_calls(owner)
