"""A status in words: 逾期12天(原则上), what is left of its time, and the reason a person can check.

Days are counted here, on the day the text is made, in the rule's own unit; stored statuses never carry them. Rule
sentences may name in braces `{from}` `{deadline}` `{done}` `{limit}` and whatever the rule put into its inputs; a
bracket whose date is not known is left out: 签约({from})后{limit}内开工.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from validators.calendar import Calendar, default_calendar
from validators.exact import NO_RATIO
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Env
from validators.rules.elapsed import limit_words
from validators.rules.versions import as_of, is_dated, newest
from validators.scheme.dated import has_dated_parts
from validators.scheme.models import Scheme
from validators.status import UNSETTLED, Status

PROVISIONAL = "暂按周末推算"
RUNNING = frozenset(
    {
        codes.OK, codes.SOON, codes.OVERDUE, codes.SHOULD_HAVE_STARTED, codes.NOT_CLOSED, codes.HANDLING, codes.OPEN,
        codes.TO_SYNC, codes.NOT_DUE, codes.MISSING, codes.IN_WINDOW, codes.ESCALATED,
    }
)  # fmt: skip
_LATE = frozenset({codes.OVERDUE, codes.SHOULD_HAVE_STARTED, codes.NOT_CLOSED, codes.MISSING, codes.UNSYNCED})
_DATED = RUNNING | {
    codes.NOT_STARTED,
    codes.WAITING,
    codes.UNSYNCED,
    codes.DONE,
    codes.DONE_LATE,
    codes.SYNCED,
    codes.REPORTED,
    codes.REPORTED_LATE,
}
_FINISHED = frozenset({codes.TO_VERIFY, codes.CLOSED})
_TARGETS = frozenset({codes.RUNNING, codes.MET, codes.MISSED, codes.UNSET})
_OWN_WORD = frozenset(  # codes whose word a rule may give itself: 本月未核查, 漏入库(未备案)
    {
        codes.MISSING, codes.IN_WINDOW, codes.NOT_COUNTED, codes.NOT_LISTED, codes.NO_KEY, codes.SUSPECTED,
        codes.DUPLICATE, codes.DIFFERENT, codes.MEMBER, codes.OUTSIDE, codes.ENTRY_PENDING, codes.EXIT_PENDING,
        codes.LEFT, codes.TO_CONFIRM, codes.WAITING, codes.UNCOVERED, codes.MEASURED, codes.ON_PACE, codes.SCORED,
    }
)  # fmt: skip
_RULE_WORDS = frozenset({codes.SHOWN, codes.STALE, codes.FRESH})
_STARTS, _ENDS = ("from_", "trigger", "raised"), ("to", "companion", "done")
_BRACKET = re.compile(r"[（(“]\{(\w+)\}[)）”]")
_NAME = re.compile(r"\{(\w+)\}")


class Speaker:
    """Says what statuses mean under one scheme and calendar."""

    def __init__(self, scheme: Scheme, calendar: Calendar | None = None) -> None:
        self.scheme = scheme
        self.calendar = calendar or default_calendar()
        self.rules: dict[str, RuleBase] = {}
        current = newest(scheme.rules)
        for rule in current.values():
            for stage in getattr(rule, "stages", ()):
                if stage.id:
                    self.rules.setdefault(stage.id, rule)
        self.rules.update(current)
        self.hidden = frozenset(name for name, rule in self.rules.items() if not rule.shown)
        self._env = Env(scheme, self.calendar)
        self._words = {**codes.WORDS, **scheme.conventions.words}
        self._suffixes = {
            (modality, code): scheme.conventions.suffix.get(modality, "")
            for modality, names in scheme.conventions.suffix_on.items()
            for code in names
        }
        self._dated = has_dated_parts(scheme) or any(is_dated(rule) for rule in scheme.rules)
        self._versions: dict[str, Speaker] = {}
        self._clauses: dict[str, str] = {}
        self._labels: dict[tuple[str, str], str] = {}
        self._units = {name: unit_of(rule) for name, rule in self.rules.items()}
        self._open = {name for name, rule in self.rules.items() if _depends(rule)}
        self._own = {key: text for rule in self.rules.values() for key, text in _own_words(rule) if text}

    def of(self, status: Status) -> Speaker:
        """Who speaks for a status: where its rule has versions, a speaker that knows the one it was judged by."""
        version = status.inputs.get("version") if self._dated else None
        if version is None:
            return self
        if version not in self._versions:
            then = as_of(self.scheme, date.fromisoformat(version) if version else date.min)
            undated = [rule.model_copy(update={"effective_from": None, "effective_to": None}) for rule in then.rules]
            spoken = then.model_copy(update={"rules": tuple(undated)})
            self._versions[version] = Speaker(spoken, self.calendar)
        return self._versions[version]

    def rule(self, status: Status) -> RuleBase | None:
        """The rule that says it, in the version it was judged by."""
        return self.of(status).rules.get(status.rule)

    def unit(self, status: Status) -> str:
        """The unit in which the rule counts."""
        return self.of(status)._units.get(status.rule, "日")

    # the word ----------------------------------------------------------------------------------------------------

    def word(self, status: Status, today: date) -> str:
        """The status as people say it on that day, with its suffix."""
        if (own := self.of(status)) is not self:
            return own.word(status, today)
        today = self.scheme.counting(today)
        rule = self.rules.get(status.rule)
        text = self._template(status, rule)
        if "{" in text:
            text = _fill(text, {**status.inputs, "n": self._count(status, rule, today)})
        if status.inputs.get("excused"):
            text += f"({self._words[codes.EXCUSED]})"
        if status.inputs.get(UNSETTLED):
            text += "(暂计)"
        if rule is None:
            return text
        return text + self._suffixes.get((rule.modality, status.code), "") + ("(试行)" if rule.trial else "")

    def _template(self, status: Status, rule: RuleBase | None) -> str:
        code = status.code
        if code in _OWN_WORD and status.inputs.get("word"):
            return str(status.inputs["word"])
        if code in _RULE_WORDS and rule is not None:
            key = "done" if code == codes.SHOWN and status.done is not None else code
            return self._own.get((rule.id, key)) or self._words[code]
        return self._words.get(code, code)

    def _count(self, status: Status, rule: RuleBase | None, today: date) -> str:
        """The days of a word with their measure: 12天, 3个工作日, (不足1个工作日)."""
        unit = self._units.get(status.rule, "日")
        start, end = self._span(status, today)
        if start is None or end is None:
            return ""
        days = self.calendar.distance(start, end, unit)
        if unit == "工作日":
            return f"{days}个工作日" if days else "(不足1个工作日)"
        return f"{days}天" if days or not status.inputs.get("hour") else "(当日过时)"

    def _span(self, status: Status, today: date) -> tuple[date | None, date | None]:
        if status.code in (codes.DONE_LATE, codes.REPORTED_LATE):
            return status.deadline, status.done
        if status.code in (codes.SHOWN, codes.STALE, codes.FRESH):
            start = status.inputs.get("from")
            return (date.fromisoformat(start) if start else None), status.done or today
        return status.deadline, today

    def left(self, status: Status, today: date) -> int | None:
        """What is left in the rule's own unit, negative when overdue; None where nothing runs."""
        if (own := self.of(status)) is not self:
            return own.left(status, today)
        today = self.scheme.counting(today)
        if status.deadline is None or status.done is not None:
            return None
        if status.code not in RUNNING and status.code != codes.UNSYNCED:
            return None
        return self.calendar.distance(today, status.deadline, self._units.get(status.rule, "日"))

    # the reason --------------------------------------------------------------------------------------------------

    def reason(self, status: Status, today: date) -> str:
        """Why, in one sentence with its dates, and where the policy says so; of a rule with versions, by which."""
        if (own := self.of(status)) is not self:
            return own.reason(status, today)
        today = self.scheme.counting(today)
        rule = self.rules.get(status.rule)
        label = str(status.inputs.get("label", ""))
        parts = [item for item in (label, self.clause(status), *self._details(status, today)) if item]
        text = "，".join(parts)
        if status.inputs.get("provisional"):
            text += f"({PROVISIONAL})"
        section = rule.section if rule is not None else ""
        version = status.inputs.get("version", "")
        told = "".join((section, f"（{version}起执行的版本）" if version else ""))
        return f"{text}；依据 {told}" if told else text

    def clause(self, status: Status) -> str:
        """The rule in one clause with the dates of this status; the words of the problem where it is 数据异常."""
        if (own := self.of(status)) is not self:
            return own.clause(status)
        if status.code == codes.BROKEN:
            return self._broken(status)
        if status.inputs.get("problem") == "no_plan":
            return f"{status.inputs.get('node', '')}没有填计划日期，不比"
        rule = self.rules.get(status.rule)
        if rule is None:
            return ""
        text = self._clauses.get(rule.id)
        if text is None:
            text = self._clauses[rule.id] = rule.sentence or self._default_clause(rule)
        if "{" not in text:
            return text
        return _fill(text, self._dates(rule, status))

    def _dates(self, rule: RuleBase, status: Status) -> dict[str, Any]:
        words: dict[str, Any] = {"title": rule.title, **rule.details(), **status.inputs}
        if status.deadline is not None:
            words["deadline"] = status.deadline.isoformat()
        if status.done is not None:
            words["done"] = words["to"] = status.done.isoformat()
        if isinstance(status.inputs.get("n"), int):
            words["limit"] = limit_words(status.inputs["n"], unit_of(rule))
        elif rule.id in self._open:
            words["limit"] = "期限"  # which one, the row does not tell yet
        return words

    def _default_clause(self, rule: RuleBase) -> str:
        if rule.kind == "elapsed":
            start, end = self.label(rule, "from_"), self.label(rule, "to")
            within = "{limit}内" if getattr(rule, "n", None) is not None or getattr(rule, "limits", None) else "到"
            return f"{start}({{from}})后{within}{end}" if within != "到" else f"{start}({{from}})到{end}"
        if rule.kind == "planned":
            return "{node}计划({deadline})"
        return rule.title

    def label(self, rule: RuleBase, anchor: str) -> str:
        """What people call the node at one end of a rule: 签约, 开工."""
        key = (rule.id, anchor)
        if key not in self._labels:
            found = getattr(rule, anchor, "")
            self._labels[key] = self._env.label(found, rule.table) if found else ""
        return self._labels[key]

    def _broken(self, status: Status) -> str:
        inputs, rule = status.inputs, self.rules.get(status.rule)
        start, end = self._end(rule, _STARTS) or "起点", self._end(rule, _ENDS) or str(inputs.get("node", "")) or "终点"
        problem = inputs.get("problem")
        if problem == "future":
            return f"填了将来的日期{inputs.get('day', '')}，实际日期不能晚于今天"
        if problem == "no_start":
            return f"填了{end}({inputs.get('to', '')})，没有填{start}"
        if problem == "no_end":
            return f"填了{inputs.get('node', '')}({inputs.get('to', '')})，没有填{end}"
        if problem == "backwards":
            end = str(inputs.get("node", "")) or end
            return f"{end}({inputs.get('to', '')})早于{start}({inputs.get('from', '')})"
        return str(problem or "")

    def _end(self, rule: RuleBase | None, anchors: tuple[str, ...]) -> str:
        """What one end of a rule is called, whatever its kind calls the anchor."""
        return "" if rule is None else next((found for name in anchors if (found := self.label(rule, name))), "")

    def _details(self, status: Status, today: date) -> list[str]:
        """What follows the clause: due day, actual day, plan changes, what is missing, figures."""
        inputs, code = status.inputs, status.code
        found: list[str] = []
        if code == codes.PENDING and "hangs" not in inputs:
            names = inputs.get("missing") or inputs.get("fields") or ()
            found.append(f"缺{'、'.join(map(str, names))}，补填后才能判断")
        if code == codes.NOT_APPLICABLE:
            found += _why_not(inputs)
        if "hangs" in inputs and not inputs.get("over_zero"):
            found.append(self._hangs(inputs))
        aims = code in _TARGETS or (code == codes.SOON and {"done", "target", "gap"} <= inputs.keys())
        if aims or "covered" in inputs:
            found += _figures(inputs, at_most=bool(getattr(self.rules.get(status.rule), "at_most", False)))
        if (code in _DATED and status.deadline is not None and not aims) or (
            code in _FINISHED and status.deadline and status.done and status.done > status.deadline
        ):
            found.append(f"应于{status.deadline.isoformat()}前")
        elif aims and status.deadline is not None:
            found.append(f"截至{status.deadline.isoformat()}")
        if status.done is not None and code != codes.SHOWN:
            found.append(f"实际{status.done.isoformat()}")
        found += self._counts(status, today)
        if inputs.get("progress"):
            found.append(f"已办{inputs['progress']}")
        if inputs.get("changes"):
            found.append(f"计划变更{inputs['changes']}次，原计划{inputs.get('first', '')}")
        if inputs.get("ended"):
            found.append(f"{inputs['ended']}终止，不再计算期限")
        if inputs.get("key"):
            found.append(f"对照表里没有“{inputs['key']}”")
        if (rule := self.rules.get(status.rule)) is not None:
            found += rule.told(status)
        if inputs.get("outside"):
            found.append(_outside(inputs["outside"]))
        if "excused" in inputs:
            found.append(_excuse(inputs["excused"]))
        if "ever" in inputs:
            found.append(self.ever(status))
        if "closed" in inputs:
            found += self._closed(status, today)
        return found

    def _hangs(self, inputs: Mapping[str, Any]) -> str:
        """That a value of another rule is not there, and what that rule says."""
        rule, word = self.rules.get(inputs["on"]), self._words.get(inputs["cause"], "")
        if inputs["cause"] == codes.SHOWN:
            word = "没有规定期限"
        why = f"（{rule.title if rule is not None else inputs['on']}{'' if '{' in word else f'：{word}'}）"
        return f"没有{inputs['hangs']}{why}"

    def _closed(self, status: Status, today: date) -> list[str]:
        """That the period is closed, and what the data say now where that is something else."""
        closed, later = status.inputs["closed"], status.inputs.get("later")
        found = [f"{closed['label']}已于{closed['day']}关账"]
        if later:
            deadline, done = (
                date.fromisoformat(later[name]) if name in later else None for name in ("deadline", "done")
            )
            more = later.get("inputs", {})
            word = self.word(Status(status.rule, later["code"], deadline, done, None, more), today)
            share = f"{more['covered']}/{more['due']}" if "covered" in more and "due" in more else ""
            mended = f"{more['mended']}更正" if "mended" in more else ""
            found.append(f"关账后现为{'，'.join(text for text in (word, share, mended) if text)}")
        return found

    def _counts(self, status: Status, today: date) -> list[str]:
        """Days that the word itself does not say."""
        if status.code in _LATE and "{n}" not in self._words[status.code] and status.done is None and status.deadline:
            return [f"已逾期{self._count(status, self.rules.get(status.rule), today)}"]
        if status.code in _FINISHED and status.done and status.deadline and status.done > status.deadline:
            unit = unit_of(self.rules.get(status.rule))
            days = self.calendar.distance(status.deadline, status.done, unit)
            return [f"晚{days}个工作日" if unit == "工作日" else f"晚{days}天"]
        if status.code in (codes.HANDLING, codes.OPEN) and status.deadline is None and status.inputs.get("from"):
            return [f"已{(today - date.fromisoformat(status.inputs['from'])).days}天"]
        return []

    def ever(self, status: Status) -> str:
        """曾逾期8天 with the day and the value it was overdue under; "" when it never was."""
        if (own := self.of(status)) is not self:
            return own.ever(status)
        ever = status.inputs.get("ever")
        rule = self.rules.get(status.rule)
        if not ever:
            return ""
        until, deadline = date.fromisoformat(ever["until"]), date.fromisoformat(ever["deadline"])
        unit = unit_of(rule)
        days = self.calendar.distance(deadline, until, unit)
        count = f"{days}个工作日" if unit == "工作日" else f"{days}天"
        table = rule.table if rule is not None else ""
        values = "、".join(f"{self._env.title(name, table)}为{value}" for name, value in ever["fields"].items())
        return f"曾逾期{count}(至{until.isoformat()}，当时{values})"


def _why_not(inputs: Mapping[str, Any]) -> list[str]:
    """Why something does not apply, where it is not a condition of the rule that says so."""
    found = ["除数是0，没有比值"] if inputs.get("over_zero") else []
    found += ["应达到的数是0"] if inputs.get("zero_goal") else []
    return found


def _outside(terms: Iterable[Sequence[str]]) -> str:
    """That no version of the rule covers the day, and which days they cover."""
    said = [f"{first or '开始'}至{last}" if last else f"{first}起" for first, last in terms]
    return f"这一条只管{'、'.join(said)}，不在其中"


def _excuse(log: Mapping[str, Any]) -> str:
    until = f"，至{log['until']}有效" if log.get("until") else ""
    return f"已说明：{log.get('why', '')}{until}".rstrip("：")


def _own_words(rule: RuleBase) -> tuple[tuple[tuple[str, str], str], ...]:
    """Words a rule gives itself for days that nothing judges, and for what was not touched."""
    names = ("open_text", "done_text", "word", "fresh_text")
    open_text, done_text, word, fresh_text = (getattr(rule, name, "") for name in names)
    return (
        ((rule.id, codes.SHOWN), open_text),
        ((rule.id, "done"), done_text),
        ((rule.id, codes.STALE), word),
        ((rule.id, codes.FRESH), fresh_text),
    )


def _depends(rule: RuleBase) -> bool:
    """Whether the limit is another from row to row."""
    return isinstance(getattr(rule, "n", None), str) or bool(getattr(rule, "limits", None))


def unit_of(rule: RuleBase | None) -> str:
    """The unit in which a rule counts; calendar days unless it says otherwise."""
    unit = getattr(rule, "unit", None) or getattr(rule, "due_unit", None)
    return unit if isinstance(unit, str) else "日"


def _figures(inputs: Mapping[str, Any], at_most: bool = False) -> list[str]:
    """How far a duty or a target is. `at_most`: the target is a limit, which is exceeded and not fallen short of."""
    if "covered" in inputs:
        return [f"{inputs['covered']}/{inputs['due']}，{_percent(inputs['ratio'])}"]
    measure = inputs.get("measure", "")
    if measure in ("%", "％"):  # what is counted is counted in pieces, its share stands beside it
        measure = ""
    if "target" not in inputs:
        found = [f"完成{inputs.get('done', '')}{measure}，没有设定目标"]
    elif at_most and inputs["target"] == "0":  # 零增长: what there is was not achieved, and has no share of nought
        found = [f"应为0{measure}，已有{inputs['done']}{measure}"]
    else:
        found = [f"完成{inputs['done']}/{inputs['target']}{measure}", _percent(inputs.get("ratio", NO_RATIO))]
        if inputs.get("gap") not in (None, "0"):
            found.append(f"{'超' if at_most else '差'}{inputs['gap']}{measure}")
    if inputs.get("frozen") and "now" in inputs:
        found.append(f"按期末冻结数，现为{inputs['now']}")
    return found


def _percent(ratio: str) -> str:
    return ratio if ratio == NO_RATIO else f"{ratio}%"


@lru_cache(maxsize=1_000)
def _only_days(text: str) -> bool:
    """Whether a text names nothing but its days, as nearly every word does: 逾期{n}."""
    return _NAME.findall(text) == ["n"] and not _BRACKET.search(text) and "，" not in text


def _fill(text: str, words: Mapping[str, Any]) -> str:
    """Names in braces replaced. A bracket or quotation of nothing but an unknown name goes, and so does a later clause
    that names one: 项目库定期更新，最近一次改动是{last} is only its first half while nothing is known of {last}."""

    if _only_days(text):
        return text.replace("{n}", _text(words.get("n", "")))

    def bracket(found: re.Match[str]) -> str:
        return found[0].replace("{" + found[1] + "}", _text(words[found[1]])) if words.get(found[1]) else ""

    first, *later = _BRACKET.sub(bracket, text).split("，")
    known = [clause for clause in later if all(words.get(name) not in (None, "") for name in _NAME.findall(clause))]
    return _NAME.sub(lambda found: _text(words.get(found[1], "")), "，".join([first, *known]))


def _text(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


_speakers: dict[tuple[int, int], Speaker] = {}


def speaker(scheme: Scheme, calendar: Calendar | None = None) -> Speaker:
    """The speaker of a scheme and a calendar, made once."""
    calendar = calendar or default_calendar()
    key = (id(scheme), id(calendar))
    found = _speakers.get(key)
    if found is None or found.scheme is not scheme or found.calendar is not calendar:
        if len(_speakers) > 50:
            _speakers.clear()
        found = _speakers[key] = Speaker(scheme, calendar)
    return found
