"""Before anything is put in place: what people have in the book stands in the new bytes, cell by cell, part by part."""

from __future__ import annotations

from collections.abc import Mapping

from sync.backends.folder.parts import Package, open_package, parse_content
from sync.backends.folder.upgrade.xml import Element, children, local, same
from sync.backends.folder.zippatch import Archive, Refused

_OURS = frozenset({"dimension", "cols", "sheetData", "dataValidations", "conditionalFormatting", "autoFilter"})


def prove(old: Archive, package: Package, data: bytes, laid: Mapping[str, set[str]], changed: set[str]) -> None:
    """`laid`: entry tab's member → addresses of the cells we laid; `changed`: members we replaced. Refused when more
    than that is different, or when the result is no sound book."""
    new = Archive(data)
    after = open_package(new)
    titles = [tab.title for tab in package.tabs]
    if [tab.title for tab in after.tabs][: len(titles)] != titles:
        _fail("工作表不全")
    for member in old.members:
        if member.name not in changed and new.by_name[member.name].crc != member.crc:
            _fail(member.name)
    for name, places in laid.items():
        _same_sheet(parse_content(old.read(name)), parse_content(new.read(name)), places, name)
    for name in new.by_name:
        if name not in old.by_name:
            parse_content(new.read(name))


def _same_sheet(before: Element, after: Element, laid: set[str], name: str) -> None:
    if [same(item) for item in _foreign(before)] != [same(item) for item in _foreign(after)]:
        _fail(name)
    one, other = _cells(before, laid), _cells(after, laid)
    if one != other:
        _fail(f"{name} {next(iter(one.items() ^ other.items()))[0]}")


def _foreign(root: Element) -> list[Element]:
    return [item for item in root if local(item) and local(item) not in _OURS]


def _cells(root: Element, laid: set[str]) -> dict[str, bytes]:
    """Address → cell in its canonical form, those laid by us left out; rows with what they say of themselves."""
    found: dict[str, bytes] = {}
    for data in children(root, "sheetData"):
        for row in children(data, "row"):
            cells = {str(cell.get("r")): same(cell) for cell in row if str(cell.get("r")) not in laid}
            if cells or len(row) == 0:
                about = sorted((str(key), str(value)) for key, value in row.attrib.items() if key != "spans")
                found[f"row {row.get('r')}"] = repr(about).encode()
            found |= cells
    return found


def _fail(what: str) -> None:
    raise Refused(f"升级后核对没有通过，未写入任何内容（{what}）")
