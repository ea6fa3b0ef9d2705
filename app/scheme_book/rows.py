"""A loaded scheme and its files → the rows of each tab: values by column, identity, comments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import BaseModel

from app.scheme_book.cellform import key_of
from app.scheme_book.layout import Tab, tabs
from app.scheme_book.tree import Piece, Tree
from validators.scheme.models import Lookup, Scheme, Sight
from validators.scheme.tables import Table


@dataclass(slots=True)
class Row:
    """One definition: identity within its tab, values by key (models' own), where it is written."""

    ident: str
    values: dict[str, Any]
    piece: Piece | None = None
    note: str = ""
    inner: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def rows_of(scheme: Scheme, tree: Tree) -> dict[str, list[Row]]:
    """Tab title → rows, in the order of the scheme."""
    found: dict[str, list[Row]] = {}
    for tab in tabs():
        maker = _SPECIAL.get(tab.section)
        rows = list(maker(scheme, tree, tab) if maker else _plain(scheme, tree, tab))
        seen: dict[str, int] = {}
        for row in rows:
            seen[row.ident] = seen.get(row.ident, 0) + 1
            if seen[row.ident] > 1:
                row.ident += f"#{seen[row.ident]}"
        found[tab.title] = rows
    return found


def values(item: BaseModel, tab: Tab, **more: Any) -> dict[str, Any]:
    """The values of a model by the keys of a tab's columns."""
    model = type(item)
    found = {key_of(name, info): getattr(item, name) for name, info in model.model_fields.items()} | more
    return {column.key: found[column.key] for column in tab.columns if column.key in found}


def _row(ident: str, found: dict[str, Any], piece: Piece | None) -> Row:
    return Row(ident, found, piece, piece.note if piece else "", piece.inner if piece else "")


def _name(item: Any) -> str:
    for key in ("id", "code", "name"):
        if hasattr(item, key):
            return str(getattr(item, key))
    if isinstance(item, Sight):
        return "·".join([*item.departments, item.table, *item.named_in, item.where]).strip("·") or "每个部门"
    return ""


def _plain(scheme: Scheme, tree: Tree, tab: Tab) -> Iterator[Row]:
    pieces = tree.pieces(tab.section)
    for position, item in enumerate(getattr(scheme, tab.section)):
        piece = pieces[position] if position < len(pieces) else None
        yield _row(_name(item), values(item, tab), piece)


def _rules(scheme: Scheme, tree: Tree, tab: Tab) -> Iterator[Row]:
    for item, piece in zip(scheme.rules, tree.pieces("rules"), strict=True):
        if item.kind == tab.kind:
            yield _row(rule_ident(item), values(item, tab), piece)


def rule_ident(rule: Any) -> str:
    """A rule's id; of several versions of one rule also the day from which it holds."""
    since = getattr(rule, "effective_from", None)
    return f"{rule.id}@{since}" if since else str(rule.id)


def _fields(scheme: Scheme, tree: Tree, tab: Tab) -> Iterator[Row]:
    for table, piece in zip(scheme.tables, tree.pieces("tables"), strict=True):
        for item, own in zip(table.fields, field_pieces(tree, piece), strict=False):  # ours stands last, unwritten
            owner = "" if item.owner == table.filler else item.owner
            yield _row(f"{table.name}.{item.name}", values(item, tab, table=table.name, owner=owner), own)


def field_pieces(tree: Tree, table: Piece) -> list[Piece]:
    """The written columns of a table."""
    node = next((value for key, value in table.node.value if str(key.value) == "fields"), None)
    return tree.items(table.file, node)


def _choices(scheme: Scheme, tree: Tree, tab: Tab) -> Iterator[Row]:
    for name, piece in tree.entries("choices").items():
        for item, own in zip(scheme.choices[name], tree.items(piece.file, piece.node), strict=True):
            yield _row(f"{name}.{item.value}", values(item, tab, choices=name), own)


def _lookups(scheme: Scheme, tree: Tree, tab: Tab) -> Iterator[Row]:
    for name, piece in tree.entries("lookups").items():
        yield Row(name, values(scheme.lookups[name], tab, name=name), piece, "", piece.note)


def _lookup_rows(scheme: Scheme, tree: Tree, tab: Tab) -> Iterator[Row]:
    for name, piece in tree.entries("lookups").items():
        for since, rows in ((None, scheme.lookups[name].rows), *_changes(scheme.lookups[name])):
            for key, value in rows.items():
                found = {"lookup": name, "key": key, "value": value, "effective_from": since}
                yield Row(f"{name}|{key}" + (f"@{since}" if since else ""), found, piece)


def _changes(lookup: Lookup) -> list[tuple[date, Mapping[str, Any]]]:
    return [(change.effective_from, change.rows) for change in lookup.changes]


def _coverage(scheme: Scheme, tree: Tree, tab: Tab) -> Iterator[Row]:
    for name, piece in tree.entries("coverage").items():
        yield Row(name, {"item": name, "by": scheme.coverage[name]}, piece, "", piece.inner)


def _guide(scheme: Scheme, tree: Tree, tab: Tab) -> Iterator[Row]:
    for position, (text, piece) in enumerate(zip(scheme.guide, tree.pieces("guide"), strict=True), 1):
        yield Row(str(position), {"text": text}, piece)


_SPECIAL: dict[str, Callable[[Scheme, Tree, Tab], Iterator[Row]]] = {
    "rules": _rules, "fields": _fields, "choices": _choices, "lookups": _lookups, "lookup_rows": _lookup_rows,
    "coverage": _coverage, "guide": _guide,
}  # fmt: skip


def table_titles(scheme: Scheme) -> dict[str, str]:
    """Table name → title, where the title can mean no other table."""
    names = {table.name for table in scheme.tables}
    titles = [table.title for table in scheme.tables]
    return {t.name: t.title for t in scheme.tables if titles.count(t.title) == 1 and t.title not in names}


def field_titles(tables: tuple[Table, ...]) -> list[str]:
    """Titles of all columns, each once."""
    return list(dict.fromkeys(item.title for table in tables for item in table.fields))
