"""汇总.xlsx: what the commission reads. Built whole from the store, put in place in one piece (`sync/publish.py`).

gather.py    the store, asked once
frames.py    records, warnings, findings, duties as pandas frames
summaries.py frames → tables whose totals agree with their rows
reports.py   the reports a scheme asks for
sheets.py    what a tab is: values, not yet a file
tabs.py, overview.py   tables → tabs
writer.py    tabs → bytes, by XlsxWriter; text is never a formula, a link or a number (law L7)
"""

from __future__ import annotations

from sync.consolidate.gather import gather
from sync.consolidate.tabs import all_tabs
from sync.consolidate.writer import write_book
from sync.parts import Parts

__all__ = ["consolidated_book"]


def consolidated_book(parts: Parts) -> bytes:
    """The consolidated book as bytes, from what the store knows now."""
    gathered = gather(parts)
    data = write_book(all_tabs(gathered), title=f"{parts.scheme.title}汇总", author=parts.scheme.district)
    gathered.remember()
    return data
