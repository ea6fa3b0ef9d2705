"""Rule kinds: one module per kind, each with its parameters as a model and one compiled judgement.

Modules are found by looking into this package, and only when first asked for, so that a module of this package may
be imported from below (expressions know `TypedRow`) without pulling in every kind.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from pydantic import ValidationError

from validators.rules.base import RuleBase


@lru_cache(maxsize=1)
def kinds() -> dict[str, type[RuleBase]]:
    """Kind → model, for every `RuleBase` of this package that fixes its `kind`."""
    found: dict[str, type[RuleBase]] = {}
    for module in sorted(item.name for item in iter_modules(__path__)):
        for thing in vars(import_module(f"{__name__}.{module}")).values():
            if isinstance(thing, type) and issubclass(thing, RuleBase):
                kind = thing.model_fields["kind"].default
                if isinstance(kind, str):
                    found[kind] = thing
    return found


def __getattr__(name: str) -> Any:
    if name == "KINDS":
        return kinds()
    raise AttributeError(name)


def parse_rule(data: dict[str, Any]) -> RuleBase:
    """The rule model for a mapping as written in a scheme. ValueError names an unknown kind;
    pydantic.ValidationError lists wrong parameters."""
    kind = data.get("kind", "")
    model = kinds().get(str(kind))
    if model is None:
        known = "、".join(sorted(kinds()))
        raise ValueError(f"规则 {data.get('id', '?')}：没有“{kind}”这种规则；可用的有 {known}")
    return model.model_validate(data)


__all__ = ["RuleBase", "ValidationError", "kinds", "parse_rule"]
