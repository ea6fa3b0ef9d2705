"""The consolidated book in Google, where people have put a spreadsheet called 汇总 for it."""

from __future__ import annotations

import logging

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
    key = place_of_consolidated(backend)
    if not key:
        return ""
    try:
        standing = backend.transport.get_book(key, CONSOLIDATED, FIELDS)
        requests = consolidated_requests(all_tabs(gather(office.parts)), standing)
        backend.transport.update_book(key, CONSOLIDATED, requests, repeatable=False, fields="spreadsheetId")
    except SyncError as error:
        if error.transient:
            raise
        log.warning("consolidated spreadsheet not written: %s %s", error, error.hint)
        return ""
    return backend.url(key)


def place_of_consolidated(backend: GoogleBackend) -> str:
    """The id of the spreadsheet that is called 汇总 (or begins so), "" when there is none."""
    files = backend.transport.files_of(backend.folder, SPREADSHEET, "id,name")
    found = sorted((str(file["name"]), str(file["id"])) for file in files)
    return next((key for name, key in found if name.startswith(CONSOLIDATED)), "")
