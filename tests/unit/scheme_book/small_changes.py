"""Small changes of a scheme's files as an officer makes them: a limit, a target, a drop-down value, a field required or
in another unit, lead days, a reporting unit, a sentence. Chosen by a seed; what does not check clean is not offered."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from validators.rules import parse_rule
from validators.scheme.check import check
from validators.scheme.models import Scheme

Data = dict[str, Any]
_SPANS = ("日", "工作日", "周", "月")


def changed(scheme: Scheme, rng: random.Random, kinds: list[str]) -> tuple[Scheme, list[str]]:
    """The scheme with one change of each kind (keys of KINDS) for which one was found; and what was changed."""
    told: list[str] = []
    data: Data = _lists(scheme.model_dump(by_alias=True))
    assert _checked(data) == scheme
    for kind in kinds:
        for _ in range(12):
            trial = copy.deepcopy(data)
            if (said := KINDS[kind](trial, rng)) and (found := _checked(trial)) is not None:
                scheme, data = found, trial
                told.append(said)
                break
    return scheme, told


def _checked(data: Data) -> Scheme | None:
    try:
        rules = tuple(parse_rule(item) for item in data["rules"])
        found = Scheme.model_validate({**data, "rules": rules})
    except ValidationError:
        return None
    return None if any(check(found)) else found


def _lists(part: Any) -> Any:
    """Tuples as lists, so that they can be changed."""
    if isinstance(part, Mapping):
        return {key: _lists(value) for key, value in part.items()}
    return [_lists(item) for item in part] if isinstance(part, (list, tuple)) else part


def _within(part: Any) -> Iterator[Data]:
    """Every mapping at any depth."""
    if isinstance(part, dict):
        yield part
    for child in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _within(child)


def _limit(data: Data, rng: random.Random) -> str:
    """A span, also in a rule's cases, with its measure; a lead of a rule of its own."""
    rule = rng.choice(data["rules"])
    parts = [part for part in _within(rule) if isinstance(part.get("n"), int)] or [
        part for part in _within(rule) if "n" in part
    ]
    if not parts:
        return ""
    part = rng.choice(parts)
    if rng.random() < 0.3 and part.get("unit") in _SPANS:
        part["unit"] = rng.choice([span for span in _SPANS if span != part["unit"]])
        return f"{rule['id']} unit={part['unit']}"
    part["n"] = rng.choice([0, 1, 2, 3, 10, 400, None])
    return f"{rule['id']} n={part['n']}"


def _target(data: Data, rng: random.Random) -> str:
    """A goal, a least number, a share: any figure that a rule is held against."""
    keys = ("goal", "at_least", "low", "high", "least", "most", "share", "count", "times")
    found = [(r["id"], p, k) for r in data["rules"] for p in _within(r) for k in keys if k in p]
    found = [item for item in found if not isinstance(item[1][item[2]], (list, dict))]
    if not found:
        return ""
    rule, part, key = rng.choice(found)
    part[key] = rng.choice([None, "0", "1", "5", "80", "10000"])
    return f"{rule} {key}={part[key]}"


def _choice(data: Data, rng: random.Random) -> str:
    """A drop-down value gone, renamed with or without its old name as alias, or added."""
    choices = data["choices"]
    name = rng.choice(sorted(choices))
    values = choices[name]
    at = rng.randrange(len(values))
    item = values[at]
    what = rng.choice(["gone", "renamed", "known", "added"])
    if what == "gone":
        del values[at]
    elif what == "added":
        values.append({"value": "别的一类"})
    else:
        aliases = [*item["aliases"], *([item["value"]] if what == "known" else [])]
        values[at] = {**item, "value": f"{item['value']}甲", "aliases": aliases}
    return f"{name} {item['value']} {what}"


def _required(data: Data, rng: random.Random) -> str:
    table = rng.choice(data["tables"])
    part = rng.choice(table["fields"])
    part["required"] = not part["required"]
    return f"{table['name']}.{part['name']} required={part['required']}"


def _measure(data: Data, rng: random.Random) -> str:
    """The unit in which a column's bare figures are."""
    swaps = {"万元": "亿元", "亿元": "万元", "亩": "平方米", "平方米": "亩"}
    found = [(t, f) for t in data["tables"] for f in t["fields"] if f.get("unit") in swaps]
    if not found:
        return ""
    table, part = rng.choice(found)
    part["unit"] = swaps[part["unit"]]
    return f"{table['name']}.{part['name']} unit={part['unit']}"


def _lead(data: Data, rng: random.Random) -> str:
    leads = data["conventions"]["leads"]
    own = [part for rule in data["rules"] for part in _within(rule) if isinstance(part.get("lead"), int)]
    if own and (not leads or rng.random() < 0.4):
        part = rng.choice(own)
        part["lead"] = rng.choice([0, 1, 15, 60])
        return f"lead={part['lead']}"
    if not leads:
        return ""
    kind = rng.choice(sorted(leads))
    leads[kind] = rng.choice([0, 1, 15, 60])
    return f"leads {kind}={leads[kind]}"


def _unit(data: Data, rng: random.Random) -> str:
    """A reporting unit renamed, ended, added or taken out."""
    units = data["units"]
    at = rng.randrange(len(units))
    what = rng.choice(["renamed", "ended", "added", "gone"])
    name = units[at]["name"]
    if what == "renamed":
        units[at] = {**units[at], "name": f"新{name}", "aliases": [*units[at]["aliases"], name]}
    elif what == "ended":
        units[at]["valid_to"] = "2025-06-30"
    elif what == "added":
        units.append({**units[at], "code": "990", "name": "新设乡", "aliases": []})
    else:
        del units[at]
    return f"{name} {what}"


def _sentence(data: Data, rng: random.Random) -> str:
    rule = rng.choice([item for item in data["rules"] if item.get("sentence")])
    rule["sentence"] = f"{rule['sentence']}，请抓紧"
    return f"{rule['id']} sentence"


KINDS: dict[str, Callable[[Data, random.Random], str]] = {
    "limit": _limit,
    "target": _target,
    "choice": _choice,
    "required": _required,
    "measure": _measure,
    "lead": _lead,
    "unit": _unit,
    "sentence": _sentence,
}
