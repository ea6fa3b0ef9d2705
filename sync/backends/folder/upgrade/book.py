"""A filled book's bytes and the new scheme's donor → the upgraded bytes, proven to hold all that people put there."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from sync.backends.folder.parts import Package, Tab, open_package, parse_content, relationships
from sync.backends.folder.upgrade.entry import filter_range, renew_tab
from sync.backends.folder.upgrade.names import gone_texts, renew_names, say_lists
from sync.backends.folder.upgrade.proof import prove
from sync.backends.folder.upgrade.sheet import Donor, SheetTree
from sync.backends.folder.upgrade.spec import Upgrade, Upgraded
from sync.backends.folder.upgrade.styles import Looks, merge_styles
from sync.backends.folder.upgrade.xml import Element, child, local, namespace, write
from sync.backends.folder.zippatch import Archive, Refused, patch

_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TYPES = "[content_types].xml"
_HARMLESS = frozenset({"printerSettings"})  # what programs add to a sheet by themselves


def upgrade_book(data: bytes, wanted: Upgrade) -> Upgraded:
    """`Refused` with a Chinese reason when the book must not be changed in place."""
    try:
        return _Upgrading(data, wanted).run()
    except (ValueError, LookupError, StopIteration, etree.LxmlError):  # what no spreadsheet program writes
        raise Refused("文件内部结构读不懂，没有改动；请用 WPS 或 Excel 打开后另存为 .xlsx") from None


class _Upgrading:
    """One book on its way; `new`: member → its content from now on, `added`: members that were not there."""

    def __init__(self, data: bytes, wanted: Upgrade) -> None:
        self.archive, self.wanted = Archive(data), wanted
        self.package: Package = open_package(self.archive)
        self.report = Upgraded()
        self.new: dict[str, bytes] = {}
        self.added: dict[str, bytes] = {}
        self.laid: dict[str, set[str]] = {}
        self.donor = Donor(wanted.donor, self._looks)
        self.workbook = parse_content(self.archive.read(self.package.workbook))
        self.filters: dict[str, str] = {}  # tab → its filter's range
        self._states: dict[str, str] = {}

    def run(self) -> Upgraded:
        """All tabs, then what belongs to the whole book."""
        for change in self.wanted.tabs:
            self._entry(change.title)
        self.new[self._target("styles")] = self.donor.looks.content()
        lists = say_lists(self.package, self._tree, self.workbook, self.donor)
        for text in lists:
            self.report.add("list", "", text)
        self._guide()
        for title in self.wanted.hidden:
            self._replace(title)
        for title in self.wanted.new_tabs:
            self._add(title, "")
            self.report.add("tab", "", f"新增工作表“{title}”")
        renew_names(self.workbook, self.donor, self.wanted.new_tabs, self.filters, self._titles_replaced())
        self.new[self.package.workbook] = write(self.workbook)
        self._property()
        self.report.data = self._packed()
        prove(self.archive, self.package, self.report.data, self.laid, set(self.new))
        return self.report

    def _looks(self, styles: bytes) -> Looks:
        member = self._target("styles")
        if not member:
            raise Refused("文件没有样式部分；请用 WPS 或 Excel 打开后另存为 .xlsx")
        return merge_styles(self.archive.read(member), styles)

    def _target(self, kind: str) -> str:
        found = relationships(self.archive, self.package.workbook).values()
        return next((member for what, member in found if what == kind and member in self.archive.by_name), "")

    def _tree(self, tab: Tab) -> SheetTree:
        return SheetTree(self.archive.read(tab.member), self.package.shared)

    def _tab(self, title: str) -> Tab:
        found = self.package.tab(title)
        if found is None:
            raise Refused(f"找不到工作表“{title}”")
        return found

    def _attached(self, tab: Tab) -> dict[str, tuple[str, str]]:
        """Other parts that a sheet refers to."""
        folder, name = posixpath.split(tab.member)
        known = posixpath.join(folder, "_rels", f"{name}.rels") in self.archive.by_name
        return relationships(self.archive, tab.member) if known else {}

    def _entry(self, title: str) -> None:
        change = next(item for item in self.wanted.tabs if item.title == title)
        tab = self._tab(title)
        sheet = self._tree(tab)
        tables = [
            str(parse_content(self.archive.read(member)).get("ref", ""))
            for kind, member in self._attached(tab).values()
            if kind == "table" and member in self.archive.by_name
        ]
        self.laid[tab.member] = renew_tab(sheet, change, self.donor, tables, self.report)
        self.new[tab.member] = write(sheet.root)
        if spot := filter_range(sheet):
            self.filters[title] = spot

    # our own tabs -------------------------------------------------------------------------------------------------

    def _guide(self) -> None:
        """The guide is replaced whole unless somebody put something on it that a new one would lose."""
        title = self.wanted.guide
        tab = self.package.tab(title)
        if tab is None:
            self.report.add("kept", "", f"“{title}”已被删除，没有补上")
            return
        before, after = self._tree(tab).all_texts(), self.donor.sheet(title).all_texts()
        gone = gone_texts(before, after)
        width = max(column for _, column in after)
        aside = [text for (_, column), text in before.items() if column > width]
        things = {kind for kind, _ in self._attached(tab).values()} - _HARMLESS
        if before == after:
            return
        if aside or things:
            self.report.add("kept", "", f"“{title}”上有自己加的内容（图片、批注或右边的文字），整张没有换")
            return
        self._replace(title)
        if gone:
            self.report.add("guide", "", f"“{title}”已换新；不再有的文字：{' | '.join(gone)}")
        else:
            self.report.add("guide", "", f"“{title}”已换新")

    def _titles_replaced(self) -> set[str]:
        return {title for title in (self.wanted.guide,) if (tab := self.package.tab(title)) and tab.member in self.new}

    def _replace(self, title: str) -> None:
        tab = self.package.tab(title)
        if tab is None:
            self._add(title, "veryHidden")
            return
        old = parse_content(self.archive.read(tab.member))
        root = self.donor.whole(title, namespace(old))
        if _selected(old) and (view := _view(root)) is not None:
            view.set("tabSelected", "1")
        self.new[tab.member] = write(root)

    # the whole book ------------------------------------------------------------------------------------------------

    def _add(self, title: str, state: str) -> None:
        """A tab of ours that the book lacks: its part, and its entry in the three places that list parts."""
        space = namespace(self.workbook)
        folder = posixpath.dirname(self.package.workbook)
        taken = {*self.archive.by_name, *self.added}
        number = next(n for n in range(1, 9999) if f"{folder}/worksheets/tianbao{n}.xml" not in taken)
        member = f"{folder}/worksheets/tianbao{number}.xml"
        self.added[member] = write(self.donor.whole(title, space))
        types = self._editing(_TYPES)
        override = types.makeelement(
            f"{{{namespace(types)}}}Override", {"PartName": f"/{member}", "ContentType": _CONTENT}, None
        )
        types.append(override)
        self.new[_TYPES] = write(types)
        self._list_sheet(title, state, self._relate(f"worksheets/tianbao{number}.xml"))

    def _editing(self, member: str) -> Element:
        return parse_content(self.new.get(member) or self.archive.read(member))

    def _relate(self, target: str) -> str:
        folder, name = posixpath.split(self.package.workbook)
        member = posixpath.join(folder, "_rels", f"{name}.rels").lower()
        root = self._editing(member)
        known = {str(item.get("Id")) for item in root}
        kind = next(str(item.get("Type")) for item in root if str(item.get("Type")).endswith("/worksheet"))
        identifier = next(name for n in range(1, 99999) if (name := f"rIdTb{n}") not in known)
        attributes = {"Id": identifier, "Type": kind, "Target": target}
        root.append(root.makeelement(f"{{{namespace(root)}}}Relationship", attributes, None))
        self.new[member] = write(root)
        return identifier

    def _list_sheet(self, title: str, state: str, identifier: str) -> None:
        sheets = child(self.workbook, "sheets")
        assert sheets is not None
        key = next(str(name) for item in sheets for name in item.attrib if str(name).endswith("}id"))
        number = max(int(item.get("sheetId", "0")) for item in sheets) + 1
        attributes = {"name": title, "sheetId": str(number), **({"state": state} if state else {}), key: identifier}
        sheets.append(sheets.makeelement(f"{{{namespace(self.workbook)}}}sheet", attributes, None))

    def _property(self) -> None:
        """The document property that says what the book was made from."""
        for kind, member in relationships(self.archive, "").values():
            if kind != "custom-properties" or member not in self.archive.by_name:
                continue
            root = parse_content(self.archive.read(member))
            for item in root:
                if item.get("name") == "tianbao_template" and len(item):
                    item[0].text = self.wanted.template
                    self.new[member] = write(root)

    def _packed(self) -> bytes:
        data = patch(self.archive, self.new)
        return _with_members(data, self.added) if self.added else data


def _with_members(data: bytes, added: Mapping[str, bytes]) -> bytes:
    """The archive with members behind those that are there, which keep their bytes."""
    buffer = BytesIO(data)
    with ZipFile(buffer, "a") as archive:
        for name, content in added.items():
            archive.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, ZIP_DEFLATED)
    return buffer.getvalue()


def _view(root: Element) -> Element | None:
    return next((item for item in root.iter() if local(item) == "sheetView"), None)


def _selected(root: Element) -> bool:
    view = _view(root)
    return view is not None and view.get("tabSelected") in ("1", "true")
