"""What stands in one cell is read back as the very same value, however nested it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from app.scheme_book.cellform import CellError, read, write
from app.scheme_book.words import NAMES
from tests.unit.scheme_book.books import SCHEMES
from validators.rules.anchors import Among, Anchor, Pick
from validators.rules.elapsed import LimitTable
from validators.rules.measures import Measure
from validators.rules.reconcile import Key
from validators.rules.required import Need
from validators.rules.stage_entry import Stage, Step
from validators.scheme.load import load_scheme
from validators.scheme.models import Scheme

texts = st.text(
    st.sampled_from("甲乙a1 、；:：，\"'{}[]()（）·\n空是否无\\=#-.") | st.characters(codec="utf-8"), max_size=12
)
lines = st.text(st.sampled_from('条件有(签约日期)、；:"{}[] \n'), min_size=1, max_size=20)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)
days = st.dates()
picks = st.one_of(
    st.lists(lines, min_size=1, max_size=3).map(lambda items: Pick(latest=tuple(items))),
    st.lists(lines, min_size=1, max_size=3).map(lambda items: Pick(all=tuple(items))),
)
amongs = st.builds(Among, rows=lines, date=lines, where=texts, take=st.sampled_from(["first", "last"]))
anchors = st.one_of(texts, picks, amongs)
steps = st.builds(Step, done=lines, unless=texts)
stages = st.builds(Stage, name=texts, when=lines, id=texts, progress=st.lists(steps, max_size=3).map(tuple))
twos = st.lists(texts, min_size=2, max_size=2).map(tuple)
keys = st.builds(Key, left=twos, right=twos | st.just(()), sure=st.none() | st.booleans())
limits = st.builds(
    LimitTable,
    by=st.lists(lines, max_size=2).map(tuple),
    rows=st.dictionaries(texts, st.none() | st.integers(0, 99), max_size=4),
)
divisors = st.builds(Measure, table=lines, where=texts, take=st.sampled_from(["sum", "max"]))
measures = st.one_of(
    st.builds(Measure, table=lines, value=texts, where=texts, of=st.none() | divisors),
    st.builds(Measure, rule=lines, codes=st.lists(texts, max_size=3).map(tuple)),
    st.builds(Measure, fixed=st.dictionaries(texts, st.none() | numbers, min_size=1, max_size=3)),
)
needs = st.one_of(texts, st.builds(Need, field=lines, when=texts))

KINDS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "text": (str, texts),
    "text or nothing": (str | None, st.none() | texts),
    "whole number": (int, st.integers(-(10**12), 10**12)),
    "number": (Decimal, numbers),
    "number, formula or nothing": (int | str | None, st.none() | texts | st.integers(-99, 99)),
    "day": (date | None, st.none() | days),
    "yes or no": (bool, st.booleans()),
    "word": (Literal["none", "next_workday", "previous_workday"], st.sampled_from(["none", "next_workday"])),
    "texts": (tuple[str, ...], st.lists(texts, max_size=4).map(tuple)),
    "text or texts": (str | list[str], texts | st.lists(texts, max_size=4)),
    "lists of texts": (tuple[tuple[str, ...], ...], st.lists(st.lists(texts, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)),
    "pairs": (dict[str, str], st.dictionaries(texts, texts, max_size=4)),
    "pairs with lists": (dict[str, tuple[str, ...]], st.dictionaries(texts, st.lists(texts, max_size=3).map(tuple), max_size=3)),
    "pairs with days": (dict[str, date], st.dictionaries(texts, days, max_size=3)),
    "anchor": (Anchor, anchors),
    "stages": (tuple[Stage, ...], st.lists(stages, min_size=1, max_size=3).map(tuple)),
    "keys": (tuple[Key, ...], st.lists(keys, min_size=1, max_size=3).map(tuple)),
    "table of limits": (LimitTable | None, st.none() | limits),
    "measure": (Measure | None, st.none() | measures),
    "needs": (tuple[str | Need, ...], st.lists(needs, min_size=1, max_size=4).map(tuple)),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_any_value_of_a_kind_is_read_back_as_itself(kind: str) -> None:
    annotation, values = KINDS[kind]
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)

    @settings(max_examples=300, deadline=None)
    @given(values)
    def back_and_forth(value: Any) -> None:
        cell = write(value, annotation, NAMES)
        assert adapter.validate_python(read(cell, annotation, NAMES)) == value
        assert cell == cell.strip(), "spreadsheets and people lose spaces at the ends"
        assert cell or value == "", "an empty cell means: not written"

    back_and_forth()


def _everything(scheme: Scheme) -> list[Any]:
    fields = [item for table in scheme.tables for item in table.fields]
    return [*scheme.rules, *scheme.units, *scheme.departments, *fields, *scheme.nodes, *scheme.reports, *scheme.answers,
            *scheme.lookups.values(), scheme.conventions, scheme.source]  # fmt: skip


@pytest.mark.parametrize("directory", SCHEMES, ids=lambda path: path.name)
def test_every_value_of_our_schemes_is_read_back_as_itself(directory: Any) -> None:
    for item in _everything(load_scheme(directory)):
        for name, info in type(item).model_fields.items():
            value = getattr(item, name)
            cell = write(value, info.annotation, NAMES)
            back = TypeAdapter(info.annotation).validate_python(read(cell, info.annotation, NAMES))
            assert back == value, (type(item).__name__, name, cell)


def test_cells_read_like_sentences_of_an_office() -> None:
    stages = (Stage(name="签约", when="有(签约日期)"), Stage(name="在建", when="有(开工日期) 且 非 有(投产日期)"))
    assert write(stages, tuple[Stage, ...], NAMES) == (
        "叫什么: 签约；条件: 有(签约日期)\n叫什么: 在建；条件: 有(开工日期) 且 非 有(投产日期)"
    )
    assert write(("区发改委", "区住建局"), tuple[str, ...], NAMES) == "区发改委、区住建局"
    assert write(Pick(latest=("甲日期", "乙日期")), Anchor, NAMES) == "{最晚: 甲日期、乙日期}"
    assert write({"红灯": ("红牌", "约谈")}, dict[str, tuple[str, ...]], NAMES) == "红灯: 红牌、约谈"
    assert write("next_workday", Literal["none", "next_workday"], NAMES) == "顺延到下一工作日"


@pytest.mark.parametrize(
    ("cell", "annotation", "value"),
    [
        ("１２", int, 12),
        ("1,200", int, 1200),
        ("3.0", int, 3),
        ("90%", Decimal, Decimal("0.9")),
        ("2025年6月30日", date, "2025-06-30"),
        ("2025.6.30", date, "2025-06-30"),
        ("√", bool, True),
        ("不", bool, False),
        ("顺延到下一工作日", Literal["none", "next_workday"], "next_workday"),
        ("next_workday", Literal["none", "next_workday"], "next_workday"),
        ("甲、 乙 、丙", tuple[str, ...], ["甲", "乙", "丙"]),
        ("甲\n\n乙\r\n", tuple[str, ...], ["甲", "乙"]),
        ("红：3\n黄: 5", dict[str, int], {"红": 3, "黄": 5}),
        ("叫什么：签约 ；条件：有(甲)", tuple[Stage, ...], [{"name": "签约", "when": "有(甲)"}]),
    ],
)
def test_what_people_type_is_understood(cell: str, annotation: Any, value: Any) -> None:
    assert read(cell, annotation, NAMES) == value


@pytest.mark.parametrize(
    ("cell", "annotation", "words"),
    [
        ("三", int, "整数"),
        ("12个", Decimal, "不带单位"),
        ("6月底", date, "2025-06-30"),
        ("可能", bool, "“是”或“否”"),
        ("天", Literal["日", "月"], "日、月"),
        ("签约", tuple[Stage, ...], "没有冒号"),
        ("叫什么: 签约", tuple[Stage, ...], "少了“条件”"),
        ("叫什么: 签约；条件: 有(甲)；颜色: 红", tuple[Stage, ...], "不认识“颜色”"),
        ("叫什么: 签约；叫什么: 开工；条件: 有(甲)", tuple[Stage, ...], "两次"),
        ("{最晚: 甲、乙", Anchor, "收尾"),
    ],
)
def test_what_cannot_be_read_is_answered_with_what_is_wanted(cell: str, annotation: Any, words: str) -> None:
    with pytest.raises(CellError, match=words):
        read(cell, annotation, NAMES)
