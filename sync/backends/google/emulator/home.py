"""The emulator of one directory: its state on disk, run by whichever process comes first, used over HTTP by the others.

When the process that runs it ends, one of those that still use it takes over at the same address.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import threading
import time
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sync.backends.google.emulator.clock import EmulatorClock
from sync.backends.google.emulator.files import FOLDER
from sync.backends.google.emulator.keep import book_as_json, book_from_json, file_as_json, file_from_json
from sync.backends.google.emulator.server import Emulator
from sync.backends.google.emulator.tokens import Identity
from sync.backends.google.emulator.world import World
from sync.errors import ConfigurationError

Json = dict[str, Any]

PORT = 8765  # wished for; another one when somebody has it
PROJECT = "tianbao-demo"
PERSON = "clerk@example.cn"  # owns what is made here, and fills it
SAVE_SECONDS, TURN_SECONDS, START_SECONDS = 0.5, 0.3, 10.0


class Home:
    """An emulator in its directory. `close` it; several in one process share one server."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / "books").mkdir(parents=True, exist_ok=True)
        self._lock_file: IO[str] | None = None
        self._emulator: Emulator | None = None
        self._dirty: set[str] = set()
        self._saved_changes = -1
        self._saving = threading.Lock()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        if not self._take():
            self._wait_until_served()
        self._thread = threading.Thread(target=self._work, daemon=True, name="emulator-home")
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{int(self._read('port'))}"

    @property
    def mine(self) -> bool:
        """Whether this process runs it."""
        return self._emulator is not None

    def key(self, name: str = "key.json") -> Path:
        """A key file: key.json of the service account, person.json of the person who owns the spreadsheets."""
        return self.directory / name

    def close(self) -> None:
        """Save everything and let another process take over."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join()
        if self._emulator is not None:
            self._emulator.stop()
            self.save()
            self._emulator = None
        if self._lock_file is not None:
            self._lock_file.close()
            self._lock_file = None

    # whose turn it is ---------------------------------------------------------------------------------------------

    def _take(self) -> bool:
        """Become the one that runs it, unless another process does."""
        file = (self.directory / "lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._lock_file = file
        self._start()
        return True

    def _start(self) -> None:
        world = World(EmulatorClock())
        self._load(world)
        world.after_commit = self._dirty.add
        emulator = Emulator(world, port=self._wished())
        try:
            emulator.start()
        except OSError:  # somebody else has the port by now
            emulator = Emulator(world)
            emulator.start()
        self._emulator = emulator
        self._write("port", emulator.url.rpartition(":")[2])
        self._accounts(emulator)

    def _wished(self) -> int:
        text = self._read("port")
        return int(text) if text.isdigit() else PORT

    def _wait_until_served(self) -> None:
        """Another process runs it: wait until it answers. ConfigurationError when it does not."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(OSError, ValueError):
                requests.get(f"{self.url}/_control", timeout=2).raise_for_status()
                return
            time.sleep(0.1)
        raise ConfigurationError(
            f"模拟的 Google 表格没有应答（{self.directory}）",
            "有另一个 tianbao 正在用它；请等那个命令结束，或停掉后再试。",
        )

    def _work(self) -> None:
        """Save what changed; or, as a user of another process's emulator, wait for one's turn."""
        while not self._closing.wait(SAVE_SECONDS if self.mine else TURN_SECONDS):
            if self.mine:
                self.save()
            else:
                with contextlib.suppress(OSError):
                    self._take()

    # accounts -----------------------------------------------------------------------------------------------------

    def _accounts(self, emulator: Emulator) -> None:
        """The service account and the person: made the first time, known again later, wherever the server is now."""
        address = f"{emulator.url}/token"
        account = self._known("key.json") or emulator.service_account("tianbao", PROJECT)
        emulator.world.tokens.keys[account["client_email"]] = _public(account["private_key"])
        emulator.world.tokens.projects[account["client_email"]] = account["project_id"]
        self._secret("key.json", {**account, "token_uri": address})
        person = self._known("person.json") or {**emulator.person(PERSON, PROJECT), "email": PERSON}
        emulator.world.add_person(person["email"], person["refresh_token"], PROJECT)
        self._secret("person.json", {**person, "token_uri": address})

    def _known(self, name: str) -> Json | None:
        text = self._read(name)
        return json.loads(text) if text else None

    def _secret(self, name: str, value: Json) -> None:
        self._write(name, json.dumps(value, ensure_ascii=False, indent=2), mode=0o600)

    # on disk ------------------------------------------------------------------------------------------------------

    def _load(self, world: World) -> None:
        found = self._known("world.json") or {"files": [], "people": {}}
        world.files = {item["id"]: file_from_json(item) for item in found["files"]}
        world.folders = {key: file for key, file in world.files.items() if file.mime == FOLDER}
        for token, person in found["people"].items():
            world.tokens.people[token] = Identity(**person)
        for key in world.files:
            path = self._book(key)
            if path.is_file():
                world.books[key] = book_from_json(json.loads(path.read_text("utf-8")))
                world.keep_day(world.books[key])

    def save(self) -> None:
        """Bring to disk what changed since the last time; whole files, one after the other."""
        if self._emulator is None:
            return
        world = self._emulator.world
        with self._saving:
            with world.lock:
                changed = {key: world.books[key].copy() for key in self._dirty if key in world.books}
                self._dirty.clear()
                changes = len(world.changes)
                fresh = changes != self._saved_changes
                state = _state(world) if fresh else None
                unsaved = [key for key in world.books if key not in changed and not self._book(key).exists()]
                changed |= {key: world.books[key].copy() for key in unsaved} if fresh else {}
            for key, book in changed.items():
                self._write(f"books/{quote(key, safe='')}.json", _text(book_as_json(book)))
            if state is not None:
                self._write("world.json", _text(state))
                self._saved_changes = changes
                kept = {self._book(item["id"]).name for item in state["files"]}
                for path in (self.directory / "books").glob("*.json"):
                    if path.name not in kept:
                        path.unlink()

    def _book(self, key: str) -> Path:
        return self.directory / "books" / f"{quote(key, safe='')}.json"

    def _read(self, name: str) -> str:
        with contextlib.suppress(FileNotFoundError):
            return (self.directory / name).read_text("utf-8")
        return ""

    def _write(self, name: str, text: str, mode: int = 0o644) -> None:
        target = self.directory / name
        draft = target.with_name(f".{target.name}.tmp")
        draft.unlink(missing_ok=True)
        draft.touch(mode)
        draft.write_text(text, "utf-8")
        draft.replace(target)


def _state(world: World) -> Json:
    people = {token: {"email": who.email, "project": who.project} for token, who in world.tokens.people.items()}
    return {"files": [file_as_json(file) for file in world.files.values()], "people": people}


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _public(private: str) -> rsa.RSAPublicKey:
    key = serialization.load_pem_private_key(private.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key.public_key()


# one server a process ---------------------------------------------------------------------------------------------

_homes: dict[Path, tuple[Home, int]] = {}
_homes_lock = threading.Lock()


def enter(directory: Path) -> Home:
    """The emulator of a directory, started if need be. `leave` it as often as it was entered."""
    where = directory.resolve()
    with _homes_lock:
        home, users = _homes.get(where) or (Home(where), 0)
        _homes[where] = home, users + 1
        return home


def leave(home: Home) -> None:
    with _homes_lock:
        _, users = _homes[home.directory]
        if users > 1:
            _homes[home.directory] = home, users - 1
            return
        del _homes[home.directory]
    home.close()
