"""The emulator of a directory: what stood there stands there after a restart, and only one process runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gspread
import pytest
from google.oauth2.credentials import Credentials

from sync.backends.google.emulator.home import Home, enter, leave
from sync.backends.google.emulator.keep import book_as_json, book_from_json
from tests.google.kit import rebased, service_client
from tests.google.office import Office

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    found = enter(tmp_path / "emulator")
    yield found
    leave(found)


def clerk(home: Home) -> gspread.Client:
    """gspread as the person who owns the spreadsheets."""
    info = json.loads(home.key("person.json").read_text())
    made = Credentials(
        None, refresh_token=info["refresh_token"], token_uri=info["token_uri"], client_id=info["client_id"],
        client_secret=info["client_secret"],
    )  # fmt: skip
    return gspread.Client(made, http_client=rebased(home.url))


def test_a_book_comes_back_as_it_was(emulator) -> None:  # type: ignore[no-untyped-def]
    """A whole unit book with answers, a clerk's format, an error and a filter: nothing is lost on the way to disk."""
    office = Office(emulator, rows={"a": {"project": [{"name": "甲路", "code": "2405-340403-04-01-123456"}]}})
    office.type("a", 3, "name", "=1/0")
    book = office.book("a")
    kept = json.loads(json.dumps(book_as_json(book)))
    again = book_from_json(kept)
    again.day = book.day
    assert json.loads(json.dumps(book_as_json(again))) == kept
    for sheet, other in zip(book.sheets, again.sheets, strict=True):
        shown = [[book.reader.shown(sheet.id, row, column) for column in range(40)] for row in range(30)]
        assert [[again.reader.shown(other.id, row, column) for column in range(40)] for row in range(30)] == shown
        assert len(other.conditional) == len(sheet.conditional)
    assert {key: item["editors"] for key, item in again.protected.items()} == {
        key: item["editors"] for key, item in book.protected.items()
    }


def test_a_restart_keeps_files_cells_and_accounts(tmp_path: Path) -> None:
    """The same key file works before and after; a file that was deleted does not come back."""
    home = enter(tmp_path / "emulator")
    made = clerk(home).create("甲镇")
    gone = clerk(home).create("扔掉的")
    made.sheet1.update([["名称", "007"]], "A1", raw=True)
    made.share("tianbao@tianbao-demo.iam.gserviceaccount.com", perm_type="user", role="writer", notify=False)
    clerk(home).del_spreadsheet(gone.id)
    key = home.key().read_bytes()
    leave(home)
    home = enter(tmp_path / "emulator")
    try:
        assert home.key().read_bytes() == key
        service = service_client(home.url, json.loads(key))
        assert service.open_by_key(made.id).sheet1.get_values() == [["名称", "007"]]
        assert [file["name"] for file in clerk(home).list_spreadsheet_files()] == ["甲镇"]
    finally:
        leave(home)


def test_a_crash_loses_at_most_the_last_moment(home: Home) -> None:
    """What changed is on disk soon after, without anybody closing anything."""
    made = clerk(home).create("甲镇")
    made.sheet1.update([["甲"]], "A1")
    home.save()
    found = json.loads((home.directory / "books" / f"{made.id}.json").read_text())
    assert "甲" in json.dumps(found["sheets"][0]["kinds"], ensure_ascii=False)
    assert not list(home.directory.glob("**/*.tmp"))


def test_secrets_are_for_their_owner_alone(home: Home) -> None:
    for name in ("key.json", "person.json"):
        assert home.key(name).stat().st_mode & 0o077 == 0


def test_another_process_uses_the_server_that_runs_and_takes_over(tmp_path: Path) -> None:
    """One server, one state; the second process sees the first one's cells and goes on when that ends."""
    home = enter(tmp_path / "emulator")
    made = clerk(home).create("甲镇")
    made.sheet1.update([["甲"]], "A1")
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from sync.backends.google.emulator.home import enter, leave\n"
        "home = enter(Path(sys.argv[1]))\n"
        "print(home.mine, flush=True)\n"
        "while not home.mine: time.sleep(0.05)\n"
        "print(home.mine, flush=True)\n"
        "sys.stdin.readline()\n"
        "leave(home)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "emulator")]
    other = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdin is not None
    try:
        assert other.stdout.readline() == "False\n"
        address = home.url
        leave(home)
        assert other.stdout.readline() == "True\n"
        home = enter(tmp_path / "emulator")
        assert not home.mine
        assert home.url == address
        assert clerk(home).open_by_key(made.id).sheet1.get_values() == [["甲"]]
        leave(home)
    finally:
        other.communicate("\n", timeout=20)
    assert other.returncode == 0
