"""Splicing into any sheet: exactly the wanted cells say the wanted texts afterwards, and no other byte has moved."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sync.backends.folder.cellxml import TEXT_LIMIT, cell_xml, clean, column_letters, column_number, current, reads_so
from sync.backends.folder.parts import open_package
from sync.backends.folder.recalc import looks_at
from sync.backends.folder.sheetframe import frame
from sync.backends.folder.splice import Span, Splice, apply, nothing_shared, plan_splice
from sync.backends.folder.verify import VerificationFailed, verify_cells, verify_places, verify_written
from sync.backends.folder.zippatch import Archive, Refused
from sync.book import CellText
from tests.folder.handmade import MAIN, sheet, workbook

SHARED = ["甲", "乙"]
FORMS = [
    "", '<c r="{a}"/>', '<c r="{a}" s="3"/>', '<c r="{a}" s="3"></c>', '<c r="{a}" s="4" t="s"><v>1</v></c>', '<c r="{a}"><v>12</v></c>',
    '<c r="{a}" t="inlineStr"><is><t>甲</t></is></c>', "<c s='7' r='{a}' t='str'><v>a&gt;b</v></c>", '<c r="{a}" t="b"><v>1</v></c>',
    '<c  r="{a}"  t="e" ><v>#N/A</v></c>', '<c r="{a}" x:note="a &gt; b"><v>1</v></c>',
]  # fmt: skip
TAGS = [
    '<row r="{n}">',
    '<row r="{n}" spans="2:4">',
    '<row spans="1:2" r="{n}" s="9" customFormat="1" ht="30">',
    "<row r='{n}' hidden='1'>",
]
COLUMNS = 6
cells = st.lists(st.sampled_from(FORMS), min_size=COLUMNS, max_size=COLUMNS)
lines = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(TAGS), cells, st.booleans()), max_size=6)
texts = st.sampled_from(["", "逾期12天", "a & <b>", " 空 ", "-12", "1\n2", "_x0041_", "甲"]) | st.text(max_size=8)
targets = st.lists(
    st.tuples(st.integers(1, 20), st.integers(1, COLUMNS + 2), texts, st.booleans()), min_size=1, max_size=8
)
ROOT = f'xmlns="{MAIN}" xmlns:x="urn:x"'


def built(rows: list[tuple[int, str, list[str], bool]]) -> bytes:
    number, body = 0, ""
    for step, tag, forms, closed in rows:
        number += step
        inside = "".join(form.format(a=f"{column_letters(at)}{number}") for at, form in enumerate(forms, 1))
        start = tag.format(n=number)
        body += start[:-1] + "/>" if closed else f"{start}{inside}</row>"
    columns = '<cols><col min="1" max="3" style="5"/><col min="4" max="16384" style="6"/></cols>'
    after = '<mergeCells><mergeCell ref="A40:B40"/></mergeCells><pageMargins left="1"/>'
    text = sheet(body, before=columns, after=after, root=ROOT)
    return (text.replace("<sheetData></sheetData>", "<sheetData/>") if not body else text).encode()


def spliced(part: bytes, wanted: list[CellText]) -> tuple[bytes, Splice]:
    """The part with these texts in it, and what was planned for it."""
    done = plan_splice(frame(part), wanted, SHARED.__getitem__)
    return apply(part, done.spans), done


def grid(part: bytes) -> dict[tuple[int, int], tuple[str, str, str]]:
    """(row, column) → (kind, text, style), by a tree."""
    found = {}
    for cell in etree.fromstring(part).iter(f"{{{MAIN}}}c"):
        letters, number = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r")).groups()  # type: ignore[union-attr]
        text = "".join(cell.itertext())
        text = SHARED[int(text)] if cell.get("t") == "s" else text
        kind = {"inlineStr": "s", "str": "s", None: "n"}.get(cell.get("t"), cell.get("t"))
        found[int(number), column_number(letters)] = (kind if text else "", text, cell.get("s") or "")
    return found


@given(lines, targets)
@settings(max_examples=300, deadline=None)
def test_any_sheet_any_cells(
    rows: list[tuple[int, str, list[str], bool]], wanted: list[tuple[int, int, str, bool]]
) -> None:
    part = built(rows)
    asked = {(row, column): CellText("表", row, column, text, number=number) for row, column, text, number in wanted}
    made, done = spliced(part, list(asked.values()))
    assert done.blocked == []
    verify_cells(part, done.spans)
    verify_written(done.spans)
    before, after = grid(part), grid(made)
    for place, cell in asked.items():
        kind, text, style = after.get(place, ("", "", ""))
        said = clean(cell.text)
        numeric = cell.number and re.fullmatch(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", said, re.ASCII)
        assert (kind, text.replace("_x005F_", "_")) == (
            ("n" if numeric else "s") if said else "",
            said.replace("\r", "\n"),
        )
        if place in before:
            assert style == before[place][2], "the look stays the clerk's"
        elif said:
            assert style in ("5", "6", "9"), "a new cell looks like its row or column"
    others = {place: cell for place, cell in before.items() if place not in asked}
    assert {place: cell for place, cell in after.items() if place not in asked} == others
    _in_order(made)
    _within_spans(made, {place for place in asked if place in after and place not in before})
    again = spliced(made, list(asked.values()))[1]
    assert again.spans == [] and again.written == []


def _within_spans(part: bytes, made: set[tuple[int, int]]) -> None:
    spans = {int(line.get("r")): line.get("spans") for line in etree.fromstring(part).iter(f"{{{MAIN}}}row")}
    for row, column in made:
        low, high = map(int, (spans[row] or "1:16384").split(":"))
        assert low <= column <= high


def _in_order(part: bytes) -> None:
    last = 0
    for line in etree.fromstring(part).iter(f"{{{MAIN}}}row"):
        assert int(line.get("r")) > last
        last = int(line.get("r"))
        columns = [column_number(re.match(r"[A-Z]+", cell.get("r"))[0]) for cell in line]  # type: ignore[index]
        assert columns == sorted(set(columns))


ODD = [
    '<c r="{a}" s="3"><f>B1</f><v>1</v></c>', '<c r="{a}" s="3" vm="1"><v>1</v></c>', '<c r="{a}" t="s"><v></v></c>', '<c r="{a}" t="s"/>',
    '<c r="{a}" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>', '<c r="{a}" t="inlineStr"><is><t xml:space="preserve"> 空 </t></is></c>',
    '<c r="{a}" t="inlineStr"><is><t></t></is></c>', '<c r="{a}" s="3" t="str"><v>甲</v></c>', '<c r="{a}"><extLst/></c>', '<c t="s" r="{a}"><v>0</v></c>',
]  # fmt: skip
odd_cells = st.lists(st.sampled_from(FORMS + ODD), min_size=COLUMNS, max_size=COLUMNS)
odd_lines = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(TAGS), odd_cells, st.booleans()), max_size=6)


@given(odd_lines, targets, st.sets(st.integers(1, COLUMNS)))
@settings(max_examples=200, deadline=None)
def test_many_cells_are_spliced_as_few_are(
    rows: list[tuple[int, str, list[str], bool]], wanted: list[tuple[int, int, str, bool]], clerks: set[int]
) -> None:
    """The look through the whole sheet, which only many cells are worth, changes nothing but the time."""
    part = built(rows)
    asked = [CellText("表", row, column, text, number=number) for row, column, text, number in wanted]
    few = plan_splice(frame(part), asked, SHARED.__getitem__, clerks)
    many = plan_splice(frame(part), asked * 60, SHARED.__getitem__, clerks)
    assert many == few


def test_a_cell_that_stands_there_twice_is_never_written() -> None:
    part = sheet('<row r="1"><c r="A1"/><c r="B1"/><c r="A1"/></row>').encode()
    for times in (1, 60):
        with pytest.raises(Refused, match="第 1 行的单元格顺序不正常"):
            plan_splice(frame(part), [CellText("表", 1, 1, "甲")] * times)


def test_a_cell_outside_the_row_it_names_is_not_taken_for_its_own() -> None:
    part = sheet('<row r="1"><c r="B2"/></row><row r="2"><c r="A2"/></row>').encode()
    made = [apply(part, plan_splice(frame(part), [CellText("表", 2, 2, "甲")] * times).spans) for times in (1, 60)]
    assert made[0] == made[1] == part.replace(b'<c r="A2"/>', b'<c r="A2"/>' + cell_xml(b"", b"B2", b"", "甲"))


STRANGE = [  # what readers take for a row or a cell although it is spelt as none
    '<row r="1"/><x:row r="2"><c r="A2"/></x:row>', '<row r="1"/><row r="&#50;"/>', "<row r='1'/><row r=' 2'/>",
    '<row r="1"/><row r="2"><x:c r="A2"/></row>', '<row r="1"/><row r="2"><c r="&#65;2"/></row>', '<row r="2"><c r="$A$2"/></row>',
    '<row r="2"><x:c r="A2"/><c r="B2"/></row>', '<row r="2"><c r="B2"><c r="D2"></c></row>',
    '<row r="2"><c r="B2"/><n:any/></row>', '<n:any><row r="2"/></n:any>', '<row r="1"/><rows/>', '<row r="3"></row><n:any/>',
]  # fmt: skip
OTHERS = f'xmlns="{MAIN}" xmlns:x="{MAIN}" xmlns:n="urn:n"'


@pytest.mark.parametrize("rows", STRANGE)
def test_what_may_be_a_row_or_cell_in_another_spelling_is_never_made_twice(rows: str) -> None:
    part = sheet(rows, root=OTHERS).encode()
    for times in (1, 60):
        with pytest.raises(Refused, match="请用 WPS 或 Excel 打开后重新保存"):
            plan_splice(frame(part), [CellText("表", 2, 1, "甲")] * times)


@pytest.mark.parametrize("rows", [
    '<x:row r="2"/><row r="2"/>', '<row r="&#50;"/><row r="2"/>', "<row r='2'/><row r=\"2\"/>", '<row n:a=">" r="2"/><row r="2"/>',
    '<row r="2"><x:c r="A2"/><c r="A2"/></row>', '<row r="2"><c r="&#65;2"/><c r="A2"/></row>', '<row r="2"><c n:a=">" r="A2"/><c r="A2"/></row>',
])  # fmt: skip
def test_a_place_made_twice_is_found_before_anything_is_written(rows: str) -> None:
    new = sheet(rows, root=OTHERS).encode()
    for made in (b'<row r="2"/>', b'<c r="A2"/>'):
        if (at := new.find(made)) >= 0:
            with pytest.raises(VerificationFailed, match=r"A?2 stands twice"):
                verify_places(new.replace(made, b""), new, [Span(at, at, made)])
    verify_places(new, new, [])


def test_a_place_made_once_passes() -> None:
    part = sheet('<row r="1"><c r="A1"/></row><row><c/><c r="C2"/></row>').encode()
    wanted = [CellText("表", row, column, "甲") for row, column in ((1, 1), (1, 3), (2, 2), (7, 1))]
    made, done = spliced(part, wanted)
    verify_places(part, made, done.spans)
    assert len(done.written) == 4


def test_a_greater_than_sign_in_an_attribute_ends_no_tag() -> None:
    """The look is kept, what a clerk has written is seen, and values that look like attributes are none."""
    odd = """ n:a="/> s='4' r='99' spans='9:9'>" n:b='a > b' """
    part = sheet(
        f'<row{odd}r="1" spans="1:2"><c{odd}r="A1" s="7"/><c{odd}r="B1" t="inlineStr" s="8"><is><t>甲</t></is></c></row>',
        root=OTHERS,
    ).encode()
    made, done = spliced(part, [CellText("表", 1, 1, "乙"), CellText("表", 1, 2, "丙"), CellText("表", 1, 4, "丁")])
    assert grid(made) == {(1, 1): ("s", "乙", "7"), (1, 2): ("s", "丙", "8"), (1, 4): ("s", "丁", "")}
    assert b'r="1" spans="1:4"' in made and done.blocked == []
    verify_cells(part, done.spans)
    kept = plan_splice(frame(part), [CellText("表", 1, 2, "丙")], only_blank={2})
    assert kept.spans == [] and len(kept.blocked) == 1


@pytest.mark.parametrize(
    "merge", ['<mergeCell n:a=">" ref="A1:B1"/>', "<mergeCell ref='A1:B1'/>", '<mergeCell ref="$A$1:$B$1"/>']
)
def test_merges_are_seen_in_every_spelling(merge: str) -> None:
    part = sheet('<row r="1"/>', after=f"<mergeCells>{merge}</mergeCells>", root=OTHERS).encode()
    assert len(plan_splice(frame(part), [CellText("表", 1, 2, "甲")]).blocked) == 1
    with pytest.raises(Refused, match="范围读不懂"):
        frame(part.replace(b"B", b"&#66;").replace(b"$&", b"&"))


def test_arrays_are_seen_in_every_spelling() -> None:
    array = '<c r="A1"><f n:a=">" t="array" ref="A1:B1">C1:D1</f><v>1</v></c>'
    part = sheet(f'<row r="1">{array}<c r="B1"/></row>', root=OTHERS).encode()
    assert [item.reason for item in plan_splice(frame(part), [CellText("表", 1, 2, "甲")]).blocked] == [
        "表!B1 是数组公式的结果，请把该公式移到别处"
    ]


@given(lines)
@settings(max_examples=50, deadline=None)
def test_what_stands_there_already_is_not_written(rows: list[tuple[int, str, list[str], bool]]) -> None:
    part = built(rows)
    same = [
        CellText("表", row, column, text, number=kind == "n")
        for (row, column), (kind, text, _) in grid(part).items()
        if kind in ("", "s", "n")
    ]
    assert spliced(part, same)[1].spans == []


def test_spans_follow_only_where_they_must() -> None:
    row = '<row r="1" spans="2:3"><c r="B1"/></row>'
    inside = spliced(sheet(row).encode(), [CellText("表", 1, 3, "甲")])[0]
    outside = spliced(sheet(row).encode(), [CellText("表", 1, 9, "甲")])[0]
    assert b'spans="2:3"' in inside and b'spans="2:9"' in outside


def test_rows_are_made_where_none_stand() -> None:
    part = sheet('<row r="2"/><row r="9"><c r="A9"/></row>').encode()
    wanted = [CellText("表", row, 1, f"第{row}行") for row in (1, 2, 5, 12)]
    made = spliced(part, wanted)[0]
    assert {row: text for (row, _), (_, text, _) in grid(made).items() if text} == {
        r: f"第{r}行" for r in (1, 2, 5, 12)
    }
    _in_order(made)


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_written_so_that_it_reads_back(text: str) -> None:
    xml = cell_xml(b"", b"A1", b"3", text)
    assert reads_so(xml, text, False, nothing_shared)
    kind, found = current(xml, nothing_shared)
    assert (kind, found) == (("s", clean(text)) if clean(text) else ("", ""))
    etree.fromstring(xml)


def test_a_cell_holds_so_much_and_no_more() -> None:
    for text in ("甲" * 40_000, "😀" * 40_000):
        held = current(cell_xml(b"", b"A1", b"", text), nothing_shared)[1]
        assert len(held.encode("utf-16-le")) // 2 in (TEXT_LIMIT, TEXT_LIMIT - 1)


def test_numbers_that_are_none_are_texts() -> None:
    for text in ("١٢", "1e", "0x10", "NaN", "1,000", "--1"):
        assert b"inlineStr" in cell_xml(b"", b"A1", b"", text, number=True)


def test_spans_of_an_empty_plan_change_nothing() -> None:
    part = sheet('<row r="1"><c r="A1"/></row>').encode()
    assert spliced(part, [])[0] == part == apply(part, [])


ITEMS = {
    "<si><t>甲</t></si>": "甲", "<si/>": "", "<si></si>": "", "<si ><t>乙</t></si >": "乙",
    "<si><r><t>甲</t></r><r><t>乙</t></r><rPh sb='0' eb='1'><t>jia</t></rPh></si>": "甲乙", "<si><t>:si &lt;si&gt;</t></si>": ":si <si>",
}  # fmt: skip


@given(st.lists(st.sampled_from(sorted(ITEMS)), min_size=1, max_size=8), st.booleans())
@settings(max_examples=60, deadline=None)
def test_shared_strings_are_counted_in_every_form(items: list[str], prefixed: bool) -> None:
    text = f'<sst xmlns="{MAIN}">{"".join(items)}</sst>'
    if prefixed:
        text = re.sub(r"(</?)(?=\w)", r"\1x:", text).replace("xmlns=", "xmlns:x=")
    package = open_package(Archive(workbook(sheet(""), shared=text)))
    assert [package.shared(index) for index in range(len(items))] == [ITEMS[item] for item in items]
    with pytest.raises(Refused, match="共享文字表不完整"):
        package.shared(len(items))


REFERENCES = {
    "B7": True, "$B$7": True, "A1:C9": True, "B:B": True, "4:9": True, "D7": False, "SUM(D1:E9)": False, "LOG10(A1)": False,
    "问题清单!B7": True, "'问题清单'!B:C": True, "别的!B7": False, "别的:问题清单!B7": True, '"B7"': False, "BB7": False, "B_7": False,
    "TRUE": False, "IF(D1,B2,0)": True,
}  # fmt: skip


def test_which_formulas_look_at_our_columns() -> None:
    found = {formula: looks_at(formula, "问题清单", {"问题清单": {2}}) for formula in REFERENCES}
    assert found == REFERENCES
