"""The document `tianbao evaluate` is given: names of tables and fields resolved, cells typed, history folded."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from validators.causes import faulty_fields
from validators.cells import squeeze
from validators.document_cells import CellReader, Pile
from validators.facts import moment, unit_finder
from validators.findings import Finding
from validators.history import fold
from validators.rows import Record
from validators.scheme.wording import listed, nearest

if TYPE_CHECKING:
    from validators.scheme.models import Scheme
    from validators.scheme.tables import Field, Table

_PARTS = ("tables", "history", "submissions", "roster", "calendar", "frozen")
_KEYS = ("key", "编号", "id", "系统编号")
_UNITS = ("unit", "填报单位", "单位", "所属单位")
_NAMES = {*_KEYS, *_UNITS}
_IN_UNIT = re.compile(
    r"^(?P<title>.+?)[(\[](?:单位[::])?(?P<unit>亿元|万元|百万元|千元|元|%|个|人|亩|平方米|㎡|家|项|天)[)\]]$"
)


class DocumentError(ValueError):
    """The document cannot be understood; the message says where, and what is known."""


@dataclass(slots=True)
class Document:
    """Rows understood. `keys`: record id → key as the author writes it; `history` as `Facts.of` wants it."""

    records: dict[str, Record] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    history: list[dict[str, str]] = field(default_factory=list)


def read_document(scheme: Scheme, document: Any, day: date) -> Document:
    """Understand a document. DocumentError names what is not known."""
    if not isinstance(document, Mapping) or not isinstance(document.get("tables"), Mapping):
        raise DocumentError('文档的最外层要有 tables：{"tables": {"表名": [{"栏目": 值}]}}')
    for part in document:
        if part not in _PARTS:
            raise DocumentError(f"不认识“{part}”{nearest(part, _PARTS)}；可以有{'、'.join(_PARTS)}")
    reader = _Reader(scheme, day)
    for name, rows in document["tables"].items():
        table = reader.table(str(name))
        if not isinstance(rows, list):
            raise DocumentError(f"表“{name}”要是一个列表，一行一个对象")
        reader.rows(table, rows)
    reader.history(document.get("history", ()))
    return reader.finish()


class _Reader:
    """Collects a document part by part."""

    def __init__(self, scheme: Scheme, day: date) -> None:
        self.scheme, self.day = scheme, day
        self.code = unit_finder(scheme)
        self.cells = CellReader(scheme, day)
        self.read = Document()
        self.tables = {word: table for table in scheme.tables for word in _table_words(table)}
        self.fields = {table.name: _spellings(table) for table in scheme.tables}
        self.ids: dict[tuple[str, str], str] = {}
        self.counts: dict[str, int] = defaultdict(int)  # rows of each table
        self.last: dict[tuple[str, str], int] = {}  # the number behind a key that came before
        self.past: dict[str, list[tuple[date, str, str, str]]] = defaultdict(list)

    def table(self, word: str) -> Table:
        found = self.tables.get(squeeze(word))
        if found is None:
            titles = [item.title for item in self.scheme.tables]
            known = "、".join(f"{item.title}（{item.name}）" for item in self.scheme.tables)
            raise DocumentError(f"方案里没有“{word}”这张表{nearest(word, titles)}；有{known}")
        return found

    def column(self, table: Table, word: str) -> tuple[Field, str] | None:
        """The field a title names and the unit written behind it, None when there is none."""
        spelled, plain = self.fields[table.name], squeeze(word)
        if plain in spelled:
            return spelled[plain], ""
        match = _IN_UNIT.match(plain.replace("（", "(").replace("）", ")"))
        if match and match["title"] in spelled:
            return spelled[match["title"]], match["unit"]
        return None

    def need(self, table: Table, word: str) -> tuple[Field, str]:
        found = self.column(table, word)
        if found is None:
            titles = [item.title for item in table.fields]
            many = [f"{f.group}·{f.title}" for f in table.fields if f.title == word and f.group]
            told = f"；有几栏同名，请写{listed(many)}" if many else nearest(word, titles) or f"；有{listed(titles, 60)}"
            raise DocumentError(f"表“{table.title}”没有“{word}”这一栏{told}")
        return found

    # rows --------------------------------------------------------------------------------------------------------

    def rows(self, table: Table, rows: Sequence[Any]) -> None:
        """Rows of a table. Their cells are read column by column: most stand there more than once."""
        piles: dict[str, Pile] = {}
        keys, units = [""] * len(rows), [""] * len(rows)
        for place, row in enumerate(rows):
            if not isinstance(row, Mapping):
                raise DocumentError(f'表“{table.title}”第{place + 1}行要是一个对象：{{"栏目": 值}}')
            for word, cell in row.items():
                pile = piles.get(word)
                if pile is not None:
                    pile.put(place, cell)
                elif word in _NAMES and self.column(table, word) is None:
                    (keys if word in _KEYS else units)[place] = "" if cell is None else str(cell)
                else:
                    item, measure = self.need(table, str(word))
                    pile = piles[word] = self.cells.pile(table, item, measure)
                    pile.put(place, cell)
        values: list[dict[str, str]] = [{} for _ in rows]
        findings: list[list[Finding]] = [[] for _ in rows]
        for pile in piles.values():
            _spread(pile, values, findings)
        for key, unit, texts, told in zip(keys, units, values, findings, strict=True):
            self._add(table, key or texts.get(table.name_field, ""), self._unit(table, unit, texts), texts, told)

    def _unit(self, table: Table, given: str, values: Mapping[str, str]) -> str:
        if given:
            return self.code(given)
        if table.filler != "unit":
            return table.filler if self.scheme.fillers_of(table) == (table.filler,) else ""
        own = next((values[f.name] for f in table.fields if f.type == "township" and f.name in values), "")
        return self.code(own) if own else self._named_unit(table, values)

    def _named_unit(self, table: Table, values: Mapping[str, str]) -> str:
        """Without a field of its own: the unit that the first drop-down names which names one (所在县市区)."""
        chosen = (values[f.name] for f in table.fields if f.type in ("choice", "choices") and f.name in values)
        return next((code for word in chosen if self.scheme.unit(code := self.code(word)) is not None), "")

    def _add(self, table: Table, key: str, unit: str, values: dict[str, str], findings: list[Finding]) -> None:
        self.counts[table.name] += 1
        wanted = key or f"{table.title}{self.counts[table.name]}"
        key, count = wanted, self.last.get((table.name, wanted), 1)
        while (table.name, key) in self.ids:
            count += 1
            key = f"{wanted}#{count}"
        self.last[table.name, wanted] = count
        record_id = self.ids[table.name, key] = f"{table.name}:{key}"
        unread = tuple(name for name in faulty_fields(findings) if name not in values)
        self.read.records[record_id] = Record(record_id, table.name, unit, values, unread)
        self.read.keys[record_id] = key
        self.read.findings[record_id] = findings

    # history -----------------------------------------------------------------------------------------------------

    def history(self, items: Iterable[Any]) -> None:
        for number, item in enumerate(items, 1):
            try:
                self._change(item)
            except DocumentError:
                raise
            except (KeyError, TypeError, ValueError, AttributeError) as problem:
                told = f"少了 {problem.args[0]}" if isinstance(problem, KeyError) else _unread(item)
                wanted = "要有 table、key、field、old、new、at"
                raise DocumentError(f"history 第{number}项读不懂，{wanted}：{told}") from None

    def _change(self, item: Mapping[str, Any]) -> None:
        table, at = self.table(str(item["table"])), moment(item["at"])
        record_id = self.ids.get((table.name, str(item["key"])))
        if record_id is None:
            known = listed([key for name, key in self.ids if name == table.name])
            raise DocumentError(f"history 里的“{item['key']}”不在表“{table.title}”里；有{known}")
        told = {"table": table.name, "key": record_id, "at": at.isoformat(), "unit": self.read.records[record_id].unit}
        self.read.history.append(told)
        name = str(item.get("field", ""))
        if not name:
            self.past[record_id].append((at.date(), "", "", ""))
            return
        field_, measure = self.need(table, name)
        old = self.cells.read(table, field_, item.get("old", ""), measure)
        new = self.cells.read(table, field_, item.get("new", ""), measure)
        self.past[record_id].append((at.date(), field_.name, old, new))

    def finish(self) -> Document:
        for record_id, changes in self.past.items():
            self._fold(self.read.records[record_id], sorted(changes, key=lambda change: change[0]))
        self._link()
        return self.read

    def _fold(self, record: Record, changes: list[tuple[date, str, str, str]]) -> None:
        """Walk back from the values that stand now to those at the beginning, then fold the changes forward."""
        table = self.scheme.table(record.table)
        states: list[dict[str, str]] = [dict(record.values)]
        for _, name, old, _ in reversed(changes):
            states.append(_with(states[-1], name, old))
        states.reverse()
        facts: dict[str, Any] = {"first": changes[0][0].isoformat()}
        for position, (day, name, _, new) in enumerate(changes):
            before = states[position]
            after = _with(before, name, new)
            if before == after:
                facts = {**facts, "changed": day.isoformat()}
                continue
            facts = fold(self.scheme, table, facts, before, after, day, day)
        record.facts = facts

    def _link(self) -> None:
        """A child without a unit belongs to the one parent of its name, and to that parent's unit."""
        for table in self.scheme.tables:
            if not table.parent:
                continue
            owner = self.scheme.table(table.parent)
            named: dict[str, list[Record]] = defaultdict(list)
            for record in self.read.records.values():
                if record.table == owner.name:
                    named[record.values.get(owner.name_field, "")].append(record)
            for record in self.read.records.values():
                found = named.get(record.values.get(table.parent_field, ""), []) if record.table == table.name else []
                if len(found) == 1 and not record.unit:
                    record.unit = found[0].unit
                    self.read.parents[record.id] = found[0].id


def _spread(pile: Pile, values: list[dict[str, str]], findings: list[list[Finding]]) -> None:
    """What was read in a column goes to its rows."""
    texts, told = pile.read(pile.cells)
    for place, text in zip(pile.rows, texts, strict=True):
        if text:
            values[place][pile.name] = text
    for position, items in told.items():
        findings[pile.rows[position]] += [item.finding for item in items]


def _unread(item: Any) -> str:
    """What of a change cannot be read: it is no mapping, or its time is none."""
    if not isinstance(item, Mapping):
        return "要是一个对象"
    return f"at“{item.get('at')}”不是时间，写成 2025-06-05 或 2025-06-05 10:00"


def _with(values: Mapping[str, str], name: str, text: str) -> dict[str, str]:
    if not name:
        return dict(values)
    return {**values, name: text} if text else {key: value for key, value in values.items() if key != name}


def _table_words(table: Table) -> set[str]:
    return {table.name, *(squeeze(word) for word in (table.title, table.title.removesuffix("库").removesuffix("表")))}


def _spellings(table: Table) -> dict[str, Field]:
    """Every spelling of a field; a title that stands in two groups only with its group."""
    found: dict[str, Field] = {}
    counts: dict[str, int] = defaultdict(int)
    for item in table.fields:
        for word in {squeeze(word) for word in (item.title, *item.aliases)}:  # 交（竣）工 and 交(竣)工 are one spelling
            counts[word] += 1
    for item in table.fields:
        for word in map(squeeze, (item.title, *item.aliases)):
            if counts[word] == 1:
                found[word] = item
            if item.group:
                found[f"{squeeze(item.group)}·{word}"] = item
                found.setdefault(f"{squeeze(item.group)}{word}", item)
    found.update((item.name, item) for item in table.fields)
    return found
