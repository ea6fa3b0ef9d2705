"""What a bulletin says, as plain values for the template: totals, places of the units, who is late, targets, sources.

`closed` periods are told as they were frozen, with what has been mended since in a list of its own; others as they
stand on the day, and the text says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from app.closed import as_held, frozen_of, name_of
from app.wiring import Office
from sync.clock import stamp
from sync.closed import ClosingError, progress
from sync.consolidate.period_tables import REPORT, period_tables
from sync.shared import judge_now
from validators.exact import NO_RATIO, percent
from validators.frozen import Frozen, freeze
from validators.periods import Period, parse_period
from validators.rules import codes
from validators.speak import Speaker, speaker
from validators.status import Status

_CAME = frozenset({codes.REPORTED, codes.REPORTED_LATE})
_OWED = _CAME | {codes.MISSING, codes.SOON, codes.NOT_DUE}
_LATE = frozenset({codes.MISSING, codes.REPORTED_LATE})
_FIGURES = frozenset({codes.SCORED, codes.RANKED})
_OWN = frozenset({"progress", REPORT})  # kept for one period's bulletin; those of periods inside it are for theirs
MOST = 200  # lines of a list; the rest are counted


class _Item(NamedTuple):
    """One frozen or current value: `then` counts, `now` is the same with what the data say since."""

    frozen: Frozen
    then: Status
    now: Status


def content(office: Office, text: str) -> dict[str, Any]:
    """Everything the template may name. ClosingError when the text names no period or it has not begun."""
    try:
        period = parse_period(text, office.scheme.year_from)
    except ValueError as problem:
        raise ClosingError(str(problem)) from None
    today = office.clock.today()
    if period.first > today:
        raise ClosingError(f"{period.label}还没有开始，没有可通报的。")
    frozen = frozen_of(office, period.text)
    every = _closed(office, frozen) if frozen else _open(office, period)
    items = [item for item in every if item.frozen.kind not in _OWN or item.frozen.period == period.text]
    say = speaker(office.scheme, office.calendar)
    duties = [item for item in items if item.frozen.kind == "obligation" and item.then.code in _OWED]
    units = _units(office, duties)
    return {
        **_head(office, period, frozen, today),
        "total": _sum(units),
        "units": units,
        "late": _late(office, say, duties, today),
        "targets": _targets(office, say, items, today),
        "reports": [
            item.then.inputs for item in items if item.frozen.kind == REPORT and item.frozen.period == period.text
        ],
        "scores": _scores(office, say, items),
        "mended": _mended(office, say, duties, today),
        "sources": _sources(say, items),
    }


def _closed(office: Office, frozen: list[Frozen]) -> list[_Item]:
    held = as_held(office, frozen)
    found = []
    for item in frozen:
        now = held.get((item.kind, item.key, item.rule, item.period), list(item.statuses))
        found += [_Item(item, then, later) for then, later in zip(item.statuses, now, strict=False)]
    return found


def _open(office: Office, period: Period) -> list[_Item]:
    verdicts, _ = judge_now(office.parts, office.parts.evaluator.shared_rules())
    chosen = [*freeze(verdicts, period), *progress(verdicts, period, period.text)]
    chosen += period_tables(office.parts, period, period.text)
    return [_Item(item, status, status) for item in chosen for status in item.statuses]


def _head(office: Office, period: Period, frozen: list[Frozen], today: date) -> dict[str, Any]:
    scheme = office.scheme
    closings = {item.period.partition(":")[0]: item for item in office.store.closings(scheme.id)}
    closed = closings.get(period.text) if frozen else None
    office_name = next((item.name for item in scheme.departments if item.commission), "")
    return {
        "title": f"{scheme.title}情况通报", "scheme": scheme.title, "document": scheme.source.document,
        "district": scheme.district, "office": office_name, "period": period.text, "label": period.label,
        "first": _day(period.first), "last": _day(period.last), "day": _day(today), "closed": closed is not None,
        "closed_day": _day(closed.day) if closed else "", "running": today <= period.last,
        "stamp": stamp(office.clock.now()),
    }  # fmt: skip


# numbers of the units ---------------------------------------------------------------------------------------------


def _units(office: Office, duties: Iterable[_Item]) -> list[dict[str, Any]]:
    """应报, 已报, 按时, 迟报, 未报 and the rate of everybody who owes, the best first; equal rates share a place."""
    numbers: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("due", "reported", "late", "missing"), 0))
    names: dict[str, str] = {}
    for item in duties:
        line = numbers[item.frozen.unit]
        names.setdefault(item.frozen.unit, name_of(office, item.frozen))
        line["due"] += 1
        line["reported"] += item.then.code in _CAME
        line["late"] += item.then.code == codes.REPORTED_LATE
        line["missing"] += item.then.code == codes.MISSING
    place = {unit.code: n for n, unit in enumerate(office.scheme.units)}
    rows: list[dict[str, Any]] = [
        {"code": code, "name": names[code], **line, **_rates(line)} for code, line in numbers.items()
    ]
    rows.sort(key=lambda row: (-row["share"], -row["timely"], place.get(row["code"], len(place)), row["code"]))
    for n, row in enumerate(rows):
        same = n and (row["share"], row["timely"]) == (rows[n - 1]["share"], rows[n - 1]["timely"])
        row["place"] = rows[n - 1]["place"] if same else n + 1
    return [{key: value for key, value in row.items() if key not in ("share", "timely")} for row in rows]


def _rates(line: dict[str, int]) -> dict[str, Any]:
    due, in_time = line["due"], line["reported"] - line["late"]
    return {
        "in_time": in_time, "rate": _rate(line["reported"], due), "in_time_rate": _rate(in_time, due),
        "share": Decimal(line["reported"]) / due, "timely": Decimal(in_time) / due,
    }  # fmt: skip


def _rate(part: int, whole: int) -> str:
    found = percent(Decimal(part), Decimal(whole)) if whole else NO_RATIO
    return found if found == NO_RATIO else f"{found}%"


def _sum(units: list[dict[str, Any]]) -> dict[str, Any]:
    total = {name: sum(row[name] for row in units) for name in ("due", "reported", "in_time", "late", "missing")}
    rates = {"rate": _rate(total["reported"], total["due"]), "in_time_rate": _rate(total["in_time"], total["due"])}
    return {**total, **rates, "units": len(units)}


# lists ------------------------------------------------------------------------------------------------------------


def _late(office: Office, say: Speaker, duties: Iterable[_Item], today: date) -> list[dict[str, Any]]:
    late = [item for item in duties if item.then.code in _LATE]
    late.sort(key=lambda item: (item.then.code != codes.MISSING, item.then.deadline or date.max, item.frozen.key))
    return [
        {
            "unit": name_of(office, item.frozen), "label": str(item.then.inputs.get("label", item.frozen.period)),
            "title": _title(say, item), "status": say.word(item.then, today),
            "deadline": _day(item.then.deadline) if item.then.deadline else "",
        }
        for item in late[:MOST]
    ]  # fmt: skip


def _targets(office: Office, say: Speaker, items: Iterable[_Item], today: date) -> list[dict[str, Any]]:
    found = []
    for item in items:
        inputs = item.then.inputs
        if item.frozen.kind not in ("target", "progress") or _empty(item):
            continue
        found.append(
            {
                "title": _title(say, item), "scope": name_of(office, item.frozen), "target": inputs.get("target", "—"),
                "done": inputs.get("done", "—"), "ratio": _shown(inputs.get("ratio")), "gap": inputs.get("gap", "—"),
                "measure": inputs.get("measure", ""), "status": say.word(item.then, today),
                "deadline": _day(item.then.deadline) if item.then.deadline else "",
            }
        )  # fmt: skip
    return found[:MOST]


def _empty(item: _Item) -> bool:
    """A unit of which nothing is wanted and nothing was counted."""
    return bool(item.frozen.unit) and item.then.code == codes.UNSET and item.then.inputs.get("done") == "0"


def _scores(office: Office, say: Speaker, items: Iterable[_Item]) -> list[dict[str, Any]]:
    """Scores and places of the period, with the flags they brought."""
    return [
        {
            "title": _title(say, item), "name": name_of(office, item.frozen), "value": str(item.then.inputs.get("value", "")),
            "figure": str(item.then.inputs.get("figure", "")), "flags": "、".join(f.flag for f in item.frozen.flags),
        }
        for item in items
        if item.then.code in _FIGURES and item.frozen.kind != "score"
    ][:MOST]  # fmt: skip


def _mended(office: Office, say: Speaker, duties: Iterable[_Item], today: date) -> list[dict[str, Any]]:
    """What has come or was corrected since the period was closed."""
    return [
        {"unit": name_of(office, item.frozen), "title": _title(say, item), "reason": say.reason(item.now, today)}
        for item in duties
        if item.now.inputs.get("later")
    ][:MOST]


def _sources(say: Speaker, items: Iterable[_Item]) -> list[dict[str, str]]:
    """Which rules were used, and where the policy says so."""
    rules = dict.fromkeys(item.frozen.rule for item in items)
    return [
        {"rule": name, "title": rule.title, "section": rule.section}
        for name in rules
        if (rule := say.rules.get(name)) is not None
    ]


def _title(say: Speaker, item: _Item) -> str:
    rule = say.rules.get(item.frozen.rule)
    return rule.title if rule is not None else item.frozen.rule


def _shown(ratio: Any) -> str:
    return "—" if ratio in (None, NO_RATIO) else f"{ratio}%"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
