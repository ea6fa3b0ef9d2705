"""Status words, days left, and reasons: the texts of the policy matrix."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.small_scheme import judge, rule, small_scheme
from validators.calendar import Calendar
from validators.rules import codes
from validators.scheme.models import Conventions, Scheme
from validators.speak import Speaker
from validators.status import Status


def said(scheme: Scheme, values: dict[str, str], today: str, rule_id: str, **more: Any) -> tuple[str, int | None, str]:
    """(word, days left, reason) of one rule for one project."""
    day = date.fromisoformat(today)
    status = next(item for item in judge(scheme, values, day, **more).statuses if item.rule == rule_id)
    say = Speaker(scheme, Calendar())
    return say.word(status, day), say.left(status, day), say.reason(status, day)


HALL = {"signed": "2025-03-01", "site": "厂房"}


@pytest.mark.parametrize(
    ("values", "today", "word", "left"),
    [
        (HALL, "2025-03-24", "正常", 8),
        (HALL, "2025-03-25", "临期", 7),
        (HALL, "2025-04-01", "临期", 0),
        (HALL, "2025-04-02", "逾期1天(原则上)", -1),
        ({**HALL, "started": "2025-04-01"}, "2025-05-01", "按期完成", None),
        ({**HALL, "started": "2025-04-03"}, "2025-05-01", "逾期完成2天(原则上)", None),
        ({**HALL, "started": "2025-02-01"}, "2025-05-01", "数据异常", None),
        ({"site": "厂房"}, "2025-05-01", "未启动", None),
        ({"signed": "2025-03-01"}, "2025-05-01", "待补条件", None),
        ({"signed": "2025-03-01", "site": "自建"}, "2025-05-01", "不适用", None),
        ({**HALL, "ended_on": "2025-04-01"}, "2025-05-01", "已终止", None),
    ],
)
def test_words_of_a_limit_in_months(values: dict[str, str], today: str, word: str, left: int | None) -> None:
    """原则上 stands on adverse words only; days are counted on the day of asking."""
    assert said(small_scheme(rule("K-4")), values, today, "K-4")[:2] == (word, left)


@pytest.mark.parametrize(
    ("checked", "today", "word", "left"),
    [
        ("", "2025-09-28", "正常", 2),
        ("", "2025-09-29", "临期", 1),
        ("", "2025-09-30", "临期", 0),
        ("", "2025-10-01", "逾期(不足1个工作日)", 0),
        ("", "2025-10-09", "逾期1个工作日", -1),
        ("2025-09-30", "2025-11-01", "按期完成", None),
        ("2025-10-08", "2025-11-01", "逾期完成(不足1个工作日)", None),
        ("2025-10-09", "2025-11-01", "逾期完成1个工作日", None),
    ],
)
def test_words_of_a_limit_in_working_days(checked: str, today: str, word: str, left: int | None) -> None:
    """Counted in working days: over the holidays it is late, but not yet by one of them (B-7)."""
    values = {"accepted": "2025-09-26", **({"checked": checked} if checked else {})}
    assert said(small_scheme(rule("K-6")), values, today, "K-6")[:2] == (word, left)


def test_the_reason_explains_itself() -> None:
    values = {"signed": "2025-03-31", "site": "自建"}
    _, _, reason = said(small_scheme(rule("K-5")), values, "2025-07-12", "K-5")
    assert reason == "自建项目签约(2025-03-31)后3个月内开工，应于2025-06-30前；依据 二(一)1"


def test_a_bracket_without_its_date_is_left_out() -> None:
    _, _, reason = said(small_scheme(rule("K-5")), {"site": "自建"}, "2025-07-12", "K-5")
    assert reason == "自建项目签约后3个月内开工；依据 二(一)1"


def test_a_rule_without_a_sentence_says_its_ends() -> None:
    scheme = small_scheme(rule("K-6"))
    assert said(scheme, {"accepted": "2025-09-26"}, "2025-09-28", "K-6")[2].startswith(
        "受理(2025-09-26)后3个工作日内现场验收，应于2025-09-30前"
    )


@pytest.mark.parametrize(
    ("change", "produced", "word"),
    [
        ({}, "", "36天"),
        ({}, "2025-04-11", "10天"),
        ({"open_text": "待投产{n}"}, "", "待投产36天"),
        ({"done_text": "用了{n}"}, "2025-04-11", "用了10天"),
    ],
)
def test_without_a_limit_days_are_shown_and_nothing_runs(change: dict[str, str], produced: str, word: str) -> None:
    scheme = small_scheme({**rule("K-7"), **change})
    values = {"started": "2025-04-01", **({"produced": produced} if produced else {})}
    assert said(scheme, values, "2025-05-07", "K-7")[:2] == (word, None)


def test_moved_plans_are_told() -> None:
    facts = {"plans": {"finish_plan": {"first": "2025-08-31", "last": "2025-09-30", "changes": 1, "days": []}}}
    word, left, reason = said(
        small_scheme(rule("K-8")), {"finish_plan": "2025-09-30"}, "2025-09-02", "K-8", facts=facts
    )
    assert (word, left) == ("正常", 28)
    assert "计划变更1次，原计划2025-08-31" in reason


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({**HALL, "started": "2025-02-01"}, "开工(2025-02-01)早于签约(2025-03-01)"),
        ({"site": "厂房", "started": "2025-02-01"}, "填了开工(2025-02-01)，没有填签约"),
        ({"site": "厂房", "signed": "2025-06-01"}, "填了将来的日期2025-06-01，实际日期不能晚于今天"),
    ],
)
def test_what_is_wrong_with_the_data(values: dict[str, str], problem: str) -> None:
    word, _, reason = said(small_scheme(rule("K-4")), values, "2025-05-01", "K-4")
    assert word == "数据异常" and reason.startswith(problem)


def test_missing_conditions_are_named() -> None:
    assert "缺选址类型" in said(small_scheme(rule("K-4")), {"signed": "2025-03-01"}, "2025-05-01", "K-4")[2]


def test_an_unknown_year_is_marked() -> None:
    """A limit that reaches into a year without a published arrangement."""
    values = {"accepted": "2049-09-26"}
    assert "暂按周末推算" in said(small_scheme(rule("K-6")), values, "2049-09-27", "K-6")[2]
    assert "暂按" not in said(small_scheme(rule("K-6")), {"accepted": "2025-09-26"}, "2025-09-27", "K-6")[2]


def test_what_was_overdue_once_is_told() -> None:
    facts = {"dated": {"site": [["", "厂房"], ["2025-04-10", "自建"]]}}
    values = {"signed": "2025-03-01", "site": "自建"}
    word, _, reason = said(small_scheme(rule("K-4")), values, "2025-05-01", "K-4", facts=facts)
    assert word == "不适用" and "曾逾期8天(至2025-04-09，当时选址类型为厂房)" in reason


def test_a_scheme_has_its_own_words_and_suffixes() -> None:
    conventions = Conventions(words={"overdue": "超期{n}"}, suffix={"原则上": "【原则】"})
    scheme = small_scheme(rule("K-4"), conventions=conventions)
    assert said(scheme, HALL, "2025-04-02", "K-4")[0] == "超期1天【原则】"


@pytest.mark.parametrize(
    ("modality", "day", "word"),
    [
        ("力争", "2025-03-25", "临期(力争)"),
        ("力争", "2025-04-02", "逾期1天(力争)"),
        ("力争", "2025-03-10", "正常"),
        ("硬", "2025-04-02", "逾期1天"),
        ("定性", "2025-04-02", "逾期1天"),
    ],
)
def test_suffix_by_modality(modality: str, day: str, word: str) -> None:
    assert said(small_scheme({**rule("K-4"), "modality": modality}), HALL, day, "K-4")[0] == word


def test_a_rule_on_trial_says_so() -> None:
    assert said(small_scheme({**rule("K-4"), "trial": True}), HALL, "2025-04-02", "K-4")[0] == "逾期1天(原则上)(试行)"


def test_every_code_has_a_word_and_an_urgency() -> None:
    every = {value for name, value in vars(codes).items() if name.isupper() and isinstance(value, str)}
    assert every == set(codes.WORDS)
    assert every - {codes.EXCUSED} <= set(codes.URGENCY)


def test_a_status_of_a_rule_that_is_gone_still_reads() -> None:
    """Stored statuses outlive rules that a new version drops."""
    say, day = Speaker(small_scheme(rule("K-4"))), date(2025, 7, 1)
    status = Status("X-9", codes.OVERDUE, date(2025, 6, 30))
    assert (say.word(status, day), say.left(status, day), say.reason(status, day)) == (
        "逾期1天", -1, "应于2025-06-30前",
    )  # fmt: skip
