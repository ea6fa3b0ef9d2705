"""目标: what is to be reached, how far it is, and what each unit brought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from sync.consolidate.gather import Gathered
from sync.consolidate.sheets import Block, Cell, Col, Marked, Row, Tab
from sync.standing import obligation_key
from validators.scheme.colours import status_look
from validators.status import Status


def target_statuses(gathered: Gathered) -> Iterator[tuple[str, str, Status]]:
    """(rule, unit, status) in the order of the scheme's rules."""
    order = {rule.id: position for position, rule in enumerate(gathered.scheme.rules)}
    found = [
        (rule, unit, status)
        for item in gathered.subjects
        if item.kind == "target"
        for rule, unit, _, _ in [obligation_key(item.key)]
        for status in item.statuses
    ]
    yield from sorted(
        found, key=lambda item: (order.get(item[0], len(order)), item[2].deadline or gathered.today, item[1])
    )


def targets_tab(gathered: Gathered, units: Sequence[str]) -> Tab:
    found = list(target_statuses(gathered))
    labelled = any("label" in status.inputs for _, _, status in found)
    columns = (
        Col("编号", "centre", 9), Col("指标", "text", 22), Col("范围", "text", 14), *([Col("期间", "centre", 12)] if labelled else []),
        Col("目标", "number", 10), Col("完成", "number", 10), Col("单位", "centre", 7), Col("完成率", "percent", 10), Col("应达", "percent", 9),
        Col("差", "number", 9), Col("截止", "date", 13), Col("状态", "centre", 14), Col("说明", "text", 44),
    )  # fmt: skip
    rows: list[Row] = [target_row(gathered, *item, labelled=labelled) for item in found]
    note = "完成率＝完成÷目标，应达的完成率写在“应达”里；目标没有设定的只列完成数，不算完成率，也不判断。"
    blocks = [Block(columns, rows, name="targets", empty="本方案没有设定目标"), *_by_unit(gathered, units)]
    return Tab("目标", "目标完成情况", blocks, (note,))


def target_row(gathered: Gathered, rule_id: str, unit: str, status: Status, *, labelled: bool) -> list[Cell]:
    rule, inputs = gathered.say.rules.get(rule_id), status.inputs
    word = gathered.say.word(status, gathered.today)
    look = status_look(gathered.scheme.conventions, status.code)
    scope = gathered.unit_name(unit) if unit else (gathered.scheme.district or "全部")
    return [
        rule_id, rule.title if rule else rule_id, scope,
        *([str(inputs.get("label", ""))] if labelled else []), number(inputs.get("target")),
        number(inputs.get("done")), str(inputs.get("measure", "")), ratio(inputs.get("ratio")), wanted(inputs),
        number(inputs.get("gap")),
        status.deadline, Marked(word, look) if look else word, gathered.say.reason(status, gathered.today),
    ]  # fmt: skip


def wanted(inputs: Mapping[str, Any]) -> Cell:
    """The share of the target that is to be reached; "—" where all of it, or nothing, is asked for."""
    return number(inputs.get("goal"))


def number(text: Any) -> Cell:
    try:
        return Decimal(str(text)) if text not in (None, "") else "—"
    except InvalidOperation:
        return str(text)


def ratio(text: Any) -> Cell:
    """Percent points as kept → a share."""
    found = number(str(text).removesuffix("%") if text else text)
    return found / 100 if isinstance(found, Decimal) else "—"


def _by_unit(gathered: Gathered, units: Sequence[str]) -> list[Block]:
    """How many each unit brought to the district's targets; each column adds up to the figure above.

    What several units list each has in its own number; the total has it once (B-43).
    """
    shared = [
        (rule, status) for rule, unit, status in target_statuses(gathered) if not unit and "by_unit" in status.inputs
    ]
    if not shared:
        return []
    titles = [gathered.say.rules[rule].title if rule in gathered.say.rules else rule for rule, _ in shared]
    columns = (Col("序号", "int", 9), Col("填报单位", "text", 22), *(Col(title, "number", 10) for title in titles))
    codes = [*units, *sorted({code for _, status in shared for code in status.inputs["by_unit"]} - set(units))]
    rows: list[Row] = [
        [number_, gathered.unit_name(code), *(number(status.inputs["by_unit"].get(code, "0")) for _, status in shared)]
        for number_, code in enumerate(codes, 1)
    ]
    total: list[Cell] = ["", "合计"]
    for _, status in shared:
        counted = sum((Decimal(value) for value in status.inputs["by_unit"].values()), Decimal(0))
        total.append(number(status.inputs["once"]) if "once" in status.inputs else counted)
    return [Block(columns, rows, heading="各单位完成数", totals=total)]
