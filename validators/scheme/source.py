"""YAML of a scheme as plain data that still knows where each piece stood: file and line travel with the containers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

Loc = tuple[str | int, ...]
LIMIT = 4_000_000  # bytes; a scheme is written by hand, a bigger file is a mistake
DEEPEST = 40
MOST = 400_000  # pieces; anchors can make a small file endless

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)$")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$")
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True, order=True)
class SchemeError:
    """One mistake in a scheme: file, 1-based line (0 = the file as a whole), place in the data, what to do."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}  {self.path}：{self.message}" if self.path else f"{place}  {self.message}"


class SchemeErrors(Exception):
    """All mistakes of a scheme at once, in the order of files and lines."""

    def __init__(self, errors: Sequence[SchemeError]) -> None:
        self.errors: list[SchemeError] = sorted(set(errors))
        super().__init__(f"方案有{len(self.errors)}处要改：\n" + "\n".join(str(item) for item in self.errors))


class MarkedMap(dict[str, Any]):
    """A mapping with the place of each key."""

    file: str = ""
    line: int = 0
    key_lines: dict[str, int]
    origins: dict[str, str]  # key → file, where mappings of several files were joined

    def mark(self, file: str, line: int) -> MarkedMap:
        self.file, self.line, self.key_lines, self.origins = file, line, {}, {}
        return self

    def spot(self, key: str) -> tuple[str, int]:
        return self.origins.get(key, self.file), self.key_lines.get(key, self.line)

    def absorb(self, key: str, value: Any, file: str, line: int) -> None:
        self[key] = value
        self.key_lines[key], self.origins[key] = line, file


class MarkedList(list[Any]):
    """A list with the place of each item, and which one of its file's list it is, whatever was taken out before it."""

    file: str = ""
    line: int = 0
    spots: list[tuple[str, int]]
    numbers: list[int]

    def mark(self, file: str, line: int) -> MarkedList:
        self.file, self.line, self.spots, self.numbers = file, line, [], []
        return self

    def absorb(self, value: Any, file: str, line: int, number: int = 0) -> None:
        self.append(value)
        self.spots.append((file, line))
        self.numbers.append(number or len(self))

    def drop(self, position: int) -> None:
        del self[position], self.spots[position], self.numbers[position]


def locate(data: Any, loc: Loc) -> tuple[str, int]:
    """File and line of the deepest known piece on the way to `loc`."""
    file, line = getattr(data, "file", ""), getattr(data, "line", 0)
    for step in loc:
        if isinstance(data, MarkedMap) and isinstance(step, str) and step in data:
            file, line = data.spot(step)
            data = data[step]
        elif isinstance(data, MarkedList) and isinstance(step, int) and step < len(data):
            file, line = data.spots[step]
            data = data[step]
        else:
            break
    return file, line


def describe(data: Any, loc: Loc) -> str:
    """`loc` in words a person finds again: tables[project].fields[sign_date].type."""
    words = ""
    for step in loc:
        if isinstance(step, int):
            number = data.numbers[step] if isinstance(data, MarkedList) and step < len(data) else step + 1
            data = data[step] if isinstance(data, list) and step < len(data) else None
            words += f"[{_called(data) or number}]"
        else:
            data = data.get(step) if isinstance(data, dict) else None
            words += f".{step}" if words else step
    return words


def _called(item: Any) -> str:
    if not isinstance(item, dict):
        return ""
    return next((str(item[key]) for key in ("id", "name", "code", "value") if isinstance(item.get(key), str)), "")


def read_yaml(path: Path, shown: str) -> tuple[Any, list[SchemeError]]:
    """The data of one file (None when it cannot be read at all) and the mistakes of its notation.

    Only plain values: no anchors' tricks, no dates made from text, no yes/no read as booleans; decimals are exact.
    """
    try:
        if path.stat().st_size > LIMIT:
            return None, [SchemeError(shown, 0, "", "文件太大，方案文件不应超过4兆")]
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as problem:
        return None, [SchemeError(shown, 0, "", f"打不开：{problem.strerror}")]
    except UnicodeDecodeError:
        return None, [SchemeError(shown, 0, "", "不是UTF-8编码，请在编辑器里另存为UTF-8")]
    except RecursionError:
        return None, [SchemeError(shown, 0, "", "嵌套太深")]
    except yaml.MarkedYAMLError as problem:
        return None, [SchemeError(shown, _line(problem), "", _notation(problem))]
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        return None, [SchemeError(shown, line, "", "这一行有看不见的控制字符，请删掉重新输入")]
    if node is None:
        return MarkedMap().mark(shown, 1), []
    builder = _Builder(shown)
    return builder.build(node, (), 0), builder.errors


def _line(problem: yaml.MarkedYAMLError) -> int:
    """Where to look: of a quotation mark or a bracket without its end, the place where it begins."""
    open_ended = "unexpected end" in (problem.problem or "") or "stream end" in (problem.problem or "")
    mark = (problem.context_mark if open_ended else None) or problem.problem_mark or problem.context_mark
    return mark.line + 1 if mark else 0


def _notation(problem: yaml.MarkedYAMLError) -> str:
    what = problem.problem or ""
    if "tab" in what or "\\t" in what:
        return "缩进用了制表符，请改成空格"
    if "mapping values are not allowed" in what:
        return "多了一个冒号，或者缩进不齐；含冒号的文字请加引号"
    if "undefined alias" in what:
        return "用了没有定义的别名（*）；以 * 或 & 开头的文字请加引号"
    if "cannot start any token" in what:
        return "这个符号不能作开头（如 @ 和 `），请给文字加引号"
    if "expected ',' or" in what:
        return "方括号或花括号里少了逗号，或者没有收尾；里面的文字带逗号、{ } 的，请加引号"
    if "expected <block end>" in what:
        return "缩进不齐，或者引号后面还有字；请与上一行同一级的内容对齐，引号括住整段文字"
    if "unexpected end of stream" in what:
        return "这里开头的引号没有收尾，请补上另一个引号"
    if "another document" in what:
        return "一个文件只能有一份内容，请删掉 --- 这一行"
    if "expected ':'" in what or "<document start>" in what:
        return "这一行不是“键: 值”；冒号要用英文的，后面空一格"
    return f"这一行附近的写法读不懂，请对照上下行的缩进、冒号、引号和括号（{what}）"


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.errors: list[SchemeError] = []
        self.pieces = 0

    def build(self, node: yaml.Node, loc: Loc, depth: int) -> Any:
        line = node.start_mark.line + 1
        self.pieces += 1
        if depth > DEEPEST or self.pieces > MOST:
            if not self.errors or self.errors[-1].message != "嵌套太深或内容太多":
                self._complain(line, (), "嵌套太深或内容太多")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc, line, depth)
        if isinstance(node, yaml.SequenceNode):
            items = MarkedList().mark(self.file, line)
            for position, child in enumerate(node.value):
                value = self.build(child, (*loc, position), depth + 1)
                items.absorb(value, self.file, child.start_mark.line + 1)
            return items
        return scalar_value(node)

    def _mapping(self, node: yaml.MappingNode, loc: Loc, line: int, depth: int) -> MarkedMap:
        found = MarkedMap().mark(self.file, line)
        for key_node, child in node.value:
            key_line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._complain(key_line, loc, "键只能是文字")
                continue
            key = str(key_node.value)
            if key in found:
                self._complain(key_line, (*loc, key), f"“{key}”写了两次（第{found.key_lines[key]}行已有），请合成一处")
                continue
            found.absorb(key, self.build(child, (*loc, key), depth + 1), self.file, key_line)
        return found

    def _complain(self, line: int, loc: Loc, message: str) -> None:
        self.errors.append(SchemeError(self.file, line, describe(None, loc), message))


def scalar_value(node: yaml.Node) -> Any:
    """The plain value of a scalar: text, whole number, Decimal, true/false or None."""
    text = str(node.value)
    if not isinstance(node, yaml.ScalarNode) or node.style is not None:
        return text
    if text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    if _INTEGER.match(text) and len(text) < 16:  # codes of many digits stay text: 18 digits never become a number
        return int(text)
    return Decimal(text) if _DECIMAL.match(text) else text


def walk(data: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    """Every piece of the data with its place, containers before what they hold."""
    yield loc, data
    if isinstance(data, dict):
        for key, value in data.items():
            yield from walk(value, (*loc, key))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from walk(value, (*loc, position))
