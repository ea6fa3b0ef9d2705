"""Titles, hints and labels: from the models' own titles, else from our tables of words, else the key itself.

Nothing here lists kinds or parameters that must exist: what has no word yet appears under its own name.
"""

from __future__ import annotations

import re
from functools import cache

from pydantic import BaseModel

from app.scheme_book.cellform import Names, key_of
from app.scheme_book.words_models import KINDS, LABELS, SPECIAL, TITLES, special_of_types
from app.scheme_book.words_rules import RULE_WORDS
from validators.rules import kinds
from validators.rules.base import RuleBase

_CHINESE = re.compile("[\u4e00-\u9fff]")


@cache
def owners_of(model: type[BaseModel]) -> tuple[str, ...]:
    """How a model is called in the tables of words: its rule's kind, else its own name and those it is made from."""
    kind = next((kind for kind, rule in kinds().items() if rule is model), "")
    return (kind,) if kind else tuple(item.__name__ for item in model.__mro__ if issubclass(item, BaseModel))


@cache
def title_of(model: type[BaseModel], name: str) -> str:
    """The title of a parameter."""
    info = model.model_fields[name]
    key = key_of(name, info)
    if info.title:
        return info.title
    for owner in owners_of(model):
        own = RULE_WORDS.get(f"{owner}.{key}", ("", ""))[0] or TITLES.get(f"{owner}.{key}", "")
        if own:
            return own
    if issubclass(model, RuleBase) and name in RuleBase.model_fields:
        return TITLES.get(key, key)
    of_rules, of_all = RULE_WORDS.get(key, ("", ""))[0], TITLES.get(key, "")
    ours = model.__module__.startswith(("validators.scheme.", "app."))
    return (of_all or of_rules if ours else of_rules or of_all) or key


@cache
def hint_of(model: type[BaseModel], name: str) -> str:
    """What to write there, in Chinese where anybody wrote it so."""
    info = model.model_fields[name]
    key, said = key_of(name, info), info.description or ""
    if len(_CHINESE.findall(said)) * 3 > len(said):
        return said
    for word in (*(f"{owner}.{key}" for owner in owners_of(model)), key):
        if RULE_WORDS.get(word, ("", ""))[1]:
            return RULE_WORDS[word][1]
    return said


def label_of(value: str, values: tuple[str, ...]) -> str:
    """What an office calls a value of an enumeration."""
    words = SPECIAL.get(values) or special_of_types(values)
    return words.get(value) or LABELS.get(value, value)


def kind_title(kind: str) -> str:
    """The name of a kind of rule, as it stands on its tab."""
    return KINDS.get(kind, (kind, ""))[0]


def kind_about(kind: str) -> str:
    """What a kind of rule is for."""
    return KINDS.get(kind, ("", ""))[1]


NAMES = Names(title_of, label_of)
