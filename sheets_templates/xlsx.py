"""BookPlan → .xlsx bytes. The one place that opens XlsxWriter; the same plan always gives the same bytes."""

from __future__ import annotations

import io
import warnings
from datetime import datetime, time
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException

from sheets_templates.addresses import absolute
from sheets_templates.builder import MARKS
from sheets_templates.lists import DICTIONARY
from sheets_templates.plan import BookPlan, PlanError
from sheets_templates.xlsx_entry import write_entry
from sheets_templates.xlsx_guide import write_guide, write_lists, write_marks, write_todo
from sheets_templates.xlsx_styles import BODY_SIZE, SONG, Styles


def workbook_options() -> dict[str, Any]:
    """Made anew for every book: XlsxWriter writes into what it is given, and a second book would look different."""
    return {
        "in_memory": True,
        "strings_to_formulas": False,  # a person's text never becomes a formula, a link or a number (law L7)
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": SONG, "font_size": BODY_SIZE},
    }


def write_xlsx(plan: BookPlan) -> bytes:
    """The workbook as bytes. PlanError when a program's limit is passed: warnings of XlsxWriter are errors here."""
    buffer = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Workbook(buffer, workbook_options()) as workbook:
                _fill(workbook, plan)
    except (UserWarning, XlsxWriterException) as problem:
        raise PlanError(f"《{plan.title}》写不成工作簿：{problem}") from problem
    return buffer.getvalue()


def _fill(workbook: Workbook, plan: BookPlan) -> None:
    _properties(workbook, plan)
    styles = Styles(workbook)
    guide = workbook.add_worksheet(plan.guide.title)
    write_guide(guide, plan.guide, styles)
    for tab in plan.tabs:
        write_entry(workbook.add_worksheet(tab.title), tab, styles)
    write_todo(workbook.add_worksheet(plan.todo.title), plan.todo, styles)
    _hidden(workbook, plan, styles)
    guide.activate()


def _properties(workbook: Workbook, plan: BookPlan) -> None:
    created = datetime.combine(plan.built, time(8))
    workbook.set_properties({"title": plan.title, "author": plan.author, "company": plan.author, "created": created})
    workbook.set_custom_property("tianbao_template", plan.template, "text")
    workbook.set_size(24000, 14000)


def _hidden(workbook: Workbook, plan: BookPlan, styles: Styles) -> None:
    dictionary = workbook.add_worksheet(DICTIONARY)
    for name, (column, last) in write_lists(dictionary, plan.lists, styles).items():
        workbook.define_name(name, "=" + absolute(DICTIONARY, column, 2, last))
    for item in plan.names:
        workbook.define_name(item.name, item.formula)
    marks = workbook.add_worksheet(MARKS)
    write_marks(marks, plan.marks, styles)
    for sheet in (dictionary, marks):
        sheet.protect()
        sheet.very_hidden()
