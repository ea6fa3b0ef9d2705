"""Formulas of ours in books that a spreadsheet service computes while people type (DESIGN §7, Google).

Answers stand in a protected tab `_status`, keyed by the *content* of the row they were computed from. On the entry tab
a hidden column joins each row's cells into that key, and every column of ours is one formula that looks the key up. So
the same content shows its answer wherever it stands, any other content shows 待同步, and no row number is ever written.

All formulas hang on their own header cell and look at ranges that begin in the header row: rows put in directly below
the header are covered. Templates are built with them and the service checks them, so both ask here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

STATUS_TAB = "_status"
STATUS_MARK = "tianbao-status"
FIRST_STATUS_ROW = 3  # row 1: mark and banner; row 2: names of the columns
STATUS_COLUMNS = (
    "key", "id", "check", "status", "stage", "deadline", "remaining", "flag", "updated", "problems", "due",
)  # fmt: skip
WAITING = "待同步"
TOO_LONG = "本行文字过长，系统无法在此答复，请看“待改清单”"
KEY = "echo"  # the answer column that holds the key: 内容标识

TODO_WAITING = "该行已改动，待同步"
TODO_TABLE, TODO_KEY, TODO_PLACE = 8, 9, 10  # hidden columns of 待改清单, counted from 1

_REFERENCE = re.compile(r"(?<![A-Za-z$!'])([A-Z]{1,3})(\d+):([A-Z]{1,3})(?![A-Z0-9(])")


def mark_number(sheet: int, mark: str) -> int:
    """The id under which the mark of a column of ours is set as metadata, the same whenever the column is laid down: it
    cannot be set while that column stands. From 2³⁰ to 2³¹; ids of answers are below."""
    found = int.from_bytes(blake2b(f"{sheet}/{mark}".encode(), digest_size=4).digest(), "big")
    return (1 << 30) + (found >> 2)


def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def key_formula(table: str, title: str, header_row: int, columns: Sequence[int]) -> str:
    """The key of every row: its cells joined so that no two contents can read alike.

    A text counts as text, with its length before it; anything else with what it shows and with its value, so that a
    date, its serial number and a text of the same look all differ. Lookups do not tell small letters from capitals,
    therefore capitals are marked. A blank row has no key.
    """
    joined = "&".join(_part(f"{letters(column)}{header_row}:{letters(column)}") for column in columns)
    first = f"{letters(columns[0])}{header_row}:{letters(columns[0])}"
    marked = f'REGEXREPLACE(REGEXREPLACE({joined},"([\\p{{Lu}}\\p{{Lt}}^])","^$1"),"^-+$","")'
    return f'=ARRAYFORMULA(IF(ROW({first})=ROW(),"{title}",LET(row_key,{marked},IF(row_key="",,"{table}:"&row_key))))'


def _part(x: str) -> str:
    return (
        f'IFERROR(IF({x}="","-",IF(ISTEXT({x}),LEN({x})&"t"&{x},'
        f'LEN(TO_TEXT({x}))&"n"&TO_TEXT({x})&"~"&{x}&"~")),"e"&ERROR.TYPE({x}))'
    )


def display_formula(name: str, title: str, header_row: int, key_column: int) -> str:
    """What a column of ours shows: the answer stored under the row's key, 待同步 when there is none for it.

    Nothing at all while the keys themselves are blocked: a key pasted as text (a row copied whole) stops the sheet from
    joining any, and would go on naming the content it was copied from whatever is typed beside it. Only a row whose key
    cannot be joined is too long; where the lookup fails, because somebody deleted the tab of answers, all wait.
    """
    key = f"{letters(key_column)}{header_row}:{letters(key_column)}"
    keys = _status("key")
    found = _remaining(key, keys) if name == "remaining" else _lookup(key, keys, _status(name))
    missing = trouble = ""
    if name == "check":
        missing, trouble = f'"{WAITING}"', f'IF(ISERROR({key}),"{TOO_LONG}","{WAITING}")'
    same = f"EXACT({key},{_lookup(key, keys, keys)})"
    return (
        f'=ARRAYFORMULA(IF(ROW({key})=ROW(),"{title}",IF({keys_blocked(key_column, header_row)},,'
        f'IFERROR(IF({key}="",,IF({same},{found},{missing})),{trouble}))))'
    )


def needed(name: str) -> tuple[str, ...]:
    """What the formula of a column of ours cannot do without, in every version of it."""
    found = ("XLOOKUP(", _status(name))
    return (*found, f'"{WAITING}"') if name == "check" else found


def keys_blocked(key_column: int, header_row: int, tab: str = "") -> str:
    """Whether the column of keys shows none, because something stands in its way; `tab`: "'项目库'!" from another tab."""
    place = f"${letters(key_column)}${header_row}" if tab else f"{letters(key_column)}{header_row}"
    return f"ISERROR({tab}{place})"


def _status(name: str) -> str:
    column = letters(STATUS_COLUMNS.index(name) + 1)
    return f"{STATUS_TAB}!${column}${FIRST_STATUS_ROW}:${column}"


def _lookup(key: str, keys: str, values: str) -> str:
    return f'XLOOKUP({key},{keys},{values},"",0)'


def _remaining(key: str, keys: str) -> str:
    """Days left are counted by the sheet itself where they are plain days, so that a new day needs no write."""
    due = _lookup(key, keys, _status("due"))
    return f"IF(ISNUMBER({due}),{due}-TODAY(),{_lookup(key, keys, _status('remaining'))})"


def banner_formula(welcome: str) -> str:
    """The banner above an entry tab: what the last sync said, a welcome before the first."""
    return f'=IF({STATUS_TAB}!$B$1="","{welcome.replace(chr(34), chr(34) * 2)}",{STATUS_TAB}!$B$1)'


def place_formula(title: str, header_row: int, tables: Sequence[tuple[str, str, int, int]]) -> str:
    """位置 in 待改清单: the row where that content stands now. `tables`: (name, tab title, header row, key column)."""
    table, key, place = (f"{letters(c)}{header_row}:{letters(c)}" for c in (TODO_TABLE, TODO_KEY, TODO_PLACE))
    rows = "NA()"
    for name, tab, header, column in reversed(tables):
        quoted = "'" + tab.replace("'", "''") + "'!"
        keys = f"{quoted}${letters(column)}${header}:${letters(column)}"
        found = f"IF({keys_blocked(column, header, quoted)},NA(),XLOOKUP({key},{keys},ROW({keys})))"
        rows = f'IF({table}="{name}",{found},{rows})'
    found = f'IFERROR({place}&"第"&{rows}&"行","{TODO_WAITING}")'
    return f'=ARRAYFORMULA(IF(ROW({table})=ROW(),"{title}",IF({key}="",IF({place}="",,{place}),{found})))'


def covered_columns(formula: str, header_row: int) -> set[str] | None:
    """Letters of the columns that a key formula joins; None when it is no key formula of this header row."""
    if not formula.startswith("=ARRAYFORMULA(IF(ROW(") or "row_key" not in formula or "#REF!" in formula:
        return None
    found = _REFERENCE.findall(formula)
    if not found or any(int(row) != header_row or first != last for first, row, last in found):
        return None
    return {first for first, _, _ in found}
