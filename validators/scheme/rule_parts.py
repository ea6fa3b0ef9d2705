"""What checks of single rules share: the scheme they stand in, and a walk over all parts of a rule with their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from validators.scheme.base import Model
from validators.scheme.source import Loc

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

Problem = tuple[Loc, str]
Maimed = Mapping[int, frozenset[str]]


class Wanted(str):
    """A message that something is not there. Of a rule of which something was taken out it is no mistake of its own."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What a rule is checked against. `lost`: names that went with other mistakes and are not missed here; `maimed`:
    rules of which something was taken out, by `id`, and by which keys of theirs."""

    scheme: Scheme
    lost: frozenset[str]
    maimed: Maimed


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


def placed(value: Any, text: str, loc: Loc = ()) -> Iterator[Loc]:
    """Where a text stands in a rule."""
    if isinstance(value, str):
        if value == text:
            yield loc
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from placed(item, text, (*loc, position))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from placed(item, text, (*loc, str(key)))
    elif isinstance(value, Model):
        fields = type(value).model_fields
        for name, item in vars(value).items():
            yield from placed(item, text, (*loc, fields[name].alias or name))
