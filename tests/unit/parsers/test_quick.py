"""The quick readers answer nothing but what the parsers answer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_templates import catalog
from validators import rawcell
from validators.fieldreader import column_contexts
from validators.parsers import codes, peoplewords, quick
from validators.parsers.base import ok
from validators.parsers.quick import quick_reader
from validators.parsers.read import READERS, parse_cell

TODAY = date(2025, 6, 30)
BASE = column_contexts(catalog.load("tianjiaan"), TODAY)
UNITS = {"money_wan": "万元", "number": "亩", "integer": "人", "pct_progress": "%", "pct_invest": "%"}
WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
TYPES = sorted(name for name in READERS if quick_reader(name, BASE) is not None)
SHAPES = {
    "date": [quick._DAY, quick._SERIAL],
    "date_plan": [quick._DAY, quick._SERIAL],
    "date_actual": [quick._DAY, quick._SERIAL],
    "money_wan": [quick._MONEY, quick._YEAR],
    "number": [quick._COUNT],
    "integer": [quick._COUNT],
    "pct_progress": [quick._PERCENT],
    "pct_invest": [quick._PERCENT],
    "uscc": [quick._USCC],
    "projcode": [quick._PROJECT],
    "phone": [quick._MOBILE],
    "person": [quick._PERSON],
    "project_name": [quick._NAME],
    "company": [quick._COMPANY],
    "text": [quick._TEXT],
    "long_text": [quick._TEXT],
}
SAMPLES = {
    "date": ["2025-03-15", "2025.3.15", "2025/3/15", "2025年3月15日", "20250315", " 2025-3-5 ", rawcell.number("45731", "d")],
    "money_wan": ["12000", "12,000", "12000万元", "1.2亿元", "1.7758亿元", "12000.00", "25万元", "0.5亿元", "１２０００", rawcell.number("12000"), "0"],
    "integer": ["14", "120", rawcell.number("14")],
    "pct_progress": ["52", "100", rawcell.number("52")],
    "uscc": ["91340403MAUEM8XR77", "91110000802100433B"],
    "projcode": ["2404-340403-04-01-123456", "2019-340403-04-01-123456"],
    "phone": ["13805541234"],
    "person": ["王五", "张志伟"],
    "project_name": ["恒泰年产五百套智能装备生产线项目二期"],
    "company": ["安徽淮河恒泰智能装备有限公司", "安徽恒泰装备有限公司 "],
    "text": ["主体结构施工至三层，设备安装调试基本完成，准备验收"],
    "yesno": ["是", "否"],
    "township": [place.name for place in BASE.places],
}  # fmt: skip
MESSY = st.one_of(
    st.builds(
        "".join,
        st.lists(st.sampled_from([*peoplewords.TITLES, *sorted(peoplewords.SURNAMES), "伟", "某", "总"]), max_size=3),
    ),
    st.text("0123456789０１２３４５６７８９.,-/年月日万亿元 ,约\x01\x1fndmy", max_size=14),
    st.text("待未无见附件同上暂定不详公司有限项目合计一二三、，。安徽泰年产0123ABab", max_size=24),
    st.sampled_from([item for items in SAMPLES.values() for item in items]),
)


def contexts(kind: str) -> list:
    """As the validator reads (dates ahead pass), and as a line is read; with and without a unit in the header."""
    unit = UNITS.get(kind, "")
    plain = [replace(BASE, base_unit=unit), replace(BASE, base_unit=unit, unit=unit)]
    return [replace(item, allow_future=future) for item in plain for future in (True, False)]


def agree(kind: str, raw: str) -> None:
    for ctx in contexts(kind):
        read = quick_reader(kind, ctx)
        [found] = read([raw]) if read is not None else [None]
        if found is not None:
            assert parse_cell(kind, raw, ctx) == ok(found), (kind, raw, ctx.unit)


@pytest.mark.parametrize("kind", TYPES)
@given(data=st.data())
def test_quick_readers_agree_with_the_parsers(kind, data):
    """Whatever a quick reader answers, the parser answers, without a word of warning."""
    shapes = [st.from_regex(shape, fullmatch=True) for shape in SHAPES.get(kind, ())]
    agree(kind, data.draw(st.one_of(*shapes, MESSY)))


@pytest.mark.parametrize("title", peoplewords.TITLES)
def test_a_surname_with_a_title_is_no_name_that_is_read_at_a_glance(title):
    """庞先生 is told: whose name it is, nobody knows from it."""
    for raw in (f"庞{title}", f"王伟{title}", f"{title}王伟", f"王{title}{title}"):
        agree("person", raw)


@pytest.mark.parametrize(
    "word", sorted(peoplewords._NOBODY | set(re.findall("[\u4e00-\u9fff]{2,}", peoplewords._NO_NAME.pattern)))
)
def test_what_is_no_name_is_none_at_a_glance(word):
    """王企业, 李村委: what ends like an office or an event is read with care, whoever may be called so."""
    for raw in (word, f"王{word}", f"王{word[-2:]}", f"{word}王", f"王{word[-1]}"):
        agree("person", raw)


@pytest.mark.parametrize("amount", [1, 9, 10, 99, 1899, 2025, 4800, 65536, 999_999, 1_000_000])
@pytest.mark.parametrize(
    "shape",
    ["{:d}", "{:,}", "{:d}万元", "{:d}.00", "{:d}.000", "0{:d}", ",{:d}", "{:d}亿元", "{:d}.5亿元", "\x01n{:d}"],
)
@pytest.mark.parametrize("wide", [False, True])
def test_amounts_of_every_shape(amount, shape, wide):
    """Each shortcut for amounts, at the edges of its range, in plain and in full-width digits."""
    text = shape.format(amount)
    agree("money_wan", text.translate(WIDE) if wide else text)


@given(
    front=st.from_regex(r"[159ANY][1239A][0-9]{6}", fullmatch=True),
    organisation=st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8),
)
def test_sound_credit_codes_are_read_quickly(front, organisation):
    """Both check digits are reckoned as the standards say: no sound code is left to the parser, none else is taken."""
    body = front + organisation + codes.org_check(organisation)
    [read] = quick_reader("uscc", BASE)([body + codes.uscc_check(body)])
    assert read == body + codes.uscc_check(body)
    wrong = [body + last for last in "0123456789ABCDEFGHJKLMNPQRTUWXY" if last != codes.uscc_check(body)]
    assert quick_reader("uscc", BASE)(wrong) == [None] * 30


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_plain_cells_are_read_quickly(kind):
    """The forms most cells have are not left to the parsers."""
    slow = []
    for raw in SAMPLES[kind]:
        agree(kind, raw)
        read = quick_reader(kind, contexts(kind)[0])
        if read is None or read([raw]) == [None]:
            slow.append(raw)
    assert not slow


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("date", "2025-02-30"),
        ("date", "2025-3.15"),
        ("date", "1949-10-01"),
        ("date_actual", "2025-12-31"),
        ("money_wan", "2025"),
        ("money_wan", "5.5"),
        ("money_wan", "1,2000"),
        ("money_wan", "1000000"),
        ("money_wan", ",500"),
        ("money_wan", "5万元"),
        ("money_wan", "5.00"),
        ("money_wan", "1.000亿元"),
        ("money_wan", "２０２５"),
        ("money_wan", "٣٣"),
        ("integer", "0"),
        ("pct_progress", "1"),
        ("uscc", "91340403MAUEM8XR70"),
        ("uscc", "91340403MAUEM8XR7A"),
        ("projcode", "2014-340403-04-01-123456"),
        ("projcode", "2413-340403-04-01-123456"),
        ("project_name", "待定"),
        ("company", "甲公司和乙公司"),
    ],
)
def test_doubtful_cells_are_left_to_the_parsers(kind, raw):
    """What needs a question or a word is not answered in passing."""
    read = quick_reader(kind, replace(BASE, base_unit=UNITS.get(kind, ""), allow_future=False))
    assert read is not None
    assert read([raw]) == [None]
