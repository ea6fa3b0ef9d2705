"""A workbook's skeleton: its tabs in order, shared parts, hidden marks. Built before any tab is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from sync.backends.folder.package import Limits, Package, Relation, Trouble, attribute, local
from sync.backends.folder.rawsheet import Cells, Context, RawSheet
from sync.backends.folder.sharedstrings import SharedStrings
from sync.backends.folder.styles import read_formats
from validators.rawcell import show

MARKS_TAB = "_tianbao"
PROPERTY = "tianbao_template"


@dataclass(frozen=True, slots=True)
class Tab:
    """A worksheet: its title, its part, "visible" | "hidden" | "veryHidden"."""

    title: str
    part: str
    state: str


@dataclass(frozen=True, slots=True)
class TabMark:
    """What `_tianbao` says of an entry tab, as it was when the book was made."""

    table: str
    title: str
    mark_row: int
    header_row: int
    banner: str


@dataclass(slots=True)
class Marks:
    """The hidden marks of a book; all blank in a book that is not ours."""

    scheme: str = ""
    version: str = ""
    unit: str = ""
    role: str = ""
    tabs: list[TabMark] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)  # "todo" → title of our own tab


class Workbook:
    """An opened .xlsx. Raises Trouble; strings and styles are read when the first tab is."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.package = Package(data, limits)
        self._limits = limits
        self.part = self._find_workbook()
        self._relations = {item.id: item for item in self.package.relations(self.part)}
        self._root = self.package.xml(self.part)
        self.tabs = list(self._tabs())
        self._context: Context | None = None

    def _find_workbook(self) -> str:
        for item in self.package.relations():
            if item.type == "officeDocument" and item.target.endswith(".bin"):
                raise Trouble("book.legacy_xlsb")
            if item.type == "officeDocument" and item.target in self.package:
                return item.target
        if "xl/workbook.xml" in self.package:
            return "xl/workbook.xml"
        raise Trouble("book.foreign", kind=_package_kind(self.package))

    def _tabs(self) -> Iterator[Tab]:
        if local(self._root.tag) != "workbook":
            raise Trouble("book.foreign", kind=_package_kind(self.package))
        sheets = [item for block in self._root if local(block.tag) == "sheets" for item in block]
        if len(sheets) > self._limits.tabs:
            raise Trouble("book.too_large", reason="tabs", count=len(sheets))
        for item in sheets:
            relation = self._relations.get(attribute(item, "id"))
            if relation is not None and relation.type == "worksheet":
                if relation.target not in self.package:
                    raise Trouble("book.damaged", part=relation.target)
                yield Tab(attribute(item, "name"), relation.target, attribute(item, "state") or "visible")

    @property
    def context(self) -> Context:
        """Strings, formats and epoch, read once."""
        if self._context is None:
            strings = SharedStrings(self.package, self._target("sharedStrings"), self._limits)
            formats = read_formats(self.package, self._target("styles"))
            self._context = Context(strings, formats, self._limits, self._date1904())
        return self._context

    def sheet(self, tab: Tab) -> RawSheet:
        """The rows of a tab, not yet read."""
        if isinstance(self.context.strings, SharedStrings):
            self.context.strings = self.context.strings.whole()
        return RawSheet(self.package, tab.part, self.context)

    def external_links(self) -> int:
        """How many other files the book refers to; none is ever opened."""
        return sum(item.type == "externalLink" for item in self._relations.values())

    def has_macros(self) -> bool:
        return any(name.endswith("vbaproject.bin") for name in self.package.names())

    def marks(self) -> Marks:
        """Hidden marks: the tab `_tianbao`, else the document property, else blank."""
        tab = next((item for item in self.tabs if item.title.strip().lower() == MARKS_TAB), None)
        if tab is not None:
            marks = read_marks(RawSheet(self.package, tab.part, self.context).rows())  # a few of all the texts
            if marks is not None:
                return marks
        scheme, version, unit = [*self._property().split(";"), "", "", ""][:3]
        return Marks(scheme.strip(), version.strip(), unit.strip())

    def _target(self, kind: str) -> str:
        found = [item for item in self._relations.values() if item.type == kind and item.target in self.package]
        return found[0].target if found else ""

    def _date1904(self) -> bool:
        blocks = (item for item in self._root if local(item.tag) == "workbookPr")
        return any(attribute(item, "date1904").lower() in ("1", "true") for item in blocks)

    def _property(self) -> str:
        for item in self.package.relations():
            if item.type == "custom-properties" and item.target in self.package:
                return _property_of(self.package, item)
        return ""


def _property_of(package: Package, relation: Relation) -> str:
    for item in package.xml(relation.target):
        if attribute(item, "name") == PROPERTY:
            return "".join(str(text) for text in item.itertext())[:500]
    return ""


def read_marks(filled: Iterable[tuple[int, Cells]]) -> Marks | None:
    """What the rows of the tab `_tianbao` say; None when it is not one of ours."""
    rows = [[show(cells.get(column, "")) for column in range(1, 8)] for _, cells in islice(filled, 2000)]
    if not rows or rows[0][0].strip() != "tianbao":
        return None
    marks = Marks()
    for row in rows[1:]:
        key, rest = row[0], row[1:]
        if key == "tab":
            marks.tabs.append(TabMark(rest[0], rest[1], _number(rest[2]), _number(rest[3]), rest[4]))
        elif key == "todo":
            marks.own[key] = rest[0]
        elif key in ("scheme", "version", "unit", "role"):
            setattr(marks, key, rest[0].strip())
    return marks


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _package_kind(package: Package) -> str:
    names = list(package.names())
    kinds = (("word/", "Word 文档"), ("ppt/", "演示文稿"), ("content.xml", "ODF 文档"))
    return next((kind for start, kind in kinds if any(name.startswith(start) for name in names)), "压缩包")
