"""The consolidated book in Google: known by its id or its mark; for the first time a blank spreadsheet called 汇总."""

from __future__ import annotations

import logging

from app.spreadsheets.adopt import google_of
from app.spreadsheets.looking import look_at
from app.wiring import Office
from sync.backends.google.backend import CONSOLIDATED, SPREADSHEET, GoogleBackend
from sync.backends.google.consolidated import FIELDS, consolidated_requests
from sync.consolidate.gather import gather
from sync.consolidate.tabs import all_tabs
from sync.errors import SyncError

log = logging.getLogger("tianbao.google")


def write_in_google(office: Office) -> str:
    """Rewrite it in one batch; its address, "" where there is none. SyncError where it can be tried again; what needs
    a person's help is told in the log, for the file is there all the same."""
    backend = office.backend
    if not isinstance(backend, GoogleBackend):
        return ""
    try:
        key = place_of_consolidated(office)
        if not key:
            return ""
        standing = backend.transport.get_book(key, CONSOLIDATED, FIELDS)
        requests = consolidated_requests(all_tabs(gather(office.parts)), standing)
        backend.transport.update_book(key, CONSOLIDATED, requests, repeatable=False, fields="spreadsheetId")
    except SyncError as error:
        if error.transient:
            raise
        log.warning("consolidated spreadsheet not written: %s %s", error, error.hint)
        return ""
    return backend.url(key)


def place_of_consolidated(office: Office) -> str:
    """The id of the spreadsheet for it, whatever it is called by now; "" when there is none.

    Before the first time a name is all there is to go by: a blank one whose name begins with 汇总 is taken. One in which
    something stands that is not ours, or that is a unit's book, never is.
    """
    backend = google_of(office)
    files = {
        str(file["id"]): str(file["name"])
        for file in backend.transport.files_of(backend.folder, SPREADSHEET, "id,name")
    }
    known = office.store.setting(setting_of(office.scheme.id))
    if known in files:
        return known
    books = {book.key for book in office.store.books(office.scheme.id, layout=False)}
    hinted = [key for key, name in files.items() if name.startswith(CONSOLIDATED) or key in backend.aside]
    looks = {
        key: look_at(backend.transport, key, files[key])
        for key in sorted(hinted, key=lambda key: (files[key], key))
        if key not in books
    }
    ours = [key for key, look in looks.items() if look.consolidated]
    blank = [key for key, look in looks.items() if look.blank and not look.scheme]
    for key in (*ours, *blank)[:1]:
        office.store.save_setting(setting_of(office.scheme.id), key)
        backend.set_aside(key)
        return key
    return ""


def setting_of(scheme: str) -> str:
    """Under which name the store keeps the id."""
    return f"google_consolidated:{scheme}"
