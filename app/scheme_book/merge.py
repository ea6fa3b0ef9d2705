"""What is wanted → new texts of the scheme's files: changed places written anew, the rest byte for byte as it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from app.scheme_book.cellform import read, write
from app.scheme_book.draft import UNSET, Draft, Entry
from app.scheme_book.emit import emit, key_text
from app.scheme_book.layout import Tab, tabs
from app.scheme_book.rows import Row, field_pieces
from app.scheme_book.splice import Item, Items, SpliceError, bare, splice
from app.scheme_book.words import NAMES
from app.scheme_book.yaml_tree import plain
from validators.scheme.check_limits import must_say


def merged(draft: Draft) -> dict[str, bytes]:
    """All files of the scheme, changed where the draft says so. Remarks tell where comments could not be kept."""
    return _Merger(draft).files()


class _Merger:
    def __init__(self, draft: Draft) -> None:
        self.draft, self.tree = draft, draft.tree
        self.wanted: dict[str, dict[str, Any]] = {
            name: plain(root) if root is not None else {} for name, root in self.tree.roots.items()
        }

    def files(self) -> dict[str, bytes]:
        for tab in tabs():
            if tab.section not in ("rules", "fields", "choices", "lookups", "lookup_rows", "coverage"):
                self._list(tab.section, self.draft.entries[tab.title], tab)
        self._list("rules", rule_order(self.draft), None)
        self._choices()
        self._lookups()
        self._coverage()
        self._basics()
        return self._written()

    def _of(self, section: str) -> list[Entry]:
        return [entry for tab in tabs() if tab.section == section for entry in self.draft.entries[tab.title]]

    # lists -------------------------------------------------------------------------------------------------------

    def _list(self, section: str, entries: list[Entry], tab: Tab | None) -> None:
        before = [row.ident for row in self.draft.rows[tab.title]] if tab else []
        now = [entry.base.ident if entry.base else "" for entry in entries]
        unwritten = any(entry.base is not None and entry.base.piece is None for entry in entries)
        if unwritten and now == before and not any(entry.changes for entry in entries):
            return  # defaults that no file names
        by_file: dict[str, list[Item]] = {file: [] for file, _ in self.tree.section(section)}
        for entry, file in zip(entries, self._places(section, entries), strict=True):
            by_file.setdefault(file, []).append(self._item(entry, file, section))
        for file, items in by_file.items():
            self._set(file, section, Items(items))

    def _item(self, entry: Entry, file: str, section: str) -> Item:
        piece = entry.base.piece if entry.base else None
        data: Any = self._data(entry, section)
        if section == "tables":
            data["fields"] = self._fields(entry, str(data.get("name", "")))
        if piece is not None and piece.file == file:
            return Item(data, piece.index, entry.note)
        return Item(data, None, entry.note if entry.note is not None else entry.base.note if entry.base else None)

    def _places(self, section: str, entries: list[Entry]) -> list[str]:
        """The file of each: the order of files is fixed, so that places stay with the files."""
        kept = [entry for entry in entries if entry.base is not None and entry.base.piece is not None]
        slots = sorted(
            (entry.base.piece.file for entry in kept if entry.base and entry.base.piece),
            key=self.tree.read_names().index,
        )
        places: list[str] = []
        used = 0
        for entry in entries:
            if entry.base is not None and entry.base.piece is not None:
                places.append(slots[used])
                used += 1
            else:
                places.append(places[-1] if places else slots[0] if slots else self.tree.home(section))
        return places

    def _data(self, entry: Entry, section: str) -> Any:
        """Plain data of one definition: as written, with what has changed."""
        base = entry.base
        if section == "guide":
            return entry.changes.get("text", base.piece.data if base and base.piece else "")
        data: dict[str, Any] = {"kind": entry.tab.kind} if section == "rules" else {}
        if base is not None and base.piece is not None and isinstance(base.piece.data, dict):
            data = dict(base.piece.data)
        elif base is not None:
            data |= _full(entry)
        elif section == "rules" and "id" in entry.changes:
            data = {"id": entry.changes["id"], **data}
        for key, value in entry.changes.items():
            if value is UNSET:
                data.pop(key, None)
            else:
                data[key] = value
        if section == "rules" and (base is None or base.piece is None or UNSET in entry.changes.values()):
            data |= _null(data)
        return data

    def _fields(self, table: Entry, name: str) -> Items:
        """The columns of a table; those that come from it keep their places in the file."""
        old = str(table.base.values.get("name", "")) if table.base else name
        items = []
        own: dict[int, int] = {}
        if table.base is not None and table.base.piece is not None:
            own = {id(piece.node): piece.index for piece in field_pieces(self.tree, table.base.piece)}
        for entry in self._of("fields"):
            where = entry.changes.get("table") or (entry.base.values.get("table") if entry.base else "")
            if where not in (name, old):
                continue
            data = self._data(entry, "fields")
            data.pop("table", None)
            piece = entry.base.piece if entry.base else None
            known = piece is not None and id(piece.node) in own
            items.append(Item(data, piece.index if piece and known else None, entry.note))
        return Items(items)

    # mappings ----------------------------------------------------------------------------------------------------

    def _choices(self) -> None:
        pieces = self.tree.entries("choices")
        groups: dict[str, list[Item]] = defaultdict(list)
        groups.update((name, []) for name, piece in pieces.items() if not piece.data)
        for entry in self._of("choices"):
            base = entry.base
            name = str(entry.changes.get("choices") or (base.values["choices"] if base else ""))
            here = base is not None and base.piece is not None and base.values["choices"] == name
            groups[name].append(Item(self._choice(entry), base.piece.index if here and base and base.piece else None,
                                     entry.note))  # fmt: skip
        self._map("choices", {name: Items(items) for name, items in groups.items()}, set(pieces))

    def _choice(self, entry: Entry) -> Any:
        """A value: alone where nothing else is said of it and it was written so."""
        written = entry.base.piece.data if entry.base and entry.base.piece else None
        changes = {key: value for key, value in entry.changes.items() if key != "choices"}
        if not isinstance(written, dict):
            value = changes.get("value", written)
            more = {key: item for key, item in changes.items() if key != "value" and item is not UNSET}
            return {"value": str(value), **more} if more else value
        data = dict(written)
        for key, value in changes.items():
            if value is UNSET:
                data.pop(key, None)
            else:
                data[key] = value
        return data

    def _lookups(self) -> None:
        pieces = self.tree.entries("lookups")
        found: dict[str, dict[str, Any]] = {}
        renamed: dict[str, str] = {}
        for entry in self._of("lookups"):
            data = dict(entry.base.piece.data) if entry.base and entry.base.piece else {}
            name = str(entry.changes.get("name") or (entry.base.ident if entry.base else ""))
            for key, value in entry.changes.items():
                if key != "name":
                    data.pop(key, None)
                    data |= {} if value is UNSET else {key: value}
            found[name] = data
            if entry.base:
                renamed[entry.base.ident] = name
        rows: dict[str, dict[str, dict[str, Any]]] = {name: {"": {}} for name in found}
        for entry in self._of("lookup_rows"):
            base = entry.base
            name = str(entry.changes.get("lookup") or (base.values["lookup"] if base else ""))
            name = name if name in rows else renamed.get(name, name)
            key = str(entry.changes.get("key") or (base.values["key"] if base else ""))
            since = entry.changes.get("effective_from", base.values.get("effective_from") if base else None)
            day = "" if since in (None, UNSET) else str(since)
            rows.setdefault(name, {"": {}}).setdefault(day, {})[key] = entry.changes.get("value", _written(base))
        for name, by_day in rows.items():
            _fill_lookup(found.setdefault(name, {}), by_day)
        self._map("lookups", found, set(pieces))

    def _coverage(self) -> None:
        found: dict[str, Any] = {}
        for entry in self._of("coverage"):
            base = entry.base
            name = str(entry.changes.get("item") or (base.ident if base else ""))
            found[name] = entry.changes.get("by", base.piece.data if base and base.piece else "")
        self._map("coverage", found, set(self.tree.entries("coverage")))

    def _map(self, section: str, found: Mapping[str, Any], known: set[str]) -> None:
        home = self.tree.home(section)
        for file, _ in list(self.tree.section(section)):
            old = self.wanted[file].get(section)
            if isinstance(old, dict):
                self.wanted[file][section] = {name: found[name] for name in old if name in found}
        new = {name: value for name, value in found.items() if name not in known}
        if new:
            target = self.wanted.setdefault(home, {})
            target[section] = {**(target.get(section) or {}), **new}

    def _basics(self) -> None:
        for path, value in self.draft.basics.items():
            file = next((name for name, root in self.wanted.items() if path[0] in root), "scheme.yaml")
            holder = self.wanted[file]
            if len(path) > 1:
                holder[path[0]] = dict(holder.get(path[0]) or {})
                holder = holder[path[0]]
            if value is UNSET:
                holder.pop(path[-1], None)
            else:
                holder[path[-1]] = value

    # files -------------------------------------------------------------------------------------------------------

    def _set(self, file: str, section: str, items: Items) -> None:
        target = self.wanted.setdefault(file, {})
        if items.items or section in target:
            target[section] = items

    def _written(self) -> dict[str, bytes]:
        found = dict(self.tree.files)
        for file, wanted in self.wanted.items():
            raw = found.get(file, b"")
            text = raw.decode("utf-8-sig")
            try:
                made = splice(text, wanted)
            except SpliceError:
                made = _anew(wanted)
                self.draft.remarks.append(f"{file}：写法没法保留，整个文件重写了，里面的注释（#）没有了")
            if made != text:
                bom = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
                found[file] = bom + made.encode("utf-8")
        return found


def _written(row: Row | None) -> Any:
    """What stands in the file for a pair of a lookup."""
    if row is None or row.piece is None:
        return None
    return _pairs_on(row.piece.data, str(row.values.get("effective_from") or "")).get(row.values["key"])


def _pairs_on(lookup: Mapping[str, Any], day: str) -> Mapping[str, Any]:
    """The written pairs of a lookup, or those of its change on a day."""
    if not day:
        return lookup.get("rows") or {}
    changes = (item for item in lookup.get("changes") or () if str(item.get("effective_from")) == day)
    return next((item.get("rows") or {} for item in changes), {})


def _fill_lookup(target: dict[str, Any], by_day: Mapping[str, Mapping[str, Any]]) -> None:
    """Put the pairs of every day into a lookup; changes keep their order, new ones stand last."""
    pairs = by_day.get("", {})
    if pairs or "rows" in target:
        target["rows"] = _in_order(target.get("rows") or {}, pairs)
    known = [str(item.get("effective_from")) for item in target.get("changes") or ()]
    days = [day for day in known if by_day.get(day)] + sorted(day for day in by_day if day and day not in known)
    changes = [{"effective_from": day, "rows": _in_order(_pairs_on(target, day), by_day[day])} for day in days]
    if changes:
        target["changes"] = changes
    else:
        target.pop("changes", None)


def rule_order(draft: Draft) -> list[Entry]:
    """Rules of all kinds in one order: as they stood, those of one kind as their tab has them now, new ones after
    the one above them."""
    by_tab = {tab.title: draft.entries[tab.title] for tab in tabs() if tab.section == "rules"}
    kept = {title: iter([entry for entry in entries if entry.base]) for title, entries in by_tab.items()}
    there = {(title, entry.base.ident) for title, entries in by_tab.items() for entry in entries if entry.base}
    titles = {tab.kind: tab.title for tab in tabs() if tab.section == "rules"}
    rows = {title: iter(draft.rows[title]) for title in by_tab}
    stood = [(title, next(rows[title]).ident) for title in (titles[rule.kind] for rule in draft.scheme.rules)]
    order = [next(kept[title]) for title, ident in stood if (title, ident) in there]
    for entries in by_tab.values():
        for position, entry in enumerate(entries):
            if entry.base is None:
                before = entries[position - 1] if position else None
                after = next((item for item in entries[position:] if item.base), None)
                at = _place(order, before) + 1 if before else _place(order, after) if after else len(order)
                order.insert(at, entry)
    return order


def _place(order: Sequence[Entry], entry: Entry) -> int:
    return next(position for position, item in enumerate(order) if item is entry)


def _in_order(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The pairs as they stood, new ones last: the order of a mapping means nothing, a smaller change does."""
    return {**{key: new[key] for key in old if key in new}, **{key: new[key] for key in new if key not in old}}


def _null(data: Mapping[str, Any]) -> dict[str, None]:
    """An empty cell where a limit or a goal belongs says that the policy names none; the file has to say so too."""
    key = must_say(str(data.get("kind", "")), data)
    return {key: None} if key and key not in data else {}


def _full(entry: Entry) -> dict[str, Any]:
    """All that a definition says that no file names."""
    found = {}
    for column in entry.tab.columns:
        value = entry.base.values.get(column.key) if entry.base else None
        if column.required or value != column.default:
            found[column.key] = read(write(value, column.annotation, NAMES), column.annotation, NAMES)
    return found


def _anew(wanted: Mapping[str, Any]) -> str:
    lines = []
    for key, value in wanted.items():
        data = bare(value)
        if isinstance(data, list) and data:
            lines += [f"{key_text(key)}:", *(f"  - {emit(item)}" for item in data)]
        elif isinstance(data, dict) and data:
            lines += [f"{key_text(key)}:", *(f"  {key_text(str(name))}: {emit(item)}" for name, item in data.items())]
        else:
            lines.append(f"{key_text(key)}: {emit(data)}")
    return "\n".join(lines) + "\n"
