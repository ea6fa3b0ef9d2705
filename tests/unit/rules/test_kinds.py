"""Rule kinds as a whole: found, named, and documented where an author meets them (editor, `scheme show`, reference)."""

from __future__ import annotations

import pytest

from validators.rules import kinds, parse_rule

DOCUMENTED = [
    "cadence",
    "closure",
    "consequence",
    "elapsed",
    "integrity",
    "lookup",
    "planned",
    "precondition",
    "rating",
    "required",
    "series",
    "stage_entry",
    "stale",
    "streak",
    "sync",
    "target",
    "tier",
    "unique",
    "worst",
]


@pytest.mark.parametrize("kind", DOCUMENTED)
def test_every_parameter_is_described(kind: str) -> None:
    model = kinds()[kind]
    assert model.__doc__
    blank = [name for name, info in model.model_fields.items() if name != "kind" and not info.description]
    assert not blank


def test_an_unknown_kind_is_told_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"可用的有.*elapsed"):
        parse_rule({"id": "X", "kind": "elapsd", "title": "x"})


@pytest.mark.parametrize("kind", DOCUMENTED)
def test_an_unknown_parameter_is_a_mistake(kind: str) -> None:
    """A typing error in a scheme must not pass in silence."""
    with pytest.raises(ValueError, match="deadlnie"):
        parse_rule({"id": "X", "kind": kind, "title": "x", "deadlnie": 3})


def test_the_same_kind_is_the_same_model_everywhere() -> None:
    assert all(model.model_fields["kind"].default == kind for kind, model in kinds().items())
