"""Which part of the package is which tab; shared strings on demand; the one permitted change of workbook.xml."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from sync.backends.folder.cellxml import column_number, decode_text, string_text
from sync.backends.folder.sheetframe import Sheet, frame
from sync.backends.folder.splice import Span
from sync.backends.folder.zippatch import Archive, Refused

_SI = re.compile(rb"<((?:[\w.-]+:)?si)(?:\s[^>]*)?(?:/>|(?<!/)>(.*?)</\1\s*>)", re.S)


@dataclass(slots=True)
class Tab:
    """A sheet of the workbook: its title and the member that holds it."""

    title: str
    member: str


@dataclass
class Package:
    """A workbook's parts by what they are. Part names are found through relationships, never guessed."""

    archive: Archive
    workbook: str = ""
    tabs: list[Tab] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # defined names → what they refer to
    strings: str = ""  # member of the shared strings
    _frames: dict[str, Sheet] = field(default_factory=dict)
    _texts: dict[int, str] = field(default_factory=dict)

    def tab(self, title: str) -> Tab | None:
        return next((tab for tab in self.tabs if tab.title == title), None)

    def sheet(self, tab: Tab) -> Sheet:
        """The frame of a tab's part, looked for once."""
        if tab.member not in self._frames:
            self._frames[tab.member] = frame(self.archive.read(tab.member))
        return self._frames[tab.member]

    @cached_property
    def _shared(self) -> list[bytes]:
        if not self.strings:
            return []
        content = self.archive.read(self.strings)
        if b"<!" in content:
            raise Refused("共享文字表里有特殊标记，不能安全写回；请用 WPS 或 Excel 打开后另存为 .xlsx")
        return _items(content)

    def mentions(self, text: bytes) -> bool:
        """Whether a text stands among the shared strings, at little cost."""
        return bool(self.strings) and text in self.archive.read(self.strings)

    def shared(self, index: int) -> str:
        """Text of a shared string; the part is read when first asked for."""
        text = self._texts.get(index)
        if text is None:
            if index >= len(self._shared):
                raise Refused("文件的共享文字表不完整，可能已损坏；请用 WPS 或 Excel 打开后重新保存")
            text = self._texts[index] = string_text(self._shared[index])
        return text


def _items(content: bytes) -> list[bytes]:
    """What stands in each `<si>`. Cut at the end tags where every item has one, which is how all programs write."""
    pieces = content.split(b"</si>")
    plain = b"<si " not in content and b"<si/" not in content and b":si" not in content
    if plain and content.count(b"<si>") == len(pieces) - 1:
        return pieces[:-1]
    return [found[2] or b"" for found in _SI.finditer(content)]


def open_package(archive: Archive) -> Package:
    """Find workbook, tabs, defined names, shared strings. `Refused` when this is no workbook we may touch."""
    if any(name.startswith("_xmlsignatures/") for name in archive.by_name):
        raise Refused("文件带有数字签名，写入任何内容都会使签名失效；答复另见网页")
    package = Package(archive)
    package.workbook = main_part(archive)
    root = parse_part(archive, package.workbook)
    targets = relationships(archive, package.workbook)
    for element in root.iter():
        local = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if local == "sheet":
            identifier = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            kind, member = targets.get(str(identifier), ("", ""))
            if kind == "worksheet" and member in archive.by_name:
                package.tabs.append(Tab(str(element.get("name", "")), member))
        elif local == "definedName":
            package.names[str(element.get("name", ""))] = element.text or ""
    package.strings = next((member for kind, member in targets.values() if kind == "sharedStrings"), "")
    if package.strings not in archive.by_name:
        package.strings = ""
    return package


def parse_part(archive: Archive, member: str) -> etree._Element:
    if member not in archive.by_name:
        raise Refused("文件缺少必要的部分，不是完整的 .xlsx；请用 WPS 或 Excel 打开后另存为 .xlsx")
    return parse_content(archive.read(member))


def parse_content(content: bytes) -> etree._Element:
    """The root of a part. `Refused` for DTDs and for what is no XML."""
    if b"<!DOCTYPE" in content:
        raise Refused("文件里有 DTD 声明，不能写；请用 WPS 或 Excel 打开后另存为 .xlsx")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise Refused("文件内部结构已损坏；请用 WPS 或 Excel 打开后另存为 .xlsx") from None


def main_part(archive: Archive) -> str:
    targets = relationships(archive, "")
    return next((member for kind, member in targets.values() if kind == "officeDocument"), "xl/workbook.xml")


def relationships(archive: Archive, member: str) -> dict[str, tuple[str, str]]:
    """Relationship id → (kind: last part of its type, target member)."""
    folder, name = posixpath.split(member)
    source = posixpath.join(folder, "_rels", f"{name}.rels")
    found = {}
    for element in parse_part(archive, source):
        if element.get("TargetMode") == "External":
            continue
        target = str(element.get("Target", "")).replace("\\", "/")
        target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[str(element.get("Id"))] = (str(element.get("Type", "")).rpartition("/")[2], target.lower())
    return found


# ------------------------------------------------------------------------------------------ calculation on opening

_CALC = re.compile(rb"""<(?:[\w.-]+:)?calcPr(?=[\s/>])(?:[^>"']|"[^"]*"|'[^']*')*>""")
_FULL = re.compile(rb"""\sfullCalcOnLoad\s*=\s*["']([^"']*)["']""")
_BEFORE_CALC = re.compile(rb"(?:</|<)([\w.-]+:)?(?:sheets|functionGroups|externalReferences|definedNames)(?:\s[^>]*)?>")


def full_calculation(workbook: bytes) -> list[Span]:
    """Spans that make a spreadsheet program calculate everything when it opens the book; none when already so."""
    if b"<!--" in workbook:
        return []  # a comment could hold what we look for; stale counts are mended by the clerk's next edit
    found = _CALC.search(workbook)
    if found is None:
        last = max(_BEFORE_CALC.finditer(workbook), key=lambda match: match.end(), default=None)
        if last is None:
            return []
        return [Span(last.end(), last.end(), b'<%scalcPr fullCalcOnLoad="1"/>' % (last[1] or b""))]
    flag = _FULL.search(found[0])
    if flag is None:
        end = found.end() - (2 if found[0].endswith(b"/>") else 1)
        return [Span(end, end, b' fullCalcOnLoad="1"')]
    if flag[1] in (b"1", b"true"):
        return []
    return [Span(found.start() + flag.start(1), found.start() + flag.end(1), b"1")]


def formulas(part: bytes) -> set[tuple[str, int]]:
    """The different formulas of a sheet part, all numbers in them read as 1 (rows do not matter here), each with by
    how many columns its references may move (shared formulas)."""
    root = _WORKSHEET.search(part, 0, 4096)
    element = b"<%sf" % ((root[1] or b"") if root else b"")
    if element not in part:
        return set()
    pattern = re.compile(element + rb"(?=[\s>])(\s[^>]*)?(?<!/)>([^<]+)<")
    found = {(match[1] or b"", _DIGITS.sub(b"1", match[2])) for match in pattern.finditer(part)}
    return {(decode_text(text), _width(attributes)) for attributes, text in found}


def without_numbers(text: str) -> str:
    """A title or name in the form in which `formulas` names it."""
    return re.sub(r"[0-9]+", "1", text)


_WORKSHEET = re.compile(rb"<([\w.-]+:)?worksheet[\s>]")
_DIGITS = re.compile(rb"[0-9]+")
_SHARED = re.compile(rb"""\sref\s*=\s*["']([A-Z]+)\d+:([A-Z]+)\d+["']""")


def _width(attributes: bytes) -> int:
    found = _SHARED.search(attributes)
    return column_number(found[2].decode()) - column_number(found[1].decode()) if found else 0
