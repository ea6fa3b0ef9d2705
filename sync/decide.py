"""What waits for a person, what each choice would do, and doing it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sync.accept import changes, withdrawal_of
from sync.clock import stamp
from sync.errors import SyncError, UnknownName
from sync.judge import judge_back, judge_without
from sync.leasing import book_lease
from sync.parts import Parts
from sync.register import strays_of
from sync.store.base import BookState, Decision, Lease, Revision, Run, RunCommit, StoredRecord

# kind → (what it is, what apply does, what reject does)
WORDS: dict[str, tuple[str, str, str]] = {
    "held_run": (
        "一次少了很多行，本次没有采用",
        "按现在的内容采用：少掉的行记为“待确认退出”，不删除任何记录",
        "不采用：库里保持原样，请单位把行补回来；文件再有变化时重新判断",
    ),
    "withdrawal": (
        "这一行从表里消失了",
        "确认退出：该项目不再计入未完成任务，历史保留",
        "不是退出：保留该项目，请单位把这一行补回表里",
    ),
    "two_files": (
        "同一单位有两个文件",
        "用选定的文件，其余文件不再读取，除非它们又被改动",
        "都不用：继续等待，请单位只留一个文件",
    ),
    "copied_row": ("复制了一行，编号重复", "算作新项目（新编号已给），保留", "是误复制：请单位删掉这一行"),
    "reused_row": ("原来的行被改成了另一个项目", "算作新项目，原项目待确认退出", "请单位恢复原来的内容"),
    "renamed": (
        "项目名称和代码都变了，其余基本相同",
        "是同一个项目改名，历史接着算",
        "是另一个项目：给这一行新的编号，原项目恢复原值并待确认退出",
    ),
    "shuffled_column": (
        "某一栏有几行的内容互相换了位置，像是单独排过序",
        "确实是这样改的：照现在的内容，不再提示",
        "是排错了：请单位恢复原来的行，恢复之前表里一直提示",
    ),
    "duplicate_record": ("名称相同的项目有两个", "是两个不同的项目，都保留", "是重复填报：请单位删掉一行"),
    "pending_answer": ("答复还没能写回表里", "现在再试一次", "继续等待"),
}


def open_decisions(parts: Parts) -> list[Decision]:
    """All that waits, pending answers included."""
    waiting = [
        Decision(
            f"pending:{book.id}", "pending_answer", parts.scheme.id, book.id, book.name,
            {"reason": book.pending, "since": stamp(book.pending_since)}, book.pending_since,
        )
        for book in parts.store.books(parts.scheme.id)
        if book.pending
    ]  # fmt: skip
    return [*parts.store.decisions(parts.scheme.id), *waiting]


def find(parts: Parts, decision_id: str) -> Decision:
    """A decision by id or unambiguous beginning of it. UnknownName when there is none, or several."""
    if not decision_id.strip():
        raise UnknownName("没有写编号", "用 tianbao decide list 查看编号")
    matches = [item for item in open_decisions(parts) if item.id.startswith(decision_id)]
    exact = [item for item in matches if item.id == decision_id]
    if len(exact or matches) == 1:
        return (exact or matches)[0]
    stored = parts.store.decision(decision_id)
    if stored is not None:
        return stored
    if matches:
        raise UnknownName(
            f"有{len(matches)}件事项的编号以“{decision_id}”开头，请写全", "用 tianbao decide list 查看编号"
        )
    raise UnknownName(f"没有编号为“{decision_id}”的待决定事项", "用 tianbao decide list 查看编号")


def decide(parts: Parts, decision_id: str, accept: bool, *, by: str, choice: str = "", note: str = "") -> str:
    """Apply or reject. Returns a sentence that says what was done. SyncError when it cannot be."""
    decision = find(parts, decision_id)
    if decision.state != "open":
        raise SyncError(f"该事项已处理过（{decision.state}，{decision.by or '系统'}）")
    actions = {"held_run": _held_run, "withdrawal": _withdrawal, "two_files": _two_files, "renamed": _renamed}
    if decision.kind == "pending_answer":
        parts.store.want([decision.book])
        return "已安排再写一次" if accept else "继续等待"
    decision.state = "applied" if accept else "rejected"
    decision.closed, decision.by, decision.note = parts.clock.now(), by, note
    action = actions.get(decision.kind)
    if action is not None:
        action(parts, decision, accept, choice, by)
    parts.store.save_decision(decision)
    parts.store.add_event(
        "decision", parts.clock.now(), by, {"id": decision.id, "kind": decision.kind, "accept": accept, "note": note}
    )
    return WORDS.get(decision.kind, ("", "已采用", "已否决"))[1 if accept else 2]


def _held_run(parts: Parts, decision: Decision, accept: bool, choice: str, by: str) -> None:
    if not accept:
        return
    with _leased(parts, decision) as (lease, book):
        if book.held == decision.id:
            book.held = ""
        _close(parts, decision, book, lease, by)


def _withdrawal(parts: Parts, decision: Decision, accept: bool, choice: str, by: str) -> None:
    if not accept:
        parts.store.want([decision.book])  # the book is told that the row is asked back
        return
    with _leased(parts, decision) as (lease, book):
        gone = parts.store.records(parts.scheme.id, ids=[decision.subject])
        moved, judged = judge_without(parts, gone[0]) if gone else ([], [])
        commit = RunCommit(
            _run(parts, book, by), book, upserts=moved, states=[(decision.subject, "withdrawn")], judgements=judged,
            revisions=[Revision(decision.subject, "withdrawn", actor=by, actor_sure="known")], decisions=[decision],
            answer=bool(judged),
        )  # fmt: skip
        commit.dirty = set(parts.evaluator.shared_rules())
        parts.store.commit(lease, commit, parts.clock.now())


def _two_files(parts: Parts, decision: Decision, accept: bool, choice: str, by: str) -> None:
    if not accept:
        return
    files = decision.data["files"]
    chosen = next((f for f in files if choice in (f["key"], f["name"])), None)
    if chosen is None:
        names = "、".join(f["name"] for f in files)
        raise SyncError("没有说明用哪一个文件", f"加上 --choice，可选：{names}")
    with _leased(parts, decision) as (lease, book):
        _set_aside(parts, book, files, chosen["key"], by)
        if book.key != chosen["key"]:
            book.key, book.name, book.token = chosen["key"], chosen["name"], ""
        book.held = ""
        _close(parts, decision, book, lease, by)


def _set_aside(parts: Parts, book: BookState, files: list[dict[str, str]], chosen: str, by: str) -> None:
    """All files but the chosen one are left alone as they are now."""
    strays = strays_of(parts)
    refs = {ref.key: ref for ref in parts.backend.list()}
    for item in files:
        if item["key"] == chosen:
            strays.pop(item["key"], None)
        elif item["key"] in refs:
            strays[item["key"]] = {
                "token": refs[item["key"]].token, "unit": book.unit, "role": book.role, "problem": "",
                "fingerprint": "", "name": item["name"], "ignored": by or "1",
            }  # fmt: skip
    parts.store.save_setting(f"strays:{parts.scheme.id}", json.dumps(strays, ensure_ascii=False, sort_keys=True))


def _renamed(parts: Parts, decision: Decision, accept: bool, choice: str, by: str) -> None:
    """Rejected: it was another project after all. The row gets a record of its own, the old one its old values."""
    if accept:
        return
    with _leased(parts, decision) as (lease, book):
        current = parts.store.records(parts.scheme.id, ids=[decision.data["other"]], states=("live",))
        if not current:
            raise SyncError("该项目已不在库中，无法拆分")
        old, new = _split(parts, current[0], decision.opened)
        back = changes(current[0].values, old.values)
        commit = RunCommit(
            _run(parts, book, by), book, upserts=[old, new], states=[(old.id, "missing")],
            judgements=judge_back(parts, old),
            decisions=[decision, withdrawal_of(parts, parts.scheme.table(old.table), old)],
            revisions=[
                Revision(old.id, "missing", back, actor=by, actor_sure="known"),
                Revision(new.id, "created", {k: ["", v] for k, v in new.values.items()}, actor=by, actor_sure="known"),
            ],
        )  # fmt: skip
        for tab in book.layout.get("tabs", ()):
            for row in tab["rows"]:
                if row[1] == old.id:
                    row[1] = new.id
        book.versions = ""  # read it again as a whole
        parts.store.commit(lease, commit, parts.clock.now())
        parts.store.want([book.id])


def _split(parts: Parts, current: StoredRecord, since: float) -> tuple[StoredRecord, StoredRecord]:
    """The old record as it was before it was renamed, whatever has been entered since, and a new one as it is now."""
    number = next(iter(parts.store.next_record_numbers(parts.scheme.id, 1)))
    new = replace(current, id=f"P{number:06d}", facts={}, first_seen=parts.clock.now())
    values = dict(current.values)
    for revision in parts.store.revisions(record=current.id, limit=1000):  # newest first
        if revision["at"] >= since and revision["kind"] in ("changed", "restored"):
            values.update({name: before for name, (before, _) in revision["changes"].items()})
    values = {name: text for name, text in values.items() if text}
    name = values.get(parts.scheme.table(current.table).name_field or "", "")
    return replace(current, values=values, name=name, digest="", keys=()), new


def _close(parts: Parts, decision: Decision, book: BookState, lease: Lease, by: str) -> None:
    """Book and decision in one transaction; then the book is asked for."""
    commit = RunCommit(_run(parts, book, by), book, decisions=[decision])
    parts.store.commit(lease, commit, parts.clock.now())
    parts.store.want([book.id])


# small helpers --------------------------------------------------------------------------------------------------


def _book(parts: Parts, decision: Decision) -> BookState:
    book = parts.store.book(decision.book)
    if book is None:
        raise SyncError("这本表已不在登记中")
    return book


def _run(parts: Parts, book: BookState, by: str) -> Run:
    now = parts.clock.now()
    return Run(uuid.uuid4().hex[:12], book.id, parts.scheme.id, f"decision:{by}", now, now, "done")


@contextmanager
def _leased(parts: Parts, decision: Decision) -> Iterator[tuple[Lease, BookState]]:
    """The book's lease for the length of a block, with the book as it is under it.

    Whoever is at work on the book is waited for a little. The decision is closed in the commit of what it does (law
    L4); who comes second finds it closed.
    """
    with book_lease(parts, decision.book, parts.limits.lease_patience) as lease:
        if lease is None:
            raise SyncError("这本表正在同步，还没有办成", "等这次同步完成（一般几秒）再办一次；刚才的选择没有记下。")
        stored = parts.store.decision(decision.id)
        if stored is None or stored.state != "open":
            raise SyncError("该事项刚刚已由别人处理，或情况已变，请重新查看")
        yield lease, _book(parts, decision)
