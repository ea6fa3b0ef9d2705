"""Checks of what rules take from each other: a rule that judges single rows cannot see what is found over many rows.

Such a value is put on a row only when the rules that span books are judged. Whoever names it before that would ask for it
for ever (待补条件), and nothing in the sheet would help.
"""

from __future__ import annotations

from collections.abc import Iterator

from validators.scheme.models import Scheme
from validators.scheme.source import Loc

Problem = tuple[Loc, str]


def check_order(scheme: Scheme) -> Iterator[Problem]:
    """Rules of single rows that name a value of a rule over many rows."""
    from validators.rules.order import says

    late = {rule.id: rule for rule in scheme.rules if rule.scope() == "shared"}
    made = {(rule.table, name): rule.id for rule in late.values() for name, _ in rule.derives()}
    early = {(rule.table, name) for rule in scheme.rules if rule.id not in late for name, _ in rule.derives()}
    parents = {table.name: table.parent for table in scheme.tables}
    for position, rule in enumerate(scheme.rules):
        if rule.id in late:
            continue
        seen = {rule.table, parents.get(rule.table, ""), *rule.children()} - {""}
        for (table, name), maker in made.items():
            if table in seen and (table, name) not in early and says(rule, [name]):
                told = f"“{name}”是规则“{maker}”看了各本簿子才有的，逐行判断的规则看不到；能用它的有目标、打分、排名、标识（consequence）这些跨行的规则"
                yield ("rules", position), told
