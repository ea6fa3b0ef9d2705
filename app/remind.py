"""催办: for each unit a text in plain Chinese, ready to be pasted into WeChat or printed. From the last judging."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from app.desk import Desk
from app.queries.alerts import standing
from app.queries.duties import duty_lines
from app.queries.duty_models import DutyLine, ReminderLine
from app.sight import EVERYTHING
from sync.ended import is_ended
from validators.rules import codes

MOST_NAMES = 8  # projects named in a line; the rest are counted
_SHEET = "待改清单"
_BAD = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


def reminders(desk: Desk, *, unit: str = "", period: str = "", only: str = "") -> list[ReminderLine]:
    """One per unit that has something to do, in the order of the scheme. `only`: "" | overdue | soon.

    None after the scheme's last day: what would be filled in then is not taken any more.
    """
    if is_ended(desk.office.parts):
        return []
    by_unit: dict[str, list[DutyLine]] = defaultdict(list)
    for line in duty_lines(desk, EVERYTHING, unit=unit, period=period, state="open", records=False):
        if not line.mended:
            by_unit[line.unit].append(line)
    found = (_reminder(desk, code, by_unit.get(code, []), only, bool(period)) for code in _codes(desk, by_unit, unit))
    return [item for item in found if item is not None]


def write_reminders(lines: Iterable[ReminderLine], folder: Path) -> list[Path]:
    """One text file per unit. Nothing is overwritten but an earlier reminder of the same unit."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for item in lines:
        path = folder / f"催办_{item.unit_name.translate(_BAD)}.txt"
        path.write_text(item.text + "\n", "utf-8")
        paths.append(path)
    return paths


def _codes(desk: Desk, by_unit: Iterable[str], unit: str) -> list[str]:
    if unit:
        return [unit]
    known = [item.code for item in desk.office.scheme.units]
    return [*known, *sorted(set(by_unit) - set(known))]


def _reminder(desk: Desk, code: str, duties: list[DutyLine], only: str, of_period: bool) -> ReminderLine | None:
    late = [line for line in duties if line.code == codes.MISSING]
    soon = [line for line in duties if line.code == codes.SOON]
    if only == "overdue":
        soon = []
    elif only == "soon":
        late = []
    stand, general = standing(desk, EVERYTHING), not of_period and not only
    must, explain = (stand.entries[code, word] if general else 0 for word in ("必改", "须说明"))
    reports = {line.rule for line in late}  # told with the names of the projects, not once more as nodes of theirs
    missed = [a for a in stand.alerts if a.kind == "overdue" and a.unit == code and a.record and a.rule not in reports]
    nodes = len(missed) if general else 0
    if not (late or soon or must or explain or nodes):
        return None
    text = _text(desk, code, late, soon, (must, explain, nodes))
    return ReminderLine(
        unit=code, unit_name=desk.name(code), text=text, overdue=len(late), soon=len(soon), nodes=nodes, must=must,
        explain=explain,
    )  # fmt: skip


def _text(
    desk: Desk, code: str, late: list[DutyLine], soon: list[DutyLine], others: tuple[int, int, int]
) -> str:  # fmt: skip
    today = desk.office.clock.today()
    must, explain, nodes = others
    counts = [
        (len(late), "项没有按时报"),
        (len(soon), "项快到期"),
        (nodes, "个项目节点逾期"),
        (must, "处要改"),
        (explain, "处要说明"),
    ]
    told = "、".join(f"{number}{words}" for number, words in counts if number)
    parts = [f"【催办】{desk.name(code)}：截至{_day(today)}，{desk.office.scheme.title}还有{told}。"]
    parts += _section("没有按时报的", [_late(line) for line in sorted(late, key=_order)])
    parts += _section("快到期的", [_soon(line) for line in sorted(soon, key=_order)])
    rest = [f"{nodes}个项目节点逾期，见表里“节点状态”一列"] if nodes else []
    rest += [f"{must + explain}处要改或要说明，见表里“{_SHEET}”"] if must or explain else []
    parts += _section("另外", rest)
    parts.append("请在本单位的表里补好、保存，系统几分钟内受理，不用另外报。确有困难的，请说明原因，申请延期。")
    return "\n".join([*parts, f"{desk.name('commission')}　{_day(today)}"])


def _section(title: str, lines: list[str]) -> list[str]:
    ends = ["；"] * (len(lines) - 1) + ["。"]
    told = [f"{number}. {line}{end}" for number, (line, end) in enumerate(zip(lines, ends, strict=False), 1)]
    return [f"{title}：", *told] if told else []


def _late(line: DutyLine) -> str:
    due = f"应于{_day(line.deadline)}前报" if line.deadline else ""
    days = f"已迟{-line.days}天" if line.days else ""
    return "，".join(text for text in (f"{line.label}{line.title}", due, days, _missing(line)) if text)


def _soon(line: DutyLine) -> str:
    due = f"请在{_day(line.deadline)}前报" if line.deadline else ""
    days = f"还有{line.days}天" if line.days else ("今天到期" if line.days == 0 else "")
    more = "（已延期）" if line.extended else ""
    return "，".join(text for text in (f"{line.label}{line.title}", due + more, days, _missing(line)) if text)


def _missing(line: DutyLine) -> str:
    if line.due is None or line.covered is None:
        return ""
    names = "、".join(line.missing[:MOST_NAMES]) + ("等" if len(line.missing) > MOST_NAMES else "")
    return f"已报{line.covered}个、缺{line.due - line.covered}个" + (f"：{names}" if names else "")


def _order(line: DutyLine) -> tuple[date, str]:
    return line.deadline or date.max, line.rule


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
