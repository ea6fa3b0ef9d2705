"""New data into the text of a YAML file: only what changed is written anew, every other byte stays as it is.

A mapping keeps its keys' lines, a list its items with the comments above them. What cannot be kept in place (a value
that becomes something else) is written in the short form `{…}`, `[…]`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from app.scheme_book.emit import block_item, emit, key_text
from app.scheme_book.yaml_tree import comments_above, compose, note_of, plain, without_aliases

IDENTITY = ("name", "id", "code", "value", "left", "field", "effective_from")


class SpliceError(Exception):
    """The notation of this file cannot be kept; it has to be written anew as a whole."""


@dataclass(slots=True)
class Item:
    """One item of a list as wanted: data, the item it comes from (None: new), the comment above it (None: as it was)."""

    data: Any
    origin: int | None = None
    note: str | None = None


@dataclass(slots=True)
class Items:
    """A list whose items know where they come from."""

    items: list[Item] = field(default_factory=list)


def splice(text: str, wanted: Mapping[str, Any]) -> str:
    """The text of a file whose data are `wanted` (lists may be `Items`). SpliceError when it cannot be kept."""
    crlf = "\r\n" in text
    body = text.replace("\r\n", "\n") if crlf else text
    made = _spliced(body, wanted)
    if not _holds(made, wanted):  # an anchor was changed whose aliases should not
        made = _spliced(without_aliases(body), wanted)
    if not _holds(made, wanted):
        raise SpliceError("what was written does not read as wanted")
    return made.replace("\n", "\r\n") if crlf else made


def _spliced(text: str, wanted: Mapping[str, Any]) -> str:
    root = compose(text)
    if root is not None:
        return _Splicer(text).root(root, wanted)
    made = text + ("" if not text or text.endswith("\n") else "\n")
    return made + "".join(f"{key_text(key)}: {emit(bare(value))}\n" for key, value in wanted.items())


def _holds(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        root = compose(text)
    except yaml.YAMLError:
        return False
    return ({} if root is None else plain(root)) == {key: bare(value) for key, value in wanted.items()}


def bare(value: Any) -> Any:
    """Data without the knowledge where they come from."""
    if isinstance(value, Items):
        return [bare(item.data) for item in value.items]
    if isinstance(value, Mapping):
        return {key: bare(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [bare(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


class _Splicer:
    def __init__(self, text: str) -> None:
        self.text = text

    def root(self, node: yaml.Node, wanted: Mapping[str, Any]) -> str:
        if not isinstance(node, yaml.MappingNode):
            raise SpliceError("not a mapping")
        end = self.end(node)
        return self.text[: node.start_mark.index] + self.mapping(node, wanted) + self.text[end:]

    # places ------------------------------------------------------------------------------------------------------

    def end(self, node: yaml.Node) -> int:
        """Where a node ends: a block collection with the end of its last line, comments on it included."""
        if isinstance(node, yaml.CollectionNode):
            if node.flow_style or not node.value:
                return int(node.end_mark.index)
            last = node.value[-1]
            return self.line_end(self.end(last[1] if isinstance(last, tuple) else last))
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return node.start_mark.index + len(self.text[node.start_mark.index : node.end_mark.index].rstrip())
        return int(node.end_mark.index)

    def line_end(self, at: int) -> int:
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found

    def line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def source(self, node: yaml.Node) -> str:
        return self.text[node.start_mark.index : self.end(node)]

    # values ------------------------------------------------------------------------------------------------------

    def value(self, node: yaml.Node, wanted: Any) -> str:
        """The text for a node that should hold `wanted`; flow collections and scalars only, or what did not change."""
        if _same(plain(node), wanted):
            return self.source(node)
        if isinstance(node, yaml.MappingNode) and isinstance(wanted, Mapping) and node.value:
            return self.mapping(node, wanted)
        if isinstance(node, yaml.SequenceNode) and isinstance(wanted, Items | list | tuple) and node.flow_style:
            return self.flow_list(node, _items(node, wanted))
        return emit(bare(wanted))

    def mapping(self, node: yaml.MappingNode, wanted: Mapping[str, Any]) -> str:
        return self.flow_map(node, wanted) if node.flow_style else self.block_map(node, wanted)

    def flow_map(self, node: yaml.MappingNode, wanted: Mapping[str, Any]) -> str:
        keys = [str(key.value) for key, _ in node.value]
        new = [key for key in wanted if key not in keys]
        kept = [(key, value) for key, value in node.value if str(key.value) in wanted]
        if len(kept) == len(keys):  # nothing goes: all spaces and comments stay
            made, at = "", node.start_mark.index
            for key, value in kept:
                made += self.text[at : value.start_mark.index] + self._spaced(value, wanted[str(key.value)])
                at = self.end(value)
            added = "".join(f", {key_text(key)}: {emit(bare(wanted[key]))}" for key in new)
            tail = self.text[at : node.end_mark.index]
            return made + (added + tail if kept else "{" + added[2:] + "}")
        parts = [self.text[key.start_mark.index : value.start_mark.index] + self._spaced(value, wanted[str(key.value)])
                 for key, value in kept]  # fmt: skip
        return "{" + ", ".join([*parts, *(f"{key_text(key)}: {emit(bare(wanted[key]))}" for key in new)]) + "}"

    def _spaced(self, node: yaml.Node, wanted: Any) -> str:
        """A value after its colon: a space where an empty one had none."""
        made = self.value(node, wanted)
        before = self.text[node.start_mark.index - 1 : node.start_mark.index]
        return f" {made}" if before == ":" and made else made

    def block_map(self, node: yaml.MappingNode, wanted: Mapping[str, Any]) -> str:
        """From the first key to the end of the last line. Keys come and go by whole lines."""
        indent = " " * node.value[0][0].start_mark.column
        chunks: list[str] = []
        at = node.start_mark.index
        for position, (key, value) in enumerate(node.value):
            name, stop = str(key.value), self.line_end(self.end(value))
            if position + 1 < len(node.value):
                stop = min(stop, self.line_end(max(self.end(value), self._key_end(key))))
            lead = self.text[at : key.start_mark.index]
            if name in wanted:
                chunks.append(lead + self._pair(key, value, wanted[name], stop))
            elif lead.strip():  # comments above a key that goes stay, unless they touch it
                above, _ = comments_above(self.text, key.start_mark.index)
                rest = self.text[at : max(at, above)].rstrip("\n")
                chunks.append(rest if rest.strip() else "")
            at = stop
        made = "".join(chunks)
        if chunks and not made.startswith(self.text[node.start_mark.index : node.start_mark.index + 1]):
            made = made.lstrip("\n").lstrip(" ")
        names = {str(key.value) for key, _ in node.value}
        for key in wanted:
            if key not in names:
                pair = self._new_pair(key, wanted[key], indent)
                made = f"{made}\n{indent}{pair}" if made else pair
        return made or "{}"

    def _key_end(self, key: yaml.Node) -> int:
        return self.text.index(":", key.end_mark.index) + 1

    def _new_pair(self, key: str, value: Any, indent: str) -> str:
        if isinstance(value, Items) or (isinstance(value, list) and value and isinstance(value[0], Mapping)):
            items = value.items if isinstance(value, Items) else [Item(item) for item in value]
            lines = [f"\n{comment}{indent}  - {emit(bare(item.data))}" for item in items
                     for comment in (_comment(item.note, indent + "  "),)]  # fmt: skip
            return f"{key_text(key)}:" + "".join(lines) if lines else f"{key_text(key)}: []"
        return f"{key_text(key)}: {emit(bare(value))}"

    def _pair(self, key: yaml.Node, value: yaml.Node, wanted: Any, stop: int) -> str:
        """Key, value and what follows on the line."""
        start, tail = key.start_mark.index, self.text[self.end(value) : stop]
        if _same(plain(value), wanted):
            return self.text[start:stop]
        block = isinstance(value, yaml.CollectionNode) and not value.flow_style
        if block and isinstance(value, yaml.SequenceNode) and isinstance(wanted, Items | list) and bare(wanted):
            head = self.line_end(self._key_end(key))
            return self.text[start:head] + self.block_list(value, _items(value, wanted), head)
        if block and isinstance(value, yaml.MappingNode) and isinstance(wanted, Mapping) and wanted:
            return self.text[start : value.start_mark.index] + self.block_map(value, wanted)
        if block:
            return self.text[start : self._key_end(key)] + " " + emit(bare(wanted))
        return self.text[start : value.start_mark.index] + self._spaced(value, wanted) + tail

    # lists -------------------------------------------------------------------------------------------------------

    def flow_list(self, node: yaml.SequenceNode, items: Sequence[Item]) -> str:
        if [item.origin for item in items] == list(range(len(node.value))):
            made, at = "", node.start_mark.index
            for child, item in zip(node.value, items, strict=True):
                made += self.text[at : child.start_mark.index] + self.value(child, item.data)
                at = self.end(child)
            return made + self.text[at : node.end_mark.index]
        parts = [emit(bare(item.data)) if item.origin is None else self.value(node.value[item.origin], item.data)
                 for item in items]  # fmt: skip
        return "[" + ", ".join(parts) + "]"

    def block_list(self, node: yaml.SequenceNode, items: Sequence[Item], head: int) -> str:
        """From the end of the key's line (`head`) to the end of the last line."""
        leads, notes, bodies = [], [], []
        at, indent = head, " " * node.start_mark.column
        for child in node.value:
            dash = self.text.rfind("-", at, child.start_mark.index + 1)
            above, comments = comments_above(self.text, dash)
            above = max(above, at + 1)
            leads.append(self.text[at + 1 : above] if at < len(self.text) else "")
            notes.append((comments, self.text[above : self.line_start(dash)]))
            bodies.append(dash)
            at = self.line_end(self.end(child))
        short = all(isinstance(c, yaml.ScalarNode) or c.flow_style for c in node.value)
        _hand_on(leads, {item.origin for item in items})
        gap = "\n" if len(leads) > 1 and all(lead.startswith("\n") for lead in leads[1:]) else ""
        lines: list[str] = []
        for item in items:
            if item.origin is None:
                body = f"{indent}- {emit(bare(item.data)) if short else block_item(bare(item.data), indent)}"
                lines.append((gap if lines else "") + _comment(item.note, indent) + body)
                continue
            lead, kept = leads[item.origin], notes[item.origin]
            lead = lead or (gap if lines else "")
            note = kept[1] if item.note is None or item.note == note_of(kept[0]) else _comment(item.note, indent)
            lines.append((lead if lines or lead.strip() else "") + note + self._body(node, item, bodies[item.origin]))
        return "\n" + "\n".join(lines)

    def _body(self, node: yaml.SequenceNode, item: Item, dash: int) -> str:
        child = node.value[item.origin or 0]
        stop = self.line_end(self.end(child))
        before = self.text[self.line_start(dash) : child.start_mark.index]
        if _same(plain(child), item.data):
            return self.text[self.line_start(dash) : stop]
        made = self.value(child, item.data)
        return before + made + ("" if isinstance(child, yaml.CollectionNode) and not child.flow_style
                                else self.text[self.end(child) : stop])  # fmt: skip


def _hand_on(leads: list[str], kept: set[int | None]) -> None:
    """A heading above an item that goes stands above the next one that stays."""
    carried = ""
    for position, lead in enumerate(leads):
        if position not in kept:
            carried += lead if lead.strip() else ""
        elif carried:
            leads[position], carried = carried + (lead if lead.strip() else ""), ""


def _comment(note: str | None, indent: str) -> str:
    return "".join(f"{indent}# {line}\n" for line in (note or "").splitlines() if line.strip())


def _same(old: Any, wanted: Any) -> bool:
    if isinstance(wanted, Items):
        return (
            [item.origin for item in wanted.items] == list(range(len(old) if isinstance(old, list) else 0))
            and all(item.note is None for item in wanted.items)
            and _same(old, bare(wanted))
        )
    if isinstance(wanted, Mapping):
        return isinstance(old, dict) and list(old) == list(wanted) and all(_same(old[key], wanted[key]) for key in old)
    return type(old) is type(bare(wanted)) and bool(old == bare(wanted))


def _items(node: yaml.SequenceNode, wanted: Any) -> list[Item]:
    """Where the items of a plain list come from: the same item, else one of the same name, else the same place."""
    if isinstance(wanted, Items):
        return wanted.items
    old = [plain(child) for child in node.value]
    new, free = [bare(item) for item in wanted], set(range(len(old)))
    found: dict[int, int] = {}
    for fits in (lambda a, b: a == b, _named_alike):
        for at, item in enumerate(new):
            match = next((i for i in sorted(free) if at not in found and fits(old[i], item)), None)
            if match is not None:
                found[at] = match
                free.discard(match)
    if len(old) == len(new):
        for at in range(len(new)):
            if at not in found and at in free:
                found[at] = at
                free.discard(at)
    return [Item(item, found.get(at)) for at, item in enumerate(new)]


def _named_alike(a: Any, b: Any) -> bool:
    if not isinstance(a, dict) or not isinstance(b, dict):
        return False
    return any(key in a and a[key] == b.get(key) for key in IDENTITY)
