"""A returned book comes in over the page: known by content, compared row by row, placed without overwriting anybody.

Each answered row carries the echo of the content its answer was computed from. A row of the returned book whose echo
is not what stands in the folder now was made from an older version: then both files stay and a person decides.
"""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import PurePath
from typing import Any, Protocol

from app.desk import Desk
from app.english import told
from app.queries.models import Difference, Receipt, ReceiptTable
from app.queries.overview import unit_line
from app.sight import EVERYTHING
from app.workspace import book_name
from sync.book import BookRef, BookShape, Outcome, Snapshot, TabSnapshot
from sync.clock import local
from sync.echo import echo
from sync.errors import SyncError
from sync.keys import normal
from sync.store.base import BookState
from validators.messages import sentence
from validators.rawcell import show
from validators.rows import RawRow
from validators.scheme.echo import echo_fields
from validators.scheme.models import Scheme
from validators.scheme.tables import Table

NAMED_CONFLICTS = 50


class Receiving(Protocol):
    """A backend that takes files in: the folder does."""

    def content(self, ref: BookRef) -> bytes: ...
    def inspect(self, data: bytes, shape: BookShape | list[BookShape], name: str) -> Snapshot: ...
    def receive(self, name: str, data: bytes, expected: str = "") -> Outcome: ...
    def busy(self, ref: BookRef) -> str: ...


class Refused(SyncError):
    """这个文件没有收下。"""

    hint = "请检查后重新上传；原来的表没有变。"


@dataclass(slots=True)
class Comparison:
    """A returned book against the one in the folder."""

    tables: list[ReceiptTable] = field(default_factory=list)
    conflicts: list[Difference] = field(default_factory=list)

    @property
    def same(self) -> bool:
        return not any(table.new or table.changed or table.gone for table in self.tables)


def receive(desk: Desk, data: bytes, name: str, *, by: str, may_take: Callable[[str], bool], code: str = "") -> Receipt:
    """Take a returned book in. `may_take` says whether this person may hand in a unit's book; `code` "" = whose it is
    the content says. Refused tells why not."""
    backend = _receiving(desk)
    name = PurePath(name.replace("\\", "/")).name[-120:] or "上传的表.xlsx"
    if not name.lower().endswith((".xlsx", ".xlsm")):
        raise Refused(f"“{name}”不是 .xlsx 文件。", "请在 WPS 或 Excel 里“另存为”.xlsx 后再上传。")
    snapshot = backend.inspect(data, list(desk.office.parts.shapes.values()), name)
    owner = _owner(desk, snapshot, name)
    if code and owner != code:
        raise Refused(
            f"“{name}”是{desk.name(owner)}的表，不是{desk.name(code)}的。",
            "请选择本单位的表；要交别的单位的表，请到那个单位的页面。",
        )
    if not may_take(owner):
        raise Refused(f"“{name}”是{desk.name(owner)}的表，您只能上传本单位的表。")
    receipt = _place(desk, backend, desk.book(owner), snapshot, data, name, by)
    _keep(desk, receipt)
    if receipt.outcome != "same":
        desk.resync([owner], by)
    return receipt


def receipt(desk: Desk, number: str) -> Receipt | None:
    """A receipt by its number, with how far its sync is now."""
    text = desk.office.store.setting(f"receipt:{number}") if number.isalnum() else ""
    if not text:
        return None
    kept = json.loads(text)
    found = Receipt(**kept)
    book = desk.book(found.unit)
    if book.held:
        state = "held"
    else:
        state = "done" if found.outcome == "same" or (book.last_ok >= found.at and not book.wanted) else "waiting"
    line = unit_line(desk, EVERYTHING, found.unit) if state == "done" else None
    numbers = {"must": line.must, "explain": line.explain} if line is not None else {}
    return found.model_copy(update={"state": state, "message": told(found.message), **numbers})


def receipts_of(desk: Desk, code: str) -> list[Receipt]:
    """The last receipts of a unit, newest first."""
    numbers = json.loads(desk.office.store.setting(f"receipts:{desk.book_id(code)}") or "[]")
    found = [receipt(desk, number) for number in numbers]
    return [item for item in found if item is not None]


# whose book it is ---------------------------------------------------------------------------------------------------


def _receiving(desk: Desk) -> Receiving:
    backend: Any = desk.office.backend
    if not hasattr(backend, "receive"):
        raise Refused("这里的表不在共享文件夹里，不能上传。", "请直接在共享的表里填写。")
    return backend  # type: ignore[no-any-return]


def _owner(desk: Desk, snapshot: Snapshot, name: str) -> str:
    scheme = desk.office.scheme
    if snapshot.scheme not in ("", scheme.id):
        raise Refused(
            sentence("book.other_scheme", {"name": name, "scheme": snapshot.scheme}), "请使用本方案下发的表。"
        )
    if not snapshot.tabs or all(not tab.table for tab in snapshot.tabs):
        worst = snapshot.findings[0] if snapshot.findings else None
        told = sentence(worst.code, worst.params) if worst else sentence("book.no_tables", {"name": name})
        raise Refused(told)
    role = snapshot.role or "unit"
    owner = snapshot.unit if role == "unit" else role
    known = scheme.unit(owner) is not None if role == "unit" else role in desk.office.parts.shapes
    if not owner or not known:
        raise Refused(f"看不出“{name}”是哪个单位的表。", "请使用下发的本单位的表，并保留表头里的“填报单位”。")
    return owner


# into the folder ----------------------------------------------------------------------------------------------------


def _place(
    desk: Desk, backend: Receiving, book: BookState, snapshot: Snapshot, data: bytes, name: str, by: str
) -> Receipt:
    ref = desk.file(book)
    current = backend.content(ref) if ref is not None else b""
    if ref is None:
        target = book.key or book_name(desk.office.scheme, book.unit)
        compared = compare(desk.office.scheme, book.role, None, snapshot)
        outcome = backend.receive(target, data)
        message = "文件夹里原来没有这个单位的表，已放入。"
    else:
        target = ref.key
        standing = backend.inspect(current, desk.office.parts.shapes[book.role], ref.name)
        compared = compare(desk.office.scheme, book.role, standing, snapshot, partial(_accepted, desk))
        if sha256(current).digest() == sha256(data).digest() or compared.same:
            return _receipt(desk, book, data, name, by, "same", "内容和现在的表一样，没有改动。", target, compared)
        reason = backend.busy(ref) or ("下载以后，表里的内容又被改过" if compared.conflicts else "")
        outcome = Outcome("changed", reason) if reason else backend.receive(target, data, standing.fingerprint)
        message = "已放进文件夹，替换了原来的表（原来的表留有备份）。"
    if outcome.kind == "done":
        return _receipt(desk, book, data, name, by, "taken", message, target, compared)
    beside = _beside(desk, target)
    placed = backend.receive(beside, data)
    if placed.kind != "done":
        raise Refused(f"没有放进文件夹：{placed.reason or outcome.reason}", "请稍后再试。")
    message = f"{outcome.reason}，所以没有替换。上传的表另存为“{beside}”，两个文件都保留，等待决定用哪一个。"
    return _receipt(desk, book, data, name, by, "beside", message, beside, compared)


def _beside(desk: Desk, target: str) -> str:
    path = PurePath(target)
    at = local(desk.office.clock.now()).strftime("%Y%m%d-%H%M%S")
    return f"{path.stem}（上传{at}）{path.suffix}"


def _receipt(
    desk: Desk, book: BookState, data: bytes, name: str, by: str, outcome: str, message: str, placed: str, found: Comparison
) -> Receipt:  # fmt: skip
    return Receipt(
        id=secrets.token_hex(5), unit=book.unit, unit_name=desk.name(book.unit), at=desk.office.clock.now(), by=by,
        file=name, size=len(data), digest=sha256(data).hexdigest(), outcome=outcome, message=message, placed=placed,
        tables=found.tables, conflicts=found.conflicts[:NAMED_CONFLICTS],
    )  # fmt: skip


def _keep(desk: Desk, receipt: Receipt) -> None:
    store, listed = desk.office.store, f"receipts:{desk.book_id(receipt.unit)}"
    store.save_setting(f"receipt:{receipt.id}", json.dumps(receipt.model_dump(), ensure_ascii=False))
    numbers = [receipt.id, *json.loads(store.setting(listed) or "[]")][:20]
    store.save_setting(listed, json.dumps(numbers))
    data = {"receipt": receipt.id, "unit": receipt.unit, "file": receipt.file, "outcome": receipt.outcome}
    store.add_event("upload", receipt.at, receipt.by, {**data, "digest": receipt.digest})


# row by row ---------------------------------------------------------------------------------------------------------


Accepted = Callable[[str], Mapping[str, set[str]]]  # record → field → every text it has had, normalised


def _accepted(desk: Desk, record: str) -> Mapping[str, set[str]]:
    """What each field of a record says now and said before; blank only where it stood blank after it was made."""
    texts: dict[str, set[str]] = defaultdict(set)
    for revision in desk.office.store.revisions(record=record, limit=1000):
        for name, (old, new) in revision["changes"].items():
            texts[name] |= {normal(new)} if revision["kind"] == "created" else {normal(old), normal(new)}
    for item in desk.office.store.records(desk.office.scheme.id, ids=[record]):
        for field_ in desk.office.scheme.table(item.table).fields:
            texts[field_.name].add(normal(item.values.get(field_.name, "")))
    return texts


def compare(
    scheme: Scheme, role: str, standing: Snapshot | None, returned: Snapshot, accepted: Accepted = lambda record: {}
) -> Comparison:
    """What the returned book would change, and which rows were changed in the folder after it was downloaded."""
    result = Comparison()
    for table in scheme.tables_of(role):
        tab = returned.tab(table.name)
        old = standing.tab(table.name) if standing else None
        if tab is None and old is None:
            continue
        _compare_tab(table, old, tab, result, accepted)
    return result


def _compare_tab(
    table: Table, old: TabSnapshot | None, new: TabSnapshot | None, result: Comparison, accepted: Accepted
) -> None:
    before, after = _rows(table, old), _rows(table, new)
    known = {row.id: row for row in before if row.id}
    contents = {row.digest() for row in after}
    handed = {row.id for row in after if row.id}
    counts = {"new": 0, "changed": 0, "gone": 0}
    stood = {row.digest() for row in before}
    for row in after:
        base = known.get(row.id)
        if base is None:
            counts["new"] += row.digest() not in stood
        elif row.digest() != base.digest():
            counts["changed"] += 1
            if _outdated(table, row, base) or _takes_back(table, row, base, accepted):
                result.conflicts += _differences(table, base, row)
    for row in before:
        if row.id in handed or row.digest() in contents:
            continue
        counts["gone"] += 1
        if not row.id or _younger(row, after):
            result.conflicts.append(
                Difference(table=table.title, who=_who(table, row), field="整行", one="有", other="没有")
            )
    title = new.title if new else table.title
    result.tables.append(ReceiptTable(title=title, rows=len(after), **counts))


def _rows(table: Table, tab: TabSnapshot | None) -> list[RawRow]:
    """Rows with a clerk's content."""
    own = [i for i, item in enumerate(table.fields) if item.owner != "system"]
    return [row for row in tab.rows if any(row.cells[i] for i in own)] if tab else []


def _outdated(table: Table, row: RawRow, base: RawRow) -> bool:
    """The row was changed in the folder after the clerk downloaded it: its echo is not what stands there."""
    said = row.shown.get("echo", "")
    fields = echo_fields(table)
    now = echo([base.cells[table.index(name)] for name in fields])
    if said and now:
        return said != now
    return row.shown.get("updated", "") != base.shown.get("updated", "")  # too long for an echo


def _takes_back(table: Table, row: RawRow, base: RawRow, accepted: Accepted) -> bool:
    """Long texts take no part in the echo: one that reads as it once did comes from a copy made before it changed."""
    silent = {item.name for item in table.fields} - set(echo_fields(table))
    mine = {item.name: cell for item, cell, stands in zip(table.fields, row.cells, base.cells, strict=True)
            if item.name in silent and cell != stands}  # fmt: skip
    known = accepted(row.id) if mine else {}
    return any(normal(show(cell)) in known.get(name, ()) for name, cell in mine.items())


def _younger(row: RawRow, after: list[RawRow]) -> bool:
    """A row first answered after everything the returned book knows: it was added later, not deleted by the clerk."""
    newest = max((item.shown.get("updated", "") for item in after), default="")
    return bool(newest) and row.shown.get("updated", "") > newest


def _differences(table: Table, one: RawRow, other: RawRow) -> list[Difference]:
    return [
        Difference(table=table.title, who=_who(table, one), field=item.title, one=show(a), other=show(b))
        for item, a, b in zip(table.fields, one.cells, other.cells, strict=True)
        if a != b
    ]


def _who(table: Table, row: RawRow) -> str:
    name = show(row.cells[table.index(table.name_field)]) if table.name_field else ""
    return name or row.id or f"第{row.row}行"
