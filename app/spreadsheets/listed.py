"""A file that says which spreadsheet is whose: 单位,网址 on each line, as people copy it together."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from app.settings import SettingsError
from app.workspace import book_owners
from sheets_templates.builder import owner_name
from sync.backends.google.addresses import file_id
from validators.scheme.models import Scheme


def read_list(path: Path, scheme: Scheme) -> dict[str, str]:
    """Unit code → spreadsheet id. SettingsError names every line that cannot be understood."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"读不了清单 {path}：{error}。应为 UTF-8 文本，每行“单位,表格网址”。") from None
    codes = _codes(scheme)
    found: dict[str, str] = {}
    wrong = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in next(csv.reader([re.sub(r"[\t，]", ",", line)]), [])]
        if not any(cells) or (number == 1 and not any("/" in cell for cell in cells)):
            continue  # a blank line, or the head
        code = next((codes[cell] for cell in cells if cell in codes), "")
        key = next((file_id(cell) for cell in cells if "/" in cell), "")
        if not code or not key:
            wrong.append(f"  第{number}行：{'没有这个单位' if key else '没有表格的网址'}（{line.strip()[:60]}）")
        elif code in found:
            wrong.append(f"  第{number}行：这个单位前面已经有一张（{line.strip()[:60]}）")
        elif key in found.values():
            wrong.append(f"  第{number}行：这张表格前面已经给了别的单位（{line.strip()[:60]}）")
        else:
            found[code] = key
    if wrong:
        raise SettingsError(f"清单 {path} 有{len(wrong)}行要改：\n" + "\n".join(wrong))
    return found


def _codes(scheme: Scheme) -> dict[str, str]:
    """Everything a unit may be called → its code."""
    found: dict[str, str] = {}
    for code, role in book_owners(scheme):
        unit = scheme.unit(code) if role == "unit" else None
        for name in (code, owner_name(scheme, code), *(unit.aliases if unit is not None else ())):
            found.setdefault(name, code)
    return found
