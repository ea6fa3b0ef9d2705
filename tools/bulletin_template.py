"""Make the bulletin's template: `python tools/bulletin_template.py`. The .docx is kept in the repository and shipped.

An office that wants its own opens it in Word or WPS, changes what it likes and puts it beside its scheme as
`bulletin.docx`; the words in double braces are filled in, the marks {%tr …%} repeat a row of a table.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

TARGET = Path(__file__).resolve().parents[1] / "app/bulletin/default.docx"
BODY, HEAD, TITLE = "仿宋", "黑体", "宋体"

Cells = tuple[str, ...]


def build() -> bytes:
    """The template as bytes."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.7)
    _font(document.styles["Normal"], BODY, 14)
    _line(document, "{{ title }}", TITLE, 20, bold=True, centre=True)
    _line(document, "（{{ label }}）", TITLE, 16, centre=True)
    _line(
        document,
        "{% if closed %}本期已于{{ closed_day }}关账，以下为关账时的数。"
        "{% elif running %}本期还没有结束，以下为截至{{ day }}的数。"
        "{% else %}本期还没有关账，以下为截至{{ day }}的数。{% endif %}",
    )
    _reports(document)
    _late(document)
    _targets(document)
    _scores(document)
    _tables(document)
    _mended(document)
    _line(document, "数据来源", HEAD)
    _line(
        document,
        "各单位填报的表，经校验入库后按《{{ document }}》计算，生成于{{ stamp }}。所用规则："
        "{% for s in sources %}{{ s.title }}（{{ s.rule }}{% if s.section %}，{{ s.section }}{% endif %}）"
        "{% if not loop.last %}、{% endif %}{% endfor %}。",
    )
    _line(document, "{{ office }}")
    _line(document, "{{ day }}")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _reports(document) -> None:
    _line(document, "一、报送情况", HEAD)
    _line(
        document,
        "{{ label }}应报{{ total.due }}项，已报{{ total.reported }}项（按时{{ total.in_time }}项、迟报{{ total.late }}项），"
        "未报{{ total.missing }}项，报送率{{ total.rate }}，按时率{{ total.in_time_rate }}。",
    )
    _table(
        document,
        ("名次", "单位", "应报", "已报", "按时", "迟报", "未报", "报送率", "按时率"),
        "units",
        ("{{ r.place }}", "{{ r.name }}", "{{ r.due }}", "{{ r.reported }}", "{{ r.in_time }}", "{{ r.late }}",
         "{{ r.missing }}", "{{ r.rate }}", "{{ r.in_time_rate }}"),
    )  # fmt: skip


def _late(document) -> None:
    _line(document, "二、没有按时报送的", HEAD)
    _line(document, "{%p if late %}")
    _table(
        document,
        ("单位", "期次", "事项", "期限", "情况"),
        "late",
        ("{{ r.unit }}", "{{ r.label }}", "{{ r.title }}", "{{ r.deadline }}", "{{ r.status }}"),
    )
    _line(document, "{%p else %}")
    _line(document, "没有。")
    _line(document, "{%p endif %}")


def _targets(document) -> None:
    _line(document, "三、目标进度", HEAD)
    _line(document, "{%p if targets %}")
    _table(
        document,
        ("指标", "范围", "目标", "完成", "完成率", "差", "截止", "情况"),
        "targets",
        ("{{ r.title }}", "{{ r.scope }}", "{{ r.target }}", "{{ r.done }}{{ r.measure }}", "{{ r.ratio }}", "{{ r.gap }}",
         "{{ r.deadline }}", "{{ r.status }}"),
    )  # fmt: skip
    _line(document, "{%p else %}")
    _line(document, "本方案没有设定目标。")
    _line(document, "{%p endif %}")


def _scores(document) -> None:
    _line(document, "{%p if scores %}")
    _line(document, "四、评价和排名", HEAD)
    _table(
        document,
        ("事项", "单位", "数值", "得分或名次", "标识"),
        "scores",
        ("{{ r.title }}", "{{ r.name }}", "{{ r.figure }}", "{{ r.value }}", "{{ r.flags }}"),
    )
    _line(document, "{%p endif %}")


def _tables(document) -> None:
    """The scheme's own reports of the period, whatever columns they have."""
    _line(document, "{%p for t in reports %}")
    _line(document, "{{ t.title }}", HEAD)
    table = document.add_table(rows=4, cols=3, style="Table Grid")
    _fill(table.rows[0], ("{%tc for h in t.heads %}", "{{ h }}", "{%tc endfor %}"), HEAD)
    _fill(table.rows[1], ("{%tr for row in t.rows %}",), BODY)
    _fill(table.rows[2], ("{%tc for c in row %}", "{{ c }}", "{%tc endfor %}"), BODY)
    _fill(table.rows[3], ("{%tr endfor %}",), BODY)
    _line(document, "{%p endfor %}")


def _mended(document) -> None:
    _line(document, "{%p if mended %}")
    _line(document, "关账以后的更正", HEAD)
    _line(document, "{%p for m in mended %}")
    _line(document, "{{ m.unit }}，{{ m.title }}：{{ m.reason }}。")
    _line(document, "{%p endfor %}")
    _line(document, "{%p endif %}")


def _line(document, text: str, font: str = "", size: float = 14, bold: bool = False, centre: bool = False) -> None:
    paragraph = document.add_paragraph()
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold = bold
    if font:
        _font(run, font, size)


def _table(document, heads: Cells, name: str, cells: Cells) -> None:
    """A header, and a row that docxtpl repeats for each item of the list."""
    table = document.add_table(rows=4, cols=len(heads), style="Table Grid")
    _fill(table.rows[0], heads, HEAD)
    _fill(table.rows[1], ("{%tr for r in " + name + " %}",), BODY)
    _fill(table.rows[2], cells, BODY)
    _fill(table.rows[3], ("{%tr endfor %}",), BODY)


def _fill(row, texts: Cells, font: str) -> None:
    for cell, text in zip(row.cells, texts, strict=False):
        run = cell.paragraphs[0].add_run(text)
        _font(run, font, 10.5)


def _font(thing, name: str, size: float) -> None:
    thing.font.name, thing.font.size = name, Pt(size)
    thing.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


if __name__ == "__main__":
    TARGET.write_bytes(build())
    sys.stdout.write(f"{TARGET}\n")
