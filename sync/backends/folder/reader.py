"""The door for books: bytes + shapes → Snapshot. A pure function; it never raises because of what a file holds.

What cannot be read is *unread*: no tabs and a finding that says why and what to do, never an empty table.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any

from lxml import etree

from sync.backends.folder.package import Limits, Trouble
from sync.backends.folder.sniff import kind_of
from sync.backends.folder.tabs import Sheet, read_tabs
from sync.backends.folder.workbook import MARKS_TAB, Marks, Workbook, read_marks
from sync.book import BookShape, Snapshot
from validators.cells import squeeze
from validators.findings import Finding, Severity


def fingerprint(data: bytes) -> str:
    """SHA-256 of the whole file, hex."""
    return hashlib.sha256(data).hexdigest()


def read_book(
    data: bytes,
    shape: BookShape | Sequence[BookShape],
    *,
    name: str = "",
    limits: Limits | None = None,
    legacy: bool = False,
    head: bool = False,
) -> Snapshot:
    """Read one book whole.

    `shape`: what the book may look like; with several, its marks or its headers decide. `name` is the file's name,
    for messages only (`.et` is told by it). `legacy` lets .xls and .ods be read, which only a reader process may do:
    the library behind it can take its process down. `head`: rows are not wanted where the marks say whose book it is.
    `Snapshot.key` is `name`; the caller fills in token and time.
    """
    limits = limits or Limits()
    shapes = [shape] if isinstance(shape, BookShape) else list(shape)
    snapshot = Snapshot(key=name, token="", fingerprint="")
    try:
        if len(data) > limits.file_bytes:
            raise Trouble("book.too_large", reason="file", size=len(data))
        snapshot.fingerprint = fingerprint(data)
        _read(data, shapes, snapshot, limits, legacy, head)
    except Trouble as trouble:
        unread(snapshot, trouble.code, name, **trouble.params)
    except MemoryError:
        unread(snapshot, "book.bomb", name, reason="memory")
    except (zipfile.BadZipFile, zlib.error, etree.LxmlError, ValueError, EOFError, OSError, RecursionError) as error:
        unread(snapshot, "book.damaged", name, error=type(error).__name__)
    return snapshot


def unread(snapshot: Snapshot, code: str, name: str, **params: Any) -> Snapshot:
    """Make a snapshot say that nothing was read, and why."""
    snapshot.tabs = []
    snapshot.findings = [Finding(code, Severity.MUST, params={"name": name or "这个文件", **params})]
    return snapshot


def _read(
    data: bytes, shapes: Sequence[BookShape], snapshot: Snapshot, limits: Limits, legacy: bool, head: bool
) -> None:
    kind = kind_of(data, snapshot.key)
    if kind == "xlsx":
        _read_xlsx(data, shapes, snapshot, limits, head)
    elif not legacy:
        raise Trouble("book.legacy_unread", kind=kind)
    else:
        from sync.backends.folder.legacy import legacy_sheets

        _note(snapshot, f"book.legacy_{kind}", Severity.HINT)
        sheets = legacy_sheets(data, kind, limits)
        hidden = next((sheet for sheet in sheets if sheet.title.strip().lower() == MARKS_TAB), None)
        marks = (read_marks(hidden.open().rows()) if hidden else None) or Marks()
        _take_marks(snapshot, marks)
        read_sheets(sheets, marks, shapes, snapshot, limits)


def _read_xlsx(data: bytes, shapes: Sequence[BookShape], snapshot: Snapshot, limits: Limits, head: bool) -> None:
    book = Workbook(data, limits)
    marks = book.marks()
    _take_marks(snapshot, marks)
    if head and marks.unit and any(shape.scheme == marks.scheme for shape in shapes):
        return
    if book.has_macros():
        _note(snapshot, "book.macros", Severity.HINT)
    if book.external_links():
        _note(snapshot, "sheet.external_links", Severity.HINT, count=book.external_links())
    sheets = [Sheet(tab.title, tab.state, lambda tab=tab: book.sheet(tab)) for tab in book.tabs]  # type: ignore[misc]
    read_sheets(sheets, marks, shapes, snapshot, limits)


def _take_marks(snapshot: Snapshot, marks: Marks) -> None:
    snapshot.scheme, snapshot.version = marks.scheme, marks.version
    snapshot.unit, snapshot.role = marks.unit, marks.role


def read_sheets(
    sheets: Sequence[Sheet], marks: Marks, shapes: Sequence[BookShape], snapshot: Snapshot, limits: Limits
) -> None:
    """Fill a snapshot from opened tabs, wherever they come from. Trouble when none of them is a table of ours."""
    titles = {sheet.title for sheet in sheets}
    snapshot.own_tabs = {name: title for name, title in marks.own.items() if title in titles}
    candidates = _candidates(marks, shapes, snapshot)
    best: tuple[int, BookShape] | None = None
    for shape in candidates:
        tabs, written = read_tabs(sheets, marks, shape, limits)
        score = sum(len(tab.columns) for tab in tabs)
        if tabs and (best is None or score > best[0]):
            best = (score, shape)
            snapshot.tabs = tabs
            _name_unit(snapshot, marks, shape, written)
    if best is None:
        raise Trouble("book.no_tables" if marks.scheme or titles else "book.foreign", kind="表格")
    if marks.version and marks.version != best[1].version:
        code = "book.newer_version" if _later(marks.version, best[1].version) else "book.old_version"
        _note(snapshot, code, Severity.HINT, version=marks.version, current=best[1].version)


def _later(one: str, other: str) -> bool:
    """Whether a version comes after another: 2025.10 after 2025.9. What is no number tells nothing."""
    a, b = ([int(part) for part in re.findall(r"\d+", text)] for text in (one, other))
    return a > b


def _candidates(marks: Marks, shapes: Sequence[BookShape], snapshot: Snapshot) -> Sequence[BookShape]:
    """The shapes a book may have: those of its scheme and role when it is marked, else all."""
    if not marks.scheme:
        return shapes
    of_scheme = [shape for shape in shapes if shape.scheme == marks.scheme]
    if not of_scheme:
        raise Trouble("book.other_scheme", scheme=marks.scheme)
    return [shape for shape in of_scheme if shape.role == marks.role] or of_scheme


def _name_unit(snapshot: Snapshot, marks: Marks, shape: BookShape, written: str) -> None:
    """The unit by mark; by the 填报单位 cell when there is no mark, and a finding when the two disagree."""
    by_cell = unit_named(written, shape)
    snapshot.unit = marks.unit or by_cell
    if marks.unit and by_cell and by_cell != marks.unit:
        names = {code: spellings[0] for code, spellings in shape.units}
        marked = names.get(marks.unit, marks.unit)
        _note(snapshot, "book.unit_differs", Severity.MUST, written=names[by_cell], marked=marked)


def unit_named(text: str, shape: BookShape) -> str:
    """Code of the one unit whose name or alias `text` holds; "" when none or several do."""
    wanted = squeeze(text)
    if not wanted:
        return ""
    exact = [code for code, names in shape.units if any(squeeze(name) == wanted for name in names)]
    if exact:
        return exact[0] if len(exact) == 1 else ""
    inside = [code for code, names in shape.units if any(squeeze(name) in wanted for name in names if name)]
    return inside[0] if len(inside) == 1 else ""


def _note(snapshot: Snapshot, code: str, severity: Severity, **params: Any) -> None:
    snapshot.findings.append(Finding(code, severity, params={"name": snapshot.key or "这个文件", **params}))
