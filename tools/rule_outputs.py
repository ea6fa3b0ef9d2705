"""What each kind of rule can say, read from its source: status codes, of whom it speaks, flags, findings.

Followed are the names that a rule's model uses, through the modules of the engine. What is only compared with, and what
stands as a key, is no answer of the rule. A test holds the result against what the rules of real schemes have said.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

from validators.rules import codes, kinds
from validators.rules.base import RuleBase

SUBJECTS = {
    "record": "行", "unit": "单位", "participant": "企业和人员", "scheme": "整个方案", "target": "目标",
    "obligation": "填报任务", "reconciliation": "比对结果",
}  # fmt: skip

_Top = dict[str, ast.AST]


@cache
def _module(name: str) -> tuple[_Top, dict[str, tuple[str, str]]]:
    """Definitions at the top of a module of the engine, and names it has from other such modules."""
    spec = find_spec(name)
    tree = ast.parse(Path(str(spec.origin)).read_text("utf-8")) if spec is not None else ast.parse("")
    tops: _Top = {}
    borrowed: dict[str, tuple[str, str]] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            tops[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            tops |= {item.id: node.value for item in targets if isinstance(item, ast.Name)}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("validators."):
            borrowed |= {item.asname or item.name: (str(node.module), item.name) for item in node.names}
    return tops, borrowed


def _spoken(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes below one, without annotations, comparisons and keys: a code that is looked for is not one that is given."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "keys") or isinstance(node, ast.Compare):
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                yield part
                yield from _spoken(part)


def outputs(model: type[RuleBase]) -> tuple[list[str], set[str], bool, bool]:
    """Status codes, kinds of subjects, whether flags and whether findings can come of a kind of rule."""
    chosen = [get_args(info.annotation) for info in model.model_fields.values()]  # late: overdue or should_have_started
    found = {item for options in chosen if all(item in codes.WORDS for item in options) for item in options}
    subjects: set[str] = set() if model.compile is RuleBase.compile else {"record"}
    made: set[str] = set()
    waiting, seen = [(model.__module__, model.__name__)], set()
    while waiting:
        module, name = place = waiting.pop()
        tops, borrowed = _module(module)
        if place in seen or name not in tops:
            continue
        seen.add(place)
        for node in _spoken(tops[name]):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "codes":
                found.add(str(getattr(codes, node.attr, "")))
            elif isinstance(node, ast.Call):
                made.add(getattr(node.func, "id", ""))
                subjects |= _subjects(node, tops[name])
            elif isinstance(node, ast.Name):
                waiting.append(borrowed.get(node.id, (module, node.id)))
    return [code for code in codes.WORDS if code in found], subjects, "Flag" in made, "Finding" in made


def _subjects(call: ast.Call, around: ast.AST) -> set[str]:
    """Of whom a call that makes a verdict speaks: its first argument, or what was put into it before."""
    named = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if not named.lower().endswith("verdict") or not call.args:
        return set()
    parts: list[ast.AST] = [call.args[0]]
    if isinstance(call.args[0], ast.Name):
        wanted = ast.unparse(call.args[0])
        parts = [n.value for n in ast.walk(around) if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == wanted]
    return {str(c.value) for part in parts for c in ast.walk(part) if isinstance(c, ast.Constant)} & set(SUBJECTS)


SAYS = Path(__file__).parents[1] / "validators/rules/says.py"


def says() -> str:
    """The module that tells the engine which statuses each kind of rule gives."""
    lines = [
        '"""Which statuses each kind of rule can give. Made by tools/rule_outputs.py; not edited by hand."""',
        "",
        "from __future__ import annotations",
        "",
        "SAYS: dict[str, tuple[str, ...]] = {",
    ]
    for kind, model in sorted(kinds().items()):
        found = outputs(model)[0]
        lines.append(f'    "{kind}": ({" ".join(f"{code!r},".replace(chr(39), chr(34)) for code in found)}),')
    return "\n".join([*lines, "}  # fmt: skip", ""])


if __name__ == "__main__":
    SAYS.write_text(says(), "utf-8")
