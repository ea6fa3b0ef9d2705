"""Statuses and findings → the texts that go back beside a row, and the entries of 待改清单.

Short, and ordered by what asks most: first what must be mended, then what needs a word, then hints; the most urgent
deadline before the others. A row on which nothing runs badly reads 正常 with its next deadline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from validators.findings import Finding, Severity
from validators.messages import both, joined
from validators.rules import codes
from validators.speak import RUNNING, Speaker, speaker
from validators.status import Flag, Status

if TYPE_CHECKING:
    from validators.calendar import Calendar
    from validators.scheme.models import Scheme
    from validators.scheme.tables import Table

PASSED = "✓ 通过"
MOST_STATUSES = 4
MOST_FINDINGS = 5
MOST_NAMES = 3  # of columns in one line of a cell
_CHECK_WORDS = {  # language → the words of 校验结果 around its sentences
    "zh": {
        "passed": PASSED, "must": "还有{n}处要改", "explain": "{n}处须说明", "and": "，", "colon": "：", "more": "等{n}个",
        "提示": "提示：", "试行": "试行：", "rest": "另有{n}处，见“待改清单”",
    },
    "en": {
        "passed": "✓ passed", "must": "{n} to mend", "explain": "{n} to explain", "and": ", ", "colon": ": ",
        "more": " and others, {n} in all", "提示": "Hint: ", "试行": "On trial: ", "rest": "{n} more, see the tab “待改清单”",
    },
}  # fmt: skip
_RANK = {code: position for position, code in enumerate(codes.URGENCY)}
_GROUPS = (Severity.MUST, Severity.EXPLAIN, Severity.HINT, Severity.TRIAL)
_ASKING = frozenset({Severity.MUST, Severity.EXPLAIN})
_FAR = date.max

# in 节点状态 as lines of their own; 缺项 and the like stand in 校验结果
_URGENT = frozenset(
    {
        codes.BROKEN, codes.OVERDUE, codes.NOT_CLOSED, codes.MISSING, codes.SHOULD_HAVE_STARTED, codes.UNSYNCED,
        codes.MISSED, codes.SOON, codes.STALE, codes.TO_VERIFY, codes.UNRATED, codes.ESCALATED, codes.BEHIND,
        codes.NOT_COUNTED, codes.NOT_LISTED, codes.DIFFERENT, codes.DUPLICATE, codes.NO_KEY, codes.SUSPECTED,
        codes.TO_CONFIRM, codes.EXIT_PENDING, codes.ENTRY_PENDING, codes.UNCOVERED,
    }
)  # fmt: skip
_RESULTS = frozenset({codes.SCORED, codes.RANKED, codes.EXCUSED, codes.EXCUSE_PENDING})
_TOLD_AS_RESULT = _RESULTS | {codes.VALUE}
_LIT = frozenset({"bands", "lights"})  # kinds whose value is a result to be read, not only a value for other rules
_CLOCKS = frozenset({"elapsed", "sync", "closure", "reach"})
STAGE_UNSURE = "阶段待定"
_PAST = frozenset({codes.DONE_LATE, codes.REPORTED_LATE})
_LIVELY = _URGENT | _PAST | {codes.PENDING, codes.TERMINATED, codes.UNMAPPED} | RUNNING
_FINISHED = frozenset({codes.DONE, codes.REPORTED, codes.SYNCED, codes.CLOSED, codes.SHOWN, codes.FRESH, codes.MET})


def row_answer(
    scheme: Scheme,
    table: Table,
    stage: str,
    statuses: Sequence[Status],
    flags: Sequence[Flag],
    findings: Sequence[Finding],
    values: Mapping[str, str],
    today: date,
    calendar: Calendar | None = None,
    lang: str = "zh",
) -> dict[str, str]:
    """Answer name → text, for one row on one day. `lang`: of 校验结果; the rest is said in the policy's words."""
    say = speaker(scheme, calendar)
    told = [item for item in statuses if item.rule not in say.hidden] if say.hidden else statuses
    nearest = _nearest(say, told)
    left = say.left(nearest, today) if nearest is not None else None
    return {
        "check": check_text(say, table, findings, lang),
        "status": status_text(say, told, today, nearest),
        "stage": _stage_text(stage, statuses) or _unsure(say, statuses),
        "deadline": nearest.deadline.isoformat() if nearest is not None and nearest.deadline else "",
        "remaining": "" if left is None else str(left),
        "flag": "、".join(dict.fromkeys(item.flag for item in flags)),
        "problems": problem_marks(findings),
    }


# 节点状态 ---------------------------------------------------------------------------------------------------------


def status_text(say: Speaker, statuses: Sequence[Status], today: date, nearest: Status | None) -> str:
    """The lines of 节点状态; `nearest`: the deadline that comes first."""
    lively = [item for item in statuses if item.code in _LIVELY]
    if len(lively) > 1:
        lively.sort(key=_urgency)
    lines, pending, past, results, ever = [], [], [], [], []
    for item in lively:
        code, done = item.code, item.done is not None
        if code == codes.TERMINATED:
            return say.word(item, today)
        if code in _URGENT and not done:
            lines.append(_line(say, item, today))
        if code == codes.PENDING:
            pending.append(item)
        elif code in _PAST or (code == codes.UNSYNCED and done):
            past.append(_short_line(say, item, today))
    if pending:
        lines += _pending_lines(say, pending, today)
    for item in statuses:
        if item.code in _TOLD_AS_RESULT and _is_result(say, item):
            results.append(_result_line(say, item, today))
        if "ever" in item.inputs:
            ever.append(say.ever(item))
    if not lines and (not results or nearest is not None):
        lines.append(_calm_line(say, nearest, lively, statuses, today))
    told = dict.fromkeys((*lines, *past, *results, *ever))
    return "\n".join(_cut([item for item in told if item], MOST_STATUSES, "另有{n}项"))


def _urgency(status: Status) -> tuple[int, date, str]:
    return _RANK.get(status.code, 99), status.deadline or _FAR, status.rule


def _line(say: Speaker, status: Status, today: date) -> str:
    word = say.word(status, today)
    if status.code == codes.BROKEN:  # one wrong date breaks several rules and is told once
        return f"{word}：{say.clause(status)}"
    reason = say.reason(status, today)
    if status.code == codes.SOON and (left := say.left(status, today)) is not None:
        reason = f"还有{_measured(say, status, left)}，{reason}" if left else f"今天到期，{reason}"
    return f"{word}：{reason}" if reason else word


def _short_line(say: Speaker, status: Status, today: date) -> str:
    rule = say.rule(status)
    return f"{say.word(status, today)}：{rule.title}" if rule is not None else say.word(status, today)


def _is_result(say: Speaker, status: Status) -> bool:
    """A light, a score, a place, an excuse."""
    rule = say.rule(status)
    return status.code in _RESULTS or (status.code == codes.VALUE and rule is not None and rule.kind in _LIT)


def _result_line(say: Speaker, status: Status, today: date) -> str:
    rule = say.rule(status)
    return f"{rule.title}：{say.word(status, today)}" if rule is not None else say.word(status, today)


def _pending_lines(say: Speaker, pending: Sequence[Status], today: date) -> list[str]:
    """Rules that wait for the same cells are one line."""
    grouped: dict[str, list[Status]] = {}
    for item in pending:
        names = item.inputs.get("missing") or item.inputs.get("fields") or ()
        grouped.setdefault("、".join(map(str, names)), []).append(item)
    return [
        f"{say.word(items[0], today)}：请填{names}，填了才能{_told(say, items)}" for names, items in grouped.items()
    ]


def _told(say: Speaker, waiting: Sequence[Status]) -> str:
    """What the missing cell is for."""
    rules = [say.rules.get(item.rule) for item in waiting]
    return "算期限" if any(rule is not None and rule.kind in _CLOCKS for rule in rules) else "判断"


def _calm_line(
    say: Speaker, nearest: Status | None, lively: Sequence[Status], statuses: Sequence[Status], today: date
) -> str:
    if nearest is not None and nearest.deadline is not None:
        left = say.left(nearest, today) or 0
        rule = say.rules.get(nearest.rule)
        what = f"，{rule.title}" if rule is not None else ""
        word = say.word(replace(nearest, code=codes.OK), today)
        return f"{word}：最近期限{nearest.deadline.isoformat()}(还有{_measured(say, nearest, left)}){what}"
    running = any(item.code in RUNNING for item in lively)
    if running or any(item.code in _FINISHED | _PAST for item in statuses):
        return codes.WORDS[codes.OK]
    waits = any(item.code in (codes.NOT_STARTED, codes.WAITING, codes.NOT_APPLICABLE) for item in statuses)
    return codes.WORDS[codes.NOT_STARTED] if waits else ""


def _measured(say: Speaker, status: Status, days: int) -> str:
    return f"{days}个工作日" if say.unit(status) == "工作日" else f"{days}天"


def _nearest(say: Speaker, statuses: Sequence[Status]) -> Status | None:
    """The running status with the earliest deadline, overdue ones included; reports that are owed only where no node
    runs. Rules on trial set no deadline."""
    running = [
        item
        for item in statuses
        if item.code in RUNNING and item.deadline is not None and item.done is None and not _on_trial(say, item)
    ]
    if len(running) < 2:
        return running[0] if running else None
    nodes = [item for item in running if "period" not in item.inputs]
    return min(nodes or running, key=lambda item: (item.deadline or _FAR, _RANK[item.code], item.rule))


def _on_trial(say: Speaker, status: Status) -> bool:
    rule = say.rule(status)
    return rule is not None and rule.trial


def _unsure(say: Speaker, statuses: Sequence[Status]) -> str:
    """What stands in the place of a stage that hangs on a cell which is blank or cannot be read; "" where none does."""
    for item in statuses:
        if item.code == codes.PENDING and (rule := say.rules.get(item.rule)) is not None and rule.kind == "stage_entry":
            return "" if getattr(rule, "track", "") else STAGE_UNSURE
    return ""


def _stage_text(stage: str, statuses: Sequence[Status]) -> str:
    for item in statuses if stage else ():
        if item.inputs.get("value") == stage:
            progress = item.inputs.get("progress")
            return f"{stage}({progress})" if progress else stage
    return stage


# 校验结果 ---------------------------------------------------------------------------------------------------------


def check_text(say: Speaker, table: Table, findings: Sequence[Finding], lang: str = "zh") -> str:
    """How many, then what: 必改 first, then 须说明, then hints. `lang`: zh or en, as in `finding_text`."""
    words = _CHECK_WORDS[lang]
    if not findings:
        return words["passed"]
    count = dict.fromkeys(_GROUPS, 0)
    for item in findings:
        count[item.severity] += 1
    must, explain = count[Severity.MUST], count[Severity.EXPLAIN]
    head = words["and"].join(
        words[name].format(n=n) for name, n in (("must", must), ("explain", explain)) if n
    )  # fmt: skip
    asked: dict[str, None] = {}
    hints: dict[str, str] = {}  # what is said → the same with its severity before it
    for item in sorted(findings, key=_weight):
        told = finding_text(say, table, _shortened(item, words["more"]), lang)
        if item.severity in _ASKING:
            asked[told] = None
        else:
            hints[told] = f"{words[item.severity.value]}{told}"
    lines = [*asked, *(line for told, line in hints.items() if not _said(told, hints, words["colon"]))]
    return "\n".join([head or words["passed"], *_cut(lines, MOST_FINDINGS, words["rest"])])


def _said(told: str, hints: Iterable[str], colon: str) -> bool:
    """Whether another hint says the same and names the column: two rules found one fault."""
    return any(other.endswith(f"{colon}{told}") for other in hints)


def _shortened(finding: Finding, more: str) -> Finding:
    """缺项 with a long list of columns names three in a cell; 待改清单 has each of them in a line of its own."""
    names = finding.params.get("what", ())
    if finding.code != "rule.incomplete" or len(names) <= MOST_NAMES + 1:
        return finding
    what = [*names[: MOST_NAMES - 1], f"{names[MOST_NAMES - 1]}{more.format(n=len(names))}"]
    return replace(finding, params={**finding.params, "what": what})


def _weight(finding: Finding) -> int:
    return _GROUPS.index(finding.severity)


def finding_text(say: Speaker, table: Table | None, finding: Finding, lang: str = "zh") -> str:
    """The finding in one sentence, its column named; conditions that are not met are no fault of one column. What is
    said of a cell says what to write; what a rule says is said by its words."""
    params = finding_params(say, table, finding)
    text, asked = both(finding.code, params, lang)
    if asked and finding.code.startswith("cell."):
        text = joined((text, asked), lang, loosely=True)
    title = "" if finding.code == "rule.blocked" else field_title(table, finding.field)
    return text if not title or title in text else f"{title}{': ' if lang == 'en' else '：'}{text}"


def finding_params(say: Speaker, table: Table | None, finding: Finding) -> dict[str, object]:
    """Parameters of a finding's sentence: its own, the column, the value, and the rule's words."""
    rule = say.rules.get(finding.rule)
    params: dict[str, object] = {"title": field_title(table, finding.field), "value": finding.value}
    if rule is not None:
        params |= {"title": rule.title, "sentence": rule.sentence, "section": rule.section}
    return {**params, **finding.params}


_titles: dict[int, tuple[Table, dict[str, str]]] = {}


def field_title(table: Table | None, name: str) -> str:
    """The title of a column as clerks know it; the name itself where there is no such column."""
    if table is None or not name:
        return ""
    found = _titles.get(id(table))
    if found is None or found[0] is not table:
        if len(_titles) > 500:
            _titles.clear()
        found = _titles[id(table)] = (table, {item.name: item.title for item in table.fields})
    return found[1].get(name, name)


def problem_marks(findings: Sequence[Finding]) -> str:
    """Names of faulty fields for the marks: |必改| between bars, ?others? between question marks."""
    if not findings:
        return ""
    must: dict[str, None] = {}
    other: dict[str, None] = {}
    for item in findings:
        marked = must if item.severity == Severity.MUST else other
        for name in (item.field, *item.params.get("fields", ())):
            if name:
                marked[name] = None
    bars = f"|{'|'.join(must)}|" if must else ""
    doubts = [name for name in other if name not in must]
    return bars + (f"?{'?'.join(doubts)}?" if doubts else "")


# 待改清单 ---------------------------------------------------------------------------------------------------------


def todo_entries(
    scheme: Scheme,
    table: Table | None,
    findings: Sequence[Finding],
    calendar: Calendar | None = None,
    lang: str = "zh",
) -> Iterator[tuple[Finding, str, str]]:
    """(finding, field title, what is the matter and what is wanted), the weightiest first; a finding about several
    fields once for each. `lang`: zh or en; titles, values and the scheme's own words stay as they are."""
    say = speaker(scheme, calendar)
    for item in sorted(findings, key=_weight):
        for single in _single(table, item):
            yield (
                single,
                field_title(table, single.field),
                _asking(finding_params(say, table, single), single.code, lang),
            )


def _asking(params: Mapping[str, object], code: str, lang: str) -> str:
    """What is the matter, what the rule asks, and what to do about it; each said once."""
    (told, asked), rule = both(code, params, lang), str(params.get("sentence", ""))
    parts = [told] if code == "rule.incomplete" or "{" in rule or rule in told else [told, rule]
    return joined((*parts, asked), lang)


def entries_of(finding: Finding) -> int:
    """How many entries of 待改清单 a finding is: 缺项:a、b stands beside each of its columns."""
    names, what = finding.params.get("fields", ()), finding.params.get("what", ())
    return len(names) if finding.code == "rule.incomplete" and len(names) == len(what) and names else 1


def _single(table: Table | None, finding: Finding) -> list[Finding]:
    """缺项:a、b as two entries, each beside its own column."""
    if entries_of(finding) == 1:
        return [finding]
    return [
        replace(finding, field=name, value="", params={**finding.params, "fields": [name], "what": [title]})
        for name, title in zip(finding.params["fields"], finding.params["what"], strict=True)
    ]


def _cut(lines: list[str], most: int, rest: str) -> list[str]:
    return lines if len(lines) <= most + 1 else [*lines[:most], rest.format(n=len(lines) - most)]
