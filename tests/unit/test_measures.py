"""Measures of reports and colours of statuses: what a scheme may write, and what it is told when it writes something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheets_templates import catalog
from validators.rules import codes
from validators.scheme.colours import BAD, GOOD, look_of, status_look, status_looks, status_word
from validators.scheme.measures import Measure, parse_measure, report_names
from validators.scheme.models import Conventions, Scheme

SUMMARY = Path(__file__).parents[1] / "data" / "schemes" / "summary"


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return catalog.load(SUMMARY)


@pytest.mark.parametrize(
    ("source", "measure"),
    [
        ("个数", Measure("count")),
        (" 个数 ", Measure("count")),
        ("个数(有(开工日期))", Measure("count", "有(开工日期)")),
        ("个数（有（开工日期））", Measure("count", "有（开工日期）")),
        ("合计(总投资)", Measure("sum", "总投资")),
        ("平均(总投资 / 2)", Measure("mean", "总投资 / 2")),
        ("占比(选址类型 = '独立选址')", Measure("share", "选址类型 = '独立选址'")),
        ("比率(已用面积, 建筑面积)", Measure("ratio", "已用面积", below="建筑面积")),
        ("比率(如果(有(甲), 甲, 0)，最大(乙, 丙))", Measure("ratio", "如果(有(甲), 甲, 0)", below="最大(乙, 丙)")),
        ("状态(逾期)", Measure("status", codes=(codes.OVERDUE,))),
        ("状态(S-2, 逾期、逾期完成)", Measure("status", rule="S-2", codes=(codes.OVERDUE, codes.DONE_LATE))),
        ("标识(重点监测，推荐表彰)", Measure("flag", words=("重点监测", "推荐表彰"))),
    ],
)
def test_measures_are_read(scheme: Scheme, source: str, measure: Measure) -> None:
    assert parse_measure(scheme, source) == measure


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("求和(总投资)", "不是指标"),
        ("合计", "括号里要写数字栏目"),
        ("占比()", "括号里要写条件"),
        ("比率(已用面积)", "用逗号隔开"),
        ("比率(甲, 乙, 丙)", "用逗号隔开"),
        ("比率(, 乙)", "用逗号隔开"),
        ("状态()", "没有写状态"),
        ("状态(S-9, 逾期)", "没有“S-9”"),
        ("状态(S-2, 超期)", "没有“超期”"),
        ("标识()", "没有写标识"),
    ],
)
def test_a_wrong_measure_is_told_with_an_example(scheme: Scheme, source: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as problem:
        parse_measure(scheme, source)
    assert "例如" in str(problem.value)


def test_conditions_of_reports_may_name_fields_parents_derived_values_and_the_unit(scheme: Scheme) -> None:
    names = report_names(scheme, scheme.table("problem"))
    assert names["问题内容"] == ("content", "text")
    assert names["项目.总投资"] == ("project.total", "money")
    assert names["填报单位"] == ("填报单位", "text")
    assert report_names(scheme, scheme.table("project"))["当前阶段"] == ("当前阶段", "text")


WRONG = """
reports:
  - {id: R-1, title: 坏的, kind: group, table: project, group_by: [没有的], measures: {一: 合计(项目名称), 二: 数一数}}
  - {id: R-2, title: 也坏, kind: group, table: project}
"""


def test_the_check_of_a_scheme_finds_wrong_reports(tmp_path: Path) -> None:
    """By file and line, all at once, before anybody waits for the consolidated book."""
    text = (SUMMARY / "scheme.yaml").read_text("utf-8").partition("reports:")[0]
    (tmp_path / "scheme.yaml").write_text(text + WRONG.lstrip(), "utf-8")
    with pytest.raises(Exception) as problem:
        catalog.load(tmp_path)
    said = str(problem.value)
    for part in ("没有“没有的”这一列", "measures.一", "“数一数”不是指标", "分组报表要写 group_by"):
        assert part in said


# colours ------------------------------------------------------------------------------------------------------


def test_a_schemes_colour_goes_before_the_houses() -> None:
    """红 may mean good: nothing is fixed."""
    conventions = Conventions(palette={codes.DONE: "红", codes.OVERDUE: "#0000FF"})
    assert status_look(conventions, codes.DONE) == BAD
    overdue = status_look(conventions, codes.OVERDUE)
    assert overdue is not None
    assert (overdue.fill, overdue.font) == ("#0000FF", "#FFFFFF")  # letters that can be read on it
    assert status_look(Conventions(), codes.DONE) == GOOD
    assert status_look(Conventions(), codes.NOT_STARTED) is None


@pytest.mark.parametrize(("colour", "font"), [("#FFFF00", "#262626"), ("#000080", "#FFFFFF")])
def test_letters_can_be_read_on_any_colour(colour: str, font: str) -> None:
    assert look_of(colour).font == font


@pytest.mark.parametrize("colour", ["粉红", "#12", "url(x)", ""])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="不是颜色"):
        look_of(colour)


def test_the_check_of_a_scheme_refuses_what_is_no_colour(tmp_path: Path) -> None:
    text = (SUMMARY / "scheme.yaml").read_text("utf-8")
    (tmp_path / "scheme.yaml").write_text(text + "conventions: {palette: {overdue: 大红大紫}}\n", "utf-8")
    with pytest.raises(Exception, match="“大红大紫”不是颜色"):
        catalog.load(tmp_path)


def test_colours_come_with_words_and_the_most_urgent_first() -> None:
    looks = status_looks(Conventions(words={codes.OVERDUE: "超期{n}"}))
    assert [code for code, _, _ in looks] == [code for code in codes.URGENCY if code in {item[0] for item in looks}]
    assert all(word for _, word, _ in looks)
    assert {code: word for code, word, _ in looks}[codes.OVERDUE] == "超期"
    assert status_word(Conventions(), codes.DONE_LATE) == "逾期完成"
