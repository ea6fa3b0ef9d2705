"""Codes and sentences are complete: every status has a word and a place in the order, every finding a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import validators.rules as package
from validators.messages.rules import RULE_MESSAGES, RULE_WANTED
from validators.rules import codes, kinds

SOURCES = "\n".join(path.read_text("utf-8") for path in Path(package.__path__[0]).glob("*.py"))
CODES = {value for name, value in vars(codes).items() if name.isupper() and isinstance(value, str)}


def test_every_code_has_a_word_and_one_place_in_the_order() -> None:
    assert set(codes.WORDS) == CODES
    assert sorted(codes.URGENCY) == sorted(CODES)
    assert codes.ADVERSE <= CODES


def test_every_finding_that_a_rule_names_has_a_sentence_and_says_what_is_wanted() -> None:
    named = set(re.findall(r'"(rule\.[a-z_]+)"', SOURCES))
    told = {f"rule.{code}" for code in (codes.NOT_COUNTED, codes.NOT_LISTED, codes.NO_KEY, codes.SUSPECTED)}
    assert "rule.behind" in named
    assert (named | told) - set(RULE_MESSAGES) == set()
    assert (named | told) - set(RULE_WANTED) == set()


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_says_what_it_is_for_and_what_its_parameters_mean(kind: str) -> None:
    model = kinds()[kind]
    assert len((model.__doc__ or "").strip()) > 40
    assert [name for name, field in model.model_fields.items() if name != "kind" and not field.description] == []
