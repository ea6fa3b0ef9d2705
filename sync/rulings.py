"""What people rule on duties: an extension, an exemption, a nil report; and taking one back. Checked, kept, audited.

Every ruling is a line that stays; it is withdrawn by another act, never deleted. The rule is judged again at once.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

from sync.closed import closed_by
from sync.ended import is_ended
from sync.errors import SyncError
from sync.judge import judge_due
from sync.parts import Parts
from sync.shared import judge_shared
from sync.store.owed import Ruling, RulingKind
from validators.facts import unit_finder
from validators.periods import Period, try_period
from validators.scheme.wording import nearest
from validators.status import Status

KINDS: dict[RulingKind, str] = {"extension": "延期", "exemption": "免报", "nil": "零报告"}


class RulingError(SyncError):
    """这样不行。"""

    hint = ""


def extend(
    parts: Parts, unit: str, rule: str, period: str, until: date, *, by: str, why: str, record: str = ""
) -> Ruling:
    """More time for one duty of one unit, or of one of its rows; or for one node of a row (a rule with a limit, no
    `period`). RulingError says what does not fit."""
    _not_ended(parts, "延了期也报不进来")
    if (node := _node(parts, rule)) is not None:
        return _extend_node(parts, node, unit, period, until, by=by, why=why, record=record)
    duty, code, found = duty_of(parts, rule), unit_code(parts, unit), _period(parts, rule, period)
    _reasoned(by, why)
    if record and duty.subject != "record" and duty.coverage != "all":
        raise RulingError(f"规则 {rule} 是一个单位报一次的，不能给单个项目延期。", "去掉 --record。")
    rows = parts.store.records(parts.scheme.id, ids=[record]) if record else []
    if record and not rows:
        raise RulingError(f"没有编号为“{record}”的记录。", "编号见表里的“编号”列，或用 tianbao explain 查找。")
    if rows and duty.subject != "responsible" and rows[0].unit != code:
        raise RulingError(f"“{record}”（{rows[0].name}）不是这个单位的。", "核对编号和单位。")
    due = usual_day(status_of(parts, rule, code, found.text, record))
    if due is not None and until <= due:
        raise RulingError(f"这一项本来就可以报到 {due}，延期要晚于这一天。", "换一个更晚的日子。")
    kept = _new(parts, "extension", code, rule, found.text, by, why, record=record, until=until)
    return _keep(parts, kept, {rule})


def _node(parts: Parts, rule: str) -> Any:
    """The rule with a limit of that id, in its newest version; None when it is none."""
    return next((item for item in reversed(parts.scheme.rules) if item.id == rule and item.extendable), None)


def _extend_node(
    parts: Parts, rule: Any, unit: str, period: str, until: date, *, by: str, why: str, record: str
) -> Ruling:  # fmt: skip
    if period:
        raise RulingError(
            f"{rule.id}（{rule.title}）是项目的期限，不分期。", "去掉 --period，用 --record 写明哪个项目。"
        )
    if not record:
        raise RulingError(f"{rule.id}（{rule.title}）是项目的期限，要写明给哪个项目延。", "加上 --record 编号。")
    _reasoned(by, why)
    found = next(iter(parts.store.records(parts.scheme.id, ids=[record])), None)
    if found is None or found.table != rule.table:
        table = parts.scheme.table(rule.table).title
        raise RulingError(f"“{table}”里没有编号为“{record}”的行。", "编号见表里的“编号”列，或用 tianbao explain 查找。")
    if unit and found.unit != unit_code(parts, unit):
        raise RulingError(f"“{record}”（{found.name}）不是这个单位的。", "核对编号和单位。")
    said = parts.store.judgements(parts.scheme.id, kind="record", keys=[record])
    due = usual_day(next((s for item in said for s in item.statuses if s.rule == rule.id), None))
    if due is None:
        raise RulingError(f"“{found.name}”的“{rule.title}”现在没有期限可延。", "用 tianbao explain 看它缺什么。")
    if until <= due:
        raise RulingError(f"这一项本来的期限就是 {due}，延期要晚于这一天。", "换一个更晚的日子。")
    kept = _new(parts, "extension", found.unit, rule.id, "", by, why, record=record, until=until)
    return _keep_node(parts, kept, kept.kind, kept.by, kept.why)


def _keep_node(parts: Parts, item: Ruling, kind: str, by: str, why: str) -> Ruling:
    """Keep what is said of a node and judge its row again. Under the lease of its book: a run that is under way would
    judge without it. Killed in between, the row is due at the next pass over the day."""
    record = next(iter(parts.store.records(parts.scheme.id, ids=[item.record])), None)
    name = f"book:{record.book}" if record is not None else f"record:{item.record}"
    lease = parts.store.acquire(name, parts.owner, parts.limits.lease_seconds, parts.clock.now())
    if lease is None:
        raise RulingError("这本表正在同步。", "过一会儿再试一次。")
    try:
        rules = parts.evaluator.shared_rules_reading(record.table) if record is not None else set()
        parts.store.save_ruling(item, rules, due=parts.clock.today())
        if record is not None:
            parts.store.save_judgements(lease, judge_due(parts, record.book, [record.id]), parts.clock.now())
    finally:
        parts.store.release(lease)
    _audit(parts, kind, by, item, why)
    judge_shared(parts)
    return item


def exempt(
    parts: Parts, unit: str, rule: str = "", period: str = "", *, by: str, why: str,
    since: date | None = None, until: date | None = None,
) -> Ruling:  # fmt: skip
    """Nothing owed: one period of one duty, or every period that lies wholly between two days (of one duty or of all)."""
    code = unit_code(parts, unit)
    _reasoned(by, why)
    if period and (since or until):
        raise RulingError("免报要么写一期（--period），要么写起止日期（--from、--to），不能都写。")
    if not period and not (since or until):
        raise RulingError("没有写免报哪一期。", "写 --period 2025-07，或者 --from 2025-07-01 --to 2025-09-30。")
    if since and until and until < since:
        raise RulingError(f"止（{until}）早于起（{since}）。")
    if period and not rule:
        raise RulingError("免报一期要写明是哪一项（--rule）；全部免报写起止日期。")
    rules = {rule} if rule else {item.id for item in parts.scheme.rules if item.kind == "cadence"}
    text = _period(parts, rule, period).text if period else ""
    if rule:
        duty_of(parts, rule)
    kept = _new(parts, "exemption", code, rule, text, by, why, since=since, until=until)
    return _keep(parts, kept, rules)


def declare_nil(parts: Parts, unit: str, rule: str, period: str, *, by: str, why: str = "") -> Ruling:
    """Nothing to report: a report all the same (B-29), where the scheme knows such an act."""
    _not_ended(parts, "不能再报")
    duty, code, found = duty_of(parts, rule), unit_code(parts, unit), _period(parts, rule, period)
    if not duty.nil:
        raise RulingError(
            f"规则 {rule}（{duty.title}）没有设零报告。", "没有变化的，在表里“无变化”或“零报告”一格填“是”。"
        )
    if found.first > parts.clock.today():
        raise RulingError(f"{found.label}还没有开始，不能先报“{duty.nil}”。")
    if any(item.rule == rule and item.unit == code and item.period == found.text for item in _standing(parts, "nil")):
        raise RulingError(f"{found.label}已经报过“{duty.nil}”。")
    kept = _new(parts, "nil", code, rule, found.text, by, why, since=parts.clock.today())
    return _keep(parts, kept, {rule})


def withdraw(parts: Parts, ruling_id: str, *, by: str, why: str) -> Ruling:
    """Take a ruling back. It stays in the list of what was ruled."""
    found = parts.store.ruling(ruling_id)
    if found is None or found.scheme != parts.scheme.id:
        raise RulingError(f"没有编号为“{ruling_id}”的延期、免报或零报告。", "用 tianbao extend list 查看。")
    if not found.stands:
        raise RulingError(f"“{ruling_id}”已经撤销过。")
    _reasoned(by, why)
    _not_closed(parts, found.period)
    gone = replace(found, withdrawn=parts.clock.now(), withdrawn_by=by, withdrawn_why=why)
    if found.kind == "extension" and not found.period:
        return _keep_node(parts, gone, "ruling_withdrawn", by, why)
    rules = {found.rule} if found.rule else {item.id for item in parts.scheme.rules if item.kind == "cadence"}
    parts.store.save_ruling(gone, rules)
    _audit(parts, "ruling_withdrawn", by, gone, why)
    judge_shared(parts)
    return gone


def status_of(parts: Parts, rule: str, unit: str, period: str, record: str = "") -> Status | None:
    """What is said of one duty, as last judged; None where nothing is."""
    key = "|".join((rule, unit, period, record)).rstrip("|")
    for item in parts.store.judgements(parts.scheme.id, kind="obligation", keys=[key]):
        return next((status for status in item.statuses if status.rule == rule), None)
    return None


def usual_day(status: Status | None) -> date | None:
    """The last day in time without any extension."""
    if status is None:
        return None
    was = status.inputs.get("extended", {}).get("was")
    return date.fromisoformat(was) if was else status.deadline


def note_ruled(parts: Parts) -> None:
    """Pages that are open, in whatever process, have something new to show."""
    parts.store.save_setting(f"ruled:{parts.scheme.id}", uuid.uuid4().hex[:8])


# checks -----------------------------------------------------------------------------------------------------------


def duty_of(parts: Parts, rule: str) -> Any:
    """The duty (cadence rule) of that id. RulingError with those there are."""
    duties = {item.id: item for item in parts.scheme.rules if item.kind == "cadence"}
    if rule not in duties:
        known = "、".join(f"{name}（{item.title}）" for name, item in duties.items())
        nodes = "、".join(dict.fromkeys(f"{r.id}（{r.title}）" for r in parts.scheme.rules if r.extendable))
        hint = f"本方案有：{known}" + (f"。能给单个项目延期的期限：{nodes}" if nodes else "")
        meant = nearest(rule, list(duties))
        raise RulingError(f"没有“{rule}”这项定期报送{meant or '。'}", hint)
    return duties[rule]


def unit_code(parts: Parts, word: str) -> str:
    """A unit's or department's code from code, name or alias. RulingError when there is none."""
    code = unit_finder(parts.scheme)(word)
    names = {unit.code: unit.name for unit in parts.scheme.units}
    names |= {item.code: item.name for item in parts.scheme.departments}
    if code not in names:
        raise RulingError(f"没有“{word}”这个单位。", f"本方案的单位：{'、'.join(names.values())}")
    return code


def _period(parts: Parts, rule: str, text: str) -> Period:
    duty = duty_of(parts, rule)
    found = duty.rhythm(parts.scheme.year_from).named(text)
    if found is None:
        today = duty.rhythm(parts.scheme.year_from).of(parts.clock.today())
        raise RulingError(f"“{text}”不是这一项的期次。", f"写成 {today.text} 这样。")
    _not_closed(parts, found.text)
    return found  # type: ignore[no-any-return]


def _not_ended(parts: Parts, what: str) -> None:
    """After the scheme's last day nothing is taken any more, so nothing can be granted for later either."""
    if is_ended(parts):
        ends = parts.scheme.ends
        hint = "要宽限，先把方案里的 ends（收数到哪天）往后改；只是不该算欠报的，用 tianbao duty exempt 免报。"
        raise RulingError(f"方案已于{ends}到期，只看不改，{what}。", hint)


def _not_closed(parts: Parts, text: str) -> None:
    period = try_period(text, year_from=parts.scheme.year_from)
    closing = closed_by(parts, period) if period is not None else None
    if closing is not None:
        raise RulingError(
            f"{period.label if period else text}已于 {closing.day} 关账，不再改变。", "更正和说明记在以后的期次里。"
        )


def _reasoned(by: str, why: str) -> None:
    if not by.strip() or not why.strip():
        raise RulingError("要写明谁批准的（--by）、为什么（--why）；这两样会写进理由和审计。")


def _standing(parts: Parts, kind: RulingKind) -> list[Ruling]:
    return parts.store.rulings(parts.scheme.id, kind=kind)


# keeping ----------------------------------------------------------------------------------------------------------


def _new(
    parts: Parts, kind: RulingKind, unit: str, rule: str, period: str, by: str, why: str, **more: Any
) -> Ruling:  # fmt: skip
    return Ruling(
        uuid.uuid4().hex[:8], kind, parts.scheme.id, unit, rule, period, by=by.strip(), why=why.strip(),
        at=parts.clock.now(), **more,
    )  # fmt: skip


def _keep(parts: Parts, item: Ruling, rules: set[str]) -> Ruling:
    parts.store.save_ruling(item, rules)
    _audit(parts, item.kind, item.by, item, item.why)
    judge_shared(parts)
    return item


def _audit(parts: Parts, kind: str, by: str, item: Ruling, note: str) -> None:
    data = {
        "id": item.id, "unit": item.unit, "rule": item.rule, "period": item.period, "record": item.record,
        "since": str(item.since or ""), "until": str(item.until or ""), "note": note,
    }  # fmt: skip
    parts.store.add_event(kind, parts.clock.now(), by, {name: text for name, text in data.items() if text})
    note_ruled(parts)
