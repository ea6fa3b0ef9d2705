"""A workbook → the files of a scheme, or everything that is wrong with it, cell by cell. Nothing is written here but by
`store`, and that only what changed."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from app.scheme_book.draft import UNSET, Draft, Entry, draft_of, example_of, key_columns
from app.scheme_book.follow import follow_renames
from app.scheme_book.layout import BASICS_TAB, Column, Tab, basics, tabs
from app.scheme_book.merge import merged
from app.scheme_book.mistakes import Mistake
from app.scheme_book.office_words import office_words
from app.scheme_book.remarks import remarks_of
from app.scheme_book.rows import rows_of
from app.scheme_book.sheet import BookError, open_book
from app.scheme_book.tree import Tree, files_of
from validators.scheme.load import SchemeError, read_scheme
from validators.scheme.models import Scheme

_STEP = re.compile(r"\.?([^.\[\]]+)|\[((?:[^\[\]]|\[[^\]]*\])*)\]")


@dataclass(slots=True)
class Imported:
    """The outcome: files and scheme (None while there are mistakes), and what the workbook was made from."""

    files: dict[str, bytes]
    base: Scheme
    base_files: dict[str, bytes]
    scheme: Scheme | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_import(path: Path) -> Imported:
    """Read a returned workbook. BookError when the file as a whole is no workbook of ours."""
    returned = open_book(path)
    base, errors = load_files(returned.files)
    if base is None:
        raise BookError(f"工作簿里带的方案文件有错，请重新导出：{errors[0].message}")
    tree = Tree.of(returned.files)
    draft = draft_of(returned, base, tree)
    follow_renames(draft)
    done = Imported(returned.files, base, returned.files)
    done.files = merged(draft)
    scheme, errors = load_files(done.files)
    known = {(item.tab, item.cell) for item in draft.mistakes}
    said = [located(draft, error) for error in errors]
    done.mistakes = draft.mistakes + [item for item in said if not item.cell or (item.tab, item.cell) not in known]
    done.remarks = draft.remarks + remarks_of(draft, done.mistakes)
    if not done.mistakes and scheme is not None:
        _verify(draft, scheme, done.files)
        done.scheme = scheme
    return done


def load_files(files: Mapping[str, bytes]) -> tuple[Scheme | None, list[SchemeError]]:
    """The scheme that these files make, and its mistakes with file names as given."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for name, data in files.items():
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        scheme, errors = read_scheme(root)
        prefix = f"{root}/"
        short = [SchemeError(e.file.replace(prefix, ""), e.line, e.path, e.message.replace(prefix, "")) for e in errors]
    return scheme, sorted(set(short))


def _verify(draft: Draft, scheme: Scheme, files: Mapping[str, bytes]) -> None:
    """What was written says what the cells say; anything else would be a fault of ours, and nothing is written."""
    made = rows_of(scheme, Tree.of(files))
    for tab in tabs():
        wanted = [_wanted(entry) for entry in draft.entries[tab.title]]
        found = [row.values for row in made[tab.title]]
        if tab.section in ("lookups", "lookup_rows", "coverage"):  # mappings: their order means nothing
            wanted, found = (sorted(rows, key=str) for rows in (wanted, found))
        group = {"fields": "table", "choices": "choices"}.get(tab.section)
        if group:  # what is typed below all belongs to its table or drop-down all the same
            wanted, found = (sorted(rows, key=lambda row: str(row[group])) for rows in (wanted, found))
        for position in range(max(len(wanted), len(found))):
            pair = (wanted[position : position + 1], found[position : position + 1])
            if pair[0] != pair[1] and not _owner_only(*pair):
                raise BookError(
                    f"“{tab.title}”写出来的和表里的对不上（第{position + 1}条），没有导入。请把工作簿发给开发的人。"
                )


def _wanted(entry: Entry) -> dict[str, Any]:
    """The values that a row of the workbook asks for."""
    found = {}
    for column in entry.tab.columns:
        if column.key not in entry.changes:
            found[column.key] = entry.base.values[column.key] if entry.base else column.default
        elif entry.changes[column.key] is UNSET:
            found[column.key] = column.default
        else:
            found[column.key] = TypeAdapter(column.annotation).validate_python(entry.changes[column.key])
    return found


def _owner_only(wanted: list[dict[str, Any]], found: list[dict[str, Any]]) -> bool:
    """A column whose owner is written out reads otherwise once its table has another filler."""
    return bool(wanted and found) and {**wanted[0], "owner": ""} == {**found[0], "owner": ""}


def located(draft: Draft, error: SchemeError) -> Mistake:
    """A mistake of the scheme as a whole, brought back to the cell that causes it where that can be told, in the words
    of the workbook."""
    steps = [named or inner for named, inner in _STEP.findall(error.path)]
    found = _row_of(draft, steps)
    if found is None:
        return _of_no_row(draft, steps, error)
    tab, line, key = found
    message = office_words(error.message, tab)
    grid = draft.grids.get(tab.title)
    entry = next((item for item in draft.entries[tab.title] if item.line == line), None)
    column = tab.column(key) or (_speaking(tab, entry, error.message) if entry else None) or _naming(tab)
    cell = grid.cell(line, column.title) if grid and line else ""
    value = entry.texts.get(column.title, "") if entry else ""
    return Mistake(tab.title, cell, column.title, value, message, example_of(draft, tab, column) if not value else "")


def _of_no_row(draft: Draft, steps: list[str], error: SchemeError) -> Mistake:
    """A mistake of 基本信息, of a tab, or of nothing that stands in the workbook."""
    tab = next((item for item in tabs() if steps and item.section == steps[0]), None)
    if tab:
        return Mistake(tab.title, "", "", "", office_words(error.message, tab))
    item = next((item for item in basics() if steps and list(item.path) == steps[: len(item.path)]), None)
    if item is None:
        return Mistake("方案", "", error.path, "", error.message)
    grid = draft.grids.get(BASICS_TAB)
    lines = [line for line in grid.lines if line.ident == ".".join(item.path)] if grid else []
    cell = grid.cell(lines[0].number, "内容") if grid and lines else ""
    return Mistake(BASICS_TAB, cell, item.title, lines[0].texts.get("内容", "") if lines else "", error.message)


def _naming(tab: Tab) -> Column:
    """The column that says which definition a row is."""
    return (key_columns(tab) or tab.columns)[0]


def _speaking(tab: Tab, entry: Entry, message: str) -> Column | None:
    """The column whose text holds the first word that a message quotes."""
    words = re.findall("“([^”]+)”", message)[:1]
    found = [column for column in tab.columns for word in words if word in entry.texts.get(column.title, "")]
    return found[0] if found else None


def _row_of(draft: Draft, steps: list[str]) -> tuple[Tab, int, str] | None:
    """Tab, 1-based row and key of a place such as tables[project].fields[sign_date].type."""
    if not steps:
        return None
    section, rest = steps[0], steps[1:]
    wanted: list[str] = rest[:1]
    key = rest[1] if len(rest) > 1 else ""
    if section == "tables" and len(rest) > 2 and rest[1] == "fields":
        section, wanted, key = "fields", [rest[0], rest[2]], rest[3] if len(rest) > 3 else ""
    elif section == "choices" and len(rest) > 1:
        wanted, key = rest[:2], rest[2] if len(rest) > 2 else ""
    elif section == "lookups" and len(rest) > 2 and rest[1] == "rows":
        section, wanted, key = "lookup_rows", [rest[0], rest[2]], "value"
    if section == "choices" and len(wanted) == 1:
        wanted = [wanted[0], ""]
    for tab in tabs():
        if tab.section != section:
            continue
        for entry in reversed(draft.entries[tab.title]):  # of two alike the later one is complained of
            if _is(tab, entry, wanted):
                return tab, entry.line, key
    return _by_number(draft, section, wanted, key)


def _is(tab: Tab, entry: Entry, wanted: list[str]) -> bool:
    """Whether a definition is called so: by what tells it from others, or by its name."""
    now = {**(entry.base.values if entry.base else {}), **entry.changes}
    keys = [str(now.get(column.key, "")) for column in key_columns(tab)]
    if len(wanted) == 1 and wanted[0] in (str(now.get(key, "")) for key in ("name", "id", "code", "value")):
        return True
    return bool(wanted and keys) and all(want in ("", have) for want, have in zip(wanted, keys, strict=False))


def _by_number(draft: Draft, section: str, wanted: list[str], key: str) -> tuple[Tab, int, str] | None:
    found = [tab for tab in tabs() if tab.section == section]
    if section == "fields" and len(wanted) == 2 and wanted[1].isdigit():
        column = found[0].column("table")
        own = [entry for entry in draft.entries[found[0].title] if column and _is(found[0], entry, wanted[:1])]
        position = int(wanted[1]) - 1
        return (found[0], own[position].line, key) if 0 <= position < len(own) else None
    if len(found) == 1 and len(wanted) == 1 and wanted[0].isdigit():
        entries = draft.entries[found[0].title]
        position = int(wanted[0]) - 1
        if 0 <= position < len(entries):
            return found[0], entries[position].line, key
    return None


def conflict(directory: Path, imported: Imported) -> list[str]:
    """Files of the target that are not as they were when the workbook was exported, nor as they shall be."""
    now = files_of(directory) if directory.is_dir() else {}
    if not now:
        return []
    names = sorted({*imported.base_files, *now})
    return [name for name in names if now.get(name) not in (imported.base_files.get(name), imported.files.get(name))]


def store(directory: Path, imported: Imported) -> list[str]:
    """Write what differs; names of the files written."""
    now = files_of(directory) if directory.is_dir() else {}
    written = []
    for name, data in imported.files.items():
        if now.get(name) != data:
            target = directory / name
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_suffix(".yaml.new")
            fresh.write_bytes(data)
            fresh.replace(target)
            written.append(name)
    return written


__all__ = ["Imported", "conflict", "load_files", "read_import", "store"]
