"""Stored judgements + today → the texts of a book's own cells, and bringing them there.

Rendering is cheap and may be repeated at will (L4). 更新时间 and the banner never count as differences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from itertools import repeat
from typing import Any

from sync.book import BookAnswer, BookRef, CellText, Outcome, TodoLine
from sync.clock import stamp
from sync.collect import After
from sync.echo import echo
from sync.ended import is_ended, late_text
from sync.headers import column_letters
from sync.opening import OPENED_TEXT, plan_openings
from sync.parts import Parts
from sync.store.base import REFUSED, BookState, Judgement, Lease, StoredRecord
from validators.findings import Finding, Severity
from validators.render import row_answer, todo_entries
from validators.scheme.echo import echo_fields
from validators.scheme.tables import Table

QUIET = ("updated", "echo")  # names of answers that are no difference by themselves


@dataclass(slots=True)
class Rendered:
    """An answer ready to go, with the layout that will be true once it stands in the book."""

    answer: BookAnswer
    layout: dict[str, Any]
    digest: str
    counts: dict[str, int]


def _standing(parts: Parts, book: str) -> list[StoredRecord]:
    return parts.store.records(parts.scheme.id, book=book, states=("live",))


def render_book(parts: Parts, book: BookState, after: After | None = None) -> Rendered:
    """Render all texts of a book from the store, or from what a run has just put there."""
    records = after.records if after else {r.id: r for r in _standing(parts, book.id)}
    judged = merge(_judgements(parts, book, after))
    book_findings = parts.store.book_findings(book.id)
    known = {table.name for table in parts.scheme.tables}  # a table without rows may have left the scheme since
    layout = {**book.layout, "tabs": [dict(tab) for tab in book.layout.get("tabs", ()) if tab["table"] in known]}
    answer = BookAnswer(book.fingerprint, palette=dict(parts.scheme.conventions.palette))
    whole = blake2b(digest_size=16)
    counts: dict[str, int] = defaultdict(int)
    for tab in layout["tabs"]:
        table = parts.scheme.table(tab["table"])
        _render_tab(parts, table, tab, records, judged, answer, whole, counts)
    openings = plan_openings(parts, layout, records)
    answer.cells += openings
    answer.todo += _book_todo(parts, book_findings)
    for line in answer.todo:  # the banner says how many lines of 待改清单 there are, not how many findings made them
        counts[line.severity] += 1
    answer.banner = _banner(parts, counts)
    for line in answer.todo:
        whole.update(repr(line).encode())
    for cell in openings:
        whole.update(repr(cell).encode())
    return Rendered(answer, layout, whole.hexdigest(), dict(counts))


def _judgements(parts: Parts, book: BookState, after: After | None) -> list[Judgement]:
    if after is None or after.judged is None:
        return parts.store.judgements(parts.scheme.id, book=book.id)
    return [*after.judged, *parts.store.judgements(parts.scheme.id, book=book.id, kind="shared")]


def _render_tab(
    parts: Parts,
    table: Table,
    tab: dict[str, Any],
    records: dict[str, StoredRecord],
    judged: dict[str, Judgement],
    answer: BookAnswer,
    whole: Any,
    counts: dict[str, int],
) -> None:
    """One kind of text for all rows, then the next: each step's code and tables stay in the processor's cache, which
    is a sixth of the time."""
    found = [(records.get(line[1]), judged.get(line[1])) for line in tab["rows"]]
    texts = [_row_texts(parts, table, record, judgement) for record, judgement in found]
    _echoes(table, found, texts)
    _tell_late(parts, tab, found, texts)
    now = stamp(parts.clock.now())
    tab["rows"] = [_dated(line, told, now) for line, told in zip(tab["rows"], texts, strict=True)]
    for (row, _, digest, text, _), told in zip(tab["rows"], texts, strict=True):
        whole.update(f"{row}{text}{told.get('echo', '')}".encode("utf-8", "surrogatepass"))
        _place(answer, tab, row, digest, told)
    late = frozenset(tab.get("late", ()))
    for (row, *_), (record, judgement) in zip(tab["rows"], found, strict=True):
        if row in late:
            continue
        if record is not None and table.name_field:
            answer.names[tab["title"], row] = record.values.get(table.name_field, "")
        if record is not None and judgement is not None:
            _count(counts, judgement)
            answer.todo += _row_todo(parts, table, tab, row, record, judgement)
    for row in tab["empty"]:
        _place(answer, tab, row, "", {})
        whole.update(f"-{row}".encode())
    for row in tab["opened"]:
        _place(answer, tab, row, "", {"check": OPENED_TEXT})
        whole.update(f"o{row}".encode())


Found = tuple[StoredRecord | None, Judgement | None]  # what is known of a row


def _echoes(table: Table, found: list[Found], texts: list[dict[str, str]]) -> None:
    echoed = echo_fields(table)
    for (record, _), told in zip(found, texts, strict=True):
        if record is not None:
            told["echo"] = echo(map(record.cells.get, echoed, repeat("")))


def _tell_late(parts: Parts, tab: dict[str, Any], found: list[Found], texts: list[dict[str, str]]) -> None:
    """A row written after the scheme's end hears so, and nothing else: what is said of its record is not of it."""
    late = frozenset(tab.get("late", ()))
    for index, ((row, *_), (record, _)) in enumerate(zip(tab["rows"], found, strict=True) if late else ()):
        if row in late:
            texts[index] = {"check": late_text(parts, record is not None)}


def _dated(line: list[Any], told: dict[str, str], now: str) -> list[Any]:
    """The row's line of the layout with the digest of its texts; 更新时间 is now where they are others than before."""
    row, record_id, digest, before, updated = line
    told["id"] = record_id
    text = _digest(told)
    told["updated"] = updated if text == before and updated else now
    return [row, record_id, digest, text, told["updated"]]


def _row_texts(parts: Parts, table: Table, record: StoredRecord | None, judgement: Judgement | None) -> dict[str, str]:
    if record is None or judgement is None:
        return {}
    return row_answer(
        parts.scheme, table, judgement.stage, judgement.statuses, judgement.flags, judgement.findings,
        record.values, parts.scheme.counting(parts.clock.today()), parts.evaluator.calendar,
    )  # fmt: skip


def _place(answer: BookAnswer, tab: dict[str, Any], row: int, digest: str, texts: dict[str, str]) -> None:
    title, get = tab["title"], texts.get
    answer.cells += [
        CellText(title, row, column, text := get(name, ""), digest, name == "remaining" and _is_number(text), name)
        for name, column in tab["answers"].items()
    ]


def _is_number(text: str) -> bool:
    return text.lstrip("-").isdigit()


def _digest(texts: dict[str, str]) -> str:
    told = "\x1f".join([f"{k}={v}" for k, v in sorted(texts.items()) if k not in QUIET])
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _count(counts: dict[str, int], judgement: Judgement) -> None:
    for status in judgement.statuses:
        counts[status.code] += 1


def merge(judgements: Iterable[Judgement]) -> dict[str, Judgement]:
    """Record id → what its own rules and the shared rules say of it together."""
    merged: dict[str, Judgement] = {}
    for item in sorted(judgements, key=lambda j: j.kind != "record"):
        if item.kind not in ("record", "shared"):
            continue
        base = merged.get(item.key)
        if base is None:
            merged[item.key] = item
        else:
            merged[item.key] = Judgement(
                base.kind, base.key, base.table, base.book, base.stage or item.stage,
                [*base.statuses, *item.statuses], [*base.flags, *item.flags], [*base.findings, *item.findings],
            )  # fmt: skip
    return merged


# 待改清单 and banner ----------------------------------------------------------------------------------------------


def _row_todo(
    parts: Parts, table: Table, tab: dict[str, Any], row: int, record: StoredRecord, judgement: Judgement
) -> list[TodoLine]:
    name = table.called(record.values)
    lines = []
    for finding, title, wanted in todo_entries(parts.scheme, table, judgement.findings):
        column = tab["columns"].get(finding.field, 0)
        where = f"{tab['title']}!{column_letters(column) if column else ''}{row}"
        lines.append(TodoLine(where, name, title, finding.severity.value, finding.value, wanted))
    return lines


def _book_todo(parts: Parts, findings: list[Finding]) -> list[TodoLine]:
    lines = []
    for finding in findings:
        title = ""
        for _, field_title, wanted in todo_entries(parts.scheme, None, [finding]):
            where = str(finding.params.get("tab", "")) or "整本表"
            lines.append(TodoLine(where, "", field_title or title, finding.severity.value, finding.value, wanted))
    return lines


def _banner(parts: Parts, counts: dict[str, int]) -> str:
    must, explain = counts.get(Severity.MUST.value, 0), counts.get(Severity.EXPLAIN.value, 0)
    wait = "；".join(
        text for text in (f"还有{must}处要改" if must else "", f"{explain}处须说明" if explain else "") if text
    )
    over = f"方案已于{parts.scheme.ends}到期，只看不改；" if is_ended(parts) else ""
    return f"{over}上次同步：{stamp(parts.clock.now())}；{wait or '没有要改的'}（明细见“待改清单”）"


# bringing it there ------------------------------------------------------------------------------------------------


def answer_book(
    parts: Parts, book: BookState, ref: BookRef, lease: Lease, after: After | None = None, *, again: bool = False
) -> Outcome:
    """Render and write back. The lease's number is checked just before the write (L5); a failed answer is repeated.

    What this very file refused before is not tried again with the same answer, unless `again`: once a day.
    """
    parts.step("render")
    book.judged = parts.store.judged(book.id)  # before reading what was judged: what comes later stays owed
    rendered = render_book(parts, book, after)
    if rendered.digest == book.shown and not book.pending and not book.owed:
        return Outcome("nothing")
    if not again and book.refused and book.shown == REFUSED + rendered.digest:
        return _still_refused(parts, book, lease)
    now = parts.clock.now()
    parts.store.check(lease, now)
    parts.step("write")
    outcome = parts.backend.answer(ref, rendered.answer)
    parts.step("written")
    _remember(parts, book, rendered, outcome, lease)
    return outcome


def _still_refused(parts: Parts, book: BookState, lease: Lease) -> Outcome:
    if book.owed:  # judged anew, and the same words came of it
        book.answered = book.judged
        parts.store.save_book(book, lease, parts.clock.now())
    return Outcome("refused", book.pending)


def _remember(parts: Parts, book: BookState, rendered: Rendered, outcome: Outcome, lease: Lease) -> None:
    """What stands in the book now. Written but for some cells (merged, taken by a formula): the reason is shown, and it
    is tried again as soon as file or answer are others, like one that was refused."""
    now = parts.clock.now()
    if outcome.kind in ("done", "nothing"):
        book.layout = rendered.layout
    if outcome.kind == "done":
        book.token, book.fingerprint = outcome.token, outcome.fingerprint
    if outcome.kind in ("done", "nothing") and not outcome.unwritten:
        book.shown, book.pending, book.pending_since, book.answered = rendered.digest, "", 0.0, book.judged
    elif outcome.kind == "changed":
        book.token = ""  # read it again in the next round
    else:
        if outcome.kind != "postponed":
            book.shown, book.answered = REFUSED + rendered.digest, book.judged
        elif book.refused:
            book.shown = ""  # it may be taken after all
        book.pending_since = book.pending_since if book.pending else now
        book.pending = outcome.reason or "待回写"
    book.counts = rendered.counts
    parts.store.save_book(book, lease, now)
