"""Who sees what: one value that every page, the API, downloads, search and live progress ask.

Who runs the scheme and the leaders see everything, a unit its own book. A department sees its own book whole, and of
others' books the rows that the scheme's `sights` give it; where the scheme says nothing of it, those on which a rule
that names it says something.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.desk import Desk
from app.rights import may
from sync.answers import merge
from sync.standing import obligation_key
from sync.store.base import Judgement, StoredRecord
from sync.typed import bare_row, typed_rows
from validators.expressions import compile_expression
from validators.facts import unit_finder
from validators.rules import codes
from validators.rules.context import TypedRow
from validators.scheme.measures import report_names
from validators.scheme.models import Scheme
from validators.scheme.models import Sight as Given
from validators.scheme.tables import Table
from validators.speak import speaker

_SILENT = frozenset({  # says of a row nothing that anybody has to do, or had
    codes.NOT_APPLICABLE, codes.NOT_STARTED, codes.WAITING, codes.PENDING, codes.VALUE, codes.STAGE, codes.TERMINATED,
})  # fmt: skip
_BETWEEN = re.compile(r"[、，,；;/\s]+")
DEFAULT = Given(duties=True)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person sees. `own`: books seen whole; `rows`: rows seen of other books, in the books of `others`; `rules`:
    whose duties are seen, whoever owes them; `phones_in`: where telephone numbers stand in full; `name`: of what is kept
    for this sight alone, "" where what is kept for all will do."""

    everything: bool = False
    own: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    phones_in: Literal["all", "own", "none"] = "none"
    name: str = ""

    def whole(self, unit: str) -> bool:
        """Whether all of this unit's book is seen: the file, its runs, what waits for a decision."""
        return self.everything or unit in self.own

    def book(self, unit: str) -> bool:
        """Whether anything of this unit's book is seen."""
        return self.whole(unit) or unit in self.others

    def row(self, record: str, unit: str) -> bool:
        """Whether this record is seen."""
        return self.whole(unit) or record in self.rows

    def line(self, unit: str, record: str, rule: str) -> bool:
        """Whether what a rule says is seen: of a record with the record, of a unit also by who is named in the rule."""
        return self.row(record, unit) if record else self.whole(unit) or rule in self.rules

    def phones(self, unit: str) -> bool:
        """Whether telephone numbers of this unit's book are shown in full."""
        return self.phones_in == "all" or (self.phones_in == "own" and unit in self.own)


EVERYTHING = Sight(everything=True, phones_in="all")  # commands and jobs of ours
NOTHING = Sight()


def sight_of(desk: Desk, person: Mapping[str, Any]) -> Sight:
    """What this person sees. `person`: as the store keeps him, with the scopes of his token if he came by one."""
    given = dict(person)
    if not may(given, "read"):
        return NOTHING
    full = may(given, "phones")
    if given["role"] in ("admin", "commission", "leader"):
        return Sight(everything=True, phones_in="all" if full else "none")
    unit = str(given.get("unit") or "")
    own = frozenset({unit, desk.filler(unit)} - {""})
    phones: Literal["own", "none"] = "own" if full else "none"
    if given["role"] == "unit":
        return Sight(own=own, phones_in=phones)
    if given["role"] != "department":
        return NOTHING
    found = _departments(desk).get(unit, Seen())
    if found.everything:
        return Sight(everything=True, own=own, phones_in=phones)
    rows, others = frozenset(found.rows), frozenset(found.rows.values())
    return Sight(False, own, rows, others, found.rules, phones, name=f"{unit}.{phones}")


def acts_on(desk: Desk, person: Mapping[str, Any], unit: str) -> bool:
    """Whether the person may hand in, sync or answer for this unit's book: that one sees a row does not make one so."""
    if person["role"] in ("admin", "commission"):
        return True
    mine = str(person.get("unit") or "")
    return bool(unit) and person["role"] in ("unit", "department") and unit in (mine, desk.filler(mine))


# what departments see -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Seen:
    """What the scheme gives a department of others' books."""

    everything: bool = False
    rows: dict[str, str] = field(default_factory=dict)
    rules: frozenset[str] = frozenset()


def _departments(desk: Desk) -> dict[str, Seen]:
    """All departments' sights, made in one pass for each state of the store."""
    found: dict[str, Seen] = desk.kept("sights", lambda: departments_see(desk))
    return found


def departments_see(desk: Desk) -> dict[str, Seen]:
    """What each department of the scheme sees, by code."""
    scheme = desk.office.scheme
    code_of = unit_finder(scheme)
    rules: dict[str, set[str]] = defaultdict(set)
    for rule in scheme.rules:
        for word in rule.responsible:
            rules[code_of(word)].add(rule.id)
    given = {item.code: given_to(scheme, item.code) for item in scheme.departments}
    heads = {item.code for item in scheme.departments if item.commission}
    seen = {
        code: Seen(code in heads or _sees_all(sights), {}, frozenset(rules[code])) for code, sights in given.items()
    }
    asked = {code: sights for code, sights in given.items() if not seen[code].everything}
    if asked:
        _look(desk, asked, seen, code_of)
    return seen


def given_to(scheme: Scheme, code: str) -> tuple[Given, ...]:
    """The sights that speak of a department; the default where none names it and none is for everybody."""
    code_of = unit_finder(scheme)
    found = [
        item for item in scheme.sights if not item.departments or code in {code_of(word) for word in item.departments}
    ]
    return tuple(found) or (DEFAULT,)


def _sees_all(sights: Iterable[Given]) -> bool:
    return any(not (item.table or item.named_in or item.where or item.duties) for item in sights)


def _look(
    desk: Desk, asked: Mapping[str, tuple[Given, ...]], seen: Mapping[str, Seen], code_of: Callable[[str], str]
) -> None:
    """One pass over all rows."""
    office = desk.office
    judgements = office.store.judgements(office.scheme.id)
    judged = merge(judgements)
    records = office.store.records(office.scheme.id)
    rows = _rows(desk, asked, records, judged)
    speaking = _speaking(judged, judgements)
    units = {item.id: item.unit for item in records}
    for table in office.scheme.tables:
        for code, sights in asked.items():
            tests = [test for item in sights if (test := _test(desk, item, table, code, code_of))]
            for row in rows.get(table.name, ()) if tests else ():
                if any(test(row, seen[code].rules & speaking.get(row.id, frozenset())) for test in tests):
                    seen[code].rows[row.id] = units[row.id]
    children = [(item.id, item.parent, item.unit) for item in records if item.parent]
    for found in seen.values():
        _with_children(found.rows, children)


def _rows(
    desk: Desk, asked: Mapping[str, tuple[Given, ...]], records: list[StoredRecord], judged: Mapping[str, Judgement]
) -> dict[str, list[TypedRow]]:
    """Rows by table; their values are read only where a condition looks at them, or at them as parents."""
    scheme, today = desk.office.scheme, desk.office.clock.today()
    say = speaker(scheme, desk.office.calendar)
    looked = {sight.table for sights in asked.values() for sight in sights if sight.where}
    looked |= {table.parent for table in scheme.tables if table.name in looked}
    read = [item for item in records if item.table in looked]
    found = dict(typed_rows(scheme, say, read, judged, desk.name, today))
    for item in records:
        if item.table not in looked:
            found.setdefault(item.table, []).append(bare_row(say, item, judged.get(item.id)))
    return found


Test = Callable[[TypedRow, frozenset[str]], bool]  # a row, and the department's rules that say something of it


def _test(desk: Desk, sight: Given, table: Table, code: str, code_of: Callable[[str], str]) -> Test | None:
    """Whether a row of the table is seen by this sight; None where the sight is about other tables."""
    scheme = desk.office.scheme
    if sight.table not in ("", table.name):
        return None
    columns = _columns(scheme, sight, table)
    if sight.named_in and not columns:
        return None
    condition = None
    if sight.where:
        condition = compile_expression(
            sight.where, report_names(scheme, table), scheme.words(), "bool", scheme.year_from
        )

    def test(row: TypedRow, speaking: frozenset[str]) -> bool:
        if sight.duties and not speaking:
            return False
        if columns and not any(code_of(word) == code for name in columns for word in _words(row, name)):
            return False
        return condition is None or condition.fn(row) is True

    return test


def _columns(scheme: Scheme, sight: Given, table: Table) -> list[str]:
    """Names under which the columns of `named_in` stand on a row of this table."""
    names = report_names(scheme, table) if sight.named_in else {}
    known = {item.title: item.name for item in table.fields} | {item.name: item.name for item in table.fields}
    return [known.get(word) or names[word][0] for word in sight.named_in if word in known or word in names]


def _words(row: TypedRow, name: str) -> list[str]:
    """Names in a cell: 县商务局、县交通局 are two; a text with spaces in it may be one all the same."""
    value = row.get(name)
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    text = str(value or row.texts.get(name, "") or "")
    return [text, *_BETWEEN.split(text)] if text else []


def _speaking(judged: Mapping[str, Judgement], judgements: Iterable[Judgement]) -> dict[str, frozenset[str]]:
    """Record → rules that say something of it which is to be done, was done or is late; its own duties too."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, item in judged.items():
        found[key] |= {status.rule for status in item.statuses if status.code not in _SILENT}
        found[key] |= {finding.rule for finding in item.findings if finding.rule}
    for item in judgements:
        if item.kind == "obligation" and (record := obligation_key(item.key)[3]):
            found[record] |= {status.rule for status in item.statuses if status.code not in _SILENT}
    return {key: frozenset(rules) for key, rules in found.items()}


def _with_children(rows: dict[str, str], children: Iterable[tuple[str, str, str]]) -> None:
    """Children of what is seen, theirs too."""
    before = -1
    while before != len(rows):
        before = len(rows)
        rows.update({record: unit for record, parent, unit in children if parent in rows})
