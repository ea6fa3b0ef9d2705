"""Which columns a shared rule can look at: an edit of any other column need not have it judged again (DESIGN §3 L4).

More than it really reads, never less: a column counts as read when one of its spellings stands anywhere in the words
of the rule, of the nodes and lookups it names, of the rules whose results or derived values it takes; and what makes a
row belong somewhere (name, parent, period, end, day of its version) always does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from validators.rules.base import RuleBase
from validators.rules.order import texts_of

if TYPE_CHECKING:
    from validators.compiled import Compiled, SharedRule
    from validators.scheme.models import Scheme
    from validators.scheme.tables import Table

ALL = frozenset({"*"})  # any column, and that the row was changed at all

Columns = Mapping[str, frozenset[str]]  # table → columns, or ALL


def looked_at(compiled: Compiled) -> dict[str, tuple[Columns, set[str]]]:
    """By id of each shared rule: the columns it can look at, and the rules whose results or derived values it can take,
    itself among them."""
    search = _Search(compiled)
    taken = {item.rule.id: search.taken(item.rule.id) for item in compiled.shared}
    return {item.rule.id: (search.columns(item, taken[item.rule.id]), taken[item.rule.id]) for item in compiled.shared}


class _Search:
    """Words of rules, and the columns they name, each looked for once."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._beside = _named_words(compiled.scheme)
        self._words = {name: self._words_of(versions) for name, versions in compiled.versions.items()}
        self._shared = {item.rule.id: item for item in compiled.shared}
        self._spellings = {table.name: _spellings(table) for table in compiled.scheme.tables}
        # rules of periods may ask how things stood: whether a row was there by then, any of its dates may tell (`Then`)
        self._days = {
            table.name: frozenset(field.name for field in table.fields if field.type in ("date", "date_actual"))
            for table in compiled.scheme.tables
        }
        self._always = {table.name: _always(table, compiled.scheme.tables) for table in compiled.scheme.tables}

    def columns(self, item: SharedRule, rules: Iterable[str]) -> Columns:
        """Those that the rules can look at in the tables of one of them."""
        traced = {name for rule in rules for version in self._compiled.versions[rule] for name in version.traces()}
        found = {}
        for table in item.tables:
            if table in traced:
                found[table] = ALL
                continue
            words = [self._words[rule] for rule in rules]
            named = (name for name, spelled in self._spellings[table].items() if _stand(spelled, words))
            found[table] = self._always[table].union(named, self._days[table] if item.turns else ())
        return found

    def taken(self, rule: str) -> set[str]:
        """The rule and all whose results or derived values it can take, however far off."""
        found, waiting = set[str](), [rule]
        while waiting:
            name = waiting.pop()
            if name in found or name not in self._words:
                continue
            found.add(name)
            waiting += self._next(name)
        return found

    def _next(self, name: str) -> Iterator[str]:
        compiled, words = self._compiled, [self._words[name]]
        yield from (used for version in compiled.versions[name] for used in version.uses())
        yield from (excuse.id for excuse in compiled.excuses.get(name, ()))
        shared = self._shared.get(name)
        yield from shared.needs if shared is not None else ()
        for other, versions in compiled.versions.items():
            if _stand((derived for version in versions for derived, _ in version.derives()), words):
                yield other

    def _words_of(self, versions: Iterable[RuleBase]) -> str:
        words = "\n".join(text for version in versions for text in texts_of(version.model_dump()))
        return "\n".join([words, *(more for signs, more in self._beside if _stand(signs, [words]))])


def _stand(spellings: Iterable[str], words: list[str]) -> bool:
    return any(spelled in text for spelled in spellings for text in words)


def _named_words(scheme: Scheme) -> list[tuple[tuple[str, ...], str]]:
    """(how a rule may call it, all its words) of what stands outside rules and says which columns are meant."""
    nodes = [((node.name, node.title), "\n".join(texts_of(node.model_dump()))) for node in scheme.nodes]
    lookups = [((name,), "\n".join(texts_of(item.model_dump()))) for name, item in scheme.lookups.items()]
    return [*nodes, *lookups]


def _spellings(table: Table) -> dict[str, tuple[str, ...]]:
    """As `expression_types.names_for`; what is said of a group's column contains its title."""
    return {field.name: (field.name, field.title, *field.aliases) for field in table.fields}


def _always(table: Table, tables: Iterable[Table]) -> frozenset[str]:
    """What makes a row belong somewhere, to itself or to its children."""
    places = [table.name_field, table.parent_field, table.ended, table.resumed]
    if table.periodic is not None:
        places += [table.periodic.field, table.periodic.unchanged]
    days = [item.version_by for item in tables if table.name in (item.name, item.parent)]
    dated = (name for name, spelled in _spellings(table).items() if _stand(spelled, days))
    return frozenset({name for name in places if name}.union(dated))
