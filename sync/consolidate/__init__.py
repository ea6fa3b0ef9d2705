"""汇总.xlsx: what the commission reads. Built whole from the store, put in place in one piece (`sync/publish.py`).

gather.py: the store, asked once. masked.py: what some readers are not to see. frames.py, summaries.py, counts.py:
records, warnings, duties as pandas frames, and what is counted from them. sheets.py: what a tab is, as values. tabs.py,
overview.py, ledger.py, watch.py, targets.py, reports.py: frames → tabs. writer.py, looks.py, charts.py, paper.py:
tabs → bytes; text is never a formula, a link or a number (law L7).
"""

from __future__ import annotations

from sync.consolidate.gather import gather
from sync.consolidate.masked import Mask, mask_all
from sync.consolidate.tabs import all_tabs
from sync.consolidate.writer import write_book
from sync.parts import Parts

__all__ = ["consolidated_book"]


def consolidated_book(parts: Parts, mask: Mask | None = None) -> bytes:
    """The consolidated book as bytes, from what the store knows now; `mask` changes texts before they are shown, for
    readers who are not to see everything."""
    gathered = gather(parts)
    if mask is not None:
        mask_all(gathered, mask)
    data = write_book(all_tabs(gathered), title=f"{parts.scheme.title}汇总", author=parts.scheme.district)
    gathered.remember()
    return data
