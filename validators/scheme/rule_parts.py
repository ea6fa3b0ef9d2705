"""What checks of single rules share: the scheme they stand in, and a walk over all parts of a rule with their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from validators.scheme.base import Model
from validators.scheme.source import Loc

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

Problem = tuple[Loc, str]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a rule is checked against. `lost`: names that went with other mistakes and are not missed here."""

    scheme: Scheme
    lost: frozenset[str]


def parts(model: Model, loc: Loc = ()) -> Iterator[tuple[Loc, Model]]:
    """The model itself and every model in it, with the keys as they are written in the file."""
    yield loc, model
    fields = type(model).model_fields
    for name, value in vars(model).items():
        if isinstance(value, Model | tuple | dict) and value:
            yield from _inside(value, (*loc, fields[name].alias or name))


def _inside(value: Any, loc: Loc) -> Iterator[tuple[Loc, Model]]:
    if isinstance(value, Model):
        yield from parts(value, loc)
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _inside(item, (*loc, position))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _inside(item, (*loc, str(key)))
