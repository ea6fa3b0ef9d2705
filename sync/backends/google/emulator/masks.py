"""Field masks: `a.b,c`, `a/b`, `a(b,c)` in any mixture, `*` for everything. An unknown field is an error."""

from __future__ import annotations

from typing import Any

from sync.backends.google.emulator.errors import bad

Json = dict[str, Any]
Mask = dict[str, Any]  # name → Mask; {} = all of it


def parse_mask(text: str | None) -> Mask | None:
    """None when no mask was given: everything."""
    if not text:
        return None
    parser = _Parser(text)
    mask = parser.listing()
    if parser.at != len(text):
        raise invalid_selection(text)
    return None if "*" in mask and not mask["*"] and len(mask) == 1 else mask


def invalid_selection(text: str) -> Exception:
    return bad(f"Request contains an invalid argument. Invalid field selection {text}")


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def listing(self) -> Mask:
        mask: Mask = {}
        while True:
            self.path(mask)
            if self.at < len(self.text) and self.text[self.at] == ",":
                self.at += 1
                continue
            return mask

    def path(self, mask: Mask) -> None:
        """One `a/b.c(d,e)`, merged into the mask."""
        node = mask
        while True:
            name = self.name()
            whole = name in node and not node[name]
            child: Mask = node.setdefault(name, {})
            sign = self.text[self.at] if self.at < len(self.text) else ""
            if sign in "./" and sign:
                self.at += 1
                node = {} if whole else child
                continue
            if sign == "(":
                self.at += 1
                inner = self.listing()
                if self.at >= len(self.text) or self.text[self.at] != ")":
                    raise invalid_selection(self.text)
                self.at += 1
                if not whole:
                    _merge(child, inner)
            elif child:
                child.clear()  # the whole of it, asked for besides a part
            return

    def name(self) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in ",./()":
            self.at += 1
        name = self.text[start : self.at].strip()
        if not name:
            raise invalid_selection(self.text)
        return name


def _merge(into: Mask, more: Mask) -> None:
    for name, inner in more.items():
        if name in into and not into[name]:
            continue
        if not inner:
            into[name] = {}
        else:
            _merge(into.setdefault(name, {}), inner)


def apply_mask(value: Any, mask: Mask | None) -> Any:
    """The parts of a JSON answer that the mask names."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [apply_mask(item, mask) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: apply_mask(value[name], inner) for name, inner in mask.items() if name in value}


def wants(mask: Mask | None, *path: str) -> bool:
    """Whether the mask asks for any part of what this path names."""
    for name in path:
        if not mask or "*" in mask:
            return True
        if name not in mask:
            return False
        mask = mask[name]
    return True


def inner(mask: Mask | None, *path: str) -> Mask | None:
    """The mask below a path; None when everything there is wanted."""
    for name in path:
        if not mask or "*" in mask:
            return None
        mask = mask.get(name)
    return mask or None


def leaves(mask: Mask | None, prefix: str = "") -> list[str]:
    """The mask as dotted paths, "*" for everything."""
    if mask is None:
        return ["*"]
    found: list[str] = []
    for name, below in mask.items():
        path = f"{prefix}.{name}" if prefix else name
        found += leaves(below, path) if below else [path]
    return found


def write_masked(old: Json, new: Json, mask: Mask | None) -> Json:
    """`old` with the masked fields taken from `new`; a masked field that `new` lacks is cleared."""
    if mask is None or "*" in mask:
        return dict(new)
    result = dict(old)
    for name, below in mask.items():
        if not below:
            if name in new:
                result[name] = new[name]
            else:
                result.pop(name, None)
            continue
        part = write_masked(dict(result.get(name) or {}), dict(new.get(name) or {}), below)
        if part:
            result[name] = part
        else:
            result.pop(name, None)
    return result
