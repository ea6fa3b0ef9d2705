"""The office's own table of days off and days worked (`calendar.csv`): 日期,类型, as Excel and WPS leave it when saved.

A day, or a span as the notices write it: 2027-02-06至2027-02-12,放假. Laid over the arrangements the program brings.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from app.settings import Settings, SettingsError
from validators.calendar import Calendar

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TO = re.compile(r"\s*(?:至|到|—|~|～)+\s*")
_LONGEST = 60  # days of one span; a longer one is a typing error
_WANTED = "应为“2027-02-06,放假”或“2027-02-06至2027-02-12,放假”这样的两列，类型写放假或上班"


def load_calendar(settings: Settings) -> Calendar:
    """The statutory calendar with the office's table laid over it. SettingsError names the line that cannot be read."""
    file = settings.path(settings.calendar_file)
    return Calendar(read_table(file)) if file.is_file() else Calendar()


def read_table(file: Path) -> dict[date, str]:
    """Day → 放假 or 上班 in the words of the table."""
    found: dict[date, str] = {}
    for number, row in enumerate(csv.reader(_text(file).splitlines()), 1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0] == "日期" or cells[0].startswith("#"):
            continue
        try:
            days, kind = list(_days(cells[0])), cells[1]
            Calendar(dict.fromkeys(days, kind))
        except (ValueError, IndexError):
            raise SettingsError(f"{file.name} 第{number}行读不懂（{'，'.join(cells)}）：{_WANTED}。") from None
        found |= dict.fromkeys(days, kind)
    return found


def _text(file: Path) -> str:
    """UTF-8, or the Chinese code page in which Excel saves a CSV."""
    data = file.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def _days(text: str) -> Iterator[date]:
    ends = [_day(part) for part in _TO.split(text)]
    if len(ends) > 2 or not 0 <= (ends[-1] - ends[0]).days < _LONGEST:
        raise ValueError(text)
    for offset in range((ends[-1] - ends[0]).days + 1):
        yield ends[0] + timedelta(days=offset)


def _day(text: str) -> date:
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return date(*map(int, match.groups()))
