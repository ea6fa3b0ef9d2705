"""All the emulator knows: accounts, files, spreadsheets, changes; and the acts of people who work beside the caller."""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sync.backends.google.emulator.batch import run_requests
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.clock import EmulatorClock
from sync.backends.google.emulator.errors import (
    ApiError,
    DriveError,
    bad,
    forbidden,
    no_entity,
    no_file,
    office_file,
)
from sync.backends.google.emulator.faults import Faults
from sync.backends.google.emulator.files import (
    FOLDER,
    GOOGLE,
    OFFICE,
    ROLES,
    SPREADSHEET,
    Edit,
    File,
    file_json,
    in_bin,
    parents_of,
    permission_id,
    role_of,
    root_id,
)
from sync.backends.google.emulator.quota import Account, Quota
from sync.backends.google.emulator.tokens import Identity, Tokens

T = TypeVar("T")
SERVICE = ".gserviceaccount.com"


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the change log: who sees it is worked out when it is asked for."""

    number: int
    file: str
    at: float
    content: bool  # an edit of the content, which Drive notices late
    audience: frozenset[str] = frozenset()  # who lost access by it
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class CallInfo:
    """A call about to be handled."""

    number: int
    kind: str
    method: str
    user: str
    book: str


class World:
    """State behind the APIs. Everything happens under one lock, so that calls and people's acts take turns."""

    def __init__(self, clock: EmulatorClock | None = None, seed: int = 0) -> None:
        self.clock = clock or EmulatorClock()
        self.lock = threading.RLock()
        self.tokens = Tokens(self.clock.now)
        self.quota = Quota(self.clock.now)
        self.account = Account()
        self.faults = Faults()
        self.files: dict[str, File] = {}
        self.folders: dict[str, File] = {}  # those of `files` that are folders
        self.books: dict[str, Book] = {}
        self.changes: list[Change] = []
        self.lag = 0.0  # seconds until Drive notices an edit
        self.service_accounts_may_own = False
        self.off: set[tuple[str, str]] = set()  # (project, "sheets" or "drive"): APIs that nobody has enabled
        self.before: Callable[[CallInfo], None] | None = None  # acts between two calls
        self.after_commit: Callable[[str], None] | None = None  # told the book of every change
        self._random = random.Random(seed)  # noqa: S311 - ids that repeat with the seed

    @property
    def seen(self) -> float:
        """Up to when Drive has noticed edits."""
        return self.clock.now() - self.lag

    # files --------------------------------------------------------------------------------------------------------

    def new_id(self) -> str:
        return secrets.token_urlsafe(33).replace("-", "x").replace("_", "y")[:44]

    def create_file(
        self, name: str, mime: str, owner: str, parents: list[str] | None = None, *, locale: str = "en_US",
        zone: str = "Etc/GMT", file_id: str = "",
    ) -> File:  # fmt: skip
        """A new file or folder. 403 for a service account, which has no room of its own."""
        folders = [self.files[parent] for parent in parents or [] if parent in self.files]
        in_drive = any(folder.shared_drive for folder in folders)
        if owner.endswith(SERVICE) and not self.service_accounts_may_own and not in_drive:
            raise DriveError(
                403,
                "Service Accounts do not have storage quota. Leverage shared drives "
                "(https://developers.google.com/workspace/drive/api/guides/about-shareddrives), "
                "or use OAuth delegation (http://support.google.com/a/answer/7281227) instead.",
                "storageQuotaExceeded",
                "usageLimits",
            )
        now = self.clock.now()
        file = File(
            file_id or self.new_id(), name, mime, now, owner, parents=list(parents or []), shared_drive=in_drive
        )
        file.permissions[permission_id(owner)] = {"type": "user", "role": "owner", "emailAddress": owner}
        self.files[file.id] = file
        if mime == FOLDER:
            self.folders[file.id] = file
        if mime == SPREADSHEET:
            book = Book(file.id, name, locale, zone)
            book.owner = owner
            self.books[file.id] = book
            self.keep_day(book)
        self.log(file.id)
        return file

    def keep_day(self, book: Book) -> None:
        """TODAY() of a book is the day in its own time zone by this world's clock."""
        book.day = lambda: self.clock.today(str(self.books[book.id].properties["timeZone"]))

    def role(self, file: File, user: str) -> str:
        if file.locked in (user, "*"):
            return ""
        return role_of(file, user, self.folders)

    def in_bin(self, file: File) -> bool:
        """Whether it is trashed, or a folder above it is."""
        return in_bin(file, self.folders)

    def told(self, file: File, user: str) -> Json:
        """A Drive File resource as this user sees it now."""
        parents = [item for item in parents_of(file) if item == root_id(user) or self._sees(item, user)]
        return file_json(file, user, self.seen, self.role(file, user), trashed=self.in_bin(file), parents=parents)

    def _sees(self, folder: str, user: str) -> bool:
        return folder in self.folders and bool(self.role(self.folders[folder], user))

    def file_for(self, file_id: str, user: str, least: str = "reader") -> File:
        """A file this user may see. 404 for strangers, 403 where the role is too weak."""
        file = self.files.get(file_id)
        role = self.role(file, user) if file else ""
        if file is None or not role:
            raise no_file(file_id)
        if ROLES.index(role) < ROLES.index(least):
            raise DriveError(
                403, "The user does not have sufficient permissions for this file.", "insufficientFilePermissions"
            )
        return file

    def share(self, file_id: str, email: str, role: str = "writer") -> str:
        """Give somebody a role; the permission's id."""
        key = permission_id(email)
        self.files[file_id].permissions[key] = {"type": "user", "role": role, "emailAddress": email}
        self.log(file_id)
        return key

    def unshare(self, file_id: str, email: str) -> None:
        self.files[file_id].permissions.pop(permission_id(email), None)
        self.log(file_id, audience=frozenset({email}))

    def log(
        self, file_id: str, *, content: bool = False, audience: frozenset[str] = frozenset(), deleted: bool = False
    ) -> None:
        """Note a change for changes.list."""
        now = self.clock.now()
        self.changes.append(Change(len(self.changes) + 1, file_id, now, content, audience, deleted))

    # spreadsheets -------------------------------------------------------------------------------------------------

    def book_for(self, book_id: str, user: str, *, write: bool = False) -> Book:
        """A spreadsheet this user may read or write. 404 when there is none, 403 for strangers and mere readers."""
        book, file = self.books.get(book_id), self.files.get(book_id)
        role = self.role(file, user) if file else ""
        if book is None or file is None:
            raise self._no_spreadsheet(file if role else None)
        if not role or (write and ROLES.index(role) < ROLES.index("writer")):
            raise forbidden()
        return book

    @staticmethod
    def _no_spreadsheet(file: File | None) -> ApiError:
        """What Sheets says to the id of another file: a document of Google's own is as if it were not there."""
        if file is None or (file.mime.startswith(GOOGLE) and file.mime != FOLDER):
            return no_entity()
        return office_file() if file.mime in OFFICE else bad("Request contains an invalid argument.")

    def edit(self, book_id: str, user: str, change: Callable[[Book], tuple[Book, T]]) -> T:
        """Apply a change to a spreadsheet: it replaces the book when it succeeds, else nothing happened."""
        book = self.book_for(book_id, user, write=True)
        changed, answer = change(book)
        self.books[book_id] = changed
        self.touched(book_id, user)
        return answer

    def touched(self, book_id: str, user: str) -> None:
        """A spreadsheet was edited: its title may be the file's new name, its time moves when Drive notices."""
        file, book = self.files[book_id], self.books[book_id]
        now = self.clock.now()
        if file.name != book.properties["title"]:
            file.name, file.renamed = str(book.properties["title"]), now
        unnoticed = [edit for edit in file.edits if edit.at > self.seen]
        number = file.edits[-1].version + 1 if file.edits else 2
        file.edits = [file.last_edit(self.seen), *unnoticed, Edit(now, user, number)]
        self.log(book_id, content=True)
        if self.after_commit is not None:
            self.after_commit(book_id)

    def act(self, book_id: str, user: str, *requests: Json) -> list[Json]:
        """Somebody edits a spreadsheet beside the caller: batchUpdate requests in that person's name."""
        with self.lock:
            return self.edit(book_id, user, lambda book: run_requests(book, list(requests), user, self._random))

    # people -------------------------------------------------------------------------------------------------------

    def add_person(self, email: str, refresh_token: str = "", project: str = "project") -> str:
        """A person who may sign in; the refresh token."""
        token = refresh_token or f"1//{secrets.token_urlsafe(24)}"
        self.tokens.people[token] = Identity(email, project)
        return token

    def chance(self) -> random.Random:
        return self._random
