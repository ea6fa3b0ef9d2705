"""`reconcile` of two tables: who is joined with whom, who is alone, and which values differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from validators.facts import Facts, Verdict
from validators.rules import codes
from validators.rules.compare import Comparison
from validators.rules.context import Ctx, Env, TypedRow
from validators.rules.pairing import KeyOf, KeyPair, Likeness, Pairing, groups, key_of, pair, plain_name
from validators.rules.reconcile_base import SideBySide
from validators.rules.side_lists import book_of, list_title, undelivered
from validators.status import Status

if TYPE_CHECKING:
    from validators.rules.reconcile import Key, Reconcile, Similar


_FINDING = {codes.DUPLICATE: "rule.duplicate_key"}  # rule.duplicate is said by `unique`


class TwoLists(SideBySide):
    """Two tables."""

    def __init__(self, rule: Reconcile, env: Env) -> None:
        super().__init__(rule, env)
        self.right_when = env.condition(rule.right_when, rule.right)
        self.keys = [
            self._key(item, item.sure if item.sure is not None else not at) for at, item in enumerate(rule.keys)
        ]
        self.key_fields = {
            rule.table: [name for text in rule.keys[0].left if (name := env.name(text, rule.table))],
            rule.right: [name for text in self._rights(rule.keys[0]) if (name := env.name(text, rule.right))],
        }
        self.likeness = self._likeness(rule.similar) if rule.similar is not None else None
        self.comparisons = [Comparison(item, env, rule.table, rule.right) for item in rule.compare]
        self.titles = (
            list_title(self.tables[rule.table].title, rule.left_book),
            list_title(self.tables[rule.right].title, rule.right_book),
        )
        self.in_left, self.in_right = book_of(env, rule.left_book), book_of(env, rule.right_book)
        self.list_key = self._key(rule.delivered, True) if rule.delivered is not None else None
        alone = all(item.model.each for item in self.comparisons)
        self.apart = {side for side in ("left", "right") if alone and rule.many in (side, "both")}

    def _key(self, key: Key, sure: bool) -> KeyPair:
        return KeyPair(
            key_of(self.env, self.rule.table, key.left), key_of(self.env, self.rule.right, self._rights(key)), sure
        )

    def _rights(self, key: Key) -> tuple[str, ...]:
        return key.right or key.left

    def _likeness(self, similar: Similar) -> Likeness:
        left = self.env.getter(similar.left, self.rule.table, "text")
        right = self.env.getter(similar.right or similar.left, self.rule.right, "text")
        within = self._key(similar.within, False) if similar.within is not None else None
        return Likeness(
            lambda row: plain_name(left(row) or ""), lambda row: plain_name(right(row) or ""), within, similar.least
        )

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        lefts = [r for r in self.live(facts.table(self.rule.table), self.when, ctx) if self.in_left(r)]
        rights = [r for r in facts.table(self.rule.right) if self.in_right(r)]
        lefts = _standing(lefts, [item.left for item in self.keys if item.sure])
        rights = _standing(rights, [item.right for item in self.keys if item.sure])
        waiting = self._waiting(lefts, rights)
        lefts = sorted((row for row in lefts if row.id not in waiting), key=lambda row: row.id)
        if self.right_when is not None:
            rights = [row for row in rights if self.right_when.fn(row) is True]
        rights.sort(key=lambda row: row.id)  # what is told names others in one order
        found = pair(lefts, rights, self.keys, self.likeness, self.rule.many)
        tally: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in lefts:
            tally[row.unit]["应有"] += 1
        for item in waiting.values():
            tally[item.unit]["应有"] += 1
            tally[item.unit][self.rule.awaited] += 1
        verdicts = self.pending(facts, ctx) + self._joined(found, tally) + list(waiting.values())
        verdicts += self._twice(lefts, rights, found.left_only, "left")
        verdicts += self._twice(rights, lefts, found.right_only, "right")
        if self.rule.expect in ("both", "left"):
            verdicts += self._alone(found, found.left_only, codes.NOT_COUNTED, self.rule.missing, tally)
        if self.rule.expect in ("both", "right"):
            running = {row.id for row in self.live(found.right_only, None, ctx)}
            extra = [row for row in found.right_only if row.id in running]
            verdicts += self._alone(found, extra, codes.NOT_LISTED, self.rule.extra, tally)
        if self.rule.tell != "both":
            wanted = self.rule.table if self.rule.tell == "left" else self.rule.right
            verdicts = [item for item in verdicts if item.table == wanted]
        return verdicts + self.summary(tally)

    def _waiting(self, lefts: list[TypedRow], rights: list[TypedRow]) -> dict[str, Verdict]:
        """Left rows whose list has not been delivered yet: nothing can be said to be missing from it."""
        if self.list_key is None:
            return {}
        ids = undelivered(lefts, rights, self.list_key.left, self.list_key.right)
        inputs = {"word": self.rule.awaited}
        return {
            row.id: self.verdict(row, Status(self.rule.id, codes.WAITING, inputs=inputs))
            for row in lefts
            if row.id in ids
        }

    # joined ----------------------------------------------------------------------------------------------------------

    def _joined(self, found: Pairing, tally: dict[str, dict[str, int]]) -> list[Verdict]:
        verdicts: list[Verdict] = []
        for lefts, rights in found.sure:
            for row in lefts:
                tally[row.unit]["对上"] += 1
            verdicts += self._group(lefts, rights, tally)
        for lefts, rights in found.suspected:
            for row in lefts:
                tally[row.unit][codes.WORDS[codes.SUSPECTED]] += 1
            verdicts += self._tell(lefts, rights, codes.SUSPECTED) + self._tell(rights, lefts, codes.SUSPECTED)
        return verdicts

    def _group(self, lefts: list[TypedRow], rights: list[TypedRow], tally: dict[str, dict[str, int]]) -> list[Verdict]:
        verdicts: list[Verdict] = []
        if self.rule.expect == "apart":
            return self._tell(lefts, rights, codes.DUPLICATE) + self._tell(rights, lefts, codes.DUPLICATE)
        for rows, side in ((lefts, "left"), (rights, "right")):
            if len(rows) > 1 and self.rule.many not in (side, "both"):
                verdicts += self._duplicates(rows)
        if verdicts:
            for row in lefts:
                tally[row.unit][codes.WORDS[codes.DUPLICATE]] += 1
            verdicts += self._tell(lefts, rights, codes.DUPLICATE) if len(lefts) == 1 else []
            return verdicts + (self._tell(rights, lefts, codes.DUPLICATE) if len(rights) == 1 else [])
        ours = [one for rows in self._by_itself(lefts, "left") for one in self._compared(rows, rights, 0, rows, rights)]
        for verdict in ours:
            if verdict.statuses[0].code == codes.DIFFERENT:
                tally[verdict.unit][codes.WORDS[codes.DIFFERENT]] += 1
        theirs = (self._compared(lefts, rows, 1, rows, lefts) for rows in self._by_itself(rights, "right"))
        return [*ours, *(one for found in theirs for one in found)]

    def _by_itself(self, rows: list[TypedRow], side: str) -> list[list[TypedRow]]:
        """Where each value must agree by itself, a row is not told what another one of its key lacks."""
        return [[row] for row in rows] if side in self.apart else [rows]

    def _compared(
        self, lefts: list[TypedRow], rights: list[TypedRow], side: int, told: list[TypedRow], others: list[TypedRow]
    ) -> list[Verdict]:
        """What stands beside the rows of one side (0 left, 1 right)."""
        differing = [item for comparison in self.comparisons if (item := comparison.differ(lefts, rights)) is not None]
        if not differing:
            inputs = _other(others, self._label)
            return [self.verdict(row, Status(self.rule.id, codes.SAME, inputs=inputs)) for row in told]
        seen = [item.seen(side, self.titles[1 - side]) for item in differing]
        return [self._different(row, seen, others) for row in told]

    def _different(self, row: TypedRow, differences: list[dict[str, str]], others: list[TypedRow]) -> Verdict:
        inputs: dict[str, Any] = {"differences": differences, **_other(others, self._label)}
        what = [f"{item['title']}，这里是{item['here']}，{item['list']}是{item['there']}" for item in differences]
        fields = [item["field"] for item in differences if item["field"]]
        code = "rule.different"
        if self.rule.differs:
            word = self.rule.differs.replace("{what}", "、".join(item["title"] for item in differences))
            inputs["word"], code, what = word, "rule.notice", [f"{word}；{'；'.join(what)}"]
        found = self.finding(row, code, what, fields)
        return self.verdict(row, Status(self.rule.id, codes.DIFFERENT, inputs=inputs), found)

    def _tell(self, rows: list[TypedRow], others: list[TypedRow], code: str) -> list[Verdict]:
        verdicts = []
        for row in rows:
            inputs = _other(others, self._label)
            found = self.finding(row, _FINDING.get(code, f"rule.{code}"), [inputs["other"]], self.key_fields[row.table])
            verdicts.append(self.verdict(row, Status(self.rule.id, code, inputs=inputs), found))
        return verdicts

    def _duplicates(self, rows: list[TypedRow]) -> list[Verdict]:
        found = []
        for row in rows:
            found += self._tell([row], [other for other in rows if other.id != row.id], codes.DUPLICATE)
        return found

    def _twice(self, rows: list[TypedRow], others: list[TypedRow], alone: list[TypedRow], side: str) -> list[Verdict]:
        """Rows of one list with the same sure key that the other list lacks. The first key, the code, is wrong twice even
        where a row was found by another one; a later key, a name, only tells apart what no key before it did."""
        if self.rule.many in (side, "both"):
            return []
        verdicts: list[Verdict] = []
        for position, key in enumerate(self.keys):
            mine, theirs = (key.left, key.right) if side == "left" else (key.right, key.left)
            there = groups(others, theirs) if position == 0 else {}
            for value, same in groups(alone if position else rows, mine).items() if key.sure else ():
                verdicts += self._duplicates(same) if len(same) > 1 and value not in there else []
        return verdicts

    # alone -----------------------------------------------------------------------------------------------------------

    def _alone(
        self, found: Pairing, rows: list[TypedRow], code: str, word: str, tally: dict[str, dict[str, int]]
    ) -> list[Verdict]:
        verdicts = []
        for row in rows:
            unread = [name for name in self.key_fields[row.table] if name in row.unread]
            if unread and row.id in found.keyless:
                tally[row.unit if code == codes.NOT_COUNTED else ""][codes.WORDS[codes.PENDING]] += 1
                verdicts.append(self.unknown(row, unread))
                continue
            blank = self.rule.keyless and row.id in found.keyless
            said = codes.NO_KEY if blank else code
            tally[row.unit if code == codes.NOT_COUNTED else ""][("" if blank else word) or codes.WORDS[said]] += 1
            verdicts.append(
                self.absent(row, said, "" if blank else word, self.key_fields[row.table][:1] if blank else ())
            )
        return verdicts

    def _label(self, row: TypedRow) -> str:
        """How a person finds the row: the table, the unit where it has one, and its name."""
        table = self.tables[row.table]
        unit = self.env.scheme.unit(row.unit)
        owner = unit.name if unit is not None else self._office(row)
        name = row.texts.get(table.name_field, "") if table.name_field else ""
        return f"{table.title}{f'({owner})' if owner else ''}{f'“{name}”' if name else ''}"

    def _office(self, row: TypedRow) -> str:
        """The office whose book it is, where the table is kept by several."""
        for book, inside in ((self.rule.left_book, self.in_left), (self.rule.right_book, self.in_right)):
            if book and inside(row):
                return book
        return ""


def _standing(rows: list[TypedRow], keys: Sequence[KeyOf]) -> list[TypedRow]:
    """Without rows that are gone from their book where another row stands for the same thing now."""
    there = [row for row in rows if not row.gone]
    if len(there) == len(rows):
        return rows
    known = [set(groups(there, key)) for key in keys]
    return [
        row
        for row in rows
        if not row.gone or not any(key(row) in found for key, found in zip(keys, known, strict=True))
    ]


def _other(rows: Sequence[TypedRow], label: Any) -> dict[str, str]:
    names = [label(row) for row in rows[:3]]
    return {"other": "、".join(names) + (f"等{len(rows)}行" if len(rows) > 3 else "")}
