"""`reconcile`: two lists of the same things held side by side — who is missing where, and which values differ.

Nothing is ever overwritten: what differs is told beside both rows. Rows are joined by their keys in order of trust;
a weak key or a likeness of names is a suspicion that a person settles (B-37).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import field_validator, model_validator

from validators.exact import percent
from validators.expression_types import UNKNOWN
from validators.facts import Facts, SharedJudge, Verdict
from validators.findings import Finding
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.compare import Compare, Comparison
from validators.rules.context import Condition, Ctx, Env, TypedRow, severity_of
from validators.rules.ended import ended_on, turn_on
from validators.rules.pairing import KeyOf, KeyPair, Likeness, Pairing, groups, key_of, pair, plain_name
from validators.rules.side_lists import book_of, list_title, undelivered
from validators.scheme.base import Model
from validators.status import Status

if TYPE_CHECKING:
    from validators.scheme.models import Scheme
    from validators.scheme.tables import Table

_FINDING = {codes.DUPLICATE: "rule.duplicate_key"}  # rule.duplicate is said by `unique`


class Key(Model):
    """Fields that together tell a row apart; `right` where the other list calls them differently.

    填报单位 stands for the unit whose book holds the row.
    """

    left: tuple[str, ...] = F(description="fields of the left list that together name the row")
    right: tuple[str, ...] = F((), description="the same fields in the other list; () = named alike")
    sure: bool | None = F(
        None, description="a match, not a suspicion; null = the first key is sure, the others are not"
    )

    @model_validator(mode="after")
    def _alike(self) -> Key:
        if not self.left or (self.right and len(self.left) != len(self.right)):
            raise ValueError("键的 left 和 right 要一样多，且不能是空的")
        return self


class Similar(Model):
    """Names that are nearly the same are a suspicion."""

    left: str = F(description="field that holds the name")
    right: str = F("", description="the same in the right list; blank = named alike")
    least: int = F(90, ge=50, le=100, description="likeness in percent from which it is a suspicion")
    within: Key | None = F(None, description="fields that must agree all the same, e.g. {left: [填报单位]}")


class Reconcile(RuleBase):
    """`table` (rows for which `when` holds) is the left list, `right` (`right_when`) the other one.

    一致 or 字段不一致 for rows that are joined; `missing` for a left row that the other list lacks, `extra` for a right row
    that the left list lacks; 缺代码 where the first key is blank and nothing else helped; 疑似匹配; 代码重复 for rows of one
    list with the same sure key. `expect`: both = the lists are equal; left = every left row must be in the right list;
    right = the reverse; apart = nothing may be in both (代码重复). The rule as a whole tells the share of left rows found.

    With `delivered` a left row waits (`awaited`) while the other list has no row at all of its unit: a list that has
    not come yet lacks nothing, and such a row is no part of the share found. With `left_book` and `right_book` the rows of
    one book each are taken, so that a table kept by two offices can be held side by side with itself.

    Without `right` the row itself says whether it is in the other list: `has` (a blank counts as no).
    """

    kind: Literal["reconcile"] = "reconcile"
    right: str = F("", description="table of the other list")
    right_when: str = F("", description="condition on its rows")
    has: str = F("", description="instead of `right`: condition on the row that shows it is in the other list")
    keys: tuple[Key, ...] = F((), description="in order of trust; [a, b] is short for {left: [a, b]}")
    similar: Similar | None = F(None, description="names that are nearly the same are a suspicion")
    compare: tuple[Compare, ...] = F((), description="values that must agree; a text is short for {left: text}")
    expect: Literal["both", "left", "right", "apart"] = F("both", description="what must be found where, see above")
    many: Literal["", "left", "right", "both"] = F("", description="list in which several rows may have one key")
    tell: Literal["both", "left", "right"] = F("both", description="beside whose rows the results stand")
    missing: str = F("", description="word for a left row that is not in the right list, default 应统未统")
    extra: str = F("", description="word for a right row that is not in the left list, default 漏入库")
    differs: str = F("", description="word where values differ, {what} = which; default 字段不一致")
    delivered: Key | None = F(
        None, description="names the list a row belongs to, e.g. {left: [填报单位], right: [属地]}"
    )
    awaited: str = F("清单未报", description="word for a left row whose list has not been delivered")
    left_book: str = F("", description="name of the one office whose book is the left list")
    right_book: str = F("", description="the same of the right list")
    keyless: bool = F(True, description="缺代码 for a row without the first key; false: it counts as not found")

    rank: ClassVar[int] = 60

    @field_validator("keys", mode="before")
    @classmethod
    def _short_keys(cls, value: Any) -> Any:
        return [{"left": item} if isinstance(item, list | tuple) else item for item in value]

    @field_validator("compare", mode="before")
    @classmethod
    def _short_compare(cls, value: Any) -> Any:
        return [{"left": item} if isinstance(item, str) else item for item in value]

    @model_validator(mode="after")
    def _one_way(self) -> Reconcile:
        if bool(self.right) == bool(self.has):
            raise ValueError("写 right（另一张表）或 has（本行上表示已在另一张表里的条件），二者选一")
        if self.right and not self.keys:
            raise ValueError("写了 right 要写 keys（按哪些列对）")
        if self.has and (self.keys or self.compare or self.similar or self.delivered):
            raise ValueError("只看 has 的，不写 keys、compare、similar、delivered")
        return self

    @model_validator(mode="after")
    def _two_books(self) -> Reconcile:
        told_apart = (self.left_book and self.right_book) or (self.when and self.right_when)
        if self.right and self.right == self.table and not told_apart:
            raise ValueError(
                "同一张表自己和自己比，要写 left_book 和 right_book（哪两家的簿子），或 when 和 right_when"
            )
        return self

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.right) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        return self.reads()

    def compile_shared(self, env: Env) -> SharedJudge:
        return _Lists(self, env) if self.right else _OneList(self, env)

    def told(self, status: Status) -> list[str]:
        """Counts of the whole; what differs, and where the other row stands, of one row."""
        found = [f"{item['title']}：{item['here']}，{item['list']}是{item['there']}" for item in _differing(status)]
        if status.inputs.get("other"):
            found.append(f"对应{status.inputs['other']}")
        counts = status.inputs.get("counts")
        if counts:
            found.append("，".join(f"{word}{number}" for word, number in counts.items() if number or word == "应有"))
        return found


def _differing(status: Status) -> Sequence[dict[str, str]]:
    found: Sequence[dict[str, str]] = status.inputs.get("differences", ())
    return found


class _Base:
    """What both uses share: which rows take part, and the share that was found."""

    def __init__(self, rule: Reconcile, env: Env) -> None:
        self.rule = rule
        self.env = env
        self.when = env.condition(rule.when, rule.table)
        self.tables: dict[str, Table] = {item.name: item for item in env.scheme.tables}
        self.missing = {"word": rule.missing} if rule.missing else {}
        self.severity = severity_of(rule)

    def live(self, rows: Iterable[TypedRow], condition: Condition | None, ctx: Ctx) -> list[TypedRow]:
        """Rows for which the condition holds and which are not over, in an order of their own."""
        found = [row for row in rows if self._running(row, ctx) and (condition is None or condition.fn(row) is True)]
        return sorted(found, key=lambda row: row.id)

    def _running(self, row: TypedRow, ctx: Ctx) -> bool:
        day = ended_on(self.tables, self.tables[row.table], row, ctx.today)
        return day is None or day > ctx.today

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """The next day on which a row is over and takes no part any more, or takes part again."""
        rows = ((self.tables[name], row) for name in self.rule.reads() for row in facts.table(name))
        days = (turn_on(self.tables, model, row, ctx.today) for model, row in rows)
        return min((day for day in days if day is not None), default=None)

    def pending(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        """Rows of which a blank leaves open whether they belong to the left list."""
        if self.when is None:
            return []
        found = []
        for row in sorted(facts.table(self.rule.table), key=lambda row: row.id):
            if self._running(row, ctx) and self.when.fn(row) is UNKNOWN:
                found.append(self.unknown(row, self.when.missing(row)))
        return found

    def verdict(self, row: TypedRow, status: Status, finding: Finding | None = None) -> Verdict:
        found = [finding] if finding is not None else []
        return Verdict("record", row.id, row.table, row.unit, statuses=[status], findings=found)

    def finding(self, row: TypedRow, code: str, what: Sequence[str], fields: Sequence[str]) -> Finding:
        params = {"what": list(what), "fields": list(fields), "title": self.rule.title}
        head = fields[0] if fields else ""
        return Finding(code, self.severity, row.table, row.id, head, row.texts.get(head, ""), params, self.rule.id)

    def unknown(self, row: TypedRow, names: Sequence[str]) -> Verdict:
        """待补条件: it cannot be told what the row says there."""
        missing = [self.env.title(name, row.table) for name in names]
        return self.verdict(
            row, Status(self.rule.id, codes.PENDING, inputs={"missing": missing, "fields": list(names)})
        )

    def absent(self, row: TypedRow, code: str, word: str, fields: Sequence[str] = ()) -> Verdict:
        """A row that the other list lacks."""
        inputs = {"word": word} if word else {}
        said = word or codes.WORDS[code]
        return self.verdict(
            row, Status(self.rule.id, code, inputs=inputs), self.finding(row, f"rule.{code}", [said], fields)
        )

    def summary(self, tally: dict[str, dict[str, int]]) -> list[Verdict]:
        """The share of left rows that were found, of all and of each unit."""
        whole: dict[str, int] = defaultdict(int)
        for counts in tally.values():
            for word, number in counts.items():
                whole[word] += number
        verdicts = [Verdict("reconciliation", self.rule.id, self.rule.table, statuses=[self._share(whole)])]
        names = {unit.code: unit.name for unit in self.env.scheme.units}
        for unit, counts in sorted(tally.items()):
            if unit:
                key = f"{self.rule.id}|{unit}"
                name = names.get(unit, unit)
                share = self._share(counts)
                verdicts.append(Verdict("reconciliation", key, self.rule.table, unit, name=name, statuses=[share]))
        return verdicts

    def _share(self, counts: dict[str, int]) -> Status:
        due, done = counts.get("应有", 0) - counts.get(self.rule.awaited, 0), counts.get("对上", 0)
        ratio = percent(Decimal(done), Decimal(due))
        inputs: dict[str, Any] = {"ratio": ratio, "done": str(done), "target": str(due), "counts": dict(counts)}
        if not due:
            inputs["word"] = ratio
        return Status(self.rule.id, codes.MEASURED, inputs=inputs)


class _OneList(_Base):
    """The row itself says whether it is in the other list."""

    def __init__(self, rule: Reconcile, env: Env) -> None:
        super().__init__(rule, env)
        self.has = env.condition(rule.has, rule.table)

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        has = self.has
        assert has is not None
        names = [name for name in sorted(has.expression.reads) if "." not in name and name in self._fields()]
        tally: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        verdicts = self.pending(facts, ctx)
        for row in self.live(facts.table(self.rule.table), self.when, ctx):
            counts = tally[row.unit]
            counts["应有"] += 1
            unread = sorted(has.expression.reads & row.unread)
            if unread:
                verdicts.append(self.unknown(row, unread))
            elif has.fn(row) is True:
                counts["对上"] += 1
                verdicts.append(self.verdict(row, Status(self.rule.id, codes.SAME)))
            else:
                counts[self.rule.missing or codes.WORDS[codes.NOT_COUNTED]] += 1
                verdicts.append(self.absent(row, codes.NOT_COUNTED, self.rule.missing, names[:1]))
        return verdicts + self.summary(tally)

    def _fields(self) -> set[str]:
        return {item.name for item in self.tables[self.rule.table].fields}


class _Lists(_Base):
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
        lefts = [row for row in lefts if row.id not in waiting]
        if self.right_when is not None:
            rights = [row for row in rights if self.right_when.fn(row) is True]
        found = pair(lefts, rights, self.keys, self.likeness, self.rule.many)
        tally: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in lefts:
            tally[row.unit]["应有"] += 1
        for item in waiting.values():
            tally[item.unit]["应有"] += 1
            tally[item.unit][self.rule.awaited] += 1
        verdicts = self.pending(facts, ctx) + self._joined(found, tally) + list(waiting.values())
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
        return verdicts + self._twice(found.left_only, "left") + self._twice(found.right_only, "right")

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

    def _twice(self, rows: list[TypedRow], side: str) -> list[Verdict]:
        """Rows of one list with the same sure key that the other list lacks."""
        if self.rule.many in (side, "both"):
            return []
        verdicts: list[Verdict] = []
        for key in self.keys:
            if key.sure:
                for same in groups(rows, key.left if side == "left" else key.right).values():
                    verdicts += self._duplicates(same) if len(same) > 1 else []
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
