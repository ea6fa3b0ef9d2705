"""Which file is whose book: by content, never by name alone.

A unit's book is found by its key; a renamed file is known by its marks and adopted when the old one is gone. Two files
for one unit are never taken silently: the book is held until a person says which one counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sync.book import BookRef, Snapshot
from sync.errors import BookUnavailable
from sync.leasing import revise_book
from sync.parts import Parts
from sync.store.base import BookState, Decision
from validators.messages import sentence

OTHER_UNIT = "book.other_unit"  # the problem of a book whose file turned out to be another unit's
Strays = dict[str, dict[str, str]]  # key → {"token", "unit", "role", "problem", "fingerprint", "versions", "ignored"}


@dataclass(slots=True)
class Register:
    """Books with the file that counts for each; `refs` lacks books that are held, lost or undecided."""

    books: list[BookState] = field(default_factory=list)
    refs: dict[str, BookRef] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    resting: dict[str, str] = field(default_factory=dict)  # file that nobody knows yet → why it is not opened now


def register(parts: Parts) -> Register:
    """List the place, adopt renamed books, ask about second files. Opens only files it has not seen as they are."""
    listed = {ref.key: ref for ref in parts.backend.list()}
    known = parts.store.books(parts.scheme.id, layout=False)
    strays, resting = _look_at_strays(parts, listed, {book.key for book in known})
    books = _with_new(parts, known, lambda book: _take_only(book, _candidates(book, listed, strays)))
    claimed = {book.key for book in books}
    strays = {key: item for key, item in strays.items() if key not in claimed}
    result = Register(books, resting=resting)
    for book in books:
        _settle(parts, book, listed.get(book.key), _candidates(book, listed, strays), strays, result)
    unknown = [(listed[key].name, item["problem"]) for key, item in strays.items() if item["problem"]]
    result.notes += [f"不认识的文件：{sentence(code, {'name': name})}" for name, code in unknown]
    _save_strays(parts, strays)
    return result


def ensure_books(parts: Parts) -> list[BookState]:
    """One book per unit, commission and filling department, whether its file is there or not."""
    return _with_new(parts, parts.store.books(parts.scheme.id, layout=False), lambda book: None)


def _with_new(parts: Parts, stored: list[BookState], prepare: Callable[[BookState], None]) -> list[BookState]:
    """The books of the scheme by id, those nobody knew entered all at once. Needs no lease: who comes second leaves
    what the first has entered, and perhaps read, as it is."""
    known, new = {book.id: book for book in stored}, []
    for role in parts.shapes:
        owners = [unit.code for unit in parts.scheme.units] if role == "unit" else [role]
        for owner in owners:
            book = BookState(f"{parts.scheme.id}:{owner}", parts.scheme.id, owner, role, first_seen=parts.clock.now())
            if book.id not in known:
                prepare(book)
                new.append(book)
    if new:
        parts.store.enter_books(new)
        known |= {book.id: book for book in parts.store.books(parts.scheme.id, layout=False)}
    return [known[key] for key in sorted(known)]


def _take_only(book: BookState, candidates: list[BookRef]) -> None:
    """A book nobody knew takes the only file there is for it; several wait for a person."""
    if len(candidates) == 1:
        book.key, book.name = candidates[0].key, candidates[0].name


def _candidates(book: BookState, listed: dict[str, BookRef], strays: Strays) -> list[BookRef]:
    """Files that say they are this book, and that nobody set aside."""
    return [
        listed[key]
        for key, item in strays.items()
        if item["unit"] == book.unit and item["role"] == book.role and not item.get("ignored")
    ]


def strays_of(parts: Parts) -> Strays:
    """Files that are no unit's book (yet)."""
    found: Strays = json.loads(parts.store.setting(f"strays:{parts.scheme.id}") or "{}")
    return found


def _save_strays(parts: Parts, strays: Strays) -> None:
    for key, item in strays_of(parts).items():  # what a person decided since we looked stays decided
        if item.get("ignored") and strays.get(key, {}).get("token") == item["token"]:
            strays[key] = item
    text = json.dumps(strays, ensure_ascii=False, sort_keys=True)
    name = f"strays:{parts.scheme.id}"
    if text != (parts.store.setting(name) or "{}"):
        parts.store.save_setting(name, text)


def _look_at_strays(parts: Parts, listed: dict[str, BookRef], claimed: set[str]) -> tuple[Strays, dict[str, str]]:
    """What files that are no known book say they are; and why some are not opened now."""
    before, seen, unseen = strays_of(parts), {}, []
    for key, ref in listed.items():
        known = before.get(key)
        if key in claimed:
            continue
        if known is not None and known["token"] == ref.token and _still_holds(parts, known):
            seen[key] = known
        else:
            unseen.append(ref)
    resting: dict[str, str] = {}
    for ref, found in zip(unseen, _looks(parts, unseen), strict=True):
        if isinstance(found, BookUnavailable):
            resting[ref.name] = str(found)
        else:
            seen[ref.key] = _identify(parts, ref, found)
    return seen, resting


def _looks(parts: Parts, refs: list[BookRef]) -> Iterable[Snapshot | BookUnavailable]:
    """What the files say they are, several looked into at a time: a new folder is full of files nobody knows."""
    look = getattr(parts.backend, "peek", parts.backend.read)  # rows are read later, when the book's turn comes

    def one(ref: BookRef) -> Snapshot | BookUnavailable:
        try:
            found: Snapshot = look(ref, parts.shapes["unit"])
        except BookUnavailable as error:
            return error  # being copied in; the next round looks again
        return found

    if parts.workers < 2 or len(refs) < 2:
        return map(one, refs)
    with ThreadPoolExecutor(min(parts.workers, len(refs)), thread_name_prefix="look") as pool:
        return list(pool.map(one, refs))


def _still_holds(parts: Parts, stray: dict[str, str]) -> bool:
    """What was said of the file: a person decided it, or the scheme is the same. Another scheme may know whose it is."""
    return bool(stray.get("ignored")) or stray.get("versions") == parts.versions


def _identify(parts: Parts, ref: BookRef, snapshot: Snapshot) -> dict[str, str]:
    """Whose book a file says it is. A file of another scheme or of nobody is told, never taken."""
    role = snapshot.role or "unit"
    unit = snapshot.unit if role == "unit" else role
    ours = snapshot.scheme in ("", parts.scheme.id)
    known = _known(parts, role, unit)
    problem = "" if ours and unit and known else (snapshot.findings[0].code if snapshot.findings else "book.foreign")
    return {
        "token": ref.token, "unit": unit if not problem else "", "role": role, "problem": problem,
        "fingerprint": snapshot.fingerprint, "name": ref.name, "versions": parts.versions,
    }  # fmt: skip


def _known(parts: Parts, role: str, owner: str) -> bool:
    return parts.scheme.unit(owner) is not None if role == "unit" else role in parts.shapes


def of_another(parts: Parts, book: BookState, snapshot: Snapshot) -> str:
    """Whose book a file under this book's name says it is, "" when its own: another unit's copied or saved over it."""
    role = snapshot.role or book.role
    owner = snapshot.unit if role == "unit" else role
    return owner if owner not in ("", book.unit) and _known(parts, role, owner) else ""


def _settle(
    parts: Parts, book: BookState, own: BookRef | None, others: list[BookRef], strays: Strays, result: Register
) -> None:
    """Decide which file is the book's, or open a decision."""
    present = [*([own] if own else []), *others]
    if not present:
        if book.problem == OTHER_UNIT:
            result.notes.append(f"{parts.called(book.unit)}：{book.name} 里是别的单位的表，本单位的表不见了")
        elif book.key:
            result.notes.append(f"{parts.called(book.unit)}：表不见了（上次是 {book.name}）")
        return
    if len(present) > 1:
        _two_files(parts, book, present, strays, result)
        return
    ref = present[0]
    if ref.key != book.key and not _adopt(parts, book, ref, strays, result):
        return
    if book.held and _still_held(parts, book, ref, result):
        return
    result.refs[book.id] = ref


def _adopt(parts: Parts, book: BookState, ref: BookRef, strays: Strays, result: Register) -> bool:
    before = book.name if book.key else ""

    def take(stored: BookState) -> bool:
        if stored.key == ref.key:
            return False  # another worker was first
        stored.key, stored.name, stored.token = ref.key, ref.name, ""
        if stored.held.startswith("two_files:"):  # the other files are gone: nothing is left to choose
            _void(parts, parts.store.decision(stored.held))
            stored.held = ""
        return True

    if not _revised(parts, book, take, result):
        return False
    if before:
        result.notes.append(f"{parts.called(book.unit)}：{before} 已改名为 {ref.name}，按内容认出，继续使用")
    strays.pop(ref.key, None)
    return True


def _still_held(parts: Parts, book: BookState, ref: BookRef, result: Register) -> bool:
    """A held run waits for its decision or for other content; a choice between files that are gone is void."""
    decision = parts.store.decision(book.held)
    if decision is not None and decision.kind != "two_files" and ref.token == book.token:
        return decision.state in {"open", "rejected"}
    held = book.held

    def let_go(stored: BookState) -> bool:
        if stored.held != held:
            return False  # decided meanwhile
        _void(parts, decision)
        stored.held, stored.token = "", ""
        return True

    return not _revised(parts, book, let_go, result) or bool(book.held)


def _void(parts: Parts, decision: Decision | None) -> None:
    if decision is not None and decision.state == "open":
        decision.state, decision.closed, decision.note = "void", parts.clock.now(), "文件已变，重新判断"
        parts.store.save_decision(decision)


def _two_files(parts: Parts, book: BookState, present: list[BookRef], strays: Strays, result: Register) -> None:
    """Neither is taken until a person chooses; the decision names what differs."""
    names = sorted(ref.name for ref in present)
    decision_id = f"two_files:{book.id}:{'|'.join(sorted(ref.key for ref in present))}"
    decision = parts.store.decision(decision_id)
    if decision is None or decision.state in ("void", "applied"):  # applied: a file left aside was touched again
        data = {
            "files": [
                {"key": ref.key, "name": ref.name, "current": ref.key == book.key,
                 "fingerprint": strays.get(ref.key, {}).get("fingerprint", book.fingerprint)}
                for ref in present
            ],
        }  # fmt: skip
        decision = Decision(
            decision_id, "two_files", parts.scheme.id, book.id, "、".join(names), data, parts.clock.now()
        )
        parts.store.save_decision(decision)
    if book.held != decision_id:
        _revised(parts, book, lambda stored: _hold(stored, decision_id), result)
    what = "两个都不用，请单位只留一个" if decision.state == "rejected" else "等待决定用哪一个"
    result.notes.append(f"{parts.called(book.unit)}：同一单位有{len(present)}个文件（{'、'.join(names)}），{what}")


def _hold(book: BookState, decision_id: str) -> bool:
    book.held = decision_id
    return True


def _revised(parts: Parts, book: BookState, change: Callable[[BookState], bool], result: Register) -> bool:
    """Change a listed book under its lease; False (and said) while another worker has it: the next round looks again."""
    stored = revise_book(parts, book.id, change)
    if stored is None:
        result.notes.append(f"{parts.called(book.unit)}：另一个同步正在处理这本表，下一轮再看")
        return False
    book.key, book.name, book.token, book.held = stored.key, stored.name, stored.token, stored.held
    return True
