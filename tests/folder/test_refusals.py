"""What must not be written in place stays untouched and pending, with a reason in Chinese (xlsx.md §2.3)."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from sync.backends.folder import patch as patching
from sync.backends.folder import sheetframe, splice
from sync.backends.folder.backend import FolderBackend
from sync.backends.folder.patch import plan_patch
from sync.backends.folder.reader import read_book
from sync.backends.folder.verify import VerificationFailed, verify, verify_cells, verify_written
from sync.backends.folder.zippatch import Archive, Refused, patch
from sync.book import BookAnswer, CellText, Outcome
from sync.clock import FixedClock
from tests import books
from tests.folder.handmade import repacked
from tests.folder.hostile import spoiled_book
from tests.paper import Paper

ENTRY = books.part_of("问题清单")
CHINESE = re.compile(r"[一-鿿]{4,}")


def book() -> bytes:
    return books.book(books.problems("甲", "乙", "丙"))


def part(data: bytes, name: str = ENTRY) -> str:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read(name).decode()


def changed(pattern: str, new: str, member: str = ENTRY) -> Callable[[], bytes]:
    """The book with one piece of a part replaced."""

    def make() -> bytes:
        text, count = re.subn(pattern, new, part(book(), member), count=1)
        assert count == 1, pattern
        return repacked(book(), {member: text.encode()})

    return make


def added(**members: bytes) -> Callable[[], bytes]:
    return lambda: repacked(book(), {name.replace("__", "/"): content for name, content in members.items()})


def swapped_rows() -> bytes:
    rows = re.findall(r'<row r="(?:7|8)".*?</row>', part(book()))
    return repacked(book(), {ENTRY: part(book()).replace("".join(rows), "".join(reversed(rows))).encode()})


def damaged() -> bytes:
    data = bytearray(book())
    with zipfile.ZipFile(BytesIO(bytes(data))) as archive:
        at = archive.getinfo(ENTRY).header_offset + 300
    data[at : at + 4] = b"\x00\x00\x00\x00"
    return bytes(data)


def other_prefix() -> bytes:
    """The main namespace by default and as x: to every reader the row is one like the others."""
    text, count = re.subn(r'<row r="7"(.*?)</row>', r'<x:row r="7"\1</x:row>', part(book()), count=1)
    root = '<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    assert count == 1
    return repacked(book(), {ENTRY: text.replace("<worksheet", root, 1).encode()})


def utf16() -> bytes:
    return repacked(book(), {ENTRY: part(book()).replace("UTF-8", "UTF-16").encode("utf-16")})


def utf16_undeclared() -> bytes:
    return repacked(book(), {ENTRY: re.sub(r"<\?xml.*?\?>", "", part(book())).encode("utf-16")})


def zip64() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(book())) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            with new.open(info.filename, "w", force_zip64=True) as member:
                member.write(old.read(info))
    data = out.getvalue()
    end = data.rindex(b"PK\x05\x06")
    return data[:end] + b"PK\x06\x07" + b"\x00" * 16 + data[end:]


# the whole book is refused: what it is → (the book, a word of the reason)
WHOLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "signed": (added(_xmlsignatures__sig1=b"x"), "数字签名"),
    "doctype": (changed("<worksheet", "<!DOCTYPE worksheet><worksheet"), "DTD"),
    "comment among the rows": (changed('(<row r="7")', r"<!-- x -->\1"), "特殊标记"),
    "cdata in a cell": (changed('<c r="L7" s="\\d+"/>', '<c r="L7" t="inlineStr"><is><t><![CDATA[x]]></t></is></c>'), "特殊标记"),
    "instruction among the rows": (changed('(<row r="7")', r"<?x y?>\1"), "特殊标记"),
    "other encoding": (utf16, "UTF-8"),
    "other encoding, not declared": (utf16_undeclared, "读不懂"),
    "other encoding by its own account": (changed('encoding="UTF-8"', 'encoding="ISO-8859-1"'), "UTF-8"),
    "rows out of order": (swapped_rows, "顺序"),
    "a cell twice": (changed('<c r="B6"', '<c r="B6"/><c r="B6"'), "顺序"),
    "cells out of order where one is to be made": (changed('<c r="A6".*?(<c r="B6"[^>]*>)(<c r="C6"[^>]*>)', r"\2\1"), "顺序"),
    "a row twice": (changed('(<row r="8".*?</row>)', r"\1\1"), "顺序"),
    "a row of another prefix": (other_prefix, "写法少见"),
    "a row number in another spelling": (changed('<row r="7"', '<row r="&#55;"'), "写法少见"),
    "a cell of ours in another spelling": (changed('<c r="B6"', '<c r="&#66;6"'), "第 6 行的写法少见"),
    "damaged data": (damaged, "损坏|校验"),
    "not well-formed before the rows": (changed("<sheetViews>", "<sheetViews"), "读不懂"),
    "no rows at all": (changed("<sheetData>.*</sheetData>", ""), "读不懂"),
    "zip64": (zip64, "zip64"),
    "bytes before": (lambda: b"#!" + book(), "多余"),
    "bytes behind": (lambda: book() + b"\x00\x00", "多余"),
    "password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "密码"),
    "cut off": (lambda: book()[:-10], "完整"),
    "tab gone": (changed('name="问题清单"', 'name="问题"', "xl/workbook.xml"), "找不到工作表"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WHOLE)
def test_a_book_that_must_not_be_touched_is_refused(kind: str, tmp_path: Path) -> None:
    make, word = WHOLE[kind]
    data = make()
    outcome, after = answered(data, tmp_path)
    assert outcome.kind == "refused" and re.search(word, outcome.reason) and CHINESE.search(outcome.reason)
    assert after == data
    assert not list((tmp_path / "books").glob(".*"))


def answered(data: bytes, tmp_path: Path, answer: BookAnswer | None = None) -> tuple[Outcome, bytes]:
    """Put the book into a folder and answer it as if it had been read. Returns what stands there afterwards."""
    root = tmp_path / "books"
    root.mkdir()
    (root / "甲.xlsx").write_bytes(data)
    clock = FixedClock(at=4e9)
    backend = FolderBackend(root, backups=tmp_path / "backups", clock=clock.now, sleep=clock.sleep)
    answer = answer or books.answer(read_book(book(), books.shape()))
    answer.fingerprint = sha256(data).hexdigest()
    outcome = backend.answer(backend.list()[0], answer)
    return outcome, (root / "甲.xlsx").read_bytes()


def formula_in_todo() -> bytes:
    paper = Paper(book())
    paper.tab("待改清单").type(9, 3, "3", formula="1+2")
    return paper.save()


# one cell is not written, the rest is: what it is → (the book, the cell, a word of the reason)
CELLS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "formula": (changed('<c r="B7" s="(\\d+)"/>', r'<c r="B7" s="\1"><f>A1</f><v>1</v></c>'), "B7", "公式"),
    "shared formula's child": (changed('<c r="B7" s="(\\d+)"/>', r'<c r="B7" s="\1"><f t="shared" si="0"/><v>1</v></c>'), "B7", "公式"),
    "array formula's result": (
        changed('<c r="B6" s="(\\d+)"/>', r'<c r="B6" s="\1"><f t="array" ref="B6:B7">D6:D7</f><v>1</v></c>'), "B7", "公式|数组"),
    "data table's result": (
        changed('<c r="L6" s="\\d+"/>', '<c r="L6"><f t="dataTable" ref="B7:B7" dt2D="0" r1="A1"/><v>1</v></c>'), "B7", "数组"),
    "dynamic array": (changed('<c r="B7" s="(\\d+)"/>', r'<c r="B7" s="\1" cm="1"><v>1</v></c>'), "B7", "动态数组"),
    "picture in the cell": (changed('<c r="B7" s="(\\d+)"/>', r'<c r="B7" s="\1" t="e" vm="1"><v>#VALUE!</v></c>'), "B7", "图片"),
    "extension": (changed('<c r="B7" s="(\\d+)"/>', r'<c r="B7" s="\1"><v>1</v><extLst><ext/></extLst></c>'), "B7", "扩展"),
    "merged": (changed('(<mergeCells[^>]*>)', r'\1<mergeCell ref="B6:B7"/>'), "B7", "合并单元格"),
    "merged over ours and the clerk's": (changed('(<mergeCells[^>]*>)', r'\1<mergeCell ref="A7:D7"/>'), "B7", "合并单元格"),
    "formula in the to-do tab": (formula_in_todo, "C9", "待改清单"),
}  # fmt: skip


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_that_must_not_be_touched_costs_that_cell(kind: str, tmp_path: Path) -> None:
    make, place, word = CELLS[kind]
    data = make()
    outcome, after = answered(data, tmp_path)
    assert outcome.kind == "done" and place in outcome.reason and re.search(word, outcome.reason)
    assert CHINESE.search(outcome.reason)
    paper, before = Paper(after), Paper(data)
    tab, old = paper.tab("问题清单"), before.tab("问题清单")
    assert tab.text(8, 2) == "✓ 通过：年产500套智能装备项目"
    if "待改清单" not in outcome.reason:
        assert tab.text(7, 2) == old.text(7, 2)
        assert part(after).count("<f") == part(data).count("<f")


def test_only_untouchable_cells_left_is_refused(tmp_path: Path) -> None:
    data = CELLS["formula"][0]()
    first = plan_patch(data, books.answer(read_book(data, books.shape())))
    answer = books.answer(read_book(first.data, books.shape()))
    outcome, after = answered(first.data, tmp_path, answer)
    assert outcome.kind == "refused" and "B7 有公式" in outcome.reason
    assert after == first.data


def test_the_visible_cell_of_a_merge_is_written() -> None:
    data = changed("(<mergeCells[^>]*>)", r'\1<mergeCell ref="B6:B7"/>')()
    done = plan_patch(data, books.answer(read_book(data, books.shape())))
    assert Paper(done.data).tab("问题清单").text(6, 2).startswith("✓ 通过")
    assert [item.cell.row for item in done.blocked] == [7]


def test_a_clerks_cell_is_opened_but_never_replaced() -> None:
    """Law L1: in the clerk's marked columns only blank cells may be filled (opening a period)."""
    data = book()
    cells = [
        CellText("问题清单", 6, 7, "我们的话"),
        CellText("问题清单", 20, 4, "年产500套智能装备项目"),
        CellText("问题清单", 20, 12, "5"),
    ]
    done = plan_patch(data, BookAnswer("", cells))
    assert [item.cell.row for item in done.blocked] == [6] and "已有填报人的内容" in done.blocked[0].reason
    tab = Paper(done.data).tab("问题清单")
    assert (tab.text(6, 7), tab.text(20, 4)) == ("甲", "年产500套智能装备项目")


def test_an_answer_goes_into_the_column_that_bears_its_mark_or_nowhere() -> None:
    """The last guard against a fault of ours: whatever column we were told, the hidden mark must agree."""
    cells = [
        CellText("问题清单", 6, 2, "✓ 通过", name="check"),
        CellText("问题清单", 7, 3, "✓ 通过", name="check"),
        CellText("问题清单", 8, 12, "✓ 通过", name="check"),
    ]
    done = plan_patch(book(), BookAnswer("", cells))
    assert [(item.cell.row, item.cell.column) for item in done.blocked] == [(7, 3), (8, 12)]
    assert [cell.row for cell in done.written] == [6]


def test_too_large_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheetframe, "MEMBER_LIMIT", 1000)
    with pytest.raises(Refused, match="200 MB"):
        plan_patch(book(), books.answer(read_book(book(), books.shape())))


def test_a_clerks_tab_called_like_ours_is_not_ours() -> None:
    """Without the hidden marks a tab 待改清单 belongs to whoever made it."""
    data = repacked(
        book(), {"xl/workbook.xml": part(book(), "xl/workbook.xml").replace('name="_tianbao"', 'name="别的"').encode()}
    )
    before = Paper(data).tab("待改清单").grid()
    done = plan_patch(data, books.answer(read_book(data, books.shape())))
    assert done.data and Paper(done.data).tab("待改清单").grid() == before


BANNERS = [
    "上次同步：2025-06-30 02:00；还有1处要改（明细见“待改清单”）",
    "填好保存、关闭文件即可。系统在灰色列里答复：红格必须改。",
]


@pytest.mark.parametrize("banner", BANNERS)
def test_the_banner_is_found_where_people_moved_it(banner: str) -> None:
    paper = Paper(book())
    paper.tab("问题清单").type(3, 1, banner)
    paper.tab("问题清单").insert_row(1, {1: "上次同步会议纪要：大家抓紧填"})
    paper.tab("问题清单").insert_row(5, {1: "请大家月底前填完"})
    data = paper.save()
    answer = books.answer(read_book(data, books.shape()))
    tab = Paper(plan_patch(data, answer).data).tab("问题清单")
    assert (tab.text(1, 1), tab.text(4, 1), tab.text(5, 1)) == (
        "上次同步会议纪要：大家抓紧填",
        answer.banner,
        "请大家月底前填完",
    )


def test_a_clerks_words_in_the_banners_place_stay() -> None:
    """Typed over: the cell is the clerk's now; emptied again, it is ours."""
    for words, expected in (
        ("请大家月底前填完", "请大家月底前填完"),
        ("上次同步没成功", "上次同步没成功"),
        (None, "上次同步："),
    ):
        paper = Paper(book())
        paper.tab("问题清单").type(3, 1, words)
        data = paper.save()
        answer = books.answer(read_book(data, books.shape()))
        assert Paper(plan_patch(data, answer).data).tab("问题清单").text(3, 1).startswith(expected)


@pytest.mark.parametrize("seed", range(4))
def test_a_spoiled_book_is_refused_or_answered_whole(seed: int) -> None:
    """Whatever damage a book has: it is refused in words, or what we make of it passes the proof. Never an accident."""
    rng = random.Random(seed)
    data = book()
    answer = books.answer(read_book(data, books.shape()))
    members = [
        ENTRY,
        "xl/workbook.xml",
        "xl/sharedStrings.xml",
        "xl/_rels/workbook.xml.rels",
        "_rels/.rels",
        "xl/worksheets/sheet5.xml",
    ]
    for _ in range(40):
        spoiled = spoiled_book(rng, data, members)
        try:
            done = plan_patch(spoiled, answer)
        except Refused as refusal:
            assert CHINESE.search(str(refusal))
        else:
            if done.data:
                verify(Archive(spoiled), done.data, done.spans)


# the proof before the write ---------------------------------------------------------------------------------------


def test_the_proof_sees_every_kind_of_slip() -> None:
    """Whatever a fault of ours might change beyond the plan is found before anything is written."""
    old = Archive(book())
    answer = books.answer(read_book(book(), books.shape()))
    plan = plan_patch(book(), answer)
    verify(old, plan.data, plan.spans)
    new = {name: splice.apply(old.read(name), spans) for name, spans in plan.spans.items()}
    entry = ENTRY
    entry_of_app = Archive(plan.data).by_name["docprops/app.xml"].central
    slips = {
        "a byte more in our part": patch(old, {**new, entry: new[entry] + b" "}),
        "a byte changed in our part": patch(
            old, {**new, entry: new[entry].replace(b"<sheetFormatPr", b"<sheetFormatPR", 1)}
        ),
        "a planned change left out": patch(old, {name: body for name, body in new.items() if name != entry}),
        "another part changed": patch(old, {**new, "xl/styles.xml": old.read("xl/styles.xml") + b"\n"}),
        "a part left out": repacked(plan.data, {"docProps/app.xml": None}),
        "a part added": repacked(plan.data, {"docProps/more.xml": b"x"}),
        "packed anew": repacked(plan.data, {}),
        "a date in the directory changed": plan.data.replace(
            entry_of_app, entry_of_app[:12] + b"\x01\x02" + entry_of_app[14:]
        ),
        "comment changed": plan.data[:-2] + b"\x01\x00x",
    }
    for slip, data in slips.items():
        with pytest.raises((VerificationFailed, Refused)):
            verify(old, data, plan.spans)
            raise AssertionError(slip)


def test_a_plan_that_names_a_place_twice_is_no_plan() -> None:
    old = Archive(book())
    spans = {ENTRY: [splice.Span(100, 120, b"x"), splice.Span(110, 130, b"y")]}
    made = patch(old, {ENTRY: splice.apply(old.read(ENTRY), spans[ENTRY])})
    with pytest.raises(VerificationFailed, match="overlap"):
        verify(old, made, spans)


SLIPS: dict[str, Callable[[bytes, splice.Span], splice.Span]] = {
    "a span over the next cell too": lambda part, span: span._replace(end=part.index(b">", span.end) + 1),
    "a cell made beside the one that stands there": lambda part, span: span._replace(start=span.end),
    "what is not well formed": lambda part, span: span._replace(text=span.text + b"<c>"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_plan_that_went_wrong_writes_nothing(slip: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proofs are asked before anything is written, whoever made the mistake."""
    plan_rightly = splice.plan_splice

    def plan_wrongly(sheet: sheetframe.Sheet, cells: Sequence[CellText], *rest: Any) -> splice.Splice:
        done = plan_rightly(sheet, cells, *rest)
        if len(cells) == 1:  # the banner's, with a proof of its own
            return done
        return done._replace(spans=[*done.spans[:-1], SLIPS[slip](sheet.part, done.spans[-1])])

    answer = books.answer(read_book(book(), books.shape()))
    monkeypatch.setattr(patching, "plan_splice", plan_wrongly)
    with pytest.raises(Refused, match="核对没有通过"):
        plan_patch(book(), answer)


def test_a_plan_badly_carried_out_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = books.answer(read_book(book(), books.shape()))
    monkeypatch.setattr(patching, "apply", lambda part, spans: splice.apply(part, spans) + b" ")
    with pytest.raises(Refused, match="核对没有通过"):
        plan_patch(book(), answer)


@pytest.mark.parametrize(
    "old", ["<c r='A1'/><c r='B1'/>", "<c r='A1'><f>B1</f><v>1</v></c>", "<row r='1'>", "<c r='A1'/></row>", "text"]
)
def test_a_span_beyond_one_cell_is_seen(old: str) -> None:
    with pytest.raises(VerificationFailed):
        verify_cells(old.encode(), [splice.Span(0, len(old), b"<c r='A1'/>")])


@pytest.mark.parametrize(
    "old", ["<c r='A1'/>", "<c r='A1' s='3' t='s'><v>1</v></c>", "<x:c r='A1'><x:v>1</x:v></x:c>", "3:9", "", "/>"]
)
def test_a_span_of_one_cell_is_fine(old: str) -> None:
    verify_cells(old.encode(), [splice.Span(0, len(old), b"<c r='A1'/>")])


def test_what_we_write_must_be_well_formed() -> None:
    verify_written([splice.Span(0, 0, b'<x:c r="A1"/>'), splice.Span(1, 2, b"1:9")])
    with pytest.raises(VerificationFailed):
        verify_written([splice.Span(0, 0, b'<c r="A1"><v></c>')])
