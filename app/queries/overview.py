"""Units and their numbers, and how each book stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import PurePath
from typing import Any

from app.desk import Desk
from app.english import told
from app.language import chosen
from app.queries.alerts import Standing, standing
from app.queries.models import BookStatus, Overview, Share, Totals, UnitLine, UnknownFile
from app.sight import Sight
from app.wording import problem_words, state_words
from sync.backends.folder.names import is_book, is_temporary
from sync.recount import NOT_RECOUNTED, gone_wrong, recount_words
from sync.register import ensure_books, strays_of
from sync.standing import CALM, ENDED, IDLE, LATE, SOON, Current, current_duties, obligation_key
from validators.messages import sentence

_CODES = {LATE: "overdue", SOON: "soon", CALM: "ok", IDLE: "idle", ENDED: "ended"}
_SUMS = ("rows", "owed", "reported", "must", "explain", "overdue", "soon")

Duties = dict[str, Current]  # unit → what it reports just now


def overview(desk: Desk, sight: Sight) -> Overview:
    """All units that are seen, with sums that agree with the lines."""
    office = desk.office
    units = unit_lines(desk, sight)
    totals = {name: sum(getattr(line, name) for line in units) for name in _SUMS}
    return Overview(
        scheme=office.scheme.id,
        title=office.scheme.title,
        version=office.scheme.version,
        today=office.clock.today(),
        at=max((line.last_ok for line in units), default=0.0),
        totals=Totals(
            units=sum(bool(line.role) for line in units), books=sum(line.last_ok > 0 for line in units), **totals
        ),
        shares=_shares(desk, sight),
        units=units,
        unknown_files=unknown_files(desk) if sight.everything else [],
        notes=[told(note) for note in desk.live.notes] if sight.everything else [],
        failures=_failures(desk) if sight.everything else [],
        problem=told(desk.live.problem),
    )


def unit_lines(desk: Desk, sight: Sight) -> list[UnitLine]:
    """Everyone of whose book something is seen, in the scheme's order. Of a book that is seen in part the numbers are
    those of its rows that are seen."""
    office = desk.office
    ensure_books(office.parts)
    known = {line["unit"]: line for line in office.store.overview(office.scheme.id)}
    duties, found = _duties(desk, sight), standing(desk, sight)
    order = [unit.code for unit in office.scheme.units]
    order += [code for code in known if code not in order]
    order += sorted({line.unit for line in found.alerts} - set(order))  # answerable, without a book of their own
    parts = _parts(desk, sight)
    shown = [code for code in order if sight.book(code) or (code in duties and not sight.whole(code))]
    lines = [known.get(code) or _no_book(code) for code in shown]
    return [_line(desk, line if sight.whole(line["unit"]) else _part(line, parts), duties, found) for line in lines]


def unit_line(desk: Desk, sight: Sight, code: str) -> UnitLine | None:
    """One unit's line."""
    return next((line for line in unit_lines(desk, sight) if line.code == code), None)


def _parts(desk: Desk, sight: Sight) -> dict[str, Counter[str]]:
    """unit → table → rows that are seen, of books that are seen in part."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    if sight.rows:
        for item in desk.office.store.records(desk.office.scheme.id, ids=sorted(sight.rows)):
            found[item.unit][item.table] += 1
    return found


def _part(line: dict[str, Any], parts: dict[str, Counter[str]]) -> dict[str, Any]:
    """A book's line as one sees it who sees some of its rows."""
    tables = parts.get(line["unit"], Counter())
    return {**line, "tables": dict(tables), "rows": tables.total(), "decisions": 0, "codes": {}}


def _line(desk: Desk, line: dict[str, Any], duties: Duties, found: Standing) -> UnitLine:
    code, numbers, entries = line["unit"], found.numbers, found.entries
    unit = desk.office.scheme.unit(code)
    now = duties.get(code, Current())
    return UnitLine(
        code=code, name=desk.name(code), role=line["role"], kind=unit.kind if unit else "",
        status=book_status(desk, line), rows=line["rows"], tables=line["tables"], owed=now.owed, reported=now.reported, periods=[told(label) for label in now.periods],
        must=entries[code, "必改"], explain=entries[code, "须说明"], hint=entries[code, "提示"],
        overdue=numbers[code, "overdue"], soon=numbers[code, "soon"],
        decisions=line["decisions"], last_read=line["last_read"], last_ok=line["last_ok"],
    )  # fmt: skip


def _duties(desk: Desk, sight: Sight) -> Duties:
    office = desk.office
    found = office.store.judgements(office.scheme.id, kind="obligation")
    if not sight.everything:
        found = [item for item in found if _seen(desk, sight, item.key)]
    return current_duties(found, desk.filler)


def _seen(desk: Desk, sight: Sight, key: str) -> bool:
    rule, unit, _, record = obligation_key(key)
    return sight.line(desk.filler(unit), record, rule)


def _no_book(code: str) -> dict[str, Any]:
    """A department that answers for something and fills no book."""
    numbers: dict[str, Any] = dict.fromkeys(("rows", "must", "explain", "hint", "trial", "decisions"), 0)
    times = {"last_read": 0.0, "last_ok": 0.0, "pending_since": 0.0}
    texts = {"role": "", "name": "", "held": "", "problem": "", "pending": "", "book": ""}
    return {"unit": code, "tables": {}, "codes": {}, "wanted": False, "refused": False, **numbers, **times, **texts}


def book_status(desk: Desk, line: dict[str, Any]) -> BookStatus:
    """How a book stands, the most urgent first: what waits for a person, what is going on, what waits for a program."""
    unit, present = line["unit"], desk.live.present
    if not line["role"]:
        return BookStatus(code="none", reason=state_words("none"))
    key = line["book"]
    if line["held"]:
        if line["held"].startswith("two_files:"):
            return BookStatus(code="two_files", reason=state_words("two_files"))
        return BookStatus(code="held", reason=state_words("held"), since=line["last_read"])
    if doing := desk.live.doing(unit):
        return BookStatus(code=doing)
    if line["problem"]:
        return BookStatus(
            code="unreadable", reason=problem_words(desk.office.store, key, line["problem"]), since=line["last_read"]
        )
    book_key = line.get("key", "") or line["name"]
    if present is not None and line["name"] and book_key not in present:
        other = _beside(desk, line["name"])
        return BookStatus(code="lost", reason=state_words("beside" if other else "lost", line["name"], other))
    if not line["name"]:
        return BookStatus(code="missing", reason=state_words("missing"))
    if later := desk.live.later(unit):
        return BookStatus(code="later", reason=told(later), since=line["last_read"])
    if line["wanted"]:
        return BookStatus(code="wanted")
    if line["pending"] and line["refused"]:
        return BookStatus(code="refused", reason=told(line["pending"]), since=line["pending_since"])
    if line["pending"]:
        return BookStatus(code="pending", reason=told(line["pending"]), since=line["pending_since"])
    return BookStatus(code="ok", since=line["last_ok"]) if line["last_ok"] else BookStatus(code="new")


def _beside(desk: Desk, name: str) -> str:
    """A file of the book's name in another format (.csv, .pdf …), saved in its place; "" when there is none."""
    settings = desk.office.settings
    if settings.backend != "folder":
        return ""
    stem = PurePath(name).stem.casefold()
    try:
        names = sorted(item.name for item in settings.path(settings.books).iterdir())
    except OSError:
        return ""
    found = (item for item in names if PurePath(item).stem.casefold() == stem and not is_temporary(item))
    return next((item for item in found if PurePath(item).suffix and not is_book(item)), "")


def unknown_files(desk: Desk) -> list[UnknownFile]:
    """Files in the folder that are nobody's book, and why."""
    return [
        UnknownFile(
            name=item.get("name", key), reason=sentence(item["problem"], {"name": item.get("name", key)}, chosen())
        )
        for key, item in strays_of(desk.office.parts).items()
        if item["problem"]
    ]


def _failures(desk: Desk) -> list[str]:
    """What goes wrong inside the system, and what to do: books whose deadlines still count by the days off of before."""
    wrong = gone_wrong(desk.office.parts)
    if not wrong:
        return []
    units = {line["book"]: line["unit"] for line in desk.office.store.overview(desk.office.scheme.id)}
    return [sentence(NOT_RECOUNTED, recount_words(wrong, lambda book: desk.name(units.get(book, book))), chosen())]


def _shares(desk: Desk, sight: Sight) -> list[Share]:
    """Main records that are seen, by class; each is counted once."""
    classes = standing(desk, sight).classes
    return [
        Share(
            code=code,
            label=label,
            number=sum(n for (unit, name), n in classes.items() if name == label and (sight.name or sight.whole(unit))),
        )
        for label, code in _CODES.items()
    ]
