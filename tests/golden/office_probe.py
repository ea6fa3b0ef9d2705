"""Asked by tests, run by the Python that knows LibreOffice's bridge: open a book, evaluate formulas, print the answers.

usage: office_probe.py BOOK PROFILE_DIR QUESTIONS.json
QUESTIONS: [[sheet, cell, formula], …]; each formula is put into its cell and its value printed, as a JSON list.
"""

import json
import os
import pathlib
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue


def hidden():
    item = PropertyValue()
    item.Name, item.Value = "Hidden", True
    return item


def connect(pipe):
    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    for _ in range(300):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.1)
    raise SystemExit("LibreOffice did not answer")


def value(document, sheet, cell, formula):
    spot = document.Sheets.getByName(sheet).getCellRangeByName(cell)
    spot.setFormula(formula)
    return spot.getString()


def main():
    book, profile, questions = sys.argv[1:]
    pipe = f"golden{os.getpid()}"
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--norestore",
            f"--accept=pipe,name={pipe};urp",
        ]
    )
    try:
        context = connect(pipe)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        document = desktop.loadComponentFromURL(f"file://{book}", "_blank", 0, (hidden(),))
        asked = json.loads(pathlib.Path(questions).read_text("utf-8"))
        print(json.dumps([value(document, *item) for item in asked]), flush=True)
        document.close(True)
    finally:
        office.terminate()
        office.wait(20)
    os._exit(0)  # the bridge's own clean-up crashes now and then


main()
