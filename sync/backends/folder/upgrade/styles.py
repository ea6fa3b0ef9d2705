"""The donor's looks added to the book's styles; nothing that is there is changed or renumbered."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from sync.backends.folder.parts import parse_content
from sync.backends.folder.upgrade.xml import STYLES, Element, adopt, child, namespace, place, same, write

FIRST_OWN_FORMAT = 164
# formats that have a number of their own, which other programs write in the stead of a spelled-out one
BUILT_IN = {"General": 0, "0": 1, "0.00": 2, "#,##0": 3, "#,##0.00": 4, "0%": 9, "0.00%": 10, "@": 49}


@dataclass(frozen=True, slots=True)
class Looks:
    """Numbers of the donor's styles → numbers in the book. `root`: the book's new styles; `formats`: the number format of
    each look of a cell, the book's own as well."""

    root: Element
    cells: list[int]
    conditional: list[int]
    formats: list[str]

    def content(self) -> bytes:
        """The book's new styles part."""
        return write(self.root)

    def with_format(self, look: int, model: int) -> int:
        """The look that is as `look` but for the number format, which is `model`'s; made where the book has none."""
        looks = _container(self.root, "cellXfs")
        made = deepcopy(looks[look])
        made.set("numFmtId", looks[model].get("numFmtId") or "0")
        made.set("applyNumberFormat", "1")
        looks.append(made)  # in the tree first: its canonical form depends on where it stands
        number = next(at for at, item in enumerate(looks) if same(item) == same(made))
        if number != len(looks) - 1:
            looks.remove(made)
        else:
            self.formats.append(self.formats[model])
            _count(looks)
        return number


def merge_styles(book: bytes, donor: bytes) -> Looks:
    """Equal looks are used again, so that a second upgrade adds none."""
    root, other = parse_content(book), parse_content(donor)
    formats = _formats(root, other)
    parts = {name: _appended(root, other, name, {}) for name in ("fonts", "fills", "borders")}
    attributes = {"fontId": parts["fonts"], "fillId": parts["fills"], "borderId": parts["borders"]}
    cells = _appended(root, other, "cellXfs", {**attributes, "numFmtId": formats})
    conditional = _appended(root, other, "dxfs", {})
    codes = {str(number): code for code, number in BUILT_IN.items()}
    spelled = child(root, "numFmts")
    codes |= {
        str(item.get("numFmtId")): str(item.get("formatCode")) for item in (spelled if spelled is not None else ())
    }
    numbers = [item.get("numFmtId") or "0" for item in _container(root, "cellXfs")]
    return Looks(root, cells, conditional, [codes.get(number, number) for number in numbers])


def _formats(root: Element, other: Element) -> dict[int, int]:
    """Number formats by what they say: the donor's number → the book's."""
    found: dict[int, int] = {number: number for number in range(FIRST_OWN_FORMAT)}
    theirs = child(other, "numFmts")
    if theirs is None:
        return found
    ours = _container(root, "numFmts")
    known = {str(item.get("formatCode")): int(item.get("numFmtId", "0")) for item in ours}
    for item in theirs:
        code = str(item.get("formatCode"))
        if code not in known:
            known[code] = max([FIRST_OWN_FORMAT - 1, *known.values()]) + 1
            copy = adopt(item, namespace(root))
            copy.set("numFmtId", str(known[code]))
            ours.append(copy)
        found[int(item.get("numFmtId", "0"))] = known[code]
    _count(ours)
    return found


def _appended(root: Element, other: Element, name: str, maps: dict[str, list[int] | dict[int, int]]) -> list[int]:
    theirs = child(other, name)
    if theirs is None:
        return []
    ours, space, result = _container(root, name), namespace(root), list[int]()
    known: dict[bytes, int] = {}
    for number, item in enumerate(ours):
        known.setdefault(same(item), number)
    for item in theirs:
        copy = adopt(item, space)
        for attribute, numbers in maps.items():
            copy.set(attribute, str(numbers[int(copy.get(attribute, "0"))]))
        if maps:
            copy.set("xfId", "0")
        ours.append(copy)  # in the tree first: its canonical form depends on where it stands
        number = known.setdefault(same(copy), len(ours) - 1)
        if number != len(ours) - 1:
            ours.remove(copy)
        result.append(number)
    _count(ours)
    return result


def _container(root: Element, name: str) -> Element:
    found = child(root, name)
    if found is None:
        found = root.makeelement(f"{{{namespace(root)}}}{name}", {}, None)
        place(root, found, STYLES)
    return found


def _count(container: Element) -> None:
    container.set("count", str(len(container)))
