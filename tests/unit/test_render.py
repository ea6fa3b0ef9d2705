"""Texts of a row: short, ordered by what asks most, and right about the marks."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from tests.small_scheme import MONTHLY, PROJECT, judge, rule, small_scheme
from validators.calendar import Calendar
from validators.evaluate import Evaluator, Related
from validators.findings import Finding, Severity
from validators.render import MOST_FINDINGS, MOST_STATUSES, PASSED, row_answer, todo_entries
from validators.rows import Record
from validators.rules import codes
from validators.scheme.models import Scheme
from validators.status import Flag, Status

SCHEME = small_scheme()
TODAY = date(2025, 7, 12)


def answer(scheme: Scheme, values: dict[str, str], today: date = TODAY, **more: Any) -> dict[str, str]:
    result = judge(scheme, values, today, **more)
    return row_answer(
        scheme, PROJECT, result.stage, result.statuses, result.flags, result.findings, values, today, Calendar()
    )


def finding(severity: Severity, field: str = "", code: str = "rule.notice", **params: Any) -> Finding:
    return Finding(code, severity, "project", "P1", field, "", {"what": [f"{severity.value}{field}"], **params})


def check(*findings: Finding) -> str:
    return row_answer(SCHEME, PROJECT, "", [], [], findings, {}, TODAY)["check"]


def problems(*findings: Finding) -> str:
    return row_answer(SCHEME, PROJECT, "", [], [], findings, {}, TODAY)["problems"]


# 节点状态 ---------------------------------------------------------------------------------------------------------


def test_an_overdue_row_says_why_and_since_when() -> None:
    told = answer(small_scheme(rule("K-5")), {"signed": "2025-03-31", "site": "自建"})
    assert told["status"] == ("逾期12天(原则上)：自建项目签约(2025-03-31)后3个月内开工，应于2025-06-30前；依据 二(一)1")
    assert (told["deadline"], told["remaining"]) == ("2025-06-30", "-12")


def test_where_nothing_runs_badly_the_next_deadline_is_named() -> None:
    values = {"signed": "2025-05-31", "site": "自建", "finish_plan": "2025-12-31"}
    told = answer(small_scheme(rule("K-5"), rule("K-8")), values)
    assert told["status"] == "正常：最近期限2025-08-31(还有50天)，自建项目签约到开工"
    assert (told["deadline"], told["remaining"]) == ("2025-08-31", "50")


def test_near_deadlines_say_what_is_left() -> None:
    scheme = small_scheme(rule("K-8"))
    assert answer(scheme, {"finish_plan": "2025-07-15"})["status"].startswith("临期：还有3天，竣工计划(2025-07-15)")
    assert answer(scheme, {"finish_plan": "2025-07-12"})["status"].startswith("临期：今天到期，")


def test_working_days_are_shown_as_such() -> None:
    told = answer(small_scheme(rule("K-6")), {"accepted": "2025-09-26"}, date(2025, 9, 29))
    assert told["status"].startswith("临期：还有1个工作日，") and told["remaining"] == "1"


def test_the_most_urgent_stands_first() -> None:
    values = {"signed": "2025-03-31", "site": "自建", "finish_plan": "2025-07-15"}
    lines = answer(small_scheme(rule("K-8"), rule("K-5")), values)["status"].split("\n")
    assert [line.partition("：")[0] for line in lines] == ["逾期12天(原则上)", "临期"]


def test_what_is_over_stands_last_and_short() -> None:
    values = {"signed": "2025-03-31", "site": "自建", "started": "2025-07-01", "finish_plan": "2025-12-31"}
    lines = answer(small_scheme(rule("K-8"), rule("K-5")), values)["status"].split("\n")
    assert lines == ["正常：最近期限2025-12-31(还有172天)，竣工按期", "逾期完成1天(原则上)：自建项目签约到开工"]


def test_rules_that_wait_for_one_cell_are_one_line() -> None:
    told = answer(small_scheme(rule("K-4"), rule("K-5")), {"signed": "2025-03-31"})
    assert told["status"] == "待补条件：请填选址类型，填了才能算期限"


def test_one_wrong_date_is_told_once() -> None:
    """A signing in the future breaks every rule that counts from it."""
    told = answer(small_scheme(rule("K-4"), rule("K-5")), {"signed": "2025-08-31", "site": "自建"})
    assert told["status"] == "数据异常：填了将来的日期2025-08-31，实际日期不能晚于今天"


def test_a_terminated_row_says_nothing_else() -> None:
    values = {"signed": "2025-03-31", "site": "自建", "ended_on": "2025-06-01", "finish_plan": "2025-06-30"}
    told = answer(SCHEME, values)
    assert (told["status"], told["deadline"], told["remaining"]) == ("已终止", "", "")


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, "未启动"),
        ({"signed": "2025-03-01", "site": "厂房", "started": "2025-03-20"}, "正常"),
    ],
)
def test_nothing_begun_and_everything_done(values: dict[str, str], status: str) -> None:
    assert answer(small_scheme(rule("K-4")), values)["status"] == status


def test_a_table_without_rules_has_no_status() -> None:
    assert row_answer(SCHEME, MONTHLY, "", [], [], [], {}, TODAY)["status"] == ""


def test_many_lines_are_cut() -> None:
    statuses = [Status("K-8", codes.OVERDUE, date(2025, 7, n + 1), inputs={"node": f"节点{n}"}) for n in range(9)]
    lines = row_answer(SCHEME, PROJECT, "", statuses, [], [], {}, TODAY)["status"].split("\n")
    assert len(lines) == MOST_STATUSES + 1 and lines[-1] == "另有5项"
    assert "2025-07-01" in lines[0]


def test_hidden_rules_stay_out_of_the_status() -> None:
    values = {"signed": "2025-03-31", "site": "自建"}
    told = answer(small_scheme({**rule("K-5"), "shown": False}), values)
    assert "逾期" not in told["status"] and told["deadline"] == ""


def test_a_trial_is_shown_and_sets_no_deadline() -> None:
    told = answer(small_scheme({**rule("K-5"), "trial": True}), {"signed": "2025-03-31", "site": "自建"})
    assert told["status"].startswith("逾期12天(原则上)(试行)") and told["deadline"] == ""


def test_the_next_deadline_is_of_a_node_before_a_report() -> None:
    """A report owed since January does not hide that a node is due; alone it is told."""
    owed = Status("K-20", codes.MISSING, date(2025, 1, 31), inputs={"period": "2025-01", "label": "2025年1月"})
    node = Status("K-8", codes.OK, date(2025, 12, 31), inputs={"node": "竣工"})
    both, alone = (row_answer(SCHEME, PROJECT, "", found, [], [], {}, TODAY) for found in ([owed, node], [owed]))
    assert both["deadline"] == "2025-12-31" and alone["deadline"] == "2025-01-31"
    assert both["status"].startswith("逾期未报：2025年1月，月度进展，应于2025-01-31前，已逾期162天")


def test_once_overdue_is_not_forgotten() -> None:
    facts = {"dated": {"site": [["", "厂房"], ["2025-04-10", "自建"]]}}
    values = {"signed": "2025-03-01", "site": "自建"}
    told = answer(small_scheme(rule("K-4"), rule("K-5")), values, date(2025, 4, 20), facts=facts)
    assert told["status"].split("\n") == [
        "正常：最近期限2025-06-01(还有42天)，自建项目签约到开工",
        "曾逾期8天(至2025-04-09，当时选址类型为厂房)",
    ]


def test_the_stage_shows_how_far_it_is() -> None:
    status = Status("K-3", codes.STAGE, inputs={"value": "前期", "progress": "1/7"})
    assert row_answer(SCHEME, PROJECT, "前期", [status], [], [], {}, TODAY)["stage"] == "前期(1/7)"


def test_flags_are_joined_once_each() -> None:
    flags = [Flag("a", "重点监测"), Flag("b", "推荐表彰"), Flag("c", "重点监测")]
    assert row_answer(SCHEME, PROJECT, "", [], flags, [], {}, TODAY)["flag"] == "重点监测、推荐表彰"


# 校验结果 ---------------------------------------------------------------------------------------------------------


def test_nothing_to_mend() -> None:
    assert check() == PASSED and PASSED.startswith("✓")  # the template looks for the sign


def test_what_must_be_mended_stands_first() -> None:
    told = check(finding(Severity.HINT), finding(Severity.EXPLAIN), finding(Severity.MUST))
    assert told.split("\n") == ["还有1处要改，1处须说明", "必改", "须说明", "提示：提示"]


def test_hints_alone_are_no_failure() -> None:
    assert check(finding(Severity.HINT)).startswith(PASSED + "\n提示：")


def test_the_column_is_named() -> None:
    assert check(finding(Severity.MUST, "signed", what=["看不懂"])).split("\n")[1] == "签约日期：看不懂"
    assert check(finding(Severity.MUST, "signed", what=["签约日期太早"])).split("\n")[1] == "签约日期太早"


def test_a_faulty_cell_says_what_to_write() -> None:
    bad = Finding("cell.date.words", Severity.MUST, "project", "P1", "signed", "快了", {"example": "2025-03-15"})
    told = check(bad).split("\n")[1]
    assert told.startswith("签约日期：“快了”不是日期，请填") and "2025-03-15" in told


def test_conditions_not_met_say_of_what() -> None:
    told = answer(small_scheme(rule("K-13")), {"finished": "2025-07-01"})
    assert told["check"].split("\n")[1] == "前置不满足:开工（竣工前要开工）"


def test_a_long_list_points_to_the_tab() -> None:
    lines = check(*(finding(Severity.MUST, what=[f"第{n}处"]) for n in range(9))).split("\n")
    assert lines[0] == "还有9处要改" and lines[-1] == "另有4处，见“待改清单”" and len(lines) == MOST_FINDINGS + 2


def test_missing_fields_read_as_in_the_matrix() -> None:
    told = answer(small_scheme(rule("K-10")), {"signed": "2025-03-31"})
    assert told["check"] == "还有1处要改\n缺项:包保领导、行业"


# 问题字段 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("findings", "marks"),
    [
        ((), ""),
        ((finding(Severity.MUST, "signed"),), "|signed|"),
        ((finding(Severity.MUST, "signed"), finding(Severity.MUST, "site")), "|signed|site|"),
        ((finding(Severity.HINT, "site"),), "?site?"),
        ((finding(Severity.HINT, "site"), finding(Severity.MUST, "signed")), "|signed|?site?"),
        ((finding(Severity.HINT, "site"), finding(Severity.MUST, "site")), "|site|"),  # the weightier mark wins
        ((finding(Severity.MUST, "a", fields=["a", "b"]),), "|a|b|"),
        ((finding(Severity.MUST),), ""),
    ],
)
def test_marks(findings: tuple[Finding, ...], marks: str) -> None:
    assert problems(*findings) == marks


def test_marks_are_what_the_template_looks_for() -> None:
    """The conditional format finds |name| or ?name?: every name must stand between two signs of its kind."""
    marks = problems(finding(Severity.MUST, "a", fields=["a", "b", "c"]), finding(Severity.EXPLAIN, "d", fields=["e"]))
    for name in "abc":
        assert f"|{name}|" in marks and f"?{name}?" not in marks
    for name in "de":
        assert f"?{name}?" in marks and f"|{name}|" not in marks


# 待改清单 ---------------------------------------------------------------------------------------------------------


def test_missing_fields_are_entries_of_their_own() -> None:
    """Each beside its own column, so that a clerk can go there."""
    found = judge(small_scheme(rule("K-10")), {"signed": "2025-03-31"}, TODAY).findings
    entries = [(item.field, title, asked) for item, title, asked in todo_entries(SCHEME, PROJECT, found)]
    assert entries == [
        ("leader", "包保领导", "缺项:包保领导。请补填包保领导"),
        ("industry", "行业", "缺项:行业。请补填行业"),
    ]


def test_entries_say_what_the_rule_asks() -> None:
    scheme = small_scheme({**rule("K-12"), "sentence": "各节点的日期应前后相接"})
    found = judge(scheme, {"signed": "2025-03-01", "started": "2025-02-01"}, TODAY).findings
    [(item, title, asked)] = todo_entries(scheme, PROJECT, found)
    assert (title, item.value) == ("开工日期", "2025-02-01")
    assert asked.startswith("校验错误:节点顺序。各节点的日期应前后相接。请核对后改正")


def test_entries_stand_in_order_of_weight() -> None:
    found = [finding(Severity.TRIAL), finding(Severity.HINT), finding(Severity.MUST), finding(Severity.EXPLAIN)]
    assert [item.severity for item, _, _ in todo_entries(SCHEME, PROJECT, found)] == [
        Severity.MUST, Severity.EXPLAIN, Severity.HINT, Severity.TRIAL,
    ]  # fmt: skip


def test_entries_of_a_whole_book_have_no_column() -> None:
    lost = Finding("sheet.tab_lost", Severity.MUST, params={"tab": "项目库"})
    [(_, title, asked)] = todo_entries(SCHEME, None, [lost])
    assert title == "" and asked.startswith("找不到工作表“项目库”")


# all together -----------------------------------------------------------------------------------------------------

LEFTOVER = re.compile(r"\{\w*\}|None|\[|\bnull\b|：：|；；|，，")


def test_no_text_shows_its_machinery() -> None:
    """Whatever a row holds, no brace, no None and no empty clause reaches a clerk."""
    engine = Evaluator(SCHEME, Calendar())
    dates = ("", "2025-03-01", "2025-07-10", "2025-09-01")
    for site in ("", "厂房", "自建"):
        for n in range(4**4):
            chosen = [dates[n // 4**k % 4] for k in range(4)]
            values = dict(zip(("signed", "started", "finish_plan", "finished"), chosen, strict=True))
            values = {k: v for k, v in {**values, "site": site, "money": "9999"}.items() if v}
            result = engine.records("project", [Record("P1", "project", "A", values)], TODAY, Related())[0]
            told = row_answer(
                SCHEME, PROJECT, result.stage, result.statuses, result.flags, result.findings, values, TODAY
            )
            for text in told.values():
                assert not LEFTOVER.search(text), text
            assert told["status"], values


def test_one_fault_found_by_two_rules_is_one_line() -> None:
    """A hint that another one says with its column is left out."""
    hints = [finding(Severity.HINT, name, what=["应统未统"]) for name in ("", "signed")]
    assert check(*hints).split("\n") == [PASSED, "提示：签约日期：应统未统"]


def test_a_long_list_of_missing_columns_names_three() -> None:
    """待改清单 has a line for each; four are not worth cutting."""
    names = ["甲", "乙", "丙", "丁", "戊"]

    def told(number: int) -> str:
        return check(finding(Severity.MUST, "", "rule.incomplete", what=names[:number], fields=names[:number]))

    assert told(5).split("\n")[1] == "缺项:甲、乙、丙等5个"
    assert told(4).split("\n")[1] == "缺项:甲、乙、丙、丁"


def test_the_result_in_english() -> None:
    """Its own words and the catalogue's are English; titles and what the scheme says stay as they are."""
    bad = Finding("cell.date.words", Severity.MUST, "project", "P1", "signed", "快了", {"example": "2025-03-15"})
    found = [bad, finding(Severity.HINT, what=["应统未统"])]
    told = row_answer(SCHEME, PROJECT, "", [], [], found, {}, TODAY, lang="en")["check"].split("\n")
    assert told[0] == "1 to mend" and told[1].startswith("签约日期: “快了” is no date.") and told[2] == "Hint: 应统未统"
    assert row_answer(SCHEME, PROJECT, "", [], [], [], {}, TODAY, lang="en")["check"] == "✓ passed"
