"""Snapshots on their way from a reader process: JSON, because what comes from a process that touched a stranger's
file is not unpickled."""

from __future__ import annotations

import json
from typing import Any

from sync.book import Snapshot, TabSnapshot
from validators.findings import Finding, Severity
from validators.rows import RawRow


def encode(snapshot: Snapshot) -> bytes:
    """A snapshot as bytes; lists in a fixed order, for speed."""
    head = [snapshot.key, snapshot.fingerprint, snapshot.scheme, snapshot.version, snapshot.unit, snapshot.role]
    tabs = [_tab_out(tab) for tab in snapshot.tabs]
    body = [head, snapshot.own_tabs, [_finding_out(item) for item in snapshot.findings], tabs]
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def decode(data: bytes) -> Snapshot:
    """The snapshot again. ValueError, TypeError or KeyError when the bytes are none."""
    head, own_tabs, findings, tabs = json.loads(data)
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
