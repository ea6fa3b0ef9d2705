"""Calls to Google by whichever identity has room and access: the few methods that the backend needs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from weakref import WeakSet

from gspread.urls import DRIVE_FILES_API_V3_URL, SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL

from sync.backends.google.client import Counts, Manner, Quotas, SheetsClient, bucket_names
from sync.backends.google.credentials import Account
from sync.backends.google.failures import AccessRefused, BookGone, FolderHidden, PolicyForbids
from sync.backends.google.pace import Pace
from sync.backends.google.patience import Backoff, Breaker
from sync.errors import BookUnavailable, SyncError

Json = dict[str, Any]
T = TypeVar("T")
ABOUT_URL = "https://www.googleapis.com/drive/v3/about"
RUN = 240.0  # seconds a book may take, waiting for quota included; less than its lease


class Transport:
    """All identities of a workspace. Safe to use from several threads: each has clients of its own."""

    def __init__(
        self,
        accounts: Sequence[Account],
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        endpoint: str = "",
        quotas: Quotas | None = None,
        backoff: Backoff | None = None,
        breaker: Breaker | None = None,
        timeouts: tuple[float, float] | None = None,
        run_seconds: float = RUN,
        pace: Pace | None = None,
    ) -> None:
        self.accounts = list(accounts)
        self.counts = Counts()
        self.breaker = breaker or Breaker(clock)
        self._clock, self._run_seconds = clock, run_seconds
        self.manner = Manner(
            pace or Pace(clock, sleep), backoff or Backoff(), self.counts, clock, sleep, endpoint, quotas or Quotas(),
            *([timeouts] if timeouts else []),
        )  # fmt: skip
        self._local = threading.local()
        self._clients: WeakSet[SheetsClient] = WeakSet()
        self._denied: dict[str, set[str]] = {}  # book → identities that were refused

    # whose call ---------------------------------------------------------------------------------------------------

    def client(self, account: Account) -> SheetsClient:
        """This thread's client of an identity."""
        clients: dict[str, SheetsClient] = self._local.__dict__.setdefault("clients", {})
        if account.name not in clients:
            clients[account.name] = SheetsClient(account, self.manner)
            self._clients.add(clients[account.name])
        return clients[account.name]

    def close(self) -> None:
        """End all connections; a later call opens new ones."""
        for client in list(self._clients):
            client.session.close()

    def in_order(self, book: str, kind: str) -> list[Account]:
        """Identities for a book: those not refused before, the one that can call soonest first."""
        refused = self._denied.get(book, set())
        pace = self.manner.pace

        def key(account: Account) -> tuple[bool, float, float]:
            names = bucket_names(account, kind, self.manner)
            return account.name in refused, pace.wait_of(names), pace.load_of(names[0])

        return sorted(self.accounts, key=key)

    def call(
        self, book: str, name: str, kind: str, carry_out: Callable[[SheetsClient], T], *, repeatable: bool = True
    ) -> T:
        """A call about a book, by the first identity that is let in. Several failures make the book rest."""
        self.breaker.check(book, name)
        deadline = self._clock() + self._run_seconds
        refusal: SyncError | None = None
        for account in self.in_order(book, kind):
            client = self.client(account)
            client.begin(name, deadline, repeatable=repeatable)
            try:
                found = carry_out(client)
            except (AccessRefused, BookGone) as error:
                self._denied.setdefault(book, set()).add(account.name)
                refusal = refusal or error
                continue
            except BookUnavailable:
                self.breaker.failed(book)
                raise
            self._denied.get(book, set()).discard(account.name)
            self.breaker.worked(book)
            return found
        self._denied.pop(book, None)
        assert refusal is not None, "a transport has at least one account"
        raise self._explained(refusal, name)

    def call_as(self, account: Account, carry_out: Callable[[SheetsClient], T]) -> T:
        """A call in one identity's name, whatever the others may do."""
        client = self.client(account)
        client.begin(account.name, self._clock() + self._run_seconds, repeatable=True)
        return carry_out(client)

    def impatient(self) -> None:
        """From now on fail soon: somebody waits to be told what is wrong."""
        self.manner = replace(self.manner, backoff=Backoff(tries=2, longest=3.0))
        self._local = threading.local()

    def _explained(self, refusal: SyncError, name: str) -> SyncError:
        if isinstance(refusal, PolicyForbids):
            return refusal
        who = "、".join(account.name for account in self.accounts)
        refusal.hint = f"请《{name}》的所有者点右上角“共享”，把 {who} 加为“编辑者”。"
        return refusal

    # Drive --------------------------------------------------------------------------------------------------------

    def files(self, query: str, fields: str, account: Account | None = None) -> Iterator[Json]:
        """All files that fit, a thousand a call."""
        client = self.client(account or self.accounts[0])
        token = ""
        while True:
            client.begin("云端硬盘", self._clock() + self._run_seconds, repeatable=True)
            params: dict[str, Any] = {
                "q": query, "pageSize": 1000, "supportsAllDrives": True, "includeItemsFromAllDrives": True,
                "fields": f"nextPageToken,files({fields})", **({"pageToken": token} if token else {}),
            }  # fmt: skip
            page = client.ask("get", DRIVE_FILES_API_V3_URL, params=params)
            yield from page.get("files", ())
            token = page.get("nextPageToken", "")
            if not token:
                return

    def file(self, book: str, fields: str, account: Account | None = None) -> Json:
        """One file's metadata. BookGone when it is not there for this identity."""
        client = self.client(account or self.accounts[0])
        client.begin(book, self._clock() + self._run_seconds, repeatable=True)
        params = {"fields": fields, "supportsAllDrives": True}
        return client.ask("get", f"{DRIVE_FILES_API_V3_URL}/{book}", params=params)

    def signed_in(self, account: Account) -> str:
        """The address of a person's account, which the file of her sign-in need not tell."""
        client = self.client(account)
        client.begin("云端硬盘", self._clock() + self._run_seconds, repeatable=True)
        found = client.ask("get", ABOUT_URL, params={"fields": "user(emailAddress)"})
        return str(found.get("user", {}).get("emailAddress", ""))

    def files_of(self, folder: str, mime: str, fields: str) -> list[Json]:
        """All files of a kind in a folder, by the first identity that sees it; "" = all that are shared with it.

        FolderHidden when nobody sees the folder: an empty answer alone would look as if all files were gone.
        """
        query = f"mimeType = '{mime}' and trashed = false"
        if not folder:
            return list(self.files(query, fields))
        for account in self.accounts:
            try:
                found = list(self.files(f"{query} and '{folder}' in parents", fields, account))
                if found or not self.file(folder, "trashed", account).get("trashed"):
                    return found
            except (AccessRefused, BookGone):
                continue
        who = "、".join(account.name for account in self.accounts)
        raise FolderHidden(
            f"看不到存放表格的文件夹（{folder}）。",
            f"请文件夹的所有者在云端硬盘里右键点它，选“共享”，把 {who} 加为“编辑者”；"
            "扔进回收站的，请恢复；文件夹换了的，改 tianbao.toml 里的 google_folder。",
        )

    def create_file(self, body: Json, account: Account) -> Json:
        """A new file in this identity's name. Never repeated: it would be there twice."""
        client = self.client(account)
        client.begin(str(body.get("name", "")), self._clock() + self._run_seconds, repeatable=False)
        params = {"supportsAllDrives": True, "fields": "id,name"}
        return client.ask("post", DRIVE_FILES_API_V3_URL, params=params, json=body)

    def share(self, book: str, email: str, role: str, account: Account) -> None:
        client = self.client(account)
        client.begin(book, self._clock() + self._run_seconds, repeatable=True)
        body = {"type": "user", "role": role, "emailAddress": email}
        params = {"supportsAllDrives": True, "sendNotificationEmail": False}
        client.ask("post", f"{DRIVE_FILES_API_V3_URL}/{book}/permissions", params=params, json=body)

    # spreadsheets -------------------------------------------------------------------------------------------------

    def get_book(self, book: str, name: str, fields: str, ranges: Sequence[str] = ()) -> Json:
        """spreadsheets.get through a mask: one read, whatever it brings."""
        params: dict[str, Any] = {"fields": fields, **({"ranges": list(ranges)} if ranges else {})}

        def carry_out(client: SheetsClient) -> Json:
            return client.ask("get", SPREADSHEET_URL % book, params=params)

        return self.call(book, name, "read", carry_out)

    def update_book(
        self,
        book: str,
        name: str,
        requests: list[Json],
        *,
        repeatable: bool,
        look: Sequence[str] = (),
        fields: str = "",
    ) -> Json:
        """spreadsheets.batchUpdate: one write. `look`: ranges whose cells come back as they are after the write."""
        body: Json = {"requests": requests}
        if look:
            body |= {
                "includeSpreadsheetInResponse": True,
                "responseIncludeGridData": True,
                "responseRanges": list(look),
            }
        params = {"fields": fields} if fields else None

        def carry_out(client: SheetsClient) -> Json:
            return client.ask("post", SPREADSHEET_BATCH_UPDATE_URL % book, params=params, json=body)

        return self.call(book, name, "write", carry_out, repeatable=repeatable)
