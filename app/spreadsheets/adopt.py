"""Each unit's book in Google: found by what it says, by its name or by a list; built into a blank spreadsheet.

Service accounts cannot own files, so people make the blank spreadsheets; what they still have to click is told. A book
is built in one piece or not at all, and one that is there already is left alone: all of this can be repeated at will.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from app.spreadsheets.looking import Look, look_at
from app.wiring import Office
from app.workspace import book_owners
from sheets_templates.builder import build_book, owner_name
from sheets_templates.gsheet import book_requests
from sheets_templates.wording import SHARED
from sync.backends.google.backend import SPREADSHEET, GoogleBackend
from sync.backends.google.failures import AccessRefused, BookGone, RequestRefused
from sync.errors import BookUnavailable, SyncError
from sync.register import ensure_books

Json = dict[str, Any]
Bar = Callable[..., AbstractContextManager[Any]]
State = Literal["built", "ready", "missing", "occupied", "other", "several", "alike", "refused", "later"]

LOOKALIKES = {  # kind of file → what it is, of those that a person takes for a Google spreadsheet
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "是上传的 Excel 文件",
    "application/vnd.ms-excel": "是上传的 Excel 文件",
    "application/vnd.oasis.opendocument.spreadsheet": "是上传的 ODS 文件",
    "application/vnd.google-apps.shortcut": "是一个快捷方式，不是表格本身",
}
FIELDS = "id,name,capabilities(canEdit),owners(emailAddress)"


@dataclass(slots=True)
class Standing:
    """How one unit's book stands. `told` says more where something is to be done."""

    code: str
    name: str
    state: State
    key: str = ""
    told: str = ""

    @property
    def good(self) -> bool:
        return self.state in ("built", "ready")


@dataclass(slots=True)
class Found:
    """What lies in the folder: spreadsheets by id and by the name people gave them."""

    files: dict[str, Json] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=dict)


def build_books(
    office: Office, *, listed: Mapping[str, str] | None = None, units: list[str] | None = None, bar: Bar
) -> list[Standing]:
    """Bring every unit's book into being as far as can be. `listed`: unit code → spreadsheet id, before any name.

    SyncError when nothing can be done at all: no access to the folder, accounts that Google does not know.
    """
    builder = Builder(office, dict(listed or {}))
    wanted = book_owners(office.scheme, units)
    standings = []
    with bar(len(wanted), "建表") as advance:
        for code, role in wanted:
            standings.append(builder.bring(code, role))
            advance(standings[-1].name)
    return standings


class Builder:
    """One pass over the units. What the folder holds is listed once."""

    def __init__(self, office: Office, listed: dict[str, str]) -> None:
        self.office, self.listed = office, listed
        self.backend = google_of(office)
        self.transport = self.backend.transport
        self.books = {book.unit: book for book in ensure_books(office.parts)}
        self.found = self._list()
        self._may_create = True
        self._built = office.clock.today()

    def _list(self) -> Found:
        found = Found()
        for file in self.transport.files_of(self.backend.folder, SPREADSHEET, FIELDS):
            found.files[str(file["id"])] = file
            found.by_name.setdefault(plain(str(file["name"])), []).append(str(file["id"]))
        return found

    def bring(self, code: str, role: str) -> Standing:
        """One unit's book: found and taken, or built, or what stands in the way."""
        name = owner_name(self.office.scheme, code)
        keys = self._candidates(code, name)
        try:
            if not keys:
                return self._create(code, role, name)
            looks = {key: look_at(self.transport, key, self._named(key, name)) for key in keys}
            return self._choose(code, role, name, looks)
        except (AccessRefused, BookGone) as error:
            return Standing(code, name, "refused", keys[0] if keys else "", f"{error}{error.hint}")
        except (BookUnavailable, RequestRefused) as error:
            return Standing(code, name, "later", keys[0] if keys else "", str(error))

    def _named(self, key: str, name: str) -> str:
        return str(self.found.files.get(key, {}).get("name", name))

    def _candidates(self, code: str, name: str) -> list[str]:
        """The spreadsheet that was listed; else the one known already; else those with the unit's name."""
        if code in self.listed:
            return [self.listed[code]]
        known = self.books[code].key if code in self.books else ""
        if known in self.found.files:
            return [known]
        return [key for text in self._names(code, name) for key in self.found.by_name.get(text, ())]

    def _names(self, code: str, name: str) -> list[str]:
        """All that a unit's spreadsheet may be called, as people mean it."""
        unit = self.office.scheme.unit(code)
        return list(dict.fromkeys(map(plain, [name, code, *(unit.aliases if unit is not None else ())])))

    def _choose(self, code: str, role: str, name: str, looks: dict[str, Look]) -> Standing:
        """Ours first; then a blank one to build in. Two of either are a matter for a person."""
        scheme = self.office.scheme.id
        owner = code if role == "unit" else role
        ours = [key for key, look in looks.items() if look.belongs(scheme, owner, role)]
        blank = [key for key, look in looks.items() if look.blank]
        if len(ours) > 1 or (not ours and len(blank) > 1):
            told = f"有{len(ours) or len(blank)}张都叫这个名字的表格，请留一张，其余改名或移出文件夹。"
            return Standing(code, name, "several", "", told)
        if ours:
            return self._take(Standing(code, name, "ready", ours[0]))
        if blank:
            return self._build(code, role, name, blank[0], looks[blank[0]])
        key, look = next(iter(looks.items()))
        if look.scheme:
            return Standing(
                code, name, "other", key, f"《{look.title}》是别的表（{look.whose}），没有动它。请换一张空白表格。"
            )
        told = f"《{look.title}》里已经有内容，没有动它。请把它改名，另建一张空白表格，名字叫“{name}”。"
        return Standing(code, name, "occupied", key, told)

    def _create(self, code: str, role: str, name: str) -> Standing:
        """A new spreadsheet, where one of the accounts may own files or the folder is a shared drive's."""
        for account in self.transport.accounts:
            if not self._may_create:
                break
            body: dict[str, Any] = {"name": name, "mimeType": SPREADSHEET}
            body |= {"parents": [self.backend.folder]} if self.backend.folder else {}
            try:
                made = self.transport.create_file(body, account)
            except (AccessRefused, BookGone):
                continue
            if not self.backend.folder:
                for other in self.transport.accounts:
                    if other is not account and "@" in other.name:
                        self.transport.share(str(made["id"]), other.name, "writer", account)
            key = str(made["id"])
            return self._build(code, role, name, key, look_at(self.transport, key, name))
        self._may_create = False
        return self._missing(code, name)

    def _missing(self, code: str, name: str) -> Standing:
        """What to click. A file of that name may lie there that only looks like a spreadsheet."""
        for text in self._names(code, name):
            if text in self._lookalikes:
                title, kind = self._lookalikes[text]
                told = f"文件夹里的“{title}”{kind}，系统读写不了。请另建一张空白的 Google 表格，名字叫“{name}”。"
                return Standing(code, name, "alike", "", told)
        return Standing(code, name, "missing", "", f"请建一张空白表格，名字叫“{name}”。")

    @cached_property
    def _lookalikes(self) -> dict[str, tuple[str, str]]:
        """Plain name → title and what it is, of files in the folder that people take for Google spreadsheets."""
        if not self.backend.folder:
            return {}
        kinds = " or ".join(f"mimeType = '{mime}'" for mime in LOOKALIKES)
        query = f"({kinds}) and trashed = false and '{self.backend.folder}' in parents"
        files = self.transport.files(query, "name,mimeType")
        return {plain(str(file["name"])): (str(file["name"]), LOOKALIKES[str(file["mimeType"])]) for file in files}

    def _build(self, code: str, role: str, name: str, key: str, look: Look) -> Standing:
        """The template into a blank spreadsheet, in one call. An unclear answer is settled by the next pass."""
        plan = build_book(self.office.scheme, code, role, built=self._built, wording=SHARED)
        editors = [account.name for account in self.transport.accounts if "@" in account.name]
        requests = book_requests(plan, editors, look.sheets, [sheet for sheet, _ in look.sheets])
        self.transport.update_book(key, self._named(key, name), requests, repeatable=False, fields="spreadsheetId")
        return self._take(Standing(code, name, "built", key))

    def _take(self, standing: Standing) -> Standing:
        """From now on this is the unit's book."""
        book = self.books[standing.code]
        if book.key != standing.key:
            book.key, book.name, book.token = standing.key, self._named(standing.key, standing.name), ""
            self.office.store.save_book(book)
        return standing


def google_of(office: Office) -> GoogleBackend:
    """The office's Google backend. SyncError when its books live elsewhere."""
    if not isinstance(office.backend, GoogleBackend):
        raise SyncError("这个工作区的表不在 Google 表格里。", "tianbao.toml 里 backend 应为 google。")
    return office.backend


def plain(name: str) -> str:
    """A name as people mean it: without spaces, without the ending of a file."""
    bare = "".join(name.split()).casefold()
    return next((bare.removesuffix(ending) for ending in (".xlsx", ".xls", ".ods") if bare.endswith(ending)), bare)
