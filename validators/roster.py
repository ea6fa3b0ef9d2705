"""Which units there were on a day: as the roster says, else by the scheme's `valid_from` and `valid_to`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from validators.facts import Facts, Membership
from validators.obligations import by_unit

if TYPE_CHECKING:
    from validators.scheme.models import Scheme


_ONE_DAY = timedelta(days=1)


class Roster:
    """The times of all units of a scheme; a unit may leave and come back."""

    def __init__(self, members: Mapping[str, Sequence[Membership]]) -> None:
        self.members = members

    @classmethod
    def of(cls, scheme: Scheme, facts: Facts) -> Roster:
        known = by_unit(facts.roster)
        own = ((unit.code, Membership(unit.code, unit.valid_from, unit.valid_to)) for unit in scheme.units)
        return cls({code: known.get(code) or [member] for code, member in own})

    def on(self, day: date) -> list[str]:
        """Codes of the units there are on a day, in the order of the scheme."""
        return [code for code, members in self.members.items() if any(_holds(item, day) for item in members)]

    def turn(self, today: date) -> date | None:
        """The next day on which a unit comes or is gone."""
        everybody = [item for members in self.members.values() for item in members]
        days = [item.since for item in everybody if item.since is not None]
        days += [item.until + _ONE_DAY for item in everybody if item.until is not None and item.until < date.max]
        return min((day for day in days if day > today), default=None)


def _holds(item: Membership, day: date) -> bool:
    return (item.since or date.min) <= day <= (item.until or date.max)
