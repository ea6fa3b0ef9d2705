"""Snapshots and patches on their way from a reader process: JSON, because what comes from a process that touched a
stranger's file is not unpickled. Our answers on their way there: plain tuples, which are pickled fastest."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from sync.book import BookAnswer, CellText, Snapshot, TabSnapshot, TodoLine
from validators.findings import Finding, Severity
from validators.rows import RawRow

if TYPE_CHECKING:
    from sync.backends.folder.patch import Patch

PlainAnswer = tuple[str, list[tuple[Any, ...]], str, list[tuple[Any, ...]]]
_HEAD = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Patched:
    """What a patch comes to: the new bytes (b"" when nothing is to be written), how many cells, and which could not be
    written and why."""

    data: bytes
    written: int
    blocked: tuple[str, ...]


def patched_of(patch: Patch) -> Patched:
    """A patch without the plan that led to it."""
    return Patched(patch.data, len(patch.written), tuple(item.reason for item in patch.blocked))


def encode_patched(patched: Patched) -> bytes:
    head = json.dumps([patched.written, patched.blocked], ensure_ascii=False).encode("utf-8", "replace")
    return _HEAD.pack(len(head)) + head + patched.data


def decode_patched(body: bytes) -> Patched:
    """The patch again. ValueError, TypeError or struct.error when the bytes are none."""
    (length,) = _HEAD.unpack_from(body)
    written, blocked = json.loads(body[_HEAD.size : _HEAD.size + length])
    return Patched(body[_HEAD.size + length :], int(written), tuple(map(str, blocked)))


def answer_out(answer: BookAnswer) -> PlainAnswer:
    """An answer as plain tuples, which are pickled faster than those with names."""
    cells: list[tuple[Any, ...]] = list(map(tuple, answer.cells))
    todo: list[tuple[Any, ...]] = [tuple(line) for line in answer.todo]
    return answer.fingerprint, cells, answer.banner, todo


def answer_in(plain: PlainAnswer) -> BookAnswer:
    fingerprint, cells, banner, todo = plain
    return BookAnswer(fingerprint, [CellText(*cell) for cell in cells], banner, [TodoLine(*line) for line in todo])


def encode(snapshot: Snapshot) -> bytes:
    """A snapshot as bytes; lists in a fixed order, for speed."""
    head = [snapshot.key, snapshot.fingerprint, snapshot.scheme, snapshot.version, snapshot.unit, snapshot.role]
    tabs = [_tab_out(tab) for tab in snapshot.tabs]
    body = [head, snapshot.own_tabs, [_finding_out(item) for item in snapshot.findings], tabs]
    try:
        return orjson.dumps(body)
    except TypeError:  # lone surrogates
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def decode(data: bytes) -> Snapshot:
    """The snapshot again. ValueError, TypeError or KeyError when the bytes are none."""
    from pydantic_core import from_json  # twice as fast; the reader process does without

    head, own_tabs, findings, tabs = from_json(data)
    key, fingerprint, scheme, version, unit, role = head
    return Snapshot(
        key=key,
        token="",
        fingerprint=fingerprint,
        scheme=scheme,
        version=version,
        unit=unit,
        role=role,
        tabs=[_tab_in(tab) for tab in tabs],
        findings=[_finding_in(item) for item in findings],
        own_tabs=own_tabs,
    )


def _tab_out(tab: TabSnapshot) -> list[Any]:
    place = [tab.title, tab.table, tab.header_row, tab.banner, tab.banner_cell, tab.mark_row]
    maps = [tab.columns, tab.answer_columns, tab.headers, tab.units]
    rows = [[row.row, row.id, row.shown, row.cells] for row in tab.rows]
    totals = [[row.row, row.id, row.shown, row.cells] for row in tab.totals]
    return [place, maps, rows, totals, [_finding_out(item) for item in tab.findings]]


def _tab_in(data: list[Any]) -> TabSnapshot:
    (title, table, header_row, banner, banner_cell, mark_row), maps, rows, totals, findings = data
    columns, answers, headers, units = maps
    return TabSnapshot(
        title=title,
        table=table,
        header_row=header_row,
        columns=columns,
        answer_columns=answers,
        headers=headers,
        units=units,
        rows=[RawRow(title, row, tuple(cells), own_id, shown) for row, own_id, shown, cells in rows],
        banner=banner,
        banner_cell=banner_cell,
        mark_row=mark_row,
        totals=[RawRow(title, row, tuple(cells), own_id, shown) for row, own_id, shown, cells in totals],
        findings=[_finding_in(item) for item in findings],
    )


def _finding_out(item: Finding) -> list[Any]:
    return [item.code, item.severity.value, item.table, item.record, item.field, item.value, item.params, item.rule]


def _finding_in(data: list[Any]) -> Finding:
    code, severity, table, record, name, value, params, rule = data
    return Finding(code, Severity(severity), table, record, name, value, params, rule)
