"""Write docs/scheme-reference.md from the models of the scheme language: `python tools/scheme_reference.py`.

Every model and every kind of rule, with parameters, types, defaults and descriptions as the program has them; what a
kind can say is read from its source. Run it after a model or a rule has changed; a test compares the file.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from rule_outputs import SUBJECTS, outputs

from validators.expression_functions import FIRST, FUNCTIONS, PRESENCE
from validators.rules import codes, kinds
from validators.rules.base import RuleBase
from validators.scheme import models
from validators.scheme.check_taken import FIGURES
from validators.scheme.colours import DEFAULTS, GOOD, GREY, LATE, SOON
from validators.scheme.models import Conventions, Scheme

FILE = Path(__file__).resolve().parents[1] / "docs/scheme-reference.md"

# kind → what it is for, in the words of people who read policies
USES = {
    "bands": "一个数落在哪一档：进度差在 [-10, 0) 的亮黄灯",
    "cadence": "每周、每旬、每月、每季要报一次，或每个项目每期要有一条记录",
    "closure": "一件事从提出、办理、办结到核验销号，逾期按办结那天算",
    "consequence": "什么结果挂什么考核标识：落后 → 约谈",
    "elapsed": "从一个节点到另一个节点不超过多少天、月、工作日",
    "escalate": "逐级上报：建议提请调度；蓝单、黄单、红单；连续几期不好找谁",
    "excuse": "有正当理由并经认定的，不挂标识，记录在案",
    "horizon": "计划要排够：滚动三年、开工到竣工每月都有；计划不能太远",
    "integrity": "一行自己要说得通：节点先后、实际日期不在将来、几栏加起来对得上",
    "lights": "一个项目几盏灯合成一盏，几个黄灯按红灯",
    "lookup": "按行业、档位查出专班、牵头部门、期限",
    "membership": "在不在库：符合条件入库、申请增补、同意才退出",
    "planned": "计划日期与实际日期比；改过几次计划也看得到",
    "precondition": "做这一步之前，别的几步要先办好",
    "rank": "排名：分组、并列、免排，前几名、末几名各得什么",
    "rating": "人来评的结果：该评的评了没有，一期一个对象只有一个",
    "reach": "金额到多少算到：签约后6个月内到资25%",
    "reconcile": "两张表对一对：谁漏了、哪一栏不一样、代码重不重",
    "required": "到了某个阶段、某个条件、某一天，哪些栏、哪些行必须有",
    "score": "打分：基本分、加分、扣分、封顶、权重、人工分",
    "series": "同一个项目这一期和上一期比：累计数不减，和上期完全一样要说明",
    "stage_entry": "项目走到哪个阶段，按填了哪些栏判断",
    "stale": "多少天没有更新、没有动静",
    "streak": "连续几期同样的坏结果，挂标识，直到解除",
    "sync": "一件事发生了，另一件要同步办：开工后30日内签采购合同",
    "target": "到哪一天要有几个、多少万元、百分之几",
    "tier": "按金额分档；或不足多少不能入库",
    "total": "下级几行一共多少、有几次、最近一次是什么：累计到资、申请延期的次数",
    "unique": "同样的代码、名称不能有两个",
    "variance": "完成数比计划数、比序时进度差多少",
    "window": "固定的日子：方案的阶段、某日前要报备、某日前要做完",
    "worst": "下级几行里最要紧的一个状态，显示到上级这一行",
}
SAYS_OTHERS = {"worst": "下级行那条规则的状态"}
_COLOURS = {GOOD: "绿", SOON: "黄", LATE: "橙", GREY: "灰"}


# models ----------------------------------------------------------------------------------------------------------


def type_text(annotation: Any) -> str:
    """A type as an author writes it: 文字, 整数, 列表…, or the values one may choose from."""
    plain = {
        str: "文字", int: "整数", bool: "true/false", Any: "任意", type(None): "null", "Decimal": "数字", "date": "日期",
    }  # fmt: skip
    if annotation in plain:
        return plain[annotation]
    if isinstance(annotation, type) and annotation.__name__ in plain:
        return plain[annotation.__name__]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return "、".join(f"`{item}`" if item else "空" for item in inner)
    if origin in (Union, types.UnionType):
        return " 或 ".join(type_text(item) for item in inner)
    if origin in (tuple, list, frozenset):
        return f"列表：{type_text(inner[0])}"
    if origin is dict:
        return f"键: {type_text(inner[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{label(annotation)}](#{label(annotation).lower().replace('.', '')})"
    return "、".join(f"`{item.value}`" for item in annotation)  # an enumeration


def label(model: type[BaseModel]) -> str:
    """The name of a model; before it the kind of rule that it belongs to, as two kinds may have a `Step` each."""
    kind = next((kind for kind, rule in kinds().items() if rule.__module__ == model.__module__), "")
    return f"{kind}.{model.__name__}" if kind else model.__name__


def default_text(info: FieldInfo) -> str:
    value = info.get_default()
    if value is PydanticUndefined:
        return "**必填**"
    if value is None:
        return "null"
    if isinstance(value, BaseModel) or (value and isinstance(value, dict)):
        return "见下" if isinstance(value, BaseModel) else "见“约定的默认值”"
    if isinstance(value, tuple):
        return "见“反馈列”" if value and isinstance(value[0], BaseModel) else "、".join(map(str, value)) or "空"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "空" if value in ("", {}) else f"`{value}`"


def cell(text: str) -> str:
    """A text inside a table of Markdown: one line, no bars."""
    return " ".join(text.split()).replace("|", "\\|")


def parameters(model: type[BaseModel], leave: Iterable[str] = ()) -> Iterator[str]:
    """A table of the fields of a model."""
    yield "| 键 | 写什么 | 不写时 | 说明 |"
    yield "|---|---|---|---|"
    for name, info in model.model_fields.items():
        if name not in leave:
            row = (f"`{info.alias or name}`", type_text(info.annotation), default_text(info), info.description or "")
            yield "| " + " | ".join(map(cell, row)) + " |"


def prose(thing: Any) -> str:
    return inspect.cleandoc(thing.__doc__ or "")


def nested(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Models that the fields of a model lead to, in their order, each once."""
    found: dict[type[BaseModel], None] = {}

    def walk(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in found:
            found[annotation] = None
            for info in annotation.model_fields.values():
                walk(info.annotation)
        for part in get_args(annotation):
            walk(part)

    for info in model.model_fields.values():
        walk(info.annotation)
    return list(found)


# pages -----------------------------------------------------------------------------------------------------------


def rule_page(kind: str, model: type[RuleBase]) -> Iterator[str]:
    yield from (f"### 规则 {kind}", "", f"**{USES[kind]}。**", "", prose(import_module(model.__module__)), "")
    yield from (prose(model), "")
    yield from parameters(model, [name for name, info in RuleBase.model_fields.items() if _same(model, name, info)])
    said, subjects, flags, findings = outputs(model)
    words = "、".join(f"{codes.WORDS[code]}（`{code}`）" for code in said) or SAYS_OTHERS.get(kind, "不给状态")
    about = "、".join(word for key, word in SUBJECTS.items() if key in subjects)
    more = "".join(word for word, there in (("、考核标识", flags), ("、校验结果里的话", findings)) if there)
    yield from ("", f"可能给出：{words}{more}。说的是：{about}。")
    if kind in FIGURES:
        figures = "、".join(f"`{name}`（{title}）" for name, title in FIGURES[kind].items())
        yield f"别的规则用 `measure` 的 `pick` 能取的数：{figures}。"
    if model.clocked:
        yield "行终止以后显示“已终止”。"
    yield ""
    for item in nested(model):
        if item.__module__ == model.__module__:
            yield from (f"#### {label(item)}", "", prose(item), "", *parameters(item), "")


def _same(model: type[RuleBase], name: str, base: FieldInfo) -> bool:
    own = model.model_fields[name]
    return name == "kind" or (own.annotation == base.annotation and own.default == base.default)


def reference() -> str:
    """The whole file."""
    found = kinds()
    lines = [
        "# 方案参考",
        "",
        "这一页由程序里的模型生成（`python tools/scheme_reference.py`），不要手改。怎么从头写一个方案，看"
        "[方案怎么写](schemes.md)。",
        "说明照抄程序里的原话，每种规则自己的参数多半还是英文；状态、标识等给人看的词都是中文。编辑器补全用的 JSON Schema："
        "`tianbao scheme schema`。",
        "",
        "## 一、方案文件里可以写的",
        "",
    ]
    for model in (Scheme, *nested(Scheme)):
        lines += [f"### {label(model)}", "", prose(model), "", *parameters(model), ""]
    lines += _conventions()
    lines += ["## 二、规则", "", "| 种类 | 用在什么地方 |", "|---|---|"]
    lines += [f"| [`{kind}`](#规则-{kind}) | {USES[kind]} |" for kind in sorted(found)]
    lines += ["", "### 所有规则都有的", "", prose(RuleBase), "", *parameters(RuleBase), ""]
    lines += ["### 几种规则共用的", ""]
    for shared in dict.fromkeys(item for _, rule in sorted(found.items()) for item in nested(rule)):
        if "." not in label(shared):
            lines += [f"#### {label(shared)}", "", prose(shared), "", *parameters(shared), ""]
    for kind, rule in sorted(found.items()):
        lines += rule_page(kind, rule)
    lines += [*_statuses(), *_functions()]
    return "\n".join(lines).rstrip() + "\n"


def _conventions() -> Iterator[str]:
    yield from ("### 约定的默认值", "", "| 键 | 默认 |", "|---|---|")
    for name, info in Conventions.model_fields.items():
        value = info.get_default()
        if not isinstance(value, dict):
            continue
        text = "；".join(f"{k}: {'、'.join(v) if isinstance(v, tuple) else v}" for k, v in value.items())
        yield f"| `{name}` | {text or '空'} |"
    yield from ("", "### 反馈列", "", "| name | title | 位置 | 宽 | 隐藏 |", "|---|---|---|---|---|")
    for item in models.DEFAULT_ANSWERS:
        side = "左" if item.side == "left" else "右"
        yield f"| `{item.name}` | {item.title} | {side} | {item.width} | {'是' if item.hidden else ''} |"
    yield ""


def _statuses() -> Iterator[str]:
    yield from ("## 三、状态", "", "越靠前越要紧；一行有几个状态时，照这个顺序写进“节点状态”。", "")
    yield from ("| 代码 | 默认的词 | 默认颜色 |", "|---|---|---|")
    for code in codes.URGENCY:
        look = DEFAULTS.get(code)
        yield f"| `{code}` | {codes.WORDS[code]} | {_COLOURS.get(look, '红') if look else ''} |"
    yield ""


def _functions() -> Iterator[str]:
    yield from ("## 四、条件里的函数", "", "| 函数 | 例子 | 给出 |", "|---|---|---|")
    gives = {"=": "和括号里的一样", "number": "数字", "date": "日期", "bool": "是/否"}
    for name, function in FUNCTIONS.items():
        yield f"| {name} | `{name}{function.example[function.example.index('(') :]}` | {gives[function.gives]} |"
    for name, there in PRESENCE.items():
        yield f"| {name} | `{name}(签约日期)` | 是/否：{'都填了' if there else '都空着'} |"
    for name in sorted(FIRST):
        yield f"| {name} | `{name}(正式投产日期, 试生产日期)` | 第一个不空的 |"
    yield "| 如果、if | `如果(有(开工日期), 1, 0)` | 两个值里的一个 |"


if __name__ == "__main__":
    FILE.write_text(reference(), encoding="utf-8")
    print(f"{FILE.name}：{len(kinds())}种规则")
