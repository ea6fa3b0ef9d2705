"""Making a workspace: its configuration, its folders, its books."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

from app.settings import FILE, Settings, SettingsError, load_settings, write_settings
from sheets_templates import catalog
from sheets_templates.builder import build_book, owner_name
from sheets_templates.xlsx import write_xlsx
from validators.scheme.models import Scheme

Bar = Callable[..., AbstractContextManager[Any]]
Rows = Mapping[str, Mapping[str, Any]]  # unit or role code → table → rows


def create_workspace(directory: Path, scheme_id: str, values: dict[str, Any]) -> Settings:
    """A new workspace directory. Refuses to touch one that is there already."""
    if (directory / FILE).exists():
        raise SettingsError(f"{directory} 已经是一个工作区。换一个目录，或先把它移走。")
    if directory.exists() and any(directory.iterdir()):
        raise SettingsError(f"{directory} 不是空目录。换一个空目录。")
    chosen = scheme_id or catalog.default()
    scheme = catalog.load(chosen)
    directory.mkdir(parents=True, exist_ok=True)
    source = catalog.find(chosen)
    local = directory / "scheme" / scheme.id
    local.mkdir(parents=True)
    for file in sorted(source.rglob("*.yaml")):
        target = local / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    write_settings(directory, {**values, "scheme": scheme.id})
    settings = load_settings(directory)
    if settings.backend == "folder":
        settings.path(settings.books).mkdir(exist_ok=True)
    return settings


def write_books(settings: Settings, rows: Rows, built: date, *, units: list[str] | None = None, bar: Bar) -> list[Path]:
    """Write the books of all units and roles, with the rows given for each. Existing files are left alone."""
    scheme = catalog.load(settings.path("scheme") / settings.scheme)
    wanted = list(book_owners(scheme, units))
    paths = []
    with bar(len(wanted), "建表") as advance:
        for code, role in wanted:
            path = settings.path(settings.books) / book_name(scheme, code)
            if not path.exists():
                plan = build_book(scheme, code, role, rows=rows.get(code), built=built)
                path.write_bytes(write_xlsx(plan))
            paths.append(path)
            advance(path.stem)
    return paths


def book_owners(scheme: Scheme, units: list[str] | None = None) -> list[tuple[str, str]]:
    """(code, role) of everyone who fills a book."""
    roles = catalog.roles(scheme)
    own = [(unit.code, "unit") for unit in scheme.units if units is None or unit.code in units]
    return [*(own if "unit" in roles else []), *((role, role) for role in roles if role != "unit")]


def book_name(scheme: Scheme, code: str) -> str:
    return f"{owner_name(scheme, code)}.xlsx"
