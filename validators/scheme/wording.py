"""What pydantic found wrong in a scheme, said in Chinese with what to write instead."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from validators.scheme.source import Loc

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
    found = difflib.get_close_matches(str(word), [item for item in known if item], n=1, cutoff=0.5)
    return f"；是不是“{found[0]}”？" if found else ""


def listed(known: Iterable[str], most: int = 12) -> str:
    """“可用的有甲、乙” for a message, cut short when there are many."""
    words = list(known)
    return "、".join(words[:most]) + ("…" if len(words) > most else "")


def data_loc(data: Any, loc: Iterable[str | int]) -> Loc:
    """pydantic's place without its own words for branches of a union, as far as the data goes."""
    steps: list[str | int] = []
    for step in loc:
        if _has(data, step):
            data = data[step]
        elif isinstance(step, str) and not isinstance(data, Mapping):
            continue  # a union branch such as "str" or "list[str]"
        else:
            steps.append(step)
            break
        steps.append(step)
    return tuple(steps)


def _has(data: Any, step: str | int) -> bool:
    return step in data if isinstance(data, Mapping) else isinstance(data, list) and step in range(len(data))


def sentence(error: ErrorDetails, model: type[BaseModel]) -> str:
    """One mistake as a person reads it: what stands there, what is wanted."""
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
        return f"少了“{key}”{_meaning(owner, key)}"
    if kind == "literal_error":
        allowed = _allowed(error)
        return f"“{given}”不在可选的范围里{nearest(given, allowed) or ''}；可以写{listed(allowed, 40)}"
    if kind == "string_pattern_mismatch":
        return f"“{given}”只能用小写英文字母、数字和下划线，字母开头"
    if kind in ("value_error", "assertion_error"):
        return str(error.get("ctx", {}).get("error", "")) or error["msg"]
    wanted = _KINDS.get(kind)
    return f"{wanted}；现在写的是“{given}”" if wanted else _bounds(error, given)


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
    return f"“{given}”不对：{error['msg']}"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping | list | tuple):
        return "一组内容"
    return "空" if value is None else str(value)[:60]


def _allowed(error: ErrorDetails) -> list[str]:
    text = str(error.get("ctx", {}).get("expected", ""))
    return [word for item in text.replace(" or ", ", ").split(",") if (word := item.strip().strip("'"))]


def _meaning(owner: type[BaseModel] | None, key: str) -> str:
    info = owner.model_fields.get(key) if owner else None
    return f"（{info.description}）" if info is not None and info.description else ""


def model_at(model: type[BaseModel] | None, loc: Iterable[str | int]) -> type[BaseModel] | None:
    """The model that describes the mapping at `loc`, None where there is none."""
    current: Any = model
    for step in loc:
        if isinstance(current, type) and issubclass(current, BaseModel):
            info = current.model_fields.get(str(step))
            current = info.annotation if info is not None else None
        elif get_origin(current) in (tuple, list, frozenset, dict):
            current = next((item for item in get_args(current)[::-1] if item is not Ellipsis), None)
        current = _model_in(current) or current
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _model_in(annotation: Any) -> Any:
    """The one model of an optional or annotated type; other types as they are."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _model_in(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        parts = [item for item in get_args(annotation) if item is not type(None) and get_origin(item) is not Literal]
        return next((item for item in parts if isinstance(item, type) and issubclass(item, BaseModel)), parts[0])
    return annotation
