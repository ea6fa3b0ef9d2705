"""The other side of `tests/office.py`: run by the Python that knows LibreOffice, one JSON request a line.

usage: office_bridge.py PIPE_NAME PROFILE_DIR
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table import TableSortField

DOCUMENTS = {}
FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
    ".pdf": "calc_pdf_Export",
    ".csv": "Text - txt - csv (StarCalc)",
    ".png": "calc_png_Export",
    ".html": "HTML (StarCalc)",
}


def prop(name, value):
    item = PropertyValue()
    item.Name, item.Value = name, value
    return item


def connect(pipe, office):
    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    for _ in range(600):
        if office.poll() is not None:
            raise RuntimeError(f"soffice ended with code {office.returncode}")
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:
            time.sleep(0.1)
    raise RuntimeError("soffice did not answer")


def url(path):
    return uno.systemPathToFileUrl(str(Path(path).resolve()))


class Bridge:
    def __init__(self, desktop):
        self.desktop = desktop
        self.count = 0

    def open(self, path, password=""):
        wanted = [prop("Hidden", True)] + ([prop("Password", password)] if password else [])
        document = self.desktop.loadComponentFromURL(url(path), "_blank", 0, tuple(wanted))
        if document is None:
            raise RuntimeError(f"cannot open {path}")
        self.count += 1
        DOCUMENTS[self.count] = document
        return self.count

    def close(self, doc):
        DOCUMENTS.pop(doc).close(True)

    def read_only(self, doc):
        return DOCUMENTS[doc].isReadonly()

    def save(self, doc):
        DOCUMENTS[doc].store()

    def save_as(self, doc, path, password=""):
        suffix = Path(path).suffix.lower()
        wanted = [prop("FilterName", FILTERS[suffix])]
        if password and suffix == ".xlsx":
            words = {"CryptoType": "Standard", "OOXPassword": password}
            keys = tuple(uno.createUnoStruct("com.sun.star.beans.NamedValue", *pair) for pair in words.items())
            wanted.append(prop("EncryptionData", uno.Any("[]com.sun.star.beans.NamedValue", keys)))
        elif password:
            wanted.append(prop("Password", password))
        DOCUMENTS[doc].storeToURL(url(path), tuple(wanted))

    def sheets(self, doc):
        return list(DOCUMENTS[doc].Sheets.ElementNames)

    def show(self, doc, sheet):
        """Make a sheet the one that is shown, and thereby the one a picture is made of."""
        document = DOCUMENTS[doc]
        document.CurrentController.setActiveSheet(document.Sheets.getByName(sheet))

    def _sheet(self, doc, sheet):
        return DOCUMENTS[doc].Sheets.getByName(sheet)

    def get(self, doc, sheet, cell):
        return self._sheet(doc, sheet).getCellRangeByName(cell).String

    def formula(self, doc, sheet, cell):
        return self._sheet(doc, sheet).getCellRangeByName(cell).Formula

    def color(self, doc, sheet, cell):
        return self._sheet(doc, sheet).getCellRangeByName(cell).CellBackColor

    def set(self, doc, sheet, cell, value):
        place = self._sheet(doc, sheet).getCellRangeByName(cell)
        if isinstance(value, (int, float)):
            place.Value = value
        elif value.startswith("="):
            place.Formula = value
        else:
            place.String = value

    def grid(self, doc, sheet):
        """All filled cells of a sheet: [[row, column, text shown, formula], …], counted from 1."""
        cursor = self._sheet(doc, sheet).createCursor()
        cursor.gotoEndOfUsedArea(False)
        address = cursor.RangeAddress
        whole = self._sheet(doc, sheet).getCellRangeByPosition(0, 0, address.EndColumn, address.EndRow)
        found = []
        for row, line in enumerate(whole.FormulaArray):
            for column, formula in enumerate(line):
                if formula != "":
                    text = whole.getCellByPosition(column, row).String
                    found.append([row + 1, column + 1, text, formula])
        return found

    def insert_rows(self, doc, sheet, at, count=1):
        self._sheet(doc, sheet).Rows.insertByIndex(at - 1, count)

    def delete_rows(self, doc, sheet, at, count=1):
        self._sheet(doc, sheet).Rows.removeByIndex(at - 1, count)

    def insert_columns(self, doc, sheet, at, count=1):
        self._sheet(doc, sheet).Columns.insertByIndex(at - 1, count)

    def delete_columns(self, doc, sheet, at, count=1):
        self._sheet(doc, sheet).Columns.removeByIndex(at - 1, count)

    def hide_row(self, doc, sheet, at):
        self._sheet(doc, sheet).Rows.getByIndex(at - 1).IsVisible = False

    def move(self, doc, sheet, source, target):
        """Move a range to the place whose first cell is `target`."""
        tab = self._sheet(doc, sheet)
        to, area = tab.getCellRangeByName(target).CellAddress, tab.getCellRangeByName(source).RangeAddress
        tab.moveRange(to, area)

    def copy(self, doc, sheet, source, target):
        tab = self._sheet(doc, sheet)
        to, area = tab.getCellRangeByName(target).CellAddress, tab.getCellRangeByName(source).RangeAddress
        tab.copyRange(to, area)

    def sort(self, doc, sheet, area, column, ascending=True):
        """Sort a range by its column `column` (0 is the first)."""
        field = TableSortField()
        field.Field, field.IsAscending = column, ascending
        fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
        wanted = (prop("SortFields", fields), prop("ContainsHeader", False), prop("BindFormatsToContent", True))
        uno.invoke(self._sheet(doc, sheet).getCellRangeByName(area), "sort", (wanted,))

    def rename(self, doc, sheet, name):
        self._sheet(doc, sheet).Name = name

    def calculate(self, doc):
        DOCUMENTS[doc].calculateAll()


def main():
    pipe, profile = sys.argv[1:3]
    command = ["soffice", "--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard",
               f"-env:UserInstallation=file://{profile}", f"--accept=pipe,name={pipe};urp;"]  # fmt: skip
    office = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    try:
        bridge = Bridge(connect(pipe, office))
        print(json.dumps({"ready": True}), flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = {"value": getattr(bridge, request["do"])(*request["with"])}
            except Exception as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)
        try:
            bridge.desktop.terminate()
            office.wait(20)
        except Exception:
            pass
    finally:
        office.kill()
        office.wait()


if __name__ == "__main__":
    main()
