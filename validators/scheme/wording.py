"""What pydantic found wrong in a scheme, said in Chinese with what to write instead."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from validators.scheme.source import Loc

_LEAST = 0.5
_TYPED = frozenset({"string_type", "int_type", "int_parsing", "list_type", "tuple_type", "model_type", "value_error"})
_DURATION = re.compile(r"\s*(\d+)\s*(个?工作日|个?月|日|天|周|年)\s*")
_UNITS = {"天": "日", "个月": "月", "个工作日": "工作日"}

_KINDS: dict[str, str] = {
    "string_type": "这里要文字",
    "string_sub_type": "这里要文字",
    "int_type": "这里要整数",
    "int_parsing": "这里要整数",
    "int_from_float": "这里要整数",
    "float_type": "这里要数字",
    "float_parsing": "这里要数字",
    "decimal_type": "这里要数字",
    "decimal_parsing": "这里要数字",
    "bool_type": "这里要 true 或 false",
    "bool_parsing": "这里要 true 或 false",
    "tuple_type": "这里要列表，一行一个，以 - 开头，或写成 [甲, 乙]",
    "list_type": "这里要列表，一行一个，以 - 开头，或写成 [甲, 乙]",
    "set_type": "这里要列表，一行一个，以 - 开头，或写成 [甲, 乙]",
    "frozen_set_type": "这里要列表，一行一个，以 - 开头，或写成 [甲, 乙]",
    "dict_type": "这里要“键: 值”的形式",
    "model_type": "这里要“键: 值”的形式",
    "model_attributes_type": "这里要“键: 值”的形式",
    "date_type": "这里要日期，如2025-03-15",
    "date_parsing": "这里要日期，如2025-03-15",
    "date_from_datetime_parsing": "这里要日期，如2025-03-15",
    "date_from_datetime_inexact": "这里要日期，如2025-03-15",
}


def nearest(word: str, known: Iterable[str]) -> str:
    """“；是不是“…”？” with the most similar known word, or nothing."""
    found = near(str(word), known)
    return f"；是不是“{'”或“'.join(found)}”？" if found else ""


def near(word: str, known: Iterable[str], most: int = 2) -> list[str]:
    """The known words that were most likely meant, the likeliest first: of one that is the beginning of others those,
    else what is written most alike. Where many are alike equally little, none: any of them would be a guess."""
    words = list(dict.fromkeys(item for item in known if item))
    if begun := [item for item in words if len(word) > 2 and item.startswith(f"{word}_")]:
        return begun[:most]
    enough = 0.6 if word.isascii() else _LEAST  # two signs of which one is wrong are half alike
    likeness = {item: _alike(word, item) for item in words}
    best = max(likeness.values(), default=0.0)
    if best < enough:
        return []
    found = sorted(item for item in words if likeness[item] == best)
    return found if len(found) <= most else []


def _alike(word: str, other: str) -> float:
    """How alike two words are, 0 to 1; not reckoned out where they cannot be alike enough."""
    matcher = difflib.SequenceMatcher(None, other, word)
    if matcher.real_quick_ratio() < _LEAST or matcher.quick_ratio() < _LEAST:
        return 0.0
    return 1.0 if word.casefold() == other.casefold() else matcher.ratio()


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether a text names one of the words, each as a whole: Y-1 is not in Y-13."""
    return any(word in text and re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) for word in words if word)


def listed(known: Iterable[str], most: int = 12) -> str:
    """“可用的有甲、乙” for a message, cut short when there are many."""
    words = list(known)
    return "、".join(words[:most]) + ("…" if len(words) > most else "")


def mentions_key(text: str, keys: Iterable[str]) -> bool:
    """Whether a sentence speaks of one of the keys of a file: 要写 last（最后一天）."""
    return any(re.search(rf"(?<![A-Za-z0-9_]){re.escape(key)}(?![A-Za-z0-9_])", text) for key in keys)


def data_loc(data: Any, loc: Iterable[str | int], kind: str = "") -> Loc:
    """pydantic's place without its own words for branches of a union, as far as the data goes."""
    return _branched(data, tuple(loc), kind)[0]


def _branched(data: Any, loc: Loc, kind: str) -> tuple[Loc, tuple[Loc, str]]:
    """The place in the data; and of the first union on the way where it stands and the branch that was tried."""
    steps: list[str | int] = []
    branch: tuple[Loc, str] = ((), "")
    for at, step in enumerate(loc):
        if _has(data, step):
            data = data[step]
        elif isinstance(step, str) and (not isinstance(data, Mapping) or (at < len(loc) - 1 or kind in _TYPED)):
            branch = branch if branch[1] else (tuple(steps), step)
            continue  # a union branch such as "str", "list[str]" or a model's name
        else:
            steps.append(step)
            break
        steps.append(step)
    return tuple(steps), branch


def in_data(data: Any, errors: Iterable[ErrorDetails]) -> list[tuple[Loc, ErrorDetails]]:
    """Each mistake with its place in the data; of a value that may be one of several things, those of the likeliest: of
    a group of keys a model's, the one that has fewest."""
    placed = [(*_branched(data, item["loc"], item["type"]), item) for item in errors]
    tried: dict[Loc, dict[str, int]] = {}
    for loc, (base, name), _ in placed:
        if name:
            counts = tried.setdefault(base, {})
            counts[name] = counts.get(name, 0) + (1 if loc != base else 100)  # of the value as a whole: not this kind
    likeliest = {base: min(counts, key=lambda name: counts[name]) for base, counts in tried.items()}
    return [(loc, item) for loc, (base, name), item in placed if not name or likeliest[base] == name]


def _has(data: Any, step: str | int) -> bool:
    return step in data if isinstance(data, Mapping) else isinstance(data, list) and step in range(len(data))


def sentence(error: ErrorDetails, model: type[BaseModel], chinese: bool = False) -> str:
    """One mistake as a person reads it: what stands there, what is wanted. `chinese`: without descriptions in English, which
    parameters of rules have."""
    kind, given = error["type"], _shown(error.get("input"))
    key = str(error["loc"][-1]) if error["loc"] else ""
    owner = model_at(model, error["loc"][:-1])
    if kind == "extra_forbidden" and _torn(key, error.get("input")):
        return (
            f"“{key}”像是被逗号切下来的半句话；带逗号的条件、算式、区间要整个加引号，如 '天数(甲, 乙) > 30'、'[0, 10)'"
        )
    if kind == "extra_forbidden":
        known = owner.model_fields if owner else {}
        return f"不认识“{key}”{nearest(key, known) or '；可以写的有' + listed(known, 30) if known else ''}"
    if kind == "missing":
        return f"少了“{key}”{_meaning(owner, key, chinese)}"
    if kind in ("literal_error", "enum"):
        allowed = _allowed(error)
        return f"“{given}”不在可选的范围里{nearest(given, allowed) or '；'}可以写{listed(allowed, 40)}"
    if kind == "string_pattern_mismatch":
        return f"“{given}”只能用小写英文字母、数字和下划线，字母开头"
    if kind in ("value_error", "assertion_error"):
        return str(error.get("ctx", {}).get("error", "")) or error["msg"]
    wanted = _KINDS.get(kind)
    if kind == "int_parsing" and (meant := only_number(given)):
        return f"{wanted}；现在写的是“{given}”，{meant}"
    return f"{wanted}；现在写的是“{given}”" if wanted else _bounds(error, given)


def only_number(text: str) -> str:
    """What to write instead of a length of time where its number and its unit stand apart; "" for anything else."""
    found = _DURATION.fullmatch(text)
    return f"这里只写 {found[1]}，单位写在 unit: {_UNITS.get(found[2], found[2])}" if found else ""


def _torn(key: str, value: Any) -> bool:
    """Whether an unknown key is the rest of a text without quotation marks: {when: 天数(甲, 乙) > 30}."""
    closed = sum(key.count(mark) for mark in ")）]】") - sum(key.count(mark) for mark in "(（[【")
    return value is None and (closed > 0 or "(" in key or "（" in key)


def _bounds(error: ErrorDetails, given: str) -> str:
    limits = {"greater_than_equal": ("ge", "不小于"), "greater_than": ("gt", "大于")} | {
        "less_than_equal": ("le", "不大于"),
        "less_than": ("lt", "小于"),
        "too_short": ("min_length", "个数不少于"),
        "string_too_short": ("min_length", "字数不少于"),
        "too_long": ("max_length", "个数不多于"),
        "string_too_long": ("max_length", "字数不多于"),
    }
    if error["type"] in limits:
        name, word = limits[error["type"]]
        return f"应{word}{error.get('ctx', {}).get(name)}；现在写的是“{given}”"
    return f"“{given}”不对"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping | list | tuple):
        return "一组内容"
    return "空" if value is None else str(value)[:60]


def _allowed(error: ErrorDetails) -> list[str]:
    text = str(error.get("ctx", {}).get("expected", ""))
    return [word for item in text.replace(" or ", ", ").split(",") if (word := item.strip().strip("'"))]


def _meaning(owner: type[BaseModel] | None, key: str, chinese: bool) -> str:
    info = owner.model_fields.get(key) if owner else None
    told = info.description if info is not None else None
    return f"（{told}）" if told and not (chinese and told[0].isascii()) else ""


def model_at(model: type[BaseModel] | None, loc: Iterable[str | int]) -> type[BaseModel] | None:
    """The model that describes the mapping at `loc`, None where there is none."""
    current: Any = model
    for step in loc:
        if branch := _branch(current, str(step)):
            current = branch
            continue
        current = _model_in(current)
        if isinstance(current, type) and issubclass(current, BaseModel):
            info = next((item for name, item in current.model_fields.items() if step in (name, item.alias)), None)
            current = info.annotation if info is not None else None
        elif get_origin(current) in (tuple, list, frozenset, dict):
            current = next((item for item in get_args(current)[::-1] if item is not Ellipsis), None)
    current = _model_in(current)
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _branch(annotation: Any, step: str) -> Any:
    """The model of a union that one of pydantic's own words for its branches means: Among, function-after[…, Pick]."""
    if get_origin(annotation) not in (Union, types.UnionType):
        return None
    models = [item for item in get_args(annotation) if isinstance(item, type) and issubclass(item, BaseModel)]
    return next((item for item in models if re.search(rf"\b{item.__name__}\]?$", step)), None)


def _model_in(annotation: Any) -> Any:
    """The one model of an optional or annotated type; other types as they are."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _model_in(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        parts = [item for item in get_args(annotation) if item is not type(None) and get_origin(item) is not Literal]
        return next((item for item in parts if isinstance(item, type) and issubclass(item, BaseModel)), parts[0])
    return annotation
