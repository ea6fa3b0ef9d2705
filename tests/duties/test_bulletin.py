"""通报: numbers that add up, frozen where the period is closed, and text that stays text."""

from __future__ import annotations

import importlib.util
import json
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document

from app.bulletin import DEFAULT, TemplateProblem, make_bulletin, plain, render
from app.bulletin.content import content
from app.bulletin.issued import note_issued
from app.cli import cli
from sync.closed import ClosingError, close_period
from sync.rulings import extend
from tests.duties.kit import SCHEME, World
from validators.calendar import default_calendar
from validators.rules import parse_rule

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "<w:p/>&{{ 7*7 }}{% for x in y %}\x0b\x00=HYPERLINK(“x”)"


def office(world: World, place: Path) -> Any:
    return SimpleNamespace(
        scheme=world.parts.scheme, store=world.store, clock=world.clock, calendar=default_calendar(), parts=world.parts,
        settings=SimpleNamespace(path=lambda name: place / name),
    )  # fmt: skip


def told(world: World, place: Path, period: str = "2025-06") -> dict[str, Any]:
    return content(office(world, place), period)


def words(data: bytes) -> str:
    """Everything a reader sees, tables included."""
    document = Document(BytesIO(data))
    return "\n".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))


def half_reported(world: World) -> None:
    """`a` reported June in time, `b` did not; both updated nothing."""
    world.round()
    world.report("a", "2025-06-20 09:00", "2025-06")
    world.round("2025-06-20 09:01")
    world.round("2025-07-05 09:00")


def test_numbers_of_the_units_add_up(world: World, tmp_path: Path) -> None:
    half_reported(world)
    found = told(world, tmp_path)
    lines = {row["name"]: row for row in found["units"]}
    assert (lines["甲镇"]["due"], lines["甲镇"]["reported"], lines["甲镇"]["place"]) == (2, 2, 1)
    assert (lines["乙镇"]["due"], lines["乙镇"]["reported"], lines["乙镇"]["rate"]) == (2, 1, "50.0%")
    for name in ("due", "reported", "in_time", "late", "missing"):
        assert found["total"][name] == sum(row[name] for row in found["units"])
    assert [(row["unit"], row["title"], row["status"]) for row in found["late"]] == [("乙镇", "月度进展", "逾期未报")]
    assert (
        found["targets"][0] | {"title": "开工目标", "done": "2", "target": "2", "status": "已达标"}
        == found["targets"][0]
    )


def test_equal_rates_share_a_place(world: World, tmp_path: Path) -> None:
    world.round("2025-07-05 09:00")
    assert [row["place"] for row in told(world, tmp_path)["units"]] == [1, 1]


def test_a_closed_period_is_told_as_it_was_closed(world: World, tmp_path: Path) -> None:
    """Whatever comes later; what was mended stands in a list of its own."""
    half_reported(world)
    close_period(world.parts, "2025-06", by="王")
    before = told(world, tmp_path)
    world.report("b", "2025-07-09 10:00", "2025-06")
    world.save("a", "2025-07-09 10:00", lambda book: book.clerk_edit("project", 0, 5, "2025-07-03"))
    world.round("2025-07-09 10:05")
    after = told(world, tmp_path)
    assert before["closed"] and after["closed_day"] == "2025年7月5日"
    same = ("total", "units", "late", "targets", "reports", "scores", "sources")
    assert {name: before[name] for name in same} == {name: after[name] for name in same}
    assert before["mended"] == []
    assert ("乙镇", "月度进展") in [(item["unit"], item["title"]) for item in after["mended"]]


def test_the_schemes_own_tables_are_in_it(world: World, tmp_path: Path) -> None:
    """Those that it puts out each month stand in the month's bulletin, with their totals, and are closed with it."""
    half_reported(world)
    table = told(world, tmp_path)["reports"][0]
    assert table["title"] == "开工情况"
    assert [row[-2:] for row in table["rows"]] == [["1", "1"], ["1", "1"], ["2", "2"]]
    close_period(world.parts, "2025-06", by="王")
    world.save("a", "2025-07-09 10:00", lambda book: book.clerk_edit("project", 0, 5, ""))
    world.round("2025-07-09 10:05")
    assert told(world, tmp_path)["reports"] == [table]
    assert told(world, tmp_path, "2025-07")["reports"][0]["rows"][-1][-1] == "1"
    assert "开工情况" in words(render(DEFAULT, told(world, tmp_path)))
    close_period(world.parts, "2025-05", by="王")
    assert told(world, tmp_path, "2025Q2")["reports"] == []


@pytest.mark.parametrize(("period", "said"), [("六月", "不是周期"), ("2025-08", "还没有开始")])
def test_what_cannot_be_told_is_refused(world: World, tmp_path: Path, period: str, said: str) -> None:
    world.round()
    with pytest.raises(ClosingError, match=said):
        told(world, tmp_path, period)


def test_the_document_says_what_the_content_says(world: World, tmp_path: Path) -> None:
    half_reported(world)
    path = make_bulletin(office(world, tmp_path), "2025-06")
    assert path == tmp_path / "通报_2025-06.docx"
    text = words(path.read_bytes())
    for part in ("（2025年6月）", "报送率75.0%", "乙镇", "逾期未报", "开工目标", "区发改委", "本期还没有关账"):
        assert part in text, part


def test_what_people_wrote_stays_text(world: World, tmp_path: Path) -> None:
    """Marks of Word and of the template in a reason are shown, never obeyed; what XML cannot hold is left out."""
    world.round("2025-07-02 09:00")
    extend(world.parts, "a", "D-1", "2025-06", date(2025, 7, 3), by="张", why=HOSTILE)
    world.round("2025-07-05 09:00")
    close_period(world.parts, "2025-06", by="王")
    world.report("a", "2025-07-09 10:00", "2025-06")
    world.round("2025-07-09 10:05")
    text = words(render(DEFAULT, told(world, tmp_path)))
    assert "<w:p/>&{{ 7*7 }}{% for x in y %} =HYPERLINK(“x”)" in text
    assert "49" not in text.replace("2025", "")


def test_plain_leaves_what_word_can_hold() -> None:
    assert plain({"a": ["x\ty\nz", "\x0b\ufffe\ud800甲", 3, True]}) == {"a": ["x y z", "甲", 3, True]}


def own(place: Path, text: str) -> Path:
    """A scheme's own template."""
    folder = place / "scheme" / SCHEME.id
    folder.mkdir(parents=True)
    document = Document()
    document.add_paragraph(text)
    document.save(str(folder / "bulletin.docx"))
    return folder / "bulletin.docx"


def test_a_scheme_brings_its_own_template(world: World, tmp_path: Path) -> None:
    half_reported(world)
    own(tmp_path, "本区{{ label }}报送率{{ total.rate }}")
    assert words(make_bulletin(office(world, tmp_path), "2025-06").read_bytes()) == "本区2025年6月报送率75.0%"


@pytest.mark.parametrize("text", ["{{ label", "{% for %}", "{{ ''.__class__.__mro__[1].__subclasses__() }}"])
def test_a_template_that_is_wrong_or_reaches_out_is_refused(world: World, tmp_path: Path, text: str) -> None:
    half_reported(world)
    own(tmp_path, text)
    with pytest.raises(TemplateProblem, match=r"bulletin\.docx"):
        make_bulletin(office(world, tmp_path), "2025-06")
    assert not (tmp_path / "通报_2025-06.docx").exists()


def test_the_shipped_template_is_what_the_tool_makes() -> None:
    spec = importlib.util.spec_from_file_location("bulletin_template", ROOT / "tools/bulletin_template.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def body(data: bytes) -> bytes:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return archive.read("word/document.xml")

    assert body(module.build()) == body(DEFAULT.read_bytes())


def test_making_it_is_the_report_where_the_scheme_says_so(world: World, tmp_path: Path) -> None:
    """A duty to issue a bulletin each month is met by issuing it, on the day on which that was done."""
    rule = parse_rule(
        {"id": "D-9", "kind": "cadence", "title": "每月通报", "period": "month", "subject": "responsible",
         "responsible": ["区发改委"], "bulletin": True}
    )  # fmt: skip
    scheme = SCHEME.model_copy(update={"rules": (*SCHEME.rules, rule)})
    other = World(f"sqlite:///{tmp_path}/other.db", scheme=scheme)
    try:
        other.round("2025-06-28 09:00")
        assert other.word("D-9", "fgw", "2025-06") == "临期"
        assert note_issued(office(other, tmp_path), "2025-06", "王") == ["每月通报"]
        assert other.word("D-9", "fgw", "2025-06") == "已报"
        other.round("2025-08-02 09:00")
        assert other.word("D-9", "fgw", "2025-07") == "逾期未报"
        note_issued(office(other, tmp_path), "2025-07", "王")
        assert other.word("D-9", "fgw", "2025-07") == "逾期补报2天"
        assert note_issued(office(other, tmp_path), "2025Q2", "王") == []
    finally:
        other.close()


def test_as_its_user_calls_it(tmp_path: Path) -> None:
    root = tmp_path / "office"
    day = ["--as-of", "2025-07-16"]
    made = CliRunner().invoke(cli, [*day, "demo", str(root), "--units", "2", "--projects", "8", "--seed", "3"], obj={})
    assert made.exit_code == 0
    base = ["-w", str(root), *day, "bulletin", "--period"]
    done = CliRunner().invoke(cli, [*base, "2025-06"], obj={})
    assert done.exit_code == 0 and "通报_2025-06.docx" in done.output
    assert "已记为报送：签约项目转化落地月通报" in done.output
    duty = CliRunner().invoke(
        cli, ["-w", str(root), *day, "duty", "list", "--rule", "T-11", "--period", "2025-06", "--json"], obj={}
    )
    assert json.loads(duty.output)[0]["text"] == "逾期补报16天"
    assert "2025年6月应报" in words((root / "通报_2025-06.docx").read_bytes())
    asked = CliRunner().invoke(cli, [*base, "2025-06", "--json"], obj={})
    assert json.loads(asked.output)["label"] == "2025年6月"
    refused = CliRunner().invoke(cli, [*base, "六月"], obj={})
    assert refused.exit_code == 2 and "不是周期" in refused.output
