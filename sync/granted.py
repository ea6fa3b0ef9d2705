"""Extensions of single nodes: what was granted to a row, put beside its facts wherever it is judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sync.parts import Parts
from sync.store.base import StoredRecord
from validators.rules.context import GONE
from validators.rules.granting import GRANTED

NodeGrants = Mapping[str, Mapping[str, Any]]  # record → rule → until, by, because


def node_grants(parts: Parts) -> NodeGrants:
    """All that stands; the last word counts. Nothing is asked for where no rule can be extended."""
    if not any(rule.extendable for rule in parts.scheme.rules):
        return {}
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for item in parts.store.rulings(parts.scheme.id, kind="extension"):
        if item.record and not item.period and item.until is not None:
            found[item.record][item.rule] = {"until": item.until.isoformat(), "by": item.by, "because": item.why}
    return dict(found)


def known_of(item: StoredRecord, grants: NodeGrants) -> dict[str, Any]:
    """The facts of a record with what was granted to it, and whether its row is gone from the book."""
    own = grants.get(item.id)
    known = {**item.facts, GRANTED: own} if own else item.facts
    return known if item.state == "live" else {**known, GONE: True}
