"""What `tianbao evaluate` says to people: everything that its JSON says, subject by subject, a line for each matter."""

from __future__ import annotations

from typing import Any

from app.cli.out import console
from validators.rules import codes

KINDS = {"unit": "单位", "participant": "参评对象", "scheme": "全方案"}
PARTS = {
    "records": "记录",
    "units": "单位和全方案",
    "targets": "目标",
    "obligations": "填报任务",
    "reconciliations": "核对",
}
EXEMPT = codes.WORDS[codes.EXEMPT]
Result = dict[str, Any]


def show(result: Result) -> None:
    """Records, units, targets, obligations, reconciliations; a part of which nothing is said is left out."""
    tellers = {"records": _record, "units": _unit, "targets": _target, "obligations": _duty, "reconciliations": _pair}
    told = False
    for part, title in PARTS.items():
        lines = [line for item in result[part] for line in tellers[part](item)]
        excused = sum(part == "obligations" and item["status"] == EXEMPT for item in result[part])
        lines += [f"另有{excused}项{EXEMPT}，--json 里逐项列出"] if excused else []
        if lines:
            console.print(f"【{title}】", markup=False)
            console.print("\n".join(lines), markup=False)
            told = True
    if not told:
        console.print("没有可判断的内容。", markup=False)


def _record(item: Result) -> list[str]:
    stage = f" 当前阶段：{item['stage']}" if item["stage"] else ""
    return [f"{item['key']}{_of(item['unit'])}{stage}", *_said(item)]


def _unit(item: Result) -> list[str]:
    kind = KINDS.get(item["kind"], item["kind"])
    lines = _said(item)
    return [f"{item['unit'] or kind}{_of(kind if item['unit'] else '')}", *lines] if lines else []


def _target(item: Result) -> list[str]:
    """The reason names the figures; only where there is none do they stand by themselves."""
    ratio = None if item["ratio"] is None else f"{item['ratio']}%"  # in percent already
    figures = {"完成": item["done"], "目标": item["target"], "完成率": ratio, "差额": item["gap"]}
    told = "，".join(f"{name}{figure}" for name, figure in figures.items() if figure is not None)
    head = f"{item['rule']} {item['unit'] or '全部'} {item['period']}".rstrip()
    return [f"{head}：{item['status']}{'' if item['reason'] else _of(told)}{_until(item)}{_because(item['reason'])}"]


def _duty(item: Result) -> list[str]:
    if item["status"] == EXEMPT:
        return []  # told once, with their number
    about = f" {item['record']}" if item["record"] else ""
    head = f"{item['unit']} {item['rule']} {item['period']}{about}"
    left = "" if item["days"] is None else f"（{'还有' if item['days'] >= 0 else '已过'}{abs(item['days'])}天）"
    return [f"{head}：{item['status']}{_until(item)}{left}{_because(item['reason'])}"]


def _pair(item: Result) -> list[str]:
    """Two lists compared: the counts, then each row."""
    counts = "，".join(f"{word}{number}" for word, number in item["counts"].items())
    rows = [f"    {row['key']}：{row['status']}" for row in item["rows"]]
    return [f"{item['rule']}{_of(item['unit'])} {counts}".rstrip(), *_said(item), *rows]


def _said(item: Result) -> list[str]:
    """Statuses, flags and findings of one subject."""
    statuses = [f"  {s['rule']} {s['status']}{_until(s)}{_because(s['reason'])}" for s in item["statuses"]]
    flags = [f"  考核标识 {flag['flag']}（{flag['rule']}）{_because(flag['reason'])}" for flag in item["flags"]]
    return [*statuses, *flags, *(_finding(finding) for finding in item["findings"])]


def _finding(item: Result) -> str:
    field = f"{item['field']}：" if item["field"] else ""
    return f"  {item['severity']} {field}{item['message']}"


def _until(item: Result) -> str:
    """The deadline, unless the reason names it anyway."""
    deadline = item["deadline"]
    return f"，期限{deadline}" if deadline and str(deadline) not in item["reason"] else ""


def _because(reason: str) -> str:
    return f"：{reason}" if reason else ""


def _of(text: Any) -> str:
    return f"（{text}）" if text else ""
